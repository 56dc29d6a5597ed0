"""The members of an object in a JSON document are read by type; a wrong one is a ValueError that names its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from auditor import shape
from auditor.reading import Json


@dataclass(frozen=True, slots=True)
class Members:
    """The members of an object and the dotted path to it; `path` is "" for the document itself."""

    values: Mapping[str, Json]
    path: str = ""

    def at(self, name: str) -> str:
        """The path of the member called `name`."""
        return f"{self.path}.{name}" if self.path else name

    def json(self, name: str) -> Json:
        """The member as it is; it must be there, and may be null."""
        if name not in self.values:
            raise ValueError(f"{self.at(name)} is missing")
        return self.values[name]

    def text(self, name: str, *, default: str | None = None) -> str:
        """The member as a string; `default` when it is left out."""
        value = self.values.get(name, default)
        return value if isinstance(value, str) else shape.text(self.json(name), self.at(name))

    def flag(self, name: str) -> bool:
        """The member as true or false."""
        value = self.values.get(name)
        return value if isinstance(value, bool) else shape.flag(self.json(name), self.at(name))

    def number(self, name: str) -> int:
        """The member as a whole number."""
        value = self.json(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise ValueError(f"{self.at(name)} must be a whole number, not {type(value).__name__}")

    def time(self, name: str) -> datetime:
        """The member as an aware time; documents have times in UTC with a Z at the end."""
        value = self.text(name)
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise ValueError(f"{self.at(name)} is not a date and time of the calendar") from None
        if moment.tzinfo is None:
            raise ValueError(f"{self.at(name)} must end in Z")
        return moment

    def maybe_time(self, name: str) -> datetime | None:
        """The member as an aware time, None when it is left out."""
        return self.time(name) if name in self.values else None

    def mapping(self, name: str) -> Mapping[str, Json]:
        """The member as an object with any keys; an empty one when it is left out."""
        return shape.mapping(self.values.get(name, {}), self.at(name))

    def object(self, name: str) -> Members:
        """The member as an object of our own."""
        path = self.at(name)
        return Members(shape.mapping(self.json(name), path), path)

    def objects(self, name: str) -> Iterator[Members]:
        """The items of a list of objects; none when the list is left out."""
        path = self.at(name)
        for index, item in enumerate(shape.array(self.values.get(name, []), path)):
            where = f"{path}[{index}]"
            yield Members(shape.mapping(item, where), where)

    def texts(self, name: str) -> tuple[str, ...]:
        """The items of a list of strings."""
        path = self.at(name)
        items = shape.array(self.json(name), path)
        return tuple(shape.text(item, f"{path}[{index}]") for index, item in enumerate(items))
