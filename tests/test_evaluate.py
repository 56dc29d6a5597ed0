"""Evaluation: every check that is asked for is put to every subject in scope, and no answer hides another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from auditor.check import (
    About,
    ArrivalCheck,
    Check,
    Context,
    DeliveryCheck,
    DestinationCheck,
    FrameworksCheck,
    RegionCheck,
    SourceCheck,
)
from auditor.errors import FrameworkError, InputError
from auditor.evaluate import Evaluation, Options, evaluate
from auditor.framework import ControlScope as Subset
from auditor.framework import Framework, Receives, Role
from auditor.framework_scope import FrameworkScope
from auditor.gate import BUG, Seen, Threshold, judge
from auditor.model import (
    Bucket,
    Cause,
    ControlRef,
    Estate,
    Evidence,
    Finding,
    Outcome,
    Severity,
    Verdict,
    failed,
    not_yet_demonstrated,
    passed,
)
from auditor.reading import Json, Reading, Setting
from auditor.registry import all_checks
from checks.posture import logging_enabled, retention_conflict, retention_hot, retention_maximum, retention_minimum
from tests.estates import (
    ACCOUNT,
    NOW,
    OTHER_ACCOUNT,
    REGION,
    absent,
    account,
    account_region,
    arrived,
    bucket,
    denied,
    destination,
    estate,
    present,
    to,
)
from tests.frameworks import control, framework, requires

FACT = Evidence(setting="logging", path="p", value=1)


def about(name: str, severity: Severity = Severity.MEDIUM) -> About:
    return About(
        id=name, title="", severity=severity, reads=(), rationale="", remediation="", reference="https://example.org"
    )


def says(verdict: Verdict, name: str = "says") -> SourceCheck:
    """A check that says the same of every source."""
    return SourceCheck(about=about(name), judge=lambda *_: verdict)


FAILS, PASSES = says(failed("It is broken.", FACT)), says(passed("It is sound.", FACT))
TWO = estate(bucket("app", logging=to("logs", "app/")), destination("logs"))
ASKS = framework("asks", {"c": ["says"]})


def run(built: Estate, *frameworks: Framework, checks: tuple[Check, ...] = (FAILS,)) -> Evaluation:
    return evaluate(built, frameworks, checks=checks, options=Options())


def findings(built: Estate, *frameworks: Framework, checks: tuple[Check, ...] = (FAILS,)) -> tuple[Finding, ...]:
    return run(built, *frameworks, checks=checks).findings


# --- what is asked, and of whom ---------------------------------------------------------------------------------------


def _always(*_: object) -> Verdict:
    return passed("Yes.", FACT)


@pytest.mark.parametrize(
    ("check", "subjects"),
    [
        (
            SourceCheck(about=about("says"), judge=_always),
            {"app": "PASS", "dark": "PASS", "logs": "PASS", "off": "PASS"},
        ),
        (
            DeliveryCheck(about=about("says"), judge=_always),
            {"app": "PASS", "dark": "UNKNOWN", "logs": "NOT_APPLICABLE", "off": "NOT_APPLICABLE"},
        ),
        (
            ArrivalCheck(about=about("says"), judge=_always),
            {"app": "PASS", "dark": "UNKNOWN", "logs": "NOT_APPLICABLE", "off": "NOT_APPLICABLE"},
        ),
        (DestinationCheck(about=about("says"), judge=_always), {"logs": "PASS"}),
        (RegionCheck(about=about("says"), judge=_always), {"": "PASS"}),
    ],
)
def test_each_kind_of_check_has_its_subjects(check: Check, subjects: dict[str, str]) -> None:
    """What a check cannot judge is answered for it, never left out."""
    built = estate(
        bucket("app", logging=to("logs")),
        bucket("dark", logging=denied(Setting.LOGGING)),
        bucket("off"),
        destination("logs"),
        bucket("left-out", in_scope=False),
    )

    found = findings(built, ASKS, checks=(check,))

    assert {one.bucket: one.verdict.outcome.value for one in found} == subjects


def test_only_what_a_framework_asks_is_run() -> None:
    """A check that nobody requires would only cost and confuse."""
    both = (FAILS, says(failed("No.", FACT), "other"))

    assert {one.check for one in findings(TWO, ASKS, checks=both)} == {"says"}


def test_a_check_that_nobody_has_is_an_error() -> None:
    """A framework that names it would otherwise be green without looking."""
    with pytest.raises(FrameworkError, match="framework asks, control c: no check is called 'says'"):
        run(TWO, ASKS, checks=(logging_enabled.CHECK,))


def test_a_bucket_deleted_during_the_scan_is_not_asked() -> None:
    """No check has to know of it."""
    gone = replace(bucket("app"), deleted=True)

    (found,) = findings(estate(gone), ASKS)

    assert found.verdict.outcome is Outcome.NOT_APPLICABLE
    assert found.verdict.reason == "The bucket app was deleted during the scan."


def test_an_estate_without_buckets_is_an_error() -> None:
    """A run that evaluated nothing is never green."""
    for empty in (estate(accounts=(account(),)), estate(bucket("x", in_scope=False))):
        with pytest.raises(InputError, match="nothing was evaluated: no bucket is in scope"):
            run(empty, ASKS)


def test_a_scope_without_buckets_is_an_error() -> None:
    """Frameworks that speak about none of the buckets have judged nothing, not even each other."""
    nowhere = FrameworkScope(include=("prod-*",))
    keeps = framework("k", {"c": ["retention-minimum"]}, scope=nowhere, retention_min_days=9)
    limits = framework("l", {"c": ["retention-maximum"]}, scope=nowhere, retention_max_days=1)
    kept = (retention_minimum.CHECK, retention_maximum.CHECK, retention_conflict.CHECK)

    with pytest.raises(InputError, match="nothing was evaluated: no bucket is in the scope"):
        run(TWO, keeps, limits, checks=kept)


# --- several frameworks -----------------------------------------------------------------------------------------------

KEEPS_400 = estate(bucket("app", logging=to("logs", "app/")), destination("logs"))
"""400 days, then 30 more as noncurrent versions."""


def test_two_numbers_are_two_findings() -> None:
    """A bucket that satisfies one framework and not the other shows both, each under the controls that asked."""
    year = framework("year", {"y": ["retention-minimum"]}, retention_min_days=365)
    six = framework("six", {"s": ["retention-minimum"]}, retention_min_days=2190)

    found = [one for one in findings(KEEPS_400, year, six, checks=(retention_minimum.CHECK,)) if one.bucket == "app"]

    assert {(one.controls[0].framework, one.verdict.outcome) for one in found} == {
        ("year", Outcome.PASS),
        ("six", Outcome.FAIL),
    }
    assert len({one.fingerprint for one in found}) == 2


def test_one_number_is_one_finding_under_all_its_controls() -> None:
    """The same question is asked once, whoever asks."""
    one = framework("one", {"a": ["retention-minimum"], "b": ["retention-minimum"]}, retention_min_days=365)
    other = framework("other", {"c": ["retention-minimum"]}, retention_min_days=365)

    (found,) = (f for f in findings(KEEPS_400, one, other, checks=(retention_minimum.CHECK,)) if f.bucket == "app")

    assert found.controls == (
        ControlRef(framework="one", control="a"),
        ControlRef(framework="one", control="b"),
        ControlRef(framework="other", control="c"),
    )


def test_a_silent_framework_asks_the_default() -> None:
    """What it does not set is common practice, and the finding says so."""
    silent = framework("silent", {"c": ["retention-hot"]})

    (found,) = (f for f in findings(KEEPS_400, silent, checks=(retention_hot.CHECK,)) if f.bucket == "app")

    assert found.parameters["retention_hot_days"] == 90


def test_the_highest_severity_that_is_asked_holds() -> None:
    """A framework may raise a check's severity and never lowers it."""
    high = framework("high", {"c": [requires("says", severity=Severity.CRITICAL)]})
    low = framework("low", {"c": [requires("says", severity=Severity.LOW)]})

    assert {one.severity for one in findings(TWO, high, low)} == {Severity.CRITICAL}
    assert {one.severity for one in findings(TWO, low)} == {Severity.MEDIUM}


