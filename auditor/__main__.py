"""The program, whether called as `s3-log-auditor` or as `python -m auditor`."""

from __future__ import annotations

import sys
from pathlib import Path

from auditor._siblings import strangers


def main() -> None:
    """Run the command line, once it is certain that the checks are ours."""
    wrong = strangers(Path(__file__).resolve().parent)
    if wrong:
        sys.stderr.write(
            f"s3-log-auditor: refusing to run, these would not be ours: {', '.join(wrong)}\n"
            "hint: run from another folder, or reinstall s3-log-auditor\n"
        )
        sys.exit(2)
    from auditor.cli.main import run

    sys.exit(run())


if __name__ == "__main__":
    main()
