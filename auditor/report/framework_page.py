"""What `explain` and `frameworks show` say of a framework."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from auditor.framework import Control, Framework, effective_parameters
from auditor.framework_parameter import ParameterValue
from auditor.report.text import visible


def framework_page(framework: Framework) -> RenderableType:
    """The framework's page: what it is, its numbers with who says them, and its controls."""
    parts: list[RenderableType] = [
        Text(f"{visible(framework.title)} ({framework.id})", style="bold"),
        Text(
            f"Version {visible(framework.version)}, {visible(framework.publisher)}; "
            f"reviewed on {framework.reviewed_on.isoformat()}."
        ),
        Text(f"Scope: {visible(framework.scope.describe())}"),
        Text(""),
        Text(visible(framework.note.strip())),
        Text(""),
        Text("Numbers", style="bold"),
    ]
    values: dict[str, ParameterValue] = {}
    for check in sorted(framework.checks):
        values.update(effective_parameters(framework, check))
    for name, value in sorted(values.items()):
        parts.append(Padding(_number(name, value), (0, 0, 0, 2)))
    parts += [Text(""), Text("Controls", style="bold")]
    for control in framework.controls:
        parts.append(Padding(_control(control), (0, 0, 1, 2)))
    return Group(*parts)


def _number(name: str, value: ParameterValue) -> Text:
    shown = "open" if value.value is None else value.value
    listed = ", ".join(shown) if isinstance(shown, tuple) else str(shown)
    says = f"{value.firmness.value}{f', {value.citation}' if value.citation else ''}"
    return Text(visible(f"{name} = {listed} ({says}). {value.rationale}"))


def _control(control: Control) -> RenderableType:
    checks = ", ".join(f"{one.check} ({one.role.value})" for one in control.requirements) or "none"
    lines = [
        f"{control.id}  {control.title} [{control.automation.value}]",
        f"  {control.summary}",
        f"  A machine shows: {control.shows}" if control.shows else "",
        f"  Checks: {checks}",
    ]
    lines += [f"  A person adds: {item}" for item in control.human_evidence]
    return Text("\n".join(visible(line) for line in lines if line))
