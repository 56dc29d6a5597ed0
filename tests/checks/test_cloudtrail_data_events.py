"""cloudtrail-data-events: PASS where trails record all reads and writes of all objects of a bucket."""

from __future__ import annotations

import pytest

from auditor.model import Account, Cause, Outcome, Trail, Verdict
from auditor.reading import Json, Reading, Setting
from checks.posture.cloudtrail_data_events import CHECK
from tests.estates import ACCOUNT, REGION, account, account_region, bucket, denied, estate, paths, present, verdict_of

ARN = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/main"


def selecting(*values: str, kind: str = "All") -> Reading[Json]:
    """A GetEventSelectors answer for these ARNs."""
    resources: list[Json] = [{"Type": "AWS::S3::Object", "Values": [*values]}]
    return present({"EventSelectors": [{"ReadWriteType": kind, "DataResources": resources}]})


def trail(selectors: Reading[Json], *, logging: Reading[Json] | None = None) -> Trail:
    """A multi-Region trail of the account."""
    return Trail(
        arn=ARN,
        home_region=REGION,
        document={"TrailARN": ARN, "IsMultiRegionTrail": True, "IsOrganizationTrail": False},
        readings={
            Setting.TRAIL_STATUS: logging or present({"IsLogging": True}),
            Setting.EVENT_SELECTORS: selectors,
        },
    )


def owner(*trails: Trail, listed: Reading[Json] | None = None) -> Account:
    """The account with these trails."""
    arns: list[Json] = [{"TrailARN": one.arn} for one in trails]
    readings = {Setting.TRAILS: listed or present({"trailList": arns})}
    return account(regions=(account_region(readings=readings),), trails=trails)


def verdict(by: Account, name: str = "app") -> Verdict:
    """The verdict on a bucket of the account."""
    return verdict_of(CHECK, estate(bucket(name), accounts=(by,)), name)


PASS, FAIL, UNKNOWN = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN
UNREADABLE, UNDECIDABLE = Cause.UNREADABLE, Cause.UNDECIDABLE


@pytest.mark.parametrize(
    ("by", "outcome", "cause", "said"),
    [
        (owner(trail(selecting("arn:aws:s3"))), PASS, None, "records all reads and writes of objects in app"),
        (owner(trail(selecting("arn:aws:s3:::app/"))), PASS, None, ARN),
        (
            owner(trail(selecting("arn:aws:s3", kind="WriteOnly"))),
            FAIL,
            None,
            "does not record reads of objects in app",
        ),
        (owner(trail(selecting("arn:aws:s3:::app/x/"))), FAIL, None, "does not record some reads and some writes"),
        (owner(trail(selecting("arn:aws:s3:::zoo/"))), FAIL, None, "No trail that is logging records data events"),
        (owner(), FAIL, None, "No trail that is logging"),
        (owner(trail(selecting("arn:aws:s3"), logging=present({"IsLogging": False}))), FAIL, None, "No trail"),
        (owner(trail(selecting("arn:aws:s3:::app"))), UNKNOWN, UNDECIDABLE, "without a slash"),
        (owner(trail(denied(Setting.EVENT_SELECTORS))), UNKNOWN, UNREADABLE, "cloudtrail:GetEventSelectors"),
        (
            owner(trail(selecting("arn:aws:s3"), logging=denied(Setting.TRAIL_STATUS))),
            UNKNOWN,
            UNREADABLE,
            "cloudtrail:GetTrailStatus",
        ),
        (owner(listed=denied(Setting.TRAILS)), UNKNOWN, UNREADABLE, "cloudtrail:DescribeTrails"),
    ],
)
def test_what_is_recorded(by: Account, outcome: Outcome, cause: Cause | None, said: str) -> None:
    """Part of it is not enough, and what was not read is neither recorded nor not."""
    found = verdict(by)

    assert (found.outcome, found.cause) == (outcome, cause)
    assert said in found.reason


def test_destinations_are_asked_as_well() -> None:
    """Every bucket in scope is a source here, whether it logs or not."""
    assert verdict(owner(trail(selecting("arn:aws:s3"))), "logs").outcome is PASS


def test_a_pass_shows_trail_status_and_selector() -> None:
    """Enough to look it up again."""
    assert paths(verdict(owner(trail(selecting("arn:aws:s3"))))) == {
        "trail-status:IsLogging@app": {"trail": ARN, "IsLogging": True},
        "event-selectors:EventSelectors[0].DataResources[0]@app": {
            "trail": ARN,
            "resources.ARN StartsWith": ["arn:aws:s3"],
        },
    }


def test_no_trail_at_all_is_a_fact() -> None:
    """A FAIL needs one."""
    assert paths(verdict(owner())) == {"trails:trailList[]@app": None}
