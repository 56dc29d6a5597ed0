"""destination-encrypted: S3 encrypts every new object, so only what could not be read is not a PASS."""

from __future__ import annotations

import pytest

from auditor.model import Cause, Outcome
from auditor.reading import Json, Reading, Setting
from checks.posture.destination_encrypted import CHECK
from tests.estates import absent, bucket, denied, destination, encrypted, estate, present, to, verdict_of

EMPTY: Json = {"ServerSideEncryptionConfiguration": {"Rules": [{"BucketKeyEnabled": True}]}}


@pytest.mark.parametrize(
    ("reading", "outcome", "cause", "said"),
    [
        (present(encrypted()), Outcome.PASS, None, "encrypts new log objects with AES256."),
        (present(encrypted("aws:kms")), Outcome.PASS, None, "aws:kms (see delivery-encryption)."),
        (present(encrypted("aws:new")), Outcome.PASS, None, "aws:new (see delivery-encryption)."),
        (present(EMPTY), Outcome.PASS, None, "S3 encrypts new log objects with SSE-S3."),
        (
            absent("ServerSideEncryptionConfigurationNotFoundError"),
            Outcome.PASS,
            None,
            "sets no default encryption, so S3 encrypts new log objects with SSE-S3.",
        ),
        (denied(Setting.ENCRYPTION), Outcome.UNKNOWN, Cause.UNREADABLE, "s3:GetEncryptionConfiguration"),
        (
            present({"ServerSideEncryptionConfiguration": []}),
            Outcome.UNKNOWN,
            Cause.UNREADABLE,
            "could not be understood",
        ),
    ],
)
def test_default_encryption(reading: Reading[Json], outcome: Outcome, cause: Cause | None, said: str) -> None:
    """No setting is not no encryption; which encryption log delivery can use is for another check."""
    logs = destination("logs", readings={Setting.ENCRYPTION: reading})
    found = verdict_of(CHECK, estate(bucket("app", logging=to("logs", "app/")), logs), "logs")

    assert (found.outcome, found.cause) == (outcome, cause)
    assert said in found.reason
