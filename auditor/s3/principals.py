"""Whom a statement names.

Source: IAM User Guide, "AWS JSON policy elements: Principal"; S3 User Guide, "Principals for bucket policies".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from auditor.s3.arn import is_account_id, parse_arn
from auditor.s3.documents import Malformed, shown


@dataclass(frozen=True, slots=True)
class Everyone:
    """`"*"`, or with `aws_only` `{"AWS": "*"}`: the same for users, roles and unsigned requests.

    Whether the second form also takes in AWS services is not documented.
    """

    aws_only: bool = False


@dataclass(frozen=True, slots=True)
class AccountPrincipal:
    """A whole account, by its id or its root ARN: whoever the account's own policies let."""

    account: str


@dataclass(frozen=True, slots=True)
class IamPrincipal:
    """A user, a role, a role session or a federated user of `account`."""

    arn: str
    account: str


@dataclass(frozen=True, slots=True)
class ServicePrincipal:
    """An AWS service, such as `logging.s3.amazonaws.com`."""

    name: str


@dataclass(frozen=True, slots=True)
class FederatedPrincipal:
    """An identity provider; bucket policies do not support them."""

    name: str


@dataclass(frozen=True, slots=True)
class CanonicalUser:
    """An account by its canonical user id; which account that is, a policy does not tell."""

    id: str


@dataclass(frozen=True, slots=True)
class DeletedPrincipal:
    """The unique id that AWS shows in place of a user or role that no longer exists. It matches nobody."""

    id: str


@dataclass(frozen=True, slots=True)
class UnrecognisedPrincipal:
    """A name of no documented form, for instance an ARN with a wildcard, which S3 does not accept."""

    kind: str
    text: str


Principal: TypeAlias = (
    Everyone
    | AccountPrincipal
    | IamPrincipal
    | ServicePrincipal
    | FederatedPrincipal
    | CanonicalUser
    | DeletedPrincipal
    | UnrecognisedPrincipal
)

_DELETED: Final = re.compile(r"A(?:IDA|ROA|GPA|NPA)[A-Z0-9]{12,}", re.ASCII)
_IDENTITY: Final = re.compile(r"(?:user|role|assumed-role|federated-user)/[^*?]+", re.ASCII)


def parse_principals(element: object) -> tuple[Principal, ...] | Malformed:
    """The principals of a Principal or NotPrincipal element: `"*"` or `{type: name or [name, …]}`."""
    if element == "*":
        return (Everyone(),)
    if not isinstance(element, Mapping) or not element:
        return Malformed('Principal is neither "*" nor an object.')
    found: list[Principal] = []
    for kind, names in element.items():
        texts = names if isinstance(names, list | tuple) else [names]
        if not texts or kind not in {"AWS", "Service", "Federated", "CanonicalUser"}:
            return Malformed(f"Principal type {shown(str(kind))} is unknown or names nobody.")
        for text in texts:
            if not isinstance(text, str):
                return Malformed(f"Principal {kind} holds something else than text.")
            found.append(parse_principal(str(kind), text))
    return tuple(found)


def parse_principal(kind: str, text: str) -> Principal:
    """One name of a Principal element, under its type."""
    match kind:
        case "CanonicalUser":
            return CanonicalUser(text)
        case "Federated":
            return FederatedPrincipal(text)
        case "Service" if text and not set(text) & set("*?"):
            return ServicePrincipal(text)
        case "AWS" if text == "*":
            return Everyone(aws_only=True)
        case "AWS" if is_account_id(text):
            return AccountPrincipal(text)
        case "AWS" if _DELETED.fullmatch(text):
            return DeletedPrincipal(text)
    arn = parse_arn(text)
    if kind == "AWS" and arn is not None and arn.service in {"iam", "sts"} and is_account_id(arn.account):
        if arn.resource == "root":
            return AccountPrincipal(arn.account)
        if _IDENTITY.fullmatch(arn.resource):
            return IamPrincipal(text, arn.account)
    return UnrecognisedPrincipal(kind, text)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrincipalSpec:
    """The Principal element of a statement, or the NotPrincipal element when `negated`."""

    principals: tuple[Principal, ...]
    negated: bool
