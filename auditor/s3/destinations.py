"""A bucket in its role as a destination: typed views of all its settings, made once and judged many times."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from auditor.model import Account, Bucket
from auditor.reading import Absent, Json, Present, Reading, Setting, Unreadable, reading_of, view
from auditor.s3.acl import parse_acl
from auditor.s3.arn import bucket_arn
from auditor.s3.bucket_policy import BucketPolicy, Effect, Statement, no_bucket_policy, parse_bucket_policy
from auditor.s3.delivery_request import LOGGING_SERVICE
from auditor.s3.documents import Malformed
from auditor.s3.intelligent_tiering import parse_archive_tiers
from auditor.s3.lifecycle_parse import parse_lifecycle
from auditor.s3.principals import Everyone, ServicePrincipal
from auditor.s3.settings import (
    Logging,
    parse_encryption,
    parse_object_lock,
    parse_ownership,
    parse_payer,
    parse_public_access_block,
)
from auditor.s3.subjects import Destination
from auditor.s3.versioning import parse_versioning

T = TypeVar("T")


def destination_of(bucket: Bucket, account: Account, inbound: tuple[tuple[Bucket, Logging], ...]) -> Destination:
    """`bucket` of `account` with the deliveries that end in it."""

    def typed(setting: Setting, parse: Callable[[Json], T]) -> Reading[T]:
        return view(reading_of(bucket.readings, setting), setting, parse)

    at_account = Setting.ACCOUNT_PUBLIC_ACCESS_BLOCK
    return Destination(
        bucket=bucket,
        account=account,
        inbound=inbound,
        policy=typed(Setting.POLICY, lambda document: _policy(document, bucket, account.partition)),
        acl=typed(Setting.ACL, parse_acl),
        ownership=typed(Setting.OWNERSHIP, parse_ownership),
        public_access_block=typed(Setting.PUBLIC_ACCESS_BLOCK, parse_public_access_block),
        account_public_access_block=view(
            reading_of(account.readings, at_account), at_account, parse_public_access_block
        ),
        encryption=typed(Setting.ENCRYPTION, parse_encryption),
        lifecycle=typed(Setting.LIFECYCLE, parse_lifecycle),
        versioning=typed(Setting.VERSIONING, parse_versioning),
        tiers=typed(Setting.INTELLIGENT_TIERING, parse_archive_tiers),
        object_lock=typed(Setting.OBJECT_LOCK, parse_object_lock),
        payer=typed(Setting.REQUEST_PAYMENT, parse_payer),
    )


def _policy(document: Json, bucket: Bucket, partition: str) -> BucketPolicy:
    found = parse_bucket_policy(document, bucket_arn=bucket_arn(partition, bucket.name))
    if isinstance(found, Malformed):
        raise ValueError(found.why)
    return found


def policy_in_force(destination: Destination) -> BucketPolicy | Unreadable:
    """The destination's policy; a bucket without one has a policy without statements."""
    match destination.policy:
        case Present(value=policy):
            return policy
        case Absent():
            return no_bucket_policy(bucket_arn(destination.account.partition, destination.bucket.name))
        case Unreadable() as unread:
            return unread


def ownership_in_force(destination: Destination) -> str | Unreadable:
    """Object Ownership; a bucket without the setting is ObjectWriter (S3 API, OwnershipControlsNotFoundError)."""
    match destination.ownership:
        case Present(value=ownership):
            return ownership
        case Absent():
            return "ObjectWriter"
        case Unreadable() as unread:
            return unread


def lets_delivery_write(bucket: Bucket, partition: str) -> bool:
    """Whether the bucket shows any sign of being a destination: its policy or its ACL grants log delivery something.

    What cannot be read counts as a sign, because the question is whether the bucket can be ruled out.
    """
    policy = view(
        reading_of(bucket.readings, Setting.POLICY), Setting.POLICY, lambda found: _policy(found, bucket, partition)
    )
    match policy:
        case Unreadable():
            return True
        case Present(value=parsed) if any(_names_delivery(statement) for statement in parsed.statements):
            return True
        case Present() | Absent():
            pass
    acl = view(reading_of(bucket.readings, Setting.ACL), Setting.ACL, parse_acl)
    match acl:
        case Unreadable():
            return True
        case Present(value=grants):
            return bool(grants.delivering())
        case Absent():
            return False


def _names_delivery(statement: Statement) -> bool:
    """Whether the statement allows something to log delivery, or to so many that log delivery may be among them."""
    who = statement.principals
    named = who.negated or any(
        isinstance(one, Everyone) or one == ServicePrincipal(LOGGING_SERVICE) for one in who.principals
    )
    return statement.effect is Effect.ALLOW and named
