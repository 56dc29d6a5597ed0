"""The view decides every count, order and sentence, and loses nothing on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from auditor.assessment import Assessment, ControlResult
from auditor.model import ControlRef, Finding, Outcome, Severity
from auditor.report.view import ReportView, build_view
from auditor.report.view_words import BEST_EFFORT, ControlStatus, Status, control_status, status_of


def control(
    outcome: Outcome,
    *,
    passed: int = 0,
    failed: int = 0,
    unknown: int = 0,
    not_applicable: int = 0,
    waived: int = 0,
    compensated: int = 0,
) -> ControlResult:
    """A control result of which only what the status rests on matters."""
    return ControlResult(
        framework="f",
        control="c",
        title="",
        summary="",
        automation="full",
        shows="",
        human_evidence=(),
        primary=("logging-enabled",),
        outcome=outcome,
        passed=passed,
        failed=failed,
        unknown=unknown,
        not_applicable=not_applicable,
        waived=waived,
        compensated=compensated,
        findings=(),
    )


@pytest.mark.parametrize(
    ("result", "status"),
    [
        (control(Outcome.FAIL, failed=1), ControlStatus.EXCEPTION),
        (control(Outcome.FAIL, failed=1, waived=2), ControlStatus.EXCEPTION),
        (control(Outcome.UNKNOWN, unknown=1, waived=2), ControlStatus.UNKNOWN),
        (control(Outcome.UNKNOWN, waived=2), ControlStatus.ACCEPTED),
        (control(Outcome.UNKNOWN), ControlStatus.NOT_TESTED),
        (replace(control(Outcome.UNKNOWN, unknown=1), primary=()), ControlStatus.NOT_TESTED),
        (replace(control(Outcome.UNKNOWN, waived=1), primary=()), ControlStatus.NOT_TESTED),
        (replace(control(Outcome.UNKNOWN, passed=3), primary=()), ControlStatus.NOT_TESTED),
        (control(Outcome.PASS, passed=1), ControlStatus.CLEAN),
        (control(Outcome.PASS, passed=1, waived=1), ControlStatus.ACCEPTED),
        (control(Outcome.PASS, passed=1, compensated=1), ControlStatus.ACCEPTED),
        (control(Outcome.NOT_APPLICABLE, waived=1), ControlStatus.ACCEPTED),
        (control(Outcome.NOT_APPLICABLE, not_applicable=1), ControlStatus.NOT_APPLICABLE),
        (control(Outcome.NOT_APPLICABLE), ControlStatus.NOT_TESTED),
    ],
)
def test_a_control_never_looks_better_than_its_findings(result: ControlResult, status: ControlStatus) -> None:
    """Waived and compensated exceptions do not hide behind a pass, and no findings is not a pass."""
    assert status is control_status(result)


def test_no_word_of_a_status_says_compliant() -> None:
    """The vocabulary has no word that says a control is met."""
    words = " ".join(status.word for status in (*ControlStatus, *Status)).lower()

    assert not any(claim in words for claim in ("complian", "met", "satisfied", "ok", "secure"))


def test_counts_are_the_findings(assessment: Assessment, view: ReportView) -> None:
    """The tally, by status and by severity, is a plain count of the findings."""
    counted = Counter(status_of(finding) for finding in assessment.findings)
    tally = view.summary.tally
    numbers = (tally.failed, tally.unknown, tally.waived, tally.passed, tally.not_applicable)

    assert numbers == tuple(counted[status] for status in Status)
    assert tally.total == len(assessment.findings)
    assert sum(row.tally.total for row in view.summary.severities) == tally.total
    assert sum(row.tally.total for row in view.buckets.rows) == tally.total
    assert sum(one.tally.total for one in view.checks) == tally.total


def test_severities_come_worst_first(view: ReportView) -> None:
    """The table of severities starts with critical."""
    expected = [Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW]

    assert [row.severity for row in view.summary.severities] == expected


def test_the_register_comes_worst_first(view: ReportView) -> None:
    """Severity, then account, bucket and check decide the order of the register."""
    keys = [(-row.severity, row.account, row.bucket, row.check) for row in view.failed.rows]

    assert keys == sorted(keys)
    assert view.failed.rows[0].subject == "acme-orders"
    assert view.failed.total == len(view.failed.rows) == view.summary.tally.failed


def test_the_order_of_findings_in_the_assessment_changes_nothing(assessment: Assessment, view: ReportView) -> None:
    """Two assessments with the same findings give the same register, unknowns and buckets."""
    other = build_view(replace(assessment, findings=assessment.findings[::-1]))

    assert (other.failed, other.unknown, other.waived) == (view.failed, view.unknown, view.waived)
    assert other.buckets == view.buckets
    assert other.unknowns == view.unknowns
    assert other.summary == view.summary


def test_a_waived_failure_is_not_in_the_register_and_is_not_lost(view: ReportView) -> None:
    """A waiver moves a failure to its own list, with owner, expiry and reason."""
    waived = [row for row in view.waived.rows if row.bucket == "acme-web-assets"]

    assert not [row for row in view.failed.rows if row.bucket == "acme-web-assets"]
    assert len(waived) == 1
    assert waived[0].waiver.startswith("Accepted by ada@example.com until 2027-03-31, ticket SEC-1204: Static site")


def test_an_accepted_unknown_still_says_what_could_not_be_read(assessment: Assessment) -> None:
    """A waiver accepts that something is unknown; it does not make it known."""
    waiver = next(finding.waiver for finding in assessment.findings if finding.waiver)
    unknown = next(one for one in assessment.findings if one.verdict.outcome is Outcome.UNKNOWN)
    view = build_view(replace(assessment, findings=(replace(unknown, waiver=waiver),)))

    assert (view.summary.tally.unknown, view.summary.tally.waived) == (0, 1)
    assert [row.cause for row in view.waived.rows] == ["Could not be read"]
    assert view.unknowns.missing_actions == ("s3:GetBucketLogging",)


def test_a_compensated_failure_is_no_exception_and_stays_in_sight(assessment: Assessment) -> None:
    """Where a control accepts another check instead, the failure moves to what is accepted, for that control only."""
    failure = next(one for one in assessment.findings if one.bucket == "acme-scratch")
    mercy = next(ref for ref in failure.controls if ref.framework == "hipaa")
    view = build_view(replace(assessment, findings=(failure,), compensated={failure.fingerprint: (mercy,)}))
    each = [one for part in view.frameworks for one in part.controls]
    rows = {one.control: (one.exceptions.total, one.accepted.total) for one in each}

    assert rows["164.312(b)"] == (0, 1)
    assert rows["10.2.1"] == (1, 0)
    assert view.failed.rows[0].compensated.endswith("accept it in place of this one: hipaa 164.312(b).")


def test_unknowns_name_the_call_the_code_and_the_action(view: ReportView) -> None:
    """What could not be read is grouped by call, with the IAM action that would help and where."""
    groups = {group.api: group for group in view.unknowns.unread}

    assert groups["s3:GetBucketPolicy"].findings == 2
    assert groups["s3:GetBucketPolicy"].names == "stage-logs"
    assert groups["s3:GetBucketLifecycleConfiguration"].iam_action == "s3:GetLifecycleConfiguration"
    assert view.unknowns.missing_actions == ("s3:GetBucketLogging", "s3:GetBucketPolicy")


def test_a_throttled_call_is_no_missing_permission(view: ReportView) -> None:
    """A call that was not denied is not answered by granting its action."""
    slow = next(group for group in view.unknowns.unread if group.code == "SlowDown")

    assert not slow.denied
    assert "run again" in slow.advice


def test_what_was_read_and_is_open_is_kept_apart(view: ReportView) -> None:
    """Undecidable and not yet demonstrated are not blamed on permissions."""
    assert [(group.cause, group.check) for group in view.unknowns.open] == [
        ("Cannot be decided", "delivery-not-denied"),
        ("Not yet demonstrated", "delivery-fresh"),
    ]
    unread = sum(group.findings for group in view.unknowns.unread)
    assert unread + sum(group.findings for group in view.unknowns.open) == view.unknowns.total


def test_firmness_stands_beside_every_number(view: ReportView) -> None:
    """A finding that compared with a number says who asks for it and how firmly."""
    notes = {(note.value, note.firmness, note.grounds) for row in view.failed.rows for note in row.parameters}

    assert notes == {
        ("365 days", "Practice", "baseline"),
        ("365 days", "Standard", "pci-dss: PCI DSS v4.0.1, 10.5.1"),
        ("2190 days", "Law about something else", "hipaa: 45 CFR 164.316(b)(2)(i)"),
    }


def test_frameworks_of_one_mind_share_a_note(assessment: Assessment) -> None:
    """The same value with the same firmness is said once, with everybody who asks for it."""
    fresh = next(one for one in assessment.findings if one.check == "delivery-fresh" and one.parameters)
    row = build_view(replace(assessment, findings=(fresh,))).buckets.rows[0].findings[0]

    assert [(note.value, note.firmness, note.grounds) for note in row.parameters] == [
        ("48 hours", "Practice", "baseline; hipaa")
    ]


def test_a_number_without_grounds_says_so(view: ReportView) -> None:
    """A value that no selected framework sets is not dressed up as one."""
    notes = [note for row in view.waived.rows for note in row.parameters]

    assert [(note.value, note.firmness) for note in notes] == [("1095 days", "Not stated")]


def test_every_destination_is_told_what_scanners_will_say(view: ReportView) -> None:
    """S3.9, S3.15 and S3.17 are explained, and every destination in view is listed."""
    assert [alarm.control for alarm in view.expected.alarms] == ["S3.9", "S3.15", "S3.17"]
    assert [one.name for one in view.expected.destinations] == ["acme-logs", "acme-logs-us", "acme-loop", "stage-logs"]
    assert {one.name: one.sources for one in view.expected.destinations}["acme-logs"] == 4


def test_limits_and_the_disclaimer_are_said(view: ReportView) -> None:
    """The report says that it is no opinion and that access logs are best effort."""
    assert view.summary.statement.startswith("This is not an opinion on compliance.")
    assert view.summary.paragraphs[-1] == BEST_EFFORT
    assert BEST_EFFORT in view.method.limits


def test_gaps_are_said_before_anything_is_counted(view: ReportView) -> None:
    """An unreachable account, a partial one and a crashed check are each named."""
    assert [gap.split(":")[0] for gap in view.scope.gaps] == [
        "1 account could not be reached",
        "1 account could be read only in part.",
        "1 check stopped with an error of this tool; the findings concerned are unknown.",
    ]
    assert [account.status.value for account in view.scope.accounts] == ["unreachable", "partial", "audited", "audited"]


def test_above_the_budget_rows_are_capped_and_said_so(make_large: Callable[[int], Assessment]) -> None:
    """A capped list says how many there are and where the rest is; counts are never capped."""
    view = build_view(make_large(60), detail_rows=20)

    assert len(view.failed.rows) + len(view.unknown.rows) + len(view.waived.rows) == 20
    assert view.failed.total == view.summary.tally.failed == 36
    assert view.failed.note.startswith("The first 15 of 36 failed findings are listed here")
    assert "assessment.json" in view.failed.note
    assert len(view.unknown.rows) == 5


def test_a_small_estate_shows_every_finding_of_every_bucket(assessment: Assessment, view: ReportView) -> None:
    """Auditors buy proof: what passed is there too, with its evidence."""
    shown = [row for bucket in view.buckets.rows for row in bucket.findings]

    assert view.buckets.detailed
    assert len(shown) == len(assessment.findings)
    assert all(row.facts for row in shown if row.status is Status.PASSED)


def test_every_bucket_is_in_the_matrix(assessment: Assessment, view: ReportView) -> None:
    """The population is complete, buckets outside the filters included, and what is no bucket is named."""
    names = Counter(row.name for row in view.buckets.rows)

    assert names.total() == len(assessment.buckets) + 1
    assert names["account 111122223333 in us-east-1"] == 1
    assert [row.in_scope for row in view.buckets.rows if row.name == "stage-logs"] == [False]


def test_two_regions_of_one_account_keep_their_own_rows(assessment: Assessment) -> None:
    """Findings without a bucket may share a fingerprint over Regions; their fragments may not."""
    region: Finding = next(finding for finding in assessment.findings if not finding.bucket)
    view = build_view(replace(assessment, findings=(region, replace(region, region="eu-west-3"))))

    assert len({row.anchor for row in view.failed.rows}) == 2


def test_controls_keep_the_order_of_their_framework(view: ReportView) -> None:
    """A reader with the framework in hand finds its controls in its order."""
    controls = {one.id: [control.control for control in one.controls] for one in view.frameworks}

    assert controls["pci-dss"] == ["10.2.1", "10.3.1", "10.5.1", "12.10.5"]


def test_a_control_shows_its_exceptions_and_examples_of_proof(view: ReportView) -> None:
    """Each control carries its failed findings and some passed ones with evidence, and says how many there are."""
    one = next(control for control in view.frameworks[1].controls if control.control == "164.312(b)")

    assert one.status is ControlStatus.EXCEPTION
    assert one.exceptions.total == 2
    assert one.examples_note == "2 examples of 12 passed findings; every one is in assessment.json."


def test_the_lines_of_a_control_add_up_to_its_result(assessment: Assessment, view: ReportView) -> None:
    """Counts by check under a control are the counts that the assessment gives for it."""
    results = {(one.framework, one.control): one for one in assessment.controls}

    for one in (control for framework in view.frameworks for control in framework.controls):
        result = results[one.framework, one.control]
        tallies = [line.tally for line in one.checks]
        assert sum(tally.failed for tally in tallies) == result.failed == one.exceptions.total + one.supporting.total
        assert sum(tally.unknown for tally in tallies) == result.unknown == one.unknown.total
        assert sum(tally.waived for tally in tallies) == result.waived + result.compensated == one.accepted.total
        assert sum(tally.passed for tally in tallies) == result.passed


def test_a_failure_that_decides_nothing_is_not_called_an_exception(assessment: Assessment) -> None:
    """A supporting check's failure is shown apart and leaves the control's status as it is."""
    failure = next(one for one in assessment.findings if one.bucket == "acme-scratch")
    clean = replace(control(Outcome.PASS, passed=1, failed=1), primary=("delivery-permitted",))
    result = replace(clean, framework="pci-dss", control="10.2.1", findings=(failure.fingerprint,))
    view = build_view(replace(assessment, findings=(failure,), controls=(result,)))
    one = view.frameworks[2].controls[0]

    assert one.status is ControlStatus.CLEAN
    assert (one.exceptions.total, [row.check for row in one.supporting.rows]) == (0, [failure.check])
    assert [(line.check, line.role) for line in one.checks] == [(failure.check, "supporting")]


def test_one_check_may_decide_one_control_and_support_another(assessment: Assessment) -> None:
    """Whether a failure is an exception is a matter of the control, not of the finding."""
    failure = next(one for one in assessment.findings if one.bucket == "acme-scratch")
    results = tuple(
        one if one.framework == "hipaa" else replace(one, primary=(), outcome=Outcome.UNKNOWN)
        for one in assessment.controls
    )
    view = build_view(replace(assessment, findings=(failure,), controls=results))
    each = {one.control: one for part in view.frameworks for one in part.controls}

    assert (each["164.312(b)"].exceptions.total, each["164.312(b)"].supporting.total) == (1, 0)
    assert (each["10.2.1"].exceptions.total, each["10.2.1"].supporting.total) == (0, 1)


def test_supporting_failures_never_crowd_out_an_exception(assessment: Assessment) -> None:
    """A low exception is listed under its control beside any number of critical failures that only support it."""
    failure = next(one for one in assessment.findings if one.bucket == "acme-scratch")
    ref = ControlRef(framework="pci-dss", control="10.2.1")
    aside = [
        replace(
            failure, check="aside", severity=Severity.CRITICAL, controls=(ref,), bucket=f"b{n}", fingerprint=f"a{n}"
        )
        for n in range(30)
    ]
    low = replace(failure, severity=Severity.LOW, controls=(ref,))
    result = replace(control(Outcome.FAIL, failed=31), framework="pci-dss", control="10.2.1", primary=(failure.check,))
    one = build_view(replace(assessment, findings=(*aside, low), controls=(result,))).frameworks[2].controls[0]

    assert [row.bucket for row in one.exceptions.rows] == ["acme-scratch"]
    assert (one.exceptions.total, one.exceptions.note) == (1, "")
    assert (len(one.supporting.rows), one.supporting.total) == (10, 30)
    assert one.supporting.note.startswith(
        "The first 10 of 30 failed findings of supporting checks of this control are listed here"
    )
    assert [line.check for line in one.checks] == [failure.check, "aside"]


def test_a_control_shows_exceptions_where_and_only_where_it_has_one(view: ReportView) -> None:
    """The status of a control and the list under it cannot disagree."""
    each = [one for part in view.frameworks for one in part.controls]

    assert all((one.status is ControlStatus.EXCEPTION) is (one.exceptions.total > 0) for one in each)
    assert any(one.supporting.total for one in each)


def test_one_finding_cannot_bury_the_others(assessment: Assessment) -> None:
    """A reason of any length and evidence of any amount are cut, and the page says so."""
    failure = next(one for one in assessment.findings if one.bucket == "acme-scratch")
    verdict = replace(failure.verdict, reason="x" * 9_000, evidence=failure.verdict.evidence * 40)
    row = build_view(replace(assessment, findings=(replace(failure, verdict=verdict),))).failed.rows[0]

    assert len(row.reason) == 2_000
    assert row.reason.endswith("…")
    assert len(row.facts) == 12
    assert row.more_facts == "28 more pieces of evidence in assessment.json."


def test_an_empty_assessment_has_a_report(assessment: Assessment) -> None:
    """Nothing to say is said, not crashed on."""
    nothing = replace(
        assessment, accounts=(), buckets=(), frameworks=(), checks=(), findings=(), controls=(), waivers=(), crashes=()
    )
    view = build_view(nothing)

    assert view.cover.entity == "no AWS account"
    assert view.summary.decided == "Verdicts were reached for 0 of 0 applicable findings (none)."
    assert not view.expected.alarms
