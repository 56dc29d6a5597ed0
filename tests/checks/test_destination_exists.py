"""destination-exists: FAIL where the destination is missing or certainly belongs to an account out of view."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model import AccountStatus, Cause, Outcome, StrangeDestination
from auditor.reading import NOT_COLLECTED, Json, Reading, Setting, Unreadable
from checks.posture.destination_exists import CHECK
from tests.estates import (
    ACCOUNT,
    OTHER_ACCOUNT,
    absent,
    account,
    bucket,
    denied,
    destination,
    estate,
    paths,
    present,
    to,
    verdict_of,
)

APP = bucket("app", logging=to("logs", "app/"))


def probed(head: Reading[Json], owned: Reading[Json]) -> StrangeDestination:
    return StrangeDestination(name="logs", account=ACCOUNT, head=head, owned=owned)


HERE = present({"BucketRegion": "eu-west-1"})
NO_BUCKET = absent("404")
FORBIDDEN = denied(Setting.REGION, "403")
STRANGER = probed(HERE, FORBIDDEN)


def test_a_destination_in_view_passes() -> None:
    """The bucket is in the list of an account that was read."""
    verdict = verdict_of(CHECK, estate(APP, destination("logs")), "app")

    assert verdict.outcome is Outcome.PASS
    assert paths(verdict) == {"logging:LoggingEnabled.TargetBucket": "logs", "bucket-list:Buckets[].Name@logs": "logs"}


def test_a_destination_in_another_account_in_view_exists() -> None:
    """Whose bucket it is, is another check's question."""
    built = estate(APP, destination("logs", account=OTHER_ACCOUNT))

    assert verdict_of(CHECK, built, "app").outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("probe", "outcome", "cause"),
    [
        (probed(NO_BUCKET, NO_BUCKET), Outcome.FAIL, None),
        (STRANGER, Outcome.FAIL, None),
        (probed(FORBIDDEN, FORBIDDEN), Outcome.FAIL, None),
        # It is ours and not in the list: the list is wrong, not the destination.
        (probed(HERE, HERE), Outcome.UNKNOWN, Cause.UNREADABLE),
        (probed(HERE, denied(Setting.REGION, "SlowDown")), Outcome.UNKNOWN, Cause.UNREADABLE),
        (probed(denied(Setting.REGION, "500"), denied(Setting.REGION, "500")), Outcome.UNKNOWN, Cause.UNREADABLE),
    ],
)
def test_a_destination_that_nobody_lists_is_probed(
    probe: StrangeDestination, outcome: Outcome, cause: Cause | None
) -> None:
    """404 means missing; 403 beside a complete list means that somebody else owns it; all else tells nothing."""
    verdict = verdict_of(CHECK, estate(APP, strange=(probe,)), "app")

    assert (verdict.outcome, verdict.cause) == (outcome, cause)


def test_a_destination_that_nobody_probed_is_unknown() -> None:
    """A collection that broke off leaves the question open."""
    verdict = verdict_of(CHECK, estate(APP), "app")

    assert verdict.cause is Cause.UNREADABLE
    assert "was not called" in verdict.reason


def test_a_destination_deleted_during_the_scan_fails() -> None:
    """It was listed and is gone."""
    built = estate(APP, replace(destination("logs"), deleted=True))

    verdict = verdict_of(CHECK, built, "app")

    assert verdict.outcome is Outcome.FAIL
    assert verdict.reason == "The destination logs was deleted during the scan."


@pytest.mark.parametrize("status", [AccountStatus.UNREACHABLE, AccountStatus.PARTIAL])
def test_a_stranger_may_belong_to_an_account_that_was_not_wholly_read(status: AccountStatus) -> None:
    """An account in scope without a complete list may own the bucket, so nobody can say that none does."""
    built = estate(APP, accounts=(account(), account(OTHER_ACCOUNT, status=status)), strange=(STRANGER,))

    verdict = verdict_of(CHECK, built, "app")

    assert verdict.cause is Cause.UNREADABLE
    assert OTHER_ACCOUNT in verdict.reason


def test_an_unreadable_list_is_named() -> None:
    """The verdict says which call failed in the account that may own the bucket."""
    unread = Unreadable(setting=Setting.BUCKET_LIST, code="AccessDenied")
    other = account(OTHER_ACCOUNT, status=AccountStatus.PARTIAL, readings={Setting.BUCKET_LIST: unread})

    verdict = verdict_of(CHECK, estate(APP, accounts=(account(), other), strange=(STRANGER,)), "app")

    assert "s3:ListBuckets answered AccessDenied" in verdict.reason


def test_an_incomplete_list_of_the_own_account_leaves_the_owner_open() -> None:
    """Where the own list was cut, a 403 does not prove a stranger."""
    built = estate(APP, accounts=(account(status=AccountStatus.PARTIAL),), strange=(STRANGER,))

    assert verdict_of(CHECK, built, "app").cause is Cause.UNREADABLE


def test_a_source_deleted_during_the_scan_is_not_judged() -> None:
    """What is gone needs no logs."""
    built = estate(replace(APP, deleted=True))

    assert verdict_of(CHECK, built, "app").outcome is Outcome.NOT_APPLICABLE


def test_unreadable_logging_is_unknown() -> None:
    """Nobody knows where such a bucket logs."""
    unread = Unreadable(setting=Setting.LOGGING, code=NOT_COLLECTED)

    assert verdict_of(CHECK, estate(bucket("app", logging=unread)), "app").cause is Cause.UNREADABLE
