"""destination-access-recorded: who reads or removes logs must leave a trace as well."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.check import About, Context, DestinationCheck
from auditor.model import Cause, Evidence, Outcome, Severity, Verdict, failed, passed, undecidable, unreadable
from auditor.reading import NOT_COLLECTED, Absent, Present, Setting, Unreadable
from auditor.s3.data_events import Extent, data_events, evidence_of
from auditor.s3.documents import listed, shown
from auditor.s3.log_keys import key_space
from auditor.s3.logging_graph import region_of
from auditor.s3.own_logs import bucket_delivery, cloudwatch_deliveries, sources_by_name
from auditor.s3.settings import Logging
from auditor.s3.subjects import Delivery, Destination, Elsewhere, InView, Missing, Unresolved, VendedDelivery
from checks.posture import (
    delivery_encryption,
    delivery_not_denied,
    delivery_object_lock,
    delivery_permitted,
    delivery_requester_pays,
)

ABOUT = About(
    id="destination-access-recorded",
    title="Access to the destination itself is recorded",
    severity=Severity.MEDIUM,
    reads=(
        Setting.LOGGING,
        Setting.REGION,
        Setting.TRAILS,
        Setting.TRAIL_STATUS,
        Setting.EVENT_SELECTORS,
        Setting.DELIVERY_SOURCES,
        Setting.DELIVERIES,
        Setting.DELIVERY_DESTINATIONS,
        Setting.LOG_GROUP,
        Setting.POLICY,
        Setting.ACL,
        Setting.OWNERSHIP,
        Setting.ENCRYPTION,
        Setting.OBJECT_LOCK,
        Setting.REQUEST_PAYMENT,
    ),
    rationale=(
        "PCI DSS asks that access to audit logs is itself logged, and whoever wants to hide a deed looks at the logs "
        "first. A destination should not log to itself, so the record has to be another one: CloudTrail data events of "
        "its reads and writes, a second destination that its own access logs go to, or CloudWatch Logs. Without one, "
        "nobody can say who read the logs, and nothing shows that some were deleted."
    ),
    remediation=(
        "Add data events (AWS::S3::Object, reads and writes) for the destination to a trail that is logging, or send "
        "its own access logs to a second destination that is not logged, or through CloudWatch Logs to a log group."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html",
)

ARRIVES = (
    delivery_permitted.CHECK,
    delivery_not_denied.CHECK,
    delivery_encryption.CHECK,
    delivery_object_lock.CHECK,
    delivery_requester_pays.CHECK,
)
"""What has to hold for logs to arrive at a second destination."""


def judge(destination: Destination, context: Context) -> Verdict:
    """PASS by any of the three records; FAIL only when all three are known to be missing."""
    ways = (_by_trail(destination, context), _by_bucket(destination, context), _by_cloudwatch(destination, context))
    for outcome in (Outcome.PASS, Outcome.UNKNOWN):
        found = [way for way in ways if way.outcome is outcome]
        if found:
            return _joined(found, outcome)
    return _joined(ways, Outcome.FAIL)


def _joined(ways: Sequence[Verdict], outcome: Outcome) -> Verdict:
    causes = {way.cause for way in ways}
    return Verdict(
        outcome=outcome,
        reason=" ".join(way.reason for way in ways),
        evidence=tuple(fact for way in ways for fact in way.evidence),
        cause=Cause.UNREADABLE if Cause.UNREADABLE in causes else causes.pop(),
    )


def _by_trail(destination: Destination, context: Context) -> Verdict:
    name = destination.bucket.name
    found = data_events(context.estate, destination.bucket, partition=destination.account.partition)
    facts = evidence_of(found, bucket=name)
    match found.extent:
        case Extent.WHOLE:
            trails = listed(one.trail.arn for one in found.takers)
            return passed(f"CloudTrail records all reads and writes of {name} ({trails}).", *facts)
        case Extent.PARTLY:
            return failed(f"CloudTrail does not record {listed(found.missing)} of {name}.", *facts)
        case Extent.NONE:
            return failed(f"No trail that is logging records data events of {name}.", *facts)
        case Extent.UNKNOWN if found.unread:
            what = f"Whether CloudTrail records who reads and writes {name} is unknown"
            return unreadable(what, *found.unread, bucket=name)
        case Extent.UNKNOWN:
            doubts = " ".join(found.doubts)
            return undecidable(f"Whether CloudTrail records all data events of {name} cannot be told. {doubts}", *facts)


def _by_bucket(destination: Destination, context: Context) -> Verdict:
    """Whether the destination's own access logs go to a second one, from where they do not come back."""
    name = destination.bucket.name
    match bucket_delivery(destination):
        case Unreadable() as unread:
            return unreadable(f"Whether {name} is logged to a second destination is unknown", unread, bucket=name)
        case Absent():
            off = Evidence(setting=Setting.LOGGING, path="LoggingEnabled", value=None, bucket=name)
            return failed(f"{name} is not logged to a second destination.", off)
        case Present(value=logging):
            return _second_tier(destination, logging, context)


