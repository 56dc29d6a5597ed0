"""A log object arrives as blocks of whole lines, decompressed and of bounded size, whatever it holds."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from auditor.activity.log_object import LogFile, LogObject, LogStream, Readable
from auditor.activity.readings import Fault
from auditor.activity.record import LONGEST_LINE

PIECE: Final = 1 << 20
"""Bytes read at once; bigger pieces fall out of the processor's caches between one look and the next."""
KEPT: Final = 1 << 16
"""Bytes that are kept of a line too long to be a record."""
_GZIP: Final = b"\x1f\x8b"


class TruncatedGzipError(Exception):
    """The compressed data ends early or is damaged; what came before it was handed over."""


class UnreadableError(Exception):
    """The file cannot be opened or read on; its text is why, in the words of the operating system."""


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines; only the last of an object may lack its newline.

    With a fault it is one line without newline: the first KEPT bytes of one that is longer than any record, or what
    there is of one that is cut off.
    """

    text: bytes
    fault: Fault | None = None


def blocks(source: Readable) -> Iterator[Block]:
    """The lines of `source`, decompressed; TruncatedGzipError or UnreadableError behind those that could be read."""
    rest, skipping = b"", False
    damage: TruncatedGzipError | None = None
    content = _content(source)
    while True:
        try:
            piece = next(content, None)
        except TruncatedGzipError as error:
            piece, damage = None, error
        if piece is None:
            break
        if skipping:
            # The newline itself stays: it ends the endless line.
            end = piece.find(b"\n")
            if end < 0:
                continue
            piece, skipping = piece[end + 1 :], False
        end = piece.rfind(b"\n") + 1
        if end:
            yield Block(rest + piece[:end])
            rest = piece[end:]
        else:
            rest += piece
        if len(rest) > LONGEST_LINE:
            yield Block(rest[:KEPT], Fault.TOO_LONG)
            rest, skipping = b"", True
    if rest:
        yield Block(rest, None if damage is None else Fault.CUT_OFF)
    if damage is not None:
        raise damage


def _content(source: Readable) -> Iterator[bytes]:
    """The decompressed content in pieces of bounded size."""
    stored = _stored(source)
    first = next(stored, b"")
    if first.startswith(_GZIP):
        yield from _unzipped(first, stored)
    else:
        yield first
        yield from stored


def _stored(source: Readable) -> Iterator[bytes]:
    match source:
        case LogObject(body=body):
            for start in range(0, len(body), PIECE):
                yield body if len(body) <= PIECE else body[start : start + PIECE]
        case LogFile(path=path):
            try:
                with path.open("rb", buffering=0) as file:
                    while piece := file.read(PIECE):
                        yield piece
            except OSError as error:
                raise UnreadableError(error.strerror) from error
        case LogStream(stream=stream):
            while piece := stream.read(PIECE):
                yield piece


def _unzipped(first: bytes, stored: Iterator[bytes]) -> Iterator[bytes]:
    unzip = zlib.decompressobj(zlib.MAX_WBITS | 16)
    waiting = first
    while waiting:
        try:
            yield unzip.decompress(waiting, PIECE)
        except zlib.error as error:
            raise TruncatedGzipError from error
        if not unzip.eof:
            waiting = unzip.unconsumed_tail or next(stored, b"")
            continue
        # Members follow each other where files were concatenated; whatever else follows is padding.
        waiting = unzip.unused_data
        if len(waiting) < len(_GZIP):
            waiting += next(stored, b"")
        if not waiting.startswith(_GZIP):
            return
        unzip = zlib.decompressobj(zlib.MAX_WBITS | 16)
    yield unzip.flush()
    if not unzip.eof:
        raise TruncatedGzipError
