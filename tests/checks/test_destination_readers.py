"""destination-readers: FAIL where anybody but a named principal of a known account may read logs."""

from __future__ import annotations

import pytest

from auditor.model import Cause, Estate, Outcome, Verdict
from auditor.reading import Json, Reading, Setting
from checks.posture.destination_readers import CHECK
from tests.estates import (
    ACCOUNT,
    ALL_BLOCKED,
    OTHER_ACCOUNT,
    absent,
    account,
    allow_delivery,
    bucket,
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
LEGACY_DELIVERY = "3272ee65a908a7677109fedda345db8d9554ba26398b2ca10581de88777e2b61"
NO_BLOCK = absent("NoSuchPublicAccessBlockConfiguration")
ENFORCED: Json = {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}}
WRITER: Json = {"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}}


def reads(
    principal: Json, *, action: Json = "s3:GetObject", resource: Json = "arn:aws:s3:::logs/*", **more: Json
) -> Json:
    """An Allow of reading; `more` are further elements."""
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource, **more}


def grants(*pairs: tuple[Json, str]) -> Json:
    """An ACL with these grants beside the owner's."""
    owner: Json = {"Grantee": {"Type": "CanonicalUser", "ID": OWN_ID}, "Permission": "FULL_CONTROL"}
    more: list[Json] = [{"Grantee": grantee, "Permission": permission} for grantee, permission in pairs]
    return {"Owner": {"ID": OWN_ID}, "Grants": [owner, *more]}


def made(*statements: Json, **settings: Reading[Json]) -> Estate:
    """A destination with these statements beside that of log delivery, in an estate of two accounts."""
    readings: dict[Setting, Reading[Json]] = {
        Setting.POLICY: present(policy(allow_delivery("logs"), *statements)),
        Setting.PUBLIC_ACCESS_BLOCK: NO_BLOCK,
        **{Setting[name.upper()]: reading for name, reading in settings.items()},
    }
    app = bucket("app", logging=to("logs", "app/"))
    return estate(app, destination("logs", readings=readings), accounts=(account(), account(OTHER_ACCOUNT)))


def verdict(built: Estate, *, known: tuple[str, ...] = (), allowed: tuple[str, ...] = ()) -> Verdict:
    """The verdict under these parameters of a framework."""
    parameters = {"known_accounts": [*known], "allowed_readers": [*allowed]}
    return verdict_of(CHECK, built, "logs", parameters=parameters)


def role(account_id: str, name: str = "analyst") -> Json:
    """A role as principal."""
    return {"AWS": f"arn:aws:iam::{account_id}:role/{name}"}


def root(account_id: str) -> Json:
    """A whole account as principal."""
    return {"AWS": f"arn:aws:iam::{account_id}:root"}


PASS, FAIL, UNKNOWN = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN
UNDECIDABLE = Cause.UNDECIDABLE


