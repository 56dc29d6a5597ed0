"""`scan`: read accounts, judge them, write reports, pass or fail the gate."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from auditor.cli.options import (
    DEFAULT_FORMATS,
    framework_options,
    gate_options,
    log_options,
    output_options,
    source_options,
)


@click.command("scan")
@source_options
@framework_options
@log_options
@gate_options
@output_options
@click.option("--snapshot", metavar="FILE", type=click.Path(path_type=Path), help="Judge this estate file instead.")
def command(
    profiles: Sequence[str],
    organization: bool,
    accounts: str | None,
    role_name: str | None,
    external_id: str | None,
    buckets: Sequence[str],
    exclude: Sequence[str],
    regions: Sequence[str],
    workers: int,
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
    snapshot: Path | None,
) -> int:
    """Read every bucket of one or many accounts, judge how its access logging is set up, and write the evidence.

    Without source options the standard AWS credential chain is used. Nothing is ever changed in AWS.
    """
    from auditor.cli.clock import now
    from auditor.cli.collecting import Asked, collect_estate, targets_of
    from auditor.cli.console import err
    from auditor.cli.ending import finish
    from auditor.cli.files import prepare_folder, read_bytes, write
    from auditor.cli.judging import prepare
    from auditor.cli.memory import no_garbage
    from auditor.document import digest
    from auditor.gate import INCOMPLETE
    from auditor.sources.snapshot import read_estate, write_estate

    judging = prepare(
        frameworks,
        framework_files,
        fail_on=fail_on,
        allow_unknown=allow_unknown,
        waivers=waivers,
        baseline=baseline,
    )
    prepare_folder(output)
    if snapshot is not None:
        content = read_bytes(snapshot, what="the estate")
        estate = read_estate(content, str(snapshot))
    else:
        asked = Asked(
            profiles=profiles,
            organization=organization,
            accounts=accounts,
            role_name=role_name,
            external_id=external_id,
            buckets=buckets,
            exclude=exclude,
            regions=regions,
            workers=workers,
            logs=logs,
        )
        estate = collect_estate(
            asked,
            targets_of(asked),
            read_tags=judging.needs_tags,
            quiet=quiet,
            newest_window=judging.newest_window,
        )
        content = write_estate(estate)
        path = write(output / "estate.json", content)
        if not estate.complete:
            err().print(f"interrupted: what was read so far is in {path}; `evaluate` can judge it")
            return INCOMPLETE
    with no_garbage():
        assessment = judging.assess(estate, estate_sha256=digest(content), at=now(), logs_read=logs)
        return finish(assessment, output, formats=formats or DEFAULT_FORMATS, quiet=quiet)
