"""destination-tamper-protected: FAIL where logs can be deleted, overwritten or made to expire."""

from __future__ import annotations

import pytest

from auditor.model import Cause, Outcome, Verdict
from auditor.reading import Json, Reading, Setting
from checks.posture.destination_tamper_protected import CHECK
from tests.estates import (
    ACCOUNT,
    OTHER_ACCOUNT,
    absent,
    allow_delivery,
    bucket,
    denied,
    deny_deletes,
    destination,
    estate,
    policy,
    present,
    to,
    verdict_of,
)

ENABLED: Json = {"Status": "Enabled"}
BOTH: Json = ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"]
ALL_THREE = ("s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutLifecycleConfiguration")


def deny(*actions: str, **changes: Json) -> Json:
    """A Deny of these actions to everyone, until something is changed."""
    statement: dict[str, Json] = {"Effect": "Deny", "Principal": "*", "Action": [*actions], "Resource": BOTH}
    return {**statement, **changes}


def verdict(
    *statements: Json, versioning: Json | Reading[Json] = ENABLED, reading: Reading[Json] | None = None
) -> Verdict:
    """The verdict on a destination with these statements, or with this reading of the policy."""
    found = reading or present(policy(allow_delivery("logs"), *statements))
    state = present(versioning) if isinstance(versioning, dict) else versioning
    assert not isinstance(state, bool | int | float | str | list | None)
    logs = destination("logs", readings={Setting.POLICY: found, Setting.VERSIONING: state})
    return verdict_of(CHECK, estate(bucket("app", logging=to("logs", "app/")), logs), "logs")


PASS, FAIL, UNKNOWN = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN
UNREADABLE, UNDECIDABLE = Cause.UNREADABLE, Cause.UNDECIDABLE


@pytest.mark.parametrize(
    ("versioning", "outcome", "cause"),
    [
        (ENABLED, PASS, None),
        ({"Status": "Enabled", "MFADelete": "Disabled"}, PASS, None),
        ({}, FAIL, None),
        ({"Status": "Suspended"}, FAIL, None),
        (absent(), FAIL, None),
        ({"Status": "Paused"}, UNKNOWN, UNDECIDABLE),
        (denied(Setting.VERSIONING), UNKNOWN, UNREADABLE),
    ],
)
def test_versioning_has_to_be_on(versioning: Json | Reading[Json], outcome: Outcome, cause: Cause | None) -> None:
    """Without it an overwrite or a delete leaves nothing."""
    found = verdict(deny_deletes("logs"), versioning=versioning)

    assert (found.outcome, found.cause) == (outcome, cause)


@pytest.mark.parametrize(
    ("statements", "outcome", "cause"),
    [
        ((deny(*ALL_THREE),), PASS, None),
        (tuple(deny(action) for action in ALL_THREE), PASS, None),
        ((deny("s3:*"),), PASS, None),
        ((deny("s3:Delete*", "s3:Put*"),), PASS, None),
        ((deny(*ALL_THREE, Resource=["arn:aws:s3:::logs", "arn:aws:s3:::logs/app/*"]),), PASS, None),
        ((deny(*ALL_THREE, Principal={"AWS": "*"}),), PASS, None),
        ((deny(*ALL_THREE, Principal={"AWS": ACCOUNT}),), PASS, None),
        ((), FAIL, None),
        ((deny(*ALL_THREE[:2]),), FAIL, None),
        ((deny(ALL_THREE[0], ALL_THREE[2]),), FAIL, None),
        ((deny(*ALL_THREE, Resource="arn:aws:s3:::logs/*"),), FAIL, None),
        ((deny(*ALL_THREE, Resource="arn:aws:s3:::logs"),), FAIL, None),
        ((deny(*ALL_THREE, Resource=["arn:aws:s3:::logs", "arn:aws:s3:::logs/app/2025*"]),), FAIL, None),
        ((deny(*ALL_THREE, Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/etl"}),), FAIL, None),
        ((deny(*ALL_THREE, Condition={"Bool": {"aws:SecureTransport": "false"}}),), FAIL, None),
        (
            (deny(*ALL_THREE, Condition={"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/fire"}}),),
            PASS,
            None,
        ),
        (
            (deny(*ALL_THREE, Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}),),
            UNKNOWN,
            UNDECIDABLE,
        ),
        (
            (deny(*ALL_THREE, Condition={"StringNotEquals": {"aws:PrincipalTag/team": "security"}}),),
            UNKNOWN,
            UNDECIDABLE,
        ),
    ],
)
def test_the_three_actions_have_to_be_denied(
    statements: tuple[Json, ...], outcome: Outcome, cause: Cause | None
) -> None:
    """To everybody whom the policy does not spell out, on the bucket and on every log object."""
    found = verdict(*statements)

    assert (found.outcome, found.cause) == (outcome, cause)


def test_another_account_that_is_let_in_has_to_be_denied_too() -> None:
    """A Deny for the own account alone is enough only where the policy lets no other one delete."""
    own_only = deny(*ALL_THREE, Principal={"AWS": ACCOUNT})
    vendor: Json = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{OTHER_ACCOUNT}:role/etl"},
        "Action": "s3:DeleteObject",
        "Resource": "arn:aws:s3:::logs/*",
    }

    assert verdict(own_only, vendor).outcome is FAIL


