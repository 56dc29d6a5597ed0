"""Which S3 data events the event selectors of a CloudTrail trail take in, decided over all events and not by examples.

Sources: CloudTrail API Reference, EventSelector, DataResource and AdvancedFieldSelector; CloudTrail User Guide,
"Filtering data events by using advanced event selectors": within one field the operators Equals, StartsWith and
EndsWith are OR, their negations are AND, and both groups together are AND; fields are AND, selectors are OR.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice, product
from typing import Final, TypeAlias

from auditor.reading import Json
from auditor.s3.documents import shown
from auditor.s3.truth import Truth, all_of
from auditor.shape import array, mapping, text

OBJECT_TYPE: Final = "AWS::S3::Object"
READ_ONLY: Final = "readOnly"
RESOURCE: Final = "resources.ARN"
EVENT_NAME: Final = "eventName"
IDENTITY: Final = "userIdentity.arn"
CONSOLE: Final = "sessionCredentialFromConsole"

Event: TypeAlias = Mapping[str, str]
"""The value of each field that selectors can ask for in a way we understand."""

_ALWAYS: Final[Event] = {"eventCategory": "Data", "resources.type": OBJECT_TYPE, "eventSource": "s3.amazonaws.com"}
"""What every data event of an object in a bucket has."""
_SELECT: Final = ("Equals", "StartsWith", "EndsWith")
_DESELECT: Final = ("NotEquals", "NotStartsWith", "NotEndsWith")
_MOST_EVENTS: Final = 4096

# The verbs of the S3 calls that CloudTrail records as data events (S3 User Guide, cloudtrail-logging-s3-info).
_READING: Final = ("Get", "Head", "List", "Select")
_WRITING: Final = ("Abort", "Complete", "Copy", "Create", "Delete", "Put", "Restore", "Update", "Upload")


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a selector asks of one field: operator -> values, as AWS spells them, in alphabetical order.

    The order makes it quick to find the few among hundreds that begin with the ARN of one bucket.
    """

    field: str
    operators: Mapping[str, tuple[str, ...]]

    def holds(self, event: Event) -> Truth:
        """Whether the event meets the condition; UNDECIDABLE for a field whose value we do not know."""
        value = event.get(self.field)
        if value is None or not any(self.operators.values()):
            return Truth.UNDECIDABLE
        selecting = [name for name in _SELECT if self.operators.get(name)]
        selected = not selecting or any(self._met(name, value) for name in selecting)
        return Truth.of(selected and not any(self._met(name, value) for name in _DESELECT))

    def _met(self, operator: str, value: str) -> bool:
        """Whether one of the operator's values is met, whatever the operator then does about it."""
        values = self.operators.get(operator, ())
        match operator.removeprefix("Not"):
            case "Equals":
                return value in values
            case "StartsWith":
                return value.startswith(values)
            case _:
                return value.endswith(values)

    def values_of(self, kind: str, base: str = "") -> Iterator[str]:
        """The values of `kind` (Equals, StartsWith or EndsWith) and of its negation that begin with `base`."""
        yield from self._within(kind, base)
        yield from self._within(f"Not{kind}", base)

    def reaches(self, base: str) -> bool:
        """Whether the condition lets through some text that begins with `base`, by the beginnings it selects alone."""
        starts, exact = self.operators.get("StartsWith", ()), self.operators.get("Equals", ())
        if self.operators.get("EndsWith") or not (starts or exact):
            return True
        within = chain(self._within("StartsWith", base), self._within("Equals", base))
        return base.startswith(starts) or next(within, None) is not None

    def _within(self, operator: str, base: str) -> Iterator[str]:
        values = self.operators.get(operator, ())
        for value in islice(values, bisect_left(values, base), None):
            if not value.startswith(base):
                break
            yield value


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """One way for an S3 data event to be recorded: all conditions at once. `path` says where it stands.

    `doubt` is a sentence when AWS does not document what the selector means, and "" otherwise.
    """

    path: str
    name: str
    conditions: tuple[Condition, ...]
    doubt: str = ""

    def takes(self, event: Event) -> Truth:
        """Whether the selector takes in the event."""
        met = all_of(condition.holds(event) for condition in self.conditions)
        return all_of([met, Truth.UNDECIDABLE]) if self.doubt else met

    def reaches(self, base: str) -> bool:
        """Whether the selector can take an object of the bucket, by how the ARNs that it selects begin."""
        return all(condition.reaches(base) for condition in self.conditions if condition.field == RESOURCE)

    def takes_all(self, base: str) -> bool:
        """Whether it is plain that every event of the bucket is taken, without going through the kinds of events."""
        return not self.doubt and all(_is_plain(condition, base) for condition in self.conditions)

    def about(self, base: str) -> dict[str, Json]:
        """The selector as evidence about the bucket whose objects' ARNs begin with `base`.

        Of the ARNs, only those that can touch the bucket are in it: a selector may list hundreds of other buckets.
        """
        facts: dict[str, Json] = {"Name": self.name} if self.name else {}
        for condition in self.conditions:
            for operator, values in condition.operators.items():
                ours = [v for v in values if condition.field != RESOURCE or _touches(operator, v, base)]
                if ours:
                    facts[f"{condition.field} {operator}"] = [*ours]
        return facts


