"""What a reader needs beside the results: checks, waivers, what did not apply, and alarms other scanners will raise."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from auditor.assessment import Assessment, WaiverState, WaiverUsed
from auditor.model import Outcome, Severity
from auditor.report.text import anchor, plural, prose, visible
from auditor.report.view_counts import Ledger, Tally, passes_when
from auditor.report.view_findings import subject_anchor

REASONS_PER_CHECK = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    """A check that ran: what it asks, why, how to mend a failure, and what it found."""

    id: str
    anchor: str
    title: str
    severity: Severity
    rationale: str
    remediation: str
    reference: str
    link: str
    """`reference` when it is an https address, else ""."""
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class NotApplicable:
    """A check that did not apply to some buckets, with the most frequent reasons and how often each was given."""

    check: str
    anchor: str
    title: str
    findings: int
    reasons: tuple[tuple[str, int], ...]
    more: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverRow:
    """A waiver the user gave and what became of it."""

    check: str
    resource: str
    owner: str
    reason: str
    ticket: str
    expires: str
    state: WaiverState
    effect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationRow:
    """A destination on which other scanners raise alarms that are expected."""

    name: str
    anchor: str
    account: str
    region: str
    sources: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedAlarm:
    """A control of AWS Security Hub that a working destination fails, and why that is right."""

    control: str
    asks: str
    why: str
    instead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Findings of other scanners that are expected on destinations; no destinations, no alarms."""

    intro: str
    alarms: tuple[ExpectedAlarm, ...]
    destinations: tuple[DestinationRow, ...]
    caution: str


ALARMS: tuple[ExpectedAlarm, ...] = (
    ExpectedAlarm(
        control="S3.9",
        asks="Every general purpose bucket has server access logging on.",
        why=(
            "A destination that logs to itself, or back to one of its sources, records its own deliveries without end. "
            "Security Hub's own page says to suppress this finding for the bucket that receives the logs."
        ),
        instead="Record access to the destination with CloudTrail data events, or send its logs to a second tier.",
    ),
    ExpectedAlarm(
        control="S3.15",
        asks="General purpose buckets have Object Lock on (Security Hub relates it to PCI DSS 10.5.1).",
        why=(
            "Log delivery does not support a destination with a default retention period, and AWS's troubleshooting "
            "advice is to have no Object Lock on it at all. Deliveries stop without an error."
        ),
        instead=(
            "Use versioning with denied deletes on the destination, and Object Lock on a replica or archive copy."
        ),
    ),
    ExpectedAlarm(
        control="S3.17",
        asks="General purpose buckets are encrypted with AWS KMS keys (Security Hub relates it to PCI DSS 3.5.1).",
        why="AWS supports only SSE-S3 as default encryption of a bucket that receives server access logs.",
        instead="Keep SSE-S3 on the destination; deliver through CloudWatch Logs where a KMS key is required.",
    ),
)


def check_views(assessment: Assessment, book: Ledger) -> tuple[CheckView, ...]:
    """Every check that ran, the most severe first."""
    return tuple(
        CheckView(
            id=visible(check.id),
            anchor=anchor("k", check.id),
            title=passes_when(check.title),
            severity=check.severity,
            rationale=prose(check.rationale),
            remediation=prose(check.remediation),
            reference=prose(check.reference),
            link=visible(check.reference) if check.reference.startswith("https://") else "",
            tally=book.by_check[check.id],
        )
        for check in sorted(assessment.checks, key=lambda check: (-check.severity, check.id))
    )


def not_applicable(assessment: Assessment, book: Ledger) -> tuple[NotApplicable, ...]:
    """Why checks did not apply, by check."""
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    for finding in assessment.findings:
        if finding.verdict.outcome is Outcome.NOT_APPLICABLE:
            reasons[finding.check][finding.verdict.reason] += 1
    views: list[NotApplicable] = []
    for check in sorted(reasons):
        counted = sorted(reasons[check].items(), key=lambda item: (-item[1], item[0]))
        rest = counted[REASONS_PER_CHECK:]
        views.append(
            NotApplicable(
                check=visible(check),
                anchor=anchor("k", check),
                title=book.titles.get(check, (visible(check), ""))[0],
                findings=reasons[check].total(),
                reasons=tuple((visible(reason), count) for reason, count in counted[:REASONS_PER_CHECK]),
                more=f"{plural(len(rest), 'more reason')} in assessment.json." if rest else "",
            )
        )
    return tuple(views)


def waiver_rows(assessment: Assessment) -> tuple[WaiverRow, ...]:
    """Every waiver, those that need work first."""
    order = (WaiverState.EXPIRED, WaiverState.UNUSED, WaiverState.ACTIVE)
    waivers = sorted(assessment.waivers, key=lambda one: (order.index(one.state), one.expires, one.check, one.resource))
    return tuple(
        WaiverRow(
            check=visible(waiver.check),
            resource=visible(waiver.resource),
            owner=visible(waiver.owner),
            reason=prose(waiver.reason),
            ticket=visible(waiver.ticket),
            expires=visible(waiver.expires),
            state=waiver.state,
            effect=_effect(waiver),
        )
        for waiver in waivers
    )


def _effect(waiver: WaiverUsed) -> str:
    match waiver.state:
        case WaiverState.ACTIVE:
            return f"Accepts {plural(waiver.findings, 'finding')}."
        case WaiverState.EXPIRED:
            return "Expired: it accepts nothing. Mend the finding, or let its owner decide again."
        case WaiverState.UNUSED:
            return "Unused: no failed or unknown finding matches it. Remove it."


def expected(assessment: Assessment) -> Expected:
    """Which destinations other scanners will alarm about, and why those alarms are expected."""
    sources = Counter(bucket.destination for bucket in assessment.buckets if bucket.destination)
    destinations = tuple(
        DestinationRow(
            name=visible(bucket.name),
            anchor=subject_anchor(bucket.account, bucket.name, ""),
            account=visible(bucket.account),
            region=visible(bucket.region),
            sources=sources[bucket.name],
        )
        for bucket in sorted(assessment.buckets, key=lambda one: (one.account, one.name))
        if "destination" in bucket.roles
    )
    if not destinations:
        return Expected(intro="No destination is in view.", alarms=(), destinations=(), caution="")
    return Expected(
        intro=(
            f"{plural(len(destinations), 'destination')} in view. AWS forbids or advises against some settings on a "
            "bucket that receives access logs, while general scanners ask for them on every bucket. These findings of "
            "AWS Security Hub, and their like in other scanners, are expected there."
        ),
        alarms=ALARMS,
        destinations=destinations,
        caution=(
            "Do not mend these on the destination: Object Lock or KMS default encryption there stops or endangers the "
            "delivery of logs, and a bucket that logs to itself never ends. Where a scanner is content with S3.15 or "
            "S3.17 on one of these buckets, look at delivery-object-lock and delivery-encryption instead."
        ),
    )
