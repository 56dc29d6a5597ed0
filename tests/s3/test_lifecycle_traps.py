"""Tests of the traps: each documented way in which a rule does less, or more, than it seems to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.s3.lifecycle_parse import parse_lifecycle
from auditor.s3.lifecycle_terms import settle
from auditor.s3.lifecycle_trap import Trap, TrapKind, Weight
from auditor.s3.lifecycle_traps import find_traps
from auditor.s3.log_keys import KeySpace, SimplePrefix
from auditor.s3.versioning import UNREAD_VERSIONING, Versioning, parse_versioning

NOT_VERSIONED, VERSIONED, SUSPENDED = (
    parse_versioning(document) for document in ({}, {"Status": "Enabled"}, {"Status": "Suspended"})
)
DEFECT, UNDECIDED, NOTE = Weight.DEFECT, Weight.UNDECIDED, Weight.NOTE
REMOVE: dict[str, Any] = {"NoncurrentVersionExpiration": {"NoncurrentDays": 30}}
KEEP_NEWEST: dict[str, Any] = {"NoncurrentVersionExpiration": {"NoncurrentDays": 30, "NewerNoncurrentVersions": 3}}
ABORT: dict[str, Any] = {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}
MARKERS: dict[str, Any] = {"Expiration": {"ExpiredObjectDeleteMarker": True}}


def rule(**members: Any) -> dict[str, Any]:
    return {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": "logs/"}, **members}


def expire(days: object = 90, **members: Any) -> dict[str, Any]:
    return rule(Expiration={"Days": days}, **members)


def move(days: object, storage_class: str, **members: Any) -> dict[str, Any]:
    return rule(Transitions=[{"Days": days, "StorageClass": storage_class}], **members)


def traps(
    *rules: object, versioning: Versioning = NOT_VERSIONED, prefixes: tuple[str, ...] = ("logs/",), **document: Any
) -> tuple[Trap, ...]:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    return find_traps(
        settle(parse_lifecycle({"Rules": list(rules), **document}), versioning, now=now), map(logs, prefixes)
    )


def logs(prefix: str) -> KeySpace:
    return KeySpace(prefix=prefix, key_format=SimplePrefix(), account="1", region="eu-west-1", bucket="b")


def brief(found: tuple[Trap, ...]) -> list[tuple[TrapKind, Weight, str]]:
    return [(trap.kind, trap.weight, trap.path) for trap in found]


NONE_MOVE = "all_storage_classes_128K"
GLACIER_MOVES = "varies_by_storage_class"


@pytest.mark.parametrize("rules", [[expire()], [expire(), rule(**ABORT)], [expire(), rule(**MARKERS)], []])
def test_a_sound_configuration_has_no_traps(rules: list[Any]) -> None:
    """Removing uploads and delete markers beside a real expiration is what AWS recommends."""
    assert traps(*rules) == ()


def test_expiration_and_removal_of_versions_together_are_sound() -> None:
    """Both halves of a versioned bucket are bounded."""
    assert traps(expire(**REMOVE), versioning=VERSIONED) == ()


def test_no_configuration_and_no_logs_have_no_traps() -> None:
    """There is nothing to be wrong about; whether there should be is another check."""
    now = datetime(2026, 11, 22, tzinfo=UTC)

    assert find_traps(settle(parse_lifecycle(None), VERSIONED, now=now), [logs("logs/")]) == ()
    assert traps(rule(Expiration={"Date": "2024-01-01"}), prefixes=()) == ()


@pytest.mark.parametrize(
    ("members", "weight", "path"),
    [
        ({"Expiration": {"Date": "2024-01-01"}}, DEFECT, "Rules[0].Expiration.Date"),
        ({"Expiration": {"Date": "2030-01-01"}}, DEFECT, "Rules[0].Expiration.Date"),
        (
            {
                "Transitions": [{"Date": "2030-01-01", "StorageClass": "GLACIER"}],
                "Filter": {"ObjectSizeGreaterThan": 1},
            },
            DEFECT,
            "Rules[0].Transitions[0].Date",
        ),
        (
            {
                "Transitions": [{"Date": "2030-01-01", "StorageClass": "STANDARD_IA"}],
                "Filter": {"ObjectSizeGreaterThan": 1},
            },
            NOTE,
            "Rules[0].Transitions[0].Date",
        ),
        ({"Expiration": {"Date": "2024-01-01"}, "Filter": {"Prefix": "logs/2026"}}, DEFECT, "Rules[0].Expiration.Date"),
    ],
)
def test_a_date_is_a_trap(members: dict[str, Any], weight: Weight, path: str) -> None:
    """A date is not one-shot: S3 goes on applying it to new objects (S3 User Guide, intro-lifecycle-rules)."""
    assert brief(traps(rule(**members))) == [(TrapKind.DATE_RULE, weight, path)]


def test_a_date_for_other_objects_is_no_trap_for_logs() -> None:
    """Only a note says that the rule is not about logs."""
    found = traps(rule(Expiration={"Date": "2024-01-01"}, Filter={"Prefix": "tmp/"}), expire())

    assert brief(found) == [(TrapKind.COVERS_NO_LOGS, NOTE, "Rules[0].Filter.Prefix")]


@pytest.mark.parametrize(
    ("storage_class", "default", "weight", "path"),
    [
        ("GLACIER", NONE_MOVE, DEFECT, "Rules[0].Transitions[0].Days"),
        ("DEEP_ARCHIVE", NONE_MOVE, DEFECT, "Rules[0].Transitions[0].Days"),
        ("STANDARD_IA", NONE_MOVE, DEFECT, "Rules[0].Transitions[0].Days"),
        ("STANDARD_IA", GLACIER_MOVES, DEFECT, "Rules[0].Transitions[0].Days"),
        ("GLACIER_IR", GLACIER_MOVES, DEFECT, "Rules[0].Transitions[0].Days"),
        ("STANDARD_IA", None, DEFECT, "Rules[0].Transitions[0].Days"),
        ("GLACIER", GLACIER_MOVES, None, ""),
        ("DEEP_ARCHIVE", GLACIER_MOVES, None, ""),
        ("GLACIER", None, UNDECIDED, "TransitionDefaultMinimumObjectSize"),
        ("GLACIER", "all_storage_classes_1M", UNDECIDED, "TransitionDefaultMinimumObjectSize"),
        ("FROZEN", NONE_MOVE, DEFECT, "Rules[0].Transitions[0].Days"),
        ("FROZEN", GLACIER_MOVES, UNDECIDED, "Rules[0].Transitions[0].StorageClass"),
        ("FROZEN", None, UNDECIDED, "Rules[0].Transitions[0].StorageClass"),
    ],
)
def test_a_transition_that_small_objects_never_make(
    storage_class: str, default: str | None, weight: Weight | None, path: str
) -> None:
    """Objects under 128 KB stay by default; an unknown default is no answer (lifecycle-transition-... page)."""
    document: dict[str, Any] = {} if default is None else {"TransitionDefaultMinimumObjectSize": default}
    found = brief(traps(move(30, storage_class), **document))

    assert found == ([] if weight is None else [(TrapKind.NO_OP_TRANSITION, weight, path)])


@pytest.mark.parametrize(("default", "claim"), [(NONE_MOVE, "by default S3 does not move"), (None, "S3 may not move")])
def test_a_no_op_transition_claims_no_more_than_is_known(default: str | None, claim: str) -> None:
    """The sentence of an undecided trap says "may"."""
    document: dict[str, Any] = {} if default is None else {"TransitionDefaultMinimumObjectSize": default}
    (trap,) = traps(move(30, "GLACIER"), **document)

    assert trap.sentence == (
        f'Rule "r" moves log objects to GLACIER; {claim} objects under 128 KB, and no size filter of the rule changes '
        "that."
    )


@pytest.mark.parametrize("scope", [{"ObjectSizeGreaterThan": 1}, {"ObjectSizeLessThan": 10**9}])
def test_a_size_filter_overrides_the_default(scope: dict[str, int]) -> None:
    """Custom filters take precedence over the default minimum size."""
    assert traps(move(30, "GLACIER", Filter=scope), TransitionDefaultMinimumObjectSize=NONE_MOVE) == ()


@pytest.mark.parametrize(
    ("rules", "versioning", "weight", "path"),
    [
        ([expire()], VERSIONED, DEFECT, "Rules[0].Expiration.Days"),
        ([expire()], SUSPENDED, UNDECIDED, "Rules[0].Expiration.Days"),
        ([expire()], parse_versioning({"Status": "?"}), UNDECIDED, "Rules[0].Expiration.Days"),
        (
            [expire(**KEEP_NEWEST)],
            VERSIONED,
            DEFECT,
            "Rules[0].NoncurrentVersionExpiration.NewerNoncurrentVersions",
        ),
        (
            [expire(), rule(NoncurrentVersionExpiration={"NoncurrentDays": 5}, Filter={"Prefix": "logs/2026"})],
            VERSIONED,
            DEFECT,
            "Rules[0].Expiration.Days",
        ),
    ],
)
def test_noncurrent_versions_that_nothing_removes(
    rules: list[Any], versioning: Versioning, weight: Weight, path: str
) -> None:
    """Expiration in a versioned bucket only hides; a log's only version is always among the newest."""
    assert brief(traps(*rules, versioning=versioning)) == [(TrapKind.UNBOUNDED_NONCURRENT, weight, path)]


