"""One line of an access log is a record, or ambiguous with its readings, or malformed with its reason; never a guess.

Source: S3 User Guide, "Amazon S3 server access log format". Fields were only ever added at the end of the line, so a
line of 17 to 27 fields is complete for its time, and fields behind the 27th are kept unread.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final, TypeAlias

from auditor.activity.decode import decode_key
from auditor.activity.readings import Fault, Reading, Readings, Tail, read

KNOWN_FIELDS: Final = 27
"""Fields of a record as documented in 2026."""
LONGEST_LINE: Final = 1 << 20
"""In bytes. S3 takes request lines and headers of some kilobytes, so a longer line is no record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One request or action, typed. None where the log has a dash, or no such field: `field_count` tells which.

    Text keeps bytes that are not UTF-8 as lone surrogates. `key_raw` is the key as logged, `key` the decoded one.
    Times in milliseconds, sizes in bytes. `acl_required` is False for the dash that says so and None where the line
    has no such field. `extra` holds what stands behind the fields we know.
    """

    bucket_owner: str | None
    bucket: str | None
    time: datetime
    remote_ip: str | None
    requester: str | None
    request_id: str | None
    operation: str
    key: str | None
    key_raw: str | None
    request_uri: str | None
    http_status: int | None
    error_code: str | None
    bytes_sent: int | None
    object_size: int | None
    total_time_ms: int | None
    turn_around_time_ms: int | None
    referer: str | None
    user_agent: str | None
    version_id: str | None
    host_id: str | None
    signature_version: str | None
    cipher_suite: str | None
    authentication_type: str | None
    host_header: str | None
    tls_version: str | None
    access_point_arn: str | None
    acl_required: bool | None
    source_region: str | None
    extra: str | None
    field_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguous:
    """A line in which a client's text imitates S3's fields, so that it can be read in several ways.

    `readings` are the first of them, and the last; `total` counts all. Fields not in `disputed` are the same in
    every reading, and so they are true. `readings[0]` is the likeliest: its request line is the shortest.
    """

    line: bytes
    readings: tuple[Record, ...]
    total: int
    disputed: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Malformed:
    """A line that is no record; `line` is the line as it was found."""

    line: bytes
    fault: Fault


Parsed: TypeAlias = Record | Ambiguous | Malformed


def parse(line: bytes | str) -> Parsed:
    """What `line` says. A line end and spaces before it are not part of a record."""
    raw = line if isinstance(line, bytes) else line.encode("utf-8", "surrogateescape")
    body = raw.rstrip(b" \r\n")
    if not body:
        return Malformed(line=raw, fault=Fault.BLANK)
    if len(body) > LONGEST_LINE:
        return Malformed(line=raw, fault=Fault.TOO_LONG)
    outcome = read(body.decode("utf-8", "surrogateescape"))
    match outcome:
        case Reading():
            record = _record(outcome)
            return Malformed(line=raw, fault=Fault.TIME) if record is None else record
        case Readings():
            # All readings have the same time, so either all of them are records or none is.
            records = tuple(record for reading in outcome.kept if (record := _record(reading)) is not None)
            if not records:
                return Malformed(line=raw, fault=Fault.TIME)
            disputed = frozenset(_COLUMN.get(name, name) for name in outcome.disputed)
            return Ambiguous(line=raw, readings=records, total=outcome.total, disputed=disputed)
        case Fault():
            return Malformed(line=raw, fault=outcome)


_COLUMN: Final = {"unique_id": "extra", "unknown": "extra"}
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_REQUIRED: Final = {"Yes": True, "-": False}


def _record(reading: Reading) -> Record | None:
    """The typed record; None when no calendar has its time."""
    owner, bucket, at, remote_ip, requester, request_id, operation, key = reading.head
    status, error, sent, size, total, turn_around = reading.middle
    tail = reading.tail
    time = parse_time(at)
    if time is None:
        return None
    return Record(
        bucket_owner=_text(owner),
        bucket=_text(bucket),
        time=time,
        remote_ip=_text(remote_ip),
        requester=_text(requester),
        request_id=_text(request_id),
        operation=operation,
        key=None if key == "-" else decode_key(key, operation),
        key_raw=_text(key),
        request_uri=_text(reading.request_uri),
        http_status=_number(status),
        error_code=_text(error),
        bytes_sent=_number(sent),
        object_size=_number(size),
        total_time_ms=_number(total),
        turn_around_time_ms=_number(turn_around),
        referer=_text(reading.referer),
        user_agent=_text(reading.user_agent),
        version_id=_text(tail.version_id),
        host_id=_text(tail.host_id),
        signature_version=_text(tail.signature_version),
        cipher_suite=_text(tail.cipher_suite),
        authentication_type=_text(tail.authentication_type),
        host_header=_text(tail.host_header),
        tls_version=_text(tail.tls_version),
        access_point_arn=_text(tail.access_point_arn),
        acl_required=None if tail.acl_required is None else _REQUIRED.get(tail.acl_required),
        source_region=_text(tail.source_region),
        extra=_extra(tail),
        field_count=_field_count(tail),
    )


def _text(field: str | None) -> str | None:
    return None if field == "-" else field


def _number(field: str) -> int | None:
    return None if field == "-" else int(field)


def _extra(tail: Tail) -> str | None:
    return f"{tail.unique_id or ''}{tail.unknown or ''}".strip() or None


def _field_count(tail: Tail) -> int:
    """How many fields the line has; the unique id of March 2019, which stands between two others, is not counted."""
    known = sum(field is not None for field in (tail.version_id, *tail[2:-1]))
    return KNOWN_FIELDS - len(Tail._fields) + 2 + known + (tail.unknown or "").count(" ")


# Records come in time order, many to the second.
@lru_cache(maxsize=4096)
def parse_time(text: str) -> datetime | None:
    """The time of a field like `06/Feb/2019:00:00:38 +0000`, in UTC; None when no calendar has it.

    Months are English whatever the machine's language is.
    """
    day, month, year = int(text[:2]), _MONTHS.get(text[3:6].lower()), int(text[7:11])
    hour, minute, second = int(text[12:14]), int(text[15:17]), int(text[18:20])
    zone = timedelta(hours=int(text[22:24]), minutes=int(text[24:26]))
    if month is None or zone >= timedelta(days=1):
        return None
    try:
        local = datetime(year, month, day, hour, minute, second, tzinfo=timezone(-zone if text[21] == "-" else zone))
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
