"""One realistic assessment, hostile names included, and one of any size, for every test of the reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

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
from auditor.model import (
    AccountStatus,
    ControlRef,
    Evidence,
    Finding,
    Outcome,
    Severity,
    Verdict,
    WaiverRef,
    failed,
    fingerprint,
    not_applicable,
    not_yet_demonstrated,
    passed,
    undecidable,
    unreadable,
)
from auditor.reading import Json, Setting, Unreadable
from auditor.report.view import ReportView, build_view

STARTED = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)

PROD, STAGE, LOST, PART = "111122223333", "444455556666", "777788889999", "123456789012"
HOSTILE_LINK = '<link rel=attachment href="file:///etc/hostname">'
HOSTILE_SCRIPT = "<script>alert(1)</script>"
HOSTILE_BIDI = "abc\u202egnp.exe\u2066"
HOSTILE_ANSI = "\x1b[31mred\x1b[0m\x9b2J\x07"
HOSTILE_TAIL = "]]> --> {{ 7*7 }} {% raw %} =cmd|' /C calc'!A0 \U0001f4a3 \u65e5\u672c \u0645\u0631\u062d\u0628\u0627"
LONG_KEY = "k" * 1_024

CHECKS: tuple[tuple[str, str, Severity], ...] = (
    ("logging-enabled", "Server access logging is on", Severity.HIGH),
    ("destination-exists", "The destination exists and belongs to an account in view", Severity.CRITICAL),
    ("self-logging", "The bucket does not log to itself", Severity.HIGH),
    ("prefix-present", "Log objects have a prefix", Severity.MEDIUM),
    ("prefix-delimited", "The prefix ends in a slash", Severity.LOW),
    ("delivery-permitted", "The destination lets the log service write", Severity.CRITICAL),
    ("delivery-not-denied", "No Deny stops the delivery of logs", Severity.CRITICAL),
    ("delivery-encryption", "The destination's default encryption lets logs arrive", Severity.CRITICAL),
    ("delivery-fresh", "Log objects arrived lately", Severity.HIGH),
    ("retention-minimum", "Logs are kept long enough", Severity.HIGH),
    ("retention-maximum", "Logs are not kept for ever", Severity.MEDIUM),
    ("destination-not-public", "The destination is not public", Severity.CRITICAL),
    ("destination-tls-only", "The destination refuses plain HTTP", Severity.MEDIUM),
    ("guardduty-s3-protection", "GuardDuty S3 Protection is on", Severity.LOW),
)

CONTROLS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("baseline", "recording", "full", ("logging-enabled", "destination-exists", "self-logging", "prefix-present")),
    (
        "baseline",
        "arrival",
        "full",
        ("delivery-permitted", "delivery-not-denied", "delivery-encryption", "delivery-fresh"),
    ),
    ("baseline", "keeping", "full", ("retention-minimum", "destination-not-public", "destination-tls-only")),
    ("hipaa", "164.312(b)", "partial", ("logging-enabled", "delivery-permitted", "delivery-fresh")),
    ("hipaa", "164.312(c)(1)", "partial", ("destination-not-public",)),
    ("hipaa", "164.316(b)(2)(i)", "partial", ("retention-minimum",)),
    ("hipaa", "164.308(a)(6)(ii)", "manual", ()),
    ("pci-dss", "10.2.1", "partial", ("logging-enabled", "delivery-permitted", "delivery-encryption")),
    ("pci-dss", "10.3.1", "partial", ("destination-tls-only",)),
    ("pci-dss", "10.5.1", "full", ("retention-minimum", "retention-maximum")),
    ("pci-dss", "12.10.5", "manual", ()),
)

SUPPORTING: Mapping[tuple[str, str], frozenset[str]] = {
    ("baseline", "recording"): frozenset({"prefix-present"}),
    ("baseline", "keeping"): frozenset({"destination-tls-only"}),
}
"""Checks whose failures are no exceptions against their control."""

WAIVER = WaiverRef(
    owner="ada@example.com",
    reason="Static site assets, public by design; reviewed by the board " + HOSTILE_BIDI,
    ticket="SEC-1204",
    expires="2027-03-31",
)


@cache
def controls_of(check: str) -> tuple[ControlRef, ...]:
    """The controls that rest on `check`; one tuple for all of its findings, as an evaluation gives them."""
    return tuple(ControlRef(framework=f, control=c) for f, c, _, names in CONTROLS if check in names)


@dataclass(slots=True)
class Desk:
    """Collects findings and gives each the controls that rest on its check."""

    findings: list[Finding] = field(default_factory=list)

    def note(
        self,
        check: str,
        verdict: Verdict,
        *,
        account: str = PROD,
        bucket: str = "",
        region: str = "eu-central-1",
        waiver: WaiverRef | None = None,
        parameters: Mapping[str, Json] | None = None,
    ) -> Finding:
        """One more finding."""
        severity = next((level for name, _, level in CHECKS if name == check), Severity.MEDIUM)
        values = parameters or {}
        finding = Finding(
            check=check,
            account=account,
            region=region,
            bucket=bucket,
            verdict=verdict,
            severity=severity,
            parameters=values,
            controls=controls_of(check),
            waiver=waiver,
            fingerprint=fingerprint(check, account, bucket=bucket, verdict=verdict, parameters=values),
        )
        self.findings.append(finding)
        return finding


def fact(setting: Setting, path: str, value: Json, *, bucket: str = "", lasting: bool = True) -> Evidence:
    """A piece of evidence."""
    return Evidence(setting=setting.value, path=path, value=value, bucket=bucket, lasting=lasting)


def bucket_scope(name: str, account: str = PROD, **changes: str | bool | tuple[str, ...]) -> BucketScope:
    """A source in eu-central-1 that logs to acme-logs, unless `changes` say otherwise."""
    values: dict[str, str | bool | tuple[str, ...]] = {
        "region": "eu-central-1",
        "in_scope": True,
        "roles": ("source",),
        "logging": f"s3://acme-logs/{name}/",
        "destination": "acme-logs",
        "prefix": f"{name}/",
    }
    values |= changes
    return BucketScope(
        account=account,
        region=str(values["region"]),
        name=name,
        in_scope=bool(values["in_scope"]),
        roles=tuple(values["roles"]) if isinstance(values["roles"], tuple) else (),
        logging=str(values["logging"]),
        destination=str(values["destination"]),
        prefix=str(values["prefix"]),
    )


DESTINATION: dict[str, str | bool | tuple[str, ...]] = {
    "roles": ("destination",),
    "logging": "off",
    "destination": "",
    "prefix": "",
}
OFF: dict[str, str | bool | tuple[str, ...]] = {"roles": (), "logging": "off", "destination": "", "prefix": ""}

BUCKETS: tuple[BucketScope, ...] = (
    bucket_scope("acme-orders"),
    bucket_scope("acme-invoices"),
    bucket_scope("acme-patients", region="us-east-1"),
    bucket_scope("acme-web-assets", PROD, **OFF),
    bucket_scope("acme-scratch", PROD, **OFF),
    bucket_scope(
        "acme-loop", roles=("source", "destination"), logging="s3://acme-loop/", destination="acme-loop", prefix=""
    ),
    bucket_scope("acme-secret", roles=(), logging="unknown", destination="", prefix=""),
    bucket_scope("acme-logs", PROD, **DESTINATION),
    bucket_scope("acme-logs-us", PROD, **DESTINATION, region="us-east-1"),
    bucket_scope("stage-data", STAGE, logging="s3://stage-logs/all/", destination="stage-logs", prefix="all/"),
    bucket_scope("stage-logs", STAGE, **DESTINATION, in_scope=False),
    bucket_scope(
        "stage-new", STAGE, logging="arn:aws:logs:eu-central-1:444455556666:log-group:s3-access", destination=""
    ),
    bucket_scope(HOSTILE_SCRIPT, STAGE, logging=f"s3://{HOSTILE_LINK}/{HOSTILE_BIDI}/"),
    bucket_scope(HOSTILE_LINK + HOSTILE_ANSI, STAGE, **OFF),
)


def sample_findings() -> tuple[Finding, ...]:
    """Findings of every status, severity and cause on `BUCKETS`, with hostile text in reasons and evidence."""
    desk = Desk()
    _failing(desk)
    _unknown(desk)
    _accepted(desk)
    _passing(desk)
    return tuple(desk.findings)


def _failing(desk: Desk) -> None:
    statement: Json = {"Sid": HOSTILE_TAIL, "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject"}
    desk.note(
        "delivery-not-denied",
        failed(
            "Statement DenyUnencrypted of acme-logs denies the delivery: log delivery sends no encryption header.",
            fact(Setting.POLICY, "Statement[2]", statement, bucket="acme-logs"),
            fact(Setting.POLICY, "Statement[2].Resource", LONG_KEY, bucket="acme-logs"),
        ),
        bucket="acme-orders",
    )
    desk.note(
        "delivery-encryption",
        failed(
            "The default encryption of acme-logs-us is aws:kms; AWS delivers access logs to SSE-S3 buckets only.",
            fact(Setting.ENCRYPTION, "Rules[0].ApplyServerSideEncryptionByDefault", "aws:kms", bucket="acme-logs-us"),
        ),
        bucket="acme-patients",
        region="us-east-1",
    )
    desk.note(
        "destination-not-public",
        failed(
            "The policy of stage-logs lets everyone read objects.",
            fact(Setting.POLICY_STATUS, "PolicyStatus.IsPublic", True),
        ),
        account=STAGE,
        bucket="stage-logs",
    )
    desk.note(
        "self-logging",
        failed("acme-loop logs to itself.", fact(Setting.LOGGING, "LoggingEnabled.TargetBucket", "acme-loop")),
        bucket="acme-loop",
    )
    for name, account in (("acme-scratch", PROD), (HOSTILE_LINK + HOSTILE_ANSI, STAGE)):
        desk.note(
            "logging-enabled",
            failed(f"Server access logging of {name} is off.", fact(Setting.LOGGING, "", {})),
            account=account,
            bucket=name,
        )
    for framework_days in (365, 2190):
        desk.note(
            "retention-minimum",
            failed(
                f"Rule expire-90 deletes log objects under acme-invoices/ after 90 days, not {framework_days}.",
                fact(Setting.LIFECYCLE, "Rules[0].Expiration.Days", 90, bucket="acme-logs"),
            ),
            bucket="acme-invoices",
            parameters={"retention_min_days": framework_days},
        )
    desk.note(
        "prefix-present",
        failed("The prefix is empty.", fact(Setting.LOGGING, "LoggingEnabled.TargetPrefix", "")),
        bucket="acme-loop",
    )
    desk.note(
        "prefix-delimited",
        failed("The prefix all ends in no slash.", fact(Setting.LOGGING, "LoggingEnabled.TargetPrefix", "all")),
        account=STAGE,
        bucket="stage-data",
    )
    desk.note(
        "guardduty-s3-protection",
        failed("No detector has S3 Protection on.", fact(Setting.DETECTORS, "DetectorIds", [])),
        region="us-east-1",
    )


def _unknown(desk: Desk) -> None:
    denied = Unreadable(setting=Setting.LOGGING, code="AccessDenied")
    desk.note("logging-enabled", unreadable("Where acme-secret logs to is unknown", denied), bucket="acme-secret")
    policy = Unreadable(setting=Setting.POLICY, code="AccessDenied")
    for name in ("stage-data", HOSTILE_SCRIPT):
        desk.note(
            "delivery-permitted",
            unreadable("The policy of stage-logs is unknown", policy, bucket="stage-logs"),
            account=STAGE,
            bucket=name,
        )
    throttled = Unreadable(setting=Setting.LIFECYCLE, code="SlowDown")
    desk.note(
        "retention-minimum",
        unreadable("The lifecycle rules of acme-logs-us are unknown", throttled, bucket="acme-logs-us"),
        bucket="acme-patients",
        region="us-east-1",
        parameters={"retention_min_days": 2190},
    )
    desk.note(
        "delivery-not-denied",
        undecidable(
            "Statement 4 of stage-logs denies by aws:PrincipalOrgID; AWS does not say whether log delivery carries it.",
            fact(Setting.POLICY, "Statement[4].Condition", {"StringNotEquals": {"aws:PrincipalOrgID": "o-abc"}}),
        ),
        account=STAGE,
        bucket="stage-data",
    )
    desk.note(
        "delivery-fresh",
        not_yet_demonstrated("No log object of stage-new has arrived yet; its logging was turned on today."),
        account=STAGE,
        bucket="stage-new",
    )


def _accepted(desk: Desk) -> None:
    desk.note(
        "logging-enabled",
        failed("Server access logging of acme-web-assets is off.", fact(Setting.LOGGING, "", {})),
        bucket="acme-web-assets",
        waiver=WAIVER,
    )
    desk.note(
        "retention-maximum",
        failed("No lifecycle rule ends the life of log objects.", fact(Setting.LIFECYCLE, "Rules", [])),
        bucket="acme-orders",
        waiver=WAIVER,
        parameters={"retention_max_days": 1095},
    )


def _passing(desk: Desk) -> None:
    for scope in BUCKETS:
        if "source" in scope.roles:
            on = passed(
                f"Access logs go to {scope.logging}.",
                fact(Setting.LOGGING, "LoggingEnabled.TargetBucket", scope.destination),
            )
            desk.note("logging-enabled", on, account=scope.account, bucket=scope.name, region=scope.region)
            newest: Json = {
                "Key": f"{scope.prefix}2026-11-20-07-12-00-0123456789ABCDEF",
                "LastModified": "2026-11-20T07:12:04Z",
            }
            if scope.name not in {"stage-new", "acme-orders"}:
                desk.note(
                    "delivery-fresh",
                    passed(
                        "The newest log object arrived 48 minutes before the scan.",
                        fact(Setting.NEWEST_LOG_OBJECT, "Contents[0]", newest, bucket=scope.destination, lasting=False),
                    ),
                    account=scope.account,
                    bucket=scope.name,
                    parameters={"delivery_max_age_hours": 48},
                )
        if "destination" in scope.roles:
            desk.note(
                "logging-enabled",
                not_applicable("The bucket receives access logs and must not log to itself."),
                account=scope.account,
                bucket=scope.name,
            )
            desk.note(
                "destination-tls-only",
                passed(
                    "Statement DenyPlainHttp denies requests without TLS.",
                    fact(Setting.POLICY, "Statement[1].Condition.Bool", {"aws:SecureTransport": "false"}),
                ),
                account=scope.account,
                bucket=scope.name,
            )
    desk.note(
        "retention-minimum",
        passed(
            "Rule keep-7-years deletes log objects under acme-orders/ after 2,557 days.",
            fact(Setting.LIFECYCLE, "Rules[1].Expiration.Days", 2557, bucket="acme-logs"),
        ),
        bucket="acme-orders",
        parameters={"retention_min_days": 2190},
    )


# --- the whole ------------------------------------------------------------------------------------------------------


def control_results(findings: Iterable[Finding]) -> tuple[ControlResult, ...]:
    """What `findings` say about `CONTROLS`, by the rule that ControlResult states."""
    of_control: dict[tuple[str, str], list[Finding]] = {(f, c): [] for f, c, _, _ in CONTROLS}
    for finding in findings:
        for control in finding.controls:
            of_control[control.framework, control.control].append(finding)
    return tuple(
        _control(
            f,
            c,
            automation,
            of_control[f, c],
            primary=tuple(name for name in names if name not in SUPPORTING.get((f, c), frozenset())),
        )
        for f, c, automation, names in CONTROLS
    )


def _control(
    framework: str, control: str, automation: str, findings: list[Finding], *, primary: tuple[str, ...]
) -> ControlResult:
    counts = Counter(one.verdict.outcome for one in findings if one.waiver is None)
    deciding = [one for one in findings if one.check in primary]
    decided = {one.verdict.outcome for one in deciding if one.waiver is None}
    ranked = (one for one in (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS) if one in decided)
    excused = any(one.waiver is not None for one in deciding)
    undecided = Outcome.NOT_APPLICABLE if primary and not excused else Outcome.UNKNOWN
    return ControlResult(
        framework=framework,
        control=control,
        title=f"Access on record ({control})",
        summary=f"Access to data is recorded, and the records are looked after ({control}).",
        automation=automation,
        shows="" if automation == "manual" else "That logging is on, may be delivered, and did arrive lately.",
        human_evidence=() if automation == "full" else ("Who reviews the logs and how often", "The last review, dated"),
        primary=primary,
        outcome=next(ranked, undecided),
        passed=counts[Outcome.PASS],
        failed=counts[Outcome.FAIL],
        unknown=counts[Outcome.UNKNOWN],
        not_applicable=counts[Outcome.NOT_APPLICABLE],
        waived=sum(one.waiver is not None for one in findings),
        compensated=0,
        findings=tuple(one.fingerprint for one in findings if one.verdict.outcome in {Outcome.FAIL, Outcome.UNKNOWN}),
    )


def frameworks() -> tuple[FrameworkUsed, ...]:
    """Three frameworks that disagree on a number and on how firm it is."""
    days = {"baseline": (365, "practice", ""), "hipaa": (2190, "law-elsewhere", "45 CFR 164.316(b)(2)(i)")}
    days["pci-dss"] = (365, "standard", "PCI DSS v4.0.1, 10.5.1")
    titles = {"baseline": "Baseline", "hipaa": "HIPAA Security Rule", "pci-dss": "PCI DSS"}
    return tuple(
        FrameworkUsed(
            id=name,
            title=title,
            version="4.0.1" if name == "pci-dss" else "2026",
            publisher="s3-log-auditor" if name == "baseline" else "its publisher",
            reviewed_on="2026-11-01",
            note="In our own words; the text of the framework decides.",
            scope="every bucket in scope",
            parameters=(
                ParameterUsed(
                    name="retention_min_days",
                    value=days[name][0],
                    firmness=days[name][1],
                    citation=days[name][2],
                    rationale="The number that the tests compare with; your counsel decides whether it binds you.",
                ),
                ParameterUsed(
                    name="delivery_max_age_hours",
                    value=48,
                    firmness="practice",
                    citation="",
                    rationale="AWS promises no time; two days separate slow from stopped.",
                ),
            ),
        )
        for name, title in titles.items()
    )


def checks() -> tuple[CheckUsed, ...]:
    """The checks that ran."""
    return tuple(
        CheckUsed(
            id=name,
            title=title,
            severity=severity,
            rationale="Without it nobody can show who touched the data,\n    or when.",
            remediation=f"Change the setting that {name} names, then scan again.",
            reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html",
        )
        for name, title, severity in CHECKS
    )


def whole(
    findings: tuple[Finding, ...], *, accounts: tuple[AccountScope, ...], buckets: tuple[BucketScope, ...]
) -> Assessment:
    """An assessment of `findings` on `buckets`."""
    unused = WaiverUsed(
        check="prefix-present",
        resource="old-*",
        owner="bob@example.com",
        reason="Gone since spring",
        ticket="",
        expires="2027-01-01",
        state=WaiverState.UNUSED,
        findings=0,
    )
    active = WaiverUsed(
        check="logging-enabled",
        resource="acme-web-assets",
        owner=WAIVER.owner,
        reason=WAIVER.reason,
        ticket=WAIVER.ticket,
        expires=WAIVER.expires,
        state=WaiverState.ACTIVE,
        findings=1,
    )
    return Assessment(
        tool_version="0.1.0",
        run=Run(
            id="2f0d9c1e-6f0a-4f0e-9a55-0d6c6d1c7a10",
            started_at=STARTED,
            finished_at=STARTED + timedelta(minutes=4, seconds=12),
            evaluated_at=STARTED + timedelta(minutes=5),
            callers=(f"arn:aws:sts::{PROD}:assumed-role/auditor/nightly",),
            complete=True,
            estate_sha256="9b74c9897bac770ffc029102a200c5de" * 2,
            parameters={"logs": True, "bucket": ["acme-*", "stage-*"], "regions": None},
        ),
        accounts=accounts,
        buckets=buckets,
        frameworks=frameworks(),
        checks=checks(),
        findings=findings,
        controls=control_results(findings),
        waivers=(active, unused),
        crashes=(Crash(check="retention-hot", account=STAGE, bucket="stage-data", error="KeyError: 'Days'"),),
        gate=Gate(
            fail_on="high",
            allow_unknown=False,
            passed=False,
            exit_code=10,
            reasons=(
                "8 failed findings are high or critical; the worst is delivery-not-denied on acme-orders.",
                "5 findings could not be read or decided.",
            ),
        ),
    )


def sample() -> Assessment:
    """The realistic assessment."""
    return whole(
        sample_findings(),
        accounts=(
            AccountScope(
                id=PROD, name="production", status=AccountStatus.AUDITED, buckets=9, caller="arn:aws:iam::1:role/a"
            ),
            AccountScope(id=STAGE, name=f"staging {HOSTILE_BIDI}", status=AccountStatus.AUDITED, buckets=4),
            AccountScope(
                id=LOST,
                name="legacy",
                status=AccountStatus.UNREACHABLE,
                buckets=0,
                problem="the role auditor could not be assumed (AccessDenied)",
            ),
            AccountScope(
                id=PART,
                name="lab",
                status=AccountStatus.PARTIAL,
                buckets=0,
                problem="listing buckets stopped at page 2",
            ),
        ),
        buckets=BUCKETS,
    )


def large(buckets: int) -> Assessment:
    """About 20 findings a bucket on `buckets` buckets of ten accounts; one bucket in five has three failures."""
    desk = Desk()
    scopes: list[BucketScope] = []
    for place in range(buckets):
        account, name = f"{100000000000 + place % 10}", f"team-{place % 97}-data-{place:05d}"
        scopes.append(bucket_scope(name, account))
        for turn in range(20):
            check = CHECKS[turn % len(CHECKS)][0]
            evidence = fact(Setting.LOGGING, f"LoggingEnabled.Item{turn}", f"acme-logs/{name}/", bucket="acme-logs")
            bad = place % 5 == 0 and turn < 3
            verdict = (
                failed(f"The setting of {name} is not right.", evidence) if bad else passed(f"{name} logs.", evidence)
            )
            if place % 7 == 0 and turn == 5:
                denied = Unreadable(setting=Setting.POLICY, code="AccessDenied")
                verdict = unreadable(f"The policy behind {name} is unknown", denied, bucket=f"logs-{place % 50}")
            if turn > 13:
                verdict = not_applicable("The bucket is no destination.")
            desk.note(check, verdict, account=account, bucket=name)
    accounts = tuple(
        AccountScope(id=f"{100000000000 + n}", name=f"team {n}", status=AccountStatus.AUDITED, buckets=buckets // 10)
        for n in range(10)
    )
    return whole(tuple(desk.findings), accounts=accounts, buckets=tuple(scopes))


@pytest.fixture(scope="session")
def assessment() -> Assessment:
    """The realistic assessment."""
    return sample()


@pytest.fixture(scope="session")
def view(assessment: Assessment) -> ReportView:
    """Its report."""
    return build_view(assessment)


@pytest.fixture(scope="session")
def make_large() -> Callable[[int], Assessment]:
    """An assessment of any size."""
    return large
