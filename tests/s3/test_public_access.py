"""Public policies by S3's definition."""

from datetime import UTC, datetime

import pytest

from auditor.s3.bucket_policy import BucketPolicy, parse_bucket_policy
from auditor.s3.public_access import Publicity, policy_publicity
from auditor.s3.truth import Truth

ARN = "arn:aws:s3:::acme-logs"
ACCOUNT = "111122223333"
YES, NO, UNSURE = Truth.TRUE, Truth.FALSE, Truth.UNDECIDABLE


def publicity(*statements: object) -> Publicity:
    """Whether a policy of these statements is public."""
    policy = parse_bucket_policy({"Version": "2012-10-17", "Statement": list(statements)}, bucket_arn=ARN)
    assert isinstance(policy, BucketPolicy), policy
    return policy_publicity(policy, account=ACCOUNT, now=datetime(2026, 11, 22, tzinfo=UTC))


def allow(condition: object = None, **changes: object) -> dict[str, object]:
    """AWS's example of a public statement, changed."""
    statement: dict[str, object] = {"Effect": "Allow", "Principal": "*", "Resource": "*", "Action": "s3:PutObject"}
    if condition is not None:
        statement["Condition"] = condition
    return {name: value for name, value in {**statement, **changes}.items() if value is not None}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, YES),
        ({"StringLike": {"aws:SourceVpc": "vpc-*"}}, YES),
        ({"StringEquals": {"aws:SourceVpc": "vpc-91237329"}}, NO),
        ({"StringLike": {"aws:SourceVpc": "vpc-91237329"}}, NO),
        ({"StringEquals": {"aws:SourceVpc": ["vpc-1", "vpc-2"]}}, NO),
        ({"StringLike": {"aws:SourceVpc": ["vpc-1", "vpc-*"]}}, YES),
        ({"StringEquals": {"aws:SourceVpc": "${aws:PrincipalTag/vpc}"}}, YES),
        ({"StringEquals": {"aws:SourceVpc": "vpc-*"}}, UNSURE),
        ({"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}}, UNSURE),
        ({"ForAllValues:StringEquals": {"aws:SourceVpce": "vpce-1"}}, UNSURE),
        ({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}, YES),
        ({"StringEquals": {"aws:SourceAccount": ACCOUNT}}, NO),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::acme"}}, NO),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}}, YES),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{ACCOUNT}:*"}}, UNSURE),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-abc"}}, NO),
        ({"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}, NO),
        ({"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/r"}}, NO),
        ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/*"}}, UNSURE),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/r"}}, YES),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-abc/*"}}, UNSURE),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-*"}}, YES),
        ({"Bool": {"aws:PrincipalIsAWSService": "true"}}, UNSURE),
        ({"Bool": {"aws:PrincipalIsAWSService": "false"}}, YES),
        ({"ForAnyValue:StringEquals": {"aws:PrincipalOrgPaths": "o-abc/r-1/"}}, UNSURE),
        ({"StringEquals": {"aws:userid": "AIDAEXAMPLE"}}, NO),
        ({"StringLike": {"aws:userid": "AROAEXAMPLE:*"}}, UNSURE),
        ({"StringLike": {"aws:userid": "*"}}, YES),
        ({"StringLike": {"s3:DataAccessPointArn": f"arn:aws:s3:us-west-2:{ACCOUNT}:accesspoint/*"}}, NO),
        ({"StringLike": {"s3:DataAccessPointArn": "arn:aws:s3:us-west-2:*:accesspoint/*"}}, YES),
        ({"StringEquals": {"s3:DataAccessPointAccount": ACCOUNT}}, NO),
        ({"StringEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "arn:x"}}, UNSURE),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, NO),
        ({"IpAddress": {"aws:SourceIp": ["203.0.113.7", "2001:db8::/32"]}}, NO),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, NO),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}, YES),
        ({"IpAddress": {"aws:SourceIp": "11.0.0.0/7"}}, YES),
        ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "::/0"]}}, YES),
        ({"IpAddress": {"aws:SourceIp": "2001:db8::/31"}}, YES),
        ({"IpAddress": {"aws:SourceIp": "office"}}, UNSURE),
        ({"StringEquals": {"aws:SourceIp": "203.0.113.7"}}, UNSURE),
        ({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, YES),
        ({"Bool": {"aws:SecureTransport": "true"}}, YES),
        ({"StringEquals": {"aws:Referer": "https://example.com"}}, YES),
        ({"StringEquals": {"aws:PrincipalTag/team": "x"}}, YES),
        ({"Null": {"aws:SourceVpc": "false"}}, YES),
        ({"StringEqualz": {"aws:SourceVpc": "vpc-1"}}, UNSURE),
        ({"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:SourceVpce": "vpce-1"}}, NO),
    ],
)
def test_conditions(condition: object, expected: Truth) -> None:
    """One clause that fixes a value of a listed key makes a statement non-public; AWS's examples are among these."""
    found = publicity(allow(condition))

    assert found.truth is expected
    assert len(found.statements) == (expected is not NO)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"Principal": {"AWS": "*"}}, YES),
        ({"Principal": {"AWS": [ACCOUNT, "*"]}}, YES),
        ({"Principal": {"AWS": ACCOUNT}}, NO),
        ({"Principal": {"AWS": "444455556666"}}, NO),
        ({"Principal": {"Service": "logging.s3.amazonaws.com"}}, NO),
        ({"Principal": {"CanonicalUser": "79a5"}}, NO),
        ({"Principal": {"AWS": "arn:aws:iam::*:root"}}, UNSURE),
        ({"Principal": None, "NotPrincipal": {"AWS": ACCOUNT}}, YES),
        ({"Effect": "Deny"}, NO),
        ({"Action": "s3:NotASupportedAction"}, YES),
    ],
)
def test_principals(changes: dict[str, object], expected: Truth) -> None:
    """Only everyone is public; an action that S3 does not know is no excuse."""
    assert publicity(allow(**changes)).truth is expected


def test_one_public_statement_makes_the_policy_public() -> None:
    """As in AWS's example of a policy with public and non-public statements; the culprit is named."""
    found = publicity(
        allow(Principal={"Service": "cloudtrail.amazonaws.com"}), allow(Principal={"AWS": "444455556666"}), allow()
    )

    assert found.truth is YES
    assert [each.statement.index for each in found.statements] == [2]
    assert found.statements[0].why.startswith("Statement 3 grants access to everyone")


def test_deny_that_keeps_strangers_out_is_not_in_the_definition() -> None:
    """The definition speaks of grants; where a Deny leaves strangers nothing, we do not know what S3 says."""
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    account = {**deny, "Condition": {"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}}}
    organization = {**deny, "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-abc"}}}
    tls = {**deny, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}

    assert publicity(allow(), deny).truth is UNSURE
    assert publicity(allow(), account).truth is UNSURE
    assert publicity(allow(), organization).truth is UNSURE
    assert publicity(allow(), tls).truth is YES
    assert publicity(allow(), {**deny, "Resource": f"{ARN}/x/*"}).truth is YES
    assert publicity(allow(), {**deny, "Action": "s3:GetObject"}).truth is YES