def _is_plain(condition: Condition, base: str) -> bool:
    if condition.field == RESOURCE:
        return condition.operators.keys() == {"StartsWith"} and base.startswith(condition.operators["StartsWith"])
    return condition.field in _ALWAYS and condition.holds(_ALWAYS) is Truth.TRUE


def _touches(operator: str, value: str, base: str) -> bool:
    return operator.endswith("EndsWith") or base.startswith(value) or value.startswith(base)


def parse_event_selectors(document: Json) -> tuple[Selector, ...]:
    """The selectors of a GetEventSelectors answer that can take in data events of S3 objects, basic and advanced.

    A document of another shape is a ValueError.
    """
    answer = mapping(document, "GetEventSelectors")
    found: list[Selector] = []
    for index, item in enumerate(array(answer.get("EventSelectors", []), "EventSelectors")):
        found.extend(_basic(item, f"EventSelectors[{index}]"))
    for index, item in enumerate(array(answer.get("AdvancedEventSelectors", []), "AdvancedEventSelectors")):
        selector = _advanced(item, f"AdvancedEventSelectors[{index}]")
        if all_of(condition.holds(_ALWAYS) for condition in selector.conditions) is not Truth.FALSE:
            found.append(selector)
    return tuple(found)


def _basic(item: Json, path: str) -> Iterator[Selector]:
    """A basic selector names parts of ARNs: of every bucket, of a bucket with its slash, of a folder in one."""
    members = mapping(item, path)
    kind = text(members.get("ReadWriteType", "All"), f"{path}.ReadWriteType")
    read_only = {"All": (), "ReadOnly": ("true",), "WriteOnly": ("false",)}.get(kind)
    if read_only is None:
        raise ValueError(f"{path}.ReadWriteType must be All, ReadOnly or WriteOnly")
    conditions = (Condition(field=READ_ONLY, operators={"Equals": read_only}),) if read_only else ()
    for index, resource in enumerate(array(members.get("DataResources", []), f"{path}.DataResources")):
        where = f"{path}.DataResources[{index}]"
        data = mapping(resource, where)
        if data.get("Type") != OBJECT_TYPE:
            continue
        values = _texts(data.get("Values", []), f"{where}.Values")
        known = tuple(value for value in values if "/" in value or value.rstrip(":").count(":") == 2)
        arns = Condition(field=RESOURCE, operators={"StartsWith": known})
        if known:
            yield Selector(path=where, name="", conditions=(*conditions, arns))
        for value in (value for value in values if value not in known):
            part = Condition(field=RESOURCE, operators={"StartsWith": (value,)})
            doubt = f"{where} names {shown(value)} without a slash, and AWS does not document what that takes in."
            yield Selector(path=where, name="", conditions=(*conditions, part), doubt=doubt)


def _advanced(item: Json, path: str) -> Selector:
    members = mapping(item, path)
    conditions = tuple(
        _condition(field, f"{path}.FieldSelectors[{index}]")
        for index, field in enumerate(array(members.get("FieldSelectors"), f"{path}.FieldSelectors"))
    )
    asked = {condition.field for condition in conditions}
    doubt = ""
    if not {"eventCategory", "resources.type"} <= asked and not _other_category(conditions):
        doubt = f"{path} names no event category or no resource type, which AWS requires."
    empty = [condition.field for condition in conditions if not any(condition.operators.values())]
    if empty and not doubt:
        doubt = f"{path} asks nothing of {shown(empty[0])}, and AWS does not document what that means."
    strange = sorted(asked - {*_ALWAYS, READ_ONLY, RESOURCE, EVENT_NAME, IDENTITY, CONSOLE})
    if strange and not doubt:
        doubt = f"{path} filters by {shown(strange[0])}, and what that leaves of S3 data events is not known."
    name = members.get("Name")
    return Selector(path=path, name=name if isinstance(name, str) else "", conditions=conditions, doubt=doubt)


