"""Unauthorised access and brute force: S3L-001 to 007 and 009."""

from __future__ import annotations

import pytest

from auditor.activity.detection_inputs import Inputs, Place
from auditor.model import Severity
from tests.activity.detections.seen import seen
from tests.activity.rows import ALICE, BATCH, BATCH_ROLE, BOB, BUCKET, at, every, role, row

DENIED = {"http_status": 403}
NOBODY = {"requester": None}

# --- denied-burst ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("denials", "signals"), [(19, 0), (20, 1)])
def test_denied_burst_begins_at_twenty(denials: int, signals: int) -> None:
    """Twenty denials within ten minutes make a burst, nineteen do not."""
    rows = every(at(1), seconds=20).rows(denials, key="payroll/{}.csv", **DENIED)

    assert len(seen("denied-burst", rows)) == signals


def test_denied_burst_says_what_was_denied() -> None:
    """The signal names caller, bucket, times and the first records, and counts each denial once."""
    rows = every(at(1), seconds=2).rows(30, key="payroll/{}.csv", **DENIED)

    (signal,) = seen("denied-burst", [*rows, row(time=at(1, 30), **DENIED)])

    assert signal.severity is Severity.MEDIUM
    assert signal.subject == {"principal": ALICE, "remote_ip": "198.51.100.23"}
    assert (signal.bucket, signal.count) == (BUCKET, 30)
    assert (signal.first_seen, signal.last_seen) == (at(1), at(1, 0, 58))
    assert [example.line for example in signal.examples] == [1, 2, 3, 4, 5]
    assert signal.examples[0].request_id == "3E57427F33A50001"
    assert signal.examples[0].object == "logs/2026-11-20-04-00-00-0123456789ABCDEF"
    assert signal.summary == f"{ALICE} was denied 30 times within 10 minutes in {BUCKET}."
    assert signal.details["keys"] == 30


@pytest.mark.parametrize("minute", range(0, 10, 2))
def test_denied_burst_may_straddle_any_boundary(minute: int) -> None:
    """A burst of less than half a window is seen wherever it begins, and each denial counts once."""
    rows = every(at(5, minute, 1), seconds=14).rows(20, key="payroll/{}.csv", **DENIED)

    (signal,) = seen("denied-burst", rows)

    assert signal.count == 20


def test_denied_burst_at_a_hundred_is_high() -> None:
    """A hundred denials are high; of one key with AccessDenied they are a broken job, and low."""
    many = every(at(1)).rows(100, key="payroll/{}.csv", **DENIED)
    one = every(at(2)).rows(100, requester=BATCH, key="etl/state.json", **DENIED)

    signals = seen("denied-burst", [*many, *one])

    assert [(signal.subject["principal"], signal.severity) for signal in signals] == [
        (ALICE, Severity.HIGH),
        (BATCH_ROLE, Severity.LOW),
    ]
    assert signals[1].subject["key"] == "etl/state.json"


def test_denied_burst_without_credentials_is_told_by_address() -> None:
    """Callers without credentials are counted for each address, not together."""
    one = every(at(1)).rows(20, key="k{}", remote_ip="203.0.113.7", **NOBODY, **DENIED)
    scattered = every(at(1)).rows(60, key="k{}", remote_ip="192.0.2.{}", **NOBODY, **DENIED)

    (signal,) = seen("denied-burst", [*one, *scattered])

    assert signal.subject == {"principal": "anonymous", "remote_ip": "203.0.113.7"}
    assert signal.summary.startswith("A caller without credentials at 203.0.113.7 was denied 20 times")


def test_denied_burst_leaves_the_usual_alone() -> None:
    """Missing keys are no denials, AWS's own callers are left out, and spread-out denials are no burst."""
    missing = every(at(1)).rows(40, key="k{}", http_status=404)
    service = every(at(1)).rows(40, requester="svc:cloudfront.amazonaws.com", remote_ip=None, key="k{}", **DENIED)
    slow = every(at(2), minutes=2).rows(40, requester=BOB, key="k{}", **DENIED)

    assert seen("denied-burst", [*missing, *service, *slow]) == ()


