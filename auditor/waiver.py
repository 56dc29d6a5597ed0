"""A waiver accepts one check's finding on one resource, for a reason, by someone, until a day; then it hides nothing.

A name is matched whole. A pattern is a pattern only where the file says `bucket_glob`. An entry without either speaks
of findings that belong to no bucket (an account and Region, or the whole run) and has to name its account, or "*".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TypeAlias

from auditor import shape
from auditor.errors import WaiverError
from auditor.model import WaiverRef
from auditor.reading import Json
from auditor.schema import closest, read_toml

ANY_ACCOUNT = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """One entry of a waiver file; `entry` is its position there, counted from 1.

    `account` is ANY_ACCOUNT where the file names none. At most one of `bucket` and `bucket_glob` is set. `expires` is
    the last day (UTC) on which it holds.
    """

    entry: int
    check: str
    account: str
    bucket: str
    bucket_glob: str
    owner: str
    reason: str
    ticket: str
    expires: date

    def covers(self, check: str, *, account: str, bucket: str) -> bool:
        """Whether it speaks about this finding, expired or not; `bucket` is "" for a finding that belongs to none."""
        if check != self.check or self.account not in {ANY_ACCOUNT, account}:
            return False
        if self.bucket_glob:
            return bucket != "" and fnmatchcase(bucket, self.bucket_glob)
        return bucket == self.bucket

    def holds_on(self, day: date) -> bool:
        """Whether it has not expired on `day`."""
        return day <= self.expires

    @property
    def resource(self) -> str:
        """What it speaks about, for people: `acme-logs`, `dev-* in 111122223333`, `account 111122223333`."""
        everywhere = self.account == ANY_ACCOUNT
        named = self.bucket or self.bucket_glob
        if not named:
            return "every account" if everywhere else f"account {self.account}"
        return named if everywhere else f"{named} in {self.account}"

    def ref(self) -> WaiverRef:
        """What a finding says of the waiver that covers it."""
        return WaiverRef(owner=self.owner, reason=self.reason, ticket=self.ticket, expires=self.expires.isoformat())


# --- matching -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """A waiver that holds covers the finding; `covering` are all that do, this one included."""

    waiver: Waiver
    covering: tuple[Waiver, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapsed:
    """Only expired waivers cover the finding, so it counts in full; `waiver` is the one that expired last."""

    waiver: Waiver
    covering: tuple[Waiver, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwaived:
    """No waiver covers the finding."""


Match: TypeAlias = Waived | Lapsed | Unwaived


def waiver_for(waivers: tuple[Waiver, ...], check: str, *, account: str, bucket: str, today: date) -> Match:
    """What `waivers` say on `today` (UTC) about a finding of `check` on `bucket`.

    Among several that hold, a full name wins over a pattern, then the later expiry, then the earlier entry.
    """
    covering = tuple(waiver for waiver in waivers if waiver.covers(check, account=account, bucket=bucket))
    if not covering:
        return Unwaived()
    holding = tuple(waiver for waiver in covering if waiver.holds_on(today))
    if holding:
        best = min(holding, key=lambda one: (one.bucket_glob != "", -one.expires.toordinal(), one.entry))
        return Waived(waiver=best, covering=holding)
    return Lapsed(waiver=max(covering, key=lambda one: one.expires), covering=covering)


class Trouble(StrEnum):
    """What is wrong with a waiver that reads well."""

    EXPIRED = "expired"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverProblem:
    """A waiver that somebody should look at, and why, as a sentence."""

    waiver: Waiver
    trouble: Trouble
    reason: str


def problems(waivers: tuple[Waiver, ...], used: Iterable[Waiver], *, today: date) -> tuple[WaiverProblem, ...]:
    """The expired and the unused among `waivers`, in file order; `used` are those that covered a finding of the run.

    An expired waiver is only called expired, whether something would need it or not.
    """
    busy = set(used)
    found = []
    for waiver in waivers:
        what = f"Waiver {waiver.entry} ({waiver.check} on {waiver.resource}, owner {waiver.owner})"
        if not waiver.holds_on(today):
            reason = f"{what} expired after {waiver.expires.isoformat()} and hides nothing any more."
            found.append(WaiverProblem(waiver=waiver, trouble=Trouble.EXPIRED, reason=reason))
        elif waiver not in busy:
            reason = f"{what} covers no finding of this run."
            found.append(WaiverProblem(waiver=waiver, trouble=Trouble.UNUSED, reason=reason))
    return tuple(found)


# --- reading --------------------------------------------------------------------------------------------------------


def load_waivers(text: str, origin: str, *, known_checks: frozenset[str]) -> tuple[Waiver, ...]:
    """The waivers of a file, in its order; WaiverError naming `origin`, the entry (from 1), the key and the fault."""
    table = read_toml(text, "waivers", origin=origin, error=WaiverError)
    entries = [shape.mapping(entry, "waivers[]") for entry in shape.array(table["waivers"], "waivers")]
    return tuple(
        _waiver(entry, known_checks, position=position, where=f"{origin}: waivers #{position}")
        for position, entry in enumerate(entries, start=1)
    )


def _waiver(entry: Mapping[str, Json], known_checks: frozenset[str], *, position: int, where: str) -> Waiver:
    check, account = _text(entry, "check"), _text(entry, "account")
    bucket, bucket_glob = _text(entry, "bucket"), _text(entry, "bucket_glob")
    if check not in known_checks:
        raise WaiverError(
            f'{where}.check is "{check}", which is no check; expected a check id',
            hint=closest(check, known_checks) or "see `s3-log-auditor checks`",
        )
    if bucket and bucket_glob:
        raise WaiverError(f"{where}: bucket and bucket_glob are both set; expected one of them")
    if not (bucket or bucket_glob or account):
        raise WaiverError(
            f"{where}.bucket is missing; expected bucket or bucket_glob",
            hint='to waive a finding that belongs to no bucket, set account to its id, or to "*"',
        )
    try:
        expires = date.fromisoformat(_text(entry, "expires"))
    except ValueError as error:
        raise WaiverError(f'{where}.expires is "{entry["expires"]}"; expected a date of the calendar') from error
    return Waiver(
        entry=position,
        check=check,
        account=account or ANY_ACCOUNT,
        bucket=bucket,
        bucket_glob=bucket_glob,
        owner=_text(entry, "owner"),
        reason=_text(entry, "reason"),
        ticket=_text(entry, "ticket"),
        expires=expires,
    )


def _text(entry: Mapping[str, Json], key: str) -> str:
    return shape.text(entry.get(key, ""), key).strip()
