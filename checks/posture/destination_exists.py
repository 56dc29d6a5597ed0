"""destination-exists: a configuration that names a bucket which is not there delivers nothing, and looks right."""

from __future__ import annotations

from auditor.check import About, Context, DeliveryCheck
from auditor.model import Evidence, Severity, Verdict, failed, passed, unreadable
from auditor.reading import Absent, Json, Present, Setting, Unreadable
from auditor.s3.subjects import Delivery, Elsewhere, InView, Missing, Unresolved

ABOUT = About(
    id="destination-exists",
    title="The destination exists and belongs to an account in view",
    severity=Severity.CRITICAL,
    reads=(Setting.LOGGING, Setting.BUCKET_LIST, Setting.REGION),
    rationale=(
        "S3 checks the destination when logging is set, never again. When the destination is deleted the configuration "
        "stays, delivery stops without a word, and the free name can be registered by anybody in the partition."
    ),
    remediation=(
        "Point the bucket's server access logging at an existing destination in its own account and Region. If the "
        "destination belongs to another account of yours, add that account to the audit."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshooting-server-access-logging.html",
)


def judge(delivery: Delivery, context: Context) -> Verdict:
    """FAIL when the destination is missing or certainly belongs to an account out of view."""
    name = delivery.logging.destination
    target = Evidence(setting=Setting.LOGGING, path="LoggingEnabled.TargetBucket", value=name)
    match delivery.whereabouts:
        case InView(bucket=bucket):
            listed = Evidence(setting=Setting.BUCKET_LIST, path="Buckets[].Name", value=name, bucket=name)
            return passed(f"The destination {name} exists in account {bucket.account}.", target, listed)
        case Missing(probe=probe):
            if probe is None:
                return failed(f"The destination {name} was deleted during the scan.", target)
            return failed(
                f"The destination {name} does not exist, so no log is delivered.",
                target,
                Evidence(setting=Setting.REGION, path="HeadBucket", value=_answer(probe.head), bucket=name),
            )
        case Elsewhere(probe=probe):
            return failed(
                f"The destination {name} exists, but it belongs to none of the accounts in view.",
                target,
                Evidence(setting=Setting.REGION, path="HeadBucket", value=_answer(probe.owned), bucket=name),
            )
        case Unresolved(unread=unread):
            return unreadable(f"Whose bucket {name} is, is unknown", unread, bucket=name, evidence=(target,))


def _answer(reading: Present[Json] | Absent | Unreadable) -> Json:
    match reading:
        case Present():
            return "200"
        case Absent(code=code) | Unreadable(code=code):
            return code


CHECK = DeliveryCheck(about=ABOUT, judge=judge)
