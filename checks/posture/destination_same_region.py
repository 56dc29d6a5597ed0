"""destination-same-region: S3 delivers access logs only within one Region."""

from __future__ import annotations

from auditor.check import About, ArrivalCheck, Context
from auditor.model import Evidence, Severity, Verdict, failed, passed
from auditor.prelude import region_of
from auditor.reading import Setting
from auditor.s3.subjects import Delivery, Destination

ABOUT = About(
    id="destination-same-region",
    title="Source and destination are in the same Region",
    severity=Severity.HIGH,
    reads=(Setting.LOGGING, Setting.REGION),
    rationale=(
        "S3 refuses a destination in another Region when logging is set, but a destination that was deleted and made "
        "again elsewhere leaves a configuration behind that looks right and delivers nothing."
    ),
    remediation="Point the bucket's server access logging at a destination in its own Region.",
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshooting-server-access-logging.html",
)


def judge(delivery: Delivery, destination: Destination, context: Context) -> Verdict:
    """FAIL when both Regions are known and differ."""
    here = region_of(delivery.source, subject=delivery.source)
    if isinstance(here, Verdict):
        return here
    there = region_of(destination.bucket, subject=delivery.source)
    if isinstance(there, Verdict):
        return there
    name = destination.bucket.name
    facts = (
        Evidence(setting=Setting.REGION, path="BucketRegion", value=here),
        Evidence(setting=Setting.REGION, path="BucketRegion", value=there, bucket=name),
    )
    if here != there:
        return failed(f"Logs go to {name} in {there}; the bucket is in {here}.", *facts)
    return passed(f"The bucket and its destination {name} are both in {here}.", *facts)


CHECK = ArrivalCheck(about=ABOUT, judge=judge)
