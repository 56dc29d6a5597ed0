"""What an emulator cannot say: Regions and pages of the bucket list, conflicts, deliveries by CloudWatch, garbage."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from auditor.aws.buckets import region_of
from auditor.aws.options import CollectOptions
from auditor.errors import CredentialsError
from auditor.model import AccountStatus, Bucket, Estate
from auditor.reading import Absent, Present, Setting, Unreadable, reading_of

if TYPE_CHECKING:
    from tests.aws.conftest import Collect, FakeAnswer, FakeAws, FakeRequest

ACCOUNT = "111122223333"
LOGGING_OFF = "<BucketLoggingStatus/>"


def bucket_list(names: Mapping[str, str], *, token: str = "") -> str:
    """A page of ListBuckets: name -> Region, "" where the Region is not told."""
    entries = "".join(
        f"<Bucket><Name>{name}</Name><CreationDate>2020-01-01T00:00:00Z</CreationDate>"
        + (f"<BucketRegion>{region}</BucketRegion>" if region else "")
        + "</Bucket>"
        for name, region in names.items()
    )
    more = f"<ContinuationToken>{token}</ContinuationToken>" if token else ""
    return f"<ListAllMyBucketsResult><Buckets>{entries}</Buckets>{more}</ListAllMyBucketsResult>"


def logging_to(name: str, prefix: str = "", key_format: str = "") -> str:
    """The answer of GetBucketLogging."""
    return (
        f"<BucketLoggingStatus><LoggingEnabled><TargetBucket>{name}</TargetBucket>"
        f"<TargetPrefix>{prefix}</TargetPrefix>{key_format}</LoggingEnabled></BucketLoggingStatus>"
    )


def s3_script(
    fake: FakeAws, answers: Mapping[str, Callable[[FakeRequest], FakeAnswer | None]]
) -> Callable[[FakeRequest], FakeAnswer | None]:
    """Answers by S3 call: "" is ListBuckets, "HEAD" HeadBucket, else the subresource (`logging`) or `list`."""

    def script(request: FakeRequest) -> FakeAnswer | None:
        if request.service != "s3" or request.path.startswith("/v20180820"):
            return None
        if request.path == "/":
            name = ""
        elif request.method == "HEAD":
            name = "HEAD"
        elif request.query.get("list-type") == "2":
            name = "list"
        else:
            name = next(iter(request.query))
        answer = answers.get(name)
        if answer is not None:
            return answer(request)
        return fake.say(LOGGING_OFF) if name == "logging" else None

    return script


def buckets(estate: Estate) -> dict[str, Bucket]:
    """The buckets by name."""
    return {bucket.name: bucket for bucket in estate.buckets}


def test_regions_come_with_the_list(fake_aws: FakeAws, run: Collect) -> None:
    """One call tells all buckets and Regions; each bucket is then asked in its own Region, with its owner expected."""
    listed = bucket_list({"east": "us-east-1", "north": "eu-north-1"})
    fake_aws.script = s3_script(fake_aws, {"": lambda _: fake_aws.say(listed)})

    collected = run()

    assert {name: region_of(bucket) for name, bucket in buckets(collected.estate).items()} == {
        "east": "us-east-1",
        "north": "eu-north-1",
    }
    assert collected.calls.calls["s3:ListBuckets"] == 1
    assert "s3:HeadBucket" not in collected.calls.calls
    asked = [request for request in fake_aws.requests if "logging" in request.query]
    assert {request.path: request.region for request in asked} == {"/east": "us-east-1", "/north": "eu-north-1"}
    assert all(request.headers["x-amz-expected-bucket-owner"] == ACCOUNT for request in asked)
    assert all("s3-log-auditor" in request.headers["user-agent"] for request in asked)
    region = collected.bucket("north").region
    assert isinstance(region, Present)
    assert region.request_id == document_ids(collected.estate)[0]


def document_ids(estate: Estate) -> list[str]:
    """The request ids of the bucket list."""
    listed = estate.accounts[0].readings[Setting.BUCKET_LIST]
    assert isinstance(listed, Present)
    assert isinstance(listed.value, dict)
    ids = listed.value["RequestIds"]
    assert isinstance(ids, list)
    return [str(one) for one in ids]


def test_every_page_of_the_list_is_read(fake_aws: FakeAws, run: Collect) -> None:
    """Pages are followed by their token, an empty one too, and counted; a bucket listed twice is one bucket."""
    pages = {
        "": bucket_list({"a": "eu-west-1", "b": "eu-west-1"}, token="2"),
        "2": bucket_list({}, token="3"),
        "3": bucket_list({"b": "eu-west-1", "c": "eu-west-1"}),
    }
    fake_aws.script = s3_script(
        fake_aws, {"": lambda request: fake_aws.say(pages[request.query.get("continuation-token", "")])}
    )

    estate = run().estate

    assert sorted(buckets(estate)) == ["a", "b", "c"]
    assert len(document_ids(estate)) == 3
    assert len(set(document_ids(estate))) == 3


def test_a_list_that_breaks_off_is_a_partial_account(fake_aws: FakeAws, run: Collect) -> None:
    """What was listed is audited, and the account says that there may be more."""

    def pages(request: FakeRequest) -> FakeAnswer:
        if "continuation-token" in request.query:
            return fake_aws.error("AccessDenied", status=403)
        return fake_aws.say(bucket_list({"a": "eu-west-1"}, token="2"))

    fake_aws.script = s3_script(fake_aws, {"": pages})

    collected = run()

    (account,) = collected.estate.accounts
    assert account.status is AccountStatus.PARTIAL
    assert account.problem == (
        "the bucket list could not be read after 1 buckets: s3:ListBuckets answered AccessDenied; "
        "it needs s3:ListAllMyBuckets"
    )
    assert isinstance(account.readings[Setting.BUCKET_LIST], Unreadable)
    assert isinstance(collected.bucket("a").readings[Setting.LOGGING], Absent)
    assert collected.estate.complete


def test_a_page_token_that_repeats_ends_the_list(fake_aws: FakeAws, run: Collect) -> None:
    """An endpoint that sends the same token for ever does not hold the scan for ever, and hides nothing."""
    page = bucket_list({"a": "eu-west-1"}, token="2")
    fake_aws.script = s3_script(fake_aws, {"": lambda _: fake_aws.say(page)})

    (account,) = run().estate.accounts

    assert account.status is AccountStatus.PARTIAL
    assert "PaginationError" in account.problem


def test_no_list_at_all_is_no_access(fake_aws: FakeAws, run: Collect) -> None:
    """Credentials that may not even list buckets audit nothing."""
    fake_aws.script = s3_script(fake_aws, {"": lambda _: fake_aws.error("AccessDenied", status=403)})

    with pytest.raises(CredentialsError, match=f"account {ACCOUNT}: s3:ListBuckets as arn:.* is denied"):
        run()


@pytest.mark.parametrize(
    ("head", "location", "region"),
    [
        ((200, "eu-west-3"), None, "eu-west-3"),
        ((403, "eu-west-3"), None, "eu-west-3"),
        ((403, ""), "<LocationConstraint>ap-south-1</LocationConstraint>", "ap-south-1"),
        ((403, ""), "<LocationConstraint>EU</LocationConstraint>", "eu-west-1"),
        ((403, ""), "<LocationConstraint/>", "us-east-1"),
        ((403, ""), None, ""),
    ],
)
def test_the_region_falls_back(
    fake_aws: FakeAws, run: Collect, head: tuple[int, str], location: str | None, region: str
) -> None:
    """Without BucketRegion in the list: HeadBucket's header, which comes even with 403; else GetBucketLocation."""
    status, header = head
    headers = {"x-amz-bucket-region": header} if header else {}

    def answer_head(_: FakeRequest) -> FakeAnswer:
        if status == 200:
            return fake_aws.say(headers=headers)
        return fake_aws.error("", status=status, headers=headers)

    def answer_location(_: FakeRequest) -> FakeAnswer:
        return fake_aws.error("AccessDenied", status=403) if location is None else fake_aws.say(location)

    listed = bucket_list({"a": ""})
    fake_aws.script = s3_script(
        fake_aws, {"": lambda _: fake_aws.say(listed), "HEAD": answer_head, "location": answer_location}
    )

    bucket = run().bucket("a")

    assert region_of(bucket) == region
    if not region:
        assert isinstance(bucket.region, Unreadable)
        assert (bucket.region.api, bucket.region.code) == ("s3:GetBucketLocation", "AccessDenied")
    assert isinstance(bucket.readings[Setting.LOGGING], Absent), "logging is read also where the Region is unknown"


