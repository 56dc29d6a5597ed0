"""What a lifecycle configuration does to logs that its owner cannot have meant, and what is merely worth knowing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from auditor.s3.days import FOREVER, Document, Fact
from auditor.s3.lifecycle import After, sentence
from auditor.s3.lifecycle_terms import Move, RuleTerms, Terms
from auditor.s3.lifecycle_trap import Trap, TrapKind, Weight
from auditor.s3.log_groups import Group, Names, log_groups, names_of
from auditor.s3.log_keys import KeySpace
from auditor.s3.log_life import Lives, lives_of
from auditor.s3.retention_text import expiry_clause, move_text
from auditor.s3.rule_traps import traps_of_rule, undecided
from auditor.s3.versioning import MfaDelete, VersioningState


class _View(NamedTuple):
    """One group of log objects of one source and how long they live."""

    names: Names
    group: Group
    lives: Lives


def find_traps(terms: Terms, spaces: Iterable[KeySpace]) -> tuple[Trap, ...]:
    """The traps for the logs in all key spaces of one bucket, each once.

    Without a key space there are no logs and without a configuration no rules: neither has traps.
    """
    sources = tuple(dict.fromkeys(names_of(space) for space in spaces))
    if not sources or not terms.lifecycle.configured:
        return ()
    found = [*_of_configuration(terms)]
    views: list[_View] = []
    bare: list[Names] = []
    for names in sources:
        groups = log_groups(terms.rules, names, now=terms.now)
        if groups is None:
            found.append(_too_many(terms))
            continue
        here = [_View(names, group, lives_of(terms, group, names=names)) for group in groups]
        views.extend(here)
        if all(view.lives.visible.low is FOREVER for view in here):
            bare.append(names)
    for rule in terms.lifecycle.rules:
        found.extend(traps_of_rule(rule, terms, sources=sources, bare=tuple(bare)))
    found.extend(_unbounded(terms, views))
    found.extend(_never_moved(terms, views))
    return tuple(dict.fromkeys(found))


def _of_configuration(terms: Terms) -> Iterator[Trap]:
    for item in terms.lifecycle.unknown:
        yield undecided(item, None)
    if not terms.rules or terms.versioning.mfa_delete is MfaDelete.OFF:
        return
    on = terms.versioning.mfa_delete is MfaDelete.ON
    text = "MFA delete is on" if on else "whether MFA delete is on is not known"
    yield Trap(
        kind=TrapKind.MFA_DELETE,
        weight=Weight.UNDECIDED,
        rule_id=None,
        fact=terms.versioning.mfa_fact,
        sentence=sentence(f"{text}, and S3 does not support lifecycle rules on a bucket with MFA delete"),
    )


def _too_many(terms: Terms) -> Trap:
    text = "The rules cut the log objects into too many groups to work out what happens to each."
    fact = Fact(document=Document.LIFECYCLE, path="Rules", value=len(terms.lifecycle.rules))
    return Trap(kind=TrapKind.UNDECIDABLE_PART, weight=Weight.UNDECIDED, rule_id=None, fact=fact, sentence=text)


def _unbounded(terms: Terms, views: Iterable[_View]) -> Iterator[Trap]:
    """Expirations that only hide logs, because nothing deletes the noncurrent versions they leave."""
    state = terms.versioning.state
    if state is VersioningState.NEVER_ENABLED:
        return
    for view in views:
        expiry = next(iter(view.lives.visible.high_by), None)
        if expiry is None or expiry.rule is None or any(rule.noncurrent for rule in view.group.rules):
            continue
        kept, fact = _keeper(view.group)
        clause = expiry_clause(expiry, view.names, noun="current versions of log objects")
        yield Trap(
            kind=TrapKind.UNBOUNDED_NONCURRENT,
            weight=Weight.DEFECT if state is VersioningState.ENABLED else Weight.UNDECIDED,
            rule_id=expiry.rule.id,
            fact=expiry.fact if fact is None else fact,
            sentence=sentence(clause, _STATES[state], kept),
        )


_STATES: Final[Mapping[VersioningState, str]] = {
    VersioningState.ENABLED: "the bucket is versioned",
    VersioningState.SUSPENDED: "versioning is suspended, and log objects from before may have versions",
    VersioningState.UNKNOWN: "whether the bucket is versioned is not known",
}


def _keeper(group: Group) -> tuple[str, Fact | None]:
    """Why noncurrent versions stay: no rule deletes them, or one that always leaves the newest."""
    for rule in (known.rule for known in group.rules if known.rule is not None):
        if rule.noncurrent is not None and rule.noncurrent.newer_fact is not None:
            fact = rule.noncurrent.newer_fact
            text = f"{rule.name} deletes all noncurrent versions but the newest {fact.value}"
            return f"{text}, and a log object has only one, so its bytes are kept for ever", fact
    return "no rule deletes noncurrent versions, so the bytes are kept for ever", None


def _never_moved(terms: Terms, views: list[_View]) -> Iterator[Trap]:
    """Transitions that are due only when every log object they select has expired."""
    for known in terms.rules:
        for move in known.moves:
            here = [view for view in views if _moves(known, view.group, move=move)]
            if here and known.rule is not None and all(_expires_first(terms, view, move=move) for view in here):
                expiry = here[0].lives.visible.high_by[0]
                clauses = (
                    expiry_clause(expiry, here[0].names),
                    f"{move_text(move, here[0].names)}, which never happens",
                )
                yield Trap(
                    kind=TrapKind.EXPIRES_BEFORE_TRANSITION,
                    weight=Weight.DEFECT,
                    rule_id=known.rule.id,
                    fact=move.fact,
                    sentence=sentence(*clauses),
                )


def _moves(known: RuleTerms, group: Group, *, move: Move) -> bool:
    """Whether the move is for new objects of the group, were they not gone before."""
    return known in group.rules and move.maybe_from <= group.size_from and not group.age


def _expires_first(terms: Terms, view: _View, *, move: Move) -> bool:
    """Whether current versions surely expire before the move; on the same day only a real deletion wins over it.

    Source: S3 User Guide, lifecycle-conflicts: transition takes precedence over the creation of delete markers.
    """
    if not isinstance(move.transition.when, After):
        return False
    tie = terms.versioning.state is VersioningState.NEVER_ENABLED and view.lives.visible.high == move.days
    return tie or view.lives.visible.high < move.days
