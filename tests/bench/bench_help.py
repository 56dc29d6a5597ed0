"""How long `--help` and `--version` take; they should stay under 0.2 s."""

from __future__ import annotations

from tests.bench.measure import run


def main() -> None:
    """Print the best of five runs of each."""
    for option in ("--help", "--version"):
        costs = [run([option]) for _ in range(5)]
        print(f"{option:10} {min(cost.wall for cost in costs):.3f} s wall (target 0.2)")


if __name__ == "__main__":
    main()
