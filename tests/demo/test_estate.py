"""The estate table and the list of planted defects agree with each other and with what S3 allows."""

from __future__ import annotations

import re

import pytest

from auditor.demo.estate import ACCOUNTS, BUCKETS
from auditor.demo.plan import Arrivals, DemoBucket
from auditor.demo.planted import CLEAN, PLANTED, UNKNOWN

BY_NAME = {bucket.name: bucket for bucket in BUCKETS}


def test_the_estate_is_of_a_size_that_people_can_still_read() -> None:
    """Two accounts, three Regions, and some sixty buckets."""
    there = [bucket for bucket in BUCKETS if not bucket.gone]

    assert len(ACCOUNTS) == 2
    assert {bucket.place.region for bucket in there} == {"us-east-1", "eu-west-1", "eu-central-1"}
    assert 40 <= len(there) <= 65


def test_bucket_names_are_names_and_unique() -> None:
    """S3 allows 3 to 63 lower-case letters, digits and hyphens; a second bucket of the same name cannot be made."""
    assert len(BY_NAME) == len(BUCKETS)
    assert [name for name in BY_NAME if not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", name)] == []


@pytest.mark.parametrize("bucket", [bucket for bucket in BUCKETS if bucket.logs_to], ids=lambda bucket: bucket.name)
def test_logging_is_configured_as_s3_allows(bucket: DemoBucket) -> None:
    """At the time of configuring, the destination is in the same account and Region, and set up to receive."""
    destination = BY_NAME[bucket.logs_to]

    assert (destination.first_at or destination.place) == bucket.place
    assert destination.receives is not None


@pytest.mark.parametrize("bucket", [bucket for bucket in BUCKETS if bucket.logs_to], ids=lambda bucket: bucket.name)
def test_no_log_lies_where_none_could_have_been_delivered(bucket: DemoBucket) -> None:
    """A destination that was deleted or made anew holds no log of the source."""
    destination = BY_NAME[bucket.logs_to]
    lost = destination.gone or destination.first_at is not None

    assert (bucket.arrivals is Arrivals.NONE) == lost


def test_every_archive_exists_in_the_other_account_and_is_locked() -> None:
    """A copy of the logs that the same administrators can delete would be no archive."""
    receiving = [(bucket, bucket.receives) for bucket in BUCKETS if bucket.receives is not None]
    archived = [(bucket, BY_NAME[receives.archive]) for bucket, receives in receiving if receives.archive]

    assert archived
    assert all(archive.locked_days > 0 for _, archive in archived)
    assert all(bucket.place.account != archive.place.account for bucket, archive in archived)


def test_every_bucket_is_clean_or_planted_or_unknown() -> None:
    """Nobody can forget to say what is expected of a bucket, and nothing is expected twice."""
    planted = [planted.bucket for planted in PLANTED]
    expected = [*planted, *CLEAN, *UNKNOWN]

    assert sorted(expected) == sorted(bucket.name for bucket in BUCKETS if not bucket.gone)
    assert all(planted.fails and planted.because for planted in PLANTED)
