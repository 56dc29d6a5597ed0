"""Tool misuse: S3L-030 to 034."""

from __future__ import annotations

import pytest

from auditor.activity.detection_inputs import Inputs, Place
from auditor.model import Severity
from tests.activity.detections.seen import past, reason, seen
from tests.activity.rows import ALICE, BOB, BUCKET, INTERN, SDK, Rows, at, every, row

CURL = {"user_agent": "curl/8.5.0"}
SECRET = Inputs(sensitive_prefixes=(Place(bucket=BUCKET, prefix="onboarding/"),))

# --- downloader-en-masse ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("keys", "signals"), [(49, 0), (50, 1)])
def test_downloader_en_masse_counts_keys(keys: int, signals: int) -> None:
    """Fifty distinct objects within the hour with curl."""
    found = seen("downloader-en-masse", every(at(3)).rows(keys, key="docs/{}", **CURL))

    assert [signal.details["tool"] for signal in found] == ["curl"] * signals


@pytest.mark.parametrize(("reads", "signals"), [(99, 0), (100, 1)])
def test_downloader_en_masse_counts_requests(reads: int, signals: int) -> None:
    """A hundred reads of one object count as well."""
    assert len(seen("downloader-en-masse", every(at(3)).rows(reads, key="big.iso", **CURL))) == signals


@pytest.mark.parametrize(
    "agent",
    [
        "Wget/1.21", "python-requests/2.32", "Go-http-client/2.0", "okhttp/4.12", "aria2/1.37.0", "Scrapy/2.11",
        "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.22621",
    ],
)  # fmt: skip
def test_downloader_en_masse_knows_download_tools(agent: str) -> None:
    """Tools are known by how their user agent begins, in any case."""
    assert len(seen("downloader-en-masse", every(at(3)).rows(60, key="docs/{}", user_agent=agent))) == 1


@pytest.mark.parametrize("agent", [SDK, "aws-cli/2.31.0 Python/3.13", "Mozilla/5.0 libcurl-ish", "okhttpd", "", None])
def test_downloader_en_masse_leaves_libraries_alone(agent: str | None) -> None:
    """The word python in a library's name, browsers, and no user agent at all are no download tool."""
    found = seen("downloader-en-masse", every(at(3)).rows(120, key="docs/{}", user_agent=agent))

    assert found == ()


def test_downloader_en_masse_on_sensitive_prefixes_is_high() -> None:
    """What is sensitive is worse, what is public or sanctioned is nothing."""
    rows = every(at(3, 14), seconds=10).rows(60, requester=INTERN, key="onboarding/{}.pdf", **CURL)

    (signal,) = seen("downloader-en-masse", rows, inputs=SECRET)

    assert signal.severity is Severity.HIGH
    assert signal.summary == (
        f"{INTERN.rpartition('/')[0]} fetched 60 objects of {BUCKET} with curl, in 60 requests within 60 minutes."
    )
    assert seen("downloader-en-masse", rows, inputs=Inputs(public_buckets=("acme-*",))) == ()
    assert seen("downloader-en-masse", rows, inputs=Inputs(sanctioned_tools=frozenset({"curl"}))) == ()


def test_downloader_en_masse_counts_success_only() -> None:
    """A tool that is refused fetches nothing."""
    assert seen("downloader-en-masse", every(at(3)).rows(120, key="docs/{}", http_status=403, **CURL)) == ()


# --- signed-download-tool --------------------------------------------------------------------------------------------


def test_signed_download_tool_needs_one_request() -> None:
    """curl that signs is medium, on sensitive prefixes high, and a presigned link is low."""
    (plain,) = seen("signed-download-tool", [row(**CURL)])
    (secret,) = seen("signed-download-tool", [row(**CURL)], inputs=SECRET)
    (link,) = seen("signed-download-tool", [row(authentication_type="QueryString", **CURL)])

    assert [plain.severity, secret.severity, link.severity] == [Severity.MEDIUM, Severity.HIGH, Severity.LOW]


