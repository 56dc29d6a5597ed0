"""lifecycle-effective: FAIL for rules that do less, or more, than they seem to."""

from __future__ import annotations

import pytest

from auditor.model import Bucket, Cause, Outcome, Verdict
from auditor.reading import Json, Reading, Setting, Unreadable
from checks.posture.lifecycle_effective import CHECK
from tests.estates import PARTITIONED, absent, bucket, denied, destination, estate, expire, present, to, verdict_of


def rule(**changes: Json) -> Json:
    """A rule that expires everything with its versions, until something is changed."""
    sound: dict[str, Json] = {
        "ID": "r",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "Expiration": {"Days": 400},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
    }
    return {**sound, **changes}


def rules(*found: Json) -> Reading[Json]:
    """A GetBucketLifecycleConfiguration answer."""
    return present({"Rules": [*found], "TransitionDefaultMinimumObjectSize": "all_storage_classes_128K"})


def verdict(lifecycle: Reading[Json], *others: Bucket, versioning: Json | Reading[Json] = None) -> Verdict:
    """The verdict on a versioned destination whose source `app` writes under app/."""
    state = present({"Status": "Enabled"}) if versioning is None else versioning
    assert not isinstance(state, bool | int | float | str | list | dict)
    readings = {Setting.LIFECYCLE: lifecycle, Setting.VERSIONING: state}
    app = bucket("app", logging=to("logs", "app/"))
    return verdict_of(CHECK, estate(app, *others, destination("logs", readings=readings)), "logs")


PASS, FAIL, UNKNOWN, NOT_APPLICABLE = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN, Outcome.NOT_APPLICABLE
GLACIER: Json = [{"Days": 90, "StorageClass": "GLACIER"}]
BIG: Json = {"And": {"Prefix": "app/", "ObjectSizeGreaterThan": 200}}


@pytest.mark.parametrize(
    ("lifecycle", "outcome", "cause"),
    [
        (present(expire(400)), PASS, None),
        (rules(rule()), PASS, None),
        (rules(rule(Expiration={"Date": "2026-01-01T00:00:00Z"})), FAIL, None),
        (rules(rule(Expiration={"Date": "2027-01-01T00:00:00Z"})), FAIL, None),
        (rules(rule(Transitions=GLACIER)), FAIL, None),
        (rules(rule(), rule(Filter=BIG, Transitions=GLACIER)), PASS, None),
        (present(expire(400, noncurrent_days=None)), FAIL, None),
        (rules(rule(Status="Disabled")), FAIL, None),
        (rules(rule(), rule(Status="Disabled", Expiration={"Days": 30})), PASS, None),
        (rules(rule(Filter={"Prefix": "/app/"})), FAIL, None),
        (rules(rule(), rule(Filter={"Prefix": "data/"})), PASS, None),
        (rules(rule(Filter={"Prefix": "data/"})), PASS, None),
        (rules(rule(Status="Sometimes")), UNKNOWN, Cause.UNDECIDABLE),
        (rules(rule(Status="Sometimes"), rule(Transitions=GLACIER)), FAIL, None),
        (absent("NoSuchLifecycleConfiguration"), NOT_APPLICABLE, None),
        (denied(Setting.LIFECYCLE), UNKNOWN, Cause.UNREADABLE),
    ],
)
def test_traps(lifecycle: Reading[Json], outcome: Outcome, cause: Cause | None) -> None:
    """Defects FAIL, notes do not, and without rules there is nothing to look at (lifecycle-present does)."""
    found = verdict(lifecycle)

    assert (found.outcome, found.cause) == (outcome, cause)


@pytest.mark.parametrize(
    ("versioning", "lifecycle", "outcome", "cause"),
    [
        (present({}), present(expire(400, noncurrent_days=None)), PASS, None),
        (absent(), present(expire(400, noncurrent_days=None)), PASS, None),
        (present({"Status": "Suspended"}), present(expire(400, noncurrent_days=None)), UNKNOWN, Cause.UNDECIDABLE),
        (present({"Status": "Enabled", "MFADelete": "Enabled"}), rules(rule()), UNKNOWN, Cause.UNDECIDABLE),
        (denied(Setting.VERSIONING), rules(rule()), UNKNOWN, Cause.UNREADABLE),
        (denied(Setting.VERSIONING), rules(rule(Status="Disabled")), FAIL, None),
    ],
)
def test_versioning_decides_what_an_expiration_does(
    versioning: Reading[Json], lifecycle: Reading[Json], outcome: Outcome, cause: Cause | None
) -> None:
    """Where it was not read, it may be what makes a rule a trap."""
    found = verdict(lifecycle, versioning=versioning)

    assert (found.outcome, found.cause) == (outcome, cause)


def test_a_rule_that_misses_all_known_logs_may_be_there_for_unknown_ones() -> None:
    """A bucket whose logging nobody could read may log under that prefix."""
    missing = rules(rule(Filter={"Prefix": "/app/"}))
    dark = bucket("dark", logging=denied(Setting.LOGGING))
    found = verdict(missing, dark)

    assert verdict(missing).outcome is FAIL
    assert (found.outcome, found.cause) == (UNKNOWN, Cause.UNREADABLE)
    assert "unless dark log to logs" in found.reason


def test_keys_that_hold_an_unknown_region_leave_the_rules_unknown() -> None:
    """Unless one is a trap for the logs of another source."""
    unplaced = Unreadable(setting=Setting.REGION, code="AccessDenied")
    dark = bucket("dark", logging=to("logs", "all/", key_format=PARTITIONED), region=unplaced)

    assert verdict(rules(rule()), dark).cause is Cause.UNREADABLE
    assert verdict(rules(rule(Filter={"Prefix": "/app/"})), dark).cause is Cause.UNREADABLE
    assert verdict(rules(rule(Transitions=GLACIER)), dark).outcome is FAIL


def test_a_fail_tells_every_trap() -> None:
    """With the facts, so that all can be mended at once."""
    found = verdict(rules(rule(Transitions=GLACIER, Expiration={"Date": "2026-01-01T00:00:00Z"})))

    assert {fact.path for fact in found.evidence} == {"Rules[0].Expiration.Date", "Rules[0].Transitions[0].Days"}
    assert "as long as the rule is enabled" in found.reason
    assert "does not move objects under 128 KB" in found.reason


def test_a_pass_comes_with_its_notes() -> None:
    """A rule by tag takes no log, which is worth knowing."""
    tagged = rule(ID="by-tag", Filter={"Tag": {"Key": "keep", "Value": "no"}})
    found = verdict(rules(rule(), tagged))

    assert found.outcome is PASS
    assert "S3 delivers log objects without tags" in found.reason
