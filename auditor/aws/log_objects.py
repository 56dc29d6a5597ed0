"""The newest log object of a source proves that delivery works; it is found without listing a destination whole.

The reading NEWEST_LOG_OBJECT of a source has this document, which is ours and not one answer of AWS:

    {"destination": "acme-logs",            the bucket that was listed
     "stem": "app/",                        what every log key of the source begins with, up to the date
     "sources": ["acme-app"],               the buckets whose logs have that stem; with several, any may own the object
     "window_start": "2026-11-20T19:15:00Z",  log objects with keys from then on were looked for first
     "key": "app/2026-11-22-…" | null,      the log object delivered last of those seen, null when none was
     "delivered_at": "…Z" | null,           the time in its key; null with EventTime, where it tells the day of events
     "last_modified": "…Z" | null,          what S3 says; later than delivered_at if somebody copied the object
     "size": 4711 | null,
     "listed": 812,                         keys that were looked at
     "foreign": 3,                          those among them that no log delivery can have written
     "window_exhaustive": true,             no key of the window was overlooked that could have been the newest
     "exhaustive": true,                    no log object was delivered after `key`; with `key` null: none at all
     "any_before_window": true | false | null}  null when nobody had to look there

With PartitionDateSource EventTime keys name the day of the events only, and a log object may arrive days later. So the
window begins at the start of a day, and unless something was written within it, all keys are looked at, as far as
PAGES_BY_EVENT goes; `exhaustive` then means that every single one was seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from auditor.aws.access import Access, Outcome
from auditor.aws.arrows import BucketKey, Buckets, logging_of
from auditor.aws.buckets import region_of
from auditor.aws.documents import iso
from auditor.aws.newest_key import PAGES_BY_EVENT, ListingError, LogObject, Page, Search, newest_of, page_of
from auditor.aws.reads import unreadable
from auditor.aws.trouble import Failure
from auditor.reading import Absent, Json, Present, Reading, Setting, Unreadable
from auditor.s3.log_keys import KeyFormat, KeySpace, PartitionDateSource, PartitionedPrefix, key_space

_LOOK_BACK: Final = timedelta(days=30)
_WHOLE_LISTING_PAYS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPlace:
    """Where the logs of one or several sources arrive: a key space of a destination in `region`."""

    destination: str
    region: str
    space: KeySpace
    sources: tuple[str, ...]


def log_places(buckets: Buckets) -> dict[BucketKey, tuple[LogPlace, ...]]:
    """Destination in view -> the places in it where the logs of buckets in scope arrive; one stem is one place.

    A source is left out when its log keys hold its Region and that is unknown.
    """
    found: dict[BucketKey, dict[tuple[str, KeyFormat], LogPlace]] = {}
    for key, bucket in buckets.items():
        logging, region = logging_of(bucket), region_of(bucket)
        if not bucket.in_scope or bucket.deleted or not isinstance(logging, Present):
            continue
        end = (key[0], logging.value.destination)
        partitioned = isinstance(logging.value.key_format, PartitionedPrefix)
        if end not in buckets or buckets[end].deleted or (partitioned and not region):
            continue
        space = key_space(logging.value, account=bucket.account, region=region, bucket=bucket.name)
        places = found.setdefault(end, {})
        place = places.get((space.stem, space.key_format))
        if place is None:
            place = LogPlace(destination=end[1], region=region_of(buckets[end]), space=space, sources=())
        places[space.stem, space.key_format] = replace(place, sources=(*place.sources, bucket.name))
    return {end: tuple(places.values()) for end, places in found.items()}


def survey(
    access: Access, places: Sequence[LogPlace], overview: Reading[Json], *, window: timedelta
) -> dict[LogPlace, Reading[Json]]:
    """The readings of those `places`, all in one destination, that one look at the destination can tell.

    `overview` is its reading TOP_LEVEL_KEYS: a complete list of first path segments proves that nothing lies under a
    stem which begins with none of them. Where several places are left, one page of the whole destination is read,
    which settles them all if the destination holds no more.
    """
    found = {place: _nothing(place, overview, window) for place in places if rules_out(overview, place.space.stem)}
    left = [place for place in places if place not in found]
    if len(left) < _WHOLE_LISTING_PAYS:
        return found
    outcome = _list(access, left[0], prefix="", after="")
    if isinstance(outcome, Failure) or outcome.document.get("IsTruncated") is not False:
        return found  # each place is searched by itself, and tells its own failure
    for place in left:
        try:
            page = page_of(outcome.document, place.space, now=outcome.read_at)
        except ValueError:
            return found
        summary = _whole(place, page, window_start(place.space, outcome.read_at, window))
        found[place] = Present(value=summary, request_id=outcome.request_id, read_at=outcome.read_at)
    return found


def newest_log_object(access: Access, place: LogPlace, *, window: timedelta) -> Reading[Json]:
    """The reading NEWEST_LOG_OBJECT of the sources of `place`, found in at most PAGES or PAGES_BY_EVENT pages."""
    now = access.context.now()
    start = window_start(place.space, now, window)
    search = Search(
        space=place.space, now=now, ask=lambda prefix, after: _list(access, place, prefix=prefix, after=after)
    )
    try:
        in_window = search.since(start)
        if _by_event(place.space):
            exhaustive = _look_at_all(search, start, since=now - window)
        else:
            exhaustive = in_window and _look_back(search, start)
    except ListingError as error:
        return unreadable(Setting.NEWEST_LOG_OBJECT, error.failure)
    document = _document(
        place,
        start,
        search.newest,
        listed=search.listed,
        foreign=search.foreign,
        window_exhaustive=in_window,
        exhaustive=exhaustive,
        any_before=_any_before(search.newest, start, exhaustive=exhaustive),
    )
    return Present(value=document, request_id=" ".join(filter(None, search.request_ids)), read_at=search.read_at)


def _look_back(search: Search, start: datetime) -> bool:
    """Look for the newest object before a window without any; whether none was overlooked."""
    exhaustive = True
    for earlier in (start - _LOOK_BACK, None):
        if exhaustive and not search.has_found():
            exhaustive = search.since(earlier)
    return exhaustive


def _look_at_all(search: Search, start: datetime, *, since: datetime) -> bool:
    """Look at every key unless one was written `since` then; whether all were seen. The last days come first."""
    search.pages_left = PAGES_BY_EVENT
    for earlier in (start - _LOOK_BACK, None):
        if search.newest is not None and search.newest.last_modified >= since:
            return False
        if not search.walk(earlier):
            return False
    return True


def _any_before(newest: LogObject | None, start: datetime, *, exhaustive: bool) -> bool | None:
    if newest is not None and newest.time < start:
        return True
    return False if newest is None and exhaustive else None


def _by_event(space: KeySpace) -> bool:
    return space.key_format == PartitionedPrefix(PartitionDateSource.EVENT_TIME)


def window_start(space: KeySpace, now: datetime, window: timedelta) -> datetime:
    """Where the window begins in terms of the times in keys: an hour early, for an object is written after its time."""
    start = (now - window - timedelta(hours=1)).replace(microsecond=0)
    return start.replace(hour=0, minute=0, second=0) if _by_event(space) else start


def _list(access: Access, place: LogPlace, *, prefix: str, after: str) -> Outcome:
    parameters: dict[str, object] = {
        "Bucket": place.destination,
        "ExpectedBucketOwner": access.account,
        "MaxKeys": 1000,
    }
    if prefix:
        parameters["Prefix"] = prefix
    if after:
        parameters["StartAfter"] = after
    return access.ask(Setting.NEWEST_LOG_OBJECT.call, place.region or access.home_region, parameters)


def rules_out(overview: Reading[Json], stem: str) -> bool:
    """Whether a complete list of first path segments shows that no key begins with `stem`."""
    match overview:
        case Present(value=dict() as document) if document.get("IsTruncated") is False:
            first, slash, _ = stem.partition("/")
            segments = [*_texts(document, "CommonPrefixes", "Prefix"), *_texts(document, "Contents", "Key")]
            return not any(segment == first + slash if slash else segment.startswith(first) for segment in segments)
        case Present() | Absent() | Unreadable():
            return False


def _texts(document: Mapping[str, Json], items: str, member: str) -> list[str]:
    entries = document.get(items)
    found = [entry.get(member) for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    return [text for text in found if isinstance(text, str)]


def _nothing(place: LogPlace, overview: Reading[Json], window: timedelta) -> Reading[Json]:
    """The reading of a place under which, as `overview` shows, no key lies."""
    match overview:
        case Present(request_id=request_id, read_at=datetime() as read_at):
            empty = Page(objects=(), listed=0, truncated=False, last_key="")
            summary = _whole(place, empty, window_start(place.space, read_at, window))
            return Present(value=summary, request_id=request_id, read_at=read_at)
        case Present() | Absent() | Unreadable():
            raise ValueError("an overview that was not read rules out nothing")


def _whole(place: LogPlace, page: Page, start: datetime) -> Json:
    """The document when `page` holds every key of the place."""
    return _document(
        place,
        start,
        newest_of(page.objects),
        listed=page.listed,
        foreign=page.listed - len(page.objects),
        window_exhaustive=True,
        exhaustive=True,
        any_before=any(found.time < start for found in page.objects),
    )


def _document(
    place: LogPlace,
    start: datetime,
    newest: LogObject | None,
    *,
    listed: int,
    foreign: int,
    window_exhaustive: bool,
    exhaustive: bool,
    any_before: bool | None,
) -> Json:
    return {
        "destination": place.destination,
        "stem": place.space.stem,
        "sources": list(place.sources),
        "window_start": iso(start),
        "key": None if newest is None else newest.key,
        "delivered_at": None if newest is None or newest.delivered_at is None else iso(newest.delivered_at),
        "last_modified": None if newest is None else iso(newest.last_modified),
        "size": None if newest is None else newest.size,
        "listed": listed,
        "foreign": foreign,
        "window_exhaustive": window_exhaustive,
        "exhaustive": exhaustive,
        "any_before_window": any_before,
    }
