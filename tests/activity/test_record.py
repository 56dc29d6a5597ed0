"""One line of text: every width and form, and what a client can and cannot make of it."""

from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.activity.readings import Fault
from auditor.activity.record import LONGEST_LINE, Ambiguous, Malformed, Parsed, Record, parse, parse_time
from tests.activity.generate import HOSTILE, INTERNAL, REQUESTS, Line, generate

LINE = Line()
# Lines as AWS documents them and as operators have published them, with invented names.
CONSOLE = (
    "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be amzn-s3-demo-bucket1 "
    "[06/Feb/2019:00:00:38 +0000] 192.0.2.3 79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be "
    '3E57427F3EXAMPLE REST.GET.VERSIONING - "GET /amzn-s3-demo-bucket1?versioning HTTP/1.1" 200 - 113 - 7 - "-" '
    '"S3Console/0.4" - s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234= SigV4 '
    "ECDHE-RSA-AES128-GCM-SHA256 AuthHeader amzn-s3-demo-bucket1.s3.us-west-1.amazonaws.com TLSV1.2 "
    "arn:aws:s3:us-west-1:123456789012:accesspoint/example-AP Yes us-east-1"
)
CHECKSUM = (
    "7cd47ef2be amzn-s3-demo-bucket [06/Feb/2019:00:00:38 +0000] - 7cd47ef2be e5042925-b524-4b3b-a869-f3881e78ff3a "
    "S3.COMPUTE.OBJECT.CHECKSUM example-object - - - - 1048576 - - - - - "
    "bPf7qjG4XwYdPgDQTl72GW/uotRhdPz2UryEyAFLDSRmKrakUkJCYLtAw6fdANcrsUYc1M/kIulXM1u5vZQT5g== - - - - - - - -"
)
BATCH = (
    "OWNER b [24/Feb/2021:14:53:53 +0000] 203.0.113.9 arn:aws:iam::111122223333:user/dev D630F8F6B949DA00 "
    "BATCH.DELETE.OBJECT a/Screen+Shot.png - 204 - - 344017 - - - - - WVzx2HbRtzFqZtS0oYPXT9pZgAXH= SigV4 "
    "ECDHE-RSA-AES128-GCM-SHA256 AuthHeader b.s3.eu-west-2.amazonaws.com TLSv1.2"
)
LIFECYCLE_2014 = (
    'OWNER b [18/Feb/2014:07:40:51 +0000] - AmazonS3 16C0A391707CEAEE S3.TRANSITION.OBJECT some/key "-" - - - '
    '737028378 - - "-" "-" -'
)
COPY_SOURCE_2010 = (
    "OWNER b [17/Sep/2010:13:38:36 +0000] 85.113.244.146 OWNER 71F7D2AAA93B0A05 REST.COPY.OBJECT_GET a.mp3 - 200 - - "
    "13538337 - - - - -"
)
SERVICE = (
    "OWNER b [28/Nov/2024:07:30:46 +0000] - svc:cloudfront.amazonaws.com 4A0VA8BRDAQXTMR5 REST.GET.OBJECT js/x.js "
    '"GET /js/x.js HTTP/1.1" 200 - 6138 6138 33 32 "-" "-" - Fy2SpNzHP1Qjx1yWnJ2GxrRBk= SigV4 '
    "TLS_AES_128_GCM_SHA256 AuthHeader b.s3.amazonaws.com TLSv1.3 - - us-east-1"
)
STRAY_QUOTE = (
    "OWNER b [24/Mar/2013:10:22:56 +0000] 77.168.122.24 OWNER A5A6B08FB9342F4D REST.GET.OBJECT a.mp3 "
    '"GET /a.mp3?Signature=X&Expires=1364127776 HTTP/1.1" 200 - 18547033 18547033 17344 58 '
    '"http://radio.example/recorder.php?id=452"" "Mozilla/5.0 (compatible; MSIE 9.0)" -'
)


def record(line: str | bytes) -> Record:
    """The line as a record; the test fails when it is none."""
    found = parse(line)
    assert isinstance(found, Record), found
    return found


def fault(line: str | bytes) -> Fault | None:
    """Why the line is no record; None when it is one, or ambiguous."""
    found = parse(line)
    return found.fault if isinstance(found, Malformed) else None


