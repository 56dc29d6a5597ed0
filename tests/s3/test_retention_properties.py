"""Properties of retention that hold for any rules, documented or not."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.s3.days import FOREVER, DayCount, Decided
from auditor.s3.intelligent_tiering import NO_ARCHIVE_TIERS, ArchiveTiers, parse_archive_tiers
from auditor.s3.lifecycle_parse import parse_lifecycle
from auditor.s3.lifecycle_terms import HOT_CLASSES, settle
from auditor.s3.log_keys import KeySpace, SimplePrefix
from auditor.s3.retention import Retention, retention_of
from auditor.s3.versioning import UNREAD_VERSIONING, Versioning, parse_versioning

NEVER: dict[str, str] = {}
ENABLED = {"Status": "Enabled"}
SUSPENDED = {"Status": "Suspended"}


def tiers(status: str, days: int) -> ArchiveTiers:
    tier = {"AccessTier": "ARCHIVE_ACCESS", "Days": days}
    listed = [{"Id": "t", "Status": status, "Tierings": [tier]}]
    return parse_archive_tiers({"IntelligentTieringConfigurationList": listed})


def numbers(result: Retention) -> list[tuple[object, object]]:
    counts = (result.visible, result.guaranteed, result.maximum, result.hot)
    return [(count.low, count.high) for count in counts]


numbers_of_days = st.integers(1, 400)
scopes = st.sampled_from(
    [
        {},
        {"Prefix": "logs/"},
        {"Prefix": "logs/2026"},
        {"Prefix": "logs/2019"},
        {"Prefix": "other/"},
        {"ObjectSizeGreaterThan": 1000},
        {"And": {"Prefix": "logs/2026-1", "ObjectSizeLessThan": 500}},
        {"Tag": {"Key": "k", "Value": "v"}},
        {"Suffix": "?"},
    ]
)
expirations = st.fixed_dictionaries({"Days": numbers_of_days}) | st.sampled_from(
    [{"Date": "2024-01-01"}, {"Date": "2027-02-01"}, {"ExpiredObjectDeleteMarker": True}, {"Days": "?"}, {}]
)
transitions = st.fixed_dictionaries(
    {
        "Days": st.integers(0, 400),
        "StorageClass": st.sampled_from(
            ["STANDARD_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE", "FROZEN"]
        ),
    }
)
noncurrents = st.fixed_dictionaries(
    {"NoncurrentDays": numbers_of_days}, optional={"NewerNoncurrentVersions": st.integers(0, 3)}
)
statuses = st.sampled_from(["Enabled", "Enabled", "Enabled", "Disabled", "?"])
any_rule = st.fixed_dictionaries(
    {"Status": statuses, "Filter": scopes},
    optional={
        "ID": st.text(max_size=3),
        "Expiration": expirations,
        "Transitions": st.lists(transitions, max_size=2),
        "NoncurrentVersionExpiration": noncurrents,
        "Unheard": st.just(1),
    },
)
any_rules = st.lists(any_rule, max_size=4)
any_versioning = st.sampled_from(
    [
        *(parse_versioning(document) for document in (NEVER, ENABLED, SUSPENDED)),
        UNREAD_VERSIONING,
        parse_versioning({"Status": "Enabled", "MFADelete": "Enabled"}),
    ]
)
any_tiers = st.sampled_from([None, NO_ARCHIVE_TIERS, tiers("Enabled", 90), tiers("?", 100)])
any_hot = st.frozensets(st.sampled_from(["STANDARD_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER"])).map(
    lambda classes: classes | {"STANDARD"}
)


def asked(rules: list[dict[str, Any]], prefix: str = "logs/", **settled: Any) -> Retention:
    return retention_of(
        settle(
            parse_lifecycle({"Rules": rules}),
            settled["versioning"],
            now=datetime(2026, 11, 22, 12, tzinfo=UTC),
            hot_classes=settled["hot"],
            tiers=settled["tiers"],
        ),
        KeySpace(prefix=prefix, key_format=SimplePrefix(), account="1", region="eu-west-1", bucket="b"),
    )


common = {"rules": any_rules, "versioning": any_versioning, "tiers": any_tiers, "hot": any_hot}


@settings(max_examples=70, deadline=None)
@given(**common)
def test_the_four_numbers_are_ordered(
    rules: list[dict[str, Any]], versioning: Versioning, tiers: ArchiveTiers | None, hot: frozenset[str]
) -> None:
    """hot <= visible <= guaranteed <= maximum, bound by bound; an open count is really open and says why."""
    result = asked(rules, versioning=versioning, tiers=tiers, hot=hot)
    counts = (result.hot, result.visible, result.guaranteed, result.maximum)

    assert sorted(count.low for count in counts) == [count.low for count in counts]
    assert sorted(count.high for count in counts) == [count.high for count in counts]
    for count in counts:
        assert count.facts
        assert count.sentence.endswith(".")
        assert count.sentence[0].isupper()
        assert isinstance(count, Decided) or count.low < count.high


@settings(max_examples=70, deadline=None)
@given(added=any_rule, **common)
def test_one_more_rule_never_keeps_logs_longer(
    rules: list[dict[str, Any]],
    added: dict[str, Any],
    versioning: Versioning,
    tiers: ArchiveTiers | None,
    hot: frozenset[str],
) -> None:
    """Adding a rule, or enabling one, raises no bound of visible, guaranteed or maximum."""
    settled: dict[str, Any] = {"versioning": versioning, "tiers": tiers, "hot": hot}
    before, after = asked(rules, **settled), asked([*rules, added], **settled)

    for fewer, more in zip(kept(before), kept(after), strict=True):
        assert more.low <= fewer.low
        assert more.high <= fewer.high


def kept(result: Retention) -> tuple[DayCount, ...]:
    return (result.visible, result.guaranteed, result.maximum)


@settings(max_examples=50, deadline=None)
@given(**common)
def test_a_disabled_rule_is_as_good_as_none(
    rules: list[dict[str, Any]], versioning: Versioning, tiers: ArchiveTiers | None, hot: frozenset[str]
) -> None:
    """Disabled rules change no number."""
    settled: dict[str, Any] = {"versioning": versioning, "tiers": tiers, "hot": hot}
    dormant = [{**rule, "Status": "Disabled"} for rule in rules]
    live = [rule for rule in rules if rule["Status"] != "Disabled"]

    assert numbers(asked(rules, **settled)) == numbers(asked([*live, *dormant], **settled))


@settings(max_examples=50, deadline=None)
@given(shuffled=st.randoms(use_true_random=False), **common)
def test_the_order_of_rules_is_irrelevant(
    rules: list[dict[str, Any]],
    shuffled: Random,
    versioning: Versioning,
    tiers: ArchiveTiers | None,
    hot: frozenset[str],
) -> None:
    """S3 applies all rules to every object; their order means nothing."""
    settled: dict[str, Any] = {"versioning": versioning, "tiers": tiers, "hot": hot}
    other = rules[:]
    shuffled.shuffle(other)
    before, after = asked(rules, **settled), asked(other, **settled)

    assert numbers(after) == numbers(before)
    assert after.coverage.extent is before.coverage.extent


@settings(max_examples=50, deadline=None)
@given(status=st.sampled_from([NEVER, ENABLED, SUSPENDED]), rules=any_rules)
def test_unknown_versioning_never_contradicts_the_truth(rules: list[dict[str, Any]], status: dict[str, str]) -> None:
    """Whatever state the bucket turns out to have, its numbers lie within the open ones."""
    settled: dict[str, Any] = {"tiers": NO_ARCHIVE_TIERS, "hot": HOT_CLASSES}
    known = asked(rules, versioning=parse_versioning(status), **settled)
    unknown = asked(rules, versioning=UNREAD_VERSIONING, **settled)

    for sure, unsure in zip((*kept(known), known.hot), (*kept(unknown), unknown.hot), strict=True):
        assert unsure.low <= sure.low
        assert sure.high <= unsure.high


@settings(max_examples=50, deadline=None)
@given(prefix=st.text(max_size=12), selected=st.text(max_size=14), days=numbers_of_days)
def test_any_prefix_and_filter_are_answered(prefix: str, selected: str, days: int) -> None:
    """A filter that the prefix starts with covers it; one that shares no beginning with it does nothing."""
    settled: dict[str, Any] = {"versioning": parse_versioning(NEVER), "tiers": NO_ARCHIVE_TIERS, "hot": HOT_CLASSES}
    result = asked([{"Status": "Enabled", "Prefix": selected, "Expiration": {"Days": days}}], prefix=prefix, **settled)

    assert isinstance(result.guaranteed, Decided)
    if prefix.startswith(selected):
        assert result.guaranteed.days == days
    elif not selected.startswith(prefix):
        assert result.guaranteed.days is FOREVER
