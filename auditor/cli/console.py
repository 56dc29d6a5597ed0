"""The terminal: results on stdout, everything else on stderr, and nothing hostile to either."""

from __future__ import annotations

import sys

from rich.console import Console

from auditor.errors import AuditorError
from auditor.report.text import visible


def out() -> Console:
    """Where results go. rich honours NO_COLOR and leaves colours out when stdout is no terminal."""
    return Console(file=sys.stdout, highlight=False, emoji=False, markup=False, soft_wrap=False)


def err() -> Console:
    """Where progress, warnings and errors go."""
    return Console(file=sys.stderr, highlight=False, emoji=False, markup=False, soft_wrap=True)


def say_error(error: AuditorError) -> None:
    """The error and its hint, as two lines on stderr."""
    console = err()
    console.print(f"s3-log-auditor: {visible(error.message)}")
    if error.hint:
        console.print(f"hint: {visible(error.hint)}")
