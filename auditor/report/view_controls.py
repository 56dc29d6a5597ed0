"""What the findings say about each control of each framework, and what a person has to add before it is answered."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from auditor.assessment import Assessment, ControlResult, FrameworkUsed
from auditor.model import ControlRef, Finding
from auditor.report.text import anchor, number, plural, prose, sentence, visible
from auditor.report.view_counts import Ledger, Listing, Tally, listing, tally
from auditor.report.view_findings import FindingRow, framework_name, parameter_text, rows
from auditor.report.view_words import AUTOMATION, ControlStatus, Status, control_status, firmness

ROWS_PER_LIST = 10
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
    """One check on which a control rests, with the findings that count for this control.

    `role` says "supporting" where a failure is no exception, and is "" for a check that decides.
    """

    check: str
    anchor: str
    title: str
    role: str
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlView:
    """One control: the words for its status, the counts, the exceptions, examples of what passed, and what is open."""

    framework: str
    control: str
    anchor: str
    title: str
    summary: str
    status: ControlStatus
    counts: str
    automation: str
    automation_note: str
    shows: str
    human_evidence: tuple[str, ...]
    checks: tuple[CheckLine, ...]
    exceptions: Listing[FindingRow]
    """Failures of primary checks: they decide the control."""
    supporting: Listing[FindingRow]
    """Failures of other checks: no exceptions by themselves."""
    unknown: Listing[FindingRow]
    accepted: Listing[FindingRow]
    """Waived, or compensated for this control."""
    examples: tuple[FindingRow, ...]
    examples_note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkView:
    """A framework as it was applied, with its controls in the framework's own order; `title` says its version."""

    id: str
    anchor: str
    title: str
    provenance: str
    note: str
    parameters: tuple[ParameterRow, ...]
    statuses: tuple[tuple[ControlStatus, int], ...]
    """Every control status, the most urgent first, with how many controls have it."""
    controls: tuple[ControlView, ...]

    def count(self, status: ControlStatus) -> int:
        """How many controls have `status`."""
        return dict(self.statuses)[status]


class _Shelf(StrEnum):
    """A list of findings under a control, by what it holds."""

    EXCEPTIONS = "exceptions"
    SUPPORTING = "failed findings of supporting checks"
    UNKNOWN = "unknown findings"
    ACCEPTED = "accepted findings"


def _shelf(status: Status, *, primary: bool) -> _Shelf | None:
    """Where a finding of `status` is listed; what passed or did not apply is only counted."""
    match status:
        case Status.FAILED:
            return _Shelf.EXCEPTIONS if primary else _Shelf.SUPPORTING
        case Status.UNKNOWN:
            return _Shelf.UNKNOWN
        case Status.WAIVED:
            return _Shelf.ACCEPTED
        case Status.PASSED | Status.NOT_APPLICABLE:
            return None


@dataclass(slots=True)
class _Gathered:
    """What rests under one control: counts by check and status, the worst findings, one passed finding a check."""

    primary: frozenset[str] = frozenset()
    kinds: Counter[tuple[str, Status]] = field(default_factory=Counter)
    worst: dict[_Shelf, list[Finding]] = field(default_factory=lambda: defaultdict(list))
    examples: dict[str, Finding] = field(default_factory=dict)

    def passed(self) -> int:
        """How many findings passed."""
        return sum(count for (_, status), count in self.kinds.items() if status is Status.PASSED)

    def total(self, shelf: _Shelf) -> int:
        """How many findings belong on `shelf`, listed or not."""
        return sum(
            count
            for (check, status), count in self.kinds.items()
            if _shelf(status, primary=check in self.primary) is shelf
        )


def framework_views(assessment: Assessment, book: Ledger) -> tuple[FrameworkView, ...]:
    """Every framework in the order in which it was asked for."""
    gathered = _gather(assessment, book)
    controls: dict[str, list[ControlResult]] = defaultdict(list)
    for control in assessment.controls:
        controls[control.framework].append(control)
    return tuple(
        _framework(
            framework,
            tuple(
                _control(
                    control,
                    gathered.get(ControlRef(framework=control.framework, control=control.control), _Gathered()),
                    book=book,
                )
                for control in controls[framework.id]
            ),
        )
        for framework in assessment.frameworks
    )


