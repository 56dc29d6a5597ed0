"""From log objects to rows: every line once, alike by whichever reader, and nothing left behind."""

import gzip
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor.activity.columns import COLUMNS, RECORD_COLUMNS
from auditor.activity.coverage import Oddity, require_records
from auditor.activity.exact_path import row, stored_names
from auditor.activity.loading import Loader
from auditor.activity.log_object import LogFile, LogObject, Source, Unread
from auditor.activity.readings import Fault
from auditor.activity.record import Record, parse
from auditor.activity.segments import IN_PLACE, Aside, Segment
from auditor.activity.store import Store
from auditor.errors import InputError
from tests.activity.generate import HOSTILE, Line, generate, write

MEMORY = 400 << 20
LINE = Line()


def opened(*sources: Source, folder: Path | None = None) -> Store:
    """A store of these sources."""
    return Store.open(sources, memory=MEMORY, threads=2, folder=folder)


def of(*lines: bytes | str, name: str = "o") -> LogObject:
    """A log object of these lines."""
    encoded = (line.encode("utf-8", "surrogateescape") if isinstance(line, str) else line for line in lines)
    return LogObject(name=name, body=b"".join(line + b"\n" for line in encoded), etag=f"etag of {name}")


def rows(store: Store, sql: str) -> list[tuple[object, ...]]:
    """All rows of a query."""
    return list(store.sql(sql).rows)


# --- every reader reads alike ------------------------------------------------------------------------------------

MUTATIONS = [
    b'"', b" ", b"-", b" - ", b'" "', b'" 200 - 1 2 3 4 "-" "-"', b" 200 - 1 1 1 1 ", b" 200 - 1 1 1 1 - -", b"0", b"%",
    b"%25", b"%C3%28", b"+", "é".encode(), b"\xff", b"\\", b"[", b"]", b"Yes", b'"-"', b"  ", b"\0", b"\x01", b"\r",
    b"\t", b"AIDAJQABLZS4A3QDU576Q", b"REST.GET.OBJECT", b"1e3", b"+1", b"1_0", "\u2028".encode(), b".",
]  # fmt: skip
WORDS = [
    b"-", b'""', b'"-"', b"0", b"SigV2", b"TLSv1", b"", b"x%41+b", b"%FF", b"[31/Feb/2026:00:00:00", b"+0100]", b"404",
    b"ECDHE",
]  # fmt: skip


def mutated(rng: random.Random, line: bytes) -> bytes:
    """The line with something inserted, cut, replaced, repeated or missing; sometimes as it was."""
    for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
        words = line.split(b" ")
        at, word = rng.randrange(len(line) + 1), rng.randrange(len(words))
        match rng.randrange(6):
            case 0:
                line = line[:at] + rng.choice(MUTATIONS) + line[at:]
            case 1:
                line = line[:at] + line[at + rng.choice((1, 2, 5, 30)) :]
            case 2:
                words[word] = rng.choice(WORDS)
                line = b" ".join(words)
            case 3:
                del words[word]
                line = b" ".join(words)
            case 4:
                words.insert(word, rng.choice(words))
                line = b" ".join(words)
            case _:
                line = line.rsplit(b" ", rng.randrange(1, 12))[0]
    return line or b"x"


def expected_row(line: bytes, number: int) -> tuple[object, ...] | None:
    """What Python's exact reader makes of the line; None for a blank one."""
    found = row(Aside(1, number, line.removesuffix(b"\r")))
    if found is None:
        return None
    values = dict(zip(stored_names(), found.values, strict=True))
    key = values["key_decoded"] if values["key_decoded"] is not None else values["key_raw"]
    return (number, found.state, *(key if column.name == "key" else values[column.name] for column in RECORD_COLUMNS))


def actual_rows(store: Store) -> dict[object, tuple[object, ...]]:
    """What the engine holds, by line."""
    found = store.sql("SELECT line, parse_state, * EXCLUDE (line, parse_state) FROM access_log")
    width = 2 + len(RECORD_COLUMNS)
    return {values[0]: values[:width] for values in found.rows}


@pytest.mark.parametrize("seed", [1, 2])
def test_the_engine_reads_every_line_as_python_does(seed: int) -> None:
    """Fast SQL, elaborate SQL and the exact parser agree on ordinary, hostile and damaged lines, field by field."""
    rng = random.Random(seed)  # noqa: S311  # the same lines for the same seed
    lines = [mutated(rng, line) for line in generate(4000, seed=seed, hostile=0.5)]

    with opened(of(*lines)) as store:
        actual = actual_rows(store)
        coverage = store.coverage

    expected = {number: found for number, line in enumerate(lines, 1) if (found := expected_row(line, number))}
    assert actual == expected
    assert coverage.lines == len(lines) == coverage.records + coverage.ambiguous + coverage.malformed + coverage.blank
    assert min(coverage.records, coverage.ambiguous, coverage.malformed) > 100


