"""The S3 actions that matter to the keeping of logs, and what kind of resource an action is about.

Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3".
"""

from __future__ import annotations

from typing import Final

READ_ACTIONS: Final = (
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:GetObjectTorrent",
    "s3:GetObjectVersionTorrent",
    "s3:GetObjectVersionForReplication",
    "s3:ListBucket",
    "s3:ListBucketVersions",
)
"""What shows the contents or the keys of log objects."""

WRITE_ACTIONS: Final = (
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:PutObjectAcl",
    "s3:PutObjectVersionAcl",
    "s3:PutObjectTagging",
    "s3:PutObjectVersionTagging",
    "s3:DeleteObjectTagging",
    "s3:DeleteObjectVersionTagging",
    "s3:ReplicateObject",
    "s3:ReplicateDelete",
    "s3:ObjectOwnerOverrideToBucketOwner",
    "s3:DeleteBucket",
    "s3:PutBucketPolicy",
    "s3:DeleteBucketPolicy",
    "s3:PutLifecycleConfiguration",
    "s3:PutBucketVersioning",
    "s3:PutBucketAcl",
    "s3:PutBucketOwnershipControls",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutBucketLogging",
    "s3:PutEncryptionConfiguration",
    "s3:PutReplicationConfiguration",
    "s3:PutBucketObjectLockConfiguration",
    "s3:PutBucketRequestPayment",
)
"""What creates, changes or removes log objects, or the settings that keep them: tags steer lifecycle rules."""


_OBJECT_ACTIONS_WITHOUT_THE_WORD: Final = frozenset(
    {
        "abortmultipartupload",
        "bypassgovernanceretention",
        "initiatereplication",
        "listmultipartuploadparts",
        "replicatedelete",
        "replicatetags",
    }
)


def is_object_action(action: str) -> bool:
    """Whether the action's resource is an object; otherwise it is the bucket."""
    name = action.lower().removeprefix("s3:")
    of_object = "object" in name and "bucketobjectlock" not in name
    return of_object or name in _OBJECT_ACTIONS_WITHOUT_THE_WORD
