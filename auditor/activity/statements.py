"""The engine's statements, written from the grammar of `readings` so that SQL and Python cannot drift apart."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Final

from auditor.activity.columns import stored_columns, typed
from auditor.activity.decode import ENCODED_ONCE
from auditor.activity.readings import HEAD, MIDDLE, MIDDLE_NAMES, TAIL, UNIQUE_ID
from auditor.activity.record import LONGEST_LINE
from auditor.activity.screen import SEPARATOR
from auditor.activity.sql_text import literal

_FILLED: Final = ("bucket_owner", "bucket", "remote_ip", "requester", "request_id", "key_raw")
_OPERATIONS: Final = ("REST.", "WEBSITE.", "BATCH.", "S3.", "SOAP.")
_SIGNATURES: Final = ("SigV4", "SigV2", "-")
_AUTHENTICATIONS: Final = ("AuthHeader", "QueryString", "-")
_TLS_VERSIONS: Final = ("TLSv1.3", "TLSv1.2", "TLSv1.1", "TLSv1", "TLSV1.3", "TLSV1.2", "TLSV1.1", "-")
_CIPHERS: Final = ("TLS_", "ECDHE-", "DHE-", "AES", "RC4-", "DES-")


def reader(path: Path, *, prefixed: bool, buffer: int, parallel: bool) -> str:
    """The lines of a file as a relation: `line`, and `placement` when lines are prefixed with it.

    `buffer` is the number of bytes in a share of the file; the reader gives up on odd ones.
    """
    prefix = "'placement': 'UINTEGER', " if prefixed else ""
    return (
        f"read_csv({literal(str(path))}, auto_detect = false, header = false, delim = '{SEPARATOR.decode()}', "
        f"quote = '', escape = '', new_line = '\\n', max_line_size = {2 * LONGEST_LINE}, buffer_size = {buffer}, "
        f"parallel = {str(parallel).lower()}, columns = {{{prefix}'line': 'VARCHAR'}})"
    )


def create_table(name: str) -> str:
    """The statement that makes a table with the engine's stored columns."""
    columns = ", ".join(f"{column.name} {column.sql_type}" for column in stored_columns())
    return f"CREATE TABLE {name} ({columns})"


def fast_path(relation: str, placement: str) -> str:
    """The query for the rows of `relation`; `placement` is an SQL expression for where its lines come from."""
    return _fill("fast_path.sql", reader=relation, placement=placement)


def stray_quotes() -> str:
    """The query for rows in place of those that the fast path left."""
    return _fill("stray_quotes.sql")


def _fill(name: str, **more: str) -> str:
    template = Template(files("auditor.activity").joinpath(name).read_text(encoding="utf-8"))
    once = " OR ".join(f"starts_with(operation, {literal(start)})" for start in ENCODED_ONCE)
    encoded = f"(contains(key_raw, '%') OR (contains(key_raw, '+') AND ({once})))"
    return template.substitute(
        head=_without_groups(HEAD),
        head_groups=HEAD,
        middle=_without_groups(MIDDLE),
        tail=_without_groups(TAIL),
        unique_id=UNIQUE_ID,
        encoded=encoded,
        # TRY: a key whose bytes are not UTF-8 is left to Python.
        decoded=f"CASE WHEN {encoded} THEN TRY(CASE WHEN {once} THEN url_decode(replace(key_raw, '+', ' ')) "
        "ELSE url_decode(url_decode(key_raw)) END) END",
        head_filled=" AND ".join(f"{name} <> ''" for name in _FILLED),
        usual_operation=f"({' OR '.join(f'starts_with(operation, {literal(start)})' for start in _OPERATIONS)})",
        usual_tail=_usual_tail(),
        agreed=_agreed(),
        typed=typed(),
        **more,
    )


def _usual_tail() -> str:
    """The condition that fields behind the host id are what S3 is known to write there, or missing."""
    one_of = {
        "signature_version": _SIGNATURES,
        "authentication_type": _AUTHENTICATIONS,
        "tls_version": _TLS_VERSIONS,
        "acl_required": ("-", "Yes"),
    }
    begins = {"cipher_suite": _CIPHERS, "access_point_arn": ("arn:",)}
    conditions = [_or_missing(name, *(f"{name} = {literal(text)}" for text in texts)) for name, texts in one_of.items()]
    for name, starts in begins.items():
        tests = (f"starts_with({name}, {literal(start)})" for start in starts)
        conditions.append(_or_missing(name, f"{name} = '-'", *tests))
    region = "(source_region >= 'a' AND source_region < '{')"
    conditions.append(_or_missing("source_region", "source_region = '-'", region))
    return " AND ".join(conditions)


def _or_missing(name: str, *tests: str) -> str:
    return f"({name} IS NULL OR {' OR '.join(tests)})"


def _agreed() -> str:
    """Status, sizes and times where all places agree on them."""
    return ",\n        ".join(
        f"CASE WHEN len(list_distinct([x[{index}] FOR x IN places])) = 1 THEN places[1][{index}] END AS {name}"
        for index, name in enumerate(MIDDLE_NAMES, start=2)
    )


def _without_groups(expression: str) -> str:
    """The expression with groups that capture nothing."""
    return re.sub(r"(?<!\\)\((?!\?)", "(?:", expression)