def test_a_check_that_may_stand_in_is_asked_too() -> None:
    """Otherwise a control would accept what nobody ever looks at."""
    instead = says(passed("Recorded elsewhere.", FACT), "instead")
    asks = framework("asks", {"c": [requires("says", instead="instead")]})

    found = findings(TWO, asks, checks=(FAILS, instead))

    assert {(one.check, one.controls) for one in found} == {
        ("says", (ControlRef(framework="asks", control="c"),)),
        ("instead", (ControlRef(framework="asks", control="c"),)),
    }


class TestConflicts:
    """Frameworks are put to each other where they meet."""

    CHECKS = (retention_minimum.CHECK, retention_maximum.CHECK, retention_conflict.CHECK)

    def keeps(self, scope: FrameworkScope | None = None) -> Framework:
        return framework("keeps", {"k": ["retention-minimum"]}, scope=scope, retention_min_days=365)

    def limits(self, scope: FrameworkScope | None = None) -> Framework:
        return framework("limits", {"l": ["retention-maximum"]}, scope=scope, retention_max_days=90)

    def conflicts(self, *frameworks: Framework) -> list[Finding]:
        built = estate(bucket("app"), bucket("web"))
        return [one for one in findings(built, *frameworks, checks=self.CHECKS) if one.check == "retention-conflict"]

    def test_two_that_speak_about_one_bucket_are_compared(self) -> None:
        """Once, and about the run, not about the bucket."""
        (found,) = self.conflicts(self.keeps(), self.limits())

        assert found.verdict.outcome is Outcome.FAIL
        assert (found.account, found.region, found.bucket) == ("", "", "")
        assert found.parameters == {"frameworks": ["keeps", "limits"]}
        assert found.severity is Severity.MEDIUM

    def test_two_that_speak_about_different_buckets_are_not(self) -> None:
        """No bucket has to satisfy both."""
        apart = self.conflicts(
            self.keeps(FrameworkScope(include=("app",))), self.limits(FrameworkScope(include=("web",)))
        )

        assert apart == []

    def test_one_alone_is_not_compared(self) -> None:
        """A framework that contradicted itself would not have been read."""
        assert self.conflicts(self.keeps()) == []

    def test_a_scope_that_is_unknown_may_meet(self) -> None:
        """Where tags could not be read the frameworks may speak about one bucket."""
        by_tag = FrameworkScope(any_tag={"pii": ("yes",)})

        assert len(self.conflicts(self.keeps(), self.limits(by_tag))) == 1

    def test_each_meeting_is_a_finding_of_its_own(self) -> None:
        """Where a third framework speaks about some buckets only, the others may still contradict each other."""
        some = framework(
            "some", {"s": ["retention-minimum"]}, scope=FrameworkScope(include=("app",)), retention_min_days=30
        )

        found = self.conflicts(self.keeps(), self.limits(), some)

        assert sorted(str(one.parameters["frameworks"]) for one in found) == [
            "['keeps', 'limits', 'some']",
            "['keeps', 'limits']",
        ]
        assert len({one.fingerprint for one in found}) == 2

    def test_a_control_may_rest_on_it(self) -> None:
        """Then the finding is under that control."""
        asks = framework("asks", {"a": ["retention-maximum", "retention-conflict"]}, retention_max_days=90)

        (found,) = self.conflicts(self.keeps(), asks)

        assert found.controls == (ControlRef(framework="asks", control="a"),)


