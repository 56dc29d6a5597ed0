"""The printed IAM policy allows exactly what the call table says a scan may call."""

from __future__ import annotations

import json
from itertools import product

import pytest

from auditor.errors import InputError
from auditor.iam_policy import PARTITIONS, allowed_actions, read_policy, settings_read
from auditor.reading import CALLS, Json, Setting

OPTIONS = list(product([False, True], repeat=3))


def statement(policy: dict[str, Json], sid: str) -> dict[str, Json]:
    """The statement called `sid`."""
    statements = policy["Statement"]
    assert isinstance(statements, list)
    (found,) = [one for one in statements if isinstance(one, dict) and one["Sid"] == sid]
    return found


@pytest.mark.parametrize(("logs", "tags", "organization"), OPTIONS)
def test_the_policy_covers_the_settings_and_nothing_else(logs: bool, tags: bool, organization: bool) -> None:
    """For every choice of options, the actions are those of the settings that are read with them."""
    wanted = settings_read(logs=logs, tags=tags, organization=organization)

    policy = read_policy(logs=logs, tags=tags, organization=organization)

    assert allowed_actions(policy) == {CALLS[setting].iam_action for setting in wanted}


def test_the_widest_policy_covers_the_whole_table() -> None:
    """With everything switched on, no call of the table is missing."""
    policy = read_policy(logs=True, tags=True, organization=True)

    assert allowed_actions(policy) == {call.iam_action for call in CALLS.values()}


def test_options_leave_actions_out() -> None:
    """Tags and the organization are asked for only when they are needed."""
    narrow = allowed_actions(read_policy())

    assert "s3:GetBucketTagging" not in narrow
    assert "organizations:ListAccounts" not in narrow
    assert "sts:AssumeRole" not in narrow
    assert Setting.NEWEST_LOG_OBJECT not in settings_read(logs=False, tags=True, organization=True)


def test_only_reading_is_allowed() -> None:
    """A scan changes nothing, and reads no object."""
    actions = allowed_actions(read_policy(tags=True, organization=True))

    assert all(action.partition(":")[2].startswith(("Get", "List", "Describe")) for action in actions), actions
    assert "s3:GetObject" not in actions
    assert not any("*" in action for action in actions)


@pytest.mark.parametrize("partition", PARTITIONS)
def test_resources_follow_the_partition(partition: str) -> None:
    """Bucket settings are allowed on buckets of the partition, and roles are those of the partition."""
    policy = read_policy(partition=partition, role_name="audit/reader")

    assert statement(policy, "ReadBucketSettings")["Resource"] == f"arn:{partition}:s3:::*"
    assert statement(policy, "ReadAccountSettings")["Resource"] == "*"
    enter = statement(policy, "EnterAccounts")
    assert enter["Action"] == ["sts:AssumeRole"]
    assert enter["Resource"] == f"arn:{partition}:iam::*:role/audit/reader"


def test_calls_without_a_bucket_are_not_bound_to_buckets() -> None:
    """ListAllMyBuckets and the account's public access block take no bucket as resource and would be denied there."""
    policy = read_policy()

    of_buckets = statement(policy, "ReadBucketSettings")["Action"]
    of_account = statement(policy, "ReadAccountSettings")["Action"]
    assert isinstance(of_buckets, list)
    assert isinstance(of_account, list)
    assert {"s3:ListAllMyBuckets", "s3:GetAccountPublicAccessBlock"} <= set(of_account)
    assert {"s3:GetBucketLogging", "s3:GetLifecycleConfiguration", "s3:ListBucket"} <= set(of_buckets)
    assert all(isinstance(action, str) and action.startswith("s3:") for action in of_buckets)


def test_the_policy_fits_a_managed_policy() -> None:
    """IAM takes 6,144 characters, white space not counted."""
    text = json.dumps(read_policy(tags=True, organization=True, role_name="r" * 64), separators=(",", ":"))

    assert len(text) <= 6144


@pytest.mark.parametrize("name", ["arn:aws:iam::111122223333:role/x", "a b", "x*", "ünï"])
def test_a_role_name_that_cannot_be_one_is_refused(name: str) -> None:
    """A wildcard or an ARN in the role name would print a policy that allows something else."""
    with pytest.raises(InputError, match="role"):
        read_policy(role_name=name)


def test_an_unknown_partition_is_refused() -> None:
    """A misspelt partition would print a policy that allows nothing."""
    with pytest.raises(InputError, match="no partition 'aws-gov'"):
        read_policy(partition="aws-gov")
