"""Answers of AWS become JSON without losing anything but the envelope."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from auditor.aws.documents import document_of, iso, jsonable


def test_an_answer_as_a_document() -> None:
    """ResponseMetadata is the envelope; times become ISO 8601 in UTC, bytes base64, and the rest stays as it is."""
    answer = {
        "When": datetime(2026, 11, 22, 21, 0, tzinfo=timezone(timedelta(hours=1))),
        "Policy": '{"Version":"2012-10-17"}',
        "Nested": [{"A": (1, 2.5, None, True)}, b"\x00"],
        "ResponseMetadata": {"RequestId": "x"},
    }

    document = document_of(answer)

    assert document == {
        "When": "2026-11-22T20:00:00Z",
        "Policy": '{"Version":"2012-10-17"}',
        "Nested": [{"A": [1, 2.5, None, True]}, "AA=="],
    }
    assert json.loads(json.dumps(document)) == document


def test_a_time_without_zone_is_utc() -> None:
    """AWS sends UTC; the zone of this machine must not shift a time."""
    assert iso(datetime(2026, 1, 2, 3, 4, 5, 600_000)) == "2026-01-02T03:04:05.600000Z"  # noqa: DTZ001
    assert iso(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) == "2026-01-02T03:04:05Z"


def test_an_unknown_type_is_a_bug() -> None:
    """A type that no read returns is not silently turned into its repr."""
    with pytest.raises(TypeError, match="object"):
        jsonable(object())
