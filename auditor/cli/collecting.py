"""From the user's options to an estate; Ctrl-C ends the collection in good order and loses nothing that was read."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import FrameType

from auditor.aws.accounts import accounts_from_file, accounts_from_ids
from auditor.aws.collect import collect
from auditor.aws.options import CollectOptions, NamedAccount, Targets
from auditor.cli.clock import now
from auditor.cli.console import err
from auditor.cli.files import read_text
from auditor.cli.progress import progress
from auditor.errors import InputError
from auditor.model import Estate


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The source options as the command line gave them."""

    profiles: Sequence[str]
    organization: bool
    accounts: str | None
    role_name: str | None
    external_id: str | None
    buckets: Sequence[str]
    exclude: Sequence[str]
    regions: Sequence[str]
    workers: int
    logs: bool


def targets_of(asked: Asked) -> Targets:
    """Which accounts to audit; InputError where the options do not fit together."""
    accounts = () if asked.accounts is None else _accounts(asked.accounts)
    if (asked.organization or accounts) and not asked.role_name:
        raise InputError(
            "--organization and --accounts need --role-name, the role to assume in each account",
            hint="for example --role-name SecurityAudit",
        )
    return Targets(
        profiles=tuple(asked.profiles),
        accounts=accounts,
        organization=asked.organization,
        role_name=asked.role_name or "",
        external_id=asked.external_id or "",
    )


def _accounts(text: str) -> tuple[NamedAccount, ...]:
    path = Path(text)
    if path.is_file():
        return accounts_from_file(read_text(path, what="accounts file"), file=text)
    return accounts_from_ids(text)


def collect_estate(
    asked: Asked, targets: Targets, *, read_tags: bool, quiet: bool, newest_window: timedelta = timedelta(hours=48)
) -> Estate:
    """The estate; after Ctrl-C it is what was read so far, with `complete` False."""
    options = CollectOptions(
        regions=tuple(asked.regions),
        buckets=tuple(asked.buckets),
        exclude_buckets=tuple(asked.exclude),
        read_tags=read_tags,
        read_logs=asked.logs,
        newest_window=newest_window,
        max_workers=asked.workers,
    )
    stop = threading.Event()
    with progress(quiet=quiet) as listener, _interruptible(stop, quiet=quiet):
        return collect(targets, options, now=now, progress=listener, stop=stop)


@contextmanager
def _interruptible(stop: threading.Event, *, quiet: bool) -> Iterator[None]:
    """The first Ctrl-C ends the collection and keeps what was read; the second one ends the program."""

    def on_interrupt(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        if not quiet:
            err().print("interrupted: finishing the calls under way (Ctrl-C again to quit at once)")

    handler: Callable[[int, FrameType | None], object] = on_interrupt
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
