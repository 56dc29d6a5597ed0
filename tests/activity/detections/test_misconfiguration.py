"""Misconfiguration, presigned URLs and what follows an opened bucket: S3L-060 to 064, 066, 090, 091 and 102."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from auditor.activity.addresses import Address
from auditor.activity.detection_inputs import Inputs, Location
from auditor.model import Severity
from tests.activity.detections.seen import reason, seen
from tests.activity.rows import (
    ACCOUNT,
    ALICE,
    BATCH,
    BUCKET,
    OWNER,
    STRANGER,
    Changes,
    Row,
    at,
    every,
    role,
    row,
)

NOBODY: Changes = {"requester": None}
OURS = Inputs(organisation_accounts=frozenset({ACCOUNT}))
IAC = Inputs(infrastructure_principals=("*:assumed-role/terraform",))
OTHER_ID = "ab" * 32

# --- acl-decides -----------------------------------------------------------------------------------------------------


def test_acl_decides_is_graded_by_caller() -> None:
    """Medium for one's own, high for nobody, foreign accounts and strangers by canonical id."""
    acl: Changes = {"acl_required": True}

    (own,) = seen("acl-decides", [row(**acl)])
    (owner,) = seen("acl-decides", [row(requester=OWNER, **acl)])
    (nobody,) = seen("acl-decides", [row(**acl, **NOBODY)])
    (canonical,) = seen("acl-decides", [row(requester=OTHER_ID, **acl)])
    (foreign,) = seen("acl-decides", [row(requester=role("x", account=STRANGER), **acl)], inputs=OURS)
    (unknown,) = seen("acl-decides", [row(requester=role("x", account=STRANGER), **acl)])

    assert [one.severity for one in (own, owner, unknown)] == [Severity.MEDIUM] * 3
    assert [one.severity for one in (nobody, canonical, foreign)] == [Severity.HIGH] * 3


def test_acl_decides_needs_the_field() -> None:
    """A dash says no, a missing field says nothing, and a refused request was not let in."""
    missing = row(acl_required=None, field_count=25)

    assert seen("acl-decides", [row(), row(acl_required=True, http_status=403), missing]) == ()
    assert reason("acl-decides", [missing]) == "No record of the window has the 26 fields that are needed."


# --- exposure-changed ------------------------------------------------------------------------------------------------

POLICY: Changes = {"operation": "REST.PUT.BUCKETPOLICY", "key": None, "http_status": 204}


@pytest.mark.parametrize(
    "operation",
    [
        "REST.PUT.BUCKETPOLICY", "REST.DELETE.BUCKETPOLICY", "REST.PUT.ACL", "REST.DELETE.PUBLIC_ACCESS_BLOCK",
        "REST.PUT.PUBLIC_ACCESS_BLOCK", "REST.PUT.OWNERSHIP_CONTROLS", "REST.PUT.WEBSITE", "REST.PUT.CORS",
    ],
)  # fmt: skip
def test_exposure_changed_by_any_of_these(operation: str) -> None:
    """One change is a signal, and nothing is claimed about its direction."""
    (signal,) = seen("exposure-changed", [row(**{**POLICY, "operation": operation})])

    assert signal.severity is Severity.HIGH
    assert signal.summary == (
        f"{ALICE} changed who may reach {BUCKET} by {operation}; no stranger was served afterwards."
    )


def test_exposure_changed_and_then_a_stranger() -> None:
    """The first stranger after the change makes it critical, whoever made the change."""
    terraform = role("terraform", "ci")
    rows = [row(time=at(1), requester=terraform, **POLICY), row(time=at(1, 17), **NOBODY)]

    (signal,) = seen("exposure-changed", rows, inputs=IAC)

    assert signal.severity is Severity.CRITICAL
    assert signal.details["aftermath"] == "the first stranger was served 17 min later"


def test_exposure_changed_and_a_foreign_account() -> None:
    """A foreign account is a stranger once the organisation's accounts are known."""
    rows = [row(time=at(1), **POLICY), row(time=at(2), requester=role("x", account=STRANGER))]

    assert [one.severity for one in seen("exposure-changed", rows, inputs=OURS)] == [Severity.CRITICAL]
    assert [one.severity for one in seen("exposure-changed", rows)] == [Severity.HIGH]


