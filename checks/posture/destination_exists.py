"""destination-exists: a configuration that names a bucket which is not there delivers nothing, and looks right."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.check import About, Context, DeliveryCheck
from auditor.model import Account, AccountStatus, Evidence, Severity, Verdict, failed, passed, unreadable
from auditor.prelude import answer_of
from auditor.reading import NOT_COLLECTED, Setting, Unreadable, reading_of
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
                answer_of(probe.head, bucket=name),
            )
        case Elsewhere(probe=probe):
            answer = answer_of(probe.owned, bucket=name)
            hidden = _unlisted(context.estate.accounts)
            if hidden:
                return unreadable(
                    f"The destination {name} belongs to another account, and whether that is one of those in scope is "
                    "unknown",
                    *hidden,
                    evidence=(target, answer),
                )
            return failed(
                f"The destination {name} exists, but it belongs to none of the accounts in view.", target, answer
            )
        case Unresolved(unread=unread):
            return unreadable(f"Whose bucket {name} is, is unknown", unread, bucket=name, evidence=(target,))


def _unlisted(accounts: Iterable[Account]) -> tuple[Unreadable, ...]:
    """The bucket lists of accounts in scope that were not read to their end: any bucket may be among the rest."""
    found = []
    for account in accounts:
        if account.status is not AccountStatus.AUDITED:
            reading = reading_of(account.readings, Setting.BUCKET_LIST)
            cut = Unreadable(
                setting=Setting.BUCKET_LIST, code=NOT_COLLECTED, message=f"account {account.id} was not wholly read"
            )
            found.append(reading if isinstance(reading, Unreadable) and reading.code != NOT_COLLECTED else cut)
    return tuple(found[:3])


CHECK = DeliveryCheck(about=ABOUT, judge=judge)
