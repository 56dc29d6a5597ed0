"""delivery-not-denied: FAIL quotes the Deny that hits log delivery, PASS shows every effect in the policy."""

from __future__ import annotations

import pytest

from auditor.model import Bucket, Cause, Outcome, Verdict
from auditor.reading import Json, Reading, Setting
from checks.posture.delivery_not_denied import CHECK
from tests.checks.test_delivery_permitted import DENIED_OWNERSHIP, ENFORCED, GRANTING, NO_ACL, WRITER
from tests.estates import (
    PARTITIONED,
    absent,
    allow_delivery,
    bucket,
    denied,
    deny_plain_http,
    destination,
    estate,
    paths,
    policy,
    present,
    to,
    verdict_of,
)

ALLOW = allow_delivery("logs")
APP = bucket("app", logging=to("logs", "app/"))


def deny(condition: Json = None, **changes: Json) -> Json:
    statement: dict[str, Json] = {
        "Sid": "Strangers",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"],
        **changes,
    }
    return statement if condition is None else {**statement, "Condition": condition}


def judged(
    by: Reading[Json], *, acl: Reading[Json] | None = None, ownership: Reading[Json] = ENFORCED, app: Bucket = APP
) -> Verdict:
    readings = {Setting.POLICY: by, Setting.OWNERSHIP: ownership}
    if acl is not None:
        readings[Setting.ACL] = acl
    return verdict_of(CHECK, estate(app, destination("logs", readings=readings)), "app")


