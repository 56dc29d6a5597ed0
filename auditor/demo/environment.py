"""The environment of a program that is to see the emulator and nothing of the user's AWS settings."""

from __future__ import annotations

import os
from collections.abc import Mapping

from auditor.demo.clients import Keys
from auditor.demo.estate import VIRGINIA

_LOCAL = ("127.0.0.1", "localhost")


def without_aws(inherited: Mapping[str, str]) -> dict[str, str]:
    """`inherited` without any AWS setting and with configuration files that are empty.

    Loopback addresses are not asked through a proxy; whatever else a program does goes the user's way.
    """
    kept = {name: value for name, value in inherited.items() if not name.upper().startswith("AWS_")}
    beside = [host for host in kept.get("NO_PROXY", kept.get("no_proxy", "")).split(",") if host]
    no_proxy = ",".join(dict.fromkeys([*beside, *_LOCAL]))
    return {
        **kept,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": no_proxy,
        "no_proxy": no_proxy,
    }


def demo_environment(inherited: Mapping[str, str], *, url: str, keys: Keys) -> dict[str, str]:
    """`inherited` with the emulator at `url` in place of AWS, and `keys` in place of the user's credentials."""
    return {
        **without_aws(inherited),
        "AWS_ACCESS_KEY_ID": keys.id,
        "AWS_SECRET_ACCESS_KEY": keys.secret,
        "AWS_REGION": VIRGINIA.region,
        "AWS_DEFAULT_REGION": VIRGINIA.region,
        "AWS_ENDPOINT_URL": url,
    }
