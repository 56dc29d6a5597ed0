"""A finding as people read it: where, what, why, the proof, the controls it touches and how firm its numbers are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from auditor.assessment import FrameworkUsed
from auditor.model import ControlRef, Evidence, Finding, Severity, WaiverRef
from auditor.reading import MALFORMED, NOT_COLLECTED, Json
from auditor.report.text import anchor, plural, prose, shorten, value_text, visible
from auditor.report.view_counts import Ledger, subject_of
from auditor.report.view_words import CAUSES, Status, firmness, status_of

LONGEST_VALUE = 600
"""Characters of an evidence value that a report shows; the whole value is in assessment.json."""
LONGEST_REASON = 2_000
MOST_FACTS = 12
"""Pieces of evidence that one finding shows; a policy of hundreds of statements would bury the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One piece of evidence; `bucket` is "" when it is about the subject itself."""

    setting: str
    bucket: str
    path: str
    value: str
    lasting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterNote:
    """A value the check compared with, how firm it is, and who asks for it with that firmness.

    `value` carries its unit, or is the parameter's name where it is no single number: "365 days".
    """

    name: str
    value: str
    firmness: str
    meaning: str
    frameworks: tuple[str, ...]
    grounds: str
    """The frameworks, each with its citation: "baseline; pci-dss: PCI DSS 4.0.1, 10.5.1"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlLink:
    """A control that rests on a finding."""

    framework: str
    control: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """A finding in full. `subject` names the bucket, or what the finding is about when it is no bucket."""

    ref: str
    anchor: str
    status: Status
    severity: Severity
    check: str
    check_anchor: str
    title: str
    remediation: str
    account: str
    region: str
    bucket: str
    subject: str
    subject_anchor: str
    reason: str
    cause: str
    controls: tuple[ControlLink, ...]
    facts: tuple[Fact, ...]
    more_facts: str
    """How much evidence is not shown, "" when all of it is."""
    parameters: tuple[ParameterNote, ...]
    waiver: str
    compensated: str
    fingerprint: str

    @property
    def frameworks(self) -> tuple[str, ...]:
        """The frameworks of its controls, each once, in their order."""
        return tuple(dict.fromkeys(link.framework for link in self.controls))


def reference(finding: Finding) -> str:
    """A short name for the finding, the same in every run: the first 12 digits of its fingerprint."""
    return visible(finding.fingerprint.removeprefix("sha256:")[:12])


def finding_anchor(finding: Finding) -> str:
    """The fragment of the finding's row; a fingerprint knows the bucket, but not the Region of what has none."""
    digest = finding.fingerprint.removeprefix("sha256:")[:16]
    return anchor("f", digest) if finding.bucket else anchor("f", digest, finding.region or "run")


def subject_anchor(account: str, bucket: str, region: str) -> str:
    """The fragment of a bucket's results, or of an account and Region."""
    return anchor("b", account or "run", bucket or "no bucket", region or "-")


def subject_name(account: str, bucket: str, region: str) -> str:
    """The bucket's name, or what the finding is about when it is no bucket."""
    if bucket:
        return visible(bucket)
    if not account:
        return "the selected frameworks"
    return f"account {visible(account)}" + (f" in {visible(region)}" if region else "")


def row(finding: Finding, book: Ledger) -> FindingRow:
    """`finding` as people read it."""
    account, bucket, region = subject_of(finding)
    title, remediation = book.titles.get(finding.check, (visible(finding.check), ""))
    cause, evidence = finding.verdict.cause, finding.verdict.evidence
    hidden = len(evidence) - MOST_FACTS
    return FindingRow(
        ref=reference(finding),
        anchor=finding_anchor(finding),
        status=status_of(finding),
        severity=finding.severity,
        check=visible(finding.check),
        check_anchor=anchor("k", finding.check),
        title=title,
        remediation=remediation,
        account=visible(finding.account),
        region=visible(finding.region),
        bucket=visible(finding.bucket),
        subject=subject_name(account, bucket, region),
        subject_anchor=subject_anchor(account, bucket, region),
        reason=shorten(visible(finding.verdict.reason), LONGEST_REASON),
        cause="" if cause is None else CAUSES[cause],
        controls=tuple(control_link(control) for control in finding.controls),
        facts=tuple(_fact(fact, finding.bucket) for fact in evidence[:MOST_FACTS]),
        more_facts=f"{plural(hidden, 'more piece')} of evidence in assessment.json." if hidden > 0 else "",
        parameters=tuple(_parameters(finding, book.frameworks)),
        waiver="" if finding.waiver is None else _waiver(finding.waiver),
        compensated=_compensation(book.compensated.get(finding.fingerprint, ())),
        fingerprint=visible(finding.fingerprint),
    )


