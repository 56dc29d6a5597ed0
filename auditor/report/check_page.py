"""What `explain` says of a check."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from auditor.check import Check, subject_word
from auditor.framework import Framework, effective_parameters


def check_page(check: Check, frameworks: Sequence[Framework]) -> RenderableType:
    """The check's page: rule, reason, remedy, what it reads, and who asks for it with which numbers."""
    about = check.about
    actions = dict.fromkeys(setting.call.iam_action for setting in about.reads)
    parts: list[RenderableType] = [
        Text(about.id, style="bold"),
        Text(f"Passes when: {about.title}."),
        Text(f"Severity: {about.severity.word}. Judges each {subject_word(check)}."),
        *_section("Why it matters", about.rationale),
        *_section("How to mend it", about.remediation),
    ]
    if actions:
        parts += _section("What it reads", ", ".join(actions))
    parts += _section("Source", about.reference)
    asked = [line for framework in frameworks for line in _asked(about.id, framework)]
    parts += _section("Who asks for it", "\n".join(asked) or "No shipped framework.")
    return Group(*parts)


def _section(title: str, body: str) -> list[RenderableType]:
    return [Text(""), Text(title, style="bold"), Padding(Text(body), (0, 0, 0, 2))]


def _asked(check: str, framework: Framework) -> list[str]:
    controls = [
        control.id
        for control in framework.controls
        if any(requirement.check == check for requirement in control.requirements)
    ]
    if not controls:
        return []
    values = [
        f"{name} = {_words(value.value)} ({value.firmness.value}{f', {value.citation}' if value.citation else ''})"
        for name, value in effective_parameters(framework, check).items()
    ]
    return [f"{framework.id}: {', '.join(controls)}" + (f"; {'; '.join(values)}" if values else "")]


def _words(value: int | tuple[str, ...] | None) -> str:
    if value is None:
        return "open"
    return str(value) if isinstance(value, int) else ", ".join(value) or "none"
