"""What S3 does not return is kept as a value that shows itself, so that no answer can be given past it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from auditor.s3.days import Document, Doubt, Fact

_LONGEST_SHOWN: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Malformed:
    """A part of a document that S3 does not return, or that is newer than this program: its meaning is unknown."""

    path: str
    value: str
    problem: str
    document: Document = Document.LIFECYCLE

    @property
    def fact(self) -> Fact:
        """The part as evidence; the value is its JSON text on one line, cut short."""
        return Fact(document=self.document, path=self.path, value=self.value)

    @property
    def doubt(self) -> Doubt:
        """The part as a reason for not deciding."""
        return Doubt(fact=self.fact, sentence=f"{self.path} is {self.value}, {self.problem}.")


def malformed(path: str, value: object, *, problem: str, document: Document = Document.LIFECYCLE) -> Malformed:
    """The Malformed for `value`; `problem` goes on after "<path> is <value>, "."""
    return Malformed(path=path, value=shown(value), problem=problem, document=document)


def shown(value: object) -> str:
    """`value` as at most 200 characters of JSON on one line, or its type where it is no JSON at all."""
    try:
        text = json.dumps(value, default=str, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):  # keys that are no strings, or a cycle
        text = f"a {type(value).__name__}"
    return printable(text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…")


def kept(value: object) -> str | int | bool | None:
    """`value` as evidence: itself where it is a short scalar, else how it is shown."""
    if isinstance(value, int) or value is None:
        return value
    return value if isinstance(value, str) and len(value) <= _LONGEST_SHOWN and value.isprintable() else shown(value)


def printable(text: str) -> str:
    """`text` on one line: a character that would break or reorder it is shown by its code point."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in text)


def quoted(text: str) -> str:
    """`text` in double quotes, fit to stand in a sentence."""
    return f'"{printable(text)}"'


def whole_number(value: object, *, least: int, most: int) -> int | None:
    """`value` when it is a JSON whole number between the bounds; None for all else, booleans included."""
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    return None
