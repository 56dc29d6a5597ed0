"""retention-hot: PASS where every log can be read without a restore for the days that are asked."""

from __future__ import annotations

import pytest

from auditor.framework_parameter import defaults
from auditor.model import Account, Bucket, Cause, Estate, Outcome, Verdict
from auditor.reading import Json, Reading, Setting
from auditor.s3.lifecycle_terms import HOT_CLASSES
from checks.posture.retention_hot import CHECK
from tests.checks.test_retention_minimum import APP, NO_RULES, OFF, PLAIN, TO_S3, group, kept, rule, rules
from tests.estates import absent, account, denied, destination, estate, paths, present, vending, verdict_of

HOT: list[Json] = [*sorted(HOT_CLASSES)]
NO_TIERS = present({"IsTruncated": False})
TIERS = present(
    {
        "IsTruncated": False,
        "IntelligentTieringConfigurationList": [
            {"Id": "t", "Status": "Enabled", "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}]}
        ],
    }
)


def logs(lifecycle: Reading[Json], *, tiers: Reading[Json] = NO_TIERS, versioning: Reading[Json] = PLAIN) -> Bucket:
    readings = {
        Setting.LIFECYCLE: lifecycle,
        Setting.VERSIONING: versioning,
        Setting.INTELLIGENT_TIERING: tiers,
    }
    return destination("logs", readings=readings)


def move(days: int, storage_class: str, **members: Json) -> Json:
    return rule(ID="m", Transitions=[{"Days": days, "StorageClass": storage_class}], **members)


def judged(built: Estate, days: int | None = 90, classes: list[Json] = HOT) -> Verdict:
    parameters = {"retention_hot_days": days, "hot_storage_classes": classes}
    return verdict_of(CHECK, built, "app", parameters=parameters)


@pytest.mark.parametrize(
    ("lifecycle", "tiers", "outcome", "cause"),
    [
        (NO_RULES, NO_TIERS, Outcome.PASS, None),
        (kept(90), NO_TIERS, Outcome.PASS, None),
        (kept(89), NO_TIERS, Outcome.FAIL, None),
        (rules(move(90, "GLACIER")), NO_TIERS, Outcome.PASS, None),
        (rules(move(89, "GLACIER")), NO_TIERS, Outcome.FAIL, None),
        (rules(move(7, "DEEP_ARCHIVE")), NO_TIERS, Outcome.FAIL, None),
        (rules(move(7, "GLACIER_IR")), NO_TIERS, Outcome.PASS, None),
        (rules(move(30, "STANDARD_IA")), NO_TIERS, Outcome.PASS, None),
        (rules(move(7, "GLACIER", Status="Disabled")), NO_TIERS, Outcome.PASS, None),
        (rules(move(7, "GLACIER", Filter={"Prefix": "web/"})), NO_TIERS, Outcome.PASS, None),
        (rules(move(0, "INTELLIGENT_TIERING")), NO_TIERS, Outcome.PASS, None),
        (rules(move(0, "INTELLIGENT_TIERING")), absent(), Outcome.PASS, None),
        (rules(move(0, "INTELLIGENT_TIERING")), TIERS, Outcome.PASS, None),
        # What was not read may hold an archive tier, of 90 days at the soonest.
        (rules(move(0, "INTELLIGENT_TIERING")), denied(Setting.INTELLIGENT_TIERING), Outcome.PASS, None),
        (kept(400), denied(Setting.INTELLIGENT_TIERING), Outcome.PASS, None),
        (rules(move(7, "ICEBERG")), NO_TIERS, Outcome.UNKNOWN, Cause.UNDECIDABLE),
        (denied(Setting.LIFECYCLE), NO_TIERS, Outcome.UNKNOWN, Cause.UNREADABLE),
    ],
)
def test_when_logs_may_need_a_restore(
    lifecycle: Reading[Json], tiers: Reading[Json], outcome: Outcome, cause: Cause | None
) -> None:
    """The soonest archive or expiration of any log decides, large ones included."""
    verdict = judged(estate(APP, logs(lifecycle, tiers=tiers)))

    assert (verdict.outcome, verdict.cause) == (outcome, cause)


def test_an_unread_archive_tier_matters_beyond_its_soonest_day() -> None:
    """Asked for longer than 90 days, the unread configuration could change the answer."""
    built = estate(APP, logs(rules(move(0, "INTELLIGENT_TIERING")), tiers=denied(Setting.INTELLIGENT_TIERING)))

    verdict = judged(built, days=120)

    assert verdict.cause is Cause.UNREADABLE
    assert "s3:GetIntelligentTieringConfiguration" in verdict.reason


@pytest.mark.parametrize(
    ("classes", "outcome"), [(HOT, Outcome.FAIL), ([*HOT, "GLACIER"], Outcome.PASS), ([], Outcome.FAIL)]
)
def test_the_framework_says_which_classes_are_hot(classes: list[Json], outcome: Outcome) -> None:
    """An assessor may accept a restore within hours; without a list the classes that answer at once count."""
    assert judged(estate(APP, logs(rules(move(7, "GLACIER")))), classes=classes).outcome is outcome


def test_two_frameworks_with_other_classes_do_not_share_an_answer() -> None:
    """What is remembered for one set of classes is not told for another."""
    built = estate(APP, logs(rules(move(7, "GLACIER"))))

    outcomes = [judged(built, classes=classes).outcome for classes in (HOT, [*HOT, "GLACIER"], HOT)]

    assert outcomes == [Outcome.FAIL, Outcome.PASS, Outcome.FAIL]


def test_the_default_classes_are_those_of_the_engine() -> None:
    """A framework that is silent asks for what the arithmetic takes for hot."""
    value = defaults("retention-hot")["hot_storage_classes"].value

    assert isinstance(value, tuple)
    assert frozenset(value) == HOT_CLASSES


@pytest.mark.parametrize(
    ("source", "by", "outcome"),
    [
        (OFF, vending("app", group=group(90)), Outcome.PASS),
        (OFF, vending("app", group=group(60)), Outcome.FAIL),
        (OFF, account(), Outcome.NOT_APPLICABLE),
        (OFF, TO_S3, Outcome.UNKNOWN),
        (APP, vending("app", group=group(90)), Outcome.PASS),
        (APP, vending("app", group=group(60)), Outcome.FAIL),
        (APP, TO_S3, Outcome.UNKNOWN),
    ],
)
def test_a_log_group_is_hot_as_long_as_it_keeps(source: Bucket, by: Account, outcome: Outcome) -> None:
    """One place where logs can be read at once is enough; the destination here archives after a week."""
    built = estate(source, logs(rules(move(7, "GLACIER"))), accounts=(by,))

    assert judged(built).outcome is outcome


def test_the_number_is_proved_and_explained() -> None:
    """The transition that ends it, and both numbers that were asked."""
    verdict = judged(estate(APP, logs(rules(move(7, "GLACIER")))))

    assert verdict.reason.startswith(
        'Logs of app can be read at once in logs for 7 days; the framework asks for 90 days. Rule "m" moves'
    )
    assert paths(verdict) == {
        "lifecycle:Rules[0].Transitions[0].Days@logs": 7,
        "parameter:retention_hot_days": 90,
        "parameter:hot_storage_classes": HOT,
    }


def test_without_a_number_nothing_is_asked() -> None:
    """A framework that leaves it open cannot be failed."""
    assert judged(estate(APP, logs(NO_RULES)), None).outcome is Outcome.NOT_APPLICABLE