def test_a_bucket_gone_before_its_region_was_asked(fake_aws: FakeAws, run: Collect) -> None:
    """HeadBucket 404 after the list: deleted, and no more calls for it."""
    listed = bucket_list({"a": ""})
    fake_aws.script = s3_script(
        fake_aws, {"": lambda _: fake_aws.say(listed), "HEAD": lambda _: fake_aws.error("", status=404)}
    )

    collected = run()

    assert collected.bucket("a").deleted
    assert "s3:GetBucketLogging" not in collected.calls.calls


@pytest.mark.parametrize("honest", [True, False])
def test_lists_by_region_are_believed_only_when_they_differ(fake_aws: FakeAws, run: Collect, honest: bool) -> None:
    """Many buckets without Region: lists by Region tell it, unless the endpoint ignores the Region asked for."""
    home = {f"b-{number}": "eu-west-1" if number % 2 else "us-east-1" for number in range(40)}

    def listed(request: FakeRequest) -> FakeAnswer:
        asked = request.query.get("bucket-region")
        names = [name for name, region in home.items() if not honest or asked in {None, region}]
        return fake_aws.say(bucket_list(dict.fromkeys(names, "")))

    def answer_head(request: FakeRequest) -> FakeAnswer:
        return fake_aws.say(headers={"x-amz-bucket-region": home[request.path.strip("/")]})

    fake_aws.script = s3_script(fake_aws, {"": listed, "HEAD": answer_head})

    collected = run()

    assert {bucket.name: region_of(bucket) for bucket in collected.estate.buckets} == home
    assert collected.calls.calls.get("s3:HeadBucket", 0) == (0 if honest else 40)
    assert collected.calls.calls["s3:ListBuckets"] == 3


