"""An estate and its JSON document say the same: nothing observed is dropped or made up on the way, in either direction.

A reading tells its state first (`present`, `absent`, `unreadable`); an unreadable one repeats the API and the IAM
action for whoever reads the file, although both follow from its setting. What is empty is left out of readings.
"""

from __future__ import annotations

from collections.abc import Mapping

from auditor.document import ESTATE, opening, timestamp
from auditor.members import Members
from auditor.model import (
    Account,
    AccountRegion,
    AccountStatus,
    Bucket,
    Estate,
    LogGroup,
    StrangeDestination,
    Trail,
)
from auditor.reading import Absent, Json, Present, Reading, Readings, Setting, Unreadable

# --- estate -> JSON ---------------------------------------------------------------------------------------------------


def estate_to_json(estate: Estate) -> dict[str, Json]:
    """The document of `estate`, by the schema `estate`."""
    return opening(ESTATE, estate.tool_version) | {
        "started_at": timestamp(estate.started_at),
        "finished_at": timestamp(estate.finished_at),
        "complete": estate.complete,
        "parameters": dict(estate.parameters),
        "organization": _readings(estate.organization),
        "accounts": [_account(account) for account in estate.accounts],
        "buckets": [_bucket(bucket) for bucket in estate.buckets],
        "strange_destinations": [_strange(strange) for strange in estate.strange_destinations],
    }


def _account(account: Account) -> Json:
    return {
        "id": account.id,
        "name": account.name,
        "partition": account.partition,
        "caller_arn": account.caller_arn,
        "status": account.status.value,
        "problem": account.problem,
        "readings": _readings(account.readings),
        "regions": [{"region": one.region, "readings": _readings(one.readings)} for one in account.regions],
        "trails": [_trail(trail) for trail in account.trails],
        "log_groups": [{"arn": group.arn, "readings": _readings(group.readings)} for group in account.log_groups],
    }


def _trail(trail: Trail) -> Json:
    return {
        "arn": trail.arn,
        "home_region": trail.home_region,
        "document": trail.document,
        "readings": _readings(trail.readings),
    }


def _bucket(bucket: Bucket) -> Json:
    return {
        "name": bucket.name,
        "account": bucket.account,
        "region": _reading(bucket.region),
        "in_scope": bucket.in_scope,
        "deleted": bucket.deleted,
        "document": bucket.document,
        "readings": _readings(bucket.readings),
    }


def _strange(strange: StrangeDestination) -> Json:
    return {
        "name": strange.name,
        "account": strange.account,
        "head": _reading(strange.head),
        "owned": _reading(strange.owned),
    }


def _readings(readings: Readings) -> dict[str, Json]:
    return {setting.value: _reading(reading) for setting, reading in readings.items()}


def _reading(reading: Reading[Json] | Reading[str]) -> Json:
    document: dict[str, Json]
    match reading:
        case Present(value=value):
            document = {"state": "present", "document": value}
        case Absent(code=code):
            document = {"state": "absent"}
            if code:
                document["code"] = code
        case Unreadable(setting=setting, code=code, message=message):
            document = {
                "state": "unreadable",
                "setting": setting.value,
                "api": reading.api,
                "iam_action": reading.iam_action,
                "code": code,
            }
            if message:
                document["message"] = message
    if reading.request_id:
        document["request_id"] = reading.request_id
    if reading.read_at is not None:
        document["read_at"] = timestamp(reading.read_at)
    return document


# --- JSON -> estate ---------------------------------------------------------------------------------------------------


def estate_from_json(document: Mapping[str, Json]) -> Estate:
    """The estate in `document`, which follows the schema; ValueError names the place of what a schema cannot tell."""
    top = Members(document)
    return Estate(
        tool_version=top.object("tool").text("version"),
        started_at=top.time("started_at"),
        finished_at=top.time("finished_at"),
        complete=top.flag("complete"),
        parameters=top.mapping("parameters"),
        organization=_read_readings(top.object("organization")),
        accounts=tuple(_read_account(account) for account in top.objects("accounts")),
        buckets=tuple(_read_bucket(bucket) for bucket in top.objects("buckets")),
        strange_destinations=tuple(_read_strange(strange) for strange in top.objects("strange_destinations")),
    )


def _read_account(account: Members) -> Account:
    identity = account.text("id")
    return Account(
        id=identity,
        name=account.text("name"),
        partition=account.text("partition"),
        caller_arn=account.text("caller_arn"),
        status=AccountStatus(account.text("status")),
        problem=account.text("problem"),
        readings=_read_readings(account.object("readings")),
        regions=tuple(
            AccountRegion(account=identity, region=one.text("region"), readings=_read_readings(one.object("readings")))
            for one in account.objects("regions")
        ),
        trails=tuple(_read_trail(trail) for trail in account.objects("trails")),
        log_groups=tuple(
            LogGroup(arn=group.text("arn"), readings=_read_readings(group.object("readings")))
            for group in account.objects("log_groups")
        ),
    )


def _read_trail(trail: Members) -> Trail:
    return Trail(
        arn=trail.text("arn"),
        home_region=trail.text("home_region"),
        document=trail.json("document"),
        readings=_read_readings(trail.object("readings")),
    )


def _read_bucket(bucket: Members) -> Bucket:
    return Bucket(
        name=bucket.text("name"),
        account=bucket.text("account"),
        region=_read_region(bucket.object("region")),
        in_scope=bucket.flag("in_scope"),
        deleted=bucket.flag("deleted"),
        document=bucket.json("document"),
        readings=_read_readings(bucket.object("readings")),
    )


def _read_strange(strange: Members) -> StrangeDestination:
    return StrangeDestination(
        name=strange.text("name"),
        account=strange.text("account"),
        head=_read_reading(strange.object("head")),
        owned=_read_reading(strange.object("owned")),
    )


def _read_readings(readings: Members) -> Readings:
    return {Setting(name): _read_reading(readings.object(name)) for name in readings.values}


def _read_region(region: Members) -> Reading[str]:
    match _read_reading(region):
        case Present(request_id=request_id, read_at=read_at):
            return Present(value=region.text("document"), request_id=request_id, read_at=read_at)
        case Absent() | Unreadable() as other:
            return other


def _read_reading(reading: Members) -> Reading[Json]:
    request_id, read_at = reading.text("request_id", default=""), reading.maybe_time("read_at")
    match reading.text("state"):
        case "present":
            return Present(value=reading.json("document"), request_id=request_id, read_at=read_at)
        case "absent":
            return Absent(code=reading.text("code", default=""), request_id=request_id, read_at=read_at)
        case _:
            return Unreadable(
                setting=Setting(reading.text("setting")),
                code=reading.text("code"),
                message=reading.text("message", default=""),
                request_id=request_id,
                read_at=read_at,
            )
