"""The emulator is filled through the AWS API, in the order in which things happen in real life.

S3 refuses to configure logging to a destination that does not exist, stands elsewhere or does not let log delivery in.
So everything is configured soundly first, and defects come afterwards, as they do in companies.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from auditor.demo.clients import NOBODY, Clients, Keys, text_in
from auditor.demo.emulator import deliver, name_management_account, next_member, vend_access_logs
from auditor.demo.estate import (
    ACCOUNTS,
    BUCKETS,
    DENIED_LOGGING,
    HEALTH,
    LOG_GROUP,
    LOG_GROUP_DAYS,
    PAYMENTS,
    S3_PROTECTION,
    TRAIL_BUCKET,
    UNRECORDED,
    VIRGINIA,
)
from auditor.demo.plan import DemoBucket, Place
from auditor.demo.seed_buckets import block_public_access, configure_logging, create, finish, misfortune
from auditor.demo.traffic import log_objects

AUDITOR_ROLE = "acme-log-auditor"
"""The role that a scan assumes in the member account."""
EXTERNAL_ID = "acme-health-audit"

_READ_EVERYTHING = ["s3:Get*", "s3:List*", "s3:Head*", "sts:AssumeRole", "organizations:ListAccounts"]
_ANY_DATA_EVENT = {"ReadWriteType": "All", "IncludeManagementEvents": True}


def seed(url: str, *, now: datetime) -> Keys:
    """Fill the emulator at `url` with the demo's estate as of `now`; the keys are those of the auditor."""
    clients = {account.id: Clients(url, _administrator(url, account.id)) for account in ACCOUNTS}
    try:
        health, payments = clients[HEALTH.id], clients[PAYMENTS.id]
        _organization(health)
        keys = _auditor(health, payments)
        for bucket in BUCKETS:
            create(clients, bucket)
        for bucket in BUCKETS:
            configure_logging(clients, bucket)
        for bucket in BUCKETS:
            misfortune(clients, bucket)
        for bucket in BUCKETS:
            _store(clients[bucket.place.account], bucket, now)
        for bucket in BUCKETS:
            finish(clients, bucket)
        block_public_access(payments, PAYMENTS.id)
        _trails(health, payments)
        _guard_duty(clients)
        _vended(clients)
        return keys
    finally:
        for each in clients.values():
            each.close()


def _administrator(url: str, account: str) -> Keys:
    """Keys of a role that may do everything; in the emulator, assuming one is how an account comes into being."""
    nobody = Clients(url, NOBODY)
    answer = nobody.get("sts", VIRGINIA.region).do(
        "assume_role", RoleArn=f"arn:aws:iam::{account}:role/acme-administrator", RoleSessionName="demo"
    )
    nobody.close()
    return Keys(
        id=text_in(answer, "Credentials", "AccessKeyId"),
        secret=text_in(answer, "Credentials", "SecretAccessKey"),
        token=text_in(answer, "Credentials", "SessionToken"),
    )


def _organization(health: Clients) -> None:
    organizations = health.get("organizations", VIRGINIA.region)
    organizations.do("create_organization", FeatureSet="ALL")
    name_management_account(HEALTH.id, HEALTH.name)
    with next_member(PAYMENTS.id):
        organizations.do("create_account", Email="payments@acme.example", AccountName=PAYMENTS.name)


def _auditor(health: Clients, payments: Clients) -> Keys:
    """A user in the management account and a role in the member account, which may read all but one bucket."""
    region = VIRGINIA.region
    allowed = {"Effect": "Allow", "Action": _READ_EVERYTHING, "Resource": "*"}
    refused = {"Effect": "Deny", "Action": "s3:GetBucketLogging", "Resource": f"arn:aws:s3:::{DENIED_LOGGING}"}
    user = health.get("iam", region)
    user.do("create_user", UserName=AUDITOR_ROLE)
    user.do("put_user_policy", UserName=AUDITOR_ROLE, PolicyName="audit", PolicyDocument=_policy(allowed))
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{HEALTH.id}:user/{AUDITOR_ROLE}"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": EXTERNAL_ID}},
    }
    role = payments.get("iam", region)
    role.do("create_role", RoleName=AUDITOR_ROLE, AssumeRolePolicyDocument=_policy(trust))
    role.do("put_role_policy", RoleName=AUDITOR_ROLE, PolicyName="audit", PolicyDocument=_policy(allowed, refused))
    key = user.do("create_access_key", UserName=AUDITOR_ROLE)
    return Keys(id=text_in(key, "AccessKey", "AccessKeyId"), secret=text_in(key, "AccessKey", "SecretAccessKey"))


