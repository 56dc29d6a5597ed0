"""Log objects become few large files that the engine reads at once; every line keeps its object and its number.

A log object holds a handful of lines, and opening it costs the engine far more than reading it. In a segment each line
begins with the number of its placement: a run of lines of one object. A large plain file needs no copy: it is a
segment as it stands.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from os import SEEK_END
from pathlib import Path
from typing import BinaryIO, Final

from auditor.activity.content import SAMPLE, Content, recognise
from auditor.activity.coverage import Ledger, Oddity
from auditor.activity.intake import Block, TruncatedGzipError, UnreadableError, blocks
from auditor.activity.log_object import LogFile, LogObject, LogStream, Readable, Source, Unread
from auditor.activity.readings import Fault
from auditor.activity.screen import SEPARATOR, Screened, is_plain, screen

SEGMENT: Final = 128 << 20
"""Bytes of a segment: enough for the engine to work in parallel, little enough to stay in the page cache."""
IN_PLACE: Final = 8 << 20
"""A plain file of this size or more is read where it lies."""
_ASIDE: Final = 8 << 20
_BUFFER: Final = 1 << 20
_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A run of lines of one log object: `rows` in the segment, the first for line `first_line`, and `aside` of them
    empty because the line is beside it. `rows` is None for a file that is a segment as it stands.
    """

    number: int
    name: str
    etag: str | None
    first_line: int
    rows: int | None
    aside: int


@dataclass(frozen=True, slots=True)
class Aside:
    """A line that the segment does not hold; with a fault when only its beginning was kept."""

    placement: int
    line: int
    text: bytes
    fault: Fault | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A file for the engine's reader; `prefixed` when its lines begin with their placement, and then it is ours."""

    path: Path
    size: int
    prefixed: bool
    placements: tuple[Placement, ...]
    aside: tuple[Aside, ...]


@dataclass(slots=True)
class _Run:
    """The lines of one object that are in the segment so far."""

    number: int
    source: Readable
    first_line: int
    rows: int = 0
    aside: int = 0

    @property
    def next_line(self) -> int:
        return self.first_line + self.rows

    def placement(self, *, whole: bool = False) -> Placement:
        return Placement(
            number=self.number,
            name=self.source.name,
            etag=self.source.etag if isinstance(self.source, LogObject) else None,
            first_line=self.first_line,
            rows=None if whole else self.rows,
            aside=self.aside,
        )

    def take(self, screened: Screened) -> tuple[bytes, list[Aside]]:
        """The text for the segment and the lines beside it."""
        aside = [Aside(self.number, self.next_line + at, text, fault) for at, text, fault in screened.aside]
        prefix = b"%d%b" % (self.number, SEPARATOR)
        text = prefix + screened.text[:-1].replace(b"\n", b"\n" + prefix) + b"\n"
        # Each line grew by its prefix; that is quicker than to count newlines.
        self.rows += (len(text) - len(screened.text)) // len(prefix)
        self.aside += len(aside)
        return text, aside


