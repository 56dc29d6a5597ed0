"""delivery-requester-pays: a destination where the requester pays gets no logs."""

from __future__ import annotations

from auditor.check import About, ArrivalCheck, Context
from auditor.model import Evidence, Severity, Verdict, failed, passed, undecidable, unreadable
from auditor.reading import Absent, Present, Setting, Unreadable
from auditor.s3.subjects import Delivery, Destination

ABOUT = About(
    id="delivery-requester-pays",
    title="The destination is not Requester Pays",
    severity=Severity.CRITICAL,
    reads=(Setting.LOGGING, Setting.REQUEST_PAYMENT),
    rationale=(
        "AWS does not support Requester Pays buckets as destinations of access logs: the delivery service does not "
        "pay, and nothing arrives."
    ),
    remediation="Set the destination's request payment back to BucketOwner (s3api put-bucket-request-payment).",
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshooting-server-access-logging.html",
)


def judge(delivery: Delivery, destination: Destination, context: Context) -> Verdict:
    """FAIL when the requester pays. An answer that names nobody is S3's default, the bucket owner."""
    name = destination.bucket.name
    match destination.payer:
        case Unreadable() as unread:
            return unreadable(f"Who pays for requests to {name} is unknown", unread, bucket=name)
        case Absent():
            return _judge(name, "")
        case Present(value=payer):
            return _judge(name, payer)


def _judge(name: str, payer: str) -> Verdict:
    fact = Evidence(setting=Setting.REQUEST_PAYMENT, path="Payer", value=payer or None, bucket=name)
    match payer:
        case "Requester":
            return failed(f"{name} is Requester Pays, so S3 cannot deliver logs to it.", fact)
        case "BucketOwner" | "":
            return passed(f"The owner of {name} pays for requests.", fact)
        case _:
            return undecidable(f"{name} names a payer that S3 does not document: {payer}.", fact)


CHECK = ArrivalCheck(about=ABOUT, judge=judge)
