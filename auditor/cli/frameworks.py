"""`frameworks list|show|validate`: what the estate can be judged against."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:  # the overview of commands must not pay for it
    from auditor.framework import Framework


@click.group("frameworks")
def command() -> None:
    """Compliance frameworks: which controls rest on which checks, with which numbers."""


@command.command("list")
@click.option("-f", "--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
def list_frameworks(style: str) -> int:
    """List the frameworks that come with the tool."""
    from rich.table import Table
    from rich.text import Text

    from auditor.cli.console import out
    from auditor.framework_file import shipped, shipped_frameworks
    from auditor.gate import OK
    from auditor.registry import check_ids

    known = check_ids()
    frameworks = [shipped(name, known) for name in shipped_frameworks()]
    if style == "json":
        rows = [
            {
                "id": one.id,
                "title": one.title,
                "version": one.version,
                "controls": len(one.controls),
                "checks": len(one.checks),
                "reviewed_on": one.reviewed_on.isoformat(),
            }
            for one in frameworks
        ]
        click.echo(json.dumps(rows, indent=2))
        return OK
    table = Table(box=None, pad_edge=False)
    for name in ("id", "version", "controls", "checks", "reviewed on", "title"):
        table.add_column(name, no_wrap=name != "title", overflow="fold")
    for one in frameworks:
        cells = (one.id, one.version, len(one.controls), len(one.checks), one.reviewed_on, one.title)
        table.add_row(*(Text(str(cell)) for cell in cells))
    out().print(table)
    return OK


@command.command("show")
@click.argument("name", metavar="ID|FILE")
def show(name: str) -> int:
    """Show a framework: its numbers with their firmness, its controls, and what a person has to add."""
    from auditor.cli.console import out
    from auditor.gate import OK
    from auditor.report.framework_page import framework_page

    out().print(framework_page(_load(name)))
    return OK


@command.command("validate")
@click.argument("file", type=click.Path(path_type=Path))
def validate(file: Path) -> int:
    """Check a framework file of your own; exits 2 with the key that is wrong."""
    from auditor.cli.files import read_text
    from auditor.framework_file import load_framework
    from auditor.gate import OK
    from auditor.registry import check_ids

    framework = load_framework(read_text(file, what="framework"), str(file), known_checks=check_ids())
    click.echo(f"{file}: {framework.id}, {len(framework.controls)} controls on {len(framework.checks)} checks: valid")
    return OK


def _load(name: str) -> Framework:
    from auditor.cli.files import read_text
    from auditor.framework_file import load_framework, shipped
    from auditor.registry import check_ids

    path = Path(name)
    if path.suffix == ".toml":
        return load_framework(read_text(path, what="framework"), name, known_checks=check_ids())
    return shipped(name, check_ids())
