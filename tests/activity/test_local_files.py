"""What a user names becomes files, each once."""

import io
import os
from pathlib import Path

import pytest

from auditor.activity.local_files import local_sources
from auditor.activity.log_object import LogFile, LogStream, Unread
from auditor.errors import InputError


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """A folder with two logs, one in a folder of its own."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "b.log").write_text("b")
    (tmp_path / "deep" / "a.log").write_text("a")
    (tmp_path / "other.txt").write_text("c")
    return tmp_path


def names(*given: object) -> list[str]:
    """The names of the sources behind what was given."""
    return [source.name for source in local_sources([str(name) for name in given], io.BytesIO())]


def test_a_folder_is_all_its_files(logs: Path) -> None:
    """Folders are read to their depth, in the order of names."""
    assert names(logs) == [str(logs / "b.log"), str(logs / "other.txt"), str(logs / "deep" / "a.log")]


def test_patterns_match(logs: Path) -> None:
    """One star stays in its folder, two go deeper."""
    assert names(f"{logs}/*.log") == [str(logs / "b.log")]
    assert names(f"{logs}/**/*.log") == [str(logs / "b.log"), str(logs / "deep" / "a.log")]


def test_a_file_counts_once(logs: Path) -> None:
    """The same file by another name would count its records twice."""
    os.link(logs / "b.log", logs / "same.log")
    (logs / "link.log").symlink_to(logs / "b.log")

    assert names(logs / "b.log", logs / "same.log", logs / "link.log", f"{logs}/b*") == [str(logs / "b.log")]


def test_a_file_whose_name_looks_like_a_pattern_is_itself(logs: Path) -> None:
    """Brackets are legal in file names."""
    (logs / "[b].log").write_text("x")

    assert names(logs / "[b].log") == [str(logs / "[b].log")]


def test_a_dash_is_standard_input() -> None:
    """The stream is handed on, not read."""
    stream = io.BytesIO(b"x")

    assert list(local_sources(["-"], stream)) == [LogStream(name="standard input", stream=stream)]


def test_sizes_are_told(logs: Path) -> None:
    """A file comes with its size."""
    assert list(local_sources([str(logs / "b.log")], io.BytesIO())) == [
        LogFile(name=str(logs / "b.log"), path=logs / "b.log", size=1)
    ]


def test_what_cannot_be_read_is_named(logs: Path) -> None:
    """A broken link and a pipe do not stop the others."""
    (logs / "broken").symlink_to(logs / "nowhere")
    os.mkfifo(logs / "pipe")

    found = {source.name: source for source in local_sources([str(logs)], io.BytesIO())}

    assert found[str(logs / "broken")] == Unread(
        name=str(logs / "broken"), why="cannot be read: No such file or directory"
    )
    assert found[str(logs / "pipe")] == Unread(name=str(logs / "pipe"), why="not a regular file")
    assert isinstance(found[str(logs / "b.log")], LogFile)


@pytest.mark.parametrize("name", ["missing.log", "*.gz", "empty"])
def test_nothing_is_an_error(logs: Path, name: str) -> None:
    """A name that stands for no file is a mistake, not an empty log."""
    (logs / "empty").mkdir()

    with pytest.raises(InputError, match="no file"):
        names(logs / name)
