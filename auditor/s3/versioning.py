"""Whether a bucket keeps old versions, which decides whether an expired log is gone or only hidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from auditor.s3.days import Document, Fact
from auditor.s3.malformed import kept


class VersioningState(Enum):
    """What an expiration does to a current version (S3 User Guide, lifecycle-expire-general-considerations)."""

    NEVER_ENABLED = "never-enabled"
    """It is deleted for good."""
    ENABLED = "enabled"
    """It becomes noncurrent under a delete marker."""
    SUSPENDED = "suspended"
    """It is deleted for good when its version id is null, as that of every object written since the suspension."""
    UNKNOWN = "unknown"
    """The versioning of the bucket could not be read or holds a word that S3 does not document."""


class MfaDelete(Enum):
    """MFA delete; S3 does not support lifecycle configurations on a bucket that has it."""

    OFF = "off"
    ON = "on"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Versioning:
    """The versioning state and MFA delete of a bucket, and the facts they were read from."""

    state: VersioningState
    mfa_delete: MfaDelete = MfaDelete.OFF
    fact: Fact
    mfa_fact: Fact


def _fact(path: str, value: object) -> Fact:
    return Fact(document=Document.VERSIONING, path=path, value=kept(value))


NEVER_VERSIONED: Final = Versioning(
    state=VersioningState.NEVER_ENABLED, fact=_fact("Status", None), mfa_fact=_fact("MFADelete", None)
)
UNREAD_VERSIONING: Final = Versioning(
    state=VersioningState.UNKNOWN,
    mfa_delete=MfaDelete.UNKNOWN,
    fact=_fact("Status", "not read"),
    mfa_fact=_fact("MFADelete", "not read"),
)
"""For a bucket whose versioning could not be read: what does not depend on it stays decidable."""


def parse_versioning(document: object) -> Versioning:
    """The versioning in a GetBucketVersioning answer; S3 leaves Status out when versioning was never enabled.

    Never raises: an undocumented word, or no document at all, is UNKNOWN.
    """
    if not isinstance(document, Mapping):
        return UNREAD_VERSIONING
    return Versioning(
        state=_state(document),
        mfa_delete=_mfa_delete(document),
        fact=_fact("Status", document.get("Status")),
        mfa_fact=_fact("MFADelete", document.get("MFADelete")),
    )


def _state(document: Mapping[str, object]) -> VersioningState:
    match document:
        case {"Status": "Enabled"}:
            return VersioningState.ENABLED
        case {"Status": "Suspended"}:
            return VersioningState.SUSPENDED
        case {"Status": _}:
            return VersioningState.UNKNOWN
        case _:
            return VersioningState.NEVER_ENABLED


def _mfa_delete(document: Mapping[str, object]) -> MfaDelete:
    match document:
        case {"MFADelete": "Enabled"}:
            return MfaDelete.ON
        case {"MFADelete": "Disabled"}:
            return MfaDelete.OFF
        case {"MFADelete": _}:
            return MfaDelete.UNKNOWN
        case _:
            return MfaDelete.OFF
