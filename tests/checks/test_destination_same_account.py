"""destination-same-account: FAIL when the destination certainly belongs to another account."""

from __future__ import annotations

import pytest

from auditor.model import AccountStatus, Cause, Outcome, StrangeDestination
from auditor.reading import Json, Reading, Setting
from checks.posture.destination_same_account import CHECK
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
FORBIDDEN = denied(Setting.REGION, "403")
HERE = present({"BucketRegion": "eu-west-1"})


def test_the_same_account_passes() -> None:
    """Bucket delivery works within one account."""
    verdict = verdict_of(CHECK, estate(APP, destination("logs")), "app")

    assert verdict.outcome is Outcome.PASS
    assert paths(verdict) == {"bucket-list:account": ACCOUNT, "bucket-list:account@logs": ACCOUNT}


def test_another_account_in_view_fails() -> None:
    """Bucket delivery never crosses accounts, also not between accounts of one owner."""
    verdict = verdict_of(CHECK, estate(APP, destination("logs", account=OTHER_ACCOUNT)), "app")

    assert verdict.outcome is Outcome.FAIL
    assert verdict.reason == f"Logs go to logs in account {OTHER_ACCOUNT}; the bucket belongs to {ACCOUNT}."


@pytest.mark.parametrize(
    ("head", "owned", "outcome", "cause"),
    [
        (HERE, FORBIDDEN, Outcome.FAIL, None),
        (absent("404"), absent("404"), Outcome.NOT_APPLICABLE, None),
        (HERE, HERE, Outcome.UNKNOWN, Cause.UNREADABLE),
        (HERE, denied(Setting.REGION, "500"), Outcome.UNKNOWN, Cause.UNREADABLE),
    ],
)
def test_a_destination_that_nobody_lists(
    head: Reading[Json], owned: Reading[Json], outcome: Outcome, cause: Cause | None
) -> None:
    """A 403 for our account beside a complete list proves a stranger; a missing bucket has no account."""
    probe = StrangeDestination(name="logs", account=ACCOUNT, head=head, owned=owned)

    verdict = verdict_of(CHECK, estate(APP, strange=(probe,)), "app")

    assert (verdict.outcome, verdict.cause) == (outcome, cause)


def test_a_strangers_bucket_is_shown_by_what_s3_answered() -> None:
    """The proof is S3's refusal when asked as the source's account, not a list in which the bucket is not."""
    probe = StrangeDestination(name="logs", account=ACCOUNT, head=HERE, owned=FORBIDDEN)

    verdict = verdict_of(CHECK, estate(APP, strange=(probe,)), "app")

    assert paths(verdict) == {"logging:LoggingEnabled.TargetBucket": "logs", "region:HeadBucket@logs": "403"}


def test_an_account_that_was_not_reached_changes_nothing() -> None:
    """Whoever owns the bucket, the source's account does not."""
    probe = StrangeDestination(name="logs", account=ACCOUNT, head=HERE, owned=FORBIDDEN)
    accounts = (account(), account(OTHER_ACCOUNT, status=AccountStatus.UNREACHABLE))

    assert verdict_of(CHECK, estate(APP, accounts=accounts, strange=(probe,)), "app").outcome is Outcome.FAIL
