"""Lines that the engine's SQL leaves are read by Python, one by one, and become rows like all others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Final, TypeAlias

from auditor.activity.columns import KEY_DECODED, OWN_COLUMNS, stored_columns
from auditor.activity.decode import printable
from auditor.activity.readings import Fault
from auditor.activity.record import Ambiguous, Malformed, Record
from auditor.activity.record_json import parse_either
from auditor.activity.segments import Aside

Value: TypeAlias = str | int | bool | object | None
"""What the engine stores: text, numbers, a flag, a time in UTC, or nothing."""

_FIELDS: Final = tuple(
    "key" if column.name == KEY_DECODED else column.name for column in stored_columns()[OWN_COLUMNS:]
)  # fmt: skip
_VALUES: Final = attrgetter(*_FIELDS)
_KEY: Final = _FIELDS.index("key")
_KEY_RAW: Final = _FIELDS.index("key_raw")
_NOTHING: Final = (None,) * len(_FIELDS)


def stored_names() -> tuple[str, ...]:
    """The names of a row's values, in order."""
    return tuple(column.name for column in stored_columns())


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The row of one line in `engine.exact`; `kept` is the line itself where the row does not say all of it."""

    values: tuple[Value, ...]
    state: str
    kept: bytes | None = None
    fault: Fault | None = None


def row(aside: Aside) -> Row | None:
    """The row for a line; None for a blank one."""
    parsed = parse_either(aside.text) if aside.fault is None else Malformed(line=aside.text, fault=aside.fault)
    match parsed:
        case Record():
            values = _VALUES(parsed)
            stored = _stored(values)
            # The row spells bytes that are not UTF-8 in a way that could also have been the client's text.
            kept = aside.text if any(map(_lossy, values)) else None
            return Row(values=_place(aside, "record", stored), state="record", kept=kept)
        case Ambiguous(readings=readings, disputed=disputed):
            stored = _stored(_VALUES(readings[0]))
            agreed = (None if name in disputed else value for name, value in zip(_FIELDS, stored, strict=True))
            return Row(values=_place(aside, "ambiguous", agreed), state="ambiguous", kept=aside.text)
        case Malformed(fault=Fault.BLANK):
            return None
        case Malformed(fault=fault):
            return Row(values=_place(aside, "malformed", _NOTHING), state="malformed", kept=aside.text, fault=fault)


def _place(aside: Aside, state: str, values: Iterable[Value]) -> tuple[Value, ...]:
    return (aside.placement, aside.line, state, None, None, *values)


def _stored(values: tuple[Value, ...]) -> tuple[Value, ...]:
    """The record's fields as the engine stores them: it takes no lone surrogates, and a key only where it differs."""
    stored = [printable(value) if isinstance(value, str) and not value.isascii() else value for value in values]
    if values[_KEY] == values[_KEY_RAW]:
        stored[_KEY] = None
    return tuple(stored)


def _lossy(value: Value) -> bool:
    return isinstance(value, str) and not value.isascii() and printable(value) != value
