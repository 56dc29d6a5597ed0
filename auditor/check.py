"""A check is a pure rule over one subject: what it judges, what it reads, why it matters, and how to mend a FAIL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from auditor.baseline import SeenDelivery
from auditor.framework import EffectiveRetention
from auditor.model import Estate, Severity, Verdict
from auditor.reading import Json, Setting
from auditor.s3.logging_graph import LoggingGraph
from auditor.s3.subjects import Delivery, Destination, RegionInUse, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """All that a check may look at beside its subject.

    `at` is the time of the estate: facts are judged as of then, so that an old estate gives its old answer.
    `logs_read` is False when the user asked for no look at log objects. `deliveries_seen` has the delivery that an
    earlier assessment saw at a bucket, by (account, name).
    `parameters` are the values of the frameworks that ask; a check reads them with `days`, `hours` and `names`.
    """

    at: datetime
    estate: Estate
    graph: LoggingGraph
    logs_read: bool = True
    deliveries_seen: Mapping[tuple[str, str], SeenDelivery] = field(default_factory=dict)
    parameters: Mapping[str, Json] = field(default_factory=dict)

    def number(self, name: str) -> int | None:
        """The whole number called `name`, None when the frameworks leave it open."""
        value = self.parameters.get(name)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        raise TypeError(f"parameter {name} must be a whole number")

    def names(self, name: str) -> tuple[str, ...]:
        """The list of strings called `name`, empty when the frameworks leave it open."""
        value = self.parameters.get(name)
        if value is None:
            return ()
        if isinstance(value, list):
            return tuple(str(item) for item in value)
        raise TypeError(f"parameter {name} must be a list of strings")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What people read about a check; `parameters` are names of framework parameters it compares with.

    `reads` are the settings it needs: collection makes no call that no selected check needs. `remediation` says how
    to mend a FAIL, `reference` is the AWS page that the rule rests on.
    """

    id: str
    title: str
    severity: Severity
    reads: tuple[Setting, ...]
    rationale: str
    remediation: str
    reference: str
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCheck:
    """Judges a bucket as a source, whether it logs or not."""

    about: About
    judge: Callable[[Source, Context], Verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryCheck:
    """Judges a bucket delivery; a source without one, or with an unreadable one, never reaches it."""

    about: About
    judge: Callable[[Delivery, Context], Verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalCheck:
    """Judges a bucket delivery together with its destination; only deliveries whose destination is in view reach it."""

    about: About
    judge: Callable[[Delivery, Destination, Context], Verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationCheck:
    """Judges a bucket as a destination of one or more deliveries."""

    about: About
    judge: Callable[[Destination, Context], Verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionCheck:
    """Judges one account and Region in use."""

    about: About
    judge: Callable[[RegionInUse, Context], Verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworksCheck:
    """Judges the selected frameworks against each other, where they speak about the same buckets."""

    about: About
    judge: Callable[[EffectiveRetention], Verdict]


Check: TypeAlias = SourceCheck | DeliveryCheck | ArrivalCheck | DestinationCheck | RegionCheck | FrameworksCheck


def subject_word(check: Check) -> str:
    """What the check judges, in the words of the documentation."""
    match check:
        case SourceCheck() | DeliveryCheck() | ArrivalCheck():
            return "source"
        case DestinationCheck():
            return "destination"
        case RegionCheck():
            return "account+region"
        case FrameworksCheck():
            return "frameworks"
