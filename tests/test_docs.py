"""The reference pages say what the code does: they are generated from it, and this test compares."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.reference import checks_page, frameworks_page, usage_page

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES: dict[str, Callable[[], str]] = {
    "checks.md": checks_page,
    "framework-reference.md": frameworks_page,
    "commands.md": usage_page,
}


@pytest.mark.golden
@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_up_to_date(name: str) -> None:
    """`make golden` writes the page; a change of the code that it describes shows here until it does."""
    text = PAGES[name]()
    if os.environ.get("UPDATE_GOLDEN"):
        (DOCS / name).write_text(text, encoding="utf-8")

    assert (DOCS / name).read_text(encoding="utf-8") == text
