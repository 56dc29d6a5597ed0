"""`make bench`: every benchmark, one after the other; figures are printed and nothing is gated."""

from __future__ import annotations

import sys

from tests.bench import bench_evaluate, bench_help, bench_scan

BENCHES = {"help": bench_help.main, "scan": bench_scan.main, "evaluate": bench_evaluate.main}


def main(names: list[str]) -> None:
    """Run the benchmarks called `names`, all of them when there are none."""
    for name in names or list(BENCHES):
        print(f"== {name}")
        BENCHES[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
