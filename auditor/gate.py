"""Whether a run may pass, as an exit code with reasons; pure, and the same for `scan`, `evaluate` and `report`.

Precedence of what this module can decide: 1 (a check of ours crashed), 10 (a FAIL at or above the threshold),
3 (something stayed unknown that had to be known), 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from auditor.assessment import AccountScope, Crash, Gate
from auditor.model import AccountStatus, Cause, ControlRef, Finding, Outcome, Severity

OK = 0
BUG = 1
INCOMPLETE = 3
GATE_FAILED = 10

NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """What the user lets pass.

    `fail_on` is None for `never`. With `known`, the fingerprints that failed in a baseline, only other failures gate.
    """

    fail_on: Severity | None = Severity.HIGH
    allow_unknown: bool = False
    known: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the gate looks at."""

    findings: Sequence[Finding]
    accounts: Sequence[AccountScope]
    crashes: Sequence[Crash]
    complete: bool
    compensated: Mapping[str, tuple[ControlRef, ...]] = field(default_factory=dict)


def judge(seen: Seen, threshold: Threshold) -> Gate:
    """The gate's verdict, with every reason that speaks against passing."""
    crashed = [f"{_count(len(seen.crashes), 'check')} crashed: a bug of this tool." for _ in seen.crashes[:1]]
    failed = _failed(seen, threshold)
    unknown = _unknown(seen)
    reasons = [*crashed, *failed]
    exit_code = OK
    if unknown and not threshold.allow_unknown:
        reasons += unknown
        exit_code = INCOMPLETE
    if failed:
        exit_code = GATE_FAILED
    if crashed:
        exit_code = BUG
    return Gate(
        fail_on=NEVER if threshold.fail_on is None else threshold.fail_on.word,
        allow_unknown=threshold.allow_unknown,
        passed=exit_code == OK,
        exit_code=exit_code,
        reasons=tuple(reasons),
    )


def gates(finding: Finding, compensated: Mapping[str, tuple[ControlRef, ...]]) -> bool:
    """Whether the finding is an exception that nothing excuses: no waiver, and not compensated for all its controls."""
    if finding.verdict.outcome is not Outcome.FAIL or finding.waiver is not None:
        return False
    excused = compensated.get(finding.fingerprint, ())
    return not finding.controls or not set(finding.controls) <= set(excused)


def _failed(seen: Seen, threshold: Threshold) -> list[str]:
    limit = threshold.fail_on
    if limit is None:
        return []
    bad = [f for f in seen.findings if f.severity >= limit and gates(f, seen.compensated)]
    known = threshold.known
    if known is not None:
        bad = [f for f in bad if f.fingerprint not in known]
    if not bad:
        return []
    counts = Counter(f.severity for f in bad)
    parts = ", ".join(f"{counts[level]} {level.word}" for level in sorted(counts, reverse=True))
    new = "" if known is None else ", not in the baseline"
    return [f"{_count(len(bad), 'finding')} at or above {limit.word}{new} ({parts})."]


def _unknown(seen: Seen) -> list[str]:
    """Sentences about what had to be known and is not. What time has yet to show does not count."""
    reasons = []
    if not seen.complete:
        reasons.append("The collection was interrupted, so part of the estate is unknown.")
    away = [account for account in seen.accounts if account.status is not AccountStatus.AUDITED]
    if away:
        names = ", ".join(account.id or account.name for account in away[:5])
        more = f" and {len(away) - 5} more" if len(away) > 5 else ""
        reasons.append(f"{_count(len(away), 'account')} not wholly audited: {names}{more}.")
    for cause in (Cause.UNREADABLE, Cause.UNDECIDABLE):
        count = _causes(seen.findings, cause)
        if count:
            reasons.append(f"{_count(count, 'verdict')} UNKNOWN as {cause.value}.")
    return reasons


def _causes(findings: Iterable[Finding], cause: Cause) -> int:
    return sum(1 for f in findings if f.verdict.cause is cause and f.waiver is None)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
