"""What excuses an exception: a waiver that somebody answers for, or a check that a control accepts in its place."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from auditor.assessment import WaiverState, WaiverUsed
from auditor.demand import parameters_of
from auditor.framework import Framework
from auditor.model import ControlRef, Finding, Outcome
from auditor.reading import Json
from auditor.waiver import Lapsed, Trouble, Unwaived, Waived, Waiver, problems, waiver_for


def waived(
    findings: Sequence[Finding], waivers: tuple[Waiver, ...], *, today: date
) -> tuple[tuple[Finding, ...], Counter[Waiver]]:
    """The findings with their waivers, and how many each waiver covers. Only a FAIL or UNKNOWN can be waived."""
    used: Counter[Waiver] = Counter()
    if not waivers:
        return tuple(findings), used
    done = []
    for finding in findings:
        if finding.verdict.outcome in {Outcome.FAIL, Outcome.UNKNOWN}:
            match waiver_for(waivers, finding.check, account=finding.account, bucket=finding.bucket, today=today):
                case Waived(waiver=waiver, covering=covering):
                    used.update(covering)
                    done.append(replace(finding, waiver=waiver.ref()))
                    continue
                case Lapsed(covering=covering):
                    used.update(covering)
                case Unwaived():
                    pass
        done.append(finding)
    return tuple(done), used


def account_for(waivers: tuple[Waiver, ...], used: Mapping[Waiver, int], *, today: date) -> tuple[WaiverUsed, ...]:
    """What became of each waiver; `used` is how many findings each covers."""
    troubles = {problem.waiver: problem.trouble for problem in problems(waivers, used, today=today)}
    return tuple(
        WaiverUsed(
            check=waiver.check,
            resource=waiver.resource,
            owner=waiver.owner,
            reason=waiver.reason,
            ticket=waiver.ticket,
            expires=waiver.expires.isoformat(),
            state=_state(troubles.get(waiver)),
            findings=used.get(waiver, 0),
        )
        for waiver in waivers
    )


def _state(trouble: Trouble | None) -> WaiverState:
    match trouble:
        case None:
            return WaiverState.ACTIVE
        case Trouble.EXPIRED:
            return WaiverState.EXPIRED
        case Trouble.UNUSED:
            return WaiverState.UNUSED


def compensated(findings: Sequence[Finding], frameworks: Sequence[Framework]) -> Mapping[str, tuple[ControlRef, ...]]:
    """Fingerprint of a FAIL -> the controls that accept the PASS of another check on the same bucket instead."""
    accepts = {
        (ControlRef(framework=framework.id, control=control.id), requirement.check): (
            requirement.compensated_by,
            _text(parameters_of(framework, requirement.compensated_by)),
        )
        for framework in frameworks
        for control in framework.controls
        for requirement in control.requirements
        if requirement.compensated_by
    }
    if not accepts:
        return {}
    passed = {
        ((finding.check, _text(finding.parameters)), finding.account, finding.bucket)
        for finding in findings
        if finding.verdict.outcome is Outcome.PASS
    }
    found = {}
    for finding in findings:
        if finding.verdict.outcome is not Outcome.FAIL:
            continue
        instead = tuple(
            ref
            for ref in finding.controls
            if (accepts.get((ref, finding.check)), finding.account, finding.bucket) in passed
        )
        if instead:
            found[finding.fingerprint] = instead
    return found


def _text(parameters: Mapping[str, Json]) -> str:
    return json.dumps(parameters, sort_keys=True)
