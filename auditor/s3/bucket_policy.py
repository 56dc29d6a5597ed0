"""A bucket policy as typed statements, each still carrying the document it came from.

Source: IAM User Guide, "Grammar of the IAM JSON policy language". Element names are case-sensitive. A policy that does
not follow the grammar is Malformed as a whole: S3 would not have stored it, so we do not know what it stands for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from auditor.s3.arn import Arn, parse_arn
from auditor.s3.conditions import Clause, parse_conditions
from auditor.s3.documents import Malformed, shown
from auditor.s3.glob import wildcards_only
from auditor.s3.policy_resources import ResourceSpec, parse_resources
from auditor.s3.principals import PrincipalSpec, parse_principals


class Effect(StrEnum):
    """What a statement does; AWS's spelling."""

    ALLOW = "Allow"
    DENY = "Deny"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSpec:
    """The Action element of a statement, or the NotAction element when `negated`; patterns in lower case."""

    patterns: tuple[str, ...]
    negated: bool

    def takes(self, action: str) -> bool:
        """Whether the element takes in the action, such as `s3:PutObject`, in any case."""
        return _any_action(self.patterns, action.lower()) is not self.negated


@lru_cache(maxsize=4096)
def _any_action(patterns: tuple[str, ...], action: str) -> bool:
    return any(wildcards_only(pattern).matches(action) for pattern in patterns)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Statement:
    """One statement; `index` counts from 0, `raw` is its document, unchanged."""

    index: int
    sid: str | None
    effect: Effect
    principals: PrincipalSpec
    actions: ActionSpec
    resources: ResourceSpec
    conditions: tuple[Clause, ...]
    raw: Mapping[str, object]

    @property
    def label(self) -> str:
        """How to call the statement in a sentence: `statement 2 ("AllowLogs")`, counted from 1."""
        return f"statement {self.index + 1}" + (f' ("{shown(self.sid)}")' if self.sid else "")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BucketPolicy:
    """The policy of one bucket. Without statements it permits nothing and denies nothing: there is no policy."""

    bucket: Arn
    statements: tuple[Statement, ...]

    def having(self, effect: Effect, action: str) -> tuple[Statement, ...]:
        """The statements with that effect that take in the action, in order."""
        return tuple(s for s in self.statements if s.effect is effect and s.actions.takes(action))


def no_bucket_policy(bucket_arn: str) -> BucketPolicy:
    """What is in force for a bucket that has no policy (NoSuchBucketPolicy). ValueError if it is no ARN."""
    return BucketPolicy(bucket=_bucket(bucket_arn), statements=())


def parse_bucket_policy(document: object, *, bucket_arn: str) -> BucketPolicy | Malformed:
    """The policy of the bucket with that ARN; ValueError if `bucket_arn` is no ARN.

    `document` is the policy as an object or as JSON text, or the answer of GetBucketPolicy that holds the text.
    """
    bucket = _bucket(bucket_arn)
    if isinstance(document, Mapping) and isinstance(document.get("Policy"), str):
        document = document["Policy"]
    if isinstance(document, str):
        try:
            document = json.loads(document, object_pairs_hook=_unique)
        except (ValueError, RecursionError) as error:
            return Malformed(f"The bucket policy is not valid JSON: {error}.")
    if not isinstance(document, Mapping):
        return Malformed("The bucket policy is not an object.")
    if _size(document) > _LARGEST:
        return Malformed("The bucket policy is larger than any that S3 stores.")
    strange = sorted(str(name) for name in document if name not in {"Version", "Id", "Statement"})
    if strange:
        return Malformed(f"The bucket policy has an element {shown(strange[0])}, which no policy has.")
    version = document.get("Version", "2008-10-17")
    if version not in ("2008-10-17", "2012-10-17"):
        return Malformed("The bucket policy has a Version that is neither 2012-10-17 nor 2008-10-17.")
    return _parse_statements(document.get("Statement"), bucket, variables=version == "2012-10-17")


