"""What was read, what was not, and what was odd about it: beside every result, also when it found nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from auditor.activity.readings import Fault
from auditor.errors import InputError

_EXAMPLES: Final = 10


class Oddity(StrEnum):
    """What can be odd about an object that was read all the same."""

    CRLF = "lines end in carriage return and newline"
    UNTERMINATED = "the last line has no newline, so it may be cut off"
    TRUNCATED_GZIP = "the gzip data ends early or is damaged"
    BLANK_LINES = "blank lines"
    BYTE_ORDER_MARK = "begins with a byte order mark"
    NOT_UTF8 = "bytes that are not UTF-8"
    CONTROL_CHARACTERS = "control characters inside lines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something that is true of `count` objects, or lines, and the names of the first objects."""

    what: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Everything that became of the objects handed over.

    `skipped` counts objects that are no access logs, by kind, and objects that could not be read, by reason.
    `oddities` counts objects. Every line is a record, ambiguous, malformed or blank. `faults` counts malformed lines.
    `bytes_read` counts bytes after decompression.
    """

    objects_read: int
    objects_skipped: int
    skipped: tuple[Note, ...]
    oddities: tuple[Note, ...]
    bytes_read: int
    lines: int
    records: int
    ambiguous: int
    malformed: int
    blank: int
    faults: tuple[tuple[Fault, int], ...]
    first_time: datetime | None
    last_time: datetime | None


def require_records(coverage: Coverage) -> None:
    """InputError when nothing that was handed over is an access log; an empty log is one, and so is a damaged line."""
    if coverage.objects_read or not coverage.objects_skipped:
        return
    kinds = "; ".join(f"{note.what}: {note.count}, such as {note.examples[0]}" for note in coverage.skipped)
    raise InputError("nothing here is an S3 server access log", hint=f"found {kinds}")


class Tally:
    """Counts things by what they are and remembers the first names."""

    def __init__(self) -> None:
        self._names: dict[str, list[str]] = {}
        self._counts: Counter[str] = Counter()

    def add(self, what: str, name: str) -> None:
        """One more object, `name`, of which `what` is true."""
        self._counts[what] += 1
        names = self._names.setdefault(what, [])
        if len(names) < _EXAMPLES:
            names.append(name)

    def total(self) -> int:
        """How many objects in all."""
        return self._counts.total()

    def notes(self) -> tuple[Note, ...]:
        """What was counted, most first."""
        return tuple(
            Note(what=what, count=count, examples=tuple(self._names[what]))
            for what, count in sorted(self._counts.items(), key=lambda item: (-item[1], item[0]))
        )


@dataclass(slots=True)
class Ledger:
    """Counts while objects are read; the engine turns it into a Coverage."""

    objects: int = 0
    size: int = 0
    lines: int = 0
    blank: int = 0
    skipped: Tally = field(default_factory=Tally)
    oddities: Tally = field(default_factory=Tally)
    faults: Counter[Fault] = field(default_factory=Counter)
