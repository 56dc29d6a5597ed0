"""A line has as many readings as the grammar of S3's access log allows, and we never pick one where there are two.

Source of the grammar: S3 User Guide, "Amazon S3 server access log format". What S3 writes itself holds neither a
space nor a double quote; there is one exception, the requester of a CloudFront origin access identity. What a client
sent (request line, referer, user agent) stands between double quotes and may hold anything, double quotes included,
because S3 escapes nothing. So a client text ends only at a double quote that is followed by a space and by fields
that fit there. Where more than one place fits, a client wrote text that imitates S3's own fields.

A bare dash for the user agent marks a record without an HTTP request of its own, so a quoted referer before it can
only be the `"-"` of old lifecycle records: we take no referer that holds a quote there.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias

OPERATION: Final = r"[A-Z][A-Z0-9]*[.][^ ]+"
"""What an operation looks like; the set of operations is open."""
NUMBER: Final = r"-|[0-9]{1,18}"
"""A count of bytes or milliseconds."""
MIDDLE: Final = rf"(-|[0-9]{{3}}) ([^ ]+) ({NUMBER}) ({NUMBER}) ({NUMBER}) ({NUMBER})"
"""Status, error code, bytes sent, object size, total time and turn-around time: one group each."""
UNIQUE_ID: Final = r"A[A-Z]{2}A[A-Z0-9]{12,28}"
"""In March 2019 some records had the caller's unique id (AIDA…) between version id and host id."""
_TIME: Final = r"[0-9]{2}/[A-Za-z]{3}/[0-9]{4}:[0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{4}"
_REQUESTER: Final = r"arn:[^ ]+:user/CloudFront Origin Access Identity [^ ]+|[^ ]+"
HEAD: Final = rf"([^ ]+) ([^ ]+) \[({_TIME})\] ([^ ]+) ({_REQUESTER}) ([^ ]+) ({OPERATION}) ([^ ]+) "
"""Owner, bucket, time, remote address, requester, request id, operation and key: one group each."""
_WORD: Final = r"-|[A-Za-z][^ ]*"
TAIL: Final = (
    rf"([^ ]+)(?: ({UNIQUE_ID}))?"
    rf"(?: ([^ ]+)(?: ({_WORD})(?: ({_WORD})(?: ({_WORD})(?: ([^ ]+)(?: ({_WORD})"
    rf"(?: (-|arn:[^ ]+)(?: ({_WORD})(?: (-|[a-z][^ ]*)((?: [^ ]+)*))?)?)?)?)?)?)?)?)?"
)
"""The fields behind the user agent: one group each, the first of them required."""

_HEAD_BEFORE_QUOTE: Final = re.compile(HEAD)
_HEAD_AND_MIDDLE: Final = re.compile(rf"{HEAD}- {MIDDLE} (- )?")
_NO_QUOTE: Final = re.compile(rf"{HEAD}- {MIDDLE} - -(?: {TAIL})?")
_MIDDLE: Final = re.compile(rf" {MIDDLE}(?= )")
_TAIL_ONLY: Final = re.compile(TAIL)
_HEAD_FIELDS: Final = 8
_MIDDLE_FIELDS: Final = 6


class Fault(StrEnum):
    """Why a line is no record."""

    TOO_LONG = "the line is longer than any access log record"
    CUT_OFF = "the log object ends in the middle of the line"
    HEAD = "the fields before the request line are not those of an access log record"
    TIME = "no calendar has the time of the record"
    MIDDLE = "no status, sizes and times follow the request line"
    TAIL = "the fields after the user agent are out of place"
    JSON = "the JSON text is not an access log record"
    BLANK = "the line is blank"