def _bucket(bucket_arn: str) -> Arn:
    bucket = parse_arn(bucket_arn)
    if bucket is None:
        raise ValueError(f"{bucket_arn} is not an ARN")
    return bucket


_LARGEST: Final = 100_000
"""Characters; S3 takes policies of up to 20 KB. Longer patterns would only cost time."""


def _size(document: object) -> int:
    """The characters in all texts of the document; more than _LARGEST as soon as that is clear."""
    size, rest = 0, [document]
    while rest and size <= _LARGEST:
        size += 1
        match rest.pop():
            case str() as text:
                size += len(text)
            case Mapping() as members:
                rest.extend(members.keys())
                rest.extend(members.values())
            case list() | tuple() as items:
                rest.extend(items)
            case _:
                pass
    return size


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object has two members of the same name")
    return found


def _parse_statements(element: object, bucket: Arn, *, variables: bool) -> BucketPolicy | Malformed:
    documents = [element] if isinstance(element, Mapping) else element
    if not isinstance(documents, list | tuple) or not documents:
        return Malformed("The bucket policy has no Statement.")
    statements: list[Statement] = []
    for index, document in enumerate(documents):
        parsed = _parse_statement(index, document, bucket, variables=variables)
        if isinstance(parsed, Malformed):
            return Malformed(f"Statement {index + 1} of the bucket policy does not follow the grammar. {parsed.why}")
        statements.append(parsed)
    return BucketPolicy(bucket=bucket, statements=tuple(statements))


_ELEMENTS: Final = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)


def _parse_statement(index: int, document: object, bucket: Arn, *, variables: bool) -> Statement | Malformed:
    if not isinstance(document, Mapping):
        return Malformed("It is not an object.")
    strange = sorted(str(name) for name in document if name not in _ELEMENTS)
    if strange:
        return Malformed(f"It has an element {shown(strange[0])}, which no statement has.")
    sid, effect = document.get("Sid"), document.get("Effect")
    if (sid is not None and not isinstance(sid, str)) or effect not in ("Allow", "Deny"):
        return Malformed("Its Sid is not text, or its Effect is neither Allow nor Deny.")
    who = _one_of(document, "Principal")
    what = _one_of(document, "Action")
    where = _one_of(document, "Resource")
    if who is None or what is None or where is None:
        return Malformed("It needs exactly one of Principal and NotPrincipal, and so of Action and Resource.")
    principals = parse_principals(who[0])
    conditions = parse_conditions(document.get("Condition", {}), variables=variables)
    actions, resources = _texts(what[0]), _texts(where[0])
    if isinstance(principals, Malformed):
        return principals
    if isinstance(conditions, Malformed):
        return conditions
    if actions is None or resources is None or not all(a == "*" or ":" in a for a in actions):
        return Malformed("Its Action or Resource is neither a name nor a list of names.")
    return Statement(
        index=index,
        sid=sid,
        effect=Effect(str(effect)),
        principals=PrincipalSpec(principals=principals, negated=who[1]),
        actions=ActionSpec(patterns=tuple(action.lower() for action in actions), negated=what[1]),
        resources=parse_resources(resources, bucket, variables=variables, negated=where[1]),
        conditions=conditions,
        raw=document,
    )


def _one_of(document: Mapping[object, object], name: str) -> tuple[object, bool] | None:
    """The element or its Not form, and which of the two it is; None when there is none of them or both."""
    found = [(document[key], key != name) for key in (name, f"Not{name}") if key in document]
    return found[0] if len(found) == 1 else None


def _texts(element: object) -> tuple[str, ...] | None:
    """The texts of an element that is one text or a list of them; None for anything else, and for no text at all."""
    items = [element] if isinstance(element, str) else element
    if not isinstance(items, list | tuple) or not items:
        return None
    texts = tuple(item for item in items if isinstance(item, str) and item)
    return texts if len(texts) == len(items) else None
