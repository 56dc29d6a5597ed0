"""How one bucket of the estate table comes into being: made, its logging configured, hit by fate, and set up."""

from __future__ import annotations

import json
from collections.abc import Mapping

from auditor.demo.clients import Clients, Service, text_in
from auditor.demo.documents import (
    destination_policy,
    log_delivery_acl,
    provisional_policy,
    public_access_block,
    replication,
    trail_policy,
)
from auditor.demo.estate import BUCKETS, TRAIL_BUCKET, VIRGINIA
from auditor.demo.plan import DemoBucket, Permission, Place, Receiving

ClientsOf = Mapping[str, Clients]
"""Account id -> its clients."""


def create(clients: ClientsOf, bucket: DemoBucket) -> None:
    """Make the bucket where it first stood; a destination lets log delivery in."""
    _make(clients, bucket, bucket.first_at or bucket.place)


def configure_logging(clients: ClientsOf, bucket: DemoBucket) -> None:
    """Turn the bucket's access logging on, if it is to log at all."""
    if not bucket.logs_to:
        return
    logging = {"TargetBucket": bucket.logs_to, "TargetPrefix": bucket.key_prefix}
    _s3(clients, bucket.place).do(
        "put_bucket_logging", Bucket=bucket.name, BucketLoggingStatus={"LoggingEnabled": logging}
    )


def misfortune(clients: ClientsOf, bucket: DemoBucket) -> None:
    """Delete the bucket, or delete it and make one of the same name elsewhere, if that is its fate."""
    if not bucket.gone and bucket.first_at is None:
        return
    _s3(clients, bucket.first_at or bucket.place).do("delete_bucket", Bucket=bucket.name)
    if not bucket.gone:
        _make(clients, bucket, bucket.place)


def finish(clients: ClientsOf, bucket: DemoBucket) -> None:
    """Give the bucket its tags and, by its role, its policy, encryption, lifecycle and all that."""
    if bucket.gone:
        return
    s3 = _s3(clients, bucket.place)
    tags = [{"Key": key, "Value": value} for key, value in bucket.data.tags.items()]
    s3.do("put_bucket_tagging", Bucket=bucket.name, Tagging={"TagSet": tags})
    if bucket.receives is not None:
        _set_up(s3, bucket, bucket.receives)
    elif bucket.name == TRAIL_BUCKET:
        s3.do("put_bucket_policy", Bucket=bucket.name, Policy=json.dumps(trail_policy(bucket)))


def block_public_access(clients: Clients, account: str) -> None:
    """Block public access for the whole account."""
    blocked = public_access_block(blocked=True)
    control = clients.get("s3control", VIRGINIA.region)
    control.do("put_public_access_block", AccountId=account, PublicAccessBlockConfiguration=blocked)


def _s3(clients: ClientsOf, place: Place) -> Service:
    return clients[place.account].get("s3", place.region)


def _make(clients: ClientsOf, bucket: DemoBucket, place: Place) -> None:
    s3 = _s3(clients, place)
    where = {} if place.region == VIRGINIA.region else {"LocationConstraint": place.region}
    options: dict[str, object] = {"CreateBucketConfiguration": where} if where else {}
    lock_days = bucket.locked_days if bucket.receives is None else bucket.receives.object_lock_days
    if lock_days:
        options["ObjectLockEnabledForBucket"] = True
    s3.do("create_bucket", Bucket=bucket.name, **options)
    if lock_days:  # now, for moto locks only empty buckets
        _lock(s3, bucket, lock_days)
    if bucket.receives is not None:
        s3.do("put_bucket_policy", Bucket=bucket.name, Policy=json.dumps(provisional_policy(bucket)))


def _set_up(s3: Service, bucket: DemoBucket, receives: Receiving) -> None:
    name = bucket.name
    if receives.versioned:
        s3.do("put_bucket_versioning", Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    _guard(s3, bucket, receives)
    if receives.encryption:
        rule = {"ApplyServerSideEncryptionByDefault": _encryption(bucket, receives.encryption)}
        s3.do("put_bucket_encryption", Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
    if receives.rules:
        s3.do("put_bucket_lifecycle_configuration", Bucket=name, LifecycleConfiguration={"Rules": [*receives.rules]})
    if receives.archive and receives.versioned:
        archive = next(other for other in BUCKETS if other.name == receives.archive)
        s3.do("put_bucket_replication", Bucket=name, ReplicationConfiguration=replication(bucket, archive=archive))


def _guard(s3: Service, bucket: DemoBucket, receives: Receiving) -> None:
    """Who may do what: ownership, ACL, policy, public access block."""
    name = bucket.name
    ownership = "ObjectWriter" if receives.acls_enabled else "BucketOwnerEnforced"
    s3.do("put_bucket_ownership_controls", Bucket=name, OwnershipControls={"Rules": [{"ObjectOwnership": ownership}]})
    if receives.permission is Permission.ACL:
        owner = text_in(s3.do("get_bucket_acl", Bucket=name), "Owner", "ID")
        s3.do("put_bucket_acl", Bucket=name, AccessControlPolicy=log_delivery_acl(owner))
    policy = destination_policy(bucket, receives, [other for other in BUCKETS if other.logs_to == name])
    if policy is None:
        s3.do("delete_bucket_policy", Bucket=name)
    else:
        s3.do("put_bucket_policy", Bucket=name, Policy=json.dumps(policy))
    block = public_access_block(blocked=receives.public_access_blocked)
    s3.do("put_public_access_block", Bucket=name, PublicAccessBlockConfiguration=block)


def _encryption(bucket: DemoBucket, algorithm: str) -> Mapping[str, str]:
    if algorithm != "aws:kms":
        return {"SSEAlgorithm": algorithm}
    key = f"arn:aws:kms:{bucket.place.region}:{bucket.place.account}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    return {"SSEAlgorithm": algorithm, "KMSMasterKeyID": key}


def _lock(s3: Service, bucket: DemoBucket, days: int) -> None:
    retention = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": days}}
    s3.do(
        "put_object_lock_configuration",
        Bucket=bucket.name,
        ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": retention},
    )
