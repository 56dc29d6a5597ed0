"""What detections read: exact records of the window and before it, and the user's lists matched against them.

Everything here is temporary in the connection and gone afterwards. The relations:

    window_log      exact records of the window
    baseline_log    exact records before the window
    whole_log       both
    doubtful_log    lines of the window that can be read in several ways
    halves          two rows, `back` 0 and 1: a half window belongs to the window it begins and to the one it ends
    address         each address with its network (/24, /48), region (/16, /32), whether it is public, and its location
    address_list    addresses that are in a network of a list; `name` says which threat list
    principal_list  principals that a pattern of a list matches
    bucket_list     buckets that a pattern of a list matches
    place_list      buckets and prefixes of a list
    word_list       words of a list; the list `given` holds the names of the inputs that the user gave
    delivery        log objects with the time of delivery in their name, and the source that a partitioned key names

The logs have the columns of `access_log` that detections use, and these:

    second      seconds since 1970
    actor       the principal, or `ip:` and the address of a caller without credentials
    served      whether the request succeeded with 200, 204 or 206
    by_service  whether AWS made the request, for itself or for the account (by name; roles AWSServiceRoleFor… too)
    human       an IAM user, the root user, or a role of IAM Identity Center
    is_read     whether the operation hands out an object's content
    is_delete   whether the operation deletes one object
    volume      bytes sent, at most the object's size: a broken transfer may count more than the client took
    evidence    where the record stands: line, request id and log object

`request_uri` is there for listings, signed URLs and texts with a quote only, `referer` for texts with a quote only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import TYPE_CHECKING, Final

from auditor.activity.columns import STATES
from auditor.activity.sql_text import literal, literals

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from auditor.activity.detection_inputs import Window

LOGS: Final = ("window_log", "baseline_log", "whole_log")
EXACT, AMBIGUOUS, _ = STATES
READ_OPERATIONS: Final = (
    "REST.GET.OBJECT", "REST.GET.PART", "REST.GET.TORRENT", "REST.POST.SELECT", "REST.COPY.OBJECT_GET",
    "REST.COPY.PART_GET", "WEBSITE.GET.OBJECT", "SOAP.GET.OBJECT",
)  # fmt: skip
"""What hands out content, to the client or to a copy."""
DELETE_OPERATIONS: Final = ("REST.DELETE.OBJECT", "BATCH.DELETE.OBJECT", "SOAP.DELETE.OBJECT")
"""One record for one object each. The request for a batch of deletes has a record of its own, which is not counted."""

_KEPT: Final = (
    "bucket_owner", "bucket", "remote_ip", "request_id", "operation", "key", "http_status", "error_code", "bytes_sent",
    "object_size", "user_agent", "version_id", "signature_version", "cipher_suite", "authentication_type",
    "tls_version", "acl_required", "source_region", "field_count", "log_object", "line", "account", "role",
    "session", "principal_kind", "action_class", "user_agent_family",
)  # fmt: skip
_TELLING_URI: Final = (
    "operation IN ('REST.GET.BUCKET', 'REST.GET.BUCKETVERSIONS') OR authentication_type = 'QueryString' "
    "OR request_uri LIKE '%Signature=%' OR request_uri LIKE '%\"%'"
)
_PREPARED: Final = {
    "second": "CAST(epoch(time) AS BIGINT)",
    "principal": "coalesce(principal, requester, 'anonymous')",
    "request_uri": f"CASE WHEN {_TELLING_URI} THEN request_uri END",
    "referer": "CASE WHEN referer LIKE '%\"%' THEN referer END",
    "served": "coalesce(http_status IN (200, 204, 206), false)",
    # CloudFront's old identities may be logged by a canonical id, which has 96 digits where those of accounts have 64.
    "by_service": "coalesce(principal_kind = 'service' OR starts_with(role, 'AWSServiceRoleFor') "
    "OR (principal_kind = 'canonical' AND length(principal) = 96) "
    "OR (remote_ip IS NULL AND starts_with(user_agent, 'aws-internal')), false)",
    "human": "coalesce(principal_kind IN ('user', 'root') OR starts_with(role, 'AWSReservedSSO_'), false)",
    "is_read": f"coalesce(operation IN {literals(READ_OPERATIONS)}, false)",
    "is_delete": f"coalesce(operation IN {literals(DELETE_OPERATIONS)}, false)",
}
_DERIVED: Final = {
    "actor": "CASE WHEN principal = 'anonymous' THEN concat('ip:', coalesce(remote_ip, '-')) ELSE principal END",
    "volume": "CASE WHEN object_size IS NOT NULL AND bytes_sent > object_size THEN object_size "
    "ELSE coalesce(bytes_sent, 0) END",
    "evidence": "concat(CAST(line AS VARCHAR), ' ', coalesce(request_id, '-'), ' ', log_object)",
}
COLUMNS: Final = (*_KEPT, *_PREPARED, *_DERIVED)
"""The columns of the logs."""

TABLES: Final = {
    "address": "remote_ip VARCHAR, network VARCHAR, region VARCHAR, public BOOLEAN, country VARCHAR, "
    "latitude DOUBLE, longitude DOUBLE",
    "address_list": "list VARCHAR, name VARCHAR, remote_ip VARCHAR",
    "principal_list": "list VARCHAR, principal VARCHAR",
    "bucket_list": "list VARCHAR, bucket VARCHAR",
    "place_list": "list VARCHAR, bucket VARCHAR, prefix VARCHAR",
    "word_list": "list VARCHAR, word VARCHAR",
    "delivery": "log_object VARCHAR, delivered BIGINT, source VARCHAR",
    "halves": "back BIGINT",
}
"""The tables beside the logs, with their columns."""
RELATIONS: Final = (*LOGS, "doubtful_log", *TABLES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """How many records there are: exact ones by width, in the window and before it, and doubtful lines.

    `baseline_first` is the time of the oldest exact record before the window, in seconds since 1970.
    """

    window: dict[int, int]
    baseline: dict[int, int]
    doubtful: int
    baseline_first: int | None

    def at_least(self, width: int) -> int:
        """The records of the window with `width` or more fields."""
        return sum(count for fields, count in self.window.items() if fields >= width)


@contextmanager
def relations(
    connection: DuckDBPyConnection, window: Window, *, since: datetime | None, wanted: Collection[str]
) -> Iterator[Population]:
    """Make the `wanted` tables (empty) and the records behind the logs from `access_log`, and drop them at the end.

    Records before `since` are left out, None for none.
    """
    tables = [table for table in TABLES if table in wanted]
    try:
        for table in tables:
            connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({TABLES[table]})")
        if "halves" in tables:
            connection.execute("INSERT INTO halves VALUES (0), (1)")
        connection.execute(f"CREATE OR REPLACE TEMP TABLE exact_log AS {_exact(window, since)}")
        connection.execute(f"CREATE OR REPLACE TEMP TABLE doubtful_log AS {_doubtful(window)}")
        yield _population(connection, window)
    finally:
        for view in LOGS:
            connection.execute(f"DROP VIEW IF EXISTS temp.{view}")
        for table in ("exact_log", "doubtful_log", *tables):
            connection.execute(f"DROP TABLE IF EXISTS temp.{table}")


def show_widths(connection: DuckDBPyConnection, window: Window, *, width: int, wanted: Collection[str]) -> None:
    """Let the `wanted` logs show records with `width` or more fields only."""
    first, last = seconds(window.first), seconds(window.last)
    spans = {
        "window_log": f"second >= {first} AND second < {last}",
        "baseline_log": f"second < {first}",
        "whole_log": f"second < {last}",
    }
    derived = ", ".join(f"{expression} AS {name}" for name, expression in _DERIVED.items())
    for view, span in spans.items():
        if view in wanted:
            connection.execute(
                f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT *, {derived} FROM exact_log "  # noqa: S608 (our own words)
                f"WHERE {span} AND field_count >= {width}"
            )


def seconds(time: datetime) -> int:
    """The first whole second at or after `time`, since 1970; records have whole seconds."""
    return ceil(time.timestamp())


def _exact(window: Window, since: datetime | None) -> str:
    prepared = ", ".join(f"{expression} AS {name}" for name, expression in _PREPARED.items())
    return (
        f"SELECT {', '.join(_KEPT)}, {prepared} FROM access_log "  # noqa: S608 (our own words)
        f"WHERE parse_state = {literal(EXACT)} AND time < {_moment(window.last)}"
        + ("" if since is None else f" AND time >= {_moment(since)}")
    )


def _doubtful(window: Window) -> str:
    # Few lines are doubtful, so their texts are kept whole.
    columns = {**{name: name for name in _KEPT}, **_PREPARED, "request_uri": "request_uri", "referer": "referer"}
    inner = ", ".join(f"{expression} AS {name}" for name, expression in columns.items())
    derived = ", ".join(f"{expression} AS {name}" for name, expression in _DERIVED.items())
    return (
        f"SELECT *, {derived} FROM (SELECT {inner} FROM access_log "  # noqa: S608 (our own words)
        f"WHERE parse_state = {literal(AMBIGUOUS)} "
        f"AND time >= {_moment(window.first)} AND time < {_moment(window.last)}) AS doubtful"
    )


def _population(connection: DuckDBPyConnection, window: Window) -> Population:
    counted = connection.execute(
        f"SELECT second >= {seconds(window.first)}, field_count, count(*), min(second) "  # noqa: S608 (a number)
        "FROM exact_log GROUP BY 1, 2"
    ).fetchall()
    oldest = [first for inside, _, _, first in counted if not inside]
    (doubtful,) = connection.execute("SELECT count(*) FROM doubtful_log").fetchone() or (0,)
    return Population(
        window={fields: count for inside, fields, count, _ in counted if inside},
        baseline={fields: count for inside, fields, count, _ in counted if not inside},
        doubtful=doubtful,
        baseline_first=min(oldest, default=None),
    )


def _moment(time: datetime) -> str:
    return f"TIMESTAMPTZ {literal(time.astimezone(UTC).isoformat(sep=' '))}"
