"""Progress on stderr: a live line on a terminal, a plain line a phase elsewhere, nothing with --quiet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from auditor.aws.work import Event, Note, Step
from auditor.aws.work import Progress as Listener
from auditor.cli.console import err
from auditor.report.text import visible


@contextmanager
def progress(*, quiet: bool) -> Iterator[Listener]:
    """A listener for `collect` that shows how far it is."""
    console = err()
    if quiet:
        yield _silent
    elif console.is_terminal:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console, transient=True) as bars:
            yield _Bars(bars)
    else:
        yield _Lines()


def _silent(event: Event, /) -> None:
    """Say nothing."""


class _Bars:
    """One bar a phase."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, int] = {}

    def __call__(self, event: Event, /) -> None:
        match event:
            case Step(phase=phase, done=done, total=total):
                if phase not in self._tasks:
                    self._tasks[phase] = self._bars.add_task(visible(phase), total=total)
                self._bars.update(self._bars.task_ids[self._tasks[phase]], completed=done, total=total)
            case Note(text=text):
                self._bars.console.print(visible(text))


class _Lines:
    """A line when a phase starts, and the notes."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def __call__(self, event: Event, /) -> None:
        match event:
            case Step(phase=phase, total=total):
                if phase not in self._seen:
                    self._seen.add(phase)
                    err().print(f"{visible(phase)} ({total})")
            case Note(text=text):
                err().print(visible(text))
