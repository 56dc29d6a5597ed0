"""prefix-delimited: a prefix without its final slash runs into the date, and into its neighbours."""

from __future__ import annotations

from auditor.check import About, Context, DeliveryCheck
from auditor.model import Evidence, Severity, Verdict, failed, not_applicable, passed
from auditor.reading import Setting
from auditor.s3.subjects import Delivery

ABOUT = About(
    id="prefix-delimited",
    title="The prefix ends in a slash",
    severity=Severity.LOW,
    reads=(Setting.LOGGING,),
    rationale=(
        "S3 puts the prefix before the date verbatim: `logs` gives `logs2026-11-22-…`. Consoles and listings then show "
        "no folder, and whatever is granted or expired under `app` also covers `app2`."
    ),
    remediation="End the prefix with a slash (s3api put-bucket-logging); logs from before keep their old keys.",
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html",
)


def judge(delivery: Delivery, context: Context) -> Verdict:
    """FAIL for a prefix that does not end in a slash."""
    prefix = delivery.logging.prefix
    fact = Evidence(setting=Setting.LOGGING, path="LoggingEnabled.TargetPrefix", value=prefix)
    if not prefix:
        return not_applicable("There is no prefix (see prefix-present).", fact)
    if prefix.endswith("/"):
        return passed(f'The prefix "{prefix}" ends in a slash.', fact)
    return failed(f'The prefix "{prefix}" does not end in a slash, so keys run on from it.', fact)


CHECK = DeliveryCheck(about=ABOUT, judge=judge)