def test_ordinary_lines_need_no_python() -> None:
    """The fast path takes what S3 usually writes: if it did not, tests would pass and users would wait."""
    from auditor.activity import exact_path, loading

    lines = [*generate(2000, seed=3), *generate(200, seed=4, width=24), *generate(200, seed=5, width=18)]
    asked = []

    def spy(aside: Aside) -> exact_path.Row | None:
        asked.append(aside.text)
        return exact_path.row(aside)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "row", spy)
        with opened(of(*lines)) as store:
            assert store.coverage.records == len(lines)

    assert asked == []


def test_hostile_headers_never_change_what_s3_wrote() -> None:
    """The row of a hostile line has the true value, or none, in every column that S3 wrote."""
    truth = parse(LINE.text())
    assert isinstance(truth, Record)
    clients = {"request_uri", "referer", "user_agent"}
    texts = [f'"{attack}{other}"' for attack in HOSTILE for other in ("", " ", *HOSTILE)]
    lines = [
        *(replace(LINE, uri=text).text() for text in texts),
        *(replace(LINE, referer=text).text() for text in texts),
        *(replace(LINE, user_agent=text).text() for text in texts),
        *(replace(LINE, uri=text, user_agent=text).text() for text in texts),
        *(replace(LINE, uri=text, referer=text, user_agent=text).text() for text in texts),
    ]

    with opened(of(*lines)) as store:
        assert store.coverage.malformed == 0
        names = [column.name for column in RECORD_COLUMNS]
        for number, _, *values in actual_rows(store).values():
            wrong = {
                name: value
                for name, value in zip(names, values, strict=True)
                if name not in clients and value not in {getattr(truth, name), None}
            }
            assert wrong == {}, number


# --- where rows come from ----------------------------------------------------------------------------------------


def test_every_row_knows_its_object_and_line() -> None:
    """Provenance holds over many objects, by whichever reader a line was read."""
    odd = replace(LINE, user_agent='"a" "b"').text()
    broken = b"caf\xe9"
    sources = [
        of(*generate(3, seed=1), odd, broken, "", *generate(1, seed=2), name="one"),
        of("damaged", *generate(2, seed=3), name="two"),
    ]

    with opened(*sources) as store:
        found = rows(store, "SELECT log_object, line, parse_state FROM access_log ORDER BY log_object, line")
        objects = rows(store, "SELECT log_object, etag FROM log_objects ORDER BY log_object")
        kept = list(store.kept_lines())
        blank = store.coverage.blank

    assert found == [
        ("one", 1, "record"),
        ("one", 2, "record"),
        ("one", 3, "record"),
        ("one", 4, "ambiguous"),
        ("one", 5, "malformed"),
        ("one", 7, "record"),
        ("two", 1, "malformed"),
        ("two", 2, "record"),
        ("two", 3, "record"),
    ]
    assert objects == [("one", "etag of one"), ("two", "etag of two")]
    assert [(line.log_object, line.line, line.fault, line.text) for line in kept] == [
        ("one", 4, None, odd.encode()),
        ("one", 5, Fault.HEAD, broken),
        ("two", 1, Fault.HEAD, b"damaged"),
    ]
    assert blank == 1


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> LogFile:
    """A file that is read where it lies; behind each record stands its line number, and two lines are blank."""
    path = tmp_path_factory.mktemp("logs") / "big.log"
    lines = [line + b" %d" % number for number, line in enumerate(generate(16_000, seed=6, hostile=0.01), 1)]
    lines[1000] = lines[9000] = b""
    size = write(path, iter(lines))
    assert size > IN_PLACE
    return LogFile(name="big", path=path, size=size)


def test_a_large_file_is_read_where_it_lies(big: LogFile) -> None:
    """Lines of a file that needs no copy keep their numbers, in the order of the file, blank lines included."""
    with opened(big) as store:
        found = rows(store, "SELECT line, extra::BIGINT FROM access_log ORDER BY line")
        coverage = store.coverage

    assert found == [(number, number) for number in range(1, 16_001) if number not in {1001, 9001}]
    assert (coverage.lines, coverage.blank, coverage.bytes_read) == (16_000, 2, big.size)
    assert big.path.stat().st_size == big.size


def test_a_file_that_ends_within_a_line_is_read_to_its_end(big: LogFile, tmp_path: Path) -> None:
    """The last line counts, and that it may be cut off is remarked."""
    path = tmp_path / "cut.log"
    path.write_bytes(big.path.read_bytes()[:-1])

    with opened(LogFile(name="cut", path=path, size=big.size - 1)) as store:
        assert store.coverage.lines == 16_000
        assert [note.what for note in store.coverage.oddities] == [Oddity.UNTERMINATED]


