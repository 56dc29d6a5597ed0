"""Hostile text becomes visible and inert, and values become words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.report import text


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("acme-logs", "acme-logs"),
        ("a b", "a b"),
        ("\x1b[31mred", "\\u{1B}[31mred"),
        ("\x9b2J", "\\u{9B}2J"),
        ("one\ntwo\ttab\rreturn\x00", "one\\u{A}two\\u{9}tab\\u{D}return\\u{0}"),
        ("abc\u202egnp.exe", "abc\\u{202E}gnp.exe"),
        ("a\u2066b\u2069", "a\\u{2066}b\\u{2069}"),
        ("zero\u200bwidth\ufeff", "zero\\u{200B}width\\u{FEFF}"),
        ("no\u00a0break", "no\\u{A0}break"),
        ("\u3164", "\\u{3164}"),
        ("\ud800", "\\u{D800}"),
        ("\ue000", "\\u{E000}"),
        ("Zürich 日本", "Zürich 日本"),
        ("e\u0301", "e\u0301"),
        ("e" + "\u0301" * 5, "e" + "\u0301" * 3 + "\\u{301}" * 2),
    ],
)
def test_what_prints_as_nothing_is_spelt_out(hostile: str, shown: str) -> None:
    """A control, a blank or a direction mark never reaches a reader unseen."""
    assert shown == text.visible(hostile)


@given(st.text(alphabet=st.characters()))
def test_every_text_becomes_printable_and_stays_so(hostile: str) -> None:
    """Whatever comes in, what goes out is printable, encodable, and not changed by a second pass."""
    shown = text.visible(hostile)

    assert shown.isprintable()
    assert shown == text.visible(shown)
    assert shown.encode("utf-8").decode("utf-8") == shown


def test_prose_joins_lines_but_hides_nothing() -> None:
    """Line breaks of a person's text become spaces; a direction mark in it stays visible."""
    assert text.prose("  one\n    two\u202e ") == "one two\\u{202E}"


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(0, 0, "none"), (0, 3, "0.0 %"), (2, 3, "66.6 %"), (9_999, 10_000, "99.9 %"), (10_000, 10_000, "100.0 %")],
)
def test_a_share_is_never_rounded_up_to_all(part: int, whole: int, shown: str) -> None:
    """100 % means every one."""
    assert shown == text.share(part, whole)


@pytest.mark.parametrize(
    ("words", "limit", "shown"),
    [
        ([], 0, ""),
        (["a"], 0, "a"),
        (["a", "b"], 0, "a and b"),
        (["a", "b", "c"], 0, "a, b and c"),
        (["a", "b", "c", "d"], 2, "a, b and 2 more"),
        (["a", "b"], 2, "a and b"),
    ],
)
def test_a_list_reads_as_a_phrase(words: list[str], limit: int, shown: str) -> None:
    """Names are joined as people join them, and what is left out is counted."""
    assert shown == text.listed(words, limit=limit)


def test_a_long_value_says_how_long_it_is() -> None:
    """A cut value never looks whole."""
    assert text.value_text("k" * 1_024, limit=10) == "kkkkkkkkkk… (1,024 characters)"
    assert text.value_text({"b": 1, "a": None}, limit=99) == '{"a": null, "b": 1}'


parts = st.lists(st.text(max_size=70), min_size=1, max_size=3)


@given(parts, parts)
def test_fragments_are_safe_and_keep_things_apart(one: list[str], other: list[str]) -> None:
    """A fragment can stand in an attribute and an address as it is, and two subjects never share one."""
    fragment = text.anchor("b", *one)

    assert fragment.isascii()
    assert not set(fragment) & set("\"'<>&#% \t\n")
    assert (fragment == text.anchor("b", *other)) == (one == other)
