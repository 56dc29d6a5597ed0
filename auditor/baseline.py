"""What an earlier assessment already knew: which findings are old, what changed since, and which logs flowed then.

Everything here reads assessment documents (JSON) that have been validated; a ValueError means that one was not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from auditor import shape
from auditor.model import Outcome, Severity
from auditor.reading import Json, Setting

Document: TypeAlias = Mapping[str, Json]
"""An assessment as JSON."""

Subject: TypeAlias = tuple[str, str, str, str, str]
"""(check, account, Region, bucket, parameters)."""

WORSE = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS, Outcome.NOT_APPLICABLE)

# --- the gate: which findings are new ---------------------------------------------------------------------------------


def known_failures(assessment: Document) -> frozenset[str]:
    """The fingerprints that failed in `assessment` and so are no news.

    A failure that was waived there is not among them: the waiver has its own end, and a baseline must not outlive it.
    """
    return frozenset(
        entry.fingerprint for entry in _findings(assessment) if entry.outcome is Outcome.FAIL and not entry.waived
    )


# --- the difference between two assessments ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A finding as an assessment document has it; `parameters` is canonical JSON text."""

    check: str
    account: str
    region: str
    bucket: str
    parameters: str
    outcome: Outcome
    severity: Severity
    reason: str
    fingerprint: str
    waived: bool

    @property
    def subject(self) -> Subject:
        """What was asked of whom: two entries with the same subject answer the same question."""
        region = "" if self.bucket else self.region  # a bucket has one Region, which may be unknown in one of the two
        return self.check, self.account, region, self.bucket, self.parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A subject that fails in both assessments, but for other facts: neither resolved nor unchanged."""

    before: Entry
    after: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What became of the failures between two assessments, each part in the order of its document.

    `new` fails now and either did not fail before or was not asked before. `changed` fails in both, for other facts;
    a gate counts it as new, too. `resolved` was asked again and passes now. `not_compared` failed before and has no
    answer now: the check was not run on it, does not apply to it any more (logs that were not read, logging that was
    switched off), or is UNKNOWN.
    """

    new: tuple[Entry, ...]
    changed: tuple[Change, ...]
    resolved: tuple[Entry, ...]
    unchanged: tuple[Entry, ...]
    not_compared: tuple[Entry, ...]

    @property
    def worst_new(self) -> Severity | None:
        """The highest severity among what is new or changed and not waived, None when there is nothing."""
        fresh = (*self.new, *(change.after for change in self.changed))
        return max((entry.severity for entry in fresh if not entry.waived), default=None)


def diff(old: Document, new: Document) -> Difference:
    """What became of the failures of `old` in `new`; silence in one of them is never taken for an answer."""
    before, after = _by_subject(old), _by_subject(new)
    fresh: list[Entry] = []
    changed: list[Change] = []
    unchanged: list[Entry] = []
    for subject, entry in after.items():
        earlier = before.get(subject)
        if entry.outcome is not Outcome.FAIL:
            continue
        if earlier is None or earlier.outcome is not Outcome.FAIL:
            fresh.append(entry)
        elif earlier.fingerprint == entry.fingerprint:
            unchanged.append(entry)
        else:
            changed.append(Change(before=earlier, after=entry))
    resolved: list[Entry] = []
    not_compared: list[Entry] = []
    for subject, entry in before.items():
        later = after.get(subject)
        if entry.outcome is not Outcome.FAIL or (later is not None and later.outcome is Outcome.FAIL):
            continue
        (resolved if later is not None and later.outcome is Outcome.PASS else not_compared).append(entry)
    return Difference(
        new=tuple(fresh),
        changed=tuple(changed),
        resolved=tuple(resolved),
        unchanged=tuple(unchanged),
        not_compared=tuple(not_compared),
    )


