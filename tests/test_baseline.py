"""An earlier assessment says what is old, and its silence is never taken for an answer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.baseline import SeenDelivery, deliveries_seen, diff, known_failures
from auditor.model import Severity
from auditor.reading import Json

ACCOUNT = "111122223333"


def finding(
    bucket: str,
    outcome: str,
    *,
    print_: str = "",
    check: str = "self-logging",
    severity: str = "high",
    region: str = "eu-west-1",
    waiver: Json = None,
    parameters: Json = None,
    evidence: list[Json] | None = None,
) -> dict[str, Json]:
    return {
        "check": check,
        "outcome": outcome,
        "severity": severity,
        "account": ACCOUNT,
        "region": region,
        "bucket": bucket,
        "reason": "A sentence.",
        "evidence": evidence or [],
        "controls": [],
        "waiver": waiver,
        "parameters": parameters or {},
        "fingerprint": f"sha256:{print_ or bucket + outcome}",
    }


def assessment(*findings: dict[str, Json]) -> dict[str, Json]:
    return {
        "run": {"started_at": "2026-11-20T10:00:00Z", "finished_at": "2026-11-20T10:05:00Z"},
        "findings": list(findings),
    }


# --- the gate ---------------------------------------------------------------------------------------------------------


def test_only_failures_are_known() -> None:
    """A baseline accepts what failed then; a PASS or UNKNOWN of then excuses nothing."""
    old = assessment(
        finding("a", "FAIL"), finding("b", "PASS"), finding("c", "UNKNOWN"), finding("d", "NOT_APPLICABLE")
    )

    assert known_failures(old) == {"sha256:aFAIL"}


def test_a_baseline_does_not_outlive_a_waiver() -> None:
    """What was waived then has to be waived now; else an expired exception would live on in the baseline."""
    old = assessment(finding("a", "FAIL", waiver={"owner": "o", "expires": "2026-11-21"}))

    assert known_failures(old) == frozenset()


# --- the difference ---------------------------------------------------------------------------------------------------

NOTHING = ""
TABLE = [
    # before, after (outcome, fingerprint), where the subject ends up
    (None, ("FAIL", "1"), "new"),
    (("PASS", "0"), ("FAIL", "1"), "new"),
    (("UNKNOWN", "0"), ("FAIL", "1"), "new"),
    (("NOT_APPLICABLE", "0"), ("FAIL", "1"), "new"),
    (("FAIL", "1"), ("FAIL", "1"), "unchanged"),
    (("FAIL", "1"), ("FAIL", "2"), "changed"),
    (("FAIL", "1"), ("PASS", "2"), "resolved"),
    (("FAIL", "1"), ("NOT_APPLICABLE", "2"), "not_compared"),
    (("FAIL", "1"), ("UNKNOWN", "2"), "not_compared"),
    (("FAIL", "1"), None, "not_compared"),
    (("PASS", "1"), ("PASS", "1"), NOTHING),
    (("PASS", "1"), None, NOTHING),
    (None, ("PASS", "1"), NOTHING),
    (None, ("UNKNOWN", "1"), NOTHING),
]


def one(answer: tuple[str, str] | None) -> dict[str, Json]:
    return assessment() if answer is None else assessment(finding("b", answer[0], print_=answer[1]))


@pytest.mark.parametrize(("before", "after", "place"), TABLE)
def test_what_becomes_of_a_subject(before: tuple[str, str] | None, after: tuple[str, str] | None, place: str) -> None:
    """Resolved means asked again and passing; everything else that vanished is only not compared."""
    found = diff(one(before), one(after))
    counts = {
        "new": len(found.new),
        "changed": len(found.changed),
        "resolved": len(found.resolved),
        "unchanged": len(found.unchanged),
        "not_compared": len(found.not_compared),
    }

    assert {name for name, count in counts.items() if count} == ({place} if place else set())


def test_other_numbers_are_another_question() -> None:
    """A FAIL against 2190 days is not resolved by a PASS against 365."""
    found = diff(
        assessment(finding("b", "FAIL", parameters={"retention_min_days": 2190})),
        assessment(finding("b", "PASS", parameters={"retention_min_days": 365})),
    )

    assert (len(found.resolved), len(found.not_compared)) == (0, 1)


def test_regions_of_an_account_are_told_apart() -> None:
    """What belongs to no bucket belongs to a Region: a failure in a second one is new."""
    check = "guardduty-s3-protection"
    found = diff(
        assessment(finding("", "FAIL", check=check, region="eu-west-1", print_="1")),
        assessment(
            finding("", "FAIL", check=check, region="eu-west-1", print_="1"),
            finding("", "FAIL", check=check, region="us-east-1", print_="2"),
        ),
    )

    assert [entry.region for entry in found.new] == ["us-east-1"]
    assert [entry.region for entry in found.unchanged] == ["eu-west-1"]


def test_a_region_that_became_known_is_no_news() -> None:
    """A bucket is the same bucket although its Region could not be read before."""
    found = diff(assessment(finding("b", "FAIL", region="")), assessment(finding("b", "FAIL")))

    assert len(found.unchanged) == 1


def test_of_two_answers_to_one_question_the_worse_counts() -> None:
    """With scope open, a subject can have a FAIL under one framework and an UNKNOWN under another."""
    both = assessment(finding("b", "UNKNOWN"), finding("b", "FAIL"), finding("b", "PASS"))

    assert len(diff(assessment(), both).new) == 1
    assert len(diff(both, assessment(finding("b", "PASS"))).resolved) == 1
    assert len(diff(both, both).unchanged) == 1


def test_the_worst_news() -> None:
    """What is new or changed gates by severity, except where a waiver covers it."""
    old = assessment(finding("a", "FAIL", print_="1", severity="critical"))
    new = assessment(
        finding("a", "FAIL", print_="1", severity="critical"),
        finding("b", "FAIL", severity="low"),
        finding("c", "FAIL", severity="high", waiver={"owner": "o"}),
    )
    changed = assessment(finding("a", "FAIL", print_="2", severity="medium"))

    assert diff(old, new).worst_new is Severity.LOW
    assert diff(old, changed).worst_new is Severity.MEDIUM
    assert diff(old, old).worst_new is None


outcomes = st.sampled_from(["PASS", "FAIL", "UNKNOWN", "NOT_APPLICABLE"])
documents = st.dictionaries(st.sampled_from("abcdef"), st.tuples(outcomes, st.sampled_from("12")), max_size=6).map(
    lambda found: assessment(*(finding(name, outcome, print_=print_) for name, (outcome, print_) in found.items()))
)


@given(documents, documents)
def test_every_failure_has_exactly_one_place(old: dict[str, Json], new: dict[str, Json]) -> None:
    """No failure is lost or counted twice between the parts of a difference."""
    found = diff(old, new)
    befores = [*(change.before for change in found.changed), *found.unchanged, *found.resolved, *found.not_compared]
    afters = [*(change.after for change in found.changed), *found.unchanged, *found.new]

    assert sorted(entry.bucket for entry in befores) == sorted(_failing(old))
    assert sorted(entry.bucket for entry in afters) == sorted(_failing(new))


@given(documents)
def test_nothing_changes_between_equal_assessments(document: dict[str, Json]) -> None:
    """An assessment compared with itself has no news."""
    found = diff(document, document)

    assert (found.new, found.changed, found.resolved, found.not_compared) == ((), (), (), ())


def _failing(document: dict[str, Json]) -> list[str]:
    findings = document["findings"]
    assert isinstance(findings, list)
    return [str(one["bucket"]) for one in findings if isinstance(one, dict) and one["outcome"] == "FAIL"]


def test_a_document_that_was_not_validated_is_no_baseline() -> None:
    """Something that is no assessment raises instead of counting as one without failures."""
    with pytest.raises(ValueError, match="findings"):
        known_failures({"findings": "none"})


# --- since when logs flow ---------------------------------------------------------------------------------------------

SEEN_AT = datetime(2026, 11, 20, 10, 5, tzinfo=UTC)
TARGET: Json = {"setting": "logging", "path": "LoggingEnabled.TargetBucket", "value": "acme-logs"}
PREFIX: Json = {"setting": "logging", "path": "LoggingEnabled.TargetPrefix", "value": "app/"}
WHOLE: Json = {
    "setting": "logging",
    "path": "LoggingEnabled",
    "value": {"TargetBucket": "acme-logs", "TargetPrefix": "app/"},
}
ELSEWHERE: Json = {"setting": "logging", "path": "LoggingEnabled.TargetBucket", "value": "x", "bucket": "other"}


def logged(*evidence: Json, outcome: str = "PASS", check: str = "logging-enabled") -> dict[str, Json]:
    return assessment(finding("app", outcome, check=check, evidence=list(evidence)))


@pytest.mark.parametrize("evidence", [(TARGET, PREFIX), (PREFIX, TARGET), (WHOLE,), (ELSEWHERE, TARGET, PREFIX)])
def test_a_delivery_is_seen_in_the_evidence(evidence: tuple[Json, ...]) -> None:
    """Destination and prefix of a passing logging-enabled, at the end of the run that read them."""
    assert deliveries_seen(logged(*evidence)) == {
        (ACCOUNT, "app"): SeenDelivery(destination="acme-logs", prefix="app/", key_format=None, at=SEEN_AT)
    }


@pytest.mark.parametrize(
    "document",
    [
        logged(TARGET),
        logged(PREFIX),
        logged(ELSEWHERE, PREFIX),
        logged(TARGET, PREFIX, outcome="FAIL"),
        logged(TARGET, PREFIX, outcome="UNKNOWN"),
        logged(TARGET, PREFIX, check="self-logging"),
        logged({"setting": "logging", "path": "LoggingEnabled", "value": None}),
    ],
)
def test_half_a_proof_is_none(document: dict[str, Json]) -> None:
    """Without both destination and prefix, or without a PASS, nothing is known to have flowed."""
    assert deliveries_seen(document) == {}


def test_an_empty_prefix_is_a_prefix() -> None:
    """Logs at the root of a destination are a delivery like any other."""
    root: Json = {"setting": "logging", "path": "LoggingEnabled.TargetPrefix", "value": ""}

    assert deliveries_seen(logged(TARGET, root))[ACCOUNT, "app"].prefix == ""


SIMPLE: Json = {"SimplePrefix": {}}
BY_EVENT: Json = {"PartitionedPrefix": {"PartitionDateSource": "EventTime"}}
FORMAT: Json = {"setting": "logging", "path": "LoggingEnabled.TargetObjectKeyFormat", "value": SIMPLE}


@pytest.mark.parametrize(
    ("destination", "prefix", "key_format", "still"),
    [
        ("acme-logs", "app/", SIMPLE, True),
        ("acme-logs", "app", SIMPLE, False),
        ("acme-logs", "", SIMPLE, False),
        ("other-logs", "app/", SIMPLE, False),
        ("acme-logs", "app/", BY_EVENT, False),
        ("acme-logs", "app/", None, False),
    ],
)
def test_only_the_same_delivery_is_as_old(destination: str, prefix: str, key_format: Json, still: bool) -> None:
    """A bucket that logs elsewhere now, under another prefix or in another key format, starts anew."""
    seen = deliveries_seen(logged(TARGET, PREFIX, FORMAT))[ACCOUNT, "app"]

    assert seen.at == SEEN_AT
    assert seen.is_still(destination, prefix, key_format=key_format) is still


def test_a_key_format_that_nobody_recorded_proves_nothing() -> None:
    """Silence about the format is not taken for the same format."""
    seen = deliveries_seen(logged(TARGET, PREFIX))[ACCOUNT, "app"]

    assert not seen.is_still("acme-logs", "app/", key_format=None)


def test_a_time_without_offset_is_refused() -> None:
    """A run time that may be any time is no time."""
    document: dict[str, Json] = {**logged(TARGET, PREFIX), "run": {"finished_at": "2026-11-20T10:05:00"}}

    with pytest.raises(ValueError, match="offset"):
        deliveries_seen(document)
