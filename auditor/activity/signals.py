"""A signal is what a detection saw in the records that were read; that it saw nothing is said as well, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from auditor.activity.detection_inputs import Allowance
from auditor.model import Severity
from auditor.reading import Json


class Count(int):
    """A number in a sentence: `{keys:key|keys}` is "1 key" or "1,200 keys", `{bytes:size}` is "1.5 GiB"."""

    def __format__(self, spec: str) -> str:
        one, bar, many = spec.partition("|")
        if bar:
            return f"{int(self):,} {one if self == 1 else many}"
        if spec == "size":
            return _size(int(self))
        return int(self).__format__(spec or ",")


def _size(count: int) -> str:
    """`count` bytes in the largest binary unit of which there is at least one."""
    for power, unit in ((4, "TiB"), (3, "GiB"), (2, "MiB"), (1, "KiB")):
        if count >= 1024**power:
            return f"{count / 1024**power:.1f} {unit}"
    return f"{Count(count):byte|bytes}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One record behind a signal: the log object (or file), its line from 1, and the request id."""

    object: str
    line: int
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Something that deserves a look; never a statement of compliance.

    `bucket` is None when several buckets are concerned. `subject` has those of principal, remote_ip and key that the
    signal is about. `count` is the number of records in the densest window where the detection has windows. `details`
    are the detection's own figures. `allowance` is the acceptance that covers it, and then it should not gate.
    """

    detection: str
    catalogue: str
    title: str
    summary: str
    severity: Severity
    bucket: str | None
    subject: Mapping[str, str]
    first_seen: datetime
    last_seen: datetime
    count: int
    bytes: int
    examples: tuple[Example, ...]
    details: Mapping[str, Json]
    allowance: Allowance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotEvaluated:
    """A detection that could not look, with the reason as a sentence."""

    detection: str
    catalogue: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """A detection that looked at `records` of the window; `narrow` more had too few fields for it."""

    detection: str
    catalogue: str
    records: int
    narrow: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineInfo:
    """The exact records before the window: how many, and the days from the first of them to the window."""

    days: int
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What all detections saw, and which of them looked; every detection is in `evaluated` or in `not_evaluated`."""

    signals: tuple[Signal, ...]
    evaluated: tuple[Evaluated, ...]
    not_evaluated: tuple[NotEvaluated, ...]
    baseline: BaselineInfo
