"""The difference between two assessments, for people and for scripts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from auditor.baseline import Difference, Entry
from auditor.reading import Json
from auditor.report.text import plural, visible


def difference_json(difference: Difference) -> Mapping[str, Json]:
    """The difference as a document: each part a list of findings, worst first."""
    changed: list[Json] = [
        {"before": _entry(change.before), "after": _entry(change.after)} for change in difference.changed
    ]
    return {
        "schema_version": "1.0",
        "new": _entries(difference.new),
        "changed": changed,
        "resolved": _entries(difference.resolved),
        "unchanged": _entries(difference.unchanged),
        "not_compared": _entries(difference.not_compared),
    }


def _entries(entries: Iterable[Entry]) -> list[Json]:
    return [_entry(entry) for entry in _worst_first(entries)]


def _entry(entry: Entry) -> Json:
    return {
        "check": entry.check,
        "outcome": entry.outcome.value,
        "severity": entry.severity.word,
        "account": entry.account,
        "region": entry.region,
        "bucket": entry.bucket,
        "reason": entry.reason,
        "fingerprint": entry.fingerprint,
        "waived": entry.waived,
    }


def difference_table(difference: Difference) -> RenderableType:
    """The difference for a terminal: a sentence, then what is new, changed and resolved; the rest is only counted."""
    counts = ", ".join(
        (
            f"{len(difference.new)} new",
            f"{len(difference.changed)} changed",
            f"{len(difference.resolved)} resolved",
            f"{len(difference.unchanged)} unchanged",
            f"{len(difference.not_compared)} not compared",
        )
    )
    parts: list[RenderableType] = [Text(f"Failing findings: {counts}.")]
    sections = (
        ("New", difference.new),
        ("Changed", [change.after for change in difference.changed]),
        ("Resolved", difference.resolved),
        ("Not compared (failed before, no answer now)", difference.not_compared),
    )
    parts.extend(_table(title, entries) for title, entries in sections if entries)
    return Group(*parts)


def _table(title: str, entries: Iterable[Entry]) -> Table:
    rows = _worst_first(entries)
    table = Table(title=f"{title}: {plural(len(rows), 'finding')}", title_justify="left", box=None, expand=True)
    table.add_column("severity", no_wrap=True)
    table.add_column("check", no_wrap=True)
    table.add_column("bucket", overflow="fold")
    table.add_column("reason", overflow="fold", ratio=1)
    for entry in rows:
        place = entry.bucket or entry.region
        cells = (entry.severity.word, entry.check, place, entry.reason)
        table.add_row(*(Text(visible(cell)) for cell in cells))
    return table


def _worst_first(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda one: (-one.severity, one.account, one.region, one.bucket, one.check))
