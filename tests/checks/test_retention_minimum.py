"""retention-minimum: PASS where one place is sure to keep every log for the days that are asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model import Account, AccountStatus, Bucket, Cause, Estate, Outcome, StrangeDestination, Verdict
from auditor.reading import NOT_COLLECTED, Json, Reading, Setting, Unreadable
from checks.posture.retention_minimum import CHECK
from tests.estates import (
    ACCOUNT,
    LOG_GROUP,
    PARTITIONED,
    absent,
    account,
    account_region,
    bucket,
    denied,
    destination,
    estate,
    paths,
    present,
    to,
    vending,
    verdict_of,
)

APP = bucket("app", logging=to("logs", "app/"))
NO_RULES = absent("NoSuchLifecycleConfiguration")
VERSIONED, PLAIN, PAUSED = present({"Status": "Enabled"}), present({}), present({"Status": "Suspended"})
DARK_VERSIONING = denied(Setting.VERSIONING)


def rules(*listed: Json, **document: Json) -> Reading[Json]:
    return present({"Rules": [*listed], "TransitionDefaultMinimumObjectSize": "all_storage_classes_128K", **document})


def rule(**members: Json) -> Json:
    return {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": ""}, **members}


def kept(days: int, *, noncurrent: int | None = 30, **members: Json) -> Reading[Json]:
    versions: dict[str, Json] = {}
    if noncurrent is not None:
        versions["NoncurrentVersionExpiration"] = {"NoncurrentDays": noncurrent}
    made: dict[str, Json] = {"ID": "expire-logs", "Expiration": {"Days": days}, **versions, **members}
    return rules(rule(**made))


def logs(lifecycle: Reading[Json], versioning: Reading[Json] = VERSIONED) -> Bucket:
    return destination("logs", readings={Setting.LIFECYCLE: lifecycle, Setting.VERSIONING: versioning})


def judged(built: Estate, days: int = 365) -> Verdict:
    return verdict_of(CHECK, built, "app", parameters={"retention_min_days": days})


@pytest.mark.parametrize(
    ("lifecycle", "versioning", "outcome", "cause"),
    [
        # Kept for ever is kept long enough.
        (NO_RULES, PLAIN, Outcome.PASS, None),
        (NO_RULES, VERSIONED, Outcome.PASS, None),
        (NO_RULES, DARK_VERSIONING, Outcome.PASS, None),
        (kept(90, Status="Disabled"), PLAIN, Outcome.PASS, None),
        (kept(90, Filter={"Prefix": "web/"}), PLAIN, Outcome.PASS, None),
        (kept(90, Filter={"Tag": {"Key": "k", "Value": "v"}}), PLAIN, Outcome.PASS, None),
        # Exactly the days, one more, one less.
        (kept(365, noncurrent=None), PLAIN, Outcome.PASS, None),
        (kept(364, noncurrent=None), PLAIN, Outcome.FAIL, None),
        # Noncurrent versions count where versioning makes them.
        (kept(335, noncurrent=30), VERSIONED, Outcome.PASS, None),
        (kept(334, noncurrent=30), VERSIONED, Outcome.FAIL, None),
        (kept(335, noncurrent=30), PLAIN, Outcome.FAIL, None),
        (kept(335, noncurrent=30), PAUSED, Outcome.FAIL, None),
        (kept(30, noncurrent=None), VERSIONED, Outcome.PASS, None),
        # The shortest rule that takes any log decides.
        (rules(rule(Expiration={"Days": 400}), rule(ID="s", Expiration={"Days": 30})), PLAIN, Outcome.FAIL, None),
        (
            rules(
                rule(Expiration={"Days": 400}),
                rule(ID="s", Filter={"ObjectSizeGreaterThan": 1_000_000}, Expiration={"Days": 30}),
            ),
            PLAIN,
            Outcome.FAIL,
            None,
        ),
        # What is not known matters only where it could change the answer.
        (kept(365), DARK_VERSIONING, Outcome.PASS, None),
        (kept(90), DARK_VERSIONING, Outcome.UNKNOWN, Cause.UNREADABLE),
        (kept(90), present("Enabled"), Outcome.UNKNOWN, Cause.UNDECIDABLE),
        (kept(90, noncurrent=275), present({"Status": "Paused"}), Outcome.UNKNOWN, Cause.UNDECIDABLE),
        (kept(90, noncurrent=274), present({"Status": "Paused"}), Outcome.FAIL, None),
        (kept(90), present({"Status": "Enabled", "MFADelete": "Enabled"}), Outcome.UNKNOWN, Cause.UNDECIDABLE),
        (rules(rule(Expiration={"Days": "90"})), PLAIN, Outcome.UNKNOWN, Cause.UNDECIDABLE),
        (rules(rule(Teleport={"Days": 1})), PLAIN, Outcome.UNKNOWN, Cause.UNDECIDABLE),
        (denied(Setting.LIFECYCLE), PLAIN, Outcome.UNKNOWN, Cause.UNREADABLE),
        (denied(Setting.LIFECYCLE), DARK_VERSIONING, Outcome.UNKNOWN, Cause.UNREADABLE),
        (Unreadable(setting=Setting.LIFECYCLE, code=NOT_COLLECTED), PLAIN, Outcome.UNKNOWN, Cause.UNREADABLE),
    ],
)
def test_what_every_log_is_sure_of(
    lifecycle: Reading[Json], versioning: Reading[Json], outcome: Outcome, cause: Cause | None
) -> None:
    """The bytes of every log have to exist for as many days as are asked."""
    verdict = judged(estate(APP, logs(lifecycle, versioning)))

    assert (verdict.outcome, verdict.cause) == (outcome, cause)


def test_a_date_rule_deletes_what_is_new() -> None:
    """A date in the past acts on every new object at once."""
    verdict = judged(estate(APP, logs(rules(rule(Expiration={"Date": "2026-01-01T00:00:00Z"})), PLAIN)), days=1)

    assert verdict.outcome is not Outcome.PASS


def test_the_number_is_proved_and_explained() -> None:
    """The deciding facts belong to the destination, and the number that was asked stands beside them."""
    verdict = judged(estate(APP, logs(kept(90, noncurrent=None), PLAIN)))

    assert verdict.reason == (
        'Logs of app stay in logs for 90 days; the framework asks for 365 days. Rule "expire-logs" expires log '
        "objects 90 days after creation; the bucket is not versioned, so they are then deleted for good."
    )
    assert paths(verdict) == {
        "lifecycle:Rules[0].Expiration.Days@logs": 90,
        "versioning:Status@logs": None,
        "parameter:retention_min_days": 365,
    }


def test_no_configuration_is_evidence_too() -> None:
    """That there are no rules is what proves "for ever"."""
    verdict = judged(estate(APP, logs(NO_RULES)))

    assert verdict.reason.startswith("Logs of app stay in logs for ever; the framework asks for 365 days.")
    assert paths(verdict)["lifecycle:Rules@logs"] is None


def test_a_bound_that_is_enough_is_the_proof() -> None:
    """Where versions may add to it, the expiration alone proves that logs stay long enough."""
    verdict = judged(estate(APP, logs(kept(365), DARK_VERSIONING)))

    assert verdict.outcome is Outcome.PASS
    assert paths(verdict) == {"lifecycle:Rules[0].Expiration.Days@logs": 365, "parameter:retention_min_days": 365}


def test_an_unread_document_is_named_and_not_quoted() -> None:
    """The evidence of an unknown is the refused call, not a value that nobody read."""
    verdict = judged(estate(APP, logs(kept(90), DARK_VERSIONING)))

    assert "s3:GetBucketVersioning answered AccessDenied" in verdict.reason
    assert paths(verdict)["versioning:@logs"] == {
        "api": "s3:GetBucketVersioning",
        "code": "AccessDenied",
        "iam_action": "s3:GetBucketVersioning",
    }
    assert "versioning:Status@logs" not in paths(verdict)


def test_each_source_has_its_own_prefix() -> None:
    """Rules for one source's prefix say nothing about another's, also where they share a destination."""
    lifecycle = rules(
        rule(ID="a", Filter={"Prefix": "app/"}, Expiration={"Days": 30}),
        rule(ID="w", Filter={"Prefix": "web/"}, Expiration={"Days": 400}),
    )
    built = estate(APP, bucket("web", logging=to("logs", "web/")), logs(lifecycle, PLAIN))

    assert judged(built).outcome is Outcome.FAIL
    assert verdict_of(CHECK, built, "web", parameters={"retention_min_days": 365}).outcome is Outcome.PASS


def test_partitioned_keys_are_matched_with_account_region_and_bucket() -> None:
    """A rule for the folder of one source takes that source's logs."""
    lifecycle = rules(rule(Filter={"Prefix": f"x/{ACCOUNT}/eu-west-1/app/"}, Expiration={"Days": 30}))
    app, web = (bucket(name, logging=to("logs", "x/", key_format=PARTITIONED)) for name in ("app", "web"))
    built = estate(app, web, logs(lifecycle, PLAIN))

    assert judged(built).outcome is Outcome.FAIL
    assert verdict_of(CHECK, built, "web", parameters={"retention_min_days": 365}).outcome is Outcome.PASS


