"""destination-not-logged: FAIL where a destination logs anywhere itself."""

from __future__ import annotations

import pytest

from auditor.model import Account, Bucket, Cause, Outcome, Verdict
from auditor.reading import Json, Reading, Setting
from checks.posture.destination_not_logged import CHECK
from tests.estates import account, bucket, denied, destination, estate, present, to, vending, verdict_of


def verdict(logging: Json | Reading[Json], *others: Bucket, by: Account | None = None) -> Verdict:
    """The verdict on the destination `logs`, which logs like that itself."""
    logs = destination("logs", logging=logging)
    app = bucket("app", logging=to("logs", "app/"))
    return verdict_of(CHECK, estate(app, logs, *others, accounts=(by or account(),)), "logs")


@pytest.mark.parametrize(
    ("logging", "others", "outcome", "cause", "said"),
    [
        (None, (), Outcome.PASS, None, "is off"),
        (to("logs", "self/"), (), Outcome.FAIL, None, "see self-logging"),
        (to("second", "logs/"), (destination("second"),), Outcome.FAIL, None, "serves destination-access-recorded"),
        (to("back", "x/"), (destination("back", logging=to("logs", "y/")),), Outcome.FAIL, None, "see logging-loop"),
        (to("gone", "logs/"), (), Outcome.FAIL, None, "logs its own requests to gone"),
        (denied(Setting.LOGGING), (), Outcome.UNKNOWN, Cause.UNREADABLE, "s3:GetBucketLogging"),
        (present({"LoggingEnabled": []}), (), Outcome.UNKNOWN, Cause.UNREADABLE, "could not be understood"),
    ],
)
def test_a_destination_logs_nowhere(
    logging: Json | Reading[Json], others: tuple[Bucket, ...], outcome: Outcome, cause: Cause | None, said: str
) -> None:
    """A second tier FAILs as well, with the way out; the other checks that judge the same are named."""
    found = verdict(logging, *others)

    assert (found.outcome, found.cause) == (outcome, cause)
    assert said in found.reason


def test_a_log_group_makes_no_loop() -> None:
    """Delivery through CloudWatch Logs writes no objects, so it is none of this check's business."""
    assert verdict(None, by=vending("logs")).outcome is Outcome.PASS
