"""`report`: write reports from an assessment, offline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from auditor.cli.options import DEFAULT_OUTPUT, FORMATS


@click.command("report")
@click.argument("assessment_file", metavar="ASSESSMENT", type=click.Path(path_type=Path))
@click.option(
    "-f",
    "--format",
    "formats",
    multiple=True,
    type=click.Choice([name for name in FORMATS if name != "json"]),
    help="Report format (repeatable) [default: html].",
)
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default=DEFAULT_OUTPUT,
    show_default=True,
    help="Folder for the reports.",
)
def command(assessment_file: Path, formats: Sequence[str], output: Path) -> int:
    """Write reports from ASSESSMENT, an assessment.json of an earlier run. Judges nothing anew; exits 0 or 6."""
    from auditor.assessment_json import read_assessment
    from auditor.cli.console import err, say_error
    from auditor.cli.files import prepare_folder, read_bytes
    from auditor.cli.reports import write_reports
    from auditor.errors import ReportError
    from auditor.gate import OK
    from auditor.report.view import build_view

    assessment = read_assessment(read_bytes(assessment_file, what="the assessment"), str(assessment_file))
    prepare_folder(output)
    written = write_reports(assessment, build_view(assessment), output, formats=formats or ("html",))
    for path in written.files:
        err().print(f"wrote {path}")
    for error in written.failures:
        say_error(error)
    return ReportError.exit_code if written.failures else OK
