"""Tests of the parsing of GetBucketVersioning."""

from __future__ import annotations

import pytest

from auditor.s3.days import Document
from auditor.s3.versioning import UNREAD_VERSIONING, MfaDelete, VersioningState, parse_versioning


@pytest.mark.parametrize(
    ("document", "state", "mfa_delete"),
    [
        ({}, VersioningState.NEVER_ENABLED, MfaDelete.OFF),
        ({"Status": "Enabled"}, VersioningState.ENABLED, MfaDelete.OFF),
        ({"Status": "Suspended"}, VersioningState.SUSPENDED, MfaDelete.OFF),
        ({"Status": "Enabled", "MFADelete": "Disabled"}, VersioningState.ENABLED, MfaDelete.OFF),
        ({"Status": "Enabled", "MFADelete": "Enabled"}, VersioningState.ENABLED, MfaDelete.ON),
        ({"Status": "enabled"}, VersioningState.UNKNOWN, MfaDelete.OFF),
        ({"Status": None}, VersioningState.UNKNOWN, MfaDelete.OFF),
        ({"Status": "Enabled", "MFADelete": True}, VersioningState.ENABLED, MfaDelete.UNKNOWN),
    ],
)
def test_only_documented_words_are_a_state(
    document: dict[str, object], state: VersioningState, mfa_delete: MfaDelete
) -> None:
    """S3 leaves Status out of a bucket that was never versioned; another word is unknown, not "off"."""
    versioning = parse_versioning(document)

    assert (versioning.state, versioning.mfa_delete) == (state, mfa_delete)
    assert (versioning.fact.document, versioning.fact.path) == (Document.VERSIONING, "Status")


def test_a_hostile_word_is_evidence_on_one_short_line() -> None:
    """What S3 does not document is still shown, but cannot break a report."""
    fact = parse_versioning({"Status": "On\n" + "x" * 9999}).fact

    assert isinstance(fact.value, str)
    assert fact.value.startswith('"On\\nx')
    assert len(fact.value) < 250
    assert "\n" not in fact.value


@pytest.mark.parametrize("document", [None, [], "Enabled", 0])
def test_no_document_is_no_answer(document: object) -> None:
    """What was not read is unknown, never "not versioned"."""
    assert parse_versioning(document) == UNREAD_VERSIONING
    assert UNREAD_VERSIONING.state is VersioningState.UNKNOWN
