"""What is known about a delivery: permitted or not, denied or not, each with the statements that make it so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from auditor.s3.acl import AclGrant
from auditor.s3.bucket_policy import Statement


class Route(StrEnum):
    """What permits a delivery."""

    POLICY = "policy"
    ACL = "acl"


class Element(StrEnum):
    """The element of a statement that keeps it from permitting the delivery; AWS's spelling."""

    ACTION = "Action"
    RESOURCE = "Resource"
    CONDITION = "Condition"


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A statement that allows the service something, but not this delivery; `why` is a sentence."""

    statement: Statement
    element: Element
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Permitted:
    """Every key of the source may be put: by these statements together, or by these grants of the ACL."""

    route: Route
    statements: tuple[Statement, ...] = ()
    grants: tuple[AclGrant, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPermitted:
    """Some key of the source may not be put; `why` is a sentence, `example` such a key if the policy covers others."""

    why: str
    near_misses: tuple[NearMiss, ...]
    example: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotDenied:
    """No Deny can hit the delivery."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """These statements stop the delivery of some or all keys, each of them alone."""

    statements: tuple[Statement, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecidable:
    """It cannot be told, because of these statements or of something not read; `why` is a sentence."""

    statements: tuple[Statement, ...]
    why: str


Permission: TypeAlias = Permitted | NotPermitted | Undecidable
Denial: TypeAlias = NotDenied | Denied | Undecidable


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryJudgement:
    """Both answers; logs arrive only if the delivery is permitted and not denied."""

    permission: Permission
    denial: Denial
