"""Sources whose log objects cannot be told apart by their keys, because their key spaces in one destination overlap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from auditor.reading import Unreadable
from auditor.s3.log_keys import Overlap, overlap
from auditor.s3.subjects import BucketKey, Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Collision:
    """Another source whose log objects cannot be told from this one's by their keys."""

    other: str
    other_prefix: str
    kind: Overlap


def collisions(deliveries: Iterable[Delivery | None]) -> Mapping[BucketKey, tuple[Collision, ...]]:
    by_destination: dict[BucketKey, list[tuple[str, Delivery]]] = defaultdict(list)
    for delivery in deliveries:
        if delivery is not None and not isinstance(delivery.key_space, Unreadable):
            by_destination[delivery.key].append((delivery.key_space.stem, delivery))
    found: dict[BucketKey, list[Collision]] = defaultdict(list)
    for arrivals in by_destination.values():
        for left, right in _nested(arrivals):
            _collide(left, right, found)
    return {key: tuple(sorted(items, key=lambda item: item.other)) for key, items in found.items()}


def _nested(deliveries: Sequence[tuple[str, Delivery]]) -> Iterable[tuple[Delivery, Delivery]]:
    """Pairs where one stem is a string prefix of the other: in sorted order such stems stand in an unbroken run."""
    open_stems: list[tuple[str, Delivery]] = []
    for stem, delivery in sorted(deliveries, key=lambda item: (item[0], item[1].source.name)):
        while open_stems and not stem.startswith(open_stems[-1][0]):
            open_stems.pop()
        for _, other in open_stems:
            yield other, delivery
        open_stems.append((stem, delivery))


def _collide(left: Delivery, right: Delivery, found: dict[BucketKey, list[Collision]]) -> None:
    if isinstance(left.key_space, Unreadable) or isinstance(right.key_space, Unreadable):
        return
    kind = overlap(left.key_space, right.key_space)
    if kind is Overlap.DISJOINT:
        return
    for one, other in ((left, right), (right, left)):
        found[one.partition, one.source.name].append(
            Collision(other=other.source.name, other_prefix=other.logging.prefix, kind=kind)
        )