def test_signed_download_tool_leaves_the_usual_alone() -> None:
    """Nobody's curl, and a library's signature, are no misuse."""
    assert seen("signed-download-tool", [row(requester=None, **CURL), row()]) == ()


def test_signed_download_tool_needs_the_authentication_type() -> None:
    """Records without the field cannot tell, and are said to be too narrow."""
    narrow = row(field_count=21, **CURL)

    assert reason("signed-download-tool", [narrow]) == "No record of the window has the 22 fields that are needed."
    assert seen("signed-download-tool", [narrow, row()]) == ()


# --- scanner-agent ---------------------------------------------------------------------------------------------------


def test_scanner_agent_is_low_until_it_gets_something() -> None:
    """Refused it is noise; served, on a bucket that is not public, it is high."""
    scan = {"requester": None, "user_agent": "Mozilla/5.0 (compatible; Nmap Scripting Engine)"}

    (refused,) = seen("scanner-agent", [row(http_status=403, **scan)])
    (served,) = seen("scanner-agent", [row(**scan)])
    (public,) = seen("scanner-agent", [row(**scan)], inputs=Inputs(public_buckets=(BUCKET,)))

    assert [refused.severity, served.severity, public.severity] == [Severity.LOW, Severity.HIGH, Severity.LOW]
    assert refused.details["tool"] == "nmap"


@pytest.mark.parametrize("agent", ["Mozilla/5.0 (compatible; Yahoo! Slurp; x)", SDK, None])
def test_scanner_agent_leaves_search_engines_alone(agent: str | None) -> None:
    """A search engine's Slurp is not the scanner of that name."""
    assert seen("scanner-agent", [row(user_agent=agent)]) == ()
    assert len(seen("scanner-agent", [row(user_agent="slurp/1.1")])) == 1


# --- pentest-distribution --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agent", "distribution"),
    [
        ("aws-cli/2.9 Python/3.11.2 Linux/6.1.0-kali5-amd64 source/x86_64", "kali"),
        ("Boto3/1.26 md/Botocore#1.29 ua/2.0 os/linux#6.0.0-12parrot1-amd64 md/arch#x86_64", "parrot"),
        ("aws-cli/1.22 Python/3.9 Linux/5.15.0-pentoo botocore/1.24", "pentoo"),
    ],
)
def test_pentest_distribution_shows_in_the_kernel(agent: str, distribution: str) -> None:
    """One request is enough."""
    (signal,) = seen("pentest-distribution", [row(user_agent=agent)])

    assert signal.details["distribution"] == distribution


@pytest.mark.parametrize("agent", ["parrot-api/1.0 Linux/6.1.0-generic", "kalium/2 os/linux#6.1.0", SDK, None])
def test_pentest_distribution_leaves_names_alone(agent: str | None) -> None:
    """A program may be called parrot."""
    assert seen("pentest-distribution", [row(user_agent=agent)]) == ()


# --- bulk-client -----------------------------------------------------------------------------------------------------


def test_bulk_client_is_reported_when_new() -> None:
    """rclone under a caller who never used it; whoever did, or may, is left alone."""
    rclone = {"user_agent": "rclone/v1.66.0"}
    rows: Rows = [*past(), row(time=at(days=-1), requester=BOB, **rclone), row(requester=BOB, **rclone), row(**rclone)]

    (signal,) = seen("bulk-client", rows)

    assert signal.subject["principal"] == ALICE
    assert signal.details["tool"] == "rclone"
    assert seen("bulk-client", rows, inputs=Inputs(sanctioned_tools=frozenset({"rclone"}))) == ()
    assert seen("bulk-client", [*past(), row(user_agent=None), row()]) == ()


def test_bulk_client_cannot_tell_without_a_past() -> None:
    """What is new is not known without a baseline, nor from a sample."""
    rows: Rows = [*past(), row(user_agent="rclone/v1.66.0")]

    assert reason("bulk-client", [row()]).startswith("The baseline holds 0 records")
    assert reason("bulk-client", rows, inputs=Inputs(sampled=True)).startswith("Only a sample of the log objects")
