"""The documents that make a bucket what the estate table says: policies, ACLs, lifecycle rules, replication.

The statement that lets log delivery in stands first: moto stumbles over "*" when it looks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from auditor.demo.plan import DemoBucket, Permission, Receiving
from auditor.reading import Json

READER_ROLE = "acme-security-analyst"
"""The one role that may read logs, in the account that owns them."""
EVERYBODY = "*"
ALL_BLOCKED = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")

_DELIVERY = "logging.s3.amazonaws.com"
_GROUPS = "http://acs.amazonaws.com/groups"


# --- lifecycle ------------------------------------------------------------------------------------------------------


def keep(days: int, *, prefix: str = "", noncurrent_days: int | None = 30) -> Mapping[str, Json]:
    """A rule that lets logs expire after `days`, and what versioning keeps of them `noncurrent_days` later."""
    rule: dict[str, Json] = {
        "ID": f"expire-after-{days}-days",
        "Status": "Enabled",
        "Filter": {"Prefix": prefix},
        "Expiration": {"Days": days},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
    }
    if noncurrent_days is not None:
        rule["NoncurrentVersionExpiration"] = {"NoncurrentDays": noncurrent_days}
    return rule


def expire_on(day: str) -> Mapping[str, Json]:
    """A rule with a date, meant as a one-time clean-up; S3 goes on applying it every day after."""
    return {
        "ID": "clean-up",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "Expiration": {"Date": f"{day}T00:00:00Z"},
    }


def move(days: int, *, storage_class: str) -> Mapping[str, Json]:
    """A rule that moves logs to another storage class after `days`."""
    return {
        "ID": f"{storage_class.lower()}-after-{days}-days",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "Transitions": [{"Days": days, "StorageClass": storage_class}],
    }


# --- policies -------------------------------------------------------------------------------------------------------


def provisional_policy(bucket: DemoBucket) -> Json:
    """What a destination needs while logging is being configured; S3 refuses to configure it otherwise."""
    return _document(
        {
            "Sid": "S3ServerAccessLogsPolicy",
            "Effect": "Allow",
            "Principal": {"Service": _DELIVERY},
            "Action": "s3:PutObject",
            "Resource": f"{bucket.arn}/*",
        }
    )


def destination_policy(bucket: DemoBucket, receives: Receiving, sources: Iterable[DemoBucket]) -> Json:
    """The policy of a destination with those sources; None where the table takes every statement away."""
    statements = [
        *_deliveries(bucket, receives.permission, sources),
        *_readers(bucket, receives),
        *_denials(bucket, receives),
    ]
    return _document(*statements) if statements else None


def trail_policy(bucket: DemoBucket) -> Json:
    """What CloudTrail asks of the bucket it writes to (CloudTrail User Guide, "S3 bucket policy for CloudTrail")."""
    principal: Json = {"Service": "cloudtrail.amazonaws.com"}
    return _document(
        {"Effect": "Allow", "Principal": principal, "Action": "s3:GetBucketAcl", "Resource": bucket.arn},
        {
            "Effect": "Allow",
            "Principal": principal,
            "Action": "s3:PutObject",
            "Resource": f"{bucket.arn}/AWSLogs/*",
            "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}},
        },
        _tls_only(bucket),
    )


def _document(*statements: Mapping[str, Json]) -> Json:
    return {"Version": "2012-10-17", "Statement": [dict(statement) for statement in statements]}


def _deliveries(
    bucket: DemoBucket, permission: Permission, sources: Iterable[DemoBucket]
) -> Iterable[Mapping[str, Json]]:
    """One statement for each source, as the S3 User Guide shows it under "Enabling server access logging"."""
    if permission in {Permission.ACL, Permission.NONE}:
        return
    for number, source in enumerate(sources, start=1):
        statement: dict[str, Json] = {
            "Sid": f"S3ServerAccessLogsPolicy{number}",
            "Effect": "Allow",
            "Principal": {"Service": _DELIVERY},
            "Action": "s3:PutObject",
            "Resource": f"{bucket.arn}/{source.key_prefix}*",
        }
        if permission is Permission.SCOPED:
            statement["Condition"] = {
                "ArnLike": {"aws:SourceArn": source.arn},
                "StringEquals": {"aws:SourceAccount": source.place.account},
            }
        yield statement


def _readers(bucket: DemoBucket, receives: Receiving) -> Iterable[Mapping[str, Json]]:
    both: Json = [bucket.arn, f"{bucket.arn}/*"]
    if receives.permission is not Permission.ACL:
        yield {
            "Sid": "SecurityReads",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{bucket.place.account}:role/{READER_ROLE}"},
            "Action": ["s3:GetObject", "s3:ListBucket"],
            "Resource": both,
        }
    if receives.outsider:
        yield {
            "Sid": "VendorSupport",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{receives.outsider}:root"},
            "Action": ["s3:GetObject", "s3:PutObject", "s3:ListBucket"],
            "Resource": both,
        }
    if receives.public_policy:
        yield {
            "Sid": "Download",
            "Effect": "Allow",
            "Principal": EVERYBODY,
            "Action": "s3:GetObject",
            "Resource": f"{bucket.arn}/*",
        }


def _denials(bucket: DemoBucket, receives: Receiving) -> Iterable[Mapping[str, Json]]:
    both: Json = [bucket.arn, f"{bucket.arn}/*"]
    if receives.only_delivery_writes:
        yield {
            "Sid": "OnlyLogDeliveryWrites",
            "Effect": "Deny",
            "Principal": EVERYBODY,
            "Action": "s3:PutObject",
            "Resource": f"{bucket.arn}/*",
            "Condition": {"ForAllValues:StringNotEquals": {"aws:PrincipalServiceNamesList": _DELIVERY}},
        }
    if receives.deletes_denied:
        yield {
            "Sid": "NobodyDeletes",
            "Effect": "Deny",
            "Principal": EVERYBODY,
            "Action": ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutLifecycleConfiguration"],
            "Resource": both,
        }
    if receives.denies_unless:
        yield {
            "Sid": "OnlyFromInside",
            "Effect": "Deny",
            "Principal": EVERYBODY,
            "Action": "s3:*",
            "Resource": both,
            "Condition": {operator: dict(keys) for operator, keys in receives.denies_unless.items()},
        }
    if receives.tls_only:
        yield _tls_only(bucket)


def _tls_only(bucket: DemoBucket) -> Mapping[str, Json]:
    return {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": EVERYBODY,
        "Action": "s3:*",
        "Resource": [bucket.arn, f"{bucket.arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


# --- the rest -------------------------------------------------------------------------------------------------------


def log_delivery_acl(owner: str) -> Json:
    """The ACL of a destination from before 2023, which strangers with any AWS account may list as well."""

    def group(name: str, permission: str) -> Json:
        return {"Grantee": {"Type": "Group", "URI": f"{_GROUPS}/{name}"}, "Permission": permission}

    return {
        "Owner": {"ID": owner},
        "Grants": [
            {"Grantee": {"Type": "CanonicalUser", "ID": owner}, "Permission": "FULL_CONTROL"},
            group("s3/LogDelivery", "WRITE"),
            group("s3/LogDelivery", "READ_ACP"),
            group("global/AuthenticatedUsers", "READ"),
        ],
    }


def replication(bucket: DemoBucket, *, archive: DemoBucket) -> Json:
    """Replication of everything to the archive, which then owns the copies."""
    return {
        "Role": f"arn:aws:iam::{bucket.place.account}:role/acme-log-replication",
        "Rules": [
            {
                "ID": "archive",
                "Priority": 1,
                "Status": "Enabled",
                "Filter": {"Prefix": ""},
                "DeleteMarkerReplication": {"Status": "Disabled"},
                "Destination": {
                    "Bucket": archive.arn,
                    "Account": archive.place.account,
                    "AccessControlTranslation": {"Owner": "Destination"},
                },
            }
        ],
    }


def public_access_block(*, blocked: bool) -> Mapping[str, bool]:
    """All four flags on, or all four off."""
    return dict.fromkeys(ALL_BLOCKED, blocked)
