"""Who made a request, from the requester that S3 wrote; the same tables serve Python and the engine's SQL.

Sources: S3 User Guide, "Amazon S3 server access log format" (requester); IAM User Guide, "IAM identifiers" (ARNs).
A canonical user id may be the root of its account or any principal of another account that S3 knows by nothing else,
so it is a kind of its own. A record tells neither the access key nor whether there was multi-factor authentication.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from auditor.activity.sql_text import case, literal


class PrincipalKind(StrEnum):
    """What kind of caller a requester is."""

    ANONYMOUS = "anonymous"
    USER = "user"
    ROLE = "role"
    ROOT = "root"
    SERVICE = "service"
    CANONICAL = "canonical"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A caller; None for what the requester does not tell.

    `name` stays the same from session to session: a user's ARN, an assumed role's ARN without its session, a service's
    name, a canonical id, or `anonymous`. `kind` is None for a requester of a form that nobody has described.
    """

    name: str | None
    kind: PrincipalKind | None
    account: str | None = None
    role: str | None = None
    session: str | None = None


ANONYMOUS: Final = Principal(name="anonymous", kind=PrincipalKind.ANONYMOUS)
INTERNAL_OPERATIONS: Final = "S3."
"""How the operations begin that S3 does by itself (lifecycle, checksums); a missing requester is S3 there."""
INTERNAL: Final = Principal(name="AmazonS3", kind=PrincipalKind.SERVICE)
_SERVICE_PREFIX: Final = "svc:"
_SERVICES: Final = {
    "AmazonS3": "AmazonS3",
    # Canonical user id of s3-log-service, which delivers logs into buckets that grant it by ACL.
    "3272ee65a908a7677109fedda345db8d9554ba26398b2ca10581de88777e2b61": "s3-log-service",
}
_CANONICAL: Final = "[0-9a-f]{64}|[0-9a-f]{96}"
"""CloudFront's canonical ids are longer than those of accounts."""
_ACCOUNT: Final = "[0-9]{12}"
_ASSUMED: Final = "assumed-role/"
_ROLE: Final = "role/"
_RESOURCES: Final = (
    (_ASSUMED, PrincipalKind.ROLE),
    (_ROLE, PrincipalKind.ROLE),
    ("user/CloudFront Origin Access Identity ", PrincipalKind.SERVICE),
    ("user/", PrincipalKind.USER),
    ("federated-user/", PrincipalKind.USER),
    ("root", PrincipalKind.ROOT),
)
"""How the resource of an ARN begins, and what that makes the caller; the first match counts."""


def principal(requester: str | None, operation: str) -> Principal:
    """The caller behind the logged requester (None for a dash) of a record with that operation."""
    if requester is None:
        return INTERNAL if operation.startswith(INTERNAL_OPERATIONS) else ANONYMOUS
    if (service := _SERVICES.get(requester)) is not None:
        return Principal(name=service, kind=PrincipalKind.SERVICE)
    if requester.startswith(_SERVICE_PREFIX):
        return Principal(name=requester.removeprefix(_SERVICE_PREFIX), kind=PrincipalKind.SERVICE)
    if requester.startswith("arn:"):
        return _from_arn(requester)
    kind = PrincipalKind.CANONICAL if re.fullmatch(_CANONICAL, requester) else None
    return Principal(name=requester, kind=kind)


def _from_arn(arn: str) -> Principal:
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return Principal(name=arn, kind=None)
    resource = parts[5]
    account = parts[4] if re.fullmatch(_ACCOUNT, parts[4]) else None
    kind = next((kind for start, kind in _RESOURCES if resource.startswith(start)), None)
    if resource.startswith(_ASSUMED):
        _, role, *session = resource.split("/", 2)
        name = f"arn:{parts[1]}:sts::{parts[4]}:{_ASSUMED}{role}"
        return Principal(name=name, kind=kind, account=account, role=role, session=session[0] if session else None)
    if resource.startswith(_ROLE):
        # CloudWatch delivery names the role with its path and without session; sessions never tell the path.
        role = resource.rpartition("/")[2]
        name = f"arn:{parts[1]}:sts::{parts[4]}:{_ASSUMED}{role}"
        return Principal(name=name, kind=kind, account=account, role=role)
    return Principal(name=arn, kind=kind, account=account)


def principal_sql(requester: str, operation: str) -> dict[str, str]:
    """SQL for the columns principal, principal_kind, account, role and session; equal to `principal` on every row.

    `requester` and `operation` are SQL expressions; a NULL requester is a dash.
    """
    arn = f"starts_with({requester}, 'arn:')"
    part = {index: f"split_part({requester}, ':', {index})" for index in (2, 5)}
    # Everything behind the fifth colon: names and paths may hold colons of their own.
    resource = f"array_to_string(string_split({requester}, ':')[6:], ':')"
    starts = {start: f"starts_with({resource}, {literal(start)})" for start, _ in _RESOURCES}
    assumed, plain = f"{arn} AND {starts[_ASSUMED]}", f"{arn} AND {starts[_ROLE]}"
    role_of_session, role_of_path = f"split_part({resource}, '/', 2)", f"split_part({resource}, '/', -1)"
    stem = f"concat('arn:', {part[2]}, ':sts::', {part[5]}, ':{_ASSUMED}')"
    missing = f"{requester} IS NULL"
    internal = f"{missing} AND starts_with({operation}, {literal(INTERNAL_OPERATIONS)})"
    services = [(f"{requester} = {literal(known)}", name) for known, name in _SERVICES.items()]
    prefixed = f"starts_with({requester}, {literal(_SERVICE_PREFIX)})"
    session = f"nullif(array_to_string(string_split({resource}, '/')[3:], '/'), '')"
    return {
        "principal": case(
            (internal, literal(INTERNAL.name or "")),
            (missing, literal(ANONYMOUS.name or "")),
            (assumed, f"concat({stem}, {role_of_session})"),
            (plain, f"concat({stem}, {role_of_path})"),
            (prefixed, f"substr({requester}, {len(_SERVICE_PREFIX) + 1})"),
            *((condition, literal(name)) for condition, name in services),
            default=requester,
        ),
        "principal_kind": case(
            (internal, literal(PrincipalKind.SERVICE)),
            (missing, literal(PrincipalKind.ANONYMOUS)),
            (f"NOT {arn}", case(
                (prefixed, literal(PrincipalKind.SERVICE)),
                *((condition, literal(PrincipalKind.SERVICE)) for condition, _ in services),
                (f"regexp_full_match({requester}, '{_CANONICAL}')", literal(PrincipalKind.CANONICAL)),
            )),
            *((starts[start], literal(kind)) for start, kind in _RESOURCES),
        ),
        "account": case((f"{arn} AND regexp_full_match({part[5]}, '{_ACCOUNT}')", part[5])),
        "role": case((assumed, role_of_session), (plain, role_of_path)),
        "session": case((assumed, session)),
    }  # fmt: skip
