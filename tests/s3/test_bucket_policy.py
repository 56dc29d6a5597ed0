"""The document of a bucket policy."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.s3.bucket_policy import BucketPolicy, Effect, Statement, no_bucket_policy, parse_bucket_policy
from auditor.s3.documents import Malformed
from auditor.s3.principals import AccountPrincipal, Everyone, ServicePrincipal

ARN = "arn:aws:s3:::acme-logs"
ALLOW: dict[str, object] = {
    "Sid": "S3ServerAccessLogsPolicy",
    "Effect": "Allow",
    "Principal": {"Service": "logging.s3.amazonaws.com"},
    "Action": ["s3:PutObject"],
    "Resource": "arn:aws:s3:::acme-logs/logs/*",
    "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}},
}


def policy(*statements: object, **others: object) -> BucketPolicy:
    """A policy that must be well formed."""
    document = {"Version": "2012-10-17", "Statement": list(statements), **others}
    parsed = parse_bucket_policy(document, bucket_arn=ARN)
    assert isinstance(parsed, BucketPolicy), parsed
    return parsed


def statement(**changes: object) -> Statement:
    """The sample statement with other elements; None takes one away."""
    document = {name: value for name, value in {**ALLOW, **changes}.items() if value is not None}
    return policy(document).statements[0]


def test_statement_keeps_document_index_and_sid() -> None:
    """Evidence needs the statement as it stands in the policy."""
    second = policy({**ALLOW, "Sid": None} | {"Sid": ""}, ALLOW).statements[1]

    assert second.raw is not None
    assert dict(second.raw) == ALLOW
    assert (second.index, second.sid, second.effect) == (1, "S3ServerAccessLogsPolicy", Effect.ALLOW)
    assert second.label == 'statement 2 ("S3ServerAccessLogsPolicy")'


def test_statement_without_sid_is_called_by_its_number() -> None:
    """Counted from 1, as people do."""
    assert statement(Sid=None).label == "statement 1"


def test_scalars_and_lists_are_the_same() -> None:
    """One name needs no brackets, and one statement needs no list."""
    scalar = parse_bucket_policy(
        {"Version": "2012-10-17", "Statement": {**ALLOW, "Action": "s3:PutObject"}}, bucket_arn=ARN
    )

    assert isinstance(scalar, BucketPolicy)
    assert scalar.statements[0].actions == statement().actions
    assert scalar.statements[0].principals.principals == (ServicePrincipal("logging.s3.amazonaws.com"),)


@pytest.mark.parametrize("wrap", [json.dumps, lambda d: {"Policy": json.dumps(d)}, lambda d: d])
def test_text_answer_and_object_are_the_same(wrap: Any) -> None:
    """GetBucketPolicy returns JSON text; a snapshot may hold the object."""
    parsed = parse_bucket_policy(wrap({"Version": "2012-10-17", "Statement": [ALLOW]}), bucket_arn=ARN)

    assert isinstance(parsed, BucketPolicy)
    assert dict(parsed.statements[0].raw) == ALLOW


@pytest.mark.parametrize(
    ("element", "action", "expected"),
    [
        ("s3:PutObject", "s3:PutObject", True),
        ("S3:putobject", "s3:PutObject", True),
        ("s3:*", "s3:PutObject", True),
        ("*", "s3:PutObject", True),
        ("s3:Put*", "s3:PutObject", True),
        ("s3:Put*", "s3:GetObject", False),
        ("s3:PutObject", "s3:PutObjectAcl", False),
        ("s3:Put?bject", "s3:PutObject", True),
        (["ec2:*", "s3:Get*"], "s3:GetObject", True),
        (["ec2:*", "iam:*"], "s3:GetObject", False),
    ],
)
def test_actions_match_by_pattern_in_any_case(element: object, action: str, expected: bool) -> None:
    """NotAction is exactly the rest."""
    assert statement(Action=element).actions.takes(action) is expected
    assert statement(Action=None, NotAction=element).actions.takes(action) is not expected


def test_not_principal_and_not_resource_are_kept_apart() -> None:
    """The Not forms negate."""
    found = statement(
        Principal=None,
        NotPrincipal={"AWS": "111122223333"},
        Resource=None,
        NotResource="arn:aws:s3:::acme-logs/x",
    )

    assert found.principals.negated
    assert found.principals.principals == (AccountPrincipal("111122223333"),)
    assert found.resources.negated


def test_statements_are_chosen_by_effect_and_action() -> None:
    """In the order of the document."""
    deny = {**ALLOW, "Effect": "Deny", "Action": "s3:*", "Principal": "*"}
    parsed = policy(deny, ALLOW, deny)

    assert [s.index for s in parsed.having(Effect.DENY, "s3:PutObject")] == [0, 2]
    assert [s.index for s in parsed.having(Effect.ALLOW, "s3:PutObject")] == [1]
    assert parsed.having(Effect.ALLOW, "s3:GetObject") == ()
    assert parsed.statements[0].principals.principals == (Everyone(),)


def test_no_policy_has_no_statements() -> None:
    """No policy is not an unreadable policy."""
    assert no_bucket_policy(ARN).statements == ()


@pytest.mark.parametrize("version", ["2008-10-17", None])
def test_version_decides_about_variables(version: str | None) -> None:
    """Without the version of 2012 `${…}` is plain text."""
    document = {"Statement": [{**ALLOW, "Resource": "arn:aws:s3:::acme-logs/${aws:username}/*"}]}
    old = parse_bucket_policy({**document, **({"Version": version} if version else {})}, bucket_arn=ARN)
    new = parse_bucket_policy({**document, "Version": "2012-10-17"}, bucket_arn=ARN)

    assert isinstance(old, BucketPolicy)
    assert isinstance(new, BucketPolicy)
    assert old.statements[0].resources.fixed is not None
    assert new.statements[0].resources.fixed is None


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        "",
        "{",
        "null",
        "[" * 100_000,
        '{"Version": "2012-10-17", "Version": "2012-10-17", "Statement": []}',
        {},
        {"Version": "2012-10-17"},
        {"Version": "2012-10-17", "Statement": []},
        {"Version": "2012-10-17", "Statement": "x"},
        {"Version": "2012-10-17", "Statement": ["x"]},
        {"Version": "2026-01-01", "Statement": [ALLOW]},
        {"Version": [], "Statement": [ALLOW]},
        {"Version": "2012-10-17", "Statement": [ALLOW], "Statements": []},
        {"Policy": 1},
        {"Version": "2012-10-17", "Statement": [{**ALLOW, "Resource": "*" * 200_000}]},
        {"Version": "2012-10-17", "Statement": [ALLOW] * 20_000},
    ],
)
def test_what_is_no_policy_is_malformed(document: object) -> None:
    """A document without the documented shape is a value that says so, never an empty policy."""
    assert isinstance(parse_bucket_policy(document, bucket_arn=ARN), Malformed)


@pytest.mark.parametrize(
    "changes",
    [
        {"Effect": None},
        {"Effect": "allow"},
        {"Effect": ["Allow"]},
        {"Principal": None},
        {"Principal": {"AWS": []}},
        {"NotPrincipal": "*"},
        {"Action": None},
        {"Action": []},
        {"Action": [1]},
        {"Action": "PutObject"},
        {"NotAction": "s3:*"},
        {"Resource": None},
        {"Resource": []},
        {"Resource": {"a": 1}},
        {"Resource": ""},
        {"NotResource": "*"},
        {"Condition": "x"},
        {"Condition": {"Bool": 1}},
        {"Conditon": {}},
        {"Sid": 1},
    ],
)
def test_one_bad_statement_spoils_the_policy(changes: dict[str, object]) -> None:
    """A statement is never dropped silently; the message says which one it is."""
    bad = {name: value for name, value in {**ALLOW, **changes}.items() if value is not None}

    parsed = parse_bucket_policy({"Version": "2012-10-17", "Statement": [ALLOW, bad]}, bucket_arn=ARN)

    assert isinstance(parsed, Malformed)
    assert parsed.why.startswith("Statement 2 ")


def test_bucket_must_be_an_arn() -> None:
    """A caller's mistake is an exception, not a property of the policy."""
    with pytest.raises(ValueError, match="not an ARN"):
        no_bucket_policy("acme-logs")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*ALLOW, "NotAction", "AWS", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(
    st.fixed_dictionaries(
        {"Version": JSON, "Statement": JSON | st.lists(st.fixed_dictionaries(dict.fromkeys(ALLOW, JSON)))}
    )
)
def test_any_document_is_parsed_or_malformed(document: dict[str, object]) -> None:
    """No document raises."""
    assert isinstance(parse_bucket_policy(document, bucket_arn=ARN), BucketPolicy | Malformed)
