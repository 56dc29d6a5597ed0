r"""Hostile text from buckets, policies, tags and waivers becomes visible and inert here, and values become words.

Every string that reaches a renderer has passed through `visible`, so that no name can reorder a line, move a terminal's
cursor or hide behind blanks. HTML escaping is a separate matter and belongs to the templates.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime

from auditor.reading import Json

# They print as nothing although Unicode calls them letters or symbols.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_LONGEST_STACK = 3  # combining marks on one letter; living languages need no more
_LAYOUT = re.compile(r"[ \t\r\n]+")
_SAFE = re.compile(r"[A-Za-z0-9.-]+(?:_[A-Za-z0-9.-]+)*")


def visible(text: str) -> str:
    r"""`text` with everything that prints as nothing, or moves other text about, spelt `\u{XXXX}`.

    That covers C0 and C1 controls (so ANSI escapes), bidi controls, zero-width and exotic blanks, lone surrogates,
    private and unassigned code points, and stacks of combining marks. A plain space stays.
    """
    if text.isascii() and text.isprintable():
        return text
    shown: list[str] = []
    stack = 0
    for char in text:
        stack = stack + 1 if unicodedata.combining(char) else 0
        hidden = not char.isprintable() or char in _BLANKS or stack > _LONGEST_STACK
        shown.append(f"\\u{{{ord(char):X}}}" if hidden else char)
    return "".join(shown)


def prose(text: str) -> str:
    """`text` as one visible paragraph: line breaks and indents of texts that people wrote become single spaces."""
    return visible(_LAYOUT.sub(" ", text).strip(" "))


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters of `text`, ending in an ellipsis when something was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def value_text(value: Json, *, limit: int) -> str:
    """A JSON value as one visible line; a longer one than `limit` says how long it is."""
    plain = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    if len(plain) > limit:
        return f"{visible(plain[:limit])}… ({number(len(plain))} characters)"
    return visible(plain)


def number(count: int) -> str:
    """`count` with thousands separated: 12,345."""
    return f"{count:,}"


def plural(count: int, one: str, many: str = "") -> str:
    """`count` with its noun: "1 bucket", "2,000 buckets"."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def share(part: int, whole: int) -> str:
    """`part` of `whole` in percent, rounded down so that 100 % means all of it; "none" of nothing."""
    if whole == 0:
        return "none"
    tenths = part * 1000 // whole
    return f"{tenths // 10}.{tenths % 10} %"


def listed(words: Iterable[str], *, limit: int = 0) -> str:
    """`words` as a phrase: "a, b and c", or "a, b and 7 more" when there are more than `limit`."""
    items = list(words)
    if limit and len(items) > limit:
        items = [*items[:limit], f"{number(len(items) - limit)} more"]
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1] if items else ""


def sentence(text: str) -> str:
    """`text` as a whole sentence: a capital first, a full stop last; "" stays empty."""
    clean = prose(text)
    if not clean:
        return ""
    return clean[0].upper() + clean[1:] + ("" if clean.endswith((".", "!", "?")) else ".")


def utc(moment: datetime) -> str:
    """`moment` for people, in UTC to the second: 2026-11-22 20:24:05 UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def iso(moment: datetime) -> str:
    """`moment` for machines: 2026-11-22T20:24:05Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def anchor(kind: str, *parts: str) -> str:
    """A fragment identifier for `parts`, the same in every run, different for different parts.

    Parts made of safe characters stay readable; anything else, and anything long, is replaced by a digest.
    """
    joined = "_".join(parts)
    if len(joined) <= 150 and joined.count("_") == len(parts) - 1 and _SAFE.fullmatch(joined):
        return f"{kind}-{joined}"
    # The separator cannot occur in a part that came through JSON unescaped, so two lists never collide.
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{kind}-{digest[:16]}"
