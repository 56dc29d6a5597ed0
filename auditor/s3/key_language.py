"""Sets of object keys as small automata, so that "every key" and "any key" are decided and never sampled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, TypeAlias

from auditor.s3.log_keys import (
    KeySpace,
    PartitionDateSource,
    PartitionedPrefix,
    SimplePrefix,
    day_prefix,
    parse_log_key,
)

_DIGITS: Final = frozenset("0123456789")
_UPPER_HEX: Final = _DIGITS | frozenset("ABCDEF")
_ALPHANUMERIC: Final = _DIGITS | frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_LAST_YEAR: Final = 9999

Characters: TypeAlias = frozenset[str] | None
"""The characters of an edge; None is every character."""


@dataclass(frozen=True, slots=True, eq=False)
class Tail:
    """The texts that may follow a stem: a deterministic automaton with one row of edges per state.

    `completions` holds for each state a shortest text that leads to an accepting state, smallest characters first.
    """

    edges: tuple[tuple[tuple[Characters, int], ...], ...]
    start: int
    accepting: frozenset[int]
    completions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKeys:
    """The keys of one source's log objects whose date lies in `first_year` or later."""

    space: KeySpace
    first_year: int


@dataclass(frozen=True, slots=True)
class KeysUnder:
    """Every possible key that begins with `prefix`; with an empty prefix every key of the bucket."""

    prefix: str


Keys: TypeAlias = LogKeys | KeysUnder


def stem_of(keys: Keys) -> str:
    """The text that all the keys begin with."""
    match keys:
        case LogKeys(space=space):
            return space.stem
        case KeysUnder(prefix=prefix):
            return prefix


def certain_tail(keys: Keys) -> Tail:
    """What follows the stem in keys that are surely written: the unique string as in every example AWS shows.

    A day that no calendar has may be among them; see `is_real`.
    """
    match keys:
        case LogKeys(space=space, first_year=year):
            return _dated(_shape(space), year, exact=True)
        case KeysUnder(prefix=prefix):
            return _anything(empty=bool(prefix))


def possible_tail(keys: Keys) -> Tail:
    """What may at most follow the stem: AWS promises nothing about the unique string; here, any alphanumerics."""
    match keys:
        case LogKeys(space=space, first_year=year):
            return _dated(_shape(space), year, exact=False)
        case KeysUnder(prefix=prefix):
            return _anything(empty=bool(prefix))


def is_real(keys: Keys, key: str) -> bool:
    """Whether the key, found in one of the tails, is one that S3 can write: its dates agree and exist."""
    match keys:
        case LogKeys(space=space):
            return parse_log_key(key, space) is not None
        case KeysUnder():
            return True


def days_named(keys: Keys, key: str) -> tuple[date, ...]:
    """The days that a key found in one of the tails names, where it names two; empty otherwise."""
    match keys:
        case LogKeys(space=KeySpace(key_format=PartitionedPrefix()) as space):
            rest = key[len(space.stem) :]
            return tuple(day for text in (rest[:10].replace("/", "-"), rest[11:21]) for day in _day(text))
        case LogKeys() | KeysUnder():
            return ()


def on_day(keys: Keys, day: date) -> tuple[str, Tail]:
    """Stem and certain tail of the keys that name `day` in the partitioned format, where the day stands twice."""
    match keys:
        case LogKeys(space=space):
            return f"{day_prefix(space, day)}{day.isoformat()}-", _after_day(_shape(space))
        case KeysUnder(prefix=prefix):
            return prefix, certain_tail(keys)


def _day(text: str) -> tuple[date, ...]:
    try:
        return (date.fromisoformat(text),)
    except ValueError:
        return ()


def _shape(space: KeySpace) -> str:
    match space.key_format:
        case SimplePrefix():
            return "simple"
        case PartitionedPrefix(date_source=PartitionDateSource.DELIVERY_TIME):
            return "by-delivery"
        case PartitionedPrefix():
            return "by-event"