class Tail(NamedTuple):
    """The fields behind the user agent, as they stand; None from the first one on that the line does not have."""

    version_id: str | None = None
    unique_id: str | None = None
    host_id: str | None = None
    signature_version: str | None = None
    cipher_suite: str | None = None
    authentication_type: str | None = None
    host_header: str | None = None
    tls_version: str | None = None
    access_point_arn: str | None = None
    acl_required: str | None = None
    source_region: str | None = None
    unknown: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a line: text as it stands, without quotes; a dash for each dash."""

    head: tuple[str, ...]
    """Owner, bucket, time, remote address, requester, request id, operation, key."""
    request_uri: str
    middle: tuple[str, ...]
    referer: str
    user_agent: str
    tail: Tail


@dataclass(frozen=True, slots=True)
class Readings:
    """Two or more ways to read a line: up to four of them, how many there are, and the fields they differ in."""

    kept: tuple[Reading, ...]
    total: int
    disputed: frozenset[str]


class _Middle(NamedTuple):
    """A place where status, sizes and times fit: behind the `part`-th double quote, or before the first (0)."""

    part: int
    fields: tuple[str, ...]
    referer_quoted: bool
    end: int
    """Where its text ends in that part."""


class _Shape(NamedTuple):
    """Where the client texts of one reading begin and end, in parts between double quotes."""

    middle: _Middle
    referer_end: int | None
    agent_end: int | None
    tail: Tail


Outcome: TypeAlias = Reading | Readings | Fault

MIDDLE_NAMES: Final = (
    "http_status",
    "error_code",
    "bytes_sent",
    "object_size",
    "total_time_ms",
    "turn_around_time_ms",
)


def read(line: str) -> Outcome:
    """Every reading of `line`, which has no line end and no trailing spaces."""
    parts = line.split('"')
    if len(parts) == 1:
        return _read_without_quotes(line)
    if (head := _HEAD_BEFORE_QUOTE.fullmatch(parts[0])) is not None:
        fields, middles = head.groups(), _middles(parts)
    elif (head := _HEAD_AND_MIDDLE.fullmatch(parts[0])) is not None:
        groups = head.groups()
        fields = groups[:_HEAD_FIELDS]
        middles = [_Middle(0, groups[_HEAD_FIELDS:-1], groups[-1] is None, 0)]
    else:
        return Fault.HEAD
    if not middles:
        return Fault.MIDDLE
    total, shapes = _shapes(parts, middles)
    match shapes:
        case []:
            return Fault.TAIL
        case [shape] if total == 1:
            return _reading(parts, fields, shape)
        case _:
            kept = [*shapes[:3], shapes[-1]] if len(shapes) > 3 else shapes
            return Readings(tuple(_reading(parts, fields, shape) for shape in kept), total, _disputed(shapes))


def _read_without_quotes(line: str) -> Reading | Fault:
    found = _NO_QUOTE.fullmatch(line)
    if found is None:
        return Fault.HEAD if _HEAD_BEFORE_QUOTE.match(line) is None else Fault.MIDDLE
    groups = found.groups()
    behind = _HEAD_FIELDS + _MIDDLE_FIELDS
    return Reading(groups[:_HEAD_FIELDS], "-", groups[_HEAD_FIELDS:behind], "-", "-", Tail(*groups[behind:]))


def _middles(parts: list[str]) -> list[_Middle]:
    """Every place behind a closing double quote of the request line where status, sizes and times fit."""
    last = len(parts) - 1
    found = []
    for index in range(2, last + 1):
        part = parts[index]
        # Most parts of a hostile text do not begin like this; the test is much cheaper than the expression.
        if part[:1] != " " or (match := _MIDDLE.match(part)) is None:
            continue
        rest = part[match.end() :]
        if index == last:
            if rest == " - -" or rest.startswith(" - - "):
                found.append(_Middle(index, match.groups(), False, match.end()))
        elif rest in {" ", " - "}:
            found.append(_Middle(index, match.groups(), rest == " ", match.end()))
    return found


def _shapes(parts: list[str], middles: list[_Middle]) -> tuple[int, list[_Shape]]:
    """How many shapes the line can have, and the first and last of those that share their middle."""
    last = len(parts) - 1
    # Between the double quotes that close the referer and open the user agent stands one space, and nothing else.
    gaps = [index for index in range(2, last - 1) if parts[index] == " "]
    quoted, bare = _tail(parts[last]), _tail_after_dash(parts[last])
    total, shapes = 0, []
    for middle in middles:
        part = middle.part
        if part == last:
            if (tail := _tail(parts[last][middle.end + len(" - -") :])) is not None:
                total += 1
                shapes.append(_Shape(middle, None, None, tail))
        elif not middle.referer_quoted:
            if quoted is not None and part + 2 <= last:
                total += 1
                shapes.append(_Shape(middle, None, last, quoted))
        else:
            at = bisect_left(gaps, part + 2) if quoted is not None else len(gaps)
            total += len(gaps) - at
            ends = dict.fromkeys((gaps[at], gaps[-1])) if at < len(gaps) else {}
            shapes += [_Shape(middle, gap, last, quoted) for gap in ends if quoted is not None]
            if part + 2 == last and bare is not None:
                total += 1
                shapes.append(_Shape(middle, last, None, bare))
    return total, shapes


def _tail(text: str) -> Tail | None:
    """The tail in `text`, which begins with a space unless nothing follows; None when the fields are out of place."""
    if not text:
        return Tail()
    found = _TAIL_ONLY.fullmatch(text, 1) if text[0] == " " else None
    return None if found is None else Tail(*found.groups())


def _tail_after_dash(text: str) -> Tail | None:
    return _tail(text[2:]) if text.startswith(" -") else None


def _reading(parts: list[str], head: tuple[str, ...], shape: _Shape) -> Reading:
    start = shape.middle.part
    uri = '"'.join(parts[1:start]) if start else "-"
    referer, agent_start = "-", start + 1
    if shape.referer_end is not None:
        referer, agent_start = '"'.join(parts[start + 1 : shape.referer_end]), shape.referer_end + 1
    agent = "-" if shape.agent_end is None else '"'.join(parts[agent_start : shape.agent_end])
    return Reading(head, uri, shape.middle.fields, referer, agent, shape.tail)


def _disputed(shapes: list[_Shape]) -> frozenset[str]:
    """The fields in which shapes differ; texts of different places are taken to differ even if they are equal."""
    names = {
        name
        for index, name in enumerate(MIDDLE_NAMES)
        if len({shape.middle.fields[index] for shape in shapes}) > 1
    }  # fmt: skip
    for index, name in enumerate(Tail._fields):
        if len({shape.tail[index] for shape in shapes}) > 1:
            names.add(name)
    if len({shape.middle.part for shape in shapes}) > 1:
        names.add("request_uri")
    if len({(shape.middle.part, shape.referer_end) for shape in shapes}) > 1:
        names.add("referer")
    if len({(shape.referer_end or shape.middle.part, shape.agent_end) for shape in shapes}) > 1:
        names.add("user_agent")
    return frozenset(names)
