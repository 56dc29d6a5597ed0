"""Who may read, write or change a bucket by its policy and ACL: every grant, and what may take it away again.

Only the bucket's own policy and ACL are seen: identities of the owner's account also get access from their own
policies, ACLs of single objects may grant more, and policies of the organization may deny more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from auditor.s3.acl import ALL_USERS, AUTHENTICATED_USERS, Acl, AclGrant
from auditor.s3.bucket_policy import BucketPolicy, Effect, Statement
from auditor.s3.callers import Caller
from auditor.s3.conditions import Clause, holds
from auditor.s3.denials import EVERYTHING, reachable
from auditor.s3.documents import Malformed, NotRead
from auditor.s3.grantees import Grantee, account_of_grantee, callers_of, grantees_of
from auditor.s3.key_language import Keys
from auditor.s3.principals import CanonicalUser, FederatedPrincipal, ServicePrincipal, UnrecognisedPrincipal
from auditor.s3.public_access import policy_publicity
from auditor.s3.request_context import RequestContext
from auditor.s3.truth import Truth, all_of, any_of


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketAccess:
    """All that grants or blocks access to one bucket, as far as it was read; `account` owns the bucket.

    The two flags of Block Public Access are those in force, of bucket and account together.
    """

    account: str
    policy: BucketPolicy | Malformed | NotRead
    acl: Acl | NotRead
    acls_in_force: Truth
    ignore_public_acls: Truth
    restrict_public_buckets: Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Somebody may do something: by a statement, or by a grant of the ACL.

    `certain` is TRUE when some request of the grantee is surely let in, UNDECIDABLE when AWS does not document an
    element of the statement or when one of the Denies in `limited_by` may apply. `conditions` are the clauses of the
    statement that such a request must meet. `blocked` says whether Block Public Access takes the grant away.
    """

    grantee: Grantee
    actions: tuple[str, ...]
    certain: Truth
    statement: Statement | None = None
    acl_grant: AclGrant | None = None
    conditions: tuple[Clause, ...] = ()
    limited_by: tuple[Statement, ...] = ()
    blocked: Truth = Truth.FALSE


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """All grants, in the order of policy and ACL; `unread` says, in sentences, what may grant more."""

    grants: tuple[Grant, ...]
    unread: tuple[str, ...]


def who_may(bucket: BucketAccess, actions: Sequence[str], *, keys: Sequence[Keys], now: datetime) -> Access:
    """Who may do one of the actions: those on objects to some of `keys`, those on the bucket to the bucket.

    Grants that an unavoidable Deny takes away wholly are left out.
    """
    grants: list[Grant] = []
    unread: list[str] = []
    public = Truth.UNDECIDABLE
    match bucket.policy:
        case BucketPolicy() as policy:
            public = policy_publicity(policy, account=bucket.account, now=now).truth
            for statement in policy.statements:
                if statement.effect is Effect.ALLOW:
                    grants.extend(_by_statement(bucket, policy, statement, actions, keys=keys, now=now, public=public))
        case Malformed(why=why) | NotRead(why=why):
            unread.append(why)
    match bucket.acl:
        case Acl() as acl if bucket.acls_in_force is not Truth.FALSE:
            for grant in acl.to_others:
                grants.extend(_by_acl(bucket, grant, actions, keys=keys, now=now))
        case NotRead(why=why) if bucket.acls_in_force is not Truth.FALSE:
            unread.append(why)
        case _:
            pass
    return Access(grants=tuple(grants), unread=tuple(unread))


@dataclass(frozen=True, slots=True)
class _Let:
    """What one action of one grantee comes to."""

    action: str
    truth: Truth
    limited_by: tuple[Statement, ...]


