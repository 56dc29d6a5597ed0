"""delivery-fresh: a log object that arrived lately proves what no configuration can, that delivery works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from auditor.check import About, Context, SourceCheck
from auditor.kept import parameter
from auditor.model import (
    Cause,
    Evidence,
    Outcome,
    Severity,
    Verdict,
    failed,
    not_applicable,
    not_yet_demonstrated,
    passed,
    undecidable,
    unreadable,
)
from auditor.prelude import delivery_of, destination_of
from auditor.reading import MALFORMED, Absent, Json, Present, Reading, Setting, Unreadable, reading_of, view
from auditor.s3.log_keys import KeySpace, Overlap, key_format_document
from auditor.s3.newest import LogObject, Newest, parse_newest
from auditor.s3.subjects import Delivery, Source

ABOUT = About(
    id="delivery-fresh",
    title="Log objects arrived within the allowed age",
    severity=Severity.HIGH,
    reads=(Setting.LOGGING, Setting.REGION, Setting.NEWEST_LOG_OBJECT),
    rationale=(
        "Delivery can fail in ways that no setting shows: a control policy of the organization, a key space that "
        "somebody else fills, a mistake at AWS. S3 delivers most records within a few hours of the request, best "
        "effort. A bucket that nobody uses writes no logs, so an old object is an exception to explain, not a proof."
    ),
    remediation=(
        "Send the bucket a request and look again after some hours. If nothing arrives, check the destination's "
        "policy, encryption, Object Lock, Region and owner, and the control policies of the organization."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshooting-server-access-logging.html",
    parameters=("delivery_max_age_hours",),
)

CLOCKS = timedelta(minutes=15)
"""How far S3's clock may be ahead of ours: it refuses requests whose time differs by more (RequestTimeTooSkewed)."""
QUIET = "A bucket without requests writes no logs, so this may also mean that nobody used it."


def judge(source: Source, context: Context) -> Verdict:
    """PASS for a young log object that can only be this source's; FAIL for old ones, or none where logging is old."""
    if not context.logs_read:
        return not_applicable("Log objects were not looked at in this run (--no-logs).")
    hours = context.number("delivery_max_age_hours")
    if hours is None:
        return not_applicable("No age is asked for.")
    delivery = delivery_of(source)
    if isinstance(delivery, Verdict):
        return delivery
    destination = destination_of(delivery)
    if isinstance(destination, Verdict):
        return destination
    if isinstance(delivery.key_space, Unreadable):
        return unreadable(f"Under which keys the logs of {source.bucket.name} arrive is unknown", delivery.key_space)
    reading = _newest(source, delivery, delivery.key_space)
    match reading:
        case Present(value=newest, read_at=read_at):
            # A long collection ends hours after it looked here; what arrived since then it cannot know.
            return _judge(_Look(delivery=delivery, newest=newest, at=read_at or context.at, hours=hours), context)
        case Absent():
            return unreadable(f"Whether logs of {source.bucket.name} arrive is unknown", _strange("it is absent"))
        case Unreadable() as unread:
            name = destination.bucket.name
            return unreadable(f"Whether logs of {source.bucket.name} arrive in {name} is unknown", unread, bucket=name)


def _newest(source: Source, delivery: Delivery, space: KeySpace) -> Reading[Newest]:
    """The reading, Unreadable when it is about another key space than the one that the source logs to now."""
    setting = Setting.NEWEST_LOG_OBJECT
    reading = view(reading_of(source.bucket.readings, setting), setting, parse_newest)
    if isinstance(reading, Present):
        looked_at = (reading.value.destination, reading.value.stem)
        if looked_at != (delivery.logging.destination, space.stem):
            return _strange("it is about another destination or prefix")
    return reading


