"""Assembly: waivers and compensation excuse, controls count, and the same run gives the same document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from auditor.assemble import Choices, assemble
from auditor.assessment import Assessment, ControlResult, WaiverState
from auditor.assessment_json import write_assessment
from auditor.check import About, Check, SourceCheck
from auditor.evaluate import Options, evaluate
from auditor.framework import Framework, Role
from auditor.framework_parameter import Firmness
from auditor.gate import GATE_FAILED, INCOMPLETE, OK
from auditor.model import (
    AccountStatus,
    Cause,
    Estate,
    Evidence,
    Outcome,
    Severity,
    Verdict,
    failed,
    not_applicable,
    not_yet_demonstrated,
    passed,
    undecidable,
)
from auditor.reading import Setting
from auditor.s3.subjects import Source
from auditor.waiver import ANY_ACCOUNT, Waiver
from checks.posture import lifecycle_present, retention_minimum
from tests.estates import (
    ACCOUNT,
    LOG_GROUP,
    NOW,
    OTHER_ACCOUNT,
    account,
    account_region,
    bucket,
    denied,
    destination,
    estate,
    to,
    vending,
)
from tests.frameworks import control, framework, requires

FACT = Evidence(setting="logging", path="p", value=1)
FAIL, PASS = failed("It is broken.", FACT), passed("It is sound.", FACT)
NOTHING, DOUBT, EARLY = not_applicable("No."), undecidable("Perhaps.", FACT), not_yet_demonstrated("Wait.", FACT)
ONE = estate(bucket("app"))


def says(name: str, *verdicts: Verdict, severity: Severity = Severity.HIGH) -> SourceCheck:
    """A check that says one verdict of every source, or, of several, one of each source in the order of names."""

    def judge(source: Source, *_: object) -> Verdict:
        return verdicts[int(source.bucket.name[-1])] if len(verdicts) > 1 else verdicts[0]

    return SourceCheck(about=about(name, severity=severity), judge=judge)


def about(name: str, *, severity: Severity = Severity.HIGH) -> About:
    return About(
        id=name,
        title=name,
        severity=severity,
        reads=(),
        rationale="R.",
        remediation="M.",
        reference="https://example.org",
    )


def several(count: int) -> Estate:
    return estate(*(bucket(f"b{index}") for index in range(count)))


def run(
    *checks: Check,
    built: Estate = ONE,
    frameworks: Sequence[Framework] = (),
    waivers: tuple[Waiver, ...] = (),
    at: datetime = NOW,
) -> Assessment:
    """The assessment under a framework f with one control c that requires all the checks, unless others are given."""
    asks = frameworks or (framework("f", {"c": [check.about.id for check in checks]}),)
    evaluation = evaluate(built, asks, checks=checks, options=Options())
    choices = Choices(evaluated_at=at, estate_sha256="0" * 64, waivers=waivers)
    return assemble(built, evaluation, frameworks=asks, checks=checks, choices=choices)


def waiver(
    check: str = "says", bucket: str = "app", *, until: date = date(2027, 1, 1), entry: int = 1, glob: str = ""
) -> Waiver:
    return Waiver(
        entry=entry,
        check=check,
        account=ANY_ACCOUNT,
        bucket="" if glob else bucket,
        bucket_glob=glob,
        owner="ann",
        reason="accepted",
        ticket="T-1",
        expires=until,
    )


# --- waivers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", [FAIL, DOUBT])
def test_a_waiver_excuses_until_its_day(verdict: Verdict) -> None:
    """On the last day it holds, on the next it does not; the finding stays where it was."""
    check, accepted = says("says", verdict), (waiver(until=NOW.date()),)

    today = run(check, waivers=accepted)
    tomorrow = run(check, waivers=accepted, at=NOW + timedelta(days=1))

    assert today.findings[0].waiver == accepted[0].ref()
    assert (today.gate.exit_code, today.waivers[0].state, today.waivers[0].findings) == (OK, WaiverState.ACTIVE, 1)
    assert tomorrow.findings[0].waiver is None
    assert tomorrow.waivers[0].state is WaiverState.EXPIRED
    assert tomorrow.gate.exit_code in {GATE_FAILED, INCOMPLETE}
    assert today.findings[0].fingerprint == tomorrow.findings[0].fingerprint


def test_days_are_those_of_utc() -> None:
    """Where the clock of the user stands makes no difference."""
    late = datetime.fromisoformat("2026-11-22T20:00:00-08:00")

    found = run(says("says", FAIL), waivers=(waiver(until=date(2026, 11, 22)),), at=late)

    assert late.astimezone(UTC).date() == date(2026, 11, 23)
    assert found.waivers[0].state is WaiverState.EXPIRED


@pytest.mark.parametrize("verdict", [PASS, NOTHING])
def test_a_waiver_of_nothing_is_unused(verdict: Verdict) -> None:
    """A PASS needs no excuse, and somebody should clear the waiver away."""
    found = run(says("says", verdict), waivers=(waiver(),))

    assert found.waivers[0].state is WaiverState.UNUSED
    assert found.findings[0].waiver is None


def test_a_waiver_speaks_about_its_check_and_bucket_only() -> None:
    """Another check on the same bucket, or the same check on another bucket, is not excused."""
    both = (says("says", FAIL), says("other", FAIL))
    built = estate(bucket("app"), bucket("web"))

    found = run(*both, built=built, waivers=(waiver(),))

    assert [(one.bucket, one.check) for one in found.findings if one.waiver is not None] == [("app", "says")]


def test_a_pattern_covers_many() -> None:
    """The number of findings is counted."""
    found = run(says("says", FAIL), built=several(5), waivers=(waiver(glob="b*"),))

    assert found.waivers[0].findings == 5
    assert found.gate.exit_code == OK


# --- compensation -----------------------------------------------------------------------------------------------------

INSTEAD = {"c": [requires("says", instead="instead")]}


def test_another_checks_pass_may_count_instead() -> None:
    """The finding stays a FAIL, the control passes, and the gate is satisfied."""
    found = run(says("says", FAIL), says("instead", PASS), frameworks=(framework("f", INSTEAD),))

    by_check = {one.check: one for one in found.findings}
    assert by_check["says"].verdict.outcome is Outcome.FAIL
    assert list(found.compensated) == [by_check["says"].fingerprint]
    assert (found.controls[0].outcome, found.controls[0].compensated) == (Outcome.PASS, 1)
    assert found.gate.exit_code == OK


@pytest.mark.parametrize("instead", [FAIL, DOUBT, EARLY, NOTHING])
def test_nothing_but_a_pass_counts_instead(instead: Verdict) -> None:
    """What fails, is unknown or does not apply proves nothing."""
    checks = (says("says", FAIL), says("instead", instead, severity=Severity.LOW))

    found = run(*checks, frameworks=(framework("f", INSTEAD),))

    assert found.compensated == {}
    assert found.controls[0].outcome is Outcome.FAIL
    assert found.gate.exit_code == GATE_FAILED


def test_the_pass_must_be_of_the_same_bucket() -> None:
    """What is recorded of one bucket says nothing of another."""
    checks = (says("says", FAIL, FAIL), says("instead", PASS, FAIL, severity=Severity.LOW))

    found = run(*checks, built=several(2), frameworks=(framework("f", INSTEAD),))

    assert [one.bucket for one in found.findings if one.fingerprint in found.compensated] == ["b0"]


def test_a_control_that_does_not_accept_it_keeps_the_exception() -> None:
    """One framework may accept what another does not; then the finding gates."""
    frameworks = (framework("lenient", INSTEAD), framework("strict", {"c": ["says"]}))

    found = run(says("says", FAIL), says("instead", PASS), frameworks=frameworks)

    assert {one.framework: one.outcome for one in found.controls} == {"lenient": Outcome.PASS, "strict": Outcome.FAIL}
    assert found.gate.exit_code == GATE_FAILED


def test_the_pass_must_be_under_the_frameworks_own_numbers() -> None:
    """A check that passes another framework's softer number has not passed this one's."""
    strict = framework("strict", {"c": [requires("says", instead="retention-minimum")]}, retention_min_days=2190)
    soft = framework("soft", {"c": ["retention-minimum"]}, retention_min_days=30)
    built = estate(bucket("app", logging=to("logs", "app/")), destination("logs"))
    checks = (says("says", FAIL), retention_minimum.CHECK)

    assert run(*checks, built=built, frameworks=(strict, soft)).compensated == {}
    lenient = replace(strict, parameters=soft.parameters)
    assert len(run(*checks, built=built, frameworks=(lenient,)).compensated) == 1


# --- controls ---------------------------------------------------------------------------------------------------------


def result(*verdicts: Verdict, role: Role = Role.PRIMARY, waivers: tuple[Waiver, ...] = ()) -> ControlResult:
    """The result of a control on as many buckets as there are verdicts."""
    asks = framework("f", {"c": [requires("says", role=role)]})
    built = several(len(verdicts)) if len(verdicts) > 1 else estate(bucket("b0"))
    (found,) = run(says("says", *verdicts), built=built, frameworks=(asks,), waivers=waivers).controls
    return found


@pytest.mark.parametrize(
    ("verdicts", "outcome"),
    [
        ((PASS,), Outcome.PASS),
        ((PASS, NOTHING), Outcome.PASS),
        ((PASS, FAIL), Outcome.FAIL),
        ((PASS, DOUBT), Outcome.UNKNOWN),
        ((PASS, EARLY), Outcome.UNKNOWN),
        ((DOUBT, FAIL), Outcome.FAIL),
        ((NOTHING,), Outcome.NOT_APPLICABLE),
    ],
)
def test_the_worst_finding_decides(verdicts: tuple[Verdict, ...], outcome: Outcome) -> None:
    """FAIL over UNKNOWN over PASS; a control that speaks about nobody is not applicable."""
    assert result(*verdicts).outcome is outcome


def test_findings_are_counted_by_outcome() -> None:
    """Whoever reads the control sees how many of each."""
    found = result(PASS, FAIL, DOUBT, NOTHING, FAIL, waivers=(waiver(bucket="b4"),))

    counts = (found.passed, found.failed, found.unknown, found.not_applicable, found.waived)
    assert counts == (1, 1, 1, 1, 1)


def test_a_supporting_check_decides_nothing() -> None:
    """Its failures are counted and shown; where no check decides, the machine has no answer."""
    found = result(FAIL, role=Role.SUPPORTING)

    assert (found.failed, found.outcome) == (1, Outcome.UNKNOWN)


def test_a_control_says_what_decides_it() -> None:
    """Readers can tell an exception from a supporting check's failure, also where a check found nobody to judge."""
    asked = ("says", requires("aside", role=Role.SUPPORTING), "destination-side")
    made = replace(control("c", *asked), title="Logs of access")
    checks = (
        says("says", PASS),
        says("aside", FAIL),
        replace(lifecycle_present.CHECK, about=about("destination-side")),
    )

    (found,) = run(*checks, frameworks=(framework("f", {"c": made}),)).controls

    assert (found.title, found.primary) == ("Logs of access", ("says", "destination-side"))
    assert (found.failed, found.outcome, len(found.findings)) == (1, Outcome.PASS, 1)


