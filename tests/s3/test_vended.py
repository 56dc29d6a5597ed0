"""CloudWatch deliveries: three lists are joined, over all accounts, and what is missing stays unknown."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from auditor.model import Account, LogGroup
from auditor.reading import Absent, Json, Present, Reading, Setting, Unreadable
from auditor.s3.subjects import VendedDelivery
from auditor.s3.vended import buckets_receiving, ends_of, vended_deliveries
from tests.estates import (
    ACCOUNT,
    LOG_GROUP,
    absent,
    account,
    account_region,
    cloudwatch,
    denied,
    present,
    vending,
)

DESCRIPTION = present({"logGroupName": "/s3/access", "retentionInDays": 30})
APP = "arn:aws:s3:::app"


def found(*accounts: Account) -> dict[str, tuple[VendedDelivery, ...]]:
    """The deliveries of the first Region of the first account; it must be readable."""
    reading = vended_deliveries(accounts[0].regions[0], ends_of(accounts))
    assert isinstance(reading, Present)
    return dict(reading.value)


def changed(**readings: Reading[Json]) -> Account:
    """An account whose CloudWatch delivers the logs of app, with some answers replaced."""
    replaced = {Setting(name.replace("_", "-")): reading for name, reading in readings.items()}
    return account(regions=(account_region(readings={**cloudwatch("app"), **replaced}),))


def test_the_three_lists_are_joined() -> None:
    """Source, delivery and delivery destination together say where the logs of a bucket go."""
    (delivery,) = found(vending("app", "web", group=DESCRIPTION))[APP]

    assert (delivery.source_name, delivery.kind, delivery.destination_arn) == ("s3-access", "CWL", LOG_GROUP)
    assert delivery.active
    assert delivery.log_group == DESCRIPTION


@pytest.mark.parametrize(("status", "active"), [("ACTIVE", True), ("", True), ("INACTIVE", False), ("NEW", False)])
def test_only_an_active_source_delivers(status: str, active: bool) -> None:
    """AWS may leave the status out; any other word than ACTIVE is not taken for it."""
    assert found(vending("app", status=status))[APP][0].active is active


def test_other_log_types_are_not_ours() -> None:
    """The same API carries the logs of many services."""
    document: Json = {"deliverySources": [{"name": "cdn", "logType": "ACCESS_LOGS", "resourceArns": [APP]}]}

    assert found(changed(delivery_sources=present(document))) == {}


def test_a_source_without_a_delivery_delivers_nothing() -> None:
    """It is told apart from a bucket that CloudWatch does not know."""
    (delivery,) = found(vending("app", delivered=False))[APP]

    assert (delivery.active, delivery.kind, delivery.destination_arn) == (False, "", "")


@pytest.mark.parametrize("setting", [Setting.DELIVERY_SOURCES, Setting.DELIVERIES, Setting.DELIVERY_DESTINATIONS])
def test_any_unreadable_list_leaves_the_answer_open(setting: Setting) -> None:
    """What one of the three does not tell, the others cannot."""
    made = account(regions=(account_region(readings={**cloudwatch("app"), setting: denied(setting)}),))

    reading = vended_deliveries(made.regions[0], ends_of((made,)))

    assert isinstance(reading, Unreadable)
    assert reading.setting is setting


def test_without_sources_nothing_else_has_to_be_read() -> None:
    """An account that does not use CloudWatch delivery is not made unknown by the calls that nobody needed."""
    made = changed(delivery_sources=present({"deliverySources": []}), deliveries=denied(Setting.DELIVERIES))

    assert found(made) == {}
    assert found(changed(delivery_sources=absent())) == {}


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {"deliverySources": "none"},
        {"deliverySources": [7]},
        {"deliverySources": [{"logType": "S3_SERVER_ACCESS_LOGS"}]},
        {"deliverySources": [{"name": "s", "logType": "S3_SERVER_ACCESS_LOGS", "resourceArns": "arn"}]},
    ],
)
def test_a_strange_answer_is_unreadable(document: Json) -> None:
    """A document that makes no sense is never taken for an empty one."""
    made = changed(delivery_sources=present(document))

    assert isinstance(vended_deliveries(made.regions[0], ends_of((made,))), Unreadable)


def test_a_delivery_destination_of_another_account_is_found_there() -> None:
    """Deliveries to S3 may end in a central account, whose answer names the bucket."""
    here = changed(delivery_destinations=present({"deliveryDestinations": []}))
    ends = cloudwatch("app", end="arn:aws:s3:::central", kind="S3")[Setting.DELIVERY_DESTINATIONS]
    there = account(
        "444455556666",
        regions=(account_region(account="444455556666", readings={Setting.DELIVERY_DESTINATIONS: ends}),),
    )

    (delivery,) = found(here, there)[APP]

    assert (delivery.kind, delivery.destination_arn) == ("S3", "arn:aws:s3:::central")


def test_a_delivery_destination_out_of_view_leaves_its_type() -> None:
    """The delivery itself states the type; the log group behind it is unknown."""
    (delivery,) = found(changed(delivery_destinations=present({"deliveryDestinations": []})))[APP]

    assert delivery.kind == "CWL"
    assert delivery.destination_arn == f"arn:aws:logs:eu-west-1:{ACCOUNT}:delivery-destination:d"
    assert isinstance(delivery.log_group, Unreadable)


@pytest.mark.parametrize("end", [LOG_GROUP, f"{LOG_GROUP}:*"])
@pytest.mark.parametrize("listed", [LOG_GROUP, f"{LOG_GROUP}:*"])
def test_log_groups_are_found_with_and_without_the_star(end: str, listed: str) -> None:
    """CloudWatch writes the ARN of a log group in both forms."""
    made = account(
        regions=(account_region(readings=cloudwatch("app", end=end)),),
        log_groups=(LogGroup(arn=listed, readings={Setting.LOG_GROUP: DESCRIPTION}),),
    )

    assert found(made)[APP][0].log_group == DESCRIPTION


def test_a_log_group_that_nobody_read_is_unknown() -> None:
    """Its retention is not "never expires"."""
    (delivery,) = found(vending("app"))[APP]

    assert isinstance(delivery.log_group, Unreadable)


def _delivery(end: str, *, active: bool = True) -> VendedDelivery:
    return VendedDelivery(source_name="s", kind="", destination_arn=end, active=active, status="", log_group=Absent())


@pytest.mark.parametrize(
    ("deliveries", "names"),
    [
        ([_delivery("arn:aws:s3:::central")], ["central"]),
        ([_delivery("arn:aws:s3:::central/prefix/x")], ["central"]),
        ([_delivery("arn:aws:s3:::central", active=False)], []),
        ([_delivery(LOG_GROUP)], []),
        ([_delivery("")], []),
    ],
)
def test_buckets_at_the_end(deliveries: Iterable[VendedDelivery], names: list[str]) -> None:
    """Only an active delivery to S3 makes a bucket a destination; its ARN may hold a prefix."""
    assert list(buckets_receiving(deliveries)) == names
