"""logging-loop: buckets that log into each other in a ring log every delivery for ever."""

from __future__ import annotations

from auditor.check import About, Context, DeliveryCheck
from auditor.model import Evidence, Severity, Verdict, failed, not_applicable, passed
from auditor.prelude import others_unread
from auditor.reading import Setting
from auditor.s3.subjects import Delivery

ABOUT = About(
    id="logging-loop",
    title="No cycle of two or more buckets that log into each other",
    severity=Severity.HIGH,
    reads=(Setting.LOGGING,),
    rationale=(
        "Each log object that is delivered is a request to its destination. When the destination logs back to the "
        "source, directly or through others, every delivery causes another one: buckets fill without end and the "
        "records of people drown."
    ),
    remediation=(
        "Turn off server access logging on the bucket of the ring that serves as the destination, and make it a "
        "dedicated one."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html",
)


def judge(delivery: Delivery, context: Context) -> Verdict:
    """FAIL for every bucket of a ring; UNKNOWN when the path ends in a bucket whose logging is unknown."""
    key = (delivery.partition, delivery.source.name)
    name = delivery.logging.destination
    target = Evidence(setting=Setting.LOGGING, path="LoggingEnabled.TargetBucket", value=name)
    if name == delivery.source.name:
        return not_applicable(f"{name} logs into itself, without another bucket (see self-logging).", target)
    ring = context.graph.cycles.get(key)
    if ring is not None:
        fact = Evidence(setting=Setting.LOGGING, path="cycle", value=[*ring])
        return failed(f"Logs go round in a ring: {' -> '.join((*ring, ring[0]))}.", target, fact)
    unread = context.graph.dead_ends.get(key)
    if unread is not None:
        return others_unread(
            lambda bucket: f"The path of logs from {delivery.source.name} leads to {bucket}, whose logging is unknown",
            (unread,),
            evidence=(target,),
        )
    return passed(f"The path of logs through {name} never leads back to {delivery.source.name}.", target)


CHECK = DeliveryCheck(about=ABOUT, judge=judge)
