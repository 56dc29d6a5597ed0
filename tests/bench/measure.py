"""Time, CPU and memory of a program of ours, measured from outside."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


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
        peak = 0.0
        while not _has_ended(process.pid):
            # What wait4 reports as the peak includes the memory of this process, from which the other was forked.
            peak = max(peak, _high_water(process.pid))
            time.sleep(0.01)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(
        code=process.returncode,
        wall=time.perf_counter() - started,
        cpu=used.ru_utime + used.ru_stime,
        peak_mb=peak,
    )


def _has_ended(pid: int) -> bool:
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _high_water(pid: int) -> float:
    """The highest memory of the process so far, in MB; 0 when it is gone (Linux, proc(5), VmHWM)."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)
