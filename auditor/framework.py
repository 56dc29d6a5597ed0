"""A framework is data: which checks each of its controls rests on, with which numbers, and what a person must add.

Nothing here says "compliant". A control result is what the tested attributes showed, beside what no machine can show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from auditor.framework_parameter import Firmness, ParameterValue, defaults
from auditor.framework_scope import FrameworkScope
from auditor.model import Severity


class Automation(StrEnum):
    """How much of a control a machine can show for S3 access logs."""

    FULL = "full"
    """Given its parameters, the checks show all that the control asks of access logs."""
    PARTIAL = "partial"
    """The checks show a part; without the human evidence the control is not answered."""
    MANUAL = "manual"
    """People answer it; checks, if any, only supply supporting facts."""


class Role(StrEnum):
    """What a failing check means for the control."""

    PRIMARY = "primary"
    """A FAIL is an exception against the control."""
    SUPPORTING = "supporting"
    """A FAIL is worth showing beside the control, but it is no exception against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A check that a control rests on.

    `severity` may raise the check's own severity and never lowers it. `compensated_by` names a check whose PASS on
    the same subject this control accepts in place of `check`.
    """

    check: str
    role: Role
    severity: Severity | None = None
    compensated_by: str = ""


class Receives(StrEnum):
    """What a bucket may receive that makes a control speak about it."""

    CLOUDTRAIL = "cloudtrail"
    """It is the bucket of a CloudTrail trail of an account in the estate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlScope:
    """The subset of buckets that one control speaks about; the report has to name it."""

    receives: Receives


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One control in our own words, never in those of a licensed text.

    `requirements` is empty only for a manual control; a full or partial one has at least one primary requirement.
    """

    id: str
    title: str
    summary: str
    automation: Automation
    shows: str
    human_evidence: tuple[str, ...]
    requirements: tuple[Requirement, ...] = ()
    scope: ControlScope | None = None


# --- the framework --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """A compliance framework as it is applied; `based_on` is the shipped framework it extends, "" for none.

    `parameters` holds only what the framework sets itself; `effective_parameters` adds the defaults.
    """

    id: str
    title: str
    version: str
    publisher: str
    reviewed_on: date
    note: str
    sources: tuple[str, ...]
    scope: FrameworkScope = field(default_factory=FrameworkScope)
    parameters: Mapping[str, ParameterValue] = field(default_factory=dict)
    controls: tuple[Control, ...]
    based_on: str = ""

    @property
    def checks(self) -> frozenset[str]:
        """The checks that its controls require."""
        return frozenset(requirement.check for control in self.controls for requirement in control.requirements)


def effective_parameters(framework: Framework, check: str) -> Mapping[str, ParameterValue]:
    """What `check` compares with under `framework`: its own values, and the practice defaults where it is silent."""
    return {name: framework.parameters.get(name, default) for name, default in defaults(check).items()}


# --- retention over several frameworks ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionDemand:
    """A framework's minimum or maximum in days, with the controls that ask for it and its grounds."""

    framework: str
    controls: tuple[str, ...]
    days: int
    firmness: Firmness
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionConflict:
    """No retention satisfies all: every demand in `longer` asks for more days than one in `shorter` allows."""

    minimum: int
    maximum: int
    longer: tuple[RetentionDemand, ...]
    shorter: tuple[RetentionDemand, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectiveRetention:
    """What several frameworks ask together: the longest minimum and the shortest maximum, None where nobody asks.

    `demanded_by` and `limited_by` name every framework that asks for exactly that number.
    """

    minimum: int | None
    maximum: int | None
    demanded_by: tuple[RetentionDemand, ...]
    limited_by: tuple[RetentionDemand, ...]
    conflict: RetentionConflict | None


def effective_retention(frameworks: tuple[Framework, ...]) -> EffectiveRetention:
    """The retention that `frameworks` ask for together; a framework that does not require the check asks nothing."""
    minima = _demands(frameworks, "retention-minimum", "retention_min_days")
    maxima = _demands(frameworks, "retention-maximum", "retention_max_days")
    minimum = max((demand.days for demand in minima), default=None)
    maximum = min((demand.days for demand in maxima), default=None)
    conflict = None
    if minimum is not None and maximum is not None and minimum > maximum:
        conflict = RetentionConflict(
            minimum=minimum,
            maximum=maximum,
            longer=tuple(demand for demand in minima if demand.days > maximum),
            shorter=tuple(demand for demand in maxima if demand.days < minimum),
        )
    return EffectiveRetention(
        minimum=minimum,
        maximum=maximum,
        demanded_by=tuple(demand for demand in minima if demand.days == minimum),
        limited_by=tuple(demand for demand in maxima if demand.days == maximum),
        conflict=conflict,
    )


def _demands(frameworks: tuple[Framework, ...], check: str, name: str) -> tuple[RetentionDemand, ...]:
    demands = []
    for framework in frameworks:
        controls = tuple(
            control.id
            for control in framework.controls
            if any(requirement.check == check for requirement in control.requirements)
        )
        asked = effective_parameters(framework, check)[name]
        if controls and isinstance(asked.value, int):
            demands.append(
                RetentionDemand(
                    framework=framework.id,
                    controls=controls,
                    days=asked.value,
                    firmness=asked.firmness,
                    citation=asked.citation,
                )
            )
    return tuple(demands)
