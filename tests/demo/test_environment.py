"""A program that runs in the demo's environment cannot reach the user's AWS account."""

from __future__ import annotations

import os

import pytest

from auditor.demo.clients import Keys
from auditor.demo.environment import demo_environment

URL = "http://127.0.0.1:5000"
KEYS = Keys(id="AKIADEMO", secret="made up")


def of(**inherited: str) -> dict[str, str]:
    """The demo's environment for somebody with these variables."""
    return demo_environment(inherited, url=URL, keys=KEYS)


def test_no_aws_setting_of_the_user_survives() -> None:
    """Profile, keys, token, endpoints, role: whatever AWS tools read from variables is left out or replaced."""
    found = of(
        AWS_PROFILE="production",
        AWS_ACCESS_KEY_ID="AKIAREAL",
        AWS_SECRET_ACCESS_KEY="real",
        AWS_SESSION_TOKEN="real",
        AWS_ENDPOINT_URL_S3="https://real.example",
        AWS_WEB_IDENTITY_TOKEN_FILE="/real",
        aws_ca_bundle="/real.pem",
        PATH="/usr/bin",
    )

    assert {name for name in found if name.upper().startswith("AWS_")} == {
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_ENDPOINT_URL",
        "AWS_CONFIG_FILE",
        "AWS_SHARED_CREDENTIALS_FILE",
        "AWS_EC2_METADATA_DISABLED",
    }
    assert found["AWS_ACCESS_KEY_ID"] == "AKIADEMO"
    assert found["AWS_CONFIG_FILE"] == found["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
    assert found["PATH"] == "/usr/bin"
    assert not any("real" in value for value in found.values())


@pytest.mark.parametrize(
    ("inherited", "expected"),
    [
        ({}, "127.0.0.1,localhost"),
        ({"NO_PROXY": "intranet.example"}, "intranet.example,127.0.0.1,localhost"),
        ({"no_proxy": "localhost"}, "localhost,127.0.0.1"),
    ],
)
def test_the_emulator_is_never_asked_through_a_proxy(inherited: dict[str, str], expected: str) -> None:
    """A company's proxy knows nothing of a loopback address of this machine."""
    found = of(HTTP_PROXY="http://proxy.example:3128", **inherited)

    assert found["NO_PROXY"] == found["no_proxy"] == expected
    assert found["HTTP_PROXY"] == "http://proxy.example:3128"


def test_keys_do_not_show_their_secrets() -> None:
    """Not even made-up ones: the habit is the point."""
    assert "made up" not in repr(KEYS)
