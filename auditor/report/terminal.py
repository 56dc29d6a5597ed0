"""The summary that a person sees when a scan ends: one screen, the worst first, readable without colours.

It is a renderable and prints nothing; the command line owns the console and decides about colours and width. Texts are
`rich.text.Text`, never markup, so that a bucket called `[red]` stays a bucket called `[red]`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from auditor.model import Severity
from auditor.report.text import number, plural, shorten
from auditor.report.view import ReportView
from auditor.report.view_words import ControlStatus

LINES = 40
_UNREAD, _FRAMEWORKS, _REASONS, _FEWEST = 4, 6, 3, 3
_CHECK, _FRAMEWORK = 22, 28
_STYLES: Mapping[Severity, str] = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
}


def summary(view: ReportView, *, width: int = 100) -> RenderableType:
    """The summary of `view` in at most `LINES` lines on a screen of `width` columns, 80 or more."""
    head = [*_head(view), Text(), _severities(view)]
    tail = [*_unread(view), *_frameworks(view), *_gate(view)]
    taken = sum(_height(part, width) for part in (*head, *tail))
    return Group(*head, *_worst(view, room=max(LINES - taken - 3, _FEWEST)), *tail)


def _height(part: RenderableType, width: int) -> int:
    """Lines that `part` takes; words that wrap leave some of a line unused, hence the margin."""
    match part:
        case Table():
            return part.row_count + 1
        case Text() if not part.no_wrap:
            return 1 + part.cell_len // max(width - 12, 20)
        case _:
            return 1


def _head(view: ReportView) -> Iterator[RenderableType]:
    scope = view.scope
    counted = (
        plural(len(scope.accounts), "account"),
        plural(scope.buckets, "bucket"),
        plural(scope.sources, "source"),
        plural(scope.destinations, "destination"),
    )
    yield _line(Text(view.cover.title, style="bold"), Text(": " + ", ".join(counted)))
    for gap in scope.gaps:
        yield _line(Text(gap, style="yellow"))


def _severities(view: ReportView) -> Table:
    table = _table("Severity", "Failed", "Unknown", "Waived", "Passed")
    for row in view.summary.severities:
        counts = row.tally
        table.add_row(
            Text(row.severity.word, style=_STYLES[row.severity]),
            _count(counts.failed, "bold red"),
            _count(counts.unknown, "yellow"),
            _count(counts.waived, "magenta"),
            _count(counts.passed, "green"),
        )
    total = view.summary.tally
    totals = (total.failed, total.unknown, total.waived, total.passed)
    table.add_row(Text("all", style="bold"), *(Text(number(count), style="bold") for count in totals))
    return table


def _worst(view: ReportView, *, room: int) -> Iterator[RenderableType]:
    if not view.summary.worst.total:
        return
    rows = view.summary.worst.rows[:room]
    yield Text()
    yield Text("Worst findings", style="bold")
    for row in rows:
        yield _line(
            Text(f"{row.severity.word:<8}  ", style=_STYLES[row.severity]),
            Text(f"{shorten(row.check, _CHECK):<{_CHECK}}  {row.subject}: {row.reason}"),
        )
    rest = view.summary.worst.total - len(rows)
    if rest:
        yield _line(Text(f"… and {number(rest)} more in the findings register"))


def _unread(view: ReportView) -> Iterator[RenderableType]:
    groups = view.unknowns.unread
    if not groups:
        return
    yield Text()
    yield Text("Could not be read: IAM action needed, answer, findings, where", style="bold")
    shown = groups[:_UNREAD]
    widest = max(len(group.iam_action) for group in shown)
    for group in shown:
        findings = plural(group.findings, "finding")
        yield _line(
            Text(f"{group.iam_action:<{widest}}", style="yellow"), Text(f"  {group.code}, {findings}: {group.names}")
        )
    rest = groups[_UNREAD:]
    if rest:
        yield _line(Text(f"… and {plural(len(rest), 'more call')}; see What is unknown in the report"))


def _frameworks(view: ReportView) -> Iterator[RenderableType]:
    if not view.frameworks:
        return
    table = _table("Controls of", "Exception", "Unknown", "Accepted", "None noted", "Untested", "N/a")
    for one in view.frameworks[:_FRAMEWORKS]:
        table.add_row(
            Text(shorten(one.title, _FRAMEWORK)),
            _count(one.count(ControlStatus.EXCEPTION), "bold red"),
            _count(one.count(ControlStatus.UNKNOWN), "yellow"),
            _count(one.count(ControlStatus.ACCEPTED), "magenta"),
            _count(one.count(ControlStatus.CLEAN), "green"),
            _count(one.count(ControlStatus.NOT_TESTED), ""),
            _count(one.count(ControlStatus.NOT_APPLICABLE), ""),
        )
    yield Text()
    yield table
    rest = len(view.frameworks) - _FRAMEWORKS
    if rest > 0:
        yield _line(Text(f"… and {plural(rest, 'more framework')} in the report"))


def _gate(view: ReportView) -> Iterator[RenderableType]:
    yield Text()
    yield Text(view.gate.headline, style="bold green" if view.gate.passed else "bold red")
    yield from (Text(reason) for reason in view.gate.reasons[:_REASONS])
    yield Text("Not an opinion on compliance: people decide, with the human evidence each control names.", style="dim")


def _table(*heads: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for place, head in enumerate(heads):
        table.add_column(head, justify="right" if place else "left", no_wrap=True)
    return table


def _count(count: int, style: str) -> Text:
    return Text(number(count), style=style if count else "dim")


def _line(*parts: Text) -> Text:
    """`parts` on one line, cut with an ellipsis where the screen ends."""
    line = Text(no_wrap=True, overflow="ellipsis")
    for part in parts:
        line.append_text(part)
    return line