def _gather(assessment: Assessment, book: Ledger) -> dict[ControlRef, _Gathered]:
    gathered: dict[ControlRef, _Gathered] = defaultdict(_Gathered)
    for control in assessment.controls:
        ref = ControlRef(framework=control.framework, control=control.control)
        gathered[ref].primary = frozenset(control.primary)
    # There are far fewer sets of controls than findings, so findings are counted by set, and only sets are taken apart.
    numbers: dict[tuple[ControlRef, ...], int] = {}
    sets = [numbers.setdefault(finding.controls, len(numbers)) for finding in assessment.findings]
    refs = tuple(numbers)
    kinds = Counter(zip(sets, (finding.check for finding in assessment.findings), book.statuses, strict=True))
    for (place, check, status), count in kinds.items():
        for ref in refs[place]:
            gathered[ref].kinds[check, status] += count
    passed: dict[tuple[int, str], Finding] = {}
    for place, finding, status in zip(sets, assessment.findings, book.statuses, strict=True):
        if status is Status.PASSED:
            passed.setdefault((place, finding.check), finding)
    for (place, check), finding in passed.items():
        for ref in refs[place]:
            gathered[ref].examples.setdefault(check, finding)
    for status, findings in book.ordered.items():
        for finding in findings:
            for ref in finding.controls:
                _place(finding, status, gathered[ref], compensated=ref in book.compensated.get(finding.fingerprint, ()))
    return gathered


def _place(finding: Finding, status: Status, under: _Gathered, *, compensated: bool) -> None:
    """Keep `finding` among the worst of its control; what is compensated there is accepted and still to be seen."""
    if compensated and status is Status.FAILED:
        under.kinds[finding.check, Status.FAILED] -= 1
        under.kinds[finding.check, Status.WAIVED] += 1
        status = Status.WAIVED
    shelf = _shelf(status, primary=finding.check in under.primary)
    # Each list has its own room: many severe failures of supporting checks must not crowd out an exception.
    if shelf is not None and len(under.worst[shelf]) < ROWS_PER_LIST:
        under.worst[shelf].append(finding)


def _framework(framework: FrameworkUsed, views: tuple[ControlView, ...]) -> FrameworkView:
    counted = Counter(view.status for view in views)
    return FrameworkView(
        id=visible(framework.id),
        anchor=anchor("framework", framework.id),
        title=framework_name(framework),
        provenance=_provenance(framework),
        note=prose(framework.note),
        parameters=tuple(
            ParameterRow(
                name=visible(used.name),
                value=parameter_text(used.value),
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
        f"Scope: {sentence(framework.scope)}" if framework.scope else "",
    )
    return " ".join(part for part in parts if part)


def _control(control: ControlResult, gathered: _Gathered, *, book: Ledger) -> ControlView:
    examples = [gathered.examples[check] for check in sorted(gathered.examples)][:EXAMPLES_PER_CONTROL]
    return ControlView(
        framework=visible(control.framework),
        control=visible(control.control),
        anchor=anchor("c", control.framework, control.control),
        title=prose(control.title),
        summary=prose(control.summary),
        status=control_status(control),
        counts=_counts(control),
        automation=visible(control.automation),
        automation_note=AUTOMATION.get(control.automation, ""),
        shows=prose(control.shows),
        human_evidence=tuple(prose(item) for item in control.human_evidence),
        checks=_check_lines(gathered, book.titles),
        exceptions=_worst(gathered, _Shelf.EXCEPTIONS, book=book),
        supporting=_worst(gathered, _Shelf.SUPPORTING, book=book),
        unknown=_worst(gathered, _Shelf.UNKNOWN, book=book),
        accepted=_worst(gathered, _Shelf.ACCEPTED, book=book),
        examples=rows(examples, book),
        examples_note=_examples_note(len(examples), gathered.passed()),
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
    said = [f"{number(count)} {word}" for count, word in numbers if count]
    return (", ".join(said) if said else "No findings") + "."


def _check_lines(gathered: _Gathered, titles: Mapping[str, tuple[str, str]]) -> tuple[CheckLine, ...]:
    """The checks that decide come first."""
    by_check: dict[str, dict[Status, int]] = defaultdict(dict)
    for (check, status), count in gathered.kinds.items():
        by_check[check][status] = count
    return tuple(
        CheckLine(
            check=visible(check),
            anchor=anchor("k", check),
            title=titles.get(check, (visible(check), ""))[0],
            role="" if check in gathered.primary else "supporting",
            tally=tally(by_check[check]),
        )
        for check in sorted(by_check, key=lambda one: (one not in gathered.primary, one))
    )


def _worst(gathered: _Gathered, shelf: _Shelf, *, book: Ledger) -> Listing[FindingRow]:
    return listing(rows(gathered.worst[shelf], book), gathered.total(shelf), what=f"{shelf.value} of this control")


def _examples_note(shown: int, passed: int) -> str:
    if passed == shown:
        return ""
    return f"{plural(shown, 'example')} of {plural(passed, 'passed finding')}; every one is in assessment.json."
