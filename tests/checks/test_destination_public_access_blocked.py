"""destination-public-access-blocked: PASS when each flag is on at the bucket or at the account."""

from __future__ import annotations

import pytest

from auditor.model import Account, Cause, Outcome, Verdict
from auditor.reading import Json, Reading, Setting
from checks.posture.destination_public_access_blocked import CHECK
from tests.estates import ALL_BLOCKED, absent, account, bucket, denied, destination, estate, present, to, verdict_of

NONE = absent("NoSuchPublicAccessBlockConfiguration")
BUCKET, ACCOUNT = Setting.PUBLIC_ACCESS_BLOCK, Setting.ACCOUNT_PUBLIC_ACCESS_BLOCK


def flags(*, acls: bool = True, policy: bool = True) -> Json:
    """A configuration with both flags for ACLs, and both for policies, on or off."""
    return {
        "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": acls,
            "IgnorePublicAcls": acls,
            "BlockPublicPolicy": policy,
            "RestrictPublicBuckets": policy,
        }
    }


def verdict(at_bucket: Reading[Json], at_account: Reading[Json] = NONE) -> Verdict:
    """The verdict on a destination with these readings."""
    logs = destination("logs", readings={BUCKET: at_bucket})
    owner: Account = account(readings={ACCOUNT: at_account})
    return verdict_of(CHECK, estate(bucket("app", logging=to("logs", "app/")), logs, accounts=(owner,)), "logs")


ON, OFF = present(ALL_BLOCKED), present(flags(acls=False, policy=False))


@pytest.mark.parametrize(
    ("at_bucket", "at_account", "outcome", "cause"),
    [
        (ON, NONE, Outcome.PASS, None),
        (NONE, ON, Outcome.PASS, None),
        (OFF, ON, Outcome.PASS, None),
        (present(flags(acls=False)), present(flags(policy=False)), Outcome.PASS, None),
        (ON, denied(ACCOUNT), Outcome.PASS, None),
        (denied(BUCKET), ON, Outcome.PASS, None),
        (NONE, NONE, Outcome.FAIL, None),
        (OFF, OFF, Outcome.FAIL, None),
        (present(flags(acls=False)), NONE, Outcome.FAIL, None),
        (present({"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}}), NONE, Outcome.FAIL, None),
        (NONE, denied(ACCOUNT), Outcome.UNKNOWN, Cause.UNREADABLE),
        (denied(BUCKET), NONE, Outcome.UNKNOWN, Cause.UNREADABLE),
        (denied(BUCKET), denied(ACCOUNT), Outcome.UNKNOWN, Cause.UNREADABLE),
        (denied(BUCKET), present(flags(acls=False)), Outcome.UNKNOWN, Cause.UNREADABLE),
        (
            present({"PublicAccessBlockConfiguration": {"BlockPublicAcls": "yes"}}),
            NONE,
            Outcome.UNKNOWN,
            Cause.UNREADABLE,
        ),
    ],
)
def test_each_flag_counts_at_either_level(
    at_bucket: Reading[Json], at_account: Reading[Json], outcome: Outcome, cause: Cause | None
) -> None:
    """S3 applies the stricter of both levels, flag by flag; an unread level matters only where the other one is off."""
    found = verdict(at_bucket, at_account)

    assert (found.outcome, found.cause) == (outcome, cause)


def test_the_flags_that_are_off_are_named() -> None:
    """Whoever mends it sees which ones."""
    found = verdict(present(flags(policy=False)))

    assert "lacks BlockPublicPolicy and RestrictPublicBuckets" in found.reason
    assert found.evidence[0].value == {"off": ["BlockPublicPolicy", "RestrictPublicBuckets"]}


def test_only_the_level_that_was_not_read_is_blamed() -> None:
    """The IAM action that is missing is that of the account level."""
    found = verdict(NONE, denied(ACCOUNT))

    assert "s3:GetAccountPublicAccessBlock" in found.reason
    assert "s3:GetBucketPublicAccessBlock" not in found.reason