@pytest.mark.parametrize(("hours", "severity"), [(72, Severity.CRITICAL), (73, Severity.HIGH)])
def test_exposure_changed_looks_three_days_ahead(hours: int, severity: Severity) -> None:
    """A stranger long after the change is not its effect; here the window is four days long."""
    from auditor.activity.detection_inputs import Window

    window = Window(first=at(), last=at(days=4))
    rows = [row(time=at(0), **POLICY), row(time=at(hours), **NOBODY)]

    assert [one.severity for one in seen("exposure-changed", rows, window=window)] == [severity]


def test_exposure_changed_leaves_the_usual_alone() -> None:
    """Strangers before make no news, object ACLs and infrastructure are medium, reads and refusals nothing."""
    before = [row(time=at(0, 30), **NOBODY), row(time=at(1), **POLICY), row(time=at(2), **NOBODY)]
    terraform = role("terraform", "ci")

    assert [one.severity for one in seen("exposure-changed", before)] == [Severity.HIGH]
    assert [one.severity for one in seen("exposure-changed", [row(operation="REST.PUT.ACL")])] == [Severity.MEDIUM]
    assert [one.severity for one in seen("exposure-changed", [row(requester=terraform, **POLICY)], inputs=IAC)] == [
        Severity.MEDIUM
    ]
    assert (
        seen("exposure-changed", [row(**{**POLICY, "http_status": 403}), row(operation="REST.GET.ACL", key=None)]) == ()
    )


# --- plain-http, old-tls, signature-version-2 ------------------------------------------------------------------------

PLAIN: Changes = {"cipher_suite": None, "tls_version": None}


def test_plain_http_is_reported_where_the_record_says_so() -> None:
    """One answered request without cipher and TLS version, from 24 fields on."""
    (signal,) = seen("plain-http", [row(**PLAIN), row()])

    assert signal.count == 1
    assert reason("plain-http", [row(field_count=23, **PLAIN)]).startswith("No record of the window has the 24 fields")
    assert len(seen("plain-http", [row(field_count=24, **PLAIN)])) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"operation": "WEBSITE.GET.OBJECT"},
        {"operation": "REST.COPY.OBJECT_GET"},
        {"operation": "BATCH.DELETE.OBJECT"},
        {"operation": "S3.EXPIRE.OBJECT", "remote_ip": None, "requester": None},
        {"remote_ip": None, "requester": "svc:cloudfront.amazonaws.com"},
        {"http_status": 403},
        {"cipher_suite": "ECDHE-RSA-AES128-GCM-SHA256"},
    ],
)
def test_plain_http_leaves_the_rest_alone(changes: Changes) -> None:
    """Website endpoints, halves of copies, S3 itself, refused requests, and a record with a cipher."""
    assert seen("plain-http", [row(**{**PLAIN, **changes})]) == ()


@pytest.mark.parametrize(
    ("tls", "cipher", "signals"),
    [
        ("TLSv1", "ECDHE-RSA-AES128-SHA", 1),
        ("TLSV1.1", "ECDHE-RSA-AES128-SHA", 1),
        ("tlsv1.0", None, 1),
        ("TLSv1.2", "AES128-GCM-SHA256", 1),
        ("TLSV1.2", "ECDHE-RSA-AES128-GCM-SHA256", 0),
        ("TLSv1.3", "TLS_AES_128_GCM_SHA256", 0),
        ("TLSv1.3", "TLS_CHACHA20_POLY1305_SHA256", 0),
        (None, None, 0),
    ],
)
def test_old_tls_by_version_or_cipher(tls: str | None, cipher: str | None, signals: int) -> None:
    """Versions below 1.2 in any spelling, and ciphers without forward secrecy."""
    assert len(seen("old-tls", [row(tls_version=tls, cipher_suite=cipher)])) == signals


