"""The newest log object of a key space is found in few pages, because keys stand in the order of their times."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from auditor.aws.access import Outcome
from auditor.aws.trouble import Failure
from auditor.reading import MALFORMED, Json
from auditor.s3.log_keys import KeySpace, parse_log_key, start_after

PAGES: Final = 12
"""How many pages of keys (1,000 each) are read at most for one key space whose keys tell the time of delivery."""
PAGES_BY_EVENT: Final = 50
"""The same where keys tell no more than the day of the events: only the whole list shows what was delivered last."""

# S3 refuses a request whose clock is wrong by more (RequestTimeTooSkewed), so no delivery can name a later time.
_CLOCKS: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogObject:
    """One delivered log object. `time` is what the key tells; `delivered_at` the same if it is the time of delivery."""

    key: str
    time: datetime
    delivered_at: datetime | None
    last_modified: datetime
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a listing: its log objects in the order of their keys, and how many keys stood there in all."""

    objects: tuple[LogObject, ...]
    listed: int
    truncated: bool
    last_key: str


def page_of(document: Mapping[str, Json], space: KeySpace, *, now: datetime) -> Page:
    """The keys of a ListObjectsV2 answer that begin with the stem of `space`; ValueError when it is no such answer.

    A key that names a time after `now` is nobody's delivery: somebody else wrote it.
    """
    objects: list[LogObject] = []
    listed, last_key = 0, ""
    contents = document.get("Contents")
    for entry in contents if isinstance(contents, list) else []:
        match entry:
            case {"Key": str() as key, "LastModified": str() as modified, "Size": int() as size}:
                if not key.startswith(space.stem):
                    continue
                listed, last_key = listed + 1, key
                parsed = parse_log_key(key, space)
                if parsed is None:
                    continue
                time = parsed.time or datetime.combine(parsed.day, datetime.min.time(), tzinfo=UTC)
                if time <= now + _CLOCKS:
                    found = LogObject(
                        key=key,
                        time=time,
                        delivered_at=parsed.time,
                        last_modified=datetime.fromisoformat(modified),
                        size=size,
                    )
                    objects.append(found)
            case _:
                raise ValueError("an object of a listing has a key, a time and a size")
    truncated = document.get("IsTruncated") is True and bool(last_key)
    return Page(objects=tuple(objects), listed=listed, truncated=truncated, last_key=last_key)


def newest_of(objects: Iterable[LogObject]) -> LogObject | None:
    """The object that was delivered last: by the time in its key, or by LastModified where keys do not tell it.

    LastModified alone would take an old object for new after somebody copied it in place.
    """
    return max(objects, key=lambda found: (found.delivered_at or found.last_modified, found.key), default=None)


class ListingError(Exception):
    """A page could not be read."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.code)
        self.failure = failure


Ask: TypeAlias = "Callable[[str, str], Outcome]"
"""(prefix, start after) -> one page of ListObjectsV2."""


@dataclass(slots=True, kw_only=True)
class Search:
    """A search through one key space: what was seen, and how many pages may still be read."""

    space: KeySpace
    now: datetime
    ask: Ask
    pages_left: int = PAGES
    newest: LogObject | None = None
    listed: int = 0
    foreign: int = 0
    request_ids: list[str] = field(default_factory=list)
    read_at: datetime | None = None

    def has_found(self) -> bool:
        """Whether any log object was seen."""
        return self.newest is not None

    def since(self, start: datetime | None) -> bool:
        """Look for the newest object from `start` on (None: from the beginning); whether none was overlooked.

        Keys stand in the order of their times. So while a page is not the last one, the search jumps to half way
        between the newest time seen and now, and where nothing lies there, it walks on one page. What it jumps over
        has older keys; where keys do not tell the time of delivery, that proves nothing, and `walk` is needed.
        """
        if self.pages_left == 0:
            return False
        page = self._page("" if start is None else start_after(self.space, start))
        high = self.now + _CLOCKS
        while page.truncated:
            middle = _middle(page, high)
            if middle is not None and self.pages_left > 1 and start_after(self.space, middle) > page.last_key:
                further = self._page(start_after(self.space, middle))
                if further.objects:
                    page = further
                    continue
                # A page full of foreign keys proves nothing about what lies behind them.
                high = high if further.truncated else middle
            if self.pages_left == 0:
                return False
            page = self._page(page.last_key)
        return True

    def walk(self, start: datetime | None) -> bool:
        """Look at every key from `start` on (None: from the beginning); whether the end was reached."""
        after = "" if start is None else start_after(self.space, start)
        while self.pages_left:
            page = self._page(after)
            if not page.truncated:
                return True
            after = page.last_key
        return False

    def _page(self, after: str) -> Page:
        self.pages_left -= 1
        # Every date begins with 20, which keeps the listing of an empty prefix from running through a whole bucket.
        outcome = self.ask(f"{self.space.stem}20", after)
        if isinstance(outcome, Failure):
            raise ListingError(outcome)
        try:
            page = page_of(outcome.document, self.space, now=self.now)
        except ValueError as error:
            failure = Failure(
                code=MALFORMED, message=str(error), request_id=outcome.request_id, read_at=outcome.read_at
            )
            raise ListingError(failure) from error
        self.listed += page.listed
        self.foreign += page.listed - len(page.objects)
        self.request_ids.append(outcome.request_id)
        self.read_at = outcome.read_at
        self.newest = newest_of([*([self.newest] if self.newest else []), *page.objects])
        return page


def _middle(page: Page, high: datetime) -> datetime | None:
    """Half way between the last log object of the page and `high`; None for a page without any."""
    if not page.objects:
        return None
    low = page.objects[-1].time
    return low + (high - low) / 2
