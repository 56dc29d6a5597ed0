"""How long log objects stay visible, recoverable and readable, and after how long the last of them is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from auditor.s3.days import FOREVER, DayCount, Decided, Document, Doubt, Fact, Undecidable, days_text
from auditor.s3.lifecycle import sentence
from auditor.s3.lifecycle_terms import Terms
from auditor.s3.log_groups import Names, Reach, key_reach, log_groups, names_of
from auditor.s3.log_keys import KeySpace
from auditor.s3.log_life import Choice, Span, lives_of, longest, shortest
from auditor.s3.retention_text import (
    expiry_clause,
    gone_text,
    hot_text,
    none_clause,
    open_text,
    visible_text,
)
from auditor.s3.truth import Truth
from auditor.s3.versioning import Versioning, VersioningState


class Extent(StrEnum):
    """How many of the log objects of a source an enabled expiration covers."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"
    UNDECIDABLE = "undecidable"
    """Even then `Coverage.covers_all` may know that some log objects are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Whether enabled expirations cover the log objects of a source, the facts that show it, and a sentence."""

    extent: Extent
    covers_all: Truth
    facts: tuple[Fact, ...]
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """What becomes of the log objects of one source (or of the events of one log group), in days of age.

    From now on and as long as the configuration stays:
    - `visible`: every log that is younger is a current object.
    - `guaranteed`: the bytes of every log that is younger exist, current or noncurrent.
    - `maximum`: the bytes of no log that is older exist.
    - `hot`: every log that is younger, whatever its size, is a current object that can be read at once.

    hot <= visible <= guaranteed <= maximum, bound by bound. What people delete by hand is no part of it.
    """

    visible: DayCount
    guaranteed: DayCount
    maximum: DayCount
    hot: DayCount
    coverage: Coverage


def retention_of(terms: Terms, space: KeySpace) -> Retention:
    """The retention of every object that S3 delivers into the key space of one source."""
    return retentions(terms, (space,))[space]


def retentions(terms: Terms, spaces: Iterable[KeySpace]) -> dict[KeySpace, Retention]:
    """`retention_of` each key space, at a fraction of the cost: sources that the same rules cover share the work."""
    shared: dict[tuple[bool, ...], Retention] = {}
    found: dict[KeySpace, Retention] = {}
    for space in spaces:
        names = names_of(space)
        key = _covering(terms, names)
        known = None if key is None else shared.get(key)
        found[space] = retention = _work_out(terms, names) if known is None else known
        if key is not None:
            shared[key] = retention
    return found


def _covering(terms: Terms, names: Names) -> tuple[bool, ...] | None:
    """Which rules and tiers take all keys by these names; None when one takes some of them, so that names matter."""
    reaches = [key_reach(known.scope.prefix, names) for known in terms.rules]
    reaches.extend(key_reach(prefix, names) for prefix in terms.tier_prefixes)
    return None if Reach.SOME in reaches else tuple(reach is Reach.ALL for reach in reaches)


def _work_out(terms: Terms, names: Names) -> Retention:
    groups = log_groups(terms.rules, names, now=terms.now, prefixes=terms.tier_prefixes)
    if groups is None:
        return _too_many(terms)
    lives = [lives_of(terms, group, names=names) for group in groups]
    visible = [life.visible for life in lives]
    others = any(span.low is not FOREVER for span in visible)

    def gone(span: Span) -> str:
        return gone_text(span.high_by, span.high, terms=terms, group=span.group, names=names, others=others)

    versioned = _versioning_doubts(terms.versioning)
    unknown = versioned if terms.versioning.state is VersioningState.UNKNOWN else ()
    return Retention(
        visible=_number(
            shortest(visible),
            terms=terms,
            predicate="stay visible",
            explain=lambda span: visible_text(span.high_by, terms, group=span.group, names=names),
        ),
        guaranteed=_number(
            shortest([life.shortest for life in lives]),
            terms=terms,
            predicate="are kept",
            explain=gone,
            versioned=True,
            doubts=unknown,
        ),
        maximum=_number(
            longest([life.longest for life in lives]),
            terms=terms,
            predicate="may be kept",
            explain=gone,
            versioned=True,
            doubts=versioned,
        ),
        hot=_number(
            shortest([life.hot for life in lives]),
            terms=terms,
            predicate="can be read at once",
            explain=lambda span: hot_text(span.high_by, terms, group=span.group, names=names),
        ),
        coverage=_coverage(terms, visible, names=names),
    )


