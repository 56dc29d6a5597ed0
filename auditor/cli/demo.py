"""`demo`: the real scan on an emulated estate."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("demo")
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default=Path("demo-output"),
    show_default=True,
    help="Folder for the reports.",
)
def command(output: Path) -> int:
    """Start an AWS emulator on this machine, fill it with sound and broken buckets, and scan it for real.

    Needs the extra `demo` (pip install 's3-log-auditor[demo]'). Touches no AWS account and no credentials of yours.
    """
    from auditor.cli.files import prepare_folder
    from auditor.demo.run import run_demo

    prepare_folder(output)
    return run_demo(output, click.echo)
