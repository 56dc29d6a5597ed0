"""All that grants or blocks access to a destination, as the policy engine takes it, and what of it was not read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from auditor.model import Evidence
from auditor.reading import Absent, Json, Present, Reading, Setting, Unreadable
from auditor.s3.access import BucketAccess
from auditor.s3.acl import Acl, AclGrant, CanonicalGrantee, EmailGrantee, GroupGrantee, acls_in_force
from auditor.s3.destinations import ownership_in_force, policy_in_force
from auditor.s3.documents import NotRead
from auditor.s3.settings import NO_PUBLIC_ACCESS_BLOCK, PublicAccessBlock
from auditor.s3.subjects import Destination
from auditor.s3.truth import Truth, any_of

_NO_GRANTS: Final = Acl(owner="", grants=())
_BUCKET_LEVEL: Final = Setting.PUBLIC_ACCESS_BLOCK
_ACCOUNT_LEVEL: Final = Setting.ACCOUNT_PUBLIC_ACCESS_BLOCK


@lru_cache(maxsize=4096)
def access_to(destination: Destination) -> BucketAccess:
    """What the policy engine has to know about the destination; what was not read is NotRead or UNDECIDABLE."""
    policy, ownership = policy_in_force(destination), ownership_in_force(destination)
    acl = acl_in_force(destination)
    return BucketAccess(
        account=destination.account.id,
        policy=NotRead("The bucket policy was not read.") if isinstance(policy, Unreadable) else policy,
        acl=NotRead("The bucket ACL was not read.") if isinstance(acl, Unreadable) else acl,
        acls_in_force=Truth.UNDECIDABLE if isinstance(ownership, Unreadable) else acls_in_force(ownership),
        ignore_public_acls=blocked(destination, lambda flags: flags.ignore_public_acls),
        restrict_public_buckets=blocked(destination, lambda flags: flags.restrict_public_buckets),
    )


def acl_in_force(destination: Destination) -> Acl | Unreadable:
    """The destination's ACL. Every bucket has one; an emulator that has none grants nothing by it."""
    match destination.acl:
        case Present(value=acl):
            return acl
        case Absent():
            return _NO_GRANTS
        case Unreadable() as unread:
            return unread


def blocked(destination: Destination, flag: Callable[[PublicAccessBlock], bool]) -> Truth:
    """Whether a flag of Block Public Access is on, at the bucket or at the account: S3 applies the stricter one."""
    return any_of(_flag(reading, flag) for reading in block_levels(destination).values())


def block_levels(destination: Destination) -> dict[Setting, Reading[PublicAccessBlock]]:
    """Block Public Access at both levels."""
    return {
        _BUCKET_LEVEL: destination.public_access_block,
        _ACCOUNT_LEVEL: destination.account_public_access_block,
    }


def unread_blocks(destination: Destination) -> tuple[Unreadable, ...]:
    """The levels of Block Public Access that were not read."""
    return tuple(one for one in block_levels(destination).values() if isinstance(one, Unreadable))


def _flag(reading: Reading[PublicAccessBlock], flag: Callable[[PublicAccessBlock], bool]) -> Truth:
    match reading:
        case Present(value=flags):
            return Truth.of(flag(flags))
        case Absent():
            return Truth.of(flag(NO_PUBLIC_ACCESS_BLOCK))
        case Unreadable():
            return Truth.UNDECIDABLE


def policy_fact(destination: Destination) -> Evidence:
    """What statements the policy has; None where there is no policy."""
    name = destination.bucket.name
    match destination.policy:
        case Present(value=policy):
            sids: list[Json] = [statement.sid for statement in policy.statements]
            return Evidence(setting=Setting.POLICY, path="Policy.Statement[].Sid", value=sids, bucket=name)
        case Absent() | Unreadable():
            return Evidence(setting=Setting.POLICY, path="Policy", value=None, bucket=name)


def ownership_fact(destination: Destination) -> Evidence:
    """Object Ownership; None where it is not set."""
    return Evidence(
        setting=Setting.OWNERSHIP,
        path="OwnershipControls.Rules[0].ObjectOwnership",
        value=destination.ownership.value if isinstance(destination.ownership, Present) else None,
        bucket=destination.bucket.name,
    )


def block_facts(destination: Destination) -> Iterable[Evidence]:
    """The flags that are off, at each level that was read; all four where nothing is configured."""
    for setting, reading in block_levels(destination).items():
        if isinstance(reading, Unreadable):
            continue
        flags = reading.value if isinstance(reading, Present) else NO_PUBLIC_ACCESS_BLOCK
        value: Json = None if isinstance(reading, Absent) else {"off": [*flags.missing]}
        yield Evidence(
            setting=setting, path="PublicAccessBlockConfiguration", value=value, bucket=destination.bucket.name
        )


def acl_facts(destination: Destination) -> Iterable[Evidence]:
    """The grants of the ACL to anybody but the owner; None when there is none."""
    if not isinstance(destination.acl, Present):
        return
    grants = destination.acl.value.to_others
    name = destination.bucket.name
    if not grants:
        yield Evidence(setting=Setting.ACL, path="Grants[] to others than the owner", value=None, bucket=name)
    for grant in grants:
        yield acl_quote(grant, bucket=name)


def acl_quote(grant: AclGrant, *, bucket: str) -> Evidence:
    """One grant of the ACL as evidence."""
    value: Json = {"Grantee": _grantee(grant), "Permission": grant.permission.value}
    return Evidence(setting=Setting.ACL, path=f"Grants[{grant.index}]", value=value, bucket=bucket)


def _grantee(grant: AclGrant) -> Json:
    match grant.grantee:
        case GroupGrantee(uri=uri):
            return {"Type": "Group", "URI": uri}
        case CanonicalGrantee(id=identifier):
            return {"Type": "CanonicalUser", "ID": identifier}
        case EmailGrantee(email=email):
            return {"Type": "AmazonCustomerByEmail", "EmailAddress": email}