def test_signature_version_2() -> None:
    """The field says it, or a signed URL that was served; a URL that only looks like one does not."""
    url = "GET /k?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires=1795000000&Signature=abc%3D HTTP/1.1"
    rows = [
        row(signature_version="SigV2", user_agent="Boto/2.49"),
        row(signature_version=None, request_uri=url, user_agent="curl/8"),
        row(request_uri=url, http_status=403, **NOBODY),
        row(request_uri=url, **NOBODY),
        row(),
    ]

    found = seen("signature-version-2", rows)

    assert sorted(str(signal.details["tool"]) for signal in found) == ["boto", "curl"]


# --- foreign-account -------------------------------------------------------------------------------------------------


def test_foreign_account_is_one_that_is_not_listed() -> None:
    """One signal for each foreign account and bucket; refusals, services, canonical ids and one's own are left out."""
    rows = [
        row(requester=role("a", account=STRANGER)),
        row(requester=role("b", account=STRANGER), operation="REST.PUT.OBJECT"),
        row(requester=role("c", account="123412341234"), http_status=403),
        row(requester="svc:cloudtrail.amazonaws.com"),
        row(requester=OTHER_ID),
        row(),
        row(**NOBODY),
    ]

    (signal,) = seen("foreign-account", rows, inputs=OURS)

    assert (signal.details["account"], signal.details["principals"], signal.details["changes"]) == (STRANGER, 2, 1)
    assert reason("foreign-account", rows) == "No list of the organisation's accounts was given."


# --- leaked-presigned-url --------------------------------------------------------------------------------------------


def signed(number: int = 0, *, lifetime: int = 3600, key: str = "AKIAIOSFODNN7EXAMPLE") -> str:
    """A request line with a signature of version 4, as S3 masks it."""
    return (
        f"GET /k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={key}%2F20261120%2Feu-west-1%2Fs3%2Faws4_request"
        f"&X-Amz-Date=20261120T0000{number:02}Z&X-Amz-Expires={lifetime}&X-Amz-SignedHeaders=host"
        f"&X-Amz-Signature={'X' * 64} HTTP/1.1"
    )


PRESIGNED: Changes = {"authentication_type": "QueryString", "request_uri": signed()}


@pytest.mark.parametrize(("networks", "signals"), [(4, 0), (5, 1)])
def test_leaked_presigned_url_from_five_networks(networks: int, signals: int) -> None:
    """One URL from five networks; several addresses of one network count once."""
    rows = [
        row(remote_ip=f"198.51.{100 + network}.{host}", **PRESIGNED) for network in range(networks) for host in (7, 8)
    ]

    found = seen("leaked-presigned-url", rows)

    assert [signal.details["networks"] for signal in found] == [5] * signals
    for signal in found:
        assert "AKIA" not in str(signal)


def test_leaked_presigned_url_tells_urls_apart() -> None:
    """An application that signs a URL for each visitor leaks none, and a refused URL opens nothing."""
    each_its_own = [
        row(remote_ip=f"198.51.{number}.7", authentication_type="QueryString", request_uri=signed(number))
        for number in range(20)
    ]
    refused = [row(remote_ip=f"192.0.{number}.7", http_status=403, **PRESIGNED) for number in range(20)]

    assert seen("leaked-presigned-url", [*each_its_own, *refused]) == ()


@dataclass(frozen=True, slots=True)
class Atlas:
    """Countries by address."""

    countries: Mapping[str, str]

    def locate(self, address: Address) -> Location | None:
        """The country alone."""
        country = self.countries.get(str(address))
        return None if country is None else Location(country=country, latitude=None, longitude=None)


def test_leaked_presigned_url_from_three_countries() -> None:
    """With locations known, three countries are enough."""
    atlas = Atlas({"198.51.1.7": "FR", "198.51.2.7": "AU", "198.51.3.7": "BR"})
    rows = [row(remote_ip=f"198.51.{number}.7", **PRESIGNED) for number in (1, 2, 3)]

    (signal,) = seen("leaked-presigned-url", rows, inputs=Inputs(locations=atlas))

    assert signal.details["countries"] == 3
    assert seen("leaked-presigned-url", rows) == ()


