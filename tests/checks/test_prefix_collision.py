"""prefix-collision: FAIL where another source writes the same keys, or keys that a listing of this one's takes in."""

from __future__ import annotations

import pytest

from auditor.model import Cause, Outcome
from auditor.reading import Json, Setting
from auditor.s3.collisions import NAMED
from checks.posture.prefix_collision import CHECK
from tests.estates import (
    OTHER_ACCOUNT,
    PARTITIONED,
    bucket,
    denied,
    destination,
    estate,
    paths,
    to,
    verdict_of,
)

LOGS = destination("logs")


@pytest.mark.parametrize(
    ("mine", "mine_as", "other", "other_as", "outcome"),
    [
        ("app/", None, "web/", None, Outcome.PASS),
        ("app/", None, "app/", None, Outcome.FAIL),
        ("app/", None, "app/web/", None, Outcome.FAIL),
        ("app/web/", None, "app/", None, Outcome.FAIL),
        ("app", None, "app2", None, Outcome.FAIL),
        ("", None, "web/", None, Outcome.FAIL),
        ("logs/", PARTITIONED, "logs/", PARTITIONED, Outcome.PASS),
        ("", PARTITIONED, "", PARTITIONED, Outcome.PASS),
        ("logs/", PARTITIONED, "logs/", None, Outcome.FAIL),
        ("logs/", PARTITIONED, "data/", None, Outcome.PASS),
    ],
)
def test_key_spaces_are_compared(mine: str, mine_as: Json, other: str, other_as: Json, outcome: Outcome) -> None:
    """Equal, nested and run-on prefixes collide; the partitioned format keeps sources apart by itself."""
    built = estate(
        bucket("app", logging=to("logs", mine, key_format=mine_as)),
        bucket("web", logging=to("logs", other, key_format=other_as)),
        LOGS,
    )

    assert verdict_of(CHECK, built, "app").outcome is outcome
    assert verdict_of(CHECK, built, "web").outcome is outcome


def test_another_destination_is_another_world() -> None:
    """Equal prefixes in two buckets do not meet."""
    built = estate(
        bucket("app", logging=to("logs", "x/")), bucket("web", logging=to("logs2", "x/")), LOGS, destination("logs2")
    )

    assert verdict_of(CHECK, built, "app").outcome is Outcome.PASS


def test_the_other_source_is_named_and_proved() -> None:
    """Both prefixes are evidence, each of its own bucket."""
    built = estate(bucket("app", logging=to("logs", "x/")), bucket("web", logging=to("logs", "x/")), LOGS)

    verdict = verdict_of(CHECK, built, "app")

    assert verdict.reason == 'The prefix "x/" in logs is shared: "x/" of web writes the same keys.'
    assert paths(verdict) == {
        "logging:LoggingEnabled.TargetPrefix": "x/",
        "logging:LoggingEnabled.TargetPrefix@web": "x/",
        "logging:collisions": 1,
    }


def test_a_crowd_is_counted_and_not_listed() -> None:
    """Where hundreds share a prefix, a few names and the number prove it."""
    crowd = [bucket(f"b{index:03}", logging=to("logs")) for index in range(300)]

    verdict = verdict_of(CHECK, estate(*crowd, LOGS), "b007")

    assert verdict.reason.endswith("and 298 more collide.")
    assert len(verdict.evidence) == NAMED + 2


def test_a_source_out_of_scope_collides_all_the_same() -> None:
    """A filter of the run does not keep a bucket from logging."""
    built = estate(
        bucket("app", logging=to("logs", "x/")), bucket("web", logging=to("logs", "x/"), in_scope=False), LOGS
    )

    assert verdict_of(CHECK, built, "app").outcome is Outcome.FAIL


def test_a_source_in_the_dark_may_collide() -> None:
    """Where a bucket beside it logs is unknown, so nobody can say that it does not log here."""
    built = estate(bucket("app", logging=to("logs", "x/")), bucket("dark", logging=denied(Setting.LOGGING)), LOGS)

    verdict = verdict_of(CHECK, built, "app")

    assert verdict.cause is Cause.UNREADABLE
    assert "where dark log is unknown" in verdict.reason
    assert "logging:@dark" in paths(verdict)


def test_a_source_in_the_dark_far_away_cannot_collide() -> None:
    """Bucket delivery crosses neither accounts nor Regions."""
    built = estate(
        bucket("app", logging=to("logs", "x/")),
        bucket("far", logging=denied(Setting.LOGGING), region="us-east-1"),
        bucket("strange", logging=denied(Setting.LOGGING), account=OTHER_ACCOUNT),
        LOGS,
    )

    assert verdict_of(CHECK, built, "app").outcome is Outcome.PASS


def test_who_may_collide_stands_beside_the_destination() -> None:
    """Where source and destination lie in two Regions, those beside the destination may log to it."""
    built = estate(
        bucket("app", logging=to("logs", "x/")),
        bucket("dark", logging=denied(Setting.LOGGING), region="us-east-1"),
        destination("logs", region="us-east-1"),
    )

    assert verdict_of(CHECK, built, "app").outcome is Outcome.UNKNOWN


def test_a_collision_is_certain_beside_the_dark() -> None:
    """What is known to collide collides, whatever else is unknown."""
    built = estate(
        bucket("app", logging=to("logs", "x/")),
        bucket("web", logging=to("logs", "x/")),
        bucket("dark", logging=denied(Setting.LOGGING)),
        LOGS,
    )

    assert verdict_of(CHECK, built, "app").outcome is Outcome.FAIL


def test_a_crowd_in_the_dark_is_counted() -> None:
    """Three names and a number, not a wall of them."""
    dark = [bucket(f"dark{index}", logging=denied(Setting.LOGGING)) for index in range(50)]

    verdict = verdict_of(CHECK, estate(bucket("app", logging=to("logs", "x/")), *dark, LOGS), "app")

    assert "dark0, dark1, dark2 and 47 more" in verdict.reason
    assert len(verdict.evidence) == 4


def test_an_unknown_region_hides_the_keys_of_the_partitioned_format_only() -> None:
    """The Region is part of partitioned keys; simple keys are known without it."""
    unknown = denied(Setting.REGION)
    built = estate(
        bucket("app", logging=to("logs", "x/", key_format=PARTITIONED), region=unknown),
        bucket("web", logging=to("logs", "y/"), region=unknown),
        LOGS,
    )

    assert verdict_of(CHECK, built, "app").cause is Cause.UNREADABLE
    assert verdict_of(CHECK, built, "web").outcome is Outcome.PASS
