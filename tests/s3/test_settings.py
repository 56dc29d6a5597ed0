"""Typed views of answers: the documented shapes are understood, and every other shape is refused by its place."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from auditor.reading import Json
from auditor.s3.log_keys import (
    PartitionDateSource,
    PartitionedPrefix,
    SimplePrefix,
    key_format_document,
    parse_key_format,
)
from auditor.s3.settings import (
    NO_PUBLIC_ACCESS_BLOCK,
    Encryption,
    Logging,
    ObjectLock,
    PublicAccessBlock,
    parse_encryption,
    parse_logging,
    parse_object_lock,
    parse_ownership,
    parse_payer,
    parse_public_access_block,
)
from tests.estates import ALL_BLOCKED, encrypted, to


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (to("logs", "app/"), Logging(destination="logs", prefix="app/", key_format=SimplePrefix())),
        (to("logs", ""), Logging(destination="logs", prefix="", key_format=SimplePrefix())),
        (
            {"LoggingEnabled": {"TargetBucket": "logs"}},
            Logging(destination="logs", prefix="", key_format=SimplePrefix()),
        ),
        (
            to("logs", "x", key_format={"PartitionedPrefix": {"PartitionDateSource": "DeliveryTime"}}),
            Logging(destination="logs", prefix="x", key_format=PartitionedPrefix(PartitionDateSource.DELIVERY_TIME)),
        ),
    ],
)
def test_logging(document: Json, expected: Logging) -> None:
    """Destination, prefix and key format of a GetBucketLogging answer."""
    assert parse_logging(document) == expected


@pytest.mark.parametrize(
    "key_format", [SimplePrefix(), PartitionedPrefix(), PartitionedPrefix(PartitionDateSource.DELIVERY_TIME)]
)
def test_a_key_format_has_one_document(key_format: SimplePrefix | PartitionedPrefix) -> None:
    """Written and read again it is the same, and nothing is left to a default."""
    assert parse_key_format(key_format_document(key_format)) == key_format


@pytest.mark.parametrize(
    ("document", "algorithms", "keys"),
    [
        (encrypted(), ("AES256",), ()),
        (encrypted("aws:kms", KMSMasterKeyID="alias/x"), ("aws:kms",), ("alias/x",)),
        ({"ServerSideEncryptionConfiguration": {"Rules": []}}, (), ()),
        ({"ServerSideEncryptionConfiguration": {"Rules": [{"BucketKeyEnabled": True}]}}, (), ()),
    ],
)
def test_encryption(document: Json, algorithms: tuple[str, ...], keys: tuple[str, ...]) -> None:
    """A rule may say nothing about the algorithm."""
    assert parse_encryption(document) == Encryption(algorithms=algorithms, keys=keys)


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        ({"ObjectLockEnabled": "Enabled"}, ObjectLock(enabled=True, default_retention=False, mode="")),
        (
            {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}},
            ObjectLock(enabled=True, default_retention=True, mode="GOVERNANCE"),
        ),
        (
            {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"DefaultEventHold": "ON"}}},
            ObjectLock(enabled=True, default_retention=True, mode=""),
        ),
        ({}, ObjectLock(enabled=False, default_retention=False, mode="")),
    ],
)
def test_object_lock(configuration: Json, expected: ObjectLock) -> None:
    """A default retention may hold an event hold without mode or days."""
    assert parse_object_lock({"ObjectLockConfiguration": configuration}) == expected


def test_payer_and_ownership() -> None:
    """One word each; some emulators leave the payer out."""
    assert parse_payer({"Payer": "Requester"}) == "Requester"
    assert parse_payer({}) == ""
    assert parse_ownership({"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}}) == "ObjectWriter"


def test_public_access_block() -> None:
    """A flag that is left out is off; of two levels the stricter one holds, flag by flag."""
    one = parse_public_access_block({"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}})
    other = parse_public_access_block({"PublicAccessBlockConfiguration": {"RestrictPublicBuckets": True}})

    assert one.missing == ("IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    assert one.either(other) == PublicAccessBlock(
        block_public_acls=True, ignore_public_acls=False, block_public_policy=False, restrict_public_buckets=True
    )
    assert parse_public_access_block(ALL_BLOCKED).missing == ()
    assert len(NO_PUBLIC_ACCESS_BLOCK.missing) == 4


@pytest.mark.parametrize(
    ("parse", "document", "place"),
    [
        (parse_logging, None, "GetBucketLogging"),
        (parse_logging, {}, "LoggingEnabled"),
        (parse_logging, {"LoggingEnabled": []}, "LoggingEnabled"),
        (parse_logging, {"LoggingEnabled": {"TargetPrefix": "x"}}, "LoggingEnabled.TargetBucket"),
        (parse_logging, {"LoggingEnabled": {"TargetBucket": ""}}, "LoggingEnabled.TargetBucket"),
        (parse_logging, {"LoggingEnabled": {"TargetBucket": "l", "TargetPrefix": None}}, "LoggingEnabled.TargetPrefix"),
        (parse_logging, to("l", key_format={}), "TargetObjectKeyFormat"),
        (parse_logging, to("l", key_format={"SimplePrefix": {}, "PartitionedPrefix": {}}), "TargetObjectKeyFormat"),
        (
            parse_logging,
            to("l", key_format={"PartitionedPrefix": {"PartitionDateSource": "Never"}}),
            "PartitionDateSource",
        ),
        (parse_encryption, {"ServerSideEncryptionConfiguration": {}}, "ServerSideEncryptionConfiguration.Rules"),
        (parse_encryption, {"ServerSideEncryptionConfiguration": {"Rules": [1]}}, "Rules[0]"),
        (
            parse_encryption,
            {"ServerSideEncryptionConfiguration": {"Rules": [{"ApplyServerSideEncryptionByDefault": {}}]}},
            "SSEAlgorithm",
        ),
        (parse_object_lock, {}, "ObjectLockConfiguration"),
        (parse_object_lock, {"ObjectLockConfiguration": {"Rule": {"DefaultRetention": "x"}}}, "DefaultRetention"),
        (parse_payer, "BucketOwner", "GetBucketRequestPayment"),
        (parse_payer, {"Payer": None}, "Payer"),
        (parse_ownership, {"OwnershipControls": {"Rules": []}}, "OwnershipControls.Rules"),
        (parse_ownership, {"OwnershipControls": {"Rules": [{}]}}, "ObjectOwnership"),
        (parse_ownership, {"OwnershipControls": {"Rules": [{}, {}]}}, "OwnershipControls.Rules"),
        (parse_public_access_block, {}, "PublicAccessBlockConfiguration"),
        (parse_public_access_block, {"PublicAccessBlockConfiguration": {"BlockPublicAcls": "true"}}, "BlockPublicAcls"),
    ],
)
def test_a_document_that_does_not_fit_is_refused_by_its_place(
    parse: Callable[[Json], object], document: Json, place: str
) -> None:
    """Nothing becomes a default, and the error names where to look."""
    with pytest.raises(ValueError, match=place.replace("[", r"\[").replace("]", r"\]")):
        parse(document)


def test_a_refusal_does_not_repeat_hostile_text() -> None:
    """Names and values are strangers' text; the kind of the value is enough to find it."""
    with pytest.raises(ValueError, match="must be a string, not list") as caught:
        parse_logging({"LoggingEnabled": {"TargetBucket": ["\x1b[2J<script>"]}})

    assert "script" not in str(caught.value)
