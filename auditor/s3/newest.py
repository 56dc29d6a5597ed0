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
    """One log object and when S3 wrote it."""

    key: str
    last_modified: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """What a search under `stem` in `destination` found.

    `found` is the newest log object that was seen among `listed` keys. When `exhaustive`, there is no newer one;
    when `window_exhaustive`, none whose key names a time from `window_start` on was overlooked.
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
        found = LogObject(key=members.text("key"), last_modified=members.time("last_modified"))
    return Newest(
        destination=members.text("destination"),
        stem=members.text("stem"),
        window_start=members.time("window_start"),
        found=found,
        listed=members.number("listed"),
        window_exhaustive=members.flag("window_exhaustive"),
        exhaustive=members.flag("exhaustive"),
    )
