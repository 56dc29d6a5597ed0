"""delivery-encryption: FAIL where the destination encrypts with anything of KMS."""

from __future__ import annotations

import pytest

from auditor.model import Bucket, Cause, Outcome
from auditor.reading import Json, Reading, Setting
from checks.posture.delivery_encryption import CHECK
from tests.estates import absent, bucket, denied, destination, encrypted, estate, paths, present, to, verdict_of

KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234"


def logs(reading: Reading[Json]) -> Bucket:
    return destination("logs", readings={Setting.ENCRYPTION: reading})


@pytest.mark.parametrize(
    ("reading", "outcome", "cause"),
    [
        (present(encrypted("AES256")), Outcome.PASS, None),
        (absent("ServerSideEncryptionConfigurationNotFoundError"), Outcome.PASS, None),
        (present({"ServerSideEncryptionConfiguration": {"Rules": [{"BucketKeyEnabled": False}]}}), Outcome.PASS, None),
        (present(encrypted("aws:kms", KMSMasterKeyID=KEY)), Outcome.FAIL, None),
        (present(encrypted("aws:kms")), Outcome.FAIL, None),
        (present(encrypted("aws:kms:dsse")), Outcome.FAIL, None),
        (present(encrypted("aws:fsx")), Outcome.UNKNOWN, Cause.UNDECIDABLE),
        (denied(Setting.ENCRYPTION), Outcome.UNKNOWN, Cause.UNREADABLE),
        (present({"ServerSideEncryptionConfiguration": []}), Outcome.UNKNOWN, Cause.UNREADABLE),
    ],
)
def test_only_sse_s3_is_supported(reading: Reading[Json], outcome: Outcome, cause: Cause | None) -> None:
    """AWS supports SSE-S3 only; without a setting S3 applies it by itself."""
    verdict = verdict_of(CHECK, estate(bucket("app", logging=to("logs", "app/")), logs(reading)), "app")

    assert (verdict.outcome, verdict.cause) == (outcome, cause)


def test_the_algorithm_is_evidence_of_the_destination() -> None:
    """The setting belongs to the destination, not to the subject."""
    built = estate(bucket("app", logging=to("logs", "app/")), logs(present(encrypted("aws:kms"))))

    path = "ServerSideEncryptionConfiguration.Rules[].ApplyServerSideEncryptionByDefault.SSEAlgorithm"
    assert paths(verdict_of(CHECK, built, "app")) == {f"encryption:{path}@logs": ["aws:kms"]}


def test_any_rule_with_kms_fails() -> None:
    """One rule that encrypts with KMS is enough."""
    rules: Json = [
        {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}},
        {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}},
    ]
    built = estate(
        bucket("app", logging=to("logs", "app/")),
        logs(present({"ServerSideEncryptionConfiguration": {"Rules": rules}})),
    )

    assert verdict_of(CHECK, built, "app").outcome is Outcome.FAIL


def test_a_destination_itself_is_not_asked() -> None:
    """KMS on a bucket that is no destination concerns nobody here."""
    built = estate(bucket("data", readings={Setting.ENCRYPTION: present(encrypted("aws:kms"))}))

    assert verdict_of(CHECK, built, "data").outcome is Outcome.NOT_APPLICABLE
