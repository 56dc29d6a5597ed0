"""The JSON document of an assessment becomes the assessment it was written from, member by member."""

from __future__ import annotations

from collections.abc import Mapping

from auditor import shape
from auditor.assessment import (
    AccountScope,
    Assessment,
    BucketScope,
    CheckUsed,
    ControlResult,
    Crash,
    FrameworkUsed,
    Gate,
    ParameterUsed,
    Run,
    WaiverState,
    WaiverUsed,
)
from auditor.members import Members
from auditor.model import (
    AccountStatus,
    Cause,
    ControlRef,
    Evidence,
    Finding,
    Outcome,
    Severity,
    Verdict,
    WaiverRef,
)
from auditor.reading import Json


def assessment_from_json(document: Mapping[str, Json]) -> Assessment:
    """The assessment in `document`, which follows the schema; ValueError names the place of what a schema cannot tell.

    Signals and coverage belong to a reading of the logs, which this version does not do; a document that has some is
    refused, because an assessment without them would claim that there were none.
    """
    top = Members(document)
    for name in ("signals", "coverage"):
        if top.json(name):
            raise ValueError(f"{name} is not empty; expected an assessment without log analysis")
    refs = _Refs()
    return Assessment(
        tool_version=top.object("tool").text("version"),
        run=_run(top.object("run")),
        accounts=tuple(_account(account) for account in top.object("scope").objects("accounts")),
        buckets=tuple(_bucket(bucket) for bucket in top.object("scope").objects("population")),
        frameworks=tuple(_framework(framework) for framework in top.objects("frameworks")),
        checks=tuple(_check(check) for check in top.objects("checks")),
        findings=tuple(_finding(finding, refs) for finding in top.objects("findings")),
        controls=tuple(_control(control) for control in top.objects("controls")),
        waivers=tuple(_waiver(waiver) for waiver in top.objects("waivers")),
        crashes=tuple(_crash(crash) for crash in top.objects("crashes")),
        gate=_gate(top.object("gate")),
        compensated={
            finding.text("fingerprint"): refs.of(finding, "compensated")
            for finding in top.objects("findings")
            if "compensated" in finding.values
        },
    )


