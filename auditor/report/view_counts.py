"""Findings counted once and ordered once, the worst first; every number in every report comes from here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar

from auditor.assessment import Assessment, FrameworkUsed
from auditor.model import ControlRef, Finding, Severity
from auditor.report.text import number, prose
from auditor.report.view_words import Status, status_of

T = TypeVar("T")
K = TypeVar("K")

Subject: TypeAlias = tuple[str, str, str]
"""What a finding is about: (account, bucket, "") or, without a bucket, (account, "", region)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many findings have which status."""

    failed: int = 0
    unknown: int = 0
    waived: int = 0
    passed: int = 0
    not_applicable: int = 0

    @property
    def total(self) -> int:
        """All findings."""
        return self.failed + self.unknown + self.waived + self.passed + self.not_applicable

    @property
    def applicable(self) -> int:
        """Findings whose check had something to say."""
        return self.total - self.not_applicable

    @property
    def decided(self) -> int:
        """Applicable findings that reached a verdict."""
        return self.applicable - self.unknown


def tally(statuses: Mapping[Status, int]) -> Tally:
    """The counts in `statuses` by name."""
    return Tally(
        failed=statuses.get(Status.FAILED, 0),
        unknown=statuses.get(Status.UNKNOWN, 0),
        waived=statuses.get(Status.WAIVED, 0),
        passed=statuses.get(Status.PASSED, 0),
        not_applicable=statuses.get(Status.NOT_APPLICABLE, 0),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Generic[T]):
    """The first `rows` of `total` things; `note` says what was left out and where to find it, "" when nothing was."""

    rows: tuple[T, ...] = ()
    total: int = 0
    note: str = ""

    @property
    def hidden(self) -> int:
        """How many were left out."""
        return self.total - len(self.rows)


def listing(rows: tuple[T, ...], total: int, *, what: str) -> Listing[T]:
    """`rows` as a listing of `total` `what` ("failed findings"), with the sentence about the rest."""
    if len(rows) == total:
        return Listing(rows=rows, total=total)
    note = f"The first {number(len(rows))} of {number(total)} {what} are listed here, the worst first. "
    return Listing(rows=rows, total=total, note=f"{note}All of them are in assessment.json.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All findings of an assessment, counted once.

    `ordered` holds the failed, unknown and waived findings, the worst first. `statuses` runs parallel to the
    assessment's findings. `titles` gives what a check asks for and how to mend a failure, by its id.
    """

    tally: Tally
    by_severity: Mapping[Severity, Tally]
    by_check: Mapping[str, Tally]
    by_subject: Mapping[Subject, Tally]
    statuses: tuple[Status, ...]
    ordered: Mapping[Status, tuple[Finding, ...]]
    frameworks: Mapping[str, FrameworkUsed] = field(default_factory=dict)
    titles: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    compensated: Mapping[str, tuple[ControlRef, ...]] = field(default_factory=dict)


def subject_of(finding: Finding) -> Subject:
    """What a finding is about."""
    return (finding.account, finding.bucket, "" if finding.bucket else finding.region)


def worst_first(finding: Finding) -> tuple[int, str, str, str, str, str]:
    """The order of findings in every report: severity, account, bucket, check, then what keeps it stable."""
    return (
        -finding.severity,
        finding.account,
        finding.bucket,
        finding.check,
        finding.region,
        finding.fingerprint,
    )


def ledger(assessment: Assessment) -> Ledger:
    """`assessment`'s findings, counted and sorted."""
    findings = assessment.findings
    statuses = tuple(map(status_of, findings))
    by_severity = _tallies(Counter(zip((finding.severity for finding in findings), statuses, strict=True)))
    by_check = _tallies(Counter(zip((finding.check for finding in findings), statuses, strict=True)))
    kept: dict[Status, list[Finding]] = {Status.FAILED: [], Status.UNKNOWN: [], Status.WAIVED: []}
    for finding, status in zip(findings, statuses, strict=True):
        if status in kept:
            kept[status].append(finding)
    return Ledger(
        tally=tally(Counter(statuses)),
        by_severity={level: by_severity.get(level, Tally()) for level in Severity},
        by_check={check.id: Tally() for check in assessment.checks} | by_check,
        by_subject=_tallies(Counter(zip(map(subject_of, findings), statuses, strict=True))),
        statuses=statuses,
        ordered={status: tuple(sorted(rows, key=worst_first)) for status, rows in kept.items()},
        frameworks={framework.id: framework for framework in assessment.frameworks},
        titles={check.id: (passes_when(check.title), prose(check.remediation)) for check in assessment.checks},
        compensated=assessment.compensated,
    )


def passes_when(title: str) -> str:
    """The title of a check, so that nobody takes it for what was found: "Passes when: the bucket logs"."""
    return f"Passes when: {prose(title)}"


def _tallies(counted: Mapping[tuple[K, Status], int]) -> dict[K, Tally]:
    grouped: dict[K, dict[Status, int]] = defaultdict(dict)
    for (key, status), count in counted.items():
        grouped[key][status] = count
    return {key: tally(statuses) for key, statuses in grouped.items()}
