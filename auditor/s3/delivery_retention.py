"""How long the logs of bucket deliveries are kept at their destination; sources of one destination share the work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from auditor.reading import Absent, Present, Reading, Unreadable
from auditor.s3.days import Document
from auditor.s3.intelligent_tiering import NO_ARCHIVE_TIERS, ArchiveTiers
from auditor.s3.lifecycle_parse import parse_lifecycle
from auditor.s3.lifecycle_terms import Terms, settle
from auditor.s3.log_keys import KeySpace, key_space
from auditor.s3.logging_graph import region_of
from auditor.s3.retention import Retention, retention_of, retentions
from auditor.s3.subjects import Destination
from auditor.s3.versioning import NEVER_VERSIONED, UNREAD_VERSIONING, Versioning

_REMEMBERED: Final = 2**15
"""How many destinations times sets of storage classes are kept."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Keeping:
    """The retention of logs at a destination; sources of the same lot have the very same one.

    `unread` has the documents that were not read and for which everything possible was taken; a number that is open
    because of one of them is unreadable, not undecidable.
    """

    retention: Retention
    unread: Mapping[Document, Unreadable]


def keeping(
    destination: Destination, space: KeySpace, *, at: datetime, hot_classes: frozenset[str]
) -> Keeping | Unreadable:
    """How long logs in `space` stay in `destination` as it is configured at `at`; Unreadable without its lifecycle."""
    found = _worked_out(destination, at, hot_classes)
    if isinstance(found, Unreadable):
        return found
    known = found.by_space.get(space)
    return known or Keeping(retention=retention_of(found.terms, space), unread=_unread(destination))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Worked:
    """The terms of a destination, and what they mean for every key space that a source is known to fill there."""

    terms: Terms
    by_space: Mapping[KeySpace, Keeping]


@lru_cache(maxsize=_REMEMBERED)
def _worked_out(destination: Destination, at: datetime, hot_classes: frozenset[str]) -> _Worked | Unreadable:
    reading = destination.lifecycle
    if isinstance(reading, Unreadable):
        return reading
    terms = settle(
        reading.value if isinstance(reading, Present) else parse_lifecycle(None),
        _versioning(destination.versioning),
        now=at,
        hot_classes=hot_classes,
        tiers=_tiers(destination.tiers),
    )
    spaces = (
        key_space(logging, account=source.account, region=region_of(source), bucket=source.name)
        for source, logging in destination.inbound
    )
    unread = _unread(destination)
    lots: dict[int, Keeping] = {}
    by_space = {
        space: lots.setdefault(id(retention), Keeping(retention=retention, unread=unread))
        for space, retention in retentions(terms, spaces).items()
    }
    return _Worked(terms=terms, by_space=by_space)


def _versioning(reading: Reading[Versioning]) -> Versioning:
    match reading:
        case Present(value=versioning):
            return versioning
        case Absent():
            return NEVER_VERSIONED
        case Unreadable():
            return UNREAD_VERSIONING


def _tiers(reading: Reading[ArchiveTiers]) -> ArchiveTiers | None:
    match reading:
        case Present(value=tiers):
            return tiers
        case Absent():
            return NO_ARCHIVE_TIERS
        case Unreadable():
            return None


def _unread(destination: Destination) -> Mapping[Document, Unreadable]:
    readings = {Document.VERSIONING: destination.versioning, Document.INTELLIGENT_TIERING: destination.tiers}
    return {document: reading for document, reading in readings.items() if isinstance(reading, Unreadable)}
