"""The key and the request line of a record as the client meant them; the text in the log is kept beside them.

S3 logs the key of REST, website and SOAP requests percent-encoded twice, and that of batch deletes and of its own
actions (lifecycle and the like) once, there with a plus sign for a space. The User Guide no longer says so; seen in
every published record that holds a percent sign. Whether a plus sign in a REST key ever stands for a space is not
known, so it stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote_to_bytes

ENCODED_ONCE: Final = ("BATCH.", "S3.")
"""The beginnings of the operations whose key is encoded once."""


def decode_key(raw: str, operation: str) -> str:
    """The object key behind the logged text `raw`; bytes that are not UTF-8 become lone surrogates.

    A percent sign without two hexadecimal digits stands for itself, so no text is an error.
    """
    if operation.startswith(ENCODED_ONCE):
        return unquote(raw.replace("+", " "))
    return raw if "%" not in raw else unquote(unquote(raw))


def unquote(text: str) -> str:
    """`text` with its percent sequences as characters; bytes that are not UTF-8 become lone surrogates."""
    if "%" not in text:
        return text
    return unquote_to_bytes(text.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")


def printable(text: str) -> str:
    r"""`text` as UTF-8 can carry it: each byte that was not UTF-8 is spelled `\xff`, which tools can show and store."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """What the client asked for; everything in it is the client's word."""

    method: str
    path: str
    """With its percent encoding."""
    query: tuple[tuple[str, str], ...]
    """Names and values, decoded, in order."""
    protocol: str | None
    """`HTTP/1.1`; None where S3 logs none, as on the reading side of a copy."""


def request_line(uri: str) -> RequestLine | None:
    """The parts of a logged request line; None when it does not begin with a method and a path."""
    method, space, rest = uri.partition(" ")
    if not (space and method.isalpha()):
        return None
    target, _, protocol = rest.rpartition(" ") if " HTTP/" in rest else (rest, "", "")
    path, _, query = target.partition("?")
    # A separator is given so that `;` in a signature does not split; a thousand parameters are nobody's request.
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape", max_num_fields=1000)
    except ValueError:
        pairs = []
    return RequestLine(method=method, path=path, query=tuple(pairs), protocol=protocol or None)