def test_an_object_may_be_larger_than_a_segment(big: LogFile, monkeypatch: pytest.MonkeyPatch) -> None:
    """Line numbers go on where one segment ends and the next begins."""
    monkeypatch.setattr("auditor.activity.segments.SEGMENT", 100_000)

    with opened(LogObject(name="o", body=gzip.compress(big.path.read_bytes(), 1))) as store:
        found = rows(store, "SELECT count(*), count(DISTINCT line), bool_and(line = extra::BIGINT) FROM access_log")
        ((segments,),) = rows(store, "SELECT count(*) FROM engine.placements")

    assert found == [(15_998, 15_998, True)]
    assert isinstance(segments, int)
    assert segments > 5


# --- what is read, what not, and how that is told ----------------------------------------------------------------


def test_gzip_and_json_are_read_too() -> None:
    """Compression is told by the first bytes, the form by the first brace."""
    document = {"operation": "REST.GET.OBJECT", "bucket_name": "b", "request_time": "2026-11-20T03:14:07.125Z"}
    zipped = LogObject(name="z", body=gzip.compress(b"\n".join(generate(10, seed=1))))

    with opened(zipped, of(json.dumps(document), "", '{"operation":', name="j")) as store:
        found = rows(store, "SELECT log_object, line, parse_state, time FROM access_log WHERE log_object = 'j'")
        coverage = store.coverage

    assert found == [
        ("j", 1, "record", datetime(2026, 11, 20, 3, 14, 7, 125_000, tzinfo=UTC)),
        ("j", 3, "malformed", None),
    ]
    assert (coverage.records, coverage.malformed, coverage.blank, coverage.objects_read) == (11, 1, 1, 2)


def test_other_content_is_counted_and_named() -> None:
    """Foreign logs, junk, empty and unreadable objects are in the coverage, and their lines in no table."""
    sources: list[Source] = [
        of(LINE.text(), name="log"),
        of("#Version: 1.0\n#Fields: date time", name="cdn"),
        of('{"Records":[{"eventSource":"s3.amazonaws.com"}]}', name="trail"),
        LogObject(name="empty", body=b""),
        LogObject(name="junk", body=bytes(range(256)) * 50),
        Unread(name="gone", why="NoSuchKey"),
    ]

    with opened(*sources) as store:
        coverage = store.coverage

    assert (coverage.objects_read, coverage.objects_skipped, coverage.lines) == (1, 5, 1)
    assert {(note.what, note.examples) for note in coverage.skipped} == {
        ("CloudFront access log", ("cdn",)),
        ("CloudTrail log", ("trail",)),
        ("empty", ("empty",)),
        ("binary data", ("junk",)),
        ("NoSuchKey", ("gone",)),
    }
    require_records(coverage)


def test_nothing_but_other_content_is_an_error() -> None:
    """Who names the wrong folder is told so, with what is in it."""
    with opened(of("#Version: 1.0\n#Fields: date time", name="cdn")) as store, pytest.raises(InputError) as caught:
        require_records(store.coverage)

    assert "CloudFront access log: 1, such as cdn" in caught.value.hint


def test_no_objects_are_no_error() -> None:
    """A bucket without logs in the window is an answer; the tables exist."""
    with opened() as store:
        require_records(store.coverage)

        assert rows(store, "SELECT count(*), max(principal), max(line) FROM access_log") == [(0, None, None)]


def test_trouble_inside_an_object_is_told() -> None:
    """Carriage returns, control characters, other bytes, endless lines and damaged gzip are counted, none is lost."""
    damaged = gzip.compress(b"".join(line + b"\n" for line in generate(200, seed=1)))[:-20]
    sources = [
        LogObject(name="crlf", body=LINE.encode() + b"\r\n" + LINE.encode() + b"\r\n"),
        of(replace(LINE, user_agent='"a\0b"').text(), replace(LINE, user_agent='"a\rb"').text(), name="control"),
        of(LINE.encode().replace(b"aws-cli", b"caf\xe9"), name="bytes"),
        of(LINE.text(), b"x" * (10 << 20), LINE.text(), name="endless"),
        LogObject(name="zip", body=damaged),
    ]

    with opened(*sources) as store:
        found = rows(
            store, "SELECT log_object, line, user_agent FROM access_log WHERE log_object <> 'zip' ORDER BY ALL"
        )
        coverage = store.coverage
        kept = {(line.log_object, line.line): line for line in store.kept_lines()}

    agent = "aws-cli/2.31.0 Python/3.13.9 Linux/6.12"
    assert found == [
        ("bytes", 1, "caf\\xe9/2.31.0 Python/3.13.9 Linux/6.12"),
        ("control", 1, "a\0b"),
        ("control", 2, "a\rb"),
        ("crlf", 1, agent),
        ("crlf", 2, agent),
        ("endless", 1, agent),
        ("endless", 2, None),
        ("endless", 3, agent),
    ]
    assert {(note.what, note.examples) for note in coverage.oddities} == {
        (Oddity.CRLF, ("crlf",)),
        (Oddity.CONTROL_CHARACTERS, ("control",)),
        (Oddity.NOT_UTF8, ("bytes",)),
        (Oddity.TRUNCATED_GZIP, ("zip",)),
    }
    assert kept["bytes", 1].text == LINE.encode().replace(b"aws-cli", b"caf\xe9")
    assert kept["endless", 2].fault is Fault.TOO_LONG
    assert dict(coverage.faults)[Fault.CUT_OFF] == 1
    assert coverage.lines == coverage.records + coverage.malformed


