"""The columns of `access_log`: what users and detections may name, with their types; a contract.

The record's own fields keep their names from `record.Record`, and the engine stores them in that order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its SQL type and what it means."""

    name: str
    sql_type: str
    meaning: str


RECORD_COLUMNS: Final = (
    Column("bucket_owner", "VARCHAR", "canonical user id of the bucket's owner"),
    Column("bucket", "VARCHAR", "bucket that the request was for"),
    Column("time", "TIMESTAMPTZ", "when S3 received the request, to the second"),
    Column("remote_ip", "VARCHAR", "address that S3 saw; NULL for actions of AWS itself"),
    Column("requester", "VARCHAR", "who asked, as S3 wrote it; NULL for nobody authenticated"),
    Column("request_id", "VARCHAR", "id that the records of one request share"),
    Column("operation", "VARCHAR", "what was done, such as REST.GET.OBJECT"),
    Column("key", "VARCHAR", "object key, decoded"),
    Column("key_raw", "VARCHAR", "object key as logged, percent-encoded"),
    Column("request_uri", "VARCHAR", "request line as the client sent it"),
    Column("http_status", "USMALLINT", "HTTP status of the answer"),
    Column("error_code", "VARCHAR", "S3 error code of the answer"),
    Column("bytes_sent", "BIGINT", "bytes of the answer's body; NULL for none"),
    Column("object_size", "BIGINT", "size of the object in bytes"),
    Column("total_time_ms", "BIGINT", "milliseconds that the request was in flight"),
    Column("turn_around_time_ms", "BIGINT", "milliseconds that S3 worked on it"),
    Column("referer", "VARCHAR", "Referer header; the client's word"),
    Column("user_agent", "VARCHAR", "User-Agent header; the client's word"),
    Column("version_id", "VARCHAR", "object version in the request"),
    Column("host_id", "VARCHAR", "extended request id"),
    Column("signature_version", "VARCHAR", "SigV2 or SigV4; NULL for none"),
    Column("cipher_suite", "VARCHAR", "TLS cipher; NULL for plain HTTP and for actions of AWS itself"),
    Column("authentication_type", "VARCHAR", "AuthHeader or QueryString (presigned); NULL for none"),
    Column("host_header", "VARCHAR", "endpoint that was asked"),
    Column("tls_version", "VARCHAR", "TLS version; NULL for plain HTTP and for actions of AWS itself"),
    Column("access_point_arn", "VARCHAR", "access point that was used"),
    Column("acl_required", "BOOLEAN", "whether an ACL decided; NULL where the record has no such field"),
    Column("source_region", "VARCHAR", "AWS Region that the request came from"),
    Column("extra", "VARCHAR", "fields that we do not know, as logged"),
    Column("field_count", "USMALLINT", "fields that the record has, 17 to 27 or more"),
)
SOURCE_COLUMNS: Final = (
    Column("parse_state", "VARCHAR", "record, ambiguous (disputed fields are NULL) or malformed (all are)"),
    Column("log_object", "VARCHAR", "log object or file that holds the line"),
    Column("line", "BIGINT", "number of the line in it, from 1"),
)
DERIVED_COLUMNS: Final = (
    Column("principal", "VARCHAR", "caller without session: an ARN, a service, a canonical id, or anonymous"),
    Column("account", "VARCHAR", "caller's account, 12 digits"),
    Column("role", "VARCHAR", "name of the assumed role"),
    Column("session", "VARCHAR", "name of the role's session"),
    Column("principal_kind", "VARCHAR", "anonymous, user, role, root, service or canonical"),
    Column("action_class", "VARCHAR", "read, write, delete, list or config"),
    Column("user_agent_family", "VARCHAR", "tool that the user agent claims to be"),
)
COLUMNS: Final = (*RECORD_COLUMNS, *SOURCE_COLUMNS, *DERIVED_COLUMNS)
"""Every column of `access_log`, in order."""

KEY_DECODED: Final = "key_decoded"
"""The engine stores the decoded key where it differs from the logged one, which is rare."""
OWN_COLUMNS: Final = 5
"""How many of the stored columns are the engine's own and come before those of the record."""
STATES: Final = ("record", "ambiguous", "malformed")


def stored_columns() -> tuple[Column, ...]:
    """The columns of the engine's own table `engine.records`, in order.

    `placement` numbers a run of lines of one log object. `line` is NULL where the row stands at its line's place. A
    row without parse_state only holds the place of a line that another row, or none, speaks for. `raw` and `size`, the
    text and the length of the line in bytes, are there while lines are loaded.
    """
    own = (
        Column("placement", "UINTEGER", ""),
        Column("line", "BIGINT", ""),
        Column("parse_state", "engine.state", ""),
        Column("raw", "VARCHAR", ""),
        Column("size", "UINTEGER", ""),
    )
    record = (Column(KEY_DECODED, "VARCHAR", "") if column.name == "key" else column for column in RECORD_COLUMNS)
    return (*own, *record)


def typed() -> str:
    """SQL that makes the record columns, in stored order, from a relation of token columns.

    Tokens have the record's names, with `moment` for the time and `tail_count` for the number of fields behind the
    user agent; they are text as logged, `-` for a dash.
    """
    special = {
        "time": "moment::TIMESTAMPTZ",
        "operation": "operation",
        "acl_required": "CASE acl_required WHEN 'Yes' THEN true WHEN '-' THEN false END",
        "extra": "extra",
        "field_count": "field_count",
    }
    expressions = []
    for column in stored_columns()[OWN_COLUMNS:]:
        name = column.name
        if name in special:
            expression = special[name]
        elif name == KEY_DECODED:
            expression = KEY_DECODED
        elif column.sql_type == "VARCHAR":
            expression = f"nullif({name}, '-')"
        else:
            expression = f"TRY_CAST({name} AS {column.sql_type})"
        expressions.append(f"{expression} AS {name}")
    return ",\n    ".join(expressions)
