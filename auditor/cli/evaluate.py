"""`evaluate`: judge an estate file, offline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from auditor.cli.options import DEFAULT_FORMATS, framework_options, gate_options, log_options, output_options


@click.command("evaluate")
@click.argument("estate_file", metavar="ESTATE", type=click.Path(path_type=Path))
@framework_options
@log_options
@gate_options
@output_options
@click.option(
    "--at",
    metavar="TIME",
    type=click.DateTime(formats=["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d"]),
    help="Judge waivers as of this time in UTC, instead of now; makes the result repeatable.",
)
def command(
    estate_file: Path,
    frameworks: Sequence[str],
    framework_files: Sequence[Path],
    logs: bool,
    fail_on: str,
    allow_unknown: bool,
    waivers: Path | None,
    baseline: Path | None,
    output: Path,
    formats: Sequence[str],
    quiet: bool,
    at: datetime | None,
) -> int:
    """Judge the estate that `collect` or `scan` wrote. Needs no credentials and no network.

    Facts are judged as of the time they were read; the same file, options and --at give the same bytes.
    """
    from auditor.cli.clock import now
    from auditor.cli.ending import finish
    from auditor.cli.files import prepare_folder, read_bytes
    from auditor.cli.judging import prepare
    from auditor.cli.memory import no_garbage
    from auditor.document import digest
    from auditor.sources.snapshot import read_estate

    judging = prepare(
        frameworks,
        framework_files,
        fail_on=fail_on,
        allow_unknown=allow_unknown,
        waivers=waivers,
        baseline=baseline,
    )
    content = read_bytes(estate_file, what="the estate")
    prepare_folder(output)
    when = now() if at is None else at.replace(tzinfo=UTC)
    with no_garbage():
        estate = read_estate(content, str(estate_file))
        assessment = judging.assess(estate, estate_sha256=digest(content), at=when, logs_read=logs)
        return finish(assessment, output, formats=formats or DEFAULT_FORMATS, quiet=quiet)
