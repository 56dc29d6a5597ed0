"""Who logs where, over all accounts at once: roles, deliveries, cycles and colliding key spaces.

Nothing is judged here. What could not be read stays unknown: a bucket whose logging is Unreadable may log anywhere in
its own account and Region (bucket delivery crosses neither, S3 User Guide "Enabling server access logging"), so it is
kept as a possible source of every destination there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from auditor.model import Account, AccountStatus, Bucket, Estate, StrangeDestination
from auditor.reading import NOT_COLLECTED, Absent, Present, Reading, Setting, Unreadable, reading_of, view
from auditor.s3.collisions import Collisions, collisions
from auditor.s3.cycles import follow
from auditor.s3.destinations import destination_of, lets_delivery_write
from auditor.s3.log_keys import KeySpace, PartitionedPrefix, key_space
from auditor.s3.settings import Logging, parse_logging
from auditor.s3.subjects import (
    BucketKey,
    Delivery,
    Destination,
    Elsewhere,
    InView,
    Missing,
    RegionInUse,
    Source,
    Unread,
    Unresolved,
    VendedDelivery,
    Whereabouts,
)
from auditor.s3.vended import buckets_receiving, ends_of, vended_deliveries


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggingGraph:
    """Every bucket in scope as a source, every destination in view, and what follows from the arrows between them.

    `cycles` maps a source to the buckets of the cycle it is part of (two or more, itself first). `dead_ends` maps a
    source to the bucket on its path whose own logging is unknown, so that a cycle cannot be excluded.
    `collisions` takes in buckets that are out of scope, as far as they were read. `unread` lists, per (account,
    Region), the buckets whose logging could not be read and that may stand beside the buckets there.
    """

    sources: tuple[Source, ...]
    destinations: Mapping[BucketKey, Destination]
    cycles: Mapping[BucketKey, tuple[str, ...]]
    dead_ends: Mapping[BucketKey, Unread]
    collisions: Mapping[BucketKey, Collisions]
    unread: Mapping[tuple[str, str], tuple[Unread, ...]]
    regions: tuple[RegionInUse, ...]


def region_of(bucket: Bucket) -> str:
    """The bucket's Region, "" when unknown."""
    match bucket.region:
        case Present(value=region):
            return region
        case Absent() | Unreadable():
            return ""


def build_graph(estate: Estate) -> LoggingGraph:
    """The logging graph of `estate`."""
    accounts = {account.id: account for account in estate.accounts}
    partitions = {account.id: account.partition for account in estate.accounts}
    buckets = {(partitions.get(b.account, "aws"), b.name): b for b in estate.buckets}
    loggings = {key: _logging(bucket) for key, bucket in buckets.items()}
    inbound = _inbound(buckets, loggings)
    destinations = {
        key: destination_of(buckets[key], accounts[buckets[key].account], arrivals)
        for key, arrivals in inbound.items()
        if key in buckets and not buckets[key].deleted and buckets[key].account in accounts
    }
    unread = _unread(buckets, loggings)
    whereabouts = _Whereabouts(
        buckets=buckets,
        accounts=accounts,
        strange={(probe.account, probe.name): probe for probe in estate.strange_destinations},
    )
    ends = ends_of(estate.accounts)
    vended = {
        (region.account, region.region): vended_deliveries(region, ends)
        for account in estate.accounts
        for region in account.regions
    }
    receiving = {*inbound, *_receiving(vended, partitions)}
    deliveries = {
        key: _delivery(buckets[key], logging.value, key[0], destinations=destinations, whereabouts=whereabouts)
        for key, logging in loggings.items()
        if isinstance(logging, Present)
    }
    sources = tuple(
        Source(
            bucket=bucket,
            partition=key[0],
            logging=loggings[key],
            delivery=deliveries.get(key),
            vended=_vended_of(bucket, key[0], vended),
            receives=key in receiving,
            may_receive=() if key in receiving else _may_receive(bucket, loggings[key], key[0], unread=unread),
        )
        for key, bucket in buckets.items()
        if bucket.in_scope
    )
    here = {key: logging for key, logging in loggings.items() if not buckets[key].deleted}
    cycles, dead_ends = follow({**_unresolved(deliveries.values()), **here})
    return LoggingGraph(
        sources=sources,
        destinations=destinations,
        cycles=cycles,
        dead_ends=dead_ends,
        collisions=collisions(delivery for key, delivery in deliveries.items() if key in here),
        unread=unread,
        regions=_regions(estate, accounts),
    )


def _unresolved(deliveries: Iterable[Delivery]) -> Mapping[BucketKey, Unreadable]:
    """The destinations of which it is unknown whose they are, so that their own logging is unknown, too."""
    return {one.key: one.whereabouts.unread for one in deliveries if isinstance(one.whereabouts, Unresolved)}


def _logging(bucket: Bucket) -> Reading[Logging]:
    return view(reading_of(bucket.readings, Setting.LOGGING), Setting.LOGGING, parse_logging)


def _inbound(
    buckets: Mapping[BucketKey, Bucket], loggings: Mapping[BucketKey, Reading[Logging]]
) -> Mapping[BucketKey, tuple[tuple[Bucket, Logging], ...]]:
    arrivals: dict[BucketKey, list[tuple[Bucket, Logging]]] = defaultdict(list)
    for key, logging in loggings.items():
        if isinstance(logging, Present):
            arrivals[key[0], logging.value.destination].append((buckets[key], logging.value))
    return {key: tuple(found) for key, found in arrivals.items()}


