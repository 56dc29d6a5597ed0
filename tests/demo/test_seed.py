"""The emulator holds what the estate table says, and the auditor may read all but one setting and change nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from auditor.demo.clients import Clients, Keys, Service, text_in
from auditor.demo.estate import (
    ACCOUNTS,
    BUCKETS,
    DENIED_LOGGING,
    HEALTH,
    LOG_GROUP,
    PAYMENTS,
    S3_PROTECTION,
    UNRECORDED,
)
from auditor.demo.plan import DemoBucket
from auditor.demo.run import demo_estate, scan_arguments
from auditor.demo.seed import AUDITOR_ROLE, EXTERNAL_ID
from auditor.demo.traffic import log_objects
from auditor.reading import Json
from auditor.shape import array, mapping, text

pytestmark = pytest.mark.emulator

NOW = datetime.now(UTC)
BY_NAME = {bucket.name: bucket for bucket in BUCKETS}
THERE = [bucket for bucket in BUCKETS if not bucket.gone]


@pytest.fixture(scope="module")
def environment() -> Iterator[Mapping[str, str]]:
    """The environment of a program that sees the filled emulator."""
    with demo_estate(NOW) as found:
        yield found


@pytest.fixture(scope="module")
def auditor(environment: Mapping[str, str]) -> Iterator[Mapping[str, Clients]]:
    """Account id -> the clients of somebody who got in as a scan does."""
    url = environment["AWS_ENDPOINT_URL"]
    keys = Keys(id=environment["AWS_ACCESS_KEY_ID"], secret=environment["AWS_SECRET_ACCESS_KEY"])
    health = Clients(url, keys)
    role = f"arn:aws:iam::{PAYMENTS.id}:role/{AUDITOR_ROLE}"
    answer = health.get("sts", "us-east-1").do(
        "assume_role", RoleArn=role, RoleSessionName="test", ExternalId=EXTERNAL_ID
    )
    assumed = Keys(
        id=text_in(answer, "Credentials", "AccessKeyId"),
        secret=text_in(answer, "Credentials", "SecretAccessKey"),
        token=text_in(answer, "Credentials", "SessionToken"),
    )
    clients = {HEALTH.id: health, PAYMENTS.id: Clients(url, assumed)}
    yield clients
    for each in clients.values():
        each.close()


def s3_of(auditor: Mapping[str, Clients], bucket: DemoBucket) -> Service:
    """S3 as the auditor sees it from the bucket's account and Region."""
    return auditor[bucket.place.account].get("s3", bucket.place.region)


def names(answer: Mapping[str, Json], items: str, member: str) -> list[str]:
    """One member of each item of a list in an answer."""
    return [text(mapping(item, items)[member], member) for item in array(answer.get(items, []), items)]


def code_of(error: ClientError) -> str:
    """The code that the emulator answered."""
    return str(error.response["Error"]["Code"])


def test_the_organization_lists_both_accounts_by_name(auditor: Mapping[str, Clients]) -> None:
    """So that `--organization` finds them as it would in AWS."""
    answer = auditor[HEALTH.id].get("organizations", "us-east-1").do("list_accounts")

    assert dict(zip(names(answer, "Accounts", "Id"), names(answer, "Accounts", "Name"), strict=True)) == {
        account.id: account.name for account in ACCOUNTS
    }


@pytest.mark.parametrize("account", [account.id for account in ACCOUNTS])
def test_each_account_owns_the_buckets_of_the_table(auditor: Mapping[str, Clients], account: str) -> None:
    """Those that were deleted are gone, those that moved are where they moved to."""
    answer = auditor[account].get("s3", "us-east-1").do("list_buckets")

    assert sorted(names(answer, "Buckets", "Name")) == sorted(b.name for b in THERE if b.place.account == account)


def test_every_bucket_stands_in_its_region(auditor: Mapping[str, Clients]) -> None:
    """Also the destinations that were made anew elsewhere."""
    found = {b.name: s3_of(auditor, b).do("get_bucket_location", Bucket=b.name)["LocationConstraint"] for b in THERE}

    assert found == {b.name: None if b.place.region == "us-east-1" else b.place.region for b in THERE}


