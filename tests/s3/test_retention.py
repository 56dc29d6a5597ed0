"""Tests of retention: every documented rule of S3 lifecycle, and what stays open when something is not known."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from auditor.s3.days import FOREVER, DayCount, Days, Decided, Document
from auditor.s3.intelligent_tiering import NO_ARCHIVE_TIERS, ArchiveTiers, parse_archive_tiers
from auditor.s3.lifecycle_parse import parse_lifecycle
from auditor.s3.lifecycle_terms import HOT_CLASSES, Terms, settle
from auditor.s3.log_keys import KeySpace, PartitionedPrefix, SimplePrefix
from auditor.s3.retention import (
    Extent,
    Retention,
    retention_of,
    retention_of_log_group,
    retentions,
)
from auditor.s3.truth import Truth
from auditor.s3.versioning import UNREAD_VERSIONING, Versioning, parse_versioning

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NEVER: dict[str, str] = {}
ENABLED = {"Status": "Enabled"}
SUSPENDED = {"Status": "Suspended"}
NOT_VERSIONED, VERSIONED, PAUSED, UNREAD = (
    *(parse_versioning(document) for document in (NEVER, ENABLED, SUSPENDED)),
    UNREAD_VERSIONING,
)


def rule(name: str = "r", **members: Any) -> dict[str, Any]:
    return {"ID": name, "Status": "Enabled", "Filter": {"Prefix": "logs/"}, **members}


def expire(days: object, name: str = "r", **members: Any) -> dict[str, Any]:
    return rule(name, Expiration={"Days": days}, **members)


def move(days: object, storage_class: object, **members: Any) -> dict[str, Any]:
    return rule("move", Transitions=[{"Days": days, "StorageClass": storage_class}], **members)


def terms(
    *rules: object,
    versioning: Versioning = NOT_VERSIONED,
    hot: frozenset[str] = HOT_CLASSES,
    tiers: ArchiveTiers | None = NO_ARCHIVE_TIERS,
    **document: Any,
) -> Terms:
    parsed = parse_lifecycle({"Rules": list(rules), **document} if rules or document else None)
    return settle(parsed, versioning, now=NOW, hot_classes=hot, tiers=tiers)


def logs(prefix: str = "logs/") -> KeySpace:
    return KeySpace(prefix=prefix, key_format=SimplePrefix(), account="111122223333", region="eu-west-1", bucket="b")


def partitioned(bucket: str) -> KeySpace:
    return KeySpace(
        prefix="logs/", key_format=PartitionedPrefix(), account="111122223333", region="eu-west-1", bucket=bucket
    )


def retention(*rules: object, prefix: str = "logs/", **settled: Any) -> Retention:
    return retention_of(terms(*rules, **settled), logs(prefix))


def bounds(count: DayCount) -> Days | tuple[Days, Days]:
    return count.days if isinstance(count, Decided) else (count.low, count.high)


def numbers(result: Retention) -> tuple[object, ...]:
    """Visible, guaranteed, maximum and hot."""
    return tuple(bounds(count) for count in (result.visible, result.guaranteed, result.maximum, result.hot))


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        # No covering expiration at all: kept for ever.
        ([], (FOREVER, FOREVER, FOREVER, FOREVER)),
        ([expire(90, Filter={"Prefix": "other/"})], (FOREVER, FOREVER, FOREVER, FOREVER)),
        # A prefix covers what starts with it; empty filters and the older Prefix cover all.
        ([expire(90)], (90, 90, 90, 90)),
        ([expire(90, Filter={})], (90, 90, 90, 90)),
        ([expire(90, Filter={"Prefix": ""})], (90, 90, 90, 90)),
        ([{"Status": "Enabled", "Prefix": "log", "Expiration": {"Days": 90}}], (90, 90, 90, 90)),
        # Disabled rules have no effect.
        ([expire(90), expire(1, Status="Disabled")], (90, 90, 90, 90)),
        # Overlapping expirations: the shorter wins.
        ([expire(365), expire(90, "short", Filter={})], (90, 90, 90, 90)),
        # A rule for part of the keys lowers the minimum, not the maximum.
        ([expire(365), expire(30, Filter={"Prefix": "logs/2026-12"})], (30, 30, 365, 30)),
        ([expire(30, Filter={"Prefix": "logs/2026-12"})], (30, 30, FOREVER, 30)),
        # So does a rule for part of the sizes, unless other sizes are covered too.
        ([expire(30, Filter={"ObjectSizeGreaterThan": 1000})], (30, 30, FOREVER, 30)),
        (
            [
                expire(30, Filter={"ObjectSizeGreaterThan": 1000}),
                expire(365, Filter={"ObjectSizeLessThan": 1001}),
            ],
            (30, 30, 365, 30),
        ),
        (
            [
                expire(30, Filter={"ObjectSizeGreaterThan": 1000}),
                expire(365, Filter={"ObjectSizeLessThan": 1000}),
            ],
            (30, 30, FOREVER, 30),
        ),
        # A filter that leaves out only objects without a record covers all; one for empty objects covers none.
        ([expire(30, Filter={"ObjectSizeGreaterThan": 1})], (30, 30, 30, 30)),
        ([expire(30, Filter={"ObjectSizeLessThan": 1})], (FOREVER, FOREVER, FOREVER, FOREVER)),
        # Tag rules do not match delivered logs.
        ([expire(90), expire(1, Filter={"Tag": {"Key": "k", "Value": "v"}})], (90, 90, 90, 90)),
        # Delete-marker and upload rules touch no data.
        ([rule(Expiration={"ExpiredObjectDeleteMarker": True})], (FOREVER, FOREVER, FOREVER, FOREVER)),
        ([rule(AbortIncompleteMultipartUpload={"DaysAfterInitiation": 7})], (FOREVER,) * 4),
        # A past date expires every new log at once; a date ahead those written just before it.
        ([rule(Expiration={"Date": "2024-01-01T00:00:00Z"})], (0, 0, 0, 0)),
        ([rule(Expiration={"Date": "2027-01-01T00:00:00Z"})], (0, 0, (40, FOREVER), 0)),
        ([rule(Expiration={"Date": "2027-01-01T00:00:00Z"}), expire(365)], (0, 0, (40, 365), 0)),
        ([rule(Expiration={"Date": "2027-01-01T00:00:00Z"}), expire(30)], (0, 0, 30, 0)),
        # Noncurrent rules have no effect in a bucket that was never versioned.
        ([expire(90, NoncurrentVersionExpiration={"NoncurrentDays": 5})], (90, 90, 90, 90)),
    ],
)
def test_expiration_without_versioning(rules: list[Any], expected: tuple[object, ...]) -> None:
    """S3 User Guide, intro-lifecycle-rules, -filters and lifecycle-conflicts; numbers are visible .. hot."""
    assert numbers(retention(*rules)) == expected


REMOVE_30: dict[str, Any] = {"NoncurrentVersionExpiration": {"NoncurrentDays": 30}}
KEEP_NEWEST: dict[str, Any] = {"NoncurrentVersionExpiration": {"NoncurrentDays": 30, "NewerNoncurrentVersions": 1}}


@pytest.mark.parametrize(
    ("rules", "versioning", "expected"),
    [
        # Enabled: expiration hides, noncurrent expiration deletes.
        ([expire(90)], VERSIONED, (90, FOREVER, FOREVER, 90)),
        ([expire(90, **REMOVE_30)], VERSIONED, (90, 120, 120, 90)),
        ([expire(90), rule("n", **REMOVE_30)], VERSIONED, (90, 120, 120, 90)),
        ([rule(**REMOVE_30)], VERSIONED, (FOREVER, FOREVER, FOREVER, FOREVER)),
        # More than NewerNoncurrentVersions newer ones must exist; a log has none.
        ([expire(90, **KEEP_NEWEST)], VERSIONED, (90, FOREVER, FOREVER, 90)),
        ([expire(90, **KEEP_NEWEST), rule("n", **REMOVE_30)], VERSIONED, (90, 120, 120, 90)),
        # The end and the removal are those of one object: parts that never meet do not add up.
        (
            [
                expire(10, Filter={"ObjectSizeLessThan": 1000}),
                expire(100, Filter={"ObjectSizeGreaterThan": 999}),
                rule("a", Filter={"ObjectSizeLessThan": 1000}, NoncurrentVersionExpiration={"NoncurrentDays": 50}),
                rule("b", Filter={"ObjectSizeGreaterThan": 999}, NoncurrentVersionExpiration={"NoncurrentDays": 5}),
            ],
            VERSIONED,
            (10, 60, 105, 10),
        ),
        # Suspended: null versions are deleted; versions from before may be there, or not.
        ([expire(90, **REMOVE_30)], PAUSED, (90, 90, (90, 120), 90)),
        ([expire(90)], PAUSED, (90, 90, (90, FOREVER), 90)),
        ([rule(**REMOVE_30)], PAUSED, (FOREVER, FOREVER, FOREVER, FOREVER)),
        # A past date hides at once, and what it hid long ago is deleted by now.
        ([rule(Expiration={"Date": "2024-01-01"}, **REMOVE_30)], VERSIONED, (0, 30, 30, 0)),
        ([rule(Expiration={"Date": "2026-11-01"}, **REMOVE_30)], VERSIONED, (0, 30, (30, FOREVER), 0)),
        ([rule(Expiration={"Date": "2026-11-01"})], VERSIONED, (0, FOREVER, FOREVER, 0)),
        (
            [rule(Expiration={"Date": "2026-11-01"}, NoncurrentVersionExpiration={"NoncurrentDays": 21})],
            VERSIONED,
            (0, 21, (21, FOREVER), 0),
        ),
        (
            [rule(Expiration={"Date": "2026-11-01"}, NoncurrentVersionExpiration={"NoncurrentDays": 20})],
            VERSIONED,
            (0, 20, 20, 0),
        ),
    ],
)
def test_versioning_decides_what_expiration_means(
    rules: list[Any], versioning: Versioning, expected: tuple[object, ...]
) -> None:
    """S3 User Guide, intro-lifecycle-rules, "Lifecycle actions and bucket versioning state"."""
    assert numbers(retention(*rules, versioning=versioning)) == expected


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([expire(90, **REMOVE_30)], ((90, FOREVER), (90, FOREVER), (90, FOREVER), (90, FOREVER))),
        ([], (FOREVER, FOREVER, FOREVER, FOREVER)),
    ],
)
def test_unread_versioning_leaves_open_what_depends_on_it(rules: list[Any], expected: tuple[object, ...]) -> None:
    """The lower bounds hold in every state; MFA delete may keep the rules from acting at all."""
    assert numbers(retention(*rules, versioning=UNREAD)) == expected


def test_an_undocumented_versioning_word_leaves_the_bytes_open() -> None:
    """Without MFA delete the expiration is sure, and what it does is not."""
    odd = parse_versioning({"Status": "Paused"})

    assert numbers(retention(expire(90, **REMOVE_30), versioning=odd)) == (90, (90, 120), (90, 120), 90)


@pytest.mark.parametrize("word", ["Enabled", "enabled"])
def test_mfa_delete_leaves_upper_bounds_open(word: str) -> None:
    """S3 does not support lifecycle on such buckets, so rules may not act (lifecycle-and-other-bucket-config)."""
    versioning = parse_versioning({"Status": "Enabled", "MFADelete": word})
    result = retention(expire(90, **REMOVE_30), versioning=versioning)

    assert numbers(result) == ((90, FOREVER), (120, FOREVER), (120, FOREVER), (90, FOREVER))
    assert [(fact.document, fact.path, fact.value) for fact in result.visible.facts] == [
        (Document.VERSIONING, "MFADelete", word)
    ]


@pytest.mark.parametrize(
    ("rules", "hot"),
    [
        # Readable in milliseconds: all but GLACIER and DEEP_ARCHIVE.
        ([move(30, "STANDARD_IA")], FOREVER),
        ([move(30, "ONEZONE_IA")], FOREVER),
        ([move(30, "GLACIER_IR")], FOREVER),
        ([move(30, "INTELLIGENT_TIERING")], FOREVER),
        ([move(30, "GLACIER")], 30),
        ([move(30, "DEEP_ARCHIVE")], 30),
        ([move(0, "GLACIER")], 0),
        # The earliest counts, and the end of visibility.
        ([move(90, "GLACIER"), move(30, "STANDARD_IA"), move(60, "DEEP_ARCHIVE")], 60),
        ([move(90, "GLACIER"), expire(30)], 30),
        ([move(90, "GLACIER"), expire(365)], 90),
        # Prefix, tag and status as for expirations.
        ([move(30, "GLACIER", Filter={"Prefix": "other/"})], FOREVER),
        ([move(30, "GLACIER", Filter={"Tag": {"Key": "k", "Value": "v"}})], FOREVER),
        ([move(30, "GLACIER", Status="Disabled")], FOREVER),
        ([move(30, "GLACIER", Filter={"Prefix": "logs/2026-12"})], 30),
        # A size filter overrides the default minimum, either way.
        ([move(30, "GLACIER", Filter={"ObjectSizeGreaterThan": 1_000_000})], 30),
        ([move(30, "GLACIER", Filter={"ObjectSizeLessThan": 1000})], 30),
        ([move(30, "GLACIER", Filter={"ObjectSizeLessThan": 10})], FOREVER),
        # Dates act on every object from then on.
        ([rule(Transitions=[{"Date": "2024-01-01", "StorageClass": "GLACIER"}])], 0),
        ([rule(Transitions=[{"Date": "2030-01-01", "StorageClass": "DEEP_ARCHIVE"}])], 0),
        ([rule(Transitions=[{"Date": "2030-01-01", "StorageClass": "STANDARD_IA"}])], FOREVER),
        # Noncurrent versions are not read anyway.
        (
            [rule(NoncurrentVersionTransitions=[{"NoncurrentDays": 1, "StorageClass": "GLACIER"}])],
            FOREVER,
        ),
        # What cannot be read may archive at any time; a class nobody knows from its day on.
        ([move("soon", "GLACIER")], (0, FOREVER)),
        ([move("soon", "STANDARD_IA")], FOREVER),
        ([move(30, "FROZEN_2030")], (30, FOREVER)),
        ([move(30, None)], (30, FOREVER)),
        ([move(30, "GLACIER", Status="On")], (30, FOREVER)),
        ([move(30, "GLACIER", Filter={"Suffix": "x"})], (30, FOREVER)),
        ([move(30, "FROZEN_2030"), move(60, "GLACIER")], (30, 60)),
        ([rule(Compact={"Days": 3})], (0, FOREVER)),
    ],
)
@pytest.mark.parametrize("default", ["all_storage_classes_128K", "varies_by_storage_class", "new", None])
def test_hot_days_hold_for_objects_of_every_size(
    rules: list[Any], hot: Days | tuple[Days, Days], default: str | None
) -> None:
    """Objects of 128 KB transition whatever the default minimum is, so the lower bound does not depend on it."""
    document = {} if default is None else {"TransitionDefaultMinimumObjectSize": default}

    assert bounds(retention(*rules, **document).hot) == hot


@pytest.mark.parametrize(
    ("rules", "hot_classes", "hot"),
    [
        ([move(30, "STANDARD_IA")], {"STANDARD"}, 30),
        ([move(30, "STANDARD_IA"), move(60, "GLACIER")], {"STANDARD", "STANDARD_IA"}, 60),
        ([move(30, "GLACIER"), move(60, "DEEP_ARCHIVE")], {"STANDARD", "GLACIER"}, 60),
        ([move(30, "INTELLIGENT_TIERING")], {"STANDARD"}, 30),
        # From GLACIER_IR there is no way to STANDARD_IA, so the later transition may never happen.
        ([move(30, "GLACIER_IR"), move(60, "STANDARD_IA")], {"STANDARD", "GLACIER_IR"}, (60, FOREVER)),
        ([move(60, "GLACIER_IR"), move(30, "STANDARD_IA")], {"STANDARD", "GLACIER_IR"}, 30),
        ([move(30, "EXPRESS_ONEZONE")], {"STANDARD", "EXPRESS_ONEZONE"}, FOREVER),
    ],
)
def test_a_framework_may_choose_its_hot_classes(
    rules: list[Any], hot_classes: set[str], hot: Days | tuple[Days, Days]
) -> None:
    """The set is a parameter; supported transitions: S3 User Guide, lifecycle-transition-general-considerations."""
    assert bounds(retention(*rules, hot=frozenset(hot_classes)).hot) == hot


def test_hot_classes_without_standard_are_refused() -> None:
    """S3 writes log objects in STANDARD, so such a set is a mistake."""
    with pytest.raises(ValueError, match="must include STANDARD"):
        terms(hot=frozenset({"GLACIER_IR"}))


def tiers(*configurations: dict[str, Any]) -> ArchiveTiers:
    return parse_archive_tiers({"IntelligentTieringConfigurationList": list(configurations)})


def tiering(days: int, **members: Any) -> dict[str, Any]:
    tier = {"AccessTier": "ARCHIVE_ACCESS", "Days": days}
    return {"Id": "t", "Status": "Enabled", "Tierings": [tier], **members}


@pytest.mark.parametrize(
    ("rules", "configured", "hot"),
    [
        ([move(0, "INTELLIGENT_TIERING")], tiers(tiering(90)), 90),
        ([move(0, "INTELLIGENT_TIERING")], tiers(tiering(180), tiering(125)), 125),
        ([move(30, "INTELLIGENT_TIERING")], tiers(tiering(90)), (90, 120)),
        ([move(400, "INTELLIGENT_TIERING")], tiers(tiering(90)), (400, 490)),
        ([move(0, "INTELLIGENT_TIERING"), expire(60)], tiers(tiering(90)), 60),
        ([move(0, "INTELLIGENT_TIERING")], tiers(), FOREVER),
        ([move(0, "INTELLIGENT_TIERING")], None, (90, FOREVER)),
        ([move(200, "INTELLIGENT_TIERING")], None, (200, FOREVER)),
        ([move(30, "STANDARD_IA")], None, FOREVER),
        ([move(0, "INTELLIGENT_TIERING")], tiers(tiering(90, Filter={"Prefix": "other/"})), FOREVER),
        ([move(0, "INTELLIGENT_TIERING")], tiers(tiering(90, Filter={"Prefix": "logs/2026"})), 90),
        (
            [move(0, "INTELLIGENT_TIERING", Filter={"Prefix": "logs/2025"})],
            tiers(tiering(90, Filter={"Prefix": "logs/2026"})),
            FOREVER,
        ),
        ([move(0, "INTELLIGENT_TIERING")], tiers(tiering(90, Status="Paused")), (90, FOREVER)),
        ([move(0, "INTELLIGENT_TIERING", Filter={"ObjectSizeLessThan": 131_072})], tiers(tiering(90)), FOREVER),
        ([move(0, "INTELLIGENT_TIERING", Filter={"ObjectSizeLessThan": 131_073})], tiers(tiering(90)), 90),
        ([], tiers(tiering(90)), FOREVER),
    ],
)
def test_archive_tiers_of_intelligent_tiering_end_hot_days(
    rules: list[Any], configured: ArchiveTiers | None, hot: Days | tuple[Days, Days]
) -> None:
    """Days without access, for objects of 128 KB or more (S3 User Guide, intelligent-tiering-overview)."""
    assert bounds(retention(*rules, tiers=configured).hot) == hot


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        # Known days, unknown rule or scope: not sooner than those days.
        ([expire(30, Status="On")], ((30, FOREVER),) * 4),
        ([expire(30, Filter={"Suffix": ".gz"})], ((30, FOREVER),) * 4),
        ([expire(30, Status="On"), expire(90)], ((30, 90),) * 4),
        ([expire(365, Status="On"), expire(90)], (90, 90, 90, 90)),
        # Unknown days or action: at any time.
        ([expire("30"), expire(90)], ((0, 90),) * 4),
        ([rule(Expiration={})], ((0, FOREVER),) * 4),
        ([rule(Unheard=1), expire(90)], ((0, 90),) * 4),
        (["expire"], ((0, FOREVER),) * 4),
        # An uncertain part of the logs leaves the rest decided where it can.
        ([expire(30, Status="On", Filter={"Prefix": "logs/2026"}), expire(90)], ((30, 90), (30, 90), 90, (30, 90))),
        # What does not concern the logs opens nothing.
        ([expire("30", Filter={"Prefix": "other/"}), expire(90)], (90, 90, 90, 90)),
        ([expire("30", Status="Disabled"), expire(90)], (90, 90, 90, 90)),
        ([rule(Filter={"And": {"Prefix": "other/", "Unheard": 1}}, Unheard=1), expire(90)], (90, 90, 90, 90)),
    ],
)
def test_what_cannot_be_interpreted_opens_exactly_what_it_touches(
    rules: list[Any], expected: tuple[object, ...]
) -> None:
    """An unknown value is never dropped and never taken for a default."""
    assert numbers(retention(*rules)) == expected


@pytest.mark.parametrize(
    ("noncurrent", "expected"),
    [
        ({"NoncurrentDays": "30"}, (90, FOREVER)),
        ({"NoncurrentDays": 30, "NewerNoncurrentVersions": 0}, (120, FOREVER)),
        ({"NoncurrentDays": "30", "NewerNoncurrentVersions": 2}, FOREVER),
        ({}, (90, FOREVER)),
    ],
)
def test_a_malformed_noncurrent_expiration(noncurrent: dict[str, Any], expected: object) -> None:
    """It may delete versions from the known day on; with newer versions required it never deletes a log's."""
    result = retention(expire(90, NoncurrentVersionExpiration=noncurrent), versioning=VERSIONED)

    assert bounds(result.guaranteed) == bounds(result.maximum) == expected


