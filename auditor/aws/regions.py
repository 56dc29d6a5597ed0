"""What is asked once per account and Region in use: CloudWatch deliveries, CloudTrail trails, GuardDuty detectors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from auditor.aws.access import Access
from auditor.aws.reads import PAGED, read
from auditor.model import AccountRegion, LogGroup, Trail
from auditor.reading import MALFORMED, Absent, Json, Present, Reading, Setting, Unreadable
from auditor.s3.arn import Arn, parse_arn

_LOG_TYPE = "S3_SERVER_ACCESS_LOGS"
_REGIONAL = (
    Setting.DELIVERY_SOURCES,
    Setting.DELIVERIES,
    Setting.DELIVERY_DESTINATIONS,
    Setting.TRAILS,
    Setting.DETECTORS,
)


def read_region(access: Access, region: str) -> AccountRegion:
    """Everything that belongs to the Region as a whole.

    DETECTOR is the one detector a Region can have: Absent when DETECTORS is an empty list, and Unreadable with the
    failure of DETECTORS when that could not be read.
    """
    readings: dict[Setting, Reading[Json]] = {setting: read(access, setting, region, {}) for setting in _REGIONAL}
    readings[Setting.DETECTOR] = _detector(access, region, readings[Setting.DETECTORS])
    return AccountRegion(account=access.account, region=region, readings=readings)


def _detector(access: Access, region: str, detectors: Reading[Json]) -> Reading[Json]:
    match detectors:
        case Absent() | Unreadable():
            return detectors
        case Present(value={"DetectorIds": [str() as detector, *_]}):
            return read(access, Setting.DETECTOR, region, {"DetectorId": detector})
        case Present(value={"DetectorIds": []}, request_id=request_id, read_at=read_at):
            return Absent(request_id=request_id, read_at=read_at)
        case Present(request_id=request_id, read_at=read_at):
            return Unreadable(
                setting=Setting.DETECTORS,
                code=MALFORMED,
                message="DetectorIds is no list of texts",
                request_id=request_id,
                read_at=read_at,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailSeen:
    """A trail as DescribeTrails shows it in one Region."""

    arn: str
    home_region: str
    document: Json

    @property
    def owner(self) -> str:
        """The account the trail belongs to, "" when its ARN does not tell; an organization's trail is its manager's."""
        arn = parse_arn(self.arn)
        return "" if arn is None else arn.account


def trails_in(regions: Iterable[AccountRegion]) -> tuple[TrailSeen, ...]:
    """The distinct trails that the Regions of one account show, in the order of their ARNs."""
    seen: dict[str, TrailSeen] = {}
    for region in regions:
        for document in _described(region.readings[Setting.TRAILS]):
            match document:
                case {"TrailARN": str() as arn, "HomeRegion": str() as home}:
                    seen.setdefault(arn, TrailSeen(arn=arn, home_region=home, document=document))
                case {"TrailARN": str() as arn}:
                    seen.setdefault(arn, TrailSeen(arn=arn, home_region=region.region, document=document))
                case _:
                    continue  # without an ARN there is nothing more to ask; the answer itself is kept
    return tuple(seen[arn] for arn in sorted(seen))


def _described(trails: Reading[Json]) -> list[Json]:
    match trails:
        case Present(value={"trailList": [*documents]}):
            return documents
        case Present() | Absent() | Unreadable():
            return []


def read_trail(access: Access, trail: TrailSeen) -> Trail:
    """The trail with its status and event selectors, asked in its home Region."""
    readings = {
        Setting.TRAIL_STATUS: read(access, Setting.TRAIL_STATUS, trail.home_region, {"Name": trail.arn}),
        Setting.EVENT_SELECTORS: read(access, Setting.EVENT_SELECTORS, trail.home_region, {"TrailName": trail.arn}),
    }
    return Trail(arn=trail.arn, home_region=trail.home_region, document=trail.document, readings=readings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vended:
    """Where CloudWatch delivers access logs: log groups, and buckets by name."""

    log_groups: tuple[Arn, ...]
    buckets: tuple[str, ...]


def vended_by(regions: Sequence[AccountRegion], *, sources: Iterable[str]) -> Vended:
    """The ends of the S3_SERVER_ACCESS_LOGS deliveries of `sources`, which are bucket ARNs, in all accounts at once.

    A delivery may end in another account, whose answer then holds the delivery destination. What does not have the
    shape that the CloudWatch Logs API Reference describes leads nowhere here; the answers are kept, and judged later.
    """
    ends = _ends(regions)
    groups: dict[str, Arn] = {}
    buckets: set[str] = set()
    for region in regions:
        names = _delivery_sources(region, frozenset(sources))
        for delivery in _members(region, Setting.DELIVERIES):
            match delivery:
                case {"deliverySourceName": str() as name, "deliveryDestinationArn": str() as end} if name in names:
                    arn = parse_arn(ends.get(end, ""))
                    if arn is not None and arn.service == "logs" and arn.resource.startswith("log-group:"):
                        groups.setdefault(str(arn).removesuffix(":*"), arn)
                    elif arn is not None and arn.service == "s3":
                        buckets.add(arn.resource.partition("/")[0])
                case _:
                    continue
    return Vended(log_groups=tuple(groups.values()), buckets=tuple(sorted(buckets)))


def _ends(regions: Iterable[AccountRegion]) -> Mapping[str, str]:
    """Delivery destination ARN -> ARN of the log group, bucket or stream behind it."""
    found: dict[str, str] = {}
    for region in regions:
        for item in _members(region, Setting.DELIVERY_DESTINATIONS):
            match item:
                case {
                    "arn": str() as arn,
                    "deliveryDestinationConfiguration": {"destinationResourceArn": str() as end},
                }:
                    found[arn] = end
                case _:
                    continue
    return found


def _delivery_sources(region: AccountRegion, buckets: frozenset[str]) -> frozenset[str]:
    """The names of the delivery sources that carry the access logs of any of `buckets`."""
    found: set[str] = set()
    for item in _members(region, Setting.DELIVERY_SOURCES):
        match item:
            case {"name": str() as name, "logType": str() as kind, "resourceArns": [*arns]} if kind == _LOG_TYPE:
                if not buckets.isdisjoint(arn for arn in arns if isinstance(arn, str)):
                    found.add(name)
            case _:
                continue
    return frozenset(found)


def _members(region: AccountRegion, setting: Setting) -> Sequence[Json]:
    """The entries of a paged reading; none when it could not be read."""
    match region.readings[setting]:
        case Present(value=dict() as document):
            found = document.get(PAGED[setting].items)
            return found if isinstance(found, list) else ()
        case Present() | Absent() | Unreadable():
            return ()


def read_log_group(access: Access, arn: Arn) -> LogGroup:
    """The log group of exactly that name: Present with its description, Absent when there is none.

    DescribeLogGroups takes a prefix, so the answer is searched for the name.
    """
    name = arn.resource.removeprefix("log-group:").removesuffix(":*")
    answer = read(access, Setting.LOG_GROUP, arn.region, {"logGroupNamePrefix": name})
    bare = str(arn).removesuffix(":*")
    return LogGroup(arn=bare, readings={Setting.LOG_GROUP: _named(answer, name)})


def _named(answer: Reading[Json], name: str) -> Reading[Json]:
    match answer:
        case Present(value={"logGroups": [*groups]}, request_id=request_id, read_at=read_at):
            for group in groups:
                if isinstance(group, dict) and group.get("logGroupName") == name:
                    return Present(value=group, request_id=request_id, read_at=read_at)
            return Absent(request_id=request_id, read_at=read_at)
        case Present() | Absent() | Unreadable():
            return answer
