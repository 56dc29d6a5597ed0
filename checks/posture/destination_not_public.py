"""destination-not-public: logs that everyone can read, or write, are an incident and not a record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.check import About, Context, DestinationCheck
from auditor.model import Evidence, Severity, Verdict, failed, passed, undecidable, unreadable
from auditor.quote import quote
from auditor.reading import Absent, Json, Present, Reading, Setting, Unreadable, reading_of, view
from auditor.s3.access import BucketAccess
from auditor.s3.destination_access import (
    access_to,
    acl_facts,
    acl_quote,
    block_facts,
    ownership_fact,
    policy_fact,
    unread_blocks,
)
from auditor.s3.documents import listed
from auditor.s3.grantees import name_of_grantee
from auditor.s3.public_exposure import Exposure, judge_exposure
from auditor.s3.subjects import Destination
from auditor.s3.truth import Truth, all_of, any_of, negation
from auditor.shape import flag, mapping

ABOUT = About(
    id="destination-not-public",
    title="Neither the policy nor the ACL is public",
    severity=Severity.CRITICAL,
    reads=(
        Setting.LOGGING,
        Setting.POLICY,
        Setting.POLICY_STATUS,
        Setting.ACL,
        Setting.OWNERSHIP,
        Setting.PUBLIC_ACCESS_BLOCK,
        Setting.ACCOUNT_PUBLIC_ACCESS_BLOCK,
    ),
    rationale=(
        "Access logs show which objects exist, who works with them and from where, and their URLs can hold secrets. "
        "Public is meant as S3 means it: a policy that grants to others than fixed principals, networks or sources, or "
        "an ACL that grants to everyone or to everyone with an AWS account. RestrictPublicBuckets and IgnorePublicAcls "
        "take the effect from these. ACLs of single objects are not read."
    ),
    remediation=(
        "Turn on Block Public Access for the bucket at once, then remove the statement or the grant that is public. "
        "Treat what lay there as disclosed: look in the logs for who read it."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Our own answer, that of AWS (GetBucketPolicyStatus), and what both together come to."""

    access: BucketAccess
    exposure: Exposure
    status: Reading[bool]
    policy: Truth

    @property
    def disagree(self) -> bool:
        """Whether AWS calls the policy public and we do not, or the other way round."""
        return isinstance(self.status, Present) and self.exposure.policy is negation(Truth.of(self.status.value))

    @property
    def by_policy(self) -> Truth:
        """Whether the policy opens the bucket in effect."""
        return all_of([self.policy, negation(self.access.restrict_public_buckets)])

    @property
    def by_acl(self) -> Truth:
        """Whether the ACL does."""
        unhindered = negation(self.access.ignore_public_acls)
        return all_of([self.exposure.acl, self.access.acls_in_force, unhindered])


def judge(destination: Destination, context: Context) -> Verdict:
    """FAIL when one way in is surely open, PASS when both are surely closed or blocked."""
    name = destination.bucket.name
    seen = _look(destination, context)
    match any_of([seen.by_policy, seen.by_acl]):
        case Truth.TRUE:
            return failed(f"{name} is public. {' '.join(_open(seen))}", *_open_facts(seen, destination))
        case Truth.FALSE:
            return passed(_closed(seen, name), *_closed_facts(seen, destination))
        case Truth.UNDECIDABLE:
            facts = tuple(_open_facts(seen, destination))
            needs = tuple(dict.fromkeys(_needs(seen, destination)))
            if needs:
                return unreadable(f"Whether {name} is public is unknown", *needs, bucket=name, evidence=facts)
            return undecidable(f"Whether {name} is public cannot be told. {' '.join(_doubts(seen))}", *facts)


def _look(destination: Destination, context: Context) -> Seen:
    access = access_to(destination)
    exposure = judge_exposure(access, now=context.at)
    status = view(reading_of(destination.bucket.readings, Setting.POLICY_STATUS), Setting.POLICY_STATUS, _parse_status)
    policy = exposure.policy
    if isinstance(status, Present):
        said = Truth.of(status.value)
        # Where the definition is open, or the policy was not read, AWS's own word decides; against ours, neither does.
        policy = said if policy in {said, Truth.UNDECIDABLE} else Truth.UNDECIDABLE
    return Seen(access=access, exposure=exposure, status=status, policy=policy)


def _parse_status(document: Json) -> bool:
    status = mapping(mapping(document, "GetBucketPolicyStatus").get("PolicyStatus"), "PolicyStatus")
    return flag(status.get("IsPublic"), "PolicyStatus.IsPublic")


