"""The log objects of the demo are what AWS delivers: keys, times, and records of 27 fields."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from auditor.demo.estate import BUCKETS
from auditor.demo.plan import Arrivals, DemoBucket
from auditor.demo.traffic import RECORDS, log_objects

NOW = datetime(2026, 11, 22, 20, 15, 30, 123456, tzinfo=UTC)
SOURCES = [bucket for bucket in BUCKETS if bucket.logs_to]
RECORD = re.compile(
    r"[0-9a-f]{64} (?P<bucket>\S+) \[(?P<time>\S+ \+0000)\] [0-9.]+ arn:aws:sts::\d{12}:assumed-role/\S+/\S+ "
    r"[0-9A-F]{16} REST\.(GET|PUT|HEAD)\.(OBJECT|BUCKET) \S+ "
    r'"(GET|PUT|HEAD) \S+ HTTP/1\.1" (200|404) (-|NoSuchKey) (-|\d+) (-|\d+) \d+ (-|\d+) "-" "[^"]+" - '
    r"[0-9a-f]{40}= SigV4 \S+ AuthHeader \S+\.amazonaws\.com TLSv1\.3 - - (-|[a-z]+-[a-z]+-\d)"
)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_record_has_the_fields_of_an_access_log(source: DemoBucket) -> None:
    """27 fields, of the source, within the hour and a half before delivery."""
    for log in log_objects(source, now=NOW):
        lines = log.body.decode("ascii").splitlines()
        assert len(lines) == RECORDS
        for line in lines:
            record = RECORD.fullmatch(line)
            assert record is not None, line
            assert record["bucket"] == source.name
            at = datetime.strptime(record["time"], "%d/%b/%Y:%H:%M:%S %z")
            assert timedelta(0) < log.delivered - at < timedelta(hours=1, minutes=30)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_the_key_tells_when_the_object_was_delivered(source: DemoBucket) -> None:
    """Prefix, delivery time and sixteen characters without meaning."""
    for log in log_objects(source, now=NOW):
        stamp = log.delivered.strftime("%Y-%m-%d-%H-%M-%S")
        assert re.fullmatch(re.escape(source.key_prefix + stamp) + "-[0-9A-F]{16}", log.key)


@pytest.mark.parametrize(
    ("arrivals", "newest_within", "count"),
    [(Arrivals.FRESH, timedelta(hours=1), 4), (Arrivals.STOPPED, timedelta(days=41), 3)],
)
def test_arrivals_decide_how_old_the_newest_object_is(arrivals: Arrivals, newest_within: timedelta, count: int) -> None:
    """Fresh logs are minutes old; where delivery stopped, nothing is younger than weeks."""
    source = next(bucket for bucket in SOURCES if bucket.arrivals is arrivals)
    delivered = [log.delivered for log in log_objects(source, now=NOW)]

    assert len(delivered) == count
    assert delivered == sorted(delivered)
    assert newest_within > NOW - delivered[-1]
    assert (NOW - delivered[-1] > timedelta(days=30)) == (arrivals is Arrivals.STOPPED)


def test_a_lost_destination_receives_nothing() -> None:
    """Logs that were never delivered are not invented."""
    source = next(bucket for bucket in SOURCES if bucket.arrivals is Arrivals.NONE)

    assert log_objects(source, now=NOW) == ()


def test_the_same_day_is_told_the_same_way() -> None:
    """Two demos at the same time write the same bytes, whatever else happens in the process."""
    assert log_objects(SOURCES[0], now=NOW) == log_objects(SOURCES[0], now=NOW)
    assert log_objects(SOURCES[0], now=NOW) != log_objects(SOURCES[1], now=NOW)
