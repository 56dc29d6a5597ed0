"""What the findings say about each control of each framework, and what a person has to add before it is answered."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from auditor.assessment import Assessment, ControlResult, FrameworkUsed
from auditor.model import Finding
from auditor.report.text import anchor, plural, prose, value_text, visible
from auditor.report.view_counts import Ledger, Listing, Tally, listing, tally
from auditor.report.view_findings import LONGEST_VALUE, FindingRow, row, rows
from auditor.report.view_words import AUTOMATION, ControlStatus, Status, control_status, firmness

EXCEPTIONS_PER_CONTROL = 10
EXAMPLES_PER_CONTROL = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterRow:
    """A value that a framework sets, and its grounds."""

    name: str
    value: str
    firmness: str
    meaning: str
    citation: str
    rationale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """One check on which a control rests, with the findings that count for this control."""

    check: str
    anchor: str
    title: str
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlView:
    """One control: the words for its status, the counts, the exceptions, examples of what passed, and what is open."""

    framework: str
    control: str
    anchor: str
    summary: str
    status: ControlStatus
    counts: str
    automation: str
    automation_note: str
    shows: str
    human_evidence: tuple[str, ...]
    checks: tuple[CheckLine, ...]
    failed: Listing[FindingRow]
    unknown: Listing[FindingRow]
    waived: Listing[FindingRow]
    examples: tuple[FindingRow, ...]
    examples_note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkView:
    """A framework as it was applied, with its controls in the framework's own order."""

    id: str
    anchor: str
    title: str
    version: str
    provenance: str
    note: str
    parameters: tuple[ParameterRow, ...]
    statuses: tuple[tuple[ControlStatus, int], ...]
    """Every control status, the most urgent first, with how many controls have it."""
    controls: tuple[ControlView, ...]

    def count(self, status: ControlStatus) -> int:
        """How many controls have `status`."""
        return dict(self.statuses)[status]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Index:
    """Findings by fingerprint, so that a control's references are resolved in one look each."""

    finding: Mapping[str, Finding]
    kind: Mapping[str, tuple[str, Status]]
    rank: Mapping[Status, Mapping[str, int]]
    titles: Mapping[str, tuple[str, str]]


def framework_views(assessment: Assessment, book: Ledger) -> tuple[FrameworkView, ...]:
    """Every framework in the order in which it was asked for."""
    index = _Index(
        finding={finding.fingerprint: finding for finding in assessment.findings},
        kind={
            finding.fingerprint: (finding.check, status)
            for finding, status in zip(assessment.findings, book.statuses, strict=True)
        },
        rank={
            status: {finding.fingerprint: place for place, finding in enumerate(findings)}
            for status, findings in book.ordered.items()
        },
        titles=book.titles,
    )
    controls: dict[str, list[ControlResult]] = defaultdict(list)
    for control in assessment.controls:
        controls[control.framework].append(control)
    return tuple(_framework(framework, controls[framework.id], index, book) for framework in assessment.frameworks)


def _framework(framework: FrameworkUsed, controls: list[ControlResult], index: _Index, book: Ledger) -> FrameworkView:
    views = tuple(_control(control, index, book) for control in controls)
    counted = Counter(view.status for view in views)
    return FrameworkView(
        id=visible(framework.id),
        anchor=anchor("framework", framework.id),
        title=prose(framework.title),
        version=prose(framework.version),
        provenance=_provenance(framework),
        note=prose(framework.note),
        parameters=tuple(
            ParameterRow(
                name=visible(used.name),
                value="open" if used.value is None else value_text(used.value, limit=LONGEST_VALUE),
                firmness=visible(firmness(used.firmness).word),
                meaning=firmness(used.firmness).meaning,
                citation=prose(used.citation),
                rationale=prose(used.rationale),
            )
            for used in framework.parameters
        ),
        statuses=tuple((status, counted[status]) for status in ControlStatus),
        controls=views,
    )


def _provenance(framework: FrameworkUsed) -> str:
    parts = (
        f"Publisher: {prose(framework.publisher)}." if framework.publisher else "",
        f"Last reviewed on {visible(framework.reviewed_on)}." if framework.reviewed_on else "",
        f"Applied to: {prose(framework.scope)}." if framework.scope else "",
    )
    return " ".join(part for part in parts if part)


def _control(control: ControlResult, index: _Index, book: Ledger) -> ControlView:
    kinds = Counter(index.kind[ref] for ref in control.findings if ref in index.kind)
    examples = _examples(control, index, kinds)
    passed = sum(count for (_, status), count in kinds.items() if status is Status.PASSED)
    return ControlView(
        framework=visible(control.framework),
        control=visible(control.control),
        anchor=anchor("c", control.framework, control.control),
        summary=prose(control.summary),
        status=control_status(control),
        counts=_counts(control),
        automation=visible(control.automation),
        automation_note=AUTOMATION.get(control.automation, ""),
        shows=prose(control.shows),
        human_evidence=tuple(prose(item) for item in control.human_evidence),
        checks=_check_lines(kinds, index.titles),
        failed=_worst(control, Status.FAILED, index=index, book=book),
        unknown=_worst(control, Status.UNKNOWN, index=index, book=book),
        waived=_worst(control, Status.WAIVED, index=index, book=book),
        examples=rows(examples, book),
        examples_note=_examples_note(len(examples), passed),
    )


def _counts(control: ControlResult) -> str:
    numbers = (
        (control.failed, "failed"),
        (control.unknown, "unknown"),
        (control.waived, "waived"),
        (control.compensated, "compensated"),
        (control.passed, "passed"),
        (control.not_applicable, "not applicable"),
    )
    said = [f"{count:,} {word}" for count, word in numbers if count]
    return ", ".join(said) if said else "No findings"


def _check_lines(
    kinds: Mapping[tuple[str, Status], int], titles: Mapping[str, tuple[str, str]]
) -> tuple[CheckLine, ...]:
    by_check: dict[str, dict[Status, int]] = defaultdict(dict)
    for (check, status), count in kinds.items():
        by_check[check][status] = count
    return tuple(
        CheckLine(
            check=visible(check),
            anchor=anchor("k", check),
            title=titles.get(check, (visible(check), ""))[0],
            tally=tally(by_check[check]),
        )
        for check in sorted(by_check)
    )


def _worst(control: ControlResult, status: Status, *, index: _Index, book: Ledger) -> Listing[FindingRow]:
    rank = index.rank[status]
    places = sorted({rank[ref] for ref in control.findings if ref in rank})
    findings = book.ordered[status]
    shown = tuple(row(findings[place], book) for place in places[:EXCEPTIONS_PER_CONTROL])
    return listing(shown, len(places), what=f"{status.word.lower()} findings of this control")


def _examples(control: ControlResult, index: _Index, kinds: Mapping[tuple[str, Status], int]) -> tuple[Finding, ...]:
    """One passed finding for each check, the first few checks; proof that the tests looked at something real."""
    wanted = {check for check, status in kinds if status is Status.PASSED}
    found: dict[str, Finding] = {}
    for ref in control.findings:
        check, status = index.kind.get(ref, ("", Status.UNKNOWN))
        if status is Status.PASSED and check in wanted:
            wanted.discard(check)
            found[check] = index.finding[ref]
        if not wanted:
            break
    return tuple(found[check] for check in islice(sorted(found), EXAMPLES_PER_CONTROL))


def _examples_note(shown: int, passed: int) -> str:
    if passed == shown:
        return ""
    return f"{plural(shown, 'example')} of {plural(passed, 'passed finding')}; every one is in assessment.json."
