"""The words that reports use for outcomes, firmness and limits; nothing here ever says that something is met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from auditor.assessment import ControlResult
from auditor.model import Cause, Finding, Outcome, Severity


class Status(StrEnum):
    """What a reader has to do about a finding, the most urgent first."""

    FAILED = "failed"
    UNKNOWN = "unknown"
    WAIVED = "waived"
    PASSED = "passed"
    NOT_APPLICABLE = "not-applicable"

    @property
    def word(self) -> str:
        """As it is written on the page."""
        return _STATUS_WORDS[self]


_STATUS_WORDS: Mapping[Status, str] = {
    Status.FAILED: "Failed",
    Status.UNKNOWN: "Unknown",
    Status.WAIVED: "Waived",
    Status.PASSED: "Passed",
    Status.NOT_APPLICABLE: "Not applicable",
}


def status_of(finding: Finding) -> Status:
    """The status of `finding`. A waiver accepts what failed or is unknown; its row still says which of the two."""
    match finding.verdict.outcome:
        case Outcome.PASS:
            return Status.PASSED
        case Outcome.FAIL:
            return Status.FAILED if finding.waiver is None else Status.WAIVED
        case Outcome.UNKNOWN:
            return Status.UNKNOWN if finding.waiver is None else Status.WAIVED
        case Outcome.NOT_APPLICABLE:
            return Status.NOT_APPLICABLE


class ControlStatus(StrEnum):
    """What the findings say about a control, the most urgent first."""

    EXCEPTION = "exception"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    CLEAN = "clean"
    NOT_TESTED = "not-tested"
    NOT_APPLICABLE = "not-applicable"

    @property
    def word(self) -> str:
        """As it is written on the page."""
        return _CONTROL_WORDS[self]


_CONTROL_WORDS: Mapping[ControlStatus, str] = {
    ControlStatus.EXCEPTION: "Exception",
    ControlStatus.UNKNOWN: "Unknown",
    ControlStatus.ACCEPTED: "Only accepted exceptions noted",
    ControlStatus.CLEAN: "No exceptions noted in what was tested",
    ControlStatus.NOT_TESTED: "Not tested",
    ControlStatus.NOT_APPLICABLE: "Not applicable",
}


def control_status(control: ControlResult) -> ControlStatus:
    """The status of `control`; exceptions that were waived or compensated never disappear behind a pass.

    An unknown outcome without an unknown finding means that the machine has no answer: nothing decides the control,
    or all that could was accepted. Without a primary check nothing was tested, whatever waivers cover.
    """
    accepted = control.waived + control.compensated
    tested = control.passed + control.failed + control.unknown + control.not_applicable + accepted
    match control.outcome:
        case Outcome.FAIL:
            return ControlStatus.EXCEPTION
        case Outcome.UNKNOWN if not control.primary:
            return ControlStatus.NOT_TESTED
        case Outcome.UNKNOWN if control.unknown:
            return ControlStatus.UNKNOWN
        case Outcome.PASS | Outcome.NOT_APPLICABLE | Outcome.UNKNOWN if accepted:
            return ControlStatus.ACCEPTED
        case Outcome.PASS:
            return ControlStatus.CLEAN
        case Outcome.NOT_APPLICABLE if tested:
            return ControlStatus.NOT_APPLICABLE
        case Outcome.NOT_APPLICABLE | Outcome.UNKNOWN:
            return ControlStatus.NOT_TESTED


CAUSES: Mapping[Cause, str] = {
    Cause.UNREADABLE: "Could not be read",
    Cause.UNDECIDABLE: "Cannot be decided",
    Cause.NOT_YET_DEMONSTRATED: "Not yet demonstrated",
}

SEVERITIES: tuple[Severity, ...] = tuple(sorted(Severity, reverse=True))

AUTOMATION: Mapping[str, str] = {
    "full": "Given the parameters, the tests show all that this control asks of S3 access logs.",
    "partial": "The tests show a part; without the human evidence below, the control is not answered.",
    "manual": "People answer this control; the tests, if any, only supply supporting facts.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word and what it means in this report."""

    word: str
    meaning: str


FIRMNESS: Mapping[str, Term] = {
    "law": Term(word="Law", meaning="A law or regulation says it about logs."),
    "law-elsewhere": Term(
        word="Law about something else",
        meaning="A law says it about other records, and people apply it to logs; counsel decides whether it holds.",
    ),
    "standard": Term(word="Standard", meaning="A published standard says it about audit logs."),
    "guidance": Term(word="Guidance", meaning="A regulator's guidance says it; it is not a rule."),
    "organisation": Term(
        word="Organisation's choice",
        meaning="No text gives a number; the organisation has to choose one, and this is its choice or a stand-in.",
    ),
    "practice": Term(word="Practice", meaning="Common practice, or an assumption of this tool; no text gives it."),
}


