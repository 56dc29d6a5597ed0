"""Lines that the engine's reader would refuse or change never reach it: they are set aside, to be read by Python."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from auditor.activity.coverage import Oddity
from auditor.activity.intake import KEPT, Block
from auditor.activity.readings import Fault
from auditor.activity.record import LONGEST_LINE

SEPARATOR: Final = b"\x01"
"""Stands between a placement and its line in a segment."""
# The reader takes them for the end of a line or of a field, or for the end of everything.
_UNREADABLE: Final = (b"\r", b"\0", SEPARATOR)


@dataclass(slots=True)
class Screened:
    """The lines of a block: `text` holds each with its newline, but an empty line for each that is in `aside`.

    `aside` has the places of lines in the block, from 0, their text, and a fault where that is only their beginning.
    """

    text: bytes
    aside: list[tuple[int, bytes, Fault | None]] = field(default_factory=list)
    oddities: set[Oddity] = field(default_factory=set)


def screen(block: Block) -> Screened:
    """The lines of `block`, ready for the engine's reader."""
    if block.fault is not None:
        return Screened(b"\n", [(0, block.text, block.fault)])
    text, oddities = block.text, set[Oddity]()
    if not text.endswith(b"\n"):
        text += b"\n"
        oddities.add(Oddity.UNTERMINATED)
    # One byte is found far more quickly than two.
    if b"\r" in text and b"\r\n" in text:
        text = text.replace(b"\r\n", b"\n")
        oddities.add(Oddity.CRLF)
    if is_plain(text):
        return Screened(text, oddities=oddities)
    kept: list[bytes] = []
    aside: list[tuple[int, bytes, Fault | None]] = []
    for index, line in enumerate(text[:-1].split(b"\n")):
        if is_plain(line):
            kept.append(line)
            continue
        if len(line) > LONGEST_LINE:
            aside.append((index, line[:KEPT], Fault.TOO_LONG))
        else:
            aside.append((index, line, None))
            oddities.add(Oddity.CONTROL_CHARACTERS if _is_utf8(line) else Oddity.NOT_UTF8)
        kept.append(b"")
    return Screened(b"\n".join(kept) + b"\n", aside, oddities)


def is_plain(text: bytes) -> bool:
    """Whether the engine's reader takes `text` as it is; `text` is one line, or lines that each end in a newline."""
    return not any(mark in text for mark in _UNREADABLE) and _is_utf8(text) and not _has_endless_line(text)


def _is_utf8(text: bytes) -> bool:
    if text.isascii():
        return True
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _has_endless_line(text: bytes) -> bool:
    """Whether a line of `text` is longer than any record; looks at one newline in a megabyte."""
    start = 0
    while len(text) - start > LONGEST_LINE:
        end = text.rfind(b"\n", start, start + LONGEST_LINE + 1)
        if end < 0:
            return True
        start = end + 1
    return False
