"""The keys under which logs arrive in a destination."""

from __future__ import annotations

import pytest

from auditor.reading import Setting, Unreadable
from auditor.s3.inbound import inbound_spaces, log_keys
from auditor.s3.key_language import stem_of
from tests.estates import PARTITIONED, bucket, destination, destination_of, estate, to


@pytest.mark.parametrize(
    ("prefixes", "kept"),
    [
        (["app/", "web/"], ["app/", "web/"]),
        (["app/", "app/"], ["app/"]),
        (["app/", "app/sub/", "app2/"], ["app/", "app2/"]),
        (["app", "app2/", "ap"], ["ap"]),
        (["", "app/"], [""]),
    ],
)
def test_each_key_is_asked_once(prefixes: list[str], kept: list[str]) -> None:
    """A prefix inside another one adds nothing."""
    sources = [bucket(f"b{number}", logging=to("logs", prefix)) for number, prefix in enumerate(prefixes)]
    built = estate(*sources, destination("logs"))

    assert [stem_of(keys) for keys in log_keys(destination_of(built, "logs"))] == kept


def test_an_unknown_region_hides_partitioned_keys_only() -> None:
    """Only they hold it."""
    unplaced = Unreadable(setting=Setting.REGION, code="AccessDenied")
    built = estate(
        bucket("a", logging=to("logs", "a/"), region=unplaced),
        bucket("b", logging=to("logs", "b/", key_format=PARTITIONED), region=unplaced),
        bucket("c", logging=to("logs", "c/", key_format=PARTITIONED)),
        destination("logs"),
    )
    first, second, third = inbound_spaces(destination_of(built, "logs"))

    assert not isinstance(first, Unreadable)
    assert first.stem == "a/"
    assert second == unplaced
    assert not isinstance(third, Unreadable)
    assert third.stem == "c/111122223333/eu-west-1/c/"
