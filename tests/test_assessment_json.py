"""An assessment survives its file whole, and its JSON is the contract that users script against."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

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
from auditor.assessment_json import read_assessment, write_assessment
from auditor.errors import DocumentError
from auditor.framework import Automation
from auditor.framework_parameter import Firmness
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
    failed,
)
from auditor.reading import Json
from auditor.schema import schema
from tests.json_values import names, objects, texts, times, values

Document: TypeAlias = dict[str, Json]

NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)
FINGERPRINT = "sha256:" + "ab" * 32

# --- generated assessments --------------------------------------------------------------------------------------------

counts = st.integers(min_value=0, max_value=10**6)
fingerprints = st.binary(min_size=32, max_size=32).map(lambda data: f"sha256:{data.hex()}")
refs = st.lists(st.builds(ControlRef, framework=texts, control=texts), max_size=2).map(tuple)
outcomes = st.sampled_from(Outcome)
severities = st.sampled_from(Severity)
facts = st.builds(Evidence, setting=texts, path=texts, value=values, bucket=texts, lasting=st.booleans())


@st.composite
def verdicts(draw: st.DrawFn) -> Verdict:
    outcome = draw(outcomes)
    least = 1 if outcome in {Outcome.PASS, Outcome.FAIL} else 0
    return Verdict(
        outcome=outcome,
        reason=draw(texts),
        evidence=tuple(draw(st.lists(facts, min_size=least, max_size=2))),
        cause=draw(st.sampled_from(Cause)) if outcome is Outcome.UNKNOWN else None,
    )


findings = st.builds(
    Finding,
    check=names,
    account=texts,
    region=texts,
    bucket=texts,
    verdict=verdicts(),
    severity=severities,
    parameters=objects,
    controls=refs,
    waiver=st.none() | st.builds(WaiverRef, owner=texts, reason=texts, ticket=texts, expires=texts),
    fingerprint=fingerprints,
)
string_lists = st.lists(texts, max_size=2).map(tuple)
roles = st.sampled_from([(), ("source",), ("destination",), ("source", "destination")])
parameters_used = st.builds(
    ParameterUsed,
    name=texts,
    value=values,
    firmness=st.sampled_from([firmness.value for firmness in Firmness]),
    citation=texts,
    rationale=texts,
)
runs = st.builds(
    Run,
    id=st.uuids().map(str),
    started_at=times,
    finished_at=times,
    evaluated_at=times,
    callers=string_lists,
    complete=st.booleans(),
    estate_sha256=st.binary(min_size=32, max_size=32).map(bytes.hex),
    parameters=objects,
)
gates = st.builds(
    Gate,
    fail_on=st.sampled_from(["critical", "high", "medium", "low", "never"]),
    allow_unknown=st.booleans(),
    passed=st.booleans(),
    exit_code=st.integers(0, 10),
    reasons=string_lists,
)
controls = st.builds(
    ControlResult,
    framework=texts,
    control=texts,
    title=texts,
    summary=texts,
    automation=st.sampled_from([automation.value for automation in Automation]),
    shows=texts,
    human_evidence=string_lists,
    primary=string_lists,
    outcome=outcomes,
    passed=counts,
    failed=counts,
    unknown=counts,
    not_applicable=counts,
    waived=counts,
    compensated=counts,
    findings=st.lists(fingerprints, max_size=2).map(tuple),
)


@st.composite
def assessments(draw: st.DrawFn) -> Assessment:
    found = tuple(draw(st.lists(findings, max_size=3)))
    return Assessment(
        tool_version=draw(texts),
        run=draw(runs),
        accounts=tuple(
            draw(
                st.lists(
                    st.builds(
                        AccountScope,
                        id=texts,
                        name=texts,
                        status=st.sampled_from(AccountStatus),
                        buckets=counts,
                        caller=texts,
                        problem=texts,
                    ),
                    max_size=1,
                )
            )
        ),
        buckets=tuple(
            draw(
                st.lists(
                    st.builds(
                        BucketScope,
                        account=texts,
                        region=texts,
                        name=names,
                        in_scope=st.booleans(),
                        roles=roles,
                        logging=texts,
                        destination=texts,
                        prefix=texts,
                    ),
                    max_size=2,
                )
            )
        ),
        frameworks=tuple(
            draw(
                st.lists(
                    st.builds(
                        FrameworkUsed,
                        id=texts,
                        title=texts,
                        version=texts,
                        publisher=texts,
                        reviewed_on=texts,
                        note=texts,
                        scope=texts,
                        parameters=st.lists(parameters_used, max_size=1).map(tuple),
                    ),
                    max_size=1,
                )
            )
        ),
        checks=tuple(
            draw(
                st.lists(
                    st.builds(
                        CheckUsed,
                        id=names,
                        title=texts,
                        severity=severities,
                        rationale=texts,
                        remediation=texts,
                        reference=texts,
                    ),
                    max_size=1,
                )
            )
        ),
        findings=found,
        controls=tuple(draw(st.lists(controls, max_size=1))),
        waivers=tuple(
            draw(
                st.lists(
                    st.builds(
                        WaiverUsed,
                        check=texts,
                        resource=texts,
                        owner=texts,
                        reason=texts,
                        ticket=texts,
                        expires=texts,
                        state=st.sampled_from(WaiverState),
                        findings=counts,
                    ),
                    max_size=1,
                )
            )
        ),
        crashes=tuple(
            draw(st.lists(st.builds(Crash, check=texts, account=texts, bucket=texts, error=texts), max_size=1))
        ),
        gate=draw(gates),
        compensated={one.fingerprint: draw(refs) for one in found if draw(st.booleans())},
    )


@settings(max_examples=40)
@given(assessments())
def test_an_assessment_survives_its_file(assessment: Assessment) -> None:
    """Reports made from the file are those made from the value; and its bytes are stable."""
    data = write_assessment(assessment)
    again = read_assessment(data, "assessment.json")

    assert again == assessment
    assert write_assessment(again) == data


# --- the contract -----------------------------------------------------------------------------------------------------


def bucket(name: str, *roles: str, in_scope: bool = True) -> BucketScope:
    return BucketScope(
        account="111122223333", region="us-east-1", name=name, in_scope=in_scope, roles=roles, logging="off"
    )


def small() -> Assessment:
    target = Evidence(setting="logging", path="LoggingEnabled.TargetBucket", value="app")
    ref = ControlRef(framework="pci-dss", control="10.2.1")
    return Assessment(
        tool_version="1.2.3",
        run=Run(
            id="0d6f7a0e-53e0-5f4c-8f5e-0d6f7a0e53e0",
            started_at=NOW,
            finished_at=NOW,
            evaluated_at=NOW,
            callers=("arn:aws:sts::111122223333:assumed-role/audit/x",),
            complete=True,
            estate_sha256="0" * 64,
        ),
        accounts=(AccountScope(id="111122223333", name="prod", status=AccountStatus.AUDITED, buckets=1),),
        buckets=(
            bucket("app", "source"),
            bucket("both", "source", "destination"),
            bucket("logs", "destination", in_scope=False),
            bucket("plain"),
            bucket("stranger", "source", in_scope=False),
        ),
        frameworks=(),
        checks=(),
        findings=(
            Finding(
                check="self-logging",
                account="111122223333",
                region="us-east-1",
                bucket="app",
                verdict=failed("Logs go to app, which is the bucket itself.", target),
                severity=Severity.HIGH,
                controls=(ref,),
                fingerprint=FINGERPRINT,
            ),
        ),
        controls=(
            ControlResult(
                framework="pci-dss",
                control="10.2.1",
                title="Logs of access",
                summary="Access is logged.",
                automation="partial",
                shows="That access logging is on.",
                human_evidence=(),
                primary=("self-logging",),
                outcome=Outcome.FAIL,
                passed=0,
                failed=1,
                unknown=0,
                not_applicable=0,
                waived=0,
                compensated=0,
                findings=(FINGERPRINT,),
            ),
        ),
        waivers=(),
        crashes=(),
        gate=Gate(fail_on="high", allow_unknown=False, passed=False, exit_code=10, reasons=("One high finding.",)),
    )


def document() -> Document:
    loaded: Document = json.loads(write_assessment(small()))
    return loaded


def test_a_finding_has_the_members_that_scripts_rely_on() -> None:
    """Names and nesting are fixed; what is empty and not part of every finding is left out."""
    assert document()["findings"] == [
        {
            "check": "self-logging",
            "outcome": "FAIL",
            "severity": "high",
            "account": "111122223333",
            "region": "us-east-1",
            "bucket": "app",
            "reason": "Logs go to app, which is the bucket itself.",
            "evidence": [{"setting": "logging", "path": "LoggingEnabled.TargetBucket", "value": "app"}],
            "controls": [{"framework": "pci-dss", "control": "10.2.1"}],
            "waiver": None,
            "fingerprint": FINGERPRINT,
        }
    ]


CONTRACT: dict[str, tuple[list[str | int], set[str]]] = {
    "document": (
        [],
        {"schema_version", "tool", "run", "scope", "findings", "controls", "signals", "coverage", "gate"},
    ),
    "tool": (["tool"], {"name", "version"}),
    "run": (["run"], {"id", "started_at", "finished_at", "callers", "parameters"}),
    "scope": (["scope"], {"accounts", "buckets", "sources", "destinations"}),
    "account": (["scope", "accounts", 0], {"id", "name", "status", "buckets"}),
    "control": (
        ["controls", 0],
        {"framework", "control", "title", "primary", "outcome", "passed", "failed", "unknown", "findings"},
    ),
    "gate": (["gate"], {"fail_on", "passed", "exit_code", "reasons"}),
}


@pytest.mark.parametrize(("path", "members"), CONTRACT.values(), ids=CONTRACT.keys())
def test_every_promised_member_is_there(path: list[str | int], members: set[str]) -> None:
    """More may come, none of these may go."""
    found: Json = document()
    for step in path:
        match found, step:
            case dict(), str():
                found = found[step]
            case list(), int():
                found = found[step]
            case _:
                pytest.fail(f"nothing at {path}")

    assert isinstance(found, dict)
    assert members <= found.keys()


def test_the_scope_counts_what_is_in_scope() -> None:
    """Sources count inside the filters; a destination counts wherever it is, because it is judged as one."""
    scope = document()["scope"]

    assert isinstance(scope, dict)
    assert (scope["buckets"], scope["sources"], scope["destinations"]) == (3, 2, 2)


def test_the_contract_of_signals_and_coverage_is_in_the_schema() -> None:
    """Scripts can be written against them before the first log is read."""
    definitions = schema("assessment")["$defs"]
    signal: Json = {
        "detection": "denied-burst",
        "catalogue": "S3L-001",
        "severity": "high",
        "bucket": "app",
        "subject": {"principal": "arn:aws:iam::111122223333:user/x", "remote_ip": "192.0.2.3"},
        "first_seen": "2026-11-22T19:00:00Z",
        "last_seen": "2026-11-22T20:00:00Z",
        "count": 12,
        "bytes": 0,
        "examples": [{"object": "app/2026-11-22-20-00-00-ABCD", "line": 1, "request_id": "79104EXAMPLEB723"}],
    }
    coverage: Json = {
        "source": "app",
        "destination": "logs",
        "window": ["2026-11-15T20:00:00Z", "2026-11-22T20:00:00Z"],
        "objects_listed": 2,
        "objects_read": 1,
        "records": 10,
        "ambiguous": 0,
        "malformed": 0,
        "seed": 7,
    }

    for name, item in (("signal", signal), ("coverage", coverage)):
        Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": definitions}).validate(item)


def test_a_file_with_signals_is_not_read_as_one_without() -> None:
    """Dropping them in silence would be a statement that nothing was seen."""
    changed = document()
    signal: Document = {
        "detection": "x",
        "catalogue": "",
        "severity": "low",
        "bucket": "",
        "subject": {},
        "count": 0,
        "bytes": 0,
    }
    times_seen: Document = {"first_seen": "2026-11-22T19:00:00Z", "last_seen": "2026-11-22T19:00:00Z"}
    changed["signals"] = [{**signal, **times_seen, "examples": []}]

    with pytest.raises(DocumentError, match="signals is not empty"):
        read_assessment(json.dumps(changed).encode(), "assessment.json")


def test_the_schema_knows_every_member_of_the_counts() -> None:
    """A member that the value has and the document has not would be lost on the way."""
    definitions = schema("assessment")["$defs"]

    assert isinstance(definitions, dict)
    for name, kind in (("control", ControlResult), ("check", CheckUsed), ("gate", Gate), ("crash", Crash)):
        described = definitions[name]
        assert isinstance(described, dict)
        assert described["required"] == [one.name for one in fields(kind)]


# --- wrong files ------------------------------------------------------------------------------------------------------


def finding(**changes: Json) -> Callable[[Document], None]:
    """Change the first finding; None removes a member."""

    def apply(whole: Document) -> None:
        items = whole["findings"]
        assert isinstance(items, list)
        assert isinstance(items[0], dict)
        items[0].update(changes)
        for name in [name for name, value in changes.items() if value is None]:
            del items[0][name]

    return apply


def evidence(**changes: Json) -> Callable[[Document], None]:
    return finding(evidence=[{"setting": "logging", "path": "", "value": 1, **changes}])


WRONG: dict[str, tuple[Callable[[Document], object], str]] = {
    "missing": (lambda d: d.pop("gate"), "gate is missing; expected whether the run may pass"),
    "unknown key": (lambda d: d.update(verdicts=[]), "verdicts is not a known key"),
    "outcome": (finding(outcome="MAYBE"), 'findings[0].outcome is "MAYBE"; expected one of "PASS", "FAIL"'),
    "no outcome": (finding(outcome=None), "findings[0].outcome is missing"),
    "severity": (finding(severity="High"), 'findings[0].severity is "High"; expected one of "low"'),
    "proofless": (finding(evidence=[]), "findings[0].evidence is a list of 0 items; expected a list of the facts"),
    "proofless pass": (finding(outcome="PASS", evidence=[]), "findings[0].evidence is a list of 0 items"),
    "causeless": (finding(outcome="UNKNOWN"), "findings[0].cause is missing; expected why the outcome is UNKNOWN"),
    "cause": (finding(cause="unreadable"), 'findings[0].cause is "unreadable"; expected no cause'),
    "fingerprint": (finding(fingerprint="sha256:AB"), 'findings[0].fingerprint is "sha256:AB"'),
    "waiver": (finding(waiver={"owner": "o"}), "findings[0].waiver.reason is missing"),
    "waived by name": (finding(waiver="yes"), 'findings[0].waiver is "yes"; expected the waiver'),
    "valueless": (finding(evidence=[{"setting": "x", "path": ""}]), "findings[0].evidence[0].value is missing"),
    "extra evidence": (evidence(kind="x"), "findings[0].evidence[0].kind is not a known key"),
    "run": (lambda d: d.update(run={}), "run.id is missing; expected a UUID"),
}


@pytest.mark.parametrize(("change", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_file_names_the_place_and_what_was_expected(change: Callable[[Document], object], message: str) -> None:
    """Every fault is found when the file is read, and told with the path inside it."""
    changed = document()
    change(changed)

    with pytest.raises(DocumentError) as caught:
        read_assessment(json.dumps(changed).encode(), "x/assessment.json")

    assert caught.value.message.startswith("x/assessment.json: ")
    assert message in caught.value.message