def _other_category(conditions: Iterable[Condition]) -> bool:
    return any(one.field == "eventCategory" and one.holds(_ALWAYS) is Truth.FALSE for one in conditions)


def _condition(item: Json, path: str) -> Condition:
    members = mapping(item, path)
    operators = {
        name: _texts(members[name], f"{path}.{name}")
        for name in (*_SELECT, *_DESELECT)
        if members.get(name) is not None
    }
    strange = sorted(set(members) - {"Field", *_SELECT, *_DESELECT})
    if strange:
        raise ValueError(f"{path} has an operator that is not known")
    return Condition(field=text(members.get("Field"), f"{path}.Field"), operators=operators)


def _texts(value: Json, path: str) -> tuple[str, ...]:
    return tuple(sorted({text(item, f"{path}[{index}]") for index, item in enumerate(array(value, path))}))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventSpace:
    """All S3 data events, as far as some selectors can tell them apart.

    `other` is a character that none of them spells out; in an event it stands for any text that nobody names.
    """

    conditions: Mapping[str, tuple[Condition, ...]]
    other: str

    def events(self, base: str) -> tuple[Event, ...] | None:
        """One event for each kind of events of a bucket, the ARNs of whose objects begin with `base`.

        Whatever the selectors say of these holds for every event, because texts that begin and end alike, and that
        nobody spells out, are treated alike. None when there are too many kinds to go through; no trail that anybody
        runs comes near.
        """
        kinds = [
            _kinds(self.conditions.get(field, ()), start)
            for field, start in ((RESOURCE, base), (EVENT_NAME, ""), (IDENTITY, ""))
        ]
        console = ("false", "true") if CONSOLE in self.conditions else ("false",)
        if 2 * len(console) * math.prod(kind.count for kind in kinds) > _MOST_EVENTS:
            return None
        texts = [*(kind.samples(self.other) for kind in kinds), console]
        return tuple(
            {**_ALWAYS, READ_ONLY: reading, RESOURCE: arn, EVENT_NAME: name, IDENTITY: who, CONSOLE: session}
            for reading, arn, name, who, session in product(("true", "false"), *texts)
            if not name.startswith(_WRITING if reading == "true" else _READING)
        )


def event_space(selectors: Iterable[Selector]) -> EventSpace:
    """The events as the selectors tell them apart."""
    by_field: dict[str, list[Condition]] = {}
    for selector in selectors:
        for condition in selector.conditions:
            by_field.setdefault(condition.field, []).append(condition)
    spoken = {
        character
        for conditions in by_field.values()
        for condition in conditions
        for values in condition.operators.values()
        for value in values
        for character in value
    }
    other = next(c for c in map(chr, range(0xE000, 0x110000)) if c not in spoken)
    return EventSpace(conditions={field: tuple(found) for field, found in by_field.items()}, other=other)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kinds:
    """How conditions tell texts apart that begin with `base`: by what follows it, by how they end, by all of them."""

    base: str
    starts: frozenset[str]
    ends: frozenset[str]
    exact: frozenset[str]

    @property
    def count(self) -> int:
        """How many samples there are."""
        return len(self.starts) * len(self.ends) + len(self.exact)

    def samples(self, other: str) -> tuple[str, ...]:
        """One text for each set of conditions that a text can meet."""
        mixed = (f"{self.base}{start}{other}{end}" for start, end in product(sorted(self.starts), sorted(self.ends)))
        return (*mixed, *sorted(self.exact))


def _kinds(conditions: Iterable[Condition], base: str) -> _Kinds:
    starts, ends, exact = {""}, {""}, set[str]()
    for one in conditions:
        starts.update(value[len(base) :] for value in one.values_of("StartsWith", base))
        ends.update(one.values_of("EndsWith"))
        exact.update(value for value in one.values_of("Equals", base) if value != base)
    return _Kinds(base=base, starts=frozenset(starts), ends=frozenset(ends), exact=frozenset(exact))
