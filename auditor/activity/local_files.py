"""What a user names on the command line as files: files, folders, patterns and standard input, each file once."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from auditor.activity.log_object import LogFile, LogStream, Source, Unread
from auditor.errors import InputError

STANDARD_INPUT: Final = "-"


def local_sources(names: Sequence[str], stdin: BinaryIO) -> Iterator[Source]:
    """The files that `names` stand for, in order; `-` is `stdin`.

    A folder stands for all files under it, in the order of their names; a name with `*`, `?` or `[` that is no file
    for all that match, `**` reaching into folders. A file that comes twice is read once, or its records would count
    twice. InputError when a name stands for nothing.
    """
    seen: set[tuple[int, int]] = set()
    for name in names:
        if name == STANDARD_INPUT:
            yield LogStream(name="standard input", stream=stdin)
            continue
        found = False
        for path in _paths(name):
            found = True
            try:
                status = path.stat()
            except OSError as error:
                yield Unread(name=str(path), why=f"cannot be read: {error.strerror}")
                continue
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            if stat.S_ISREG(status.st_mode):
                yield LogFile(name=str(path), path=path, size=status.st_size)
            else:
                yield Unread(name=str(path), why="not a regular file")
        if not found:
            raise InputError(f"no file at {name}", hint="is the path or the pattern right?")


def _paths(name: str) -> Iterator[Path]:
    path = Path(name)
    if not path.exists() and glob.has_magic(name):
        for match in sorted(glob.glob(name, recursive=True, include_hidden=True)):
            if not Path(match).is_dir():
                yield Path(match)
    elif path.is_dir():
        for folder, folders, files in os.walk(path):
            folders.sort()
            yield from (Path(folder, file) for file in sorted(files))
    elif os.path.lexists(path):
        yield path
