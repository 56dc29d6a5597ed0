"""Whether a bucket is open to the public, by policy or ACL, after what Block Public Access takes away.

Source: S3 User Guide, "Blocking public access to your Amazon S3 storage". BlockPublicPolicy and BlockPublicAcls only
keep new public settings out; RestrictPublicBuckets and IgnorePublicAcls take the effect from those that are there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from auditor.s3.access import BucketAccess
from auditor.s3.acl import Acl, AclGrant
from auditor.s3.bucket_policy import BucketPolicy
from auditor.s3.documents import Malformed, NotRead
from auditor.s3.public_access import PublicStatement, policy_publicity
from auditor.s3.truth import Truth, all_of, any_of, negation


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """Whether policy and ACL are public as written, and whether the bucket is open in effect (`exposed`).

    `unread` says, in sentences, what was not read and would have mattered. ACLs of single objects are not seen.
    """

    policy: Truth
    statements: tuple[PublicStatement, ...]
    acl: Truth
    grants: tuple[AclGrant, ...]
    exposed: Truth
    unread: tuple[str, ...]


def judge_exposure(bucket: BucketAccess, *, now: datetime) -> Exposure:
    """Whether the bucket is public by policy or ACL, as written and in effect."""
    unread: list[str] = []
    statements: tuple[PublicStatement, ...] = ()
    policy = Truth.UNDECIDABLE
    match bucket.policy:
        case BucketPolicy() as document:
            publicity = policy_publicity(document, account=bucket.account, now=now)
            policy, statements = publicity.truth, publicity.statements
        case Malformed(why=why) | NotRead(why=why):
            unread.append(why)
    grants: tuple[AclGrant, ...] = ()
    acl = Truth.UNDECIDABLE
    match bucket.acl:
        case Acl(public=public):
            acl, grants = Truth.of(bool(public)), public
        case NotRead(why=why):
            unread.append(why)
    by_policy = all_of([policy, negation(bucket.restrict_public_buckets)])
    by_acl = all_of([acl, bucket.acls_in_force, negation(bucket.ignore_public_acls)])
    exposed = any_of([by_policy, by_acl])
    return Exposure(
        policy=policy,
        statements=statements,
        acl=acl,
        grants=grants,
        exposed=exposed,
        unread=tuple(unread) if exposed is Truth.UNDECIDABLE else (),
    )
