"""A user's SQL can read the engine's tables and nothing else: no file, no network, no setting, no other statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from auditor.errors import InputError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Parameters: TypeAlias = Sequence[object] | dict[str, object]
_SETTINGS: Final = (
    "SET enable_external_access = false",
    "SET allow_community_extensions = false",
    "SET autoload_known_extensions = false",
    "SET autoinstall_known_extensions = false",
    "SET allow_persistent_secrets = false",
    "SET python_enable_replacements = false",
    "SET lock_configuration = true",
)
_BATCH: Final = 1000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TIMESTAMP: Final = "TIMESTAMP WITH TIME ZONE"


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to a query: names and SQL types of its columns, and its rows, which are read as they are asked for.

    Times with time zone are aware datetimes in UTC.
    """

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: Iterator[tuple[object, ...]]


def lock(connection: DuckDBPyConnection) -> None:
    """Closes the engine for good: it opens no file any more, and no statement changes that."""
    for setting in _SETTINGS:
        connection.execute(setting)


def run(connection: DuckDBPyConnection, sql: str, parameters: Parameters = ()) -> Result:
    """The result of one SELECT; InputError, with the engine's words on where and why, for anything else."""
    import duckdb

    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise _refused(error) from error
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise InputError("only one SELECT is allowed", hint="SELECT … FROM access_log")
    cursor = connection.cursor()
    try:
        # A WITH can hold statements that write, and the whole counts as a SELECT.
        cursor.execute("BEGIN TRANSACTION READ ONLY")
        # Binds names and types without running anything, so that errors point into the user's own text.
        relation = cursor.sql(sql, params=parameters)
        names, types = tuple(relation.columns), tuple(str(kind) for kind in relation.types)
        if any(_TIMESTAMP in kind for kind in types):
            # The driver would need a time zone library to return a time; counted from the epoch it needs none.
            columns = ", ".join(_portable(index, kind) for index, kind in enumerate(types, start=1))
            sql = f"SELECT {columns} FROM ({_without_end(sql)}\n)"  # noqa: S608  # the user's own query, once more
        cursor.execute(sql, parameters)
    except duckdb.Error as error:
        cursor.close()
        raise _refused(error) from error
    return Result(names, types, _rows(cursor, types))


def _rows(cursor: DuckDBPyConnection, types: tuple[str, ...]) -> Iterator[tuple[object, ...]]:
    import duckdb

    times = [index for index, kind in enumerate(types) if kind == _TIMESTAMP]
    try:
        while batch := cursor.fetchmany(_BATCH):
            for row in batch:
                yield _with_times(row, times) if times else row
    except duckdb.Error as error:
        raise _refused(error) from error
    finally:
        cursor.close()


def _portable(index: int, kind: str) -> str:
    if kind == _TIMESTAMP:
        return f"epoch_us(#{index})"
    return f"#{index}::VARCHAR" if _TIMESTAMP in kind else f"#{index}"


def _without_end(sql: str) -> str:
    """The statement without its semicolon and what follows that, which can only be space and comments."""
    import duckdb

    text = sql.encode()  # the engine counts in bytes
    ends = (at for at, kind in duckdb.tokenize(sql) if kind == duckdb.token_type.operator and text[at : at + 1] == b";")
    return text[: next(ends, len(text))].decode()


def _with_times(row: tuple[object, ...], times: list[int]) -> tuple[object, ...]:
    values = list(row)
    for index in times:
        value = values[index]
        if isinstance(value, int):
            values[index] = _EPOCH + timedelta(microseconds=value)
    return tuple(values)


def _refused(error: Exception) -> InputError:
    return InputError(f"the query fails: {error}", hint="which columns there are, `DESCRIBE access_log` tells")
