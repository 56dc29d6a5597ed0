"""What was read (the estate) and what was concluded from it (verdicts and findings), as values that nobody changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

import orjson

from auditor import __version__
from auditor.reading import Json, Reading, Readings, Unreadable

# --- the estate -----------------------------------------------------------------------------------------------------


class AccountStatus(StrEnum):
    """How much of an account was read."""

    AUDITED = "audited"
    """Its bucket list is complete and every call that its buckets needed was tried."""
    PARTIAL = "partial"
    """Collection stopped before the end, or the bucket list could not be read to its end."""
    UNREACHABLE = "unreachable"
    """No credentials for it: nothing is known about its buckets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """A CloudTrail trail with its status and event selectors (settings TRAIL_STATUS, EVENT_SELECTORS)."""

    arn: str
    home_region: str
    document: Json
    readings: Readings


@dataclass(frozen=True, slots=True, kw_only=True)
class LogGroup:
    """A CloudWatch Logs group that receives server access logs (setting LOG_GROUP)."""

    arn: str
    readings: Readings


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRegion:
    """What is asked once per account and Region in use: log deliveries, trails, GuardDuty."""

    account: str
    region: str
    readings: Readings


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One AWS account in scope, reached or not.

    `problem` says why it is not wholly audited (a sentence fragment), "" when it is.
    """

    id: str
    name: str = ""
    partition: str = "aws"
    caller_arn: str = ""
    status: AccountStatus
    problem: str = ""
    readings: Readings = field(default_factory=dict)
    regions: tuple[AccountRegion, ...] = ()
    trails: tuple[Trail, ...] = ()
    log_groups: tuple[LogGroup, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """One bucket as it was read.

    `in_scope` is False for a bucket that the user's filters leave out and that is here only because logs go to it.
    `deleted` is True when AWS said NoSuchBucket after listing it.
    `document` is its entry in the ListBuckets answer.
    """

    name: str
    account: str
    region: Reading[str]
    in_scope: bool = True
    deleted: bool = False
    document: Json = None
    readings: Readings = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StrangeDestination:
    """A destination that no account in scope lists: HeadBucket asked on behalf of `account` (setting REGION).

    `head` is Absent when the bucket does not exist anywhere in the partition. `owned` is the same question with
    ExpectedBucketOwner set to `account`: Present proves ownership although the list did not show the bucket.
    """

    name: str
    account: str
    head: Reading[Json]
    owned: Reading[Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """Everything read about all buckets and accounts in scope, at one time.

    `complete` is False when collection was interrupted; what was not read is Unreadable with the code NotCollected.
    `parameters` are the options that shaped the collection (filters, logs on or off), for evidence; `tool_version`
    is the version of this program that collected.
    """

    started_at: datetime
    finished_at: datetime
    complete: bool
    accounts: tuple[Account, ...]
    buckets: tuple[Bucket, ...]
    strange_destinations: tuple[StrangeDestination, ...] = ()
    parameters: Mapping[str, Json] = field(default_factory=dict)
    organization: Readings = field(default_factory=dict)
    tool_version: str = __version__


# --- verdicts -------------------------------------------------------------------------------------------------------


class Outcome(StrEnum):
    """What a check concluded about one subject."""

    PASS = "PASS"
    FAIL = "FAIL"
    UNKNOWN = "UNKNOWN"
    NOT_APPLICABLE = "NOT_APPLICABLE"


class Cause(StrEnum):
    """Why a verdict is UNKNOWN. The first two close the gate unless the user accepts them; the third does not."""

    UNREADABLE = "unreadable"
    UNDECIDABLE = "undecidable"
    NOT_YET_DEMONSTRATED = "not-yet-demonstrated"


class Severity(IntEnum):
    """How bad a FAIL is; ordered, so that `>=` compares."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """The name used in documents and options: `high`."""
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> Severity:
        """The severity called `word`; ValueError otherwise."""
        try:
            return cls[word.upper()]
        except KeyError:
            known = ", ".join(level.word for level in reversed(cls))
            raise ValueError(f"severity must be one of {known}, not {word!r}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One fact a verdict rests on: the setting, the path inside its document, and the value found there.

    `bucket` names the bucket the setting belongs to when it is not the subject itself (a destination's policy).
    `lasting` is False for what changes by itself between two scans (the newest log object): it is shown, but the
    finding's fingerprint does not depend on it.
    """

    setting: str
    path: str
    value: Json
    bucket: str = ""
    lasting: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """An outcome, the sentence that says why, and the facts that prove it; PASS and FAIL cannot exist without facts."""

    outcome: Outcome
    reason: str
    evidence: tuple[Evidence, ...] = ()
    cause: Cause | None = None

    def __post_init__(self) -> None:
        # Made by the hundred thousand: identity is compared because hashing a member of an enum is slow.
        if not self.evidence and (self.outcome is Outcome.PASS or self.outcome is Outcome.FAIL):
            raise ValueError(f"a {self.outcome} without evidence is an opinion: {self.reason}")
        if (self.outcome is Outcome.UNKNOWN) != (self.cause is not None):
            raise ValueError(f"UNKNOWN has a cause and nothing else has one: {self.reason}")


