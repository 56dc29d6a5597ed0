"""What a framework asks of kept logs is put to every place where the logs of a source are kept.

Bucket delivery keeps them in the destination, CloudWatch Logs in a log group; a source may have both at once. Logs
that were delivered elsewhere before the configuration changed are not looked at. An estate has many sources and few
kinds of places, so what is the same for all sources of a place is worked out once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import Final

from auditor.model import Cause, Evidence, Outcome, Verdict, not_applicable, undecidable, unreadable
from auditor.prelude import delivery_of, destination_of
from auditor.reading import Absent, Json, Present, Setting, Unreadable, view
from auditor.s3.days import DayCount, Decided, Document, Forever, Undecidable, days_text, range_text
from auditor.s3.delivery_retention import Keeping, keeping
from auditor.s3.lifecycle_terms import HOT_CLASSES
from auditor.s3.malformed import whole_number
from auditor.s3.retention import Retention, retention_of_log_group
from auditor.s3.subjects import Source, VendedDelivery
from auditor.s3.truth import Truth
from auditor.shape import mapping

_REMEMBERED: Final = 2**16


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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Question:
    """What a framework asks: `count` picks the number and `holds` compares it; `asked` shows the parameters.

    `tell` gets the place and the number and goes on after "Logs of app …", without a full stop. Answers are remembered
    by question, so the same one should be put to all sources.
    """

    count: Callable[[Retention], DayCount]
    holds: Callable[[DayCount], Truth]
    tell: Callable[[str, DayCount], str]
    asked: tuple[Evidence, ...]
    places: Places = Places.ANY
    hot_classes: frozenset[str] = HOT_CLASSES


def judge_kept(source: Source, question: Question, *, at: datetime) -> Verdict:
    """The answer over all places: NOT_APPLICABLE without any, UNKNOWN where one that matters cannot be told."""
    name = source.bucket.name
    nothing: Verdict | None = None
    verdicts: list[Verdict] = []
    for found in _places(source, question.hot_classes, at):
        verdict = _answer(found, question).about(name) if isinstance(found, _Place) else found
        if verdict.outcome is not Outcome.NOT_APPLICABLE:
            verdicts.append(verdict)
        elif isinstance(source.logging, Present):
            nothing = verdict
    if not verdicts:
        return nothing or not_applicable(f"Access logging of {name} is off, so there are no logs to keep.")
    if len(verdicts) == 1 and verdicts[0].outcome is not Outcome.UNKNOWN:
        return verdicts[0]
    outcomes = {verdict.outcome for verdict in verdicts}
    outcome = next(outcome for outcome in _ORDER[question.places] if outcome in outcomes)
    return _together(verdicts, outcome, asked=question.asked)


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
    facts = (fact for one in used for fact in one.evidence if fact not in asked)
    return Verdict(
        outcome=outcome,
        reason=" ".join(one.reason for one in used),
        evidence=(*facts, *asked),
        cause=Cause.UNREADABLE if Cause.UNREADABLE in causes else causes.pop(),
    )


# --- one place --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Place:
    """A place where logs are kept: its name in a sentence, its retention, and the facts that identify it.

    `bucket` is "" for a log group. `unread` has the documents for which everything possible was taken.
    """

    name: str
    bucket: str
    retention: Retention
    unread: Mapping[Document, Unreadable] = field(default_factory=dict)
    facts: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """A verdict on every source whose logs are kept in one place; `text` goes on after "Logs of app …"."""

    outcome: Outcome
    cause: Cause | None
    text: str
    evidence: tuple[Evidence, ...]

    def about(self, source: str) -> Verdict:
        """The verdict on the source of that name."""
        reason = f"Logs of {source} {self.text}"
        return Verdict(outcome=self.outcome, reason=reason, evidence=self.evidence, cause=self.cause)


@lru_cache(maxsize=_REMEMBERED)
def _answer(place: _Place, question: Question) -> _Answer:
    """The answer for one place; a number that is open because of a document nobody read is unreadable."""
    count = question.count(place.retention)
    told = question.tell(place.name, count)
    found = dict.fromkeys((*(count.bounds if isinstance(count, Undecidable) else ()), *count.facts))
    facts = tuple(
        Evidence(setting=fact.document, path=fact.path, value=fact.value, bucket=place.bucket)
        for fact in found
        if fact.document not in place.unread
    )
    evidence = (*place.facts, *facts, *question.asked)
    text = f"{told}. {count.sentence}"
    match question.holds(count):
        case Truth.TRUE:
            return _Answer(outcome=Outcome.PASS, cause=None, text=text, evidence=evidence)
        case Truth.FALSE:
            return _Answer(outcome=Outcome.FAIL, cause=None, text=text, evidence=evidence)
        case Truth.UNDECIDABLE:
            documents = dict.fromkeys(fact.document for fact in count.facts)
            unread = [place.unread[document] for document in documents if document in place.unread]
            if not unread:
                return _Answer(outcome=Outcome.UNKNOWN, cause=Cause.UNDECIDABLE, text=text, evidence=evidence)
            open_ = unreadable(told, *unread, bucket=place.bucket, evidence=evidence)
            return _Answer(outcome=open_.outcome, cause=open_.cause, text=open_.reason, evidence=open_.evidence)


# --- all places of one source -----------------------------------------------------------------------------------------


@lru_cache(maxsize=_REMEMBERED)
def _places(source: Source, hot_classes: frozenset[str], at: datetime) -> tuple[_Place | Verdict, ...]:
    """Where the logs of the source are kept, a verdict standing for a place that cannot be looked into."""
    return (_by_bucket_delivery(source, hot_classes, at), *_by_cloudwatch(source))


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
    return _in_destination(kept, where)


@lru_cache(maxsize=_REMEMBERED)
def _in_destination(kept: Keeping, bucket: str) -> _Place:
    return _Place(name=bucket, bucket=bucket, retention=kept.retention, unread=kept.unread)


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
            return _Place(name=f"the log group {arn}", bucket="", retention=retention_of_log_group(days), facts=(end,))
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
