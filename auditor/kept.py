"""What a framework asks of kept logs is put to every place where the logs of a source are kept.

Bucket delivery keeps them in the destination, CloudWatch Logs in a log group; a source may have both at once. Logs
that were delivered elsewhere before the configuration changed are not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from auditor.model import Cause, Evidence, Outcome, Verdict, failed, not_applicable, passed, undecidable, unreadable
from auditor.prelude import delivery_of, destination_of
from auditor.reading import Absent, Json, Present, Setting, Unreadable, view
from auditor.s3.days import DayCount, Decided, Document, Forever, Undecidable, days_text, range_text
from auditor.s3.delivery_retention import keeping
from auditor.s3.lifecycle_terms import HOT_CLASSES
from auditor.s3.malformed import whole_number
from auditor.s3.retention import Retention, retention_of_log_group
from auditor.s3.subjects import Source, VendedDelivery
from auditor.s3.truth import Truth
from auditor.shape import mapping


def parameter(name: str, value: Json) -> Evidence:
    """What a framework asks for, as evidence beside what was found."""
    return Evidence(setting="parameter", path=name, value=value)


def span_text(count: DayCount) -> str:
    """`for 90 days`, `for ever` or `for 30 to 90 days`, as it stands in a sentence."""
    match count:
        case Decided(days=Forever()):
            return "for ever"
        case Decided(days=days):
            return f"for {days_text(days)}"
        case Undecidable(low=low, high=high):
            return range_text(low, high)


class Places(Enum):
    """Where a question has to be answered with yes when logs are kept in several places."""

    ANY = "any"
    EVERY = "every"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a framework asks: `count` picks the number, `holds` compares it, `tell` makes it a sentence.

    `tell` gets the source, the place, and the number, and ends without a full stop. `asked` shows the parameters.
    """

    count: Callable[[Retention], DayCount]
    holds: Callable[[DayCount], Truth]
    tell: Callable[[str, str, DayCount], str]
    asked: tuple[Evidence, ...]
    places: Places = Places.ANY
    hot_classes: frozenset[str] = HOT_CLASSES


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A place where logs are kept: its name in a sentence, its retention, and the facts that identify it.

    `bucket` is "" for a log group. `unread` has the documents for which everything possible was taken.
    """

    name: str
    bucket: str
    retention: Retention
    unread: Mapping[Document, Unreadable]
    facts: tuple[Evidence, ...] = ()


def judge_kept(source: Source, question: Question, *, at: datetime) -> Verdict:
    """The answer over all places: NOT_APPLICABLE without any, UNKNOWN where one that matters cannot be told."""
    name = source.bucket.name
    nothing = not_applicable(f"Access logging of {name} is off, so there are no logs to keep.")
    verdicts: list[Verdict] = []
    for found in (_by_bucket_delivery(source, question.hot_classes, at), *_by_cloudwatch(source)):
        verdict = _judge(found, name, question) if isinstance(found, _Place) else found
        if verdict.outcome is not Outcome.NOT_APPLICABLE:
            verdicts.append(verdict)
        elif isinstance(source.logging, Present):
            nothing = verdict
    for outcome in _ORDER[question.places]:
        if any(verdict.outcome is outcome for verdict in verdicts):
            return _together(verdicts, outcome, asked=question.asked)
    return nothing


_ORDER: Final[Mapping[Places, tuple[Outcome, ...]]] = {
    Places.ANY: (Outcome.PASS, Outcome.UNKNOWN, Outcome.FAIL),
    Places.EVERY: (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS),
}


def _together(verdicts: Sequence[Verdict], outcome: Outcome, *, asked: tuple[Evidence, ...]) -> Verdict:
    """The verdicts with that outcome as one; where it is UNKNOWN, with what is known to fail beside it."""
    used = [one for one in verdicts if one.outcome is outcome]
    causes = {one.cause for one in used}
    if outcome is Outcome.UNKNOWN:
        used += [one for one in verdicts if one.outcome is Outcome.FAIL]
    return Verdict(
        outcome=outcome,
        reason=" ".join(one.reason for one in used),
        evidence=(*(fact for one in used for fact in one.evidence), *asked),
        cause=Cause.UNREADABLE if Cause.UNREADABLE in causes else causes.pop(),
    )


def _judge(place: _Place, source: str, question: Question) -> Verdict:
    """The answer for one place; a number that is open because of a document nobody read is unreadable."""
    count = question.count(place.retention)
    told = question.tell(source, place.name, count)
    found = dict.fromkeys((*(count.bounds if isinstance(count, Undecidable) else ()), *count.facts))
    facts = tuple(
        Evidence(setting=fact.document.value, path=fact.path, value=fact.value, bucket=place.bucket)
        for fact in found
        if fact.document not in place.unread
    )
    match question.holds(count):
        case Truth.TRUE:
            return passed(f"{told}. {count.sentence}", *place.facts, *facts)
        case Truth.FALSE:
            return failed(f"{told}. {count.sentence}", *place.facts, *facts)
        case Truth.UNDECIDABLE:
            documents = dict.fromkeys(fact.document for fact in count.facts)
            unread = [place.unread[document] for document in documents if document in place.unread]
            if unread:
                return unreadable(told, *unread, bucket=place.bucket, evidence=(*place.facts, *facts))
            return undecidable(f"{told}. {count.sentence}", *place.facts, *facts)


def _by_bucket_delivery(source: Source, hot_classes: frozenset[str], at: datetime) -> _Place | Verdict:
    delivery = delivery_of(source)
    if isinstance(delivery, Verdict):
        return delivery
    destination = destination_of(delivery)
    if isinstance(destination, Verdict):
        return destination
    where, who = destination.bucket.name, source.bucket.name
    if isinstance(delivery.key_space, Unreadable):
        return unreadable(f"Under which keys the logs of {who} arrive is unknown", delivery.key_space)
    kept = keeping(destination, delivery.key_space, at=at, hot_classes=hot_classes)
    if isinstance(kept, Unreadable):
        return unreadable(f"How long logs of {who} stay in {where} is unknown", kept, bucket=where)
    return _Place(name=where, bucket=where, retention=kept.retention, unread=kept.unread)


def _by_cloudwatch(source: Source) -> Iterator[_Place | Verdict]:
    match source.vended:
        case Unreadable() as unread:
            yield unreadable(f"Whether CloudWatch Logs keeps logs of {source.bucket.name} is unknown", unread)
        case Present(value=deliveries):
            yield from (_through(one, source.bucket.name) for one in deliveries if one.active)
        case Absent():
            pass


def _through(delivery: VendedDelivery, source: str) -> _Place | Verdict:
    """Where a CloudWatch delivery keeps the logs; that of a bucket or a stream is not looked into."""
    arn = delivery.destination_arn
    end = Evidence(
        setting=Setting.DELIVERY_DESTINATIONS,
        path="deliveryDestinationConfiguration.destinationResourceArn",
        value=arn,
    )
    if delivery.kind != "CWL":
        kind = Evidence(setting=Setting.DELIVERIES, path="deliveryDestinationType", value=delivery.kind or None)
        text = f"Logs of {source} go to {arn} through CloudWatch Logs, and how long they are kept there is not judged."
        return undecidable(text, end, kind)
    group = view(delivery.log_group, Setting.LOG_GROUP, _retention_in_days)
    match group:
        case Present(value=days):
            retention = retention_of_log_group(days)
            return _Place(name=f"the log group {arn}", bucket="", retention=retention, unread={}, facts=(end,))
        case Unreadable() as unread:
            return unreadable(f"How long {arn} keeps the logs of {source} is unknown", unread, evidence=(end,))
        case Absent():
            none = Evidence(setting=Setting.LOG_GROUP, path="logGroups[]", value=None)
            text = (
                f"Logs of {source} go to {arn}, a log group that does not exist, and AWS does not say where they stay."
            )
            return undecidable(text, end, none)


def _retention_in_days(document: Json) -> int | None:
    """The retention in the description of a log group, None when events never expire."""
    days = mapping(document, "logGroups[]").get("retentionInDays")
    if days is None:
        return None
    number = whole_number(days, least=1, most=36_500)
    if number is None:
        raise ValueError("retentionInDays must be a number of days")
    return number
