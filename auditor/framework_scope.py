"""Which buckets a framework speaks about, including that nobody can tell because the tags could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TypeAlias

from auditor.reading import Absent, Present, Reading, Unreadable

ANY = "*"
"""As a tag value: whatever the value, as long as the tag is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InScope:
    """The framework speaks about the bucket, because of `rule`."""

    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfScope:
    """The framework does not speak about the bucket, because of `rule`; reports count these by rule."""

    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeUnknown:
    """The bucket's tags decide and could not be read, so nobody knows whether the framework speaks about it."""

    unread: Unreadable


ScopeAnswer: TypeAlias = InScope | OutOfScope | ScopeUnknown


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkScope:
    """Which buckets a framework speaks about, by tag or by name; nothing set means every bucket.

    A bucket is in scope when it carries one of `any_tag` (key -> accepted values, ANY for whatever value) or its name
    matches one of the globs in `include`; a match of `exclude` leaves it out whatever else holds. Scope chooses
    sources: a destination is in scope through any source in scope that logs to it. Tags and names are case-sensitive.
    """

    any_tag: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    @property
    def needs_tags(self) -> bool:
        """Whether bucket tags have to be read to apply it."""
        return bool(self.any_tag)

    def answer(self, bucket: str, tags: Reading[Mapping[str, str]]) -> ScopeAnswer:
        """Whether the bucket called `bucket` with these tags is in scope; unreadable tags are neither yes nor no."""
        left_out = next((glob for glob in self.exclude if fnmatchcase(bucket, glob)), None)
        if left_out is not None:
            return OutOfScope(rule=f"names like {left_out} are excluded")
        if not self.any_tag and not self.include:
            return InScope(rule="every bucket is in scope")
        named = next((glob for glob in self.include if fnmatchcase(bucket, glob)), None)
        if named is not None:
            return InScope(rule=f"names like {named} are included")
        if not self.any_tag:
            return OutOfScope(rule="only buckets with certain names are in scope")
        match tags:
            case Present(value=found):
                return self._by_tag(found)
            case Absent():
                return self._by_tag({})
            case Unreadable():
                return ScopeUnknown(unread=tags)

    def _by_tag(self, tags: Mapping[str, str]) -> InScope | OutOfScope:
        for key, accepted in self.any_tag.items():
            if key in tags and (ANY in accepted or tags[key] in accepted):
                return InScope(rule=f"the bucket is tagged {key}={tags[key]}")
        return OutOfScope(rule=f"the bucket has no tag {self._tags_in_words()}")

    def describe(self) -> str:
        """The scope as one sentence for reports."""
        chosen = []
        if self.any_tag:
            chosen.append(f"buckets tagged {self._tags_in_words()}")
        if self.include:
            chosen.append(f"buckets named like {' or '.join(self.include)}")
        text = " and ".join(chosen) or "every bucket"
        without = f", without those named like {' or '.join(self.exclude)}" if self.exclude else ""
        return f"{text[0].upper()}{text[1:]}{without}."

    def _tags_in_words(self) -> str:
        return " or ".join(f"{key}={value}" for key, accepted in self.any_tag.items() for value in accepted)