@pytest.mark.parametrize("document", [{}, [], "x", {"Rules": None}, {"Rules": [], "Override": {"Days": 1}}])
def test_an_unreadable_document_decides_nothing(document: object) -> None:
    """It is not an empty configuration."""
    result = retention_of(settle(parse_lifecycle(document), NOT_VERSIONED, now=NOW), logs())

    assert numbers(result) == ((0, FOREVER),) * 4
    assert result.coverage.extent is Extent.UNDECIDABLE


@pytest.mark.parametrize(
    ("rules", "extent", "covers_all"),
    [
        ([], Extent.NONE, Truth.FALSE),
        ([expire(90)], Extent.FULL, Truth.TRUE),
        ([expire(90, Status="Disabled")], Extent.NONE, Truth.FALSE),
        ([expire(90, Filter={"Prefix": "other/"})], Extent.NONE, Truth.FALSE),
        ([expire(90, Filter={"Tag": {"Key": "k", "Value": "v"}})], Extent.NONE, Truth.FALSE),
        ([expire(90, Filter={"Prefix": "logs/2026"})], Extent.PARTIAL, Truth.FALSE),
        ([expire(90, Filter={"ObjectSizeLessThan": 10**9})], Extent.PARTIAL, Truth.FALSE),
        (
            [
                expire(90, Filter={"ObjectSizeLessThan": 501}),
                expire(9, Filter={"ObjectSizeGreaterThan": 500}),
            ],
            Extent.FULL,
            Truth.TRUE,
        ),
        ([rule(Expiration={"Date": "2024-01-01"})], Extent.FULL, Truth.TRUE),
        ([rule(Expiration={"ExpiredObjectDeleteMarker": True})], Extent.NONE, Truth.FALSE),
        ([rule(AbortIncompleteMultipartUpload={"DaysAfterInitiation": 7})], Extent.NONE, Truth.FALSE),
        ([move(30, "GLACIER")], Extent.NONE, Truth.FALSE),
        ([expire("90")], Extent.UNDECIDABLE, Truth.UNDECIDABLE),
        ([expire("90"), expire(30)], Extent.FULL, Truth.TRUE),
        ([expire("90", Filter={"Prefix": "logs/2026"})], Extent.UNDECIDABLE, Truth.FALSE),
        (
            [expire("9", Filter={"ObjectSizeLessThan": 501}), expire(9, Filter={"ObjectSizeGreaterThan": 500})],
            Extent.UNDECIDABLE,
            Truth.UNDECIDABLE,
        ),
    ],
)
def test_coverage_of_the_log_objects(rules: list[Any], extent: Extent, covers_all: Truth) -> None:
    """An enabled expiration of current versions covers; markers, uploads and transitions do not."""
    coverage = retention(*rules).coverage

    assert (coverage.extent, coverage.covers_all) == (extent, covers_all)
    assert coverage.facts


