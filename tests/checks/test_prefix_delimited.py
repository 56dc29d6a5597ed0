"""prefix-delimited: FAIL for a prefix that runs on into the date."""

from __future__ import annotations

import pytest

from auditor.model import Outcome
from auditor.reading import Json, Setting
from checks.posture.prefix_delimited import CHECK
from tests.estates import PARTITIONED, bucket, denied, destination, estate, to, verdict_of


@pytest.mark.parametrize(
    ("prefix", "key_format", "outcome"),
    [
        ("app/", None, Outcome.PASS),
        ("/", None, Outcome.PASS),
        ("a/b", None, Outcome.FAIL),
        ("app-", None, Outcome.FAIL),
        ("app/ ", None, Outcome.FAIL),
        ("", None, Outcome.NOT_APPLICABLE),
        ("app", PARTITIONED, Outcome.FAIL),
        ("app/", PARTITIONED, Outcome.PASS),
    ],
)
def test_a_prefix_ends_in_a_slash(prefix: str, key_format: Json, outcome: Outcome) -> None:
    """S3 puts the prefix before the rest verbatim, also before the account of the partitioned format."""
    built = estate(bucket("app", logging=to("logs", prefix, key_format=key_format)), destination("logs"))

    assert verdict_of(CHECK, built, "app").outcome is outcome


def test_without_a_delivery_there_is_no_prefix() -> None:
    """Off is not applicable, unreadable is unknown."""
    built = estate(bucket("off"), bucket("dark", logging=denied(Setting.LOGGING)))

    assert verdict_of(CHECK, built, "off").outcome is Outcome.NOT_APPLICABLE
    assert verdict_of(CHECK, built, "dark").outcome is Outcome.UNKNOWN
