"""delivery-object-lock: Object Lock on a destination stops log delivery."""

from __future__ import annotations

from auditor.check import About, ArrivalCheck, Context
from auditor.model import Evidence, Severity, Verdict, failed, passed, undecidable, unreadable
from auditor.reading import Absent, Present, Setting, Unreadable
from auditor.s3.subjects import Delivery, Destination

ABOUT = About(
    id="delivery-object-lock",
    title="The destination has no Object Lock and no default retention",
    severity=Severity.CRITICAL,
    reads=(Setting.LOGGING, Setting.OBJECT_LOCK),
    rationale=(
        "A bucket with a default retention period cannot be a destination of access logs, and AWS's troubleshooting "
        "page says that Object Lock blocks delivery altogether. Logs then stop without a word. Scanners that ask for "
        "Object Lock on log buckets (Security Hub S3.15) ask for this failure."
    ),
    remediation=(
        "Object Lock cannot be turned off: create another destination without it and point the sources there. For "
        "write-once storage, replicate the logs to a locked bucket, or deliver through CloudWatch Logs."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshooting-server-access-logging.html",
)


def judge(delivery: Delivery, destination: Destination, context: Context) -> Verdict:
    """FAIL when Object Lock is enabled, with or without a default retention."""
    name = destination.bucket.name
    match destination.object_lock:
        case Unreadable() as unread:
            return unreadable(f"The Object Lock configuration of {name} is unknown", unread, bucket=name)
        case Absent(code=code):
            fact = Evidence(
                setting=Setting.OBJECT_LOCK, path="ObjectLockConfiguration", value=code or None, bucket=name
            )
            return passed(f"{name} has no Object Lock.", fact)
        case Present(value=lock):
            enabled = Evidence(
                setting=Setting.OBJECT_LOCK,
                path="ObjectLockConfiguration.ObjectLockEnabled",
                value=lock.enabled,
                bucket=name,
            )
            default = Evidence(
                setting=Setting.OBJECT_LOCK,
                path="ObjectLockConfiguration.Rule.DefaultRetention",
                value=lock.mode or lock.default_retention,
                bucket=name,
            )
            if lock.default_retention:
                return failed(
                    f"{name} has a default retention period, so S3 cannot deliver logs to it.", enabled, default
                )
            if lock.enabled:
                return failed(f"{name} has Object Lock on, which blocks the delivery of access logs.", enabled, default)
            return undecidable(f"{name} answers with an Object Lock configuration that is not enabled.", enabled)


CHECK = ArrivalCheck(about=ABOUT, judge=judge)
