"""Data exfiltration: S3L-010 to 014 and 016 to 018."""

from __future__ import annotations

from datetime import timedelta

import pytest

from auditor.activity.detection_inputs import Inputs, Place, Window
from auditor.model import Severity
from tests.activity.detections.seen import NOW, past, reason, seen, working_hours
from tests.activity.rows import (
    ACCOUNT,
    ALICE,
    BATCH,
    BATCH_ROLE,
    BOB,
    BUCKET,
    DAY,
    INTERN,
    STRANGER,
    Row,
    Rows,
    at,
    every,
    role,
    row,
)

GIB = 1 << 30
MIB = 1 << 20

# --- volume-outlier --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("bytes_sent", "signals"), [(GIB // 4, 0), (GIB // 4 + 1, 1)])
def test_volume_outlier_begins_above_a_gibibyte(bytes_sent: int, signals: int) -> None:
    """More than a GiB within an hour, from a caller of whom nothing is known."""
    rows = every(at(3), minutes=5).rows(4, key="k{}", bytes_sent=bytes_sent, object_size=bytes_sent)

    assert len(seen("volume-outlier", rows)) == signals


def test_volume_outlier_does_not_count_more_than_there_is() -> None:
    """A transfer that broke off may count more bytes than the object has, and refused requests send errors only."""
    retried = every(at(3)).rows(40, bytes_sent=GIB, object_size=MIB, http_status=206)
    refused = every(at(3)).rows(40, bytes_sent=GIB, http_status=403)

    assert seen("volume-outlier", [*retried, *refused]) == ()


def test_volume_outlier_knows_who_always_reads_much() -> None:
    """A job that reads two GiB each hour does so again; a caller who never did is a signal."""
    heavy = {"bytes_sent": 2 * GIB, "object_size": 2 * GIB}
    before = every(at(days=-14), hours=1).rows(14 * 24, requester=BATCH, **heavy)
    little = past(requester=ALICE, bytes_sent=1000)

    (signal,) = seen(
        "volume-outlier", [*before, *little, row(time=at(3), requester=BATCH, **heavy), row(time=at(3), **heavy)]
    )

    assert signal.subject["principal"] == ALICE
    assert signal.bytes == 2 * GIB
    assert signal.details["usual_bytes"] == 3000
    assert signal.summary == f"{ALICE} read 2.0 GiB from {BUCKET} within 60 minutes, in 1 request."


def test_volume_outlier_leaves_public_buckets_and_content_networks_alone() -> None:
    """Public content is meant to be read, and CloudFront reads for everybody."""
    heavy = {"bytes_sent": 2 * GIB, "object_size": 2 * GIB}
    rows = [
        row(bucket="acme-downloads", requester=None, **heavy),
        row(requester="svc:cloudfront.amazonaws.com", remote_ip=None, **heavy),
    ]

    assert seen("volume-outlier", rows, inputs=Inputs(public_buckets=("acme-downloads",))) == ()


# --- breadth-outlier -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("keys", "signals"), [(499, 0), (500, 1)])
def test_breadth_outlier_begins_at_five_hundred_keys(keys: int, signals: int) -> None:
    """Five hundred distinct objects within an hour; reading one again does not count."""
    rows = [*every(at(3)).rows(keys, key="k{}"), *every(at(3)).rows(50, key="k0")]

    assert len(seen("breadth-outlier", rows)) == signals


@pytest.mark.parametrize(("usual", "signals"), [(60, 1), (61, 0)])
def test_breadth_outlier_compares_with_the_callers_own_hours(usual: int, signals: int) -> None:
    """With a past it takes ten times the median hour, unless it is a good part of the bucket."""
    before = [
        one
        for hour in range(20)
        for one in every(at(hour, days=-14 + hour % 14)).rows(usual, requester=BATCH, key="usual{}")
    ]
    others = every(at(1), seconds=30).rows(2500, requester=ALICE, key="k{}", operation="REST.HEAD.OBJECT")
    sweep = every(at(3)).rows(600, requester=BATCH, key="k{}")

    found = seen("breadth-outlier", [*before, *others, *sweep])

    assert [signal.subject["principal"] for signal in found] == [BATCH_ROLE] * signals


def test_breadth_outlier_sees_a_good_part_of_the_bucket() -> None:
    """Never so much before, and a third of what the bucket is known to hold: that is enough."""
    before = [
        one
        for hour in range(20)
        for one in every(at(hour, days=-14 + hour % 14)).rows(61, requester=BATCH, key="usual{}")
    ]

    (signal,) = seen("breadth-outlier", [*before, *every(at(3)).rows(600, requester=BATCH, key="k{}")])

    assert signal.details["keys"] == 600
    assert signal.details["usual_keys"] == 61