def test_derived_columns_follow_the_requester_operation_and_user_agent() -> None:
    """What the record tells about the caller is in columns; a malformed line tells nothing."""
    sources = of(
        LINE.text(),
        replace(LINE, requester="-", user_agent='"-"').text(),
        replace(LINE, requester="-", operation="S3.EXPIRE.OBJECT", uri="-", referer="-", user_agent="-").text(),
        replace(LINE, requester="-", user_agent='"x" "y"').text(),
        "damaged",
    )

    with opened(sources) as store:
        found = rows(
            store,
            "SELECT principal, principal_kind, account, role, session, action_class, user_agent_family "
            "FROM access_log ORDER BY line",
        )

    role = "arn:aws:sts::111122223333:assumed-role/hr-app"
    assert found == [
        (role, "role", "111122223333", "hr-app", "i-0a1b2c3d4e5f60718", "read", "aws-cli"),
        ("anonymous", "anonymous", None, None, None, "read", None),
        ("AmazonS3", "service", None, None, None, "delete", None),
        ("anonymous", "anonymous", None, None, None, "read", None),
        (None, None, None, None, None, None, None),
    ]


def test_columns_are_the_contract() -> None:
    """The view has exactly the documented columns, in order, with their types."""
    with opened(of(LINE.text())) as store:
        found = store.sql("SELECT * FROM access_log")

        assert found.columns == tuple(column.name for column in COLUMNS)
        assert [kind.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ") for kind in found.types] == [
            column.sql_type for column in COLUMNS
        ]
        assert list(Record.__slots__) == [column.name for column in RECORD_COLUMNS]


# --- nothing stays behind ----------------------------------------------------------------------------------------


def test_closing_removes_every_file(tmp_path: Path) -> None:
    """Logs are sensitive: no copy of them outlives the store."""
    with opened(of(*generate(500, seed=1)), folder=tmp_path):
        assert any(tmp_path.iterdir())

    assert list(tmp_path.iterdir()) == []


def test_an_error_removes_every_file(tmp_path: Path) -> None:
    """A source that fails half-way leaves nothing either."""

    def failing() -> Iterator[Source]:
        yield of(*generate(500, seed=1))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Store.open(failing(), memory=MEMORY, folder=tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_changes_while_it_is_read_is_refused(
    big: LogFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of an old file and half of a new one would be evidence of nothing."""
    path = tmp_path / "growing.log"
    path.write_bytes(big.path.read_bytes())
    insert = Loader._insert

    def slow(self: Loader, segment: Segment) -> None:
        insert(self, segment)
        with path.open("ab") as file:
            file.write(LINE.encode() + b"\n")

    monkeypatch.setattr(Loader, "_insert", slow)
    with pytest.raises(InputError, match="changed while it was read"):
        opened(LogFile(name="growing", path=path, size=big.size), folder=tmp_path)

    assert list(tmp_path.iterdir()) == [path]


def test_little_memory_suffices(big: LogFile, tmp_path: Path) -> None:
    """What does not fit is put on disk, and the answers are the same."""
    query = "SELECT count(*), sum(bytes_sent), count(DISTINCT host_id) FROM access_log"
    with Store.open([big], memory=48 << 20, threads=1, folder=tmp_path) as store:
        little = rows(store, query)
    with opened(big) as store:
        much = rows(store, query)

    assert little == much


def batches(lines: Iterable[bytes]) -> Iterator[Source]:
    """Many small objects."""
    for number, line in enumerate(lines):
        yield of(line, line, name=f"logs/2026-11-20-00-00-00-{number:016X}")


def test_many_small_objects_are_one_log() -> None:
    """Objects of two lines each cost a segment, not a file each, and keep their names."""
    with opened(*batches(generate(1500, seed=9))) as store:
        found = rows(
            store,
            "SELECT count(DISTINCT log_object), min(n), max(n) FROM "
            "(SELECT log_object, count(*) AS n FROM access_log GROUP BY log_object)",
        )
        coverage = store.coverage

    assert found == [(1500, 2, 2)]
    assert (coverage.objects_read, coverage.lines) == (1500, 3000)
