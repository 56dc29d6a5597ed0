"""IAM patterns: `*` is any text, `?` any one character, `${…}` a value of the request or an escaped character.

Source: IAM User Guide, "Resource", "Variables and tags". A pattern runs as a nondeterministic automaton whose states
are the bits of one integer, so matching is linear in the text and states can be carried from one text to the next.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Final, TypeAlias


class Wild(Enum):
    """A wildcard of the pattern language."""

    ANY_TEXT = "*"
    ANY_CHARACTER = "?"


@dataclass(frozen=True, slots=True)
class Variable:
    """A policy variable: a request value, by condition key in lower case, and the text used when the key is absent.

    `key` is empty for a `${…}` that does not have the documented form, whose meaning nobody can tell.
    """

    key: str
    default: str | None = None


Piece: TypeAlias = str | Wild | Variable


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern as written, and its pieces in order; neighbouring literal characters are one piece.

    `literal` is the one text that it stands for, which AWS calls a fixed value; None with a wildcard or a variable.
    `has_variables` when what it matches depends on the request. Both follow from the pieces.
    """

    text: str
    pieces: tuple[Piece, ...]
    literal: str | None = field(init=False)
    has_variables: bool = field(init=False)

    def __post_init__(self) -> None:
        plain = [piece for piece in self.pieces if isinstance(piece, str)]
        object.__setattr__(self, "literal", "".join(plain) if len(plain) == len(self.pieces) else None)
        object.__setattr__(self, "has_variables", any(isinstance(piece, Variable) for piece in self.pieces))

    @property
    def is_any_text(self) -> bool:
        """Whether it matches every text, the empty one too."""
        return bool(self.pieces) and all(piece is Wild.ANY_TEXT for piece in self.pieces)


_SPECIAL: Final = re.compile(r"\$\{([^}]*)(\}|$)|[*?]", re.DOTALL)
_VARIABLE: Final = re.compile(r"([^\s,'{}$*?]+)(?:,\s*'([^'{}]*)')?", re.ASCII)


@lru_cache(maxsize=4096)
def parse_pattern(text: str, *, variables: bool, wildcards: bool = True) -> Pattern:
    """The pattern that `text` stands for.

    `variables` is false in policies of version 2008-10-17, where `${` is plain text. `wildcards` is false for
    comparisons that take `*` and `?` literally, such as StringEquals.
    """
    pieces: list[Piece] = []
    literal: list[str] = []

    def close() -> None:
        if literal:
            pieces.append("".join(literal))
            literal.clear()

    position = 0
    while position < len(text):
        found = _SPECIAL.search(text, position)
        if found is None:
            literal.append(text[position:])
            break
        literal.append(text[position : found.start()])
        piece = _piece(found, variables=variables, wildcards=wildcards)
        # Plain text may hide a wildcard further on, as in `${a*}` of a 2008 policy: go on right behind the dollar.
        position = found.end() if piece is not None else found.start() + 1
        if piece is None:
            literal.append(found[0][0])
        elif isinstance(piece, str):
            literal.append(piece)
        else:
            close()
            pieces.append(piece)
    close()
    return Pattern(text=text, pieces=tuple(piece for piece in pieces if piece != ""))


def _piece(found: re.Match[str], *, variables: bool, wildcards: bool) -> Piece | None:
    """What the special text means here; None when it is not special after all."""
    if found[0] in {"*", "?"}:
        return Wild(found[0]) if wildcards else None
    if not variables:
        return None
    inner = found[1]
    if found[2] and inner in {"*", "?", "$"}:
        return inner
    named = _VARIABLE.fullmatch(inner) if found[2] else None
    return Variable("") if named is None else Variable(named[1].lower(), named[2])


@dataclass(frozen=True, slots=True, eq=False)
class Glob:
    """A pattern without variables, ready to run. A state is a set of bits; `START` is the state before any text.

    Bit i set means: the first i characters of the pattern have been matched. `loops` marks the places where a `*`
    stands, `accept` the end of the pattern, `wild` the places of a `?`, `masks` the places of each literal character.
    """

    masks: Mapping[str, int]
    wild: int
    loops: int
    accept: int

    def run(self, state: int, text: str) -> int:
        """The state after reading `text`; 0 once nothing can match any more."""
        masks, wild, loops, settled = self.masks, self.wild, self.loops, self.accept & self.loops
        for character in text:
            if state & settled or not state:
                break
            state = ((state & masks.get(character, wild)) << 1) | (state & loops)
        return state

    def matches(self, text: str) -> bool:
        """Whether the pattern matches the whole of `text`."""
        return self.accepts(self.run(START, text))

    def accepts(self, state: int) -> bool:
        """Whether the text read so far is a match."""
        return bool(state & self.accept)

    def outcome(self, state: int) -> bool | None:
        """Whether all continuations match (True), none does (False), or it depends (None)."""
        if not state:
            return False
        return True if state & self.accept & self.loops else None


START: Final = 1


@lru_cache(maxsize=4096)
def compile_pieces(pieces: tuple[str | Wild, ...]) -> Glob:
    """The automaton of these pieces."""
    masks: dict[str, int] = {}
    wild = loops = length = 0
    for piece in pieces:
        if piece is Wild.ANY_TEXT:
            loops |= 1 << length
        elif piece is Wild.ANY_CHARACTER:
            wild |= 1 << length
            length += 1
        elif isinstance(piece, str):
            for character in piece:
                masks[character] = masks.get(character, 0) | 1 << length
                length += 1
    return Glob(
        masks={character: mask | wild for character, mask in masks.items()},
        wild=wild,
        loops=loops,
        accept=1 << length,
    )


def wildcards_only(text: str) -> Glob:
    """The automaton of a text in which `*` and `?` are wildcards and nothing else is special."""
    return compile_pieces(_plain(parse_pattern(text, variables=False).pieces))


class Missing(Enum):
    """Why a variable has no text."""

    NO_VALUE = "no value"
    """The request does not carry the key: the variable is like nothing at all."""
    NOT_KNOWN = "not known"
    """The request may carry any value."""


Lookup: TypeAlias = Callable[[Variable], "str | Missing"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a pattern matches at least and at most, for a request that is only partly known.

    Either is None when the pattern matches nothing; the two are one object when all is known.
    """

    least: Glob | None
    most: Glob | None

    @property
    def exact(self) -> bool:
        """Whether nothing about the pattern depends on what is unknown."""
        return self.least is self.most


def bounds(pattern: Pattern, lookup: Lookup) -> Bounds:
    """The automata of `pattern` for the request whose values `lookup` gives.

    A variable without a value makes the pattern match nothing (IAM User Guide, "Policy variables with no value"). The
    value itself is plain text: a `*` in it is no wildcard.
    """
    if not pattern.has_variables:
        glob = compile_pieces(_plain(pattern.pieces))
        return Bounds(glob, glob)
    known: list[str | Wild] = []
    doubt = False
    for piece in pattern.pieces:
        if not isinstance(piece, Variable):
            known.append(piece)
            continue
        value = lookup(piece)
        match value:
            case str():
                known.append(value)
            case Missing.NO_VALUE:
                return Bounds(None, None)
            case Missing.NOT_KNOWN:
                doubt = True
                known.append(Wild.ANY_TEXT)
    glob = compile_pieces(tuple(known))
    return Bounds(None if doubt else glob, glob)


def _plain(pieces: Sequence[Piece]) -> tuple[str | Wild, ...]:
    return tuple(piece for piece in pieces if not isinstance(piece, Variable))