# --- slow-drip -------------------------------------------------------------------------------------------------------

SECRET = Inputs(sensitive_prefixes=(Place(bucket=BUCKET, prefix="onboarding/"),))


def drip(days: int, keys: int = 5, *, again: int = 0) -> list[Row]:
    """Reads of new keys on each of the last `days` days before the end of DAY, and `again` of old ones."""
    return [
        one
        for day in range(1 - days, 1)
        for one in (
            *every(at(10, days=day), minutes=20).rows(keys, key=f"onboarding/{day}-{{}}.pdf"),
            *every(at(15, days=day)).rows(again, key=f"onboarding/{day}-0.pdf"),
        )
    ]


FIRST_RECORD = row(time=at(days=-13), requester=BOB, key="x")


@pytest.mark.parametrize(
    ("days", "keys", "again", "signals"), [(10, 5, 0, 1), (9, 5, 0, 0), (10, 4, 0, 0), (10, 9, 0, 1), (10, 9, 1, 0)]
)
def test_slow_drip_needs_new_keys_on_many_days(days: int, keys: int, again: int, signals: int) -> None:
    """Five new keys on ten of fourteen days, with hardly any read again."""
    found = seen("slow-drip", [FIRST_RECORD, *drip(days, keys, again=again)], inputs=SECRET)

    assert len(found) == signals


@pytest.mark.parametrize(("others", "signals"), [(199, 1), (200, 0)])
def test_slow_drip_needs_a_share_of_the_prefix(others: int, signals: int) -> None:
    """More than a fifth of the keys that the log knows below the prefix."""
    rest = every(at(1)).rows(others, requester=BATCH, key="onboarding/other-{}.pdf", operation="REST.HEAD.OBJECT")

    assert len(seen("slow-drip", [FIRST_RECORD, *drip(10), *rest], inputs=SECRET)) == signals


def test_slow_drip_is_about_sensitive_prefixes_and_long_logs() -> None:
    """Other prefixes do not matter; without a list, or with few days, nothing can be said."""
    elsewhere = [{**one, "key": f"reports/{number}"} for number, one in enumerate(drip(12))]

    assert seen("slow-drip", [FIRST_RECORD, *elsewhere], inputs=SECRET) == ()
    assert reason("slow-drip", drip(12)) == "No sensitive prefixes were given."
    assert reason("slow-drip", drip(5), inputs=SECRET) == "The records span 5 days; 14 days are needed."


# --- off-hours-burst -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reads", "signals"), [(49, 0), (50, 1)])
def test_off_hours_burst_at_a_quarter_past_three(reads: int, signals: int) -> None:
    """Fifty reads within half an hour, in an hour in which the caller never worked."""
    burst = every(at(3, 14), seconds=5).rows(reads, requester=INTERN, key="onboarding/{}.pdf", user_agent="curl/8.5.0")

    found = seen("off-hours-burst", [*working_hours(requester=INTERN), *burst])

    assert [signal.details["tool"] for signal in found] == ["curl"] * signals


def test_off_hours_burst_counts_bytes_as_well() -> None:
    """A hundred MiB are enough, in however few requests."""
    heavy = {"bytes_sent": 100 * MIB, "object_size": 100 * MIB}

    (signal,) = seen("off-hours-burst", [*working_hours(), row(time=at(3), **heavy)])
    light = seen("off-hours-burst", [*working_hours(), row(time=at(3), bytes_sent=100 * MIB - 1)])

    assert signal.bytes == 100 * MIB
    assert signal.summary.endswith("at an hour in which the caller is hardly ever active.")
    assert light == ()


def test_off_hours_burst_judges_a_newcomer_by_the_bucket() -> None:
    """Who has no past of their own is compared with the bucket's."""
    burst = every(at(3, 14)).rows(60, requester=INTERN)

    (signal,) = seen("off-hours-burst", [*working_hours(), *burst])

    assert signal.details["compared"] == "the bucket"


def test_off_hours_burst_leaves_the_usual_alone() -> None:
    """A job that runs each night does so again, the day is for work, and a bucket without a past says nothing."""
    nightly = [one for day in range(-14, 0) for one in every(at(3, days=day)).rows(80, requester=BATCH)]
    rows: Rows = [
        *working_hours(),
        *nightly,
        *every(at(3, 10)).rows(80, requester=BATCH),
        *every(at(10)).rows(80),
        *every(at(3)).rows(80, requester=BOB, bucket="acme-new"),
    ]

    assert seen("off-hours-burst", rows) == ()


