"""The gate: what ends a run with which exit code, and the sentences that say why."""

from __future__ import annotations

import pytest

from auditor.assessment import AccountScope, Crash
from auditor.gate import BUG, GATE_FAILED, INCOMPLETE, OK, Seen, Threshold, gates, judge
from auditor.model import (
    AccountStatus,
    Cause,
    ControlRef,
    Evidence,
    Finding,
    Outcome,
    Severity,
    Verdict,
    WaiverRef,
)

FACT = Evidence(setting="logging", path="p", value=1)
WAIVER = WaiverRef(owner="ann", reason="known", ticket="", expires="2027-01-01")
CRASH = Crash(check="c", account="1", bucket="b", error="E")
C1, C2 = ControlRef(framework="f", control="1"), ControlRef(framework="f", control="2")


def finding(
    outcome: Outcome,
    severity: Severity = Severity.HIGH,
    *,
    cause: Cause | None = None,
    waived: bool = False,
    controls: tuple[ControlRef, ...] = (C1,),
    name: str = "p",
) -> Finding:
    return Finding(
        check="says",
        account="1",
        region="r",
        bucket="b",
        verdict=Verdict(outcome=outcome, reason="It is so.", evidence=(FACT,), cause=cause),
        severity=severity,
        controls=controls,
        waiver=WAIVER if waived else None,
        fingerprint=name,
    )


FAIL, PASS, NOTHING = finding(Outcome.FAIL), finding(Outcome.PASS), finding(Outcome.NOT_APPLICABLE)
UNREAD, DOUBTFUL, EARLY = (finding(Outcome.UNKNOWN, cause=cause) for cause in Cause)


def account(status: AccountStatus = AccountStatus.AUDITED, name: str = "111122223333") -> AccountScope:
    return AccountScope(id=name, name="", status=status, buckets=1)


def seen(*findings: Finding, **changes: object) -> Seen:
    made = {"findings": findings, "accounts": (account(),), "crashes": (), "complete": True, **changes}
    return Seen(**made)  # type: ignore[arg-type]  # the names are those of Seen


@pytest.mark.parametrize(
    ("what", "code"),
    [
        (seen(PASS, NOTHING), OK),
        (seen(PASS, EARLY), OK),
        (seen(FAIL), GATE_FAILED),
        (seen(UNREAD), INCOMPLETE),
        (seen(DOUBTFUL), INCOMPLETE),
        (seen(PASS, complete=False), INCOMPLETE),
        (seen(PASS, accounts=(account(AccountStatus.UNREACHABLE),)), INCOMPLETE),
        (seen(PASS, accounts=(account(), account(AccountStatus.PARTIAL))), INCOMPLETE),
        (seen(PASS, crashes=(CRASH,)), BUG),
        # The worst of several wins: a bug, then an exception, then what is unknown.
        (seen(FAIL, UNREAD), GATE_FAILED),
        (seen(FAIL, UNREAD, crashes=(CRASH,)), BUG),
        (seen(UNREAD, crashes=(CRASH,)), BUG),
        # What is waived is accepted, known or not.
        (seen(finding(Outcome.FAIL, waived=True)), OK),
        (seen(finding(Outcome.UNKNOWN, cause=Cause.UNREADABLE, waived=True)), OK),
    ],
)
def test_the_exit_code(what: Seen, code: int) -> None:
    """1 for a bug of ours, 10 for an exception, 3 for what had to be known, 0 for all else."""
    gate = judge(what, Threshold())

    assert gate.exit_code == code
    assert gate.passed is (code == OK)
    assert bool(gate.reasons) is (code != OK)


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("limit", [*Severity, None])
def test_the_threshold(severity: Severity, limit: Severity | None) -> None:
    """Findings at or above it fail the gate, those below do not; never means never."""
    gate = judge(seen(finding(Outcome.FAIL, severity)), Threshold(fail_on=limit))

    assert gate.exit_code == (GATE_FAILED if limit is not None and severity >= limit else OK)
    assert gate.fail_on == ("never" if limit is None else limit.word)


@pytest.mark.parametrize("what", [seen(UNREAD), seen(DOUBTFUL), seen(PASS, complete=False)])
def test_what_is_unknown_can_be_accepted(what: Seen) -> None:
    """By the user, in so many words; an exception stays one, and a bug stays one."""
    accepting = Threshold(allow_unknown=True)

    assert judge(what, accepting).exit_code == OK
    assert judge(seen(*what.findings, FAIL), accepting).exit_code == GATE_FAILED
    assert judge(seen(*what.findings, crashes=(CRASH,)), accepting).exit_code == BUG


def test_unknown_is_no_matter_of_severity() -> None:
    """Nobody knows how bad it would be."""
    low = finding(Outcome.UNKNOWN, Severity.LOW, cause=Cause.UNREADABLE)

    assert judge(seen(low), Threshold(fail_on=None)).exit_code == INCOMPLETE


def test_only_what_is_not_in_the_baseline_gates() -> None:
    """By fingerprint; what is unknown is no exception that a baseline could know."""
    known = Threshold(known=frozenset({"old"}))

    assert judge(seen(finding(Outcome.FAIL, name="old")), known).exit_code == OK
    gate = judge(seen(finding(Outcome.FAIL, name="old"), finding(Outcome.FAIL, name="new")), known)
    assert gate.reasons == ("1 finding at or above high, not in the baseline (1 high).",)
    assert judge(seen(finding(Outcome.UNKNOWN, cause=Cause.UNREADABLE, name="old")), known).exit_code == INCOMPLETE


@pytest.mark.parametrize(
    ("controls", "instead", "expected"),
    [
        ((C1,), (C1,), False),
        ((C1, C2), (C1, C2), False),
        ((C1, C2), (C1,), True),
        ((C1,), (), True),
        ((), (), True),
        ((), (C1,), True),
    ],
)
def test_compensation_excuses_only_for_every_control(
    controls: tuple[ControlRef, ...], instead: tuple[ControlRef, ...], expected: bool
) -> None:
    """One control may accept another check instead; as long as one does not, the finding is an exception."""
    assert gates(finding(Outcome.FAIL, controls=controls), {"p": instead} if instead else {}) is expected


def test_the_reasons_are_sentences_with_numbers() -> None:
    """Whoever reads the log of a build sees what to do first."""
    many = [
        finding(Outcome.FAIL, level, name=level.word) for level in (Severity.CRITICAL, Severity.HIGH, Severity.HIGH)
    ]
    away = tuple(account(AccountStatus.UNREACHABLE, f"{index:012}") for index in range(7))

    gate = judge(seen(*many, UNREAD, UNREAD, DOUBTFUL, accounts=away, crashes=(CRASH, CRASH)), Threshold())

    assert gate.reasons == (
        "2 checks crashed: a bug of this tool.",
        "3 findings at or above high (1 critical, 2 high).",
        f"7 accounts not wholly audited: {', '.join(f'{index:012}' for index in range(5))} and 2 more.",
        "2 verdicts UNKNOWN as unreadable.",
        "1 verdict UNKNOWN as undecidable.",
    )
