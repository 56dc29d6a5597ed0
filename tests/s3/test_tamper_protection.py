"""To whom the ways of removing logs are denied."""

from datetime import UTC, datetime

import pytest

from auditor.s3.bucket_policy import BucketPolicy, parse_bucket_policy
from auditor.s3.key_language import KeysUnder, LogKeys
from auditor.s3.log_keys import KeySpace, SimplePrefix
from auditor.s3.principals import IamPrincipal
from auditor.s3.tamper_protection import PROTECTED_ACTIONS, Restriction, restrictions
from auditor.s3.truth import Truth

ARN = "arn:aws:s3:::acme-logs"
ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/break-glass"
YES, NO, UNSURE = Truth.TRUE, Truth.FALSE, Truth.UNDECIDABLE
SPACE = KeySpace(prefix="logs/", key_format=SimplePrefix(), account=ACCOUNT, region="eu-west-1", bucket="acme")


def restricted(*statements: object, action: str = "s3:DeleteObject", prefix: str | None = None) -> Restriction:
    """To whom one action is denied by a policy of these statements."""
    policy = parse_bucket_policy({"Version": "2012-10-17", "Statement": list(statements)}, bucket_arn=ARN)
    assert isinstance(policy, BucketPolicy), policy
    keys = LogKeys(space=SPACE, first_year=2006) if prefix is None else KeysUnder(prefix)
    now = datetime(2026, 11, 22, tzinfo=UTC)
    (found,) = restrictions(policy, [action], account=ACCOUNT, keys=[keys], now=now)
    return found


def deny(condition: object = None, **changes: object) -> dict[str, object]:
    """A Deny of deletes to everyone."""
    statement: dict[str, object] = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:Delete*", "s3:PutLifecycleConfiguration"],
        "Resource": [ARN, f"{ARN}/*"],
    }
    if condition is not None:
        statement["Condition"] = condition
    return {name: value for name, value in {**statement, **changes}.items() if value is not None}


@pytest.mark.parametrize(
    ("statement", "own", "others"),
    [
        (deny(), YES, YES),
        (deny(Principal={"AWS": "*"}), YES, YES),
        (deny(Principal={"AWS": ACCOUNT}), YES, NO),
        (deny(Principal={"AWS": "444455556666"}), NO, NO),
        (deny({"ArnNotLike": {"aws:PrincipalArn": ROLE}}), YES, YES),
        (deny({"ArnNotEquals": {"aws:PrincipalArn": [ROLE, f"{ROLE}2"]}}), YES, YES),
        (deny({"StringNotLike": {"aws:userId": ["AROAEXAMPLEEXAMPLE00:*", ACCOUNT]}}), YES, YES),
        (deny({"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:*"}}), NO, YES),
        (deny({"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/*"}}), UNSURE, YES),
        (deny({"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/admin"}}), YES, YES),
        (deny({"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}}), NO, YES),
        (deny({"StringNotEquals": {"aws:PrincipalOrgID": "o-abc"}}), UNSURE, YES),
        (deny({"Bool": {"aws:MultiFactorAuthPresent": "false"}}), UNSURE, UNSURE),
        (deny({"Bool": {"aws:SecureTransport": "false"}}), NO, NO),
        (deny(Principal=None, NotPrincipal={"AWS": [ROLE]}), YES, YES),
        (deny(Principal=None, NotPrincipal={"AWS": [ROLE, ACCOUNT]}), UNSURE, YES),
        (deny(Action="s3:PutObject"), NO, NO),
        (deny(Action=None, NotAction="s3:GetObject"), YES, YES),
        (deny(Resource=ARN), NO, NO),
        (deny(Resource=f"{ARN}/logs/*"), YES, YES),
        (deny(Resource=f"{ARN}/logs/2026-*"), NO, NO),
        (deny(Effect="Allow"), NO, NO),
    ],
)
def test_denied_to_whom(statement: dict[str, object], own: Truth, others: Truth) -> None:
    """What an unnamed user or role of the owner's account, and of any other, is kept from, on every log key."""
    found = restricted(statement)

    assert (found.own_account, found.others) == (own, others)


def test_exceptions_are_reported_as_they_stand() -> None:
    """Who is left out is for a person to judge: conditions and NotPrincipal names are handed on."""
    by_condition = restricted(deny({"ArnNotLike": {"aws:PrincipalArn": ROLE}}))
    by_name = restricted(deny(Principal=None, NotPrincipal={"AWS": ROLE}))

    assert [str(clause) for clause in by_condition.conditions] == [f"ArnNotLike aws:PrincipalArn {ROLE}"]
    assert by_condition.spared == ()
    assert by_name.spared == (IamPrincipal(ROLE, ACCOUNT),)
    assert [s.index for s in by_name.statements] == [0]


def test_statements_that_deny_nobody_here_are_left_out() -> None:
    """Only Denies that contribute are evidence."""
    tls = deny({"Bool": {"aws:SecureTransport": "false"}}, Action="s3:*")

    assert [s.index for s in restricted(tls, deny()).statements] == [1]


def test_resource_of_the_action_decides() -> None:
    """Deleting objects is about objects; lifecycle and policy are about the bucket."""
    objects_only = deny(Resource=f"{ARN}/*", Action="s3:*")

    assert restricted(objects_only).own_account is YES
    assert restricted(objects_only, action="s3:PutLifecycleConfiguration").own_account is NO
    assert restricted(deny(Resource=ARN), action="s3:PutLifecycleConfiguration").own_account is YES


def test_all_keys_of_a_prefix_can_be_asked() -> None:
    """Log objects written before the format was changed lie under the same prefix."""
    assert restricted(deny(Resource=f"{ARN}/logs/*"), prefix="logs/").own_account is YES
    assert restricted(deny(Resource=f"{ARN}/logs/*"), prefix="").own_account is NO


def test_every_protected_action_gets_an_answer() -> None:
    """One answer an action, in order."""
    policy = parse_bucket_policy({"Version": "2012-10-17", "Statement": [deny(Action="s3:*")]}, bucket_arn=ARN)
    assert isinstance(policy, BucketPolicy)

    found = restrictions(policy, account=ACCOUNT, keys=[], now=datetime(2026, 11, 22, tzinfo=UTC))

    assert [each.action for each in found] == list(PROTECTED_ACTIONS)
    assert {each.own_account for each in found} == {YES}
