"""destination-encrypted: log objects are encrypted at rest, by whichever default encryption the destination has."""

from __future__ import annotations

from auditor.check import About, Context, DestinationCheck
from auditor.model import Evidence, Severity, Verdict, passed, unreadable
from auditor.reading import Absent, Present, Setting, Unreadable
from auditor.s3.documents import listed
from auditor.s3.subjects import Destination

ABOUT = About(
    id="destination-encrypted",
    title="Log objects are encrypted at rest by default encryption",
    severity=Severity.MEDIUM,
    reads=(Setting.LOGGING, Setting.ENCRYPTION),
    rationale=(
        "Many frameworks ask that logs are encrypted at rest. S3 has encrypted every new object since January 2023, "
        "with SSE-S3 where the bucket asks for nothing else, so a bucket without a setting is encrypted as well and "
        "cannot be set to anything less. Objects written before keep what they had. Which default encryption log "
        "delivery can work with is another question: see delivery-encryption."
    ),
    remediation=(
        "There is nothing to turn on for new log objects. Where the answer could not be read, allow the auditor "
        "s3:GetEncryptionConfiguration."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html",
)

RULES = "ServerSideEncryptionConfiguration.Rules[]"


def judge(destination: Destination, context: Context) -> Verdict:
    """PASS for every answer: S3 knows no default encryption that is none. What was not read stays UNKNOWN."""
    name = destination.bucket.name
    match destination.encryption:
        case Unreadable() as unread:
            return unreadable(f"The default encryption of {name} is unknown", unread, bucket=name)
        case Absent(code=code):
            fact = Evidence(setting=Setting.ENCRYPTION, path=RULES, value=code or None, bucket=name)
            return passed(f"{name} sets no default encryption, so S3 encrypts new log objects with SSE-S3.", fact)
        case Present(value=encryption):
            path = f"{RULES}.ApplyServerSideEncryptionByDefault.SSEAlgorithm"
            fact = Evidence(setting=Setting.ENCRYPTION, path=path, value=[*encryption.algorithms], bucket=name)
            if not encryption.algorithms:
                return passed(f"{name} names no algorithm, so S3 encrypts new log objects with SSE-S3.", fact)
            caution = "" if set(encryption.algorithms) <= {"AES256"} else " (see delivery-encryption)"
            return passed(f"{name} encrypts new log objects with {listed(encryption.algorithms)}{caution}.", fact)


CHECK = DestinationCheck(about=ABOUT, judge=judge)