@pytest.mark.parametrize("versioning", [NOT_VERSIONED, VERSIONED, SUSPENDED])
def test_nothing_expires_so_no_version_is_left_behind(versioning: Versioning) -> None:
    """Logs that never expire have no noncurrent versions to bound."""
    assert TrapKind.UNBOUNDED_NONCURRENT not in {trap.kind for trap in traps(rule(**ABORT), versioning=versioning)}


@pytest.mark.parametrize(
    ("prefix", "written", "weight"),
    [
        ("/logs/", "logs/", DEFECT),
        ("logs/*", "logs/", DEFECT),
        ("Logs/", "logs/", DEFECT),
        ("/", "logs/", DEFECT),
        ("logs/", "logs", DEFECT),
        ("/logs", "logs/b/", DEFECT),
        ("log/", "logs/", NOTE),
        ("app/", "app-logs/", NOTE),
        ("tmp/", "", NOTE),
        ("logs/archive/", "logs/", NOTE),
    ],
)
def test_a_prefix_that_misses_the_logs(prefix: str, written: str, weight: Weight) -> None:
    """A slip of the pen is a defect as long as the logs it means stay for ever; a rule for other data is not."""
    found = traps(expire(Filter={"Prefix": prefix}), prefixes=(written,))
    covered = traps(expire(Filter={"Prefix": prefix}), expire(Filter={}), prefixes=(written,))

    assert brief(found) == [(TrapKind.COVERS_NO_LOGS, weight, "Rules[0].Filter.Prefix")]
    assert brief(covered) == [(TrapKind.COVERS_NO_LOGS, NOTE, "Rules[0].Filter.Prefix")]


