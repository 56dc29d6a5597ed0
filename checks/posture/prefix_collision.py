"""prefix-collision: where two sources share a key space, nobody can say whose log an object is."""

from __future__ import annotations

from auditor.check import About, Context, DeliveryCheck
from auditor.model import Evidence, Severity, Verdict, failed, passed, unreadable
from auditor.prelude import others_unread
from auditor.reading import Setting, Unreadable
from auditor.s3.log_keys import Overlap
from auditor.s3.logging_graph import unread_beside
from auditor.s3.subjects import Delivery

ABOUT = About(
    id="prefix-collision",
    title="No other source shares or nests its key space in the destination",
    severity=Severity.MEDIUM,
    reads=(Setting.LOGGING, Setting.REGION),
    rationale=(
        "Two sources with one prefix, or with one prefix inside the other, mix their log objects: a lifecycle rule, a "
        "grant or a listing for one of them takes in the other, and an object's key no longer says whose log it is."
    ),
    remediation=(
        "Give each source a prefix of its own that ends in a slash and lies in no other one, or choose the partitioned "
        "key format, which puts account, Region and bucket into every key."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html",
)

PATH = "LoggingEnabled.TargetPrefix"
WORDS = {
    Overlap.SAME: "writes the same keys",
    Overlap.NESTED: "lies inside or around it",
    Overlap.LISTS_OTHER: "begins with the same text",
}


def judge(delivery: Delivery, context: Context) -> Verdict:
    """FAIL when another readable source collides; UNKNOWN when a source that may log here could not be read."""
    logging = delivery.logging
    prefix = Evidence(setting=Setting.LOGGING, path=PATH, value=logging.prefix)
    if isinstance(delivery.key_space, Unreadable):
        return unreadable(f"The key space of {delivery.source.name} is unknown", delivery.key_space, evidence=(prefix,))
    found = context.graph.collisions.get((delivery.partition, delivery.source.name))
    if found is not None:
        first, *others = found.named
        more = f", and {found.count - 1:,} more collide" if others else ""
        return failed(
            f'The prefix "{logging.prefix}" in {logging.destination} is shared: "{first.other_prefix}" of '
            f"{first.other} {WORDS[first.kind]}{more}.",
            prefix,
            *(
                Evidence(setting=Setting.LOGGING, path=PATH, value=one.other_prefix, bucket=one.other)
                for one in found.named
            ),
            Evidence(setting=Setting.LOGGING, path="collisions", value=found.count),
        )
    # Whoever may log to the destination stands beside it; where it is out of view, all that is known is the source.
    destination = delivery.destination
    unread = unread_beside(context.graph, delivery.source if destination is None else destination.bucket)
    if unread:
        return others_unread(
            lambda names: f"No source that was read shares the prefix, but where {names} log is unknown",
            unread,
            evidence=(prefix,),
        )
    return passed(f'No other source writes under "{logging.prefix}" in {logging.destination}.', prefix)


CHECK = DeliveryCheck(about=ABOUT, judge=judge)
