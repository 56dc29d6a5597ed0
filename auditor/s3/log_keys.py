"""The key of a delivered log object is fixed by the source's logging configuration up to its time and unique string.

Source: S3 User Guide, "Logging requests with server access logging", log object key format; S3 API Reference,
TargetObjectKeyFormat. The prefix is put before the rest verbatim: `logs` gives `logs2026-…`, not `logs/2026-…`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final, Protocol, TypeAlias

from auditor.reading import Json


class PartitionDateSource(StrEnum):
    """Which day partitioned keys name; AWS's spelling."""

    EVENT_TIME = "EventTime"
    DELIVERY_TIME = "DeliveryTime"


@dataclass(frozen=True, slots=True)
class SimplePrefix:
    """`[prefix][YYYY]-[MM]-[DD]-[hh]-[mm]-[ss]-[unique]`, the time being that of delivery, in UTC."""


@dataclass(frozen=True, slots=True)
class PartitionedPrefix:
    """`[prefix][account]/[Region]/[bucket]/[YYYY]/[MM]/[DD]/[YYYY]-[MM]-[DD]-[hh]-[mm]-[ss]-[unique]`.

    With EVENT_TIME an object holds records of one day only and hh-mm-ss are zero, so the key does not tell
    when the object was delivered.
    """

    date_source: PartitionDateSource = PartitionDateSource.EVENT_TIME


KeyFormat: TypeAlias = SimplePrefix | PartitionedPrefix


def parse_key_format(document: object) -> KeyFormat:
    """The key format of a `TargetObjectKeyFormat` document; None, where S3 returned none, is the simple format.

    `document` is `{"SimplePrefix": {}}` or `{"PartitionedPrefix": {"PartitionDateSource": …}}`. A partitioned
    format without a date source means EventTime. Anything else, including both at once, is a ValueError.
    """
    match document:
        case None:
            return SimplePrefix()
        case {"SimplePrefix": dict() | None, **others} if not others:
            return SimplePrefix()
        case {"PartitionedPrefix": dict() as options, **others} if not others:
            return PartitionedPrefix(_date_source(options.get("PartitionDateSource")))
        case _:
            raise ValueError("TargetObjectKeyFormat must hold either SimplePrefix or PartitionedPrefix")


def _date_source(value: object) -> PartitionDateSource:
    match value:
        case None:
            return PartitionDateSource.EVENT_TIME
        case "EventTime" | "DeliveryTime":
            return PartitionDateSource(value)
        case _:
            raise ValueError("PartitionDateSource must be EventTime or DeliveryTime")


def key_format_document(key_format: KeyFormat) -> Json:
    """`key_format` as a TargetObjectKeyFormat document with nothing left to a default: one format, one document."""
    match key_format:
        case SimplePrefix():
            return {"SimplePrefix": {}}
        case PartitionedPrefix(date_source=source):
            return {"PartitionedPrefix": {"PartitionDateSource": source.value}}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySpace:
    """All keys that S3 ever writes for the logs of one source.

    `account`, `region` and `bucket` are the source's; only the partitioned format spells them out.
    """

    prefix: str
    key_format: KeyFormat
    account: str
    region: str
    bucket: str

    @property
    def stem(self) -> str:
        """The text that every key of the space begins with, up to but not including the first date."""
        match self.key_format:
            case SimplePrefix():
                return self.prefix
            case PartitionedPrefix():
                return f"{self.prefix}{self.account}/{self.region}/{self.bucket}/"


class Addressed(Protocol):
    """What a logging configuration says about keys."""

    @property
    def prefix(self) -> str:
        """TargetPrefix, verbatim; may be empty."""

    @property
    def key_format(self) -> KeyFormat:
        """The format from TargetObjectKeyFormat."""


def key_space(logging: Addressed, *, account: str, region: str, bucket: str) -> KeySpace:
    """The key space of the source `bucket`, which lies in `region` of `account` and logs as `logging` says."""
    return KeySpace(prefix=logging.prefix, key_format=logging.key_format, account=account, region=region, bucket=bucket)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKey:
    """What the key of a delivered log object tells.

    `time` is when S3 delivered the object, in UTC, to the second. In the partitioned format it is None when the key
    says 00-00-00: that is how EventTime leaves the time out, and a source may have changed its date source since.
    `day` is the day that the key names: of delivery, or of the events inside.
    """

    time: datetime | None
    day: date
    unique: str


# re.ASCII and fullmatch: the key is a stranger's text, and \d would also accept other alphabets' digits.
_NAME: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})-(\d{2})-(\d{2})-(\d{2})-([0-9A-Za-z]+)", re.ASCII)
_DAY_PATH: Final = re.compile(r"\d{4}/\d{2}/\d{2}/", re.ASCII)
_DAY_PATH_LENGTH: Final = len("YYYY/MM/DD/")


