"""The numbers and lists that a framework may set, each with how firm it is and the checks that compare with it.

No framework names S3 access logs and almost none fixes a number of days for them, so a value without its firmness and
its citation would claim an authority that it does not have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Value: TypeAlias = "int | tuple[str, ...] | None"
"""A whole number, a list of strings, or None where a framework leaves the bound open."""


class Firmness(StrEnum):
    """Who says a number; shown beside every result that rests on it."""

    LAW = "law"
    """A law or regulation says it about logs."""
    LAW_ELSEWHERE = "law-elsewhere"
    """A law says it about something else, and people apply it to logs."""
    STANDARD = "standard"
    """A published standard says it about audit logs."""
    GUIDANCE = "guidance"
    """A regulator's guidance says it."""
    ORGANISATION = "organisation"
    """No number exists: the organisation has to choose one, and this is its choice or a stand-in for it."""
    PRACTICE = "practice"
    """Common practice, or our own assumption."""


class Unit(StrEnum):
    """What a parameter counts."""

    DAYS = "days"
    HOURS = "hours"
    STORAGE_CLASSES = "storage classes"
    ACCOUNTS = "account ids"
    PRINCIPALS = "principal ARN globs"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterValue:
    """A value with its grounds. `citation` is "" only where no text exists to cite (organisation, practice)."""

    value: Value
    firmness: Firmness
    citation: str = ""
    rationale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One word of the vocabulary: what it means and which checks compare with it.

    `default` holds where a framework that requires one of `checks` is silent.
    """

    name: str
    unit: Unit
    meaning: str
    checks: tuple[str, ...]
    default: ParameterValue


def _practice(value: Value, rationale: str) -> ParameterValue:
    return ParameterValue(value=value, firmness=Firmness.PRACTICE, rationale=rationale)


VOCABULARY: tuple[Parameter, ...] = (
    Parameter(
        name="retention_min_days",
        unit=Unit.DAYS,
        meaning="every log object stays for at least this many days",
        checks=("retention-minimum",),
        default=_practice(365, "A year of history covers most audit periods; no text sets it for access logs."),
    ),
    Parameter(
        name="retention_hot_days",
        unit=Unit.DAYS,
        meaning="the newest log objects can be read at once, without a restore, for at least this many days",
        checks=("retention-hot",),
        default=_practice(90, "Three months at hand is what most log standards and investigations start from."),
    ),
    Parameter(
        name="retention_max_days",
        unit=Unit.DAYS,
        meaning="no log object stays longer than this many days; without a value, retention only has to end some day",
        checks=("retention-maximum",),
        default=_practice(None, "Logs hold personal data, so they should end some day; no text says on which."),
    ),
    Parameter(
        name="hot_storage_classes",
        unit=Unit.STORAGE_CLASSES,
        meaning="storage classes from which an object can be read at once",
        checks=("retention-hot",),
        default=_practice(
            ("STANDARD", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR"),
            "These classes answer within milliseconds; GLACIER and DEEP_ARCHIVE need a restore first.",
        ),
    ),
    Parameter(
        name="delivery_max_age_hours",
        unit=Unit.HOURS,
        meaning="the newest log object may be this old before delivery counts as stopped",
        checks=("delivery-fresh",),
        default=_practice(
            48, "AWS delivers most records within hours but promises no time, and a quiet bucket writes no records."
        ),
    ),
    Parameter(
        name="known_accounts",
        unit=Unit.ACCOUNTS,
        meaning="account ids that are trusted beside the accounts of the estate",
        checks=("destination-readers", "destination-writers"),
        default=_practice((), "Only the accounts that were audited are known unless somebody vouches for more."),
    ),
    Parameter(
        name="allowed_readers",
        unit=Unit.PRINCIPALS,
        meaning="ARN globs of principals that may read logs although their account is not known",
        checks=("destination-readers",),
        default=_practice((), "Nobody outside the known accounts may read logs unless somebody vouches for them."),
    ),
)


def checks_using(name: str) -> tuple[str, ...]:
    """The checks that compare with the parameter called `name`; empty for a word that is not in the vocabulary."""
    return next((word.checks for word in VOCABULARY if word.name == name), ())


def defaults(check: str) -> Mapping[str, ParameterValue]:
    """What `check` compares with when no framework says otherwise; empty for a check without parameters."""
    return {word.name: word.default for word in VOCABULARY if check in word.checks}