def test_a_conflicting_change_is_waited_for(fake_aws: FakeAws, run: Collect) -> None:
    """OperationAborted and SlowDown are asked again, and the reading is that of the answer."""
    listed = bucket_list({"a": "eu-west-1"})
    answers = iter(["OperationAborted", "SlowDown", ""])

    def answer_logging(_: FakeRequest) -> FakeAnswer:
        code = next(answers)
        status = {"OperationAborted": 409, "SlowDown": 503}.get(code, 200)
        return fake_aws.error(code, status=status) if code else fake_aws.say(logging_to("logs"))

    fake_aws.script = s3_script(fake_aws, {"": lambda _: fake_aws.say(listed), "logging": answer_logging})

    collected = run()

    assert isinstance(collected.bucket("a").readings[Setting.LOGGING], Present)
    assert collected.calls.calls["s3:GetBucketLogging"] == 1
    assert collected.calls.requests["s3:GetBucketLogging"] == 3


def test_the_key_format_is_kept(fake_aws: FakeAws, run: Collect) -> None:
    """TargetObjectKeyFormat decides where logs arrive, so the partitioned stem is what is searched."""
    listed = bucket_list({"app": "eu-west-1", "logs": "eu-west-1"})

    def answer_logging(request: FakeRequest) -> FakeAnswer:
        return fake_aws.say(logging_to("logs", "p/", BY_EVENT) if request.path == "/app" else LOGGING_OFF)

    fake_aws.script = s3_script(fake_aws, {"": lambda _: fake_aws.say(listed), "logging": answer_logging})

    collected = run()

    (searched,) = {r.query["prefix"] for r in fake_aws.requests if r.query.get("list-type") and "prefix" in r.query}
    assert searched == f"p/{ACCOUNT}/eu-west-1/app/20"
    newest = reading_of(collected.bucket("app").readings, Setting.NEWEST_LOG_OBJECT)
    assert isinstance(newest, Unreadable), "the script denies listings, and a denied listing is not an empty one"
    assert newest.code == "NotScripted"