def parse_log_key(key: str, space: KeySpace) -> LogKey | None:
    """What `key` tells if S3 could have written it for `space`; None for every other key.

    The date must follow the stem at once, so that prefix `app` does not swallow the objects of prefix `app-2`.
    """
    stem = space.stem
    if not key.startswith(stem):
        return None
    rest = key[len(stem) :]
    match space.key_format:
        case SimplePrefix():
            return _parse_name(rest, timed=True)
        case PartitionedPrefix():
            found = _parse_name(rest[_DAY_PATH_LENGTH:], timed=False)
            if found is None or rest[:_DAY_PATH_LENGTH] != _day_path(found.day):
                return None
            return found


def _parse_name(name: str, *, timed: bool) -> LogKey | None:
    """The parts of the last segment of a key; `timed` when 00-00-00 is a time like any other."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    year, month, day, hour, minute, second = map(int, found.groups()[:6])
    try:
        time = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:  # a date that no calendar has is nobody's delivery time
        return None
    known = timed or (hour, minute, second) != (0, 0, 0)
    return LogKey(time=time if known else None, day=time.date(), unique=found[7])


class Overlap(StrEnum):
    """How two key spaces in one bucket get in each other's way; the worse comes first."""

    SAME = "same"
    """One key can belong to both: nothing but the records inside tells whose logs an object holds."""
    NESTED = "nested"
    """One stem is a folder above the other: listing or lifecycle of the outer one takes in the inner one."""
    LISTS_OTHER = "lists-other"
    """One stem is the beginning of the other's text (`app` and `app2`): listing it lists the other's objects too."""
    DISJOINT = "disjoint"
    """Neither lists the other."""


def overlap(one: KeySpace, other: KeySpace) -> Overlap:
    """How the two key spaces collide; symmetric. Both must be of the same destination.

    Equal partitioned prefixes of two sources are disjoint, for account, Region and bucket name differ.
    """
    outer, inner = sorted((one, other), key=lambda space: len(space.stem))
    if not inner.stem.startswith(outer.stem):
        return Overlap.DISJOINT
    between = inner.stem[len(outer.stem) :]
    if not between or _shares_keys(outer, inner, between):
        return Overlap.SAME
    if outer.stem == "" or outer.stem.endswith("/") or between.startswith("/"):
        return Overlap.NESTED
    return Overlap.LISTS_OTHER


def _shares_keys(outer: KeySpace, inner: KeySpace, between: str) -> bool:
    """Whether one key can be of both spaces although the stems differ.

    Only a simple prefix that ends in the day folder of a partitioned one does: a simple key holds no slash after
    its prefix, and its first dash stands four digits after it, so two different simple prefixes share no key.
    """
    match outer.key_format, inner.key_format:
        case PartitionedPrefix(), SimplePrefix() if _DAY_PATH.fullmatch(between):
            return parse_log_key(f"{inner.stem}{between[:10].replace('/', '-')}-00-00-00-0", outer) is not None
        case _:
            return False


def day_prefix(space: KeySpace, day: date) -> str:
    """The prefix to list for the keys that name `day`: the day's folder, or with the simple format `…YYYY-MM-DD-`."""
    match space.key_format:
        case SimplePrefix():
            return f"{space.stem}{day.isoformat()}-"
        case PartitionedPrefix():
            return f"{space.stem}{_day_path(day)}"


def start_after(space: KeySpace, time: datetime) -> str:
    """The `StartAfter` to list keys from `time` (aware; to the second) on, in the order of ListObjectsV2.

    The result itself is never a key: a key goes on with a dash and the unique string. With PartitionDateSource
    EventTime keys hold no time of day, and the listing starts at the beginning of the day.
    """
    at = time.astimezone(UTC)
    match space.key_format:
        case SimplePrefix():
            return f"{space.stem}{_stamp(at)}"
        case PartitionedPrefix(date_source=PartitionDateSource.DELIVERY_TIME):
            return f"{space.stem}{_day_path(at.date())}{_stamp(at)}"
        case PartitionedPrefix():
            midnight = at.replace(hour=0, minute=0, second=0)
            return f"{space.stem}{_day_path(at.date())}{_stamp(midnight)}"


def _day_path(day: date) -> str:
    return f"{day.year:04}/{day.month:02}/{day.day:02}/"


def _stamp(time: datetime) -> str:
    # strftime("%Y") does not pad years below 1000 on every platform.
    return f"{time.year:04}-{time.month:02}-{time.day:02}-{time.hour:02}-{time.minute:02}-{time.second:02}"
