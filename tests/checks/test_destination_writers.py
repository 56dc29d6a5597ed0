"""destination-writers: FAIL where anybody but log delivery may write."""

from __future__ import annotations

import pytest

from auditor.model import Account, Cause, Estate, Outcome, Verdict
from auditor.reading import Json, Reading, Setting
from checks.posture.destination_writers import CHECK
from tests.estates import (
    ACCOUNT,
    ALL_BLOCKED,
    OTHER_ACCOUNT,
    absent,
    account,
    account_region,
    allow_delivery,
    bucket,
    cloudwatch,
    denied,
    destination,
    estate,
    policy,
    present,
    to,
    verdict_of,
)

STRANGER = "999988887777"
OWN_ID, OTHER_ID = "a" * 64, "b" * 64
ENFORCED: Json = {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}}
WRITER: Json = {"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}}
ONLY_DELIVERY: dict[str, Json] = {
    "Sid": "OnlyLogDeliveryWrites",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:PutObject",
    "Resource": "arn:aws:s3:::logs/*",
    "Condition": {"ForAllValues:StringNotEquals": {"aws:PrincipalServiceNamesList": "logging.s3.amazonaws.com"}},
}


def writes(principal: Json, *, action: Json = "s3:PutObject", resource: Json = "arn:aws:s3:::logs/*") -> Json:
    """An Allow of writing."""
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource}


def made(
    *statements: Json, owner: Account | None = None, settings: dict[Setting, Reading[Json]] | None = None
) -> Estate:
    """A destination with these statements beside that of log delivery."""
    readings = {Setting.POLICY: present(policy(allow_delivery("logs"), *statements)), **(settings or {})}
    app = bucket("app", logging=to("logs", "app/"))
    return estate(app, destination("logs", readings=readings), accounts=(owner or account(), account(OTHER_ACCOUNT)))


def verdict(built: Estate) -> Verdict:
    """The verdict on the destination."""
    return verdict_of(CHECK, built, "logs")


def role(account_id: str) -> Json:
    """A role as principal."""
    return {"AWS": f"arn:aws:iam::{account_id}:role/etl"}


def root(account_id: str) -> Json:
    """A whole account as principal."""
    return {"AWS": f"arn:aws:iam::{account_id}:root"}


SERVICE: Json = {"Service": "logging.s3.amazonaws.com"}
CLOUDWATCH: Json = {"Service": "delivery.logs.amazonaws.com"}
PASS, FAIL, UNKNOWN = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN
BUCKET = "arn:aws:s3:::logs"


@pytest.mark.parametrize(
    ("statement", "outcome"),
    [
        (writes(SERVICE), PASS),
        (writes(SERVICE, action="s3:*"), PASS),
        (writes(role(ACCOUNT)), FAIL),
        (writes(root(ACCOUNT)), FAIL),
        (writes(role(OTHER_ACCOUNT)), FAIL),
        (writes(root(STRANGER)), FAIL),
        (writes("*"), FAIL),
        (writes({"Service": "cloudtrail.amazonaws.com"}), FAIL),
        (writes({"Service": "cloudtrail.amazonaws.com"}, resource=f"{BUCKET}/AWSLogs/*"), PASS),
        (writes({"CanonicalUser": OTHER_ID}), FAIL),
        (writes({"Service": "logging.s3.eu-west-1.amazonaws.com"}), UNKNOWN),
        # Every way to change or lose an object is writing.
        (writes(role(ACCOUNT), action="s3:DeleteObject"), FAIL),
        (writes(role(ACCOUNT), action="s3:DeleteObjectVersion"), FAIL),
        (writes(role(ACCOUNT), action="s3:PutObjectTagging"), FAIL),
        (writes(role(ACCOUNT), action="s3:PutObjectAcl"), FAIL),
        (writes(role(ACCOUNT), action="s3:ReplicateObject"), FAIL),
        (writes(role(ACCOUNT), action="s3:*"), FAIL),
        (writes(role(ACCOUNT), action="s3:GetObject"), PASS),
        # Settings are for the own account to manage, and for nobody else.
        (writes(role(ACCOUNT), action="s3:PutLifecycleConfiguration", resource=BUCKET), PASS),
        (writes(role(OTHER_ACCOUNT), action="s3:PutLifecycleConfiguration", resource=BUCKET), FAIL),
        (writes(role(STRANGER), action="s3:PutBucketPolicy", resource=BUCKET), FAIL),
        (writes(role(STRANGER), resource=f"{BUCKET}/exports/*"), PASS),
    ],
)
def test_who_may_write(statement: Json, outcome: Outcome) -> None:
    """Log delivery alone; a grant to the own account is a grant to more than log delivery."""
    assert verdict(made(statement)).outcome is outcome


