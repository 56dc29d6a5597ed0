"""Bucket ACLs."""

import pytest

from auditor.s3.acl import (
    ALL_USERS,
    AUTHENTICATED_USERS,
    LOG_DELIVERY,
    Acl,
    AclPermission,
    CanonicalGrantee,
    EmailGrantee,
    GroupGrantee,
    acls_in_force,
    parse_acl,
    parse_grants,
)
from auditor.s3.truth import Truth

OWNER = {"ID": "79a5", "DisplayName": "acme"}


def group(uri: str, permission: str) -> dict[str, object]:
    """A grant to a group, as GetBucketAcl answers it."""
    return {"Grantee": {"Type": "Group", "URI": uri}, "Permission": permission}


def user(name: str, permission: str) -> dict[str, object]:
    """A grant to an account."""
    return {"Grantee": {"Type": "CanonicalUser", "ID": name, "DisplayName": "x"}, "Permission": permission}


def acl(*grants: object) -> Acl:
    """An ACL with these grants."""
    return parse_acl({"Owner": OWNER, "Grants": list(grants)})


def test_grants_are_kept_in_order() -> None:
    """Grantee, permission and place of every grant."""
    found = acl(user("79a5", "FULL_CONTROL"), group(LOG_DELIVERY.uri, "WRITE"))

    assert found.owner == "79a5"
    assert [(g.index, g.grantee, g.permission) for g in found.grants] == [
        (0, CanonicalGrantee("79a5"), AclPermission.FULL_CONTROL),
        (1, LOG_DELIVERY, AclPermission.WRITE),
    ]


@pytest.mark.parametrize(
    ("permissions", "delivers"),
    [
        ([], False),
        (["WRITE"], False),
        (["READ_ACP"], False),
        (["READ", "WRITE_ACP"], False),
        (["WRITE", "READ_ACP"], True),
        (["READ_ACP", "READ", "WRITE"], True),
        (["FULL_CONTROL"], True),
    ],
)
def test_log_delivery_needs_write_and_read_acp(permissions: list[str], delivers: bool) -> None:
    """Both permissions, to the LogDelivery group."""
    found = acl(*(group(LOG_DELIVERY.uri, permission) for permission in permissions))

    assert bool(found.delivering()) is delivers


def test_other_groups_do_not_stand_for_log_delivery() -> None:
    """A grant to everybody is not the documented grant."""
    assert acl(group(ALL_USERS.uri, "WRITE"), group(ALL_USERS.uri, "READ_ACP")).delivering() == ()


def test_full_control_is_named_once() -> None:
    """One grant that gives both permissions is one piece of evidence."""
    assert len(acl(group(LOG_DELIVERY.uri, "FULL_CONTROL")).delivering()) == 1


def test_public_is_a_grant_to_a_world_wide_group() -> None:
    """All users and all AWS accounts are the public; log delivery and single accounts are not."""
    found = acl(
        group(ALL_USERS.uri, "READ"),
        group(AUTHENTICATED_USERS.uri, "READ_ACP"),
        group(LOG_DELIVERY.uri, "WRITE"),
        user("79a5", "FULL_CONTROL"),
    )

    assert [grant.index for grant in found.public] == [0, 1]


def test_owner_is_no_other() -> None:
    """The owner's own grant lets in nobody else; without a known owner every grant may."""
    grants = [user("79a5", "FULL_CONTROL"), user("b0b0", "READ")]

    assert [grant.index for grant in acl(*grants).to_others] == [1]
    assert [grant.index for grant in parse_acl({"Grants": grants}).to_others] == [0, 1]


@pytest.mark.parametrize(
    ("permission", "actions"),
    [
        ("READ", {"s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"}),
        ("WRITE", {"s3:PutObject"}),
        ("WRITE_ACP", {"s3:PutBucketAcl"}),
        ("READ_ACP", {"s3:GetBucketAcl"}),
    ],
)
def test_permissions_correspond_to_actions(permission: str, actions: set[str]) -> None:
    """The documented mapping; FULL_CONTROL is all of them, and deletion is in none."""
    assert set(acl(user("b", permission)).grants[0].actions) == actions
    assert actions < set(acl(user("b", "FULL_CONTROL")).grants[0].actions)
    assert "s3:DeleteObject" not in acl(user("b", "FULL_CONTROL")).grants[0].actions


def test_old_grantees_are_understood() -> None:
    """Grants by e-mail address and to unknown groups stay what they are."""
    grants = parse_grants(
        [
            {"Grantee": {"Type": "AmazonCustomerByEmail", "EmailAddress": "a@b.example"}, "Permission": "READ"},
            group("http://acs.amazonaws.com/groups/new", "READ"),
        ],
        path="TargetGrants",
    )

    assert grants[0].grantee == EmailGrantee("a@b.example")
    assert grants[1].grantee == GroupGrantee("http://acs.amazonaws.com/groups/new")


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {"Owner": "x", "Grants": []},
        {"Owner": {"ID": 1}, "Grants": []},
        {"Grants": "x"},
        {"Grants": [None]},
        {"Grants": [{"Grantee": {"Type": "Group"}, "Permission": "READ"}]},
        {"Grants": [{"Grantee": {"Type": "Robot", "ID": "x"}, "Permission": "READ"}]},
        {"Grants": [{"Grantee": {"Type": "Group", "URI": "x"}, "Permission": "EXECUTE"}]},
        {"Grants": [{"Grantee": {"Type": "Group", "URI": "x"}}]},
    ],
)
def test_what_is_no_acl_is_an_error(document: object) -> None:
    """A grant is never dropped silently."""
    with pytest.raises(ValueError, match="must"):
        parse_acl(document)


@pytest.mark.parametrize(
    ("ownership", "expected"),
    [
        ("BucketOwnerEnforced", Truth.FALSE),
        ("BucketOwnerPreferred", Truth.TRUE),
        ("ObjectWriter", Truth.TRUE),
        ("SomethingNew", Truth.UNDECIDABLE),
    ],
)
def test_acls_count_unless_disabled(ownership: str, expected: Truth) -> None:
    """BucketOwnerEnforced disables ACLs; a setting we do not know decides nothing."""
    assert acls_in_force(ownership) is expected
