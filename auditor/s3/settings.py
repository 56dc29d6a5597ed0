"""Typed views of what S3 answers about one bucket; a document that does not fit is a ValueError, never a default.

Shapes: the S3 API Reference (GetBucketLogging, GetBucketEncryption, GetObjectLockConfiguration, …) as boto3 gives
them. Policies, ACLs and lifecycle configurations have rooms of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

from auditor.reading import Json
from auditor.s3.log_keys import KeyFormat, parse_key_format
from auditor.shape import array, flag, mapping, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Logging:
    """Where a bucket sends its access logs: the destination's name, the prefix ("" is possible) and the key format."""

    destination: str
    prefix: str
    key_format: KeyFormat


def parse_logging(document: Json) -> Logging:
    """The view of a GetBucketLogging answer that has LoggingEnabled.

    TargetBucket and TargetPrefix are required members of LoggingEnabled; the prefix may be empty.
    """
    enabled = mapping(mapping(document, "GetBucketLogging").get("LoggingEnabled"), "LoggingEnabled")
    destination = text(enabled.get("TargetBucket"), "LoggingEnabled.TargetBucket")
    if not destination:
        raise ValueError("LoggingEnabled.TargetBucket must not be empty")
    return Logging(
        destination=destination,
        prefix=text(enabled.get("TargetPrefix", ""), "LoggingEnabled.TargetPrefix"),
        key_format=parse_key_format(enabled.get("TargetObjectKeyFormat")),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Encryption:
    """Default encryption: the algorithm of each rule (`AES256`, `aws:kms`, `aws:kms:dsse`) and the KMS keys named."""

    algorithms: tuple[str, ...]
    keys: tuple[str, ...]


def parse_encryption(document: Json) -> Encryption:
    """The view of a GetBucketEncryption answer."""
    root = "ServerSideEncryptionConfiguration"
    configuration = mapping(mapping(document, "GetBucketEncryption").get(root), root)
    algorithms: list[str] = []
    keys: list[str] = []
    for index, rule in enumerate(array(configuration.get("Rules"), f"{root}.Rules")):
        path = f"{root}.Rules[{index}].ApplyServerSideEncryptionByDefault"
        default = mapping(rule, f"{root}.Rules[{index}]").get("ApplyServerSideEncryptionByDefault")
        if default is None:  # a rule may carry only BucketKeyEnabled or a blocked-encryption list
            continue
        algorithms.append(text(mapping(default, path).get("SSEAlgorithm"), f"{path}.SSEAlgorithm"))
        key = mapping(default, path).get("KMSMasterKeyID")
        if key is not None:
            keys.append(text(key, f"{path}.KMSMasterKeyID"))
    return Encryption(algorithms=tuple(algorithms), keys=tuple(keys))


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectLock:
    """Object Lock: on or not, and whether new objects get a default retention or event hold."""

    enabled: bool
    default_retention: bool
    mode: str


def parse_object_lock(document: Json) -> ObjectLock:
    """The view of a GetObjectLockConfiguration answer.

    Since 2026 DefaultRetention may hold an event hold without Mode, Days or Years, so its mere presence counts.
    """
    root = "ObjectLockConfiguration"
    configuration = mapping(mapping(document, "GetObjectLockConfiguration").get(root), root)
    rule = mapping(configuration.get("Rule") or {}, f"{root}.Rule")
    default = mapping(rule.get("DefaultRetention") or {}, f"{root}.Rule.DefaultRetention")
    return ObjectLock(
        enabled=configuration.get("ObjectLockEnabled") == "Enabled",
        default_retention=bool(default),
        mode=text(default.get("Mode", ""), f"{root}.Rule.DefaultRetention.Mode"),
    )


def parse_payer(document: Json) -> str:
    """Who pays for requests: `BucketOwner`, `Requester`, or "" when the answer does not say (some emulators)."""
    return text(mapping(document, "GetBucketRequestPayment").get("Payer", ""), "Payer")


def parse_ownership(document: Json) -> str:
    """Object Ownership: `BucketOwnerEnforced`, `BucketOwnerPreferred` or `ObjectWriter`.

    An absent setting (OwnershipControlsNotFoundError) means ObjectWriter: ACLs are in force.
    """
    root = "OwnershipControls"
    rules = array(
        mapping(mapping(document, "GetBucketOwnershipControls").get(root), root).get("Rules"), f"{root}.Rules"
    )
    if len(rules) != 1:
        raise ValueError(f"{root}.Rules must hold one rule, not {len(rules)}")
    return text(mapping(rules[0], f"{root}.Rules[0]").get("ObjectOwnership"), f"{root}.Rules[0].ObjectOwnership")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicAccessBlock:
    """The four flags of Block Public Access, at bucket or account level."""

    block_public_acls: bool
    ignore_public_acls: bool
    block_public_policy: bool
    restrict_public_buckets: bool

    @property
    def missing(self) -> tuple[str, ...]:
        """The flags that are off, in AWS's spelling."""
        flags = {
            "BlockPublicAcls": self.block_public_acls,
            "IgnorePublicAcls": self.ignore_public_acls,
            "BlockPublicPolicy": self.block_public_policy,
            "RestrictPublicBuckets": self.restrict_public_buckets,
        }
        return tuple(name for name, on in flags.items() if not on)

    def either(self, other: PublicAccessBlock) -> PublicAccessBlock:
        """What is in force when both levels are set: S3 applies the more restrictive one, flag by flag."""
        return PublicAccessBlock(
            block_public_acls=self.block_public_acls or other.block_public_acls,
            ignore_public_acls=self.ignore_public_acls or other.ignore_public_acls,
            block_public_policy=self.block_public_policy or other.block_public_policy,
            restrict_public_buckets=self.restrict_public_buckets or other.restrict_public_buckets,
        )


NO_PUBLIC_ACCESS_BLOCK = PublicAccessBlock(
    block_public_acls=False, ignore_public_acls=False, block_public_policy=False, restrict_public_buckets=False
)


def parse_public_access_block(document: Json) -> PublicAccessBlock:
    """The view of a GetPublicAccessBlock answer (s3 or s3control); a flag that is left out is off."""
    root = "PublicAccessBlockConfiguration"
    flags = mapping(mapping(document, "GetPublicAccessBlock").get(root), root)
    return PublicAccessBlock(
        block_public_acls=flag(flags.get("BlockPublicAcls", False), f"{root}.BlockPublicAcls"),
        ignore_public_acls=flag(flags.get("IgnorePublicAcls", False), f"{root}.IgnorePublicAcls"),
        block_public_policy=flag(flags.get("BlockPublicPolicy", False), f"{root}.BlockPublicPolicy"),
        restrict_public_buckets=flag(flags.get("RestrictPublicBuckets", False), f"{root}.RestrictPublicBuckets"),
    )