class _Builder:
    """Builds an automaton from its end to its beginning; every method returns the state in front of `then`."""

    def __init__(self) -> None:
        self.edges: list[list[tuple[Characters, int]]] = []

    def state(self, *edges: tuple[Characters, int]) -> int:
        self.edges.append(list(edges))
        return len(self.edges) - 1

    def text(self, text: str, then: int) -> int:
        for character in reversed(text):
            then = self.state((frozenset(character), then))
        return then

    def number(self, low: str, high: str, then: int) -> int:
        """The numbers from `low` to `high`, written with as many digits as these two have."""
        if not low:
            return then
        width = len(low) - 1
        if low[0] == high[0]:
            return self.state((frozenset(low[0]), self.number(low[1:], high[1:], then)))
        edges: list[tuple[Characters, int]] = []
        first, last = int(low[0]), int(high[0])
        if low[1:] != "0" * width:
            edges.append((frozenset(low[0]), self.number(low[1:], "9" * width, then)))
            first += 1
        if high[1:] != "9" * width:
            edges.append((frozenset(high[0]), self.number("0" * width, high[1:], then)))
            last -= 1
        if first <= last:
            between = frozenset(str(digit) for digit in range(first, last + 1))
            edges.append((between, self.number("0" * width, "9" * width, then)))
        return self.state(*edges)

    def day(self, first_year: int, separator: str, then: int) -> int:
        """Year, month and day from the beginning of `first_year`; 29 February counts in every year."""
        long, short, february = (self.text(separator, self.number("01", last, then)) for last in ("31", "30", "29"))
        months: tuple[tuple[str, str, int], ...] = (("0", "13578", long), ("0", "469", short), ("0", "2", february))
        early = self.state(*((frozenset(digits), ahead) for _, digits, ahead in months))
        late = self.state((frozenset("02"), long), (frozenset("1"), short))
        month = self.text(separator, self.state((frozenset("0"), early), (frozenset("1"), late)))
        return self.number(f"{min(max(first_year, 0), _LAST_YEAR):04}", str(_LAST_YEAR), month)

    def unique(self, *, exact: bool) -> int:
        """The unique string at the end: 16 upper-case hexadecimal digits, or any run of alphanumerics."""
        end = self.state()
        if exact:
            for _ in range(16):
                end = self.state((_UPPER_HEX, end))
            return end
        self.edges[end].append((_ALPHANUMERIC, end))
        return self.state((_ALPHANUMERIC, end))

    def time(self, then: int, *, zero: bool) -> int:
        """`hh-mm-ss-`."""
        if zero:
            return self.text("00-00-00-", then)
        for last in ("59", "59", "23"):
            then = self.number("00", last, self.text("-", then))
        return then

    def build(self, start: int, accepting: frozenset[int]) -> Tail:
        return Tail(
            edges=tuple(tuple(row) for row in self.edges),
            start=start,
            accepting=accepting,
            completions=_completions(self.edges, accepting),
        )


@lru_cache(maxsize=64)
def _dated(shape: str, first_year: int, *, exact: bool) -> Tail:
    builder = _Builder()
    unique = builder.unique(exact=exact)
    time = builder.time(unique, zero=shape == "by-event")
    start = builder.day(first_year, "-", builder.text("-", time))
    if shape != "simple":
        start = builder.day(first_year, "/", builder.text("/", start))
    return builder.build(start, frozenset({0}))


@lru_cache(maxsize=8)
def _after_day(shape: str) -> Tail:
    builder = _Builder()
    start = builder.time(builder.unique(exact=True), zero=shape == "by-event")
    return builder.build(start, frozenset({0}))


@lru_cache(maxsize=2)
def _anything(*, empty: bool) -> Tail:
    builder = _Builder()
    end = builder.state()
    builder.edges[end].append((None, end))
    start = end if empty else builder.state((None, end))
    return builder.build(start, frozenset({end}))


def _completions(edges: Sequence[Sequence[tuple[Characters, int]]], accepting: frozenset[int]) -> tuple[str, ...]:
    """For each state the first in order of the shortest texts that lead to an accepting one."""
    incoming: dict[int, list[int]] = {}
    for state, row in enumerate(edges):
        for _, target in row:
            incoming.setdefault(target, []).append(state)
    found = dict.fromkeys(accepting, "")
    front = set(accepting)
    while front:
        front = {state for target in front for state in incoming.get(target, ()) if state not in found}
        # All of `front` are equally far from the end, so each finds its shortest ways in what is already there.
        found |= {
            state: min(
                (min(characters) if characters else "a") + found[target]
                for characters, target in edges[state]
                if target in found
            )
            for state in front
        }
    return tuple(found.get(state, "") for state in range(len(edges)))
