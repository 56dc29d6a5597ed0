"""What a setting's document was worth: a value, a document that makes no sense, or one nobody read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Json: TypeAlias = "Mapping[str, Json] | list[Json] | str | int | float | bool | None"
"""A decoded JSON value; what botocore returns for a setting fits, dates aside."""


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
