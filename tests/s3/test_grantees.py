"""Who gets something."""

from datetime import UTC, datetime

import pytest

from auditor.s3.acl import ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY, CanonicalGrantee, EmailGrantee, GroupGrantee
from auditor.s3.bucket_policy import BucketPolicy, Statement, parse_bucket_policy
from auditor.s3.callers import (
    AnonymousCaller,
    IamCaller,
    LogDeliveryCaller,
    ServiceCaller,
    UnknownCaller,
    UnnamedCaller,
)
from auditor.s3.grantees import (
    AccountPattern,
    ArnPattern,
    Grantee,
    Organization,
    account_of_grantee,
    callers_of,
    grantees_of,
    name_of_grantee,
)
from auditor.s3.principals import (
    AccountPrincipal,
    CanonicalUser,
    Everyone,
    IamPrincipal,
    ServicePrincipal,
    UnrecognisedPrincipal,
)
from auditor.s3.request_context import Known

ARN = "arn:aws:s3:::acme-logs"
A = "111122223333"
ROLE = f"arn:aws:iam::{A}:role/r"


def statement(principal: object = "*", condition: object = None, *, negated: bool = False) -> Statement:
    """An Allow of reading."""
    document: dict[str, object] = {
        "Effect": "Allow",
        "NotPrincipal" if negated else "Principal": principal,
        "Action": "s3:GetObject",
        "Resource": f"{ARN}/*",
        "Condition": condition or {},
    }
    policy = parse_bucket_policy({"Version": "2012-10-17", "Statement": [document]}, bucket_arn=ARN)
    assert isinstance(policy, BucketPolicy), policy
    return policy.statements[0]


def named(of: Statement) -> list[Grantee]:
    """The grantees without the clauses that narrowed them."""
    return [grantee for grantee, _ in grantees_of(of)]


def test_principals_are_grantees() -> None:
    """Each name is one grantee; deleted principals get nothing."""
    principal = {"AWS": [A, ROLE, "AIDAEXAMPLEEXAMPLE"], "Service": "x.amazonaws.com", "CanonicalUser": "79a5"}

    assert named(statement(principal)) == [
        AccountPrincipal(A),
        IamPrincipal(ROLE, A),
        ServicePrincipal("x.amazonaws.com"),
        CanonicalUser("79a5"),
    ]


def test_allow_with_not_principal_is_everyone() -> None:
    """All but the listed ones, unsigned requests included."""
    assert named(statement({"AWS": A}, negated=True)) == [Everyone()]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (
            {"StringEquals": {"aws:PrincipalAccount": [A, "444455556666"]}},
            [AccountPrincipal(A), AccountPrincipal("444455556666")],
        ),
        ({"StringLike": {"aws:PrincipalAccount": "1*"}}, [AccountPattern("1*")]),
        ({"ArnEquals": {"aws:PrincipalArn": ROLE}}, [IamPrincipal(ROLE, A)]),
        ({"ArnLike": {"aws:PrincipalArn": f"{ROLE}*"}}, [ArnPattern(f"{ROLE}*", A)]),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/r"}}, [ArnPattern("arn:aws:iam::*:role/r", None)]),
        ({"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{A}:root"}}, [ArnPattern(f"arn:aws:iam::{A}:root", A)]),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-abc"}}, [Organization("o-abc")]),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-abc/*"}}, [Organization("o-abc/*")]),
        ({"StringEquals": {"aws:PrincipalServiceName": "x.amazonaws.com"}}, [ServicePrincipal("x.amazonaws.com")]),
        ({"StringLike": {"aws:PrincipalServiceName": "x*"}}, [UnrecognisedPrincipal("aws:PrincipalServiceName", "x*")]),
        (
            {"StringEquals": {"aws:PrincipalOrgID": "o-abc"}, "ArnLike": {"aws:PrincipalArn": ROLE}},
            [IamPrincipal(ROLE, A)],
        ),
        ({"StringNotEquals": {"aws:PrincipalAccount": A}}, [Everyone()]),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-abc"}}, [Everyone()]),
        ({"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-abc/*"}}, [Everyone()]),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, [Everyone()]),
    ],
)
def test_everyone_is_narrowed_by_who_can_meet_the_condition(condition: object, expected: list[Grantee]) -> None:
    """Only a clause that fails without its key narrows; the one that says most about who it is counts."""
    assert named(statement("*", condition)) == expected


