"""The page about the demo tells what is planted, no more and no less."""

from __future__ import annotations

import re
from pathlib import Path

from auditor.demo.estate import DENIED_LOGGING, HEALTH, PAYMENTS
from auditor.demo.planted import CONFLICT, PLANTED

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "demo.md").read_text(encoding="utf-8")


def test_every_planted_defect_is_on_the_page() -> None:
    """One row a bucket, in the order of the table, with its checks and the reason."""
    rows = re.findall(r"^\| `(acme-[a-z0-9-]+)` \| (.*) \| (.*) \|$", PAGE, re.MULTILINE)
    wanted = [(one.bucket, ", ".join(f"`{check}`" for check in one.fails), one.because) for one in PLANTED]

    assert rows == wanted


def test_the_rest_is_named_too() -> None:
    """Accounts, the bucket that is unknown, and the conflict."""
    for name in (HEALTH.id, HEALTH.name, PAYMENTS.id, PAYMENTS.name, DENIED_LOGGING, CONFLICT):
        assert name in PAGE
