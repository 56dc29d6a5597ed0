"""A JSON document is told apart by its kind, read without guessing, and written so that equal values give equal bytes.

The layout is compact JSON with sorted keys that still suits `grep` and `diff`: the members of the document, and of
the objects directly in it, have a line each, and so has each item of a list there (one finding, one bucket a line).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from itertools import islice

import jsonschema_rs
import orjson

from auditor import __version__
from auditor.errors import AuditorError, DocumentError
from auditor.reading import Json
from auditor.schema import fault, require_valid, schema
from auditor.shape import mapping

DEEPEST = 254
"""Levels of nesting that a document may have: as many as orjson writes. Answers of AWS have less than ten."""

BATCH = 200
"""Items that are held at a time while a long list is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of document: its name (`kind` in the document, and its schema), its version, and the command for it."""

    name: str
    version: str
    command: str

    @property
    def phrase(self) -> str:
        """The kind with its article: "an estate"."""
        return f"{'an' if self.name[0] in 'aeiou' else 'a'} {self.name}"


ESTATE = Kind(name="estate", version="1.0", command="evaluate")
ASSESSMENT = Kind(name="assessment", version="1.0", command="report")
KINDS = (ESTATE, ASSESSMENT)


def opening(kind: Kind, tool_version: str) -> dict[str, Json]:
    """The members that every document of `kind` starts with."""
    return {
        "kind": kind.name,
        "schema_version": kind.version,
        "tool": {"name": "s3-log-auditor", "version": tool_version},
    }


def load(data: bytes, kind: Kind, *, origin: str) -> Mapping[str, Json]:
    """The document in `data`, valid by the schema of `kind`; DocumentError names `origin`, the place and the fault."""
    document = parse(data, origin=origin)
    _require_kind(document, kind, origin=origin)
    require_valid(document, kind.name, origin=origin)
    return mapping(document, origin)


def dump(document: Mapping[str, Json], kind: Kind, *, streams: Mapping[str, Iterable[Json]] | None = None) -> bytes:
    """The bytes of `document`; AuditorError when it breaks its schema, because then we made it wrong.

    `streams` are long lists of the document by name, whose items are made as they are written: 200,000 findings take
    half the time and half the memory of a list of them.
    """
    streams = streams or {}
    members: dict[str, Json] = {**document, **{name: [] for name in streams}}
    _require_sound(members, kind)
    written = BytesIO()
    for index, key in enumerate(sorted(members)):
        written.write((b",\n" if index else b"{\n") + _compact(key) + b":")
        if key in streams:
            written.writelines(_checked(streams[key], kind, key=key, members=members))
        else:
            written.writelines(_layout(members[key], levels=1))
    written.write(b"\n}\n")
    return written.getvalue()


def digest(data: bytes) -> str:
    """The SHA-256 of a document's bytes in hexadecimal, as `sha256sum` prints it for the file."""
    return hashlib.sha256(data).hexdigest()


# --- reading ----------------------------------------------------------------------------------------------------------


