"""Log object keys: formats, recognition, collisions and listing windows."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.s3.log_keys import (
    KeyFormat,
    KeySpace,
    Overlap,
    PartitionDateSource,
    PartitionedPrefix,
    SimplePrefix,
    day_prefix,
    key_space,
    overlap,
    parse_key_format,
    parse_log_key,
    start_after,
)

SIMPLE = SimplePrefix()
EVENT = PartitionedPrefix(PartitionDateSource.EVENT_TIME)
DELIVERY = PartitionedPrefix(PartitionDateSource.DELIVERY_TIME)


def space(
    prefix: str, key_format: KeyFormat = SIMPLE, *, account: str = "123456789012", bucket: str = "acme"
) -> KeySpace:
    """A key space of a source in us-west-2."""
    return KeySpace(prefix=prefix, key_format=key_format, account=account, region="us-west-2", bucket=bucket)


def key_of(of: KeySpace, time: datetime, unique: str = "E568B2907131C0C0") -> str:
    """The key that S3 writes for a delivery at `time`, spelled out independently of the code under test."""
    stamp = time.strftime("%m-%d-%H-%M-%S")
    name = f"{time.year:04}-{stamp}-{unique}"
    if isinstance(of.key_format, SimplePrefix):
        return f"{of.prefix}{name}"
    day = f"{time.year:04}/{time:%m/%d}"
    if of.key_format.date_source is PartitionDateSource.EVENT_TIME:
        name = f"{time.year:04}-{time:%m-%d}-00-00-00-{unique}"
    return f"{of.prefix}{of.account}/{of.region}/{of.bucket}/{day}/{name}"


TIMES = st.datetimes(min_value=datetime(2006, 3, 14), max_value=datetime(9999, 12, 31), timezones=st.just(UTC)).map(  # noqa: DTZ001  # hypothesis wants naive bounds
    lambda time: time.replace(microsecond=0)
)
PREFIXES = st.text(alphabet="ab/-0123456789.*é", max_size=12)
FORMATS = st.sampled_from([SIMPLE, EVENT, DELIVERY])


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (None, SIMPLE),
        ({"SimplePrefix": {}}, SIMPLE),
        ({"PartitionedPrefix": {}}, EVENT),
        ({"PartitionedPrefix": {"PartitionDateSource": "EventTime"}}, EVENT),
        ({"PartitionedPrefix": {"PartitionDateSource": "DeliveryTime"}}, DELIVERY),
    ],
)
def test_key_format_is_read_as_documented(document: object, expected: KeyFormat) -> None:
    """No document is the simple format, and a partitioned one without a date source is by event time."""
    assert parse_key_format(document) == expected


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        "SimplePrefix",
        {"SimplePrefix": {}, "PartitionedPrefix": {}},
        {"PartitionedPrefix": None},
        {"PartitionedPrefix": {"PartitionDateSource": "eventtime"}},
        {"PartitionedPrefix": {"PartitionDateSource": 1}},
        {"HourlyPrefix": {}},
    ],
)
def test_key_format_is_never_guessed(document: object) -> None:
    """A format we do not know is an error, not the default."""
    with pytest.raises(ValueError, match="must"):
        parse_key_format(document)


def test_documented_example_of_the_simple_format() -> None:
    """The example of the S3 User Guide."""
    found = parse_log_key("logs/2013-11-01-21-32-16-E568B2907131C0C0", space("logs/"))

    assert found is not None
    assert found.time == datetime(2013, 11, 1, 21, 32, 16, tzinfo=UTC)
    assert found.day == date(2013, 11, 1)
    assert found.unique == "E568B2907131C0C0"


def test_documented_example_of_the_partitioned_format() -> None:
    """The example of the S3 User Guide."""
    key = "logs/123456789012/us-west-2/acme/2023/03/01/2023-03-01-21-32-16-E568B2907131C0C0"

    found = parse_log_key(key, space("logs/", DELIVERY))

    assert found is not None
    assert found.time == datetime(2023, 3, 1, 21, 32, 16, tzinfo=UTC)
    assert space("logs/", DELIVERY).stem == "logs/123456789012/us-west-2/acme/"


def test_event_time_keys_tell_the_day_only() -> None:
    """00-00-00 in a partitioned key is a time left out, not midnight."""
    key = "123456789012/us-west-2/acme/2023/03/01/2023-03-01-00-00-00-E568B2907131C0C0"

    for key_format in (EVENT, DELIVERY):
        found = parse_log_key(key, space("", key_format))
        assert found is not None
        assert found.time is None
        assert found.day == date(2023, 3, 1)


def test_midnight_is_a_time_in_the_simple_format() -> None:
    """The simple format always names the delivery time."""
    found = parse_log_key("2023-03-01-00-00-00-A", space(""))

    assert found is not None
    assert found.time == datetime(2023, 3, 1, tzinfo=UTC)


@given(PREFIXES, FORMATS, TIMES)
def test_every_written_key_is_recognised(prefix: str, key_format: KeyFormat, time: datetime) -> None:
    """Whatever the prefix, the day of a written key is read back."""
    found = parse_log_key(key_of(space(prefix, key_format), time), space(prefix, key_format))

    assert found is not None
    assert found.day == time.date()


@pytest.mark.parametrize(
    ("key", "of"),
    [
        ("app-2/2026-01-01-00-00-00-A", space("app")),
        ("app2026-01-01-00-00-00-A", space("app/")),
        ("app2-2026-01-01-00-00-00-A", space("app")),
        ("2026-01-01-00-00-00-", space("")),
        ("2026-01-01-00-00-00-A.gz", space("")),
        ("2026-01-01-00-00-00-A\n", space("")),
        ("2026-02-30-00-00-00-A", space("")),
        ("0000-01-01-00-00-00-A", space("")),
        ("2026-01-01-24-00-00-A", space("")),
        ("\uff12026-01-01-00-00-00-A", space("")),
        ("123456789012/us-west-2/acme/2026/01/02/2026-01-01-00-00-00-A", space("", DELIVERY)),
        ("123456789012/us-west-2/other/2026/01/01/2026-01-01-00-00-00-A", space("", DELIVERY)),
        ("123456789012/us-west-2/acme/2026-01-01-00-00-00-A", space("", DELIVERY)),
        ("", space("")),
    ],
)
def test_foreign_keys_are_not_taken_for_log_objects(key: str, of: KeySpace) -> None:
    """The date follows the stem at once, is a date of the calendar, and nothing follows the unique string."""
    assert parse_log_key(key, of) is None


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (space("logs/"), space("logs/", bucket="b"), Overlap.SAME),
        (space(""), space(""), Overlap.SAME),
        (space("logs/", DELIVERY), space("logs/", EVENT), Overlap.SAME),
        (space("logs/", DELIVERY), space("logs/123456789012/us-west-2/acme/2026/01/31/"), Overlap.SAME),
        (space("logs/", DELIVERY), space("logs/123456789012/us-west-2/acme/2026/02/31/"), Overlap.NESTED),
        (space("logs/"), space("logs/app/"), Overlap.NESTED),
        (space("logs"), space("logs/app/"), Overlap.NESTED),
        (space(""), space("app"), Overlap.NESTED),
        (space("logs/"), space("logs/", EVENT), Overlap.NESTED),
        (space("logs/", EVENT), space("logs/123456789012/us-west-2/acme/x"), Overlap.NESTED),
        (space("app"), space("app2"), Overlap.LISTS_OTHER),
        (space("app"), space("app", EVENT), Overlap.LISTS_OTHER),
        (space("logs/a"), space("logs/ab/c/"), Overlap.LISTS_OTHER),
        (space("logs/", EVENT), space("logs/", EVENT, bucket="b"), Overlap.DISJOINT),
        (space("logs/", EVENT), space("logs/", EVENT, bucket="acme2"), Overlap.DISJOINT),
        (space("logs/", EVENT), space("logs/", EVENT, account="210987654321"), Overlap.DISJOINT),
        (space("app/"), space("app2/"), Overlap.DISJOINT),
        (space("a/"), space("b/"), Overlap.DISJOINT),
    ],
)
def test_collisions_are_told_apart(one: KeySpace, other: KeySpace, expected: Overlap) -> None:
    """Which of two key spaces lists the other's objects, and whether a key can be of both."""
    assert overlap(one, other) is expected
    assert overlap(other, one) is expected


