"""Tests of which log objects a rule selects, from the documented names of log objects."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.s3.lifecycle import Scope
from auditor.s3.lifecycle_terms import RuleTerms
from auditor.s3.log_groups import Names, Reach, key_reach, log_groups, names_of, scope_reach
from auditor.s3.log_keys import KeyFormat, KeySpace, PartitionedPrefix, SimplePrefix

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SIMPLE = "2023-03-01-21-32-16-E568B2907131C0C0"
PARTITIONED = f"2023/03/01/{SIMPLE}"


def simple(prefix: str) -> Names:
    return names(prefix, SimplePrefix())


def partitioned(prefix: str) -> Names:
    return names(prefix, PartitionedPrefix())


def names(prefix: str, key_format: KeyFormat) -> Names:
    return names_of(
        KeySpace(prefix=prefix, key_format=key_format, account="123456789012", region="us-west-2", bucket="b")
    )


FOLDERS = "123456789012/us-west-2/b/"


@pytest.mark.parametrize(
    ("prefix", "written", "reach"),
    [
        ("", simple("logs/"), Reach.ALL),
        ("logs/", simple("logs/"), Reach.ALL),
        ("log", simple("logs/"), Reach.ALL),
        ("logs/2", simple("logs/"), Reach.ALL),
        ("logs/20", simple("logs/"), Reach.ALL),
        ("logs/202", simple("logs/"), Reach.SOME),
        ("logs/2026", simple("logs/"), Reach.SOME),
        ("logs/2026-", simple("logs/"), Reach.SOME),
        ("logs/2026/", simple("logs/"), Reach.NONE),
        ("logs/2026-11-22-10-00-00-", simple("logs/"), Reach.SOME),
        ("logs/2026-11-22-10-00-00-AB", simple("logs/"), Reach.SOME),
        ("logs/2026/11/22/2026-11-22-", simple("logs/"), Reach.NONE),
        ("logs/1999", simple("logs/"), Reach.NONE),
        ("logs/2026-11/", simple("logs/"), Reach.NONE),
        ("logs/archive/", simple("logs/"), Reach.NONE),
        ("logs/123456789012/", simple("logs/"), Reach.NONE),
        ("logs/", simple("logs"), Reach.NONE),
        ("logs2026", simple("logs"), Reach.SOME),
        ("Logs/", simple("logs/"), Reach.NONE),
        ("/logs/", simple("logs/"), Reach.NONE),
        ("logs/*", simple("logs/"), Reach.NONE),
        ("tmp/", simple(""), Reach.NONE),
        ("2026", simple(""), Reach.SOME),
        ("", simple(""), Reach.ALL),
        ("logs/٢0", simple("logs/"), Reach.NONE),
        ("logs/", partitioned("logs/"), Reach.ALL),
        ("logs/123456789012/", partitioned("logs/"), Reach.ALL),
        ("logs/123456789012/us-west-2/bb", partitioned("logs/"), Reach.NONE),
        ("logs/2026", partitioned("logs/"), Reach.NONE),
        (f"logs/{FOLDERS}20", partitioned("logs/"), Reach.ALL),
        (f"logs/{FOLDERS}2026/", partitioned("logs/"), Reach.SOME),
        (f"logs/{FOLDERS}2026-", partitioned("logs/"), Reach.NONE),
        (f"logs/{FOLDERS}2026/11/22/2026-11-22-00-00-00-A", partitioned("logs/"), Reach.SOME),
    ],
)
def test_a_prefix_selects_the_keys_that_s3_writes(prefix: str, written: Names, reach: Reach) -> None:
    """After the stem comes a date (S3 User Guide, ServerLogs), so `tmp/` selects no log of an empty prefix."""
    assert key_reach(prefix, written) is reach


@given(prefix=st.sampled_from(["", "logs", "logs/", "a//b/", "2026/"]), cut=st.integers(0, 100))
def test_a_prefix_of_a_real_key_selects_it(prefix: str, cut: int) -> None:
    """No beginning of a documented log key is ever said to select no log."""
    assert key_reach((prefix + SIMPLE)[:cut], simple(prefix)) is not Reach.NONE
    assert key_reach((prefix + FOLDERS + PARTITIONED)[:cut], partitioned(prefix)) is not Reach.NONE


@pytest.mark.parametrize(
    ("scope", "reach"),
    [
        (Scope(), Reach.ALL),
        (Scope(tags=("k=v",)), Reach.NONE),
        (Scope(size_from=1, sized=True), Reach.ALL),
        (Scope(size_from=2, sized=True), Reach.ALL),
        (Scope(size_from=62, sized=True), Reach.ALL),
        (Scope(size_from=63, sized=True), Reach.SOME),
        (Scope(size_below=62, sized=True), Reach.NONE),
        (Scope(size_below=1, sized=True), Reach.NONE),
        (Scope(size_below=63, sized=True), Reach.SOME),
        (Scope(size_from=100, size_below=100, sized=True), Reach.NONE),
        (Scope(size_below=10**15, sized=True), Reach.SOME),
        (Scope(prefix="logs/2026", size_from=2, sized=True), Reach.SOME),
    ],
)
def test_sizes_and_tags_limit_a_rule(scope: Scope, reach: Reach) -> None:
    """A log object holds a record of at least 62 bytes, and S3 delivers it without tags."""
    assert scope_reach(scope, simple("logs/")) is reach


def rules(*scopes: Scope) -> list[RuleTerms]:
    return [RuleTerms(scope=scope, rule=None) for scope in scopes]


def test_groups_cut_at_prefixes_and_sizes() -> None:
    """Each group is under the longest prefix that applies and within one range of sizes."""
    everything, small, this_year, other = rules(
        Scope(), Scope(size_below=1000, sized=True), Scope(prefix="logs/2026"), Scope(prefix="other/")
    )
    groups = log_groups([everything, small, this_year, other], simple("logs/"), now=NOW)
    assert groups is not None

    assert [(group.prefix, group.size_from, group.size_below) for group in groups] == [
        ("logs/", 62, 1000),
        ("logs/", 1000, None),
        ("logs/2026", 62, 1000),
        ("logs/2026", 1000, None),
    ]
    assert [list(group.rules) for group in groups] == [
        [everything, small],
        [everything],
        [everything, small, this_year],
        [everything, this_year],
    ]


def test_without_rules_there_is_one_group() -> None:
    """All log objects are alike."""
    groups = log_groups([], simple("logs/"), now=NOW)
    assert groups is not None

    assert [(group.prefix, group.size_from, group.size_below, list(group.rules)) for group in groups] == [
        ("logs/", 62, None, [])
    ]


@pytest.mark.parametrize("same_prefix", [True, False])
def test_hostile_configurations_are_given_up_quickly(same_prefix: bool) -> None:
    """Rules that cut the logs into millions of groups are not worked through."""
    scopes = [
        Scope(prefix="logs/" if same_prefix else f"logs/2026-11-22-10-00-00-{n:05}", size_from=n * 1000, sized=True)
        for n in range(1000)
    ]
    before = datetime.now(UTC)

    assert log_groups(rules(*scopes), simple("logs/"), now=NOW) is None
    assert (datetime.now(UTC) - before).total_seconds() < 5
