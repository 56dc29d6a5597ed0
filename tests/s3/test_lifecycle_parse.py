"""Tests of the parsing of lifecycle configurations: every documented shape, and nothing dropped of the others."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.s3.lifecycle import After, MinimumSize, NoncurrentExpiry, On, Rule, RuleStatus, Scope, Transition
from auditor.s3.lifecycle_parse import parse_lifecycle
from auditor.s3.malformed import Malformed

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)
MEMBERS = (
    "ID",
    "Prefix",
    "Filter",
    "Status",
    "Expiration",
    "Transitions",
    "NoncurrentVersionExpiration",
    "AbortIncompleteMultipartUpload",
)


def rule(**members: Any) -> Rule:
    """The one rule of a configuration, enabled and for every object unless the members say otherwise."""
    described = {"Status": "Enabled", "Filter": {}, "Expiration": {"Days": 30}, **members}
    (parsed,) = parse_lifecycle({"Rules": [{k: v for k, v in described.items() if v is not ...}]}).rules
    return parsed


def doubt_path(scope: Scope) -> str:
    assert scope.doubt is not None
    return scope.doubt.path


@pytest.mark.parametrize(
    ("members", "scope"),
    [
        ({"Filter": {}}, Scope(path="Rules[0].Filter")),
        ({"Filter": {"Prefix": ""}}, Scope(path="Rules[0].Filter")),
        ({"Filter": {"Prefix": "logs/"}}, Scope(prefix="logs/", path="Rules[0].Filter")),
        ({"Filter": ..., "Prefix": "logs/"}, Scope(prefix="logs/", path="Rules[0]")),
        ({"Filter": ..., "Prefix": ""}, Scope(path="Rules[0]")),
        ({"Filter": {"Tag": {"Key": "k", "Value": "v"}}}, Scope(tags=("k=v",), path="Rules[0].Filter")),
        ({"Filter": {"Tag": {"Key": "k"}}}, Scope(tags=("k=",), path="Rules[0].Filter")),
        (
            {"Filter": {"ObjectSizeGreaterThan": 500}},
            Scope(size_from=501, sized=True, path="Rules[0].Filter"),
        ),
        (
            {"Filter": {"ObjectSizeLessThan": 64_000}},
            Scope(size_below=64_000, sized=True, path="Rules[0].Filter"),
        ),
        (
            {
                "Filter": {
                    "And": {
                        "Prefix": "tax/",
                        "Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}],
                        "ObjectSizeGreaterThan": 500,
                        "ObjectSizeLessThan": 64_000,
                    }
                }
            },
            Scope(
                prefix="tax/",
                tags=("a=1", "b=2"),
                size_from=501,
                size_below=64_000,
                sized=True,
                path="Rules[0].Filter.And",
            ),
        ),
        ({"Filter": {"And": {"Prefix": "a/", "Tags": []}}}, Scope(prefix="a/", path="Rules[0].Filter.And")),
    ],
)
def test_every_documented_filter_is_read(members: dict[str, Any], scope: Scope) -> None:
    """One member or And, the older Prefix of the rule, exclusive size bounds (S3 User Guide)."""
    parsed = rule(**members)

    assert parsed.scope == scope
    assert parsed.doubts == ()


@pytest.mark.parametrize(
    ("members", "path"),
    [
        ({"Filter": ...}, "Rules[0]"),
        ({"Prefix": ""}, "Rules[0]"),
        ({"Filter": None}, "Rules[0].Filter"),
        ({"Filter": "logs/"}, "Rules[0].Filter"),
        ({"Filter": {"Prefix": "a", "Tag": {"Key": "k", "Value": "v"}}}, "Rules[0].Filter"),
        ({"Filter": {"Suffix": ".gz"}}, "Rules[0].Filter.Suffix"),
        ({"Filter": {"Prefix": None}}, "Rules[0].Filter.Prefix"),
        ({"Filter": {"Prefix": 7}}, "Rules[0].Filter.Prefix"),
        ({"Filter": {"Tag": "k=v"}}, "Rules[0].Filter.Tag"),
        ({"Filter": {"ObjectSizeGreaterThan": "500"}}, "Rules[0].Filter.ObjectSizeGreaterThan"),
        ({"Filter": {"ObjectSizeGreaterThan": True}}, "Rules[0].Filter.ObjectSizeGreaterThan"),
        ({"Filter": {"ObjectSizeLessThan": -1}}, "Rules[0].Filter.ObjectSizeLessThan"),
        ({"Filter": {"ObjectSizeLessThan": 2.5}}, "Rules[0].Filter.ObjectSizeLessThan"),
        ({"Filter": {"And": {}}}, "Rules[0].Filter.And"),
        ({"Filter": {"And": ["Prefix"]}}, "Rules[0].Filter.And"),
        ({"Filter": {"And": {"Prefix": "a", "Owner": "x"}}}, "Rules[0].Filter.And.Owner"),
        ({"Filter": {"And": {"Tags": "k=v"}}}, "Rules[0].Filter.And.Tags"),
        ({"Filter": {"And": {"Tags": [{"Key": "k", "Value": 1}]}}}, "Rules[0].Filter.And.Tags"),
        (
            {"Filter": {"And": {"ObjectSizeGreaterThan": 9, "ObjectSizeLessThan": 9}}},
            "Rules[0].Filter.And",
        ),
    ],
)
def test_a_filter_that_s3_does_not_return_is_a_doubt(members: dict[str, Any], path: str) -> None:
    """A rule whose objects are not known acts on unknown objects; it is neither dropped nor taken for all of them."""
    parsed = rule(**members)

    assert doubt_path(parsed.scope) == path
    assert [doubt.path for doubt in parsed.doubts] == [path]


def test_known_conditions_beside_an_unknown_one_still_limit_the_rule() -> None:
    """Conditions are joined by AND, so an unknown one can only take objects away."""
    scope = rule(Filter={"And": {"Prefix": "data/", "Unheard": 1}}).scope

    assert scope.prefix == "data/"
    assert scope.doubt is not None


@pytest.mark.parametrize(
    ("expiration", "days"),
    [({"Days": 1}, 1), ({"Days": 2**31 - 1}, 2**31 - 1), ({"Days": 90, "ExpiredObjectDeleteMarker": False}, 90)],
)
def test_an_expiration_by_days_is_read(expiration: dict[str, Any], days: int) -> None:
    """Days from 1 up; ExpiredObjectDeleteMarker=false takes no action (S3 API Reference, LifecycleExpiration)."""
    expiry = rule(Expiration=expiration).expiry

    assert isinstance(expiry, After)
    assert (expiry.days, expiry.fact.path, expiry.fact.value) == (days, "Rules[0].Expiration.Days", days)


@pytest.mark.parametrize(
    "value",
    [
        "2026-01-01",
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00+00:00",
        "2026-01-01T00:00:00.000Z",
        "2026-01-01T02:00:00+02:00",
        "2026-01-01T00:00:00",
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2025, 12, 31, 19, tzinfo=timezone(-timedelta(hours=5))),
        date(2026, 1, 1),
    ],
)
def test_a_date_is_read_in_every_form_and_zone(value: object) -> None:
    """boto3 gives an aware datetime, JSON an ISO 8601 text; S3's dates are midnight UTC."""
    expiry = rule(Expiration={"Date": value}).expiry

    assert isinstance(expiry, On)
    assert expiry.date == datetime(2026, 1, 1, tzinfo=UTC)
    assert expiry.fact.value == "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("expiration", "path"),
    [
        ({"Days": 0}, "Rules[0].Expiration.Days"),
        ({"Days": -1}, "Rules[0].Expiration.Days"),
        ({"Days": "30"}, "Rules[0].Expiration.Days"),
        ({"Days": 30.0}, "Rules[0].Expiration.Days"),
        ({"Days": True}, "Rules[0].Expiration.Days"),
        ({"Days": None}, "Rules[0].Expiration.Days"),
        ({"Days": 10**30}, "Rules[0].Expiration.Days"),
        ({"Date": "tomorrow"}, "Rules[0].Expiration.Date"),
        ({"Date": 1_700_000_000}, "Rules[0].Expiration.Date"),
        ({"Date": "0001-01-01T00:00:00+23:59"}, "Rules[0].Expiration.Date"),
        ({"Days": 30, "Date": "2026-01-01"}, "Rules[0].Expiration"),
        ({"Days": 30, "ExpiredObjectDeleteMarker": True}, "Rules[0].Expiration"),
        ({"ExpiredObjectDeleteMarker": "true"}, "Rules[0].Expiration"),
        ({"Weeks": 4}, "Rules[0].Expiration"),
        ({}, "Rules[0].Expiration"),
        (None, "Rules[0].Expiration"),
        (30, "Rules[0].Expiration"),
        ([{"Days": 30}], "Rules[0].Expiration"),
    ],
)
def test_an_expiration_that_s3_does_not_return_is_malformed(expiration: object, path: str) -> None:
    """It may expire logs at any time or never, so it is kept; an empty one may be a child that boto3 does not know."""
    expiry = rule(Expiration=expiration).expiry

    assert isinstance(expiry, Malformed)
    assert expiry.path == path


