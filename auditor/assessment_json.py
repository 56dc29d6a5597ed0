"""An assessment and its JSON document say the same; the document is the contract that users script against.

Keys and their nesting are fixed by the schema `assessment`. In a finding, what is empty and not part of every finding
is left out: `cause`, `parameters`, `compensated`, and in its evidence `bucket` and `lasting`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from auditor.assessment import (
    AccountScope,
    Assessment,
    BucketScope,
    ControlResult,
    Crash,
    FrameworkUsed,
    Gate,
    Run,
    WaiverUsed,
)
from auditor.assessment_read import assessment_from_json
from auditor.document import ASSESSMENT, dump, load, opening, timestamp
from auditor.errors import DocumentError
from auditor.model import ControlRef, Evidence, Finding, WaiverRef
from auditor.reading import Json


def write_assessment(assessment: Assessment) -> bytes:
    """The bytes of `assessment.json`: equal assessments give equal bytes. Naive times are a ValueError."""
    findings = (_finding(finding, assessment.compensated) for finding in assessment.findings)
    return dump(_but_findings(assessment), ASSESSMENT, streams={"findings": findings})


def read_assessment(data: bytes, origin: str) -> Assessment:
    """The assessment in `data`; DocumentError names `origin` (the file), the place and what was expected there."""
    document = load(data, ASSESSMENT, origin=origin)
    try:
        return assessment_from_json(document)
    except ValueError as wrong:
        raise DocumentError(f"{origin}: {wrong}") from wrong


def _but_findings(assessment: Assessment) -> dict[str, Json]:
    return opening(ASSESSMENT, assessment.tool_version) | {
        "run": _run(assessment.run),
        "scope": _scope(assessment),
        "frameworks": [_framework(framework) for framework in assessment.frameworks],
        "checks": [
            {
                "id": check.id,
                "title": check.title,
                "severity": check.severity.word,
                "rationale": check.rationale,
                "remediation": check.remediation,
                "reference": check.reference,
            }
            for check in assessment.checks
        ],
        "controls": [_control(control) for control in assessment.controls],
        # No log was read: the lists are there so that scripts need not ask.
        "signals": [],
        "coverage": [],
        "waivers": [_waiver(waiver) for waiver in assessment.waivers],
        "crashes": [_crash(crash) for crash in assessment.crashes],
        "gate": _gate(assessment.gate),
    }


def _run(run: Run) -> Json:
    return {
        "id": run.id,
        "started_at": timestamp(run.started_at),
        "finished_at": timestamp(run.finished_at),
        "evaluated_at": timestamp(run.evaluated_at),
        "callers": list(run.callers),
        "complete": run.complete,
        "estate_sha256": run.estate_sha256,
        "parameters": dict(run.parameters),
    }


def _scope(assessment: Assessment) -> Json:
    population = assessment.buckets
    in_scope = [bucket for bucket in population if bucket.in_scope]
    return {
        "accounts": [_account(account) for account in assessment.accounts],
        "buckets": len(in_scope),
        "sources": sum("source" in bucket.roles for bucket in in_scope),
        # A destination counts even where the filters leave it out, because it is judged as one all the same.
        "destinations": sum("destination" in bucket.roles for bucket in population),
        "population": [_bucket(bucket) for bucket in population],
    }


def _account(account: AccountScope) -> Json:
    return {
        "id": account.id,
        "name": account.name,
        "status": account.status.value,
        "buckets": account.buckets,
        "caller": account.caller,
        "problem": account.problem,
    }


def _bucket(bucket: BucketScope) -> Json:
    return {
        "account": bucket.account,
        "region": bucket.region,
        "name": bucket.name,
        "in_scope": bucket.in_scope,
        "roles": list(bucket.roles),
        "logging": bucket.logging,
        "destination": bucket.destination,
        "prefix": bucket.prefix,
    }


def _framework(framework: FrameworkUsed) -> Json:
    return {
        "id": framework.id,
        "title": framework.title,
        "version": framework.version,
        "publisher": framework.publisher,
        "reviewed_on": framework.reviewed_on,
        "note": framework.note,
        "scope": framework.scope,
        "parameters": [
            {
                "name": one.name,
                "value": one.value,
                "firmness": one.firmness,
                "citation": one.citation,
                "rationale": one.rationale,
            }
            for one in framework.parameters
        ],
    }


def _finding(finding: Finding, compensated: Mapping[str, tuple[ControlRef, ...]]) -> Json:
    verdict = finding.verdict
    document: dict[str, Json] = {
        "check": finding.check,
        "outcome": verdict.outcome.value,
        "severity": finding.severity.word,
        "account": finding.account,
        "region": finding.region,
        "bucket": finding.bucket,
        "reason": verdict.reason,
        "evidence": [_evidence(fact) for fact in verdict.evidence],
        "controls": _refs(finding.controls),
        "waiver": None if finding.waiver is None else _waiver_ref(finding.waiver),
        "fingerprint": finding.fingerprint,
    }
    if verdict.cause is not None:
        document["cause"] = verdict.cause.value
    if finding.parameters:
        document["parameters"] = dict(finding.parameters)
    if finding.fingerprint in compensated:
        document["compensated"] = _refs(compensated[finding.fingerprint])
    return document


def _evidence(fact: Evidence) -> Json:
    document: dict[str, Json] = {"setting": fact.setting, "path": fact.path, "value": fact.value}
    if fact.bucket:
        document["bucket"] = fact.bucket
    if not fact.lasting:
        document["lasting"] = False
    return document


def _refs(refs: Iterable[ControlRef]) -> list[Json]:
    return [{"framework": ref.framework, "control": ref.control} for ref in refs]


def _waiver_ref(waiver: WaiverRef) -> Json:
    return {
        "owner": waiver.owner,
        "reason": waiver.reason,
        "ticket": waiver.ticket,
        "expires": waiver.expires,
    }


def _control(control: ControlResult) -> Json:
    return {
        "framework": control.framework,
        "control": control.control,
        "title": control.title,
        "summary": control.summary,
        "automation": control.automation,
        "shows": control.shows,
        "human_evidence": list(control.human_evidence),
        "primary": list(control.primary),
        "outcome": control.outcome.value,
        "passed": control.passed,
        "failed": control.failed,
        "unknown": control.unknown,
        "not_applicable": control.not_applicable,
        "waived": control.waived,
        "compensated": control.compensated,
        "findings": list(control.findings),
    }


def _waiver(waiver: WaiverUsed) -> Json:
    return {
        "check": waiver.check,
        "resource": waiver.resource,
        "owner": waiver.owner,
        "reason": waiver.reason,
        "ticket": waiver.ticket,
        "expires": waiver.expires,
        "state": waiver.state.value,
        "findings": waiver.findings,
    }


def _crash(crash: Crash) -> Json:
    return {"check": crash.check, "account": crash.account, "bucket": crash.bucket, "error": crash.error}


def _gate(gate: Gate) -> Json:
    return {
        "fail_on": gate.fail_on,
        "allow_unknown": gate.allow_unknown,
        "passed": gate.passed,
        "exit_code": gate.exit_code,
        "reasons": list(gate.reasons),
    }
