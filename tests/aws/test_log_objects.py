"""Where logs arrive is worked out per key space, and an overview rules out only what cannot be there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.aws.log_objects import log_places, rules_out, window_start
from auditor.model import Bucket
from auditor.reading import Absent, Json, Present, Reading, Setting, Unreadable
from auditor.s3.log_keys import KeySpace, PartitionDateSource, PartitionedPrefix, SimplePrefix

ACCOUNT = "111122223333"


def overview(keys: list[str], *, truncated: bool = False) -> Reading[Json]:
    """What ListObjectsV2 with the delimiter `/` answers for a bucket with these keys."""
    heads = sorted({key.split("/")[0] + "/" for key in keys if "/" in key})
    prefixes: list[Json] = [{"Prefix": head} for head in heads]
    contents: list[Json] = [{"Key": key} for key in keys if "/" not in key]
    document: dict[str, Json] = {"IsTruncated": truncated, "CommonPrefixes": prefixes, "Contents": contents}
    return Present(value=document)


@given(
    keys=st.lists(st.text(alphabet="ab/-2", min_size=1, max_size=6), max_size=8),
    stem=st.text(alphabet="ab/-2", max_size=5),
)
def test_a_complete_overview_rules_out_only_what_is_not_there(keys: list[str], stem: str) -> None:
    """When a stem is ruled out, no key begins with it."""
    if rules_out(overview(keys), stem):
        assert not any(key.startswith(stem) for key in keys)


@pytest.mark.parametrize(
    ("keys", "stem", "out"),
    [
        ([], "app/", True),
        ([], "", True),
        (["app/1"], "app/", False),
        (["app/1"], "app/deeper/", False),
        (["other/1"], "app/deeper/", True),
        (["app2026"], "app", False),
        (["/x"], "/logs/", False),
        (["x"], "/logs/", True),
    ],
)
def test_what_an_overview_rules_out(keys: list[str], stem: str, out: bool) -> None:
    """Only the first path segment is compared, because no more is known."""
    assert rules_out(overview(keys), stem) is out


@pytest.mark.parametrize(
    "reading",
    [
        overview([], truncated=True),
        Absent(),
        Unreadable(setting=Setting.TOP_LEVEL_KEYS, code="AccessDenied"),
        Present(value=None),
        Present(value={}),
    ],
)
def test_an_incomplete_overview_rules_out_nothing(reading: Reading[Json]) -> None:
    """A page that is not the last, or was not read, proves no absence."""
    assert not rules_out(reading, "app/")


def test_the_window_begins_early() -> None:
    """An hour, for an object is written after its time; with EventTime at the start of the day, whose folder it is."""
    now = datetime(2026, 11, 22, 20, 15, 7, 5, tzinfo=UTC)
    simple = KeySpace(prefix="", key_format=SimplePrefix(), account="", region="", bucket="")
    by_event = KeySpace(prefix="", key_format=PartitionedPrefix(), account="", region="", bucket="")
    by_delivery = KeySpace(
        prefix="",
        key_format=PartitionedPrefix(PartitionDateSource.DELIVERY_TIME),
        account="",
        region="",
        bucket="",
    )

    assert window_start(simple, now, timedelta(hours=48)) == datetime(2026, 11, 20, 19, 15, 7, tzinfo=UTC)
    assert window_start(by_delivery, now, timedelta(hours=48)) == datetime(2026, 11, 20, 19, 15, 7, tzinfo=UTC)
    assert window_start(by_event, now, timedelta(hours=48)) == datetime(2026, 11, 20, tzinfo=UTC)


def bucket(
    name: str, *, to: str = "", prefix: str = "", key_format: Json = None, region: str = "eu-west-1", scope: bool = True
) -> tuple[tuple[str, str], Bucket]:
    """A bucket that logs to `to` under `prefix`, in scope or not."""
    enabled: dict[str, Json] = {"TargetBucket": to, "TargetPrefix": prefix}
    if key_format is not None:
        enabled["TargetObjectKeyFormat"] = key_format
    logging: Reading[Json] = Present(value={"LoggingEnabled": enabled}) if to else Absent()
    where: Reading[str] = Present(value=region) if region else Unreadable(setting=Setting.LOCATION, code="AccessDenied")
    readings: Mapping[Setting, Reading[Json]] = {Setting.LOGGING: logging}
    return ("aws", name), Bucket(name=name, account=ACCOUNT, region=where, in_scope=scope, readings=readings)


PARTITIONED: Json = {"PartitionedPrefix": {"PartitionDateSource": "EventTime"}}


def test_sources_with_one_stem_share_one_place() -> None:
    """One listing answers for all sources of a stem; a partitioned stem is each source's own."""
    buckets = dict(
        [
            bucket("logs"),
            bucket("a", to="logs", prefix="x/"),
            bucket("b", to="logs", prefix="x/"),
            bucket("c", to="logs", prefix="y/"),
            bucket("d", to="logs", prefix="x/", key_format=PARTITIONED),
            bucket("e", to="logs", prefix="x/", key_format=PARTITIONED),
        ]
    )

    (places,) = log_places(buckets).values()

    assert [(place.space.stem, place.sources) for place in places] == [
        ("x/", ("a", "b")),
        ("y/", ("c",)),
        (f"x/{ACCOUNT}/eu-west-1/d/", ("d",)),
        (f"x/{ACCOUNT}/eu-west-1/e/", ("e",)),
    ]
    assert {place.region for place in places} == {"eu-west-1"}


def test_sources_without_a_place() -> None:
    """No listing for a destination out of view, a source out of scope, or keys that hold an unknown Region."""
    buckets = dict(
        [
            bucket("logs"),
            bucket("strange", to="elsewhere"),
            bucket("filtered", to="logs", scope=False),
            bucket("lost", to="logs", key_format=PARTITIONED, region=""),
            bucket("off"),
        ]
    )

    assert log_places(buckets) == {}
