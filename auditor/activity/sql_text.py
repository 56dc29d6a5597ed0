"""SQL written from our own tables: every text that goes in is quoted, and nothing a user gave ever does."""

from __future__ import annotations


def literal(text: str) -> str:
    """`text` as a SQL string."""
    return "'" + text.replace("'", "''") + "'"


def literals(texts: tuple[str, ...]) -> str:
    """The texts as a SQL list for IN."""
    return "(" + ", ".join(literal(text) for text in texts) + ")"


def case(*branches: tuple[str, str], default: str | None = None) -> str:
    """A CASE over (condition, value) pairs; NULL when nothing holds and there is no default."""
    whens = " ".join(f"WHEN {condition} THEN {value}" for condition, value in branches)
    return f"(CASE {whens}{'' if default is None else f' ELSE {default}'} END)"
