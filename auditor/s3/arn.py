"""An ARN has six colon-separated parts, and the second one names the partition it lives in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_ACCOUNT: Final = re.compile(r"[0-9]{12}", re.ASCII)

# Prefixes of Region names as in botocore's partition data; the longer prefix comes first.
_PARTITION_BY_REGION: Final = (
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("us-isob-", "aws-iso-b"),
    ("us-isof-", "aws-iso-f"),
    ("us-iso-", "aws-iso"),
    ("eu-isoe-", "aws-iso-e"),
    ("eusc-", "aws-eusc"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arn:
    """`arn:partition:service:region:account:resource`; the resource may itself contain colons.

    Region and account are empty where the service leaves them out, as S3 does for buckets and objects.
    """

    partition: str
    service: str
    region: str
    account: str
    resource: str

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"


def parse_arn(text: str) -> Arn | None:
    """The parts of `text`, or None when it is no ARN (IAM User Guide, "Identify AWS resources with ARNs")."""
    parts = text.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or not (parts[1] and parts[2] and parts[5]):
        return None
    return Arn(partition=parts[1], service=parts[2], region=parts[3], account=parts[4], resource=parts[5])


def bucket_arn(partition: str, name: str) -> str:
    """The ARN of a general purpose bucket: neither Region nor account is in it."""
    return f"arn:{partition}:s3:::{name}"


def account_of(arn: str) -> str | None:
    """The 12-digit account id in the ARN; None for S3 bucket ARNs, AWS-owned resources and what is no ARN."""
    parsed = parse_arn(arn)
    return parsed.account if parsed is not None and is_account_id(parsed.account) else None


def is_account_id(text: str) -> bool:
    """Whether the text has the form of an account id: 12 ASCII digits."""
    return _ACCOUNT.fullmatch(text) is not None


def partition_of_region(region: str) -> str:
    """The partition a Region belongs to, from its prefix; `aws` for every prefix that is not special."""
    for prefix, partition in _PARTITION_BY_REGION:
        if region.startswith(prefix):
            return partition
    return "aws"
