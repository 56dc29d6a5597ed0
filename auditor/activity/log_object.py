"""Where lines come from: what a source of logs hands over, one object or file at a time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class LogObject:
    """A log object in memory, as stored: gzip is recognised by its first bytes. `name` is how people know it."""

    name: str
    body: bytes
    etag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFile:
    """A local file of `size` bytes, read piece by piece; gzip is recognised by its first bytes."""

    name: str
    path: Path
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogStream:
    """An open file that is read once to its end, such as standard input."""

    name: str
    stream: BinaryIO


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """An object that was listed but could not be read, and why, in a few words."""

    name: str
    why: str


Readable: TypeAlias = LogObject | LogFile | LogStream
Source: TypeAlias = Readable | Unread
