"""archive-copy: PASS where every log is copied to another account or to a locked bucket."""

from __future__ import annotations

import pytest

from auditor.model import Bucket, Cause, Outcome, Verdict
from auditor.reading import Json, Reading, Setting, Unreadable
from checks.posture.archive_copy import CHECK
from tests.estates import (
    ACCOUNT,
    OTHER_ACCOUNT,
    PARTITIONED,
    absent,
    account,
    bucket,
    denied,
    destination,
    encrypted,
    estate,
    present,
    to,
    verdict_of,
)

STRANGER = "999988887777"
LOCKED = present({"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}})


def rule(end: str = "archive", *, owner: str = "", **changes: Json) -> Json:
    """A rule that copies everything to the bucket `end`, until something is changed."""
    to_where: dict[str, Json] = {"Bucket": f"arn:aws:s3:::{end}", **({"Account": owner} if owner else {})}
    sound: dict[str, Json] = {
        "ID": "archive",
        "Priority": 1,
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": to_where,
    }
    return {**sound, **changes}


def archive(*, account_id: str = OTHER_ACCOUNT, lock: Reading[Json] | None = None, deleted: bool = False) -> Bucket:
    """The bucket that copies go to."""
    readings = {} if lock is None else {Setting.OBJECT_LOCK: lock}
    return bucket("archive", account=account_id, readings=readings, deleted=deleted)


def verdict(
    *others: Bucket,
    rules: tuple[Json, ...] = (),
    reading: Reading[Json] | None = None,
    encryption: Reading[Json] | None = None,
    sources: tuple[Bucket, ...] = (),
) -> Verdict:
    """The verdict on a destination with these rules, or with this reading of its replication."""
    configuration = present({"ReplicationConfiguration": {"Role": "arn:aws:iam::1:role/r", "Rules": [*rules]}})
    readings = {
        Setting.REPLICATION: reading or configuration,
        Setting.ENCRYPTION: encryption or present(encrypted()),
    }
    apps = sources or (bucket("app", logging=to("logs", "app/")),)
    accounts = (account(), account(OTHER_ACCOUNT))
    return verdict_of(CHECK, estate(*apps, destination("logs", readings=readings), *others, accounts=accounts), "logs")


PASS, FAIL, UNKNOWN = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN
UNREADABLE, UNDECIDABLE = Cause.UNREADABLE, Cause.UNDECIDABLE


@pytest.mark.parametrize(
    ("reading", "outcome", "cause"),
    [
        (absent("ReplicationConfigurationNotFoundError"), FAIL, None),
        (denied(Setting.REPLICATION), UNKNOWN, UNREADABLE),
        (present({"ReplicationConfiguration": {"Rules": "all"}}), UNKNOWN, UNREADABLE),
        (present({"ReplicationConfiguration": {"Rules": []}}), FAIL, None),
    ],
)
def test_readings(reading: Reading[Json], outcome: Outcome, cause: Cause | None) -> None:
    """No replication is no copy; an unread one is unknown."""
    found = verdict(reading=reading)

    assert (found.outcome, found.cause) == (outcome, cause)


@pytest.mark.parametrize(
    ("one", "other", "outcome", "cause"),
    [
        # In view.
        (rule(), archive(), PASS, None),
        (rule(owner=OTHER_ACCOUNT), archive(), PASS, None),
        (rule(owner=STRANGER), archive(), UNKNOWN, UNDECIDABLE),
        (rule(), archive(account_id=ACCOUNT, lock=LOCKED), PASS, None),
        (rule(), archive(account_id=ACCOUNT, lock=absent("ObjectLockConfigurationNotFoundError")), FAIL, None),
        (rule(), archive(account_id=ACCOUNT, lock=present({"ObjectLockConfiguration": {}})), FAIL, None),
        (rule(), archive(account_id=ACCOUNT, lock=denied(Setting.OBJECT_LOCK)), UNKNOWN, UNREADABLE),
        (rule(), archive(account_id=ACCOUNT), UNKNOWN, UNREADABLE),
        (rule(), archive(deleted=True), FAIL, None),
        (rule("logs"), None, FAIL, None),
        # Out of view.
        (rule(owner=STRANGER), None, PASS, None),
        (rule(owner=ACCOUNT), None, UNKNOWN, UNDECIDABLE),
        (rule(), None, UNKNOWN, UNDECIDABLE),
    ],
)
def test_where_the_copies_go(one: Json, other: Bucket | None, outcome: Outcome, cause: Cause | None) -> None:
    """Another account, or Object Lock, is out of reach; the bucket next door is not."""
    found = verdict(*(() if other is None else (other,)), rules=(one,))

    assert (found.outcome, found.cause) == (outcome, cause)


@pytest.mark.parametrize(
    ("rules", "outcome"),
    [
        ((rule(Filter={"Prefix": "app/"}),), PASS),
        ((rule(Filter={}),), PASS),
        ((rule(Filter={"And": {"Prefix": "app/"}}),), PASS),
        ((rule(Filter={"Prefix": "app/2026"}),), FAIL),
        ((rule(Filter={"Prefix": "other/"}),), FAIL),
        ((rule(Filter={"Tag": {"Key": "a", "Value": "b"}}),), FAIL),
        ((rule(Filter={"And": {"Prefix": "", "Tags": [{"Key": "a", "Value": "b"}]}}),), FAIL),
        ((rule(Status="Disabled"),), FAIL),
        ((rule(Status="Disabled"), rule()), PASS),
        ((rule(Filter={"Prefix": "other/"}), rule(Filter={"Prefix": "a"})), PASS),
        ((rule(Status="Perhaps"),), UNKNOWN),
        ((rule(Filter={"Size": 7}),), UNKNOWN),
        ((rule(Filter={"Size": 7}), rule()), PASS),
    ],
)
def test_which_logs_are_copied(rules: tuple[Json, ...], outcome: Outcome) -> None:
    """An enabled rule without tags, whose prefix takes in all keys of the logs."""
    assert verdict(archive(), rules=rules).outcome is outcome


def test_every_source_has_to_be_copied() -> None:
    """The one that is left out is named by its keys."""
    apps = (bucket("app", logging=to("logs", "app/")), bucket("web", logging=to("logs", "web/")))
    found = verdict(archive(), rules=(rule(Filter={"Prefix": "app/"}),), sources=apps)

    assert found.outcome is FAIL
    assert 'under "web/" are not copied out of reach' in found.reason


def test_the_partitioned_format_is_copied_by_its_real_keys() -> None:
    """A rule for the account folder covers all that S3 writes under the prefix."""
    one = (bucket("app", logging=to("logs", "all/", key_format=PARTITIONED)),)
    unplaced = Unreadable(setting=Setting.REGION, code="AccessDenied")
    dark = (bucket("app", logging=to("logs", "all/", key_format=PARTITIONED), region=unplaced),)
    mine = (rule(Filter={"Prefix": f"all/{ACCOUNT}/"}),)

    assert verdict(archive(), rules=mine, sources=one).outcome is PASS
    assert verdict(archive(), rules=mine, sources=dark).cause is UNREADABLE


KMS: Json = {"SseKmsEncryptedObjects": {"Status": "Enabled"}}


@pytest.mark.parametrize(
    ("encryption", "one", "outcome", "cause"),
    [
        (present(encrypted("aws:kms")), rule(), UNKNOWN, UNDECIDABLE),
        (present(encrypted("aws:kms")), rule(SourceSelectionCriteria=KMS), PASS, None),
        (denied(Setting.ENCRYPTION), rule(), UNKNOWN, UNREADABLE),
        (denied(Setting.ENCRYPTION), rule(SourceSelectionCriteria=KMS), PASS, None),
        (absent(), rule(), PASS, None),
        (present(encrypted("aws:kms")), rule("logs"), FAIL, None),
    ],
)
def test_objects_encrypted_with_kms_are_copied_only_where_a_rule_says_so(
    encryption: Reading[Json], one: Json, outcome: Outcome, cause: Cause | None
) -> None:
    """Under which key S3 delivers to such a destination is not documented."""
    found = verdict(archive(), rules=(one,), encryption=encryption)

    assert (found.outcome, found.cause) == (outcome, cause)


def test_a_pass_names_the_rule_and_the_bucket() -> None:
    """And says that delete markers go along."""
    found = verdict(archive(), rules=(rule(DeleteMarkerReplication={"Status": "Enabled"}),))

    assert f'rule "archive" copies to archive in account {OTHER_ACCOUNT}' in found.reason
    assert "Delete markers are copied as well" in found.reason
    assert [(fact.setting, fact.path, fact.value) for fact in found.evidence] == [
        (
            "replication",
            "ReplicationConfiguration.Rules[0]",
            {"Prefix": "", "Bucket": "archive", "Account": None},
        ),
        ("bucket-list", "account", OTHER_ACCOUNT),
    ]
