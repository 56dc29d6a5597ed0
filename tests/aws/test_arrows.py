"""The arrows from sources to destinations decide what deserves a deep look."""

from __future__ import annotations

import pytest

from auditor.aws.arrows import destinations_of, possible_destinations
from auditor.model import Bucket
from auditor.reading import Absent, Json, Present, Reading, Setting, Unreadable

DENIED = Unreadable(setting=Setting.LOGGING, code="AccessDenied")
OFF = Absent()


def to(name: str) -> Reading[Json]:
    """Logging to the bucket `name`."""
    return Present(value={"LoggingEnabled": {"TargetBucket": name, "TargetPrefix": ""}})


def estate(*rows: tuple[str, str, str, Reading[Json] | None]) -> dict[tuple[str, str], Bucket]:
    """Buckets from (name, account, region or "", logging or None when it was not read)."""
    buckets = {}
    for name, account, region, logging in rows:
        where: Reading[str] = Present(value=region) if region else Unreadable(setting=Setting.REGION, code="403")
        readings = {} if logging is None else {Setting.LOGGING: logging}
        buckets["aws", name] = Bucket(name=name, account=account, region=where, readings=readings)
    return buckets


def names(keys: frozenset[tuple[str, str]]) -> set[str]:
    """The names in the keys."""
    return {name for _, name in keys}


def test_arrows_are_followed_to_their_end() -> None:
    """Destinations of destinations count too, loops end, and what is out of view is nobody's destination here."""
    buckets = estate(
        ("a", "1", "r", to("b")),
        ("b", "1", "r", to("c")),
        ("c", "1", "r", to("a")),
        ("self", "1", "r", to("self")),
        ("far", "1", "r", to("nowhere")),
        ("plain", "1", "r", OFF),
    )

    assert names(destinations_of(buckets, [("aws", "a")])) == {"a", "b", "c"}
    assert names(destinations_of(buckets, [("aws", "self"), ("aws", "far"), ("aws", "plain")])) == {"self"}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("off", "1", "r", OFF), ("on", "1", "r", to("off"))], set()),
        ([("off", "1", "r", OFF), ("denied", "1", "r", DENIED)], {"off"}),
        ([("off", "1", "r", OFF), ("denied", "2", "r", DENIED)], set()),
        ([("off", "1", "r", OFF), ("denied", "1", "s", DENIED)], set()),
        ([("off", "1", "r", OFF), ("denied", "1", "", DENIED)], {"off"}),
        ([("off", "1", "", OFF), ("denied", "1", "s", DENIED)], {"off"}),
        ([("off", "1", "r", OFF), ("unasked", "1", "r", None)], {"off"}),
        ([("on", "1", "r", to("x")), ("denied", "1", "r", DENIED)], set()),
        ([("off", "1", "r", OFF), ("odd", "1", "r", Present(value={"LoggingEnabled": {}}))], {"off"}),
    ],
)
def test_who_may_receive_the_logs_of_an_unread_bucket(
    rows: list[tuple[str, str, str, Reading[Json] | None]], expected: set[str]
) -> None:
    """Every bucket without logging beside a bucket whose logging is unknown, in the same account and Region."""
    assert names(possible_destinations(estate(*rows))) == expected


def test_a_deleted_bucket_logs_nowhere() -> None:
    """A bucket that is gone is no unread source."""
    buckets = estate(("off", "1", "r", OFF))
    gone = Unreadable(setting=Setting.LOGGING, code="NoSuchBucket")
    buckets["aws", "gone"] = Bucket(
        name="gone", account="1", region=Present(value="r"), deleted=True, readings={Setting.LOGGING: gone}
    )

    assert possible_destinations(buckets) == frozenset()
