"""What the selected frameworks ask for together: each check once per set of parameters, with the controls that ask."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from auditor.check import Check
from auditor.errors import FrameworkError
from auditor.framework import Control, Framework, Requirement, Role, effective_parameters
from auditor.model import Severity
from auditor.reading import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One control of one framework that rests on the check."""

    framework: Framework
    control: Control
    requirement: Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """One check under one set of parameters, and everything that rests on it."""

    check: Check
    parameters: Mapping[str, Json]
    uses: tuple[Use, ...]


def demands(frameworks: Sequence[Framework], checks: Sequence[Check]) -> tuple[Demand, ...]:
    """The demands of `frameworks`, in the order of `checks`; FrameworkError for a check that nobody has."""
    known = {check.about.id: check for check in checks}
    uses: dict[str, dict[str, list[Use]]] = {}
    values: dict[str, Mapping[str, Json]] = {}
    for framework in frameworks:
        for control in framework.controls:
            for requirement in _requirements(control):
                if requirement.check not in known:
                    raise FrameworkError(
                        f"framework {framework.id}, control {control.id}: no check is called {requirement.check!r}",
                        hint="`s3-log-auditor checks list` shows them all",
                    )
                parameters = parameters_of(framework, requirement.check)
                text = json.dumps(parameters, sort_keys=True)
                values[text] = parameters
                use = Use(framework=framework, control=control, requirement=requirement)
                uses.setdefault(requirement.check, {}).setdefault(text, []).append(use)
    return tuple(
        Demand(check=known[check], parameters=values[text], uses=tuple(found))
        for check in known
        for text, found in uses.get(check, {}).items()
    )


def _requirements(control: Control) -> Iterator[Requirement]:
    """What the control requires, and the checks that may stand in for one of these: they have to be asked, too."""
    yield from control.requirements
    named = {requirement.check for requirement in control.requirements}
    for requirement in control.requirements:
        if requirement.compensated_by and requirement.compensated_by not in named:
            named.add(requirement.compensated_by)
            yield Requirement(check=requirement.compensated_by, role=Role.SUPPORTING)


def parameters_of(framework: Framework, check: str) -> Mapping[str, Json]:
    """What `check` compares with under `framework`, as JSON values."""
    found: dict[str, Json] = {}
    for name, parameter in effective_parameters(framework, check).items():
        value = parameter.value
        found[name] = list(value) if isinstance(value, tuple) else value
    return found


def severity_of(demand: Demand, uses: Sequence[Use]) -> Severity:
    """The check's severity, raised to the highest that any of `uses` asks for."""
    raised = (use.requirement.severity for use in uses)
    return max([demand.check.about.severity, *(level for level in raised if level is not None)])
