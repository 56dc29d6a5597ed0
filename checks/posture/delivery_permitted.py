"""delivery-permitted: without permission in the destination's policy or ACL no log arrives, and S3 tells nobody."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.check import About, ArrivalCheck, Context
from auditor.model import Evidence, Severity, Verdict, failed, passed, undecidable, unreadable
from auditor.quote import quote
from auditor.reading import Absent, Json, Present, Setting, Unreadable
from auditor.s3.acl import LOG_DELIVERY, AclGrant
from auditor.s3.admission import admission
from auditor.s3.delivery_judgement import Element, NearMiss, NotPermitted, Permitted, Route, Undecidable
from auditor.s3.documents import listed
from auditor.s3.subjects import Delivery, Destination

ABOUT = About(
    id="delivery-permitted",
    title="The destination lets log delivery put the logs of the source",
    severity=Severity.CRITICAL,
    reads=(Setting.LOGGING, Setting.REGION, Setting.POLICY, Setting.ACL, Setting.OWNERSHIP),
    rationale=(
        "S3 delivers as the service principal logging.s3.amazonaws.com, which needs s3:PutObject on every key under "
        "the prefix: by the bucket policy, or by an ACL where ACLs are not disabled. The API sets logging without "
        "writing that policy, a condition that names other sources leaves this one out, and S3 reports no failed "
        "delivery. Control policies of an AWS organization (SCP, RCP) can forbid it as well; they are not seen here."
    ),
    remediation=(
        "Add a statement to the destination's policy that allows logging.s3.amazonaws.com to s3:PutObject under the "
        "prefix, with aws:SourceAccount (and aws:SourceArn) in its condition; keep the statements that are there."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html",
)

QUOTED = 5
NEAREST = (Element.RESOURCE, Element.CONDITION, Element.ACTION)


def judge(delivery: Delivery, destination: Destination, context: Context) -> Verdict:
    """PASS quotes what permits every key, FAIL the statements that nearly do; the ACL counts where it is in force."""
    name, source, space = destination.bucket.name, delivery.source.name, delivery.key_space
    if isinstance(space, Unreadable):
        return unreadable(f"Under which keys the logs of {source} arrive is unknown", space)
    found = admission(space, destination, context.at)
    match found.judgement.permission:
        case Permitted(route=Route.POLICY, statements=statements):
            labels = listed(statement.label for statement in statements)
            return passed(
                f"The policy of {name} lets log delivery put the logs of {source} ({labels}).",
                *(quote(statement, bucket=name) for statement in statements),
            )
        case Permitted(grants=grants):
            return passed(
                f"The ACL of {name} lets the LogDelivery group put the logs of {source}, and ACLs are in force.",
                *(_grant(grant, name) for grant in grants),
                _ownership(destination),
            )
        case NotPermitted(why=why, near_misses=misses):
            nearest = sorted(misses, key=lambda miss: NEAREST.index(miss.element))
            hint = f" {nearest[0].why}" if nearest else ""
            return failed(
                f"{name} does not let in the logs of {source}. {why}{hint}",
                *_policy(destination, nearest[:QUOTED]),
                _grants(destination),
                _ownership(destination),
            )
        case Undecidable(statements=statements, why=why):
            quotes = tuple(quote(statement, bucket=name) for statement in statements[:QUOTED])
            if found.permission_needs:
                what = f"Whether {name} lets in the logs of {source} is unknown"
                return unreadable(what, *found.permission_needs, bucket=name, evidence=quotes)
            return undecidable(f"A person has to judge whether {name} lets in the logs of {source}. {why}", *quotes)


def _policy(destination: Destination, misses: Iterable[NearMiss]) -> Iterable[Evidence]:
    """The statements that nearly permit the delivery, else what the policy has instead."""
    name = destination.bucket.name
    quotes = [quote(miss.statement, bucket=name) for miss in misses]
    if quotes or isinstance(destination.policy, Unreadable):
        return quotes
    if isinstance(destination.policy, Absent):
        return [Evidence(setting=Setting.POLICY, path="Policy", value=None, bucket=name)]
    sids: list[Json] = [statement.sid for statement in destination.policy.value.statements]
    return [Evidence(setting=Setting.POLICY, path="Policy.Statement[].Sid", value=sids, bucket=name)]


def _grants(destination: Destination) -> Evidence:
    """What the ACL grants to log delivery, None where the ACL was not needed and not read."""
    found = destination.acl.value.grants if isinstance(destination.acl, Present) else ()
    permissions: list[Json] = [grant.permission.value for grant in found if grant.grantee == LOG_DELIVERY]
    value = permissions if isinstance(destination.acl, Present) else None
    path = f"Grants[Grantee.URI={LOG_DELIVERY.uri}].Permission"
    return Evidence(setting=Setting.ACL, path=path, value=value, bucket=destination.bucket.name)


def _grant(grant: AclGrant, bucket: str) -> Evidence:
    value: Json = {"Grantee": {"Type": "Group", "URI": LOG_DELIVERY.uri}, "Permission": grant.permission.value}
    return Evidence(setting=Setting.ACL, path=f"Grants[{grant.index}]", value=value, bucket=bucket)


def _ownership(destination: Destination) -> Evidence:
    return Evidence(
        setting=Setting.OWNERSHIP,
        path="OwnershipControls.Rules[0].ObjectOwnership",
        value=destination.ownership.value if isinstance(destination.ownership, Present) else None,
        bucket=destination.bucket.name,
    )


CHECK = ArrivalCheck(about=ABOUT, judge=judge)
