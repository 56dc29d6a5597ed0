"""A value that is equal to nothing but itself, so that what follows from it can be remembered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Itself(Generic[T]):
    """`value` by identity: an estate holds dictionaries and has no hash of its own, but it is never changed."""

    value: T

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Itself) and self.value is other.value

    def __hash__(self) -> int:
        # Whoever remembers an Itself keeps the value alive, so that no other one can get its id.
        return id(self.value)