# --- long-lived-presign ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lifetime", "signals"), [(86_400, 0), (86_401, 1)])
def test_long_lived_presign_is_longer_than_a_day(lifetime: int, signals: int) -> None:
    """A URL of version 4 that lives for more than a day."""
    uri = signed(lifetime=lifetime, key="ASIAIOSFODNN7EXAMPLE")

    found = seen("long-lived-presign", [row(**{**PRESIGNED, "request_uri": uri})])

    assert [signal.severity for signal in found] == [Severity.MEDIUM] * signals


@pytest.mark.parametrize(("late", "signals"), [(0, 0), (1, 1)])
def test_long_lived_presign_of_version_2(late: int, signals: int) -> None:
    """A URL of version 2 says when it ends; with a long-term key it is high."""
    expires = int(at(1).timestamp()) + 86_400 + late
    uri = f"GET /k?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires={expires}&Signature=abc HTTP/1.1"

    found = seen("long-lived-presign", [row(time=at(1), **{**PRESIGNED, "request_uri": uri})])

    assert [signal.severity for signal in found] == [Severity.HIGH] * signals


def test_long_lived_presign_leaves_the_rest_alone() -> None:
    """A parameter that nobody signed, a refused URL, and numbers that are none."""
    week = signed(lifetime=604_800)
    rows = [
        row(request_uri=week),
        row(http_status=403, **{**PRESIGNED, "request_uri": week}),
        row(**{**PRESIGNED, "request_uri": "GET /k?X-Amz-Expires=&X-Amz-Signature=X HTTP/1.1"}),
        row(**{**PRESIGNED, "request_uri": f"GET /k?X-Amz-Expires={'9' * 40}&X-Amz-Signature=X HTTP/1.1"}),
    ]

    found = seen("long-lived-presign", rows)

    assert [signal.count for signal in found] == [1]
    assert reason("long-lived-presign", [row(field_count=21)]).startswith("No record of the window has the 22 fields")


# --- opened-then-downloaded ------------------------------------------------------------------------------------------


def downloads(keys: int, *, ip: str = "203.0.113.7", start: int = 2) -> list[Row]:
    """Reads without credentials from one address."""
    return every(at(start)).rows(keys, key="onboarding/{}.pdf", remote_ip=ip, **NOBODY)


@pytest.mark.parametrize(("keys", "signals"), [(49, 0), (50, 1)])
def test_opened_then_downloaded_needs_fifty_keys(keys: int, signals: int) -> None:
    """A change, and then fifty objects fetched by a stranger from one address."""
    found = seen("opened-then-downloaded", [row(time=at(1, 30), **POLICY), *downloads(keys)])

    assert [signal.details["opened_by"] for signal in found] == [ALICE] * signals
    for signal in found:
        assert signal.severity is Severity.CRITICAL
        assert signal.subject == {"principal": "anonymous", "remote_ip": "203.0.113.7"}
        assert signal.first_seen == at(1, 30)
        assert signal.details["minutes_later"] == 30


@pytest.mark.parametrize(("reads", "signals"), [(99, 0), (100, 1)])
def test_opened_then_downloaded_counts_requests_as_well(reads: int, signals: int) -> None:
    """A hundred reads of one object are enough."""
    rows = every(at(2)).rows(reads, key="big.zip", **NOBODY)

    assert len(seen("opened-then-downloaded", [row(time=at(1), **POLICY), *rows])) == signals


def test_opened_then_downloaded_leaves_the_usual_alone() -> None:
    """A bucket that strangers read before, a declared public one, many visitors, and a change afterwards."""
    change = row(time=at(1), **POLICY)
    long_open = row(time=at(days=-2), **NOBODY)
    visitors = [one for number in range(40) for one in downloads(20, ip=f"192.0.2.{number}")]

    assert seen("opened-then-downloaded", [long_open, change, *downloads(80)]) == ()
    assert seen("opened-then-downloaded", [change, *downloads(80)], inputs=Inputs(public_buckets=("acme-*",))) == ()
    assert seen("opened-then-downloaded", [change, *visitors]) == ()
    assert seen("opened-then-downloaded", [row(time=at(9), **POLICY), *downloads(80)]) == ()
    assert seen("opened-then-downloaded", [row(operation="REST.PUT.ACL", requester=BATCH), *downloads(80)]) == ()
