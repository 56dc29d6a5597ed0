"""An evaluation becomes an assessment: waivers are applied, controls counted, the gate judged, the provenance added."""

from __future__ import annotations

import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from auditor import __version__
from auditor.assessment import (
    AccountScope,
    Assessment,
    BucketScope,
    CheckUsed,
    ControlResult,
    FrameworkUsed,
    ParameterUsed,
    Run,
)
from auditor.check import Check
from auditor.evaluate import Evaluation
from auditor.excuse import account_for, compensated, waived
from auditor.framework import Control, Framework, Role, effective_parameters
from auditor.framework_parameter import ParameterValue
from auditor.gate import Seen, Threshold, judge
from auditor.model import ControlRef, Estate, Finding, Outcome
from auditor.reading import Absent, Json, Present, Unreadable
from auditor.s3.logging_graph import LoggingGraph, region_of
from auditor.s3.subjects import Source
from auditor.waiver import Waiver


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the user chose, beside the frameworks."""

    evaluated_at: datetime
    estate_sha256: str
    waivers: tuple[Waiver, ...] = ()
    threshold: Threshold = field(default_factory=Threshold)
    parameters: Mapping[str, Json] = field(default_factory=dict)


def assemble(
    estate: Estate,
    evaluation: Evaluation,
    *,
    frameworks: Sequence[Framework],
    checks: Sequence[Check],
    choices: Choices,
) -> Assessment:
    """The assessment of `evaluation`; the same arguments give the same value, run id included."""
    today = choices.evaluated_at.astimezone(UTC).date()
    findings, used = waived(evaluation.findings, choices.waivers, today=today)
    instead = compensated(findings, frameworks)
    accounts = _accounts(estate)
    seen = Seen(
        findings=findings,
        accounts=accounts,
        crashes=evaluation.crashes,
        complete=estate.complete,
        compensated=instead,
    )
    return Assessment(
        tool_version=__version__,
        run=_run(estate, frameworks, choices),
        accounts=accounts,
        buckets=_buckets(estate, evaluation.graph),
        frameworks=tuple(_framework(one) for one in frameworks),
        checks=_checks(checks, findings),
        findings=findings,
        controls=_controls(frameworks, findings, instead),
        waivers=account_for(choices.waivers, used, today=today),
        crashes=evaluation.crashes,
        gate=judge(seen, choices.threshold),
        compensated=instead,
    )


# --- controls ---------------------------------------------------------------------------------------------------------


def _controls(
    frameworks: Sequence[Framework], findings: Sequence[Finding], compensated: Mapping[str, tuple[ControlRef, ...]]
) -> tuple[ControlResult, ...]:
    by_control: dict[ControlRef, list[Finding]] = defaultdict(list)
    for finding in findings:
        for ref in finding.controls:
            by_control[ref].append(finding)
    results = []
    for framework in frameworks:
        for control in framework.controls:
            ref = ControlRef(framework=framework.id, control=control.id)
            results.append(_control(ref, control, by_control.get(ref, []), compensated=compensated))
    return tuple(results)


def _control(
    ref: ControlRef,
    control: Control,
    findings: Sequence[Finding],
    *,
    compensated: Mapping[str, tuple[ControlRef, ...]],
) -> ControlResult:
    """Only primary checks decide the outcome; a failing supporting one is counted and shown beside it."""
    primary = tuple(requirement.check for requirement in control.requirements if requirement.role is Role.PRIMARY)
    tally: Counter[str] = Counter()
    deciding: set[Outcome] = set()
    excused = False
    for finding in findings:
        outcome = finding.verdict.outcome
        if outcome is Outcome.FAIL and ref in compensated.get(finding.fingerprint, ()):
            tally["compensated"] += 1
            outcome = Outcome.PASS
        elif finding.waiver is not None:
            tally["waived"] += 1
            excused = excused or finding.check in primary
            continue
        else:
            tally[outcome] += 1
        if finding.check in primary:
            deciding.add(outcome)
    return ControlResult(
        framework=ref.framework,
        control=ref.control,
        title=control.title,
        summary=control.summary,
        automation=control.automation.value,
        shows=control.shows,
        human_evidence=control.human_evidence,
        primary=primary,
        outcome=_outcome(deciding, tested=bool(primary) and not excused),
        passed=tally[Outcome.PASS],
        failed=tally[Outcome.FAIL],
        unknown=tally[Outcome.UNKNOWN],
        not_applicable=tally[Outcome.NOT_APPLICABLE],
        waived=tally["waived"],
        compensated=tally["compensated"],
        # What passed is counted, not listed: a finding names its controls, and a list of all would double the document.
        findings=tuple(one.fingerprint for one in findings if one.verdict.outcome in {Outcome.FAIL, Outcome.UNKNOWN}),
    )


def _outcome(deciding: set[Outcome], *, tested: bool) -> Outcome:
    for outcome in (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS):
        if outcome in deciding:
            return outcome
    # Where no check decides, or every exception is waived, the machine has no answer: not the same as not applicable.
    return Outcome.NOT_APPLICABLE if tested else Outcome.UNKNOWN


# --- scope and provenance ---------------------------------------------------------------------------------------------


def _run(estate: Estate, frameworks: Sequence[Framework], choices: Choices) -> Run:
    # A framework or waiver that says something else under the same name is another run.
    identity = [choices.estate_sha256, choices.evaluated_at.isoformat(), *map(repr, (*frameworks, *choices.waivers))]
    return Run(
        # Derived, not drawn: the same estate, frameworks and time are the same run.
        id=str(uuid.uuid5(uuid.NAMESPACE_OID, "\n".join([*identity, json.dumps(choices.parameters, sort_keys=True)]))),
        started_at=estate.started_at,
        finished_at=estate.finished_at,
        evaluated_at=choices.evaluated_at,
        callers=tuple(dict.fromkeys(account.caller_arn for account in estate.accounts if account.caller_arn)),
        complete=estate.complete,
        estate_sha256=choices.estate_sha256,
        parameters=choices.parameters,
    )


def _accounts(estate: Estate) -> tuple[AccountScope, ...]:
    counts = Counter(bucket.account for bucket in estate.buckets if bucket.in_scope)
    return tuple(
        AccountScope(
            id=account.id,
            name=account.name,
            status=account.status,
            buckets=counts[account.id],
            caller=account.caller_arn,
            problem=account.problem,
        )
        for account in estate.accounts
    )


def _buckets(estate: Estate, graph: LoggingGraph) -> tuple[BucketScope, ...]:
    sources = {(source.bucket.account, source.bucket.name): source for source in graph.sources}
    receiving = {(one.bucket.account, one.bucket.name) for one in graph.destinations.values()}
    found = []
    for bucket in estate.buckets:
        source = sources.get((bucket.account, bucket.name))
        logging, destination, prefix = _logging(source)
        roles = (
            *(("source",) if source is not None and _logs(source) else ()),
            *(("destination",) if (bucket.account, bucket.name) in receiving else ()),
        )
        found.append(
            BucketScope(
                account=bucket.account,
                region=region_of(bucket),
                name=bucket.name,
                in_scope=bucket.in_scope,
                roles=roles,
                logging=logging,
                destination=destination,
                prefix=prefix,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.account, one.region, one.name)))


def _logs(source: Source) -> bool:
    return isinstance(source.logging, Present) or bool(_through_cloudwatch(source))


def _through_cloudwatch(source: Source) -> tuple[str, ...]:
    """Where active CloudWatch deliveries take the logs."""
    deliveries = source.vended.value if isinstance(source.vended, Present) else ()
    return tuple(delivery.destination_arn for delivery in deliveries if delivery.active)


def _logging(source: Source | None) -> tuple[str, str, str]:
    """(where the logs go, in words; destination; prefix) of a source; not looked at for a bucket out of scope."""
    if source is None:
        return "not looked at", "", ""
    match source.logging:
        case Present(value=logging):
            return f"s3://{logging.destination}/{logging.prefix}", logging.destination, logging.prefix
        case Unreadable():
            return ", ".join(_through_cloudwatch(source)) or "unknown", "", ""
        case Absent():
            if isinstance(source.vended, Unreadable):
                return "unknown", "", ""
            return ", ".join(_through_cloudwatch(source)) or "off", "", ""


def _framework(framework: Framework) -> FrameworkUsed:
    values: dict[str, ParameterValue] = {}
    for check in sorted(framework.checks):
        values.update(effective_parameters(framework, check))
    return FrameworkUsed(
        id=framework.id,
        title=framework.title,
        version=framework.version,
        publisher=framework.publisher,
        reviewed_on=framework.reviewed_on.isoformat(),
        note=framework.note,
        scope=framework.scope.describe(),
        parameters=tuple(
            ParameterUsed(
                name=name,
                value=list(one.value) if isinstance(one.value, tuple) else one.value,
                firmness=one.firmness.value,
                citation=one.citation,
                rationale=one.rationale,
            )
            for name, one in sorted(values.items())
        ),
    )


def _checks(checks: Sequence[Check], findings: Sequence[Finding]) -> tuple[CheckUsed, ...]:
    asked = {finding.check for finding in findings}
    return tuple(
        CheckUsed(
            id=check.about.id,
            title=check.about.title,
            severity=check.about.severity,
            rationale=check.about.rationale,
            remediation=check.about.remediation,
            reference=check.about.reference,
        )
        for check in checks
        if check.about.id in asked
    )