def _by_statement(
    bucket: BucketAccess,
    policy: BucketPolicy,
    statement: Statement,
    actions: Sequence[str],
    *,
    keys: Sequence[Keys],
    now: datetime,
    public: Truth,
) -> Iterable[Grant]:
    taken = [action for action in actions if statement.actions.takes(action)]
    for grantee, narrowing in grantees_of(statement) if taken else ():
        callers = callers_of(grantee, owner=bucket.account, partition=policy.bucket.partition, now=now)
        clauses = [clause for clause in statement.conditions if clause is not narrowing]
        lets = [_let(policy, statement, action, callers, clauses=clauses, keys=keys) for action in taken]
        vague = isinstance(grantee, CanonicalUser | FederatedPrincipal | UnrecognisedPrincipal)
        open_clauses = tuple(
            c for c in clauses if any(holds(c, context) is Truth.UNDECIDABLE for _, context in callers)
        )
        for truth in (Truth.TRUE, Truth.UNDECIDABLE):
            chosen = [let for let in lets if let.truth is truth]
            if chosen:
                yield Grant(
                    grantee=grantee,
                    actions=tuple(let.action for let in chosen),
                    certain=Truth.UNDECIDABLE if vague else truth,
                    statement=statement,
                    conditions=open_clauses,
                    limited_by=_once(statement for let in chosen for statement in let.limited_by),
                    blocked=_blocked(bucket, grantee, public),
                )


def _once(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    return tuple({statement.index: statement for statement in statements}.values())


def _blocked(bucket: BucketAccess, grantee: Grantee, public: Truth) -> Truth:
    """RestrictPublicBuckets leaves a public policy only to AWS services and to the owner's account."""
    if isinstance(grantee, ServicePrincipal) or account_of_grantee(grantee) == bucket.account:
        return Truth.FALSE
    return all_of([bucket.restrict_public_buckets, public])


def _let(
    policy: BucketPolicy,
    statement: Statement,
    action: str,
    callers: Sequence[tuple[Caller, RequestContext]],
    *,
    clauses: Sequence[Clause],
    keys: Sequence[Keys],
) -> _Let:
    """Whether one of the callers gets the action from the statement, all Denies considered."""
    truths: list[Truth] = []
    limited: list[Statement] = []
    for caller, context in callers:
        met = all_of(_satisfiable(clause, context) for clause in clauses)
        if met is not Truth.FALSE:
            allowed = statement.resources.extent(context)
            truth, doubts = reachable(policy, action, caller, context, allowed=allowed, keys=keys)
            truths.append(all_of([met, truth]))
            limited.extend(doubts)
    truth = any_of(truths)
    return _Let(action, truth, () if truth is Truth.TRUE else tuple(limited))


def _satisfiable(clause: Clause, context: RequestContext) -> Truth:
    """Whether some request meets the clause: what depends on the request and is documented, a caller can meet."""
    truth = holds(clause, context)
    return Truth.TRUE if truth is Truth.UNDECIDABLE and clause.operator is not None else truth


def _by_acl(
    bucket: BucketAccess, grant: AclGrant, actions: Sequence[str], *, keys: Sequence[Keys], now: datetime
) -> Iterable[Grant]:
    taken = [action for action in grant.actions if action in actions]
    public = grant.grantee in {ALL_USERS, AUTHENTICATED_USERS}
    blocked = bucket.ignore_public_acls if public else Truth.FALSE
    policy = bucket.policy
    if not isinstance(policy, BucketPolicy):
        if taken:
            yield Grant(
                grantee=grant.grantee, actions=tuple(taken), certain=Truth.UNDECIDABLE, acl_grant=grant, blocked=blocked
            )
        return
    callers = callers_of(grant.grantee, owner=bucket.account, partition=policy.bucket.partition, now=now)
    for action in taken:
        found = [reachable(policy, action, c, context, allowed=EVERYTHING, keys=keys) for c, context in callers]
        certain = all_of([bucket.acls_in_force, any_of(truth for truth, _ in found)])
        if certain is not Truth.FALSE:
            yield Grant(
                grantee=grant.grantee,
                actions=(action,),
                certain=certain,
                acl_grant=grant,
                limited_by=() if certain is Truth.TRUE else _once(s for _, doubts in found for s in doubts),
                blocked=blocked,
            )
