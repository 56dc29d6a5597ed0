"""Which CloudTrail trails can record the buckets of an account and Region, and what was not read of them.

Sources: CloudTrail API Reference, Trail (DescribeTrails with shadow trails), GetTrailStatus, GetEventSelectors;
CloudTrail User Guide, "Creating a trail for an organization". A trail records the buckets of its own account, in its
home Region or in all; a trail of an organization those of all its accounts, which all see it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from auditor.model import AccountRegion, Estate, Trail
from auditor.reading import NOT_COLLECTED, Absent, Json, Present, Reading, Setting, Unreadable, reading_of, view
from auditor.s3.arn import account_of
from auditor.s3.event_selectors import EventSpace, Selector, event_space, parse_event_selectors
from auditor.s3.itself import Itself
from auditor.s3.truth import Truth, all_of
from auditor.shape import array, flag, mapping, text


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailHere:
    """A trail seen from one account and Region.

    `applies` says whether it records anything there at all, which it does as long as `logging` is true.
    """

    trail: Trail
    applies: Truth
    logging: Reading[bool]
    selectors: Reading[tuple[Selector, ...]]


def place_of(estate: Estate, account: str, region: str) -> Place:
    """The trails for buckets of the account in that Region; "" is an unknown Region."""
    return _at(_views(Itself(estate)), account, region)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Views:
    """Everything about trails that does not depend on a bucket; it is itself and equal to nothing else."""

    regions: Mapping[str, tuple[AccountRegion, ...]]
    trails: Mapping[str, tuple[TrailHere, ...]]
    members: frozenset[str]


@lru_cache(maxsize=2)
def _views(estate: Itself[Estate]) -> _Views:
    accounts = estate.value.accounts
    return _Views(
        regions={account.id: account.regions for account in accounts},
        trails={account.id: tuple(_typed(trail) for trail in account.trails) for account in accounts},
        members=_members(estate.value),
    )


def _members(estate: Estate) -> frozenset[str]:
    """The accounts of the organization, empty when nobody listed them."""
    match view(reading_of(estate.organization, Setting.ACCOUNT_LIST), Setting.ACCOUNT_LIST, _account_ids):
        case Present(value=ids):
            return ids
        case Absent() | Unreadable():
            return frozenset()


def _account_ids(document: Json) -> frozenset[str]:
    items = array(mapping(document, "ListAccounts").get("Accounts"), "Accounts")
    return frozenset(text(mapping(item, "Accounts[]").get("Id"), "Accounts[].Id") for item in items)


def _typed(trail: Trail) -> TrailHere:
    status, selectors = Setting.TRAIL_STATUS, Setting.EVENT_SELECTORS
    found = view(reading_of(trail.readings, selectors), selectors, parse_event_selectors)
    if isinstance(found, Unreadable) and _member(trail, "HasCustomEventSelectors") is False:
        # "By default, trails created without specific event selectors" record management events only.
        found = Present(value=())
    return TrailHere(
        trail=trail,
        applies=Truth.UNDECIDABLE,
        logging=view(reading_of(trail.readings, status), status, _is_logging),
        selectors=found,
    )


def _is_logging(document: Json) -> bool:
    return flag(mapping(document, "GetTrailStatus").get("IsLogging"), "IsLogging")


def _member(trail: Trail, name: str) -> bool | None:
    """A flag of the trail's description, None when AWS left it out."""
    found = trail.document.get(name) if isinstance(trail.document, dict) else None
    return found if isinstance(found, bool) else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Place:
    """The trails that may record the buckets of one account and Region, and the readings that may hide others."""

    trails: tuple[TrailHere, ...]
    hidden: tuple[Unreadable, ...]
    space: EventSpace


@lru_cache(maxsize=4096)
def _at(views: _Views, account: str, region: str) -> Place:
    hidden = tuple(_hidden(views, account, region))
    trails = [*views.trails.get(account, ())]
    if hidden and account in views.members:
        known = {one.trail.arn for one in trails}
        trails.extend({one.trail.arn: one for one in _of_organization(views) if one.trail.arn not in known}.values())
    here = tuple(replace(one, applies=_applies(one.trail, account, region)) for one in trails)
    used = [one for one in here if one.applies is not Truth.FALSE]
    return Place(
        trails=here, hidden=hidden, space=event_space(selector for one in used for selector in selectors_of(one))
    )


def _hidden(views: _Views, account: str, region: str) -> Iterator[Unreadable]:
    """What keeps trails that record here out of sight: a list that was not read, a listed trail that was not asked.

    The list of any Region shows the trails of all Regions, so that of an unknown Region is missed only if it has more.
    """
    known = {one.trail.arn for one in views.trails.get(account, ())}
    lists = [
        reading_of(found.readings, Setting.TRAILS)
        for found in views.regions.get(account, ())
        if region in {"", found.region}
    ]
    for trails in lists or [reading_of({}, Setting.TRAILS)]:
        match view(trails, Setting.TRAILS, _listed):
            case Unreadable() as unread:
                yield unread
            case Present(value=arns):
                for arn in sorted(arns - known):
                    yield Unreadable(setting=Setting.TRAIL_STATUS, code=NOT_COLLECTED, message=arn)
            case Absent():
                pass


def _listed(document: Json) -> frozenset[str]:
    trails = array(mapping(document, "DescribeTrails").get("trailList"), "trailList")
    return frozenset(text(mapping(trail, "trailList[]").get("TrailARN"), "trailList[].TrailARN") for trail in trails)


def _of_organization(views: _Views) -> Iterator[TrailHere]:
    """The trails of the organization whose accounts were listed, as other accounts show them."""
    for one in (one for trails in views.trails.values() for one in trails):
        if _member(one.trail, "IsOrganizationTrail") is True and account_of(one.trail.arn) in views.members:
            yield one


def _applies(trail: Trail, account: str, region: str) -> Truth:
    return all_of([_is_for(trail, account), _is_in(trail, region)])


def _is_for(trail: Trail, account: str) -> Truth:
    """Whether the trail records buckets of the account: it is its own, or of its organization."""
    owner = account_of(trail.arn)
    if owner == account:
        return Truth.TRUE
    of_organization = _member(trail, "IsOrganizationTrail")
    if owner is None or of_organization is None:
        return Truth.UNDECIDABLE
    return Truth.of(of_organization)


def _is_in(trail: Trail, region: str) -> Truth:
    everywhere = _member(trail, "IsMultiRegionTrail")
    if everywhere or (region and trail.home_region == region):
        return Truth.TRUE
    return Truth.UNDECIDABLE if everywhere is None or not region else Truth.FALSE


def selectors_of(one: TrailHere) -> tuple[Selector, ...]:
    """The selectors that were read."""
    match one.selectors:
        case Present(value=selectors):
            return selectors
        case Absent() | Unreadable():
            return ()
