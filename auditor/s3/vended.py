"""Access logs can also leave by CloudWatch Logs, a path that GetBucketLogging does not show.

Source: S3 User Guide, "Enabling server access logging to CloudWatch Logs" (2026), and the CloudWatch Logs API
Reference: a delivery source of log type S3_SERVER_ACCESS_LOGS names bucket ARNs, a delivery joins it to a delivery
destination (deliveryDestinationType CWL, S3 or FH), and the log group's retention is the logs' retention.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from auditor.model import Account, AccountRegion, LogGroup
from auditor.reading import NOT_COLLECTED, Absent, Json, Present, Reading, Setting, Unreadable, reading_of, view
from auditor.s3.arn import parse_arn
from auditor.s3.subjects import VendedDelivery
from auditor.shape import array, mapping, text

LOG_TYPE = "S3_SERVER_ACCESS_LOGS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """Where deliveries may end, over all accounts: a delivery may name a delivery destination of another account.

    `resources` maps the ARN of a delivery destination to its type and the ARN of the log group, bucket or stream.
    """

    resources: Mapping[str, tuple[str, str]]
    log_groups: Mapping[str, LogGroup]


def ends_of(accounts: Iterable[Account]) -> Ends:
    """The delivery destinations and log groups of `accounts`; what could not be read is left out."""
    resources: dict[str, tuple[str, str]] = {}
    groups: dict[str, LogGroup] = {}
    for account in accounts:
        groups.update({group.arn.removesuffix(":*"): group for group in account.log_groups})
        for region in account.regions:
            found = _destinations_in(region)
            if isinstance(found, Present):
                resources.update(found.value)
    return Ends(resources=resources, log_groups=groups)


def vended_deliveries(region: AccountRegion, ends: Ends) -> Reading[Mapping[str, tuple[VendedDelivery, ...]]]:
    """Bucket ARN -> its CloudWatch deliveries in this account and Region; Unreadable when any of the answers is."""
    sources = view(reading_of(region.readings, Setting.DELIVERY_SOURCES), Setting.DELIVERY_SOURCES, _sources)
    if isinstance(sources, Unreadable):
        return sources
    by_name = sources.value if isinstance(sources, Present) else {}
    if not by_name:  # nothing else has to be known
        return Present(value={}, request_id=sources.request_id, read_at=sources.read_at)
    deliveries = view(reading_of(region.readings, Setting.DELIVERIES), Setting.DELIVERIES, _deliveries)
    destinations = _destinations_in(region)
    if isinstance(deliveries, Unreadable):
        return deliveries
    if isinstance(destinations, Unreadable):
        return destinations
    joined: dict[str, list[VendedDelivery]] = {}
    pairs = deliveries.value if isinstance(deliveries, Present) else ()
    # A delivery of some other log type has a source that is not among ours.
    for name, destination_arn, stated_kind in (pair for pair in pairs if pair[0] in by_name):
        status, buckets = by_name[name]
        # The delivery destination of an account out of view is not listed; the delivery still states its type.
        kind, resource = ends.resources.get(destination_arn, (stated_kind, ""))
        delivery = VendedDelivery(
            source_name=name,
            kind=kind or stated_kind,
            destination_arn=resource or destination_arn,
            active=status in {"", "ACTIVE"},
            status=status,
            log_group=_log_group(ends.log_groups, resource) if (kind or stated_kind) == "CWL" else Absent(),
        )
        for bucket in buckets:
            joined.setdefault(bucket, []).append(delivery)
    for name in sorted(by_name.keys() - {name for name, _, _ in pairs}):
        status, buckets = by_name[name]
        for bucket in buckets:
            joined.setdefault(bucket, []).append(_carried_by_nobody(name, status))
    value = {bucket: tuple(found) for bucket, found in joined.items()}
    return Present(value=value, request_id=sources.request_id, read_at=sources.read_at)


def _destinations_in(region: AccountRegion) -> Reading[Mapping[str, tuple[str, str]]]:
    setting = Setting.DELIVERY_DESTINATIONS
    return view(reading_of(region.readings, setting), setting, _destinations)


def _carried_by_nobody(name: str, status: str) -> VendedDelivery:
    return VendedDelivery(
        source_name=name, kind="", destination_arn="", active=False, status=status, log_group=Absent()
    )


def buckets_receiving(deliveries: Iterable[VendedDelivery]) -> Iterator[str]:
    """The names of the buckets that active deliveries to S3 end in."""
    for delivery in deliveries:
        arn = parse_arn(delivery.destination_arn)
        if delivery.active and arn is not None and arn.service == "s3":
            yield arn.resource.partition("/")[0]


def _sources(document: Json) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """Name -> (status, bucket ARNs) of the delivery sources of our log type; `status` is "" when AWS omits it."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for path, source in _items(document, "deliverySources"):
        if source.get("logType") != LOG_TYPE:
            continue
        arns = array(source.get("resourceArns", []), f"{path}.resourceArns")
        found[text(source.get("name"), f"{path}.name")] = (
            text(source.get("status", ""), f"{path}.status"),
            tuple(text(arn, f"{path}.resourceArns") for arn in arns),
        )
    return found


def _deliveries(document: Json) -> tuple[tuple[str, str, str], ...]:
    """(delivery source name, delivery destination ARN, delivery destination type) of every delivery."""
    return tuple(
        (
            text(delivery.get("deliverySourceName"), f"{path}.deliverySourceName"),
            text(delivery.get("deliveryDestinationArn"), f"{path}.deliveryDestinationArn"),
            text(delivery.get("deliveryDestinationType", ""), f"{path}.deliveryDestinationType"),
        )
        for path, delivery in _items(document, "deliveries")
    )


def _destinations(document: Json) -> Mapping[str, tuple[str, str]]:
    """Delivery destination ARN -> (type, ARN of the log group, bucket or stream)."""
    found: dict[str, tuple[str, str]] = {}
    for path, item in _items(document, "deliveryDestinations"):
        configuration = mapping(
            item.get("deliveryDestinationConfiguration", {}), f"{path}.deliveryDestinationConfiguration"
        )
        found[text(item.get("arn"), f"{path}.arn")] = (
            text(item.get("deliveryDestinationType", ""), f"{path}.deliveryDestinationType"),
            text(configuration.get("destinationResourceArn", ""), f"{path}.destinationResourceArn"),
        )
    return found


def _items(document: Json, member: str) -> Iterable[tuple[str, Mapping[str, Json]]]:
    for index, item in enumerate(array(mapping(document, member).get(member, []), member)):
        path = f"{member}[{index}]"
        yield path, mapping(item, path)


def _log_group(groups: Mapping[str, LogGroup], arn: str) -> Reading[Json]:
    """The log group's reading; ARNs come with and without the trailing `:*`."""
    bare = arn.removesuffix(":*")
    group = groups.get(bare)
    if group is None:
        return Unreadable(setting=Setting.LOG_GROUP, code=NOT_COLLECTED, message=bare)
    return reading_of(group.readings, Setting.LOG_GROUP)
