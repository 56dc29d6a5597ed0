"""Integrity of the logs themselves: S3L-080 to 086."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from auditor.activity.detection_inputs import Inputs, Place, Window
from auditor.model import Severity
from tests.activity.detections.seen import reason, seen
from tests.activity.rows import ALICE, BATCH, BOB, BUCKET, DAY, Block, Changes, Rows, at, every, role, row

LOGS = "acme-logs"
DELIVERED = "s3/acme-hr-documents/2026-11-19-04-00-00-0123456789ABCDEF"
DELIVERY = "svc:logging.s3.amazonaws.com"
READERS = Inputs(
    destinations=(Place(bucket=LOGS, prefix="s3/"),), log_readers=("*:assumed-role/security-*", "*:user/bob")
)
IAC = Inputs(infrastructure_principals=("*:assumed-role/terraform",))
IN_LOGS: Changes = {"bucket": LOGS, "key": DELIVERED}

# --- logging-changed -------------------------------------------------------------------------------------------------

SWITCH: Changes = {"operation": "REST.PUT.LOGGING_STATUS", "key": None}


@pytest.mark.parametrize(("minutes", "looked"), [(10, True), (11, False)])
def test_logging_changed_is_critical(minutes: int, looked: bool) -> None:
    """One change is enough; that its author looked first is told."""
    look = row(time=at(0, 49, 0) + timedelta(minutes=11 - minutes), operation="REST.GET.LOGGING_STATUS", key=None)

    (signal,) = seen("logging-changed", [look, row(time=at(1), **SWITCH)])

    assert signal.severity is Severity.CRITICAL
    assert signal.details["looked_first"] is looked


def test_logging_changed_by_infrastructure_is_medium() -> None:
    """A planned change is still told; reading and refusals are not."""
    rows = [row(requester=role("terraform", "ci"), **SWITCH)]
    idle = [row(http_status=403, **SWITCH), row(operation="REST.GET.LOGGING_STATUS", key=None)]

    assert [signal.severity for signal in seen("logging-changed", rows, inputs=IAC)] == [Severity.MEDIUM]
    assert seen("logging-changed", idle) == ()


# --- log-read-by-stranger --------------------------------------------------------------------------------------------


def test_log_read_by_stranger() -> None:
    """One read of a log object, or one listing of logs, by someone who is not on the list."""
    rows = [
        row(**IN_LOGS),
        row(bucket=LOGS, operation="REST.GET.BUCKET", key=None, request_uri="GET /?prefix=s3%2Facme HTTP/1.1"),
        row(bucket=LOGS, operation="REST.GET.BUCKET", key=None, request_uri="GET / HTTP/1.1"),
    ]

    (signal,) = seen("log-read-by-stranger", rows, inputs=READERS)

    assert (signal.subject["principal"], signal.count, signal.details["listings"]) == (ALICE, 3, 2)


def test_log_read_by_stranger_leaves_readers_alone() -> None:
    """Readers by pattern, services, refusals, and other folders of the bucket."""
    rows = [
        row(requester=BOB, **IN_LOGS),
        row(requester=role("security-audit"), **IN_LOGS),
        row(requester="svc:athena.amazonaws.com", **IN_LOGS),
        row(http_status=403, **IN_LOGS),
        row(bucket=LOGS, key="cloudtrail/x.json.gz"),
        row(bucket=LOGS, operation="REST.GET.BUCKET", key=None, request_uri="GET /?prefix=cloudtrail%2F HTTP/1.1"),
    ]

    assert seen("log-read-by-stranger", rows, inputs=READERS) == ()


def test_log_read_by_stranger_needs_records_of_the_destination() -> None:
    """Where the bucket of logs is not logged itself, silence proves nothing."""
    found = reason("log-read-by-stranger", [row()], inputs=READERS)

    assert found.startswith("No record is about a bucket that receives logs")
    assert reason("log-read-by-stranger", [row()]) == "Nobody said where logs are delivered."


# --- log-tampering ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "deleted", "written"),
    [
        ("REST.DELETE.OBJECT", 1, 0),
        ("BATCH.DELETE.OBJECT", 1, 0),
        ("REST.PUT.OBJECT", 0, 1),
        ("REST.COPY.OBJECT", 0, 1),
    ],
)
def test_log_tampering_is_critical(operation: str, deleted: int, written: int) -> None:
    """One log object deleted or written by anyone but log delivery."""
    (signal,) = seen("log-tampering", [row(operation=operation, **IN_LOGS)], inputs=READERS)

    assert signal.severity is Severity.CRITICAL
    assert (signal.details["deleted"], signal.details["written"]) == (deleted, written)


def test_log_tampering_leaves_delivery_and_lifecycle_alone() -> None:
    """Deliveries of both eras, expiry, refusals, and keys that are no log objects."""
    old_delivery = "3272ee65a908a7677109fedda345db8d9554ba26398b2ca10581de88777e2b61"
    rows = [
        row(operation="REST.PUT.OBJECT", requester=DELIVERY, remote_ip=None, **IN_LOGS),
        row(operation="REST.PUT.OBJECT", requester=old_delivery, **IN_LOGS),
        row(operation="S3.EXPIRE.OBJECT", requester=None, remote_ip=None, http_status=None, **IN_LOGS),
        row(operation="REST.DELETE.OBJECT", http_status=403, **IN_LOGS),
        row(operation="REST.PUT.OBJECT", bucket=LOGS, key="s3/report.csv"),
        row(operation="REST.DELETE.OBJECT", bucket=LOGS, key="other/2026-11-19-04-00-00-0123456789ABCDEF"),
    ]

    assert seen("log-tampering", rows, inputs=READERS) == ()


# --- logging-silence -------------------------------------------------------------------------------------------------


def steady(bucket: str = BUCKET, *, hours: int, minutes: int = 20, **changes: str) -> Block:
    """A record every so many minutes from a fortnight before DAY until `hours` into it."""
    return every(at(days=-14), minutes=minutes).block((14 * 24 + hours) * 60 // minutes, bucket=bucket, **changes)


@pytest.mark.parametrize(("resumed", "signals"), [(at(8, 39, 59), 0), (at(8, 40), 0), (at(8, 40, 1), 1)])
def test_logging_silence_is_longer_than_six_hours(resumed: datetime, signals: int) -> None:
    """A bucket that is active in every hour and then has nothing for more than six hours."""
    last = at(2, 40)
    again = every(resumed, minutes=20).block(46)

    found = seen("logging-silence", [steady(hours=3), again, steady("acme-other", hours=24)])

    assert [(signal.bucket, signal.first_seen, signal.details["hours_silent"]) for signal in found] == [
        (BUCKET, last, 6)
    ] * signals


def test_logging_silence_to_the_end() -> None:
    """Silence that lasts counts while other buckets go on; a change of logging makes it critical."""
    rows = [steady(hours=3), steady("acme-other", hours=24)]

    (plain,) = seen("logging-silence", rows)
    (switched,) = seen("logging-silence", [*rows, row(time=at(2, 39), **SWITCH)])

    assert (plain.severity, plain.details["hours_silent"]) == (Severity.HIGH, 21)
    assert (switched.severity, switched.subject["principal"]) == (Severity.CRITICAL, ALICE)


def test_logging_silence_may_empty_the_window() -> None:
    """A window without any record of the bucket is judged by what came before."""
    window = Window(first=DAY, last=at(12))
    rows = [steady(hours=0), steady("acme-other", hours=12)]

    (signal,) = seen("logging-silence", rows, window=window)

    assert signal.bucket == BUCKET


def test_logging_silence_leaves_the_usual_alone() -> None:
    """Late records, quiet nights, gaps as before, the end of all records, and young buckets."""
    all_end: Rows = [steady(hours=3)]
    night = [
        *(every(at(7, days=-14), minutes=20).daily(15).block(36, bucket="acme-office") for _ in range(1)),
        steady("acme-other", hours=24),
    ]
    gaps: Rows = [
        every(at(days=-14), minutes=20).block(6 * 24 * 3, bucket=BUCKET),
        every(at(7, days=-8), minutes=20).block((7 * 24 + 17 + 3) * 3, bucket=BUCKET),
        every(at(9, 59), minutes=20).block(42, bucket=BUCKET),
        steady("acme-other", hours=24),
    ]
    young: Rows = [every(at(days=-5), minutes=20).block(5 * 72, bucket=BUCKET), steady("acme-other", hours=24)]

    assert seen("logging-silence", all_end) == ()
    assert seen("logging-silence", night) == ()
    assert seen("logging-silence", gaps) == ()
    assert seen("logging-silence", young) == ()
    assert seen("logging-silence", [steady(hours=3), steady("acme-other", hours=24)], now=at(30)) == ()


def test_logging_silence_is_not_judged_from_a_sample() -> None:
    """Absence in a sample is not absence."""
    rows: Rows = [steady(hours=3), steady("acme-other", hours=24)]

    assert reason("logging-silence", rows, inputs=Inputs(sampled=True)).startswith("Only a sample")


# --- field-injection -------------------------------------------------------------------------------------------------

FORGED = '" - s9lzHYrFp76= SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader x TLSv1.3 - -'


@pytest.mark.parametrize(
    "changes",
    [
        {"user_agent": f"curl/8{FORGED}"},
        {"referer": '" 200 - 113 - 7 - "'},
        {"request_uri": 'GET /k?x=" 200 - 113 11 7 - HTTP/1.1'},
    ],
)
def test_field_injection_in_text_that_a_client_sends(changes: Changes) -> None:
    """Text behind a quote that reads like S3's own fields, although the line could be read in one way only."""
    (signal,) = seen("field-injection", [row(**changes)])

    assert (signal.severity, signal.details["ambiguous"]) == (Severity.HIGH, 0)


