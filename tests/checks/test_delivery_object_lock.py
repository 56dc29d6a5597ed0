"""delivery-object-lock: FAIL where the destination has Object Lock, with or without a default retention."""

from __future__ import annotations

import pytest

from auditor.model import Cause, Outcome
from auditor.reading import Json, Reading, Setting
from checks.posture.delivery_object_lock import CHECK
from tests.estates import absent, bucket, denied, destination, estate, paths, present, to, verdict_of


def locked(**rule: Json) -> Json:
    configuration: dict[str, Json] = {"ObjectLockEnabled": "Enabled"}
    if rule:
        configuration["Rule"] = {"DefaultRetention": {**rule}}
    return {"ObjectLockConfiguration": configuration}


@pytest.mark.parametrize(
    ("reading", "outcome", "cause"),
    [
        (absent("ObjectLockConfigurationNotFoundError"), Outcome.PASS, None),
        (present(locked()), Outcome.FAIL, None),
        (present(locked(Mode="COMPLIANCE", Days=365)), Outcome.FAIL, None),
        (present(locked(Mode="GOVERNANCE", Years=1)), Outcome.FAIL, None),
        (present(locked(DefaultEventHold="ON")), Outcome.FAIL, None),
        (present({"ObjectLockConfiguration": {}}), Outcome.UNKNOWN, Cause.UNDECIDABLE),
        (denied(Setting.OBJECT_LOCK), Outcome.UNKNOWN, Cause.UNREADABLE),
        (present({"ObjectLockConfiguration": {"Rule": "none"}}), Outcome.UNKNOWN, Cause.UNREADABLE),
    ],
)
def test_object_lock_stops_delivery(reading: Reading[Json], outcome: Outcome, cause: Cause | None) -> None:
    """AWS says that Object Lock blocks the delivery of access logs, and default retention for certain."""
    built = estate(
        bucket("app", logging=to("logs", "app/")), destination("logs", readings={Setting.OBJECT_LOCK: reading})
    )

    verdict = verdict_of(CHECK, built, "app")

    assert (verdict.outcome, verdict.cause) == (outcome, cause)


def test_a_default_retention_is_named() -> None:
    """The mode shows what kind of lock it is."""
    reading = present(locked(Mode="COMPLIANCE", Days=365))
    built = estate(
        bucket("app", logging=to("logs", "app/")), destination("logs", readings={Setting.OBJECT_LOCK: reading})
    )

    facts = paths(verdict_of(CHECK, built, "app"))

    assert facts["object-lock:ObjectLockConfiguration.Rule.DefaultRetention@logs"] == "COMPLIANCE"