@pytest.mark.parametrize(
    ("reading", "versioning", "outcome", "cause"),
    [
        (absent("NoSuchBucketPolicy"), ENABLED, FAIL, None),
        (denied(Setting.POLICY), ENABLED, UNKNOWN, UNREADABLE),
        (present({"Policy": "[]"}), ENABLED, UNKNOWN, UNREADABLE),
        (denied(Setting.POLICY), {}, FAIL, None),
        (absent("NoSuchBucketPolicy"), denied(Setting.VERSIONING), FAIL, None),
    ],
)
def test_one_thing_that_is_surely_missing_is_enough(
    reading: Reading[Json], versioning: Json | Reading[Json], outcome: Outcome, cause: Cause | None
) -> None:
    """What was not read matters only while nothing is known to be missing."""
    found = verdict(reading=reading, versioning=versioning)

    assert (found.outcome, found.cause) == (outcome, cause)


MFA: Json = {"Status": "Enabled", "MFADelete": "Enabled"}


@pytest.mark.parametrize(
    ("actions", "versioning", "outcome"),
    [
        ((ALL_THREE[0], ALL_THREE[2]), MFA, PASS),
        (ALL_THREE, MFA, PASS),
        ((ALL_THREE[2],), MFA, FAIL),
        ((ALL_THREE[0],), MFA, FAIL),
        ((ALL_THREE[0], ALL_THREE[2]), {"Status": "Enabled", "MFADelete": "Perhaps"}, UNKNOWN),
        ((ALL_THREE[0], ALL_THREE[2]), denied(Setting.VERSIONING), UNKNOWN),
    ],
)
def test_mfa_delete_protects_versions(
    actions: tuple[str, ...], versioning: Json | Reading[Json], outcome: Outcome
) -> None:
    """Deleting a version then takes a second factor; delete markers and lifecycle rules do not."""
    assert verdict(deny(*actions), versioning=versioning).outcome is outcome


def test_mfa_delete_comes_with_a_warning() -> None:
    """S3 supports no lifecycle rules beside it."""
    found = verdict(deny(ALL_THREE[0], ALL_THREE[2]), versioning=MFA)

    assert "S3 supports no lifecycle rules beside MFA delete" in found.reason


def test_what_is_missing_is_named() -> None:
    """Versioning and actions, all in one sentence."""
    found = verdict(deny(ALL_THREE[0]), versioning={"Status": "Suspended"})

    assert (
        "versioning is suspended; nothing denies s3:DeleteObjectVersion or s3:PutLifecycleConfiguration" in found.reason
    )
    assert {fact.path for fact in found.evidence} >= {"Status", "Policy.Statement[1]"}


def test_exceptions_are_listed() -> None:
    """Who may still delete is for a person to judge."""
    spared: Json = {"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/break-glass"}}
    found = verdict(deny(*ALL_THREE, Condition=spared))

    assert "Whom that leaves out is for a person to judge" in found.reason
    assert "role/break-glass" in found.reason


def test_a_deny_under_conditions_beside_one_for_everybody_is_no_exception() -> None:
    """The unconditional Deny leaves nobody out."""
    conditional = deny("s3:*", Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-1"}})
    found = verdict(conditional, deny(*ALL_THREE))

    assert found.reason.endswith("to everybody.")