def test_keys_that_hold_an_unknown_region_are_unknown() -> None:
    """Which rules take them cannot be said."""
    app = bucket("app", logging=to("logs", "x/", key_format=PARTITIONED), region=denied(Setting.REGION))

    assert judged(estate(app, logs(kept(400)))).cause is Cause.UNREADABLE


def group(days: int | None) -> Reading[Json]:
    return present({"logGroupName": "/s3/access", **({} if days is None else {"retentionInDays": days})})


OFF = bucket("app")
NO_READ = account(regions=(account_region(readings={Setting.DELIVERY_SOURCES: denied(Setting.DELIVERY_SOURCES)}),))
TO_S3 = vending("app", kind="S3", end="arn:aws:s3:::central")
LONG, SHORT, DARK = logs(kept(400), PLAIN), logs(kept(30), PLAIN), logs(denied(Setting.LIFECYCLE))


@pytest.mark.parametrize(
    ("source", "end", "by", "outcome", "cause"),
    [
        # CloudWatch alone.
        (OFF, LONG, vending("app", group=group(400)), Outcome.PASS, None),
        (OFF, LONG, vending("app", group=group(None)), Outcome.PASS, None),
        (OFF, LONG, vending("app", group=group(365)), Outcome.PASS, None),
        (OFF, LONG, vending("app", group=group(364)), Outcome.FAIL, None),
        (OFF, LONG, vending("app", group=denied(Setting.LOG_GROUP)), Outcome.UNKNOWN, Cause.UNREADABLE),
        (OFF, LONG, vending("app"), Outcome.UNKNOWN, Cause.UNREADABLE),
        (OFF, LONG, vending("app", group=present({"retentionInDays": "30"})), Outcome.UNKNOWN, Cause.UNREADABLE),
        (OFF, LONG, vending("app", group=present({"retentionInDays": 0})), Outcome.UNKNOWN, Cause.UNREADABLE),
        (OFF, LONG, vending("app", group=absent()), Outcome.UNKNOWN, Cause.UNDECIDABLE),
        (OFF, LONG, TO_S3, Outcome.UNKNOWN, Cause.UNDECIDABLE),
        # Neither.
        (OFF, LONG, account(), Outcome.NOT_APPLICABLE, None),
        (OFF, LONG, vending("app", group=group(30), status="INACTIVE"), Outcome.NOT_APPLICABLE, None),
        (OFF, LONG, NO_READ, Outcome.UNKNOWN, Cause.UNREADABLE),
        # Both: one that keeps them long enough is enough.
        (APP, LONG, vending("app", group=group(30)), Outcome.PASS, None),
        (APP, SHORT, vending("app", group=group(400)), Outcome.PASS, None),
        (APP, SHORT, vending("app", group=group(30)), Outcome.FAIL, None),
        (APP, DARK, vending("app", group=group(400)), Outcome.PASS, None),
        (APP, DARK, vending("app", group=group(30)), Outcome.UNKNOWN, Cause.UNREADABLE),
        (APP, SHORT, TO_S3, Outcome.UNKNOWN, Cause.UNDECIDABLE),
        (APP, DARK, TO_S3, Outcome.UNKNOWN, Cause.UNREADABLE),
        (APP, LONG, TO_S3, Outcome.PASS, None),
        (APP, LONG, NO_READ, Outcome.PASS, None),
        (APP, SHORT, NO_READ, Outcome.UNKNOWN, Cause.UNREADABLE),
        (APP, SHORT, vending("app", group=group(400), status="INACTIVE"), Outcome.FAIL, None),
        # Bucket delivery is unknown.
        (bucket("app", logging=denied(Setting.LOGGING)), LONG, account(), Outcome.UNKNOWN, Cause.UNREADABLE),
        (bucket("app", logging=denied(Setting.LOGGING)), LONG, vending("app", group=group(400)), Outcome.PASS, None),
        (
            bucket("app", logging=denied(Setting.LOGGING)),
            LONG,
            vending("app", group=group(30)),
            Outcome.UNKNOWN,
            Cause.UNREADABLE,
        ),
    ],
)
def test_one_place_is_enough(source: Bucket, end: Bucket, by: Account, outcome: Outcome, cause: Cause | None) -> None:
    """A source may keep its logs in a destination, in a log group, or in both."""
    verdict = judged(estate(source, end, accounts=(by,)))

    assert (verdict.outcome, verdict.cause) == (outcome, cause)


