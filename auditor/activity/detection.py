"""A detection is a header that says what it needs and what it cannot see, and one SELECT; both are in one file.

The file begins with a comment that holds the header as TOML (schema `detection`). The SELECT reads the relations of
`auditor.activity.relations` and nothing else, and names its parameters as `$name`. It returns these columns, and any
further column is a detail of the signal:

    principal, remote_ip, key    the subject; NULL for what the signal is not about
    bucket                       NULL when several buckets are concerned
    first_seen, last_seen        seconds since 1970
    event_count, bytes           records counted, and bytes where they matter (else 0)
    examples                     up to five texts from the column `evidence`
    severity                     a word where it differs from the header's, else NULL
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import Final, TypeAlias

from auditor import shape
from auditor.errors import InputError
from auditor.model import Severity
from auditor.reading import Json
from auditor.schema import read_toml
from checks.activity import DETECTIONS

Scalar: TypeAlias = int | float | str

FIXED_COLUMNS: Final = (
    "principal",
    "remote_ip",
    "key",
    "bucket",
    "first_seen",
    "last_seen",
    "event_count",
    "bytes",
    "examples",
    "severity",
)
RESERVED_PARAMETERS: Final = ("now", "window_first", "window_last")
"""What the engine binds by itself, in seconds since 1970."""


class Need(StrEnum):
    """What a detection may need, or use when it is there, beside the records of the window."""

    BASELINE = "baseline"
    GEOIP = "geoip"
    BARRED_COUNTRIES = "barred_countries"
    CORPORATE_NETWORKS = "corporate_networks"
    THREAT_LISTS = "threat_lists"
    ORGANISATION_ACCOUNTS = "organisation_accounts"
    PUBLIC_BUCKETS = "public_buckets"
    SENSITIVE_PREFIXES = "sensitive_prefixes"
    CANARIES = "canaries"
    DESTINATIONS = "destinations"
    DESTINATION_RECORDS = "destination_records"
    LOG_READERS = "log_readers"
    INFRASTRUCTURE_PRINCIPALS = "infrastructure_principals"
    MFA_PROFILE = "mfa_profile"
    SANCTIONED_TOOLS = "sanctioned_tools"
    EVERY_LOG_OBJECT = "every_log_object"
    """Absence of a record is evidence only where every log object of the time was read, never in a sample."""


class LooksAt(StrEnum):
    """Which records there must be for a detection to have seen anything."""

    WINDOW = "window"
    BASELINE = "baseline"
    """It looks for what the window lacks, so the window may be empty."""
    DOUBTFUL = "doubtful"
    """Lines that can be read in several ways count as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A number or text that the user may set; it is bound, never pasted into the SQL."""

    name: str
    default: Scalar
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """One rule over log records.

    `minimum_width` is the fewest fields of a record on which it may decide. `minimum_days` is how long the records
    must span, 0 for any time. `needs` are inputs without which it is not evaluated; `uses` are inputs that sharpen it.
    `says` is the sentence about a signal, with names of output columns in braces.
    """

    id: str
    catalogue: str
    title: str
    says: str
    severity: Severity
    use_cases: tuple[str, ...]
    techniques: tuple[str, ...]
    minimum_width: int
    minimum_days: int
    looks_at: LooksAt
    needs: tuple[Need, ...]
    uses: tuple[Need, ...]
    parameters: tuple[Parameter, ...]
    false_positives: str
    blind_spots: str
    sql: str

    @property
    def placeholders(self) -> frozenset[str]:
        """The names that the SELECT expects to be bound."""
        return frozenset(re.findall(r"\$([a-z][a-z0-9_]*)", self.sql))

    def reads(self, relation: str) -> bool:
        """Whether the SELECT names `relation`."""
        return re.search(rf"\b{relation}\b", self.sql) is not None


def load_detections() -> tuple[Detection, ...]:
    """Every built-in detection, in the order in which people read about them."""
    return tuple(load_detection(one) for one in DETECTIONS)


def load_detection(detection: str) -> Detection:
    """The built-in detection with that id; InputError when its file does not follow the schema."""
    name = f"{detection.replace('-', '_')}.sql"
    text = (resources.files("checks.activity") / name).read_text(encoding="utf-8")
    loaded = parse_detection(text, origin=name)
    if loaded.id != detection:
        raise InputError(f"{name}: the id must be {detection!r}, as the file is called")
    return loaded


def parse_detection(text: str, *, origin: str) -> Detection:
    """The detection in `text`; InputError naming `origin` and what is wrong."""
    found = re.fullmatch(r"\s*/\*(.*?)\*/(.*)", text, re.DOTALL)
    if found is None:
        raise InputError(f"{origin}: a detection begins with a comment that holds its header as TOML")
    header = read_toml(found[1], "detection", origin=origin, error=InputError)
    return Detection(
        id=shape.text(header["id"], "id"),
        catalogue=shape.text(header["catalogue"], "catalogue"),
        title=shape.text(header["title"], "title"),
        says=_prose(header["says"], "says"),
        severity=Severity.of(shape.text(header["severity"], "severity")),
        use_cases=_texts(header["use_cases"], "use_cases"),
        techniques=_texts(header["techniques"], "techniques"),
        minimum_width=_whole(header["minimum_width"], "minimum_width"),
        minimum_days=_whole(header.get("minimum_days", 0), "minimum_days"),
        looks_at=LooksAt(shape.text(header.get("looks_at", LooksAt.WINDOW.value), "looks_at")),
        needs=tuple(Need(word) for word in _texts(header["needs"], "needs")),
        uses=tuple(Need(word) for word in _texts(header["uses"], "uses")),
        parameters=_parameters(shape.mapping(header.get("parameters", {}), "parameters")),
        false_positives=_prose(header["false_positives"], "false_positives"),
        blind_spots=_prose(header["blind_spots"], "blind_spots"),
        sql=found[2].strip(),
    )


def _prose(value: Json, path: str) -> str:
    """Text that the file may break into lines anywhere."""
    return " ".join(shape.text(value, path).split())


def _texts(value: Json, path: str) -> tuple[str, ...]:
    return tuple(shape.text(item, path) for item in shape.array(value, path))


def _whole(value: Json, path: str) -> int:
    if isinstance(value, int):
        return value
    raise ValueError(f"{path} must be a whole number")


def _parameters(table: Mapping[str, Json]) -> tuple[Parameter, ...]:
    return tuple(_parameter(name, shape.mapping(value, name)) for name, value in table.items())


def _parameter(name: str, value: Mapping[str, Json]) -> Parameter:
    default = value["default"]
    if isinstance(default, bool) or not isinstance(default, int | float | str):
        raise ValueError(f"{name} must have a number or a text for its default")
    return Parameter(
        name=name,
        default=default,
        unit=shape.text(value["unit"], "unit"),
        meaning=shape.text(value["meaning"], "meaning"),
    )
