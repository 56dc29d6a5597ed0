"""prefix-present: FAIL for an empty prefix, unless the key format names the source by itself."""

from __future__ import annotations

import pytest

from auditor.model import Cause, Outcome
from auditor.reading import Json, Setting
from checks.posture.prefix_present import CHECK
from tests.estates import PARTITIONED, bucket, denied, destination, estate, paths, to, verdict_of

BY_DELIVERY: Json = {"PartitionedPrefix": {"PartitionDateSource": "DeliveryTime"}}


@pytest.mark.parametrize(
    ("prefix", "key_format", "outcome"),
    [
        ("app/", None, Outcome.PASS),
        ("app", None, Outcome.PASS),
        ("/", None, Outcome.PASS),
        (" ", None, Outcome.PASS),
        ("", None, Outcome.FAIL),
        ("", {"SimplePrefix": {}}, Outcome.FAIL),
        ("", PARTITIONED, Outcome.PASS),
        ("", BY_DELIVERY, Outcome.PASS),
        ("app/", PARTITIONED, Outcome.PASS),
    ],
)
def test_a_prefix_or_the_partitioned_format_names_the_source(prefix: str, key_format: Json, outcome: Outcome) -> None:
    """What matters is that keys can be selected by source."""
    built = estate(bucket("app", logging=to("logs", prefix, key_format=key_format)), destination("logs"))

    assert verdict_of(CHECK, built, "app").outcome is outcome


def test_the_format_is_evidence_where_it_decides() -> None:
    """The reader sees why an empty prefix passes."""
    built = estate(bucket("app", logging=to("logs", key_format=PARTITIONED)), destination("logs"))

    assert paths(verdict_of(CHECK, built, "app")) == {
        "logging:LoggingEnabled.TargetPrefix": "",
        "logging:LoggingEnabled.TargetObjectKeyFormat": PARTITIONED,
    }


def test_an_unknown_key_format_is_unknown() -> None:
    """A format newer than this program is not taken for the simple one."""
    built = estate(bucket("app", logging=to("logs", key_format={"HivePrefix": {}})), destination("logs"))

    assert verdict_of(CHECK, built, "app").cause is Cause.UNREADABLE


@pytest.mark.parametrize(
    ("made", "outcome"),
    [
        (bucket("app"), Outcome.NOT_APPLICABLE),
        (bucket("app", logging=denied(Setting.LOGGING)), Outcome.UNKNOWN),
    ],
)
def test_without_a_delivery_there_is_no_prefix(made: object, outcome: Outcome) -> None:
    """Off is not applicable, unreadable is unknown."""
    assert verdict_of(CHECK, estate(made), "app").outcome is outcome  # type: ignore[arg-type]  # a table of buckets
