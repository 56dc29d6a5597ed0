"""Calling the program as a user would, in this process, and small estates on the emulator to call it on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest

from auditor.cli.main import run
from auditor.reading import Json

ACCOUNT = "123456789012"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Call = Callable[..., Ended]


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str]) -> Call:
    """`call("scan", "-o", folder)` runs the command line."""

    def call_program(*arguments: object) -> Ended:
        capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        return Ended(code=code, out=captured.out, err=captured.err)

    return call_program


def delivery_policy(destination: str) -> Json:
    """What a sound destination allows and denies."""
    arn = f"arn:aws:s3:::{destination}"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Delivery",
                "Effect": "Allow",
                "Principal": {"Service": "logging.s3.amazonaws.com"},
                "Action": "s3:PutObject",
                "Resource": f"{arn}/*",
                "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
            },
            {
                "Sid": "TlsOnly",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [arn, f"{arn}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ],
    }


@pytest.fixture
def small_estate(aws_environment: str) -> str:
    """Three buckets: `app` logs to `logs`, as it should, and `plain` does not log at all. The endpoint's URL."""
    s3 = boto3.client("s3")
    for name in ("app", "logs", "plain"):
        s3.create_bucket(Bucket=name)
    s3.put_bucket_policy(Bucket="logs", Policy=json.dumps(delivery_policy("logs")))
    logging = {"LoggingEnabled": {"TargetBucket": "logs", "TargetPrefix": "app/"}}
    s3.put_bucket_logging(Bucket="app", BucketLoggingStatus=logging)  # type: ignore[arg-type]  # a plain dict is fine
    return aws_environment


FRAMEWORK = """
id = "own"
title = "Own framework"
version = "1"
publisher = "us"
reviewed_on = 2026-11-22
note = "For tests."
sources = ["none"]

[[controls]]
id = "on"
title = "Logging is on"
summary = "Every bucket logs."
automation = "partial"
shows = "whether it is on"
human_evidence = ["which buckets matter"]
requires = [{ check = "logging-enabled", role = "primary" }, { check = "self-logging", role = "primary" }]
"""


@pytest.fixture
def framework(tmp_path: Path) -> Path:
    """A framework that asks only whether logging is on, and not into the bucket itself."""
    path = tmp_path / "own.toml"
    path.write_text(FRAMEWORK, encoding="utf-8")
    return path
