"""Which S3 data events the event selectors of a CloudTrail trail take in, decided over all events and not by examples.

Sources: CloudTrail API Reference, EventSelector, DataResource and AdvancedFieldSelector; CloudTrail User Guide,
"Filtering data events by using advanced event selectors": within one field the operators Equals, StartsWith and
EndsWith are OR, their negations are AND, and both groups together are AND; fields are AND, selectors are OR.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
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
    """What a selector asks of one field: operator -> values, as AWS spells them."""

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

    def values_of(self, kind: str) -> Iterator[str]:
        """The values of `kind` (Equals, StartsWith or EndsWith) and of its negation."""
        yield from self.operators.get(kind, ())
        yield from self.operators.get(f"Not{kind}", ())


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
    return tuple(text(item, f"{path}[{index}]") for index, item in enumerate(array(value, path)))


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
        texts = [
            _samples(self.conditions.get(RESOURCE, ()), base, self.other),
            _samples(self.conditions.get(EVENT_NAME, ()), "", self.other),
            _samples(self.conditions.get(IDENTITY, ()), "", self.other),
            ("false", "true") if CONSOLE in self.conditions else ("false",),
        ]
        if 2 * math.prod(map(len, texts)) > _MOST_EVENTS:
            return None
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


def _samples(conditions: Iterable[Condition], base: str, other: str) -> tuple[str, ...]:
    """Texts that begin with `base`, one for each set of conditions that such a text can meet."""
    starts, ends, exact = {""}, {""}, set[str]()
    for one in conditions:
        starts.update(value[len(base) :] for value in one.values_of("StartsWith") if value.startswith(base))
        ends.update(one.values_of("EndsWith"))
        exact.update(value for value in one.values_of("Equals") if value.startswith(base) and value != base)
    mixed = (f"{base}{start}{other}{end}" for start, end in product(sorted(starts), sorted(ends)))
    return (*mixed, *sorted(exact))
