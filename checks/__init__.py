"""The built-in rules: posture checks in Python, in the order in which people read about them."""

from __future__ import annotations

from auditor.check import Check
from checks.posture import (
    delivery_encryption,
    delivery_object_lock,
    delivery_requester_pays,
    destination_exists,
    destination_same_account,
    destination_same_region,
    logging_enabled,
    logging_loop,
    prefix_collision,
    prefix_delimited,
    prefix_present,
    self_logging,
)

BUILTIN: tuple[Check, ...] = (
    logging_enabled.CHECK,
    destination_exists.CHECK,
    destination_same_region.CHECK,
    destination_same_account.CHECK,
    self_logging.CHECK,
    logging_loop.CHECK,
    prefix_present.CHECK,
    prefix_delimited.CHECK,
    prefix_collision.CHECK,
    delivery_encryption.CHECK,
    delivery_object_lock.CHECK,
    delivery_requester_pays.CHECK,
)
"""Every built-in check, listed by hand: a check that is not here does not exist."""