def test_denied_burst_compares_with_the_callers_own_past() -> None:
    """Who is denied as often in every hour of the fortnight before is no news; who is not, is."""
    past = [
        one
        for hour in range(0, 24 * 14, 3)
        for requester, count in ((BATCH, 24), (ALICE, 1))
        for one in every(at(hour, days=-14)).rows(count, requester=requester, key="k{}", **DENIED)
    ]
    now = [
        *every(at(1)).rows(24, requester=BATCH, key="k{}", **DENIED),
        *every(at(1)).rows(24, requester=ALICE, key="k{}", **DENIED),
    ]

    (signal,) = seen("denied-burst", [*past, *now])

    assert signal.subject["principal"] == ALICE
    assert signal.details["usual_denials"] == 1


# --- denied-then-allowed ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("denials", "signals"), [(19, 0), (20, 1)])
def test_denied_then_allowed_needs_a_burst_before(denials: int, signals: int) -> None:
    """Success after twenty denials is a signal, after nineteen it is not."""
    rows = every(at(1)).rows(denials, key="k{}", **DENIED)

    assert len(seen("denied-then-allowed", [*rows, row(time=at(1, 20))])) == signals


@pytest.mark.parametrize(("minutes", "signals"), [(60, 1), (61, 0)])
def test_denied_then_allowed_looks_an_hour_ahead(minutes: int, signals: int) -> None:
    """Success counts until an hour after the last denial."""
    rows = every(at(1)).rows(20, key="k{}", **DENIED)

    assert len(seen("denied-then-allowed", [*rows, row(time=at(1 + minutes // 60, minutes % 60, 19))])) == signals


def test_denied_then_allowed_finds_the_key_that_worked() -> None:
    """Bad credentials from an address, then good ones from it: the signal is about who got in."""
    tried = every(at(1)).rows(
        25, error_code="InvalidAccessKeyId", remote_ip="203.0.113.7", key="k{}", **NOBODY, **DENIED
    )
    got_in = every(at(1, 5)).rows(3, remote_ip="203.0.113.7", key="k{}")

    (signal,) = seen("denied-then-allowed", [*tried, *got_in])

    assert signal.subject == {"principal": ALICE, "remote_ip": "203.0.113.7"}
    assert signal.details["allowed_requests"] == 3
    assert signal.details["minutes_until_allowed"] == 5
    assert [example.line for example in signal.examples] == [26, 27, 28]


def test_denied_then_allowed_is_critical_on_sensitive_buckets() -> None:
    """A bucket with sensitive prefixes raises the signal; a policy changed in between lowers it."""
    rows = [*every(at(1)).rows(20, key="k{}", **DENIED), row(time=at(1, 20))]
    mended = row(time=at(1, 10), requester=BOB, operation="REST.PUT.BUCKETPOLICY", key=None, http_status=204)
    inputs = Inputs(sensitive_prefixes=(Place(bucket=BUCKET, prefix="onboarding/"),))

    (open_signal,) = seen("denied-then-allowed", rows, inputs=inputs)
    (mended_signal,) = seen("denied-then-allowed", [*rows, mended], inputs=inputs)

    assert open_signal.severity is Severity.CRITICAL
    assert mended_signal.severity is Severity.LOW


def test_denied_then_allowed_leaves_the_usual_alone() -> None:
    """Mixed success and denial, another bucket, and a neighbour behind one address are no turn."""
    mixed = [*every(at(1), seconds=7).rows(60, key="k{}", **DENIED), *every(at(0, 59), seconds=7).rows(60, key="ok{}")]
    elsewhere = [
        *every(at(5)).rows(20, requester=BOB, remote_ip="192.0.2.1", key="k{}", **DENIED),
        row(time=at(5, 5), requester=BOB, remote_ip="192.0.2.1", bucket="acme-public"),
    ]
    office = [
        *every(at(8)).rows(20, remote_ip="192.0.2.9", key="k{}", **NOBODY, **DENIED),
        row(time=at(8, 5), remote_ip="192.0.2.9", requester=role("office")),
        row(time=at(8, 6), remote_ip="192.0.2.9", requester=BATCH),
    ]

    assert seen("denied-then-allowed", [*mixed, *elsewhere, *office]) == ()


# --- permission-probing ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("keys", "signals"), [(14, 0), (15, 1)])
def test_permission_probing_counts_distinct_keys(keys: int, signals: int) -> None:
    """Fifteen distinct denied keys within the hour; one key asked for again does not count twice."""
    rows = every(at(1), minutes=1).rows(keys, key="k{}", **DENIED)

    assert len(seen("permission-probing", [*rows, *every(at(1)).rows(20, key="k0", **DENIED)])) == signals


@pytest.mark.parametrize(("buckets", "signals"), [(2, 0), (3, 1)])
def test_permission_probing_counts_buckets(buckets: int, signals: int) -> None:
    """Three buckets are enough, however few keys."""
    rows = every(at(1), minutes=5).rows(buckets, bucket="acme-{}", **DENIED)

    assert len(seen("permission-probing", rows)) == signals


@pytest.mark.parametrize(("operations", "signals"), [(4, 0), (5, 1)])
def test_permission_probing_counts_operations(operations: int, signals: int) -> None:
    """Five kinds of operation are enough, on one key."""
    kinds = ("REST.GET.OBJECT", "REST.PUT.OBJECT", "REST.DELETE.OBJECT", "REST.GET.ACL", "REST.GET.OBJECT_TAGGING")
    rows = [row(time=at(1), operation=kind, **DENIED) for kind in kinds[:operations]]

    assert len(seen("permission-probing", rows)) == signals


def test_permission_probing_leaves_success_alone() -> None:
    """Who is allowed does not probe, and denials of bad signatures are another matter."""
    allowed = every(at(1)).rows(40, key="k{}")
    signature = every(at(1)).rows(40, key="k{}", error_code="SignatureDoesNotMatch", **DENIED)

    assert seen("permission-probing", [*allowed, *signature]) == ()


# --- anonymous-read --------------------------------------------------------------------------------------------------


def test_anonymous_read_needs_one_record() -> None:
    """One object served without credentials is a signal, on the website endpoint too."""
    (signal,) = seen("anonymous-read", [row(**NOBODY), row(bucket="acme-site", operation="WEBSITE.GET.OBJECT")])
    (site,) = seen("anonymous-read", [row(bucket="acme-site", operation="WEBSITE.GET.OBJECT", **NOBODY)])

    assert (signal.bucket, signal.severity, signal.bytes) == (BUCKET, Severity.HIGH, 48_213)
    assert site.bucket == "acme-site"


def test_anonymous_listing_is_critical() -> None:
    """Whoever can list knows every key."""
    (signal,) = seen("anonymous-read", [row(operation="REST.GET.BUCKET", key=None, **NOBODY)])

    assert signal.severity is Severity.CRITICAL
    assert signal.details["listings"] == 1


def test_anonymous_read_leaves_declared_and_refused_alone() -> None:
    """Declared public buckets, refusals, preflights, presigned URLs and S3's own actions are no anonymous read."""
    rows = [
        row(bucket="acme-public-site", **NOBODY),
        row(http_status=403, **NOBODY),
        row(http_status=404, **NOBODY),
        row(operation="REST.OPTIONS.PREFLIGHT", **NOBODY),
        row(authentication_type="QueryString"),
        row(operation="S3.TRANSITION.OBJECT", remote_ip=None, http_status=None, **NOBODY),
    ]

    assert seen("anonymous-read", rows, inputs=Inputs(public_buckets=("acme-public-*",))) == ()


# --- anonymous-write -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "operation",
    ["REST.PUT.OBJECT", "REST.POST.OBJECT", "REST.PUT.ACL", "REST.DELETE.OBJECT", "BATCH.DELETE.OBJECT"],
)
def test_anonymous_write_is_critical(operation: str) -> None:
    """Any change without credentials is critical."""
    (signal,) = seen("anonymous-write", [row(operation=operation, http_status=204, **NOBODY)])

    assert signal.severity is Severity.CRITICAL


def test_anonymous_write_leaves_the_rest_alone() -> None:
    """A batch request that deletes nothing answers 200, a query that posts reads, and refusals change nothing."""
    rows = [
        row(operation="REST.POST.MULTI_OBJECT_DELETE", key=None, **NOBODY),
        row(operation="REST.POST.SELECT", **NOBODY),
        row(operation="REST.PUT.OBJECT", http_status=403, **NOBODY),
        row(operation="REST.DELETE.OBJECT", http_status=204),
    ]

    assert seen("anonymous-write", rows) == ()


# --- key-enumeration -------------------------------------------------------------------------------------------------

GUESS = {"operation": "REST.HEAD.OBJECT", "http_status": 404, "key": "backup-{}.zip", **NOBODY}


@pytest.mark.parametrize(("keys", "signals"), [(99, 0), (100, 1)])
def test_key_enumeration_counts_distinct_missing_keys(keys: int, signals: int) -> None:
    """A hundred missing keys from one address within a quarter of an hour."""
    rows = every(at(1), seconds=3).rows(keys, **GUESS)

    assert len(seen("key-enumeration", [*rows, *every(at(1)).rows(20, **{**GUESS, "key": "backup-0.zip"})])) == signals


@pytest.mark.parametrize(("hits", "signals"), [(25, 1), (26, 0)])
def test_key_enumeration_needs_mostly_misses(hits: int, signals: int) -> None:
    """At least four in five requests miss; a hit makes it high."""
    rows = [*every(at(1)).rows(100, **GUESS), *every(at(1)).rows(hits, **{**GUESS, "http_status": 200})]

    found = seen("key-enumeration", rows)

    assert [signal.severity for signal in found] == [Severity.HIGH] * signals


def test_key_enumeration_without_a_hit_is_medium() -> None:
    """Where listing is denied a missing key answers 403, and that counts as well."""
    (signal,) = seen("key-enumeration", every(at(1)).rows(120, **{**GUESS, "http_status": 403}))

    assert (signal.severity, signal.details["keys"]) == (Severity.MEDIUM, 120)


def test_key_enumeration_leaves_browsers_alone() -> None:
    """Files that browsers ask for by themselves, and guesses from many addresses, are not enumeration."""
    icons = every(at(1)).rows(150, **{**GUESS, "key": "site{}/favicon.ico"})
    many = every(at(1)).rows(150, **GUESS, remote_ip="192.0.2.{}")

    assert seen("key-enumeration", [*icons, *many]) == ()


# --- posture-reconnaissance ------------------------------------------------------------------------------------------

SETTINGS = ("REST.GET.ACL", "REST.GET.BUCKETPOLICY", "REST.GET.VERSIONING")


@pytest.mark.parametrize(("buckets", "kinds", "signals"), [(8, 3, 1), (7, 3, 0), (8, 2, 0)])
def test_posture_reconnaissance_counts_buckets_and_settings(buckets: int, kinds: int, signals: int) -> None:
    """Three kinds of settings on eight buckets within five minutes."""
    rows = [
        row(time=at(1, 0, bucket), bucket=f"acme-{bucket}", operation=operation, key=None)
        for bucket in range(buckets)
        for operation in SETTINGS[:kinds]
    ]

    assert len(seen("posture-reconnaissance", rows)) == signals


def test_posture_reconnaissance_leaves_aws_and_slow_readers_alone() -> None:
    """AWS Config looks at everything by itself, and a person who looks at a bucket each minute is no scan."""
    config = role("AWSServiceRoleForConfig", "AWSConfig-Describe")
    rows = [
        row(time=at(1, minute), bucket=f"acme-{minute}", operation=operation, requester=who, key=None)
        for who, minutes in ((config, range(1)), (ALICE, range(20)))
        for minute in minutes
        for operation in SETTINGS
    ]
    burst = [
        row(time=at(1), bucket=f"acme-{number}", operation=operation, requester=config, key=None)
        for number in range(20)
        for operation in SETTINGS
    ]

    assert seen("posture-reconnaissance", [*rows, *burst]) == ()


# --- credential-failures ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("failures", "signals"), [(9, 0), (10, 1)])
def test_credential_failures_need_ten_of_two_kinds(failures: int, signals: int) -> None:
    """Ten failures of two kinds from one address within half an hour."""
    codes = ("InvalidAccessKeyId", "SignatureDoesNotMatch")
    rows = [
        row(time=at(1, minute), error_code=codes[minute % 2], remote_ip="203.0.113.7", **NOBODY, **DENIED)
        for minute in range(failures)
    ]

    found = seen("credential-failures", rows)

    assert [signal.subject["remote_ip"] for signal in found] == ["203.0.113.7"] * signals


def test_credential_failures_of_one_kind_are_a_misconfiguration() -> None:
    """A wrong clock, or one wrong key in a deployment, fails in one way."""
    clock = every(at(1)).rows(50, error_code="RequestTimeTooSkewed", **DENIED)
    key = every(at(1)).rows(50, error_code="InvalidAccessKeyId", remote_ip="192.0.2.4", **NOBODY, **DENIED)

    assert seen("credential-failures", [*clock, *key]) == ()