class SegmentWriter:
    """Makes segments of log objects in a folder; who reads a prefixed one deletes it."""

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        self._folder = folder
        self._ledger = ledger
        self._runs = 0
        self._file: BinaryIO | None = None
        self._size = 0
        self._placements: list[Placement] = []
        self._aside: list[Aside] = []
        self._aside_size = 0

    def segments(self, sources: Iterable[Source]) -> Generator[Segment]:
        """The segments of everything in `sources` that is an access log; OSError when the folder cannot be written."""
        try:
            for source in sources:
                match source:
                    case Unread(name=name, why=why):
                        self._ledger.skipped.add(why, name)
                    case LogFile():
                        yield from self._of_file(source)
                    case LogObject() | LogStream():
                        yield from self._copied(source)
            yield from self._closed()
        finally:
            if self._file is not None:
                self._file.close()

    def _of_file(self, source: LogFile) -> Iterator[Segment]:
        try:
            plain = source.size >= IN_PLACE and _is_plain_file(source)
        except OSError as error:
            self._ledger.skipped.add(f"cannot be read: {error.strerror}", source.name)
            return
        except UnreadableError as error:
            self._ledger.skipped.add(f"cannot be read: {error}", source.name)
            return
        if not plain:
            yield from self._copied(source)
            return
        self._ledger.objects += 1
        self._ledger.size += source.size
        run = self._run(source, first_line=1)
        yield Segment(
            path=source.path, size=source.size, prefixed=False, placements=(run.placement(whole=True),), aside=()
        )

    def _copied(self, source: Readable) -> Iterator[Segment]:
        """The segments that become full while the lines of `source` are copied."""
        lines = blocks(source)
        try:
            first = next(lines, Block(b""))
        except (UnreadableError, TruncatedGzipError) as error:
            why = Oddity.TRUNCATED_GZIP if isinstance(error, TruncatedGzipError) else f"cannot be read: {error}"
            self._ledger.skipped.add(why, source.name)
            return
        content = recognise(first.text[:SAMPLE])
        if content not in {Content.ACCESS_LOG, Content.ACCESS_LOG_JSON}:
            self._ledger.skipped.add(content, source.name)
            return
        oddities: set[Oddity] = set()
        if first.text.startswith(_BOM):
            first = Block(first.text.removeprefix(_BOM), first.fault)
            oddities.add(Oddity.BYTE_ORDER_MARK)
        self._ledger.objects += 1
        yield from self._taken(source, chain((first,), lines), oddities)
        for oddity in sorted(oddities):
            self._ledger.oddities.add(oddity, source.name)

    def _taken(self, source: Readable, lines: Iterable[Block], oddities: set[Oddity]) -> Iterator[Segment]:
        """Copies the lines of an access log; `oddities` grows by those that they show."""
        run = self._run(source, first_line=1)
        try:
            for block in lines:
                screened = screen(block)
                oddities |= screened.oddities
                self._ledger.size += len(block.text)
                self._write(*run.take(screened))
                if self._size >= SEGMENT or self._aside_size >= _ASIDE:
                    self._placements.append(run.placement())
                    yield from self._closed()
                    run = self._run(source, first_line=run.next_line)
        except TruncatedGzipError:
            oddities.add(Oddity.TRUNCATED_GZIP)
        except UnreadableError as error:
            self._ledger.skipped.add(f"cannot be read on: {error}", source.name)
        self._placements.append(run.placement())

    def _run(self, source: Readable, *, first_line: int) -> _Run:
        self._runs += 1
        return _Run(self._runs, source, first_line)

    def _write(self, text: bytes, aside: list[Aside]) -> None:
        if self._file is None:
            self._file = (self._folder / f"{self._runs}.segment").open("wb", buffering=_BUFFER)
        self._size += self._file.write(text)
        self._aside += aside
        self._aside_size += sum(len(line.text) for line in aside)

    def _closed(self) -> Iterator[Segment]:
        """The segment with everything that was written since the last one, if anything was."""
        if self._file is None:
            return
        self._file.close()
        yield Segment(
            path=Path(self._file.name),
            size=self._size,
            prefixed=True,
            placements=tuple(self._placements),
            aside=tuple(self._aside),
        )
        self._file, self._size, self._aside_size = None, 0, 0
        self._placements, self._aside = [], []


def _is_plain_file(source: LogFile) -> bool:
    """Whether the engine can read a file as it is."""
    with source.path.open("rb") as file:
        sample = file.read(SAMPLE)
        file.seek(-1, SEEK_END)
        ended = file.read() == b"\n"
    # Compressed data is not recognised as an access log.
    if not ended or sample.startswith(_BOM) or recognise(sample) is not Content.ACCESS_LOG:
        return False
    return all(block.fault is None and is_plain(block.text) for block in blocks(source))