@pytest.mark.parametrize(
    ("statement", "outcome"),
    [
        (writes(root(ACCOUNT)), PASS),
        (writes(root(STRANGER)), PASS),
        (writes(root(STRANGER), action=["s3:PutObject", "s3:DeleteObject"]), FAIL),
    ],
)
def test_the_deny_of_aws_takes_grants_away(statement: Json, outcome: Outcome) -> None:
    """Nobody but log delivery puts objects then; deleting is another action."""
    assert verdict(made(statement, ONLY_DELIVERY)).outcome is outcome


def test_a_public_policy_that_is_restricted_still_lets_the_own_account_write() -> None:
    """RestrictPublicBuckets takes the grant from strangers; in the own account it stands, whatever its policies say."""
    found = verdict(made(writes("*")))

    assert found.outcome is FAIL
    assert "everyone in the own account" in found.reason


def test_an_unread_block_changes_nothing_for_the_own_account() -> None:
    """Whether strangers get in as well is unknown; that others than log delivery do is not."""
    settings = {Setting.PUBLIC_ACCESS_BLOCK: denied(Setting.PUBLIC_ACCESS_BLOCK)}
    statements = policy(allow_delivery("logs"), writes("*"))

    assert verdict(made(settings={**settings, Setting.POLICY: present(statements)})).outcome is FAIL


def test_a_pass_with_the_deny_says_so_and_quotes_it() -> None:
    """That is the stronger of the two ways to pass."""
    found = verdict(made(ONLY_DELIVERY))

    assert "whatever their own policies say" in found.reason
    assert found.evidence[0].value == ONLY_DELIVERY


def test_a_pass_without_the_deny_says_what_was_not_looked_at() -> None:
    """Identity policies of the own account can allow writing."""
    found = verdict(made())

    assert f"Identity policies in account {ACCOUNT} are not read" in found.reason
    assert found.outcome is PASS


def test_a_deny_for_some_keys_is_not_the_deny_of_aws() -> None:
    """Only a Deny for all log keys keeps everybody out."""
    partial = {**ONLY_DELIVERY, "Resource": f"{BUCKET}/app/2025-*"}

    assert "are not read" in verdict(made(partial)).reason


GROUP = "http://acs.amazonaws.com/groups"


def grants(grantee: Json, permission: str) -> Reading[Json]:
    """An ACL with one grant beside the owner's."""
    owner: Json = {"Grantee": {"Type": "CanonicalUser", "ID": OWN_ID}, "Permission": "FULL_CONTROL"}
    return present({"Owner": {"ID": OWN_ID}, "Grants": [owner, {"Grantee": grantee, "Permission": permission}]})


EVERYBODY: Json = {"Type": "Group", "URI": f"{GROUP}/global/AllUsers"}
DELIVERY: Json = {"Type": "Group", "URI": f"{GROUP}/s3/LogDelivery"}
SOMEBODY: Json = {"Type": "CanonicalUser", "ID": OTHER_ID}
NO_BLOCK = absent("NoSuchPublicAccessBlockConfiguration")


