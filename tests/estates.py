"""Estates built by hand, so that a check's truth table needs no AWS and no mock.

    estate(bucket("app", logging=to("logs", "app/")), destination("logs"))

Every helper takes the setting's raw document, as boto3 gives it, or a reading.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from auditor.check import Check, Context
from auditor.evaluate import Questions
from auditor.model import (
    Account,
    AccountRegion,
    AccountStatus,
    Bucket,
    Estate,
    LogGroup,
    StrangeDestination,
    Trail,
    Verdict,
)
from auditor.reading import Absent, Json, Present, Reading, Setting, Unreadable
from auditor.s3.logging_graph import LoggingGraph, build_graph
from auditor.s3.subjects import Delivery, Destination, Source

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ACCOUNT = "111122223333"
OTHER_ACCOUNT = "444455556666"
REGION = "eu-west-1"


def present(document: Json) -> Present[Json]:
    """AWS answered with `document`."""
    return Present(value=document, request_id="REQ", read_at=NOW)


def absent(code: str = "") -> Absent:
    """AWS answered that it is not configured."""
    return Absent(code=code, request_id="REQ", read_at=NOW)


def denied(setting: Setting, code: str = "AccessDenied") -> Unreadable:
    """AWS refused to answer."""
    return Unreadable(setting=setting, code=code, message="not authorized", request_id="REQ", read_at=NOW)


def to(destination: str, prefix: str = "", *, key_format: Json = None) -> Json:
    """A GetBucketLogging answer."""
    enabled: dict[str, Json] = {"TargetBucket": destination, "TargetPrefix": prefix}
    if key_format is not None:
        enabled["TargetObjectKeyFormat"] = key_format
    return {"LoggingEnabled": enabled}


PARTITIONED: Json = {"PartitionedPrefix": {"PartitionDateSource": "EventTime"}}


def bucket(
    name: str,
    *,
    logging: Json | Reading[Json] = None,
    account: str = ACCOUNT,
    region: str | Reading[str] = REGION,
    readings: Mapping[Setting, Reading[Json]] | None = None,
    in_scope: bool = True,
    deleted: bool = False,
) -> Bucket:
    """A bucket; `logging` None means that it is off, and `readings` win over everything else."""
    where: Reading[str] = Present(value=region) if isinstance(region, str) else region
    return Bucket(
        name=name,
        account=account,
        region=where,
        in_scope=in_scope,
        deleted=deleted,
        readings={Setting.LOGGING: _reading(logging), **(readings or {})},
    )


def _reading(document: Json | Reading[Json]) -> Reading[Json]:
    match document:
        case None:
            return absent()
        case Present() | Absent() | Unreadable():
            return document
        case _:
            return present(document)


def policy(*statements: Json) -> Json:
    """A GetBucketPolicy answer with these statements."""
    return {"Policy": json.dumps({"Version": "2012-10-17", "Statement": list(statements)})}


def allow_delivery(
    destination: str, *, prefix: str = "", account: str = ACCOUNT, sources: str = "*", partition: str = "aws"
) -> Json:
    """The statement AWS recommends for log delivery, bound to the account and the sources."""
    return {
        "Sid": "S3ServerAccessLogsPolicy",
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:{partition}:s3:::{destination}/{prefix}*",
        "Condition": {
            "ArnLike": {"aws:SourceArn": f"arn:{partition}:s3:::{sources}"},
            "StringEquals": {"aws:SourceAccount": account},
        },
    }


def deny_plain_http(destination: str, *, partition: str = "aws") -> Json:
    """The statement that refuses requests without TLS."""
    arn = f"arn:{partition}:s3:::{destination}"
    return {
        "Sid": "DenyPlainHttp",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def deny_deletes(destination: str, *, partition: str = "aws") -> Json:
    """The statement that keeps everybody from deleting logs or shortening their life."""
    arn = f"arn:{partition}:s3:::{destination}"
    return {
        "Sid": "DenyDeletes",
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutLifecycleConfiguration"],
        "Resource": [arn, f"{arn}/*"],
    }


def expire(days: int, *, prefix: str = "", noncurrent_days: int | None = 30, rule_id: str = "expire-logs") -> Json:
    """A GetBucketLifecycleConfiguration answer with one expiration rule."""
    rule: dict[str, Json] = {
        "ID": rule_id,
        "Status": "Enabled",
        "Filter": {"Prefix": prefix},
        "Expiration": {"Days": days},
    }
    if noncurrent_days is not None:
        rule["NoncurrentVersionExpiration"] = {"NoncurrentDays": noncurrent_days}
    return {"Rules": [rule], "TransitionDefaultMinimumObjectSize": "all_storage_classes_128K"}


ALL_BLOCKED: Json = {
    "PublicAccessBlockConfiguration": {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": True,
        "RestrictPublicBuckets": True,
    }
}
OWNER_ONLY_ACL: Json = {
    "Owner": {"ID": "a" * 64},
    "Grants": [{"Grantee": {"Type": "CanonicalUser", "ID": "a" * 64}, "Permission": "FULL_CONTROL"}],
}


def encrypted(algorithm: str = "AES256", **default: Json) -> Json:
    """A GetBucketEncryption answer."""
    rule: Json = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm, **default}}
    return {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}


def destination(
    name: str,
    *,
    logging: Json | Reading[Json] = None,
    account: str = ACCOUNT,
    region: str | Reading[str] = REGION,
    readings: Mapping[Setting, Reading[Json]] | None = None,
    in_scope: bool = True,
) -> Bucket:
    """A destination as it should be: every check passes until `readings` spoil one of its settings."""
    good: dict[Setting, Reading[Json]] = {
        Setting.POLICY: present(
            policy(allow_delivery(name, account=account), deny_plain_http(name), deny_deletes(name))
        ),
        Setting.POLICY_STATUS: present({"PolicyStatus": {"IsPublic": False}}),
        Setting.ACL: present(OWNER_ONLY_ACL),
        Setting.OWNERSHIP: present({"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}}),
        Setting.PUBLIC_ACCESS_BLOCK: present(ALL_BLOCKED),
        Setting.ENCRYPTION: present(encrypted()),
        Setting.LIFECYCLE: present(expire(400)),
        Setting.VERSIONING: present({"Status": "Enabled"}),
        Setting.OBJECT_LOCK: absent("ObjectLockConfigurationNotFoundError"),
        Setting.REQUEST_PAYMENT: present({"Payer": "BucketOwner"}),
        Setting.REPLICATION: absent("ReplicationConfigurationNotFoundError"),
        Setting.INTELLIGENT_TIERING: present({"IsTruncated": False}),
        Setting.TOP_LEVEL_KEYS: present({"IsTruncated": False, "CommonPrefixes": [{"Prefix": "app/"}], "KeyCount": 1}),
    }
    return bucket(
        name,
        logging=logging,
        account=account,
        region=region,
        readings={**good, **(readings or {})},
        in_scope=in_scope,
    )


NO_CLOUDWATCH: Mapping[Setting, Reading[Json]] = {
    Setting.DELIVERY_SOURCES: present({"deliverySources": []}),
    Setting.DELIVERIES: present({"deliveries": []}),
    Setting.DELIVERY_DESTINATIONS: present({"deliveryDestinations": []}),
    Setting.TRAILS: present({"trailList": []}),
    Setting.DETECTORS: present({"DetectorIds": []}),
}


def account_region(
    region: str = REGION, *, account: str = ACCOUNT, readings: Mapping[Setting, Reading[Json]] | None = None
) -> AccountRegion:
    """An account and Region without CloudWatch deliveries, trails or detectors, until `readings` add some."""
    return AccountRegion(account=account, region=region, readings={**NO_CLOUDWATCH, **(readings or {})})


def account(
    identifier: str = ACCOUNT,
    *,
    status: AccountStatus = AccountStatus.AUDITED,
    regions: tuple[AccountRegion, ...] | None = None,
    trails: tuple[Trail, ...] = (),
    log_groups: tuple[LogGroup, ...] = (),
    readings: Mapping[Setting, Reading[Json]] | None = None,
) -> Account:
    """An account that was wholly audited."""
    return Account(
        id=identifier,
        name=f"account-{identifier[:4]}",
        caller_arn=f"arn:aws:sts::{identifier}:assumed-role/auditor/s3-log-auditor",
        status=status,
        readings={
            Setting.ACCOUNT_PUBLIC_ACCESS_BLOCK: absent("NoSuchPublicAccessBlockConfiguration"),
            **(readings or {}),
        },
        regions=(account_region(account=identifier),) if regions is None else regions,
        trails=trails,
        log_groups=log_groups,
    )


def estate(
    *buckets: Bucket,
    accounts: tuple[Account, ...] | None = None,
    strange: tuple[StrangeDestination, ...] = (),
    at: datetime = NOW,
    complete: bool = True,
) -> Estate:
    """An estate of these buckets; the accounts are those of the buckets unless given."""
    owners = tuple(account(identifier) for identifier in dict.fromkeys(one.account for one in buckets))
    return Estate(
        started_at=at,
        finished_at=at,
        complete=complete,
        accounts=owners if accounts is None else accounts,
        buckets=buckets,
        strange_destinations=strange,
    )


def graph(built: Estate) -> LoggingGraph:
    """The estate's logging graph."""
    return build_graph(built)


