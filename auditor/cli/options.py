"""The options that several commands share, each written once, with the words of the documentation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from auditor.model import Severity

Command = TypeVar("Command", bound=Callable[..., object])
"""A click command before its options are put on."""

FORMATS = ("json", "html", "pdf")
DEFAULT_FORMATS = ("json", "html")
DEFAULT_OUTPUT = Path("s3-log-audit")
SEVERITIES = (*(level.word for level in reversed(Severity)), "never")


def source_options(command: Command) -> Command:
    """Where the estate comes from."""
    for option in reversed(
        (
            click.option(
                "--profile", "profiles", multiple=True, metavar="NAME", help="AWS credential profile (repeatable)."
            ),
            click.option("--organization", is_flag=True, help="Every active account of the AWS organization."),
            click.option("--accounts", metavar="FILE|ID,…", help="These accounts: ids, or a file that lists them."),
            click.option("--role-name", metavar="NAME", help="Role to assume in each account."),
            click.option("--external-id", metavar="ID", help="External id the role's trust policy asks for."),
            click.option("--bucket", "buckets", multiple=True, metavar="GLOB", help="Only these buckets (repeatable)."),
            click.option("--exclude-bucket", "exclude", multiple=True, metavar="GLOB", help="Not these (repeatable)."),
            click.option(
                "--region", "regions", multiple=True, metavar="REGION", help="Only these Regions (repeatable)."
            ),
            click.option("--workers", type=click.IntRange(1, 64), default=10, show_default=True, help="Calls at once."),
        )
    ):
        command = option(command)
    return command


def log_options(command: Command) -> Command:
    """Whether log objects are looked at."""
    return click.option(
        "--logs/--no-logs", default=True, show_default=True, help="Look for the newest log object of each source."
    )(command)


def framework_options(command: Command) -> Command:
    """What the estate is judged against."""
    for option in reversed(
        (
            click.option(
                "--framework",
                "frameworks",
                multiple=True,
                metavar="ID",
                help="Compliance framework (repeatable) [default: baseline].",
            ),
            click.option(
                "--framework-file",
                "framework_files",
                multiple=True,
                metavar="FILE",
                type=click.Path(path_type=Path),
                help="A framework of your own (repeatable).",
            ),
        )
    ):
        command = option(command)
    return command


def gate_options(command: Command) -> Command:
    """What fails the run."""
    for option in reversed(
        (
            click.option(
                "--fail-on",
                type=click.Choice(SEVERITIES),
                default="high",
                show_default=True,
                help="Exit 10 on a finding at or above this severity.",
            ),
            click.option("--allow-unknown", is_flag=True, help="Do not exit 3 for what could not be read or decided."),
            click.option(
                "--waivers", metavar="FILE", type=click.Path(path_type=Path), help="Accepted exceptions (TOML)."
            ),
            click.option(
                "--baseline",
                metavar="ASSESSMENT",
                type=click.Path(path_type=Path),
                help="An earlier assessment.json: only new findings gate.",
            ),
        )
    ):
        command = option(command)
    return command


def output_options(command: Command) -> Command:
    """Where the results go and in which formats."""
    for option in reversed(
        (
            click.option(
                "-o",
                "--output",
                metavar="DIR",
                type=click.Path(path_type=Path),
                default=DEFAULT_OUTPUT,
                show_default=True,
                help="Folder for the reports.",
            ),
            click.option(
                "-f",
                "--format",
                "formats",
                multiple=True,
                type=click.Choice(FORMATS),
                help="Report format (repeatable) [default: json, html].",
            ),
            quiet_option,
        )
    ):
        command = option(command)
    return command


def quiet_option(command: Command) -> Command:
    """No progress on stderr."""
    return click.option("-q", "--quiet", is_flag=True, help="No progress.")(command)
