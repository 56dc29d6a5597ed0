"""Which buckets deserve a deep look follows from the arrows of the buckets in scope, over all accounts at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import TypeAlias

from auditor.aws.buckets import region_of
from auditor.model import Bucket
from auditor.reading import Absent, Present, Reading, Setting, Unreadable, reading_of, view
from auditor.s3.settings import Logging, parse_logging

BucketKey: TypeAlias = tuple[str, str]
"""(partition, name), for a name is unique within its partition."""

Buckets: TypeAlias = "Mapping[BucketKey, Bucket]"


def logging_of(bucket: Bucket) -> Reading[Logging]:
    """Where the bucket sends its access logs."""
    return view(reading_of(bucket.readings, Setting.LOGGING), Setting.LOGGING, parse_logging)


def destination_key(key: BucketKey, bucket: Bucket) -> BucketKey | None:
    """The key of the bucket's destination, in view or not; None when it has none or it is unknown."""
    match logging_of(bucket):
        case Present(value=logging):
            return key[0], logging.destination
        case Absent() | Unreadable():
            return None


def destinations_of(buckets: Buckets, keys: Iterable[BucketKey]) -> frozenset[BucketKey]:
    """The destinations in view that a walk from `keys` along the arrows comes by."""
    found: set[BucketKey] = set()
    waiting = list(keys)
    while waiting:
        key = waiting.pop()
        end = destination_key(key, buckets[key])
        if end is not None and end in buckets and end not in found:
            found.add(end)
            waiting.append(end)
    return frozenset(found)


def possible_destinations(buckets: Buckets) -> frozenset[BucketKey]:
    """The buckets in scope without logging that may receive the logs of a bucket whose logging is unknown.

    Delivery crosses neither accounts nor Regions, so only buckets beside an unknown one count; one whose Region is
    unknown stands beside all buckets of its account, and so does every bucket beside it.
    """
    unread: dict[str, set[str]] = {}
    for bucket in buckets.values():
        if isinstance(logging_of(bucket), Unreadable) and not bucket.deleted:
            unread.setdefault(bucket.account, set()).add(region_of(bucket))
    return frozenset(
        key
        for key, bucket in buckets.items()
        if bucket.in_scope
        and isinstance(logging_of(bucket), Absent)
        and _beside(region_of(bucket), unread.get(bucket.account, set()))
    )


def _beside(region: str, others: AbstractSet[str]) -> bool:
    return bool(others) and (not region or "" in others or region in others)
