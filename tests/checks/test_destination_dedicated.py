"""destination-dedicated: FAIL where anything but logs lies at the top level of a destination."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model import Account, AccountStatus, Bucket, Cause, Outcome, Verdict
from auditor.reading import Json, Reading, Setting, Unreadable
from checks.posture.destination_dedicated import CHECK
from tests.estates import (
    PARTITIONED,
    absent,
    account,
    account_region,
    allow_delivery,
    bucket,
    cloudwatch,
    denied,
    destination,
    estate,
    paths,
    policy,
    present,
    to,
    verdict_of,
)

LOG = "2026-11-20-08-15-00-0123456789ABCDEF"
DARK = denied(Setting.LOGGING)


def listing(*names: str, truncated: bool = False) -> Reading[Json]:
    """One page of ListObjectsV2 with the delimiter `/`: names that end in a slash are common prefixes."""
    document: dict[str, Json] = {"IsTruncated": truncated, "KeyCount": len(names)}
    folders: list[Json] = [{"Prefix": name} for name in names if name.endswith("/")]
    keys: list[Json] = [{"Key": name, "Size": 1} for name in names if not name.endswith("/")]
    return present(
        {**document, **({"CommonPrefixes": folders} if folders else {}), **({"Contents": keys} if keys else {})}
    )


def verdict(
    found: Reading[Json],
    *sources: Bucket,
    owner: Account | None = None,
    statements: tuple[Json, ...] = (),
) -> Verdict:
    """The verdict on a destination with that listing; its one source writes under app/ unless others are given."""
    readings = {
        Setting.TOP_LEVEL_KEYS: found,
        Setting.POLICY: present(policy(allow_delivery("logs"), *statements)),
    }
    others = sources or (bucket("app", logging=to("logs", "app/")),)
    return verdict_of(
        CHECK, estate(*others, destination("logs", readings=readings), accounts=(owner or account(),)), "logs"
    )


def source(prefix: str, *, partitioned: bool = False, region: str | Reading[str] = "eu-west-1") -> Bucket:
    """The source `app`, which writes under the prefix."""
    return bucket("app", logging=to("logs", prefix, key_format=PARTITIONED if partitioned else None), region=region)


UNPLACED = Unreadable(setting=Setting.REGION, code="AccessDenied")


@pytest.mark.parametrize(
    ("one", "names", "outcome"),
    [
        (source("app/"), (), Outcome.PASS),
        (source("app/"), ("app/",), Outcome.PASS),
        (source("logs/app/"), ("logs/",), Outcome.PASS),
        (source("app/"), ("app/", "data/"), Outcome.FAIL),
        (source("app/"), ("app/", "report.pdf"), Outcome.FAIL),
        (source("app/"), ("App/",), Outcome.FAIL),
        (source("app/"), ("/",), Outcome.FAIL),
        (source("/app/"), ("/",), Outcome.PASS),
        # A prefix without a slash at its end runs into the date, and never makes a folder.
        (source("app"), (f"app{LOG}",), Outcome.PASS),
        (source("app"), ("app/",), Outcome.FAIL),
        (source("app"), ("apple/",), Outcome.FAIL),
        (source("app"), ("app-readme.txt",), Outcome.FAIL),
        (source(""), (LOG,), Outcome.PASS),
        (source(""), (LOG, "2026/"), Outcome.FAIL),
        (source(""), (LOG, "2026-13-99-00-00-00-0123456789ABCDEF"), Outcome.FAIL),
        # Log objects of a prefix that the source had before.
        (source("app/"), ("app/", LOG, f"old-{LOG}"), Outcome.PASS),
        (source("app/"), ("app/", f"{LOG}.gz"), Outcome.FAIL),
        (source("app/"), ("app/", "2026-11-20-08-15-00-backup"), Outcome.FAIL),
        # The partitioned format begins with the account, after the prefix.
        (source("", partitioned=True), ("111122223333/",), Outcome.PASS),
        (source("", partitioned=True), ("444455556666/",), Outcome.FAIL),
        (source("app", partitioned=True), ("app111122223333/",), Outcome.PASS),
        (source("app/", partitioned=True), ("app/",), Outcome.PASS),
        (source("", partitioned=True), (LOG,), Outcome.PASS),
        (source("", partitioned=True, region=UNPLACED), ("111122223333/",), Outcome.PASS),
    ],
)
def test_what_lies_at_the_top_level(one: Bucket, names: tuple[str, ...], outcome: Outcome) -> None:
    """A folder is one of logs when the keys of some source begin with it, a key when S3 could have written it."""
    assert verdict(listing(*names), one).outcome is outcome


def test_a_destination_that_holds_data_of_its_own_and_logs_to_itself() -> None:
    """Its own logs are logs, its data are not."""
    logs = destination("logs", logging=to("logs", "self/"))
    spoiled = replace(logs, readings={**logs.readings, Setting.TOP_LEVEL_KEYS: listing("self/", "invoices/")})
    found = verdict_of(CHECK, estate(spoiled), "logs")

    assert found.outcome is Outcome.FAIL
    assert '"invoices/"' in found.reason


@pytest.mark.parametrize(
    ("names", "outcome", "cause"),
    [(("app/",), Outcome.UNKNOWN, Cause.UNDECIDABLE), (("app/", "data/"), Outcome.FAIL, None)],
)
def test_a_listing_that_goes_on_proves_nothing(names: tuple[str, ...], outcome: Outcome, cause: Cause | None) -> None:
    """But what is foreign on the first page is foreign."""
    found = verdict(listing(*names, truncated=True))

    assert (found.outcome, found.cause) == (outcome, cause)


@pytest.mark.parametrize(
    ("reading", "outcome", "cause"),
    [
        (absent(), Outcome.PASS, None),
        (denied(Setting.TOP_LEVEL_KEYS), Outcome.UNKNOWN, Cause.UNREADABLE),
        (present({"CommonPrefixes": []}), Outcome.UNKNOWN, Cause.UNREADABLE),
        (present({"IsTruncated": False, "Contents": [{"Size": 1}]}), Outcome.UNKNOWN, Cause.UNREADABLE),
    ],
)
def test_readings(reading: Reading[Json], outcome: Outcome, cause: Cause | None) -> None:
    """What was not listed is not known."""
    found = verdict(reading)

    assert (found.outcome, found.cause) == (outcome, cause)


def test_an_unread_bucket_beside_it_may_explain_a_foreign_name() -> None:
    """It may log there; where nothing is foreign it does not matter."""
    app, dark = bucket("app", logging=to("logs", "app/")), bucket("dark", logging=DARK)
    elsewhere = bucket("far", logging=DARK, region="us-east-1")

    assert verdict(listing("app/", "dark/"), app, dark).cause is Cause.UNREADABLE
    assert "dark" in verdict(listing("app/", "dark/"), app, dark).reason
    assert verdict(listing("app/"), app, dark).outcome is Outcome.PASS
    assert verdict(listing("app/", "dark/"), app, elsewhere).outcome is Outcome.FAIL


def test_an_account_that_was_not_wholly_listed_may_have_more_sources() -> None:
    """A bucket that nobody saw may log there."""
    found = verdict(listing("app/", "more/"), owner=account(status=AccountStatus.PARTIAL))

    assert found.cause is Cause.UNREADABLE


VENDED: Json = {
    "Effect": "Allow",
    "Principal": {"Service": "delivery.logs.amazonaws.com"},
    "Action": "s3:PutObject",
    "Resource": "arn:aws:s3:::logs/*",
}


@pytest.mark.parametrize(
    ("statements", "readings", "outcome", "cause"),
    [
        ((VENDED,), cloudwatch("app", end="arn:aws:s3:::logs", kind="S3"), Outcome.UNKNOWN, Cause.UNDECIDABLE),
        ((), cloudwatch("app", end="arn:aws:s3:::logs", kind="S3"), Outcome.FAIL, None),
        ((VENDED,), cloudwatch("app", end="arn:aws:s3:::other", kind="S3"), Outcome.FAIL, None),
        (
            (VENDED,),
            {Setting.DELIVERY_SOURCES: denied(Setting.DELIVERY_SOURCES)},
            Outcome.UNKNOWN,
            Cause.UNREADABLE,
        ),
        ((), {Setting.DELIVERY_SOURCES: denied(Setting.DELIVERY_SOURCES)}, Outcome.FAIL, None),
    ],
)
def test_access_logs_by_cloudwatch_may_explain_a_foreign_name(
    statements: tuple[Json, ...], readings: dict[Setting, Reading[Json]], outcome: Outcome, cause: Cause | None
) -> None:
    """Where that service delivers is not in what was read; where the policy keeps it out, it does not."""
    owner = account(regions=(account_region(readings=readings),))
    found = verdict(listing("app/", "AWSLogs/"), owner=owner, statements=statements)

    assert (found.outcome, found.cause) == (outcome, cause)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("AWSLogs/", "the prefix of other AWS logs"),
        ("444455556666/", "looks like logs in the partitioned format"),
        ("old444455556666/", "looks like logs in the partitioned format"),
        ("data/", 'holds "data/", where no source that was read delivers access logs.'),
        ("a\n\u202eb/", '"a\\u{a}\\u{202e}b/"'),
    ],
)
def test_the_reason_says_what_it_looks_like(name: str, said: str) -> None:
    """A hint for whoever has to look, on one line whatever the name."""
    assert said in verdict(listing("app/", name)).reason


def test_only_some_foreign_names_are_shown() -> None:
    """A bucket of a thousand folders needs no thousand facts."""
    found = verdict(listing(*(f"d{number:03}/" for number in range(900))))

    assert "and 895 more" in found.reason
    assert len(found.evidence) == 5


def test_a_pass_shows_the_prefixes() -> None:
    """What was seen is evidence of what was not."""
    assert paths(verdict(listing("app/", LOG))) == {
        "top-level-keys:CommonPrefixes[].Prefix@logs": ["app/"],
        "top-level-keys:Contents[] (count)@logs": 1,
    }
