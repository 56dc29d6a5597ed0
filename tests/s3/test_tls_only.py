"""Whether plain HTTP is denied."""

from datetime import UTC, datetime

import pytest

from auditor.s3.bucket_policy import BucketPolicy, no_bucket_policy, parse_bucket_policy
from auditor.s3.tls_only import NotTlsOnly, TlsAnswer, TlsOnly, TlsUndecidable, judge_tls_only

ARN = "arn:aws:s3:::acme-logs"
ACCOUNT = "111122223333"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
PLAIN = {"Bool": {"aws:SecureTransport": "false"}}
BOTH = [ARN, f"{ARN}/*"]


def judge(*statements: object) -> TlsAnswer:
    """The answer for a policy of these statements."""
    policy = parse_bucket_policy({"Version": "2012-10-17", "Statement": list(statements)}, bucket_arn=ARN)
    assert isinstance(policy, BucketPolicy), policy
    return judge_tls_only(policy, account=ACCOUNT, now=NOW)


def deny(condition: object = None, **changes: object) -> dict[str, object]:
    """AWS's example statement, changed."""
    statement: dict[str, object] = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": BOTH,
        "Condition": PLAIN if condition is None else condition,
    }
    return {name: value for name, value in {**statement, **changes}.items() if value is not None}


@pytest.mark.parametrize(
    "statement",
    [
        deny(),
        deny({"BoolIfExists": {"aws:SecureTransport": "false"}}),
        deny({"Bool": {"AWS:securetransport": False}}),
        deny({"StringEquals": {"aws:SecureTransport": "false"}}),
        deny({"StringNotEquals": {"aws:SecureTransport": "true"}}),
        deny({"StringLike": {"aws:SecureTransport": "f*"}}),
        deny(Principal={"AWS": "*"}),
        deny(Resource="*"),
        deny(Resource=f"{ARN}*"),
        deny(Action="*"),
        deny({}),
    ],
)
def test_plain_http_is_denied(statement: dict[str, object]) -> None:
    """Every spelling of the statement that AWS recommends."""
    found = judge(statement)

    assert isinstance(found, TlsOnly)
    assert [s.index for s in found.statements] == [0]
    assert found.every_action


def test_statements_may_share_the_work() -> None:
    """One statement for the bucket and one for the objects, or one action each, are as good as one for all."""
    assert isinstance(judge(deny(Resource=ARN), deny(Resource=f"{ARN}/*")), TlsOnly)
    found = judge(deny(Action=["s3:Get*", "s3:List*"]), deny(Action=["s3:Put*", "s3:Delete*"]))
    assert isinstance(found, TlsOnly)
    assert not found.every_action


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        (deny(Resource=f"{ARN}/*"), {"s3:ListBucket", "s3:ListBucketVersions"}),
        (deny(Action="s3:GetObject"), {"s3:PutObject", "s3:ListBucket"}),
        (deny(Action=None, NotAction="s3:PutObject"), {"s3:PutObject"}),
        (deny(Resource=[ARN, f"{ARN}/logs/*"]), {"s3:GetObject"}),
        (deny({"Bool": {"aws:SecureTransport": "true"}}), {"s3:GetObject"}),
        (deny(Effect="Allow"), {"s3:GetObject"}),
    ],
)
def test_gaps_are_named(statement: dict[str, object], missing: set[str]) -> None:
    """What plain HTTP may still do, be it on some objects only."""
    found = judge(statement)

    assert isinstance(found, NotTlsOnly)
    assert missing <= set(found.actions)
    assert found.why.startswith("Plain HTTP is not denied for ")


@pytest.mark.parametrize(
    "statement",
    [
        deny({"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
        deny({**PLAIN, "StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}}),
        deny({**PLAIN, "ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/r"}}),
        deny({**PLAIN, "IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
        deny({**PLAIN, "Bool": {"aws:SecureTransport": "false", "aws:PrincipalIsAWSService": "false"}}),
        deny(Principal={"AWS": ACCOUNT}),
        deny(Principal=None, NotPrincipal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/r"}),
        deny({"StringEqualz": {"aws:SecureTransport": "false"}}),
    ],
)
def test_deny_that_may_spare_somebody_is_undecidable(statement: dict[str, object]) -> None:
    """A Deny that does not hit every plain request whoever makes it is no proof, and is named."""
    found = judge(statement)

    assert isinstance(found, TlsUndecidable)
    assert [s.index for s in found.statements] == [0]
    assert found.why.endswith(".")


def test_minimum_tls_version_beside_a_plain_deny_changes_nothing() -> None:
    """AWS shows both statements together."""
    assert isinstance(judge(deny({"NumericLessThan": {"s3:TlsVersion": 1.2}}), deny()), TlsOnly)


def test_no_policy_denies_nothing() -> None:
    """S3 takes plain HTTP unless a policy denies it."""
    assert isinstance(judge_tls_only(no_bucket_policy(ARN), account=ACCOUNT, now=NOW), NotTlsOnly)