def test_a_rule_for_one_of_several_sources_misses_nothing() -> None:
    """A shared destination may have a rule for each source."""
    prefixes = ("logs/a/", "logs/b/")

    assert traps(*(expire(Filter={"Prefix": prefix}) for prefix in prefixes), prefixes=prefixes) == ()


def test_a_rule_for_objects_that_hold_no_record_is_noted() -> None:
    """The documented rule for empty objects selects no log."""
    found = traps(expire(), expire(1, Filter={"ObjectSizeLessThan": 1}))

    assert [(trap.kind, trap.weight) for trap in found] == [(TrapKind.COVERS_NO_LOGS, NOTE)]


def test_a_tag_rule_is_noted() -> None:
    """S3 delivers logs without tags; a pipeline may tag them later."""
    found = traps(expire(), expire(1, Filter={"Tag": {"Key": "class", "Value": "tmp"}}))

    assert [(trap.kind, trap.weight) for trap in found] == [(TrapKind.TAG_RULE, NOTE)]
    assert '"class=tmp"' in found[0].sentence


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (
            [rule(**MARKERS)],
            [(TrapKind.DELETE_MARKERS_ONLY, DEFECT, "Rules[0].Expiration.ExpiredObjectDeleteMarker")],
        ),
        ([rule(**ABORT)], [(TrapKind.UPLOADS_ONLY, DEFECT, "Rules[0].AbortIncompleteMultipartUpload")]),
        ([expire(Status="Disabled")], [(TrapKind.DISABLED, DEFECT, "Rules[0].Status")]),
        ([expire(Status="Disabled"), expire(9)], [(TrapKind.DISABLED, NOTE, "Rules[0].Status")]),
        ([move(30, "GLACIER", Status="Disabled")], [(TrapKind.DISABLED, NOTE, "Rules[0].Status")]),
        ([rule(**ABORT, Status="Disabled")], []),
        ([rule(**ABORT), expire(9, Filter={"Prefix": "logs/2026"})], []),
        ([rule(**ABORT, Filter={"Prefix": "other/"})], []),
        ([expire(Filter={"Prefix": "other/"}, Status="Disabled")], []),
    ],
)
def test_rules_that_keep_no_log_from_staying_for_ever(rules: list[Any], expected: list[Any]) -> None:
    """They are defects only where nothing else expires the logs they touch."""
    assert brief(traps(*rules)) == expected


