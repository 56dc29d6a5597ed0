"""Who somebody is that may use a destination: log delivery, its own account, a principal of a known one, a stranger."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from auditor.reading import Json, Present, Setting, reading_of, view
from auditor.s3.acl import LOG_DELIVERY, CanonicalGrantee, EmailGrantee, GroupGrantee
from auditor.s3.callers import is_caller
from auditor.s3.delivery_request import LOGGING_SERVICE, service_caller
from auditor.s3.glob import wildcards_only
from auditor.s3.grantees import AccountPattern, ArnPattern, Grantee, Organization
from auditor.s3.principals import (
    AccountPrincipal,
    CanonicalUser,
    DeletedPrincipal,
    Everyone,
    FederatedPrincipal,
    IamPrincipal,
    ServicePrincipal,
    UnrecognisedPrincipal,
)
from auditor.s3.subjects import Destination
from auditor.s3.truth import Truth
from auditor.shape import mapping, text


class Party(Enum):
    """What somebody is to the owner of a destination."""

    LOG_DELIVERY = "log delivery"
    OWN = "own account"
    """The owner's account or anybody in it, whose own policies decide."""
    NAMED = "named principal"
    """One identity of another known account, or somebody the user vouches for."""
    CROWD = "crowd"
    """A whole known account, all identities like a pattern in it, or an organization."""
    STRANGER = "stranger"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquaintance:
    """Whom the owner of a destination knows: accounts by id, and ARN globs of principals that the user vouches for.

    `own_ids` are the canonical user ids of the owner, as far as anybody told.
    """

    account: str
    partition: str
    accounts: frozenset[str]
    own_ids: frozenset[str]
    vouched: tuple[str, ...] = ()


def acquaintance(destination: Destination, accounts: frozenset[str], *, vouched: tuple[str, ...] = ()) -> Acquaintance:
    """Whom the owner of `destination` knows; `accounts` are those known beside its own."""
    ids = {destination.acl.value.owner} if isinstance(destination.acl, Present) else set[str]()
    listed = view(reading_of(destination.account.readings, Setting.BUCKET_LIST), Setting.BUCKET_LIST, _owner)
    if isinstance(listed, Present):
        ids.add(listed.value)
    return Acquaintance(
        account=destination.account.id,
        partition=destination.account.partition,
        accounts=accounts | {destination.account.id},
        own_ids=frozenset(ids - {""}),
        vouched=vouched,
    )


def _owner(document: Json) -> str:
    return text(mapping(mapping(document, "ListBuckets").get("Owner"), "Owner").get("ID"), "Owner.ID")


def party_of(grantee: Grantee, known: Acquaintance) -> Party:
    """What the grantee is to the owner."""
    match grantee:
        case AccountPrincipal(account=account):
            root = f"arn:{known.partition}:iam::{account}:root"
            return _of_account(account, root, known, single=False)
        case IamPrincipal(arn=arn, account=account):
            return _of_account(account, arn, known, single=True)
        case ArnPattern(pattern=pattern, account=account):
            return _of_account(account or "", pattern, known, single=False)
        case Organization():
            return Party.CROWD
        case ServicePrincipal():
            return _service(grantee, known)
        case CanonicalUser(id=name) | CanonicalGrantee(id=name):
            return _by_canonical_id(name, known)
        case GroupGrantee():
            return _group(grantee)
        case Everyone() | AccountPattern() | EmailGrantee():
            return Party.STRANGER
        case FederatedPrincipal() | UnrecognisedPrincipal() | DeletedPrincipal():
            return Party.UNCERTAIN


def _of_account(account: str, arn: str, known: Acquaintance, *, single: bool) -> Party:
    if account == known.account:
        return Party.OWN
    if any(_covers(glob, arn) for glob in known.vouched):
        return Party.NAMED
    if account not in known.accounts:
        return Party.STRANGER
    return Party.NAMED if single else Party.CROWD


def _covers(glob: str, arn: str) -> bool:
    """Whether the glob takes in the ARN, or everything that the ARN pattern takes in.

    A star in the pattern is many characters, which a question mark in the glob is not.
    """
    return wildcards_only(glob).matches(arn) and not ("?" in glob and "*" in arn)


def _service(service: ServicePrincipal, known: Acquaintance) -> Party:
    # Where a partition has another name for log delivery, this one is nobody's.
    if service.name == LOGGING_SERVICE:
        return Party.LOG_DELIVERY
    perhaps = is_caller(service, service_caller(LOGGING_SERVICE, known.partition, known.account))
    return Party.STRANGER if perhaps is Truth.FALSE else Party.UNCERTAIN


def _by_canonical_id(name: str, known: Acquaintance) -> Party:
    """A canonical id belongs to a whole account; which one, nobody can tell, unless it is the owner's."""
    if name in known.own_ids:
        return Party.OWN
    perhaps = is_caller(CanonicalUser(name), service_caller(LOGGING_SERVICE, known.partition, known.account))
    return Party.STRANGER if known.own_ids and perhaps is Truth.FALSE else Party.UNCERTAIN


def _group(group: GroupGrantee) -> Party:
    if group == LOG_DELIVERY:
        return Party.LOG_DELIVERY
    return Party.STRANGER if group.uri.startswith("http://acs.amazonaws.com/groups/global/") else Party.UNCERTAIN
