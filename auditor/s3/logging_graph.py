"""Who logs where, over all accounts at once: roles, deliveries, cycles and colliding key spaces.

Nothing is judged here. What could not be read stays unknown: a bucket whose logging is Unreadable may log anywhere in
its own account and Region (bucket delivery crosses neither, S3 User Guide "Enabling server access logging"), so it is
kept as a possible source of every destination there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from auditor.model import Account, AccountStatus, Bucket, Estate, StrangeDestination
from auditor.reading import NOT_COLLECTED, Absent, Present, Reading, Setting, Unreadable, reading_of, view
from auditor.s3.collisions import Collision, collisions
from auditor.s3.cycles import follow
from auditor.s3.destinations import destination_of, lets_delivery_write
from auditor.s3.log_keys import KeySpace, key_space
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
from auditor.s3.vended import vended_deliveries


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggingGraph:
    """Every bucket in scope as a source, every destination in view, and what follows from the arrows between them.

    `cycles` maps a source to the buckets of the cycle it is part of (two or more, itself first). `dead_ends` maps a
    source to the bucket on its path whose own logging is unknown, so that a cycle cannot be excluded.
    `unread` lists, per (account, Region), the buckets whose logging could not be read.
    """

    sources: tuple[Source, ...]
    destinations: Mapping[BucketKey, Destination]
    cycles: Mapping[BucketKey, tuple[str, ...]]
    dead_ends: Mapping[BucketKey, Unreadable]
    collisions: Mapping[BucketKey, tuple[Collision, ...]]
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
    strange = {(probe.account, probe.name): probe for probe in estate.strange_destinations}
    vended = {
        (region.account, region.region): vended_deliveries(account, region)
        for account in estate.accounts
        for region in account.regions
    }
    sources = []
    for key, bucket in buckets.items():
        if not bucket.in_scope:
            continue
        logging = loggings[key]
        delivery = None
        if isinstance(logging, Present):
            target = (key[0], logging.value.destination)
            delivery = Delivery(
                source=bucket,
                partition=key[0],
                logging=logging.value,
                whereabouts=_whereabouts(target, bucket, buckets, strange=strange, accounts=accounts),
                key_space=_space(bucket, logging.value),
                destination=destinations.get(target),
            )
        sources.append(
            Source(
                bucket=bucket,
                partition=key[0],
                logging=logging,
                delivery=delivery,
                vended=_vended_of(bucket, key[0], vended),
                receives=key in inbound,
                may_receive=() if key in inbound else _may_receive(bucket, logging, key[0], unread=unread),
            )
        )
    cycles, dead_ends = follow(loggings)
    return LoggingGraph(
        sources=tuple(sources),
        destinations=destinations,
        cycles=cycles,
        dead_ends=dead_ends,
        collisions=collisions(source.delivery for source in sources),
        unread=unread,
        regions=_regions(estate, accounts),
    )


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


def _unread(
    buckets: Mapping[BucketKey, Bucket], loggings: Mapping[BucketKey, Reading[Logging]]
) -> Mapping[tuple[str, str], tuple[Unread, ...]]:
    found: dict[tuple[str, str], list[Unread]] = defaultdict(list)
    for key, logging in loggings.items():
        bucket = buckets[key]
        if isinstance(logging, Unreadable) and not bucket.deleted:
            found[bucket.account, region_of(bucket)].append(Unread(bucket=bucket.name, reading=logging))
    return {place: tuple(names) for place, names in found.items()}


def unread_beside(graph: LoggingGraph, bucket: Bucket) -> tuple[Unread, ...]:
    """The buckets that may log to the same destinations as `bucket`, and whose logging is unknown.

    A bucket whose Region is unknown may stand beside any bucket of its account.
    """
    region = region_of(bucket)
    places = {(bucket.account, ""), (bucket.account, region)}
    if not region:
        places.update(place for place in graph.unread if place[0] == bucket.account)
    found = (unread for place in sorted(places) for unread in graph.unread.get(place, ()))
    return tuple(unread for unread in found if unread.bucket != bucket.name)


def _whereabouts(
    target: BucketKey,
    source: Bucket,
    buckets: Mapping[BucketKey, Bucket],
    *,
    strange: Mapping[tuple[str, str], StrangeDestination],
    accounts: Mapping[str, Account],
) -> Whereabouts:
    found = buckets.get(target)
    if found is not None:
        return Missing(probe=None) if found.deleted else InView(bucket=found)
    probe = strange.get((source.account, target[1]))
    if probe is None:
        return Unresolved(unread=Unreadable(setting=Setting.REGION, code=NOT_COLLECTED))
    if isinstance(probe.head, Absent):
        return Missing(probe=probe)
    account = accounts.get(source.account)
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
    beside = [*unread.get((bucket.account, region_of(bucket)), ()), *unread.get((bucket.account, ""), ())]
    others = tuple(one for one in beside if one.bucket != bucket.name)
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
