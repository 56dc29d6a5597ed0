"""The access logs that AWS would have delivered: ordinary days of work, with nothing to find in them.

Records have the 27 fields of the S3 User Guide, "Amazon S3 server access log format". Requests come from addresses
that are reserved for documentation (RFC 5737), and the same bucket and time always give the same records.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final
from urllib.parse import quote

from auditor.demo.plan import Arrivals, Data, DemoBucket

RECORDS = 16
"""Records in one log object."""
AGES: Mapping[Arrivals, tuple[timedelta, ...]] = {
    Arrivals.FRESH: (timedelta(hours=27), timedelta(hours=9), timedelta(hours=3), timedelta(minutes=25)),
    Arrivals.STOPPED: (timedelta(days=41), timedelta(days=40, hours=6), timedelta(days=40)),
    Arrivals.NONE: (),
}
"""How old the log objects of a source are, oldest first."""

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LAG: Final = timedelta(minutes=8)
_KEYS: Final[Mapping[Data, tuple[str, ...]]] = {
    Data.PHI: ("patients/{n}/summary.pdf", "patients/{n}/lab/panel.json", "imaging/{n}/series.dcm"),
    Data.PHI_OF_EUROPEANS: ("patients/{n}/lab/panel.json", "patients/{n}/lab/biopsy {n}.pdf"),
    Data.CARDHOLDER: ("vault/{n}/token.bin",),
    Data.FINANCIAL: ("ledger/2026/{n}.csv", "invoices/2026/{n}.pdf"),
    Data.PERSONAL: ("people/{n}/contract.pdf", "people/{n}/photo.jpg", "forms/onboarding {n}.pdf"),
    Data.INTERNAL: ("reports/2026/{n}.parquet", "batch/{n}/part-0000.json"),
    Data.PUBLIC: ("assets/{n}.webp", "assets/{n}.css"),
    Data.LOGS: ("{n}/2026-11-01-00-00-00-0123456789ABCDEF",),
}
_OPERATIONS: Final = (
    *(("REST.GET.OBJECT", "GET", 200),) * 9,
    *(("REST.PUT.OBJECT", "PUT", 200),) * 3,
    *(("REST.HEAD.OBJECT", "HEAD", 200),) * 2,
    ("REST.GET.BUCKET", "GET", 200),
    ("REST.GET.OBJECT", "GET", 404),
)
_PEOPLE: Final = ("amara.okafor", "jonas.lindqvist", "mei.tanaka")
_AGENTS: Final = {
    True: "aws-sdk-java/2.31.4 Linux/6.1 OpenJDK_64-Bit_Server_VM/21",
    False: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LogObject:
    """A log object as log delivery writes it; `delivered` is its LastModified and the time in its key."""

    key: str
    body: bytes
    delivered: datetime


def log_objects(source: DemoBucket, *, now: datetime) -> tuple[LogObject, ...]:
    """The log objects of a source that lie at its destination at `now`, oldest first."""
    ages = AGES[source.arrivals] if source.logs_to else ()
    return tuple(_log_object(source, (now - age).astimezone(UTC).replace(microsecond=0)) for age in ages)


def _log_object(source: DemoBucket, delivered: datetime) -> LogObject:
    dice = Random(f"{source.name} {delivered.isoformat()}")  # noqa: S311  # traffic, not secrets
    begin = delivered - _LAG - timedelta(hours=1)
    seconds = sorted(dice.randrange(3600) for _ in range(RECORDS))
    records = [_record(source, begin + timedelta(seconds=second), dice) for second in seconds]
    unique = f"{dice.getrandbits(64):016X}"
    return LogObject(
        key=f"{source.key_prefix}{delivered:%Y-%m-%d-%H-%M-%S}-{unique}",
        body="".join(f"{record}\n" for record in records).encode(),
        delivered=delivered,
    )


def _record(source: DemoBucket, at: datetime, dice: Random) -> str:
    operation, method, status = dice.choice(_OPERATIONS)
    listing = operation == "REST.GET.BUCKET"
    machine = dice.random() < 0.8
    key = "" if listing else dice.choice(_KEYS[source.data]).format(n=dice.randrange(1000, 9999))
    once = quote(key)
    size = dice.randrange(2_000, 900_000)
    downloads = operation == "REST.GET.OBJECT" and status == 200
    sent = size if downloads else 243 if status == 404 else dice.randrange(300, 4000) if listing else None
    total = dice.randrange(8, 240)
    fields = (
        _owner(source.place.account),
        source.name,
        f"[{at.day:02}/{_MONTHS[at.month - 1]}/{at:%Y:%H:%M:%S} +0000]",
        f"203.0.113.{dice.randrange(10, 60)}" if machine else f"198.51.100.{dice.randrange(10, 30)}",
        _requester(source, dice, machine=machine),
        f"{dice.getrandbits(64):016X}",
        operation,
        # All but a few operations log the key URL-encoded twice.
        "-" if listing else quote(once),
        f'"{method} /{"?list-type=2&prefix=" if listing else once} HTTP/1.1"',
        str(status),
        "NoSuchKey" if status == 404 else "-",
        _or_dash(sent),
        _or_dash(None if listing or status == 404 else size),
        str(total),
        _or_dash(None if method == "HEAD" else dice.randrange(5, total + 1)),
        '"-"',
        f'"{_AGENTS[machine]}"',
        "-",
        f"{dice.getrandbits(160):040x}=",
        "SigV4",
        "TLS_AES_128_GCM_SHA256",
        "AuthHeader",
        f"{source.name}.s3.{source.place.region}.amazonaws.com",
        "TLSv1.3",
        "-",
        "-",
        source.place.region if machine else "-",
    )
    return " ".join(fields)


def _owner(account: str) -> str:
    """A canonical user id: 64 hexadecimal digits that say nothing."""
    return hashlib.sha256(account.encode()).hexdigest()


def _requester(source: DemoBucket, dice: Random, *, machine: bool) -> str:
    account = source.place.account
    if machine:
        role = f"{source.name}-app"
        return f"arn:aws:sts::{account}:assumed-role/{role}/i-0{dice.getrandbits(16):016x}"
    return f"arn:aws:sts::{account}:assumed-role/acme-staff/{dice.choice(_PEOPLE)}"


def _or_dash(number: int | None) -> str:
    return "-" if number is None else str(number)
