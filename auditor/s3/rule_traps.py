"""The traps that one lifecycle rule holds for the logs of a bucket."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.s3.days import Document, Fact
from auditor.s3.lifecycle import KNOWN_CLASSES, On, Rule, RuleStatus, sentence
from auditor.s3.lifecycle_terms import Terms
from auditor.s3.lifecycle_trap import Trap, TrapKind, Weight
from auditor.s3.log_groups import Names, Reach, key_reach, scope_reach
from auditor.s3.malformed import Malformed, quoted
from auditor.s3.retention_text import scope_text
from auditor.s3.versioning import MfaDelete, VersioningState


def traps_of_rule(rule: Rule, terms: Terms, *, sources: tuple[Names, ...], bare: tuple[Names, ...]) -> Iterator[Trap]:
    """The traps of one rule; `bare` are the sources whose logs nothing expires."""
    touched = next((names for names in sources if scope_reach(rule.scope, names) is not Reach.NONE), None)
    if rule.status is RuleStatus.DISABLED:
        if touched is not None:
            yield from _disabled(rule, touched, bare=bare)
    elif touched is None:
        yield from _missing_logs(rule, sources, bare=bare)
    else:
        yield from (undecided(part, rule) for part in _malformed_parts(rule))
        yield from _dated(rule, terms, names=touched)
        yield from _unmoved(rule, terms, names=touched)
        yield from _empty(rule, terms, bare=bare)


def _malformed_parts(rule: Rule) -> Iterator[Malformed]:
    yield from rule.doubts
    yield from rule.unknown
    parts: list[object] = [rule.expiry]
    for transition in rule.transitions:
        parts.extend((transition.when, transition.storage_class))
    if rule.noncurrent is not None:
        parts.extend((rule.noncurrent.days, rule.noncurrent.newer))
    yield from (part for part in parts if isinstance(part, Malformed))


def _disabled(rule: Rule, names: Names, *, bare: tuple[Names, ...]) -> Iterator[Trap]:
    if not _acts_on_data(rule):
        return
    missed = rule.expiry is not None and any(scope_reach(rule.scope, other) is not Reach.NONE for other in bare)
    text = f"{rule.name} is disabled, so it does nothing to {scope_text(rule.scope, names)}"
    clauses = (text, "nothing else expires them") if missed else (text,)
    weight = Weight.DEFECT if missed else Weight.NOTE
    yield _trap(TrapKind.DISABLED, weight, rule=rule, fact=rule.status_fact, text=sentence(*clauses))


def _missing_logs(rule: Rule, sources: tuple[Names, ...], *, bare: tuple[Names, ...]) -> Iterator[Trap]:
    """A rule that selects no log: worth a note, and a defect where a slip of the pen explains it and logs stay."""
    if not _acts_on_data(rule):
        return
    prefix = rule.scope.prefix
    fact = _fact(f"{rule.scope.path}.Prefix", prefix)
    if all(key_reach(prefix, names) is Reach.NONE for names in sources):
        slip = next((names.stem for names in bare if _nearly(prefix, names.stem)), None)
        clauses = [f"{rule.name} selects keys that start with {quoted(prefix)}, and no log object has such a key"]
        if slip is not None:
            clauses.append(f"log objects have keys that start with {quoted(slip)}, and nothing expires them")
        weight = Weight.NOTE if slip is None else Weight.DEFECT
        yield _trap(TrapKind.COVERS_NO_LOGS, weight, rule=rule, fact=fact, text=sentence(*clauses))
    elif rule.scope.tags:
        tags = ", ".join(quoted(tag) for tag in rule.scope.tags)
        text = f"{rule.name} selects objects with {tags}"
        why = "S3 delivers log objects without tags, so it acts only on those that somebody tags later"
        tagged = _fact(rule.scope.path, ", ".join(rule.scope.tags))
        yield _trap(TrapKind.TAG_RULE, Weight.NOTE, rule=rule, fact=tagged, text=sentence(text, why))
    else:
        text = f"{rule.name} selects objects of a size that no log object has"
        size = _fact(rule.scope.path, rule.scope.size_below)
        yield _trap(TrapKind.COVERS_NO_LOGS, Weight.NOTE, rule=rule, fact=size, text=sentence(text))


def _nearly(prefix: str, stem: str) -> bool:
    """Whether the prefix would select the logs but for a slash at either end, a trailing wildcard, or upper case."""
    meant, written = (text.lower().strip("/").rstrip("*").strip("/") for text in (prefix, stem))
    return not meant or meant == written or written.startswith(f"{meant}/")


def _dated(rule: Rule, terms: Terms, *, names: Names) -> Iterator[Trap]:
    sure = not rule.doubts and terms.versioning.mfa_delete is MfaDelete.OFF
    weight = Weight.DEFECT if sure else Weight.UNDECIDED
    if isinstance(rule.expiry, On):
        past = rule.expiry.date <= terms.now
        then = "new log objects expire at once" if past else "log objects written shortly before expire at once"
        text = sentence(
            f"{rule.name} expires {scope_text(rule.scope, names)} by the date {rule.expiry.date.date()}",
            f"S3 applies a date to every object as long as the rule is enabled, so {then}",
        )
        yield _trap(TrapKind.DATE_RULE, weight, rule=rule, fact=rule.expiry.fact, text=text)
    for transition in rule.transitions:
        if isinstance(transition.when, On) and isinstance(transition.storage_class, str):
            cold = transition.storage_class not in terms.hot_classes
            text = sentence(
                f"{rule.name} moves {scope_text(rule.scope, names)} to {transition.storage_class} by a date",
                "S3 applies a date to every object as long as the rule is enabled, so new ones move at once",
            )
            fact = transition.when.fact
            yield _trap(TrapKind.DATE_RULE, weight if cold else Weight.NOTE, rule=rule, fact=fact, text=text)


def _unmoved(rule: Rule, terms: Terms, *, names: Names) -> Iterator[Trap]:
    """Transitions without a size filter, which S3 by default does not apply to objects under 128 KB."""
    for move in (move for known in terms.rules if known.rule is rule for move in known.moves):
        if not move.sure_from or move.storage_class is None:
            continue
        unsure = move.maybe_from != move.sure_from or bool(move.doubts)
        fact = move.fact
        if unsure and move.storage_class not in KNOWN_CLASSES:
            fact = _fact(f"{move.transition.path}.StorageClass", move.storage_class)
        elif unsure and not move.doubts:
            fact = terms.lifecycle.minimum_size_fact
        default = "S3 may not move" if unsure else "by default S3 does not move"
        text = sentence(
            f"{rule.name} moves {scope_text(rule.scope, names)} to {move.storage_class}",
            f"{default} objects under 128 KB, and no size filter of the rule changes that",
        )
        weight = Weight.UNDECIDED if unsure else Weight.DEFECT
        yield _trap(TrapKind.NO_OP_TRANSITION, weight, rule=rule, fact=fact, text=text)


def _empty(rule: Rule, terms: Terms, *, bare: tuple[Names, ...]) -> Iterator[Trap]:
    """Rules that are there for the logs but keep none from staying for ever."""
    if rule.noncurrent is not None and terms.versioning.state is VersioningState.NEVER_ENABLED:
        text = sentence(f"{rule.name} deletes noncurrent versions", "the bucket is not versioned, so it has none")
        fact = rule.noncurrent.days_fact
        yield _trap(TrapKind.NONCURRENT_WITHOUT_VERSIONS, Weight.NOTE, rule=rule, fact=fact, text=text)
    if rule.doubts or not any(scope_reach(rule.scope, names) is not Reach.NONE for names in bare):
        return
    if rule.removes_delete_markers:
        text = sentence(f"{rule.name} removes delete markers that are left alone", "nothing expires log objects")
        fact = _fact(f"{rule.path}.Expiration.ExpiredObjectDeleteMarker", value=True)
        yield _trap(TrapKind.DELETE_MARKERS_ONLY, Weight.DEFECT, rule=rule, fact=fact, text=text)
    elif rule.aborts_uploads and not _acts_on_data(rule):
        text = sentence(f"{rule.name} only aborts incomplete uploads", "nothing expires log objects")
        fact = _fact(f"{rule.path}.AbortIncompleteMultipartUpload", None)
        yield _trap(TrapKind.UPLOADS_ONLY, Weight.DEFECT, rule=rule, fact=fact, text=text)


def _acts_on_data(rule: Rule) -> bool:
    return rule.expiry is not None or bool(rule.transitions) or rule.noncurrent is not None


def undecided(part: Malformed, rule: Rule | None) -> Trap:
    """The trap for a part whose meaning is unknown."""
    doubt = part.doubt
    return Trap(
        kind=TrapKind.UNDECIDABLE_PART,
        weight=Weight.UNDECIDED,
        rule_id=None if rule is None else rule.id,
        fact=doubt.fact,
        sentence=doubt.sentence,
    )


def _trap(kind: TrapKind, weight: Weight, *, rule: Rule, fact: Fact, text: str) -> Trap:
    return Trap(kind=kind, weight=weight, rule_id=rule.id, fact=fact, sentence=text)


def _fact(path: str, value: str | int | bool | None) -> Fact:
    return Fact(document=Document.LIFECYCLE, path=path, value=value)
