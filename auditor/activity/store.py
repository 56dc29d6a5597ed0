"""Log objects go in, every line of them becomes a row of `access_log`, and then the engine only answers questions.

The engine is DuckDB. Most lines are read by SQL at some hundred megabytes a second; those with stray quotes by more
elaborate SQL; the rest by Python. All three read a line alike, so nobody need know which one did.
"""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from auditor.activity.columns import RECORD_COLUMNS
from auditor.activity.coverage import Coverage, Ledger
from auditor.activity.dictionaries import derived, encode
from auditor.activity.loading import Loader, create
from auditor.activity.log_object import Source
from auditor.activity.query import Parameters, Result, lock, run
from auditor.activity.readings import Fault
from auditor.activity.segments import SegmentWriter
from auditor.activity.sql_text import literal
from auditor.errors import AuditorError, InputError, OutputError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DEFAULT_MEMORY: Final = 2 << 30
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLine:
    """A line whose row does not say all of it: ambiguous, malformed, or with bytes that are not UTF-8.

    `record.parse` or `record_json.parse_either` tells its readings. Of a line too long for a record the beginning is
    kept.
    """

    log_object: str
    line: int
    parse_state: str
    fault: Fault | None
    text: bytes


class Store:
    """Records, loaded once and then only read; close it, or use it in a `with`, and its files are gone."""

    def __init__(self, connection: DuckDBPyConnection, coverage: Coverage, folder: Path) -> None:
        self._connection = connection
        self._folder = folder
        self.coverage = coverage

    @classmethod
    def open(
        cls,
        sources: Iterable[Source],
        *,
        memory: int = DEFAULT_MEMORY,
        threads: int | None = None,
        folder: Path | None = None,
    ) -> Self:
        """Reads every line of every source.

        The engine keeps to `memory` bytes and `threads` threads (None: one for each processor) and puts what does not
        fit into a folder of its own under `folder` (None: where the system keeps temporary files), which is removed in
        the end whatever happens. OutputError when the disk is full; InputError when a file changes while it is read.
        """
        own = Path(tempfile.mkdtemp(prefix="s3-log-auditor-", dir=folder))
        connection: DuckDBPyConnection | None = None
        try:
            connection = _connect(own, memory=memory, threads=threads)
            ledger = Ledger()
            create(connection)
            loader = Loader(connection, ledger, memory=memory)
            with closing(SegmentWriter(own, ledger).segments(sources)) as segments:
                for segment in segments:
                    loader.load(segment)
            loader.finish()
            encode(connection)
            _create_views(connection)
            coverage = _coverage(connection, ledger)
            lock(connection)
        except BaseException as error:
            if connection is not None:
                connection.close()
            shutil.rmtree(own, ignore_errors=True)
            if (explained := _explained(error, own)) is not None:
                raise explained from error
            raise
        return cls(connection, coverage, own)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Forgets all records and removes all files; closing twice does no harm."""
        self._connection.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def connection(self) -> DuckDBPyConnection:
        """The engine itself, for our own statements on `access_log`; what a user wrote goes through `sql`."""
        return self._connection

    def sql(self, query: str, parameters: Parameters = ()) -> Result:
        """The result of one SELECT over `access_log` and `log_objects`; InputError for anything else.

        `parameters` are a sequence for `?` or a mapping for `$name`.
        """
        return run(self._connection, query, parameters)

    def kept_lines(self) -> Iterator[KeptLine]:
        """The lines whose rows do not say all, in the order of their objects."""
        found = self.sql("SELECT log_object, line, parse_state, fault, text FROM kept_lines ORDER BY log_object, line")
        for row in found.rows:
            match row:
                case (str() as name, int() as line, str() as state, str() | None as fault, bytes() as text):
                    known = None if fault is None else Fault(fault)
                    yield KeptLine(log_object=name, line=line, parse_state=state, fault=known, text=text)
                case _:
                    raise AuditorError("a kept line has other columns than it should", hint="please report this")


def _connect(folder: Path, *, memory: int, threads: int | None) -> DuckDBPyConnection:
    import duckdb

    connection = duckdb.connect(":memory:")
    settings = {
        "memory_limit": f"'{memory}B'",
        "temp_directory": literal(str(folder / "spilled")),
        "secret_directory": literal(str(folder / "secrets")),
        "home_directory": literal(str(folder)),
        "TimeZone": "'UTC'",
        "enable_progress_bar": "false",
    }
    if threads is not None:
        settings["threads"] = str(threads)
    for name, value in settings.items():
        connection.execute(f"SET {name} = {value}")
    return connection


def _create_views(connection: DuckDBPyConnection) -> None:
    """The relations that users see."""
    special = {"key": "coalesce(key_decoded, key_raw)"}
    columns = {column.name: special.get(column.name, f"{column.name}::{column.sql_type}") for column in RECORD_COLUMNS}
    columns["parse_state"] = "parse_state::VARCHAR"
    columns["log_object"] = "list_extract((SELECT names FROM engine.provenance), placement)"
    # A row without line stands at its line's place among the rows of its placement.
    columns["line"] = "coalesce(line, rowid - list_extract((SELECT offsets FROM engine.provenance), placement))"
    columns |= derived()
    selected = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    connection.execute(
        "CREATE TABLE engine.provenance AS SELECT list(log_object ORDER BY placement) AS names, "
        "list(first_row - first_line ORDER BY placement) AS offsets FROM engine.placements"
    )
    connection.execute(
        f"CREATE VIEW access_log AS SELECT {selected} FROM engine.records WHERE parse_state IS NOT NULL"  # noqa: S608  # our words
    )
    connection.execute(
        "CREATE VIEW log_objects AS "
        "SELECT log_object, any_value(etag) AS etag FROM engine.placements GROUP BY log_object"
    )
    connection.execute(
        "CREATE VIEW kept_lines AS SELECT log_object, line, parse_state::VARCHAR AS parse_state, fault, text "
        "FROM engine.kept JOIN engine.placements USING (placement)"
    )


def _coverage(connection: DuckDBPyConnection, ledger: Ledger) -> Coverage:
    states = dict(
        connection.execute("SELECT parse_state, count(*) FROM engine.records GROUP BY parse_state").fetchall()
    )
    window = connection.execute("SELECT epoch_us(min(time)), epoch_us(max(time)) FROM engine.records").fetchone()
    first, last = (None, None) if window is None else map(_time, window)
    return Coverage(
        objects_read=ledger.objects,
        objects_skipped=ledger.skipped.total(),
        skipped=ledger.skipped.notes(),
        oddities=ledger.oddities.notes(),
        bytes_read=ledger.size,
        lines=ledger.lines,
        records=states.get("record", 0),
        ambiguous=states.get("ambiguous", 0),
        malformed=states.get("malformed", 0),
        blank=ledger.blank,
        faults=tuple(ledger.faults.most_common()),
        first_time=first,
        last_time=last,
    )


def _time(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)


_FULL: Final = ("No space left on device", "max_temp_directory_size")


def _explained(error: BaseException, folder: Path) -> AuditorError | None:
    """The error for the user when the disk is full or the memory does not suffice."""
    import duckdb

    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return _no_space(folder)
    if isinstance(error, duckdb.Error) and any(words in str(error) for words in _FULL):
        return _no_space(folder)
    if isinstance(error, duckdb.OutOfMemoryException):
        return InputError("the engine needs more memory for these logs", hint="give it more with --memory")
    return None


def _no_space(folder: Path) -> OutputError:
    return OutputError(f"no space left in {folder.parent}", hint="set TMPDIR to a folder on a larger disk")
