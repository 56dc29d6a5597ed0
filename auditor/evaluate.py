"""Every check that a framework asks for is put to every subject in its scope, and the verdicts become findings.

Two frameworks that ask for different numbers get two findings, each under the controls that asked for it: a bucket
that keeps logs for 400 days passes one that wants 365 and fails one that wants 2190, and neither result hides the
other. Pure: the same estate, frameworks and times give the same findings in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeAlias

from auditor.assessment import Crash
from auditor.baseline import SeenDelivery
from auditor.check import (
    ArrivalCheck,
    Check,
    Context,
    DeliveryCheck,
    DestinationCheck,
    FrameworksCheck,
    RegionCheck,
    SourceCheck,
)
from auditor.demand import Demand, Use, demands, severity_of
from auditor.errors import InputError
from auditor.framework import Framework, effective_retention
from auditor.framework_scope import OutOfScope, ScopeUnknown
from auditor.model import (
    Bucket,
    Cause,
    ControlRef,
    Estate,
    Finding,
    Outcome,
    Severity,
    Verdict,
    fingerprint,
    undecidable,
    unreadable,
)
from auditor.prelude import delivery_of, destination_of, gone
from auditor.reading import Unreadable
from auditor.s3.logging_graph import LoggingGraph, build_graph, region_of
from auditor.s3.subjects import Delivery, Destination
from auditor.scoping import Place, Scopes

Question: TypeAlias = "Verdict | Callable[[], Verdict]"
"""A verdict that is already drawn, or the question that draws it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What shapes an evaluation beside the estate and the frameworks."""

    logs_read: bool = True
    deliveries_seen: Mapping[tuple[str, str], SeenDelivery] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """All findings, unwaived, with the graph they rest on and the checks that broke."""

    graph: LoggingGraph
    findings: tuple[Finding, ...]
    crashes: tuple[Crash, ...]


def evaluate(
    estate: Estate, frameworks: Sequence[Framework], *, checks: Sequence[Check], options: Options
) -> Evaluation:
    """The findings of `frameworks` on `estate`; InputError when nothing at all could be put to a check."""
    graph = build_graph(estate)
    if not graph.sources:
        raise InputError(
            "nothing was evaluated: no bucket is in scope",
            hint="look at --bucket, --exclude-bucket and --region, and at the accounts that could not be reached",
        )
    scopes = Scopes(frameworks, estate, graph)
    crashes: list[Crash] = []
    findings: list[Finding] = []
    questions = Questions(graph)
    for demand in demands(frameworks, checks):
        context = Context(
            at=estate.finished_at,
            estate=estate,
            graph=graph,
            logs_read=options.logs_read,
            deliveries_seen=options.deliveries_seen,
            parameters=demand.parameters,
        )
        # Most frameworks speak about every bucket; then no place has to be asked about, and all share one answer.
        everywhere = _grounds(demand, demand.uses) if scopes.are_everywhere(demand.uses) else None
        for place, question in questions.of(demand.check, context):
            verdict = question if isinstance(question, Verdict) else _ask(question, demand, place, crashes=crashes)
            if everywhere is not None:
                findings.append(_finding(demand, place, verdict, grounds=everywhere))
            else:
                findings.extend(_in_scope(demand, place, verdict, scopes=scopes))
    if not findings:
        raise InputError(
            "nothing was evaluated: no bucket is in the scope of the selected frameworks",
            hint="look at their scope with `s3-log-auditor frameworks show ID`",
        )
    findings.extend(_conflicts(frameworks, checks, graph, scopes=scopes))
    findings.sort(key=lambda f: (f.account, f.region, f.bucket, f.check, f.fingerprint, f.controls))
    return Evaluation(graph=graph, findings=tuple(findings), crashes=tuple(crashes))


class Questions:
    """What each kind of check is asked; the verdicts that stand in for missing deliveries are drawn once per source."""

    def __init__(self, graph: LoggingGraph) -> None:
        self._graph = graph
        self._sources = [(_place(source.bucket), source, gone(source.bucket)) for source in graph.sources]
        self._deliveries = [(place, missing or delivery_of(source)) for place, source, missing in self._sources]
        self._arrivals = [(place, _arrival(found)) for place, found in self._deliveries]

    def of(self, check: Check, context: Context) -> Iterator[tuple[Place, Question]]:
        """Every subject of `check`, with the question to put or the verdict that needs no question."""
        match check:
            case SourceCheck():
                for place, source, missing in self._sources:
                    yield place, missing or partial(check.judge, source, context)
            case DeliveryCheck():
                for place, found in self._deliveries:
                    yield place, found if isinstance(found, Verdict) else partial(check.judge, found, context)
            case ArrivalCheck():
                for place, arrival in self._arrivals:
                    yield place, arrival if isinstance(arrival, Verdict) else partial(check.judge, *arrival, context)
            case DestinationCheck():
                for destination in self._graph.destinations.values():
                    yield _place(destination.bucket), partial(check.judge, destination, context)
            case RegionCheck():
                for region in self._graph.regions:
                    yield (region.account.id, region.region, ""), partial(check.judge, region, context)
            case FrameworksCheck():
                return  # put to the frameworks themselves, in _conflicts


def _place(bucket: Bucket) -> Place:
    return (bucket.account, region_of(bucket), bucket.name)


def _arrival(found: Delivery | Verdict) -> tuple[Delivery, Destination] | Verdict:
    if isinstance(found, Verdict):
        return found
    destination = destination_of(found)
    return destination if isinstance(destination, Verdict) else (found, destination)


def _ask(question: Callable[[], Verdict], demand: Demand, place: Place, *, crashes: list[Crash]) -> Verdict:
    try:
        return question()
    except Exception as error:  # noqa: BLE001  # one broken check must not lose the others; it ends the run with exit 1
        check = demand.check.about.id
        crash = Crash(check=check, account=place[0], bucket=place[2], error=f"{type(error).__name__}: {error}")
        crashes.append(crash)
        return undecidable(f"The check {check} broke on this subject ({crash.error}); please report it as a bug.")


def _in_scope(demand: Demand, place: Place, verdict: Verdict, *, scopes: Scopes) -> Iterator[Finding]:
    """The finding under all controls that speak about the subject, and one more under those that may."""
    certain: list[Use] = []
    open_uses: list[tuple[Use, Unreadable]] = []
    for use in demand.uses:
        answers = (scopes.framework(use.framework, place), scopes.control(use.control, place))
        if any(isinstance(answer, OutOfScope) for answer in answers):
            continue
        unread = next((answer.unread for answer in answers if isinstance(answer, ScopeUnknown)), None)
        if unread is None or _is_no_exception(verdict):
            certain.append(use)
        else:
            open_uses.append((use, unread))
    if certain:
        yield _finding(demand, place, verdict, grounds=_grounds(demand, certain))
    if open_uses:
        unreads = dict.fromkeys(unread for _, unread in open_uses)
        unknown = unreadable("Whether this bucket is in scope is unknown", *unreads, evidence=verdict.evidence)
        unknown = replace(unknown, reason=f"{unknown.reason} If it is: {verdict.reason}")
        yield _finding(demand, place, unknown, grounds=_grounds(demand, [use for use, _ in open_uses]))


def _is_no_exception(verdict: Verdict) -> bool:
    """Whether it is the same to everybody if the subject is in scope: it passes, or time has yet to tell."""
    return verdict.outcome in {Outcome.PASS, Outcome.NOT_APPLICABLE} or verdict.cause is Cause.NOT_YET_DEMONSTRATED


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grounds:
    """For whom a check is put: the controls that ask, and the severity they give it together."""

    controls: tuple[ControlRef, ...]
    severity: Severity


def _grounds(demand: Demand, uses: Sequence[Use]) -> _Grounds:
    controls = {ControlRef(framework=use.framework.id, control=use.control.id) for use in uses}
    return _Grounds(controls=tuple(sorted(controls)), severity=severity_of(demand, uses))


def _finding(demand: Demand, place: Place, verdict: Verdict, *, grounds: _Grounds) -> Finding:
    account, region, bucket = place
    check = demand.check.about.id
    return Finding(
        check=check,
        account=account,
        region=region,
        bucket=bucket,
        verdict=verdict,
        severity=grounds.severity,
        parameters=demand.parameters,
        controls=grounds.controls,
        fingerprint=fingerprint(check, account, bucket=bucket or region, verdict=verdict, parameters=demand.parameters),
    )


def _conflicts(
    frameworks: Sequence[Framework], checks: Sequence[Check], graph: LoggingGraph, *, scopes: Scopes
) -> Iterator[Finding]:
    """Frameworks are put to each other where they speak about the same bucket; one alone cannot contradict itself."""
    together: dict[tuple[str, ...], tuple[Framework, ...]] = {}
    for source in graph.sources:
        place = _place(source.bucket)
        meet = tuple(one for one in frameworks if not isinstance(scopes.framework(one, place), OutOfScope))
        together.setdefault(tuple(one.id for one in meet), meet)
    for check in (check for check in checks if isinstance(check, FrameworksCheck)):
        for meet in (meet for meet in together.values() if len(meet) > 1):
            verdict = check.judge(effective_retention(meet))
            uses = tuple(
                Use(framework=framework, control=control, requirement=requirement)
                for framework in meet
                for control in framework.controls
                for requirement in control.requirements
                if requirement.check == check.about.id
            )
            demand = Demand(check=check, parameters={"frameworks": [one.id for one in meet]}, uses=uses)
            yield _finding(demand, ("", "", ""), verdict, grounds=_grounds(demand, uses))
