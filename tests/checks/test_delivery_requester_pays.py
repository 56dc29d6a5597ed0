"""delivery-requester-pays: FAIL where the requester pays."""

from __future__ import annotations

import pytest

from auditor.model import Cause, Outcome
from auditor.reading import Json, Reading, Setting
from checks.posture.delivery_requester_pays import CHECK
from tests.estates import absent, bucket, denied, destination, estate, paths, present, to, verdict_of


@pytest.mark.parametrize(
    ("reading", "outcome", "cause"),
    [
        (present({"Payer": "BucketOwner"}), Outcome.PASS, None),
        (present({}), Outcome.PASS, None),
        (absent(), Outcome.PASS, None),
        (present({"Payer": "Requester"}), Outcome.FAIL, None),
        (present({"Payer": "Somebody"}), Outcome.UNKNOWN, Cause.UNDECIDABLE),
        (present({"Payer": 1}), Outcome.UNKNOWN, Cause.UNREADABLE),
        (denied(Setting.REQUEST_PAYMENT), Outcome.UNKNOWN, Cause.UNREADABLE),
    ],
)
def test_the_owner_pays(reading: Reading[Json], outcome: Outcome, cause: Cause | None) -> None:
    """The owner pays unless the answer says otherwise; a payer that nobody documents is undecidable."""
    built = estate(
        bucket("app", logging=to("logs", "app/")), destination("logs", readings={Setting.REQUEST_PAYMENT: reading})
    )

    verdict = verdict_of(CHECK, built, "app")

    assert (verdict.outcome, verdict.cause) == (outcome, cause)


def test_the_payer_is_evidence() -> None:
    """The verdict shows whom S3 names."""
    reading = present({"Payer": "Requester"})
    built = estate(
        bucket("app", logging=to("logs", "app/")), destination("logs", readings={Setting.REQUEST_PAYMENT: reading})
    )

    assert paths(verdict_of(CHECK, built, "app")) == {"request-payment:Payer@logs": "Requester"}
