"""What the report is about and how complete it is: accounts, population, time, provenance and the gate."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from auditor.assessment import AccountScope, Assessment, Crash, Gate
from auditor.model import AccountStatus
from auditor.report.text import iso, listed, plural, prose, sentence, utc, value_text, visible
from auditor.report.view_findings import LONGEST_VALUE, framework_name
from auditor.report.view_words import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """One account in scope, how much of it was read, and why not all."""

    id: str
    name: str
    status: AccountStatus
    buckets: int
    sources: int
    destinations: int
    caller: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The population and the time at which it was read.

    `buckets` counts those in scope; `outside` counts those that the filters leave out and that were read only because
    logs go to them. `sources` and `destinations` count over both, because a destination outside the filters is still
    one. `without_logging` leaves out destinations, which must not log to themselves. `gaps` are the sentences on what
    is missing; empty when nothing is.
    """

    accounts: tuple[AccountRow, ...]
    buckets: int
    outside: int
    sources: int
    destinations: int
    without_logging: int
    started: str
    finished: str
    gaps: tuple[str, ...]
    completeness: str
    """The sentence that stands where gaps would."""
    population: tuple[Term, ...]
    reperform: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What identifies the document; `created` is when verdicts were drawn, in the form machines read."""

    title: str
    subtitle: str
    entity: str
    as_of: str
    facts: tuple[Term, ...]
    roles: tuple[str, ...]
    running: str
    """What the foot of every page says."""
    run_id: str
    tool: str
    created: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GateView:
    """Whether the run may pass, in sentences, the worst first."""

    passed: bool
    exit_code: int
    headline: str
    reasons: tuple[str, ...]


def scope(assessment: Assessment) -> Scope:
    """The population of `assessment` and what is missing from it."""
    run = assessment.run
    inside = [bucket for bucket in assessment.buckets if bucket.in_scope]
    return Scope(
        accounts=_accounts(assessment),
        buckets=len(inside),
        outside=len(assessment.buckets) - len(inside),
        sources=sum("source" in bucket.roles for bucket in assessment.buckets),
        destinations=sum("destination" in bucket.roles for bucket in assessment.buckets),
        without_logging=sum(bucket.logging == "off" and "destination" not in bucket.roles for bucket in inside),
        started=utc(run.started_at),
        finished=utc(run.finished_at),
        gaps=tuple(_gaps(assessment)),
        completeness=_COMPLETE,
        population=_population(assessment, len(inside)),
        reperform=_reperform(assessment),
    )


def cover(assessment: Assessment) -> Cover:
    """The identity of the document made from `assessment`."""
    run = assessment.run
    accounts = [
        visible(f"{account.name} ({account.id})" if account.name else account.id) for account in assessment.accounts
    ]
    frameworks = [framework_name(one) for one in assessment.frameworks]
    callers = [visible(caller) for caller in run.callers]
    return Cover(
        title="S3 access logging posture",
        subtitle="Evidence report",
        entity=listed(accounts, limit=6) or "no AWS account",
        as_of=utc(run.finished_at),
        facts=(
            Term(word="As of", meaning=utc(run.finished_at)),
            Term(word="Frameworks", meaning=listed(frameworks) or "none"),
            Term(word="Read as", meaning=listed(callers, limit=3) or "from an estate file"),
            Term(word="Made by", meaning=visible(f"s3-log-auditor {assessment.tool_version}")),
            Term(word="Run", meaning=visible(run.id)),
            Term(word="Estate SHA-256", meaning=visible(run.estate_sha256.removeprefix("sha256:"))),
        ),
        roles=("Prepared by", "Reviewed by", "Approved by"),
        running=visible(f"Run {run.id}"),
        run_id=visible(run.id),
        tool=visible(f"s3-log-auditor {assessment.tool_version}"),
        created=iso(run.evaluated_at),
    )


def gate_view(gate: Gate) -> GateView:
    """`gate` in sentences."""
    state = "is satisfied" if gate.passed else "is closed"
    accepted = ", unknown findings accepted" if gate.allow_unknown else ""
    return GateView(
        passed=gate.passed,
        exit_code=gate.exit_code,
        headline=visible(f"The gate {state} (fail on {gate.fail_on}{accepted}): exit code {gate.exit_code}."),
        reasons=tuple(visible(reason) for reason in gate.reasons),
    )


_COMPLETE = (
    "Collection ran to its end and every account in scope was read. Single settings that could not be read are listed "
    "under What is unknown."
)


def _population(assessment: Assessment, inside: int) -> tuple[Term, ...]:
    """What the population is, when it was read, and by which options, for the completeness section."""
    run = assessment.run
    outside = len(assessment.buckets) - inside
    left_out = f", and {plural(outside, 'bucket')} that the filters leave out but to which logs go" if outside else ""
    regions = sorted({visible(bucket.region) for bucket in assessment.buckets if bucket.region})
    options = ", ".join(
        f"{visible(name)} = {value_text(value, limit=LONGEST_VALUE)}" for name, value in sorted(run.parameters.items())
    )
    return (
        Term(word="Buckets", meaning=f"{plural(inside, 'bucket')} in scope{left_out}; each is listed by name."),
        Term(word="Regions", meaning=", ".join(regions) or "none"),
        Term(word="Read", meaning=f"from {utc(run.started_at)} to {utc(run.finished_at)}; facts are true of that time"),
        Term(word="Judged", meaning=f"{utc(run.evaluated_at)}; waivers expire against that time"),
        Term(word="Options", meaning=options or "none"),
        Term(word="Estate", meaning=f"SHA-256 {visible(run.estate_sha256.removeprefix('sha256:'))}"),
    )


def _accounts(assessment: Assessment) -> tuple[AccountRow, ...]:
    roles = Counter((bucket.account, role) for bucket in assessment.buckets for role in bucket.roles)
    return tuple(
        AccountRow(
            id=visible(account.id or "unknown"),
            name=visible(account.name),
            status=account.status,
            buckets=account.buckets,
            sources=roles[account.id, "source"],
            destinations=roles[account.id, "destination"],
            caller=visible(account.caller),
            problem=sentence(account.problem),
        )
        for account in sorted(assessment.accounts, key=_least_read_first)
    )


def _least_read_first(account: AccountScope) -> tuple[int, str]:
    order = (AccountStatus.UNREACHABLE, AccountStatus.PARTIAL, AccountStatus.AUDITED)
    return (order.index(account.status), account.id)


def _gaps(assessment: Assessment) -> list[str]:
    gaps: list[str] = []
    if not assessment.run.complete:
        gaps.append("Collection was interrupted: what it had not read by then is unknown, not absent.")
    counted = Counter(account.status for account in assessment.accounts)
    if lost := counted[AccountStatus.UNREACHABLE]:
        whose = "its" if lost == 1 else "their"
        gaps.append(f"{plural(lost, 'account')} could not be reached: nothing is known about {whose} buckets.")
    if counted[AccountStatus.PARTIAL]:
        gaps.append(f"{plural(counted[AccountStatus.PARTIAL], 'account')} could be read only in part.")
    if assessment.crashes:
        crashes = plural(len(assessment.crashes), "check")
        gaps.append(f"{crashes} stopped with an error of this tool; the findings concerned are unknown.")
    return gaps


def crash_line(crash: Crash) -> str:
    """One error of ours, named."""
    where = visible(crash.bucket) if crash.bucket else f"account {visible(crash.account)}"
    return f"{visible(crash.check)} on {where}: {prose(crash.error)}"


def _reperform(assessment: Assessment) -> tuple[str, ...]:
    frameworks = listed(visible(framework.id) for framework in assessment.frameworks)
    digest = visible(assessment.run.estate_sha256.removeprefix("sha256:"))
    return (
        f"Check that the SHA-256 of estate.json is {digest}.",
        (
            f"Run s3-log-auditor evaluate estate.json with the same frameworks ({frameworks}) and waivers, offline and "
            "without credentials; the findings have to be the same."
        ),
        "Compare the answers in estate.json, which carry AWS request ids and times, with CloudTrail or with new calls.",
    )
