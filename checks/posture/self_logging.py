"""self-logging: a bucket that logs into itself writes a log of every log it writes."""

from __future__ import annotations

from auditor.check import About, Context, DeliveryCheck
from auditor.model import Evidence, Severity, Verdict, failed, passed
from auditor.reading import Setting
from auditor.s3.subjects import Delivery

ABOUT = About(
    id="self-logging",
    title="The destination is another bucket",
    severity=Severity.HIGH,
    reads=(Setting.LOGGING,),
    rationale=(
        "S3 accepts a bucket as its own destination, and every delivered log object is then itself a request to log: "
        "the bucket fills without end, costs grow, and the records of people drown in records of deliveries. Whoever "
        "may write to the bucket may also delete the evidence."
    ),
    remediation=(
        "Choose a dedicated destination bucket in the same account and Region, let log delivery write there, and "
        "point the bucket's server access logging at it."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html",
)


def judge(delivery: Delivery, context: Context) -> Verdict:
    """FAIL when source and destination are one bucket."""
    name = delivery.logging.destination
    fact = Evidence(setting=Setting.LOGGING, path="LoggingEnabled.TargetBucket", value=name)
    if name == delivery.source.name:
        return failed(f"{name} delivers its access logs into itself.", fact)
    return passed(f"Logs go to {name}, another bucket.", fact)


CHECK = DeliveryCheck(about=ABOUT, judge=judge)