def test_off_hours_burst_needs_a_past() -> None:
    """Without a baseline no hour is known to be quiet, and the reason says what is missing."""
    found = reason("off-hours-burst", [row(time=at(days=-3)), row()])

    assert found == "The baseline holds 1 records of 3 days; 1,000 records of 14 days are needed."


# --- list-then-sweep -------------------------------------------------------------------------------------------------


def listing(**changes: str) -> Row:
    """A listing of `onboarding/` at one o'clock."""
    uri = "GET /?list-type=2&prefix=onboarding%2F&encoding-type=url HTTP/1.1"
    return row(**{"time": at(1), "operation": "REST.GET.BUCKET", "key": None, "request_uri": uri, **changes})


@pytest.mark.parametrize(("keys", "signals"), [(19, 0), (20, 1)])
def test_list_then_sweep_needs_twenty_keys(keys: int, signals: int) -> None:
    """A listing, and twenty keys of what it showed within half an hour."""
    reads = every(at(1, 1), minutes=1).rows(keys, key="onboarding/{}.pdf")

    found = seen("list-then-sweep", [*past(requester=BATCH, key="x"), listing(), *reads])

    assert [signal.details["prefix"] for signal in found] == ["onboarding/"] * signals


@pytest.mark.parametrize(("others", "signals"), [(30, 1), (31, 0)])
def test_list_then_sweep_needs_half_of_the_prefix(others: int, signals: int) -> None:
    """Half of the known keys below the prefix; a tool that copies recursively needs no half."""
    rest = every(at(5)).rows(others, requester=BATCH, key="onboarding/other-{}")
    base: Rows = [*past(requester=BATCH, key="x"), listing(), *rest]
    agent = "aws-cli/2.31.0 md/command#s3.sync"

    assert len(seen("list-then-sweep", [*base, *every(at(1, 1)).rows(30, key="onboarding/{}.pdf")])) == signals
    assert len(seen("list-then-sweep", [*base, *every(at(1, 1)).rows(30, key="onboarding/{}", user_agent=agent)])) == 1


def test_list_then_sweep_leaves_the_usual_alone() -> None:
    """The same listing before, a regular lister, late reads, and reads outside the prefix are no sweep."""
    known = past(
        requester=ALICE,
        operation="REST.GET.BUCKET",
        key=None,
        request_uri="GET /?prefix=onboarding%2f&list-type=2 HTTP/1.1",
    )
    daily = past(requester=ALICE, operation="REST.GET.BUCKET", key=None, request_uri="GET /?prefix=2026-11-{} HTTP/1.1")
    stranger = past(requester=BATCH, key="x")
    reads = every(at(1, 1)).rows(40, key="onboarding/{}.pdf")
    late = every(at(2)).rows(40, key="onboarding/{}.pdf")
    outside = every(at(1, 1)).rows(40, key="reports/{}.pdf")

    assert seen("list-then-sweep", [*known, listing(), *reads]) == ()
    assert seen("list-then-sweep", [*daily, listing(), *reads]) == ()
    assert seen("list-then-sweep", [*stranger, listing(), *late]) == ()
    assert seen("list-then-sweep", [*stranger, listing(), *outside]) == ()


def test_list_then_sweep_reads_hostile_prefixes() -> None:
    """A prefix that cannot be decoded is compared up to where it can."""
    uri = "GET /?prefix=onboarding%2F%zz%00+x HTTP/1.1"
    reads = every(at(1, 1)).rows(25, key="onboarding/{}.pdf")

    (signal,) = seen("list-then-sweep", [*past(requester=BATCH, key="x"), listing(request_uri=uri), *reads])

    assert signal.details["prefix"] == "onboarding/"


# --- orphan-copy-source ----------------------------------------------------------------------------------------------

COPY = {"operation": "REST.COPY.OBJECT_GET", "bytes_sent": None}


@pytest.mark.parametrize(("copies", "signals"), [(9, 0), (10, 1)])
def test_orphan_copies_count_from_ten(copies: int, signals: int) -> None:
    """Ten copies out of a bucket without any record of where they went."""
    found = seen("orphan-copy-source", every(at(1)).rows(copies, key="k{}", **COPY))

    assert [signal.bytes for signal in found] == [copies * 48_213] * signals


def test_orphan_copies_have_no_other_record() -> None:
    """A copy whose destination is in the logs that were read, before or after it, is no orphan."""
    sources = every(at(1)).rows(20, key="k{}", request_id="COPY{}", **COPY)
    landed = every(at(1)).rows(20, bucket="acme-archive", key="k{}", request_id="COPY{}", operation="REST.COPY.OBJECT")

    assert seen("orphan-copy-source", [*sources, *landed]) == ()