def context(built: Estate, **changes: object) -> Context:
    """The context a check gets for this estate; `changes` are Context fields."""
    made = Context(at=built.finished_at, estate=built, graph=build_graph(built))
    return replace(made, **changes)  # type: ignore[arg-type]  # the names are checked at run time by replace


def source_of(built: Estate, name: str) -> Source:
    """The bucket called `name` in its role as a source."""
    return next(source for source in build_graph(built).sources if source.bucket.name == name)


def delivery_of(built: Estate, name: str) -> Delivery:
    """The delivery of the bucket called `name`."""
    delivery = source_of(built, name).delivery
    assert delivery is not None, f"{name} has no bucket delivery"
    return delivery


def destination_of(built: Estate, name: str, *, partition: str = "aws") -> Destination:
    """The bucket called `name` in its role as a destination."""
    return build_graph(built).destinations[partition, name]


def verdict_of(check: Check, built: Estate, name: str, **changes: object) -> Verdict:
    """What `check` says about the bucket called `name`, with all that an evaluation says before it asks a check."""
    made = context(built, **changes)
    for place, question in Questions(made.graph).of(check, made):
        if place[2] == name:
            return question if isinstance(question, Verdict) else question()
    raise AssertionError(f"{check.about.id} does not judge {name}")


def paths(verdict: Verdict) -> dict[str, Json]:
    """The evidence of a verdict by `setting:path`, with `@bucket` where it is of another bucket than the subject."""
    return {
        f"{fact.setting}:{fact.path}{f'@{fact.bucket}' if fact.bucket else ''}": fact.value for fact in verdict.evidence
    }


