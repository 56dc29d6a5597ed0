"""A bucket ACL grants a few fixed permissions to accounts and predefined groups, unless ACLs are disabled.

Source: S3 User Guide, "Access control list (ACL) overview" and "Enabling Amazon S3 server access logging". GetBucketAcl
"always returns the effective permissions", so what IgnorePublicAcls takes away is not in the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from auditor.s3.truth import Truth


class AclPermission(StrEnum):
    """What a grant permits; AWS's spelling."""

    FULL_CONTROL = "FULL_CONTROL"
    READ = "READ"
    WRITE = "WRITE"
    READ_ACP = "READ_ACP"
    WRITE_ACP = "WRITE_ACP"


@dataclass(frozen=True, slots=True)
class GroupGrantee:
    """One of S3's predefined groups, by its URI."""

    uri: str


@dataclass(frozen=True, slots=True)
class CanonicalGrantee:
    """An account, by its canonical user id; which account that is, the ACL does not tell."""

    id: str


@dataclass(frozen=True, slots=True)
class EmailGrantee:
    """An account by e-mail address, as old documents have it; S3 has taken none since 2025-10-01."""

    email: str


Grantee: TypeAlias = GroupGrantee | CanonicalGrantee | EmailGrantee

LOG_DELIVERY: Final = GroupGrantee("http://acs.amazonaws.com/groups/s3/LogDelivery")
ALL_USERS: Final = GroupGrantee("http://acs.amazonaws.com/groups/global/AllUsers")
AUTHENTICATED_USERS: Final = GroupGrantee("http://acs.amazonaws.com/groups/global/AuthenticatedUsers")
"""Everybody with any AWS account whatever; no narrower than ALL_USERS but for a signature."""

# "Mapping of ACL permissions and access policy permissions", for a grantee that does not own the bucket.
_ACTIONS: Final[Mapping[AclPermission, tuple[str, ...]]] = {
    AclPermission.READ: ("s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"),
    AclPermission.WRITE: ("s3:PutObject",),
    AclPermission.READ_ACP: ("s3:GetBucketAcl",),
    AclPermission.WRITE_ACP: ("s3:PutBucketAcl",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AclGrant:
    """One grant, with its place in the list."""

    index: int
    grantee: Grantee
    permission: AclPermission

    @property
    def actions(self) -> tuple[str, ...]:
        """The policy actions that the grant on a bucket corresponds to."""
        if self.permission is AclPermission.FULL_CONTROL:
            return tuple(action for actions in _ACTIONS.values() for action in actions)
        return _ACTIONS[self.permission]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acl:
    """The ACL of a bucket; `owner` is the owner's canonical user id, "" when the answer leaves it out."""

    owner: str
    grants: tuple[AclGrant, ...]

    @property
    def to_others(self) -> tuple[AclGrant, ...]:
        """The grants to anybody but the owner."""
        return tuple(g for g in self.grants if not self.owner or g.grantee != CanonicalGrantee(self.owner))

    @property
    def public(self) -> tuple[AclGrant, ...]:
        """The grants that make the ACL public: "any permissions to members of" the two world-wide groups."""
        return tuple(g for g in self.grants if g.grantee in {ALL_USERS, AUTHENTICATED_USERS})

    def delivering(self) -> tuple[AclGrant, ...]:
        """The grants that permit log delivery, WRITE and READ_ACP to the LogDelivery group; none if one is missing."""
        found: list[AclGrant] = []
        for needed in (AclPermission.WRITE, AclPermission.READ_ACP):
            grant = next(
                (
                    g
                    for g in self.grants
                    if g.grantee == LOG_DELIVERY and g.permission in {needed, AclPermission.FULL_CONTROL}
                ),
                None,
            )
            if grant is None:
                return ()
            found.append(grant)
        return tuple(dict.fromkeys(found))


def parse_acl(document: object) -> Acl:
    """The ACL in a GetBucketAcl answer: `{"Owner": {"ID": …}, "Grants": [{"Grantee": …, "Permission": …}, …]}`.

    Anything else is a ValueError that names the place.
    """
    if not isinstance(document, Mapping):
        raise ValueError("GetBucketAcl must be an object")
    owner = document.get("Owner", {})
    if not isinstance(owner, Mapping) or not isinstance(owner.get("ID", ""), str):
        raise ValueError("Owner must be an object with a text ID")
    return Acl(owner=owner.get("ID", ""), grants=parse_grants(document.get("Grants", []), path="Grants"))


def parse_grants(document: object, *, path: str) -> tuple[AclGrant, ...]:
    """The grants in a list of them, as Grants of an ACL or TargetGrants of a logging configuration hold.

    Anything else is a ValueError that begins with `path`.
    """
    if not isinstance(document, list | tuple):
        raise ValueError(f"{path} must be a list")
    return tuple(_parse_grant(index, grant, f"{path}[{index}]") for index, grant in enumerate(document))


def _parse_grant(index: int, grant: object, path: str) -> AclGrant:
    match grant:
        case {"Grantee": dict() as grantee, "Permission": str() as permission} if permission in set(AclPermission):
            return AclGrant(
                index=index, grantee=_parse_grantee(grantee, f"{path}.Grantee"), permission=AclPermission(permission)
            )
        case _:
            raise ValueError(f"{path} must hold a Grantee and a known Permission")


def _parse_grantee(grantee: Mapping[str, object], path: str) -> Grantee:
    match grantee:
        case {"Type": "Group", "URI": str() as uri}:
            return GroupGrantee(uri)
        case {"Type": "CanonicalUser", "ID": str() as name}:
            return CanonicalGrantee(name)
        case {"Type": "AmazonCustomerByEmail", "EmailAddress": str() as email}:
            return EmailGrantee(email)
        case _:
            raise ValueError(f"{path} must be a group, a canonical user or an e-mail address")


def acls_in_force(ownership: str) -> Truth:
    """Whether ACLs count, from the Object Ownership setting; they do not under BucketOwnerEnforced.

    A bucket without the setting is ObjectWriter. A value that AWS does not document is UNDECIDABLE.
    """
    match ownership:
        case "BucketOwnerEnforced":
            return Truth.FALSE
        case "BucketOwnerPreferred" | "ObjectWriter":
            return Truth.TRUE
        case _:
            return Truth.UNDECIDABLE
