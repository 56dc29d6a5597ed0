"""What AWS told us about one setting, including that it told us nothing.

A reading keeps the document as AWS sent it, with request id and time, because evidence needs the raw answer; typed
views are derived from it with `Present.map`. There is no fourth arm: a setting that nobody asked for is Unreadable
with the code `NotCollected`, so it can never be mistaken for "not configured".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeAlias, TypeVar

from auditor.setting import CALLS, Call, Scope, Setting

__all__ = [
    "CALLS",
    "MALFORMED",
    "NOT_COLLECTED",
    "Absent",
    "Call",
    "Json",
    "Present",
    "Reading",
    "Readings",
    "Scope",
    "Setting",
    "Unreadable",
    "reading_of",
    "view",
]

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""A JSON value as `json.loads` gives it."""

T = TypeVar("T")
U = TypeVar("U")

NOT_COLLECTED = "NotCollected"
"""The code of a setting nobody asked AWS for: a partial estate, or a read that was switched off."""
MALFORMED = "Malformed"
"""The code of a document that AWS sent and we cannot make sense of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Present(Generic[T]):
    """AWS answered with a value; `value` is its document, or a typed view of it."""

    value: T
    request_id: str = ""
    read_at: datetime | None = None

    def map(self, view: Callable[[T], U]) -> Present[U]:
        """The same answer seen through `view`."""
        return Present(value=view(self.value), request_id=self.request_id, read_at=self.read_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """AWS answered that the setting is not configured; `code` is its error code, "" when it was a plain 200."""

    code: str = ""
    request_id: str = ""
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """We could not learn the setting. It is neither on nor off, and no verdict may assume either."""

    setting: Setting
    code: str
    message: str = ""
    request_id: str = ""
    read_at: datetime | None = None

    @property
    def api(self) -> str:
        """The call that failed, e.g. `s3:GetBucketLogging`."""
        return self.setting.call.api

    @property
    def iam_action(self) -> str:
        """The IAM action the call needs; it differs from the API's name for several S3 settings."""
        return self.setting.call.iam_action

    def because(self) -> str:
        """Why, as the end of a sentence: "s3:GetBucketLogging answered AccessDenied (…)"."""
        if self.code == NOT_COLLECTED:
            return f"{self.api} was not called{f' ({self.message})' if self.message else ''}"
        if self.code == MALFORMED:
            return f"the answer of {self.api} could not be understood ({self.message})"
        return f"{self.api} answered {self.code}; it needs {self.iam_action}"


Reading: TypeAlias = Present[T] | Absent | Unreadable
Readings: TypeAlias = Mapping[Setting, Reading[Json]]


def reading_of(readings: Readings, setting: Setting) -> Reading[Json]:
    """The reading of `setting`, Unreadable with the code NotCollected when nobody asked for it."""
    found = readings.get(setting)
    return Unreadable(setting=setting, code=NOT_COLLECTED) if found is None else found


def view(reading: Reading[Json], setting: Setting, parse: Callable[[Json], T]) -> Reading[T]:
    """The reading seen through `parse`; a document it refuses with ValueError becomes Unreadable, never a default."""
    match reading:
        case Present(value=value, request_id=request_id, read_at=read_at):
            try:
                return Present(value=parse(value), request_id=request_id, read_at=read_at)
            except ValueError as error:
                return Unreadable(
                    setting=setting,
                    code=MALFORMED,
                    message=str(error),
                    request_id=request_id,
                    read_at=read_at,
                )
        case Absent() | Unreadable():
            return reading
