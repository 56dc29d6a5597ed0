"""The one result document: findings, control results, signals, coverage and where they come from.

Every report, gate and comparison is made from an Assessment and from nothing else, so that whoever holds
`assessment.json` can make them again without our tool having access to AWS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from auditor.model import AccountStatus, ControlRef, Finding, Outcome, Severity
from auditor.reading import Json

SCHEMA_VERSION = "1.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How and when the assessment came about.

    `started_at` and `finished_at` are the estate's: facts are true of that time. `evaluated_at` is when verdicts were
    drawn (waivers expire against it). `estate_sha256` binds the assessment to the estate document it rests on.
    """

    id: str
    started_at: datetime
    finished_at: datetime
    evaluated_at: datetime
    callers: tuple[str, ...]
    complete: bool
    estate_sha256: str
    parameters: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountScope:
    """An account in scope and how much of it was read; `buckets` counts those in scope."""

    id: str
    name: str
    status: AccountStatus
    buckets: int
    caller: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketScope:
    """One bucket of the population and what became of it.

    `roles` holds "source" and/or "destination"; neither for a bucket without logging that receives none.
    `logging` says where its logs go, in a form for people: `s3://acme-logs/app/`, a log group ARN, "off" or "unknown".
    """

    account: str
    region: str
    name: str
    in_scope: bool
    roles: tuple[str, ...]
    logging: str
    destination: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckUsed:
    """What a reader has to know of a check that was run."""

    id: str
    title: str
    severity: Severity
    rationale: str
    remediation: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterUsed:
    """A value that a framework asks for, how firm it is and who says so."""

    name: str
    value: Json
    firmness: str
    citation: str
    rationale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkUsed:
    """A framework as it was applied."""

    id: str
    title: str
    version: str
    publisher: str
    reviewed_on: str
    note: str
    scope: str
    parameters: tuple[ParameterUsed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlResult:
    """What the findings say about one control, and what a person has to add.

    Only the checks in `primary` decide. `outcome` is FAIL when a finding of theirs fails and is neither waived nor
    compensated (an exception), else UNKNOWN when one is unknown, else PASS when one passes or is compensated, else
    NOT_APPLICABLE; it is UNKNOWN where no check decides, or where waivers cover all that would have. The counts and
    `findings` are of all checks: failures of supporting ones are shown beside the control and are no exceptions.

    `title` names what the control is about, never what was found. `automation` is full, partial or manual. PASS never
    means that the control is met, only that no exception was noted in what was tested.
    """

    framework: str
    control: str
    title: str
    summary: str
    automation: str
    shows: str
    human_evidence: tuple[str, ...]
    primary: tuple[str, ...]
    """The ids of the checks that decide, in the framework's order, whether or not they found anything to judge."""
    outcome: Outcome
    passed: int
    failed: int
    unknown: int
    not_applicable: int
    waived: int
    compensated: int
    findings: tuple[str, ...]


class WaiverState(StrEnum):
    """What became of a waiver in this run."""

    ACTIVE = "active"
    EXPIRED = "expired"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverUsed:
    """A waiver the user gave, and whether it covered anything."""

    check: str
    resource: str
    owner: str
    reason: str
    ticket: str
    expires: str
    state: WaiverState
    findings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Crash:
    """A check that raised: a bug of ours, shown and never hidden in a verdict."""

    check: str
    account: str
    bucket: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Whether the run may pass, and why not. `reasons` are whole sentences, the worst first."""

    fail_on: str
    allow_unknown: bool
    passed: bool
    exit_code: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Everything that was concluded, with the proof, the population and the provenance."""

    tool_version: str
    run: Run
    accounts: tuple[AccountScope, ...]
    buckets: tuple[BucketScope, ...]
    frameworks: tuple[FrameworkUsed, ...]
    checks: tuple[CheckUsed, ...]
    findings: tuple[Finding, ...]
    controls: tuple[ControlResult, ...]
    waivers: tuple[WaiverUsed, ...]
    crashes: tuple[Crash, ...]
    gate: Gate
    compensated: Mapping[str, tuple[ControlRef, ...]] = field(default_factory=dict)
    """Fingerprint of a FAIL -> the controls that accept another check's PASS in its place."""