@pytest.mark.parametrize(
    ("statement", "outcome", "cause"),
    [
        (deny_plain_http("logs"), Outcome.PASS, None),
        (deny({"Bool": {"aws:PrincipalIsAWSService": "false"}}), Outcome.PASS, None),
        (
            deny(
                {
                    "StringNotEquals": {"aws:SourceVpce": "vpce-1"},
                    "Bool": {"aws:PrincipalIsAWSService": "false"},
                }
            ),
            Outcome.PASS,
            None,
        ),
        (
            deny({"ForAllValues:StringNotEquals": {"aws:PrincipalServiceNamesList": "logging.s3.amazonaws.com"}}),
            Outcome.PASS,
            None,
        ),
        (deny(Action="s3:DeleteObject"), Outcome.PASS, None),
        (deny(Resource="arn:aws:s3:::logs/web/*"), Outcome.PASS, None),
        (deny(Principal={"AWS": "arn:aws:iam::444455556666:root"}), Outcome.PASS, None),
        # What denies strangers to network or organization denies the service, too.
        (deny(), Outcome.FAIL, None),
        (deny({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}), Outcome.FAIL, None),
        (deny({"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}), Outcome.FAIL, None),
        (deny({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}), Outcome.FAIL, None),
        (deny(Action="s3:PutObject", Resource="arn:aws:s3:::logs/app/*"), Outcome.FAIL, None),
        (deny(Resource="arn:aws:s3:::logs/app/2*"), Outcome.FAIL, None),
        # AWS documents neither header nor value.
        (
            deny({"StringNotEquals": {"s3:x-amz-server-side-encryption": "AES256"}}),
            Outcome.UNKNOWN,
            Cause.UNDECIDABLE,
        ),
    ],
)
def test_a_deny_beats_every_allow(statement: Json, outcome: Outcome, cause: Cause | None) -> None:
    """A Deny hits when principal, action, some key and every condition take in the delivery."""
    verdict = judged(present(policy(ALLOW, statement)))

    assert (verdict.outcome, verdict.cause) == (outcome, cause)


def test_no_policy_denies_nothing() -> None:
    """Whether something permits the delivery is another check's question."""
    verdict = judged(absent("NoSuchBucketPolicy"))

    assert verdict.outcome is Outcome.PASS
    assert paths(verdict) == {"policy:Policy@logs": None}


def test_no_policy_denies_nothing_whatever_the_acl_is() -> None:
    """An ACL cannot deny, so it need not be read."""
    verdict = judged(absent("NoSuchBucketPolicy"), acl=NO_ACL, ownership=DENIED_OWNERSHIP)

    assert verdict.outcome is Outcome.PASS


@pytest.mark.parametrize("by", [denied(Setting.POLICY), present({"Policy": "[]"}), present("policy")])
def test_a_policy_that_is_unknown_may_deny(by: Reading[Json]) -> None:
    """Unreadable and senseless documents are not taken for harmless ones, not even where the ACL permits."""
    assert judged(by).cause is Cause.UNREADABLE
    assert judged(by, acl=GRANTING, ownership=WRITER).cause is Cause.UNREADABLE


def test_the_proof_of_a_pass_is_every_effect_and_the_denials() -> None:
    """The reader sees that there is no Deny, or that those that are there spare log delivery."""
    facts = paths(judged(present(policy(ALLOW, deny_plain_http("logs")))))

    assert facts["policy:Policy.Statement[].Effect@logs"] == ["Allow", "Deny"]
    assert facts["policy:Policy.Statement[1]@logs"] == deny_plain_http("logs")


def test_the_deny_is_quoted_and_explained() -> None:
    """The condition is told with what log delivery sends."""
    statement = deny({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}})

    verdict = judged(present(policy(ALLOW, statement)))

    assert verdict.reason.startswith("The policy of logs denies the delivery of the logs of app. Statement 2")
    assert "aws:SourceVpce" in verdict.reason
    assert paths(verdict) == {"policy:Policy.Statement[1]@logs": statement}


def test_some_keys_are_enough() -> None:
    """A Deny on one source of a shared destination stops that source, and no other."""
    by = present(policy(ALLOW, deny(Resource="arn:aws:s3:::logs/app/*")))
    built = estate(APP, bucket("web", logging=to("logs", "web/")), destination("logs", readings={Setting.POLICY: by}))

    assert verdict_of(CHECK, built, "app").outcome is Outcome.FAIL
    assert verdict_of(CHECK, built, "web").outcome is Outcome.PASS


def test_delivery_by_acl_comes_in_another_name() -> None:
    """Where the ACL permits, the LogDelivery group asks, which no statement can name as a service."""
    spares_service = deny(
        Principal=None, Action="s3:PutObject", Condition={"Bool": {"aws:PrincipalIsAWSService": "false"}}
    )
    assert isinstance(spares_service, dict)
    by = present(policy({**spares_service, "Principal": "*"}))

    assert judged(by, acl=GRANTING, ownership=WRITER).outcome is not Outcome.PASS
    assert judged(by, ownership=ENFORCED).outcome is Outcome.PASS


def test_where_policy_or_acl_permits_is_unknown_the_deny_may_hit() -> None:
    """A Deny that spares the service and not the group is no PASS while the ACL may be what permits."""
    statement = deny({"Bool": {"aws:PrincipalIsAWSService": "false"}}, Action="s3:PutObject")

    verdict = judged(present(policy(statement)), acl=NO_ACL, ownership=WRITER)

    assert verdict.cause is Cause.UNREADABLE
    assert "s3:GetBucketAcl" in verdict.reason
    assert "policy:Policy.Statement[0]@logs" in paths(verdict)


def test_a_deny_that_spares_both_passes_although_the_acl_is_unknown() -> None:
    """What the unread ACL cannot change is not made unknown by it."""
    statement = deny(Action="s3:DeleteObject")

    assert judged(present(policy(statement)), acl=NO_ACL, ownership=WRITER).outcome is Outcome.PASS


def test_keys_that_hold_an_unknown_region_are_unknown() -> None:
    """Whether a Deny takes them in cannot be said."""
    app = bucket("app", logging=to("logs", "x/", key_format=PARTITIONED), region=denied(Setting.REGION))

    assert judged(present(policy(ALLOW)), app=app).cause is Cause.UNREADABLE
