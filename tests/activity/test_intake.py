"""From stored bytes to blocks of lines, and what the engine's reader may see of them."""

import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.activity.coverage import Oddity
from auditor.activity.intake import KEPT, PIECE, Block, TruncatedGzipError, UnreadableError, blocks
from auditor.activity.log_object import LogFile, LogObject, LogStream
from auditor.activity.readings import Fault
from auditor.activity.record import LONGEST_LINE
from auditor.activity.screen import is_plain, screen


def read(body: bytes) -> list[Block]:
    """The blocks of an object in memory."""
    return list(blocks(LogObject(name="o", body=body)))


def text(found: list[Block]) -> bytes:
    """Everything in the blocks."""
    return b"".join(block.text for block in found)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from([b"a", b"\n", b"\r", b"line\n", b"x" * 1000, b"x" * 300_000]), max_size=12))
def test_lines_come_whole_and_complete(parts: list[bytes]) -> None:
    """No byte is lost, and only the last block can end within a line."""
    body = b"".join(parts)

    found = read(body)

    assert text(found) == body or any(block.fault for block in found)
    assert all(block.text.endswith(b"\n") for block in found[:-1] if block.fault is None)


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_every_source_says_the_same(tmp_path: Path, size: int) -> None:
    """Memory, file, stream and gzip hold the same lines."""
    body = (b"some line of a log\n" * (size // 19 + 1))[:size]
    path = tmp_path / "log"
    path.write_bytes(body)
    zipped = gzip.compress(body)

    assert text(read(body)) == body
    assert text(list(blocks(LogFile(name="f", path=path, size=size)))) == body
    assert text(list(blocks(LogStream(name="s", stream=io.BytesIO(body))))) == body
    assert text(read(zipped)) == body
    assert text(list(blocks(LogStream(name="z", stream=io.BytesIO(zipped))))) == body


def test_gzip_members_follow_each_other() -> None:
    """Concatenated gzip files are one, and padding behind them is nothing."""
    body = gzip.compress(b"one\n") + gzip.compress(b"two\n") + b"\0" * 100

    assert text(read(body)) == b"one\ntwo\n"


def test_a_small_gzip_that_becomes_huge_stays_in_blocks() -> None:
    """Compressed zeros do not fill the memory."""
    found = [len(block.text) for block in read(gzip.compress(b"0123456789abcde\n" * 1_000_000, 1))]

    assert sum(found) == 16_000_000
    assert max(found) <= 2 * PIECE


@pytest.mark.parametrize("cut", [3, 12, 500, -9, -1])
def test_truncated_gzip_gives_what_there_is(cut: int) -> None:
    """Lines before the damage are read; the one that is cut off says so."""
    body = gzip.compress(b"".join(b"line number %d of this log\n" % n for n in range(5000)))
    found: list[Block] = []

    with pytest.raises(TruncatedGzipError):
        found.extend(blocks(LogObject(name="o", body=body[:cut])))

    assert all(block.fault is Fault.CUT_OFF for block in found if not block.text.endswith(b"\n"))


def test_damaged_gzip_is_truncated_too() -> None:
    """A flipped byte ends the data."""
    body = bytearray(gzip.compress(b"some line\n" * 5000))
    body[30] ^= 0xFF

    with pytest.raises(TruncatedGzipError):
        read(bytes(body))


def test_an_endless_line_costs_no_memory() -> None:
    """Ten megabytes without a newline keep their beginning, and the next line is read."""
    found = read(b"first\n" + b"x" * (10 << 20) + b"\nlast\n")

    assert [block.fault for block in found] == [None, Fault.TOO_LONG, None]
    assert found[1].text == b"x" * KEPT
    assert found[2].text == b"last\n"


def test_a_missing_file_says_why(tmp_path: Path) -> None:
    """What the operating system says reaches the coverage."""
    with pytest.raises(UnreadableError, match="No such file"):
        list(blocks(LogFile(name="f", path=tmp_path / "gone", size=1)))


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        (b"plain", True),
        ("café ☃ \u2028".encode(), True),
        (b"tab\tand\x1b[0m", True),
        (b"x" * LONGEST_LINE, True),
        (b"x" * (LONGEST_LINE + 1), False),
        (b"caf\xe9", False),
        (b"\xed\xa0\x80", False),
        (b"nul\0", False),
        (b"bare\rreturn", False),
        (b"mark\x01", False),
    ],
)
def test_only_harmless_lines_reach_the_reader(line: bytes, plain: bool) -> None:
    """Everything else is set aside whole, and its place stays."""
    found = screen(Block(b"before\n" + line + b"\nafter\n"))

    assert is_plain(line) is plain
    if plain:
        assert found.text == b"before\n" + line + b"\nafter\n"
        assert found.aside == []
    else:
        assert found.text == b"before\n\nafter\n"
        assert [(at, fault is None) for at, _, fault in found.aside] == [(1, len(line) <= LONGEST_LINE)]


@pytest.mark.parametrize(
    ("body", "text", "oddity"),
    [
        (b"a\r\nb\r\n", b"a\nb\n", Oddity.CRLF),
        (b"a\nb", b"a\nb\n", Oddity.UNTERMINATED),
        (b"a\nb\xff\n", b"a\n\n", Oddity.NOT_UTF8),
        (b"a\nb\0\n", b"a\n\n", Oddity.CONTROL_CHARACTERS),
    ],
)
def test_what_was_changed_is_remarked(body: bytes, text: bytes, oddity: Oddity) -> None:
    """Nothing about the lines is mended in silence."""
    found = screen(Block(body))

    assert found.text == text
    assert found.oddities == {oddity}