@pytest.mark.parametrize(
    ("rules", "versioning", "trapped"),
    [
        ([expire(30), move(60, "GLACIER")], NOT_VERSIONED, True),
        ([expire(30), move(30, "GLACIER")], NOT_VERSIONED, True),
        ([expire(30, **REMOVE), move(30, "GLACIER")], VERSIONED, False),
        ([expire(30, **REMOVE), move(31, "GLACIER")], VERSIONED, True),
        ([expire(60), move(30, "GLACIER")], NOT_VERSIONED, False),
        ([move(30, "GLACIER")], NOT_VERSIONED, False),
        ([expire(30, Filter={"Prefix": "logs/2026"}), move(60, "GLACIER")], NOT_VERSIONED, False),
        ([expire(30, Filter={"ObjectSizeLessThan": 1000}), move(60, "GLACIER")], NOT_VERSIONED, False),
        ([expire("30"), move(60, "GLACIER")], NOT_VERSIONED, False),
        ([expire(30), move(60, "GLACIER"), expire(1, Filter={"Prefix": "logs/2019"})], NOT_VERSIONED, True),
    ],
)
def test_logs_that_expire_before_a_transition(rules: list[Any], versioning: Versioning, trapped: bool) -> None:
    """On one day deletion beats transition, but transition beats the delete marker (lifecycle-conflicts)."""
    found = traps(*rules, versioning=versioning, TransitionDefaultMinimumObjectSize=GLACIER_MOVES)

    assert ((TrapKind.EXPIRES_BEFORE_TRANSITION, DEFECT, "Rules[1].Transitions[0].Days") in brief(found)) is trapped


def test_noncurrent_rules_without_versions_are_noted() -> None:
    """NoncurrentVersionExpiration has no effect in a bucket that was never versioned."""
    assert brief(traps(expire(**REMOVE))) == [
        (TrapKind.NONCURRENT_WITHOUT_VERSIONS, NOTE, "Rules[0].NoncurrentVersionExpiration.NoncurrentDays")
    ]


@pytest.mark.parametrize(
    ("versioning", "claim"),
    [
        (parse_versioning({"Status": "Enabled", "MFADelete": "Enabled"}), "MFA delete is on"),
        (UNREAD_VERSIONING, "Whether MFA delete is on is not known"),
    ],
)
def test_mfa_delete_leaves_the_rules_in_doubt(versioning: Versioning, claim: str) -> None:
    """S3 does not support lifecycle on such buckets; what it does with rules that are there is not documented."""
    found = traps(expire(**REMOVE), versioning=versioning)
    dated = traps(rule(Expiration={"Date": "2024-01-01"}, **REMOVE), versioning=versioning)

    assert brief(found) == [(TrapKind.MFA_DELETE, UNDECIDED, "MFADelete")]
    assert found[0].sentence.startswith(f"{claim}, and S3 does not support lifecycle rules")
    assert {trap.weight for trap in dated} == {UNDECIDED}


