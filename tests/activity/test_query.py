"""A user's SQL reads the engine's tables and nothing else."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor.activity.log_object import LogObject
from auditor.activity.store import Store
from auditor.errors import InputError
from tests.activity.generate import Line


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store of one record, in a folder of its own."""
    folder = tmp_path_factory.mktemp("store")
    with Store.open([LogObject(name="o", body=Line().encode())], memory=200 << 20, folder=folder) as opened:
        yield opened


def only(store: Store, sql: str, *parameters: object) -> object:
    """The only value of the only row."""
    ((value,),) = store.sql(sql, parameters).rows
    return value


ESCAPES = [
    "COPY (SELECT 1) TO '{folder}/out.csv'",
    "COPY access_log TO '{folder}/out.parquet' (FORMAT parquet)",
    "EXPORT DATABASE '{folder}/out'",
    "IMPORT DATABASE '{folder}'",
    "ATTACH '{folder}/secret.db'",
    "ATTACH ':memory:' AS other",
    "DETACH memory",
    "INSTALL httpfs",
    "LOAD httpfs",
    "LOAD '{folder}/x.duckdb_extension'",
    "SET enable_external_access = true",
    "SET memory_limit = '1TB'",
    "SET lock_configuration = false",
    "SET VARIABLE x = 1",
    "RESET lock_configuration",
    "PRAGMA enable_profiling = 'json'",
    "PRAGMA version",
    "CALL enable_logging(storage = 'file', storage_path = '{folder}/log')",
    "SELECT * FROM enable_logging(storage = 'file', storage_path = '{folder}/log')",
    "SELECT * FROM enable_profiling(save_location = '{folder}/profile')",
    "SELECT * FROM read_csv('{folder}/secret.txt')",
    "SELECT * FROM read_text('{folder}/secret.txt')",
    "SELECT * FROM read_blob('{folder}/secret.txt')",
    "SELECT * FROM read_json('{folder}/secret.txt')",
    "SELECT * FROM read_parquet('{folder}/secret.txt')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_text('{store}/*')",
    "SELECT * FROM glob('{store}/*')",
    "SELECT * FROM glob('/*')",
    "SELECT * FROM sniff_csv('{folder}/secret.txt')",
    "SELECT * FROM '{folder}/secret.txt'",
    "FROM '{folder}/secret.csv'",
    "SELECT * FROM read_csv('https://192.0.2.1/x')",
    "SELECT * FROM read_csv('s3://bucket/x')",
    "SELECT getenv('HOME')",
    "SELECT * FROM query('COPY (SELECT 1) TO ''{folder}/out.csv''')",
    "SELECT * FROM query('SELECT * FROM read_text(''/etc/passwd'')')",
    "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT * FROM read_text(''/etc/passwd'')'))",
    "CREATE SECRET s (TYPE s3)",
    "CREATE TABLE t AS SELECT 1",
    "CREATE MACRO m() AS 1",
    "INSERT INTO engine.records SELECT * FROM engine.records",
    "UPDATE engine.records SET bucket = 'x'",
    "DELETE FROM engine.records",
    "DROP VIEW access_log",
    "ALTER TABLE engine.records ADD COLUMN x INTEGER",
    "BEGIN TRANSACTION",
    "CHECKPOINT",
    "VACUUM",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "SELECT 1; SELECT 2",
    "SELECT 1; COPY (SELECT 1) TO '{folder}/out.csv'",
    "WITH x AS (DELETE FROM engine.records RETURNING bucket) SELECT * FROM x",
    "WITH x AS (UPDATE engine.records SET bucket = 'x' RETURNING bucket) SELECT * FROM x",
    "WITH x AS (INSERT INTO engine.records SELECT * FROM engine.records RETURNING 1) SELECT * FROM x",
    "",
    "-- nothing",
]


@pytest.mark.parametrize("sql", ESCAPES)
def test_sql_cannot_leave_the_engine(store: Store, tmp_path: Path, sql: str) -> None:
    """No statement reads or writes a file, reaches the network, loads code, or changes a setting or a row."""
    for name in ("secret.txt", "secret.csv", "secret.db"):
        (tmp_path / name).write_text("secret")

    with pytest.raises(InputError):
        list(store.sql(sql.format(folder=tmp_path, store=store._folder)).rows)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret.csv", "secret.db", "secret.txt"]
    assert only(store, "SELECT count(*) FROM access_log WHERE bucket = 'acme-hr-documents'") == 1


