"""Which keys a set of resource patterns matches: a search over automata that finds a key, or proves there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from auditor.s3.glob import Glob
from auditor.s3.key_language import Keys, Tail, certain_tail, days_named, is_real, on_day, possible_tail, stem_of
from auditor.s3.truth import Truth

_MOST_STEPS: Final = 40_000
"""A policy can hold patterns that together need exponentially many steps; then the answer is that we cannot tell.

One pattern that reads one character is a step, which keeps a search below a tenth of a second.
"""

# Any characters that a pattern is unlikely to spell out, to stand for all those it does not.
_STRANGERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """The keys that one of the patterns matches, or, when `complement`, those that none does.

    Each pattern comes with the state it is in after the part of the ARN in front of the key.
    """

    patterns: tuple[tuple[Glob, int], ...]
    complement: bool = False


class Nowhere(Enum):
    """A search that found no key."""

    NONE = "none"
    """There is no such key."""
    GAVE_UP = "gave up"
    """The patterns are too tangled to decide in reasonable time."""


Found: TypeAlias = str | Nowhere


def find_key(stem: str, tail: Tail, *, inside: Sequence[Reach] | None = None, outside: Sequence[Reach] = ()) -> Found:
    """A key of `stem` + `tail` that lies in one of `inside` (None: anywhere) and in none of `outside`.

    Exact: the search walks the automaton of the keys and those of all patterns together, smallest characters first, so
    that a log key of the nearest years is found before one of a distant future.
    """
    search = _Search(inside, outside)
    first = search.begin(stem)
    wanted = search.decide(first)
    if wanted is not None:
        return stem + tail.completions[tail.start] if wanted else Nowhere.NONE
    alphabet = search.alphabet()
    budget = _MOST_STEPS
    stack: list[tuple[int, tuple[int, ...], str]] = [(tail.start, first, "")]
    seen = {(tail.start, first)}
    while stack:
        place, states, word = stack.pop()
        if search.decide(states):
            return stem + word + tail.completions[place]
        if place in tail.accepting and search.holds(states):
            return stem + word
        ahead: list[tuple[int, tuple[int, ...], str]] = []
        for characters, target in tail.edges[place]:
            for character in _representatives(characters, alphabet):
                after = search.step(states, character)
                budget -= 2 + len(states)
                if (target, after) not in seen and search.decide(after) is not False:
                    seen.add((target, after))
                    ahead.append((target, after, word + character))
        stack.extend(reversed(ahead))
        if budget < 0:
            return Nowhere.GAVE_UP
    return Nowhere.NONE


def _representatives(characters: frozenset[str] | None, alphabet: frozenset[str]) -> Sequence[str]:
    """Characters that stand for all: each one that a pattern spells out, and one for all the others."""
    if characters is None:
        other = next((c for c in _STRANGERS if c not in alphabet), None)
        if other is None:
            other = next(c for c in map(chr, range(0x100, 0x110000)) if c not in alphabet)
        return [other, *sorted(alphabet)]
    spelled = characters & alphabet
    rest = characters - alphabet
    return sorted(spelled | {min(rest)}) if rest else sorted(spelled)


class _Search:
    """All patterns of a question in one row, so that a tuple of their states is a state of the whole."""

    def __init__(self, inside: Sequence[Reach] | None, outside: Sequence[Reach]) -> None:
        self.inside = inside
        self.outside = outside
        reaches = (*(inside or ()), *outside)
        self.globs = [glob for reach in reaches for glob, _ in reach.patterns]
        self.starts = [state for reach in reaches for _, state in reach.patterns]

    def begin(self, stem: str) -> tuple[int, ...]:
        return tuple(glob.run(state, stem) for glob, state in zip(self.globs, self.starts, strict=True))

    def step(self, states: tuple[int, ...], character: str) -> tuple[int, ...]:
        return tuple(glob.run(state, character) for glob, state in zip(self.globs, states, strict=True))

    def alphabet(self) -> frozenset[str]:
        return frozenset(character for glob in self.globs for character in glob.masks)

    def decide(self, states: tuple[int, ...]) -> bool | None:
        """Whether all continuations are wanted (True), none is (False), or it depends (None)."""
        return self._wanted([glob.outcome(state) for glob, state in zip(self.globs, states, strict=True)])

    def holds(self, states: tuple[int, ...]) -> bool:
        """Whether the text read so far is itself wanted."""
        return self._wanted([glob.accepts(state) for glob, state in zip(self.globs, states, strict=True)]) is True

    def _wanted(self, outcomes: Sequence[bool | None]) -> bool | None:
        position = 0
        within: bool | None = True
        if self.inside is not None:
            within, position = _any_reach(self.inside, outcomes, position)
            if within is False:
                return False
        without, _ = _any_reach(self.outside, outcomes, position)
        if without is True:
            return False
        return True if within is True and without is False else None


def _any_reach(reaches: Sequence[Reach], outcomes: Sequence[bool | None], position: int) -> tuple[bool | None, int]:
    result: bool | None = False
    for reach in reaches:
        here = outcomes[position : position + len(reach.patterns)]
        position += len(reach.patterns)
        matched: bool | None = True if True in here else (None if None in here else False)
        if reach.complement and matched is not None:
            matched = not matched
        if matched is True:
            result = True
        elif matched is None and result is False:
            result = None
    return result, position


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Whether there is a key; `example` is one that S3 can write, given when there is."""

    truth: Truth
    example: str | None = None


def some_key(
    keys: Keys,
    *,
    inside: tuple[Sequence[Reach], Sequence[Reach]] | None = None,
    outside: tuple[Sequence[Reach], Sequence[Reach]] = ((), ()),
) -> Answer:
    """Whether some key lies in `inside` and not in `outside`, each given as (surely, at most) reaches.

    TRUE needs a key that is surely written, surely inside and surely not outside; FALSE that not even a key that is
    perhaps written is perhaps inside and perhaps not outside.
    """
    stem = stem_of(keys)
    at_most = None if inside is None else inside[1]
    # Most patterns end in `*` or part from the keys before the first date: then the stem alone settles it.
    if _excluded(stem, at_most, outside[0]):
        return Answer(truth=Truth.FALSE)
    surely = None if inside is None else inside[0]
    found = find_key(stem, certain_tail(keys), inside=surely, outside=outside[1])
    if isinstance(found, str):
        real = _real(keys, found, inside=surely, outside=outside[1])
        if real is not None:
            return Answer(truth=Truth.TRUE, example=real)
        return Answer(truth=Truth.UNDECIDABLE)
    none = find_key(stem, possible_tail(keys), inside=at_most, outside=outside[0]) is Nowhere.NONE
    return Answer(truth=Truth.FALSE if none else Truth.UNDECIDABLE)


def _excluded(stem: str, inside: Sequence[Reach] | None, outside: Sequence[Reach]) -> bool:
    search = _Search(inside, outside)
    return search.decide(search.begin(stem)) is False


def _real(keys: Keys, key: str, *, inside: Sequence[Reach] | None, outside: Sequence[Reach]) -> str | None:
    """The key itself if S3 can write it, or else one like it on one of the two days that it names."""
    if is_real(keys, key):
        return key
    for day in days_named(keys, key):
        stem, tail = on_day(keys, day)
        found = find_key(stem, tail, inside=inside, outside=outside)
        if isinstance(found, str) and is_real(keys, found):
            return found
    return None