def control_link(control: ControlRef) -> ControlLink:
    """`control` with the fragment of its results."""
    return ControlLink(
        framework=visible(control.framework),
        control=visible(control.control),
        anchor=anchor("c", control.framework, control.control),
    )


def framework_name(framework: FrameworkUsed) -> str:
    """The title of a framework with its version: "PCI DSS (4.0.1)"."""
    return prose(f"{framework.title} ({framework.version})" if framework.version else framework.title)


def parameter_text(value: Json) -> str:
    """The value of a parameter for people; None is a bound that a framework leaves open."""
    match value:
        case None:
            return "open"
        case []:
            return "none"
        case list() if all(isinstance(item, str) for item in value):
            return value_text(", ".join(str(item) for item in value), limit=LONGEST_VALUE)
        case _:
            return value_text(value, limit=LONGEST_VALUE)


def _measure(name: str, value: Json) -> str:
    match value:
        case None:
            return visible(f"{name} open")
        case int() if name.endswith(("_days", "_hours")):
            return visible(f"{value} {name.rsplit('_', 1)[1]}")
        case int():
            return visible(f"{name} {value}")
        case _:
            return visible(name)


def rows(findings: Iterable[Finding], book: Ledger) -> tuple[FindingRow, ...]:
    """Each of `findings` as people read it, in the order given."""
    return tuple(row(finding, book) for finding in findings)


def _fact(fact: Evidence, subject: str) -> Fact:
    return Fact(
        setting=visible(fact.setting),
        bucket="" if fact.bucket == subject else visible(fact.bucket),
        path=visible(fact.path),
        value=_value(fact.value),
        lasting=fact.lasting,
    )


def _value(value: Json) -> str:
    match value:
        # What `unreadable` writes: which call failed, how, and what it needs.
        case {"api": str(api), "code": str(code), "iam_action": str(action)}:
            if code == NOT_COLLECTED:
                return visible(f"{api} was not called")
            if code == MALFORMED:
                return visible(f"the answer of {api} could not be understood")
            return visible(f"{api} answered {code}; it needs {action}")
        case _:
            return value_text(value, limit=LONGEST_VALUE)


def _parameters(finding: Finding, frameworks: Mapping[str, FrameworkUsed]) -> Iterable[ParameterNote]:
    asking = [
        frameworks[name] for name in dict.fromkeys(one.framework for one in finding.controls) if name in frameworks
    ]
    for name, value in finding.parameters.items():
        said: dict[str, dict[str, str]] = {}
        for framework in asking:
            for used in framework.parameters:
                if used.name == name and used.value == value:
                    said.setdefault(used.firmness, {})[visible(framework.id)] = prose(used.citation)
        for word, citations in said.items():
            term = firmness(word)
            yield ParameterNote(
                name=visible(name),
                value=_measure(name, value),
                firmness=visible(term.word),
                meaning=term.meaning,
                frameworks=tuple(citations),
                grounds="; ".join(f"{one}: {cited}" if cited else one for one, cited in citations.items()),
            )
        if not said:
            yield ParameterNote(
                name=visible(name),
                value=_measure(name, value),
                firmness="Not stated",
                meaning="No selected framework gives grounds for this value.",
                frameworks=(),
                grounds="",
            )


def _waiver(waiver: WaiverRef) -> str:
    ticket = f", ticket {visible(waiver.ticket)}" if waiver.ticket else ""
    return f"Accepted by {visible(waiver.owner)} until {visible(waiver.expires)}{ticket}: {visible(waiver.reason)}"


def _compensation(controls: tuple[ControlRef, ...]) -> str:
    if not controls:
        return ""
    names = ", ".join(f"{visible(one.framework)} {visible(one.control)}" for one in controls)
    return f"Another check passed, and these controls accept it in place of this one: {names}."
