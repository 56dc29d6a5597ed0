"""cloudtrail-data-events: a second record of requests, which does not depend on access logs."""

from __future__ import annotations

from auditor.check import About, Context, SourceCheck
from auditor.model import Severity, Verdict, failed, passed, undecidable, unreadable
from auditor.reading import Setting
from auditor.s3.data_events import Extent, data_events, evidence_of
from auditor.s3.documents import listed
from auditor.s3.subjects import Source

ABOUT = About(
    id="cloudtrail-data-events",
    title="CloudTrail records the data events of the bucket",
    severity=Severity.LOW,
    reads=(Setting.REGION, Setting.TRAILS, Setting.TRAIL_STATUS, Setting.EVENT_SELECTORS),
    rationale=(
        "AWS delivers access logs on a best-effort basis, so records can be late or missing, and nothing proves that "
        "they are whole. CloudTrail data events arrive within minutes and come with digests; but they miss "
        "failed authentication and deletions by lifecycle rules, which only access logs show. One record is the "
        "other's complement. Only trails are read; an event data store of CloudTrail Lake is not."
    ),
    remediation=(
        "Add data events of the type AWS::S3::Object, reads and writes, for the bucket (ARN with a slash at its end) "
        "to a trail that is logging: put-event-selectors, best on a multi-Region trail of the organization. Data "
        "events are charged by number."
    ),
    reference="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html",
)


def judge(source: Source, context: Context) -> Verdict:
    """PASS when trails that are logging record all reads and writes of all objects; FAIL names what is missing."""
    name = source.bucket.name
    found = data_events(context.estate, source.bucket, partition=source.partition)
    facts = evidence_of(found, bucket=name)
    trails = listed(one.trail.arn for one in found.takers)
    match found.extent:
        case Extent.WHOLE:
            return passed(f"CloudTrail records all reads and writes of objects in {name} ({trails}).", *facts)
        case Extent.PARTLY:
            part = f" Only part of what happens there is recorded ({trails})." if trails else ""
            return failed(f"CloudTrail does not record {listed(found.missing)} of objects in {name}.{part}", *facts)
        case Extent.NONE:
            return failed(f"No trail that is logging records data events of {name}.", *facts)
        case Extent.UNKNOWN if found.unread:
            what = f"Whether CloudTrail records the data events of {name} is unknown"
            return unreadable(what, *found.unread, evidence=facts if found.takers else ())
        case Extent.UNKNOWN:
            doubts = " ".join(found.doubts)
            return undecidable(f"Whether CloudTrail records all data events of {name} cannot be told. {doubts}", *facts)


CHECK = SourceCheck(about=ABOUT, judge=judge)
