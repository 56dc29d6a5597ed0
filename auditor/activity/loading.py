"""Segments become rows of `engine.records`, each line exactly once, by the quickest reader that is certain of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

from auditor.activity.columns import STATES
from auditor.activity.coverage import Ledger
from auditor.activity.exact_path import Row, row
from auditor.activity.screen import SEPARATOR
from auditor.activity.segments import Aside, Segment
from auditor.activity.sql_text import literals
from auditor.activity.statements import create_table, fast_path, reader, stray_quotes
from auditor.errors import AuditorError, InputError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_BATCH: Final = 2000
_SMALLEST: Final = 4 << 20
_LARGEST: Final = 96 << 20
_RUNS: Final = (
    "SELECT placement, min(rowid), max(rowid), count(*), count(*) FILTER (raw IS NULL AND parse_state IS NULL), "
    "sum(size)::BIGINT FROM engine.records WHERE rowid >= ? GROUP BY placement"
)


def create(connection: DuckDBPyConnection) -> None:
    """Makes the engine's tables: rows, rows that Python read, where lines come from, and lines kept as text."""
    connection.execute("CREATE SCHEMA engine")
    connection.execute(f"CREATE TYPE engine.state AS ENUM {literals(STATES)}")
    connection.execute(create_table("engine.records"))
    connection.execute(create_table("engine.exact"))
    connection.execute(
        "CREATE TABLE engine.placements (placement UINTEGER, log_object VARCHAR, etag VARCHAR, first_line BIGINT, "
        "first_row BIGINT)"
    )
    connection.execute(
        "CREATE TABLE engine.kept (placement UINTEGER, line BIGINT, parse_state engine.state, fault VARCHAR, text BLOB)"
    )


class Loader:
    """Fills the engine's tables; `finish` must follow the last segment."""

    def __init__(self, connection: DuckDBPyConnection, ledger: Ledger, *, memory: int) -> None:
        self._connection = connection
        self._ledger = ledger
        self._memory = memory
        self._rows = 0

    def load(self, segment: Segment) -> None:
        """Takes in a segment and, if it is ours, deletes it; InputError when a file changed while it was read."""
        before = segment.path.stat()
        self._insert(segment)
        after = segment.path.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise InputError(f"{segment.path} changed while it was read", hint="copy it and read the copy")
        self._place(segment)
        self._read(iter(segment.aside))
        if segment.prefixed:
            segment.path.unlink()

    def _insert(self, segment: Segment) -> None:
        import duckdb

        placement = "placement" if segment.prefixed else f"{segment.placements[0].number}::UINTEGER"
        # Shares are read side by side. Each becomes rows of its own; big ones fill row groups, which saves a copy.
        buffer = min(_LARGEST, max(_SMALLEST, min(segment.size // 4, self._memory // 16) // _SMALLEST * _SMALLEST))
        for parallel in (True, False):
            relation = reader(segment.path, prefixed=segment.prefixed, buffer=buffer, parallel=parallel)
            try:
                self._connection.execute(f"INSERT INTO engine.records {fast_path(relation, placement)}")
            except duckdb.NotImplementedException:
                # Side by side, the reader cannot always tell where its shares begin, and says so.
                continue
            return
        raise AuditorError(f"the engine cannot read {segment.path}", hint="please report this")

    def finish(self) -> None:
        """Reads the lines that the fast path left, and puts all rows together."""
        run = self._connection.execute
        if _count(run("SELECT count(raw) FROM engine.records")):
            run(f"INSERT INTO engine.records {stray_quotes()}")
            run(
                "INSERT INTO engine.kept SELECT placement, line, parse_state, NULL, encode(raw) FROM engine.records "
                "WHERE parse_state = 'ambiguous'"
            )
            cursor = self._connection.cursor()
            cursor.execute(
                "SELECT placement, line, raw FROM engine.records "
                "WHERE parse_state IS NULL AND raw IS NOT NULL AND line IS NOT NULL"
            )
            self._read(_fetched(cursor))
        run("INSERT INTO engine.records SELECT * FROM engine.exact")
        run("DROP TABLE engine.exact")
        for column in ("raw", "size"):
            run(f"ALTER TABLE engine.records DROP COLUMN {column}")

    def _place(self, segment: Segment) -> None:
        """Remembers where the new rows come from, and makes sure that every byte is in one, in the order of lines."""
        found = {run[0]: run[1:] for run in self._connection.execute(_RUNS, [self._rows]).fetchall()}
        read = 0
        with self._connection.appender("engine.placements") as table:
            for place in segment.placements:
                first, last, rows, empty, size = found.get(place.number, (0, -1, 0, 0, 0))
                prefix = len(f"{place.number}") + len(SEPARATOR) if segment.prefixed else 0
                read += size + rows * (prefix + len("\n"))
                if rows != last - first + 1:
                    raise AuditorError(f"the engine mixed up the lines of {place.name}", hint="please report this")
                table.append_row(place.number, place.name, place.etag, place.first_line, first)
                self._rows += rows
                self._ledger.lines += rows
                self._ledger.blank += empty - place.aside
        if read != segment.size:
            raise AuditorError(f"the engine lost lines of {segment.path}", hint="please report this")

    def _read(self, lines: Iterator[Aside]) -> None:
        """Reads lines by Python."""
        with self._connection.appender("engine.exact") as exact, self._connection.appender("engine.kept") as kept:
            while some := list(islice(lines, _BATCH)):
                rows = [(line, row(line)) for line in some]
                exact.append_rows(found.values for _, found in rows if found is not None)
                kept.append_rows(_kept(rows))
                exact.flush()
                kept.flush()
                self._note(found for _, found in rows)

    def _note(self, rows: Iterable[Row | None]) -> None:
        for found in rows:
            if found is None:
                self._ledger.blank += 1
            elif found.fault is not None:
                self._ledger.faults[found.fault] += 1


def _count(result: DuckDBPyConnection) -> int:
    found = result.fetchone()
    return 0 if found is None else int(found[0])


def _fetched(cursor: DuckDBPyConnection) -> Iterator[Aside]:
    while batch := cursor.fetchmany(_BATCH):
        for placement, line, raw in batch:
            yield Aside(placement, line, raw.encode())


def _kept(rows: Iterable[tuple[Aside, Row | None]]) -> Iterator[tuple[object, ...]]:
    for line, found in rows:
        if found is not None and found.kept is not None:
            yield (line.placement, line.line, found.state, found.fault, found.kept)
