"""Tests of the parsing of ListBucketIntelligentTieringConfigurations."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.s3.intelligent_tiering import NO_ARCHIVE_TIERS, parse_archive_tiers

ARCHIVE = {"AccessTier": "ARCHIVE_ACCESS", "Days": 90}
DEEP = {"AccessTier": "DEEP_ARCHIVE_ACCESS", "Days": 180}


def configuration(**members: Any) -> dict[str, Any]:
    described = {"Id": "t", "Status": "Enabled", "Tierings": [ARCHIVE], **members}
    return {"IsTruncated": False, "IntelligentTieringConfigurationList": [described]}


@pytest.mark.parametrize("document", [{}, {"IsTruncated": False}, {"IntelligentTieringConfigurationList": []}])
def test_no_configuration_means_no_archive_tiers(document: object) -> None:
    """boto3 leaves the list out when there is none; the archive tiers are optional and off."""
    assert parse_archive_tiers(document) == NO_ARCHIVE_TIERS


@pytest.mark.parametrize(
    ("members", "tiers"),
    [
        ({}, [("", 90, False)]),
        ({"Tierings": [ARCHIVE, DEEP]}, [("", 90, False), ("", 180, False)]),
        ({"Filter": {}}, [("", 90, False)]),
        ({"Filter": {"Prefix": "logs/"}}, [("logs/", 90, False)]),
        ({"Filter": {"And": {"Prefix": "logs/"}}}, [("logs/", 90, False)]),
        ({"Filter": {"Tag": {"Key": "k", "Value": "v"}}}, []),
        ({"Filter": {"And": {"Prefix": "logs/", "Tags": [{"Key": "k", "Value": "v"}]}}}, []),
        ({"Status": "Disabled"}, []),
        ({"Status": "Paused"}, [("", 90, True)]),
        ({"Filter": {"Suffix": ".gz"}}, [("", 90, True)]),
        ({"Filter": "logs/"}, [("", 90, True)]),
        ({"Tierings": None}, [("", 90, True)]),
        ({"Tierings": [{"AccessTier": "ICE", "Days": 400}]}, [("", 90, True)]),
        ({"Tierings": [{"AccessTier": "ARCHIVE_ACCESS", "Days": "90"}]}, [("", 90, True)]),
        ({"Tierings": [{"AccessTier": "ARCHIVE_ACCESS", "Days": 30}]}, [("", 90, True)]),
    ],
)
def test_tiers_that_may_take_logs(members: dict[str, Any], tiers: list[tuple[str, int, bool]]) -> None:
    """Tags take no delivered log; what S3 does not document is a tier in doubt at the soonest, 90 days."""
    found = parse_archive_tiers(configuration(**members)).tiers

    assert [(tier.prefix, tier.days, tier.doubt is not None) for tier in found] == tiers


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {"IntelligentTieringConfigurationList": None},
        {"IntelligentTieringConfigurationList": ["x"]},
        {"IsTruncated": True, "IntelligentTieringConfigurationList": []},
        {"IsTruncated": "false"},
    ],
)
def test_an_incomplete_answer_leaves_a_tier_in_doubt(document: object) -> None:
    """A page that was not read may hold any configuration."""
    assert [tier.doubt is not None for tier in parse_archive_tiers(document).tiers] == [True]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["IntelligentTieringConfigurationList", "Status", "Filter", "Tierings", "x"]), inner
            )
        ),
        max_leaves=8,
    )
)
def test_any_json_is_parsed(document: object) -> None:
    """Parsing never raises, and no tier can begin before day 90."""
    assert all(tier.days >= 90 for tier in parse_archive_tiers(document).tiers)