def test_a_control_without_primary_checks_names_none() -> None:
    """A supporting check is never given as one that decides."""
    assert result(PASS, role=Role.SUPPORTING).primary == ()


def test_a_control_whose_exceptions_are_all_waived_is_unknown() -> None:
    """Accepting a risk does not meet a control, and no machine can say that it does."""
    assert result(FAIL, waivers=(waiver(bucket="b0"),)).outcome is Outcome.UNKNOWN
    assert result(FAIL, PASS, waivers=(waiver(bucket="b0"),)).outcome is Outcome.PASS


def test_a_waived_supporting_finding_leaves_the_control_as_it_is() -> None:
    """What decides nothing does not decide by being accepted."""
    asks = framework("f", {"c": ["says", requires("aside", role=Role.SUPPORTING)]})

    (found,) = run(says("says", NOTHING), says("aside", FAIL), frameworks=(asks,), waivers=(waiver("aside"),)).controls

    assert (found.waived, found.outcome) == (1, Outcome.NOT_APPLICABLE)


# --- scope and provenance ---------------------------------------------------------------------------------------------


def test_the_population_says_where_logs_go() -> None:
    """In words for people: an S3 address, a log group, off, or unknown."""
    no_read = account(
        OTHER_ACCOUNT,
        regions=(
            account_region(
                account=OTHER_ACCOUNT, readings={Setting.DELIVERY_SOURCES: denied(Setting.DELIVERY_SOURCES)}
            ),
        ),
    )
    built = estate(
        bucket("by-s3", logging=to("logs", "x/")),
        bucket("by-cloudwatch"),
        bucket("off"),
        bucket("dark", logging=denied(Setting.LOGGING)),
        bucket("half-dark", account=OTHER_ACCOUNT),
        bucket("hidden", logging=to("logs"), in_scope=False),
        destination("logs"),
        accounts=(vending("by-cloudwatch"), no_read),
    )

    found = {one.name: (one.logging, one.roles) for one in run(says("says", PASS), built=built).buckets}

    assert found == {
        "by-s3": ("s3://logs/x/", ("source",)),
        "by-cloudwatch": (LOG_GROUP, ("source",)),
        "off": ("off", ()),
        "dark": ("unknown", ()),
        "half-dark": ("unknown", ()),
        "hidden": ("not looked at", ()),
        "logs": ("off", ("destination",)),
    }


