"""Files are read with errors that name them, and written beside and then renamed, so that none is ever half there."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from auditor.errors import InputError, OutputError, ReportError


def read_bytes(path: Path, *, what: str) -> bytes:
    """The content of `path`; InputError naming it and `what` was expected there."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {what} {path}: {error.strerror}", hint="is the path right?") from error


def read_text(path: Path, *, what: str) -> str:
    """The UTF-8 text of `path`; InputError when it is not there or not text."""
    try:
        return read_bytes(path, what=what).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{what} {path} is not UTF-8 text (byte {error.start})") from error


def prepare_folder(folder: Path) -> Path:
    """Make `folder` and prove that it can be written, before anything costly starts."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".s3-log-auditor-"):
            pass
    except OSError as error:
        raise OutputError(
            f"cannot write to the output folder {folder}: {error.strerror}", hint="choose another one with --output"
        ) from error
    return folder


def prepare_file(path: Path) -> Path:
    """Make sure that `path` can be written, before anything costly starts."""
    if path.is_dir():
        raise OutputError(f"{path} is a folder; a file name is expected", hint="for example estate.json")
    prepare_folder(path.parent)
    return path


def write(path: Path, content: bytes) -> Path:
    """Write `content` to `path` all at once; ReportError when the disk is full or the folder has become unwritable."""
    temporary = ""
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
            temporary = file.name
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise ReportError(f"cannot write {path}: {error.strerror}", hint="is the disk full?") from error
    return path
