"""What checks judge: buckets in their roles, and the deliveries between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from auditor.model import Account, AccountRegion, Bucket, StrangeDestination
from auditor.reading import Json, Reading, Unreadable
from auditor.s3.acl import Acl
from auditor.s3.bucket_policy import BucketPolicy
from auditor.s3.intelligent_tiering import ArchiveTiers
from auditor.s3.lifecycle import Lifecycle
from auditor.s3.log_keys import KeySpace
from auditor.s3.settings import Encryption, Logging, ObjectLock, PublicAccessBlock
from auditor.s3.versioning import Versioning

BucketKey: TypeAlias = tuple[str, str]
"""(partition, name): bucket names are unique within a partition, not within an account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A bucket whose logging could not be read, so that it may log anywhere in its account and Region."""

    bucket: str
    reading: Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class InView:
    """The destination is a bucket of an account in view."""

    bucket: Bucket


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """No bucket of that name exists; `probe` is the 404, or None when it was deleted during the scan."""

    probe: StrangeDestination | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """A bucket of that name exists, and it belongs to none of the accounts in view."""

    probe: StrangeDestination


@dataclass(frozen=True, slots=True, kw_only=True)
class Unresolved:
    """Whose bucket it is could not be learned."""

    unread: Unreadable


Whereabouts: TypeAlias = InView | Missing | Elsewhere | Unresolved


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Delivery:
    """The access logs of one source on their way to a key space of one destination (bucket delivery).

    It is itself and equal to nothing else, so that what follows from it can be remembered. `key_space` is Unreadable
    when the partitioned format is used and the source's Region is unknown.
    """

    source: Bucket
    partition: str
    logging: Logging
    whereabouts: Whereabouts
    key_space: KeySpace | Unreadable
    destination: Destination | None

    @property
    def key(self) -> BucketKey:
        """The destination's key."""
        return (self.partition, self.logging.destination)


@dataclass(frozen=True, slots=True, kw_only=True)
class VendedDelivery:
    """A CloudWatch Logs delivery of type S3_SERVER_ACCESS_LOGS: invisible to GetBucketLogging.

    `kind` is CWL, S3 or FH (deliveryDestinationType), "" when AWS does not say. `log_group` is the description of the
    log group: Absent when it does not exist or the destination is none, Unreadable when it could not be read.
    A delivery source that no delivery carries on has neither kind nor destination_arn, and is not active.
    Source: CloudWatch Logs API Reference, DescribeDeliverySources, DescribeDeliveries, DescribeDeliveryDestinations.
    """

    source_name: str
    kind: str
    destination_arn: str
    active: bool
    status: str
    log_group: Reading[Json]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """A bucket as a source of access logs, whatever its logging turns out to be.

    It is itself and equal to nothing else, so that what follows from it can be remembered. `delivery` is there exactly
    when `logging` is Present. `may_receive` has the buckets of the same account and Region whose own logging could not
    be read while this bucket lets log delivery write: it may be their destination. `receives` is True when a bucket
    that was read delivers here, by bucket delivery or through CloudWatch Logs.
    """

    bucket: Bucket
    partition: str
    logging: Reading[Logging]
    delivery: Delivery | None
    vended: Reading[tuple[VendedDelivery, ...]]
    may_receive: tuple[Unread, ...] = ()
    receives: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Destination:
    """A bucket as a destination, with the deliveries that end in it and typed views of its settings.

    It is itself and equal to nothing else, so that what follows from it can be remembered.
    """

    bucket: Bucket
    account: Account
    inbound: tuple[tuple[Bucket, Logging], ...]
    policy: Reading[BucketPolicy]
    acl: Reading[Acl]
    ownership: Reading[str]
    public_access_block: Reading[PublicAccessBlock]
    account_public_access_block: Reading[PublicAccessBlock]
    encryption: Reading[Encryption]
    lifecycle: Reading[Lifecycle]
    versioning: Reading[Versioning]
    tiers: Reading[ArchiveTiers]
    object_lock: Reading[ObjectLock]
    payer: Reading[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionInUse:
    """An account and Region that holds at least one bucket in scope."""

    account: Account
    region: str
    readings: AccountRegion | None
