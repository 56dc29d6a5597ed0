"""The newest log object of a source, as the reading NEWEST_LOG_OBJECT tells it (`auditor.aws.log_objects`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from auditor.members import Members
from auditor.reading import Json
from auditor.s3.log_keys import KeyFormat, PartitionDateSource, PartitionedPrefix
from auditor.shape import mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class LogObject:
    """One log object; `delivered_at` is what its key tells, None where that is no more than the day of the events.

    `last_modified` is later when somebody copied the object, for a copy is written anew under its old key.
    """

    key: str
    delivered_at: datetime | None
    last_modified: datetime

    @property
    def arrived_at(self) -> datetime:
        """When S3 delivered it, as far as can be told."""
        return self.last_modified if self.delivered_at is None else self.delivered_at

    @property
    def latest(self) -> datetime:
        """The latest time in it, which lies in the past unless a clock is wrong."""
        return max(self.arrived_at, self.last_modified)


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """What a search under `stem` in `destination` found.

    `found` is the log object delivered last of those that were seen among `listed` keys. When `exhaustive`, there is
    no newer one; when `window_exhaustive`, none whose key names a time from `window_start` on was overlooked.
    """

    destination: str
    stem: str
    window_start: datetime
    found: LogObject | None
    listed: int
    window_exhaustive: bool
    exhaustive: bool

    def nothing_since(self, time: datetime, key_format: KeyFormat) -> bool:
        """Whether no log object arrived from `time` on, for certain, when none so young was found."""
        if self.exhaustive:
            return True
        # Keys that name the day of the events do not tell when they were written.
        by_event = key_format == PartitionedPrefix(date_source=PartitionDateSource.EVENT_TIME)
        return self.window_exhaustive and self.window_start <= time and not by_event


def parse_newest(document: Json) -> Newest:
    """The view of the document; ValueError naming the member that is wrong."""
    members = Members(mapping(document, "the newest log object"))
    found = None
    if members.json("key") is not None:
        timed = members.json("delivered_at") is not None
        found = LogObject(
            key=members.text("key"),
            delivered_at=members.time("delivered_at") if timed else None,
            last_modified=members.time("last_modified"),
        )
    return Newest(
        destination=members.text("destination"),
        stem=members.text("stem"),
        window_start=members.time("window_start"),
        found=found,
        listed=members.number("listed"),
        window_exhaustive=members.flag("window_exhaustive"),
        exhaustive=members.flag("exhaustive"),
    )
