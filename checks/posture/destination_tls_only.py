"""destination-tls-only: logs that travel by plain HTTP can be read and changed on the way."""

from __future__ import annotations

from auditor.check import About, Context, DestinationCheck
from auditor.model import Severity, Verdict, failed, passed, undecidable, unreadable
from auditor.quote import quote
from auditor.reading import Setting, Unreadable
from auditor.s3.destination_access import policy_fact
from auditor.s3.destinations import policy_in_force
from auditor.s3.documents import listed
from auditor.s3.subjects import Destination
from auditor.s3.tls_only import NotTlsOnly, TlsOnly, TlsUndecidable, judge_tls_only

ABOUT = About(
    id="destination-tls-only",
    title="Plain HTTP is denied",
    severity=Severity.MEDIUM,
    reads=(Setting.LOGGING, Setting.POLICY),
    rationale=(
        "S3 answers plain HTTP unless the bucket policy denies it, and then log records, or credentials with them, can "
        "be read on the way. Log delivery uses TLS, so that the Deny that AWS recommends does not stop it."
    ),
    remediation=(
        "Add a statement to the destination's policy that denies s3:* to everyone on the bucket and on its objects "
        'under the condition {"Bool": {"aws:SecureTransport": "false"}}.'
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
)


def judge(destination: Destination, context: Context) -> Verdict:
    """PASS quotes the Denies that keep plain HTTP out of the bucket and every object, whoever asks."""
    name = destination.bucket.name
    policy = policy_in_force(destination)
    if isinstance(policy, Unreadable):
        return unreadable(f"Whether {name} denies plain HTTP is unknown", policy, bucket=name)
    match judge_tls_only(policy, account=destination.account.id, now=context.at):
        case TlsOnly(statements=statements):
            labels = listed(statement.label for statement in statements)
            quotes = (quote(statement, bucket=name) for statement in statements)
            return passed(f"The policy of {name} denies plain HTTP ({labels}).", *quotes)
        case NotTlsOnly(why=why):
            return failed(f"{name} answers plain HTTP. {why}", policy_fact(destination))
        case TlsUndecidable(statements=statements, why=why):
            quotes = (quote(statement, bucket=name) for statement in statements)
            return undecidable(f"Whether {name} denies plain HTTP to everyone cannot be told. {why}", *quotes)


CHECK = DestinationCheck(about=ABOUT, judge=judge)