def retention_of_log_group(retention_in_days: int | None) -> Retention:
    """The retention of a CloudWatch log group: its events are readable until they expire; None is for ever.

    Source: CloudWatch Logs API Reference, DescribeLogGroups (retentionInDays is absent when events never expire).
    """
    fact = Fact(document=Document.LOG_GROUP, path="retentionInDays", value=retention_in_days)
    count: DayCount
    if retention_in_days is None:
        text = "The log group has no retention setting, so its events are kept for ever."
        count = Decided(days=FOREVER, facts=(fact,), sentence=text)
        extent, covers_all = Extent.NONE, Truth.FALSE
    elif retention_in_days < 1:
        text = f"retentionInDays is {retention_in_days}, which CloudWatch Logs does not document."
        count = Undecidable(low=0, high=FOREVER, facts=(fact,), sentence=text)
        extent, covers_all = Extent.UNDECIDABLE, Truth.UNDECIDABLE
    else:
        text = f"The log group keeps its events for {days_text(retention_in_days)}."
        count = Decided(days=retention_in_days, facts=(fact,), sentence=text)
        extent, covers_all = Extent.FULL, Truth.TRUE
    coverage = Coverage(extent=extent, covers_all=covers_all, facts=(fact,), sentence=text)
    return Retention(visible=count, guaranteed=count, maximum=count, hot=count, coverage=coverage)


def _number(
    choice: Choice,
    *,
    terms: Terms,
    predicate: str,
    explain: Callable[[Span], str],
    versioned: bool = False,
    doubts: tuple[Doubt, ...] = (),
) -> DayCount:
    """The count of a choice; `versioned` when the versioning state took part in it, `doubts` what it leaves open."""
    low, high, opener, decider = choice
    if low == high:
        facts = tuple(effect.fact for effect in decider.high_by) or (_rules_fact(terms),)
        if versioned and decider.high_by:
            facts = (*facts, terms.versioning.fact)
        text = explain(decider)
        if decider.group.age and decider.group.age == high:
            text = f"{text} They are at least {days_text(decider.group.age)} old by now."
        return Decided(days=high, facts=facts, sentence=text)
    causes = _unique(*(doubt for effect in opener.low_by for doubt in effect.doubts), *doubts)
    return Undecidable(
        low=low,
        high=high,
        facts=tuple(doubt.fact for doubt in causes),
        sentence=open_text(causes, predicate, low=low, high=high),
        bounds=tuple(dict.fromkeys(effect.fact for effect in (*opener.low_by, *decider.high_by))),
    )


def _unique(*doubts: Doubt) -> tuple[Doubt, ...]:
    return tuple(dict.fromkeys(doubts))


def _rules_fact(terms: Terms) -> Fact:
    """The number of rules looked through in vain; None when there is no lifecycle configuration."""
    count = len(terms.lifecycle.rules) if terms.lifecycle.configured else None
    return Fact(document=Document.LIFECYCLE, path="Rules", value=count)


def _versioning_doubts(versioning: Versioning) -> tuple[Doubt, ...]:
    match versioning.state:
        case VersioningState.NEVER_ENABLED | VersioningState.ENABLED:
            return ()
        case VersioningState.SUSPENDED:
            text = "Versioning is suspended, and log objects written while it was enabled keep their versions."
            return (Doubt(fact=versioning.fact, sentence=text),)
        case VersioningState.UNKNOWN:
            return (Doubt(fact=versioning.fact, sentence="The versioning state of the bucket is not known."),)


def _coverage(terms: Terms, visible: list[Span], *, names: Names) -> Coverage:
    bare = next((span for span in visible if span.low is FOREVER), None)
    expired = next((span for span in visible if span.high is not FOREVER), None)
    doubtful = next((span for span in visible if span.low is not FOREVER and span.high is FOREVER), None)
    covers_all = Truth.FALSE if bare is not None else Truth.TRUE if doubtful is None else Truth.UNDECIDABLE
    by = expired.high_by if expired is not None else ()
    clauses = [expiry_clause(effect, names) for effect in by]
    if doubtful is not None and (bare is None or expired is None):
        causes = _unique(*(doubt for effect in doubtful.low_by for doubt in effect.doubts))
        text = f"{' '.join(doubt.sentence for doubt in causes)} So it is not known which log objects expire."
        facts = tuple(doubt.fact for doubt in causes)
        return Coverage(extent=Extent.UNDECIDABLE, covers_all=covers_all, facts=facts, sentence=text)
    if bare is not None:
        clauses.append(none_clause(terms, bare.group, names, others=expired is not None))
        extent = Extent.NONE if expired is None else Extent.PARTIAL
    else:
        extent = Extent.FULL
    facts = tuple(effect.fact for effect in by) or (_rules_fact(terms),)
    return Coverage(extent=extent, covers_all=covers_all, facts=facts, sentence=sentence(*clauses))


def _too_many(terms: Terms) -> Retention:
    """The retention where the rules are more than can be worked out: no bucket that anybody runs comes near."""
    fact = _rules_fact(terms)
    text = "The rules cut the log objects into too many groups to work out what happens to each."
    count = Undecidable(low=0, high=FOREVER, facts=(fact,), sentence=text)
    coverage = Coverage(extent=Extent.UNDECIDABLE, covers_all=Truth.UNDECIDABLE, facts=(fact,), sentence=text)
    return Retention(visible=count, guaranteed=count, maximum=count, hot=count, coverage=coverage)
