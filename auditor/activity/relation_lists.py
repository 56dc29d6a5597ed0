"""The user's lists, matched in Python against what the records hold, so that SQL only has to compare for equality.

Networks, patterns and locations are decided once for each distinct address, principal and bucket.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from auditor.activity.addresses import Networks, neighbourhood, parse_address
from auditor.activity.relations import TABLES
from auditor.s3.glob import wildcards_only
from auditor.s3.log_keys import KeySpace, SimplePrefix, parse_log_key

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from auditor.activity.detection_inputs import Inputs, Place

_LOG_NAME: Final = re.compile(r"[0-9]{4}(?:-[0-9]{2}){5}-[0-9A-Za-z]{16}\Z")
_PARTITION: Final = re.compile(r"(?:\A|/)[0-9]{12}/[a-z0-9-]+/([^/]+)/[0-9]{4}/[0-9]{2}/[0-9]{2}/\Z")


def fill(connection: DuckDBPyConnection, inputs: Inputs, wanted: Collection[str]) -> None:
    """Fill the `wanted` tables from `inputs` and from the distinct values of the records."""
    if "word_list" in wanted:
        _insert(connection, "word_list", _words(inputs))
    if {"address", "address_list"} & {*wanted}:
        known, listed = _addresses(connection, inputs)
        if "address" in wanted:
            _insert(connection, "address", known)
        if "address_list" in wanted:
            _insert(connection, "address_list", listed)
    if "principal_list" in wanted:
        principals = _distinct(connection, "SELECT DISTINCT principal FROM exact_log")
        _insert(connection, "principal_list", _matched(_principal_patterns(inputs), principals))
    if {"bucket_list", "place_list"} & {*wanted}:
        buckets = _distinct(connection, "SELECT DISTINCT bucket FROM exact_log WHERE bucket IS NOT NULL")
        if "bucket_list" in wanted:
            _insert(connection, "bucket_list", _matched({"public_buckets": inputs.public_buckets or ()}, buckets))
        if "place_list" in wanted:
            _insert(connection, "place_list", _places(inputs, buckets))
    if "delivery" in wanted:
        objects = _distinct(connection, "SELECT DISTINCT log_object FROM exact_log")
        _insert(connection, "delivery", (row for name in objects if (row := _delivery(name)) is not None))


def _words(inputs: Inputs) -> list[tuple[str, str]]:
    lists = {
        "organisation_accounts": inputs.organisation_accounts,
        "barred_countries": inputs.barred_countries,
        "sanctioned_tools": inputs.sanctioned_tools,
    }
    given = [("given", need.value) for need in sorted(inputs.given())]
    # Tools are compared in lower case, as people do.
    return given + [
        (name, word.lower() if name == "sanctioned_tools" else word)
        for name, words in lists.items()
        for word in sorted(words or ())
    ]


def _principal_patterns(inputs: Inputs) -> dict[str, tuple[str, ...]]:
    return {
        "log_readers": inputs.log_readers or (),
        "infrastructure_principals": inputs.infrastructure_principals or (),
        "mfa_principals": inputs.mfa_principals or (),
    }


def _matched(patterns: dict[str, tuple[str, ...]], names: Sequence[str]) -> list[tuple[str, str]]:
    compiled = {listed: [wildcards_only(one) for one in wanted] for listed, wanted in patterns.items()}
    return [
        (listed, name)
        for listed, globs in compiled.items()
        for name in names
        if any(one.matches(name) for one in globs)
    ]


def _places(inputs: Inputs, buckets: Sequence[str]) -> list[tuple[str, str, str]]:
    lists: dict[str, tuple[Place, ...]] = {
        "sensitive_prefixes": inputs.sensitive_prefixes or (),
        "canaries": inputs.canaries or (),
        "destinations": inputs.destinations or (),
    }
    return [
        (name, bucket, prefix)
        for name, places in lists.items()
        for bucket in buckets
        for prefix in _outermost(place.prefix for place in places if wildcards_only(place.bucket).matches(bucket))
    ]


def _outermost(prefixes: Iterable[str]) -> list[str]:
    """The prefixes that no other one covers, so that no key is in two places of a list."""
    kept: list[str] = []
    for prefix in sorted(prefixes):
        if not any(prefix.startswith(outer) for outer in kept):
            kept.append(prefix)
    return kept


_Known: TypeAlias = tuple[str, str, str, bool | None, str | None, float | None, float | None]


def _addresses(connection: DuckDBPyConnection, inputs: Inputs) -> tuple[list[_Known], list[tuple[str, str, str]]]:
    """The rows of `address` and of `address_list`."""
    names = _distinct(connection, "SELECT DISTINCT remote_ip FROM exact_log WHERE remote_ip IS NOT NULL")
    lists = _network_lists(inputs)
    known: list[_Known] = []
    listed: list[tuple[str, str, str]] = []
    for name in names:
        address = parse_address(name)
        if address is None:
            known.append((name, name, name, None, None, None, None))
            continue
        place = neighbourhood(address)
        location = None if inputs.locations is None or not place.public else inputs.locations.locate(address)
        country, latitude, longitude = (
            (None, None, None) if location is None else (location.country, location.latitude, location.longitude)
        )
        known.append((name, place.network, place.region, place.public, country, latitude, longitude))
        listed.extend((one.list, one.name, name) for one in lists if address in one.networks)
    return known, listed


@dataclass(frozen=True, slots=True)
class _NetworkList:
    list: str
    name: str
    networks: Networks


def _network_lists(inputs: Inputs) -> list[_NetworkList]:
    single = {"corporate_networks": inputs.corporate_networks, "mfa_networks": inputs.mfa_networks}
    lists = [_NetworkList(name, name, given) for name, given in single.items() if given is not None]
    threats = inputs.threat_lists or {}
    return lists + [_NetworkList("threat_lists", name, given) for name, given in sorted(threats.items())]


def _delivery(log_object: str) -> tuple[str, int | None, str | None] | None:
    """When S3 delivered the log object, and for which source, as far as its key tells; None for any other file.

    A key that says 00-00-00 may name the day of the events instead (PartitionDateSource EventTime).
    """
    found = _LOG_NAME.search(log_object)
    if found is None:
        return None
    stem = log_object[: found.start()]
    space = KeySpace(prefix=stem, key_format=SimplePrefix(), account="", region="", bucket="")
    key = parse_log_key(log_object, space)
    if key is None or key.time is None:
        return None
    midnight = (key.time.hour, key.time.minute, key.time.second) == (0, 0, 0)
    partition = _PARTITION.search(stem)
    return log_object, None if midnight else int(key.time.timestamp()), None if partition is None else partition[1]


def _distinct(connection: DuckDBPyConnection, query: str) -> list[str]:
    return sorted(value for (value,) in connection.execute(query).fetchall())


def _insert(connection: DuckDBPyConnection, table: str, rows: Iterable[Sequence[object]]) -> None:
    """Insert `rows` as one statement with one bound list for each column."""
    columns = TABLES[table].split(", ")
    lists = [[*column] for column in zip(*rows, strict=True)]
    if not lists:
        return
    unnested = ", ".join(f"unnest(${index + 1}::{column.split()[1]}[])" for index, column in enumerate(columns))
    connection.execute(f"INSERT INTO {table} SELECT {unnested}", lists)