def _second_tier(destination: Destination, logging: Logging, context: Context) -> Verdict:
    name, key = destination.bucket.name, (destination.account.partition, destination.bucket.name)
    path = "LoggingEnabled.TargetBucket"
    fact = Evidence(setting=Setting.LOGGING, path=path, value=logging.destination, bucket=name)
    if logging.destination == name:
        return failed(f"{name} is logged to itself only, where the record goes with the logs.", fact)
    if key in context.graph.cycles:
        return failed(f"{name} is logged to {logging.destination}, but in a circle that comes back to it.", fact)
    if key in context.graph.dead_ends:
        dark = context.graph.dead_ends[key]
        what = f"Whether the logs of {name} itself come back to it by way of {dark.bucket} is unknown"
        return unreadable(what, dark.reading, bucket=dark.bucket, evidence=(fact,))
    tier = context.graph.destinations.get((key[0], logging.destination))
    if tier is None:
        return _out_of_view(destination, logging, context, fact)
    return _arrives(destination, logging, tier, context, fact)


def _out_of_view(destination: Destination, logging: Logging, context: Context, fact: Evidence) -> Verdict:
    name, end = destination.bucket.name, logging.destination
    source = sources_by_name(context.graph).get((destination.account.partition, name))
    whereabouts = None if source is None or source.delivery is None else source.delivery.whereabouts
    what = f"Whose bucket {end} is, to which {name} is logged, is unknown"
    match whereabouts:
        case Missing():
            return failed(f"{name} is logged to {end}, which does not exist.", fact)
        case Elsewhere():
            return undecidable(f"{name} is logged to {end}, which belongs to an account out of view.", fact)
        case Unresolved(unread=unread):
            return unreadable(what, unread, bucket=end, evidence=(fact,))
        case InView() | None:
            missing = Unreadable(setting=Setting.REGION, code=NOT_COLLECTED)
            return unreadable(what, missing, bucket=end, evidence=(fact,))


def _arrives(
    destination: Destination, logging: Logging, tier: Destination, context: Context, fact: Evidence
) -> Verdict:
    """Whether logs can arrive at the second destination: it lies beside the first, and lets them in."""
    bucket, end = destination.bucket, tier.bucket
    if end.account != bucket.account:
        return failed(f"{bucket.name} is logged to {end.name} in another account, where S3 delivers nothing.", fact)
    here, there = region_of(bucket), region_of(end)
    if here and there and here != there:
        return failed(f"{bucket.name} is logged to {end.name} in {there}; S3 delivers within {here} only.", fact)
    unread = [one.region for one in (bucket, end) if isinstance(one.region, Unreadable)]
    if unread:
        what = f"Whether {bucket.name} and {end.name}, to which it is logged, share a Region is unknown"
        return unreadable(what, *unread, evidence=(fact,))
    delivery = Delivery(
        source=bucket,
        partition=destination.account.partition,
        logging=logging,
        whereabouts=InView(bucket=end),
        key_space=key_space(logging, account=bucket.account, region=here, bucket=bucket.name),
        destination=tier,
    )
    verdicts = [check.judge(delivery, tier, context) for check in ARRIVES]
    for outcome in (Outcome.FAIL, Outcome.UNKNOWN):
        stopped = [one for one in verdicts if one.outcome is outcome]
        if stopped:
            found = _joined(stopped, outcome)
            told = f"{bucket.name} is logged to {end.name}, but whether its logs arrive there is in question."
            return Verdict(
                outcome=outcome,
                reason=f"{told} {found.reason}",
                evidence=(fact, *found.evidence),
                cause=found.cause,
            )
    return passed(f"{bucket.name} is logged to a second destination, {end.name}.", fact)


def _by_cloudwatch(destination: Destination, context: Context) -> Verdict:
    name = destination.bucket.name
    deliveries = cloudwatch_deliveries(context.graph, destination)
    if isinstance(deliveries, Unreadable):
        what = f"Whether CloudWatch Logs delivers access logs of {name} is unknown"
        return unreadable(what, deliveries, bucket=name)
    found = deliveries.value if isinstance(deliveries, Present) else ()
    active = [one for one in found if one.active and not _comes_back(one, name)]
    leading = next((one for one in active if not _leads_nowhere(one)), None)
    if leading is not None:
        where = f"Access logs of {name} go to {shown(leading.destination_arn)} through CloudWatch Logs."
        return passed(where, _delivery(leading, name))
    if active:
        where = f"Access logs of {name} go to {shown(active[0].destination_arn)}, a log group that does not exist."
        return undecidable(f"{where} AWS does not document whether anything arrives.", _delivery(active[0], name))
    none = Evidence(setting=Setting.DELIVERY_SOURCES, path="deliverySources[].resourceArns[]", value=None, bucket=name)
    return failed(f"CloudWatch Logs delivers no access logs of {name} to another place.", none)


def _comes_back(one: VendedDelivery, name: str) -> bool:
    return one.destination_arn.partition(":::")[2].partition("/")[0] == name


def _leads_nowhere(one: VendedDelivery) -> bool:
    return one.kind == "CWL" and isinstance(one.log_group, Absent)


def _delivery(one: VendedDelivery, name: str) -> Evidence:
    value = {"source": one.source_name, "status": one.status, "destination": one.destination_arn}
    return Evidence(setting=Setting.DELIVERY_SOURCES, path="deliverySources[]", value={**value}, bucket=name)


CHECK = DestinationCheck(about=ABOUT, judge=judge)