def _policy(*statements: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [dict(statement) for statement in statements]})


def _store(clients: Clients, bucket: DemoBucket, now: datetime) -> None:
    """Put the bucket's own objects, and at its destination the log objects that were delivered for it."""
    s3 = clients.get("s3", bucket.place.region)
    for key in bucket.holds:
        s3.do("put_object", Bucket=bucket.name, Key=key, Body=b"not a log\n")
    for log in log_objects(bucket, now=now):
        deliver(bucket.place.account, bucket.logs_to, log.key, body=log.body, at=log.delivered)


def _trails(health: Clients, payments: Clients) -> None:
    """Both accounts record data events of S3; the trail of Acme Health leaves two buckets out."""
    cloudtrail = health.get("cloudtrail", VIRGINIA.region)
    cloudtrail.do("create_trail", Name="acme-trail", S3BucketName=TRAIL_BUCKET, IsMultiRegionTrail=True)
    fields = [
        {"Field": "eventCategory", "Equals": ["Data"]},
        {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
        {"Field": "resources.ARN", "NotStartsWith": [f"arn:aws:s3:::{name}/" for name in UNRECORDED]},
    ]
    selectors = [{"Name": "S3 data events", "FieldSelectors": fields}]
    cloudtrail.do("put_event_selectors", TrailName="acme-trail", AdvancedEventSelectors=selectors)
    cloudtrail.do("start_logging", Name="acme-trail")
    cloudtrail = payments.get("cloudtrail", VIRGINIA.region)
    cloudtrail.do("create_trail", Name="acme-payments-trail", S3BucketName=TRAIL_BUCKET, IsMultiRegionTrail=True)
    everything = {"DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}], **_ANY_DATA_EVENT}
    cloudtrail.do("put_event_selectors", TrailName="acme-payments-trail", EventSelectors=[everything])
    cloudtrail.do("start_logging", Name="acme-payments-trail")


def _guard_duty(clients: dict[str, Clients]) -> None:
    for place, looks_at_s3 in S3_PROTECTION.items():
        status = "ENABLED" if looks_at_s3 else "DISABLED"
        guard_duty = clients[place.account].get("guardduty", place.region)
        guard_duty.do("create_detector", Enable=True, Features=[{"Name": "S3_DATA_EVENTS", "Status": status}])


def _vended(clients: dict[str, Clients]) -> None:
    """Delivery through CloudWatch Logs, which GetBucketLogging does not show."""
    for bucket in (bucket for bucket in BUCKETS if bucket.vended):
        _vend(clients[bucket.place.account], bucket, bucket.place)


def _vend(clients: Clients, bucket: DemoBucket, place: Place) -> None:
    logs = clients.get("logs", place.region)
    logs.do("create_log_group", logGroupName=LOG_GROUP)
    logs.do("put_retention_policy", logGroupName=LOG_GROUP, retentionInDays=LOG_GROUP_DAYS)
    # moto accepts no S3 log type, so this begins as a source that it does know.
    stand_in = f"arn:aws:cloudfront::{place.account}:distribution/E000000DEMO"
    logs.do("put_delivery_source", name=bucket.name, resourceArn=stand_in, logType="ACCESS_LOGS")
    group = {"destinationResourceArn": f"arn:aws:logs:{place.region}:{place.account}:log-group:{LOG_GROUP}"}
    destination = logs.do(
        "put_delivery_destination", name=bucket.name, outputFormat="json", deliveryDestinationConfiguration=group
    )
    logs.do(
        "create_delivery",
        deliverySourceName=bucket.name,
        deliveryDestinationArn=text_in(destination, "deliveryDestination", "arn"),
    )
    vend_access_logs(place.account, place.region, source=bucket.name, bucket_arn=bucket.arn)
