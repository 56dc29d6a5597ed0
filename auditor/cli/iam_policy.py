"""`iam-policy read`: the least-privilege policy, from the same table that collection uses."""

from __future__ import annotations

import json

import click


@click.group("iam-policy")
def command() -> None:
    """The IAM permissions that the tool needs, and no more."""


@command.command("read")
@click.option("--logs/--no-logs", default=True, show_default=True, help="With the look for log objects.")
@click.option("--tags", is_flag=True, help="With bucket tags, for frameworks that choose buckets by tag.")
@click.option("--organization", is_flag=True, help="With the listing of the organization's accounts.")
@click.option("--role-name", metavar="NAME", default="", help="With assuming this role in other accounts.")
@click.option("--partition", default="aws", show_default=True, help="AWS partition of the ARNs.")
def read(logs: bool, tags: bool, organization: bool, role_name: str, partition: str) -> int:
    """Print the IAM policy that `scan` and `collect` need. It allows reading only."""
    from auditor.gate import OK
    from auditor.iam_policy import read_policy

    policy = read_policy(partition=partition, logs=logs, tags=tags, organization=organization, role_name=role_name)
    click.echo(json.dumps(policy, indent=2))
    return OK
