"""What each rule of a lifecycle configuration does to a log object, in days, at one moment.

Days are nominal: S3 acts at the first midnight UTC after the day given, then in its own time, so an object is never
touched earlier (S3 User Guide, intro-lifecycle-rules). The number is a promise below and an intention above.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from auditor.s3.days import FOREVER, Days, Doubt, Fact
from auditor.s3.intelligent_tiering import ArchiveTier, ArchiveTiers
from auditor.s3.lifecycle import (
    DEEP_ARCHIVE,
    GLACIER,
    INTELLIGENT_TIERING,
    KNOWN_CLASSES,
    SMALL_OBJECT,
    After,
    Lifecycle,
    MinimumSize,
    On,
    Rule,
    RuleStatus,
    Scope,
    Transition,
    When,
    sentence,
)
from auditor.s3.malformed import Malformed
from auditor.s3.versioning import MfaDelete, Versioning

HOT_CLASSES: Final = frozenset({"STANDARD", "STANDARD_IA", "ONEZONE_IA", INTELLIGENT_TIERING, "GLACIER_IR"})
"""Storage classes that answer in milliseconds (S3 User Guide, storage-class-intro); archive tiers aside."""

_NEVER_SMALL: Final = KNOWN_CLASSES - {GLACIER, DEEP_ARCHIVE}

NOTHING_UNSURE: Final[tuple[Doubt, ...]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One end that a rule, or something nobody can interpret, may put to the life of an object.

    The shortest life it allows is `low` to `high` days, the longest `late_low` to `late_high`: they differ where a
    calendar date cuts through objects of every age. Bounds that differ have their reason in `doubts`.
    """

    low: Days
    high: Days
    late_low: Days
    late_high: Days
    rule: Rule | None
    act: After | On | Move | ArchiveTier | None = None
    """What ends the life, for the wording: an expiration, a transition, an archive tier; None for anything else."""
    fact: Fact
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A transition: when at the soonest, to which class (None: unknown), and from which object size on.

    Objects of `sure_from` bytes and more certainly move (never, where the rule itself is in doubt), those of
    `maybe_from` and more perhaps.
    """

    transition: Transition
    rule: Rule
    storage_class: str | None
    days: int
    maybe_from: int
    sure_from: int
    fact: Fact
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTerms:
    """What one rule that S3 applies, or may apply, does to the objects of its scope."""

    scope: Scope
    rule: Rule | None
    expiries: tuple[Effect, ...] = ()
    noncurrent: tuple[Effect, ...] = ()
    moves: tuple[Move, ...] = ()
    unknown: tuple[Effect, ...] = ()
    """Ends by an element that may be any action: it may also make objects unreadable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A lifecycle configuration made ready for any number of sources: settle once, ask often."""

    lifecycle: Lifecycle
    versioning: Versioning
    now: datetime
    hot_classes: frozenset[str]
    tiers: ArchiveTiers | None
    rules: tuple[RuleTerms, ...]

    @property
    def tier_prefixes(self) -> tuple[str, ...]:
        """The prefixes of the archive tiers of Intelligent-Tiering that were read."""
        return () if self.tiers is None else tuple(tier.prefix for tier in self.tiers.tiers)


def settle(
    lifecycle: Lifecycle,
    versioning: Versioning,
    *,
    now: datetime,
    hot_classes: frozenset[str] = HOT_CLASSES,
    tiers: ArchiveTiers | None = None,
) -> Terms:
    """The terms at `now` (aware). `tiers` is None when the Intelligent-Tiering configurations were not read.

    Disabled rules have no terms. Where MFA delete is on or unknown every term is in doubt, because S3 does not
    support lifecycle configurations on such buckets (S3 User Guide, lifecycle-and-other-bucket-config).
    Raises ValueError when the hot classes leave out STANDARD, in which S3 writes log objects.
    """
    if "STANDARD" not in hot_classes:
        raise ValueError("the hot storage classes must include STANDARD, in which S3 writes log objects")
    doubts = _mfa_doubts(versioning)
    rules = [
        _rule_terms(rule, now, minimum=lifecycle.minimum_size, doubts=doubts)
        for rule in lifecycle.rules
        if rule.status is not RuleStatus.DISABLED
    ]
    if lifecycle.unknown:
        unknown = tuple(_anything(item, None) for item in lifecycle.unknown)
        rules.append(RuleTerms(scope=Scope(), rule=None, expiries=unknown, noncurrent=unknown, unknown=unknown))
    return Terms(
        lifecycle=lifecycle,
        versioning=versioning,
        now=now,
        hot_classes=hot_classes,
        tiers=tiers,
        rules=tuple(rules),
    )


def _mfa_doubts(versioning: Versioning) -> tuple[Doubt, ...]:
    if versioning.mfa_delete is MfaDelete.OFF:
        return NOTHING_UNSURE
    on = versioning.mfa_delete is MfaDelete.ON
    what = "MFA delete is on" if on else "Whether MFA delete is on is not known"
    text = f"{what}, and S3 does not support lifecycle rules on a bucket with MFA delete."
    return (Doubt(fact=versioning.mfa_fact, sentence=text),)


def _rule_terms(rule: Rule, now: datetime, *, minimum: MinimumSize, doubts: tuple[Doubt, ...]) -> RuleTerms:
    doubts = (*(malformed.doubt for malformed in rule.doubts), *doubts)
    unknown = tuple(_anything(item, rule) for item in rule.unknown)
    expiries = unknown if rule.expiry is None else (_expiry(rule, rule.expiry, now=now, doubts=doubts), *unknown)
    return RuleTerms(
        scope=rule.scope,
        rule=rule,
        expiries=expiries,
        noncurrent=(*_noncurrent(rule, doubts), *unknown),
        moves=tuple(_move(rule, move, minimum=minimum, doubts=doubts) for move in rule.transitions),
        unknown=unknown,
    )


def _anything(malformed: Malformed, rule: Rule | None) -> Effect:
    return Effect(
        low=0,
        high=FOREVER,
        late_low=0,
        late_high=FOREVER,
        rule=rule,
        fact=malformed.fact,
        doubts=(malformed.doubt,),
    )


def _expiry(rule: Rule, when: When, *, now: datetime, doubts: tuple[Doubt, ...]) -> Effect:
    match when:
        case After():
            return _end(rule, when, days=when.days, doubts=doubts)
        case On():
            # What is written just before the date lives no time at all; what is written now lives until the date,
            # and what was written before now has an age that no configuration tells.
            text = f"{rule.name} expires what exists on {when.date.date()}, whatever its age"
            cut = Doubt(fact=when.fact, sentence=sentence(text))
            end = replace(_end(rule, when, days=0, doubts=doubts), doubts=(*doubts, cut))
            left = -((now - when.date) // timedelta(days=1))
            return end if when.date <= now else replace(end, late_low=left, late_high=FOREVER)
        case Malformed():
            return _anything(when, rule)


def _end(rule: Rule, act: After | On, *, days: int, doubts: tuple[Doubt, ...]) -> Effect:
    high = FOREVER if doubts else days
    return Effect(low=days, high=high, late_low=days, late_high=high, rule=rule, act=act, fact=act.fact, doubts=doubts)


def _noncurrent(rule: Rule, doubts: tuple[Doubt, ...]) -> tuple[Effect, ...]:
    """The end of the only version of a log key, counted from the delete marker that made it noncurrent."""
    action = rule.noncurrent
    if action is None or isinstance(action.newer, int):
        return ()
    unsure = [part.doubt for part in (action.days, action.newer) if isinstance(part, Malformed)]
    doubts = (*unsure, *doubts)
    days = 0 if isinstance(action.days, Malformed) else action.days
    high = FOREVER if doubts else days
    return (
        Effect(
            low=days,
            high=high,
            late_low=days,
            late_high=high,
            rule=rule,
            fact=action.days_fact,
            doubts=doubts,
        ),
    )


def _move(rule: Rule, transition: Transition, *, minimum: MinimumSize, doubts: tuple[Doubt, ...]) -> Move:
    when, storage_class = transition.when, transition.storage_class
    unsure = [part.doubt for part in (when, storage_class) if isinstance(part, Malformed)]
    name = storage_class if isinstance(storage_class, str) else None
    maybe_from, sure_from = _sizes_moved(rule.scope, name, minimum=minimum)
    return Move(
        transition=transition,
        rule=rule,
        storage_class=name,
        days=when.days if isinstance(when, After) else 0,
        maybe_from=maybe_from,
        sure_from=sure_from,
        fact=when.fact,
        doubts=(*unsure, *doubts),
    )


def _sizes_moved(scope: Scope, storage_class: str | None, *, minimum: MinimumSize) -> tuple[int, int]:
    """From which size on objects perhaps and certainly move; a size filter of the rule overrides the default.

    Source: S3 User Guide, lifecycle-transition-general-considerations.
    """
    if scope.sized:
        return 0, 0
    if scope.doubt is None and (minimum is MinimumSize.NONE_MOVE or storage_class in _NEVER_SMALL):
        return SMALL_OBJECT, SMALL_OBJECT
    if scope.doubt is None and minimum is MinimumSize.GLACIER_MOVES and storage_class in KNOWN_CLASSES:
        return 0, 0
    return 0, SMALL_OBJECT
