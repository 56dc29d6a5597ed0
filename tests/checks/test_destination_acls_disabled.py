"""destination-acls-disabled: PASS for BucketOwnerEnforced only."""

from __future__ import annotations

import pytest

from auditor.model import Cause, Outcome
from auditor.reading import Json, Reading, Setting
from checks.posture.destination_acls_disabled import CHECK
from tests.estates import absent, bucket, denied, destination, estate, paths, present, to, verdict_of


def ownership(*words: str) -> Json:
    """A GetBucketOwnershipControls answer."""
    return {"OwnershipControls": {"Rules": [{"ObjectOwnership": word} for word in words]}}


@pytest.mark.parametrize(
    ("reading", "outcome", "cause"),
    [
        (present(ownership("BucketOwnerEnforced")), Outcome.PASS, None),
        (present(ownership("BucketOwnerPreferred")), Outcome.FAIL, None),
        (present(ownership("ObjectWriter")), Outcome.FAIL, None),
        (absent("OwnershipControlsNotFoundError"), Outcome.FAIL, None),
        (present(ownership("SomethingNew\n")), Outcome.UNKNOWN, Cause.UNDECIDABLE),
        (present(ownership()), Outcome.UNKNOWN, Cause.UNREADABLE),
        (denied(Setting.OWNERSHIP), Outcome.UNKNOWN, Cause.UNREADABLE),
    ],
)
def test_only_bucket_owner_enforced_disables_acls(
    reading: Reading[Json], outcome: Outcome, cause: Cause | None
) -> None:
    """A bucket without the setting is ObjectWriter: ACLs count."""
    logs = destination("logs", readings={Setting.OWNERSHIP: reading})
    found = verdict_of(CHECK, estate(bucket("app", logging=to("logs", "app/")), logs), "logs")

    assert (found.outcome, found.cause) == (outcome, cause)
    assert "\n" not in found.reason


def test_the_setting_is_evidence_when_it_passes() -> None:
    """Auditors buy proof."""
    built = estate(bucket("app", logging=to("logs", "app/")), destination("logs"))

    path = "ownership:OwnershipControls.Rules[0].ObjectOwnership@logs"
    assert paths(verdict_of(CHECK, built, "logs")) == {path: "BucketOwnerEnforced"}