def test_a_shared_bucket_answers_for_each_source() -> None:
    """Rules for one source of a shared destination leave the others alone."""
    settled = terms(
        expire(400, "all", Filter={}),
        expire(30, "one", Filter={"Prefix": "logs/111122223333/eu-west-1/noisy/"}),
        expire(7, "december", Filter={"Prefix": "logs/111122223333/eu-west-1/calm/2026/12"}),
        expire(9, "may", Filter={"Prefix": "logs/111122223333/eu-west-1/still/2027/05"}),
    )
    spaces = [*map(partitioned, ("noisy", "quiet", "silent", "calm", "still")), logs()]
    found = retentions(settled, spaces)

    assert [bounds(found[space].guaranteed) for space in spaces] == [30, 400, 400, 7, 9, 400]
    assert found == {space: retention_of(settled, space) for space in spaces}


@pytest.mark.parametrize(
    ("space", "prefix", "days"),
    [
        # Keys of an empty prefix start with a date, so a rule for other folders is none for logs.
        (logs(""), "tmp/", FOREVER),
        (logs(""), "2026/", FOREVER),
        (logs(""), "2026-", 7),
        (logs("logs"), "logs/", FOREVER),
        (logs("logs"), "logs2026-", 7),
        (partitioned("b"), "logs/2026-", FOREVER),
        (partitioned("b"), "logs/111122223333/eu-west-1/b/2026/", 7),
        (partitioned("b"), "logs/111122223333/eu-west-1/b/2026-", FOREVER),
        (partitioned("b"), "logs/111122223333/", 7),
        (partitioned("b"), "logs/111122223333/eu-west-1/bb/", FOREVER),
    ],
)
def test_only_filters_that_log_keys_can_match_count(space: KeySpace, prefix: str, days: Days) -> None:
    """What is written after the stem is fixed by the key format (S3 User Guide, ServerLogs)."""
    result = retention_of(terms(expire(7, Filter={"Prefix": prefix})), space)

    assert bounds(result.guaranteed) == days


