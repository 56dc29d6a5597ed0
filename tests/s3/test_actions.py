"""S3 actions."""

import pytest

from auditor.s3.actions import READ_ACTIONS, WRITE_ACTIONS, is_object_action


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("s3:GetObject", True),
        ("S3:PUTOBJECT", True),
        ("s3:DeleteObjectVersion", True),
        ("s3:PutObjectLegalHold", True),
        ("s3:ReplicateDelete", True),
        ("s3:AbortMultipartUpload", True),
        ("s3:ListBucket", False),
        ("s3:ListBucketMultipartUploads", False),
        ("s3:PutBucketPolicy", False),
        ("s3:PutBucketObjectLockConfiguration", False),
        ("s3:PutLifecycleConfiguration", False),
        ("s3:DeleteBucket", False),
    ],
)
def test_action_is_about_an_object_or_about_the_bucket(action: str, expected: bool) -> None:
    """The resource an action needs decides which Resource patterns matter."""
    assert is_object_action(action) is expected


def test_lists_name_actions_once() -> None:
    """No action is in both lists or twice in one."""
    assert len({*READ_ACTIONS, *WRITE_ACTIONS}) == len(READ_ACTIONS) + len(WRITE_ACTIONS)
