"""Whether CloudTrail records the data events of a bucket: all reads and writes of all its objects, or what is missing.

Source: CloudTrail User Guide, "Logging data events". Event data stores of CloudTrail Lake, and requests that come
through an access point and are selected by that (AWS::S3::AccessPoint), are not looked at. What CloudTrail itself
writes to the bucket of a trail may be left out of the record (RecursiveLogging) and is not missed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from auditor.model import Bucket, Estate, Evidence
from auditor.reading import Absent, Json, Present, Setting, Unreadable, reading_of
from auditor.s3.arn import bucket_arn
from auditor.s3.documents import shown
from auditor.s3.event_selectors import EVENT_NAME, IDENTITY, READ_ONLY, RESOURCE, Event, EventSpace
from auditor.s3.trails import Place, TrailHere, place_of, selectors_of
from auditor.s3.truth import Truth, all_of, any_of


class Extent(StrEnum):
    """How many of the data events of a bucket are recorded."""

    WHOLE = "whole"
    PARTLY = "partly"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataEvents:
    """What is recorded of one bucket, the ARNs of whose objects begin with `base`.

    `missing` names what is certainly not recorded ("reads", "some writes (…)") where the extent is PARTLY. Where it is
    UNKNOWN, `unread` has the readings that would tell more, and `doubts`, in sentences, what AWS does not document.
    `takers` are the trails that surely record something.
    """

    base: str
    extent: Extent
    trails: tuple[TrailHere, ...]
    takers: tuple[TrailHere, ...]
    missing: tuple[str, ...] = ()
    unread: tuple[Unreadable, ...] = ()
    doubts: tuple[str, ...] = ()


def data_events(estate: Estate, bucket: Bucket, *, partition: str) -> DataEvents:
    """What CloudTrail records of the data events of `bucket`, as far as the trails of `estate` tell."""
    base = f"{bucket_arn(partition, bucket.name)}/"
    match bucket.region:
        case Present(value=region):
            return _judge(place_of(estate, bucket.account, region), base)
        case Unreadable() as unread:
            return _judge(place_of(estate, bucket.account, ""), base, unread)
        case Absent(code=code):
            unknown = Unreadable(setting=Setting.REGION, code=code or "404", message="the bucket does not exist")
            return _judge(place_of(estate, bucket.account, ""), base, unknown)


def _judge(place: Place, base: str, *unplaced: Unreadable) -> DataEvents:
    """The answer for one bucket; `unplaced` says that it is unknown in which Region it lies."""
    takers = tuple(one for one in place.trails if one.applies is not Truth.FALSE and _may_take(one, base))
    found = DataEvents(base=base, extent=Extent.UNKNOWN, trails=place.trails, takers=())
    # Most buckets are taken by a selector for all of them, or by none: that is told without a look at single events.
    plain = tuple(one for one in takers if _records_all(one, base))
    if plain:
        return replace(found, extent=Extent.WHOLE, takers=plain)
    if not takers and not place.hidden:
        return replace(found, extent=Extent.NONE)
    events = place.space.events(base)
    if events is None:
        return replace(found, doubts=("The event selectors make too many distinctions to go through.",))
    unread = (*place.hidden, *(unread for one in takers for unread in _unread(one)))
    doubt = Truth.UNDECIDABLE if place.hidden else Truth.FALSE
    taken = [any_of([*(_takes(one, event) for one in takers), doubt]) for event in events]
    sure = tuple(one for one in takers if any(_takes(one, event) is Truth.TRUE for event in events))
    if all(truth is Truth.TRUE for truth in taken):
        return replace(found, extent=Extent.WHOLE, takers=sure)
    if Truth.FALSE not in taken:
        return replace(
            found,
            takers=sure,
            unread=tuple(dict.fromkeys((*unread, *unplaced))),
            doubts=tuple(dict.fromkeys(doubt for one in takers for doubt in _doubts(one, base))),
        )
    if all(truth is Truth.FALSE for truth in taken):
        return replace(found, extent=Extent.NONE)
    missed = [event for event, truth in zip(events, taken, strict=True) if truth is Truth.FALSE]
    return replace(found, extent=Extent.PARTLY, takers=sure, missing=tuple(_words(events, missed, base, place.space)))


def _may_take(one: TrailHere, base: str) -> bool:
    """Whether the trail can record anything of the bucket, as far as its status and its selectors were read."""
    match one.logging, one.selectors:
        case Present(value=False), _:
            return False
        case _, Present(value=selectors):
            return any(selector.reaches(base) for selector in selectors)
        case _:
            return True


def _records_all(one: TrailHere, base: str) -> bool:
    """Whether the trail surely is logging here, and one of its selectors plainly takes every event of the bucket."""
    match one.applies, one.logging, one.selectors:
        case Truth.TRUE, Present(value=True), Present(value=selectors):
            return any(selector.takes_all(base) for selector in selectors)
        case _:
            return False


def _takes(one: TrailHere, event: Event) -> Truth:
    logging = Truth.of(one.logging.value) if isinstance(one.logging, Present) else Truth.UNDECIDABLE
    if isinstance(one.selectors, Present):
        matching = any_of(selector.takes(event) for selector in one.selectors.value)
    else:
        matching = Truth.UNDECIDABLE
    return all_of([one.applies, logging, matching])


def _unread(one: TrailHere) -> Iterator[Unreadable]:
    for reading in (one.logging, one.selectors):
        if isinstance(reading, Unreadable):
            yield reading


def _doubts(one: TrailHere, base: str) -> Iterator[str]:
    if one.applies is Truth.UNDECIDABLE:
        yield f"Whether the trail {shown(one.trail.arn)} records buckets of this account and Region is not known."
    yield from (selector.doubt for selector in selectors_of(one) if selector.doubt and selector.reaches(base))


def _words(events: Iterable[Event], missed: Iterable[Event], base: str, space: EventSpace) -> Iterator[str]:
    """What is missed: `reads`, `writes`, or some of them with an example."""
    for read_only, word in (("true", "reads"), ("false", "writes")):
        these = [event for event in missed if event[READ_ONLY] == read_only]
        count = sum(event[READ_ONLY] == read_only for event in events)
        if these and len(these) == count:
            yield word
        elif these:
            yield f"some {word}{_example(these[0], base, space)}"


def _example(event: Event, base: str, space: EventSpace) -> str:
    """The kind of event in words, as far as it is not "any other"."""
    parts = []
    for field, word, start in ((RESOURCE, "of keys like", base), (EVENT_NAME, "by", ""), (IDENTITY, "of", "")):
        value = event[field][len(start) :]
        if value != space.other:
            parts.append(f"{word} {shown(value.replace(space.other, '…'))}")
    return f" ({', '.join(parts)})" if parts else ""


def evidence_of(found: DataEvents, *, bucket: str) -> tuple[Evidence, ...]:
    """What was found about `bucket`, trail by trail; that no trail is there is evidence as well."""
    if not found.trails:
        return (Evidence(setting=Setting.TRAILS, path="trailList[]", value=None, bucket=bucket),)
    facts: list[Evidence] = []
    for one in found.takers or found.trails:
        facts.extend(
            Evidence(setting=setting, path=path, value={"trail": one.trail.arn, **value}, bucket=bucket)
            for setting, path, value in _facts(one, found.base)
        )
    return tuple(facts)


def _facts(one: TrailHere, base: str) -> Iterator[tuple[Setting, str, dict[str, Json]]]:
    if one.applies is Truth.FALSE:
        yield Setting.TRAILS, "trailList[].HomeRegion", {"HomeRegion": one.trail.home_region}
        return
    if isinstance(one.logging, Present):
        yield Setting.TRAIL_STATUS, "IsLogging", {"IsLogging": one.logging.value}
    if not isinstance(one.selectors, Present):
        return
    reaching = [selector for selector in one.selectors.value if selector.reaches(base)]
    for selector in reaching:
        yield Setting.EVENT_SELECTORS, selector.path, selector.about(base)
    if reaching:
        return
    if isinstance(reading_of(one.trail.readings, Setting.EVENT_SELECTORS), Present):
        yield Setting.EVENT_SELECTORS, "", {"selects the bucket": False}
    else:  # they were not needed: the trail has none but those it was created with
        yield Setting.TRAILS, "trailList[].HasCustomEventSelectors", {"HasCustomEventSelectors": False}
