"""The smallest IAM policy a scan needs, made from the same table of calls that collection reads from.

Sources: Service Authorization Reference for Amazon S3, CloudWatch Logs, CloudTrail, GuardDuty, Organizations and STS
(which actions take which resource types); IAM User Guide, "Grant a user permissions to switch roles".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from auditor.errors import InputError
from auditor.reading import Call, Json, Scope, Setting

ASSUME_ROLE = Call(service="sts", operation="assume_role", iam_action="sts:AssumeRole", scope=Scope.ACCOUNT)
"""How a scan enters other accounts; it reads nothing, and so it is no setting."""

PARTITIONS = ("aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc")

_ROLE_NAME = re.compile(r"[A-Za-z0-9_+=,.@/-]{1,576}", re.ASCII)
_OF_BUCKETS = {Scope.BUCKET, Scope.SOURCE, Scope.DESTINATION}


def require_role_name(text: str) -> None:
    """InputError when `text` is no role name, with or without its path (IAM API Reference, RoleName and Path)."""
    if text.startswith("arn:"):
        raise InputError(
            "--role-name takes the name of a role, not an ARN",
            hint="the ARN is built for each account; with a path, give path and name (`audit/reader`)",
        )
    if not _ROLE_NAME.fullmatch(text):
        raise InputError("--role-name may hold letters, digits and _+=,.@-/ only")


def settings_read(*, logs: bool, tags: bool, organization: bool) -> tuple[Setting, ...]:
    """The settings that a scan with these options may ask for, in the order of the list of settings."""
    left_out: set[Setting] = set()
    if not logs:
        left_out.add(Setting.NEWEST_LOG_OBJECT)
    if not tags:
        left_out.add(Setting.TAGGING)
    if not organization:
        left_out.add(Setting.ACCOUNT_LIST)
    return tuple(setting for setting in Setting if setting not in left_out)


def read_policy(
    *,
    partition: str = "aws",
    logs: bool = True,
    tags: bool = False,
    organization: bool = False,
    role_name: str = "",
) -> dict[str, Json]:
    """The identity policy for a scan, as an IAM policy document.

    `logs`: the newest log object of each source is looked for. `tags`: a framework scopes by bucket tag.
    `organization`: the accounts come from AWS Organizations. `role_name`: other accounts are entered by assuming that
    role (its name, with its path if it has one); the role itself needs this policy without `organization` and
    `role_name`. Raises InputError for a partition nobody knows, and for a role name that cannot be one.
    """
    if partition not in PARTITIONS:
        raise InputError(f"there is no partition {partition!r}", hint=f"it is one of {', '.join(PARTITIONS)}")
    wanted = [setting.call for setting in settings_read(logs=logs, tags=tags, organization=organization)]
    of_buckets = [call for call in wanted if call.service == "s3" and call.scope in _OF_BUCKETS]
    of_others = [call for call in wanted if call not in of_buckets]
    statements: list[Json] = [
        _allow("ReadBucketSettings", of_buckets, resource=f"arn:{partition}:s3:::*"),
        # None of these takes a resource, or only one that would have to be a wildcard anyway.
        _allow("ReadAccountSettings", of_others, resource="*"),
    ]
    if role_name:
        require_role_name(role_name)
        statements.append(_allow("EnterAccounts", [ASSUME_ROLE], resource=f"arn:{partition}:iam::*:role/{role_name}"))
    return {"Version": "2012-10-17", "Statement": statements}


def _allow(sid: str, calls: Iterable[Call], *, resource: str) -> dict[str, Json]:
    actions: list[Json] = [*sorted({call.iam_action for call in calls})]
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource}


def allowed_actions(policy: Mapping[str, Json]) -> frozenset[str]:
    """The actions that a policy of `read_policy` allows."""
    statements = policy.get("Statement")
    found: set[str] = set()
    for statement in statements if isinstance(statements, list) else []:
        match statement:
            case {"Action": [*actions]}:
                found.update(action for action in actions if isinstance(action, str))
            case _:
                raise ValueError("a statement must hold a list of actions")
    return frozenset(found)
