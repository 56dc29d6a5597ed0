"""logging-enabled: a bucket without access logging leaves no first-party record of who touched its data."""

from __future__ import annotations

from auditor.check import About, Context, SourceCheck
from auditor.model import Evidence, Severity, Verdict, failed, not_applicable, passed, undecidable, unreadable
from auditor.prelude import others_unread
from auditor.reading import Absent, Present, Setting, Unreadable
from auditor.s3.log_keys import key_format_document
from auditor.s3.settings import Logging
from auditor.s3.subjects import Source, VendedDelivery

ABOUT = About(
    id="logging-enabled",
    title="Access logging is on, by bucket delivery or by CloudWatch delivery",
    severity=Severity.HIGH,
    reads=(Setting.LOGGING, Setting.DELIVERY_SOURCES, Setting.DELIVERIES, Setting.DELIVERY_DESTINATIONS),
    rationale=(
        "Server access logs are the first-party record of the requests to a bucket: who asked, from where, for what, "
        "and with which result, failed authentication included. S3 writes them as best it can, and never "
        "retroactively: what happens while logging is off stays unknown for ever."
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
    active = [delivery for delivery in by_cloudwatch if delivery.active]
    leading = [delivery for delivery in active if not _leads_nowhere(delivery)]
    match source.logging:
        case Present(value=logging):
            where = f"s3://{logging.destination}/{logging.prefix}"
            return passed(f"Access logs of {name} go to {where}.", *_facts(logging))
        case _ if leading:
            where = leading[0].destination_arn
            return passed(f"Access logs of {name} go to {where} through CloudWatch Logs.", _delivery(leading[0]))
        case Unreadable() as unread:
            return unreadable(f"Whether {name} logs its requests is unknown", unread)
        case Absent() if active:
            return undecidable(
                f"Access logs of {name} go to {active[0].destination_arn} through CloudWatch Logs, but that log group "
                "does not exist, and AWS does not document whether anything arrives.",
                _delivery(active[0]),
                Evidence(setting=Setting.LOG_GROUP, path="logGroups[]", value=None),
            )
        case Absent():
            return _off(source)


def _leads_nowhere(delivery: VendedDelivery) -> bool:
    return delivery.kind == "CWL" and isinstance(delivery.log_group, Absent)


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
        return others_unread(
            lambda names: f"{name} does not log, but it may be the destination of {names}, whose logging is unknown",
            source.may_receive,
            evidence=(off,),
        )
    if isinstance(source.vended, Unreadable):
        return unreadable(
            f"Bucket delivery of {name} is off, and whether CloudWatch delivery is on is unknown",
            source.vended,
            evidence=(off,),
        )
    deliveries = source.vended.value if isinstance(source.vended, Present) else ()
    if not deliveries:
        none = Evidence(setting=Setting.DELIVERY_SOURCES, path="deliverySources[].resourceArns[]", value=None)
        return failed(f"Access logging of {name} is off: neither S3 nor CloudWatch Logs delivers any.", off, none)
    idle = deliveries[0]
    because = f"is {idle.status}" if idle.destination_arn else "is in no delivery"
    return failed(
        f"Bucket delivery of {name} is off, and its CloudWatch delivery source {idle.source_name} {because}.",
        off,
        *(_delivery(delivery) for delivery in deliveries),
    )


def _facts(logging: Logging) -> tuple[Evidence, ...]:
    # Whoever compares with an earlier assessment needs all three: together they say to which keys S3 writes.
    return (
        Evidence(setting=Setting.LOGGING, path="LoggingEnabled.TargetBucket", value=logging.destination),
        Evidence(setting=Setting.LOGGING, path="LoggingEnabled.TargetPrefix", value=logging.prefix),
        Evidence(
            setting=Setting.LOGGING,
            path="LoggingEnabled.TargetObjectKeyFormat",
            value=key_format_document(logging.key_format),
        ),
    )


def _delivery(delivery: VendedDelivery) -> Evidence:
    value = {"source": delivery.source_name, "status": delivery.status, "destination": delivery.destination_arn}
    return Evidence(setting=Setting.DELIVERY_SOURCES, path="deliverySources[]", value={**value})


CHECK = SourceCheck(about=ABOUT, judge=judge)
