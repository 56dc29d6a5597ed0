"""ARNs: parsing, building and partitions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.s3.arn import Arn, account_of, bucket_arn, is_account_id, parse_arn, partition_of_region


@pytest.mark.parametrize(
    ("text", "resource"),
    [
        ("arn:aws:s3:::acme-logs", "acme-logs"),
        ("arn:aws-cn:s3:::acme-logs/a:b:c", "acme-logs/a:b:c"),
        ("arn:aws-us-gov:iam::111122223333:role/path/x", "role/path/x"),
        ("arn:aws:logs:eu-west-1:111122223333:delivery-source:x", "delivery-source:x"),
    ],
)
def test_parts_are_what_is_between_the_first_five_colons(text: str, resource: str) -> None:
    """Everything after the fifth colon is the resource, colons included, and nothing is lost."""
    parsed = parse_arn(text)

    assert parsed is not None
    assert parsed.resource == resource
    assert str(parsed) == text


@pytest.mark.parametrize(
    "text", ["", "*", "acme-logs", "arn:aws:s3::acme", "ARN:aws:s3:::b", "arn::s3:::b", "arn:aws::::b", "arn:aws:s3:::"]
)
def test_what_is_no_arn_is_none(text: str) -> None:
    """A text without the six parts, or with an empty partition, service or resource, is no ARN."""
    assert parse_arn(text) is None


@given(st.lists(st.text(alphabet="abc/*-0123456789", min_size=1), min_size=5, max_size=5))
def test_parsing_undoes_writing(parts: list[str]) -> None:
    """An ARN that is written can be read back."""
    partition, service, region, account, resource = parts
    arn = Arn(partition=partition, service=service, region=region, account=account, resource=resource)

    assert parse_arn(str(arn)) == arn


@pytest.mark.parametrize(
    ("arn", "account"),
    [
        ("arn:aws:iam::111122223333:root", "111122223333"),
        ("arn:aws:s3:::acme-logs", None),
        ("arn:aws:iam::aws:policy/ReadOnlyAccess", None),
        ("arn:aws:iam::*:role/x", None),
        ("arn:aws:iam::١١١١٢٢٢٢٣٣٣٣:root", None),
        ("not an arn", None),
    ],
)
def test_account_is_named_or_unknown(arn: str, account: str | None) -> None:
    """An account is 12 ASCII digits in the account part, and S3 bucket ARNs have none."""
    assert account_of(arn) == account


def test_account_ids_are_twelve_ascii_digits() -> None:
    """No other length, no other alphabet, no trailing line break."""
    assert is_account_id("012345678901")
    assert not any(map(is_account_id, ("", "12345678901", "0123456789012", "012345678901\n", "٠١٢٣٤٥٦٧٨٩٠١")))


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("eu-west-1", "aws"),
        ("ap-southeast-7", "aws"),
        ("", "aws"),
        ("cn-northwest-1", "aws-cn"),
        ("us-gov-east-1", "aws-us-gov"),
        ("us-iso-east-1", "aws-iso"),
        ("us-isob-east-1", "aws-iso-b"),
        ("us-isof-south-1", "aws-iso-f"),
        ("eu-isoe-west-1", "aws-iso-e"),
        ("eusc-de-east-1", "aws-eusc"),
    ],
)
def test_partition_follows_from_the_region(region: str, partition: str) -> None:
    """Only Regions with a special prefix lie outside the partition aws."""
    assert partition_of_region(region) == partition
    assert bucket_arn(partition_of_region(region), "b") == f"arn:{partition}:s3:::b"