@pytest.mark.parametrize(
    ("statement", "outcome", "cause"),
    [
        (reads(role(ACCOUNT)), PASS, None),
        (reads(root(ACCOUNT)), PASS, None),
        (reads({"AWS": ACCOUNT}), PASS, None),
        (reads(role(OTHER_ACCOUNT)), PASS, None),
        (reads({"AWS": f"arn:aws:sts::{OTHER_ACCOUNT}:assumed-role/analyst/mei"}), PASS, None),
        (reads({"Service": "logging.s3.amazonaws.com"}), PASS, None),
        (reads(role(ACCOUNT), action="s3:*", resource="*"), PASS, None),
        (reads({"AWS": "AROAEXAMPLEEXAMPLEEXAMPLE"}), PASS, None),
        # Not one named principal.
        (reads(root(OTHER_ACCOUNT)), FAIL, None),
        (reads({"AWS": OTHER_ACCOUNT}), FAIL, None),
        (reads("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}), FAIL, None),
        (reads("*", Condition={"StringEquals": {"aws:PrincipalAccount": OTHER_ACCOUNT}}), FAIL, None),
        (reads("*", Condition={"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OTHER_ACCOUNT}:role/*"}}), FAIL, None),
        # Not of a known account.
        (reads(role(STRANGER)), FAIL, None),
        (reads(root(STRANGER)), FAIL, None),
        (reads({"CanonicalUser": OTHER_ID}), FAIL, None),
        # Everyone, and what is no principal of an account.
        (reads("*"), FAIL, None),
        (reads({"AWS": "*"}), FAIL, None),
        (reads("*", Condition={"StringEquals": {"aws:SourceVpce": "vpce-1"}}), FAIL, None),
        (reads("*", Condition={"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}}), FAIL, None),
        (reads({"Service": "cloudfront.amazonaws.com"}), FAIL, None),
        # Everyone, narrowed to the own account.
        (reads("*", Condition={"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}), PASS, None),
        (reads("*", Condition={"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/*"}}), PASS, None),
        # Nobody can tell who that is.
        (reads({"CanonicalUser": LEGACY_DELIVERY}), UNKNOWN, UNDECIDABLE),
        (reads({"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"}), UNKNOWN, UNDECIDABLE),
        (reads({"Service": "logging.s3.eu-west-1.amazonaws.com"}), UNKNOWN, UNDECIDABLE),
        (reads({"Federated": "accounts.google.com"}), UNKNOWN, UNDECIDABLE),
        # Not the logs, or not reading.
        (reads(role(STRANGER), resource="arn:aws:s3:::logs/exports/*"), PASS, None),
        (reads(role(STRANGER), action="s3:GetBucketAcl", resource="arn:aws:s3:::logs"), PASS, None),
        (reads(role(STRANGER), action="s3:ListBucket", resource="arn:aws:s3:::logs"), FAIL, None),
        (reads(role(STRANGER), action="s3:GetObjectVersion"), FAIL, None),
        (reads(role(STRANGER), resource="arn:aws:s3:::logs/app/2020-*"), FAIL, None),
    ],
)
def test_who_may_read(statement: Json, outcome: Outcome, cause: Cause | None) -> None:
    """Named users and roles of accounts in view may; whole accounts, organizations, services and strangers not."""
    found = verdict(made(statement))

    assert (found.outcome, found.cause) == (outcome, cause)


@pytest.mark.parametrize(
    ("prefixes", "outcome"),
    [
        (["exports/"], PASS),
        (["exports/*"], PASS),
        (["app/"], FAIL),
        (["app/2026-*"], FAIL),
        (["a*"], FAIL),
        ([""], FAIL),
        (["exports/", "app/"], FAIL),
        (["${aws:username}/"], FAIL),
    ],
)
def test_listing_elsewhere_shows_no_logs(prefixes: list[str], outcome: Outcome) -> None:
    """A condition on s3:prefix limits what a listing shows."""
    condition: Json = {"StringLike": {"s3:prefix": [*prefixes]}}
    listing = reads(role(STRANGER), action="s3:ListBucket", resource="arn:aws:s3:::logs", Condition=condition)

    assert verdict(made(listing)).outcome is outcome


@pytest.mark.parametrize(
    ("principal", "known", "allowed", "outcome"),
    [
        (role(STRANGER), (STRANGER,), (), PASS),
        (root(STRANGER), (STRANGER,), (), FAIL),
        (role(STRANGER), (), (f"arn:aws:iam::{STRANGER}:role/analyst",), PASS),
        (role(STRANGER), (), ("arn:aws:iam::*:role/analyst",), PASS),
        (role(STRANGER), (), (f"arn:aws:iam::{STRANGER}:role/other",), FAIL),
        (root(STRANGER), (), (f"arn:aws:iam::{STRANGER}:*",), PASS),
        (root(OTHER_ACCOUNT), (), (f"arn:aws:iam::{OTHER_ACCOUNT}:root",), PASS),
        ("*", (STRANGER,), ("*",), FAIL),
    ],
)
def test_a_framework_can_vouch(
    principal: Json, known: tuple[str, ...], allowed: tuple[str, ...], outcome: Outcome
) -> None:
    """known_accounts makes named principals of further accounts pass, allowed_readers what its globs take in."""
    assert verdict(made(reads(principal)), known=known, allowed=allowed).outcome is outcome


@pytest.mark.parametrize(
    ("glob", "pattern", "outcome"),
    [
        ("arn:aws:iam::999988887777:role/a*", "arn:aws:iam::999988887777:role/audit-*", PASS),
        ("arn:aws:iam::999988887777:role/audit-?", "arn:aws:iam::999988887777:role/audit-*", FAIL),
        ("arn:aws:iam::999988887777:role/audit", "arn:aws:iam::999988887777:role/audit-*", FAIL),
    ],
)
def test_a_glob_vouches_for_a_pattern_only_as_a_whole(glob: str, pattern: str, outcome: Outcome) -> None:
    """A pattern may not let in more than the glob."""
    statement = reads("*", Condition={"ArnLike": {"aws:PrincipalArn": pattern}})

    assert verdict(made(statement), allowed=(glob,)).outcome is outcome


GROUP = "http://acs.amazonaws.com/groups"
EVERYBODY: Json = {"Type": "Group", "URI": f"{GROUP}/global/AllUsers"}
DELIVERY: Json = {"Type": "Group", "URI": f"{GROUP}/s3/LogDelivery"}
SOMEBODY: Json = {"Type": "CanonicalUser", "ID": OTHER_ID}


@pytest.mark.parametrize(
    ("grant", "ownership", "outcome"),
    [
        ((SOMEBODY, "READ"), WRITER, FAIL),
        ((SOMEBODY, "FULL_CONTROL"), WRITER, FAIL),
        ((SOMEBODY, "WRITE"), WRITER, PASS),
        ((SOMEBODY, "READ"), ENFORCED, PASS),
        ((EVERYBODY, "READ"), WRITER, FAIL),
        ((DELIVERY, "READ"), WRITER, PASS),
        (({"Type": "CanonicalUser", "ID": LEGACY_DELIVERY}, "READ"), WRITER, UNKNOWN),
    ],
)
def test_the_acl_lets_in_as_well(grant: tuple[Json, str], ownership: Json, outcome: Outcome) -> None:
    """Where ACLs count, a canonical id is a whole account that nobody can name."""
    built = made(acl=present(grants(grant)), ownership=present(ownership))

    assert verdict(built).outcome is outcome


def test_the_owners_own_id_is_no_stranger() -> None:
    """The ACL tells which canonical id is that of the own account."""
    assert verdict(made(reads({"CanonicalUser": OWN_ID}))).outcome is PASS


def test_without_the_own_id_a_canonical_id_is_undecidable() -> None:
    """It may be that of the own account."""
    built = made(reads({"CanonicalUser": OTHER_ID}), acl=denied(Setting.ACL))

    assert verdict(built).outcome is UNKNOWN


def test_the_list_of_buckets_tells_the_own_id_too() -> None:
    """ListBuckets names the owner."""
    listed = present({"Owner": {"ID": OTHER_ID}})
    built = made(reads({"CanonicalUser": OTHER_ID}), acl=denied(Setting.ACL))
    owner = account(readings={Setting.BUCKET_LIST: listed})

    assert verdict(estate(*built.buckets, accounts=(owner, account(OTHER_ACCOUNT)))).outcome is PASS


DENY_OTHERS: dict[str, Json] = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:Get*",
    "Resource": "arn:aws:s3:::logs/*",
    "Condition": {"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}},
}
DENY_TAGGED: Json = {**DENY_OTHERS, "Condition": {"StringEquals": {"aws:PrincipalTag/team": "red"}}}


@pytest.mark.parametrize(
    ("principal", "denial", "outcome", "cause"),
    [
        (root(STRANGER), DENY_OTHERS, PASS, None),
        (role(STRANGER), DENY_TAGGED, UNKNOWN, UNDECIDABLE),
        (role(ACCOUNT), DENY_TAGGED, PASS, None),
    ],
)
def test_denies_count(principal: Json, denial: Json, outcome: Outcome, cause: Cause | None) -> None:
    """A Deny that surely hits takes the grant away; one that may hit leaves it open."""
    found = verdict(made(reads(principal), denial))

    assert (found.outcome, found.cause) == (outcome, cause)


def test_a_public_policy_that_is_restricted_lets_no_stranger_in() -> None:
    """RestrictPublicBuckets leaves it to the own account and to services."""
    found = verdict(made(reads("*"), public_access_block=present(ALL_BLOCKED)))

    assert found.outcome is PASS
    assert "let everyone in the own account read its logs, and nobody else" in found.reason


@pytest.mark.parametrize(
    ("settings", "outcome", "blamed"),
    [
        ({"policy": denied(Setting.POLICY)}, UNKNOWN, "s3:GetBucketPolicy"),
        ({"policy": present({"Policy": "[]"})}, UNKNOWN, "could not be understood"),
        ({"acl": denied(Setting.ACL)}, PASS, ""),
        ({"acl": denied(Setting.ACL), "ownership": present(WRITER)}, UNKNOWN, "s3:GetBucketAcl"),
        ({"acl": denied(Setting.ACL), "ownership": denied(Setting.OWNERSHIP)}, UNKNOWN, "OwnershipControls"),
        (
            {"acl": present(grants((SOMEBODY, "READ"))), "ownership": denied(Setting.OWNERSHIP)},
            UNKNOWN,
            "s3:GetBucketOwnershipControls",
        ),
        (
            {
                "policy": present(policy(reads("*"))),
                "public_access_block": denied(Setting.PUBLIC_ACCESS_BLOCK),
            },
            UNKNOWN,
            "s3:GetBucketPublicAccessBlock",
        ),
        (
            {
                "policy": present(policy(reads(role(STRANGER)))),
                "acl": denied(Setting.ACL),
                "ownership": present(WRITER),
            },
            FAIL,
            "",
        ),
    ],
)
def test_unread_settings_matter_where_they_decide(
    settings: dict[str, Reading[Json]], outcome: Outcome, blamed: str
) -> None:
    """A stranger who is surely let in is a FAIL, whatever else was not read."""
    found = verdict(made(**settings))

    assert found.outcome is outcome
    assert blamed in found.reason
    assert found.cause is (Cause.UNREADABLE if outcome is UNKNOWN else None)


def test_the_reason_names_the_reader_and_the_place() -> None:
    """Hostile names stay on one line."""
    statement = reads(role(STRANGER, "evil\n\u202erole"), Sid="Vendor")
    found = verdict(made(statement))

    assert "evil\\u{a}\\u{202e}role, of an account that is not known (statement 2" in found.reason
    assert [fact.path for fact in found.evidence] == ["Policy.Statement[1]"]


def test_a_pass_says_what_was_not_read() -> None:
    """Identity policies of the own account decide as well."""
    found = verdict(made(reads(role(ACCOUNT))))

    assert f"arn:aws:iam::{ACCOUNT}:role/analyst read its logs, and nobody else" in found.reason
    assert f"Identity policies in account {ACCOUNT} are not read" in found.reason
    assert [fact.path for fact in found.evidence] == ["Policy.Statement[1]", "Grants[] to others than the owner"]
