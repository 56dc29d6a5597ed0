"""What a setting's document was worth: a value, a document that makes no sense, or one nobody read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Malformed:
    """A document that does not have the shape AWS documents; nothing may be concluded from it.

    `why` is a whole sentence that names the place, for people.
    """

    why: str


@dataclass(frozen=True, slots=True)
class NotRead:
    """A document that exists or not, we do not know; every question that needs it is undecidable.

    `why` is a whole sentence, such as "The bucket ACL was not read."
    """

    why: str


def shown(text: str, *, longest: int = 120) -> str:
    """`text`, which a stranger may have written, fit to stand in a sentence: on one line, visible, and not too long."""
    cut = text if len(text) <= longest else f"{text[:longest]}…"
    if cut.isprintable():
        return cut
    return "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in cut)


def listed(texts: Iterable[str], *, word: str = "and", most: int = 5) -> str:
    """The texts in a row, "a, b and 3 more": enough to find them, never a wall; `word` stands before the last."""
    all_texts = [shown(text) for text in texts]
    if len(all_texts) > most:
        return f"{', '.join(all_texts[:most])} {word} {len(all_texts) - most} more"
    return f" {word} ".join(part for part in (", ".join(all_texts[:-1]), *all_texts[-1:]) if part)