def test_delete_marker_removal_is_no_expiration_of_data() -> None:
    """ExpiredObjectDeleteMarker removes delete markers that are left alone (S3 User Guide, intro-lifecycle-rules)."""
    removing, idle = (rule(Expiration={"ExpiredObjectDeleteMarker": on}) for on in (True, False))

    assert (removing.expiry, removing.removes_delete_markers) == (None, True)
    assert (idle.expiry, idle.removes_delete_markers) == (None, False)


@pytest.mark.parametrize(
    ("transition", "when", "storage_class"),
    [
        ({"Days": 0, "StorageClass": "GLACIER"}, 0, "GLACIER"),
        ({"Days": 30, "StorageClass": "STANDARD_IA"}, 30, "STANDARD_IA"),
        ({"Days": 30, "StorageClass": "FROZEN_2030"}, 30, "FROZEN_2030"),
        ({"Date": "2026-01-01", "StorageClass": "GLACIER"}, "2026-01-01T00:00:00Z", "GLACIER"),
        ({"Days": -1, "StorageClass": "GLACIER"}, "Rules[0].Transitions[0].Days", "GLACIER"),
        ({"StorageClass": "GLACIER"}, "Rules[0].Transitions[0]", "GLACIER"),
        ({"Days": 1, "Date": "2026-01-01", "StorageClass": "GLACIER"}, "Rules[0].Transitions[0]", "GLACIER"),
        ({"Days": 5, "StorageClass": None}, 5, "Rules[0].Transitions[0].StorageClass"),
        ({"Days": 5}, "Rules[0].Transitions[0]", "Rules[0].Transitions[0]"),
        ("GLACIER", "Rules[0].Transitions[0]", "Rules[0].Transitions[0]"),
    ],
)
def test_a_transition_keeps_what_can_be_read_of_it(transition: object, when: int | str, storage_class: str) -> None:
    """Zero days and unknown storage classes are values; a bad half leaves the good half standing."""
    (parsed,) = rule(Transitions=[transition]).transitions

    assert shown(parsed) == (when, storage_class)


