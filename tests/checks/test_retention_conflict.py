"""retention-conflict: FAIL where one framework asks for longer retention than another one allows."""

from __future__ import annotations

import pytest

from auditor.framework import Framework, effective_retention
from auditor.framework_file import shipped
from auditor.framework_parameter import Firmness
from auditor.model import Outcome
from checks.posture.retention_conflict import CHECK
from tests.estates import paths
from tests.frameworks import framework
from tests.policies.test_shipped_frameworks import CHECKS


def keeps(name: str, days: int | None, firmness: Firmness = Firmness.LAW_ELSEWHERE) -> Framework:
    return framework(name, {"keep": ["retention-minimum"]}, firmness=firmness, retention_min_days=days)


def limits(name: str, days: int | None, firmness: Firmness = Firmness.GUIDANCE) -> Framework:
    return framework(name, {"end": ["retention-maximum"]}, firmness=firmness, retention_max_days=days)


SILENT = framework("silent", {"c": ["logging-enabled"]})


@pytest.mark.parametrize(
    ("frameworks", "outcome"),
    [
        ((keeps("a", 365), limits("b", 365)), Outcome.PASS),
        ((keeps("a", 365), limits("b", 364)), Outcome.FAIL),
        ((keeps("a", 30), keeps("c", 365), limits("b", 90)), Outcome.FAIL),
        ((keeps("a", 365), limits("b", 3650), limits("c", 180)), Outcome.FAIL),
        ((keeps("a", 365), keeps("b", 2190)), Outcome.NOT_APPLICABLE),
        ((limits("a", 365), limits("b", 90)), Outcome.NOT_APPLICABLE),
        ((keeps("a", 365), limits("b", None)), Outcome.NOT_APPLICABLE),
        ((SILENT, SILENT), Outcome.NOT_APPLICABLE),
    ],
)
def test_the_longest_minimum_meets_the_shortest_maximum(frameworks: tuple[Framework, ...], outcome: Outcome) -> None:
    """Equal numbers can be met; without one of the two there is nothing to compare."""
    assert CHECK.judge(effective_retention(frameworks)).outcome is outcome


def test_a_conflict_names_numbers_controls_firmness_and_a_way_out() -> None:
    """Whoever has to decide sees what each number rests on."""
    verdict = CHECK.judge(effective_retention((keeps("hipaa", 2190), limits("gdpr", 1095))))

    assert verdict.reason.startswith(
        "hipaa takes at least 2,190 days (keep; law-elsewhere), but gdpr takes at most 1,095 days (end; guidance), so "
        "no retention satisfies all. The usual way out is"
    )
    assert paths(verdict) == {
        "parameter:hipaa.retention_min_days": {
            "days": 2190,
            "controls": ["keep"],
            "firmness": "law-elsewhere",
            "citation": "somewhere",
        },
        "parameter:gdpr.retention_max_days": {
            "days": 1095,
            "controls": ["end"],
            "firmness": "guidance",
            "citation": "somewhere",
        },
    }


def test_every_framework_in_the_conflict_is_named() -> None:
    """All that ask for more than somebody allows, and all that allow less than somebody asks."""
    frameworks = (
        keeps("a", 400),
        keeps("b", 500),
        keeps("c", 30),
        limits("x", 365),
        limits("y", 450),
        limits("z", 900),
    )

    facts = paths(CHECK.judge(effective_retention(frameworks)))

    assert set(facts) == {
        "parameter:a.retention_min_days",
        "parameter:b.retention_min_days",
        "parameter:x.retention_max_days",
        "parameter:y.retention_max_days",
    }


@pytest.mark.parametrize("firmness", [Firmness.ORGANISATION, Firmness.PRACTICE])
def test_a_number_that_nobody_prescribes_can_give_way(firmness: Firmness) -> None:
    """It is said which of them is a choice."""
    verdict = CHECK.judge(effective_retention((keeps("own", 400, firmness), limits("gdpr", 365))))

    assert "No text prescribes the number of own; the organisation may set another." in verdict.reason


def test_a_pass_shows_both_numbers() -> None:
    """The proof is the comparison."""
    verdict = CHECK.judge(effective_retention((keeps("pci", 365), limits("gdpr", 1095))))

    assert verdict.reason == "The longest minimum is 365 days (pci), the shortest maximum 1,095 days (gdpr)."
    assert set(paths(verdict)) == {"parameter:pci.retention_min_days", "parameter:gdpr.retention_max_days"}


def test_hipaa_and_gdpr_as_shipped_contradict_each_other() -> None:
    """Six years of one against three of the other: the case that the check is for."""
    hipaa, gdpr = (shipped(name, CHECKS) for name in ("hipaa", "gdpr"))

    assert CHECK.judge(effective_retention((hipaa, gdpr))).outcome is Outcome.FAIL
