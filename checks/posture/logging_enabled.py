"""logging-enabled: a bucket without access logging leaves no first-party record of who touched its data."""

from __future__ import annotations

from auditor.check import About, Context, SourceCheck
from auditor.model import Evidence, Severity, Verdict, failed, not_applicable, passed, unreadable
from auditor.reading import Absent, Present, Setting, Unreadable
from auditor.s3.settings import Logging
from auditor.s3.subjects import Source, VendedDelivery

ABOUT = About(
    id="logging-enabled",
    title="Access logging is on, by bucket delivery or by CloudWatch delivery",
    severity=Severity.HIGH,
    reads=(Setting.LOGGING, Setting.DELIVERY_SOURCES, Setting.DELIVERIES, Setting.DELIVERY_DESTINATIONS),
    rationale=(
        "Server access logs record every request that S3 can attribute to the bucket: who asked, from where, for what, "
        "and with which result, failed authentication included. They are not kept retroactively: what happens while "
        "logging is off stays unknown for ever."
    ),
    remediation=(
        "Turn on server access logging with a dedicated destination in the same account and Region (s3api "
        "put-bucket-logging), or deliver access logs through CloudWatch Logs (log type S3_SERVER_ACCESS_LOGS). A "
        "bucket that receives logs should not be logged itself."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html",
)


def judge(source: Source, context: Context) -> Verdict:
    """PASS by either path; a destination is not asked; FAIL only when both paths are known to be off."""
    name = source.bucket.name
    by_cloudwatch = source.vended.value if isinstance(source.vended, Present) else ()
    active = next((delivery for delivery in by_cloudwatch if delivery.active), None)
    match source.logging:
        case Present(value=logging):
            where = f"s3://{logging.destination}/{logging.prefix}"
            return passed(f"Access logs of {name} go to {where}.", *_facts(logging))
        case _ if active is not None:
            return passed(
                f"Access logs of {name} go to {active.destination_arn} through CloudWatch Logs.", _delivery(active)
            )
        case Unreadable() as unread:
            return unreadable(f"Whether {name} logs its requests is unknown", unread)
        case Absent():
            return _off(source)


def _off(source: Source) -> Verdict:
    """The verdict where bucket delivery is off and no CloudWatch delivery is active."""
    name = source.bucket.name
    off = Evidence(setting=Setting.LOGGING, path="LoggingEnabled", value=None)
    if source.receives:
        return not_applicable(
            f"{name} receives access logs. A destination should not be logged itself, because its deliveries would be "
            "logged in turn (see destination-access-recorded for who reads the logs).",
            off,
        )
    if source.may_receive:
        return unreadable(
            f"{name} does not log, but it lets log delivery write and may be the destination of "
            f"{', '.join(one.bucket for one in source.may_receive)}, whose logging is unknown",
            *(one.reading for one in source.may_receive),
            evidence=(off,),
        )
    match source.vended:
        case Unreadable() as unknown:
            return unreadable(
                f"Bucket delivery of {name} is off, and whether CloudWatch delivery is on is unknown",
                unknown,
                evidence=(off,),
            )
        case Present(value=deliveries) if deliveries:
            states = tuple(_delivery(delivery) for delivery in deliveries)
            return failed(
                f"Bucket delivery of {name} is off, and its CloudWatch delivery source is {deliveries[0].status}.",
                off,
                *states,
            )
        case Present() | Absent():
            none = Evidence(setting=Setting.DELIVERY_SOURCES, path="deliverySources", value=[])
            return failed(f"Access logging of {name} is off: neither S3 nor CloudWatch Logs delivers any.", off, none)


def _facts(logging: Logging) -> tuple[Evidence, Evidence]:
    return (
        Evidence(setting=Setting.LOGGING, path="LoggingEnabled.TargetBucket", value=logging.destination),
        Evidence(setting=Setting.LOGGING, path="LoggingEnabled.TargetPrefix", value=logging.prefix),
    )


def _delivery(delivery: VendedDelivery) -> Evidence:
    value = {"source": delivery.source_name, "status": delivery.status, "destination": delivery.destination_arn}
    return Evidence(setting=Setting.DELIVERY_SOURCES, path="deliverySources[]", value={**value})


CHECK = SourceCheck(about=ABOUT, judge=judge)
