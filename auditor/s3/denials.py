"""What is left of something allowed after every Deny of the policy.

Source: IAM User Guide, "Policy evaluation logic": an explicit Deny beats every Allow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from auditor.s3.actions import is_object_action
from auditor.s3.bucket_policy import BucketPolicy, Effect, Statement
from auditor.s3.callers import Caller, applies_to
from auditor.s3.conditions import evaluate
from auditor.s3.glob import START, Wild, compile_pieces
from auditor.s3.key_language import Keys, KeysUnder
from auditor.s3.key_search import Reach, some_key
from auditor.s3.policy_resources import Extent
from auditor.s3.request_context import RequestContext
from auditor.s3.truth import Truth, all_of, any_of, negation

EVERYTHING: Final = Extent(
    least=Reach(((compile_pieces((Wild.ANY_TEXT,)), START),)),
    most=Reach(((compile_pieces((Wild.ANY_TEXT,)), START),)),
    bucket=Truth.TRUE,
)
"""The bucket and every key in it."""


def reachable(
    policy: BucketPolicy,
    action: str,
    caller: Caller,
    context: RequestContext,
    *,
    allowed: Extent,
    keys: Sequence[Keys],
) -> tuple[Truth, tuple[Statement, ...]]:
    """Whether something of what is allowed is left after all Denies, and the Denies that only may apply.

    Of actions on objects it is asked for `keys`, and for every key of the bucket when that is empty.
    """
    sure: list[Extent] = []
    perhaps: list[Statement] = []
    for deny in policy.having(Effect.DENY, action):
        match all_of([applies_to(deny.principals, caller), evaluate(deny.conditions, context)]):
            case Truth.TRUE:
                sure.append(deny.resources.extent(context))
            case Truth.UNDECIDABLE:
                perhaps.append(deny)
            case Truth.FALSE:
                pass
    doubtful = [deny.resources.extent(context) for deny in perhaps]
    if is_object_action(action):
        outside = ([e.least for e in sure], [e.most for e in (*sure, *doubtful)])
        inside = ([allowed.least], [allowed.most])
        truth = any_of(some_key(each, inside=inside, outside=outside).truth for each in keys or (KeysUnder(""),))
    else:
        denied = any_of([*(e.bucket for e in sure), *(all_of([Truth.UNDECIDABLE, e.bucket]) for e in doubtful)])
        truth = all_of([allowed.bucket, negation(denied)])
    return truth, tuple(perhaps) if truth is not Truth.FALSE else ()
