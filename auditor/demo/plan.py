"""What a bucket of the demo can be: where it stands, where it logs to, and how it treats the logs of others.

Everything defaults to sound, so that a line of the estate table says exactly what is wrong with its bucket.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from enum import StrEnum

from auditor.reading import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """An AWS account of the fictitious company."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a bucket stands."""

    account: str
    region: str


class Data(StrEnum):
    """What a bucket holds; the tags that say so decide which framework speaks about it."""

    PHI = "phi"
    PHI_OF_EUROPEANS = "phi-of-europeans"
    CARDHOLDER = "cardholder"
    FINANCIAL = "financial"
    PERSONAL = "personal"
    INTERNAL = "internal"
    PUBLIC = "public"
    LOGS = "logs"

    @property
    def tags(self) -> Mapping[str, str]:
        """The tags of such a bucket, key -> value."""
        more = {
            Data.PHI_OF_EUROPEANS: {"data-classification": "phi", "personal-data": "yes"},
            Data.CARDHOLDER: {"pci:cde": "true", "sox": "in-scope"},
            Data.FINANCIAL: {"sox": "in-scope"},
            Data.PERSONAL: {"personal-data": "yes"},
        }
        return {"company": "acme-health", "data-classification": self.value, **more.get(self, {})}


class Arrivals(StrEnum):
    """Which log objects of a source lie at its destination."""

    FRESH = "fresh"
    """Delivery works: the newest object is minutes old."""
    STOPPED = "stopped"
    """Delivery worked until weeks ago."""
    NONE = "none"
    """Nothing can lie there: the destination is gone, or was made anew."""


class Permission(StrEnum):
    """What lets the log delivery service write."""

    SCOPED = "scoped"
    """The policy statement AWS recommends: bound to source bucket and account."""
    UNSCOPED = "unscoped"
    """The same without any condition."""
    ACL = "acl"
    """The LogDelivery group in the bucket's ACL, as before 2023."""
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiving:
    """How a bucket is set up as a destination.

    `denies_unless` is the condition of a Deny of everything that was written without log delivery in mind. `outsider`
    is an account outside the company whose principals may read and write. `rules` are the lifecycle rules as
    PutBucketLifecycleConfiguration takes them, `archive` is the bucket that the logs are replicated to.
    """

    permission: Permission = Permission.SCOPED
    denies_unless: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    tls_only: bool = True
    only_delivery_writes: bool = True
    deletes_denied: bool = True
    public_policy: bool = False
    outsider: str = ""
    public_access_blocked: bool = True
    acls_enabled: bool = False
    versioned: bool = True
    encryption: str = "AES256"
    object_lock_days: int = 0
    rules: tuple[Mapping[str, Json], ...] = ()
    archive: str = ""


@dataclass(frozen=True, slots=True)
class DemoBucket:
    """A bucket of the demo.

    `logs_to` is "" when access logging is off; `prefix` None is the usual `<name>/`. `holds` are keys of objects that
    are no logs. `first_at` is where the bucket stood when logging was configured, if that was elsewhere; `gone` says
    that it was deleted since. `vended` is delivery through CloudWatch Logs, and `locked_days` an Object Lock with
    default retention on a bucket that receives no access logs.
    """

    name: str
    place: Place
    data: Data
    _: KW_ONLY
    logs_to: str = ""
    prefix: str | None = None
    arrivals: Arrivals = Arrivals.FRESH
    receives: Receiving | None = None
    holds: tuple[str, ...] = ()
    first_at: Place | None = None
    gone: bool = False
    vended: bool = False
    locked_days: int = 0

    @property
    def key_prefix(self) -> str:
        """What the keys of its log objects begin with."""
        return f"{self.name}/" if self.prefix is None else self.prefix

    @property
    def arn(self) -> str:
        """Its ARN, which names neither account nor Region."""
        return f"arn:aws:s3:::{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A bucket with planted defects: `fails` are exactly the checks that have to FAIL on it, `because` says why."""

    bucket: str
    fails: tuple[str, ...]
    because: str
