"""delivery-fresh: PASS for a young log object of this source, FAIL for old ones, or none where logging is old."""

from __future__ import annotations

from datetime import timedelta

import pytest

from auditor.baseline import SeenDelivery
from auditor.model import Bucket, Cause, Estate, Outcome, Verdict, fingerprint
from auditor.reading import NOT_COLLECTED, Json, Present, Reading, Setting, Unreadable
from checks.posture.delivery_fresh import CHECK
from tests.estates import (
    ACCOUNT,
    NOW,
    PARTITIONED,
    absent,
    account,
    arrived,
    bucket,
    denied,
    destination,
    estate,
    newest,
    paths,
    present,
    to,
    vending,
    verdict_of,
)

LIMIT = {"delivery_max_age_hours": 48}
EVENT_STEM = f"x/{ACCOUNT}/eu-west-1/app/"
BY_DELIVERY: Json = {"PartitionedPrefix": {"PartitionDateSource": "DeliveryTime"}}


def app(reading: Reading[Json], *, key_format: Json = None, prefix: str = "app/") -> Bucket:
    logging = to("logs", prefix, key_format=key_format)
    return bucket("app", logging=logging, readings={Setting.NEWEST_LOG_OBJECT: reading})


def judged(built: Estate, **changes: object) -> Verdict:
    return verdict_of(CHECK, built, "app", **{"parameters": LIMIT, **changes})


def searched(
    hours: float | None, *, exhaustive: bool = True, window_exhaustive: bool = True, window: float = 48, **made: Json
) -> Estate:
    """An estate in which the newest log object of app is so many hours old."""
    age = None if hours is None else timedelta(hours=hours)
    stem = EVENT_STEM if made.get("key_format") else "app/"
    document = newest(
        "logs",
        stem,
        age=age,
        exhaustive=exhaustive,
        window_exhaustive=window_exhaustive,
        window=timedelta(hours=window),
        by_event=made.get("key_format") == PARTITIONED,
    )
    prefix = "x/" if made.get("key_format") else "app/"
    return estate(app(present(document), prefix=prefix, key_format=made.get("key_format")), destination("logs"))


@pytest.mark.parametrize(
    ("hours", "outcome", "cause"),
    [
        (0, Outcome.PASS, None),
        (47.9, Outcome.PASS, None),
        (48, Outcome.PASS, None),
        (48.1, Outcome.FAIL, None),
        (24 * 400, Outcome.FAIL, None),
        (None, Outcome.UNKNOWN, Cause.NOT_YET_DEMONSTRATED),
        (-0.2, Outcome.PASS, None),
        (-0.3, Outcome.UNKNOWN, Cause.UNDECIDABLE),
        (-24 * 30, Outcome.UNKNOWN, Cause.UNDECIDABLE),
    ],
)
def test_age_decides(hours: float | None, outcome: Outcome, cause: Cause | None) -> None:
    """To the limit, included; a clock may be a quarter of an hour ahead, a date beyond that proves nothing."""
    verdict = judged(searched(hours))

    assert (verdict.outcome, verdict.cause) == (outcome, cause)


def changed(**members: Json) -> Estate:
    """An estate whose newest log object is an hour old, with members of its document replaced."""
    return estate(app(present({**newest("logs", "app/", age=timedelta(hours=1)), **members})), destination("logs"))


def test_a_copy_is_as_old_as_its_key() -> None:
    """Whoever copies an old log object, to encrypt it anew for instance, makes S3 write it today."""
    verdict = judged(changed(delivered_at="2026-10-01T00:00:00Z"))

    assert verdict.outcome is Outcome.FAIL
    assert "is 52 days old" in verdict.reason


def test_without_a_time_in_the_key_the_writing_counts() -> None:
    """Keys that name the day of the events do not tell when they came."""
    assert judged(changed(delivered_at=None)).outcome is Outcome.PASS
    assert judged(changed(delivered_at=None, last_modified="2026-10-01T00:00:00Z")).outcome is Outcome.FAIL


@pytest.mark.parametrize("member", ["delivered_at", "last_modified"])
def test_any_time_in_the_future_is_doubtful(member: str) -> None:
    """A key that somebody made up, or a clock that is wrong: neither proves delivery."""
    assert judged(changed(**{member: "2027-01-01T00:00:00Z"})).cause is Cause.UNDECIDABLE


@pytest.mark.parametrize(("limit", "outcome"), [(24, Outcome.FAIL), (30, Outcome.PASS), (168, Outcome.PASS)])
def test_the_framework_sets_the_limit(limit: int, outcome: Outcome) -> None:
    """Another number, another answer."""
    assert judged(searched(30), parameters={"delivery_max_age_hours": limit}).outcome is outcome