class _Refs:
    """References to controls, each made once: many thousand findings rest on the same few."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str], ControlRef] = {}

    def of(self, finding: Members, name: str) -> tuple[ControlRef, ...]:
        """The list called `name` of `finding`; half of all objects in a large document are in these lists."""
        items = shape.array(finding.values.get(name, []), finding.at(name))
        return tuple([self._ref(item, index, finding.at(name)) for index, item in enumerate(items)])

    def _ref(self, item: Json, index: int, path: str) -> ControlRef:
        match item:
            case {"framework": str(framework), "control": str(control)}:
                made = self._made.get((framework, control))
                if made is None:
                    made = self._made[framework, control] = ControlRef(framework=framework, control=control)
                return made
            case _:
                raise ValueError(f"{path}[{index}] must name a framework and a control")


def _run(run: Members) -> Run:
    return Run(
        id=run.text("id"),
        started_at=run.time("started_at"),
        finished_at=run.time("finished_at"),
        evaluated_at=run.time("evaluated_at"),
        callers=run.texts("callers"),
        complete=run.flag("complete"),
        estate_sha256=run.text("estate_sha256"),
        parameters=run.mapping("parameters"),
    )


def _account(account: Members) -> AccountScope:
    return AccountScope(
        id=account.text("id"),
        name=account.text("name"),
        status=AccountStatus(account.text("status")),
        buckets=account.number("buckets"),
        caller=account.text("caller"),
        problem=account.text("problem"),
    )


def _bucket(bucket: Members) -> BucketScope:
    return BucketScope(
        account=bucket.text("account"),
        region=bucket.text("region"),
        name=bucket.text("name"),
        in_scope=bucket.flag("in_scope"),
        roles=bucket.texts("roles"),
        logging=bucket.text("logging"),
        destination=bucket.text("destination"),
        prefix=bucket.text("prefix"),
    )


def _framework(framework: Members) -> FrameworkUsed:
    return FrameworkUsed(
        id=framework.text("id"),
        title=framework.text("title"),
        version=framework.text("version"),
        publisher=framework.text("publisher"),
        reviewed_on=framework.text("reviewed_on"),
        note=framework.text("note"),
        scope=framework.text("scope"),
        parameters=tuple(
            ParameterUsed(
                name=one.text("name"),
                value=one.json("value"),
                firmness=one.text("firmness"),
                citation=one.text("citation"),
                rationale=one.text("rationale"),
            )
            for one in framework.objects("parameters")
        ),
    )


def _check(check: Members) -> CheckUsed:
    return CheckUsed(
        id=check.text("id"),
        title=check.text("title"),
        severity=Severity.of(check.text("severity")),
        rationale=check.text("rationale"),
        remediation=check.text("remediation"),
        reference=check.text("reference"),
    )


def _finding(finding: Members, refs: _Refs) -> Finding:
    cause = finding.text("cause", default="")
    return Finding(
        check=finding.text("check"),
        account=finding.text("account"),
        region=finding.text("region"),
        bucket=finding.text("bucket"),
        verdict=Verdict(
            outcome=Outcome(finding.text("outcome")),
            reason=finding.text("reason"),
            evidence=tuple(_evidence(fact) for fact in finding.objects("evidence")),
            cause=Cause(cause) if cause else None,
        ),
        severity=Severity.of(finding.text("severity")),
        parameters=finding.mapping("parameters"),
        controls=refs.of(finding, "controls"),
        waiver=None if finding.json("waiver") is None else _waiver_ref(finding.object("waiver")),
        fingerprint=finding.text("fingerprint"),
    )


def _evidence(fact: Members) -> Evidence:
    return Evidence(
        setting=fact.text("setting"),
        path=fact.text("path"),
        value=fact.json("value"),
        bucket=fact.text("bucket", default=""),
        lasting="lasting" not in fact.values or fact.flag("lasting"),
    )


def _waiver_ref(waiver: Members) -> WaiverRef:
    return WaiverRef(
        owner=waiver.text("owner"),
        reason=waiver.text("reason"),
        ticket=waiver.text("ticket"),
        expires=waiver.text("expires"),
    )


def _control(control: Members) -> ControlResult:
    return ControlResult(
        framework=control.text("framework"),
        control=control.text("control"),
        title=control.text("title"),
        summary=control.text("summary"),
        automation=control.text("automation"),
        shows=control.text("shows"),
        human_evidence=control.texts("human_evidence"),
        primary=control.texts("primary"),
        outcome=Outcome(control.text("outcome")),
        passed=control.number("passed"),
        failed=control.number("failed"),
        unknown=control.number("unknown"),
        not_applicable=control.number("not_applicable"),
        waived=control.number("waived"),
        compensated=control.number("compensated"),
        findings=control.texts("findings"),
    )


def _waiver(waiver: Members) -> WaiverUsed:
    return WaiverUsed(
        check=waiver.text("check"),
        resource=waiver.text("resource"),
        owner=waiver.text("owner"),
        reason=waiver.text("reason"),
        ticket=waiver.text("ticket"),
        expires=waiver.text("expires"),
        state=WaiverState(waiver.text("state")),
        findings=waiver.number("findings"),
    )


def _crash(crash: Members) -> Crash:
    return Crash(
        check=crash.text("check"), account=crash.text("account"), bucket=crash.text("bucket"), error=crash.text("error")
    )


def _gate(gate: Members) -> Gate:
    return Gate(
        fail_on=gate.text("fail_on"),
        allow_unknown=gate.flag("allow_unknown"),
        passed=gate.flag("passed"),
        exit_code=gate.number("exit_code"),
        reasons=gate.texts("reasons"),
    )
