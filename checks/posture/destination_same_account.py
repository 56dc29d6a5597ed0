"""destination-same-account: S3 delivers access logs only within one account."""

from __future__ import annotations

from auditor.check import About, Context, DeliveryCheck
from auditor.model import Evidence, Severity, Verdict, failed, not_applicable, passed, unreadable
from auditor.prelude import answer_of
from auditor.reading import Setting
from auditor.s3.subjects import Delivery, Elsewhere, InView, Missing, Unresolved

ABOUT = About(
    id="destination-same-account",
    title="Source and destination belong to the same account",
    severity=Severity.HIGH,
    reads=(Setting.LOGGING, Setting.BUCKET_LIST, Setting.REGION),
    rationale=(
        "Bucket delivery never crosses accounts. A destination that was deleted and registered anew by another account "
        "leaves a configuration that looks right, and its new owner is a stranger to the logs."
    ),
    remediation=(
        "Point the bucket's server access logging at a destination in its own account. To keep a copy in a central "
        "account, replicate the destination there or deliver through CloudWatch Logs."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshooting-server-access-logging.html",
)


def judge(delivery: Delivery, context: Context) -> Verdict:
    """FAIL when the destination certainly belongs to another account."""
    name, mine = delivery.logging.destination, delivery.source.account
    match delivery.whereabouts:
        case InView(bucket=bucket):
            facts = (
                Evidence(setting=Setting.BUCKET_LIST, path="account", value=mine),
                Evidence(setting=Setting.BUCKET_LIST, path="account", value=bucket.account, bucket=name),
            )
            if bucket.account == mine:
                return passed(f"The bucket and its destination {name} both belong to account {mine}.", *facts)
            return failed(f"Logs go to {name} in account {bucket.account}; the bucket belongs to {mine}.", *facts)
        case Elsewhere(probe=probe):
            return failed(
                f"Logs go to {name}, which is not among the buckets of the source's account {mine}.",
                Evidence(setting=Setting.LOGGING, path="LoggingEnabled.TargetBucket", value=name),
                answer_of(probe.owned, bucket=name),
            )
        case Missing():
            return not_applicable(f"The destination {name} does not exist (see destination-exists).")
        case Unresolved(unread=unread):
            return unreadable(f"Whose bucket {name} is, is unknown", unread, bucket=name)


CHECK = DeliveryCheck(about=ABOUT, judge=judge)
