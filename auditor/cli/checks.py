"""`checks list`: what is checked."""

from __future__ import annotations

import json

import click


@click.group("checks")
def command() -> None:
    """The checks that frameworks rest on."""


@command.command("list")
@click.option("-f", "--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
def list_checks(style: str) -> int:
    """List every check with its severity, what it judges, and its title."""
    from rich.table import Table
    from rich.text import Text

    from auditor.check import subject_word
    from auditor.cli.console import out
    from auditor.gate import OK
    from auditor.registry import all_checks

    rows = [
        (check.about.id, check.about.severity.word, subject_word(check), check.about.title) for check in all_checks()
    ]
    if style == "json":
        names = ("id", "severity", "subject", "title")
        click.echo(json.dumps([dict(zip(names, row, strict=True)) for row in rows], indent=2))
        return OK
    table = Table(box=None, pad_edge=False)
    for name in ("id", "severity", "subject", "passes when"):
        table.add_column(name, no_wrap=name != "passes when", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    out().print(table)
    return OK
