"""What no schema can say of a framework: that it asks something, of checks that exist, with numbers that can be met.

An error names a control by its id, because in a file that extends another its position says little.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from auditor.errors import FrameworkError
from auditor.framework import Automation, Control, Framework, Role, effective_parameters
from auditor.framework_parameter import Firmness, checks_using
from auditor.schema import closest

CITED = frozenset({Firmness.LAW, Firmness.LAW_ELSEWHERE, Firmness.STANDARD, Firmness.GUIDANCE})


def require_sound(framework: Framework, known_checks: frozenset[str], *, origin: str) -> None:
    """Raise FrameworkError for the first rule that `framework` breaks."""
    for message, hint in _faults(framework, known_checks):
        raise FrameworkError(f"{origin}: {message}", hint=hint)


def _faults(framework: Framework, known_checks: frozenset[str]) -> Iterator[tuple[str, str]]:
    twice = _first_repeated(control.id for control in framework.controls)
    if twice:
        yield (
            f'control "{twice}" is there twice; expected every control id once',
            ("to change a control of the extended framework, name it in remove_controls as well"),
        )
    for control in framework.controls:
        yield from _control_faults(control, known_checks)
    if not framework.checks:
        yield "no control requires a check; expected at least one, or a run would be green without looking", ""
    yield from _parameter_faults(framework)


def _control_faults(control: Control, known_checks: frozenset[str]) -> Iterator[tuple[str, str]]:
    where = f'control "{control.id}"'
    twice = _first_repeated(requirement.check for requirement in control.requirements)
    if twice:
        yield f"{where} requires {twice} twice; expected every check once", ""
    for requirement in control.requirements:
        for check in (requirement.check, requirement.compensated_by):
            if check and check not in known_checks:
                yield f'{where} names "{check}", which is no check', closest(check, known_checks)
        if requirement.check == requirement.compensated_by:
            yield f"{where} lets {requirement.check} stand in for itself; expected another check", ""
    primary = any(requirement.role is Role.PRIMARY for requirement in control.requirements)
    match control.automation:
        case Automation.MANUAL:
            if primary:
                yield f"{where} is manual but has a primary check; expected supporting ones, or partial", ""
        case Automation.PARTIAL | Automation.FULL:
            if not primary:
                yield f"{where} is {control.automation} but has no primary check; expected one, or manual", ""
    if control.automation is not Automation.FULL and not control.human_evidence:
        yield f"{where} is {control.automation}; expected human_evidence that says what a person has to add", ""


def _parameter_faults(framework: Framework) -> Iterator[tuple[str, str]]:
    required = framework.checks
    for name, asked in framework.parameters.items():
        users = checks_using(name)
        if not required.intersection(users):
            yield f"parameters.{name} is set, but no control requires {' or '.join(users)}, which compares with it", ""
        if asked.firmness in CITED and not asked.citation:
            yield f"parameters.{name}.citation is missing; expected where the {asked.firmness} text says it", ""
    shortest = _days(framework, "retention-minimum", "retention_min_days")
    readable = _days(framework, "retention-hot", "retention_hot_days")
    longest = _days(framework, "retention-maximum", "retention_max_days")
    for low, below, high, above in (
        (shortest, "retention_min_days", longest, "retention_max_days"),
        (readable, "retention_hot_days", longest, "retention_max_days"),
        (readable, "retention_hot_days", shortest, "retention_min_days"),
    ):
        if low is not None and high is not None and low > high:
            yield (
                f"parameters.{below} is {low} and parameters.{above} is {high}; expected {below} at most {above}",
                "a parameter that the file does not set has its default or that of the extended framework",
            )


def _days(framework: Framework, check: str, name: str) -> int | None:
    """The number that holds, set or default; None when no control asks for it."""
    if check not in framework.checks:
        return None
    value = effective_parameters(framework, check)[name].value
    return value if isinstance(value, int) else None


def _first_repeated(words: Iterable[str]) -> str:
    return next((word for word, times in Counter(words).items() if times > 1), "")
