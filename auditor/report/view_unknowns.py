"""What could not be concluded: which calls failed and what they need, what AWS leaves open, and what time will show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from auditor.model import Cause, Finding, Outcome
from auditor.reading import MALFORMED, NOT_COLLECTED
from auditor.report.text import anchor, listed, number, visible
from auditor.report.view_counts import Ledger, subject_of
from auditor.report.view_findings import subject_name
from auditor.report.view_words import CAUSES, Status

BUCKETS_PER_GROUP = 25

_DENIED = frozenset(
    {
        "403",
        "AccessDenied",
        "AccessDeniedException",
        "AllAccessDisabled",
        "Forbidden",
        "UnauthorizedAccess",
        "UnauthorizedOperation",
    }
)


_OPEN_ADVICE: Mapping[Cause, str] = {
    Cause.UNREADABLE: "A setting could not be read; the reason of each finding names it.",
    Cause.UNDECIDABLE: "Everything was read, but AWS does not document what follows. A person has to look.",
    Cause.NOT_YET_DEMONSTRATED: "Nothing speaks against it, but time has not shown it yet. Run again later.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadGroup:
    """One call that failed in one way; `denied` says that granting `iam_action` is the answer."""

    api: str
    code: str
    iam_action: str
    denied: bool
    advice: str
    findings: int
    subjects: int
    names: str
    """The first buckets it failed for, as a phrase."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenGroup:
    """Findings of one check that were read and still have no verdict."""

    cause: str
    check: str
    check_anchor: str
    title: str
    findings: int
    names: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknowns:
    """All that is unknown, grouped by what would make it known."""

    total: int
    unread: tuple[UnreadGroup, ...]
    open: tuple[OpenGroup, ...]
    missing_actions: tuple[str, ...]
    """IAM actions that were denied, sorted."""


@dataclass(slots=True)
class _Seen:
    findings: int = 0
    subjects: set[str] = field(default_factory=set)


def unknowns(book: Ledger) -> Unknowns:
    """The unknown findings of `book` by failed call, and by check where everything was read.

    Findings that a waiver accepts are among them: what could not be read was not read, whoever accepts it.
    """
    unread: dict[tuple[str, str, str], _Seen] = {}
    pending: dict[tuple[Cause, str], _Seen] = {}
    accepted = (one for one in book.ordered[Status.WAIVED] if one.verdict.outcome is Outcome.UNKNOWN)
    for finding in (*book.ordered[Status.UNKNOWN], *accepted):
        calls = _failed_calls(finding)
        for call, buckets in calls.items():
            seen = unread.setdefault(call, _Seen())
            seen.findings += 1
            seen.subjects |= buckets
        if not calls:
            seen = pending.setdefault((finding.verdict.cause or Cause.UNDECIDABLE, finding.check), _Seen())
            seen.findings += 1
            seen.subjects.add(subject_name(*subject_of(finding)))
    groups = [_unread(call, seen) for call, seen in unread.items()]
    return Unknowns(
        total=book.tally.unknown,
        unread=tuple(sorted(groups, key=lambda group: (-group.findings, group.iam_action, group.api, group.code))),
        open=tuple(
            _open(cause, check, seen=pending[cause, check], book=book)
            for cause, check in sorted(pending, key=lambda key: (list(Cause).index(key[0]), key[1]))
        ),
        missing_actions=tuple(sorted({group.iam_action for group in groups if group.denied})),
    )


def _failed_calls(finding: Finding) -> dict[tuple[str, str, str], set[str]]:
    """(API, code, IAM action) of each call behind an unreadable finding, with the buckets it failed for."""
    calls: dict[tuple[str, str, str], set[str]] = {}
    if finding.verdict.cause is not Cause.UNREADABLE:
        return calls
    for fact in finding.verdict.evidence:
        match fact.value:
            case {"api": str(api), "code": str(code), "iam_action": str(action)}:
                name = visible(fact.bucket) if fact.bucket else subject_name(*subject_of(finding))
                calls.setdefault((api, code, action), set()).add(name)
            case _:
                continue
    return calls


def _unread(call: tuple[str, str, str], seen: _Seen) -> UnreadGroup:
    api, code, action = (visible(part) for part in call)
    denied = code in _DENIED
    return UnreadGroup(
        api=api,
        code=code,
        iam_action=action,
        denied=denied,
        advice=_advice(code, action, denied=denied),
        findings=seen.findings,
        subjects=len(seen.subjects),
        names=listed(sorted(seen.subjects), limit=BUCKETS_PER_GROUP),
    )


def _advice(code: str, action: str, *, denied: bool) -> str:
    if denied:
        return f"Allow {action} to the principal that audits, and look for a policy that denies it."
    if code == NOT_COLLECTED:
        return "The call was not made: it was switched off, or collection ended before it."
    if code == MALFORMED:
        return "AWS answered with a document that this tool cannot read; look at the raw answer in estate.json."
    return f"The call ended in {code}; run again, and look at the setting by hand if it stays."


def _open(cause: Cause, check: str, *, seen: _Seen, book: Ledger) -> OpenGroup:
    return OpenGroup(
        cause=CAUSES[cause],
        check=visible(check),
        check_anchor=anchor("k", check),
        title=book.titles.get(check, (visible(check), ""))[0],
        findings=seen.findings,
        names=listed(sorted(seen.subjects), limit=BUCKETS_PER_GROUP),
        advice=_OPEN_ADVICE[cause],
    )


def by_cause(findings: tuple[Finding, ...]) -> str:
    """How many findings are unknown for which cause: "3 could not be read and 1 is still to be demonstrated"."""
    counted = Counter(finding.verdict.cause for finding in findings)
    words = {
        Cause.UNREADABLE: "could not be read",
        Cause.UNDECIDABLE: "could not be decided",
        Cause.NOT_YET_DEMONSTRATED: "still to be demonstrated",
    }
    return listed(f"{number(counted[cause])} {word}" for cause, word in words.items() if counted[cause])
