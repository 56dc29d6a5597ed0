"""Which grants on a destination go to somebody who should not have them, surely or perhaps, and what was not read.

A destination is looked at as a whole first, and only where somebody is in question at the prefixes of its logs, because
whoever gets nothing in the bucket gets nothing under a prefix.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from auditor.reading import Unreadable
from auditor.s3.access import Access, Grant, who_may
from auditor.s3.acl import CanonicalGrantee
from auditor.s3.destination_access import access_to, unread_blocks
from auditor.s3.documents import listed
from auditor.s3.grantees import account_of_grantee, name_of_grantee
from auditor.s3.inbound import log_keys
from auditor.s3.parties import Acquaintance, Party, party_of
from auditor.s3.principals import AccountPrincipal, CanonicalUser
from auditor.s3.subjects import Destination
from auditor.s3.truth import Truth, all_of, negation


@dataclass(frozen=True, slots=True, kw_only=True)
class Offence:
    """A grant that should not be: to whom, what of it (`actions`), and whether it surely lets somebody in."""

    grant: Grant
    party: Party
    actions: tuple[str, ...]
    truth: Truth

    @property
    def label(self) -> str:
        """The grantee, what is wrong with it, and where the grant stands, in the middle of a sentence."""
        return f"{_described(self.grant, self.party)} ({_place(self.grant)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What came out: the offences, the grants that are in order, and the readings without which there may be more."""

    offences: tuple[Offence, ...]
    in_order: tuple[Grant, ...]
    needs: tuple[Unreadable, ...]

    @property
    def sure(self) -> tuple[Offence, ...]:
        """The offences that surely let somebody in."""
        return tuple(one for one in self.offences if one.truth is Truth.TRUE)


Judge = Callable[[Grant, Party], tuple[str, ...]]
"""The actions of a grant that its party should not have; none when the grant is in order."""


def review(
    destination: Destination, actions: Sequence[str], known: Acquaintance, *, judge: Judge, now: datetime
) -> Review:
    """The grants of any of `actions` on the log objects of the destination, or on the bucket, as `judge` sees them."""
    bucket, keys = access_to(destination), log_keys(destination)
    found = _sort(who_may(bucket, actions, keys=(), now=now), destination, known, judge=judge)
    if not found.offences:
        return found
    return _sort(who_may(bucket, actions, keys=keys, now=now), destination, known, judge=judge)


def _sort(access: Access, destination: Destination, known: Acquaintance, *, judge: Judge) -> Review:
    offences: list[Offence] = []
    in_order: list[Grant] = []
    for grant in access.grants:
        party = party_of(grant.grantee, known)
        truth = all_of([_lets_in(grant), negation(grant.blocked), _identified(party)])
        wrong = judge(grant, party) if truth is not Truth.FALSE else ()
        if wrong:
            offences.append(Offence(grant=grant, party=party, actions=wrong, truth=truth))
        elif truth is not Truth.FALSE:
            in_order.append(grant)
    needs = dict.fromkeys(_needs(destination, offences))
    return Review(offences=tuple(offences), in_order=tuple(in_order), needs=tuple(needs))


def _identified(party: Party) -> Truth:
    return Truth.UNDECIDABLE if party is Party.UNCERTAIN else Truth.TRUE


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


def _needs(destination: Destination, offences: Sequence[Offence]) -> Iterator[Unreadable]:
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
        case Party.CROWD if isinstance(grant.grantee, AccountPrincipal):
            return f"all of {name}, whoever that account lets"
        case Party.STRANGER if account_of_grantee(grant.grantee) is not None:
            return f"{name}, of an account that is not known"
        case _:
            return name


def _place(grant: Grant) -> str:
    return "the ACL" if grant.statement is None else grant.statement.label


def named(offences: Sequence[Offence]) -> str:
    """The offences in a row, each once."""
    return listed(dict.fromkeys(one.label for one in offences))
