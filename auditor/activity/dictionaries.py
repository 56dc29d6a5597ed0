"""What depends on few distinct values is worked out once for each of them, not once for each of millions of rows.

The engine's columns of requesters, operations, user agents and the like become dictionaries: each row holds a number.
Callers, action classes and tool families are then lists with an entry for each number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from auditor.activity.operation import action_class
from auditor.activity.principal import ANONYMOUS, INTERNAL, INTERNAL_OPERATIONS, Principal, principal
from auditor.activity.sql_text import case, literal
from auditor.activity.user_agent import user_agent_family

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_ENCODED: Final = ("requester", "operation", "user_agent", "bucket_owner", "bucket", "host_header", "cipher_suite")
_OF_PRINCIPAL: Final = ("principal", "account", "role", "session", "principal_kind")


def encode(connection: DuckDBPyConnection) -> None:
    """Makes dictionaries of the columns that repeat themselves and fills `engine.derived`, one row of lists."""
    for column in _ENCODED:
        connection.execute(
            f"CREATE TYPE engine.{column}_text AS ENUM (SELECT DISTINCT {column} FROM engine.records "  # noqa: S608  # our words
            f"WHERE {column} IS NOT NULL UNION SELECT '' ORDER BY 1)"
        )
        connection.execute(f"ALTER TABLE engine.records ALTER {column} TYPE engine.{column}_text")
    callers = [principal(requester, "") for requester in _values(connection, "requester")]
    lists: dict[str, list[str | None]] = {name: [_member(caller, name) for caller in callers] for name in _OF_PRINCIPAL}
    lists["action_class"] = [action_class(operation) for operation in _values(connection, "operation")]
    lists["user_agent_family"] = [user_agent_family(agent) for agent in _values(connection, "user_agent")]
    columns = ", ".join(f"?::VARCHAR[] AS {name}" for name in lists)
    connection.execute(f"CREATE TABLE engine.derived AS SELECT {columns}", list(lists.values()))


def _values(connection: DuckDBPyConnection, column: str) -> Sequence[str]:
    """The dictionary of a column, in the order of its numbers."""
    found = connection.execute(f"SELECT enum_range(NULL::engine.{column}_text)").fetchone()
    return [] if found is None else found[0]


def _member(caller: Principal, name: str) -> str | None:
    match name:
        case "principal":
            return caller.name
        case "principal_kind":
            return caller.kind
        case "account":
            return caller.account
        case "role":
            return caller.role
        case _:
            return caller.session


def derived() -> dict[str, str]:
    """SQL for the derived columns over `engine.records`, which the query pays for only where it names them."""
    known = "parse_state <> 'malformed'"
    internal = f"requester IS NULL AND starts_with(operation::VARCHAR, {literal(INTERNAL_OPERATIONS)})"
    without = {
        "principal": (INTERNAL.name, ANONYMOUS.name),
        "principal_kind": (INTERNAL.kind, ANONYMOUS.kind),
    }
    columns = {}
    for name in _OF_PRINCIPAL:
        looked_up = _looked_up(name, "requester")
        if (values := without.get(name)) is not None:
            of_internal, of_nobody = (literal(value or "") for value in values)
            looked_up = case(
                ("requester IS NOT NULL", looked_up), (f"{known} AND {internal}", of_internal), (known, of_nobody)
            )
        columns[name] = looked_up
    columns["action_class"] = _looked_up("action_class", "operation")
    columns["user_agent_family"] = _looked_up("user_agent_family", "user_agent")
    return columns


def _looked_up(name: str, column: str) -> str:
    # A subquery that the query does not need costs nothing, unlike a join.
    return f"list_extract((SELECT {name} FROM engine.derived), enum_code({column})::BIGINT + 1)"  # noqa: S608  # our words
