"""The built-in detections: one `.sql` file each, its stem the id with `_` for `-`, in the order people read them."""

from __future__ import annotations

DETECTIONS: tuple[str, ...] = (
    "denied-burst",
    "denied-then-allowed",
    "permission-probing",
    "anonymous-read",
    "anonymous-write",
    "key-enumeration",
    "posture-reconnaissance",
    "credential-failures",
    "volume-outlier",
    "breadth-outlier",
    "slow-drip",
    "off-hours-burst",
    "list-then-sweep",
    "orphan-copy-source",
    "sensitive-object",
    "canary-touched",
    "first-seen-network",
    "operation-class-drift",
    "first-seen-tool",
    "instance-credential-away",
    "mfa-pattern-mismatch",
    "downloader-en-masse",
    "signed-download-tool",
    "scanner-agent",
    "pentest-distribution",
    "bulk-client",
    "new-country",
    "barred-country",
    "human-outside-corporate",
    "impossible-travel",
    "threat-list-address",
)
"""Every built-in detection, listed by hand: a file that is not named here does not exist."""