# --- scope ------------------------------------------------------------------------------------------------------------

PHI = FrameworkScope(any_tag={"data": ("phi",)})


def tagged(name: str, tags: Reading[Json], *, logs: str | None = None) -> Bucket:
    return bucket(name, logging=None if logs is None else to(logs, f"{name}/"), readings={Setting.TAGGING: tags})


IS_PHI = present({"TagSet": [{"Key": "data", "Value": "phi"}]})
IS_NOT = present({"TagSet": [{"Key": "data", "Value": "public"}]})
DARK_TAGS = denied(Setting.TAGGING)


def test_buckets_out_of_scope_have_no_finding() -> None:
    """A framework is silent about them."""
    built = estate(tagged("in", IS_PHI), tagged("out", IS_NOT), tagged("bare", absent("NoSuchTagSet")))

    assert [one.bucket for one in findings(built, framework("f", {"c": ["says"]}, scope=PHI))] == ["in"]


def test_an_exception_of_unknown_scope_is_unknown() -> None:
    """Tags that could not be read neither condemn a bucket nor clear it; the reason tells what would be wrong."""
    built = estate(tagged("app", DARK_TAGS))

    (found,) = findings(built, framework("f", {"c": ["says"]}, scope=PHI))

    assert found.verdict.cause is Cause.UNREADABLE
    assert found.verdict.reason == (
        "Whether this bucket is in scope is unknown: s3:GetBucketTagging answered AccessDenied; it needs "
        "s3:GetBucketTagging. If it is: It is broken."
    )
    assert found.verdict.evidence[-1] == FACT


