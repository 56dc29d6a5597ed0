"""The JSON form of a record, which S3 delivers through CloudWatch Logs, says the same as the line of text.

Source: S3 User Guide, "Server access logs in CloudWatch Logs", log format V_1_0: one object a line, null for what is
missing. Nothing in it can be ambiguous. That its key is encoded like that of the text form is taken over from there;
the logged key is kept beside it.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Final

from auditor.activity.decode import decode_key
from auditor.activity.readings import OPERATION, Fault
from auditor.activity.record import KNOWN_FIELDS, LONGEST_LINE, Malformed, Parsed, Record, parse
from auditor.reading import Json
from auditor.shape import mapping

_OPERATION: Final = re.compile(OPERATION)


def parse_either(line: bytes | str) -> Parsed:
    """What a line of either form says; one that begins with a brace is JSON, for no canonical user id does."""
    raw = line if isinstance(line, bytes) else line.encode("utf-8", "surrogateescape")
    return parse_json(raw) if raw.lstrip(b" \t").startswith(b"{") else parse(raw)


def parse_json(line: bytes) -> Record | Malformed:
    """The record in one line of JSON."""
    if len(line) > LONGEST_LINE:
        return Malformed(line=line, fault=Fault.TOO_LONG)
    try:
        return _record(json.loads(line.decode("utf-8", "surrogateescape")))
    # RecursionError: brackets nested a thousand deep, which no record has.
    except (ValueError, RecursionError):
        return Malformed(line=line, fault=Fault.JSON)


def _record(document: Json) -> Record:
    """The record of a JSON object; ValueError when a member has the wrong type or a needed one is missing."""
    record = mapping(document, "record")

    def text(name: str) -> str | None:
        value = record.get(name)
        if value is None or isinstance(value, str):
            return None if value == "-" else value
        raise ValueError(f"{name} must be a string")

    def number(name: str) -> int | None:
        value = record.get(name)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**18):
            return value
        raise ValueError(f"{name} must be a count")

    required = record.get("acl_required")
    operation, key = text("operation"), text("key_name")
    if operation is None or _OPERATION.fullmatch(operation) is None:
        raise ValueError("operation must be the name of an operation")
    if not (required is None or isinstance(required, bool)):
        raise ValueError("acl_required must be true or false")
    return Record(
        bucket_owner=text("bucket_owner_id"),
        bucket=text("bucket_name"),
        time=_time(text("request_time")),
        remote_ip=text("remote_ip"),
        requester=text("requester"),
        request_id=text("request_id"),
        operation=operation,
        key=None if key is None else decode_key(key, operation),
        key_raw=key,
        request_uri=text("request_uri"),
        http_status=number("http_status"),
        error_code=text("error_code"),
        bytes_sent=number("bytes_sent_size"),
        object_size=number("object_size"),
        total_time_ms=number("total_duration"),
        turn_around_time_ms=number("turn_around_duration"),
        referer=text("referer"),
        user_agent=text("user_agent"),
        version_id=text("version_id"),
        host_id=text("host_id"),
        signature_version=text("signature_version"),
        cipher_suite=text("cipher_suite"),
        authentication_type=text("authentication_type"),
        host_header=text("host_header"),
        tls_version=text("tls_version"),
        access_point_arn=text("access_point_arn"),
        acl_required=required,
        source_region=text("source_region"),
        extra=None,
        field_count=KNOWN_FIELDS,
    )


def _time(text: str | None) -> datetime:
    """An ISO 8601 time with its offset, in UTC; ValueError when it is missing or has none."""
    time = datetime.fromisoformat(text or "")
    if time.tzinfo is None:
        raise ValueError("request_time must have an offset")
    return time.astimezone(UTC)