def _receiving(
    vended: Mapping[tuple[str, str], Reading[Mapping[str, tuple[VendedDelivery, ...]]]], partitions: Mapping[str, str]
) -> Iterator[BucketKey]:
    """The buckets in which CloudWatch deliveries of access logs end."""
    for (account, _), found in vended.items():
        if isinstance(found, Present):
            for deliveries in found.value.values():
                for name in buckets_receiving(deliveries):
                    yield partitions.get(account, "aws"), name


def _unread(
    buckets: Mapping[BucketKey, Bucket], loggings: Mapping[BucketKey, Reading[Logging]]
) -> Mapping[tuple[str, str], tuple[Unread, ...]]:
    """A bucket whose Region is unknown may stand beside any bucket of its account."""
    by_account: dict[str, list[tuple[str, Unread]]] = defaultdict(list)
    for key, logging in loggings.items():
        bucket = buckets[key]
        if isinstance(logging, Unreadable) and not bucket.deleted:
            by_account[bucket.account].append((region_of(bucket), Unread(bucket=bucket.name, reading=logging)))
    places = {(bucket.account, region_of(bucket)) for bucket in buckets.values() if bucket.account in by_account}
    return {
        (account, region): tuple(one for place, one in by_account[account] if not region or place in {"", region})
        for account, region in places
    }


def unread_beside(graph: LoggingGraph, bucket: Bucket) -> tuple[Unread, ...]:
    """The buckets that may log to the same destinations as `bucket`, and whose logging is unknown."""
    return graph.unread.get((bucket.account, region_of(bucket)), ())


def _delivery(
    source: Bucket,
    logging: Logging,
    partition: str,
    *,
    destinations: Mapping[BucketKey, Destination],
    whereabouts: _Whereabouts,
) -> Delivery:
    end = (partition, logging.destination)
    return Delivery(
        source=source,
        partition=partition,
        logging=logging,
        whereabouts=whereabouts.of(end, source),
        key_space=_space(source, logging),
        destination=destinations.get(end),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Whereabouts:
    """What tells where a destination is."""

    buckets: Mapping[BucketKey, Bucket]
    accounts: Mapping[str, Account]
    strange: Mapping[tuple[str, str], StrangeDestination]

    def of(self, end: BucketKey, source: Bucket) -> Whereabouts:
        """Where the destination `end` of `source` is."""
        found = self.buckets.get(end)
        if found is not None:
            return Missing(probe=None) if found.deleted else InView(bucket=found)
        probe = self.strange.get((source.account, end[1]))
        if probe is None:
            return Unresolved(unread=Unreadable(setting=Setting.REGION, code=NOT_COLLECTED))
        if isinstance(probe.head, Absent):
            return Missing(probe=probe)
        account = self.accounts.get(source.account)
        listed = account is not None and account.status is AccountStatus.AUDITED
        match probe.owned:
            case Present():
                # It is ours although the list did not show it (created meanwhile, or the list is incomplete).
                unread = Unreadable(
                    setting=Setting.BUCKET_LIST, code=NOT_COLLECTED, message="the bucket is not in the list"
                )
                return Unresolved(unread=unread)
            case Unreadable(code="403" | "AccessDenied" | "Forbidden") if listed:
                # The complete list of the account does not have it, yet S3 knows the name: somebody else owns it.
                return Elsewhere(probe=probe)
            case Unreadable() as unread:
                return Unresolved(unread=unread)
            case Absent():
                return Elsewhere(probe=probe) if listed else Unresolved(unread=_unlisted())


def _unlisted() -> Unreadable:
    return Unreadable(setting=Setting.BUCKET_LIST, code=NOT_COLLECTED, message="the list of buckets is incomplete")


def _space(bucket: Bucket, logging: Logging) -> KeySpace | Unreadable:
    match bucket.region:
        case Present(value=region):
            return key_space(logging, account=bucket.account, region=region, bucket=bucket.name)
        case Absent() | Unreadable() if not isinstance(logging.key_format, PartitionedPrefix):
            # Only the partitioned format puts the Region into keys.
            return key_space(logging, account=bucket.account, region="", bucket=bucket.name)
        case Unreadable() as unread:
            return unread
        case Absent():
            return Unreadable(setting=Setting.REGION, code=NOT_COLLECTED)


def _vended_of(
    bucket: Bucket,
    partition: str,
    vended: Mapping[tuple[str, str], Reading[Mapping[str, tuple[VendedDelivery, ...]]]],
) -> Reading[tuple[VendedDelivery, ...]]:
    found = vended.get((bucket.account, region_of(bucket)))
    match found:
        case None:
            return Unreadable(setting=Setting.DELIVERY_SOURCES, code=NOT_COLLECTED)
        case Present(value=by_bucket):
            return found.map(lambda _: by_bucket.get(f"arn:{partition}:s3:::{bucket.name}", ()))
        case Absent() | Unreadable():
            return found


def _may_receive(
    bucket: Bucket,
    logging: Reading[Logging],
    partition: str,
    *,
    unread: Mapping[tuple[str, str], tuple[Unread, ...]],
) -> tuple[Unread, ...]:
    """The unread buckets that may log to `bucket`; only asked where the answer decides, its own logging being off."""
    if not isinstance(logging, Absent):
        return ()
    others = unread.get((bucket.account, region_of(bucket)), ())
    return others if others and lets_delivery_write(bucket, partition) else ()


def _regions(estate: Estate, accounts: Mapping[str, Account]) -> tuple[RegionInUse, ...]:
    used = sorted({(b.account, region_of(b)) for b in estate.buckets if b.in_scope and region_of(b)})
    return tuple(
        RegionInUse(
            account=accounts[account],
            region=region,
            readings=next((r for r in accounts[account].regions if r.region == region), None),
        )
        for account, region in used
        if account in accounts
    )
