"""Which keys a replication configuration copies, and where to."""

from __future__ import annotations

import pytest

from auditor.reading import Json
from auditor.s3.replication import parse_replication

END: Json = {"Bucket": "arn:aws:s3:::archive"}


def document(*rules: Json) -> Json:
    """A GetBucketReplication answer."""
    return {"ReplicationConfiguration": {"Role": "r", "Rules": [*rules]}}


def test_a_rule_with_everything() -> None:
    """Every part that a judgement needs, whichever way it is spelled."""
    rule: Json = {
        "ID": "all",
        "Status": "Enabled",
        "Filter": {"And": {"Prefix": "app/", "Tags": [{"Key": "a", "Value": "b"}]}},
        "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
        "DeleteMarkerReplication": {"Status": "Enabled"},
        "Destination": {"Bucket": "arn:aws:s3:::archive", "Account": "444455556666"},
    }
    (found,) = parse_replication(document(rule))

    assert (found.prefix, found.tagged, found.selects_kms, found.copies_delete_markers) == ("app/", True, True, True)
    assert (found.bucket, found.account, found.enabled, found.doubt) == ("archive", "444455556666", True, "")
    assert (found.path, found.name) == ("ReplicationConfiguration.Rules[0]", 'rule "all"')


@pytest.mark.parametrize(
    ("rule", "prefix"),
    [
        ({"Status": "Enabled", "Prefix": "old/", "Destination": END}, "old/"),
        ({"Status": "Enabled", "Prefix": "", "Destination": END}, ""),
        ({"Status": "Enabled", "Filter": {"Prefix": "new/"}, "Destination": END}, "new/"),
        ({"Status": "Enabled", "Filter": {}, "Destination": END}, ""),
        ({"Status": "Enabled", "Destination": END}, ""),
    ],
)
def test_the_prefix(rule: Json, prefix: str) -> None:
    """Beside the status in rules from before filters, in the filter since."""
    assert parse_replication(document(rule))[0].prefix == prefix


def test_a_rule_without_an_id_is_called_by_its_place() -> None:
    """And a hostile one stays on one line."""
    nameless: Json = {"Status": "Enabled", "Destination": END}
    hostile: Json = {"ID": "a\n\u202eb", "Status": "Enabled", "Destination": END}
    first, second = parse_replication(document(nameless, hostile))

    assert first.name == "the rule at ReplicationConfiguration.Rules[0]"
    assert second.name == 'rule "a\\u{a}\\u{202e}b"'


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"Status": "Sometimes", "Destination": END}, "neither Enabled nor Disabled"),
        ({"Status": "Enabled", "Filter": {"Size": 1}, "Destination": END}, "Size"),
        ({"Status": "Enabled", "Filter": {"And": {"Owner": "x"}}, "Destination": END}, "Owner"),
    ],
)
def test_what_we_do_not_know_is_a_doubt(rule: Json, said: str) -> None:
    """The rule may do anything."""
    assert said in parse_replication(document(rule))[0].doubt


@pytest.mark.parametrize(
    "found",
    [
        [],
        {"ReplicationConfiguration": {}},
        document("rule"),
        document({"Status": "Enabled"}),
        document({"Destination": END}),
        document({"Status": "Enabled", "Destination": {"Bucket": "archive"}}),
        document({"Status": "Enabled", "Destination": {"Bucket": "arn:aws:sqs:::queue"}}),
        document({"Status": "Enabled", "Filter": {"And": {"Tags": {}}}, "Destination": END}),
    ],
)
def test_another_shape_is_refused(found: Json) -> None:
    """Nothing is concluded from it."""
    with pytest.raises(ValueError, match="must be"):
        parse_replication(found)
