"""Whether a destination lets the logs of a source in, from its typed settings; worked out once and asked twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Final, TypeVar

from auditor.reading import Absent, Present, Reading, Unreadable
from auditor.s3.acl import LOG_DELIVERY, Acl, AclGrant, AclPermission, acls_in_force
from auditor.s3.bucket_policy import BucketPolicy, Effect
from auditor.s3.delivery_judgement import DeliveryJudgement, Denial, Permitted, Undecidable
from auditor.s3.delivery_permission import judge_delivery
from auditor.s3.delivery_request import DeliveryRequest, access_log_delivery
from auditor.s3.destinations import ownership_in_force, policy_in_force
from auditor.s3.documents import NotRead
from auditor.s3.log_keys import KeySpace
from auditor.s3.subjects import Destination
from auditor.s3.truth import Truth

T = TypeVar("T")

_REMEMBERED: Final = 2**16
"""How many answers are kept: enough for two checks of all sources of a large estate, one after the other."""

_GRANTING: Final = Acl(
    owner="",
    grants=tuple(
        AclGrant(index=index, grantee=LOG_DELIVERY, permission=permission)
        for index, permission in enumerate((AclPermission.WRITE, AclPermission.READ_ACP))
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Both answers about one delivery, and the readings without which each of them stays undecided."""

    judgement: DeliveryJudgement
    permission_needs: tuple[Unreadable, ...] = ()
    denial_needs: tuple[Unreadable, ...] = ()


@lru_cache(maxsize=_REMEMBERED)
def admission(space: KeySpace, destination: Destination, at: datetime) -> Admission:
    """Whether the logs in `space` may be put into `destination` and are not denied, as of `at`.

    The ACL and Object Ownership count only where the policy does not decide. Policies of the organization (SCP, RCP)
    are not seen.
    """
    policy, ownership = policy_in_force(destination), ownership_in_force(destination)
    acl = _acl(destination.acl)
    in_force = Truth.UNDECIDABLE if isinstance(ownership, Unreadable) else acls_in_force(ownership)
    request = access_log_delivery(
        space,
        partition=destination.account.partition,
        destination_account=destination.account.id,
        now=at,
    )
    judgement = judge_delivery(
        _or_not_read(policy),
        request,
        acl=_or_not_read(acl),
        acls_in_force=in_force,
    )
    by_policy = (policy,) if isinstance(policy, Unreadable) else ()
    if not isinstance(judgement.permission, Undecidable):
        return Admission(judgement=judgement, denial_needs=by_policy)
    by_acl = tuple(_open_in_acl(acl, ownership, in_force=in_force))
    needs = (*by_policy, *by_acl)
    if isinstance(policy, Unreadable) or not by_acl or not _denied_to_one_only(policy, request, judgement.denial):
        return Admission(judgement=judgement, permission_needs=needs, denial_needs=by_policy)
    why = "A Deny hits log delivery by policy or by ACL but not both, and it is unknown which of them permits it."
    judgement = replace(judgement, denial=Undecidable(statements=policy.having(Effect.DENY, "s3:PutObject"), why=why))
    return Admission(judgement=judgement, permission_needs=needs, denial_needs=by_acl)


def _acl(reading: Reading[Acl]) -> Acl | Unreadable:
    match reading:
        case Present(value=acl):
            return acl
        case Absent():  # every bucket has an ACL; an emulator that has none grants nothing by it
            return Acl(owner="", grants=())
        case Unreadable() as unread:
            return unread


def _or_not_read(found: T | Unreadable) -> T | NotRead:
    return NotRead(f"What {found.api} would tell is unknown.") if isinstance(found, Unreadable) else found


def _open_in_acl(acl: Acl | Unreadable, ownership: str | Unreadable, *, in_force: Truth) -> Iterator[Unreadable]:
    """What has to be read to know whether the ACL permits the delivery; nothing where it cannot."""
    if in_force is Truth.FALSE:
        return
    if isinstance(acl, Unreadable):
        yield acl
    elif not acl.delivering():
        return
    if isinstance(ownership, Unreadable):
        yield ownership


def _denied_to_one_only(policy: BucketPolicy, request: DeliveryRequest, by_policy: Denial) -> bool:
    """Whether the answer is another one where the ACL permits the delivery, and the LogDelivery group asks."""
    by_acl = judge_delivery(policy, request, acl=_GRANTING, acls_in_force=Truth.TRUE)
    return isinstance(by_acl.permission, Permitted) and not isinstance(by_acl.denial, type(by_policy))
