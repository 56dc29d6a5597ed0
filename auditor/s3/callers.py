"""Who makes a request, and whether a statement speaks of them.

Source: IAM User Guide, "AWS JSON policy elements: Principal" and "NotPrincipal".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from auditor.s3.arn import parse_arn
from auditor.s3.principals import (
    AccountPrincipal,
    CanonicalUser,
    DeletedPrincipal,
    Everyone,
    FederatedPrincipal,
    IamPrincipal,
    Principal,
    PrincipalSpec,
    ServicePrincipal,
    UnrecognisedPrincipal,
)
from auditor.s3.truth import Truth, agreement, any_of, negation


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCaller:
    """An AWS service in its own name.

    `documented` is false where AWS documents the name for another partition only: then a statement that names the
    service may or may not mean it. `home` is the account of the bucket, which no AWS service belongs to.
    """

    name: str
    documented: bool
    home: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogDeliveryCaller:
    """Log delivery under the ACL grant to its group: the service, or an account of AWS's that it does not name."""

    home: str


@dataclass(frozen=True, slots=True)
class AnonymousCaller:
    """Whoever does not sign the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IamCaller:
    """An identity of `account`: the one with that ARN, or, when `arn` is None, some identity or other."""

    account: str
    arn: str | None = None


@dataclass(frozen=True, slots=True)
class UnnamedCaller:
    """A user or role whose ARN the policy does not spell out; "" is an account that it does not spell out either."""

    account: str


@dataclass(frozen=True, slots=True)
class UnknownCaller:
    """Somebody with an AWS account, we cannot tell who: the holder of a canonical user id, for instance."""


Caller: TypeAlias = ServiceCaller | LogDeliveryCaller | AnonymousCaller | IamCaller | UnnamedCaller | UnknownCaller


def applies_to(spec: PrincipalSpec, caller: Caller) -> Truth:
    """Whether the statement speaks of the caller."""
    listed = any_of(is_caller(principal, caller) for principal in spec.principals)
    return _not_principal(spec.principals, caller, listed) if spec.negated else listed


def _not_principal(principals: tuple[Principal, ...], caller: Caller, listed: Truth) -> Truth:
    """Whether NotPrincipal leaves the caller in.

    AWS checks the account and the identity one after the other, so that an identity is only safely left out when both
    are listed ("When you use NotPrincipal, you must also specify the account ARN of the not-denied principal").
    """
    match caller:
        case AnonymousCaller() | LogDeliveryCaller() | UnknownCaller():
            return negation(listed)
        case ServiceCaller(home=home):
            # Before service principals, log delivery was an AWS account, and policies left that account out by its ARN.
            foreign = any(
                isinstance(p, CanonicalUser | UnrecognisedPrincipal)
                or (isinstance(p, AccountPrincipal | IamPrincipal) and p.account != home)
                for p in principals
            )
            return Truth.UNDECIDABLE if listed is Truth.FALSE and foreign else negation(listed)
        case IamCaller(account=account) | UnnamedCaller(account=account):
            if any(isinstance(p, Everyone) for p in principals):
                return Truth.FALSE
            whole = Truth.of(AccountPrincipal(account) in principals)
            one = any_of(is_caller(p, caller) for p in principals if not isinstance(p, AccountPrincipal))
            return negation(agreement([whole, one]))


def is_caller(principal: Principal, caller: Caller) -> Truth:
    """Whether the name in the policy means the caller."""
    match caller:
        case ServiceCaller():
            return _is_service(principal, caller)
        case LogDeliveryCaller(home=home):
            return _is_log_delivery(principal, home)
        case AnonymousCaller():
            # "For anonymous users, the following elements are equivalent", of both forms of everyone.
            return Truth.of(isinstance(principal, Everyone))
        case UnknownCaller():
            return _is_somebody(principal)
        case IamCaller() | UnnamedCaller():
            return _is_identity(principal, caller)


_LOG_DELIVERY_ID: Final = "3272ee65a908a7677109fedda345db8d9554ba26398b2ca10581de88777e2b61"
"""Canonical id of the account that signed log deliveries before service principals, display name s3-log-service."""


def _is_service(principal: Principal, caller: ServiceCaller) -> Truth:
    match principal:
        case Everyone(aws_only=False):
            return Truth.TRUE
        case Everyone():
            return Truth.UNDECIDABLE
        case ServicePrincipal(name=name) if name == caller.name:
            return Truth.TRUE if caller.documented else Truth.UNDECIDABLE
        case ServicePrincipal(name=name):
            # A service also has Regional names, and perhaps others in other partitions; whether they match, AWS
            # does not say.
            family = caller.name.split(".amazonaws.", 1)[0] + "."
            return Truth.UNDECIDABLE if name.lower().startswith(family) else Truth.FALSE
        case CanonicalUser(id=name):
            return Truth.UNDECIDABLE if name == _LOG_DELIVERY_ID else Truth.FALSE
        case UnrecognisedPrincipal():
            return Truth.UNDECIDABLE
        case AccountPrincipal() | IamPrincipal() | FederatedPrincipal() | DeletedPrincipal():
            return Truth.FALSE


def _is_log_delivery(principal: Principal, home: str) -> Truth:
    match principal:
        case Everyone(aws_only=False):
            return Truth.TRUE
        case FederatedPrincipal() | DeletedPrincipal():
            return Truth.FALSE
        case AccountPrincipal(account=account) | IamPrincipal(account=account) if account == home:
            return Truth.FALSE
        case _:
            return Truth.UNDECIDABLE


def _is_somebody(principal: Principal) -> Truth:
    match principal:
        case Everyone():
            return Truth.TRUE
        case ServicePrincipal() | FederatedPrincipal() | DeletedPrincipal():
            return Truth.FALSE
        case AccountPrincipal() | IamPrincipal() | CanonicalUser() | UnrecognisedPrincipal():
            return Truth.UNDECIDABLE


def _is_identity(principal: Principal, caller: IamCaller | UnnamedCaller) -> Truth:
    match principal:
        case Everyone():
            return Truth.TRUE
        case AccountPrincipal(account=account):
            return Truth.of(account == caller.account)
        case IamPrincipal(account=account) if account != caller.account:
            return Truth.FALSE
        case IamPrincipal(arn=arn):
            return _same_identity(arn, caller)
        case CanonicalUser() | UnrecognisedPrincipal():
            return Truth.UNDECIDABLE
        case ServicePrincipal() | FederatedPrincipal() | DeletedPrincipal():
            return Truth.FALSE


def _same_identity(named: str, caller: IamCaller | UnnamedCaller) -> Truth:
    """A role takes in all its sessions; of a role we do not know which session calls."""
    if isinstance(caller, UnnamedCaller):
        return Truth.FALSE
    actual = caller.arn
    if actual is None:
        return Truth.UNDECIDABLE
    if named == actual:
        return Truth.TRUE
    role, session = _role(named), _role(actual)
    if role is None or role != session:
        return Truth.FALSE
    if ":role/" in named:
        return Truth.TRUE
    return Truth.UNDECIDABLE if ":role/" in actual else Truth.FALSE


def _role(arn: str) -> str | None:
    """The name of the role that the ARN is, or is a session of; names are unique in an account whatever the path."""
    parsed = parse_arn(arn)
    kind, _, rest = ("", "", "") if parsed is None else parsed.resource.partition("/")
    match kind:
        case "role":
            return rest.rsplit("/", 1)[-1]
        case "assumed-role":
            return rest.partition("/")[0]
        case _:
            return None
