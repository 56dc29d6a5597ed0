"""logging-loop: FAIL for every bucket of a ring of two or more; UNKNOWN where the path leads into the dark."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model import AccountStatus, Cause, Outcome, StrangeDestination
from auditor.reading import Setting
from checks.posture.logging_loop import CHECK
from tests.estates import ACCOUNT, absent, account, bucket, denied, destination, estate, paths, to, verdict_of


def test_a_path_that_ends_passes() -> None:
    """The destination logs nowhere."""
    assert (
        verdict_of(CHECK, estate(bucket("app", logging=to("logs")), destination("logs")), "app").outcome is Outcome.PASS
    )


@pytest.mark.parametrize("size", [2, 3, 7])
def test_every_bucket_of_a_ring_fails(size: int) -> None:
    """Each of them has to be told, and each shows the ring from its own point of view."""
    ring = [destination(f"b{index}", logging=to(f"b{(index + 1) % size}")) for index in range(size)]
    built = estate(*ring)

    for index in range(size):
        verdict = verdict_of(CHECK, built, f"b{index}")
        assert verdict.outcome is Outcome.FAIL
        assert paths(verdict)["logging:cycle"] == [f"b{(index + step) % size}" for step in range(size)]


def test_a_bucket_that_logs_into_a_ring_is_not_part_of_it() -> None:
    """Its own logs never come back to it."""
    built = estate(bucket("app", logging=to("a")), destination("a", logging=to("b")), destination("b", logging=to("a")))

    assert verdict_of(CHECK, built, "app").outcome is Outcome.PASS


def test_a_bucket_that_logs_into_itself_is_another_checks_question() -> None:
    """One bucket is no ring of two, and to say that its logs never come back would be false."""
    verdict = verdict_of(CHECK, estate(destination("app", logging=to("app"))), "app")

    assert verdict.outcome is Outcome.NOT_APPLICABLE
    assert "self-logging" in verdict.reason


def test_a_path_into_a_self_logger_passes() -> None:
    """What runs round there does not come back to the source."""
    built = estate(bucket("app", logging=to("logs")), destination("logs", logging=to("logs")))

    assert verdict_of(CHECK, built, "app").outcome is Outcome.PASS


def test_a_path_into_the_dark_is_unknown() -> None:
    """A bucket two steps on whose logging is unreadable may close a ring; the verdict names it."""
    built = estate(
        bucket("app", logging=to("a")),
        destination("a", logging=to("b")),
        destination("b", logging=denied(Setting.LOGGING)),
    )

    verdict = verdict_of(CHECK, built, "app")

    assert verdict.cause is Cause.UNREADABLE
    assert "leads to b, whose logging is unknown" in verdict.reason
    assert "logging:@b" in paths(verdict)


def test_a_ring_is_found_beside_the_dark() -> None:
    """A ring that is closed stays one, whatever else is unknown."""
    built = estate(
        destination("a", logging=to("b")),
        destination("b", logging=to("a")),
        destination("c", logging=denied(Setting.LOGGING)),
    )

    assert verdict_of(CHECK, built, "a").outcome is Outcome.FAIL


def test_a_destination_deleted_during_the_scan_closes_no_ring() -> None:
    """What is gone logs nowhere, and that its logging cannot be read says nothing."""
    gone = replace(destination("logs", logging=denied(Setting.LOGGING, "NoSuchBucket")), deleted=True)

    assert verdict_of(CHECK, estate(bucket("app", logging=to("logs")), gone), "app").outcome is Outcome.PASS


def test_a_strangers_bucket_closes_no_ring() -> None:
    """Bucket delivery stays within one account, so a bucket of another one cannot lead back."""
    probe = StrangeDestination(
        name="logs", account=ACCOUNT, head=denied(Setting.REGION, "403"), owned=denied(Setting.REGION, "403")
    )

    assert verdict_of(CHECK, estate(bucket("app", logging=to("logs")), strange=(probe,)), "app").outcome is Outcome.PASS


def test_a_missing_bucket_closes_no_ring() -> None:
    """Nothing logs from a bucket that does not exist."""
    probe = StrangeDestination(name="logs", account=ACCOUNT, head=absent("404"), owned=absent("404"))

    assert verdict_of(CHECK, estate(bucket("app", logging=to("logs")), strange=(probe,)), "app").outcome is Outcome.PASS


def test_a_destination_of_unknown_owner_may_close_a_ring() -> None:
    """Where the list of the account is incomplete, the destination may be ours and log back."""
    built = estate(bucket("app", logging=to("logs")), accounts=(account(status=AccountStatus.PARTIAL),))

    assert verdict_of(CHECK, built, "app").cause is Cause.UNREADABLE


def test_an_equal_name_in_another_partition_is_another_bucket() -> None:
    """Names are unique within a partition only."""
    china = replace(account("444455556666"), partition="aws-cn")
    built = estate(
        bucket("a", logging=to("b")),
        destination("b"),
        destination("b", logging=to("a"), account="444455556666"),
        accounts=(account(), china),
    )

    assert verdict_of(CHECK, built, "a").outcome is Outcome.PASS