def test_logging_points_where_the_table_says(auditor: Mapping[str, Clients]) -> None:
    """Reading it leaves no trace in any destination, unlike in an emulator left to itself."""
    for bucket in THERE:
        if bucket.name == DENIED_LOGGING:
            continue
        logging_ = s3_of(auditor, bucket).do("get_bucket_logging", Bucket=bucket.name).get("LoggingEnabled")
        wanted = {"TargetBucket": bucket.logs_to, "TargetPrefix": bucket.key_prefix} if bucket.logs_to else None
        assert logging_ == wanted, bucket.name


def test_the_logging_of_one_bucket_is_refused(auditor: Mapping[str, Clients]) -> None:
    """With the code that AWS uses, and only this one setting."""
    bucket = BY_NAME[DENIED_LOGGING]
    s3 = s3_of(auditor, bucket)

    with pytest.raises(ClientError) as refused:
        s3.do("get_bucket_logging", Bucket=bucket.name)
    assert code_of(refused.value) == "AccessDenied"
    assert s3.do("get_bucket_tagging", Bucket=bucket.name)["TagSet"]


@pytest.mark.parametrize("name", ["acme-patient-records", "acme-card-vault"])
def test_the_auditor_can_change_nothing(auditor: Mapping[str, Clients], name: str) -> None:
    """Whatever a scan did wrong, the emulator would refuse it as AWS would."""
    s3 = s3_of(auditor, BY_NAME[name])

    for operation in ("delete_bucket_policy", "delete_bucket_lifecycle", "delete_bucket"):
        with pytest.raises(ClientError) as refused:
            s3.do(operation, Bucket=name)
        assert code_of(refused.value) == "AccessDenied"


def test_log_objects_lie_where_they_were_delivered_and_are_as_old_as_they_say(auditor: Mapping[str, Clients]) -> None:
    """Nothing else lies there: what AWS would not have written, the emulator did not write either."""
    expected: dict[str, dict[str, datetime]] = {bucket.name: {} for bucket in THERE if bucket.receives is not None}
    for source in BUCKETS:
        for log in log_objects(source, now=NOW):
            expected[source.logs_to][log.key] = log.delivered
    for name, logs in expected.items():
        answer = s3_of(auditor, BY_NAME[name]).do("list_objects_v2", Bucket=name)
        contents = [mapping(item, "Contents") for item in array(answer.get("Contents", []), "Contents")]
        found = {str(item["Key"]): item["LastModified"] for item in contents}
        others = BY_NAME[name].holds
        assert set(found) == {*logs, *others}, name
        assert {key: at for key, at in found.items() if key not in others} == logs, name


def test_a_log_can_be_read_although_plain_http_is_denied(auditor: Mapping[str, Clients]) -> None:
    """The emulator knows no conditions, and would lock everybody out of a destination that is TLS-only."""
    source = BY_NAME["acme-hr-onboarding"]
    newest = log_objects(source, now=NOW)[-1]
    answer = s3_of(auditor, source).client.get_object(Bucket=source.logs_to, Key=newest.key)  # type: ignore[attr-defined]  # made at run time

    assert answer["Body"].read() == newest.body