def parse(data: bytes, *, origin: str) -> Json:
    """The JSON value in `data`; what JSON leaves open (a key twice, NaN, a number beyond any float) is refused.

    A reader that took the last of two equal keys, as most do, would judge something else than a person who reads the
    first. Whole numbers stay exact at any size. Raises DocumentError naming `origin`.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        hint = "was it saved again by another program? some shells write UTF-16"
        raise DocumentError(f"{origin}: not UTF-8 text (at byte {wrong.start})", hint=hint) from wrong
    if not text.strip():
        raise DocumentError(f"{origin}: the file is empty", hint="did the program that wrote it end early?")
    try:
        document: Json = json.loads(
            text, object_pairs_hook=_members, parse_float=_finite, parse_constant=_refuse_constant
        )
    except json.JSONDecodeError as wrong:
        place = f"line {wrong.lineno}, column {wrong.colno}"
        problem = wrong.msg[:1].lower() + wrong.msg[1:]
        raise DocumentError(f"{origin}: not JSON at {place}: {problem}", hint="is the file whole?") from wrong
    except _RefusedError as wrong:
        raise DocumentError(f"{origin}: {wrong}") from wrong
    except RecursionError as wrong:
        raise DocumentError(_too_deep(origin)) from wrong
    except ValueError as wrong:  # int() refuses a number of thousands of digits, because it would take for ever
        raise DocumentError(f"{origin}: a number in it has too many digits") from wrong
    if _is_too_deep(document):
        raise DocumentError(_too_deep(origin))
    return document


class _RefusedError(ValueError):
    """Well-formed text that does not say one thing."""


def _members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise _RefusedError(f"the key {shown(twice)} is there more than once in one object")
    return members


def _finite(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise _RefusedError(f"the number {shown(text)} is too large")
    return number


def _refuse_constant(text: str) -> float:
    raise _RefusedError(f"{text} is not a JSON number")


def _is_too_deep(document: Json) -> bool:
    """Whether `document` has more than DEEPEST levels of lists and objects: whatever walks it later needs an end."""
    try:
        orjson.dumps(document)  # ten times as fast as the walk below, and it ends at the same level
    except TypeError:  # too deep, or something else that orjson refuses
        level: list[Json] = [document]
        for _ in range(DEEPEST + 1):
            level = [child for parent in level for child in _children(parent)]
        return bool(level)
    return False


def _children(parent: Json) -> Iterable[Json]:
    match parent:
        case dict():
            return parent.values()
        case list():
            return parent
        case _:
            return ()


def _too_deep(origin: str) -> str:
    return f"{origin}: lists and objects are nested more than {DEEPEST} levels deep"


def _require_kind(document: Json, kind: Kind, *, origin: str) -> None:
    """Refuse another kind of document, or another version of this kind, in words that say what to do instead."""
    name = document.get("kind") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(name, str):
        raise DocumentError(f'{origin}: not {kind.phrase}: expected an object with "kind": "{kind.name}"')
    if name != kind.name:
        other = next((one for one in KINDS if one.name == name), None)
        if other is None:
            raise DocumentError(f'{origin}: kind is {shown(name)}; expected "{kind.name}"')
        raise DocumentError(
            f"{origin}: this is {other.phrase}, where {kind.phrase} is expected",
            hint=f"`{other.command}` reads it",
        )
    version = document.get("schema_version")
    if not isinstance(version, str) or not re.fullmatch(r"[0-9]{1,6}\.[0-9]{1,6}", version):
        found = f"schema_version is {shown(version)}" if "schema_version" in document else "schema_version is missing"
        raise DocumentError(f'{origin}: {found}; expected "{kind.version}"')
    if _ordered(version) > _ordered(kind.version):
        raise DocumentError(
            f"{origin}: its schema_version is {version}, and s3-log-auditor {__version__} reads {kind.version}",
            hint=f"upgrade to the version that wrote it{_writer(document)} or a later one",
        )
    if version != kind.version:
        raise DocumentError(
            f"{origin}: its schema_version is {version}, which s3-log-auditor {__version__} no longer reads",
            hint=f"make it again, or use the version that wrote it{_writer(document)}",
        )


def _ordered(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _writer(document: Mapping[str, Json]) -> str:
    match document.get("tool"):
        case {"version": str(version)}:
            return f" ({shown(version)})"
        case _:
            return ""


def shown(value: Json) -> str:
    """A value from a document for a message: short, and escaped so that hostile text stays inert."""
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


# --- writing ----------------------------------------------------------------------------------------------------------


def _require_sound(document: Json, kind: Kind) -> None:
    wrong = fault(document, kind.name)
    if wrong is not None:
        raise AuditorError(f"the {kind.name} to be written is wrong: {wrong}", hint="please report it as a bug")


def _checked(items: Iterable[Json], kind: Kind, *, key: str, members: Mapping[str, Json]) -> Iterator[bytes]:
    """The pieces of a list that is made as it is written, valid batch by batch."""
    rules = schema(kind.name)
    of_list = mapping(mapping(rules["properties"], "properties")[key], key)
    validator = jsonschema_rs.validator_for({**of_list, "$defs": rules["$defs"]}, offline=True)
    remaining = iter(items)
    opened = False
    while batch := list(islice(remaining, BATCH)):
        if not validator.is_valid(batch):
            _require_sound({**members, key: batch}, kind)
        for item in batch:
            yield (b",\n" if opened else b"[\n") + _compact(item)
            opened = True
    yield b"\n]" if opened else b"[]"


def _layout(value: Json, *, levels: int) -> Iterator[bytes]:
    """The pieces of `value`: a line for each item of a list, and for each member of an object down to `levels`."""
    match value:
        case dict() as members if members and levels:
            for index, key in enumerate(sorted(members)):
                yield (b",\n" if index else b"{\n") + _compact(key) + b":"
                yield from _layout(members[key], levels=levels - 1)
            yield b"\n}"
        case list() as items if items:
            for index, item in enumerate(items):
                yield (b",\n" if index else b"[\n") + _compact(item)
            yield b"\n]"
        case _:
            yield _compact(value)


def _compact(value: Json) -> bytes:
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        # orjson refuses what JSON allows but few programs read: whole numbers beyond 64 bits and lone surrogates.
        return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def timestamp(moment: datetime) -> str:
    """An aware time as documents have it: `2026-11-22T20:00:00Z`, with microseconds only where there are some."""
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone could mean any instant: {moment.isoformat()}")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