def test_every_field_of_a_documented_line_is_read() -> None:
    """Each of the 27 fields lands in its own place and type."""
    found = record(CONSOLE)

    assert found == Record(
        bucket_owner="79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be",
        bucket="amzn-s3-demo-bucket1",
        time=datetime(2019, 2, 6, 0, 0, 38, tzinfo=UTC),
        remote_ip="192.0.2.3",
        requester="79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be",
        request_id="3E57427F3EXAMPLE",
        operation="REST.GET.VERSIONING",
        key=None,
        key_raw=None,
        request_uri="GET /amzn-s3-demo-bucket1?versioning HTTP/1.1",
        http_status=200,
        error_code=None,
        bytes_sent=113,
        object_size=None,
        total_time_ms=7,
        turn_around_time_ms=None,
        referer=None,
        user_agent="S3Console/0.4",
        version_id=None,
        host_id="s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234=",
        signature_version="SigV4",
        cipher_suite="ECDHE-RSA-AES128-GCM-SHA256",
        authentication_type="AuthHeader",
        host_header="amzn-s3-demo-bucket1.s3.us-west-1.amazonaws.com",
        tls_version="TLSV1.2",
        access_point_arn="arn:aws:s3:us-west-1:123456789012:accesspoint/example-AP",
        acl_required=True,
        source_region="us-east-1",
        extra=None,
        field_count=27,
    )


@pytest.mark.parametrize(
    ("line", "operation", "field_count", "key", "status"),
    [
        (CHECKSUM, "S3.COMPUTE.OBJECT.CHECKSUM", 27, "example-object", None),
        (BATCH, "BATCH.DELETE.OBJECT", 24, "a/Screen Shot.png", 204),
        (LIFECYCLE_2014, "S3.TRANSITION.OBJECT", 18, "some/key", None),
        (COPY_SOURCE_2010, "REST.COPY.OBJECT_GET", 18, "a.mp3", 200),
        (SERVICE, "REST.GET.OBJECT", 27, "js/x.js", 200),
        (STRAY_QUOTE, "REST.GET.OBJECT", 18, "a.mp3", 200),
    ],
)
def test_published_forms_are_records(line: str, operation: str, field_count: int, key: str, status: int | None) -> None:
    """Actions without quotes, quoted dashes, services, old widths and a stray quote are all read."""
    found = record(line)

    assert (found.operation, found.field_count, found.key, found.http_status) == (operation, field_count, key, status)


def test_a_stray_quote_stays_in_its_field() -> None:
    """The referer ends at the double quote before the user agent, not at the first one."""
    found = record(STRAY_QUOTE)

    assert found.referer == 'http://radio.example/recorder.php?id=452"'
    assert found.user_agent == "Mozilla/5.0 (compatible; MSIE 9.0)"


@pytest.mark.parametrize("width", range(17, 28))
def test_every_historical_width_is_complete(width: int) -> None:
    """A line has the fields of its time: those behind are absent, and none moves."""
    found = record(replace(LINE, width=width, acl_required="Yes").text())

    full = record(replace(LINE, acl_required="Yes").text())
    tail = [field.name for field in fields(Record)][18:28]
    assert found.field_count == width
    assert [getattr(found, name) for name in tail[: width - 17]] == [getattr(full, name) for name in tail[: width - 17]]
    assert all(getattr(found, name) is None for name in tail[width - 17 :])


def test_unknown_fields_are_kept() -> None:
    """Fields that AWS may add one day do not disturb the known ones."""
    found = record(replace(LINE, extra=("new", "-", "field")).text())

    assert (found.extra, found.field_count, found.source_region) == ("new - field", 30, "eu-west-1")


def test_the_unique_id_of_march_2019_moves_nothing() -> None:
    """The caller's id between version id and host id is kept apart."""
    line = LINE.text().replace(f" - {LINE.host_id} ", f" - AIDAJQABLZS4A3QDU576Q {LINE.host_id} ")

    found = record(line)

    assert replace_extra(found) == record(LINE.text())
    assert found.extra == "AIDAJQABLZS4A3QDU576Q"


def replace_extra(found: Record) -> Record:
    """The record without its unknown fields."""
    return replace(found, extra=None)


def test_a_requester_with_spaces_is_whole() -> None:
    """A CloudFront origin access identity is one requester of five words."""
    requester = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E2EXAMPLEID"

    found = record(replace(LINE, requester=requester).text())

    assert found.requester == requester
    assert (found.request_id, found.operation) == (LINE.request_id, LINE.operation)


@pytest.mark.parametrize("address", ["2001:db8::5", "::ffff:192.0.2.1", "10.0.0.7"])
def test_addresses_of_every_form_are_kept(address: str) -> None:
    """Addresses of dual-stack endpoints are as good as others."""
    assert record(replace(LINE, remote_ip=address).text()).remote_ip == address


def test_dashes_are_nothing_quoted_or_not() -> None:
    """A bare dash and a quoted one both mean that there was nothing."""
    found = record(replace(LINE, referer="-").text())

    assert found.referer is None
    assert found.user_agent == "aws-cli/2.31.0 Python/3.13.9 Linux/6.12"
    assert record(replace(LINE, uri='"-"').text()).request_uri is None


def test_an_empty_header_is_not_a_missing_one() -> None:
    """A client may send a header without content."""
    found = record(replace(LINE, referer='""', user_agent='""').text())

    assert (found.referer, found.user_agent) == ("", "")


