"""Frameworks built by hand: controls as lists of checks, numbers as keyword arguments.

framework("mine", {"c1": ["retention-minimum"]}, retention_min_days=365)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from auditor.framework import Automation, Control, ControlScope, Framework, Requirement, Role
from auditor.framework_parameter import Firmness, ParameterValue, Value
from auditor.framework_scope import FrameworkScope
from auditor.model import Severity


def framework(
    identifier: str,
    controls: Mapping[str, Sequence[str | Requirement] | Control],
    *,
    scope: FrameworkScope | None = None,
    firmness: Firmness = Firmness.PRACTICE,
    **parameters: Value,
) -> Framework:
    """A framework whose controls require these checks, as primary ones unless they are Requirements."""
    return Framework(
        id=identifier,
        title=identifier.upper(),
        version="1",
        publisher="tests",
        reviewed_on=date(2026, 11, 22),
        note="",
        sources=(),
        scope=FrameworkScope() if scope is None else scope,
        parameters={
            name: ParameterValue(value=value, firmness=firmness, rationale="because", citation="somewhere")
            for name, value in parameters.items()
        },
        controls=tuple(made if isinstance(made, Control) else control(name, *made) for name, made in controls.items()),
    )


def control(name: str, *checks: str | Requirement, scope: ControlScope | None = None) -> Control:
    """A control that requires these checks."""
    return Control(
        id=name,
        title=name,
        summary="",
        automation=Automation.PARTIAL,
        shows="",
        human_evidence=("a person",),
        requirements=tuple(requires(check) if isinstance(check, str) else check for check in checks),
        scope=scope,
    )


def requires(
    check: str, *, role: Role = Role.PRIMARY, severity: Severity | None = None, instead: str = ""
) -> Requirement:
    """A requirement; `instead` is the check that may compensate it."""
    return Requirement(check=check, role=role, severity=severity, compensated_by=instead)
