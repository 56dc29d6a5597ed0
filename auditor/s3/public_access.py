"""Whether a policy is public as S3 defines it: open to others than fixed principals, networks and sources.

Source: S3 User Guide, "Blocking public access to your Amazon S3 storage", section "The meaning of public". "When
evaluating a bucket policy, Amazon S3 begins by assuming that the policy is public."
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from auditor.s3.actions import READ_ACTIONS, WRITE_ACTIONS
from auditor.s3.arn import is_account_id
from auditor.s3.bucket_policy import BucketPolicy, Effect, Statement
from auditor.s3.condition_operators import Kind, Value
from auditor.s3.conditions import Clause, Quantifier
from auditor.s3.denials import EVERYTHING, reachable
from auditor.s3.grantees import strangers
from auditor.s3.key_language import KeysUnder
from auditor.s3.principals import Everyone, UnrecognisedPrincipal
from auditor.s3.truth import Truth, all_of, any_of, negation

_FIXED_KEYS: Final = frozenset(
    {
        "aws:principalorgid",
        "aws:principalarn",
        "aws:principalaccount",
        "aws:sourcearn",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:sourceowner",
        "aws:sourceaccount",
        "aws:userid",
        "s3:dataaccesspointarn",
        "s3:dataaccesspointaccount",
    }
)
"""Keys on the list of the User Guide; the first three are its "AWS principal, user, role, or service principal"."""

_PERHAPS_KEYS: Final = frozenset(
    {
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
        "aws:principalservicename",
        "aws:principalservicenameslist",
        "aws:principalorgpaths",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourcevpcarn",
        "aws:vpceaccount",
        "aws:vpceorgid",
        "aws:vpceorgpaths",
    }
)
"""Keys that narrow as well, but are not on the list; the first is on that of the API Reference only."""

_ORGANIZATION: Final = re.compile(r"o-[a-z0-9]+/.*", re.ASCII | re.DOTALL)
_ONE_ROLE: Final = re.compile(r"[A-Z0-9]+:\*", re.ASCII)
_ARN_KEYS: Final = frozenset({"aws:principalarn", "aws:sourcearn", "s3:dataaccesspointarn"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicStatement:
    """A statement that makes the policy public, surely or perhaps; `why` is a sentence."""

    statement: Statement
    truth: Truth
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Publicity:
    """Whether a policy is public, and the statements that make it so; one is enough."""

    truth: Truth
    statements: tuple[PublicStatement, ...]


def policy_publicity(policy: BucketPolicy, *, account: str, now: datetime) -> Publicity:
    """Whether the policy is public by S3's definition; `account` owns the bucket.

    UNDECIDABLE where the definition does not say, in particular when a Deny takes away all that a public statement
    gives to strangers: the definition speaks of what a policy grants, and does not mention Deny.
    """
    found: list[PublicStatement] = []
    for statement in policy.statements:
        if statement.effect is not Effect.ALLOW:
            continue
        narrowed = any_of(_narrows(clause) for clause in statement.conditions)
        truth = all_of([_names_everyone(statement), negation(narrowed)])
        label = statement.label[:1].upper() + statement.label[1:]
        why = f"{label} grants access to everyone, not only to fixed principals, networks or sources."
        if truth is Truth.UNDECIDABLE:
            why = f"{label} may be public: AWS's definition does not cover its principals or conditions."
        elif truth is Truth.TRUE and _taken_away(policy, statement, account=account, now=now):
            truth = Truth.UNDECIDABLE
            why = f"{label} grants access to everyone, but a Deny keeps strangers out; AWS's definition does not say."
        if truth is not Truth.FALSE:
            found.append(PublicStatement(statement=statement, truth=truth, why=why))
    return Publicity(truth=any_of(each.truth for each in found), statements=tuple(found))


def _names_everyone(statement: Statement) -> Truth:
    if statement.principals.negated:
        return Truth.TRUE  # everyone but those listed
    principals = statement.principals.principals
    if any(isinstance(principal, Everyone) for principal in principals):
        return Truth.TRUE
    # S3 does not accept wildcards within a name; what it would make of them is unknown.
    vague = any(isinstance(principal, UnrecognisedPrincipal) for principal in principals)
    return Truth.UNDECIDABLE if vague else Truth.FALSE


def _narrows(clause: Clause) -> Truth:
    """Whether the clause limits the grant to fixed values of a key on the list."""
    operator = clause.operator
    if operator is None:
        return Truth.UNDECIDABLE
    if operator.negated or operator.kind is Kind.NULL:
        return Truth.FALSE
    if clause.key == "aws:sourceip":
        truth = all_of(_is_narrow_network(value.text) for value in clause.values)
        truth = truth if operator.kind is Kind.IP_ADDRESS else Truth.UNDECIDABLE
    elif clause.key in _FIXED_KEYS:
        truth = all_of(_is_fixed(clause.key, value) for value in clause.values)
    elif clause.key == "aws:principalisawsservice":
        truth = Truth.UNDECIDABLE if {text.lower() for text in clause.texts} == {"true"} else Truth.FALSE
    elif clause.key in _PERHAPS_KEYS:
        truth = all_of([Truth.UNDECIDABLE, *(_is_fixed(clause.key, value) for value in clause.values)])
    else:
        return Truth.FALSE
    # A request without the key passes these; the definition does not mention them.
    lenient = clause.if_exists or clause.quantifier is Quantifier.ALL
    return all_of([truth, Truth.UNDECIDABLE]) if lenient else truth


def _is_narrow_network(text: str) -> Truth:
    """Ranges "broader than /8 for IPv4 and /32 for IPv6" count as public; private ranges are none of these."""
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return Truth.UNDECIDABLE
    return Truth.of(network.prefixlen >= (8 if network.version == 4 else 32))


def _is_fixed(key: str, value: Value) -> Truth:
    """Fixed values are "values that don't contain a wildcard or a policy variable"."""
    literal = value.pattern.literal
    if literal is not None:
        # A star that the operator takes literally is a wildcard all the same to who only looks at the text.
        return Truth.UNDECIDABLE if set(literal) & set("*?") else Truth.TRUE
    if value.pattern.has_variables:
        return Truth.FALSE
    if (key == "aws:userid" and _ONE_ROLE.fullmatch(value.text)) or (
        key.endswith("orgpaths") and _ORGANIZATION.fullmatch(value.text)
    ):
        return Truth.UNDECIDABLE
    parts = value.text.split(":", 5)
    if key not in _ARN_KEYS or len(parts) < 6 or not is_account_id(parts[4]):
        return Truth.FALSE
    of_access_point = key == "s3:dataaccesspointarn" and parts[5].startswith("accesspoint/")
    return Truth.TRUE if of_access_point else Truth.UNDECIDABLE


def _taken_away(policy: BucketPolicy, statement: Statement, *, account: str, now: datetime) -> bool:
    """Whether Denies surely leave strangers and unsigned requests nothing of what the statement gives."""
    actions = [action for action in (*READ_ACTIONS, *WRITE_ACTIONS) if statement.actions.takes(action)]
    callers = strangers(owner=account, partition=policy.bucket.partition, now=now)
    return bool(actions) and all(
        reachable(policy, action, caller, context, allowed=EVERYTHING, keys=[KeysUnder("")])[0] is Truth.FALSE
        for action in actions
        for caller, context in callers
    )