def test_field_injection_in_lines_with_several_readings() -> None:
    """Such lines are the ground of this signal and of no other; a window of nothing else is still looked at."""
    doubtful = row(parse_state="ambiguous", http_status=None, user_agent=None, field_count=None)

    (signal,) = seen("field-injection", [doubtful])

    assert (signal.count, signal.details["ambiguous"]) == (1, 1)
    assert reason("anonymous-read", [{**doubtful, "principal_kind": "anonymous"}]).startswith("The window holds no")


@pytest.mark.parametrize(
    "changes",
    [
        {"user_agent": 'Mozilla/5.0 "quoted" (X11)'},
        {"referer": 'https://acme.example/?q="a" 12 b'},
        {"user_agent": None},
    ],
)
def test_field_injection_leaves_stray_quotes_alone(changes: Changes) -> None:
    """A quote by itself imitates nothing."""
    assert seen("field-injection", [row(**changes), row(parse_state="malformed", time=None)]) == ()


# --- record-anomaly --------------------------------------------------------------------------------------------------


def anomalies(rows: Rows) -> list[object]:
    """What the signals say."""
    return [signal.details["anomaly"] for signal in seen("record-anomaly", rows)]


def test_record_anomaly_of_request_ids() -> None:
    """One request has one outcome; pairs of a copy, keys of a batch and records delivered twice share an id rightly."""
    same: Changes = {"request_id": "AAAAAAAAAAAAAAAA"}
    fine: Rows = [
        *([row(request_id="BBBBBBBBBBBBBBBB")] * 2),
        row(operation="REST.COPY.OBJECT", request_id="C"),
        row(operation="REST.COPY.OBJECT_GET", bucket="acme-archive", request_id="C", log_object="archive.log"),
        row(operation="REST.POST.MULTI_OBJECT_DELETE", key=None, request_id="D"),
        *every(at(1)).rows(5, operation="BATCH.DELETE.OBJECT", key="k{}", http_status=204, request_id="D"),
    ]

    assert anomalies(fine) == []
    assert anomalies([row(**same), row(http_status=403, **same)]) == ["one request id has several outcomes"]
    assert anomalies([row(**same), row(remote_ip="192.0.2.7", **same)]) == ["one request id has several outcomes"]