def shown(transition: Transition) -> tuple[object, str]:
    when, storage_class = transition.when, transition.storage_class
    return (
        when.path if isinstance(when, Malformed) else when.fact.value,
        storage_class.path if isinstance(storage_class, Malformed) else storage_class,
    )


def test_transitions_that_are_no_list_are_malformed() -> None:
    """A single transition outside a list is not what boto3 returns."""
    (parsed,) = rule(Transitions={"Days": 1, "StorageClass": "GLACIER"}).transitions

    assert shown(parsed) == ("Rules[0].Transitions", "Rules[0].Transitions")


@pytest.mark.parametrize(
    ("node", "days", "newer"),
    [
        ({"NoncurrentDays": 30}, 30, None),
        ({"NoncurrentDays": 30, "NewerNoncurrentVersions": 5}, 30, 5),
        ({"NoncurrentDays": 0}, "NoncurrentDays", None),
        ({"NoncurrentDays": "30"}, "NoncurrentDays", None),
        ({"NoncurrentDays": 30, "NewerNoncurrentVersions": 0}, 30, "NewerNoncurrentVersions"),
        ({"NoncurrentDays": 30, "NewerNoncurrentVersions": 101}, 30, "NewerNoncurrentVersions"),
        ({"NewerNoncurrentVersions": 5}, "NoncurrentVersionExpiration", None),
        ({"NoncurrentDays": 30, "Unheard": 1}, "NoncurrentVersionExpiration", None),
        ({}, "NoncurrentVersionExpiration", None),
        (30, "NoncurrentVersionExpiration", None),
    ],
)
def test_noncurrent_expirations(node: object, days: int | str, newer: int | str | None) -> None:
    """NoncurrentDays from 1 up, NewerNoncurrentVersions from 1 to 100 (S3 User Guide, intro-lifecycle-rules)."""
    parsed = rule(NoncurrentVersionExpiration=node).noncurrent

    assert isinstance(parsed, NoncurrentExpiry)
    parts = [
        part.path.rpartition(".")[2] if isinstance(part, Malformed) else part for part in (parsed.days, parsed.newer)
    ]
    assert parts == [days, newer]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("Enabled", RuleStatus.ENABLED),
        ("Disabled", RuleStatus.DISABLED),
        ("enabled", RuleStatus.UNKNOWN),
        (None, RuleStatus.UNKNOWN),
        (..., RuleStatus.UNKNOWN),
        (True, RuleStatus.UNKNOWN),
    ],
)
def test_only_the_two_documented_words_are_a_status(status: object, expected: RuleStatus) -> None:
    """A rule with another status may or may not apply."""
    parsed = rule(Status=status)

    assert parsed.status is expected
    assert [doubt.path for doubt in parsed.doubts] == (["Rules[0].Status"] if expected is RuleStatus.UNKNOWN else [])


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        ("expire-logs", 'rule "expire-logs"'),
        (..., "the rule at Rules[0]"),
        ("", "the rule at Rules[0]"),
        (7, "the rule at Rules[0]"),
        ("a\nb\u202e", 'rule "a\\u{a}b\\u{202e}"'),
        ("Règle 1", 'rule "Règle 1"'),
    ],
)
def test_a_rule_is_named_by_its_id_or_its_place(identifier: object, name: str) -> None:
    """A hostile ID cannot break or reorder the line of a report."""
    assert rule(ID=identifier).name == name


