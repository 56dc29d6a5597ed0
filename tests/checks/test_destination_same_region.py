"""destination-same-region: FAIL when both Regions are known and differ."""

from __future__ import annotations

import pytest

from auditor.model import Cause, Outcome, StrangeDestination
from auditor.reading import Reading, Setting
from checks.posture.destination_same_region import CHECK
from tests.estates import ACCOUNT, absent, bucket, denied, destination, estate, paths, to, verdict_of

DARK = denied(Setting.REGION)


@pytest.mark.parametrize(
    ("here", "there", "outcome"),
    [
        ("eu-west-1", "eu-west-1", Outcome.PASS),
        ("eu-west-1", "us-east-1", Outcome.FAIL),
        ("eu-west-1", DARK, Outcome.UNKNOWN),
        (DARK, "eu-west-1", Outcome.UNKNOWN),
        (DARK, DARK, Outcome.UNKNOWN),
    ],
)
def test_regions_are_compared(here: str | Reading[str], there: str | Reading[str], outcome: Outcome) -> None:
    """An unknown Region is neither the same nor another one."""
    built = estate(bucket("app", logging=to("logs", "app/"), region=here), destination("logs", region=there))

    verdict = verdict_of(CHECK, built, "app")

    assert verdict.outcome is outcome
    assert verdict.cause is (Cause.UNREADABLE if outcome is Outcome.UNKNOWN else None)


def test_both_regions_are_evidence() -> None:
    """The reader sees which bucket is where."""
    built = estate(bucket("app", logging=to("logs", "app/")), destination("logs", region="us-east-1"))

    verdict = verdict_of(CHECK, built, "app")

    assert verdict.reason == "Logs go to logs in us-east-1; the bucket is in eu-west-1."
    assert paths(verdict) == {"region:BucketRegion": "eu-west-1", "region:BucketRegion@logs": "us-east-1"}


def test_an_unknown_region_is_evidence_of_the_bucket_it_belongs_to() -> None:
    """The subject's own reading names no bucket, the destination's does."""
    own = verdict_of(CHECK, estate(bucket("app", logging=to("logs"), region=DARK), destination("logs")), "app")
    other = verdict_of(CHECK, estate(bucket("app", logging=to("logs")), destination("logs", region=DARK)), "app")

    assert [fact.bucket for fact in own.evidence] == [""]
    assert [fact.bucket for fact in other.evidence] == ["logs"]


@pytest.mark.parametrize(
    ("head", "owned", "outcome", "cause"),
    [
        (absent("404"), absent("404"), Outcome.NOT_APPLICABLE, None),
        (denied(Setting.REGION, "403"), denied(Setting.REGION, "403"), Outcome.UNKNOWN, Cause.UNDECIDABLE),
        (denied(Setting.REGION, "503"), denied(Setting.REGION, "503"), Outcome.UNKNOWN, Cause.UNREADABLE),
    ],
)
def test_a_destination_out_of_view_is_another_checks_question(
    head: Reading[str], owned: Reading[str], outcome: Outcome, cause: Cause | None
) -> None:
    """Missing is not applicable, a stranger's bucket undecidable, an unclear owner unreadable."""
    probe = StrangeDestination(name="logs", account=ACCOUNT, head=head, owned=owned)  # type: ignore[arg-type]  # no value

    verdict = verdict_of(CHECK, estate(bucket("app", logging=to("logs")), strange=(probe,)), "app")

    assert (verdict.outcome, verdict.cause) == (outcome, cause)
