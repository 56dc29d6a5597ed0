"""Whose logs a delivery statement lets in."""

from datetime import UTC, datetime

import pytest

from auditor.s3.bucket_policy import BucketPolicy, parse_bucket_policy
from auditor.s3.delivery_request import LOGGING_SERVICE, VENDED_SERVICE
from auditor.s3.delivery_scope import DeliveryScope, Scope, delivery_scopes
from auditor.s3.truth import Truth

ARN = "arn:aws:s3:::acme-logs"
ACCOUNT = "111122223333"


def scopes(*statements: object, service: str = LOGGING_SERVICE, arn: str = ARN) -> tuple[DeliveryScope, ...]:
    """The delivery statements of a policy."""
    policy = parse_bucket_policy({"Version": "2012-10-17", "Statement": list(statements)}, bucket_arn=arn)
    assert isinstance(policy, BucketPolicy), policy
    return delivery_scopes(policy, service, account=ACCOUNT, now=datetime(2026, 11, 22, tzinfo=UTC))


def allow(condition: object, **changes: object) -> dict[str, object]:
    """A delivery statement under a condition."""
    statement: dict[str, object] = {
        "Effect": "Allow",
        "Principal": {"Service": LOGGING_SERVICE},
        "Action": "s3:PutObject",
        "Resource": f"{ARN}/*",
        "Condition": condition,
    }
    return {**statement, **changes}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({}, Scope.NEITHER),
        ({"StringEquals": {"aws:SourceAccount": ACCOUNT}}, Scope.ACCOUNT),
        ({"StringEquals": {"AWS:SourceAccount": [ACCOUNT, "444455556666"]}}, Scope.ACCOUNT),
        ({"StringLike": {"aws:SourceAccount": ACCOUNT}}, Scope.ACCOUNT),
        ({"StringEqualsIgnoreCase": {"aws:SourceAccount": ACCOUNT}}, Scope.ACCOUNT),
        ({"StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT}}, Scope.ACCOUNT),
        ({"ForAnyValue:StringEquals": {"aws:SourceAccount": ACCOUNT}}, Scope.ACCOUNT),
        ({"StringEquals": {"aws:SourceAccount": "${aws:ResourceAccount}"}}, Scope.ACCOUNT),
        ({"StringEquals": {"aws:SourceAccount": "${aws:PrincipalAccount}"}}, Scope.UNDECIDABLE),
        ({"StringLike": {"aws:SourceAccount": "1111*"}}, Scope.NEITHER),
        ({"StringLike": {"aws:SourceAccount": "*"}}, Scope.NEITHER),
        ({"StringLike": {"aws:SourceAccount": [ACCOUNT, "*"]}}, Scope.NEITHER),
        ({"StringNotEquals": {"aws:SourceAccount": "444455556666"}}, Scope.NEITHER),
        ({"Null": {"aws:SourceAccount": "false"}}, Scope.NEITHER),
        ({"StringEqualz": {"aws:SourceAccount": ACCOUNT}}, Scope.UNDECIDABLE),
        ({"NumericLessThan": {"aws:SourceAccount": ACCOUNT}}, Scope.UNDECIDABLE),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::acme"}}, Scope.BUCKET),
        ({"StringEquals": {"aws:SourceArn": ["arn:aws:s3:::acme", "arn:aws:s3:::b"]}}, Scope.BUCKET),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}}, Scope.NEITHER),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::acme-*"}}, Scope.NEITHER),
        ({"StringLike": {"aws:SourceArn": "*"}}, Scope.NEITHER),
        (
            {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::acme"}, "StringEquals": {"aws:SourceAccount": ACCOUNT}},
            Scope.ACCOUNT_AND_BUCKET,
        ),
        (
            {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}, "StringEquals": {"aws:SourceAccount": ACCOUNT}},
            Scope.ACCOUNT,
        ),
        (
            {"StringLike": {"aws:SourceAccount": "*"}, "StringEquals": {"aws:SourceAccount": ACCOUNT}},
            Scope.ACCOUNT,
        ),
    ],
)
def test_scope(condition: object, expected: Scope) -> None:
    """A statement is bound by a key when every value it does not spell out is kept out."""
    (found,) = scopes(allow(condition))

    assert found.scope is expected
    assert found.allows is Truth.TRUE


def test_values_and_patterns_are_shown() -> None:
    """A reader of the finding sees which accounts pass, and which wildcard lets others pass."""
    condition = {
        "StringLike": {"aws:SourceAccount": [ACCOUNT, "9*"]},
        "ArnLike": {"aws:SourceArn": ["arn:aws:s3:::*", "arn:aws:s3:::acme"]},
    }

    (found,) = scopes(allow(condition))

    assert (found.account.values, found.account.patterns) == ((ACCOUNT,), ("9*",))
    assert (found.bucket.values, found.bucket.patterns) == (("arn:aws:s3:::acme",), ("arn:aws:s3:::*",))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"aws:SourceOrgID": "o-abc"}}, Truth.TRUE),
        ({"StringLike": {"aws:SourceOrgID": "o-*"}}, Truth.FALSE),
        ({"ForAnyValue:StringLike": {"aws:SourceOrgPaths": "o-abc/r-1/ou-1/*"}}, Truth.TRUE),
        ({"ForAnyValue:StringLike": {"aws:SourceOrgPaths": "*/ou-1/*"}}, Truth.FALSE),
        ({}, Truth.FALSE),
    ],
)
def test_organization_is_kept_apart(condition: object, expected: Truth) -> None:
    """An organization binds too, but is neither account nor bucket; whether the key is sent is not documented."""
    (found,) = scopes(allow(condition))

    assert found.organization.bound is expected
    assert found.scope is Scope.NEITHER


@pytest.mark.parametrize(
    "changes",
    [
        {"Effect": "Deny"},
        {"Principal": {"Service": VENDED_SERVICE}},
        {"Principal": {"AWS": ACCOUNT}},
        {"Action": "s3:GetObject"},
        {"Resource": ARN},
        {"Resource": "arn:aws:s3:::other/*"},
        {"Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        {"Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}},
    ],
)
def test_statements_that_let_no_delivery_in_have_no_scope(changes: dict[str, object]) -> None:
    """Only a statement by which log delivery can put some object needs to be bound."""
    assert scopes(allow({}, **changes)) == ()


def test_doubtful_statement_is_shown_as_such() -> None:
    """Whether {"AWS": "*"} takes in services is not documented."""
    (found,) = scopes(allow({}, Principal={"AWS": "*"}))

    assert found.allows is Truth.UNDECIDABLE


def test_all_statements_are_shown_in_order() -> None:
    """Each statement stands for itself: one unbound statement among bound ones is a hole."""
    bound = allow({"StringEquals": {"aws:SourceAccount": ACCOUNT}})

    found = scopes(bound, allow({}), allow({}, Principal="*"))

    assert [(s.statement.index, s.scope) for s in found] == [(0, Scope.ACCOUNT), (1, Scope.NEITHER), (2, Scope.NEITHER)]


def test_other_services_are_asked_by_name() -> None:
    """The same question for delivery through CloudWatch Logs."""
    statement = allow({"StringEquals": {"aws:SourceAccount": ACCOUNT}}, Principal={"Service": VENDED_SERVICE})

    assert [s.scope for s in scopes(statement, service=VENDED_SERVICE)] == [Scope.ACCOUNT]
