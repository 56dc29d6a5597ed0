"""The summary on the terminal fits a screen and cannot be captured by a name."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from rich.console import Console

from auditor.assessment import Assessment
from auditor.report import terminal
from auditor.report.view import ReportView, build_view


def printed(view: ReportView, width: int) -> str:
    """What a reader without a terminal sees."""
    out = io.StringIO()
    Console(file=out, width=width, color_system=None, force_terminal=False).print(terminal.summary(view))
    return out.getvalue()


@pytest.mark.parametrize("width", [80, 100])
def test_the_summary_fits_a_screen(view: ReportView, make_large: Callable[[int], Assessment], width: int) -> None:
    """At most 40 lines of the given width, for a small estate and for a large one."""
    for one in (view, build_view(make_large(50))):
        lines = printed(one, width).splitlines()

        assert len(lines) <= 40
        assert max(map(len, lines)) <= width


@pytest.mark.parametrize("width", [80, 100])
def test_no_name_reaches_the_terminal_as_a_command(view: ReportView, width: int) -> None:
    """Escapes, controls and direction marks of names are spelt out; markup of names is text."""
    text = printed(view, width).replace("\n", "")

    assert text.isprintable()


def test_markup_in_names_is_only_text(view: ReportView) -> None:
    """A bucket whose name looks like markup is shown as it is."""
    assert "<link rel=attachment" in printed(view, 100)


def test_what_matters_is_on_it(view: ReportView) -> None:
    """Population, counts, worst findings, missing actions, controls, the gate and the disclaimer are there."""
    text = printed(view, 100)

    assert "4 accounts, 13 buckets, 7 sources, 4 destinations" in text
    assert re.search(r"critical +3 +3 +0 +0", text)
    assert re.search(r"all +11 +6 +2 +17", text)
    assert text.index("delivery-not-denied") < text.index("self-logging") < text.index("prefix-present")
    assert re.search(r"… and \d more in the findings register", text)
    assert "s3:GetBucketPolicy            AccessDenied, 2 findings: stage-logs" in text
    assert re.search(r"HIPAA Security Rule \(2026\) +3 +0 +0 +0 +1", text)
    assert "The gate is closed (fail on high): exit code 10." in text
    assert "Not an opinion on compliance" in text


def test_gaps_are_said_at_the_top(view: ReportView) -> None:
    """An account that nobody could read is named before any count."""
    text = printed(view, 100)

    assert text.index("could not be reached") < text.index("Severity")


def test_colours_come_only_with_a_terminal(view: ReportView) -> None:
    """The same summary is plain without a terminal and coloured with one."""
    out = io.StringIO()
    Console(file=out, width=100, force_terminal=True, color_system="standard").print(terminal.summary(view))

    assert "\x1b[" in out.getvalue()
    assert "\x1b[" not in printed(view, 100)
