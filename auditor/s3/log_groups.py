"""The log objects of one key stem in groups that every lifecycle rule treats alike.

S3 names a log object by its key stem, then `YYYY-MM-DD-hh-mm-ss-UniqueString`, or `YYYY/MM/DD/` and the same
(S3 User Guide, ServerLogs; years until 2099 here). A filter that no such key can match selects no log.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from auditor.s3.lifecycle import SMALL_OBJECT, SMALLEST_LOG, Scope
from auditor.s3.lifecycle_terms import RuleTerms

_CENTURY: Final = "20"
_TAILS: Final = ("0000-00-00-00-00-00-", "0000/00/00/0000-00-00-00-00-00-")
_DIGITS: Final = str.maketrans("123456789", "000000000")
_MOST_WORK: Final = 200_000


class Reach(Enum):
    """How many of the log objects of a stem a condition lets through."""

    ALL = "all"
    SOME = "some"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Log objects with the same rules: under `prefix` but under no longer prefix of a rule, within a size range."""

    prefix: str
    size_from: int
    size_below: int | None
    rules: Sequence[RuleTerms]


def key_reach(prefix: str, stem: str) -> Reach:
    """How many of the keys that S3 writes from `stem` on start with `prefix`."""
    if stem.startswith(prefix):
        return Reach.ALL
    if not prefix.startswith(stem):
        return Reach.NONE
    rest = prefix[len(stem) :]
    if _CENTURY.startswith(rest):
        return Reach.ALL
    shape = rest.translate(_DIGITS)
    written = rest.startswith(_CENTURY) and any(tail.startswith(shape) or shape.startswith(tail) for tail in _TAILS)
    return Reach.SOME if written else Reach.NONE


def scope_reach(scope: Scope, stem: str) -> Reach:
    """How many of the log objects of `stem` a rule selects, at most; none by tags, for S3 delivers logs untagged."""
    if scope.tags:
        return Reach.NONE
    if scope.size_below is not None and scope.size_below <= max(SMALLEST_LOG, scope.size_from):
        return Reach.NONE
    keys = key_reach(scope.prefix, stem)
    if keys is Reach.ALL and (scope.size_from > SMALLEST_LOG or scope.size_below is not None):
        return Reach.SOME
    return keys


def log_groups(rules: Iterable[RuleTerms], stem: str, *, prefixes: Iterable[str] = ()) -> tuple[Group, ...] | None:
    """The groups, at least one; None when the rules cut the logs into more groups than anybody can look through.

    `prefixes` are further prefixes at which to cut.
    """
    everywhere: list[RuleTerms] = []
    somewhere: list[RuleTerms] = []
    cuts = {prefix for prefix in prefixes if key_reach(prefix, stem) is Reach.SOME}
    for rule in rules:
        if scope_reach(rule.scope, stem) is Reach.NONE:
            continue
        if key_reach(rule.scope.prefix, stem) is Reach.ALL:
            everywhere.append(rule)
        else:
            somewhere.append(rule)
            cuts.add(rule.scope.prefix)
    regions = [(stem, everywhere)]
    if len(cuts) * len(somewhere) > _MOST_WORK:
        return None
    regions.extend(
        (cut, [*everywhere, *(rule for rule in somewhere if cut.startswith(rule.scope.prefix))]) for cut in sorted(cuts)
    )
    sizes = [_size_bounds(region) for _, region in regions]
    if sum(len(bounds) * len(region) for bounds, (_, region) in zip(sizes, regions, strict=True)) > _MOST_WORK:
        return None
    return tuple(
        Group(
            prefix=prefix,
            size_from=low,
            size_below=below,
            rules=region if below is None and low == SMALLEST_LOG else _taking(region, low),
        )
        for bounds, (prefix, region) in zip(sizes, regions, strict=True)
        for low, below in zip(bounds, [*bounds[1:], None], strict=True)
    )


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
