"""The log objects of one source in groups that every lifecycle rule treats alike.

The name of a log object goes on with a date after its key stem (`auditor.s3.log_keys`; years until 2099 here), so a
filter that no such key can match selects no log, and one that names a past date selects only old ones.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final, NamedTuple

from auditor.s3.lifecycle import SMALL_OBJECT, SMALLEST_LOG, Scope
from auditor.s3.lifecycle_terms import RuleTerms
from auditor.s3.log_keys import KeySpace, PartitionedPrefix, SimplePrefix

_CENTURY: Final = "20"
_SIMPLE: Final = "0000-00-00-00-00-00-"
_PARTITIONED: Final = f"0000/00/00/{_SIMPLE}"
_DIGITS: Final = str.maketrans("123456789", "000000000")
_LATEST_DELIVERY: Final = timedelta(days=31)
"""S3 delivers within hours, best effort; after so long it is taken to deliver no more logs of a day."""
_MOST_WORK: Final = 200_000


class Names(NamedTuple):
    """How S3 names the log objects of a source: the key stem, then this tail (with a digit for each 0), then more."""

    stem: str
    tail: str


def names_of(space: KeySpace) -> Names:
    """The names in the key space of a source."""
    match space.key_format:
        case SimplePrefix():
            return Names(space.stem, _SIMPLE)
        case PartitionedPrefix():
            return Names(space.stem, _PARTITIONED)


class Reach(Enum):
    """How many of the log objects of a source a condition lets through."""

    ALL = "all"
    SOME = "some"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Log objects with the same rules: under `prefix` but under no longer prefix of a rule, within a size range.

    They are at least `age` days old: more than 0 where the prefix names a date that is well past.
    """

    prefix: str
    age: int
    size_from: int
    size_below: int | None
    rules: Sequence[RuleTerms]


def key_reach(prefix: str, names: Names) -> Reach:
    """How many of the keys that S3 writes by these names start with `prefix`."""
    if names.stem.startswith(prefix):
        return Reach.ALL
    if not prefix.startswith(names.stem):
        return Reach.NONE
    rest = prefix[len(names.stem) :]
    if _CENTURY.startswith(rest):
        return Reach.ALL
    shape = rest.translate(_DIGITS)
    written = rest.startswith(_CENTURY) and (names.tail.startswith(shape) or shape.startswith(names.tail))
    return Reach.SOME if written else Reach.NONE


def scope_reach(scope: Scope, names: Names) -> Reach:
    """How many of the log objects a rule selects, at most; none by tags, for S3 delivers logs untagged."""
    if scope.tags:
        return Reach.NONE
    if scope.size_below is not None and scope.size_below <= max(SMALLEST_LOG, scope.size_from):
        return Reach.NONE
    keys = key_reach(scope.prefix, names)
    if keys is Reach.ALL and (scope.size_from > SMALLEST_LOG or scope.size_below is not None):
        return Reach.SOME
    return keys


def log_groups(
    rules: Iterable[RuleTerms], names: Names, *, now: datetime, prefixes: Iterable[str] = ()
) -> tuple[Group, ...] | None:
    """The groups, at least one; None when the rules cut the logs into more groups than anybody can look through.

    `prefixes` are further prefixes at which to cut.
    """
    everywhere: list[RuleTerms] = []
    somewhere: list[RuleTerms] = []
    cuts = {prefix for prefix in prefixes if key_reach(prefix, names) is Reach.SOME}
    for rule in rules:
        if scope_reach(rule.scope, names) is Reach.NONE:
            continue
        if key_reach(rule.scope.prefix, names) is Reach.ALL:
            everywhere.append(rule)
        else:
            somewhere.append(rule)
            cuts.add(rule.scope.prefix)
    if len(cuts) * len(somewhere) > _MOST_WORK:
        return None
    regions = [(names.stem, everywhere)]
    regions.extend(
        (cut, [*everywhere, *(rule for rule in somewhere if cut.startswith(rule.scope.prefix))]) for cut in sorted(cuts)
    )
    sizes = [_size_bounds(region) for _, region in regions]
    if sum(len(bounds) * len(region) for bounds, (_, region) in zip(sizes, regions, strict=True)) > _MOST_WORK:
        return None
    return tuple(
        Group(
            prefix=prefix,
            age=_least_age(prefix[len(names.stem) :], now),
            size_from=low,
            size_below=below,
            rules=region if below is None and low == SMALLEST_LOG else _taking(region, low),
        )
        for bounds, (prefix, region) in zip(sizes, regions, strict=True)
        for low, below in zip(bounds, [*bounds[1:], None], strict=True)
    )


def _least_age(written: str, now: datetime) -> int:
    """The least age in days of log objects whose date begins as `written`, which fits the names; 0 without a date."""
    if not written:
        return 0
    year = int(written[:4].ljust(4, "9"))
    month = _latest(written[5:7], 12)
    day = min(_latest(written[8:10], 31), monthrange(year, month)[1])
    end = datetime(year, month, day, tzinfo=UTC) + timedelta(days=1)
    return max(0, (now - end - _LATEST_DELIVERY).days)


def _latest(digits: str, most: int) -> int:
    """The greatest two-digit number up to `most` that begins with the digits; `most` where there is none."""
    return max((number for number in range(1, most + 1) if f"{number:02}".startswith(digits)), default=most)


def _size_bounds(rules: list[RuleTerms]) -> list[int]:
    """The sizes at which another set of the rules begins to act, the smallest log object first."""
    bounds = {SMALLEST_LOG}
    for rule in rules:
        if rule.moves:
            bounds.add(SMALL_OBJECT)
        if rule.scope.sized:
            ends = (rule.scope.size_from, rule.scope.size_below or 0)
            bounds.update(end for end in ends if end > SMALLEST_LOG)
    return sorted(bounds)


def _taking(rules: list[RuleTerms], size: int) -> list[RuleTerms]:
    return [rule for rule in rules if _takes(rule.scope, size)]


def _takes(scope: Scope, size: int) -> bool:
    return scope.size_from <= size and (scope.size_below is None or size < scope.size_below)
