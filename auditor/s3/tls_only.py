"""Whether plain HTTP is denied to anyone, for every object and for the bucket itself.

Sources: S3 User Guide, "Restrict access to only HTTPS requests"; IAM User Guide, aws:SecureTransport, which is "always
included in the request context".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from auditor.s3.bucket_policy import BucketPolicy, Effect, Statement
from auditor.s3.callers import AnonymousCaller, Caller, UnknownCaller, applies_to
from auditor.s3.conditions import clause_text, evaluate, holds
from auditor.s3.denials import EVERYTHING, reachable
from auditor.s3.documents import listed
from auditor.s3.key_language import KeysUnder
from auditor.s3.request_context import UNKNOWN, RequestContext, anonymous_request, signed_request
from auditor.s3.truth import Truth, all_of, negation

DATA_ACTIONS: Final = (
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:ListBucket",
    "s3:ListBucketVersions",
)
"""What moves or reveals data; a Deny has to take in these at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsOnly:
    """Plain HTTP is denied by these statements; `every_action` when they take in all of s3:*."""

    statements: tuple[Statement, ...]
    every_action: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTlsOnly:
    """Plain HTTP is not denied for these actions, on some object or on the bucket; `why` is a sentence."""

    actions: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsUndecidable:
    """It cannot be told, because of these statements; `why` is a sentence."""

    statements: tuple[Statement, ...]
    why: str


TlsAnswer: TypeAlias = TlsOnly | NotTlsOnly | TlsUndecidable


def judge_tls_only(policy: BucketPolicy, *, account: str, now: datetime) -> TlsAnswer:
    """Whether the policy denies plain HTTP to all users and roles and to unsigned requests; `account` owns the bucket.

    AWS services are not asked about: they use TLS. A Deny on s3:TlsVersion alone is no certain answer, for AWS does not
    document whether a plain request carries that key.
    """
    signed = signed_request(account=UNKNOWN, arn=UNKNOWN, resource_account=account, now=now, secure=False)
    unsigned = anonymous_request(resource_account=account, now=now, secure=False)
    denied = {action: _denied(policy, action, UnknownCaller(), signed) for action in DATA_ACTIONS}
    open_actions = tuple(action for action, truth in denied.items() if truth is Truth.FALSE)
    if open_actions:
        why = f"Plain HTTP is not denied for {listed(open_actions, most=len(DATA_ACTIONS))}."
        return NotTlsOnly(actions=open_actions, why=why)
    if all_of(denied.values()) is Truth.UNDECIDABLE:
        doubtful = _doubtful(policy, signed)
        return TlsUndecidable(statements=doubtful, why=_why_doubtful(doubtful, signed))
    if any(_denied(policy, action, AnonymousCaller(), unsigned) is not Truth.TRUE for action in DATA_ACTIONS):
        # Whether an unsigned request gets anything at all depends on ACLs of single objects, too.
        why = "Plain HTTP is denied to signed requests, but not surely to unsigned ones."
        return TlsUndecidable(statements=_denying(policy, signed), why=why)
    statements = _denying(policy, signed)
    whole = any(not s.actions.negated and {"*", "s3:*"} & set(s.actions.patterns) for s in statements)
    return TlsOnly(statements=statements, every_action=whole)


def _denied(policy: BucketPolicy, action: str, caller: Caller, context: RequestContext) -> Truth:
    left, _ = reachable(policy, action, caller, context, allowed=EVERYTHING, keys=[KeysUnder("")])
    return negation(left)


def _applying(policy: BucketPolicy, context: RequestContext, wanted: Truth) -> tuple[Statement, ...]:
    return tuple(
        s
        for s in policy.statements
        if s.effect is Effect.DENY
        and any(s.actions.takes(action) for action in DATA_ACTIONS)
        and all_of([applies_to(s.principals, UnknownCaller()), evaluate(s.conditions, context)]) is wanted
    )


def _denying(policy: BucketPolicy, context: RequestContext) -> tuple[Statement, ...]:
    return _applying(policy, context, Truth.TRUE)


def _doubtful(policy: BucketPolicy, context: RequestContext) -> tuple[Statement, ...]:
    return _applying(policy, context, Truth.UNDECIDABLE)


def _why_doubtful(statements: tuple[Statement, ...], context: RequestContext) -> str:
    for statement in statements:
        label = statement.label[:1].upper() + statement.label[1:]
        for clause in statement.conditions:
            if holds(clause, context) is Truth.UNDECIDABLE:
                return f"{label} denies plain HTTP only under {clause_text(clause)}."
        return f"{label} does not deny plain HTTP to everyone."
    return "Whether plain HTTP is denied for every object cannot be told from the resources of the policy."