@pytest.mark.parametrize("verdict", [passed("Yes.", FACT), not_yet_demonstrated("Wait.", FACT)])
def test_what_is_no_exception_does_not_become_one_by_an_unknown_scope(verdict: Verdict) -> None:
    """A PASS passes in scope and out of it, and what time will tell closes no gate by way of a tag."""
    (found,) = findings(
        estate(tagged("app", DARK_TAGS)),
        framework("f", {"c": ["says"]}, scope=PHI),
        checks=(says(verdict),),
    )

    assert found.verdict == verdict


def test_an_unknown_scope_does_not_hide_a_certain_one() -> None:
    """One framework certainly speaks about the bucket, another perhaps: a FAIL and an UNKNOWN."""
    everywhere, by_tag = framework("all", {"c": ["says"]}), framework("some", {"c": ["says"]}, scope=PHI)

    found = findings(estate(tagged("app", DARK_TAGS)), everywhere, by_tag)

    assert {(one.controls[0].framework, one.verdict.outcome) for one in found} == {
        ("all", Outcome.FAIL),
        ("some", Outcome.UNKNOWN),
    }
    assert len({one.fingerprint for one in found}) == 2


def test_one_unread_tag_is_one_fact() -> None:
    """However many controls of the framework ask."""
    asks = framework("f", {"a": ["says"], "b": ["says"]}, scope=PHI)

    (found,) = findings(estate(tagged("app", DARK_TAGS)), asks)

    assert len(found.verdict.evidence) == 2
    assert len(found.controls) == 2


@pytest.mark.parametrize(("tags", "judged"), [(IS_PHI, ["logs"]), (IS_NOT, [])])
def test_a_destination_is_in_scope_through_its_sources(tags: Reading[Json], judged: list[str]) -> None:
    """The evidence of a bucket in scope lies there."""
    built = estate(
        tagged("app", tags, logs="logs"),
        tagged("phi", IS_PHI, logs="else"),
        destination("logs", readings={Setting.TAGGING: absent("NoSuchTagSet")}),
    )
    at_destinations = DestinationCheck(about=about("says"), judge=_always)
    asks = framework("f", {"c": ["says", "others"]}, scope=PHI)

    found = findings(built, asks, checks=(at_destinations, says(passed("Yes.", FACT), "others")))

    assert [one.bucket for one in found if one.check == "says"] == judged


def test_a_control_may_speak_about_a_subset() -> None:
    """Of the buckets that receive CloudTrail, for instance; the framework's other controls speak about all."""
    trails = present({"trailList": [{"Name": "t", "S3BucketName": "trail"}]})
    built = estate(
        bucket("trail"),
        bucket("app"),
        accounts=(account(regions=(account_region(readings={Setting.TRAILS: trails}),)),),
    )
    asks = framework(
        "f", {"all": ["says"], "some": control("some", "says", scope=Subset(receives=Receives.CLOUDTRAIL))}
    )

    found = findings(built, asks)

    assert {one.bucket: [ref.control for ref in one.controls] for one in found} == {
        "app": ["all"],
        "trail": ["all", "some"],
    }


# --- crashes ----------------------------------------------------------------------------------------------------------


def _breaks(name: str) -> Callable[..., Verdict]:
    def judge(source: object, context: Context) -> Verdict:
        if getattr(source, "bucket").name == name:  # noqa: B009  # any subject with a bucket
            raise ZeroDivisionError("by nothing")
        return passed("Yes.", FACT)

    return judge


def test_a_check_that_breaks_loses_nothing_else() -> None:
    """Its subject is UNKNOWN, the others are judged, and the run ends with exit 1 whatever else it found."""
    broken = SourceCheck(about=about("says"), judge=_breaks("app"))

    evaluation = run(TWO, ASKS, checks=(broken,))

    by_bucket = {one.bucket: one.verdict for one in evaluation.findings}
    assert by_bucket["app"].cause is Cause.UNDECIDABLE
    assert "ZeroDivisionError: by nothing" in by_bucket["app"].reason
    assert by_bucket["logs"].outcome is Outcome.PASS
    assert [(one.check, one.account, one.bucket) for one in evaluation.crashes] == [("says", ACCOUNT, "app")]
    seen = Seen(findings=evaluation.findings, accounts=(), crashes=evaluation.crashes, complete=True)
    assert judge(seen, Threshold(fail_on=None, allow_unknown=True)).exit_code == BUG


