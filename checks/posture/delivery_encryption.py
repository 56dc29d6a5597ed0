"""delivery-encryption: log delivery is documented to work with SSE-S3 default encryption only."""

from __future__ import annotations

from auditor.check import About, ArrivalCheck, Context
from auditor.model import Evidence, Severity, Verdict, failed, passed, undecidable, unreadable
from auditor.reading import Absent, Present, Setting, Unreadable
from auditor.s3.subjects import Delivery, Destination

ABOUT = About(
    id="delivery-encryption",
    title="The destination's default encryption is SSE-S3",
    severity=Severity.CRITICAL,
    reads=(Setting.LOGGING, Setting.ENCRYPTION),
    rationale=(
        "AWS supports destinations of access logs with SSE-S3 default encryption only. With SSE-KMS or DSSE-KMS, logs "
        "may be delivered under a key that you cannot use, or not at all, and S3 says so to nobody. Scanners that ask "
        "for KMS on every bucket (Security Hub S3.17) are wrong about this one."
    ),
    remediation=(
        "Set the destination's default encryption to SSE-S3 (AES256). Where KMS is required, deliver access logs "
        "through CloudWatch Logs, which supports it."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html",
)


def judge(delivery: Delivery, destination: Destination, context: Context) -> Verdict:
    """PASS for AES256 or no setting at all, FAIL for KMS, UNKNOWN for an algorithm we do not know."""
    name = destination.bucket.name
    path = "ServerSideEncryptionConfiguration.Rules[].ApplyServerSideEncryptionByDefault.SSEAlgorithm"
    match destination.encryption:
        case Unreadable() as unread:
            return unreadable(f"The default encryption of {name} is unknown", unread, bucket=name)
        case Absent():
            # Since January 2023 S3 encrypts every new object with SSE-S3 where nothing else is configured.
            fact = Evidence(setting=Setting.ENCRYPTION, path=path, value=None, bucket=name)
            return passed(f"{name} sets no default encryption, so S3 applies SSE-S3.", fact)
        case Present(value=encryption):
            fact = Evidence(setting=Setting.ENCRYPTION, path=path, value=[*encryption.algorithms], bucket=name)
            if any(algorithm.startswith("aws:kms") for algorithm in encryption.algorithms):
                used = ", ".join(encryption.algorithms)
                return failed(f"{name} encrypts with {used}; AWS supports log delivery with SSE-S3 only.", fact)
            if set(encryption.algorithms) <= {"AES256"}:
                return passed(f"{name} encrypts with SSE-S3.", fact)
            return undecidable(
                f"{name} encrypts with {', '.join(encryption.algorithms)}, which is not documented.", fact
            )


CHECK = ArrivalCheck(about=ABOUT, judge=judge)
