"""The population bucket by bucket: role, where its logs go, and what every check said about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from auditor.assessment import Assessment, BucketScope
from auditor.model import Finding, Severity
from auditor.report.text import anchor, listed, number, visible
from auditor.report.view_counts import Ledger, Listing, Subject, Tally, listing, subject_of
from auditor.report.view_findings import FindingRow, row, subject_anchor, subject_name
from auditor.report.view_words import Status, status_of

EVERY_FINDING = 4_000
"""Up to this many findings, the reports hold every one of them, bucket by bucket, what passed included."""

PRINTED_ROWS = 500
"""Rows of the matrix on paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A check that did not pass on a bucket; `severity` is the worst of its findings there."""

    check: str
    anchor: str
    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketRow:
    """One bucket, or one account and Region, in the matrix; `findings` is empty above the budget."""

    anchor: str
    name: str
    account: str
    region: str
    roles: str
    logging: str
    in_scope: bool
    tally: Tally
    failed: tuple[Chip, ...]
    unknown: tuple[Chip, ...]
    waived: tuple[Chip, ...]
    findings: tuple[FindingRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketResults:
    """Every bucket, the worst first; on paper only the first of them.

    `detailed` says whether each row carries all of its findings; `note` says it in words.
    """

    rows: tuple[BucketRow, ...]
    printed: Listing[BucketRow]
    detailed: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    scopes: Mapping[Subject, BucketScope]
    chips: Mapping[Status, Mapping[Subject, tuple[Chip, ...]]]
    findings: Mapping[Subject, tuple[FindingRow, ...]]
    tallies: Mapping[Subject, Tally]


def bucket_results(assessment: Assessment, book: Ledger) -> BucketResults:
    """The matrix of `assessment`: every bucket, and every account and Region or run that has findings of its own."""
    detailed = book.tally.total <= EVERY_FINDING
    parts = _Parts(
        scopes={(bucket.account, bucket.name, ""): bucket for bucket in assessment.buckets},
        chips={status: _chips(findings) for status, findings in book.ordered.items()},
        findings=_findings(assessment, book) if detailed else {},
        tallies=book.by_subject,
    )
    subjects = sorted({*parts.scopes, *book.by_subject}, key=lambda subject: _worst_first(subject, parts))
    rows = tuple(_row(subject, parts) for subject in subjects)
    return BucketResults(
        rows=rows,
        printed=listing(rows[:PRINTED_ROWS], len(rows), what="buckets"),
        detailed=detailed,
        note=_note(book.tally.total, detailed=detailed),
    )


def _note(total: int, *, detailed: bool) -> str:
    if detailed:
        return "Every finding is listed below, what passed and what did not apply included."
    return (
        f"This assessment has {number(total)} findings. Each bucket shows which checks failed, were waived or are "
        "unknown, and how many passed; every finding with its evidence is in assessment.json."
    )


def _row(subject: Subject, parts: _Parts) -> BucketRow:
    account, bucket, region = subject
    known = parts.scopes.get(subject)
    return BucketRow(
        anchor=subject_anchor(account, bucket, region),
        name=subject_name(account, bucket, region),
        account=visible(account),
        region=visible(region if known is None else known.region),
        roles=""
        if known is None
        else listed(visible(role) for role in known.roles) or "neither source nor destination",
        logging="" if known is None else visible(known.logging),
        in_scope=known is None or known.in_scope,
        tally=parts.tallies.get(subject, Tally()),
        failed=parts.chips[Status.FAILED].get(subject, ()),
        unknown=parts.chips[Status.UNKNOWN].get(subject, ()),
        waived=parts.chips[Status.WAIVED].get(subject, ()),
        findings=parts.findings.get(subject, ()),
    )


def _worst_first(subject: Subject, parts: _Parts) -> tuple[int, int, int, str, bool, str, str]:
    """Failed before unknown before waived, by severity; then account, its buckets by name, then what is no bucket."""
    account, bucket, region = subject
    failed, unknown, waived = (
        -max((chip.severity for chip in parts.chips[status].get(subject, ())), default=0)
        for status in (Status.FAILED, Status.UNKNOWN, Status.WAIVED)
    )
    return (failed, unknown, waived, account, not bucket, bucket, region)


def _chips(findings: Iterable[Finding]) -> dict[Subject, tuple[Chip, ...]]:
    """The checks of `findings` for each subject, each once; `findings` come the worst first, and so do the chips."""
    grouped: dict[Subject, dict[str, Chip]] = defaultdict(dict)
    for finding in findings:
        chips = grouped[subject_of(finding)]
        if finding.check not in chips:
            chips[finding.check] = Chip(
                check=visible(finding.check), anchor=anchor("k", finding.check), severity=finding.severity
            )
    return {subject: tuple(chips.values()) for subject, chips in grouped.items()}


def _findings(assessment: Assessment, book: Ledger) -> dict[Subject, tuple[FindingRow, ...]]:
    order = list(Status)
    grouped: dict[Subject, list[Finding]] = defaultdict(list)
    for finding in assessment.findings:
        grouped[subject_of(finding)].append(finding)
    return {
        subject: tuple(
            row(finding, book)
            for finding in sorted(
                findings,
                key=lambda one: (order.index(status_of(one)), -one.severity, one.check, one.region, one.fingerprint),
            )
        )
        for subject, findings in grouped.items()
    }