def test_sql_cannot_see_our_own_variables(store: Store) -> None:
    """The engine's way of reading Python objects by their name is closed."""
    secret = [{"secret": 1}]

    with pytest.raises(InputError, match="secret"):
        store.sql("SELECT * FROM secret")

    assert secret


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT operation FROM access_log",
        "WITH one AS (SELECT operation FROM access_log) SELECT * FROM one",
        "FROM access_log SELECT operation",
        "SELECT operation FROM access_log; -- that is all",
        "SELECT operation /* é; */ FROM access_log ;;",
        "SELECT 'REST.GET.OBJECT' AS \"é;\"",
        "VALUES ('REST.GET.OBJECT')",
        "SELECT operation FROM query('FROM access_log')",
    ],
)
def test_queries_of_every_form_are_answered(store: Store, sql: str) -> None:
    """Only what a statement does is restricted, not how it is written."""
    assert only(store, sql) == "REST.GET.OBJECT"


def test_tables_can_be_described(store: Store) -> None:
    """Users can ask what there is."""
    described = [row[:2] for row in store.sql("DESCRIBE access_log").rows]

    assert ("principal", "VARCHAR") in described
    assert ("access_log",) in list(store.sql("SHOW TABLES").rows)


@pytest.mark.parametrize(
    "sql",
    ["SELECT time FROM access_log", "SELECT time FROM access_log; -- é", 'SELECT time AS "é" -- ;\nFROM access_log;'],
)
def test_times_are_aware(store: Store, sql: str) -> None:
    """Times come back as datetimes in UTC, however the query ends."""
    assert only(store, sql) == datetime(2026, 11, 20, 3, 14, 7, tzinfo=UTC)


def test_times_before_1970_and_inside_lists_are_told(store: Store) -> None:
    """Every time has a form, also where the driver has none."""
    ((early, several, nothing, again),) = store.sql(
        "SELECT early AS a, [time] AS b, NULL::TIMESTAMPTZ AS c, early AS a "
        "FROM access_log, (SELECT TIMESTAMPTZ '1969-12-31 23:59:59+00' AS early)"
    ).rows

    assert early == again == datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert several == "['2026-11-20 03:14:07+00']"
    assert nothing is None


def test_parameters_are_bound(store: Store) -> None:
    """Values never become part of the statement."""
    query = "SELECT count(*) FROM access_log WHERE bucket = ?"

    assert only(store, query, "acme-hr-documents") == 1
    assert only(store, query, "x' OR 1=1 --") == 0
    assert list(store.sql("SELECT $x AS x, time FROM access_log", {"x": 5}).rows) == [
        (5, datetime(2026, 11, 20, 3, 14, 7, tzinfo=UTC))
    ]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT nothing FROM access_log", "nothing"),
        ("SELEC 1", "SELEC"),
        ("SELECT * FROM nowhere", "nowhere"),
        ("SELECT error('no') FROM access_log", "no"),
        ("SELECT bucket::INTEGER FROM access_log", "acme-hr-documents"),
    ],
)
def test_a_wrong_query_says_where_and_why(store: Store, sql: str, words: str) -> None:
    """The engine's words reach the user, with a way to find the columns."""
    with pytest.raises(InputError, match=words) as caught:
        list(store.sql(sql).rows)

    assert "DESCRIBE access_log" in caught.value.hint


def test_a_query_that_needs_too_much_memory_fails_alone(store: Store) -> None:
    """A greedy query is refused, and the next one is answered."""
    with pytest.raises(InputError):
        list(store.sql("SELECT list(repeat('x', 1000) || i) FROM range(10000000) t(i)").rows)

    assert only(store, "SELECT count(*) FROM access_log") == 1


def test_several_results_can_be_read_at_once(store: Store) -> None:
    """One result does not end another."""
    first, second = store.sql("SELECT i FROM range(5000) t(i)"), store.sql("SELECT i FROM range(5000) t(i)")

    assert list(zip(first.rows, second.rows, strict=True)) == [((i,), (i,)) for i in range(5000)]
