"""An assessment becomes files: the canonical JSON first, then what people read, so that no failure loses a result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from auditor.assessment import Assessment
from auditor.assessment_json import write_assessment
from auditor.cli.files import write
from auditor.errors import ReportError
from auditor.report.view import ReportView

FILES = {"json": "assessment.json", "html": "report.html", "pdf": "report.pdf"}
ORDER = ("json", "html", "pdf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The files that were written, and why others were not."""

    files: tuple[Path, ...]
    failures: tuple[ReportError, ...]


def write_reports(assessment: Assessment, view: ReportView, folder: Path, *, formats: Sequence[str]) -> Written:
    """Write the assessment in `formats`; one that fails does not keep the others from being written."""
    files: list[Path] = []
    failures: list[ReportError] = []
    for name in ORDER:
        if name not in formats:
            continue
        try:
            files.append(write(folder / FILES[name], _render(name, assessment, view)))
        except ReportError as error:
            failures.append(error)
    return Written(files=tuple(files), failures=tuple(failures))


def _render(name: str, assessment: Assessment, view: ReportView) -> bytes:
    match name:
        case "json":
            return write_assessment(assessment)
        case "html":
            from auditor.report import html

            return html.render(view).encode("utf-8")
        case "pdf":
            from auditor.report import pdf

            return pdf.render(view)
        case _:
            raise AssertionError(f"no renderer for {name}")
