"""Every detection is one SELECT that means the same in DuckDB and in Athena, and has the columns that it owes."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify

from auditor.activity.detection import FIXED_COLUMNS, RESERVED_PARAMETERS, Detection, load_detections
from auditor.activity.relations import COLUMNS, LOGS, RELATIONS, TABLES
from auditor.activity.signals import Count
from checks.activity import DETECTIONS

FUNCTIONS: Final = frozenset(
    {
        # aggregates
        exp.Count, exp.CountIf, exp.Sum, exp.Min, exp.Max, exp.Avg, exp.ArgMin, exp.ArgMax,
        # windows
        exp.RowNumber, exp.Lag, exp.Lead,
        # texts; strings of bytes, dates, lists and structs are left alone
        exp.Concat, exp.Lower, exp.Length, exp.StartsWith, exp.Replace, exp.Substring, exp.StrPosition,
        exp.RegexpLike, exp.RegexpExtract, exp.SplitPart,
        # numbers
        exp.Abs, exp.Ceil, exp.Floor, exp.Sqrt, exp.Sin, exp.Cos, exp.Asin, exp.Radians, exp.Round, exp.Least,
        exp.Greatest,
        # the rest
        exp.Cast, exp.Coalesce, exp.Nullif, exp.Case, exp.If, exp.And, exp.Or, exp.Exists,
    }
)  # fmt: skip
"""The functions that DuckDB and Trino share and that sqlglot carries over as they are; nothing else may be called."""
BANNED: Final = (
    exp.Bracket, exp.Slice, exp.Array, exp.Struct, exp.Lambda, exp.IntDiv, exp.Div, exp.Qualify, exp.Unnest,
    exp.Anonymous, exp.Interval, exp.ILike, exp.Parameter, exp.Pivot, exp.Filter, exp.Lateral,
)  # fmt: skip
"""Constructs that one side lacks or reads differently; a division of whole numbers is one."""
TYPES: Final = {exp.DType.BIGINT, exp.DType.VARCHAR, exp.DType.DOUBLE, exp.DType.TEXT}
ALL: Final = load_detections()
each = pytest.mark.parametrize("detection", ALL, ids=lambda one: one.id)


@cache
def parsed(detection: Detection) -> exp.Expr:
    """The only statement of the detection."""
    (statement,) = sqlglot.parse(detection.sql, read="duckdb")
    assert statement is not None
    return statement


def schema() -> dict[str, object]:
    """The columns of every relation; types do not matter here."""
    logs: dict[str, object] = {name: dict.fromkeys(COLUMNS, "VARCHAR") for name in (*LOGS, "doubtful_log")}
    tables: dict[str, object] = {
        name: {column.split()[0]: column.split()[1] for column in columns.split(", ")}
        for name, columns in TABLES.items()
    }
    return logs | tables


@each
def test_a_detection_is_one_select_with_the_columns_that_it_owes(detection: Detection) -> None:
    """The fixed columns are all there, each column has a name of its own, and the sentence uses no other."""
    statement = parsed(detection)

    assert isinstance(statement, exp.Select)
    names = statement.named_selects
    assert len(set(names)) == len(names)
    assert set(FIXED_COLUMNS) <= set(names)
    known = {*names, *(parameter.name for parameter in detection.parameters), "who", "where"}
    detection.says.format_map(dict.fromkeys(known, Count(0)))


@each
def test_a_detection_calls_only_functions_of_both_engines(detection: Detection) -> None:
    """Whatever DuckDB and Trino do not share is refused, by name of the function or construct."""
    statement = parsed(detection)
    called = {type(node) for node in statement.find_all(exp.Func)}

    assert {one.__name__ for one in called - FUNCTIONS} == set()
    assert [type(node).__name__ for node in statement.find_all(*BANNED) if not _is_rounded(node)] == []
    assert {cast.to.this for cast in statement.find_all(exp.Cast)} <= TYPES
    assert not any(join.args.get("using") for join in statement.find_all(exp.Join))
    assert not any(window.args.get("spec") for window in statement.find_all(exp.Window))


def _is_rounded(node: exp.Expr) -> bool:
    """Whether it is a division that is rounded at once: both engines agree, because sqlglot casts to DOUBLE."""
    return isinstance(node, exp.Div) and node.find_ancestor(exp.Ceil, exp.Floor, exp.Round, exp.Asin) is not None


@each
def test_a_detection_becomes_a_query_for_athena(detection: Detection) -> None:
    """It is carried over without complaint, and every name in it resolves under Trino's rules of scope."""
    (athena,) = sqlglot.transpile(
        detection.sql, read="duckdb", write="athena", unsupported_level=sqlglot.ErrorLevel.RAISE
    )
    tree = sqlglot.parse_one(athena, read="trino")

    # Trino has no aliases in GROUP BY, HAVING or WHERE; a name that is only an alias does not resolve.
    resolved = qualify(tree, dialect="trino", schema=schema(), expand_alias_refs=False, validate_qualify_columns=True)
    assert all(column.table for having in resolved.find_all(exp.Having) for column in having.find_all(exp.Column))


@each
def test_a_detection_reads_the_relations_only(detection: Detection) -> None:
    """No detection reads `access_log` itself, where inexact rows and rows outside the window are."""
    statement = parsed(detection)
    named = {cte.alias for cte in statement.find_all(exp.CTE)}
    tables = {table.name for table in statement.find_all(exp.Table)}

    assert tables - named <= set(RELATIONS)
    assert named & set(RELATIONS) == set()


@each
def test_parameters_are_bound_and_declared(detection: Detection) -> None:
    """Each `$name` is declared in the header or bound by the engine, and nothing is declared in vain."""
    declared = {parameter.name for parameter in detection.parameters}
    bound = {str(node.this) for node in parsed(detection).find_all(exp.Placeholder)}

    assert bound == detection.placeholders
    assert declared <= bound
    assert bound - declared <= set(RESERVED_PARAMETERS)


@each
def test_needs_and_uses_are_what_the_select_reads(detection: Detection) -> None:
    """An input that a header names is read, and a list that is read is named in the header."""
    named = {need.value for need in (*detection.needs, *detection.uses)}
    literals = {str(node.this) for node in parsed(detection).find_all(exp.Literal) if node.is_string}
    lists = {
        "barred_countries", "corporate_networks", "threat_lists", "organisation_accounts", "public_buckets",
        "sensitive_prefixes", "canaries", "destinations", "log_readers", "infrastructure_principals",
        "sanctioned_tools",
    }  # fmt: skip

    assert lists & literals == lists & named
    assert ("mfa_profile" in named) == bool({"mfa_networks", "mfa_principals"} & literals)
    if "baseline" in named:
        assert detection.reads("baseline_log") or detection.reads("whole_log")
    assert detection.reads("baseline_log") <= ("baseline" in named)
    assert not set(detection.needs) & set(detection.uses)


def test_every_file_is_registered() -> None:
    """The folder and the list agree, ids are unique, and the order is that of the list."""
    folder = Path(__file__).resolve().parents[3] / "checks" / "activity"
    stems = {path.stem.replace("_", "-") for path in folder.glob("*.sql")}

    assert stems == set(DETECTIONS)
    assert len(set(DETECTIONS)) == len(DETECTIONS)
    assert tuple(detection.id for detection in ALL) == DETECTIONS
