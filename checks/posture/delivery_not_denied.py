"""delivery-not-denied: one Deny that takes in log delivery stops every log, whatever else is allowed."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.check import About, ArrivalCheck, Context
from auditor.model import Evidence, Severity, Verdict, failed, passed, undecidable, unreadable
from auditor.quote import quote
from auditor.reading import Absent, Json, Present, Setting, Unreadable
from auditor.s3.admission import admission
from auditor.s3.bucket_policy import BucketPolicy, Effect
from auditor.s3.delivery_judgement import Denied, NotDenied, Undecidable
from auditor.s3.subjects import Delivery, Destination

ABOUT = About(
    id="delivery-not-denied",
    title="No Deny in the destination's policy can hit log delivery",
    severity=Severity.CRITICAL,
    reads=(Setting.LOGGING, Setting.REGION, Setting.POLICY, Setting.ACL, Setting.OWNERSHIP),
    rationale=(
        "An explicit Deny beats every Allow. Log delivery comes from no VPC endpoint, no organization and no address "
        "of yours, and a negated condition on a key that a request does not carry is met: a Deny of strangers to the "
        "network or the organization therefore denies log delivery as well, and S3 reports no failed delivery. Control "
        "policies of an AWS organization (SCP, RCP) can deny it, too; they are not seen here."
    ),
    remediation=(
        "Take log delivery out of the Deny: add `Bool` `aws:PrincipalIsAWSService` `false` to its condition, beside "
        "the tests that are there."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshooting-server-access-logging.html",
)

QUOTED = 5


def judge(delivery: Delivery, destination: Destination, context: Context) -> Verdict:
    """FAIL quotes the statements that deny, PASS every effect in the policy; no policy denies nothing."""
    name, source, space = destination.bucket.name, delivery.source.name, delivery.key_space
    if isinstance(space, Unreadable):
        return unreadable(f"Under which keys the logs of {source} arrive is unknown", space)
    found = admission(space, destination, context.at)
    match found.judgement.denial:
        case NotDenied():
            return passed(f"Nothing in the policy of {name} denies the delivery of logs.", *_effects(destination))
        case Denied(statements=statements, why=why):
            return failed(
                f"The policy of {name} denies the delivery of the logs of {source}. {why}",
                *(quote(statement, bucket=name) for statement in statements[:QUOTED]),
            )
        case Undecidable(statements=statements, why=why):
            quotes = tuple(quote(statement, bucket=name) for statement in statements[:QUOTED])
            if found.denial_needs:
                what = f"Whether the policy of {name} denies the delivery of the logs of {source} is unknown"
                return unreadable(what, *found.denial_needs, bucket=name, evidence=quotes)
            return undecidable(f"A person has to judge whether {name} denies the logs of {source}. {why}", *quotes)


def _effects(destination: Destination) -> Iterable[Evidence]:
    """That there is no policy, or the effect of each statement and the first statements that deny something."""
    name = destination.bucket.name
    match destination.policy:
        case Present(value=BucketPolicy(statements=statements)):
            effects: list[Json] = [statement.effect.value for statement in statements]
            yield Evidence(setting=Setting.POLICY, path="Policy.Statement[].Effect", value=effects, bucket=name)
            denying = [statement for statement in statements if statement.effect is Effect.DENY]
            yield from (quote(statement, bucket=name) for statement in denying[:QUOTED])
        case Absent() | Unreadable():
            yield Evidence(setting=Setting.POLICY, path="Policy", value=None, bucket=name)


CHECK = ArrivalCheck(about=ABOUT, judge=judge)
