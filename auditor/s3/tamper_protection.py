"""Which ways to remove or cut short logs a policy denies, to whom, and with which exceptions.

Source: S3 API Reference, PutBucketLifecycleConfiguration: to keep users from removing objects, deny s3:DeleteObject,
s3:DeleteObjectVersion and s3:PutLifecycleConfiguration. No bucket policy stops a lifecycle rule that is already there,
and the root user of the owner's account can always change the policy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from auditor.s3.bucket_policy import BucketPolicy, Effect, Statement
from auditor.s3.callers import Caller, UnnamedCaller, applies_to
from auditor.s3.conditions import Clause, evaluate
from auditor.s3.denials import EVERYTHING, reachable
from auditor.s3.key_language import Keys
from auditor.s3.principals import Principal
from auditor.s3.request_context import Known, RequestContext, Unnamed, signed_request, strangers_request
from auditor.s3.truth import Truth, all_of, negation

PROTECTED_ACTIONS: Final = (
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:PutLifecycleConfiguration",
    "s3:PutBucketVersioning",
    "s3:PutBucketPolicy",
    "s3:DeleteBucketPolicy",
    "s3:DeleteBucket",
)
"""The three that AWS names, and those by which somebody could first undo the protection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """To whom an action is denied on all the keys (or on the bucket, if that is its resource).

    `own_account` and `others` are about a user or role that the policy does not spell out, of the owner's account and
    of any other: TRUE is denied whatever the circumstances, UNDECIDABLE is denied in some, or for some of them.
    `statements` are the Denies that contribute. Whom they leave out stands in `conditions`, the clauses that a request
    must meet to be denied, and in `spared`, the names under NotPrincipal.
    """

    action: str
    own_account: Truth
    others: Truth
    statements: tuple[Statement, ...]
    conditions: tuple[Clause, ...]
    spared: tuple[Principal, ...]


def restrictions(
    policy: BucketPolicy,
    actions: Sequence[str] = PROTECTED_ACTIONS,
    *,
    account: str,
    keys: Sequence[Keys],
    now: datetime,
) -> tuple[Restriction, ...]:
    """For each action, to whom the policy denies it; `account` owns the bucket. Requests over TLS are meant."""
    partition = policy.bucket.partition
    insider = signed_request(
        account=Known((account,)),
        arn=Unnamed(account, partition),
        resource_account=account,
        now=now,
        secure=True,
    )
    outsider = strangers_request(partition=partition, resource_account=account, now=now, secure=True)
    inside, outside = UnnamedCaller(account), UnnamedCaller("")
    found: list[Restriction] = []
    for action in actions:
        statements = tuple(
            s
            for s in policy.having(Effect.DENY, action)
            if _applies(s, inside, insider) is not Truth.FALSE or _applies(s, outside, outsider) is not Truth.FALSE
        )
        found.append(
            Restriction(
                action=action,
                own_account=_denied(policy, action, inside, insider, keys=keys),
                others=_denied(policy, action, outside, outsider, keys=keys),
                statements=statements,
                conditions=tuple(clause for s in statements for clause in s.conditions),
                spared=tuple(p for s in statements if s.principals.negated for p in s.principals.principals),
            )
        )
    return tuple(found)


def _applies(statement: Statement, caller: Caller, context: RequestContext) -> Truth:
    return all_of([applies_to(statement.principals, caller), evaluate(statement.conditions, context)])


def _denied(
    policy: BucketPolicy, action: str, caller: Caller, context: RequestContext, *, keys: Sequence[Keys]
) -> Truth:
    left, _ = reachable(policy, action, caller, context, allowed=EVERYTHING, keys=keys)
    return negation(left)