def listing(objects: Mapping[str, datetime]) -> Callable[[FakeRequest], str]:
    """ListObjectsV2 over these objects, 1,000 keys a page, with Prefix, StartAfter and Delimiter."""

    def page(request: FakeRequest) -> str:
        prefix, after = request.query.get("prefix", ""), request.query.get("start-after", "")
        keys = [key for key in sorted(objects) if key.startswith(prefix) and key > after]
        if "delimiter" in request.query:
            heads = sorted({key.partition("/")[0] + "/" for key in keys})
            entries = "".join(f"<CommonPrefixes><Prefix>{head}</Prefix></CommonPrefixes>" for head in heads)
            return f"<ListBucketResult><IsTruncated>false</IsTruncated>{entries}</ListBucketResult>"
        entries = "".join(
            f"<Contents><Key>{key}</Key><LastModified>{objects[key]:%Y-%m-%dT%H:%M:%SZ}</LastModified>"
            "<Size>9</Size></Contents>"
            for key in keys[:1000]
        )
        truncated = "true" if len(keys) > 1000 else "false"
        return f"<ListBucketResult><IsTruncated>{truncated}</IsTruncated>{entries}</ListBucketResult>"

    return page


BY_EVENT = (
    "<TargetObjectKeyFormat><PartitionedPrefix><PartitionDateSource>EventTime</PartitionDateSource>"
    "</PartitionedPrefix></TargetObjectKeyFormat>"
)


def days(count: int, *, ago: int, to: int, by_event: bool) -> dict[str, datetime]:
    """`count` log objects a day of source app, for the days from `ago` to `to` days ago, written on the same day."""
    now = datetime.now(UTC).replace(microsecond=0)
    found = {}
    for day in range(to, ago + 1):
        for number in range(count):
            time = now - timedelta(days=day, seconds=number)
            stamp = f"{time:%Y-%m-%d}-00-00-00" if by_event else f"{time:%Y-%m-%d-%H-%M-%S}"
            folder = f"p/{ACCOUNT}/eu-west-1/app/{time:%Y/%m/%d}/" if by_event else "p/"
            found[f"{folder}{stamp}-{number:016X}"] = time
    return found


def newest_found(
    fake: FakeAws, run: Collect, objects: Mapping[str, datetime], *, by_event: bool
) -> Mapping[str, object]:
    """The document of NEWEST_LOG_OBJECT of source app, whose destination holds `objects`."""
    listed = bucket_list({"app": "eu-west-1", "logs": "eu-west-1"})
    page = listing(objects)

    def answer_logging(request: FakeRequest) -> FakeAnswer:
        on = logging_to("logs", "p/", BY_EVENT if by_event else "")
        return fake.say(on if request.path == "/app" else LOGGING_OFF)

    fake.script = s3_script(
        fake,
        {
            "": lambda _: fake.say(listed),
            "logging": answer_logging,
            "list": lambda request: fake.say(page(request)),
        },
    )
    reading = run().bucket("app").readings[Setting.NEWEST_LOG_OBJECT]
    assert isinstance(reading, Present), reading
    assert isinstance(reading.value, dict)
    return reading.value


@pytest.mark.parametrize("by_event", [False, True])
@pytest.mark.parametrize(
    ("span", "in_window"),
    [((5, 0), True), ((40, 9), False), ((400, 390), False)],
)
def test_how_old_the_newest_log_object_is(
    fake_aws: FakeAws, run: Collect, by_event: bool, span: tuple[int, int], in_window: bool
) -> None:
    """However long ago delivery stopped, the last object is found, and nothing newer is known to exist."""
    objects = days(30, ago=span[0], to=span[1], by_event=by_event)

    found = newest_found(fake_aws, run, objects, by_event=by_event)

    key = str(found["key"])
    assert objects[key].date() == max(objects.values()).date()
    assert found["window_exhaustive"] is True
    assert found["exhaustive"] is (not by_event or not in_window)
    assert found["any_before_window"] is (None if in_window else True)
    assert (found["delivered_at"] is None) is by_event


