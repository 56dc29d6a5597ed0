"""The access logs of a destination itself: its bucket delivery, and its deliveries through CloudWatch Logs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from auditor.reading import NOT_COLLECTED, Absent, Present, Reading, Setting, Unreadable, reading_of, view
from auditor.s3.arn import bucket_arn
from auditor.s3.itself import Itself
from auditor.s3.logging_graph import LoggingGraph, region_of
from auditor.s3.settings import Logging, parse_logging
from auditor.s3.subjects import BucketKey, Destination, Source, VendedDelivery
from auditor.s3.vended import buckets_receiving, ends_of, vended_deliveries


def bucket_delivery(destination: Destination) -> Reading[Logging]:
    """Where the destination logs its own requests to, by bucket delivery."""
    return view(reading_of(destination.bucket.readings, Setting.LOGGING), Setting.LOGGING, parse_logging)


def cloudwatch_deliveries(graph: LoggingGraph, destination: Destination) -> Reading[tuple[VendedDelivery, ...]]:
    """The deliveries of the destination's own access logs through CloudWatch Logs."""
    name, partition = destination.bucket.name, destination.account.partition
    source = sources_by_name(graph).get((partition, name))
    if source is not None:
        return source.vended
    # A bucket that the user's filters left out is no source, but its account and Region may have been asked.
    here = region_of(destination.bucket)
    region = next((one for one in destination.account.regions if one.region == here), None)
    if region is None:
        return Unreadable(setting=Setting.DELIVERY_SOURCES, code=NOT_COLLECTED)
    match vended_deliveries(region, ends_of((destination.account,))):
        case Present(value=by_bucket):
            return Present(value=by_bucket.get(bucket_arn(partition, name), ()))
        case Absent() | Unreadable() as other:
            return other


def sources_by_name(graph: LoggingGraph) -> Mapping[BucketKey, Source]:
    """The sources of the graph by partition and name."""
    return _sources(Itself(graph))


@lru_cache(maxsize=2)
def _sources(graph: Itself[LoggingGraph]) -> Mapping[BucketKey, Source]:
    return {(source.partition, source.bucket.name): source for source in graph.value.sources}


def cloudwatch_ends_here(graph: LoggingGraph, destination: Destination) -> bool | Unreadable:
    """Whether CloudWatch Logs delivers access logs of some source to this bucket.

    Unreadable when no such delivery was seen and the deliveries of some account and Region were not read.
    """
    found = _ends(Itself(graph))
    if (destination.account.partition, destination.bucket.name) in found.buckets:
        return True
    return found.unread or False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ends:
    """The buckets in which CloudWatch deliveries of access logs end, and why there may be others."""

    buckets: frozenset[BucketKey]
    unread: Unreadable | None


@lru_cache(maxsize=2)
def _ends(graph: Itself[LoggingGraph]) -> _Ends:
    buckets: set[BucketKey] = set()
    unread: Unreadable | None = None
    for source in graph.value.sources:
        match source.vended:
            case Present(value=deliveries):
                buckets.update((source.partition, name) for name in buckets_receiving(deliveries))
            case Unreadable() as reading:
                unread = unread or reading
            case Absent():
                pass
    return _Ends(buckets=frozenset(buckets), unread=unread)
