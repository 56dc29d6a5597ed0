"""What boto3 returns, as JSON: nothing is dropped but the envelope, and every time is ISO 8601 in UTC."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, datetime

from auditor.reading import Json


def document_of(answer: Mapping[str, object]) -> dict[str, Json]:
    """The answer of a call without `ResponseMetadata`, which holds nothing of the setting itself."""
    return {key: jsonable(value) for key, value in answer.items() if key != "ResponseMetadata"}


def jsonable(value: object) -> Json:
    """`value` as JSON. Bytes become base64 text; a type that boto3 does not return for a read is a TypeError."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return iso(value)
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case Mapping():
            return {str(key): jsonable(item) for key, item in value.items()}
        case list() | tuple():
            return [jsonable(item) for item in value]
        case _:
            raise TypeError(f"a {type(value).__name__} has no place in an AWS answer")


def iso(time: datetime) -> str:
    """`time` in UTC with a Z, as `2026-11-22T20:15:00Z`; AWS sends UTC where it sends no zone."""
    aware = time if time.tzinfo is not None else time.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat().replace("+00:00", "Z")
