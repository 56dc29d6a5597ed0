"""May log delivery put every object of a source, and does a Deny stop it: two questions with separate answers.

Sources: S3 User Guide, "Enabling Amazon S3 server access logging" and "Troubleshoot server access logging"; IAM User
Guide, "Policy evaluation logic": an explicit Deny beats every Allow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from auditor.s3.acl import Acl
from auditor.s3.bucket_policy import BucketPolicy, Effect, Statement
from auditor.s3.callers import Caller, LogDeliveryCaller, applies_to
from auditor.s3.conditions import describe, evaluate, holds
from auditor.s3.delivery_judgement import (
    DeliveryJudgement,
    Denial,
    Denied,
    Element,
    NearMiss,
    NotDenied,
    NotPermitted,
    Permission,
    Permitted,
    Route,
    Undecidable,
)
from auditor.s3.delivery_request import DeliveryRequest
from auditor.s3.documents import Malformed, NotRead, listed, shown
from auditor.s3.key_language import Keys, stem_of
from auditor.s3.key_search import Reach, some_key
from auditor.s3.policy_resources import Extent
from auditor.s3.principals import ServicePrincipal
from auditor.s3.request_context import RequestContext
from auditor.s3.truth import Truth, all_of

_PUT: Final = "s3:PutObject"


def judge_delivery(
    policy: BucketPolicy | Malformed | NotRead,
    request: DeliveryRequest,
    *,
    acl: Acl | NotRead,
    acls_in_force: Truth,
) -> DeliveryJudgement:
    """Whether the destination's policy and ACL let the delivery in; policies of the organization are not seen.

    `acl` counts only where `acls_in_force`, and is asked only when the policy alone does not permit the delivery.
    """
    permission = _judge_permission(policy, request, acl, acls_in_force)
    caller: Caller = request.caller
    context = request.context
    if isinstance(permission, Permitted) and permission.route is Route.ACL and request.by_group is not None:
        caller, context = LogDeliveryCaller(home=request.caller.home), request.by_group
    match policy:
        case Malformed(why=why) | NotRead(why=why):
            return DeliveryJudgement(permission=permission, denial=Undecidable(statements=(), why=why))
        case BucketPolicy():
            return DeliveryJudgement(
                permission=permission, denial=_judge_denial(policy, request.keys, caller=caller, context=context)
            )


def _judge_permission(
    policy: BucketPolicy | Malformed | NotRead, request: DeliveryRequest, acl: Acl | NotRead, acls_in_force: Truth
) -> Permission:
    by_policy = _by_policy(policy, request)
    if isinstance(by_policy, Permitted):
        return by_policy
    by_acl = _by_acl(request, acl, acls_in_force)
    match by_acl:
        case Permitted():
            return by_acl
        case Undecidable(why=why):
            statements = by_policy.statements if isinstance(by_policy, Undecidable) else ()
            return Undecidable(statements=statements, why=f"{by_policy.why} {why}")
        case str():
            match by_policy:
                case Undecidable():
                    return by_policy
                case NotPermitted(why=why, near_misses=near_misses, example=example):
                    return NotPermitted(why=f"{why} {by_acl}".strip(), near_misses=near_misses, example=example)


def _by_acl(request: DeliveryRequest, acl: Acl | NotRead, acls_in_force: Truth) -> Permitted | Undecidable | str:
    """What the ACL permits; a text says why it permits nothing."""
    if request.by_group is None:
        return ""
    if acls_in_force is Truth.FALSE:
        return "ACLs are disabled, so that the ACL permits nothing."
    match acl:
        case NotRead(why=why):
            return Undecidable(statements=(), why=why)
        case Acl() if not acl.delivering():
            return "The ACL does not grant the LogDelivery group both WRITE and READ_ACP."
        case Acl() if acls_in_force is Truth.TRUE:
            return Permitted(route=Route.ACL, grants=acl.delivering())
        case Acl():
            why = "The ACL grants the LogDelivery group WRITE and READ_ACP, but it is unknown whether ACLs count."
            return Undecidable(statements=(), why=why)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Allow:
    """A statement that allows s3:PutObject to the caller, surely or perhaps."""

    statement: Statement
    extent: Extent
    truth: Truth


def _by_policy(policy: BucketPolicy | Malformed | NotRead, request: DeliveryRequest) -> Permission:
    match policy:
        case Malformed(why=why) | NotRead(why=why):
            return Undecidable(statements=(), why=why)
        case BucketPolicy():
            pass
    allows = [
        _Allow(statement=s, extent=s.resources.extent(request.context), truth=truth)
        for s in policy.having(Effect.ALLOW, _PUT)
        if (truth := _applies(s, request.caller, request.context)) is not Truth.FALSE
    ]
    least = [a.extent.least for a in allows if a.truth is Truth.TRUE]
    answer = some_key(request.keys, outside=(least, [a.extent.most for a in allows]))
    match answer.truth:  # whether some key stays outside
        case Truth.FALSE:
            used = tuple(
                a.statement for a in allows if a.truth is Truth.TRUE and _touches(a.extent.least, request.keys)
            )
            return Permitted(route=Route.POLICY, statements=used)
        case Truth.TRUE:
            return _not_permitted(policy, request, allows, answer.example)
        case Truth.UNDECIDABLE:
            return _undecidable_allows(request, allows)


def _applies(statement: Statement, caller: Caller, context: RequestContext) -> Truth:
    who = applies_to(statement.principals, caller)
    return who if who is Truth.FALSE else all_of([who, evaluate(statement.conditions, context)])


def _touches(reach: Reach, keys: Keys) -> bool:
    """Whether the reach is not ruled out by the text that all the keys begin with."""
    stem = stem_of(keys)
    return reach.complement or any(glob.run(state, stem) for glob, state in reach.patterns)


def _not_permitted(
    policy: BucketPolicy, request: DeliveryRequest, allows: Sequence[_Allow], example: str | None
) -> NotPermitted:
    service, partly = request.caller.name, any(_touches(a.extent.most, request.keys) for a in allows)
    if not policy.statements:
        why = f"No bucket policy lets {service} put log objects."
    elif partly and example is not None:
        why = f"The bucket policy lets {service} put some log objects, but not {shown(example)}."
    else:
        why = (
            f'No statement of the bucket policy lets {service} put log objects under "{shown(stem_of(request.keys))}".'
        )
    misses = [miss for s in policy.statements if (miss := _near_miss(s, request, allows, example)) is not None]
    return NotPermitted(why=why, near_misses=tuple(misses), example=example if partly else None)


def _near_miss(
    statement: Statement, request: DeliveryRequest, allows: Sequence[_Allow], example: str | None
) -> NearMiss | None:
    named = ServicePrincipal(request.caller.name) in statement.principals.principals
    if statement.effect is not Effect.ALLOW or not named or statement.principals.negated:
        return None
    label = _begin(statement.label)
    if not statement.actions.takes(_PUT):
        why = f"{label} names {request.caller.name}, but its actions do not take in {_PUT}."
        return NearMiss(statement=statement, element=Element.ACTION, why=why)
    failing = [c for c in statement.conditions if holds(c, request.context) is Truth.FALSE]
    if failing:
        why = f"{label} requires {describe(failing[0], request.context)}."
        return NearMiss(statement=statement, element=Element.CONDITION, why=why)
    if any(a.statement is statement for a in allows):
        resources = listed(pattern.text for pattern in statement.resources.patterns)
        kind = "all but " if statement.resources.negated else ""
        why = f"{label} allows {kind}{resources}, which does not take in {shown(example or 'every key')}."
        return NearMiss(statement=statement, element=Element.RESOURCE, why=why)
    return None


def _undecidable_allows(request: DeliveryRequest, allows: Sequence[_Allow]) -> Undecidable:
    doubtful = [a.statement for a in allows if a.truth is Truth.UNDECIDABLE]
    doubts = [doubt for s in doubtful for doubt in _doubts(s, request.caller, request.context)]
    if not doubtful:
        doubtful = [a.statement for a in allows]
        doubts = ["it is not documented whether their resources take in every key that S3 writes"]
    why = f"Whether {request.caller.name} may put every log object cannot be told: {'; '.join(doubts[:3])}."
    return Undecidable(statements=tuple(doubtful), why=why)


def _doubts(statement: Statement, caller: Caller, context: RequestContext) -> list[str]:
    """Why it is unknown whether the statement applies, as ends of a sentence."""
    doubts: list[str] = []
    if applies_to(statement.principals, caller) is Truth.UNDECIDABLE:
        doubts.append(f"AWS does not document whether the principals of {statement.label} take in log delivery")
    doubts.extend(
        f"{statement.label} tests {describe(clause, context)}"
        for clause in statement.conditions
        if holds(clause, context) is Truth.UNDECIDABLE
    )
    return doubts


def _judge_denial(policy: BucketPolicy, keys: Keys, *, caller: Caller, context: RequestContext) -> Denial:
    denying: list[Statement] = []
    doubtful: list[Statement] = []
    for statement in policy.having(Effect.DENY, _PUT):
        applies = _applies(statement, caller, context)
        if applies is Truth.FALSE:
            continue
        extent = statement.resources.extent(context)
        hits = some_key(keys, inside=([extent.least], [extent.most])).truth
        match all_of([applies, hits]):
            case Truth.TRUE:
                denying.append(statement)
            case Truth.UNDECIDABLE:
                doubtful.append(statement)
            case Truth.FALSE:
                pass
    if denying:
        return Denied(statements=tuple(denying), why=_why_denied(denying[0], context))
    if doubtful:
        doubts = [doubt for s in doubtful for doubt in _doubts(s, caller, context)]
        doubts = doubts or [f"it is not documented whether {doubtful[0].label} takes in keys that S3 writes"]
        why = f"Whether a Deny stops log delivery cannot be told: {'; '.join(doubts[:3])}."
        return Undecidable(statements=tuple(doubtful), why=why)
    return NotDenied()


def _why_denied(statement: Statement, context: RequestContext) -> str:
    if not statement.conditions:
        return f"{_begin(statement.label)} denies {_PUT} to log delivery without any condition."
    tests = " and ".join(describe(clause, context) for clause in statement.conditions)
    return f"{_begin(statement.label)} denies {_PUT} under {tests}."


def _begin(label: str) -> str:
    return label[:1].upper() + label[1:]