def test_an_unknown_member_of_a_rule_may_be_any_action() -> None:
    """A newer element is kept beside the known ones."""
    parsed = rule(Compaction={"Days": 3})

    assert [item.path for item in parsed.unknown] == ["Rules[0].Compaction"]
    assert isinstance(parsed.expiry, After)


def test_a_rule_without_an_action_has_one_that_was_not_read() -> None:
    """S3 requires an action, and boto3 drops elements that it does not know."""
    parsed = rule(Expiration=...)

    assert [(item.path, item.value) for item in parsed.unknown] == [("Rules[0]", '["Filter", "Status"]')]


def test_a_rule_that_is_no_object_is_wholly_unknown() -> None:
    """It is enabled or not, for some objects, with some action."""
    (parsed,) = parse_lifecycle({"Rules": ["expire"]}).rules

    assert parsed.status is RuleStatus.UNKNOWN
    assert parsed.scope.doubt is not None
    assert [item.path for item in parsed.unknown] == ["Rules[0]"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("all_storage_classes_128K", MinimumSize.NONE_MOVE),
        ("varies_by_storage_class", MinimumSize.GLACIER_MOVES),
        ("all_storage_classes_1M", MinimumSize.UNKNOWN),
        (None, MinimumSize.UNKNOWN),
        (["all_storage_classes_128K"], MinimumSize.UNKNOWN),
    ],
)
def test_the_default_minimum_size_is_never_assumed(value: object, expected: MinimumSize) -> None:
    """Absent or newer means that small objects may or may not transition (S3 API Reference)."""
    document = {"Rules": [], "TransitionDefaultMinimumObjectSize": value}

    assert parse_lifecycle(document).minimum_size is expected


def test_no_document_means_no_configuration() -> None:
    """NoSuchLifecycleConfiguration reaches this code as None; an empty list of rules is a configuration."""
    assert not parse_lifecycle(None).configured
    assert parse_lifecycle({"Rules": []}).configured


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({}, "Rules"),
        ({"Rules": None}, "Rules"),
        ({"Rules": {"Rule": {}}}, "Rules"),
        ([], "Rules"),
        ("", "Rules"),
        (0, "Rules"),
        ({"Rules": [], "Overrides": [1]}, "Overrides"),
    ],
)
def test_a_document_of_another_shape_may_say_anything(document: object, path: str) -> None:
    """It is never read as "no rules"."""
    assert [item.path for item in parse_lifecycle(document).unknown] == [path]


def test_boto3_response_metadata_is_no_part_of_the_configuration() -> None:
    """boto3 adds it to every answer."""
    assert parse_lifecycle({"Rules": [], "ResponseMetadata": {"RequestId": "x"}}).unknown == ()


@settings(max_examples=60, deadline=None)
@given(json_values)
def test_any_json_is_parsed(document: object) -> None:
    """Parsing never raises, whatever a snapshot holds."""
    parsed = parse_lifecycle(document)

    assert parsed.configured == (document is not None)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(MEMBERS), json_values, max_size=6), max_size=3))
def test_no_rule_is_dropped(rules: list[dict[str, Any]]) -> None:
    """Every rule stays in its place, with its doubts."""
    parsed = parse_lifecycle({"Rules": rules})

    assert [rule.index for rule in parsed.rules] == list(range(len(rules)))


def test_a_cycle_in_a_document_is_shown_by_its_type() -> None:
    """Evidence is made of what can be written down."""
    loop: list[object] = []
    loop.append(loop)
    expiry = rule(Expiration={"Days": loop}).expiry

    assert isinstance(expiry, Malformed)
    assert expiry.value == "a list"


def test_a_malformed_value_is_shown_as_it_stands_and_cut_short() -> None:
    """Evidence keeps other alphabets, on one line, and no more than 200 characters of a hostile value."""
    status = rule(Status="Activé\u2028").doubts[0]

    assert status.value == '"Activé\\u{2028}"'
    assert len(str(rule(Expiration={"Days": "9" * 9999}).expiry)) < 500
