"""The arithmetic agrees with a simulator that lives through every midnight as S3's documentation describes it.

The simulator knows nothing of the code under test: it reads the raw document, object by object, hour by hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil, floor, inf
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.s3.days import FOREVER, DayCount, Days, Decided
from auditor.s3.intelligent_tiering import NO_ARCHIVE_TIERS
from auditor.s3.lifecycle_parse import parse_lifecycle
from auditor.s3.lifecycle_terms import HOT_CLASSES, settle
from auditor.s3.log_keys import KeySpace, SimplePrefix
from auditor.s3.retention import Retention, retention_of
from auditor.s3.versioning import parse_versioning

Rule = dict[str, Any]

START = datetime(2026, 11, 22, tzinfo=UTC)
NOW_HOURS = 10
LOGS = KeySpace(prefix="logs/", key_format=SimplePrefix(), account="1", region="eu-west-1", bucket="b")
KEYS = ("logs/2025-03-01-00-00-00-A", "logs/2026-03-01-00-00-00-A", "logs/2026-11-20-00-00-00-A")
SIZES = (62, 101, 131_071, 131_072, 200_001)
HORIZON_DAYS = 30

COST = ("STANDARD", "STANDARD_IA", "ONEZONE_IA", "GLACIER_IR", "INTELLIGENT_TIERING", "GLACIER", "DEEP_ARCHIVE")
ONWARD = {
    "STANDARD": set(COST[1:]),
    "STANDARD_IA": set(COST[2:]),
    "ONEZONE_IA": {"GLACIER", "DEEP_ARCHIVE"},
    "GLACIER_IR": {"GLACIER", "DEEP_ARCHIVE"},
    "INTELLIGENT_TIERING": {"ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"},
    "GLACIER": {"DEEP_ARCHIVE"},
    "DEEP_ARCHIVE": set[str](),
}


@dataclass
class Log:
    """One log object; times are hours since START, None for never."""

    key: str
    size: int
    created: int
    null_version: bool
    storage_class: str = "STANDARD"
    cold: int | None = None
    hidden: int | None = None
    gone: int | None = None
    deferred_days: int = 0


def matches(rule: Rule, log: Log) -> bool:
    scope = rule["Filter"].get("And", rule["Filter"])
    return (
        rule["Status"] == "Enabled"
        and log.key.startswith(scope.get("Prefix", ""))
        and log.size > scope.get("ObjectSizeGreaterThan", -1)
        and log.size < scope.get("ObjectSizeLessThan", 10**12)
        and not scope.get("Tags")
    )


def due(action: dict[str, Any], since: int, *, key: str = "Days") -> int:
    """The midnight from which the action is due."""
    if "Date" in action:
        return int((datetime.fromisoformat(action["Date"]) - START) / timedelta(hours=1))
    return ceil((since + 24 * int(action[key])) / 24) * 24


def large_enough(rule: Rule, log: Log, *, storage_class: str, minimum: str) -> bool:
    scope = rule["Filter"].get("And", rule["Filter"])
    if "ObjectSizeGreaterThan" in scope or "ObjectSizeLessThan" in scope or log.size >= 128 * 1024:
        return True
    return minimum == "varies_by_storage_class" and storage_class in {"GLACIER", "DEEP_ARCHIVE"}


def live_through(log: Log, rules: list[Rule], *, state: str, minimum: str, hot: frozenset[str]) -> Log:
    mine = [rule for rule in rules if matches(rule, log)]
    expiry = min((due(rule["Expiration"], log.created) for rule in mine if "Expiration" in rule), default=inf)
    moves = [
        (due(move, log.created), move["StorageClass"])
        for rule in mine
        for move in rule.get("Transitions", [])
        if large_enough(rule, log, storage_class=move["StorageClass"], minimum=minimum)
    ]
    removals = [rule.get("NoncurrentVersionExpiration", {"NewerNoncurrentVersions": 1}) for rule in mine]
    removals = [removal for removal in removals if "NewerNoncurrentVersions" not in removal]
    first = ceil(log.created / 24) * 24
    for midnight in range(first, first + HORIZON_DAYS * 24, 24):
        if log.gone is not None:
            break
        if log.hidden is not None:
            if any(midnight >= due(removal, log.hidden, key="NoncurrentDays") for removal in removals):
                log.gone = midnight
            continue
        now_due = [to for day, to in moves if midnight >= day and to in ONWARD[log.storage_class]]
        if midnight >= expiry and (state == "" or (state == "Suspended" and log.null_version)):
            log.hidden = log.gone = midnight
        elif now_due:  # one action a day, and a transition comes before a delete marker
            log.storage_class = max(now_due, key=COST.index)
            if log.cold is None and log.storage_class not in hot:
                log.cold = midnight
            log.deferred_days += midnight >= expiry
        elif midnight >= expiry:
            log.hidden = midnight
    return log


def whole_days(log: Log, end: int | None, *, deferrable: bool = True) -> Days:
    """The age at the end in whole days, without the days that one-action-a-day put it off."""
    if end is None:
        return FOREVER
    return floor((end - log.created) / 24) - (log.deferred_days if deferrable else 0)


def hot_days(log: Log) -> Days:
    return min(whole_days(log, log.cold, deferrable=False), whole_days(log, log.hidden))


days = st.integers(1, 5)
near_date = st.integers(-3, 6).map(lambda day: (START + timedelta(days=day)).isoformat())
scopes = st.sampled_from(
    [
        {},
        {"Prefix": ""},
        {"Prefix": "logs/"},
        {"Prefix": "logs/20"},
        {"Prefix": "logs/2026-"},
        {"Prefix": "logs/2026-11-2"},
        {"Prefix": "logs/archive/"},
        {"Prefix": "other/"},
        {"ObjectSizeGreaterThan": 1},
        {"ObjectSizeGreaterThan": 100},
        {"ObjectSizeLessThan": 200_000},
        {"And": {"Prefix": "logs/2026", "ObjectSizeGreaterThan": 200_000}},
        {"And": {"ObjectSizeGreaterThan": 100, "ObjectSizeLessThan": 131_072}},
        {"And": {"Prefix": "logs/", "Tags": [{"Key": "k", "Value": "v"}]}},
    ]
)
by_days = st.fixed_dictionaries({"Days": days})
expirations = by_days | by_days | by_days | st.fixed_dictionaries({"Date": near_date})
transitions = st.builds(
    lambda when, storage_class: {**when, "StorageClass": storage_class},
    st.fixed_dictionaries({"Days": st.integers(0, 5)}) | st.fixed_dictionaries({"Date": near_date}),
    st.sampled_from(COST[1:]),
)
removals = st.fixed_dictionaries(
    {"NoncurrentDays": st.integers(1, 4)}, optional={"NewerNoncurrentVersions": st.integers(1, 3)}
)
some_rules = st.lists(
    st.fixed_dictionaries(
        {"Status": st.sampled_from(["Enabled", "Enabled", "Enabled", "Disabled"]), "Filter": scopes},
        optional={
            "Expiration": expirations,
            "Transitions": st.lists(transitions, min_size=1, max_size=2),
            "NoncurrentVersionExpiration": removals,
            "AbortIncompleteMultipartUpload": st.just({"DaysAfterInitiation": 7}),
        },
    ).filter(lambda rule: len(rule) > 2),
    max_size=4,
)
states = st.sampled_from(["", "Enabled", "Suspended"])
minimums = st.sampled_from(["all_storage_classes_128K", "varies_by_storage_class", None])


def retention(rules: list[Rule], *, state: str, minimum: str | None, hot: frozenset[str]) -> Retention:
    document: dict[str, Any] = {"Rules": rules}
    if minimum is not None:
        document["TransitionDefaultMinimumObjectSize"] = minimum
    versioning = parse_versioning({"Status": state} if state else {})
    now = START + timedelta(hours=NOW_HOURS)
    terms = settle(parse_lifecycle(document), versioning, now=now, hot_classes=hot, tiers=NO_ARCHIVE_TIERS)
    return retention_of(terms, LOGS)


def simulated(rules: list[Rule], *, state: str, minimum: str, hot: frozenset[str]) -> list[Log]:
    """Logs of every kind, created before and after now, and just before every date in the rules."""
    dates = [due(rule["Expiration"], 0) for rule in rules if "Date" in rule.get("Expiration", {})]
    dates += [due(move, 0) for rule in rules for move in rule.get("Transitions", []) if "Date" in move]
    births = sorted({-12 * 24, -7, NOW_HOURS, 24 * 8, *(date - 1 for date in dates)})
    kinds = (True, False) if state == "Suspended" else (False,)
    return [
        live_through(Log(key, size, created, null_version), rules, state=state, minimum=minimum, hot=hot)
        for key in KEYS
        for size in SIZES
        for created in births
        for null_version in kinds
        # A version with an id was written while versioning was on, so before now.
        if null_version or state != "Suspended" or created < NOW_HOURS
    ]


def agrees(count: DayCount, seen: Days) -> bool:
    return count.days == seen if isinstance(count, Decided) else count.low <= seen <= count.high


@settings(max_examples=80, deadline=None)
@given(rules=some_rules, state=states, minimum=minimums)
def test_arithmetic_agrees_with_a_simulation_of_every_midnight(
    rules: list[Rule], state: str, minimum: str | None
) -> None:
    """Visible, guaranteed and hot are exact for the documented classes; the maximum is exact but for dates ahead."""
    result = retention(rules, state=state, minimum=minimum, hot=HOT_CLASSES)
    for behaviour in [minimum] if minimum else ["all_storage_classes_128K", "varies_by_storage_class"]:
        logs = simulated(rules, state=state, minimum=behaviour, hot=HOT_CLASSES)

        assert isinstance(result.visible, Decided)
        assert isinstance(result.guaranteed, Decided)
        assert isinstance(result.hot, Decided)
        assert result.visible.days == min(whole_days(log, log.hidden) for log in logs)
        assert result.guaranteed.days == min(whole_days(log, log.gone) for log in logs)
        assert result.hot.days == min(map(hot_days, logs))
        there = [log for log in logs if log.gone is None or log.gone - 24 * log.deferred_days > NOW_HOURS]
        oldest = max(whole_days(log, log.gone) for log in there)
        if isinstance(result.maximum, Decided):
            assert result.maximum.days == oldest
        else:
            # The low bound is a date to come, counted to the end of the day.
            assert result.maximum.low <= oldest + 1
            assert oldest <= result.maximum.high


@settings(max_examples=40, deadline=None)
@given(rules=some_rules, minimum=minimums)
def test_suspended_versioning_leaves_exactly_the_old_versions_open(rules: list[Rule], minimum: str | None) -> None:
    """The maximum lies between what null versions and what versions with an id live, both bounds reached."""
    rules = [rule for rule in rules if "Date" not in rule.get("Expiration", {})]
    result = retention(rules, state="Suspended", minimum=minimum, hot=HOT_CLASSES)
    logs = simulated(rules, state="Suspended", minimum=minimum or "all_storage_classes_128K", hot=HOT_CLASSES)

    assert result.maximum.low == max(whole_days(log, log.gone) for log in logs if log.null_version)
    assert result.maximum.high == max(whole_days(log, log.gone) for log in logs)


@settings(max_examples=80, deadline=None)
@given(
    rules=some_rules,
    state=states,
    minimum=st.sampled_from(["all_storage_classes_128K", "varies_by_storage_class"]),
    hot=st.frozensets(st.sampled_from(COST[1:])).map(lambda classes: classes | {"STANDARD"}),
)
def test_any_choice_of_hot_classes_agrees_with_the_simulation(
    rules: list[Rule], state: str, minimum: str, hot: frozenset[str]
) -> None:
    """Where the order of transitions matters the answer may be open, but it never excludes what happens."""
    result = retention(rules, state=state, minimum=minimum, hot=hot)
    logs = simulated(rules, state=state, minimum=minimum, hot=hot)

    assert agrees(result.hot, min(map(hot_days, logs)))


@pytest.mark.parametrize(("state", "gone"), [("", 3), ("Enabled", 5), ("Suspended", 3)])
def test_the_simulator_itself_follows_the_documented_example(state: str, gone: int) -> None:
    """Created 10:30 on day 0, three days: due at 00:00 on day 4 (S3 User Guide, intro-lifecycle-rules)."""
    rule = {
        "Status": "Enabled",
        "Filter": {},
        "Expiration": {"Days": 3},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 2},
    }
    log = live_through(Log("logs/a", 100, 10, null_version=True), [rule], state=state, minimum="", hot=HOT_CLASSES)

    assert log.hidden == 4 * 24
    assert whole_days(log, log.gone) == gone
