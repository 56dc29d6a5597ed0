"""A JSON document is read without guessing and written so that equal values give equal bytes."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import __version__
from auditor.document import ASSESSMENT, DEEPEST, ESTATE, digest, dump, load, opening, parse, timestamp
from auditor.errors import AuditorError, DocumentError
from auditor.members import Members
from auditor.reading import Json
from tests.json_values import objects, times, values

EMPTY: dict[str, Json] = opening(ESTATE, "1.2.3") | {
    "started_at": "2026-11-22T20:00:00Z",
    "finished_at": "2026-11-22T20:00:01.000005Z",
    "complete": True,
    "parameters": {},
    "organization": {},
    "accounts": [],
    "buckets": [],
    "strange_destinations": [],
}


def encoded(**changes: Json) -> bytes:
    return json.dumps({**EMPTY, **changes}).encode()


# --- bytes -> value ---------------------------------------------------------------------------------------------------

UNREADABLE = {
    "empty": (b"", "the file is empty"),
    "white": (b" \n ", "the file is empty"),
    "utf-16": ('{"kind": "estate"}'.encode("utf-16"), "not UTF-8 text (at byte 0)"),
    "latin-1": (b'{"kind": "\xe9"}', "not UTF-8 text (at byte 10)"),
    "truncated": (b'{\n"a": [1,', "not JSON at line 2, column 9"),
    "two values": (b"{} {}", "not JSON at line 1, column 4: extra data"),
    "toml": (b"[[waivers]]\ncheck = 1", "not JSON at line 1"),
    "key twice": (b'{"a": {"b": 1, "b": 2}}', 'the key "b" is there more than once'),
    "hostile key twice": (b'{"\\u001b": 1, "\\u001b": 2}', 'the key "\\u001b" is there more than once'),
    "nan": (b'{"a": NaN}', "NaN is not a JSON number"),
    "minus infinity": (b"[-Infinity]", "-Infinity is not a JSON number"),
    "huge float": (b"[1e999]", 'the number "1e999" is too large'),
    "huge negative float": (b"[-1e999]", 'the number "-1e999" is too large'),
    "huge number": (b"[" + b"9" * 5000 + b"]", "a number in it has too many digits"),
    "too deep": (b"[" * 300 + b"1" + b"]" * 300, "nested more than 254 levels deep"),
    "far too deep": (b"[" * 200_000, "nested more than 254 levels deep"),
    "too deep in objects": (b'{"a":' * 300 + b"1" + b"}" * 300, "nested more than 254 levels deep"),
}


@pytest.mark.parametrize(("data", "message"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_is_not_one_clear_json_value_is_refused_by_name(data: bytes, message: str) -> None:
    """The error names the file and the fault, and is never another exception."""
    with pytest.raises(DocumentError) as caught:
        parse(data, origin="audit/estate.json")

    assert caught.value.message.startswith("audit/estate.json: ")
    assert message in caught.value.message
    assert caught.value.message.isprintable()


def test_a_byte_order_mark_is_no_reason_to_refuse_a_file() -> None:
    """An editor may have put one there; it changes nothing."""
    assert parse(b'\xef\xbb\xbf{"a": 1}', origin="x") == {"a": 1}


def test_whole_numbers_stay_exact() -> None:
    """A number beyond 64 bits is not rounded on its way through a document."""
    assert parse(b"[123456789012345678901234567890, -0.0]", origin="x") == [123456789012345678901234567890, -0.0]


@pytest.mark.parametrize("leaf", ["1", "1" + "0" * 40, '"\\ud800"'])
@pytest.mark.parametrize(("levels", "fine"), [(DEEPEST, True), (DEEPEST + 1, False)])
def test_the_limit_of_nesting_does_not_depend_on_what_is_nested(leaf: str, levels: int, fine: bool) -> None:
    """The quick look and the thorough one end at the same level."""
    data = b"[" * levels + leaf.encode() + b"]" * levels

    if fine:
        parse(data, origin="x")
    else:
        with pytest.raises(DocumentError):
            parse(data, origin="x")


@given(st.binary(max_size=200))
def test_no_bytes_escape_the_errors_of_ours(data: bytes) -> None:
    """Whatever a file holds, reading it ends in a value or in a DocumentError."""
    with suppress(DocumentError):
        parse(data, origin="x")


# --- kinds and versions -----------------------------------------------------------------------------------------------

WRONG_KIND: dict[str, tuple[bytes, str, str]] = {
    "list": (b"[]", 'not an estate: expected an object with "kind": "estate"', ""),
    "null": (b"null", 'not an estate: expected an object with "kind": "estate"', ""),
    "no kind": (b'{"format_version": "1.2"}', 'not an estate: expected an object with "kind": "estate"', ""),
    "assessment": (b'{"kind": "assessment"}', "this is an assessment, where an estate is expected", "`report`"),
    "unknown": (b'{"kind": "pl\\u001ban"}', 'kind is "pl\\u001ban"; expected "estate"', ""),
    "no version": (b'{"kind": "estate"}', 'schema_version is missing; expected "1.0"', ""),
    "null version": (b'{"kind": "estate", "schema_version": null}', "schema_version is null", ""),
    "number for a version": (b'{"kind": "estate", "schema_version": 1.0}', "schema_version is 1.0", ""),
    "words for a version": (b'{"kind": "estate", "schema_version": "new"}', 'schema_version is "new"', ""),
    "line end": (b'{"kind": "estate", "schema_version": "1.0\\n"}', 'schema_version is "1.0\\n"', ""),
    "older": (b'{"kind": "estate", "schema_version": "0.9"}', f"0.9, which s3-log-auditor {__version__} no longer", ""),
}


@pytest.mark.parametrize(("data", "message", "hint"), WRONG_KIND.values(), ids=WRONG_KIND.keys())
def test_another_kind_or_version_is_said_so(data: bytes, message: str, hint: str) -> None:
    """Who gives the wrong document is told what it is, and which command reads it."""
    with pytest.raises(DocumentError) as caught:
        load(data, ESTATE, origin="x.json")

    assert message in caught.value.message
    assert hint in caught.value.hint


def test_an_estate_is_no_assessment() -> None:
    """The mix-up is told in the other direction, too."""
    with pytest.raises(DocumentError, match="this is an estate, where an assessment is expected") as caught:
        load(encoded(), ASSESSMENT, origin="x.json")

    assert caught.value.hint == "`evaluate` reads it"


@pytest.mark.parametrize("version", ["1.1", "1.10", "2.0"])
def test_a_newer_document_names_the_tool_that_reads_it(version: str) -> None:
    """The version is compared as numbers, before the schema of another version gets to complain."""
    data = encoded(schema_version=version, tool={"name": "s3-log-auditor", "version": "9.9.9"}, novelty=[])

    with pytest.raises(DocumentError, match=rf"its schema_version is {version}, and .* reads 1\.0") as caught:
        load(data, ESTATE, origin="x.json")

    assert '"9.9.9"' in caught.value.hint


def test_a_fault_inside_names_file_place_and_expectation() -> None:
    """The schema's answer comes with the file's name."""
    with pytest.raises(DocumentError) as caught:
        load(encoded(complete="yes"), ESTATE, origin="x.json")

    assert caught.value.message == (
        'x.json: complete is "yes"; expected true, or false for a collection that was interrupted'
    )


# --- value -> bytes ---------------------------------------------------------------------------------------------------


def test_the_layout_has_a_line_for_each_member_and_item() -> None:
    """Sorted keys, compact items, one a line, and a newline at the end: fit for grep, diff and a hash."""
    document = EMPTY | {"parameters": {"b": [1, {"y": 1, "x": []}], "a": {"k": [1, 2]}}}

    assert dump(document, ESTATE).decode() == (
        "{\n"
        '"accounts":[],\n'
        '"buckets":[],\n'
        '"complete":true,\n'
        '"finished_at":"2026-11-22T20:00:01.000005Z",\n'
        '"kind":"estate",\n'
        '"organization":{},\n'
        '"parameters":{\n'
        '"a":{"k":[1,2]},\n'
        '"b":[\n'
        "1,\n"
        '{"x":[],"y":1}\n'
        "]\n"
        "},\n"
        '"schema_version":"1.0",\n'
        '"started_at":"2026-11-22T20:00:00Z",\n'
        '"strange_destinations":[],\n'
        '"tool":{\n'
        '"name":"s3-log-auditor",\n'
        '"version":"1.2.3"\n'
        "}\n"
        "}\n"
    )


@given(parameters=objects)
def test_what_is_written_reads_back_the_same(parameters: dict[str, Json]) -> None:
    """Any JSON value survives: big numbers, hostile text, half surrogate pairs."""
    document = EMPTY | {"parameters": parameters}

    assert load(dump(document, ESTATE), ESTATE, origin="x") == document


@given(parameters=objects)
def test_the_order_of_keys_leaves_no_trace(parameters: dict[str, Json]) -> None:
    """Equal documents give equal bytes, and so equal hashes."""
    turned = dict(reversed(parameters.items()))

    assert dump(EMPTY | {"parameters": turned}, ESTATE) == dump(EMPTY | {"parameters": parameters}, ESTATE)


@pytest.mark.parametrize("count", [0, 1, 199, 200, 201, 401])
def test_a_stream_is_written_as_the_list_it_stands_for(count: int) -> None:
    """Whether items are made beforehand or on the way makes no difference to the bytes."""
    group: list[Json] = [{"id": str(number), **ACCOUNT} for number in range(count)]
    document = {key: value for key, value in EMPTY.items() if key != "accounts"}

    streamed = dump(document, ESTATE, streams={"accounts": iter(group)})

    assert streamed == dump(EMPTY | {"accounts": group}, ESTATE)


ACCOUNT: dict[str, Json] = {
    "name": "",
    "partition": "aws",
    "caller_arn": "",
    "status": "audited",
    "problem": "",
    "readings": {},
    "regions": [],
    "trails": [],
    "log_groups": [],
}


def test_a_wrong_document_is_not_written() -> None:
    """A document that its own schema refuses is a bug of ours, found before the file is there."""
    with pytest.raises(AuditorError, match="the estate to be written is wrong: complete is null") as caught:
        dump(EMPTY | {"complete": None}, ESTATE)

    assert caught.value.exit_code == 1


def test_a_wrong_item_of_a_stream_is_not_written() -> None:
    """Items that are made on the way are checked like all others."""
    items: list[Json] = [{"id": "1", **ACCOUNT}, {"id": 2, **ACCOUNT}]

    with pytest.raises(AuditorError, match=r"accounts\[1\]\.id is 2"):
        dump(EMPTY, ESTATE, streams={"accounts": items})


def test_the_digest_is_what_sha256sum_prints() -> None:
    """An auditor compares it with the file by any tool."""
    data = dump(EMPTY, ESTATE)

    assert digest(data) == hashlib.sha256(data).hexdigest()


# --- times ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 11, 22, 20, tzinfo=UTC), "2026-11-22T20:00:00Z"),
        (datetime(2026, 11, 22, 20, 0, 0, 5, tzinfo=UTC), "2026-11-22T20:00:00.000005Z"),
        (datetime(2026, 11, 22, 20, tzinfo=timezone(timedelta(hours=2))), "2026-11-22T18:00:00Z"),
    ],
)
def test_a_time_is_written_in_utc(moment: datetime, text: str) -> None:
    """Seconds are always there, microseconds where there are some, the zone is Z."""
    assert timestamp(moment) == text


def test_a_time_without_a_zone_is_not_written() -> None:
    """A local time would be read as another instant elsewhere."""
    with pytest.raises(ValueError, match="without a zone"):
        timestamp(datetime(2026, 11, 22))  # noqa: DTZ001  # the missing zone is the point


@given(times)
def test_a_time_reads_back_as_the_same_instant(moment: datetime) -> None:
    """Whatever the zone, the instant is kept."""
    assert Members({"at": timestamp(moment)}).time("at") == moment


@given(values)
def test_any_value_parses_back(value: Json) -> None:
    """The standard library's own bytes are read as they are."""
    assert parse(json.dumps(value).encode(), origin="x") == value
