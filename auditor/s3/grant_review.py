"""Which grants on a destination go to somebody who should not have them, surely or perhaps, and what was not read.

A destination is looked at as a whole first, and only where somebody is in question at the prefixes of its logs, because
whoever gets nothing in the bucket gets nothing under a prefix.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from auditor.reading import Unreadable
from auditor.s3.access import Access, BucketAccess, Grant, who_may
from auditor.s3.acl import CanonicalGrantee
from auditor.s3.bucket_policy import BucketPolicy, Effect, Statement
from auditor.s3.delivery_request import LOGGING_SERVICE
from auditor.s3.destination_access import access_to, unread_blocks
from auditor.s3.documents import listed
from auditor.s3.grantees import AccountPattern, ArnPattern, Organization, account_of_grantee, name_of_grantee
from auditor.s3.inbound import log_keys
from auditor.s3.parties import Acquaintance, Party, party_of
from auditor.s3.principals import AccountPrincipal, CanonicalUser, Everyone, ServicePrincipal
from auditor.s3.subjects import Destination
from auditor.s3.truth import Truth, all_of, negation


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Somebody who is granted something: who that is, what of it should not be (`actions`), and how sure it is."""

    grant: Grant
    party: Party
    actions: tuple[str, ...]
    truth: Truth

    @property
    def name(self) -> str:
        """How to call the holder in a sentence, with what is wrong about it."""
        return _described(self.grant, self.party)

    @property
    def label(self) -> str:
        """The name and where the grant stands."""
        return f"{self.name} ({_place(self.grant)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Who should not hold what they hold, who is in order, and the readings without which there may be more of both."""

    offences: tuple[Holder, ...]
    in_order: tuple[Holder, ...]
    needs: tuple[Unreadable, ...]

    @property
    def sure(self) -> tuple[Holder, ...]:
        """The offences that surely let somebody in."""
        return tuple(one for one in self.offences if one.truth is Truth.TRUE)


Judge = Callable[[Grant, Party], tuple[str, ...]]
"""The actions of a grant that its party should not have; none when the grant is in order."""


def review(
    destination: Destination, actions: Sequence[str], known: Acquaintance, *, judge: Judge, now: datetime
) -> Review:
    """The grants of any of `actions` on the log objects of the destination, or on the bucket, as `judge` sees them."""
    bucket, keys = _but_delivery(access_to(destination)), log_keys(destination)
    found = _sort(who_may(bucket, actions, keys=(), now=now), destination, known, judge=judge)
    if not found.offences:
        return found
    return _sort(who_may(bucket, actions, keys=keys, now=now), destination, known, judge=judge)


def _but_delivery(bucket: BucketAccess) -> BucketAccess:
    """The same without the statements that let in nobody but log delivery: there may be one for every source."""
    if not isinstance(bucket.policy, BucketPolicy):
        return bucket
    rest = tuple(s for s in bucket.policy.statements if s.effect is Effect.DENY or not _only_delivery(s))
    return replace(bucket, policy=BucketPolicy(bucket=bucket.policy.bucket, statements=rest))


def _only_delivery(statement: Statement) -> bool:
    who = statement.principals
    return not who.negated and set(who.principals) == {ServicePrincipal(LOGGING_SERVICE)}


def _sort(access: Access, destination: Destination, known: Acquaintance, *, judge: Judge) -> Review:
    offences: list[Holder] = []
    in_order: list[Holder] = []
    for grant in access.grants:
        sides = [
            Holder(grant=grant, party=party, actions=judge(grant, party), truth=truth)
            for party, truth in _sides(grant, known)
            if truth is not Truth.FALSE
        ]
        wrong = sorted((one for one in sides if one.actions), key=lambda one: one.truth is not Truth.TRUE)
        offences.extend(wrong[:1])
        in_order.extend(sides[:1] if not wrong else ())
    needs = dict.fromkeys(_needs(destination, offences))
    return Review(offences=tuple(offences), in_order=tuple(in_order), needs=tuple(needs))


def _sides(grant: Grant, known: Acquaintance) -> Iterator[tuple[Party, Truth]]:
    """Whom the grant lets in, and whether it surely does.

    What RestrictPublicBuckets keeps from strangers it leaves to the owner's account, if that is among those named.
    """
    party, lets_in = party_of(grant.grantee, known), _lets_in(grant)
    identified = Truth.UNDECIDABLE if party is Party.UNCERTAIN else Truth.TRUE
    yield party, all_of([lets_in, negation(grant.blocked), identified])
    if grant.statement is None or grant.blocked is Truth.FALSE:
        return
    match grant.grantee:
        case Everyone():
            yield Party.OWN, lets_in
        case Organization() | AccountPattern() | ArnPattern(account=None):
            yield Party.OWN, all_of([lets_in, Truth.UNDECIDABLE])
        case _:
            pass


def _lets_in(grant: Grant) -> Truth:
    """Whether the grant surely lets somebody in.

    A canonical user id is certain to be an account, though nobody can tell which one: so long as nothing else in the
    statement is in doubt, and no Deny may apply, somebody gets in.
    """
    vague = isinstance(grant.grantee, CanonicalUser | CanonicalGrantee)
    if not vague or grant.limited_by or grant.statement is None:
        return grant.certain
    documented = all(clause.operator is not None for clause in grant.conditions)
    plain = not any("${" in pattern.text for pattern in grant.statement.resources.patterns)
    return Truth.TRUE if documented and plain else grant.certain


def _needs(destination: Destination, offences: Sequence[Holder]) -> Iterator[Unreadable]:
    """What was not read and may hold more grants, or tell whether those that were seen count."""
    if isinstance(destination.policy, Unreadable):
        yield destination.policy
    if isinstance(destination.acl, Unreadable) and access_to(destination).acls_in_force is not Truth.FALSE:
        yield destination.acl
        if isinstance(destination.ownership, Unreadable):
            yield destination.ownership
    if any(one.grant.acl_grant is not None for one in offences) and isinstance(destination.ownership, Unreadable):
        yield destination.ownership
    if any(one.grant.blocked is Truth.UNDECIDABLE for one in offences):
        yield from unread_blocks(destination)


def _described(grant: Grant, party: Party) -> str:
    name = name_of_grantee(grant.grantee)
    match party:
        case Party.OWN if isinstance(grant.grantee, Everyone):
            return "everyone in the own account"
        case Party.CROWD if isinstance(grant.grantee, AccountPrincipal):
            return f"all of {name}, whoever that account lets"
        case Party.STRANGER if isinstance(grant.grantee, AccountPrincipal):
            return f"{name}, which is not known"
        case Party.STRANGER if account_of_grantee(grant.grantee) is not None:
            return f"{name}, of an account that is not known"
        case _:
            return name


def _place(grant: Grant) -> str:
    return "the ACL" if grant.statement is None else grant.statement.label


def grants_of(offences: Sequence[Holder]) -> tuple[Grant, ...]:
    """The grants behind the offences, one for each statement and for each grant of the ACL."""
    found = {(_index(one.grant), one.grant.statement is None): one.grant for one in offences}
    return tuple(found.values())


def _index(grant: Grant) -> int:
    if grant.statement is not None:
        return grant.statement.index
    return -1 if grant.acl_grant is None else grant.acl_grant.index


def named(offences: Sequence[Holder]) -> str:
    """The offences in a row, each once."""
    return listed(dict.fromkeys(one.label for one in offences))