def test_a_late_delivery_for_an_early_day_is_the_newest(fake_aws: FakeAws, run: Collect) -> None:
    """With EventTime the folder of an early day may hold the object that arrived last, and it is not overlooked."""
    objects = days(30, ago=60, to=1, by_event=True)
    now = datetime.now(UTC).replace(microsecond=0)
    objects = {key: min(time, now - timedelta(days=4)) for key, time in objects.items()}
    late = f"p/{ACCOUNT}/eu-west-1/app/{now - timedelta(days=12):%Y/%m/%d/%Y-%m-%d}-00-00-00-LATE"

    found = newest_found(fake_aws, run, objects | {late: now - timedelta(hours=2)}, by_event=True)

    assert found["key"] == late


@pytest.mark.parametrize("by_event", [False, True])
def test_no_log_object_at_all(fake_aws: FakeAws, run: Collect, by_event: bool) -> None:
    """None in a listing that reached the end, with foreign objects under the prefix counted and not believed."""
    stem = f"p/{ACCOUNT}/eu-west-1/app/" if by_event else "p/"
    foreign = {f"{stem}2026-report.csv": datetime.now(UTC), f"{stem}notes": datetime.now(UTC)}

    found = newest_found(fake_aws, run, foreign, by_event=by_event)

    assert (found["key"], found["last_modified"], found["size"]) == (None, None, None)
    assert (found["exhaustive"], found["any_before_window"]) == (True, False)
    assert found["foreign"] == found["listed"]


def test_an_empty_destination_needs_no_search(fake_aws: FakeAws, run: Collect) -> None:
    """The destination's top-level keys already show that nothing lies under the prefix."""
    found = newest_found(fake_aws, run, {}, by_event=False)

    assert (found["key"], found["exhaustive"], found["listed"]) == (None, True, 0)
    listings = [request for request in fake_aws.requests if request.query.get("list-type") == "2"]
    assert len(listings) == 1


@pytest.mark.parametrize(
    ("status", "head", "owned"),
    [(200, Present, Present), (403, Present, Unreadable), (404, Absent, Absent)],
)
def test_a_strange_destination_is_probed(fake_aws: FakeAws, run: Collect, status: int, head: type, owned: type) -> None:
    """403 with a Region means that the bucket exists; only a 200 proves that it is ours."""
    listed = bucket_list({"app": "eu-west-1"})

    def answer_head(_: FakeRequest) -> FakeAnswer:
        headers = {} if status == 404 else {"x-amz-bucket-region": "eu-west-1"}
        return fake_aws.say(headers=headers) if status == 200 else fake_aws.error("", status=status, headers=headers)

    fake_aws.script = s3_script(
        fake_aws,
        {
            "": lambda _: fake_aws.say(listed),
            "HEAD": answer_head,
            "logging": lambda _: fake_aws.say(logging_to("elsewhere")),
        },
    )

    (strange,) = run().estate.strange_destinations

    assert (strange.name, strange.account) == ("elsewhere", ACCOUNT)
    assert isinstance(strange.head, head)
    assert isinstance(strange.owned, owned)
    owners = [r.headers.get("x-amz-expected-bucket-owner") for r in fake_aws.requests if r.method == "HEAD"]
    assert owners == [None, ACCOUNT]


def test_a_destination_that_is_no_bucket_name_is_not_asked_for(fake_aws: FakeAws, run: Collect) -> None:
    """An ARN in TargetBucket would send botocore to an access point; it is malformed, and nobody is asked."""
    listed = bucket_list({"app": "eu-west-1"})
    arn = f"arn:aws:s3:eu-west-1:{ACCOUNT}:accesspoint/ap"
    fake_aws.script = s3_script(
        fake_aws, {"": lambda _: fake_aws.say(listed), "logging": lambda _: fake_aws.say(logging_to(arn))}
    )

    collected = run()

    (strange,) = collected.estate.strange_destinations
    assert isinstance(strange.head, Unreadable)
    assert strange.head.code == "Malformed"
    assert "s3:HeadBucket" not in collected.calls.calls