@pytest.mark.parametrize(
    ("acl", "ownership", "block", "outcome"),
    [
        (grants(DELIVERY, "WRITE"), WRITER, NO_BLOCK, PASS),
        (grants(DELIVERY, "FULL_CONTROL"), WRITER, NO_BLOCK, PASS),
        (grants(SOMEBODY, "WRITE"), WRITER, NO_BLOCK, FAIL),
        (grants(SOMEBODY, "WRITE_ACP"), WRITER, NO_BLOCK, FAIL),
        (grants(SOMEBODY, "READ"), WRITER, NO_BLOCK, PASS),
        (grants(SOMEBODY, "WRITE"), ENFORCED, NO_BLOCK, PASS),
        (grants(EVERYBODY, "WRITE"), WRITER, NO_BLOCK, FAIL),
        (grants(EVERYBODY, "WRITE"), WRITER, present(ALL_BLOCKED), PASS),
    ],
)
def test_the_acl(acl: Reading[Json], ownership: Json, block: Reading[Json], outcome: Outcome) -> None:
    """Where ACLs count, a grant to write is one more writer; the LogDelivery group is log delivery."""
    settings = {Setting.ACL: acl, Setting.OWNERSHIP: present(ownership), Setting.PUBLIC_ACCESS_BLOCK: block}

    assert verdict(made(settings=settings)).outcome is outcome


@pytest.mark.parametrize(
    ("settings", "blamed"),
    [
        ({Setting.POLICY: denied(Setting.POLICY)}, "s3:GetBucketPolicy"),
        ({Setting.ACL: denied(Setting.ACL), Setting.OWNERSHIP: present(WRITER)}, "s3:GetBucketAcl"),
        (
            {Setting.ACL: grants(SOMEBODY, "WRITE"), Setting.OWNERSHIP: denied(Setting.OWNERSHIP)},
            "s3:GetBucketOwnershipControls",
        ),
        (
            {
                Setting.ACL: grants(EVERYBODY, "WRITE"),
                Setting.OWNERSHIP: present(WRITER),
                Setting.PUBLIC_ACCESS_BLOCK: denied(Setting.PUBLIC_ACCESS_BLOCK),
            },
            "s3:GetBucketPublicAccessBlock",
        ),
    ],
)
def test_what_was_not_read_may_let_somebody_write(settings: dict[Setting, Reading[Json]], blamed: str) -> None:
    """Neither PASS nor FAIL without it."""
    found = verdict(made(settings=settings))

    assert (found.outcome, found.cause) == (UNKNOWN, Cause.UNREADABLE)
    assert blamed in found.reason


NO_DELIVERIES = {Setting.DELIVERY_SOURCES: denied(Setting.DELIVERY_SOURCES)}


@pytest.mark.parametrize(
    ("readings", "outcome"),
    [
        (cloudwatch("app", end="arn:aws:s3:::logs", kind="S3"), PASS),
        (cloudwatch("app", end="arn:aws:s3:::logs/vended", kind="S3"), PASS),
        (cloudwatch("app", end="arn:aws:s3:::other", kind="S3"), FAIL),
        (cloudwatch("app", end="arn:aws:s3:::logs", kind="S3", status="INACTIVE"), FAIL),
        ({}, FAIL),
        (NO_DELIVERIES, UNKNOWN),
    ],
)
def test_delivery_through_cloudwatch(readings: dict[Setting, Reading[Json]], outcome: Outcome) -> None:
    """The service of CloudWatch Logs is log delivery where it delivers access logs to this bucket."""
    owner = account(regions=(account_region(readings=readings),))

    assert verdict(made(writes(CLOUDWATCH), owner=owner)).outcome is outcome


def test_the_reason_names_writer_action_and_statement() -> None:
    """Enough to find and mend it."""
    found = verdict(made(writes(root(STRANGER), action=["s3:PutObject", "s3:DeleteObject"])))

    assert f"account {STRANGER}, which is not known (statement 2)" in found.reason
    assert "may s3:PutObject and s3:DeleteObject" in found.reason


def test_a_known_account_is_not_called_a_stranger() -> None:
    """known_accounts changes the words, not the verdict."""
    built = made(writes(root(STRANGER)))
    found = verdict_of(CHECK, built, "logs", parameters={"known_accounts": [STRANGER]})

    assert found.outcome is FAIL
    assert f"all of account {STRANGER}" in found.reason