def test_a_pass_without_evidence_is_a_crash() -> None:
    """A check cannot get an opinion past the model."""
    opinion = SourceCheck(about=about("says"), judge=lambda *_: passed("Trust me."))

    assert len(run(TWO, ASKS, checks=(opinion,)).crashes) == 2


def test_an_interrupt_is_no_crash() -> None:
    """Ctrl-C ends the run, it is not a bug of a check."""

    def stop(source: object, context: Context) -> Verdict:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(TWO, ASKS, checks=(SourceCheck(about=about("says"), judge=stop),))


# --- identity ---------------------------------------------------------------------------------------------------------


def everything() -> Framework:
    """A framework that asks all built-in checks."""
    return framework("all", {"c": [one.about.id for one in all_checks() if not isinstance(one, FrameworksCheck)]})


def realistic(*, days: int = 0) -> Estate:
    """An estate that was read so many days later."""
    at = NOW + timedelta(days=days)
    return estate(
        bucket("app", logging=to("logs", "app/"), readings=arrived("logs", "app/")),
        bucket("web", logging=to("logs", "app/web/"), readings=arrived("logs", "app/web/", hours=99)),
        bucket("off"),
        bucket("dark", logging=denied(Setting.LOGGING)),
        bucket("other", logging=to("gone"), account=OTHER_ACCOUNT),
        destination("logs"),
        at=at,
    )


def test_the_same_estate_gives_the_same_findings() -> None:
    """In the same order, whatever the order of the frameworks and buckets."""
    made = realistic()
    turned = replace(made, buckets=made.buckets[::-1], accounts=made.accounts[::-1])
    other = framework("other", {"z": ["retention-minimum"]}, retention_min_days=30)

    one = findings(made, everything(), other, checks=all_checks())
    two = findings(turned, other, everything(), checks=all_checks())

    # The order in which frameworks were selected is part of what their comparison says.
    assert [f for f in one if f.bucket] == [f for f in two if f.bucket]
    assert one == findings(made, everything(), other, checks=all_checks())


def test_fingerprints_are_unique_within_a_run() -> None:
    """Each finding can be named by its own."""
    found = findings(realistic(), everything(), checks=all_checks())

    assert len({one.fingerprint for one in found}) == len(found)


def test_fingerprints_outlive_the_day() -> None:
    """An estate in which nothing changed but the time has the same findings a day later."""
    sound = [one.about.id for one in all_checks() if one.about.id != "delivery-fresh"]
    asks = framework("all", {"c": [name for name in sound if name != "retention-conflict"]})

    today, tomorrow = (
        {one.fingerprint for one in findings(realistic(days=days), asks, checks=all_checks())} for days in (0, 1)
    )

    assert today == tomorrow


@pytest.mark.parametrize(
    "changed",
    [
        bucket("app", logging=to("logs", "other/")),
        bucket("app", logging=to("logs2", "app/")),
        bucket("app", logging=to("logs", "app/", key_format={"PartitionedPrefix": {}})),
        bucket("app"),
        bucket("app", logging=denied(Setting.LOGGING)),
        bucket("app", logging=denied(Setting.LOGGING, "SlowDown")),
        bucket("app", logging=to("logs", "app/"), account=OTHER_ACCOUNT),
    ],
)
def test_fingerprints_differ_where_facts_do(changed: Bucket) -> None:
    """What a finding rests on is what it is."""
    asks = framework("f", {"c": ["logging-enabled"]})

    def prints(subject: Bucket) -> set[str]:
        built = estate(subject, destination("logs"), destination("logs2"))
        found = findings(built, asks, checks=(logging_enabled.CHECK,))
        return {one.fingerprint for one in found if one.bucket == "app"}

    assert prints(changed) != prints(bucket("app", logging=to("logs", "app/")))


def test_the_region_is_no_part_of_a_buckets_fingerprint() -> None:
    """A bucket has one Region; that it was unknown in one run and known in the next makes no new finding."""
    one, other = (
        next(f for f in findings(estate(bucket("app", region=region)), ASKS))
        for region in (REGION, denied(Setting.REGION))
    )

    assert one.fingerprint == other.fingerprint
    assert (one.region, other.region) == (REGION, "")


def test_a_supporting_role_is_kept() -> None:
    """The role belongs to the control; the finding is the same."""
    asks = framework("f", {"c": [requires("says", role=Role.SUPPORTING)]})

    assert [one.verdict.outcome for one in findings(TWO, asks)] == [Outcome.FAIL, Outcome.FAIL]
