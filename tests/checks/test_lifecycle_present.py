"""lifecycle-present: FAIL where logs of any source never expire."""

from __future__ import annotations

import pytest

from auditor.model import Bucket, Cause, Outcome, Verdict
from auditor.reading import Json, Reading, Setting, Unreadable
from checks.posture.lifecycle_present import CHECK
from tests.estates import PARTITIONED, absent, bucket, denied, destination, estate, expire, present, to, verdict_of

ENABLED: Json = {"Status": "Enabled"}


def rule(days: int = 400, **changes: Json) -> Json:
    """A rule that expires everything, until something is changed."""
    return {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": days}, **changes}


def rules(*found: Json) -> Reading[Json]:
    """A GetBucketLifecycleConfiguration answer."""
    return present({"Rules": [*found], "TransitionDefaultMinimumObjectSize": "all_storage_classes_128K"})


def verdict(lifecycle: Reading[Json], *sources: Bucket, versioning: Reading[Json] | None = None) -> Verdict:
    """The verdict on a destination whose one source writes under app/ unless others are given."""
    readings = {Setting.LIFECYCLE: lifecycle, Setting.VERSIONING: versioning or present(ENABLED)}
    others = sources or (bucket("app", logging=to("logs", "app/")),)
    return verdict_of(CHECK, estate(*others, destination("logs", readings=readings)), "logs")


PASS, FAIL, UNKNOWN = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("lifecycle", "outcome", "cause"),
    [
        (present(expire(400)), PASS, None),
        (rules(rule(Filter={"Prefix": "app/"})), PASS, None),
        (rules(rule(Filter={})), PASS, None),
        (rules(rule(Filter={"Prefix": "zzz/"}), rule()), PASS, None),
        (absent("NoSuchLifecycleConfiguration"), FAIL, None),
        (rules(rule(Status="Disabled")), FAIL, None),
        (rules(rule(Filter={"Prefix": "other/"})), FAIL, None),
        (rules(rule(Filter={"Prefix": "/app/"})), FAIL, None),
        (rules(rule(Filter={"Prefix": "app/2026-11"})), FAIL, None),
        (rules(rule(Filter={"Tag": {"Key": "keep", "Value": "no"}})), FAIL, None),
        (rules(rule(Filter={"ObjectSizeGreaterThan": 131072})), FAIL, None),
        (rules(rule(Expiration={"ExpiredObjectDeleteMarker": True})), FAIL, None),
        (
            rules({"Status": "Enabled", "Filter": {}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}),
            FAIL,
            None,
        ),
        (rules(rule(Status="Sometimes")), UNKNOWN, Cause.UNDECIDABLE),
        (rules(rule(Expiration={"Days": "soon"})), UNKNOWN, Cause.UNDECIDABLE),
        (rules(rule(Status="Sometimes", Filter={"Prefix": "other/"})), FAIL, None),
        (denied(Setting.LIFECYCLE), UNKNOWN, Cause.UNREADABLE),
    ],
)
def test_coverage(lifecycle: Reading[Json], outcome: Outcome, cause: Cause | None) -> None:
    """An enabled expiration has to take in every key under the prefix."""
    found = verdict(lifecycle)

    assert (found.outcome, found.cause) == (outcome, cause)


@pytest.mark.parametrize(
    ("versioning", "outcome", "cause"),
    [
        (present({}), PASS, None),
        (present({"Status": "Suspended"}), PASS, None),
        (absent(), PASS, None),
        (present({"Status": "Enabled", "MFADelete": "Enabled"}), UNKNOWN, Cause.UNDECIDABLE),
        (denied(Setting.VERSIONING), UNKNOWN, Cause.UNREADABLE),
    ],
)
def test_mfa_delete_puts_every_rule_in_doubt(versioning: Reading[Json], outcome: Outcome, cause: Cause | None) -> None:
    """S3 supports no lifecycle configuration beside it, so versioning has to be read."""
    found = verdict(rules(rule()), versioning=versioning)

    assert (found.outcome, found.cause) == (outcome, cause)


def test_unread_versioning_changes_nothing_for_logs_that_no_rule_takes() -> None:
    """They never expire, whatever it is."""
    assert verdict(rules(rule(Filter={"Prefix": "x/"})), versioning=denied(Setting.VERSIONING)).outcome is FAIL


def test_one_source_that_is_left_out_is_enough() -> None:
    """The reason counts the sources and names one with its keys."""
    app, web = bucket("app", logging=to("logs", "app/")), bucket("web", logging=to("logs", "w\u202eb/"))
    found = verdict(rules(rule(Filter={"Prefix": "app/"})), app, web)

    assert found.outcome is FAIL
    assert (
        'Logs of 1 of 2 sources in logs do not all expire, such as web with keys under "w\\u{202e}b/"' in found.reason
    )


def test_the_partitioned_format_is_covered_by_its_real_keys() -> None:
    """A rule for account, Region and bucket covers one source of a shared prefix."""
    one = bucket("app", logging=to("logs", "all/", key_format=PARTITIONED))
    two = bucket("web", logging=to("logs", "all/", key_format=PARTITIONED))
    mine = rules(rule(Filter={"Prefix": "all/111122223333/eu-west-1/app/"}))

    assert verdict(mine, one).outcome is PASS
    assert verdict(mine, one, two).outcome is FAIL


def test_keys_that_hold_an_unknown_region_are_unknown() -> None:
    """Unless another source is surely left out."""
    unplaced = Unreadable(setting=Setting.REGION, code="AccessDenied")
    dark = bucket("dark", logging=to("logs", "all/", key_format=PARTITIONED), region=unplaced)
    app = bucket("app", logging=to("logs", "app/"))

    assert verdict(rules(rule()), app, dark).cause is Cause.UNREADABLE
    assert verdict(rules(rule(Filter={"Prefix": "all/"})), app, dark).outcome is FAIL


def test_the_deciding_rule_is_evidence() -> None:
    """With its path, so that it can be found among a thousand."""
    found = verdict(rules(rule(Filter={"Prefix": "zzz/"}), rule(90)))

    assert [(fact.path, fact.value, fact.bucket) for fact in found.evidence] == [
        ("Rules[1].Expiration.Days", 90, "logs")
    ]
    assert "Logs of app expire in logs." in found.reason
