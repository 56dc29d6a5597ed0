"""The emulator starts on loopback, says nothing, and leaves nothing behind."""

from __future__ import annotations

import logging
import os
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from botocore.exceptions import ClientError

from auditor.demo.clients import NOBODY, Clients
from auditor.demo.emulator import emulator, enforce_iam

pytestmark = pytest.mark.emulator


def test_it_answers_on_loopback_only_while_the_block_runs() -> None:
    """Nobody else on the network can reach it, and no port stays open."""
    with emulator() as url:
        assert url.startswith("http://127.0.0.1:")
        with urlopen(f"{url}/moto-api/data.json", timeout=10) as answer:  # noqa: S310  # our own server
            assert answer.status == 200
    with pytest.raises(URLError):
        urlopen(f"{url}/moto-api/data.json", timeout=10)  # noqa: S310  # our own server


def test_nothing_of_one_emulator_is_in_the_next() -> None:
    """Neither buckets nor the enforcement of policies."""
    with emulator() as url:
        clients = Clients(url, NOBODY)
        clients.get("s3", "us-east-1").do("create_bucket", Bucket="acme-left-behind")
        enforce_iam()
        with pytest.raises(ClientError):
            clients.get("s3", "us-east-1").do("list_buckets")
        clients.close()
    with emulator() as url:
        clients = Clients(url, NOBODY)
        assert clients.get("s3", "us-east-1").do("list_buckets")["Buckets"] == []
        clients.close()


def test_it_says_nothing(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    """Somebody wants to read the scan, and not a line for each of its requests."""
    with caplog.at_level(logging.INFO), emulator() as url:
        clients = Clients(url, NOBODY)
        clients.get("s3", "us-east-1").do("create_bucket", Bucket="acme-quiet")
        clients.close()

    assert capfd.readouterr() == ("", "")
    assert [record.getMessage() for record in caplog.records if record.name == "werkzeug"] == []


def test_the_settings_of_the_user_are_out_of_sight(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even for moto, which asks botocore for the user's profile when it makes a trail; afterwards they are back."""
    monkeypatch.setenv("AWS_PROFILE", "of-the-user")
    monkeypatch.setenv("AWS_REQUEST_CHECKSUM_CALCULATION", "nonsense")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    with emulator() as url:
        clients = Clients(url, NOBODY)
        clients.get("s3", "us-east-1").do("create_bucket", Bucket="acme-trail")
        trail = clients.get("cloudtrail", "us-east-1").do("create_trail", Name="trail", S3BucketName="acme-trail")
        assert "AWS_PROFILE" not in os.environ
        clients.close()

    assert trail["Name"] == "trail"
    assert os.environ["AWS_PROFILE"] == "of-the-user"