def _by_subject(assessment: Document) -> Mapping[Subject, Entry]:
    """Each question with its answer. Where scope is open one subject has two answers, of which the worse counts."""
    found: dict[Subject, Entry] = {}
    for entry in _findings(assessment):
        other = found.get(entry.subject)
        if other is None or WORSE.index(entry.outcome) < WORSE.index(other.outcome):
            found[entry.subject] = entry
    return found


def _findings(assessment: Document) -> tuple[Entry, ...]:
    return tuple(_entry(shape.mapping(item, "findings[]")) for item in _list(assessment, "findings"))


def _entry(finding: Document) -> Entry:
    return Entry(
        check=_text(finding, "check"),
        account=_text(finding, "account"),
        region=_text(finding, "region"),
        bucket=_text(finding, "bucket"),
        parameters=json.dumps(finding.get("parameters", {}), sort_keys=True),
        outcome=Outcome(_text(finding, "outcome")),
        severity=Severity.of(_text(finding, "severity")),
        reason=_text(finding, "reason"),
        fingerprint=_text(finding, "fingerprint"),
        waived=finding.get("waiver") is not None,
    )


# --- since when logs are known to flow --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenDelivery:
    """A delivery that an earlier assessment saw configured; `at` is the latest time at which it was read.

    `key_format` is TargetObjectKeyFormat as the evidence has it, None when the evidence is silent about it.
    """

    destination: str
    prefix: str
    key_format: Json
    at: datetime

    def is_still(self, destination: str, prefix: str, *, key_format: Json) -> bool:
        """Whether a delivery configured so today writes to the same keys, and so is at least as old as `at`.

        Under another key format the newest objects lie elsewhere, so a format that nobody recorded proves nothing.
        Logging that was off in between is not noticed.
        """
        if self.key_format is None:
            return False
        return (self.destination, self.prefix, self.key_format) == (destination, prefix, key_format)


def deliveries_seen(assessment: Document) -> Mapping[tuple[str, str], SeenDelivery]:
    """(account, bucket) -> the bucket delivery that `assessment` saw there.

    It rests on the evidence of `logging-enabled` where that passed: the members TargetBucket, TargetPrefix and
    TargetObjectKeyFormat of LoggingEnabled. A bucket whose evidence does not name the first two is left out.
    """
    finished = datetime.fromisoformat(_text(shape.mapping(assessment.get("run"), "run"), "finished_at"))
    if finished.tzinfo is None:
        raise ValueError("run.finished_at must name its offset from UTC")
    seen = {}
    for item in _list(assessment, "findings"):
        finding = shape.mapping(item, "findings[]")
        if finding.get("check") != "logging-enabled" or finding.get("outcome") != Outcome.PASS:
            continue
        facts = _logging_facts(finding)
        destination, prefix = facts.get("LoggingEnabled.TargetBucket"), facts.get("LoggingEnabled.TargetPrefix")
        if isinstance(destination, str) and isinstance(prefix, str):
            place = (_text(finding, "account"), _text(finding, "bucket"))
            key_format = facts.get("LoggingEnabled.TargetObjectKeyFormat")
            seen[place] = SeenDelivery(destination=destination, prefix=prefix, key_format=key_format, at=finished)
    return seen


def _logging_facts(finding: Document) -> Mapping[str, Json]:
    facts: dict[str, Json] = {}
    for item in _list(finding, "evidence"):
        fact = shape.mapping(item, "evidence[]")
        # Evidence with a bucket of its own is about another bucket than the subject.
        if fact.get("setting") == Setting.LOGGING and not fact.get("bucket"):
            path, value = _text(fact, "path"), fact.get("value")
            facts[path] = value
            if isinstance(value, dict):
                facts.update({f"{path}.{key}".lstrip("."): inner for key, inner in value.items()})
    return facts


def _text(members: Document, key: str) -> str:
    return shape.text(members.get(key, ""), key)


def _list(members: Document, key: str) -> list[Json]:
    return shape.array(members.get(key, []), key)
