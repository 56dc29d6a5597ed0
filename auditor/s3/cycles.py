"""Logs that come back: cycles of two or more buckets, and paths on which a cycle cannot be excluded."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.reading import Absent, Present, Reading, Unreadable
from auditor.s3.settings import Logging
from auditor.s3.subjects import BucketKey, Unread


def follow(
    loggings: Mapping[BucketKey, Reading[Logging]],
) -> tuple[Mapping[BucketKey, tuple[str, ...]], Mapping[BucketKey, Unread]]:
    """Cycles of two or more buckets, and paths that end in a bucket whose logging is unknown.

    Every bucket has at most one destination, so a walk from each bucket finds its cycle or its end. A bucket that logs
    into itself is no cycle, and a bucket of which nothing is known in `loggings` ends the path for good.
    """
    cycles: dict[BucketKey, tuple[str, ...]] = {}
    dead_ends: dict[BucketKey, Unread] = {}
    done: set[BucketKey] = set()
    for start in loggings:
        path: list[BucketKey] = []
        position: dict[BucketKey, int] = {}
        here: BucketKey | None = start
        end: Unread | None = None
        while here is not None and here not in position and here not in done:
            position[here] = len(path)
            path.append(here)
            here, end = _step(here, loggings)
        if here is not None and here in position:
            ring = path[position[here] :]
            if len(ring) > 1:
                for index, key in enumerate(ring):
                    cycles[key] = tuple(name for _, name in (*ring[index:], *ring[:index]))
        elif here is not None:
            end = dead_ends.get(here)  # the walk ran into one already walked
        if end is not None:
            for key in path:
                dead_ends[key] = end
        done.update(path)
    return cycles, dead_ends


def _step(key: BucketKey, loggings: Mapping[BucketKey, Reading[Logging]]) -> tuple[BucketKey | None, Unread | None]:
    match loggings.get(key):
        case Present(value=logging):
            return (key[0], logging.destination), None
        case Unreadable() as unread:
            return None, Unread(bucket=key[1], reading=unread)
        case Absent() | None:  # a bucket out of view cannot lead back into view: delivery stays within one account
            return None, None