@pytest.mark.parametrize(("text", "required"), [("Yes", True), ("-", False), ("Maybe", None)])
def test_acl_required_is_what_the_log_says(text: str, required: bool | None) -> None:
    """The dash says that no ACL was needed; a word that nobody described says nothing."""
    assert record(replace(LINE, acl_required=text).text()).acl_required is required


def test_bytes_that_are_not_utf8_are_kept() -> None:
    """Nothing is replaced: the client's bytes can be had back."""
    found = record(LINE.encode().replace(b"aws-cli", b"caf\xe9\xff"))

    assert found.user_agent is not None
    assert found.user_agent.encode("utf-8", "surrogateescape").startswith(b"caf\xe9\xff/2.31.0")


@pytest.mark.parametrize("end", ["\n", "\r\n", " ", ""])
def test_the_end_of_the_line_is_no_field(end: str) -> None:
    """Newlines, carriage returns before them and trailing spaces do not belong to the record."""
    assert record(LINE.text() + end) == record(LINE.text())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("06/Feb/2019:00:00:38 +0000", datetime(2019, 2, 6, 0, 0, 38, tzinfo=UTC)),
        ("06/feb/2019:00:00:38 +0000", datetime(2019, 2, 6, 0, 0, 38, tzinfo=UTC)),
        ("06/Feb/2019:00:30:38 +0130", datetime(2019, 2, 5, 23, 0, 38, tzinfo=UTC)),
        ("06/Feb/2019:23:30:38 -0130", datetime(2019, 2, 7, 1, 0, 38, tzinfo=UTC)),
        ("29/Feb/2019:00:00:38 +0000", None),
        ("06/Mai/2019:00:00:38 +0000", None),
        ("06/Feb/2019:24:00:00 +0000", None),
        ("06/Feb/0000:00:00:00 +0000", None),
        ("01/Jan/0001:00:00:00 +0100", None),
        ("06/Feb/2019:00:00:00 +9999", None),
    ],
)
def test_times_are_english_and_exact(text: str, expected: datetime | None) -> None:
    """Months are read by a table of our own, offsets are applied, and dates that do not exist are refused."""
    assert parse_time(text) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", Fault.BLANK),
        (" \r\n", Fault.BLANK),
        ("x" * (LONGEST_LINE + 1), Fault.TOO_LONG),
        ("hello world", Fault.HEAD),
        ('"', Fault.HEAD),
        (LINE.text().replace("20/Nov", "31/Nov"), Fault.TIME),
        (LINE.text().replace(" 200 ", " OK "), Fault.MIDDLE),
        (LINE.text().replace(" 48213 ", " 1e3 "), Fault.MIDDLE),
        (LINE.text().replace("SigV4", "4"), Fault.TAIL),
        (LINE.text().replace("SigV4 ", "SigV4  "), Fault.TAIL),
        (replace(LINE, host='b".s3.amazonaws.com').text(), Fault.TAIL),
        (LINE.text().replace(LINE.owner + " ", ""), Fault.HEAD),
        (LINE.text().replace("passport.pdf ", "pass port.pdf ", 1), Fault.HEAD),
        (replace(LINE, operation="GetObject").text(), Fault.HEAD),
        (replace(LINE, requester="a strange requester").text(), Fault.HEAD),
        (BATCH.replace(" 204 ", " x "), Fault.MIDDLE),
        (LINE.text()[:150], Fault.HEAD),
        (LINE.text()[:-200], Fault.TAIL),
    ],
)
def test_what_is_no_record_says_why(line: str, expected: Fault) -> None:
    """A line that the grammar has no reading for is malformed, and kept."""
    found = parse(line)

    assert found == Malformed(line=line.encode(), fault=expected)


@pytest.mark.parametrize("operation", [*(kind.operation for kind in REQUESTS), *(name for name, _ in INTERNAL)])
def test_every_known_operation_is_read(operation: str) -> None:
    """No operation is taken for another field."""
    found = record(replace(LINE, operation=operation).text())

    assert found.operation == operation


def test_generated_lines_are_records() -> None:
    """What our generator takes for an ordinary log has one reading, line by line."""
    assert all(isinstance(parse(line), Record) for line in generate(3000, seed=1))
    assert {record(line).field_count for line in generate(300, seed=2, width=24)} == {24}


# What a client may send: any characters but line ends, and on purpose many that imitate S3's own fields.
FRAGMENTS = st.sampled_from(
    [*HOSTILE, '"', " ", '" ', ' "', '" "', " 200 - 1 1 1 1 ", '" 403 AccessDenied 1 2 3 4 "', "-", '" - "', "HTTP/1.1"]
)
CLIENT_TEXT = st.lists(
    st.one_of(FRAGMENTS, st.text(st.characters(blacklist_characters="\r\n", codec="utf-8"), max_size=8)), max_size=6
).map("".join)
STATUSES = st.sampled_from(["200", "404", "-"])
COUNTS = st.one_of(st.just("-"), st.integers(0, 10**12).map(str))
WIDTHS = st.integers(17, 27)
CLIENT_FIELDS = {"request_uri", "referer", "user_agent"}