def test_an_inactive_delivery_takes_logs_nowhere() -> None:
    """A bucket whose CloudWatch delivery is off is no source."""
    built = estate(bucket("app"), accounts=(vending("app", status="INACTIVE"),))

    (found,) = run(says("says", PASS), built=built).buckets

    assert (found.logging, found.roles) == ("off", ())


def test_accounts_show_how_much_of_them_was_read() -> None:
    """Also those in which nothing was found."""
    away = replace(account(OTHER_ACCOUNT, status=AccountStatus.UNREACHABLE), problem="no role")
    built = estate(bucket("app"), bucket("out", in_scope=False), accounts=(account(), away))

    found = run(says("says", PASS), built=built)

    assert [(one.id, one.status, one.buckets, one.problem) for one in found.accounts] == [
        (ACCOUNT, AccountStatus.AUDITED, 1, ""),
        (OTHER_ACCOUNT, AccountStatus.UNREACHABLE, 0, "no role"),
    ]
    assert found.gate.exit_code == INCOMPLETE


def test_an_interrupted_collection_is_incomplete() -> None:
    """Whatever was found in the part that was read."""
    assert run(says("says", PASS), built=estate(bucket("app"), complete=False)).gate.exit_code == INCOMPLETE


def test_parameters_come_with_their_grounds() -> None:
    """A number without its firmness would claim an authority that it does not have; defaults are shown, too."""
    asks = framework("f", {"c": ["retention-minimum"]}, firmness=Firmness.LAW_ELSEWHERE, retention_min_days=2190)
    also = framework("g", {"c": ["retention-minimum"]})

    found = run(retention_minimum.CHECK, frameworks=(asks, also))

    shown = [(one.id, [(p.name, p.value, p.firmness) for p in one.parameters]) for one in found.frameworks]
    assert shown == [
        ("f", [("retention_min_days", 2190, "law-elsewhere")]),
        ("g", [("retention_min_days", 365, "practice")]),
    ]