def _open(seen: Seen) -> Iterator[str]:
    if seen.by_policy is Truth.TRUE:
        sure = [one.why for one in seen.exposure.statements if one.truth is Truth.TRUE]
        yield sure[0] if sure else "AWS says that its policy is public (GetBucketPolicyStatus)."
    if seen.by_acl is Truth.TRUE:
        who = listed(dict.fromkeys(name_of_grantee(grant.grantee) for grant in seen.exposure.grants))
        what = listed(dict.fromkeys(grant.permission.value for grant in seen.exposure.grants))
        yield f"Its ACL grants {what} to {who}."


def _closed(seen: Seen, name: str) -> str:
    """Why the bucket is closed; a setting that is public as written is said to be one flag away from being open."""
    notes = []
    if seen.policy is not Truth.FALSE:
        is_public = "is" if seen.policy is Truth.TRUE else "may be"
        notes.append(f"its policy {is_public} public as written, but RestrictPublicBuckets takes the effect from it")
    if seen.exposure.acl is not Truth.FALSE:
        hindered = seen.access.acls_in_force is Truth.FALSE
        why = "ACLs are disabled" if hindered else "IgnorePublicAcls takes the effect from it"
        has_grants = "is" if seen.exposure.acl is Truth.TRUE else "may be"
        notes.append(f"its ACL {has_grants} public as written, but {why}")
    if not notes:
        return f"Neither the policy nor the ACL of {name} is public."
    return f"{name} is not public in effect: {'; '.join(notes)}."


def _doubts(seen: Seen) -> Iterator[str]:
    if seen.by_policy is Truth.UNDECIDABLE:
        if seen.disagree:
            said, ours = ("public", "not") if seen.exposure.policy is Truth.FALSE else ("not public", "public")
            yield f"AWS says that its policy is {said} (GetBucketPolicyStatus); by its definition the policy is {ours}."
        yield from (one.why for one in seen.exposure.statements)
    if seen.by_acl is Truth.UNDECIDABLE:
        yield "Its ACL is public as written, and AWS does not document whether ACLs count there."


def _needs(seen: Seen, destination: Destination) -> Iterator[Unreadable]:
    """What has to be read to know; nothing that could not change the answer."""
    if seen.by_policy is Truth.UNDECIDABLE:
        if seen.policy is Truth.UNDECIDABLE and not seen.disagree:
            yield from (one for one in (destination.policy, seen.status) if isinstance(one, Unreadable))
        if seen.access.restrict_public_buckets is Truth.UNDECIDABLE:
            yield from unread_blocks(destination)
    if seen.by_acl is Truth.UNDECIDABLE:
        yield from (one for one in (destination.acl, destination.ownership) if isinstance(one, Unreadable))
        if seen.access.ignore_public_acls is Truth.UNDECIDABLE:
            yield from unread_blocks(destination)


def _status_fact(seen: Seen, destination: Destination) -> Iterator[Evidence]:
    name, path = destination.bucket.name, "PolicyStatus.IsPublic"
    match seen.status:
        case Present(value=public):
            yield Evidence(setting=Setting.POLICY_STATUS, path=path, value=public, bucket=name)
        case Absent(code=code):
            yield Evidence(setting=Setting.POLICY_STATUS, path=path, value=code or None, bucket=name)
        case Unreadable():
            pass


def _open_facts(seen: Seen, destination: Destination) -> Iterator[Evidence]:
    name = destination.bucket.name
    if seen.by_policy is not Truth.FALSE:
        yield from (quote(one.statement, bucket=name) for one in seen.exposure.statements)
        yield from _status_fact(seen, destination)
    if seen.by_acl is not Truth.FALSE:
        yield from (acl_quote(grant, bucket=name) for grant in seen.exposure.grants)
        yield ownership_fact(destination)
    yield from block_facts(destination)


def _closed_facts(seen: Seen, destination: Destination) -> Iterator[Evidence]:
    yield policy_fact(destination)
    yield from _status_fact(seen, destination)
    if seen.access.acls_in_force is Truth.FALSE:
        yield ownership_fact(destination)
    else:
        yield from acl_facts(destination)
    if seen.policy is not Truth.FALSE or seen.exposure.acl is not Truth.FALSE:
        yield from block_facts(destination)


CHECK = DestinationCheck(about=ABOUT, judge=judge)