@pytest.mark.parametrize(
    ("seconds", "anomaly"),
    [(300, []), (301, ["they are later than their delivery"]), (-7 * 86_400, [])],
)
def test_record_anomaly_of_times(seconds: int, anomaly: list[object]) -> None:
    """A record is not later than its delivery, clocks aside."""
    window = Window(first=at(days=-9), last=at(days=1))
    rows = [row(time=at(4) + timedelta(seconds=seconds))]

    found = seen("record-anomaly", rows, window=window)

    assert [signal.details["anomaly"] for signal in found] == anomaly


def test_record_anomaly_of_very_late_delivery() -> None:
    """More than a week between record and delivery is told."""
    name = "logs/2026-11-27-04-00-00-0123456789ABCDEF"

    assert anomalies([row(time=at(4), log_object=name)]) == []
    assert anomalies([row(time=at(3, 59, 59), log_object=name)]) == ["they are far older than their delivery"]


def test_record_anomaly_of_names() -> None:
    """A log object holds records of one source; partitioned names tell which, local files tell nothing."""
    name = "logs/111122223333/eu-west-1/acme-public/2026/11/20/2026-11-20-00-00-00-0123456789ABCDEF"
    other: Changes = {"bucket": "acme-public"}

    assert anomalies([row(log_object=name)]) == ["the name of the log object is for another bucket"]
    assert anomalies([row(time=at(9), log_object=name, **other)]) == []
    assert anomalies([row(log_object="all.log"), row(time=at(9), log_object="all.log", **other)]) == []
    assert anomalies([row(), row(**other)]) == ["one log object holds records about several buckets"] * 2


# --- recursive-logging -----------------------------------------------------------------------------------------------


def test_recursive_logging_is_low() -> None:
    """A delivery that made a record of its own; ordinary services and other keys are nothing."""
    rows = [
        *every(at(1)).rows(3, operation="REST.PUT.OBJECT", requester=DELIVERY, remote_ip=None, **IN_LOGS),
        row(operation="REST.PUT.OBJECT", requester="svc:cloudtrail.amazonaws.com", key="x.json.gz"),
        row(operation="REST.PUT.OBJECT", requester=BATCH, **IN_LOGS),
    ]

    (signal,) = seen("recursive-logging", rows)

    assert (signal.bucket, signal.count, signal.severity) == (LOGS, 3, Severity.LOW)