def test_planted_settings_are_held(auditor: Mapping[str, Clients]) -> None:
    """What defects rest on comes back as it was put."""

    def ask(operation: str, name: str) -> str:
        return json.dumps(s3_of(auditor, BY_NAME[name]).do(operation, Bucket=name), default=str)

    assert '"aws:kms"' in ask("get_bucket_encryption", "acme-genomics-logs")
    assert '"AES256"' in ask("get_bucket_encryption", "acme-access-logs-us-east-1")
    assert '"COMPLIANCE"' in ask("get_object_lock_configuration", "acme-clinical-logs")
    assert "aws:SourceVpce" in ask("get_bucket_policy", "acme-telehealth-logs")
    assert "logging.s3.amazonaws.com" not in ask("get_bucket_policy", "acme-claims-logs").replace(
        'PrincipalServiceNamesList\\": \\"logging.s3.amazonaws.com', ""
    )
    assert "s3/LogDelivery" in ask("get_bucket_acl", "acme-legacy-logs")
    assert '"ObjectWriter"' in ask("get_bucket_ownership_controls", "acme-legacy-logs")
    assert '"IsPublic": true' in ask("get_bucket_policy_status", "acme-press-logs")
    assert "2026-03-01" in ask("get_bucket_lifecycle_configuration", "acme-ehr-logs")
    assert '"Enabled"' not in ask("get_bucket_versioning", "acme-shop-logs")
    assert "arn:aws:s3:::acme-log-archive" in ask("get_bucket_replication", "acme-access-logs-us-east-1")
    for operation, name in (
        ("get_bucket_lifecycle_configuration", "acme-pharmacy-logs"),
        ("get_bucket_policy", "acme-legacy-logs"),
        ("get_bucket_replication", "acme-shop-logs"),
    ):
        with pytest.raises(ClientError):
            ask(operation, name)


def test_trails_record_data_events_of_all_but_the_buckets_left_out(auditor: Mapping[str, Clients]) -> None:
    """One trail with advanced selectors, one with basic ones."""
    health = auditor[HEALTH.id].get("cloudtrail", "us-east-1").do("get_event_selectors", TrailName="acme-trail")
    payments = auditor[PAYMENTS.id].get("cloudtrail", "us-east-1")

    assert all(f"arn:aws:s3:::{name}/" in json.dumps(health) for name in UNRECORDED)
    assert '"arn:aws:s3"' in json.dumps(payments.do("get_event_selectors", TrailName="acme-payments-trail"))
    assert payments.do("get_trail_status", Name="acme-payments-trail")["IsLogging"] is True


def test_guard_duty_answers_the_auditor(auditor: Mapping[str, Clients]) -> None:
    """It runs where the table says, with or without S3 protection."""
    for place, looks_at_s3 in S3_PROTECTION.items():
        guard_duty = auditor[place.account].get("guardduty", place.region)
        (detector,) = array(guard_duty.do("list_detectors")["DetectorIds"], "DetectorIds")
        features = json.dumps(guard_duty.do("get_detector", DetectorId=detector)["Features"])
        assert ('"ENABLED"' in features) == looks_at_s3
    assert auditor[PAYMENTS.id].get("guardduty", "eu-west-1").do("list_detectors")["DetectorIds"] == []


def test_one_bucket_delivers_through_cloudwatch_logs(auditor: Mapping[str, Clients]) -> None:
    """As `DescribeDeliverySources` shows it; `GetBucketLogging` shows nothing."""
    (bucket,) = (bucket for bucket in BUCKETS if bucket.vended)
    logs = auditor[bucket.place.account].get("logs", bucket.place.region)
    (source,) = array(logs.do("describe_delivery_sources")["deliverySources"], "deliverySources")
    (group,) = array(logs.do("describe_log_groups", logGroupNamePrefix=LOG_GROUP)["logGroups"], "logGroups")

    assert mapping(source, "")["logType"] == "S3_SERVER_ACCESS_LOGS"
    assert mapping(source, "")["resourceArns"] == [bucket.arn]
    assert mapping(group, "")["retentionInDays"] == 400
    assert names(logs.do("describe_deliveries"), "deliveries", "deliverySourceName") == [bucket.name]


def test_a_scan_of_the_refused_bucket_alone_is_incomplete(environment: Mapping[str, str], tmp_path: Path) -> None:
    """Nothing there fails the gate, and yet it must not be green: exit code 3."""
    arguments = [*scan_arguments(tmp_path, [], formats=["json"]), "--quiet", "--bucket", DENIED_LOGGING]
    command = [sys.executable, "-m", "auditor", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)

    assert done.returncode == 3, done.stdout + done.stderr
    assert "s3:GetBucketLogging" in done.stdout
