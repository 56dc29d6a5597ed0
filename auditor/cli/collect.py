"""`collect`: read accounts into an estate file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from auditor.cli.options import log_options, quiet_option, source_options


@click.command("collect")
@source_options
@log_options
@click.option("--tags", is_flag=True, help="Also read bucket tags, for frameworks that choose buckets by tag.")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    default=Path("estate.json"),
    show_default=True,
    help="The estate file.",
)
@quiet_option
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
    logs: bool,
    tags: bool,
    output: Path,
    quiet: bool,
) -> int:
    """Read every bucket of one or many accounts into a file, for `evaluate` to judge where there are no credentials."""
    from auditor.cli.collecting import Asked, collect_estate, targets_of
    from auditor.cli.console import err
    from auditor.cli.files import prepare_file, write
    from auditor.gate import INCOMPLETE, OK
    from auditor.model import AccountStatus
    from auditor.sources.snapshot import write_estate

    prepare_file(output)
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
    estate = collect_estate(asked, targets_of(asked), read_tags=tags, quiet=quiet)
    write(output, write_estate(estate))
    whole = estate.complete and all(account.status is AccountStatus.AUDITED for account in estate.accounts)
    if not quiet:
        state = "" if whole else " (not everything could be read)"
        err().print(f"wrote {output}: {len(estate.accounts)} accounts, {len(estate.buckets)} buckets{state}")
    return OK if whole else INCOMPLETE
