"""A number of days with its proof: known, for ever, or known only to lie between two bounds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final, TypeAlias

from auditor.s3.truth import Truth


class Forever(Enum):
    """The length of time that no number of days reaches; it orders after every number and absorbs sums."""

    FOREVER = "forever"

    def __lt__(self, other: Days) -> bool:
        return False

    def __le__(self, other: Days) -> bool:
        return isinstance(other, Forever)

    def __gt__(self, other: Days) -> bool:
        return not isinstance(other, Forever)

    def __ge__(self, other: Days) -> bool:
        return True

    def __add__(self, other: Days) -> Forever:
        return self

    def __radd__(self, other: Days) -> Forever:
        return self


Days: TypeAlias = int | Forever
FOREVER: Final = Forever.FOREVER


class Document(StrEnum):
    """The AWS answer a fact was read from; the values are the names of the settings."""

    LIFECYCLE = "lifecycle"
    VERSIONING = "versioning"
    INTELLIGENT_TIERING = "intelligent-tiering"
    LOG_GROUP = "log-group"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One value found at one path of one document: what a verdict can cite as evidence."""

    document: Document
    path: str
    value: str | int | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Something that keeps a number from being decided: the fact, and a whole sentence about it."""

    fact: Fact
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A number of days that the documents settle, the facts that settle it, and the sentence that explains it.

    `facts` is never empty and its first one decided; the others (a second rule, the versioning state) took part.
    """

    days: Days
    facts: tuple[Fact, ...]
    sentence: str

    @property
    def low(self) -> Days:
        """The number itself, so that both kinds of count compare alike."""
        return self.days

    @property
    def high(self) -> Days:
        """The number itself, so that both kinds of count compare alike."""
        return self.days

    @property
    def path(self) -> str:
        """Where the deciding value stands, e.g. `Rules[0].Expiration.Days`."""
        return self.facts[0].path

    @property
    def value(self) -> str | int | bool | None:
        """The deciding value as the document has it; None when it is the absence that decides."""
        return self.facts[0].value


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecidable:
    """A number of days that the documents leave open between `low` and `high`, both included, and why.

    `low` < `high` always. The facts are those that nobody can interpret; `bounds` are those that set the bounds, the
    lower one first: they prove an answer that is the same all the way between them.
    """

    low: Days
    high: Days
    facts: tuple[Fact, ...]
    sentence: str
    bounds: tuple[Fact, ...] = ()


DayCount: TypeAlias = Decided | Undecidable


def at_least(count: DayCount, days: int) -> Truth:
    """Whether the count is `days` or more; UNDECIDABLE only when the bounds of the count lie on both sides."""
    if count.low >= days:
        return Truth.TRUE
    return Truth.FALSE if count.high < days else Truth.UNDECIDABLE


def at_most(count: DayCount, days: int) -> Truth:
    """Whether the count is `days` or fewer; UNDECIDABLE only when the bounds of the count lie on both sides."""
    if count.high <= days:
        return Truth.TRUE
    return Truth.FALSE if count.low > days else Truth.UNDECIDABLE


def days_text(days: Days) -> str:
    """`1 day`, `90 days` or `for ever`, as it stands in a sentence."""
    match days:
        case Forever():
            return "for ever"
        case 1:
            return "1 day"
        case _:
            return f"{days:,} days"


def range_text(low: Days, high: Days) -> str:
    """`for 30 to 90 days` or `for 30 days at least, perhaps for ever`."""
    if isinstance(high, Forever):
        return f"for {days_text(low)} at least, perhaps for ever"
    return f"for {low} to {days_text(high)}"