@given(PREFIXES, PREFIXES, FORMATS, FORMATS, TIMES)
def test_a_shared_key_is_always_reported(
    left: str, right: str, one: KeyFormat, other: KeyFormat, time: datetime
) -> None:
    """If the key of one space is also recognised in the other, the two are the same; if listed, not disjoint."""
    a, b = space(left, one), space(right, other, bucket="b")
    key = key_of(a, time)

    if parse_log_key(key, b) is not None:
        assert overlap(a, b) is Overlap.SAME
    if key.startswith(b.stem) and b.stem in {a.stem, a.stem[: len(b.stem)]}:
        assert overlap(a, b) is not Overlap.DISJOINT


@given(PREFIXES, FORMATS, TIMES, TIMES)
def test_listing_starts_where_it_should(prefix: str, key_format: KeyFormat, start: datetime, time: datetime) -> None:
    """StartAfter leaves out no object delivered at or after the start, and in timed formats no other gets in."""
    of = space(prefix, key_format)
    listed = key_of(of, time).encode() > start_after(of, start).encode()

    if key_format == EVENT:
        assert listed == (time.date() >= start.date())
    else:
        assert listed == (time >= start)


def test_start_is_taken_in_utc() -> None:
    """Keys name UTC; a start in another zone is converted."""
    start = datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=2)))

    assert start_after(space("logs/"), start) == "logs/2025-12-31-23-00-00"


@given(PREFIXES, FORMATS, TIMES, st.integers(-2, 2))
def test_a_day_lists_exactly_its_keys(prefix: str, key_format: KeyFormat, time: datetime, shift: int) -> None:
    """The day's prefix takes in the keys of that day and of no other."""
    of = space(prefix, key_format)
    try:
        day = time.date() + timedelta(days=shift)
    except OverflowError:
        day = time.date()

    assert key_of(of, time).startswith(day_prefix(of, day)) == (day == time.date())


def test_key_space_takes_what_a_logging_configuration_says() -> None:
    """Prefix and format come from the configuration, the rest from the source."""
    made = key_space(space("logs/", EVENT), account="111122223333", region="eu-west-1", bucket="b")

    assert made.stem == "logs/111122223333/eu-west-1/b/"
