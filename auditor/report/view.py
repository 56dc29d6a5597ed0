"""Everything a report says, in order and in words, made from an assessment and from nothing else.

Renderers lay this out and decide nothing: no count, sentence, order or cap is made anywhere but here and in the
`view_*` modules. Every string has passed through `auditor.report.text.visible`; escaping is the renderer's part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from auditor.assessment import Assessment
from auditor.model import Finding, Severity
from auditor.report.text import listed, number, plural, share
from auditor.report.view_buckets import BucketResults, bucket_results
from auditor.report.view_controls import FrameworkView, framework_views
from auditor.report.view_counts import Ledger, Listing, Tally, ledger, listing
from auditor.report.view_findings import FindingRow, rows
from auditor.report.view_notes import (
    CheckView,
    Expected,
    NotApplicable,
    WaiverRow,
    check_views,
    expected,
    not_applicable,
    waiver_rows,
)
from auditor.report.view_scope import Cover, GateView, Scope, cover, crash_line, gate_view, scope
from auditor.report.view_unknowns import Unknowns, by_cause, unknowns
from auditor.report.view_words import (
    BEST_EFFORT,
    FIRMNESS,
    LIMITS,
    NOT_AN_OPINION,
    SECTIONS,
    SEVERITIES,
    SIGNATURES,
    VOCABULARY,
    ControlStatus,
    Section,
    Status,
    Term,
)

DETAIL_ROWS = 2_000
"""Findings that a report holds in full, over failed, unknown and waived ones; the rest is in assessment.json."""
LEAST_ROWS = 250
"""Unknown and waived findings get this many rows of them even when failed ones could fill them all."""
WORST = 10
_DETAILED = (Status.FAILED, Status.UNKNOWN, Status.WAIVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityRow:
    """The counts of one severity."""

    severity: Severity
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One page: what was looked at, what was found, what is not known, the worst first."""

    paragraphs: tuple[str, ...]
    statement: str
    tally: Tally
    tiles: tuple[tuple[str, int, str], ...]
    """(label, count, status) in the order of urgency."""
    severities: tuple[SeverityRow, ...]
    worst: Listing[FindingRow]
    unknown_causes: str
    decided: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How the results came about and what they cannot show."""

    limits: tuple[str, ...]
    vocabulary: tuple[Term, ...]
    firmness: tuple[Term, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """A whole report, ready for layout; `listed` holds the fragments of the findings that have a row of their own."""

    sections: Mapping[str, Section]
    cover: Cover
    gate: GateView
    summary: Summary
    scope: Scope
    crashes: tuple[str, ...]
    frameworks: tuple[FrameworkView, ...]
    control_statuses: tuple[ControlStatus, ...]
    failed: Listing[FindingRow]
    unknown: Listing[FindingRow]
    waived: Listing[FindingRow]
    listed: frozenset[str]
    unknowns: Unknowns
    waivers: tuple[WaiverRow, ...]
    buckets: BucketResults
    checks: tuple[CheckView, ...]
    expected: Expected
    not_applicable: tuple[NotApplicable, ...]
    method: Method
    signatures: tuple[Term, ...]


def build_view(assessment: Assessment, *, detail_rows: int = DETAIL_ROWS) -> ReportView:
    """The report on `assessment`, with at most `detail_rows` findings in full."""
    book = ledger(assessment)
    failed, unknown, waived = _details(book, detail_rows)
    population = scope(assessment)
    return ReportView(
        sections=SECTIONS,
        cover=cover(assessment),
        gate=gate_view(assessment.gate),
        summary=_summary(book, population),
        scope=population,
        crashes=tuple(crash_line(crash) for crash in assessment.crashes),
        frameworks=framework_views(assessment, book),
        control_statuses=tuple(ControlStatus),
        failed=failed,
        unknown=unknown,
        waived=waived,
        listed=frozenset(one.anchor for section in (failed, unknown, waived) for one in section.rows),
        unknowns=unknowns(book),
        waivers=waiver_rows(assessment),
        buckets=bucket_results(assessment, book),
        checks=check_views(assessment, book),
        expected=expected(assessment),
        not_applicable=not_applicable(assessment, book),
        method=Method(limits=LIMITS, vocabulary=VOCABULARY, firmness=tuple(FIRMNESS.values())),
        signatures=SIGNATURES,
    )


def _details(book: Ledger, limit: int) -> tuple[Listing[FindingRow], Listing[FindingRow], Listing[FindingRow]]:
    """Failed, unknown and waived findings, `limit` rows in all; no kind is crowded out by the ones before it."""
    least = min(LEAST_ROWS, limit // 4)
    counted = [len(book.ordered[status]) for status in _DETAILED]
    listings: list[Listing[FindingRow]] = []
    for place, status in enumerate(_DETAILED):
        reserved = sum(min(count, least) for count in counted[place + 1 :])
        findings = book.ordered[status][: limit - reserved]
        limit -= len(findings)
        listings.append(listing(rows(findings, book), counted[place], what=f"{status.word.lower()} findings"))
    failed, unknown, waived = listings
    return failed, unknown, waived


def _summary(book: Ledger, population: Scope) -> Summary:
    worst: tuple[Finding, ...] = book.ordered[Status.FAILED]
    return Summary(
        paragraphs=(_population(population), _results(book), BEST_EFFORT),
        statement=NOT_AN_OPINION,
        tally=book.tally,
        tiles=_tiles(book.tally),
        severities=tuple(SeverityRow(severity=level, tally=book.by_severity[level]) for level in SEVERITIES),
        worst=listing(rows(worst[:WORST], book), len(worst), what="failed findings"),
        unknown_causes=_causes(book),
        decided=(
            f"Verdicts were reached for {number(book.tally.decided)} of {number(book.tally.applicable)} applicable "
            f"findings ({share(book.tally.decided, book.tally.applicable)})."
        ),
    )


def _causes(book: Ledger) -> str:
    phrase = by_cause(book.ordered[Status.UNKNOWN])
    return f"Of the unknown findings, {phrase}." if phrase else ""


def _tiles(counts: Tally) -> tuple[tuple[str, int, str], ...]:
    numbers = {
        Status.FAILED: counts.failed,
        Status.UNKNOWN: counts.unknown,
        Status.WAIVED: counts.waived,
        Status.PASSED: counts.passed,
        Status.NOT_APPLICABLE: counts.not_applicable,
    }
    return tuple((status.word, count, status.value) for status, count in numbers.items())


def _population(population: Scope) -> str:
    return (
        f"This report covers {plural(population.buckets, 'bucket')} in "
        f"{plural(len(population.accounts), 'AWS account')}, as configured between {population.started} and "
        f"{population.finished}: {plural(population.sources, 'source')}, "
        f"{plural(population.destinations, 'destination')} in view, and "
        f"{plural(population.without_logging, 'bucket')} that {'is' if population.without_logging == 1 else 'are'} no "
        "destination and whose access logging is off."
    )


def _results(book: Ledger) -> str:
    counts = book.tally
    severe = [
        f"{number(book.by_severity[level].failed)} {level.word}"
        for level in SEVERITIES
        if book.by_severity[level].failed
    ]
    failed = f"{plural(counts.failed, 'finding')} failed" + (f" ({listed(severe)})" if severe else "")
    return (
        f"{failed}, {number(counts.unknown)} {'is' if counts.unknown == 1 else 'are'} unknown, {number(counts.waived)} "
        f"{'is' if counts.waived == 1 else 'are'} covered by a waiver, {number(counts.passed)} passed and "
        f"{number(counts.not_applicable)} did not apply."
    )
