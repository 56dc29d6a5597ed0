"""The demo says what it needs, and what it is going to run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from auditor.demo.run import FORMATS, FRAMEWORKS, run_demo, scan_arguments
from auditor.errors import InputError


def test_without_the_emulator_the_user_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """moto is an optional dependency; missing it is no bug."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "moto" or name == "auditor.demo.emulator"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "moto", None)

    with pytest.raises(InputError) as refused:
        run_demo(tmp_path, lambda _: None)

    assert refused.value.exit_code == 2
    assert "moto" in refused.value.message
    assert "pip install 's3-log-auditor[demo]'" in refused.value.hint


def test_the_demo_is_the_real_scan_of_the_whole_organization() -> None:
    """With the company's frameworks and every format that is on offer."""
    files = [Path(f"{name}.toml") for name in FRAMEWORKS]
    arguments = scan_arguments(Path("out"), files)

    assert arguments[:2] == ["scan", "--organization"]
    assert arguments.count("--framework-file") == len(FRAMEWORKS)
    assert arguments.count("--format") == len(FORMATS)
    assert arguments[-2:] == ["--output", "out"]
