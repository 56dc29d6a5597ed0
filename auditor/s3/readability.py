"""When a log object may stop being readable at once, because a rule or a tier moves it into an archive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from auditor.s3.days import FOREVER, Days, Document, Doubt, Fact
from auditor.s3.intelligent_tiering import SOONEST_ARCHIVE, ArchiveTier
from auditor.s3.lifecycle import (
    DEEP_ARCHIVE,
    GLACIER,
    INTELLIGENT_TIERING,
    KNOWN_CLASSES,
    SMALL_OBJECT,
    sentence,
)
from auditor.s3.lifecycle_terms import Effect, Move, Terms
from auditor.s3.log_groups import Group, Names, Reach, key_reach
from auditor.s3.malformed import quoted

_ONWARD: Final[Mapping[str, frozenset[str]]] = {
    "STANDARD_IA": frozenset({INTELLIGENT_TIERING, "ONEZONE_IA", "GLACIER_IR", GLACIER, DEEP_ARCHIVE}),
    INTELLIGENT_TIERING: frozenset({GLACIER, DEEP_ARCHIVE}),
    "ONEZONE_IA": frozenset({GLACIER, DEEP_ARCHIVE}),
    "GLACIER_IR": frozenset({GLACIER, DEEP_ARCHIVE}),
    GLACIER: frozenset({DEEP_ARCHIVE}),
    DEEP_ARCHIVE: frozenset(),
}
"""The classes an object can certainly move to from each class; STANDARD moves to all of them.

Source: S3 User Guide, lifecycle-transition-general-considerations. From Intelligent-Tiering the other moves depend on
the access tier.
"""


def unreadable_after(terms: Terms, group: Group, *, names: Names) -> Iterator[Effect]:
    """Everything that may make the objects of the group wait for a restore, with the days until then."""
    moves = [move for rule in group.rules if rule.moves for move in rule.moves if move.maybe_from <= group.size_from]
    for rule in group.rules:
        yield from rule.unknown
    for move in moves:
        if move.storage_class == INTELLIGENT_TIERING and INTELLIGENT_TIERING in terms.hot_classes:
            yield from _archived(terms, group, move=move, names=names)
        elif move.storage_class not in terms.hot_classes:
            yield _moved(terms, group, move=move, moves=moves)


def _moved(terms: Terms, group: Group, *, move: Move, moves: list[Move]) -> Effect:
    doubts = [*move.doubts]
    if group.size_from < move.sure_from:
        what = "does not say whether objects under 128 KB move"
        fact = terms.lifecycle.minimum_size_fact
        doubts.append(Doubt(fact=fact, sentence=f"{fact.path} {what}."))
    if move.storage_class is not None and move.storage_class not in KNOWN_CLASSES:
        path, name = f"{move.transition.path}.StorageClass", move.storage_class
        text = f"{path} is {quoted(name)}, a storage class that this version does not know."
        doubts.append(Doubt(fact=Fact(document=Document.LIFECYCLE, path=path, value=name), sentence=text))
    if len(moves) > 1:
        doubts.extend(_overtaken(terms, move, moves=moves))
    return _effect(move, low=move.days, high=FOREVER if doubts else move.days, fact=move.fact, doubts=tuple(doubts))


def _overtaken(terms: Terms, move: Move, *, moves: list[Move]) -> Iterator[Doubt]:
    """Moves to hot classes from which there is no way on to the class of this one, and which may come first."""
    for other in moves:
        if (
            other.storage_class in terms.hot_classes
            and (other.days <= move.days or other.doubts)
            and move.storage_class not in _ONWARD.get(other.storage_class or "", frozenset())
        ):
            text = f"{other.rule.name} may first move objects to {other.storage_class}"
            consequence = f"from there they do not surely move on to {move.storage_class}"
            yield Doubt(fact=other.fact, sentence=sentence(text, consequence))


def _archived(terms: Terms, group: Group, *, move: Move, names: Names) -> Iterator[Effect]:
    """The archive tiers of Intelligent-Tiering, which takes objects under 128 KB into none of them."""
    if group.size_from < SMALL_OBJECT:
        return
    if terms.tiers is None:
        fact = Fact(document=Document.INTELLIGENT_TIERING, path="", value="not read")
        text = "The archive tiers of Intelligent-Tiering were not read."
        doubts = (*move.doubts, Doubt(fact=fact, sentence=text))
        yield _effect(move, low=max(move.days, SOONEST_ARCHIVE), high=FOREVER, fact=move.fact, doubts=doubts)
        return
    for tier in terms.tiers.tiers:
        if group.prefix.startswith(tier.prefix) or key_reach(tier.prefix, names) is Reach.ALL:
            yield _in_tier(move, tier)


def _in_tier(move: Move, tier: ArchiveTier) -> Effect:
    """The days without access run from the transition; whether earlier ones count is not documented."""
    doubts = move.doubts if tier.doubt is None else (*move.doubts, tier.doubt.doubt)
    low, high = max(move.days, tier.days), FOREVER if doubts else move.days + tier.days
    if low != high and not doubts:
        text = "S3 does not document whether days without access count before the move to Intelligent-Tiering."
        doubts = (Doubt(fact=tier.fact, sentence=text),)
    return _effect(move, low=low, high=high, fact=tier.fact, doubts=doubts, tier=tier)


def _effect(
    move: Move,
    *,
    low: Days,
    high: Days,
    fact: Fact,
    doubts: tuple[Doubt, ...],
    tier: ArchiveTier | None = None,
) -> Effect:
    return Effect(
        low=low,
        high=high,
        late_low=low,
        late_high=high,
        rule=move.rule,
        act=move if tier is None else tier,
        fact=fact,
        doubts=doubts,
    )
