"""`diff`: compare two assessments."""

from __future__ import annotations

import json
from pathlib import Path

import click

from auditor.cli.options import SEVERITIES


@click.command("diff")
@click.argument("old_file", metavar="OLD", type=click.Path(path_type=Path))
@click.argument("new_file", metavar="NEW", type=click.Path(path_type=Path))
@click.option(
    "--fail-on-new",
    type=click.Choice(SEVERITIES),
    default="never",
    show_default=True,
    help="Exit 10 when a new or changed finding is at or above this severity.",
)
@click.option("-f", "--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
def command(old_file: Path, new_file: Path, fail_on_new: str, style: str) -> int:
    """Say which findings of NEW are new, changed, unchanged or resolved since OLD (both assessment.json)."""
    from auditor.baseline import diff
    from auditor.cli.console import out
    from auditor.cli.files import read_bytes
    from auditor.document import ASSESSMENT, load
    from auditor.gate import GATE_FAILED, NEVER, OK
    from auditor.model import Severity
    from auditor.report.difference import difference_json, difference_table

    old = load(read_bytes(old_file, what="the assessment"), ASSESSMENT, origin=str(old_file))
    new = load(read_bytes(new_file, what="the assessment"), ASSESSMENT, origin=str(new_file))
    difference = diff(old, new)
    if style == "json":
        click.echo(json.dumps(difference_json(difference), indent=2, sort_keys=True))
    else:
        out().print(difference_table(difference))
    worst = difference.worst_new
    failed = fail_on_new != NEVER and worst is not None and worst >= Severity.of(fail_on_new)
    return GATE_FAILED if failed else OK