def test_only_checks_that_were_asked_are_explained() -> None:
    """The document is about this run."""
    asks = framework("f", {"c": ["says"]})

    found = run(says("says", PASS), says("other", PASS), frameworks=(asks,))

    assert [one.id for one in found.checks] == ["says"]


def test_the_same_arguments_give_the_same_bytes() -> None:
    """Run id included, so that anybody can make the document again."""
    built = estate(bucket("app", logging=to("logs", "app/")), bucket("off"), destination("logs"))
    checks = (says("says", FAIL), retention_minimum.CHECK)

    one, two = (write_assessment(run(*checks, built=built, waivers=(waiver(),))) for _ in range(2))

    assert one == two


@pytest.mark.parametrize(
    "other",
    [
        {"at": NOW + timedelta(seconds=1)},
        {"frameworks": (framework("g", {"c": ["says"]}),)},
    ],
)
def test_another_run_has_another_id(other: dict[str, object]) -> None:
    """Another time, or another framework."""
    check = says("says", PASS)

    assert run(check).run.id != run(check, **other).run.id  # type: ignore[arg-type]  # the names are those of run


def test_what_time_will_tell_closes_no_gate() -> None:
    """Nothing speaks against it yet."""
    found = run(says("says", EARLY))

    assert found.findings[0].verdict.cause is Cause.NOT_YET_DEMONSTRATED
    assert found.gate.exit_code == OK
