"""Access logs can also leave by CloudWatch Logs, a path that GetBucketLogging does not show.

Source: S3 User Guide, "Enabling server access logging to CloudWatch Logs" (2026), and the CloudWatch Logs API
Reference: a delivery source of log type S3_SERVER_ACCESS_LOGS names bucket ARNs, a delivery joins it to a delivery
destination (deliveryDestinationType CWL, S3 or FH), and the log group's retention is the logs' retention.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from auditor.model import Account, AccountRegion, LogGroup
from auditor.reading import NOT_COLLECTED, Absent, Json, Present, Reading, Setting, Unreadable, reading_of, view
from auditor.s3.subjects import VendedDelivery
from auditor.shape import array, mapping, text

LOG_TYPE = "S3_SERVER_ACCESS_LOGS"


def vended_deliveries(account: Account, region: AccountRegion) -> Reading[Mapping[str, tuple[VendedDelivery, ...]]]:
    """Bucket ARN -> its CloudWatch deliveries in this account and Region; Unreadable when any of the answers is."""
    sources = view(reading_of(region.readings, Setting.DELIVERY_SOURCES), Setting.DELIVERY_SOURCES, _sources)
    if isinstance(sources, Unreadable):
        return sources
    if isinstance(sources, Absent):
        return Present(value={})
    by_name = sources.value
    if not by_name:
        return sources.map(lambda _: {})
    deliveries = view(reading_of(region.readings, Setting.DELIVERIES), Setting.DELIVERIES, _deliveries)
    setting = Setting.DELIVERY_DESTINATIONS
    destinations = view(reading_of(region.readings, setting), setting, _destinations)
    if isinstance(deliveries, Unreadable):
        return deliveries
    if isinstance(destinations, Unreadable):
        return destinations
    joined: dict[str, list[VendedDelivery]] = {}
    kinds = destinations.value if isinstance(destinations, Present) else {}
    pairs = deliveries.value if isinstance(deliveries, Present) else ()
    groups = {group.arn: group for group in account.log_groups}
    for name, destination_arn, stated_kind in pairs:
        if name not in by_name:
            continue  # a delivery of some other log type
        status, buckets = by_name[name]
        # A delivery destination in another account is not listed here; the delivery still states its type.
        kind, resource = kinds.get(destination_arn, (stated_kind, ""))
        delivery = VendedDelivery(
            source_name=name,
            kind=kind,
            destination_arn=resource or destination_arn,
            active=status in {"", "ACTIVE"},
            status=status,
            log_group=_log_group(groups, resource) if kind == "CWL" else Absent(),
        )
        for bucket in buckets:
            joined.setdefault(bucket, []).append(delivery)
    value = {bucket: tuple(found) for bucket, found in joined.items()}
    return Present(value=value, request_id=sources.request_id, read_at=sources.read_at)


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
    group = groups.get(bare) or groups.get(f"{bare}:*")
    if group is None:
        return Unreadable(setting=Setting.LOG_GROUP, code=NOT_COLLECTED, message=bare)
    return reading_of(group.readings, Setting.LOG_GROUP)