@pytest.mark.parametrize(
    ("prefix", "visible"),
    [
        ("logs/2026", 1),
        ("logs/2026-1", 1),
        ("logs/2026-10", 1),
        ("logs/2026-10-2", 1),
        # The last day that the filter names, a month for late deliveries, and no day more.
        ("logs/2026-10-20", 1),
        ("logs/2026-09", 21),
        ("logs/2026-0", 21),
        ("logs/2025", 294),
        ("logs/2025-02", 294 + 31 + 30 + 31 + 30 + 31 + 31 + 30 + 31 + 30 + 31),
        ("logs/2025-11-0", 294 + 31 + 21),
        ("logs/201", 294 + 2192),
    ],
)
def test_a_clean_up_of_old_logs_is_no_short_retention(prefix: str, visible: int) -> None:
    """A rule for a past year deletes only logs that are at least that old already."""
    result = retention(expire(1, "clean", Filter={"Prefix": prefix}), expire(4000))

    assert numbers(result) == (visible, visible, 4000, visible)


def test_old_logs_in_an_archive_do_not_cool_new_ones() -> None:
    """Logs of last year may be archived; those of the last 294 days are readable."""
    result = retention(move(30, "GLACIER", Filter={"Prefix": "logs/2025"}), expire(4000))

    assert bounds(result.hot) == 294


def test_too_many_rules_to_work_out_decide_nothing() -> None:
    """A hostile configuration costs neither hours nor a wrong answer."""
    many = [expire(n + 1, str(n), Filter={"ObjectSizeGreaterThan": 100 + n}) for n in range(1000)]
    result = retention(*many)

    assert numbers(result) == ((0, FOREVER),) * 4
    assert result.coverage.covers_all is Truth.UNDECIDABLE


@pytest.mark.parametrize(
    ("days", "expected", "extent"),
    [
        (None, FOREVER, Extent.NONE),
        (1, 1, Extent.FULL),
        (3653, 3653, Extent.FULL),
        (0, (0, FOREVER), Extent.UNDECIDABLE),
    ],
)
def test_a_log_group_keeps_its_events_for_its_retention(days: int | None, expected: object, extent: Extent) -> None:
    """Absent is for ever, and hot is the same (CloudWatch Logs API Reference, DescribeLogGroups)."""
    result = retention_of_log_group(days)

    assert numbers(result) == (expected,) * 4
    assert result.coverage.extent is extent
    assert [(fact.document, fact.path, fact.value) for fact in result.hot.facts] == [
        (Document.LOG_GROUP, "retentionInDays", days)
    ]
