"""destination-not-public: FAIL where policy or ACL opens the logs to the world in effect."""

from __future__ import annotations

import pytest

from auditor.model import Cause, Outcome, Verdict
from auditor.reading import Json, Reading, Setting
from checks.posture.destination_not_public import CHECK
from tests.estates import (
    ALL_BLOCKED,
    OWNER_ONLY_ACL,
    absent,
    account,
    allow_delivery,
    bucket,
    denied,
    destination,
    estate,
    paths,
    policy,
    present,
    to,
    verdict_of,
)

NO_BLOCK = absent("NoSuchPublicAccessBlockConfiguration")
BLOCKED = present(ALL_BLOCKED)
GROUPS = "http://acs.amazonaws.com/groups/global"


def download(**condition: Json) -> Json:
    """A statement that lets everyone read, perhaps under a condition."""
    statement: dict[str, Json] = {
        "Sid": "Download",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::logs/*",
    }
    return {**statement, "Condition": condition} if condition else statement


def acl(group: str) -> Json:
    """An ACL that lets a world-wide group list the bucket."""
    owner: Json = {"Grantee": {"Type": "CanonicalUser", "ID": "a" * 64}, "Permission": "FULL_CONTROL"}
    everyone: Json = {"Grantee": {"Type": "Group", "URI": f"{GROUPS}/{group}"}, "Permission": "READ"}
    return {"Owner": {"ID": "a" * 64}, "Grants": [owner, everyone]}


def ownership(word: str) -> Reading[Json]:
    """Object Ownership."""
    return present({"OwnershipControls": {"Rules": [{"ObjectOwnership": word}]}})


def says(public: bool) -> Reading[Json]:
    """What GetBucketPolicyStatus answers."""
    return present({"PolicyStatus": {"IsPublic": public}})


OPEN = present(policy(allow_delivery("logs"), download()))
CLOSED = present(policy(allow_delivery("logs")))
VAGUE = present(policy(download(StringEquals={"aws:PrincipalServiceName": "x.amazonaws.com"})))
NO_STATUS = denied(Setting.POLICY_STATUS)
UNREAD_POLICY = denied(Setting.POLICY)
PUBLIC_ACL, OWN_ACL, UNREAD_ACL = present(acl("AllUsers")), present(OWNER_ONLY_ACL), denied(Setting.ACL)
WRITER, ENFORCED, UNREAD_OWNERSHIP = (
    ownership("ObjectWriter"),
    ownership("BucketOwnerEnforced"),
    denied(Setting.OWNERSHIP),
)
UNREAD_BLOCK = denied(Setting.PUBLIC_ACCESS_BLOCK)


def verdict(
    *,
    by_policy: Reading[Json] = CLOSED,
    status: Reading[Json] = NO_STATUS,
    by_acl: Reading[Json] = OWN_ACL,
    owned: Reading[Json] = WRITER,
    block: Reading[Json] = NO_BLOCK,
    at_account: Reading[Json] = NO_BLOCK,
) -> Verdict:
    """The verdict on a destination without any block, until something is changed."""
    readings = {
        Setting.POLICY: by_policy,
        Setting.POLICY_STATUS: status,
        Setting.ACL: by_acl,
        Setting.OWNERSHIP: owned,
        Setting.PUBLIC_ACCESS_BLOCK: block,
    }
    owner = account(readings={Setting.ACCOUNT_PUBLIC_ACCESS_BLOCK: at_account})
    app = bucket("app", logging=to("logs", "app/"))
    return verdict_of(CHECK, estate(app, destination("logs", readings=readings), accounts=(owner,)), "logs")


PASS, FAIL, UNKNOWN = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN
UNREADABLE, UNDECIDABLE = Cause.UNREADABLE, Cause.UNDECIDABLE


@pytest.mark.parametrize(
    ("by_policy", "status", "block", "outcome", "cause"),
    [
        (CLOSED, NO_STATUS, NO_BLOCK, PASS, None),
        (CLOSED, says(False), NO_BLOCK, PASS, None),
        (absent("NoSuchBucketPolicy"), absent("NoSuchBucketPolicy"), NO_BLOCK, PASS, None),
        (OPEN, NO_STATUS, NO_BLOCK, FAIL, None),
        (OPEN, says(True), NO_BLOCK, FAIL, None),
        (OPEN, says(True), BLOCKED, PASS, None),
        (OPEN, says(True), UNREAD_BLOCK, UNKNOWN, UNREADABLE),
        # Both are read, and contradict each other.
        (OPEN, says(False), NO_BLOCK, UNKNOWN, UNDECIDABLE),
        (CLOSED, says(True), NO_BLOCK, UNKNOWN, UNDECIDABLE),
        (OPEN, says(False), BLOCKED, PASS, None),
        # What the definition leaves open, AWS answers.
        (VAGUE, says(False), NO_BLOCK, PASS, None),
        (VAGUE, says(True), NO_BLOCK, FAIL, None),
        (VAGUE, NO_STATUS, NO_BLOCK, UNKNOWN, UNREADABLE),
        (VAGUE, absent(), NO_BLOCK, UNKNOWN, UNDECIDABLE),
        # So it does for a policy that we may not read.
        (UNREAD_POLICY, says(False), NO_BLOCK, PASS, None),
        (UNREAD_POLICY, says(True), NO_BLOCK, FAIL, None),
        (UNREAD_POLICY, NO_STATUS, NO_BLOCK, UNKNOWN, UNREADABLE),
        (UNREAD_POLICY, NO_STATUS, BLOCKED, PASS, None),
        (present({"Policy": "{"}), NO_STATUS, NO_BLOCK, UNKNOWN, UNREADABLE),
        (CLOSED, present({"PolicyStatus": {}}), NO_BLOCK, PASS, None),
        (OPEN, present({"PolicyStatus": {}}), NO_BLOCK, FAIL, None),
    ],
)
def test_policy(
    by_policy: Reading[Json], status: Reading[Json], block: Reading[Json], outcome: Outcome, cause: Cause | None
) -> None:
    """Our reading of the policy and AWS's have to agree; RestrictPublicBuckets takes the effect from a public one."""
    found = verdict(by_policy=by_policy, status=status, block=block)

    assert (found.outcome, found.cause) == (outcome, cause)


@pytest.mark.parametrize(
    ("by_acl", "owned", "block", "outcome", "cause"),
    [
        (OWN_ACL, WRITER, NO_BLOCK, PASS, None),
        (PUBLIC_ACL, WRITER, NO_BLOCK, FAIL, None),
        (present(acl("AuthenticatedUsers")), WRITER, NO_BLOCK, FAIL, None),
        (PUBLIC_ACL, ENFORCED, NO_BLOCK, PASS, None),
        (PUBLIC_ACL, WRITER, BLOCKED, PASS, None),
        (PUBLIC_ACL, absent("OwnershipControlsNotFoundError"), NO_BLOCK, FAIL, None),
        (PUBLIC_ACL, UNREAD_OWNERSHIP, NO_BLOCK, UNKNOWN, UNREADABLE),
        (PUBLIC_ACL, ownership("New"), NO_BLOCK, UNKNOWN, UNDECIDABLE),
        (PUBLIC_ACL, WRITER, UNREAD_BLOCK, UNKNOWN, UNREADABLE),
        (UNREAD_ACL, WRITER, NO_BLOCK, UNKNOWN, UNREADABLE),
        (UNREAD_ACL, ENFORCED, NO_BLOCK, PASS, None),
        (UNREAD_ACL, UNREAD_OWNERSHIP, BLOCKED, PASS, None),
        (absent(), WRITER, NO_BLOCK, PASS, None),
    ],
)
def test_acl(
    by_acl: Reading[Json], owned: Reading[Json], block: Reading[Json], outcome: Outcome, cause: Cause | None
) -> None:
    """An ACL is public by the two world-wide groups, where ACLs count and are not ignored."""
    found = verdict(by_acl=by_acl, owned=owned, block=block)

    assert (found.outcome, found.cause) == (outcome, cause)


def test_the_account_blocks_as_well() -> None:
    """Either level of Block Public Access is enough."""
    assert verdict(by_policy=OPEN, by_acl=PUBLIC_ACL, at_account=BLOCKED).outcome is PASS


def test_one_open_way_is_enough() -> None:
    """What else could not be read changes nothing."""
    assert verdict(by_policy=OPEN, by_acl=UNREAD_ACL).outcome is FAIL


def test_a_contradiction_names_both_sides() -> None:
    """A person has to know whose word stands against whose."""
    found = verdict(by_policy=OPEN, status=says(False))

    assert "AWS says that its policy is not public" in found.reason
    assert "by its definition the policy is public" in found.reason
    assert paths(found)["policy-status:PolicyStatus.IsPublic@logs"] is False


def test_a_blocked_policy_is_said_to_be_public_as_written() -> None:
    """It is one flag away from being open."""
    found = verdict(by_policy=OPEN, block=BLOCKED)

    assert "public as written, but RestrictPublicBuckets takes the effect from it" in found.reason
    assert "public-access-block:PublicAccessBlockConfiguration@logs" in paths(found)


def test_only_what_could_change_the_answer_is_blamed() -> None:
    """The ACL was not read either, but ACLs are disabled."""
    found = verdict(by_policy=UNREAD_POLICY, by_acl=UNREAD_ACL, owned=ENFORCED)

    assert "s3:GetBucketPolicy" in found.reason
    assert "s3:GetBucketAcl" not in found.reason
