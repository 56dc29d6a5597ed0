"""The sentences that explain retention, fact first; numbers are decided elsewhere."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.s3.days import Days, Doubt, Forever, days_text, range_text
from auditor.s3.intelligent_tiering import ArchiveTier
from auditor.s3.lifecycle import SMALLEST_LOG, After, On, Rule, Scope, sentence
from auditor.s3.lifecycle_terms import Effect, Move, Terms
from auditor.s3.log_groups import Group, Names, Reach, key_reach
from auditor.s3.malformed import quoted
from auditor.s3.versioning import VersioningState


def scope_text(scope: Scope, names: Names, *, noun: str = "log objects") -> str:
    """The objects that a rule selects among those of a source: `log objects larger than 500 bytes`."""
    return f"{noun}{_sizes_text(scope.size_from, scope.size_below)}{_keys_text(scope.prefix, names)}"


def move_text(move: Move, names: Names) -> str:
    """What a transition does, as a clause."""
    noun = "log objects of 128 KB or more" if move.sure_from else "log objects"
    clause = f"{move.rule.name} moves {scope_text(move.rule.scope, names, noun=noun)} to {move.storage_class}"
    match move.transition.when:
        case After() | On() as act:
            return f"{clause} {when_text(act)}"
        case _:
            return clause


def _keys_text(prefix: str, names: Names) -> str:
    return "" if key_reach(prefix, names) is Reach.ALL else f" whose keys start with {quoted(prefix)}"


def _sizes_text(size_from: int, size_below: int | None) -> str:
    low = f" larger than {size_from - 1:,} bytes" if size_from > SMALLEST_LOG else ""
    if size_below is None:
        return low
    return f"{low}{' and' if low else ''} smaller than {size_below:,} bytes"


def when_text(act: After | On) -> str:
    """`90 days after creation`, or what a date means."""
    match act:
        case After():
            return f"{days_text(act.days)} after creation"
        case On():
            return f"on {act.date.date()} and, as long as it is enabled, at once from then on"


def expiry_clause(effect: Effect, names: Names, *, noun: str = "log objects") -> str:
    """What an expiration does, as a clause."""
    match effect.rule, effect.act:
        case Rule() as rule, (After() | On()) as act:
            return f"{rule.name} expires {scope_text(rule.scope, names, noun=noun)} {when_text(act)}"
        case _:
            return f"{effect.fact.path} may expire {noun}"


def none_clause(terms: Terms, group: Group, names: Names, *, others: bool = False) -> str:
    """That nothing expires the objects of the group, as a clause; `others` when a rule expires some of the others."""
    if not terms.lifecycle.configured:
        return "the bucket has no lifecycle configuration"
    limits = _sizes_text(group.size_from, group.size_below) + _keys_text(group.prefix, names)
    objects = "the other log objects" if others and not limits else f"log objects{limits}"
    return f"no enabled rule expires {objects}"


def visible_text(by: tuple[Effect, ...], terms: Terms, *, group: Group, names: Names) -> str:
    """Why logs stay current objects for so long."""
    match by:
        case (expiry, *_):
            return sentence(expiry_clause(expiry, names))
        case _:
            return sentence(f"{none_clause(terms, group, names)}, so they stay visible for ever")


def gone_text(
    by: tuple[Effect, ...], days: Days, *, terms: Terms, group: Group, names: Names, others: bool = False
) -> str:
    """Why the bytes of logs exist for so long; `others` when a rule expires some objects of the source."""
    state = terms.versioning.state
    match by:
        case (expiry,) if isinstance(days, Forever):
            clause = expiry_clause(expiry, names, noun="current versions of log objects")
            kept = "no rule removes the noncurrent version that is left, so the bytes are kept for ever"
            return sentence(clause, f"the bucket is versioned and {kept}")
        case (expiry,):
            clause = expiry_clause(expiry, names)
            if state is VersioningState.SUSPENDED:
                return sentence(clause, "versioning is suspended, so a new log object is then deleted for good")
            return sentence(clause, "the bucket is not versioned, so they are then deleted for good")
        case (expiry, noncurrent) if noncurrent.rule is not None:
            clause = expiry_clause(expiry, names, noun="current versions of log objects")
            remover = "it" if noncurrent.rule is expiry.rule else noncurrent.rule.name
            removal = f"{remover} deletes noncurrent versions {days_text(noncurrent.low)} later"
            return sentence(clause, f"{removal}, so the bytes are kept for {days_text(days)}")
        case _:
            return sentence(f"{none_clause(terms, group, names, others=others)}, so they are kept for ever")


def hot_text(by: tuple[Effect, ...], terms: Terms, *, group: Group, names: Names) -> str:
    """Why logs stay readable at once for so long."""
    match by:
        case (Effect(act=Move() as move), *_):
            return sentence(move_text(move, names))
        case (Effect(act=ArchiveTier() as tier, rule=rule), *_) if rule is not None:
            clause = f"{rule.name} moves {scope_text(rule.scope, names)} to INTELLIGENT_TIERING"
            return sentence(clause, f"an archive tier takes those that nobody reads for {days_text(tier.days)}")
        case (expiry, *_):
            return sentence(expiry_clause(expiry, names), "until then they can be read at once")
        case _:
            clause = f"{none_clause(terms, group, names)} and no rule archives them"
            return sentence(f"{clause}, so they can be read at once for ever")


def open_text(doubts: Iterable[Doubt], predicate: str, *, low: Days, high: Days) -> str:
    """Why a number is open: every doubt, then the bounds."""
    return f"{' '.join(doubt.sentence for doubt in doubts)} So log objects {predicate} {range_text(low, high)}."
