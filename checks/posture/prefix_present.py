"""prefix-present: logs without a prefix cannot be listed, expired or granted apart from anything else."""

from __future__ import annotations

from auditor.check import About, Context, DeliveryCheck
from auditor.model import Evidence, Severity, Verdict, failed, passed
from auditor.reading import Setting
from auditor.s3.log_keys import PartitionedPrefix, key_format_document
from auditor.s3.subjects import Delivery

ABOUT = About(
    id="prefix-present",
    title="The logs have a prefix of their own in the destination",
    severity=Severity.MEDIUM,
    reads=(Setting.LOGGING,),
    rationale=(
        "A prefix is what lifecycle rules, permissions and queries select by. Without one the logs of all sources lie "
        "in one heap, only the text inside tells them apart, and no rule can treat one source differently."
    ),
    remediation=(
        "Set a prefix that names the source and ends in a slash, or choose the partitioned key format, which puts "
        "account, Region and bucket into every key."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html",
)


def judge(delivery: Delivery, context: Context) -> Verdict:
    """PASS for a non-empty prefix, and for the partitioned format, which names the source by itself."""
    logging = delivery.logging
    prefix = Evidence(setting=Setting.LOGGING, path="LoggingEnabled.TargetPrefix", value=logging.prefix)
    if logging.prefix:
        return passed(f'Logs get the prefix "{logging.prefix}".', prefix)
    if isinstance(logging.key_format, PartitionedPrefix):
        fact = Evidence(
            setting=Setting.LOGGING,
            path="LoggingEnabled.TargetObjectKeyFormat",
            value=key_format_document(logging.key_format),
        )
        return passed("The prefix is empty, and the partitioned format puts the source into every key.", prefix, fact)
    return failed(f"Logs lie in {logging.destination} without any prefix.", prefix)


CHECK = DeliveryCheck(about=ABOUT, judge=judge)
