"""A collection against an emulated AWS: what is asked, what is kept, and what trouble does to it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from mypy_boto3_s3.client import S3Client

from auditor.aws.buckets import region_of
from auditor.aws.options import CollectOptions, Targets
from auditor.aws.reads import DEEP
from auditor.aws.work import Event, Phase, Step
from auditor.errors import NoAccessError
from auditor.iam_policy import ASSUME_ROLE
from auditor.model import AccountStatus
from auditor.reading import CALLS, NOT_COLLECTED, Absent, Json, Present, Setting, Unreadable, reading_of

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import LoggingEnabledTypeDef

    from tests.aws.conftest import Clients, Collect, Collected

pytestmark = pytest.mark.emulator
ACCOUNT = "123456789012"
# Caller, three bucket lists, three kinds of deliveries, trails, detectors, the account's block, one look at each of
# two destinations: what an account in one Region costs, however many buckets it has.
OVERHEAD = 1 + 3 + 3 + 1 + 1 + 1 + 2


def destination(s3: S3Client, name: str) -> str:
    """Make a bucket that lets log delivery write."""
    s3.create_bucket(Bucket=name)
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{name}/*",
    }
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
    return name


def source(s3: S3Client, name: str, *, to: str) -> str:
    """Make a bucket that logs to `to`."""
    s3.create_bucket(Bucket=name)
    log_to(s3, name, to=to, prefix=f"{name}/")
    return name


def log_to(s3: S3Client, name: str, *, to: str, prefix: str) -> None:
    """Switch the logging of a bucket on."""
    enabled: LoggingEnabledTypeDef = {"TargetBucket": to, "TargetPrefix": prefix}
    s3.put_bucket_logging(Bucket=name, BucketLoggingStatus={"LoggingEnabled": enabled})


def log_key(prefix: str, time: datetime) -> str:
    """The key of a log object delivered at `time`."""
    return f"{prefix}{time:%Y-%m-%d-%H-%M-%S}-E568B2907131C0C0"


def document(reading: object) -> dict[str, Json]:
    """The document of a reading that must be Present."""
    assert isinstance(reading, Present), reading
    assert isinstance(reading.value, dict)
    return reading.value


def test_a_source_is_asked_once_and_a_destination_deeply(s3: S3Client, run: Collect) -> None:
    """Only buckets that receive logs get the deep reads, and every answer has request id and time."""
    destination(s3, "logs")
    source(s3, "app", to="logs")
    s3.create_bucket(Bucket="plain")

    collected = run()

    assert collected.estate.complete
    assert set(collected.bucket("plain").readings) <= {Setting.LOGGING, Setting.REGION}
    assert set(collected.bucket("logs").readings) >= {Setting.LOGGING, *DEEP}
    assert document(collected.bucket("app").readings[Setting.LOGGING]) == {
        "LoggingEnabled": {"TargetBucket": "logs", "TargetPrefix": "app/"}
    }
    assert isinstance(collected.bucket("plain").readings[Setting.LOGGING], Absent)
    assert isinstance(collected.bucket("logs").readings[Setting.ENCRYPTION], Absent | Present)
    policy = document(collected.bucket("logs").readings[Setting.POLICY])["Policy"]
    assert isinstance(policy, str), "the policy is kept as AWS sent it"
    for bucket in collected.estate.buckets:
        assert bucket.region == Present(
            value="us-east-1", request_id=bucket.region.request_id, read_at=bucket.region.read_at
        )
        for reading in bucket.readings.values():
            assert reading.request_id, reading
            assert reading.read_at is not None


def test_a_scan_makes_no_call_outside_the_table(s3: S3Client, clients: Clients, run: Collect) -> None:
    """The IAM policy is printed from the call table, so a call outside it would be denied on a real account."""
    destination(s3, "logs")
    source(s3, "app", to="logs")
    source(s3, "lost", to="logs")
    clients("cloudtrail").create_trail(Name="trail", S3BucketName="logs")
    clients("guardduty").create_detector(Enable=True)

    collected = run(options=CollectOptions(read_tags=True))

    table = {call.api for call in CALLS.values()} | {ASSUME_ROLE.api}
    assert set(collected.calls.calls) <= table
    assert collected.calls.calls["s3:GetBucketTagging"] == 3
    assert collected.estate.parameters["calls"] == collected.calls.calls


def test_the_price_of_an_estate(s3: S3Client, run: Collect) -> None:
    """Plain sources cost one call each, and no request is repeated or redirected."""
    ends = [destination(s3, f"logs-{number}") for number in range(2)]
    for number in range(22):
        source(s3, f"app-{number}", to=ends[number % 2])

    collected = run()

    calls = collected.calls.calls
    assert calls["s3:GetBucketLogging"] == 24
    assert calls["s3:GetBucketPolicy"] == 2
    assert "s3:HeadBucket" not in calls, "the lists of two Regions told where the buckets are"
    assert sum(calls.values()) == 24 + 2 * len(DEEP) + OVERHEAD
    assert calls == collected.calls.requests


def test_regions_are_known_and_used(s3: S3Client, clients: Clients, run: Collect) -> None:
    """Each bucket is asked through a client of its own Region, so nothing is redirected."""
    destination(s3, "logs")
    west = clients("s3", "eu-west-1")
    west.create_bucket(Bucket="west", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})

    collected = run()

    assert region_of(collected.bucket("west")) == "eu-west-1"
    assert region_of(collected.bucket("logs")) == "us-east-1"
    assert collected.calls.calls == collected.calls.requests
    (account,) = collected.estate.accounts
    assert [region.region for region in account.regions] == ["eu-west-1", "us-east-1"]


def test_the_account_is_recorded(s3: S3Client, run: Collect) -> None:
    """Account id, caller, partition and the size of the bucket list are evidence."""
    destination(s3, "logs")
    source(s3, "app", to="logs")

    (account,) = run().estate.accounts

    assert (account.id, account.partition, account.status) == (ACCOUNT, "aws", AccountStatus.AUDITED)
    assert account.caller_arn.startswith("arn:aws:sts::123456789012:")
    listed = document(account.readings[Setting.BUCKET_LIST])
    assert (listed["Pages"], listed["Buckets"]) == (1, 2)
    assert listed["RequestIds"]
    assert isinstance(account.readings[Setting.ACCOUNT_PUBLIC_ACCESS_BLOCK], Absent), "moto has none by default"


def test_filters_leave_buckets_out_of_scope_but_in_the_population(s3: S3Client, run: Collect) -> None:
    """Of a filtered bucket only its logging is read, unless logs go to it; arrows are followed to their end."""
    destination(s3, "end")
    destination(s3, "logs")
    log_to(s3, "logs", to="end", prefix="x/")
    source(s3, "app-1", to="logs")
    source(s3, "other", to="logs")

    collected = run(options=CollectOptions(buckets=("app-*",)))

    assert {bucket.name: bucket.in_scope for bucket in collected.estate.buckets} == {
        "app-1": True,
        "end": False,
        "logs": False,
        "other": False,
    }
    assert isinstance(collected.bucket("other").readings[Setting.LOGGING], Present), "it may write under the same keys"
    assert not set(collected.bucket("other").readings) & set(DEEP)
    assert set(collected.bucket("logs").readings) >= {Setting.LOGGING, *DEEP}
    assert set(collected.bucket("end").readings) >= {Setting.LOGGING, *DEEP}
    assert collected.estate.parameters["buckets"] == ["app-*"]


def test_a_region_filter_keeps_the_population(s3: S3Client, clients: Clients, run: Collect) -> None:
    """A bucket of another Region stays in the estate, out of scope and unasked."""
    s3.create_bucket(Bucket="east")
    west = clients("s3", "eu-west-1")
    west.create_bucket(Bucket="west", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})

    collected = run(options=CollectOptions(regions=("eu-west-1",)))

    assert not collected.bucket("east").in_scope
    assert Setting.LOGGING not in collected.bucket("east").readings
    assert isinstance(collected.bucket("west").readings[Setting.LOGGING], Absent)


def test_denied_logging_is_unreadable_and_widens_the_look(
    s3: S3Client,
    clients: Clients,
    run: Collect,
    monkeypatch: pytest.MonkeyPatch,
    enforced_iam: Callable[[], AbstractContextManager[None]],
) -> None:
    """A denied GetBucketLogging is never `off`; buckets that may receive the unknown logs show their grants."""
    destination(s3, "logs")
    s3.create_bucket(Bucket="plain")
    source(s3, "secret", to="logs")
    iam = clients("iam")
    iam.create_user(UserName="auditor")
    statements = [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "s3:GetBucketLogging", "Resource": "arn:aws:s3:::secret"},
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_user_policy(UserName="auditor", PolicyName="p", PolicyDocument=policy)
    key = iam.create_access_key(UserName="auditor")["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])

    with enforced_iam():
        collected = run()

    denied = collected.bucket("secret").readings[Setting.LOGGING]
    assert isinstance(denied, Unreadable)
    assert (denied.code, denied.api, denied.iam_action) == (
        "AccessDenied",
        "s3:GetBucketLogging",
        "s3:GetBucketLogging",
    )
    grants = {Setting.POLICY, Setting.ACL, Setting.OWNERSHIP}
    assert grants <= set(collected.bucket("logs").readings)
    assert grants <= set(collected.bucket("plain").readings)
    assert Setting.LIFECYCLE not in collected.bucket("plain").readings
    (account,) = collected.estate.accounts
    assert account.status is AccountStatus.AUDITED
    assert collected.estate.complete


def test_a_bucket_deleted_during_the_scan_is_said_so(s3: S3Client, run: Collect) -> None:
    """NoSuchBucket after the list means deleted, not unlogged; a deleted destination is not asked for the rest."""
    destination(s3, "logs")
    source(s3, "app", to="logs")
    s3.create_bucket(Bucket="brief")

    def delete(event: Event) -> None:
        match event:
            case Step(phase=Phase.BUCKET_LISTS, done=1):
                s3.delete_bucket(Bucket="brief")
            case Step(phase=Phase.REGIONS, done=1):
                for entry in s3.list_objects_v2(Bucket="logs").get("Contents", []):
                    s3.delete_object(Bucket="logs", Key=entry["Key"])
                s3.delete_bucket(Bucket="logs")
            case _:
                pass

    collected = run(on_event=delete)

    assert collected.bucket("brief").deleted
    assert collected.bucket("logs").deleted
    assert not collected.bucket("app").deleted
    policy = collected.bucket("logs").readings[Setting.POLICY]
    assert isinstance(policy, Unreadable)
    assert policy.code == "NoSuchBucket"
    assert collected.estate.complete


def test_a_destination_nobody_lists_is_looked_for(s3: S3Client, run: Collect) -> None:
    """A destination that does not exist is a 404 with and without the expected owner."""
    destination(s3, "logs")
    source(s3, "app", to="logs")
    s3.delete_bucket(Bucket="logs")

    (strange,) = run().estate.strange_destinations

    assert (strange.name, strange.account) == ("logs", ACCOUNT)
    assert isinstance(strange.head, Absent)
    assert isinstance(strange.owned, Absent)


def test_self_logging_is_a_destination(s3: S3Client, run: Collect) -> None:
    """A bucket that logs into itself gets the deep look of a destination."""
    destination(s3, "self")
    log_to(s3, "self", to="self", prefix="")

    assert set(run().bucket("self").readings) >= set(DEEP)


def newest(collected: Collected, name: str) -> dict[str, Json]:
    """The document of NEWEST_LOG_OBJECT of a source."""
    return document(reading_of(collected.bucket(name).readings, Setting.NEWEST_LOG_OBJECT))


@pytest.mark.parametrize("others", [0, 5])
def test_the_newest_log_object_is_found(s3: S3Client, run: Collect, others: int) -> None:
    """Alone, or in one look at a small destination shared by many: key, size and what was before the window."""
    destination(s3, "logs")
    now = datetime.now(UTC)
    fresh, old = log_key("app/", now - timedelta(hours=1)), log_key("app/", now - timedelta(days=9))
    for number in range(others):
        source(s3, f"other-{number}", to="logs")
    source(s3, "app", to="logs")
    for key in (fresh, old, "app/notes.txt"):
        s3.put_object(Bucket="logs", Key=key, Body=b"record\n")

    found = newest(run(), "app")

    # The emulator writes log objects of its own for every request of ours, which are newer still.
    assert isinstance(found["key"], str)
    assert found["key"] >= fresh
    assert (found["destination"], found["stem"], found["sources"]) == ("logs", "app/", ["app"])
    assert found["exhaustive"] is True
    assert found["window_exhaustive"] is True
    assert found["size"]
    assert found["last_modified"]
    assert found["foreign"] in {0, 1}


def test_logs_can_be_left_alone(s3: S3Client, run: Collect) -> None:
    """Without logs no log object is looked for, and the reading is not collected."""
    destination(s3, "logs")
    source(s3, "app", to="logs")

    collected = run(options=CollectOptions(read_logs=False))

    unread = reading_of(collected.bucket("app").readings, Setting.NEWEST_LOG_OBJECT)
    assert isinstance(unread, Unreadable)
    assert unread.code == NOT_COLLECTED
    assert collected.calls.calls["s3:ListObjectsV2"] == 1, "the top-level keys of the destination"


def test_trails_and_detectors(s3: S3Client, clients: Clients, run: Collect) -> None:
    """Once per Region in use, with what hangs on them: trail status and selectors, and the detector."""
    destination(s3, "logs")
    source(s3, "app", to="logs")
    trails = clients("cloudtrail")
    trails.create_trail(Name="trail", S3BucketName="logs", IsMultiRegionTrail=True)
    trails.start_logging(Name="trail")
    detector = clients("guardduty").create_detector(Enable=True)["DetectorId"]

    (account,) = run().estate.accounts

    (region,) = account.regions
    assert document(region.readings[Setting.DETECTORS]) == {"DetectorIds": [detector]}
    assert document(region.readings[Setting.DETECTOR])["Status"] == "ENABLED"
    (trail,) = account.trails
    assert trail.home_region == "us-east-1"
    assert document(trail.readings[Setting.TRAIL_STATUS])["IsLogging"] is True
    assert "EventSelectors" in document(trail.readings[Setting.EVENT_SELECTORS])


def test_no_detector_is_an_answer(s3: S3Client, run: Collect) -> None:
    """An empty list of detectors is absence, with the request id of the list."""
    s3.create_bucket(Bucket="plain")

    (account,) = run().estate.accounts

    (region,) = account.regions
    assert isinstance(region.readings[Setting.DETECTOR], Absent)
    assert region.readings[Setting.DETECTOR].request_id == region.readings[Setting.DETECTORS].request_id


@pytest.mark.parametrize("phase", [Phase.BUCKET_LISTS, Phase.SOURCES, Phase.REGIONS, Phase.DESTINATIONS])
def test_an_interruption_keeps_what_was_read(s3: S3Client, run: Collect, phase: Phase) -> None:
    """Once stop is set nothing more is asked; what was not read is not collected, and nothing looks complete."""
    destination(s3, "logs")
    for number in range(4):
        source(s3, f"app-{number}", to="logs")
    stop = threading.Event()
    stopped_at: list[int] = []

    def interrupt(event: Event) -> None:
        if isinstance(event, Step) and event.phase is phase and event.done >= 1:
            stop.set()
            stopped_at.append(1)

    collected = run(stop=stop, on_event=interrupt)

    assert stopped_at
    assert not collected.estate.complete
    (account,) = collected.estate.accounts
    assert (account.status, account.problem) == (AccountStatus.PARTIAL, "the scan was interrupted")
    assert len(collected.estate.buckets) == 5
    unread = reading_of(collected.bucket("logs").readings, Setting.REPLICATION)
    if phase is not Phase.DESTINATIONS:
        assert isinstance(unread, Unreadable)
        assert unread.code == NOT_COLLECTED
    for bucket in collected.estate.buckets:
        for one in bucket.readings.values():
            assert not isinstance(one, Absent) or one.request_id, "absence is always AWS's own word"


def test_ctrl_c_ends_like_stop(s3: S3Client, run: Collect) -> None:
    """A KeyboardInterrupt on the collecting thread returns a partial estate instead of losing everything."""
    s3.create_bucket(Bucket="plain")
    raised: list[int] = []

    def interrupt(event: Event) -> None:
        if isinstance(event, Step) and event.phase is Phase.SOURCES and not raised:
            raised.append(1)
            raise KeyboardInterrupt

    collected = run(on_event=interrupt)

    assert not collected.estate.complete
    assert collected.bucket("plain").in_scope


def test_an_endpoint_that_refuses_costs_one_quick_failure(
    s3: S3Client, run: Collect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A closed S3 Control endpoint makes one setting unreadable, is not asked again, and stops nothing else."""
    destination(s3, "logs")
    source(s3, "app", to="logs")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3_CONTROL", "http://127.0.0.1:9")

    collected = run()

    (account,) = collected.estate.accounts
    block = account.readings[Setting.ACCOUNT_PUBLIC_ACCESS_BLOCK]
    assert isinstance(block, Unreadable)
    assert block.code == "EndpointConnectionError"
    assert collected.calls.requests["s3control:GetPublicAccessBlock"] == 2, "one call, tried twice"
    assert account.status is AccountStatus.AUDITED


def test_an_unreachable_s3_is_no_access(s3: S3Client, run: Collect, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where not one bucket list can be begun, nothing was audited, and that is an error and no empty estate."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")

    with pytest.raises(NoAccessError, match=f"account {ACCOUNT}: the endpoint does not answer") as caught:
        run()
    assert "AWS_ENDPOINT_URL" in caught.value.hint


def test_an_empty_account_is_audited(s3: S3Client, run: Collect) -> None:
    """No buckets is an answer, and no trouble."""
    collected = run(Targets())

    assert collected.estate.buckets == ()
    assert collected.estate.accounts[0].status is AccountStatus.AUDITED
