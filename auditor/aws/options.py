"""What to collect and from where, as the command line understood it; nothing here talks to AWS."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase

from auditor.errors import InputError
from auditor.iam_policy import require_role_name
from auditor.reading import Absent, Json, Present, Reading, Unreadable
from auditor.s3.arn import is_account_id

# STS API Reference, AssumeRole.
_EXTERNAL_ID = re.compile(r"[A-Za-z0-9_+=,.@:/-]{2,1224}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedAccount:
    """An account that the user lists; `name` is "" when none is given."""

    id: str
    name: str = ""

    def __post_init__(self) -> None:
        if not is_account_id(self.id):
            raise InputError(f"expected an account id of 12 digits, found {self.id[:40]!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """Which accounts to audit, and how to get into them.

    `profiles` are AWS credential profiles; each is a starting identity, and none means the default credential chain.
    Without `accounts` and `organization` the accounts of the starting identities are audited. Otherwise every account
    that is not a starting identity's own is entered by assuming `role_name` with `external_id` ("" for none).
    """

    profiles: tuple[str, ...] = ()
    accounts: tuple[NamedAccount, ...] = ()
    organization: bool = False
    role_name: str = ""
    external_id: str = ""

    def __post_init__(self) -> None:
        if self.accounts and self.organization:
            raise InputError("--accounts and --organization exclude each other", hint="give only one of them")
        if self.role_name:
            require_role_name(self.role_name)
        if self.external_id and not _EXTERNAL_ID.fullmatch(self.external_id):
            raise InputError("--external-id must have 2 to 1224 letters, digits or _+=,.@:/-")


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectOptions:
    """How much to read.

    `regions`, `buckets` and `exclude_buckets` decide which buckets are in scope; the globs are case-sensitive as
    bucket names are, and empty means all. `read_tags` is needed only when a framework scopes by tag. `read_logs` asks
    for the newest log object of each source, `newest_window` being the age within which one is expected.
    """

    regions: tuple[str, ...] = ()
    buckets: tuple[str, ...] = ()
    exclude_buckets: tuple[str, ...] = ()
    read_tags: bool = False
    read_logs: bool = True
    newest_window: timedelta = timedelta(hours=48)
    max_workers: int = 32

    def wants_name(self, name: str) -> bool:
        """Whether the globs leave the bucket in scope."""
        included = not self.buckets or any(fnmatchcase(name, glob) for glob in self.buckets)
        return included and not any(fnmatchcase(name, glob) for glob in self.exclude_buckets)

    def wants_region(self, region: Reading[str]) -> bool:
        """Whether the Region filter leaves the bucket in scope; an unknown one is no reason to skip it."""
        match region:
            case Present(value=name):
                return not self.regions or name in self.regions
            case Absent() | Unreadable():
                return True


def parameters(targets: Targets, options: CollectOptions) -> dict[str, Json]:
    """The options as they go into the estate, for evidence; the external id is only said to be there or not."""
    return {
        "profiles": list(targets.profiles),
        "accounts": [account.id for account in targets.accounts],
        "organization": targets.organization,
        "role_name": targets.role_name,
        "external_id": bool(targets.external_id),
        "regions": list(options.regions),
        "buckets": list(options.buckets),
        "exclude_buckets": list(options.exclude_buckets),
        "read_tags": options.read_tags,
        "read_logs": options.read_logs,
        "newest_window_hours": options.newest_window.total_seconds() / 3600,
    }
