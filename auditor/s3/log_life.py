"""How long the log objects of one group live, between bounds, with the effects that set the bounds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple, TypeAlias

from auditor.s3.days import FOREVER, Days, Forever
from auditor.s3.lifecycle import On
from auditor.s3.lifecycle_terms import Effect, Terms
from auditor.s3.log_groups import Group, Names
from auditor.s3.readability import unreadable_after
from auditor.s3.versioning import VersioningState

By: TypeAlias = tuple[Effect, ...]


class Span(NamedTuple):
    """A length of life of the objects of one group between two bounds, and the effects that set each bound."""

    low: Days
    low_by: By
    high: Days
    high_by: By
    group: Group


class Lives(NamedTuple):
    """The life of the objects of one group as current objects, as bytes at least and at most, and as hot ones."""

    visible: Span
    shortest: Span
    longest: Span
    hot: Span


def lives_of(terms: Terms, group: Group, *, names: Names) -> Lives:
    """The lives of the objects of the group, by the versioning state of the bucket.

    Source of the states' meaning: S3 User Guide, intro-lifecycle-rules, "Lifecycle actions and bucket versioning
    state".
    """
    expiries = [effect for rule in group.rules for effect in rule.expiries]
    visible, late = _soonest(expiries, group), _soonest(expiries, group, late=True)
    cold = _soonest(unreadable_after(terms, group, names=names), group)
    hot = Span(
        *((visible.low, visible.low_by) if visible.low <= cold.low else (cold.low, cold.low_by)),
        *((visible.high, visible.high_by) if visible.high <= cold.high else (cold.high, cold.high_by)),
        group,
    )
    rest = _soonest([effect for rule in group.rules for effect in rule.noncurrent], group)
    kept = _then(visible, rest)
    kept_late = _with_leftovers(_then(late, rest), late, rest=rest, now=terms.now)
    state = terms.versioning.state
    return Lives(
        visible=_aged(visible),
        shortest=_aged(_shortest_kept(state, visible, kept=kept)),
        longest=_longest_kept(state, late, kept=kept_late),
        hot=_aged(hot),
    )


def _shortest_kept(state: VersioningState, visible: Span, *, kept: Span) -> Span:
    """How long bytes exist at least: with suspended versioning those of new logs go with the visible object."""
    match state:
        case VersioningState.NEVER_ENABLED | VersioningState.SUSPENDED:
            return visible
        case VersioningState.ENABLED:
            return kept
        case VersioningState.UNKNOWN:
            return _either(visible, kept)


def _longest_kept(state: VersioningState, visible: Span, *, kept: Span) -> Span:
    """How long bytes exist at most: with suspended versioning those of logs from before, if any, stay longer."""
    match state:
        case VersioningState.NEVER_ENABLED:
            return visible
        case VersioningState.ENABLED:
            return kept
        case VersioningState.SUSPENDED | VersioningState.UNKNOWN:
            return _either(visible, kept)


def _soonest(effects: Iterable[Effect], group: Group, *, late: bool = False) -> Span:
    """When the first of the effects ends the life, FOREVER without any."""
    low: Days = FOREVER
    high: Days = FOREVER
    low_by: By = ()
    high_by: By = ()
    for effect in effects:
        effect_low, effect_high = (effect.late_low, effect.late_high) if late else (effect.low, effect.high)
        if effect_low < low:
            low, low_by = effect_low, (effect,)
        if effect_high < high:
            high, high_by = effect_high, (effect,)
    return Span(low, low_by, high, high_by, group)


def _then(first: Span, rest: Span) -> Span:
    """The life that goes on under a delete marker after the first end."""
    return Span(
        first.low + rest.low,
        first.low_by + rest.low_by if first.low_by else (),
        first.high + rest.high,
        first.high_by + rest.high_by if first.high_by else (),
        first.group,
    )


def _with_leftovers(kept: Span, late: Span, *, rest: Span, now: datetime) -> Span:
    """The longest life, open while versions that a date expired at any age still wait for their deletion."""
    for act in (effect.act for effect in late.high_by):
        if isinstance(act, On) and not isinstance(rest.high, Forever) and act.date <= now:
            waiting = now - act.date <= timedelta(days=rest.high + 1)
            return kept._replace(high=FOREVER) if waiting else kept
    return kept


def _aged(span: Span) -> Span:
    """The span for objects that are of some age already: whatever ends their life now has not ended it before."""
    age = span.group.age
    return span._replace(low=max(span.low, age), high=max(span.high, age)) if age else span


def _either(shorter: Span, longer: Span) -> Span:
    return Span(shorter.low, shorter.low_by, longer.high, longer.high_by, shorter.group)


class Choice(NamedTuple):
    """A number over all groups: its bounds, the span that leaves it open, and the one that decides it if it is not."""

    low: Days
    high: Days
    opener: Span
    decider: Span


def shortest(spans: list[Span]) -> Choice:
    """The life of the object that lives shortest."""
    opener, decider = min(spans, key=lambda span: span.low), min(spans, key=lambda span: span.high)
    return Choice(opener.low, decider.high, opener, decider)


def longest(spans: list[Span]) -> Choice:
    """The life of the object that lives longest."""
    opener, decider = max(spans, key=lambda span: span.high), max(spans, key=lambda span: span.low)
    return Choice(decider.low, opener.high, opener, decider)
