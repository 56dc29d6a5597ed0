"""`demo`: an emulated AWS is started and filled, and the real program scans it as it would scan the real one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

from auditor.errors import InputError, ReportError

FRAMEWORKS = ("acme-hipaa", "acme-pci-dss", "acme-sox", "acme-gdpr")
"""The company's own framework files: the shipped ones, narrowed to the buckets they concern."""
GATE_FAILED = 10
FORMATS = {"json": "assessment.json", "html": "report.html", "pdf": "report.pdf"}

_INTRODUCTION = """\
An AWS of its own is running on this machine, with the estate of a company that does not exist: two accounts, {buckets}
buckets in three Regions. Some are sound; {broken} have defects planted in them. Nothing of your AWS account is touched.
"""
_CONCLUSION = """\
Exit code 10, as expected: the gate failed, because there are findings at or above "high". In a CI job this stops the
build. One bucket, {denied}, refuses to show its logging: it is UNKNOWN, not "disabled", and
alone it would give exit code 3.

The reports:
{reports}
Judge what was read again, offline and by other frameworks:
  s3-log-auditor evaluate {estate} --framework nist-800-53"""


@contextmanager
def demo_estate(now: datetime) -> Iterator[dict[str, str]]:
    """The environment in which a program sees the filled emulator, which lives as long as the block.

    Raises InputError when moto is not installed. Only one can run in a process at a time.
    """
    try:
        from auditor.demo.emulator import emulator, enforce_iam
        from auditor.demo.environment import demo_environment
        from auditor.demo.seed import seed
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "auditor":
            raise
        raise InputError(
            f"the demo needs the AWS emulator moto, and {error.name} is not installed",
            hint="pip install 's3-log-auditor[demo]'",
        ) from error
    with emulator() as url:
        keys = seed(url, now=now)
        enforce_iam()
        yield demo_environment(os.environ, url=url, keys=keys)


def scan_arguments(output: Path, framework_files: Sequence[Path], *, formats: Iterable[str] = FORMATS) -> list[str]:
    """What `scan` is called with: the whole organization, judged by four frameworks of the company and two shipped."""
    from auditor.demo.seed import AUDITOR_ROLE, EXTERNAL_ID

    arguments = ["scan", "--organization", "--role-name", AUDITOR_ROLE, "--external-id", EXTERNAL_ID]
    for file in framework_files:
        arguments += ["--framework-file", str(file)]
    arguments += ["--framework", "iso-27001", "--framework", "baseline"]
    for name in formats:
        arguments += ["--format", name]
    return [*arguments, "--output", str(output)]


def run_demo(output: Path, echo: Callable[[str], None]) -> int:
    """Run the demo and leave its reports in `output`; the exit code is 0 when the scan ended as it should.

    It is 6 when a report could not be written, as for a scan, and 1 when the scan ended in any other way. `echo`
    writes a line and flushes it, as `click.echo` does. Raises InputError when moto is not installed.
    """
    echo("Starting and filling the emulator; this takes some seconds …")
    files = _framework_files(output / "frameworks")
    with demo_estate(datetime.now(UTC)) as environment:
        _introduce(echo)
        command = [sys.executable, "-m", "auditor", *scan_arguments(output, files)]
        echo(f"$ s3-log-auditor {' '.join(command[3:])}\n")
        code = subprocess.run(command, env=environment, check=False).returncode  # noqa: S603  # our own program
    echo("")
    if code == ReportError.exit_code:
        echo(f"Exit code {code}: a report could not be written, see above. The others are in {output}.")
        return code
    if code != GATE_FAILED:
        echo(f"The scan was to end with exit code {GATE_FAILED} (gate failed) and ended with {code}.")
        return 1
    _conclude(output, echo)
    return 0


def _framework_files(folder: Path) -> list[Path]:
    """The company's framework files, laid beside the reports so that `evaluate` can be tried with them."""
    folder.mkdir(parents=True, exist_ok=True)
    shipped = resources.files("auditor.demo") / "frameworks"
    files = [folder / f"{name}.toml" for name in FRAMEWORKS]
    for file in files:
        file.write_bytes((shipped / file.name).read_bytes())
    return files


def _introduce(echo: Callable[[str], None]) -> None:
    from auditor.demo.estate import BUCKETS
    from auditor.demo.planted import PLANTED

    there = sum(not bucket.gone for bucket in BUCKETS)
    echo(_INTRODUCTION.format(buckets=there, broken=len(PLANTED)))


def _conclude(output: Path, echo: Callable[[str], None]) -> None:
    from auditor.demo.estate import DENIED_LOGGING

    reports = "".join(f"  {output / name}\n" for name in FORMATS.values())
    echo(_CONCLUSION.format(denied=DENIED_LOGGING, reports=reports, estate=output / "estate.json"))
