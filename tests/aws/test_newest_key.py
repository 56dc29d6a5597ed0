"""The search for the newest log object finds what a full listing would find, in few pages."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.aws.access import Answer, Outcome
from auditor.aws.documents import iso
from auditor.aws.newest_key import PAGES, ListingError, Search, page_of
from auditor.aws.trouble import Failure
from auditor.reading import Json
from auditor.s3.log_keys import KeyFormat, KeySpace, PartitionDateSource, PartitionedPrefix, SimplePrefix

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
DELIVERED = PartitionedPrefix(PartitionDateSource.DELIVERY_TIME)
BY_EVENT = PartitionedPrefix(PartitionDateSource.EVENT_TIME)


def space(prefix: str = "app/", key_format: KeyFormat = SimplePrefix()) -> KeySpace:  # noqa: B008
    """The key space of a source in eu-west-1."""
    return KeySpace(prefix=prefix, key_format=key_format, account="111122223333", region="eu-west-1", bucket="app")


def key_at(where: KeySpace, time: datetime, unique: str = "E568B2907131C0C0") -> str:
    """The key that S3 gives a log object delivered at `time`."""
    match where.key_format:
        case SimplePrefix():
            return f"{where.stem}{time:%Y-%m-%d-%H-%M-%S}-{unique}"
        case PartitionedPrefix(date_source=PartitionDateSource.DELIVERY_TIME):
            return f"{where.stem}{time:%Y/%m/%d}/{time:%Y-%m-%d-%H-%M-%S}-{unique}"
        case PartitionedPrefix():
            return f"{where.stem}{time:%Y/%m/%d}/{time:%Y-%m-%d}-00-00-00-{unique}"


class Shelf:
    """A bucket in memory that lists as S3 does: by UTF-8 bytes, after `StartAfter`, `size` keys a page."""

    def __init__(self, keys: Mapping[str, datetime], *, size: int = 1000) -> None:
        self._keys = sorted(keys, key=str.encode)
        self._bytes = [key.encode() for key in self._keys]
        self._times = keys
        self._size = size
        self.pages = 0

    def list(self, prefix: str, after: str) -> Outcome:
        """One page of ListObjectsV2."""
        self.pages += 1
        first = bisect_right(self._bytes, after.encode()) if after else 0
        found = [key for key in self._keys[first:] if key.startswith(prefix)]
        contents: list[Json] = [
            {"Key": key, "LastModified": iso(self._times[key]), "Size": 7} for key in found[: self._size]
        ]
        document: dict[str, Json] = {"IsTruncated": len(found) > self._size, "Contents": contents}
        return Answer(document=document, request_id=f"R{self.pages}", read_at=NOW)


def search(shelf: Shelf, where: KeySpace) -> Search:
    """A search of `where` on the shelf."""
    return Search(space=where, now=NOW, ask=shelf.list)


def delivered(where: KeySpace, ages: Sequence[timedelta]) -> dict[str, datetime]:
    """Log objects of these ages, delivered in the second their keys tell."""
    return {key_at(where, NOW - age, f"{number:016X}"): NOW - age for number, age in enumerate(ages)}


@pytest.mark.parametrize("key_format", [SimplePrefix(), DELIVERED, BY_EVENT])
@pytest.mark.parametrize("prefix", ["", "app", "app/", "/", "a//b/", "log-", "ünï/"])
def test_one_page_is_enough_for_a_quiet_source(key_format: KeyFormat, prefix: str) -> None:
    """Where the window holds few objects, one page shows the newest of them."""
    where = space(prefix, key_format)
    shelf = Shelf(delivered(where, [timedelta(hours=hours) for hours in (1, 5, 30, 2000)]))
    found = search(shelf, where)

    assert found.since(NOW - timedelta(hours=48))
    assert found.newest is not None
    assert found.newest.last_modified == NOW - timedelta(hours=1)
    assert shelf.pages == 1


def test_a_busy_source_takes_few_pages() -> None:
    """Thirty pages of keys in the window are not listed one after the other."""
    where = space()
    shelf = Shelf(delivered(where, [timedelta(seconds=5 + number) for number in range(30_000)]))
    found = search(shelf, where)

    assert found.since(NOW - timedelta(hours=48))
    assert found.newest is not None
    assert found.newest.last_modified == NOW - timedelta(seconds=5)
    assert shelf.pages < PAGES


def test_a_source_that_fell_silent_takes_few_pages() -> None:
    """Many pages of keys followed by nothing: the search finds their end."""
    where = space()
    shelf = Shelf(delivered(where, [timedelta(hours=20, seconds=number) for number in range(20_000)]))
    found = search(shelf, where)

    assert found.since(NOW - timedelta(hours=48))
    assert found.newest is not None
    assert found.newest.last_modified == NOW - timedelta(hours=20)
    assert shelf.pages <= PAGES


def test_a_clock_that_is_a_little_slow_misses_nothing() -> None:
    """Keys up to a quarter of an hour later than our own clock are found too."""
    where = space()
    shelf = Shelf(delivered(where, [timedelta(minutes=-14, seconds=number) for number in range(5_000)]))
    found = search(shelf, where)

    assert found.since(NOW - timedelta(hours=48))
    assert found.newest is not None
    assert found.newest.last_modified == NOW + timedelta(minutes=14)


def test_a_key_of_the_future_is_nobodys_delivery() -> None:
    """A forged key of 2099 neither counts nor makes the search jump over the real newest one."""
    where = space()
    keys = delivered(where, [timedelta(hours=30, seconds=number) for number in range(2_500)])
    keys |= {key_at(where, datetime(2099, 1, 1, tzinfo=UTC)): NOW - timedelta(days=365)}
    found = search(Shelf(keys), where)

    assert found.since(NOW - timedelta(hours=48))
    assert found.newest is not None
    assert found.newest.last_modified == NOW - timedelta(hours=30)
    assert found.foreign >= 1


def test_a_copied_object_is_not_new() -> None:
    """Copying objects in place renews LastModified; the time in the key still tells which was delivered last."""
    where = space()
    keys = {
        key_at(where, NOW - timedelta(hours=40), "A"): NOW - timedelta(hours=1),
        key_at(where, NOW - timedelta(hours=20), "B"): NOW - timedelta(hours=20),
    }
    found = search(Shelf(keys), where)

    assert found.since(NOW - timedelta(hours=48))
    assert found.newest is not None
    assert found.newest.delivered_at == NOW - timedelta(hours=20)


def test_a_walk_sees_every_key() -> None:
    """Where keys tell no more than the day of events, a late delivery for an early day is the newest."""
    where = space(key_format=BY_EVENT)
    keys = delivered(where, [timedelta(days=3, seconds=number) for number in range(3_000)])
    late = key_at(where, NOW - timedelta(days=20), "LATE")
    found = search(Shelf(keys | {late: NOW - timedelta(hours=1)}), where)

    assert found.walk(NOW - timedelta(days=30))
    assert found.newest is not None
    assert found.newest.key == late
    assert found.newest.delivered_at is None


def test_a_walk_that_runs_out_of_pages_says_so() -> None:
    """More keys than pages: the end was not reached."""
    where = space(key_format=BY_EVENT)
    found = search(Shelf(delivered(where, [timedelta(seconds=number) for number in range(200)]), size=10), where)

    assert not found.walk(None)
    assert found.listed == 10 * PAGES


def test_foreign_keys_are_counted_and_never_taken_for_logs() -> None:
    """Only keys that log delivery writes count, whatever lies between them."""
    where = space("")
    keys = delivered(where, [timedelta(hours=3)])
    keys |= dict.fromkeys(
        ["2026-11-22-report.csv", "2026-11-22-19-00-00-", "2026-11-22-25-00-00-AB", "2027/x", "zz", "app/x"], NOW
    )
    found = search(Shelf(keys), where)

    assert found.since(NOW - timedelta(hours=48))
    assert found.newest is not None
    assert found.newest.last_modified == NOW - timedelta(hours=3)
    assert (found.listed, found.foreign) == (5, 4)


def test_a_sibling_prefix_is_not_listed() -> None:
    """Prefix `app` does not take in the objects of prefix `app-2` or of `app2`."""
    where = space("app")
    keys = delivered(space("app-2"), [timedelta(hours=1)]) | delivered(space("app2"), [timedelta(hours=1)])
    found = search(Shelf(keys), where)

    assert found.since(NOW - timedelta(hours=48))
    assert found.newest is None
    assert found.listed == 0


def test_a_wall_of_foreign_keys_is_not_called_exhaustive() -> None:
    """When the pages are used up, the search says that it has not seen the end."""
    where = space("")
    keys = {f"2026-11-22-{number:06}": NOW for number in range(20_000)}
    shelf = Shelf(keys)
    found = search(shelf, where)

    assert not found.since(NOW - timedelta(hours=48))
    assert found.newest is None
    assert shelf.pages == PAGES


def test_a_page_that_fails_is_an_error_with_its_code() -> None:
    """AccessDenied in the middle of a listing is not an empty listing."""
    denied = Failure(code="AccessDenied", message="no")
    found = Search(space=space(), now=NOW, ask=lambda _prefix, _after: denied)

    with pytest.raises(ListingError) as caught:
        found.since(None)
    assert caught.value.failure is denied


def test_a_listing_that_is_none_is_malformed() -> None:
    """An endpoint that answers something else than ListObjectsV2 proves nothing."""
    nonsense = Answer(document={"Contents": [{"Key": 3}]}, request_id="R", read_at=NOW)
    found = Search(space=space(), now=NOW, ask=lambda _prefix, _after: nonsense)

    with pytest.raises(ListingError) as caught:
        found.since(None)
    assert caught.value.failure.code == "Malformed"
    with pytest.raises(ValueError, match="a key, a time and a size"):
        page_of(nonsense.document, space(), now=NOW)


@given(
    ages=st.lists(st.integers(min_value=0, max_value=60 * 24 * 3600), max_size=40),
    size=st.integers(min_value=1, max_value=8),
    key_format=st.sampled_from([SimplePrefix(), DELIVERED, BY_EVENT]),
    foreign=st.lists(st.text(alphabet="20-/16a", max_size=12), max_size=10),
    start=st.one_of(st.none(), st.integers(min_value=0, max_value=60 * 24)),
)
def test_the_search_never_lies(
    ages: list[int], size: int, key_format: KeyFormat, foreign: list[str], start: int | None
) -> None:
    """If it says that nothing was overlooked, the newest object is that of a full listing; it never invents one."""
    where = space("", key_format)
    keys = delivered(where, [timedelta(seconds=age) for age in ages])
    logs = dict(keys)
    keys |= {text: NOW for text in foreign if text and page_of(_contents(text), where, now=NOW).objects == ()}
    begin = None if start is None else NOW - timedelta(hours=start)
    shelf = Shelf(keys, size=size)
    found = search(shelf, where)

    exhaustive = found.since(begin)

    floor = begin.replace(hour=0, minute=0) if begin is not None and key_format == BY_EVENT else begin
    in_window = {key: time for key, time in logs.items() if floor is None or time >= floor}
    assert shelf.pages <= PAGES
    assert found.newest is None or found.newest.key in logs
    if exhaustive and key_format != BY_EVENT:
        assert (found.newest.last_modified if found.newest else None) == max(in_window.values(), default=None)
    if exhaustive and not in_window:
        assert found.newest is None


def _contents(key: str) -> Mapping[str, Json]:
    return {"Contents": [{"Key": key, "LastModified": iso(NOW), "Size": 1}]}