@pytest.mark.parametrize(
    ("hours", "exhaustive", "window_exhaustive", "key_format", "outcome"),
    [
        # What is young is young, however the search ended.
        (1, False, False, None, Outcome.PASS),
        (1, False, False, PARTITIONED, Outcome.PASS),
        # A search that saw the whole window knows that nothing came in it, where keys tell the time of delivery.
        (60, False, True, None, Outcome.FAIL),
        (60, False, True, BY_DELIVERY, Outcome.FAIL),
        (60, False, True, PARTITIONED, Outcome.UNKNOWN),
        (60, False, False, None, Outcome.UNKNOWN),
        (60, False, False, PARTITIONED, Outcome.UNKNOWN),
        (60, True, True, PARTITIONED, Outcome.FAIL),
        # Nothing seen, and more to see: perhaps there is something.
        (None, False, True, None, Outcome.UNKNOWN),
        (None, False, False, None, Outcome.UNKNOWN),
    ],
)
def test_a_search_that_did_not_end_proves_no_absence(
    hours: float | None, exhaustive: bool, window_exhaustive: bool, key_format: Json, outcome: Outcome
) -> None:
    """Only an exhaustive search shows that nothing newer exists."""
    built = searched(hours, exhaustive=exhaustive, window_exhaustive=window_exhaustive, key_format=key_format)

    verdict = judged(built)

    assert verdict.outcome is outcome
    assert verdict.cause is (Cause.UNREADABLE if outcome is Outcome.UNKNOWN else None)


def test_a_window_shorter_than_the_limit_proves_nothing() -> None:
    """Nothing in two days does not mean nothing in a week."""
    built = searched(None, exhaustive=False, window=48)
    seen = {(ACCOUNT, "app"): seen_at(days=30)}

    assert judged(built, deliveries_seen=seen).outcome is Outcome.FAIL
    assert judged(built, deliveries_seen=seen, parameters={"delivery_max_age_hours": 168}).cause is Cause.UNREADABLE


def seen_at(days: float, *, destination: str = "logs", prefix: str = "app/", key_format: Json = None) -> SeenDelivery:
    form: Json = {"SimplePrefix": {}} if key_format is None else key_format
    return SeenDelivery(destination=destination, prefix=prefix, key_format=form, at=NOW - timedelta(days=days))


@pytest.mark.parametrize(
    ("seen", "outcome"),
    [
        (seen_at(30), Outcome.FAIL),
        (seen_at(2), Outcome.FAIL),
        (seen_at(1.9), Outcome.UNKNOWN),
        (seen_at(0), Outcome.UNKNOWN),
        (seen_at(30, prefix="other/"), Outcome.UNKNOWN),
        (seen_at(30, destination="other"), Outcome.UNKNOWN),
        (seen_at(30, key_format=PARTITIONED), Outcome.UNKNOWN),
    ],
)
def test_nothing_at_all_fails_only_where_logging_is_known_to_be_old(seen: SeenDelivery, outcome: Outcome) -> None:
    """An earlier assessment has to have seen the very same delivery, longer ago than the limit."""
    verdict = judged(searched(None), deliveries_seen={(ACCOUNT, "app"): seen})

    assert verdict.outcome is outcome
    assert verdict.cause is (None if outcome is Outcome.FAIL else Cause.NOT_YET_DEMONSTRATED)


def test_an_earlier_delivery_of_another_bucket_says_nothing() -> None:
    """Account and name are the subject."""
    seen = {(ACCOUNT, "web"): seen_at(30), ("444455556666", "app"): seen_at(30)}

    assert judged(searched(None), deliveries_seen=seen).outcome is Outcome.UNKNOWN


def test_the_reasons_tell_what_else_it_may_be() -> None:
    """A quiet bucket writes no logs, and logging that is new has written none yet."""
    old, none = judged(searched(24 * 12)), judged(searched(None))

    assert old.reason == (
        "The newest log object of app in logs is 12 days old; at most 48 hours are allowed. A bucket without requests "
        "writes no logs, so this may also mean that nobody used it."
    )
    assert none.reason == (
        'No log object of app lies in logs under "app/". Logging may have been switched on recently, or nobody used '
        "the bucket."
    )


class TestWhoseItIs:
    """A log object proves delivery for the source whose keys they are, and for no other."""

    def shared(self, hours: float | None, mine: str, other: str) -> Estate:
        web = bucket("web", logging=to("logs", other))
        reading = arrived("logs", mine, hours=hours)[Setting.NEWEST_LOG_OBJECT]
        return estate(app(reading, prefix=mine), web, destination("logs"))

    def test_equal_keys_leave_it_open(self) -> None:
        """With one prefix for two sources nobody can say whose log arrived."""
        verdict = judged(self.shared(1, "x/", "x/"))

        assert verdict.cause is Cause.UNDECIDABLE
        assert "web logs to the same keys" in verdict.reason

    def test_old_is_old_for_all(self) -> None:
        """If nothing young lies there, nothing young of any of them does."""
        assert judged(self.shared(60, "x/", "x/")).outcome is Outcome.FAIL

    def test_none_is_none_for_all(self) -> None:
        """And so with nothing at all."""
        assert judged(self.shared(None, "x/", "x/")).cause is Cause.NOT_YET_DEMONSTRATED

    @pytest.mark.parametrize(("mine", "other"), [("x/", "x/y/"), ("x/y/", "x/"), ("x", "x2")])
    def test_nested_keys_are_told_apart(self, mine: str, other: str) -> None:
        """A log key names its source's stem and goes on with a date, so a deeper one is no match."""
        assert judged(self.shared(1, mine, other)).outcome is Outcome.PASS


