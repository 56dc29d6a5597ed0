"""What `make` sets up is pinned whole, and what people call is what they are told."""

from __future__ import annotations

import re
import stat
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PINNED = [
    line for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if not line.startswith("#")
]


def canonical(name: str) -> str:
    """A project's name as package indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_a_pin_is_a_name_and_a_version_and_nothing_else() -> None:
    """No index, no path, no hash: where packages come from is the installer's business."""
    assert [line for line in PINNED if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+_-]+", line)] == []
    assert len({canonical(line.partition("==")[0]) for line in PINNED}) == len(PINNED)


def test_everything_that_is_asked_for_is_pinned() -> None:
    """A dependency without a pin would be another one tomorrow: run `make constraints`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [
        *project["project"]["dependencies"],
        *(name for names in project["project"]["optional-dependencies"].values() for name in names),
        *(name for names in project["dependency-groups"].values() for name in names),
    ]
    names = {canonical(re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]) for requirement in asked}

    assert names - {canonical(line.partition("==")[0]) for line in PINNED} == set()


def test_every_target_that_people_call_is_explained() -> None:
    """`make` alone lists them."""
    phony = next(line for line in MAKEFILE.splitlines() if line.startswith(".PHONY:")).split()[1:]

    assert [name for name in phony if not re.search(rf"^{name}:.* ## \S", MAKEFILE, re.MULTILINE)] == []


@pytest.mark.parametrize("name", ["constraints", "find-python", "run", "setup", "system-packages"])
def test_scripts_can_be_run(name: str) -> None:
    """A clone keeps the mode."""
    script = ROOT / ".ci" / name

    assert script.read_text(encoding="utf-8").startswith("#!/bin/sh\n")
    assert script.stat().st_mode & stat.S_IXUSR


def test_ci_runs_what_people_run() -> None:
    """Nothing passes there that fails here."""
    commands = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()

    assert commands[-1] == "exec make test"
    assert commands[1:-1] == ["set -eu", 'cd "$(dirname "$0")/.."']