LOG_GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/s3/access"


def cloudwatch(
    *buckets: str,
    end: str = LOG_GROUP,
    kind: str = "CWL",
    status: str = "ACTIVE",
    delivered: bool = True,
    account: str = ACCOUNT,
) -> dict[Setting, Reading[Json]]:
    """The readings of an account and Region in which CloudWatch Logs delivers the access logs of `buckets`."""
    here = f"arn:aws:logs:{REGION}:{account}"
    source: dict[str, Json] = {
        "name": "s3-access",
        "logType": "S3_SERVER_ACCESS_LOGS",
        "resourceArns": [f"arn:aws:s3:::{name}" for name in buckets],
        "status": status,
    }
    delivery: Json = {
        "id": "D1",
        "deliverySourceName": "s3-access",
        "deliveryDestinationArn": f"{here}:delivery-destination:d",
        "deliveryDestinationType": kind,
    }
    destination: Json = {
        "name": "d",
        "arn": f"{here}:delivery-destination:d",
        "deliveryDestinationType": kind,
        "deliveryDestinationConfiguration": {"destinationResourceArn": end},
    }
    return {
        Setting.DELIVERY_SOURCES: present({"deliverySources": [source]}),
        Setting.DELIVERIES: present({"deliveries": [delivery] if delivered else []}),
        Setting.DELIVERY_DESTINATIONS: present({"deliveryDestinations": [destination]}),
    }


def vending(*buckets: str, group: Reading[Json] | None = None, region: str = REGION, **delivery: str | bool) -> Account:
    """The account ACCOUNT, where CloudWatch Logs delivers the access logs of `buckets` to the log group `group`."""
    readings = cloudwatch(*buckets, **delivery)  # type: ignore[arg-type]  # the names are those of cloudwatch
    groups = () if group is None else (LogGroup(arn=LOG_GROUP, readings={Setting.LOG_GROUP: group}),)
    return account(ACCOUNT, regions=(account_region(region, readings=readings),), log_groups=groups)


def newest(
    destination: str,
    stem: str,
    *,
    age: timedelta | None,
    exhaustive: bool = True,
    window_exhaustive: bool = True,
    window: timedelta = timedelta(hours=48),
    at: datetime = NOW,
    by_event: bool = False,
) -> dict[str, Json]:
    """The document of a source's newest log object, delivered `age` before `at`; None for no object at all.

    With `by_event` its key tells no more than the day of the events.
    """
    seen = None if age is None else at - age
    return {
        "destination": destination,
        "stem": stem,
        "sources": [],
        "window_start": f"{at - window:%Y-%m-%dT%H:%M:%SZ}",
        "key": None if seen is None else f"{stem}{seen:%Y-%m-%d-%H-%M-%S}-ABC0123456789DEF",
        "delivered_at": None if seen is None or by_event else f"{seen:%Y-%m-%dT%H:%M:%SZ}",
        "last_modified": None if seen is None else f"{seen:%Y-%m-%dT%H:%M:%SZ}",
        "size": None if seen is None else 4711,
        "listed": 0 if seen is None else 12,
        "foreign": 0,
        "window_exhaustive": window_exhaustive,
        "exhaustive": exhaustive,
        "any_before_window": None,
    }


def arrived(
    destination: str, stem: str, *, hours: float | None = 1, exhaustive: bool = True, window_exhaustive: bool = True
) -> dict[Setting, Reading[Json]]:
    """The readings of a source whose newest log object is so many hours old."""
    age = None if hours is None else timedelta(hours=hours)
    document = newest(destination, stem, age=age, exhaustive=exhaustive, window_exhaustive=window_exhaustive)
    return {Setting.NEWEST_LOG_OBJECT: present(document)}
