"""Who gets something: a principal as named, or narrowed by the conditions of a statement that names everyone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from auditor.s3.acl import ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY, CanonicalGrantee, EmailGrantee, GroupGrantee
from auditor.s3.arn import is_account_id, parse_arn
from auditor.s3.bucket_policy import Statement
from auditor.s3.callers import (
    AnonymousCaller,
    Caller,
    IamCaller,
    LogDeliveryCaller,
    ServiceCaller,
    UnknownCaller,
    UnnamedCaller,
)
from auditor.s3.conditions import Clause
from auditor.s3.documents import shown
from auditor.s3.principals import (
    AccountPrincipal,
    CanonicalUser,
    DeletedPrincipal,
    Everyone,
    FederatedPrincipal,
    IamPrincipal,
    Principal,
    ServicePrincipal,
    UnrecognisedPrincipal,
    parse_principal,
)
from auditor.s3.request_context import (
    UNKNOWN,
    Fact,
    Known,
    RequestContext,
    Unknown,
    anonymous_request,
    log_delivery_account_request,
    service_request,
    signed_request,
    strangers_request,
)


@dataclass(frozen=True, slots=True)
class ArnPattern:
    """Identities whose ARN matches a pattern; `account` is theirs when the pattern fixes it."""

    pattern: str
    account: str | None


@dataclass(frozen=True, slots=True)
class Organization:
    """All identities of the accounts of an organization, by its id, or by a path that begins with it."""

    id: str


@dataclass(frozen=True, slots=True)
class AccountPattern:
    """Identities of every account whose id matches a pattern."""

    pattern: str


Grantee: TypeAlias = (
    Principal | ArnPattern | Organization | AccountPattern | GroupGrantee | CanonicalGrantee | EmailGrantee
)


def account_of_grantee(grantee: Grantee) -> str | None:
    """The one account that the grantee belongs to; None for many accounts, for none, and for one we cannot tell."""
    match grantee:
        case AccountPrincipal(account=account) | IamPrincipal(account=account) | ArnPattern(account=account):
            return account
        case _:
            return None


def name_of_grantee(grantee: Grantee) -> str:
    """How to call the grantee in a sentence."""
    match grantee:
        case Everyone():
            return "everyone"
        case AccountPrincipal(account=account):
            return f"account {account}"
        case IamPrincipal(arn=text) | ServicePrincipal(name=text) | FederatedPrincipal(name=text):
            return shown(text)
        case ArnPattern(pattern=text):
            return f"everyone whose ARN is like {shown(text)}"
        case AccountPattern(pattern=text):
            return f"every account like {shown(text)}"
        case Organization(id=text):
            return f"organization {shown(text)}"
        case CanonicalUser(id=text) | CanonicalGrantee(id=text):
            return f"the account with canonical user id {shown(text)}"
        case DeletedPrincipal(id=text):
            return f"the deleted principal {shown(text)}"
        case UnrecognisedPrincipal(text=text):
            return f"the principal {shown(text)}"
        case EmailGrantee(email=text):
            return f"the account of {shown(text)}"
        case GroupGrantee(uri=text):
            groups = {ALL_USERS: "everyone", AUTHENTICATED_USERS: "everyone with an AWS account"}
            groups[LOG_DELIVERY] = "the LogDelivery group"
            return groups.get(grantee, f"the group {shown(text)}")


def grantees_of(statement: Statement) -> tuple[tuple[Grantee, Clause | None], ...]:
    """Whom an Allow statement names, each with the clause that narrowed everyone down to them.

    An Allow with NotPrincipal takes in everyone that it does not list. Deleted principals get nothing and are left out.
    """
    if statement.principals.negated:
        return ((Everyone(), None),)
    found: list[tuple[Grantee, Clause | None]] = []
    for principal in statement.principals.principals:
        match principal:
            case Everyone():
                narrowed = _narrowed(statement.conditions)
                found.extend(narrowed or [(principal, None)])
            case DeletedPrincipal():
                pass
            case _:
                found.append((principal, None))
    return tuple(found)


def _narrowed(clauses: Sequence[Clause]) -> list[tuple[Grantee, Clause]]:
    """The narrowest description of everyone that one clause gives; a clause counts if it fails without its key."""
    for key in (
        "aws:principalarn",
        "aws:principalservicename",
        "aws:principalaccount",
        "aws:principalorgid",
        "aws:principalorgpaths",
    ):
        for clause in clauses:
            if clause.key == key and clause.is_positive:
                return [(_named_by(key, text, clause), clause) for text in clause.texts]
    return []


def _named_by(key: str, text: str, clause: Clause) -> Grantee:
    fixed = clause.fixed is not None
    match key:
        case "aws:principalarn":
            arn = parse_arn(text)
            account = None if arn is None or not is_account_id(arn.account) else arn.account
            named = parse_principal("AWS", text)
            # In this key the ARN of root is the root user alone, not the whole account.
            return named if fixed and isinstance(named, IamPrincipal) else ArnPattern(text, account)
        case "aws:principalservicename" if fixed:
            return ServicePrincipal(text)
        case "aws:principalaccount":
            return AccountPrincipal(text) if is_account_id(text) else AccountPattern(text)
        case "aws:principalorgid" | "aws:principalorgpaths":
            return Organization(text)
        case _:
            return UnrecognisedPrincipal(clause.key_text, text)


_WORLD: Final = (Everyone(), Everyone(aws_only=True), ALL_USERS, AUTHENTICATED_USERS)


def strangers(
    *, owner: str, partition: str, now: datetime, secure: bool = True
) -> tuple[tuple[Caller, RequestContext], ...]:
    """A user or role that no policy spells out in any way, and whoever does not sign."""
    signed = strangers_request(partition=partition, resource_account=owner, now=now, secure=secure)
    unsigned = anonymous_request(resource_account=owner, now=now, secure=secure)
    return ((UnnamedCaller(""), signed), (AnonymousCaller(), unsigned))


def callers_of(
    grantee: Grantee, *, owner: str, partition: str, now: datetime, secure: bool = True
) -> tuple[tuple[Caller, RequestContext], ...]:
    """Callers that stand for the grantee, each with its most favourable request; `owner` is the bucket's account.

    The caller is free to use TLS, which it does when `secure`. Of a service, what it acts for is open.
    """

    def signed(account: Fact, arn: Fact) -> RequestContext:
        return signed_request(account=account, arn=arn, resource_account=owner, now=now, secure=secure)

    anyone = signed(UNKNOWN, UNKNOWN)
    match grantee:
        case Everyone() | GroupGrantee() if grantee in _WORLD:
            found = strangers(owner=owner, partition=partition, now=now, secure=secure)
            # Beside strangers there are those whom Denies spare by name, be it all that is left of everyone.
            return (*(found[:1] if grantee == AUTHENTICATED_USERS else found), (UnknownCaller(), anyone))
        case AccountPrincipal(account=account):
            return ((IamCaller(account=account), signed(Known((account,)), Unknown(sent=True))),)
        case IamPrincipal(arn=arn, account=account):
            # For a role session the key holds the ARN of the role, whose path the session does not tell.
            fact = Unknown(sent=True) if ":assumed-role/" in arn else Known((arn,))
            return ((IamCaller(account=account, arn=arn), signed(Known((account,)), fact)),)
        case ArnPattern(account=str() as account):
            return ((IamCaller(account=account), signed(Known((account,)), Unknown(sent=True))),)
        case Organization(id=name):
            request = anyone.but({"aws:principalorgid": Known((name,))}) if "/" not in name else anyone
            return ((UnknownCaller(), request),)
        case ServicePrincipal(name=name):
            request = service_request(name, source_arn="", source_account="", resource_account=owner, now=now)
            open_source = dict.fromkeys(("aws:sourcearn", "aws:sourceaccount"), Unknown(sent=True))
            return ((ServiceCaller(name=name, documented=True, home=owner), request.but(open_source)),)
        case GroupGrantee() if grantee == LOG_DELIVERY:
            return ((LogDeliveryCaller(home=owner), log_delivery_account_request(resource_account=owner, now=now)),)
        case _:
            return ((UnknownCaller(), anyone),)