class TestWhenItIsNotAsked:
    """What cannot have an answer is not applicable, what might have one is unknown."""

    def test_without_a_look_at_logs(self) -> None:
        """With --no-logs nothing is judged, not even what could not be read."""
        dark = estate(bucket("app", logging=denied(Setting.LOGGING)))

        assert judged(searched(1), logs_read=False).outcome is Outcome.NOT_APPLICABLE
        assert judged(dark, logs_read=False).outcome is Outcome.NOT_APPLICABLE

    def test_logging_that_is_off(self) -> None:
        """No delivery, no log object."""
        assert judged(estate(bucket("app"))).outcome is Outcome.NOT_APPLICABLE

    def test_cloudwatch_only(self) -> None:
        """Log groups hold no log objects."""
        assert judged(estate(bucket("app"), accounts=(vending("app"),))).outcome is Outcome.NOT_APPLICABLE

    def test_logging_that_is_unreadable(self) -> None:
        """Where the logs go is unknown."""
        assert judged(estate(bucket("app", logging=denied(Setting.LOGGING)))).cause is Cause.UNREADABLE

    def test_a_destination_of_unknown_owner(self) -> None:
        """Nobody may list it."""
        assert judged(estate(app(absent()), accounts=(account(),))).cause is Cause.UNREADABLE


@pytest.mark.parametrize(
    "reading",
    [
        denied(Setting.NEWEST_LOG_OBJECT),
        Unreadable(setting=Setting.NEWEST_LOG_OBJECT, code=NOT_COLLECTED),
        absent(),
        present(None),
        present({}),
        present({"key": "app/2026"}),
        present({**newest("logs", "app/", age=timedelta(0)), "last_modified": "yesterday"}),
        present({**newest("logs", "app/", age=timedelta(0)), "last_modified": "2026-11-22T12:00:00"}),
        present({**newest("logs", "app/", age=timedelta(0)), "delivered_at": 20261122}),
        present({**newest("logs", "app/", age=timedelta(0)), "exhaustive": "true"}),
        # The reading of another key space is not about these logs.
        present(newest("logs", "old/", age=timedelta(0))),
        present(newest("logs2", "app/", age=timedelta(0))),
    ],
)
def test_a_listing_that_is_unreadable_or_strange_is_unknown(reading: Reading[Json]) -> None:
    """Neither fresh nor stale."""
    assert judged(estate(app(reading), destination("logs"))).cause is Cause.UNREADABLE


def test_a_refused_listing_names_the_destination() -> None:
    """The permission is missing on the destination, not on the source."""
    verdict = judged(estate(app(denied(Setting.NEWEST_LOG_OBJECT)), destination("logs")))

    assert "it needs s3:ListBucket" in verdict.reason
    assert [fact.bucket for fact in verdict.evidence] == ["logs"]


def test_age_counts_to_the_moment_of_the_look() -> None:
    """A scan that takes hours does not make what it saw older: what arrived meanwhile it did not see."""
    looked = NOW - timedelta(hours=5)
    document = newest("logs", "app/", age=timedelta(hours=46), at=looked)
    built = estate(app(Present(value=document, request_id="R", read_at=looked)), destination("logs"))

    assert judged(built).outcome is Outcome.PASS


def test_without_that_moment_the_time_of_the_estate_counts() -> None:
    """A reading need not say when it was made."""
    fresh, stale = (
        estate(app(Present(value=newest("logs", "app/", age=timedelta(hours=hours)))), destination("logs"))
        for hours in (46, 51)
    )

    assert judged(fresh).outcome is Outcome.PASS
    assert judged(stale).outcome is Outcome.FAIL


def test_the_object_is_shown_and_makes_no_new_finding() -> None:
    """Key and time change with every scan; the finding stays the same one until place or limit change."""
    one, other = judged(searched(60)), judged(searched(90))

    assert paths(one)["newest-log-object:key@logs"] != paths(other)["newest-log-object:key@logs"]
    prints = {
        fingerprint("delivery-fresh", ACCOUNT, bucket="app", verdict=verdict, parameters=LIMIT)
        for verdict in (one, other)
    }
    assert len(prints) == 1


@pytest.mark.parametrize(
    ("hours", "text"), [(0, "0 minutes"), (1 / 60, "1 minute"), (1.9, "114 minutes"), (2, "2 hours"), (47, "47 hours")]
)
def test_ages_are_told_in_the_unit_that_fits(hours: float, text: str) -> None:
    """Minutes, then hours, then days."""
    assert f"is {text} old." in judged(searched(hours)).reason
