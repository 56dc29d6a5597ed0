"""When Intelligent-Tiering moves objects that nobody reads into tiers that need a restore."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from auditor.s3.days import Document, Fact
from auditor.s3.malformed import Malformed, malformed, whole_number

SOONEST_ARCHIVE: Final = 90
"""The fewest days without access after which any archive tier may be set to begin.

Source: S3 User Guide, intelligent-tiering-overview: Archive Access 90 to 730 days, Deep Archive Access 180 to 730.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveTier:
    """One archive tier of an enabled configuration: it takes objects under `prefix` after `days` without access.

    With a `doubt`, whether or when it does is not known and `days` is the soonest possible.
    """

    prefix: str
    days: int
    fact: Fact
    doubt: Malformed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveTiers:
    """Every archive tier that may take log objects, or the certainty of none; configurations by tag take no logs."""

    tiers: tuple[ArchiveTier, ...] = ()


def parse_archive_tiers(document: object) -> ArchiveTiers:
    """The tiers in a ListBucketIntelligentTieringConfigurations answer (all pages joined, if there are several).

    Never raises: what does not fit the documented shape becomes a tier with a doubt.
    """
    name = "IntelligentTieringConfigurationList"
    if not isinstance(document, Mapping):
        return ArchiveTiers(tiers=(_doubtful(name, document, problem="which is no list of configurations"),))
    tiers: list[ArchiveTier] = []
    if (cut := document.get("IsTruncated", False)) is not False:
        tiers.append(_doubtful("IsTruncated", cut, problem="so there are configurations that were not read"))
    match document.get(name, []):
        case list() | tuple() as listed:
            for index, item in enumerate(listed):
                tiers.extend(_configuration(item, f"{name}[{index}]"))
        case other:
            tiers.append(_doubtful(name, other, problem="which is no list of configurations"))
    return ArchiveTiers(tiers=tuple(tiers))


def _configuration(item: object, path: str) -> list[ArchiveTier]:
    match item:
        case {"Status": "Disabled"}:
            return []
        case {"Status": "Enabled", "Filter": scope, "Tierings": list() | tuple() as tierings}:
            prefix = _prefix(scope, f"{path}.Filter")
        case {"Status": "Enabled", "Tierings": list() | tuple() as tierings}:
            prefix = ""
        case _:
            return [_doubtful(path, item, problem="which is no configuration that S3 documents")]
    match prefix:
        case None:
            return []
        case Malformed() as doubt:
            return [ArchiveTier(prefix="", days=SOONEST_ARCHIVE, fact=doubt.fact, doubt=doubt)]
        case _:
            return [_tier(tier, f"{path}.Tierings[{n}]", prefix=prefix) for n, tier in enumerate(tierings)]


def _prefix(scope: object, path: str) -> str | Malformed | None:
    """The prefix of the objects taken; None when they need a tag, which no delivered log object has."""
    match scope:
        case {"Prefix": str(prefix), **rest} if not rest:
            return prefix
        case {"And": {"Prefix": str(prefix), **also}, **rest} if not rest and not also:
            return prefix
        case {"Tag": _, **rest} | {"And": {"Tags": [_, *_]}, **rest} if not rest:
            return None
        case {**rest} if not rest:
            return ""
        case _:
            return malformed(
                path, scope, problem="which is not exactly one condition", document=Document.INTELLIGENT_TIERING
            )


def _tier(tier: object, path: str, *, prefix: str) -> ArchiveTier:
    match tier:
        case {"AccessTier": "ARCHIVE_ACCESS" | "DEEP_ARCHIVE_ACCESS", "Days": days}:
            if (number := whole_number(days, least=SOONEST_ARCHIVE, most=730)) is not None:
                fact = Fact(document=Document.INTELLIGENT_TIERING, path=f"{path}.Days", value=number)
                return ArchiveTier(prefix=prefix, days=number, fact=fact)
            return _doubtful(f"{path}.Days", days, problem="which is not 90 to 730 days", prefix=prefix)
        case _:
            return _doubtful(path, tier, problem="which is no archive tier that S3 documents", prefix=prefix)


def _doubtful(path: str, value: object, *, problem: str, prefix: str = "") -> ArchiveTier:
    doubt = malformed(path, value, problem=problem, document=Document.INTELLIGENT_TIERING)
    return ArchiveTier(prefix=prefix, days=SOONEST_ARCHIVE, fact=doubt.fact, doubt=doubt)


NO_ARCHIVE_TIERS: Final = ArchiveTiers()
