"""Strangers' texts in sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.s3.documents import listed, shown


@given(st.text(max_size=300))
def test_shown_text_is_one_visible_line(text: str) -> None:
    """Whatever a stranger wrote, no line break, no control and no reordering character reaches a sentence."""
    assert shown(text).isprintable()


def test_plain_text_is_shown_as_it_is() -> None:
    """Only what is long is cut."""
    assert shown("arn:aws:s3:::acme") == "arn:aws:s3:::acme"
    assert shown("x" * 200) == "x" * 120 + "…"
    assert shown("a\nb") == "a\\u{a}b"


@pytest.mark.parametrize(
    ("texts", "row"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a or b"),
        (["a", "b", "c"], "a, b or c"),
        (["a", "b", "c", "d", "e"], "a, b, c, d or e"),
        (list("abcdefg"), "a, b, c, d, e or 2 more"),
    ],
)
def test_long_lists_are_counted(texts: list[str], row: str) -> None:
    """Enough to find them, never a wall."""
    assert listed(texts, word="or") == row
