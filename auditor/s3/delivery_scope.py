"""Whose logs a delivery statement lets in: a service acts for everybody, so a statement must say for whom it may.

Source: S3 User Guide, "Enabling Amazon S3 server access logging" (the recommended conditions); IAM User Guide,
aws:SourceAccount, aws:SourceArn, aws:SourceOrgID. The ARN of a bucket holds no account, and a bucket name that is given
up can be taken by anybody: aws:SourceArn alone does not tie a statement to an account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from auditor.s3.bucket_policy import BucketPolicy, Effect, Statement
from auditor.s3.callers import ServiceCaller, applies_to
from auditor.s3.condition_operators import Kind, Value
from auditor.s3.conditions import Clause, evaluate
from auditor.s3.delivery_request import service_caller, service_context
from auditor.s3.glob import Missing, Pattern, Variable, Wild
from auditor.s3.key_language import KeysUnder
from auditor.s3.key_search import some_key
from auditor.s3.request_context import UNKNOWN, Fact, RequestContext
from auditor.s3.truth import Truth, all_of, any_of


class Scope(StrEnum):
    """What ties a statement to its sources."""

    ACCOUNT_AND_BUCKET = "account-and-bucket"
    ACCOUNT = "account"
    BUCKET = "bucket"
    NEITHER = "neither"
    UNDECIDABLE = "undecidable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """How a statement restricts one key: `bound` when only values that it spells out can pass, `values`.

    `patterns` are the values with wildcards; they take in values of strangers, so they bind nothing.
    """

    bound: Truth
    values: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryScope:
    """A statement that allows delivery to some key of the bucket, and what it demands of the source.

    `allows` is UNDECIDABLE when the statement may not apply to the service at all.
    """

    statement: Statement
    allows: Truth
    account: Binding
    bucket: Binding
    organization: Binding

    @property
    def scope(self) -> Scope:
        """By which of account and bucket the statement is bound."""
        match self.account.bound, self.bucket.bound:
            case Truth.TRUE, Truth.TRUE:
                return Scope.ACCOUNT_AND_BUCKET
            case Truth.TRUE, _:
                return Scope.ACCOUNT
            case Truth.UNDECIDABLE, _:
                return Scope.UNDECIDABLE
            case _, Truth.TRUE:
                return Scope.BUCKET
            case _, Truth.UNDECIDABLE:
                return Scope.UNDECIDABLE
            case _:
                return Scope.NEITHER


_OF_SOURCE: Final[Mapping[str, Fact]] = dict.fromkeys(
    ("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"), UNKNOWN
)

_EQUALITIES: Final = frozenset(
    {
        Kind.STRING_EQUALS,
        Kind.STRING_EQUALS_IGNORE_CASE,
        Kind.STRING_LIKE,
        Kind.NUMERIC_EQUALS,
        Kind.ARN_LIKE,
    }
)


def delivery_scopes(policy: BucketPolicy, service: str, *, account: str, now: datetime) -> tuple[DeliveryScope, ...]:
    """Every statement that lets `service` put objects anywhere in the bucket, which `account` owns, in order."""
    partition = policy.bucket.partition
    caller = service_caller(service, partition, account)
    context = service_context(
        service, partition, source_arn="", source_account="", destination_account=account, now=now
    ).but(_OF_SOURCE)
    found: list[DeliveryScope] = []
    for statement in policy.having(Effect.ALLOW, "s3:PutObject"):
        allows = _allows(statement, caller, context)
        if allows is not Truth.FALSE:
            found.append(
                DeliveryScope(
                    statement=statement,
                    allows=allows,
                    account=_binding(statement, "aws:sourceaccount", context),
                    bucket=_binding(statement, "aws:sourcearn", context),
                    organization=_organization(statement, context),
                )
            )
    return tuple(found)


def _allows(statement: Statement, caller: ServiceCaller, context: RequestContext) -> Truth:
    others = [clause for clause in statement.conditions if clause.key not in _OF_SOURCE]
    applies = all_of([applies_to(statement.principals, caller), evaluate(others, context)])
    if applies is Truth.FALSE:
        return applies
    extent = statement.resources.extent(context)
    return all_of([applies, some_key(KeysUnder(""), inside=([extent.least], [extent.most])).truth])


def _binding(statement: Statement, key: str, context: RequestContext) -> Binding:
    clauses = [clause for clause in statement.conditions if clause.key == key]
    bound = any_of(_binds(clause, context) for clause in clauses)
    values = [value for clause in clauses if _is_restriction(clause) for value in clause.values]
    return Binding(
        bound=bound,
        values=tuple(value.text for value in values if value.pattern.literal is not None),
        patterns=tuple(value.text for value in values if value.pattern.literal is None),
    )


def _organization(statement: Statement, context: RequestContext) -> Binding:
    """By aws:SourceOrgID, or by aws:SourceOrgPaths, whose values begin with the organization's id and a slash."""
    by_id = _binding(statement, "aws:sourceorgid", context)
    paths = [c for c in statement.conditions if c.key == "aws:sourceorgpaths" and _is_restriction(c)]
    by_path = any_of(
        all_of(Truth.of(_names_organization(value.pattern)) for value in clause.values) for clause in paths
    )
    return Binding(
        bound=any_of([by_id.bound, by_path]),
        values=(*by_id.values, *(text for clause in paths for text in clause.texts)),
        patterns=by_id.patterns,
    )


def _names_organization(pattern: Pattern) -> bool:
    first = pattern.pieces[0] if pattern.pieces else ""
    return isinstance(first, str) and first.startswith("o-") and "/" in first


def _is_restriction(clause: Clause) -> bool:
    """Whether the clause lets only listed values pass. What it does without the key is no matter: S3 sends these."""
    return clause.operator is not None and not clause.operator.negated and clause.operator.kind is not Kind.NULL


def _binds(clause: Clause, context: RequestContext) -> Truth:
    """Whether the clause is false for every value that it does not spell out."""
    if clause.operator is None:
        return Truth.UNDECIDABLE
    if not _is_restriction(clause):
        return Truth.FALSE
    if clause.operator.kind not in _EQUALITIES:
        return Truth.UNDECIDABLE
    return all_of(_is_fixed(value, context) for value in clause.values)


def _is_fixed(value: Value, context: RequestContext) -> Truth:
    """Whether the value stands for one text; a variable does when the destination alone determines it."""
    doubt = False
    for piece in value.pattern.pieces:
        match piece:
            case Wild():
                return Truth.FALSE
            case Variable():
                doubt = doubt or context.text(piece) is Missing.NOT_KNOWN
            case str():
                pass
    return Truth.UNDECIDABLE if doubt else Truth.TRUE
