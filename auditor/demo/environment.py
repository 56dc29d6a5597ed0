"""The environment of a program that is to see the emulator and nothing of the user's AWS settings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from auditor.demo.clients import Keys
from auditor.demo.estate import VIRGINIA

_LOCAL = ("127.0.0.1", "localhost")


def demo_environment(inherited: Mapping[str, str], *, url: str, keys: Keys, empty_file: Path) -> dict[str, str]:
    """`inherited` without any AWS setting, with those of the emulator at `url`.

    `empty_file` stands in for the user's configuration and credentials files. Proxies are left out for loopback
    addresses only: whatever else the program does goes the user's way.
    """
    kept = {name: value for name, value in inherited.items() if not name.upper().startswith("AWS_")}
    beside = [host for host in kept.get("NO_PROXY", kept.get("no_proxy", "")).split(",") if host]
    no_proxy = ",".join(dict.fromkeys([*beside, *_LOCAL]))
    return {
        **kept,
        "AWS_ACCESS_KEY_ID": keys.id,
        "AWS_SECRET_ACCESS_KEY": keys.secret,
        "AWS_REGION": VIRGINIA.region,
        "AWS_DEFAULT_REGION": VIRGINIA.region,
        "AWS_ENDPOINT_URL": url,
        "AWS_CONFIG_FILE": str(empty_file),
        "AWS_SHARED_CREDENTIALS_FILE": str(empty_file),
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": no_proxy,
        "no_proxy": no_proxy,
    }
