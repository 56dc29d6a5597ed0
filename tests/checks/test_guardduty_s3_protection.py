"""guardduty-s3-protection: PASS where the detector of an account and Region is on and looks at S3."""

from __future__ import annotations

import pytest

from auditor.model import Cause, Outcome, Verdict
from auditor.reading import Json, Reading, Setting
from checks.posture.guardduty_s3_protection import CHECK
from tests.estates import absent, account, account_region, bucket, denied, estate, paths, present, verdict_of

ONE = present({"DetectorIds": ["d1"]})


def detector(status: str = "ENABLED", *, feature: Json = None, source: Json = None) -> Reading[Json]:
    """A GetDetector answer; a status of None leaves that part out."""
    document: dict[str, Json] = {"Status": status}
    if feature is not None:
        document["Features"] = [
            {"Name": "DNS_LOGS", "Status": "ENABLED"},
            {"Name": "S3_DATA_EVENTS", "Status": feature},
        ]
    if source is not None:
        document["DataSources"] = {"S3Logs": {"Status": source}}
    return present(document)


def verdict(detectors: Reading[Json] | None, found: Reading[Json] | None = None) -> Verdict:
    """The verdict on the one Region in use; None is a reading that nobody made."""
    made = {Setting.DETECTORS: detectors, Setting.DETECTOR: found}
    readings = {setting: reading for setting, reading in made.items() if reading is not None}
    owner = account(regions=(account_region(readings=readings),))
    return verdict_of(CHECK, estate(bucket("app"), accounts=(owner,)), "")


PASS, FAIL, UNKNOWN = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN
UNREADABLE, UNDECIDABLE = Cause.UNREADABLE, Cause.UNDECIDABLE


@pytest.mark.parametrize(
    ("found", "outcome", "cause"),
    [
        (detector(feature="ENABLED"), PASS, None),
        (detector(feature="ENABLED", source="ENABLED"), PASS, None),
        (detector(feature="ENABLED", source="DISABLED"), PASS, None),
        (detector(source="ENABLED"), PASS, None),
        (detector(feature="DISABLED"), FAIL, None),
        (detector(feature="DISABLED", source="DISABLED"), FAIL, None),
        (detector(source="DISABLED"), FAIL, None),
        (detector("DISABLED", feature="ENABLED", source="ENABLED"), FAIL, None),
        (detector(feature="DISABLED", source="ENABLED"), UNKNOWN, UNDECIDABLE),
        (detector(), UNKNOWN, UNDECIDABLE),
        (detector("RESTING", feature="ENABLED"), UNKNOWN, UNDECIDABLE),
        (detector(feature="SOMETIMES"), UNKNOWN, UNDECIDABLE),
        (present({"Features": []}), UNKNOWN, UNREADABLE),
        (present({"Status": "ENABLED", "Features": "all"}), UNKNOWN, UNREADABLE),
        (present({"Status": "ENABLED", "DataSources": {"S3Logs": "on"}}), UNKNOWN, UNREADABLE),
        (denied(Setting.DETECTOR), UNKNOWN, UNREADABLE),
        (None, UNKNOWN, UNREADABLE),
        (absent(), FAIL, None),
    ],
)
def test_the_detector(found: Reading[Json] | None, outcome: Outcome, cause: Cause | None) -> None:
    """It has to be on, and its feature for S3 data events too; Features are the newer word for DataSources."""
    said = verdict(ONE, found)

    assert (said.outcome, said.cause) == (outcome, cause)


@pytest.mark.parametrize(
    ("detectors", "outcome", "cause"),
    [
        (present({"DetectorIds": []}), FAIL, None),
        (absent(), FAIL, None),
        (present({"DetectorIds": "none"}), UNKNOWN, UNREADABLE),
        (present({}), UNKNOWN, UNREADABLE),
        (denied(Setting.DETECTORS), UNKNOWN, UNREADABLE),
    ],
)
def test_the_list_of_detectors(detectors: Reading[Json], outcome: Outcome, cause: Cause | None) -> None:
    """Without a detector GuardDuty is off; a list that was not read is not an empty one."""
    said = verdict(detectors)

    assert (said.outcome, said.cause) == (outcome, cause)


def test_a_region_that_nobody_asked_is_unknown() -> None:
    """No reading, no verdict."""
    found = verdict_of(CHECK, estate(bucket("app"), accounts=(account(regions=()),)), "")

    assert (found.outcome, found.cause) == (UNKNOWN, UNREADABLE)


def test_the_reason_names_account_and_region() -> None:
    """Protection is on or off in each account and Region by itself."""
    found = verdict(ONE, detector(feature="DISABLED"))

    assert found.reason == "GuardDuty is on in eu-west-1 of account 111122223333, but its S3 Protection is off."
    assert paths(found) == {"detector:Status": "ENABLED", "detector:Features[Name=S3_DATA_EVENTS].Status": "DISABLED"}