def test_cloudwatch_deliveries_are_followed(fake_aws: FakeAws, run: Collect) -> None:
    """Deliveries that GetBucketLogging does not show lead to a log group and to a bucket that then is a destination."""
    listed = bucket_list({"app": "eu-west-1", "archive": "eu-west-1"})
    group = f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:/s3/access"
    documents = {
        "DescribeDeliverySources": {
            "deliverySources": [
                {"name": "s", "logType": "S3_SERVER_ACCESS_LOGS", "resourceArns": ["arn:aws:s3:::app"]},
                {"name": "other", "logType": "EVENTS", "resourceArns": ["arn:aws:s3:::app"]},
            ]
        },
        "DescribeDeliveries": {
            "deliveries": [
                {"id": "1", "deliverySourceName": "s", "deliveryDestinationArn": "arn:d:cwl"},
                {"id": "2", "deliverySourceName": "s", "deliveryDestinationArn": "arn:d:s3"},
                {"id": "3", "deliverySourceName": "other", "deliveryDestinationArn": "arn:d:no"},
                {"id": "4"},
            ]
        },
        "DescribeDeliveryDestinations": {
            "deliveryDestinations": [
                {
                    "arn": f"arn:d:{kind}",
                    "deliveryDestinationConfiguration": {"destinationResourceArn": resource},
                }
                for kind, resource in {
                    "cwl": f"{group}:*",
                    "s3": "arn:aws:s3:::archive/raw",
                    "no": "arn:aws:s3:::app",
                }.items()
            ]
        },
        "DescribeLogGroups": {
            "logGroups": [{"logGroupName": "/s3/access-2"}, {"logGroupName": "/s3/access", "retentionInDays": 400}]
        },
    }
    s3 = s3_script(fake_aws, {"": lambda _: fake_aws.say(listed)})
    fake_aws.script = lambda request: (
        fake_aws.say(json.dumps(documents[request.operation])) if request.operation in documents else s3(request)
    )

    collected = run()

    (account,) = collected.estate.accounts
    (log_group,) = account.log_groups
    assert log_group.arn == group
    reading = log_group.readings[Setting.LOG_GROUP]
    assert isinstance(reading, Present)
    assert reading.value == {"logGroupName": "/s3/access", "retentionInDays": 400}
    assert Setting.POLICY in collected.bucket("archive").readings
    assert Setting.POLICY not in collected.bucket("app").readings


def test_garbage_costs_only_its_reading(fake_aws: FakeAws, run: Collect) -> None:
    """A proxy's error page and broken XML are unreadable, and the scan goes on."""
    listed = bucket_list({"html": "eu-west-1", "broken": "eu-west-1", "fine": "eu-west-1"})

    def answer_logging(request: FakeRequest) -> FakeAnswer:
        bodies = {"/html": "<html><body>Sign in", "/broken": "<BucketLoggingStatus><Logg", "/fine": LOGGING_OFF}
        return fake_aws.say(bodies[request.path])

    fake_aws.script = s3_script(fake_aws, {"": lambda _: fake_aws.say(listed), "logging": answer_logging})

    collected = run()

    for name in ("html", "broken"):
        reading = collected.bucket(name).readings[Setting.LOGGING]
        assert isinstance(reading, Unreadable), name
        assert reading.code in {"500", "ResponseParserError"}, "S3's parser calls it a 500, others do not"
    assert isinstance(collected.bucket("fine").readings[Setting.LOGGING], Absent)


def test_credentials_are_nowhere_in_the_estate(
    fake_aws: FakeAws, run: Collect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither keys nor session tokens get into what is written, not even when AWS repeats them in an error."""
    monkeypatch.setenv("AWS_SESSION_TOKEN", ACCOUNT)
    listed = bucket_list({"a": "eu-west-1"})
    echo = "<Error><Code>SignatureDoesNotMatch</Code><Message>no&#10;x-amz-security-token:SECRETTOKEN</Message></Error>"

    def answer_logging(_: FakeRequest) -> FakeAnswer:
        answer = fake_aws.error("SignatureDoesNotMatch", status=403)
        return type(answer)(status=403, body=echo)

    fake_aws.script = s3_script(fake_aws, {"": lambda _: fake_aws.say(listed), "logging": answer_logging})

    text = repr(run(options=CollectOptions()).estate)

    assert "SECRETTOKEN" not in text
    assert "AKIDFAKE" not in text
    assert "SignatureDoesNotMatch" in text
