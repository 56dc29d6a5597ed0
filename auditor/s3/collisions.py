"""Sources whose log objects cannot be told apart by their keys, because their key spaces in one destination overlap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import Final

from auditor.reading import Unreadable
from auditor.s3.log_keys import KeySpace, Overlap, PartitionedPrefix, overlap
from auditor.s3.subjects import BucketKey, Delivery

NAMED: Final = 5
"""How many of the sources that collide with one source are named; where hundreds share a prefix, more prove no more."""

_WORST_FIRST: Final = (Overlap.SAME, Overlap.NESTED, Overlap.LISTS_OTHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collision:
    """Another source whose log objects cannot be told from this one's by their keys."""

    other: str
    other_prefix: str
    kind: Overlap


@dataclass(frozen=True, slots=True, kw_only=True)
class Collisions:
    """The sources that collide with one source: how many, and at most NAMED of them, the worst first, then by name."""

    count: int
    named: tuple[Collision, ...]

    @property
    def worst(self) -> Overlap:
        """The worst kind among all of them."""
        return self.named[0].kind


@dataclass(slots=True, kw_only=True)
class _Group:
    """The deliveries to one destination whose keys have one stem and one form: each collides with all the rest."""

    space: KeySpace
    deliveries: list[Delivery] = field(default_factory=list)
    others: list[tuple[_Group, Overlap]] = field(default_factory=list)


def collisions(deliveries: Iterable[Delivery]) -> Mapping[BucketKey, Collisions]:
    """(partition, source) -> what collides with it; a source whose key space is unknown collides with nobody here."""
    by_destination: dict[BucketKey, dict[tuple[str, bool], _Group]] = defaultdict(dict)
    for delivery in deliveries:
        space = delivery.key_space
        if not isinstance(space, Unreadable):
            form = (space.stem, isinstance(space.key_format, PartitionedPrefix))
            group = by_destination[delivery.key].setdefault(form, _Group(space=space))
            group.deliveries.append(delivery)
    found: dict[BucketKey, Collisions] = {}
    for groups in by_destination.values():
        for outer, inner in _nested(groups):
            kind = overlap(outer.space, inner.space)
            if kind is not Overlap.DISJOINT:
                outer.others.append((inner, kind))
                inner.others.append((outer, kind))
        for group in groups.values():
            group.deliveries.sort(key=lambda one: one.source.name)
        for group in groups.values():
            found.update(_of_members(group))
    return found


def _nested(groups: Mapping[tuple[str, bool], _Group]) -> Iterator[tuple[_Group, _Group]]:
    """Pairs where one stem is a string prefix of the other: in sorted order such stems stand in an unbroken run."""
    open_groups: list[tuple[str, _Group]] = []
    for (stem, _), group in sorted(groups.items(), key=lambda item: item[0]):
        while open_groups and not stem.startswith(open_groups[-1][0]):
            open_groups.pop()
        for _, outer in open_groups:
            yield outer, group
        open_groups.append((stem, group))


def _of_members(group: _Group) -> Iterator[tuple[BucketKey, Collisions]]:
    """What collides with each delivery of the group, if anything does."""
    count = len(group.deliveries) - 1 + sum(len(other.deliveries) for other, _ in group.others)
    if not count:
        return
    beside = _first(_collision(one, kind) for other, kind in group.others for one in other.deliveries[:NAMED])
    alike = [_collision(one, Overlap.SAME) for one in group.deliveries[: NAMED + 1]]
    for one in group.deliveries:
        others = (collision for collision in alike if collision.other != one.source.name)
        yield (one.partition, one.source.name), Collisions(count=count, named=_first((*others, *beside)))


def _collision(delivery: Delivery, kind: Overlap) -> Collision:
    return Collision(other=delivery.source.name, other_prefix=delivery.logging.prefix, kind=kind)


def _first(found: Iterable[Collision]) -> tuple[Collision, ...]:
    return tuple(nsmallest(NAMED, found, key=lambda one: (_WORST_FIRST.index(one.kind), one.other)))
