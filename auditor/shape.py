"""Members of a JSON document are read by type, and a wrong one is a ValueError that names its path."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.reading import Json


def mapping(value: Json, path: str) -> Mapping[str, Json]:
    """`value` as an object; ValueError naming `path` when it is anything else."""
    if isinstance(value, dict):
        return value
    raise ValueError(_wrong(path, "an object", value))


def array(value: Json, path: str) -> list[Json]:
    """`value` as a list; ValueError naming `path` when it is anything else."""
    if isinstance(value, list):
        return value
    raise ValueError(_wrong(path, "a list", value))


def text(value: Json, path: str) -> str:
    """`value` as a string; ValueError naming `path` when it is anything else."""
    if isinstance(value, str):
        return value
    raise ValueError(_wrong(path, "a string", value))


def flag(value: Json, path: str) -> bool:
    """`value` as true or false; ValueError naming `path` when it is anything else."""
    if isinstance(value, bool):
        return value
    raise ValueError(_wrong(path, "true or false", value))


def _wrong(path: str, expected: str, value: Json) -> str:
    # The value itself may be hostile or secret; its kind is enough to find it.
    return f"{path} must be {expected}, not {type(value).__name__}"
