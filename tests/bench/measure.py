"""Time, CPU and memory of a program of ours, measured from outside."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a run took: seconds on the wall and of CPU (user and system), and peak memory in MB."""

    code: int
    wall: float
    cpu: float
    peak_mb: float

    def __str__(self) -> str:
        return f"{self.wall:6.2f} s wall  {self.cpu:6.2f} s CPU  {self.peak_mb:6.0f} MB peak  exit {self.code}"


def run(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Cost:
    """The cost of `python -m auditor` with `arguments`, without that of anything else."""
    command = [sys.executable, "-m", "auditor", *arguments]
    started = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(
        code=process.returncode,
        wall=time.perf_counter() - started,
        cpu=used.ru_utime + used.ru_stime,
        peak_mb=used.ru_maxrss / 1024,
    )


def own_memory() -> float:
    """Peak memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