def _strange(why: str) -> Unreadable:
    return Unreadable(setting=Setting.NEWEST_LOG_OBJECT, code=MALFORMED, message=why)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What was found under the keys of one source, at what time, and how many hours old it may be."""

    delivery: Delivery
    newest: Newest
    at: datetime
    hours: int

    @property
    def who(self) -> str:
        return self.delivery.source.name

    @property
    def where(self) -> str:
        return self.newest.destination

    @property
    def oldest_allowed(self) -> datetime:
        return self.at - timedelta(hours=self.hours)

    @property
    def facts(self) -> tuple[Evidence, ...]:
        """The place and the limit; what changes with every delivery does not make a finding another one."""
        found, setting, bucket = self.newest.found, Setting.NEWEST_LOG_OBJECT, self.where
        seen: dict[str, Json] = {
            "key": None if found is None else found.key,
            "delivered_at": None if found is None else _second(found.delivered_at),
            "last_modified": None if found is None else _second(found.last_modified),
        }
        return (
            Evidence(setting=setting, path="stem", value=self.newest.stem, bucket=bucket),
            *(Evidence(setting=setting, path=path, value=seen[path], bucket=bucket, lasting=False) for path in seen),
            parameter("delivery_max_age_hours", self.hours),
        )


def _judge(look: _Look, context: Context) -> Verdict:
    found, who, where = look.newest.found, look.who, look.where
    if found is not None and found.latest > look.at + CLOCKS:
        return undecidable(
            f"The newest log object of {who} in {where} is dated {_day(found.latest)}, which lies after this "
            "scan; one of the clocks is wrong.",
            *look.facts,
        )
    if found is not None and found.arrived_at >= look.oldest_allowed:
        return _fresh(look, found, context)
    quiet = look.newest.nothing_since(look.oldest_allowed, look.delivery.logging.key_format)
    if quiet and found is not None:
        return failed(
            f"The newest log object of {who} in {where} is {_age(look.at - found.arrived_at)} old; at most "
            f"{look.hours} hours are allowed. {QUIET}",
            *look.facts,
        )
    since = _seen_since(look, context)
    if quiet and since is not None:
        return failed(
            f"No log object of {who} arrived in {where} within {look.hours} hours, and an earlier assessment saw "
            f"logging set up like this on {_day(since)}. {QUIET}",
            *look.facts,
        )
    if look.newest.exhaustive:
        return not_yet_demonstrated(
            f'No log object of {who} lies in {where} under "{look.newest.stem}". Logging may have been switched on '
            "recently, or nobody used the bucket.",
            *look.facts,
        )
    return Verdict(
        outcome=Outcome.UNKNOWN,
        reason=f"Whether logs of {who} arrive in {where} is unknown: the search ended after {look.newest.listed:,} "
        "keys, and there are more.",
        evidence=look.facts,
        cause=Cause.UNREADABLE,
    )


def _fresh(look: _Look, found: LogObject, context: Context) -> Verdict:
    """PASS, unless another source writes the same keys."""
    age = _age(look.at - found.arrived_at)
    collisions = context.graph.collisions.get((look.delivery.partition, look.who))
    if collisions is not None and collisions.worst is Overlap.SAME:
        others = " and ".join(one.other for one in collisions.named if one.kind is Overlap.SAME)
        return undecidable(
            f"A log object under the keys of {look.who} in {look.where} is {age} old, but {others} logs to the same "
            "keys (see prefix-collision), so it cannot be told whose it is.",
            *look.facts,
        )
    return passed(f"The newest log object of {look.who} in {look.where} is {age} old.", *look.facts)


def _seen_since(look: _Look, context: Context) -> datetime | None:
    """When an earlier assessment saw the same delivery, if that is longer ago than the allowed age."""
    logging, source = look.delivery.logging, look.delivery.source
    seen = context.deliveries_seen.get((source.account, source.name))
    if seen is None or seen.at > look.oldest_allowed:
        return None
    key_format = key_format_document(logging.key_format)
    return seen.at if seen.is_still(logging.destination, logging.prefix, key_format=key_format) else None


def _age(age: timedelta) -> str:
    """`40 minutes`, `51 hours` or `12 days`; a time that lies a little ahead of ours is 0 minutes old."""
    minutes = max(0, int(age.total_seconds()) // 60)
    for size, word in ((3 * 24 * 60, "days"), (120, "hours")):
        if minutes >= size:
            return f"{minutes // (24 * 60 if word == 'days' else 60)} {word}"
    return f"{minutes} minute{'' if minutes == 1 else 's'}"


def _day(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%d}"


def _second(time: datetime | None) -> str | None:
    return None if time is None else f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


CHECK = SourceCheck(about=ABOUT, judge=judge)