def firmness(word: str) -> Term:
    """How firm `word` says a number is; a word from elsewhere explains itself by being shown as it is."""
    return FIRMNESS.get(word, Term(word=word, meaning="Not one of the words this report defines."))


NOT_AN_OPINION = (
    "This is not an opinion on compliance. It states what was tested, on which population, by which method, and what "
    "was found. Whether a control is met is for people to decide, with the human evidence that each control names."
)

BEST_EFFORT = (
    "AWS delivers S3 server access logs on a best-effort basis and guarantees neither their completeness nor their "
    "timeliness (Amazon S3 User Guide, Logging requests with server access logging). A record that is there supports "
    "that a request happened; a record that is missing does not prove that none did. Where every request must be "
    "accounted for, pair access logs with CloudTrail data events."
)

LIMITS: tuple[str, ...] = (
    BEST_EFFORT,
    "Settings are true of the time at which they were read. Nothing here says what they were before or became after.",
    "Log objects carry no digest or signature of AWS; that one is unaltered follows only from who could change it.",
    (
        "Service control policies, VPC endpoint policies and KMS key policies are not read. What they forbid or allow "
        "is outside every verdict."
    ),
    "Where AWS does not document what follows from a setting, the verdict is Unknown and the setting is quoted.",
    (
        "A control may ask for more than a machine can show. Each control says which part was tested and lists what a "
        "person has to add."
    ),
)

VOCABULARY: tuple[Term, ...] = (
    Term(word="Source", meaning="A bucket whose requests are, or ought to be, logged."),
    Term(word="Destination", meaning="The bucket and prefix that receive the log objects."),
    Term(word="Failed", meaning="What was read shows that the check does not hold; the evidence is quoted."),
    Term(word="Waived", meaning="A finding, failed or unknown, that a named owner accepted until a date."),
    Term(
        word="Unknown",
        meaning="No verdict was reached: a setting could not be read, AWS leaves the matter "
        "undocumented, or time has not shown it yet. It counts neither as passed nor as failed.",
    ),
    Term(word="Passed", meaning="What was read shows that the check holds; the evidence is kept."),
    Term(word="Not applicable", meaning="The check has nothing to say about this bucket in its role."),
    Term(
        word="Exception", meaning="At least one finding that decides a control failed, neither waived nor compensated."
    ),
    Term(
        word="No exceptions noted in what was tested",
        meaning=(
            "Every finding that decides the control passed or did not apply. It does not say that the control is met."
        ),
    ),
    Term(word="Compensated", meaning="A failed check in whose place the control accepts that another one passed."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A numbered section, the same in every report."""

    number: int
    id: str
    title: str
    lead: str


_SECTIONS: tuple[tuple[str, str, str], ...] = (
    ("summary", "Summary", ""),
    ("scope", "Scope and completeness", "What was looked at, when, by whom, and what is missing from it."),
    (
        "controls",
        "Results by framework and control",
        (
            "For each control: what was tested, the exceptions, what is unknown, examples of the evidence, and what a "
            "person has to add. The title of a control names what it asks for, not what was found. Exceptions are "
            "failures of the checks that decide a control; failures of checks that only support it are listed apart "
            "and are no exceptions by themselves. No result here says that a control is met."
        ),
    ),
    ("findings", "Findings register", "Every failed finding that is not covered by a waiver, the worst first."),
    (
        "unknown",
        "What is unknown",
        "No verdict was reached here. These findings count neither as passed nor as failed.",
    ),
    ("waivers", "Waivers", "Findings that a named owner accepted until a date. They stay visible with their reason."),
    ("buckets", "Results by bucket", ""),
    ("expected", "Findings to expect from other scanners", ""),
    (
        "not-applicable",
        "What did not apply",
        "Checks that had nothing to say about a bucket in its role, with the reasons given most often.",
    ),
    ("checks", "Checks", "What each check asks, why it matters, and how to mend a failure."),
    ("method", "Method and limits", "How results came about, what the words mean, and what this report cannot show."),
    (
        "sign-off",
        "Sign-off",
        "To be completed by people. The tool that made this report signs nothing and approves nothing.",
    ),
)

SECTIONS: Mapping[str, Section] = {
    key: Section(number=place, id=key, title=title, lead=lead)
    for place, (key, title, lead) in enumerate(_SECTIONS, start=1)
}

SIGNATURES: tuple[Term, ...] = (
    Term(word="Management", meaning="The scope above is complete and correct to the best of our knowledge."),
    Term(word="Prepared by", meaning="The scan was run as described, and its files are kept unaltered."),
    Term(word="Reviewed by", meaning="Exceptions, unknowns and waivers were read, and each has an owner and a date."),
    Term(word="Auditor", meaning="For the use of the auditor."),
)
