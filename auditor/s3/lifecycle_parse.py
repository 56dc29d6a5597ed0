"""Every part of a GetBucketLifecycleConfiguration answer becomes a typed value or a Malformed one; none is dropped.

Shapes: S3 API Reference, GetBucketLifecycleConfiguration, as boto3 returns it (JSON dates may be strings). boto3 drops
XML elements that it does not know, so an element that is empty where S3 needs a child is one we cannot interpret.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Final

from auditor.s3.days import Document, Fact
from auditor.s3.lifecycle import (
    After,
    Lifecycle,
    MinimumSize,
    NoncurrentExpiry,
    On,
    Rule,
    RuleStatus,
    Transition,
    When,
)
from auditor.s3.lifecycle_scope import parse_scope
from auditor.s3.malformed import Malformed, kept, malformed, whole_number

_ACTIONS: Final = frozenset(
    {
        "Expiration",
        "Transitions",
        "NoncurrentVersionTransitions",
        "NoncurrentVersionExpiration",
        "AbortIncompleteMultipartUpload",
    }
)
_RULE_MEMBERS: Final = _ACTIONS | {"ID", "Prefix", "Filter", "Status"}
_MOST_DAYS: Final = 2**31 - 1
_NOT_OURS: Final = "which this version does not know"


def parse_lifecycle(document: object) -> Lifecycle:
    """The configuration in a GetBucketLifecycleConfiguration answer; None means that the bucket has none.

    Never raises: what does not fit the documented shape is kept as Malformed.
    """
    size_name = "TransitionDefaultMinimumObjectSize"
    match document:
        case None:
            return Lifecycle(configured=False, minimum_size_fact=_fact(size_name, None))
        case Mapping():
            members = {str(key): value for key, value in document.items()}
        case _:
            whole = malformed("Rules", document, problem="which is no lifecycle configuration")
            return Lifecycle(configured=True, minimum_size_fact=_fact(size_name, None), unknown=(whole,))
    unknown = [
        malformed(key, value, problem=_NOT_OURS)
        for key, value in members.items()
        if key not in {"Rules", size_name, "ResponseMetadata"}
    ]
    rules: tuple[Rule, ...] = ()
    if isinstance(listed := members.get("Rules"), (list, tuple)):
        rules = tuple(_rule(item, index) for index, item in enumerate(listed))
    else:
        unknown.append(malformed("Rules", listed, problem="which is no list of rules"))
    return Lifecycle(
        configured=True,
        rules=rules,
        minimum_size=_minimum_size(members.get(size_name)),
        minimum_size_fact=_fact(size_name, members.get(size_name)),
        unknown=tuple(unknown),
    )


def _minimum_size(value: object) -> MinimumSize:
    match value:
        case MinimumSize.NONE_MOVE.value:
            return MinimumSize.NONE_MOVE
        case MinimumSize.GLACIER_MOVES.value:
            return MinimumSize.GLACIER_MOVES
        case _:
            return MinimumSize.UNKNOWN


def _rule(item: object, index: int) -> Rule:
    path = f"Rules[{index}]"
    if not isinstance(item, Mapping):
        item = {"": item}  # an unknown member: nothing is known of such a rule
    members: dict[str, object] = {str(key): value for key, value in item.items()}
    status, doubts = _status(members, path)
    scope = parse_scope(members, path)
    if scope.doubt is not None:
        doubts = (*doubts, scope.doubt)
    unknown = [
        malformed(f"{path}.{key}".rstrip("."), value, problem=_NOT_OURS)
        for key, value in members.items()
        if key not in _RULE_MEMBERS
    ]
    if not unknown and members.keys().isdisjoint(_ACTIONS):
        unknown.append(malformed(path, sorted(members), problem="which names no action"))
    expiry, removes_delete_markers = _expiration(members, f"{path}.Expiration")
    identifier = members.get("ID")
    return Rule(
        index=index,
        id=identifier if isinstance(identifier, str) and identifier else None,
        status=status,
        status_fact=_fact(f"{path}.Status", members.get("Status")),
        scope=scope,
        expiry=expiry,
        removes_delete_markers=removes_delete_markers,
        transitions=_transitions(members.get("Transitions", ()), f"{path}.Transitions"),
        noncurrent=_noncurrent(members, f"{path}.NoncurrentVersionExpiration"),
        aborts_uploads="AbortIncompleteMultipartUpload" in members,
        unknown=tuple(unknown),
        doubts=doubts,
    )


def _status(members: Mapping[str, object], path: str) -> tuple[RuleStatus, tuple[Malformed, ...]]:
    match members.get("Status"):
        case RuleStatus.ENABLED.value:
            return RuleStatus.ENABLED, ()
        case RuleStatus.DISABLED.value:
            return RuleStatus.DISABLED, ()
        case other:
            doubt = malformed(f"{path}.Status", other, problem="which is neither Enabled nor Disabled")
            return RuleStatus.UNKNOWN, (doubt,)


def _expiration(members: Mapping[str, object], path: str) -> tuple[When | None, bool]:
    """When current versions expire, and whether the rule removes lone delete markers instead."""
    if "Expiration" not in members:
        return None, False
    node = members["Expiration"]
    match node:
        case {"ExpiredObjectDeleteMarker": True, **rest} if not rest:
            return None, True
        case {"ExpiredObjectDeleteMarker": False, **rest}:
            # S3: "if set to false the policy takes no action", so beside Days it says nothing.
            return (_when(rest, path, least=1) if rest else None), False
        case _:
            return _when(node, path, least=1), False


def _when(node: object, path: str, *, least: int) -> When:
    match node:
        case {"Days": days, **rest} if not rest:
            if (number := whole_number(days, least=least, most=_MOST_DAYS)) is not None:
                return After(days=number, fact=_fact(f"{path}.Days", number))
            return malformed(f"{path}.Days", days, problem=f"which is not a whole number from {least} up")
        case {"Date": value, **rest} if not rest:
            if (moment := _moment(value)) is not None:
                return On(date=moment, fact=_fact(f"{path}.Date", _iso(moment)))
            return malformed(f"{path}.Date", value, problem="which is no ISO 8601 date")
        case _:
            return malformed(path, node, problem="which is not exactly one of the times that S3 documents")


def _transitions(node: object, path: str) -> tuple[Transition, ...]:
    if not isinstance(node, (list, tuple)):
        whole = malformed(path, node, problem="which is no list of transitions")
        return (Transition(when=whole, storage_class=whole, path=path),)
    return tuple(_transition(item, f"{path}[{index}]") for index, item in enumerate(node))


def _transition(node: object, path: str) -> Transition:
    match node:
        case {"StorageClass": str(storage_class), **rest}:
            return Transition(when=_when(rest, path, least=0), storage_class=storage_class, path=path)
        case {"StorageClass": other, **rest}:
            unknown = malformed(f"{path}.StorageClass", other, problem="which is no storage class")
            return Transition(when=_when(rest, path, least=0), storage_class=unknown, path=path)
        case _:
            unknown = malformed(path, node, problem="which names no storage class")
            return Transition(when=unknown, storage_class=unknown, path=path)


def _noncurrent(members: Mapping[str, object], path: str) -> NoncurrentExpiry | None:
    if "NoncurrentVersionExpiration" not in members:
        return None
    node = members["NoncurrentVersionExpiration"]
    match node:
        case {"NoncurrentDays": days, "NewerNoncurrentVersions": newer, **rest} if not rest:
            return NoncurrentExpiry(
                days=_noncurrent_days(days, path),
                newer=_newer_versions(newer, path),
                days_fact=_fact(f"{path}.NoncurrentDays", days),
                newer_fact=_fact(f"{path}.NewerNoncurrentVersions", newer),
            )
        case {"NoncurrentDays": days, **rest} if not rest:
            return NoncurrentExpiry(
                days=_noncurrent_days(days, path),
                newer=None,
                days_fact=_fact(f"{path}.NoncurrentDays", days),
                newer_fact=None,
            )
        case _:
            whole = malformed(path, node, problem="which is not what S3 documents")
            return NoncurrentExpiry(days=whole, newer=None, days_fact=whole.fact, newer_fact=None)


def _noncurrent_days(value: object, path: str) -> int | Malformed:
    number = whole_number(value, least=1, most=_MOST_DAYS)
    if number is None:
        return malformed(f"{path}.NoncurrentDays", value, problem="which is not a whole number from 1 up")
    return number


def _newer_versions(value: object, path: str) -> int | Malformed:
    number = whole_number(value, least=1, most=100)
    if number is None:
        name = f"{path}.NewerNoncurrentVersions"
        return malformed(name, value, problem="which is not a whole number from 1 to 100")
    return number


def _moment(value: object) -> datetime | None:
    """An aware UTC time; a time without a zone is UTC, for S3's dates are midnight UTC by definition."""
    try:
        match value:
            case str():
                moment = datetime.fromisoformat(value)
            case datetime():
                moment = value
            case date():
                moment = datetime(value.year, value.month, value.day, tzinfo=UTC)
            case _:
                return None
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _fact(path: str, value: object) -> Fact:
    return Fact(document=Document.LIFECYCLE, path=path, value=kept(value))
