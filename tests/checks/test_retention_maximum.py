"""retention-maximum: PASS where the bytes of every log are gone in time, in every place that keeps them."""

from __future__ import annotations

import pytest

from auditor.model import Account, Bucket, Cause, Estate, Outcome, Verdict
from auditor.reading import Json, Reading, Setting
from checks.posture.retention_maximum import CHECK
from tests.checks.test_retention_minimum import (
    APP,
    DARK_VERSIONING,
    NO_READ,
    NO_RULES,
    OFF,
    PAUSED,
    PLAIN,
    TO_S3,
    VERSIONED,
    group,
    kept,
    logs,
    rule,
    rules,
)
from tests.estates import account, denied, estate, paths, vending, verdict_of


def judged(built: Estate, days: int | None = 365) -> Verdict:
    return verdict_of(CHECK, built, "app", parameters={"retention_max_days": days})


@pytest.mark.parametrize(
    ("lifecycle", "versioning", "limited", "bounded"),
    [
        # (outcome with 365 days, outcome without a number)
        (kept(365, noncurrent=None), PLAIN, Outcome.PASS, Outcome.PASS),
        (kept(366, noncurrent=None), PLAIN, Outcome.FAIL, Outcome.PASS),
        (kept(335, noncurrent=30), VERSIONED, Outcome.PASS, Outcome.PASS),
        (kept(336, noncurrent=30), VERSIONED, Outcome.FAIL, Outcome.PASS),
        (kept(30, noncurrent=None), VERSIONED, Outcome.FAIL, Outcome.FAIL),
        (NO_RULES, PLAIN, Outcome.FAIL, Outcome.FAIL),
        (NO_RULES, DARK_VERSIONING, Outcome.FAIL, Outcome.FAIL),
        (kept(30, Status="Disabled"), PLAIN, Outcome.FAIL, Outcome.FAIL),
        (kept(30, Filter={"Prefix": "web/"}), PLAIN, Outcome.FAIL, Outcome.FAIL),
        (kept(30, Filter={"Tag": {"Key": "k", "Value": "v"}}), PLAIN, Outcome.FAIL, Outcome.FAIL),
        # A rule that leaves some logs out bounds nothing.
        (kept(30, noncurrent=None, Filter={"ObjectSizeGreaterThan": 1000}), PLAIN, Outcome.FAIL, Outcome.FAIL),
        # Versions from before a suspension may be left, or not.
        (kept(30, noncurrent=None), PAUSED, Outcome.UNKNOWN, Outcome.UNKNOWN),
        (kept(30, noncurrent=30), PAUSED, Outcome.PASS, Outcome.PASS),
        (kept(340, noncurrent=30), PAUSED, Outcome.UNKNOWN, Outcome.PASS),
        # What was not read may keep them.
        (kept(30, noncurrent=30), DARK_VERSIONING, Outcome.UNKNOWN, Outcome.UNKNOWN),
        (kept(366, noncurrent=30), DARK_VERSIONING, Outcome.FAIL, Outcome.UNKNOWN),
        (denied(Setting.LIFECYCLE), PLAIN, Outcome.UNKNOWN, Outcome.UNKNOWN),
        (rules(rule(Expiration={"Days": "30"})), PLAIN, Outcome.UNKNOWN, Outcome.UNKNOWN),
    ],
)
def test_when_the_last_log_is_gone(
    lifecycle: Reading[Json], versioning: Reading[Json], limited: Outcome, bounded: Outcome
) -> None:
    """With a number, no later than that; without one, some day."""
    built = estate(APP, logs(lifecycle, versioning))

    assert judged(built).outcome is limited
    assert judged(built, None).outcome is bounded


def test_unread_is_not_undecidable() -> None:
    """Versioning that was refused is a missing permission, a suspension a matter of fact."""
    assert judged(estate(APP, logs(kept(30), DARK_VERSIONING))).cause is Cause.UNREADABLE
    assert judged(estate(APP, logs(kept(30, noncurrent=None), PAUSED))).cause is Cause.UNDECIDABLE


LONG, SHORT, DARK = logs(kept(400), PLAIN), logs(kept(30), PLAIN), logs(denied(Setting.LIFECYCLE))


@pytest.mark.parametrize(
    ("source", "end", "by", "outcome", "cause"),
    [
        (OFF, SHORT, vending("app", group=group(365)), Outcome.PASS, None),
        (OFF, SHORT, vending("app", group=group(366)), Outcome.FAIL, None),
        (OFF, SHORT, vending("app", group=group(None)), Outcome.FAIL, None),
        (OFF, SHORT, account(), Outcome.NOT_APPLICABLE, None),
        (OFF, SHORT, TO_S3, Outcome.UNKNOWN, Cause.UNDECIDABLE),
        # Both must end: one that keeps them too long is too much.
        (APP, SHORT, vending("app", group=group(30)), Outcome.PASS, None),
        (APP, SHORT, vending("app", group=group(400)), Outcome.FAIL, None),
        (APP, LONG, vending("app", group=group(30)), Outcome.FAIL, None),
        (APP, LONG, TO_S3, Outcome.FAIL, None),
        (APP, LONG, NO_READ, Outcome.FAIL, None),
        (APP, SHORT, TO_S3, Outcome.UNKNOWN, Cause.UNDECIDABLE),
        (APP, SHORT, NO_READ, Outcome.UNKNOWN, Cause.UNREADABLE),
        (APP, DARK, vending("app", group=group(30)), Outcome.UNKNOWN, Cause.UNREADABLE),
        (APP, DARK, vending("app", group=group(400)), Outcome.FAIL, None),
        (APP, SHORT, vending("app", group=group(400), status="INACTIVE"), Outcome.PASS, None),
    ],
)
def test_every_place_has_to_end(
    source: Bucket, end: Bucket, by: Account, outcome: Outcome, cause: Cause | None
) -> None:
    """Logs that are gone in one place and stay in the other are not gone."""
    verdict = judged(estate(source, end, accounts=(by,)))

    assert (verdict.outcome, verdict.cause) == (outcome, cause)


def test_the_number_is_proved_and_explained() -> None:
    """Both parts of the sum are facts of the destination."""
    verdict = judged(estate(APP, logs(kept(400), VERSIONED)))

    assert verdict.reason.startswith("Logs of app stay in logs for 430 days; the framework allows 365 days.")
    assert paths(verdict) == {
        "lifecycle:Rules[0].Expiration.Days@logs": 400,
        "lifecycle:Rules[0].NoncurrentVersionExpiration.NoncurrentDays@logs": 30,
        "versioning:Status@logs": "Enabled",
        "parameter:retention_max_days": 365,
    }


def test_without_a_number_the_reason_says_what_is_asked() -> None:
    """Keeping has to end some day, and the evidence shows that no day is named."""
    verdict = judged(estate(APP, logs(NO_RULES)), None)

    assert verdict.reason.startswith("Logs of app stay in logs for ever; keeping them has to end.")
    assert paths(verdict)["parameter:retention_max_days"] is None