def test_one_orphan_copy_by_a_foreign_account_is_enough() -> None:
    """With the organisation's accounts known, one copy by a stranger is a signal, and one by a member is not."""
    rows = [row(requester=role("etl", account=STRANGER), **COPY), row(requester=BATCH, **COPY)]

    (signal,) = seen("orphan-copy-source", rows, inputs=Inputs(organisation_accounts=frozenset({ACCOUNT})))

    assert signal.details["foreign_account"] is True
    assert seen("orphan-copy-source", rows) == ()


def test_orphan_copies_of_the_last_day_may_still_be_paired() -> None:
    """The other record may arrive late, a refused copy copies nothing, and a sample proves no absence."""
    rows = every(at(1)).rows(20, key="k{}", **COPY)
    refused = every(at(1)).rows(20, key="k{}", operation="REST.COPY.OBJECT_GET", http_status=403)

    assert seen("orphan-copy-source", rows, now=at(12)) == ()
    assert seen("orphan-copy-source", refused) == ()
    assert reason("orphan-copy-source", rows, inputs=Inputs(sampled=True)).startswith("Only a sample")


# --- sensitive-object ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key",
    [
        "app/.env", "app/.env.production", "home/ann/.aws/credentials", ".ssh/id_rsa", "certs/Server.PEM",
        "prod.tfstate", "vault.kdbx", "nightly/db.sql.gz", "pg_dump-2026.tar.gz", "site/.git/config", "etc/shadow",
    ],
)  # fmt: skip
def test_sensitive_object_knows_names_of_secrets(key: str) -> None:
    """One read of such a name is a signal."""
    (signal,) = seen("sensitive-object", [row(key=key)])

    assert signal.subject["key"] == key


@pytest.mark.parametrize(
    "key", ["docs/environment.html", "img/backup-button.png", "sql/readme.md", "pem.txt", "shadow.css", "git/config"]
)
def test_sensitive_object_leaves_other_names_alone(key: str) -> None:
    """A word inside another name is no secret."""
    assert seen("sensitive-object", [row(key=key)]) == ()


def test_sensitive_object_leaves_its_owner_alone() -> None:
    """A job that wrote the state, or read it before the window, reads its own."""
    state = {"key": "prod.tfstate"}
    wrote = row(time=at(5), operation="REST.PUT.OBJECT", **state)
    read = row(time=at(days=-2), requester=BATCH, **state)

    found = seen(
        "sensitive-object", [wrote, read, row(**state), row(requester=BATCH, **state), row(requester=BOB, **state)]
    )

    assert [signal.subject["principal"] for signal in found] == [BOB]


# --- canary-touched --------------------------------------------------------------------------------------------------

DECOYS = Inputs(
    canaries=(
        Place(bucket="acme-decoy-*"),
        Place(bucket=BUCKET, prefix="payroll/2019/passwords.xlsx"),
        Place(bucket=BUCKET, prefix="payroll/2019/passwords"),
    )
)


def test_canary_touched_by_anything() -> None:
    """Any request counts once, a refused one and a listing as well."""
    rows = [
        row(key="payroll/2019/passwords.xlsx"),
        row(bucket="acme-decoy-1", operation="REST.GET.BUCKET", key=None, http_status=403),
    ]

    found = seen("canary-touched", rows, inputs=DECOYS)

    assert sorted((signal.bucket or "", signal.count, signal.details["successes"]) for signal in found) == [
        ("acme-decoy-1", 1, 0),
        (BUCKET, 1, 1),
    ]
    assert {signal.severity for signal in found} == {Severity.CRITICAL}


def test_canary_leaves_s3_itself_and_other_keys_alone() -> None:
    """Lifecycle and log delivery are no visitors."""
    rows = [
        row(bucket="acme-decoy-1", operation="S3.EXPIRE.OBJECT", requester=None, remote_ip=None, http_status=None),
        row(key="payroll/2019/summary.xlsx"),
    ]

    assert seen("canary-touched", rows, inputs=DECOYS) == ()
    assert reason("canary-touched", rows) == "No canary buckets or keys were given."


def test_windows_before_the_first_record_find_nothing() -> None:
    """A window without a record is not evaluated, whatever the baseline holds."""
    empty = Window(first=DAY + timedelta(days=5), last=DAY + timedelta(days=6))

    assert reason("canary-touched", [row()], inputs=DECOYS, window=empty).startswith("The window holds no record")
    assert empty.first > NOW
