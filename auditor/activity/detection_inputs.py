"""What the user tells detections about the organisation; None means that nobody said, which is not "there is none"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Protocol

from auditor.activity.addresses import Address, Networks
from auditor.activity.detection import Detection, Need, Scalar
from auditor.errors import InputError
from auditor.s3.glob import wildcards_only
from auditor.schema import closest

EVERY_DETECTION: Final = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The time that is looked at: from `first`, inclusive, to `last`, exclusive; both aware."""

    first: datetime
    last: datetime

    def __post_init__(self) -> None:
        if not self.first < self.last:
            raise InputError("the window must end after it begins")


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where an address is said to be: ISO 3166 country, degrees. None where the database does not say."""

    country: str | None
    latitude: float | None
    longitude: float | None


class Locations(Protocol):
    """A database of locations."""

    def locate(self, address: Address) -> Location | None:
        """Where `address` is said to be, None when the database does not have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Part of a bucket: the keys that begin with `prefix`, all of them for "". `bucket` may hold `*` and `?`."""

    bucket: str
    prefix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """Signals that somebody has accepted: for a detection (or `*`) and callers (`*` and `?` are wildcards).

    `principal` is matched against the signal's principal, `bucket` against its bucket; "" for any. At least one of the
    two is given. `expires` is the last day (UTC) on which it holds.
    """

    detection: str
    owner: str
    reason: str
    expires: date
    principal: str = ""
    bucket: str = ""

    def covers(self, detection: str, *, principal: str, bucket: str, today: date) -> bool:
        """Whether it accepts a signal of `detection` about `principal` in `bucket`, either "" for none, on `today`."""
        return (
            self.detection in {EVERY_DETECTION, detection}
            and today <= self.expires
            and (not self.principal or wildcards_only(self.principal).matches(principal))
            and (not self.bucket or wildcards_only(self.bucket).matches(bucket))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything that detections use beside the records; None for what nobody gave.

    Principals and buckets are patterns with `*` and `?`. Principals are compared without session, as in the column
    `principal`. `destinations` are the places that logs are delivered to. Countries are ISO 3166 codes. Tools are
    families as in the column `user_agent_family`, or the name before the slash of a user agent. `sampled` says that
    not every log object of the time was read. Records before `baseline_since`, None for none, are left out.
    """

    baseline_since: datetime | None = None
    sampled: bool = False
    locations: Locations | None = None
    barred_countries: frozenset[str] | None = None
    corporate_networks: Networks | None = None
    threat_lists: Mapping[str, Networks] | None = None
    organisation_accounts: frozenset[str] | None = None
    public_buckets: tuple[str, ...] | None = None
    sensitive_prefixes: tuple[Place, ...] | None = None
    canaries: tuple[Place, ...] | None = None
    destinations: tuple[Place, ...] | None = None
    log_readers: tuple[str, ...] | None = None
    infrastructure_principals: tuple[str, ...] | None = None
    mfa_networks: Networks | None = None
    mfa_principals: tuple[str, ...] | None = None
    sanctioned_tools: frozenset[str] | None = None
    parameters: Mapping[str, Mapping[str, Scalar]] = field(default_factory=dict)
    allowances: tuple[Allowance, ...] = ()

    def given(self) -> frozenset[Need]:
        """The inputs that are there. What the records themselves must give is not decided here."""
        there = {
            Need.GEOIP: self.locations,
            Need.BARRED_COUNTRIES: self.barred_countries,
            Need.CORPORATE_NETWORKS: self.corporate_networks,
            Need.THREAT_LISTS: self.threat_lists,
            Need.ORGANISATION_ACCOUNTS: self.organisation_accounts,
            Need.PUBLIC_BUCKETS: self.public_buckets,
            Need.SENSITIVE_PREFIXES: self.sensitive_prefixes,
            Need.CANARIES: self.canaries,
            Need.DESTINATIONS: self.destinations,
            Need.LOG_READERS: self.log_readers,
            Need.INFRASTRUCTURE_PRINCIPALS: self.infrastructure_principals,
            Need.MFA_PROFILE: self.mfa_networks if self.mfa_principals is None else self.mfa_principals,
            Need.SANCTIONED_TOOLS: self.sanctioned_tools,
            Need.EVERY_LOG_OBJECT: None if self.sampled else True,
        }
        return frozenset(need for need, value in there.items() if value is not None)


def require_known_parameters(inputs: Inputs, detections: tuple[Detection, ...]) -> None:
    """Raise InputError when `inputs.parameters` names a detection or parameter that does not exist, or a wrong type."""
    known = {detection.id: detection for detection in detections}
    for name, values in inputs.parameters.items():
        detection = known.get(name)
        if detection is None:
            raise InputError(f"no detection is called {name!r}", hint=closest(name, known))
        defaults = {parameter.name: parameter.default for parameter in detection.parameters}
        for parameter, value in values.items():
            if parameter not in defaults:
                raise InputError(f"{name} has no parameter {parameter!r}", hint=closest(parameter, defaults))
            wrong = _wrong(value, defaults[parameter])
            if wrong:
                raise InputError(f"{name}: {parameter} must be {wrong}, not {value!r}")


def _wrong(value: Scalar, default: Scalar) -> str:
    """What `value` would have to be to stand in for `default`, "" when it may."""
    match default, value:
        case _, bool():
            return "a number or a text"
        case str(), str():
            return ""
        case str(), _:
            return "a text"
        case int(), int():
            # Windows, counts and days: none of them means anything at zero.
            return "" if value >= 1 else "at least 1"
        case int(), _:
            return "a whole number"
        case _, int() | float():
            return "" if value >= 0 else "at least 0"
        case _:
            return "a number"


def parameter_values(detection: Detection, inputs: Inputs) -> dict[str, Scalar]:
    """The parameters of `detection`: the user's values, else the defaults."""
    given = inputs.parameters.get(detection.id, {})
    return {parameter.name: given.get(parameter.name, parameter.default) for parameter in detection.parameters}
