"""Everything a scan can ask AWS, in one table: collection reads it, and `iam-policy read` is printed from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What one call of a setting speaks about, and so how often collection has to make it."""

    ORGANIZATION = "organization"
    ACCOUNT = "account"
    REGION = "region"
    TRAIL = "trail"
    LOG_GROUP = "log-group"
    BUCKET = "bucket"
    """Every bucket in scope."""
    SOURCE = "source"
    """Every bucket that logs to a destination in view."""
    DESTINATION = "destination"
    """Only buckets that receive logs, or may receive those of a source that could not be read."""


class Setting(StrEnum):
    """What can be read; the value is its name in every document we write."""

    CALLER = "caller"
    ACCOUNT_LIST = "account-list"
    BUCKET_LIST = "bucket-list"
    ACCOUNT_PUBLIC_ACCESS_BLOCK = "account-public-access-block"

    DELIVERY_SOURCES = "delivery-sources"
    DELIVERIES = "deliveries"
    DELIVERY_DESTINATIONS = "delivery-destinations"
    LOG_GROUP = "log-group"
    TRAILS = "trails"
    TRAIL_STATUS = "trail-status"
    EVENT_SELECTORS = "event-selectors"
    DETECTORS = "detectors"
    DETECTOR = "detector"

    REGION = "region"
    LOCATION = "location"
    LOGGING = "logging"
    TAGGING = "tagging"

    POLICY = "policy"
    POLICY_STATUS = "policy-status"
    ACL = "acl"
    OWNERSHIP = "ownership"
    PUBLIC_ACCESS_BLOCK = "public-access-block"
    ENCRYPTION = "encryption"
    LIFECYCLE = "lifecycle"
    VERSIONING = "versioning"
    OBJECT_LOCK = "object-lock"
    REQUEST_PAYMENT = "request-payment"
    REPLICATION = "replication"
    INTELLIGENT_TIERING = "intelligent-tiering"
    TOP_LEVEL_KEYS = "top-level-keys"

    NEWEST_LOG_OBJECT = "newest-log-object"

    @property
    def call(self) -> Call:
        """The AWS call that reads this setting."""
        return CALLS[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One AWS API call: who answers it, what it needs, and which error codes mean "not configured".

    `member` is the response member that must be there for the setting to be Present ("" when any 200 is an answer).
    Sources: S3 API Reference (error responses), Service Authorization Reference for Amazon S3, CloudWatch Logs,
    CloudTrail, GuardDuty, Organizations and STS.
    """

    service: str
    operation: str
    iam_action: str
    scope: Scope
    absent_codes: tuple[str, ...] = ()
    member: str = ""

    @property
    def api(self) -> str:
        """The name AWS gives the call, as in its documentation: `s3:GetBucketLogging`."""
        return f"{self.service}:" + "".join(word.capitalize() for word in self.operation.split("_"))


_REGION, _BUCKET, _DESTINATION = Scope.REGION, Scope.BUCKET, Scope.DESTINATION

CALLS: Mapping[Setting, Call] = {
    Setting.CALLER: Call(
        service="sts",
        operation="get_caller_identity",
        iam_action="sts:GetCallerIdentity",
        scope=Scope.ACCOUNT,
    ),
    Setting.ACCOUNT_LIST: Call(
        service="organizations",
        operation="list_accounts",
        iam_action="organizations:ListAccounts",
        scope=Scope.ORGANIZATION,
    ),
    Setting.BUCKET_LIST: Call(
        service="s3",
        operation="list_buckets",
        iam_action="s3:ListAllMyBuckets",
        scope=Scope.ACCOUNT,
    ),
    Setting.ACCOUNT_PUBLIC_ACCESS_BLOCK: Call(
        service="s3control",
        operation="get_public_access_block",
        iam_action="s3:GetAccountPublicAccessBlock",
        scope=Scope.ACCOUNT,
        absent_codes=("NoSuchPublicAccessBlockConfiguration",),
        member="PublicAccessBlockConfiguration",
    ),
    Setting.DELIVERY_SOURCES: Call(
        service="logs",
        operation="describe_delivery_sources",
        iam_action="logs:DescribeDeliverySources",
        scope=_REGION,
    ),
    Setting.DELIVERIES: Call(
        service="logs",
        operation="describe_deliveries",
        iam_action="logs:DescribeDeliveries",
        scope=_REGION,
    ),
    Setting.DELIVERY_DESTINATIONS: Call(
        service="logs",
        operation="describe_delivery_destinations",
        iam_action="logs:DescribeDeliveryDestinations",
        scope=_REGION,
    ),
    Setting.LOG_GROUP: Call(
        service="logs",
        operation="describe_log_groups",
        iam_action="logs:DescribeLogGroups",
        scope=Scope.LOG_GROUP,
    ),
    Setting.TRAILS: Call(
        service="cloudtrail",
        operation="describe_trails",
        iam_action="cloudtrail:DescribeTrails",
        scope=_REGION,
    ),
    Setting.TRAIL_STATUS: Call(
        service="cloudtrail",
        operation="get_trail_status",
        iam_action="cloudtrail:GetTrailStatus",
        scope=Scope.TRAIL,
    ),
    Setting.EVENT_SELECTORS: Call(
        service="cloudtrail",
        operation="get_event_selectors",
        iam_action="cloudtrail:GetEventSelectors",
        scope=Scope.TRAIL,
    ),
    Setting.DETECTORS: Call(
        service="guardduty",
        operation="list_detectors",
        iam_action="guardduty:ListDetectors",
        scope=_REGION,
    ),
    Setting.DETECTOR: Call(
        service="guardduty",
        operation="get_detector",
        iam_action="guardduty:GetDetector",
        scope=_REGION,
    ),
    Setting.REGION: Call(
        service="s3",
        operation="head_bucket",
        iam_action="s3:ListBucket",
        scope=_BUCKET,
        absent_codes=("404", "NoSuchBucket"),
        member="BucketRegion",
    ),
    Setting.LOCATION: Call(
        service="s3",
        operation="get_bucket_location",
        iam_action="s3:GetBucketLocation",
        scope=_BUCKET,
    ),
    Setting.LOGGING: Call(
        service="s3",
        operation="get_bucket_logging",
        iam_action="s3:GetBucketLogging",
        scope=_BUCKET,
        member="LoggingEnabled",
    ),
    Setting.TAGGING: Call(
        service="s3",
        operation="get_bucket_tagging",
        iam_action="s3:GetBucketTagging",
        scope=_BUCKET,
        absent_codes=("NoSuchTagSet",),
    ),
    Setting.POLICY: Call(
        service="s3",
        operation="get_bucket_policy",
        iam_action="s3:GetBucketPolicy",
        scope=_DESTINATION,
        absent_codes=("NoSuchBucketPolicy",),
        member="Policy",
    ),
    Setting.POLICY_STATUS: Call(
        service="s3",
        operation="get_bucket_policy_status",
        iam_action="s3:GetBucketPolicyStatus",
        scope=_DESTINATION,
        absent_codes=("NoSuchBucketPolicy",),
        member="PolicyStatus",
    ),
    Setting.ACL: Call(
        service="s3",
        operation="get_bucket_acl",
        iam_action="s3:GetBucketAcl",
        scope=_DESTINATION,
    ),
    Setting.OWNERSHIP: Call(
        service="s3",
        operation="get_bucket_ownership_controls",
        iam_action="s3:GetBucketOwnershipControls",
        scope=_DESTINATION,
        absent_codes=("OwnershipControlsNotFoundError",),
        member="OwnershipControls",
    ),
    Setting.PUBLIC_ACCESS_BLOCK: Call(
        service="s3",
        operation="get_public_access_block",
        iam_action="s3:GetBucketPublicAccessBlock",
        scope=_DESTINATION,
        absent_codes=("NoSuchPublicAccessBlockConfiguration",),
        member="PublicAccessBlockConfiguration",
    ),
    Setting.ENCRYPTION: Call(
        service="s3",
        operation="get_bucket_encryption",
        iam_action="s3:GetEncryptionConfiguration",
        scope=_DESTINATION,
        absent_codes=("ServerSideEncryptionConfigurationNotFoundError",),
        member="ServerSideEncryptionConfiguration",
    ),
    Setting.LIFECYCLE: Call(
        service="s3",
        operation="get_bucket_lifecycle_configuration",
        iam_action="s3:GetLifecycleConfiguration",
        scope=_DESTINATION,
        absent_codes=("NoSuchLifecycleConfiguration",),
        member="Rules",
    ),
    Setting.VERSIONING: Call(
        service="s3",
        operation="get_bucket_versioning",
        iam_action="s3:GetBucketVersioning",
        scope=_DESTINATION,
    ),
    Setting.OBJECT_LOCK: Call(
        service="s3",
        operation="get_object_lock_configuration",
        iam_action="s3:GetBucketObjectLockConfiguration",
        scope=_DESTINATION,
        absent_codes=("ObjectLockConfigurationNotFoundError",),
        member="ObjectLockConfiguration",
    ),
    Setting.REQUEST_PAYMENT: Call(
        service="s3",
        operation="get_bucket_request_payment",
        iam_action="s3:GetBucketRequestPayment",
        scope=_DESTINATION,
    ),
    Setting.REPLICATION: Call(
        service="s3",
        operation="get_bucket_replication",
        iam_action="s3:GetReplicationConfiguration",
        scope=_DESTINATION,
        absent_codes=("ReplicationConfigurationNotFoundError",),
        member="ReplicationConfiguration",
    ),
    Setting.INTELLIGENT_TIERING: Call(
        service="s3",
        operation="list_bucket_intelligent_tiering_configurations",
        iam_action="s3:GetIntelligentTieringConfiguration",
        scope=_DESTINATION,
    ),
    Setting.TOP_LEVEL_KEYS: Call(
        service="s3",
        operation="list_objects_v2",
        iam_action="s3:ListBucket",
        scope=_DESTINATION,
    ),
    Setting.NEWEST_LOG_OBJECT: Call(
        service="s3",
        operation="list_objects_v2",
        iam_action="s3:ListBucket",
        scope=Scope.SOURCE,
    ),
}
"""Every call a scan can make, in one table: collection reads it, and `iam-policy read` is printed from it."""
