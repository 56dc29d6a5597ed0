"""An answer is true, false or undecidable, and undecidable is contagious only where it matters."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import NoReturn


class Truth(Enum):
    """Kleene's strong three-valued logic: FALSE beats UNDECIDABLE in a conjunction, TRUE in a disjunction."""

    TRUE = "true"
    FALSE = "false"
    UNDECIDABLE = "undecidable"

    def __bool__(self) -> NoReturn:
        """Refuse: `if truth:` would silently turn "we do not know" into yes.

        Raises TypeError, always.
        """
        raise TypeError("a three-valued answer is compared with `is`, not used as a condition")

    @staticmethod
    def of(answer: bool, /) -> Truth:
        """The certain answer."""
        return Truth.TRUE if answer else Truth.FALSE


def negation(truth: Truth) -> Truth:
    """NOT: what is undecidable stays so."""
    match truth:
        case Truth.TRUE:
            return Truth.FALSE
        case Truth.FALSE:
            return Truth.TRUE
        case Truth.UNDECIDABLE:
            return Truth.UNDECIDABLE


def all_of(truths: Iterable[Truth]) -> Truth:
    """AND; TRUE when there is nothing to ask. Stops at the first FALSE."""
    result = Truth.TRUE
    for truth in truths:
        if truth is Truth.FALSE:
            return Truth.FALSE
        if truth is Truth.UNDECIDABLE:
            result = Truth.UNDECIDABLE
    return result


def any_of(truths: Iterable[Truth]) -> Truth:
    """OR; FALSE when there is nothing to ask. Stops at the first TRUE."""
    result = Truth.FALSE
    for truth in truths:
        if truth is Truth.TRUE:
            return Truth.TRUE
        if truth is Truth.UNDECIDABLE:
            result = Truth.UNDECIDABLE
    return result


def agreement(truths: Iterable[Truth]) -> Truth:
    """The answer that all possibilities share; UNDECIDABLE when they differ or when there is none."""
    seen = set(truths)
    return seen.pop() if len(seen) == 1 else Truth.UNDECIDABLE
