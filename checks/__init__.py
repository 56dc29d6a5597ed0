"""The built-in rules: posture checks in Python, in the order in which people read about them."""

from __future__ import annotations

from auditor.check import Check
from checks.posture import (
    delivery_encryption,
    delivery_fresh,
    delivery_not_denied,
    delivery_object_lock,
    delivery_permitted,
    delivery_requester_pays,
    destination_exists,
    destination_same_account,
    destination_same_region,
    logging_enabled,
    logging_loop,
    prefix_collision,
    prefix_delimited,
    prefix_present,
    retention_conflict,
    retention_hot,
    retention_maximum,
    retention_minimum,
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
    delivery_permitted.CHECK,
    delivery_not_denied.CHECK,
    delivery_encryption.CHECK,
    delivery_object_lock.CHECK,
    delivery_requester_pays.CHECK,
    delivery_fresh.CHECK,
    retention_minimum.CHECK,
    retention_maximum.CHECK,
    retention_hot.CHECK,
    retention_conflict.CHECK,
)
"""Every built-in check, listed by hand: a check that is not here does not exist."""
