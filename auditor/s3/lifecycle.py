"""What the rules of a lifecycle configuration say, including what in them nobody can interpret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final, TypeAlias

from auditor.s3.days import Fact
from auditor.s3.malformed import Malformed, quoted

GLACIER: Final = "GLACIER"
DEEP_ARCHIVE: Final = "DEEP_ARCHIVE"
INTELLIGENT_TIERING: Final = "INTELLIGENT_TIERING"

KNOWN_CLASSES: Final = frozenset(
    {"STANDARD_IA", "ONEZONE_IA", INTELLIGENT_TIERING, "GLACIER_IR", GLACIER, DEEP_ARCHIVE}
)
"""The storage classes that a transition can name (S3 API Reference, Transition)."""

SMALL_OBJECT: Final = 131_072
"""Objects of fewer bytes do not transition by default, and Intelligent-Tiering never archives them (128 KB).

Source: S3 User Guide, lifecycle-transition-general-considerations and intelligent-tiering-overview.
"""

SMALLEST_LOG: Final = 62
"""The bytes of the shortest possible access log record: a time of 28 characters, 17 more fields, 17 spaces.

A shorter object holds no record, so a size filter that only it escapes leaves no log out.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """An age in days since creation; S3 acts at the first midnight UTC after it, so never earlier."""

    days: int
    fact: Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class On:
    """A calendar date (aware, UTC) from which S3 acts at once on every matching object, old and new."""

    date: datetime
    fact: Fact


When: TypeAlias = After | On | Malformed


class RuleStatus(Enum):
    """Whether S3 applies the rule; UNKNOWN is any word but the two documented ones."""

    ENABLED = "Enabled"
    DISABLED = "Disabled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which objects a rule selects: all conditions at once.

    Sizes run from `size_from` (included) to `size_below` (excluded, None without a limit). When `doubt` is set, the
    objects selected are an unknown subset of those described here.
    """

    prefix: str = ""
    tags: tuple[str, ...] = ()
    size_from: int = 0
    size_below: int | None = None
    sized: bool = False
    """A size filter is there at all, which lifts the default minimum size for transitions."""
    path: str = ""
    doubt: Malformed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A move of current versions to a storage class; the class may be one that this program does not know."""

    when: When
    storage_class: str | Malformed
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoncurrentExpiry:
    """The permanent deletion of noncurrent versions, days after their successor or delete marker appeared.

    With `newer` set, only versions with more than that many newer noncurrent ones are deleted. A log key is written
    once, so its version has none and stays for ever.
    """

    days: int | Malformed
    newer: int | Malformed | None
    days_fact: Fact
    newer_fact: Fact | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. `unknown` holds what stands in it that may be any action; noncurrent transitions never matter here."""

    index: int
    id: str | None
    status: RuleStatus
    status_fact: Fact
    scope: Scope
    expiry: When | None = None
    removes_delete_markers: bool = False
    transitions: tuple[Transition, ...] = ()
    noncurrent: NoncurrentExpiry | None = None
    aborts_uploads: bool = False
    unknown: tuple[Malformed, ...] = ()
    doubts: tuple[Malformed, ...] = ()
    """Why the rule as a whole may or may not act on an object that its scope describes."""

    @property
    def path(self) -> str:
        """Where the rule stands."""
        return f"Rules[{self.index}]"

    @property
    def name(self) -> str:
        """The rule in the middle of a sentence, by its ID where it has one."""
        return f"the rule at {self.path}" if self.id is None else f"rule {quoted(self.id)}"


class MinimumSize(Enum):
    """What happens to small objects in transitions without a size filter (`TransitionDefaultMinimumObjectSize`)."""

    NONE_MOVE = "all_storage_classes_128K"
    """Objects under 128 KB do not transition."""
    GLACIER_MOVES = "varies_by_storage_class"
    """Objects under 128 KB transition to GLACIER and DEEP_ARCHIVE only."""
    UNKNOWN = "unknown"
    """The answer does not say, or says something newer than this program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """A lifecycle configuration, or the certainty that the bucket has none (`configured` is False).

    `unknown` is what stands beside the rules or replaces them: it may do anything to any object.
    """

    configured: bool
    rules: tuple[Rule, ...] = ()
    minimum_size: MinimumSize = MinimumSize.UNKNOWN
    minimum_size_fact: Fact
    unknown: tuple[Malformed, ...] = ()


def sentence(*clauses: str) -> str:
    """The clauses as one sentence, joined by semicolons."""
    text = "; ".join(clauses)
    return f"{text[:1].upper()}{text[1:]}."