def passed(reason: str, *evidence: Evidence) -> Verdict:
    """The check holds, and `evidence` proves it."""
    return Verdict(outcome=Outcome.PASS, reason=reason, evidence=evidence)


def failed(reason: str, *evidence: Evidence) -> Verdict:
    """The check does not hold, and `evidence` proves it."""
    return Verdict(outcome=Outcome.FAIL, reason=reason, evidence=evidence)


def not_applicable(reason: str, *evidence: Evidence) -> Verdict:
    """The check has nothing to say about this subject."""
    return Verdict(outcome=Outcome.NOT_APPLICABLE, reason=reason, evidence=evidence)


def undecidable(reason: str, *evidence: Evidence) -> Verdict:
    """Everything was read, but AWS does not document what follows from it; a person has to look."""
    return Verdict(outcome=Outcome.UNKNOWN, reason=reason, evidence=evidence, cause=Cause.UNDECIDABLE)


def not_yet_demonstrated(reason: str, *evidence: Evidence) -> Verdict:
    """Nothing speaks against it, but time has not shown it yet."""
    return Verdict(outcome=Outcome.UNKNOWN, reason=reason, evidence=evidence, cause=Cause.NOT_YET_DEMONSTRATED)


def unreadable(what: str, *unread: Unreadable, bucket: str = "", evidence: tuple[Evidence, ...] = ()) -> Verdict:
    """`what` could not be learned because `unread` could not be read: "The policy of acme-logs is unknown"."""
    because = "; ".join(dict.fromkeys(one.because() for one in unread))
    facts = tuple(
        Evidence(
            setting=one.setting.value,
            path="",
            value={"api": one.api, "code": one.code, "iam_action": one.iam_action},
            bucket=bucket,
        )
        for one in unread
    )
    return Verdict(
        outcome=Outcome.UNKNOWN,
        reason=f"{what}: {because}.",
        evidence=(*facts, *evidence),
        cause=Cause.UNREADABLE,
    )


# --- findings -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ControlRef:
    """A control of a framework that rests on a finding."""

    framework: str
    control: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverRef:
    """The accepted exception that covers a finding."""

    owner: str
    reason: str
    ticket: str
    expires: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The verdict of one check on one subject under one set of parameters.

    `bucket` is "" for what is about an account and Region, or about the run. `parameters` are the values the check
    compared with; two frameworks that ask for different numbers get two findings.
    """

    check: str
    account: str
    region: str
    bucket: str
    verdict: Verdict
    severity: Severity
    parameters: Mapping[str, Json] = field(default_factory=dict)
    controls: tuple[ControlRef, ...] = ()
    waiver: WaiverRef | None = None
    fingerprint: str = ""


def fingerprint(check: str, account: str, *, bucket: str, verdict: Verdict, parameters: Mapping[str, Json]) -> str:
    """The identity of a finding: check, account, bucket and the lasting facts; never its wording, place or time.

    Two scans of an unchanged bucket give the same fingerprint, so a baseline survives a rename of our sentences; when
    a fact changes, the finding counts as new.
    """
    facts = [[fact.setting, fact.bucket, fact.path, fact.value] for fact in verdict.evidence if fact.lasting]
    return (
        "sha256:" + hashlib.sha256(_canonical([check, account, bucket, verdict.outcome, facts, parameters])).hexdigest()
    )


def _canonical(value: object) -> bytes:
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        # orjson refuses what a policy may hold all the same: whole numbers beyond 64 bits and lone surrogates.
        return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