def test_both_places_are_told_where_both_fail() -> None:
    """The reader sees what each of them keeps."""
    verdict = judged(estate(APP, SHORT, accounts=(vending("app", group=group(7)),)))

    assert "stay in logs for 30 days" in verdict.reason
    assert f"stay in the log group {LOG_GROUP} for 7 days" in verdict.reason
    assert paths(verdict)["log-group:retentionInDays"] == 7
    assert [fact.path for fact in verdict.evidence].count("retention_min_days") == 1


def test_what_fails_stands_beside_what_is_unknown() -> None:
    """An unknown second path does not hide what is known of the first."""
    verdict = judged(estate(APP, SHORT, accounts=(NO_READ,)))

    assert "logs:DescribeDeliverySources answered AccessDenied" in verdict.reason
    assert "stay in logs for 30 days" in verdict.reason


@pytest.mark.parametrize(
    ("head", "owned", "outcome", "cause"),
    [
        (absent("404"), absent("404"), Outcome.NOT_APPLICABLE, None),
        (denied(Setting.REGION, "403"), denied(Setting.REGION, "403"), Outcome.UNKNOWN, Cause.UNDECIDABLE),
        (denied(Setting.REGION, "503"), denied(Setting.REGION, "503"), Outcome.UNKNOWN, Cause.UNREADABLE),
    ],
)
def test_a_destination_out_of_view(
    head: Reading[Json], owned: Reading[Json], outcome: Outcome, cause: Cause | None
) -> None:
    """A missing one keeps nothing, which destination-exists says; of a stranger's nothing is known."""
    probe = StrangeDestination(name="logs", account=ACCOUNT, head=head, owned=owned)
    by_bucket = estate(APP, strange=(probe,))
    with_group = replace(by_bucket, accounts=(vending("app", group=group(400)),))

    verdict = judged(by_bucket)

    assert (verdict.outcome, verdict.cause) == (outcome, cause)
    assert judged(with_group).outcome is Outcome.PASS


def test_a_stranger_of_an_account_that_was_not_wholly_read() -> None:
    """Whose bucket it is stays open."""
    built = estate(APP, accounts=(account(status=AccountStatus.PARTIAL),))

    assert judged(built).cause is Cause.UNREADABLE


def test_without_a_number_nothing_is_asked() -> None:
    """A framework that leaves it open cannot be failed."""
    verdict = verdict_of(CHECK, estate(APP, SHORT), "app", parameters={"retention_min_days": None})

    assert verdict.outcome is Outcome.NOT_APPLICABLE
