"""How a run ends: the summary on stdout, the files on stderr, and one exit code by the documented precedence."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from auditor.assessment import Assessment
from auditor.cli.console import err, out, say_error
from auditor.cli.reports import write_reports
from auditor.errors import ReportError
from auditor.report.terminal import summary
from auditor.report.view import build_view

PRECEDENCE = (1, 2, 4, 5, 6, 10, 3, 0)
"""Of several exit codes the first of these is the one that counts."""


def first_of(*codes: int) -> int:
    """The exit code that counts among `codes`."""
    return min(codes, key=PRECEDENCE.index)


def finish(assessment: Assessment, folder: Path, *, formats: Sequence[str], quiet: bool) -> int:
    """Write the reports, print the summary, and return the exit code."""
    view = build_view(assessment)
    written = write_reports(assessment, view, folder, formats=formats)
    out().print(summary(view))
    for error in written.failures:
        say_error(error)
    if not quiet:
        for path in written.files:
            err().print(f"wrote {path}")
    codes = [assessment.gate.exit_code, *(ReportError.exit_code for _ in written.failures)]
    sys.stdout.flush()
    return first_of(*codes)
