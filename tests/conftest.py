"""An AWS on loopback for the tests that need one: no test can reach the real one, or sees the user's credentials."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import pytest


@pytest.fixture(scope="session")
def moto_server() -> Iterator[str]:
    """The URL of a moto server in this process, on a free port of 127.0.0.1; one for the whole session."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No AWS configuration at all; returns the folder where `config` and `credentials` would be looked for."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "aws"
    folder.mkdir()
    monkeypatch.setenv("AWS_CONFIG_FILE", str(folder / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return folder


@pytest.fixture
def aws_environment(moto_server: str, bare_environment: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty emulated AWS: credentials of account 123456789012, Region us-east-1; returns the endpoint's URL."""
    post(f"{moto_server}/moto-api/reset")
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto_server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    return moto_server


@pytest.fixture
def enforced_iam(aws_environment: str) -> Callable[[], AbstractContextManager[None]]:
    """A context in which the emulator checks IAM policies; outside it everything is allowed."""

    @contextmanager
    def enforce() -> Iterator[None]:
        post(f"{aws_environment}/moto-api/reset-auth", "0")
        try:
            yield
        finally:
            post(f"{aws_environment}/moto-api/reset-auth", "inf")

    return enforce


def post(url: str, body: str = "") -> None:
    """POST plain text; raises HTTPError when the answer is no success."""
    request = Request(url, data=body.encode(), method="POST", headers={"Content-Type": "text/plain"})  # noqa: S310
    with urlopen(request, timeout=10):  # noqa: S310
        pass