@st.composite
def hostile_lines(draw: st.DrawFn) -> tuple[Line, tuple[str, str, str]]:
    """A true line, and the three texts its client chose."""
    uri, referer, agent = draw(CLIENT_TEXT), draw(CLIENT_TEXT), draw(CLIENT_TEXT)
    line = Line(
        uri=f'"{uri}"',
        referer=f'"{referer}"',
        user_agent=f'"{agent}"',
        status=draw(STATUSES),
        error=draw(st.sampled_from(["-", "AccessDenied"])),
        bytes_sent=draw(COUNTS),
        object_size=draw(COUNTS),
        total_time=draw(COUNTS),
        turn_around=draw(COUNTS),
        tls=draw(st.sampled_from(["TLSv1.2", "-"])),
        signature=draw(st.sampled_from(["SigV4", "-"])),
        acl_required=draw(st.sampled_from(["Yes", "-"])),
        width=draw(WIDTHS),
    )
    return line, (uri, referer, agent)


def truth(line: Line, texts: tuple[str, str, str]) -> Record:
    """The record that S3 wrote: the same line with harmless client texts, and then the client's own."""
    harmless = record(replace(line, uri='"u"', referer='"r"', user_agent='"a"').text())
    uri, referer, agent = (None if text == "-" else text for text in texts)
    return replace(harmless, request_uri=uri, referer=referer, user_agent=agent)


@settings(max_examples=200, deadline=None)
@given(hostile_lines())
def test_no_client_can_move_or_forge_a_field(drawn: tuple[Line, tuple[str, str, str]]) -> None:
    """Whatever a client sends, the record is true or the line is ambiguous with true fields where readings agree."""
    line, texts = drawn
    expected = truth(line, texts)

    found = parse(line.text())

    assert is_true(found, expected), (line.text(), found)


def is_true(found: Parsed, expected: Record) -> bool:
    """Whether what was found says nothing false about the record that S3 wrote."""
    match found:
        case Record():
            return found == expected
        case Ambiguous(readings=readings, disputed=disputed):
            return all(
                getattr(readings[0], field.name) == getattr(expected, field.name)
                for field in fields(Record)
                if field.name not in disputed
            )
        case Malformed():
            return False


@settings(max_examples=100, deadline=None)
@given(hostile_lines())
def test_texts_without_a_quote_before_a_space_are_never_ambiguous(drawn: tuple[Line, tuple[str, str, str]]) -> None:
    """Stray quotes alone cost nothing: only a text that could end a field makes a line ambiguous."""
    line, texts = drawn
    mild = [text.replace(" ", "") for text in texts]
    calm = replace(line, uri=f'"{mild[0]}"', referer=f'"{mild[1]}"', user_agent=f'"{mild[2]}"')

    assert isinstance(parse(calm.text()), Record)


def test_a_forged_tail_in_the_user_agent_is_ambiguous_and_keeps_the_rest() -> None:
    """A user agent that imitates everything behind it leaves its own text in doubt, and nothing that S3 wrote."""
    agent = '"x" "curl/8" - FORGEDHOSTID= SigV2 - - h TLSv1.2 - Yes -"'

    found = parse(replace(LINE, user_agent=agent).text())

    assert isinstance(found, Ambiguous)
    assert found.disputed == {"referer", "user_agent"}
    assert {reading.tls_version for reading in found.readings} == {"TLSv1.3"}
    assert {reading.signature_version for reading in found.readings} == {"SigV4"}


def test_a_forged_status_puts_the_status_in_doubt() -> None:
    """A request line that imitates status and sizes is kept with both readings."""
    uri = '"GET /x" 200 - 5 5 1 1 "-" "y HTTP/1.1"'

    found = parse(replace(LINE, uri=uri, status="403", error="AccessDenied").text())

    assert isinstance(found, Ambiguous)
    assert {"http_status", "error_code", "bytes_sent", "request_uri"} <= found.disputed
    assert "remote_ip" not in found.disputed
    assert {reading.http_status for reading in found.readings} == {200, 403}


def test_a_long_hostile_line_is_read_in_no_time() -> None:
    """Thousands of imitations in one line cost no more than their length."""
    agent = '" 200 - 1 1 1 1 "-" "' * 10_000

    found = parse(replace(LINE, user_agent=f'"{agent}"').text())

    assert isinstance(found, Ambiguous)
    assert len(found.readings) <= 4
    assert found.total > 1_000_000