@pytest.mark.parametrize(
    ("rules", "paths"),
    [
        ([expire("90")], ["Rules[0].Expiration.Days"]),
        ([expire(Status="On")], ["Rules[0].Status"]),
        ([expire(Filter={"Suffix": "x"})], ["Rules[0].Filter.Suffix"]),
        ([expire(Unheard=1)], ["Rules[0].Unheard"]),
        (
            [expire(NoncurrentVersionExpiration={"NoncurrentDays": 5, "NewerNoncurrentVersions": 0})],
            ["Rules[0].NoncurrentVersionExpiration.NewerNoncurrentVersions"],
        ),
        ([expire("90", Status="Disabled"), expire(30)], []),
        ([expire("90", Filter={"Prefix": "other/"}), expire(30)], []),
    ],
)
def test_what_s3_does_not_document_is_undecided(rules: list[Any], paths: list[str]) -> None:
    """It is reported wherever it may touch logs, and nowhere else."""
    found = [trap for trap in traps(*rules) if trap.kind is TrapKind.UNDECIDABLE_PART]

    assert [trap.path for trap in found] == paths
    assert {trap.weight for trap in found} <= {UNDECIDED}


def test_an_unknown_member_of_the_document_is_undecided() -> None:
    """It may override every rule."""
    assert brief(traps(expire(), Overrides={"Days": 1})) == [(TrapKind.UNDECIDABLE_PART, UNDECIDED, "Overrides")]


def test_a_rule_in_doubt_has_no_certain_defects() -> None:
    """Its date may not be applied, so it is no defect yet."""
    found = traps(rule(Status="On", Expiration={"Date": "2024-01-01"}))

    assert {trap.weight for trap in found} == {UNDECIDED}


def test_too_many_rules_to_work_out_are_undecided() -> None:
    """No defect is claimed for logs whose fate was not worked out."""
    many = [expire(n + 1, Filter={"ObjectSizeGreaterThan": 100 + n}) for n in range(1000)]

    assert brief(traps(*many, rule(**ABORT))) == [(TrapKind.UNDECIDABLE_PART, UNDECIDED, "Rules")]


def test_traps_say_what_is_wrong_in_a_sentence() -> None:
    """The rule is named by its ID and the consequence follows the fact."""
    (date_trap,) = traps(rule(Expiration={"Date": "2024-01-01"}))
    (hidden_trap,) = traps(expire(**KEEP_NEWEST), versioning=VERSIONED)

    assert date_trap.rule_id == "r"
    assert date_trap.sentence == (
        'Rule "r" expires log objects by the date 2024-01-01; S3 applies a date to every object as long as the rule '
        "is enabled, so new log objects expire at once."
    )
    assert hidden_trap.sentence == (
        'Rule "r" expires current versions of log objects 90 days after creation; the bucket is versioned; rule "r" '
        "deletes all noncurrent versions but the newest 3, and a log object has only one, so its bytes are kept for "
        "ever."
    )


@settings(max_examples=50, deadline=None)
@given(
    rules=st.lists(
        st.fixed_dictionaries(
            {
                "Status": st.sampled_from(["Enabled", "Disabled", "?"]),
                "Filter": st.sampled_from(
                    [
                        {},
                        {"Prefix": "logs/"},
                        {"Prefix": "x"},
                        {"ObjectSizeLessThan": 99},
                        {"Tag": {"Key": "k"}},
                        {"?": 1},
                    ]
                ),
            },
            optional={
                "Expiration": st.sampled_from([{"Days": 5}, {"Date": "2024-01-01"}, {"Days": "?"}, *MARKERS.values()]),
                "Transitions": st.just([{"Days": 9, "StorageClass": "GLACIER"}, {"Days": "?", "StorageClass": 3}]),
                "NoncurrentVersionExpiration": st.sampled_from(
                    [*REMOVE.values(), *KEEP_NEWEST.values(), {"NoncurrentDays": "?"}]
                ),
                "AbortIncompleteMultipartUpload": st.just({}),
            },
        ),
        max_size=4,
    ),
    versioning=st.sampled_from([NOT_VERSIONED, VERSIONED, SUSPENDED, UNREAD_VERSIONING]),
    prefixes=st.lists(st.sampled_from(["logs/", "", "x/y/"]), max_size=3).map(tuple),
)
def test_traps_are_complete_sentences_and_never_repeated(
    rules: list[Any], versioning: Versioning, prefixes: tuple[str, ...]
) -> None:
    """Whatever the rules, each trap cites a fact and is said once."""
    found = traps(*rules, versioning=versioning, prefixes=prefixes)

    assert len(set(found)) == len(found)
    for trap in found:
        assert trap.path
        assert trap.sentence[0].isupper() or trap.sentence.startswith("Rules[")
        assert trap.sentence.endswith(".")
