"""Tests of what retention says: the facts it cites and the sentences that auditors read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from auditor.s3.days import DayCount, Document
from auditor.s3.intelligent_tiering import NO_ARCHIVE_TIERS, ArchiveTiers, parse_archive_tiers
from auditor.s3.lifecycle_parse import parse_lifecycle
from auditor.s3.lifecycle_terms import settle
from auditor.s3.log_keys import KeySpace, SimplePrefix
from auditor.s3.retention import Retention, retention_of
from auditor.s3.versioning import Versioning, parse_versioning

NOT_VERSIONED, VERSIONED, PAUSED = (
    parse_versioning(document) for document in ({}, {"Status": "Enabled"}, {"Status": "Suspended"})
)
LOGS = KeySpace(prefix="logs/", key_format=SimplePrefix(), account="1", region="eu-west-1", bucket="b")
REMOVE_30: dict[str, Any] = {"NoncurrentVersionExpiration": {"NoncurrentDays": 30}}


def rule(name: str = "r", **members: Any) -> dict[str, Any]:
    return {"ID": name, "Status": "Enabled", "Filter": {"Prefix": "logs/"}, **members}


def expire(days: object, name: str = "r", **members: Any) -> dict[str, Any]:
    return rule(name, Expiration={"Days": days}, **members)


def move(days: object, storage_class: object, **members: Any) -> dict[str, Any]:
    return rule("move", Transitions=[{"Days": days, "StorageClass": storage_class}], **members)


def retention(
    *rules: object, versioning: Versioning = NOT_VERSIONED, tiers: ArchiveTiers = NO_ARCHIVE_TIERS
) -> Retention:
    parsed = parse_lifecycle({"Rules": list(rules)} if rules else None)
    settled = settle(parsed, versioning, now=datetime(2026, 11, 22, tzinfo=UTC), tiers=tiers)
    return retention_of(settled, LOGS)


@pytest.mark.parametrize(
    ("rules", "versioning", "number", "facts", "sentence"),
    [
        (
            [expire(90, "expire-logs")],
            VERSIONED,
            "guaranteed",
            [("Rules[0].Expiration.Days", 90), ("Status", "Enabled")],
            (
                'Rule "expire-logs" expires current versions of log objects 90 days after creation; the bucket '
                "is versioned "
                "and no rule removes the noncurrent version that is left, so the bytes are kept for ever."
            ),
        ),
        (
            [expire(365), expire(30, "short")],
            NOT_VERSIONED,
            "guaranteed",
            [("Rules[1].Expiration.Days", 30), ("Status", None)],
            (
                'Rule "short" expires log objects 30 days after creation; the bucket is not versioned, so they '
                "are then "
                "deleted for good."
            ),
        ),
        (
            [expire(90), rule("clean", **REMOVE_30)],
            VERSIONED,
            "maximum",
            [
                ("Rules[0].Expiration.Days", 90),
                ("Rules[1].NoncurrentVersionExpiration.NoncurrentDays", 30),
                ("Status", "Enabled"),
            ],
            (
                'Rule "r" expires current versions of log objects 90 days after creation; rule "clean" deletes '
                "noncurrent "
                "versions 30 days later, so the bytes are kept for 120 days."
            ),
        ),
        (
            [expire(90, **REMOVE_30)],
            PAUSED,
            "maximum",
            [("Status", "Suspended")],
            (
                "Versioning is suspended, and log objects written while it was enabled keep their versions. So "
                "log objects "
                "may be kept for 90 to 120 days."
            ),
        ),
        (
            [],
            NOT_VERSIONED,
            "visible",
            [("Rules", None)],
            "The bucket has no lifecycle configuration, so they stay visible for ever.",
        ),
        (
            [expire(9, Filter={"Prefix": "x/"})],
            NOT_VERSIONED,
            "maximum",
            [("Rules", 1)],
            "No enabled rule expires log objects, so they are kept for ever.",
        ),
        (
            [expire(9, "part", Filter={"And": {"Prefix": "logs/2026", "ObjectSizeGreaterThan": 1000}})],
            NOT_VERSIONED,
            "visible",
            [("Rules[0].Expiration.Days", 9)],
            (
                'Rule "part" expires log objects larger than 1,000 bytes whose keys start with "logs/2026" 9 '
                "days after "
                "creation."
            ),
        ),
        (
            [expire(9, Filter={"Prefix": "logs/2026"})],
            NOT_VERSIONED,
            "maximum",
            [("Rules", 1)],
            "No enabled rule expires the other log objects, so they are kept for ever.",
        ),
        (
            [rule("d", Expiration={"Date": "2024-01-01"})],
            NOT_VERSIONED,
            "visible",
            [("Rules[0].Expiration.Date", "2024-01-01T00:00:00Z")],
            'Rule "d" expires log objects on 2024-01-01 and, as long as it is enabled, at once from then on.',
        ),
        (
            [move(30, "GLACIER"), expire(365)],
            NOT_VERSIONED,
            "hot",
            [("Rules[0].Transitions[0].Days", 30)],
            'Rule "move" moves log objects of 128 KB or more to GLACIER 30 days after creation.',
        ),
        (
            [move(30, "GLACIER", Filter={"ObjectSizeGreaterThan": 500})],
            NOT_VERSIONED,
            "hot",
            [("Rules[0].Transitions[0].Days", 30)],
            'Rule "move" moves log objects larger than 500 bytes to GLACIER 30 days after creation.',
        ),
        (
            [expire(90)],
            NOT_VERSIONED,
            "hot",
            [("Rules[0].Expiration.Days", 90)],
            'Rule "r" expires log objects 90 days after creation; until then they can be read at once.',
        ),
        (
            [expire("soon"), expire(365)],
            NOT_VERSIONED,
            "guaranteed",
            [("Rules[0].Expiration.Days", '"soon"')],
            (
                'Rules[0].Expiration.Days is "soon", which is not a whole number from 1 up. So log objects are '
                "kept for 0 to "
                "365 days."
            ),
        ),
    ],
)
def test_every_number_names_what_decided_it(
    rules: list[Any],
    versioning: Versioning,
    number: str,
    facts: list[tuple[str, object]],
    sentence: str,
) -> None:
    """The path and value are evidence; the sentence is what an auditor reads."""
    result = retention(*rules, versioning=versioning)
    count: DayCount = {
        "visible": result.visible,
        "guaranteed": result.guaranteed,
        "maximum": result.maximum,
        "hot": result.hot,
    }[number]

    assert [(fact.path, fact.value) for fact in count.facts] == facts
    assert count.sentence == sentence


def test_an_archive_tier_is_named() -> None:
    """The fact is in the Intelligent-Tiering document, not in the lifecycle."""
    tier = {"AccessTier": "ARCHIVE_ACCESS", "Days": 90}
    tiers = parse_archive_tiers(
        {"IntelligentTieringConfigurationList": [{"Id": "t", "Status": "Enabled", "Tierings": [tier]}]}
    )
    hot = retention(move(0, "INTELLIGENT_TIERING"), tiers=tiers).hot

    assert [(fact.document, fact.path, fact.value) for fact in hot.facts] == [
        (Document.INTELLIGENT_TIERING, "IntelligentTieringConfigurationList[0].Tierings[0].Days", 90)
    ]
    assert hot.sentence == (
        'Rule "move" moves log objects to INTELLIGENT_TIERING; an archive tier takes those that nobody '
        "reads for 90 days."
    )


def test_the_age_that_decides_is_said() -> None:
    """Otherwise a clean-up after 1 day would seem to guarantee 294 days."""
    visible = retention(expire(1, "clean", Filter={"Prefix": "logs/2025"})).visible
    young = retention(expire(400, "clean", Filter={"Prefix": "logs/2025"})).visible

    assert visible.sentence == (
        'Rule "clean" expires log objects whose keys start with "logs/2025" 1 day after creation. '
        "They are at least 294 days old by now."
    )
    assert "old by now" not in young.sentence


@pytest.mark.parametrize(
    ("word", "claim"), [("Enabled", "MFA delete is on"), ("?", "Whether MFA delete is on is not known")]
)
def test_mfa_delete_is_named_as_the_reason(word: str, claim: str) -> None:
    """The reader learns why an ordinary expiration does not count."""
    versioning = parse_versioning({"Status": "Enabled", "MFADelete": word})

    assert retention(expire(90), versioning=versioning).visible.sentence == (
        f"{claim}, and S3 does not support lifecycle rules on a bucket with MFA delete. So log objects stay visible "
        "for 90 days at least, perhaps for ever."
    )


def test_coverage_names_both_halves_of_a_partial_one() -> None:
    """What expires, and that the rest does not."""
    coverage = retention(expire(9, Filter={"ObjectSizeLessThan": 1000})).coverage

    assert coverage.sentence == (
        'Rule "r" expires log objects smaller than 1,000 bytes 9 days after creation; no enabled rule '
        "expires log objects "
        "larger than 999 bytes."
    )