def test_named_principals_are_not_narrowed_further() -> None:
    """A condition on a named principal stays a condition."""
    assert named(statement({"AWS": A}, {"ArnLike": {"aws:PrincipalArn": ROLE}})) == [AccountPrincipal(A)]


@pytest.mark.parametrize(
    ("grantee", "account"),
    [
        (AccountPrincipal(A), A),
        (IamPrincipal(ROLE, A), A),
        (ArnPattern(f"arn:aws:iam::{A}:*", A), A),
        (ArnPattern("*", None), None),
        (Everyone(), None),
        (CanonicalUser("79a5"), None),
        (CanonicalGrantee("79a5"), None),
        (Organization("o-abc"), None),
        (ServicePrincipal("x"), None),
        (ALL_USERS, None),
    ],
)
def test_account_is_told_or_unknown(grantee: Grantee, account: str | None) -> None:
    """A canonical id does not tell the account."""
    assert account_of_grantee(grantee) == account


@pytest.mark.parametrize(
    ("grantee", "name"),
    [
        (Everyone(), "everyone"),
        (ALL_USERS, "everyone"),
        (AUTHENTICATED_USERS, "everyone with an AWS account"),
        (LOG_DELIVERY, "the LogDelivery group"),
        (GroupGrantee("http://x"), "the group http://x"),
        (AccountPrincipal(A), f"account {A}"),
        (IamPrincipal(ROLE, A), ROLE),
        (Organization("o-abc"), "organization o-abc"),
        (CanonicalGrantee("79a5"), "the account with canonical user id 79a5"),
        (EmailGrantee("a@b.example"), "the account of a@b.example"),
        (AccountPattern("1*"), "every account like 1*"),
        (ArnPattern("x\n*", None), "everyone whose ARN is like x\\u{a}*"),
        (UnrecognisedPrincipal("AWS", "?"), "the principal ?"),
    ],
)
def test_grantee_can_be_named(grantee: Grantee, name: str) -> None:
    """In a sentence, on one line."""
    assert name_of_grantee(grantee) == name


@pytest.mark.parametrize(
    ("grantee", "callers"),
    [
        (Everyone(), [UnnamedCaller(""), AnonymousCaller(), UnknownCaller()]),
        (ALL_USERS, [UnnamedCaller(""), AnonymousCaller(), UnknownCaller()]),
        (AUTHENTICATED_USERS, [UnnamedCaller(""), UnknownCaller()]),
        (AccountPrincipal(A), [IamCaller(account=A)]),
        (IamPrincipal(ROLE, A), [IamCaller(account=A, arn=ROLE)]),
        (ArnPattern("x", A), [IamCaller(account=A)]),
        (ArnPattern("x", None), [UnknownCaller()]),
        (CanonicalUser("x"), [UnknownCaller()]),
        (GroupGrantee("http://x"), [UnknownCaller()]),
        (LOG_DELIVERY, [LogDeliveryCaller(home=A)]),
        (ServicePrincipal("x"), [ServiceCaller(name="x", documented=True, home=A)]),
    ],
)
def test_callers_stand_for_the_grantee(grantee: Grantee, callers: list[object]) -> None:
    """Everyone is a stranger with an account, whoever does not sign, and somebody whom a Deny may spare."""
    found = callers_of(grantee, owner=A, partition="aws", now=datetime(2026, 11, 22, tzinfo=UTC))

    assert [caller for caller, _ in found] == callers
    assert {str(context.fact("aws:securetransport")) for _, context in found} == {str(Known(("true",)))}
