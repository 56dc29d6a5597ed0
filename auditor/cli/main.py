"""The command line: commands are loaded when they are called, so that `--help` answers at once."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence

import click

from auditor import __version__
from auditor.errors import AuditorError

COMMANDS: Mapping[str, tuple[str, str]] = {
    "scan": ("auditor.cli.scan", "Read accounts, judge them, write reports and pass or fail the gate."),
    "collect": ("auditor.cli.collect", "Read accounts into an estate file, to be judged elsewhere."),
    "evaluate": ("auditor.cli.evaluate", "Judge an estate file; needs no credentials."),
    "report": ("auditor.cli.report", "Write reports from an assessment."),
    "diff": ("auditor.cli.diff", "Compare two assessments: new, resolved, unchanged."),
    "checks": ("auditor.cli.checks", "List the checks."),
    "frameworks": ("auditor.cli.frameworks", "List, show or validate compliance frameworks."),
    "explain": ("auditor.cli.explain", "Explain a check or a framework."),
    "iam-policy": ("auditor.cli.iam_policy", "Print the least-privilege IAM policy a scan needs."),
    "demo": ("auditor.cli.demo", "Scan an emulated estate with planted defects."),
}
"""Name -> (module that defines `command`, one line for the overview)."""


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # the signature is click's
        """The commands in the order in which people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # as above
        """The command called `cmd_name`."""
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(COMMANDS[cmd_name][0]).command
        if not isinstance(command, click.Command):
            raise TypeError(f"{COMMANDS[cmd_name][0]}.command is not a command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # as above
        """The overview, from the table and not from the modules."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=(
        "Exit codes: 0 passed, 1 bug of ours, 2 wrong input, 3 incomplete, 4 no access, 6 report not written, "
        "10 gate failed."
    ),
)
@click.version_option(__version__, prog_name="s3-log-auditor")
def root() -> None:
    """Audit the posture of Amazon S3 server access logging, and prove what is said."""


def run(arguments: Sequence[str] | None = None) -> int:
    """The exit code of the command line called with `arguments`; errors are said on stderr with a hint."""
    try:
        result = root.main(args=arguments, prog_name="s3-log-auditor", standalone_mode=False)
    except click.exceptions.Abort:
        sys.stderr.write("s3-log-auditor: interrupted\n")
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except AuditorError as error:
        from auditor.cli.console import say_error

        say_error(error)
        return error.exit_code
    return result if isinstance(result, int) else 0
