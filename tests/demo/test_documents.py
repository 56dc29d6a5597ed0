"""The documents of the demo are what AWS documents, and the emulator takes them."""

from __future__ import annotations

import pytest

from auditor.demo.documents import destination_policy, keep, log_delivery_acl, provisional_policy
from auditor.demo.estate import VIRGINIA
from auditor.demo.plan import Data, DemoBucket, Permission, Receiving
from auditor.reading import Json
from auditor.shape import array, mapping

LOGS = DemoBucket("acme-logs", VIRGINIA, Data.LOGS, receives=Receiving())
APP = DemoBucket("acme-app", VIRGINIA, Data.PHI, logs_to="acme-logs")


def statements(policy: Json) -> dict[Json, Json]:
    """The statements of a policy by their Sid."""
    found = [mapping(statement, "") for statement in array(mapping(policy, "").get("Statement"), "")]
    return {str(statement["Sid"]): dict(statement) for statement in found}


def test_a_sound_destination_lets_only_its_sources_in() -> None:
    """The statement for log delivery is bound to prefix, source bucket and account."""
    found = statements(destination_policy(LOGS, Receiving(), [APP]))

    assert found["S3ServerAccessLogsPolicy1"] == {
        "Sid": "S3ServerAccessLogsPolicy1",
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::acme-logs/acme-app/*",
        "Condition": {
            "ArnLike": {"aws:SourceArn": "arn:aws:s3:::acme-app"},
            "StringEquals": {"aws:SourceAccount": "111122223333"},
        },
    }
    assert set(found) == {
        "S3ServerAccessLogsPolicy1",
        "SecurityReads",
        "OnlyLogDeliveryWrites",
        "NobodyDeletes",
        "TlsOnly",
    }


@pytest.mark.parametrize(
    ("receiving", "gone", "come"),
    [
        (Receiving(permission=Permission.NONE), {"S3ServerAccessLogsPolicy1"}, set()),
        (Receiving(tls_only=False), {"TlsOnly"}, set()),
        (Receiving(deletes_denied=False), {"NobodyDeletes"}, set()),
        (Receiving(outsider="999988887777", only_delivery_writes=False), {"OnlyLogDeliveryWrites"}, {"VendorSupport"}),
        (Receiving(public_policy=True), set(), {"Download"}),
        (Receiving(denies_unless={"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}), set(), {"OnlyFromInside"}),
    ],
    ids=["no delivery", "plain http", "deletes", "outsider", "public", "vpc only"],
)
def test_a_defect_changes_nothing_but_its_own_statement(receiving: Receiving, gone: set[str], come: set[str]) -> None:
    """What is planted is one thing, so that a scan's answer can be checked against it."""
    sound = set(statements(destination_policy(LOGS, Receiving(), [APP])))

    assert set(statements(destination_policy(LOGS, receiving, [APP]))) == (sound - gone) | come


def test_a_destination_by_acl_without_denials_has_no_policy() -> None:
    """Before 2023 log delivery needed none."""
    bare = Receiving(permission=Permission.ACL, tls_only=False, only_delivery_writes=False, deletes_denied=False)

    assert destination_policy(LOGS, bare, [APP]) is None
    assert "s3/LogDelivery" in str(log_delivery_acl("0" * 64))


def test_an_unscoped_delivery_has_no_condition() -> None:
    """Then log delivery can be used on behalf of any account."""
    found = statements(destination_policy(LOGS, Receiving(permission=Permission.UNSCOPED), [APP]))

    assert "Condition" not in mapping(found["S3ServerAccessLogsPolicy1"], "")


def test_the_emulator_finds_a_principal_it_can_read_in_the_first_statement() -> None:
    """moto answers 500 to a PutBucketLogging when the first statement names everybody as a bare "*"."""
    for policy in (provisional_policy(LOGS), destination_policy(LOGS, Receiving(), [APP])):
        first = next(iter(statements(policy).values()))
        assert isinstance(mapping(first, "")["Principal"], dict)


def test_noncurrent_versions_are_kept_for_ever_only_on_purpose() -> None:
    """A sound rule bounds what versioning keeps of expired logs."""
    assert keep(400)["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert "NoncurrentVersionExpiration" not in keep(400, noncurrent_days=None)
