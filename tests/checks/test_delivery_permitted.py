"""delivery-permitted: PASS quotes what lets every log object in, by policy or by an ACL that is in force."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model import Bucket, Cause, Outcome, Verdict
from auditor.reading import NOT_COLLECTED, Json, Reading, Setting, Unreadable
from checks.posture.delivery_permitted import CHECK
from tests.estates import (
    ACCOUNT,
    OTHER_ACCOUNT,
    OWNER_ONLY_ACL,
    PARTITIONED,
    absent,
    account,
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

GROUP: Json = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"}
GRANTING = present(
    {
        "Owner": {"ID": "a" * 64},
        "Grants": [{"Grantee": GROUP, "Permission": "WRITE"}, {"Grantee": GROUP, "Permission": "READ_ACP"}],
    }
)
APP = bucket("app", logging=to("logs", "app/"))
CLOSED = present(OWNER_ONLY_ACL)
HALF = present({"Owner": {"ID": "a" * 64}, "Grants": [{"Grantee": GROUP, "Permission": "WRITE"}]})
NO_POLICY = absent("NoSuchBucketPolicy")
NO_ACL = denied(Setting.ACL)


def owned(ownership: str) -> Reading[Json]:
    return present({"OwnershipControls": {"Rules": [{"ObjectOwnership": ownership}]}})


ENFORCED, WRITER = owned("BucketOwnerEnforced"), owned("ObjectWriter")
NO_OWNERSHIP = absent("OwnershipControlsNotFoundError")
DENIED_OWNERSHIP = denied(Setting.OWNERSHIP)


def allowing(**changes: Json) -> Reading[Json]:
    """A policy with the recommended statement, some of its elements replaced."""
    statement = allow_delivery("logs")
    assert isinstance(statement, dict)
    return present(policy({**statement, **changes}))


def judged(
    by: Reading[Json],
    *,
    acl: Reading[Json] = CLOSED,
    ownership: Reading[Json] = ENFORCED,
    app: Bucket = APP,
) -> Verdict:
    readings = {Setting.POLICY: by, Setting.ACL: acl, Setting.OWNERSHIP: ownership}
    return verdict_of(CHECK, estate(app, destination("logs", readings=readings)), "app")


@pytest.mark.parametrize(
    ("by", "outcome", "cause"),
    [
        (allowing(), Outcome.PASS, None),
        (allowing(Resource="arn:aws:s3:::logs/app/*"), Outcome.PASS, None),
        (allowing(Condition={}), Outcome.PASS, None),
        (allowing(Action=["s3:GetObject", "s3:Put*"]), Outcome.PASS, None),
        (allowing(Principal="*", Condition={}), Outcome.PASS, None),
        (allowing(Condition={"ArnLike": {"aws:SourceArn": "arn:aws:s3:::app"}}), Outcome.PASS, None),
        # Near misses.
        (allowing(Resource="arn:aws:s3:::logs/web/*"), Outcome.FAIL, None),
        (allowing(Resource="arn:aws:s3:::logs"), Outcome.FAIL, None),
        (allowing(Action="s3:GetObject"), Outcome.FAIL, None),
        (allowing(Condition={"StringEquals": {"aws:SourceAccount": OTHER_ACCOUNT}}), Outcome.FAIL, None),
        (allowing(Condition={"ArnLike": {"aws:SourceArn": "arn:aws:s3:::web"}}), Outcome.FAIL, None),
        (allowing(Principal={"Service": "delivery.logs.amazonaws.com"}), Outcome.FAIL, None),
        (present(policy(deny_plain_http("logs"))), Outcome.FAIL, None),
        (NO_POLICY, Outcome.FAIL, None),
        # Nobody knows.
        (denied(Setting.POLICY), Outcome.UNKNOWN, Cause.UNREADABLE),
        (present({"Policy": "{not json"}), Outcome.UNKNOWN, Cause.UNREADABLE),
        (present({"Policy": '{"Statement": [{"Effect": "Allow"}]}'}), Outcome.UNKNOWN, Cause.UNREADABLE),
        (allowing(Condition={"StringEquals": {"s3:x-amz-acl": "private"}}), Outcome.UNKNOWN, Cause.UNDECIDABLE),
    ],
)
def test_the_policy_decides(by: Reading[Json], outcome: Outcome, cause: Cause | None) -> None:
    """Principal, action, resource and condition must all take in the delivery of this source."""
    verdict = judged(by)

    assert (verdict.outcome, verdict.cause) == (outcome, cause)


@pytest.mark.parametrize(
    ("acl", "ownership", "outcome", "cause"),
    [
        (GRANTING, WRITER, Outcome.PASS, None),
        (GRANTING, owned("BucketOwnerPreferred"), Outcome.PASS, None),
        (GRANTING, NO_OWNERSHIP, Outcome.PASS, None),
        (GRANTING, ENFORCED, Outcome.FAIL, None),
        (HALF, WRITER, Outcome.FAIL, None),
        (CLOSED, WRITER, Outcome.FAIL, None),
        (absent(), WRITER, Outcome.FAIL, None),
        (NO_ACL, ENFORCED, Outcome.FAIL, None),
        (CLOSED, DENIED_OWNERSHIP, Outcome.FAIL, None),
        (GRANTING, DENIED_OWNERSHIP, Outcome.UNKNOWN, Cause.UNREADABLE),
        (NO_ACL, WRITER, Outcome.UNKNOWN, Cause.UNREADABLE),
        (NO_ACL, DENIED_OWNERSHIP, Outcome.UNKNOWN, Cause.UNREADABLE),
        (GRANTING, owned("Newest"), Outcome.UNKNOWN, Cause.UNDECIDABLE),
        (present({"Grants": [{"Permission": "EVERYTHING"}]}), WRITER, Outcome.UNKNOWN, Cause.UNREADABLE),
    ],
)
def test_the_acl_counts_without_a_policy(
    acl: Reading[Json], ownership: Reading[Json], outcome: Outcome, cause: Cause | None
) -> None:
    """Both grants are needed, and ACLs must not be disabled; only what could change the answer has to be read."""
    verdict = judged(NO_POLICY, acl=acl, ownership=ownership)

    assert (verdict.outcome, verdict.cause) == (outcome, cause)


def test_a_policy_that_permits_needs_no_acl() -> None:
    """What cannot change the answer may stay unread."""
    assert judged(allowing(), acl=NO_ACL, ownership=DENIED_OWNERSHIP).outcome is Outcome.PASS


def test_an_acl_that_permits_needs_no_policy() -> None:
    """With ACLs in force the grants alone let logs in, whatever the policy adds; a Deny is another check's question."""
    verdict = judged(denied(Setting.POLICY), acl=GRANTING, ownership=WRITER)

    assert verdict.outcome is Outcome.PASS
    assert paths(verdict)["ownership:OwnershipControls.Rules[0].ObjectOwnership@logs"] == "ObjectWriter"
    assert paths(verdict)["acl:Grants[0]@logs"] == {"Grantee": GROUP, "Permission": "WRITE"}


def test_every_unread_part_that_matters_is_named() -> None:
    """The reader learns all the permissions that are missing, at once."""
    verdict = judged(denied(Setting.POLICY), acl=NO_ACL, ownership=DENIED_OWNERSHIP)

    assert set(paths(verdict)) == {"policy:@logs", "acl:@logs", "ownership:@logs"}


def test_the_statement_is_quoted_whole() -> None:
    """The proof of a PASS is the statement as AWS returned it, with its place."""
    verdict = judged(allowing())

    assert verdict.reason == (
        'The policy of logs lets log delivery put the logs of app (statement 1 ("S3ServerAccessLogsPolicy")).'
    )
    assert paths(verdict) == {"policy:Policy.Statement[0]@logs": allow_delivery("logs")}


def test_a_near_miss_is_quoted_and_explained() -> None:
    """Who wrote a statement for other sources sees which condition leaves this one out."""
    verdict = judged(allowing(Condition={"StringEquals": {"aws:SourceAccount": OTHER_ACCOUNT}}))

    assert verdict.reason.startswith("logs does not let in the logs of app. No statement of the bucket policy lets")
    assert 'Statement 1 ("S3ServerAccessLogsPolicy") requires' in verdict.reason
    assert OTHER_ACCOUNT in verdict.reason
    assert "policy:Policy.Statement[0]@logs" in paths(verdict)


def test_the_nearest_miss_comes_first() -> None:
    """A statement for the right source and the wrong prefix is nearer than one for another account."""
    right = allow_delivery("logs", prefix="web/")
    wrong = allow_delivery("logs", account=OTHER_ACCOUNT)

    verdict = judged(present(policy(wrong, right)))

    assert "logs/web/*" in verdict.reason
    assert [fact.path for fact in verdict.evidence[:2]] == ["Policy.Statement[1]", "Policy.Statement[0]"]


def test_a_policy_about_other_things_is_shown_by_its_statements() -> None:
    """Where nothing comes near, the names of the statements show what there is."""
    facts = paths(judged(present(policy(deny_plain_http("logs")))))

    assert facts["policy:Policy.Statement[].Sid@logs"] == ["DenyPlainHttp"]


def test_no_policy_is_said_so() -> None:
    """The commonest case of all: the API set logging, and nobody wrote the policy."""
    verdict = judged(NO_POLICY)

    assert verdict.reason == (
        "logs does not let in the logs of app. No bucket policy lets logging.s3.amazonaws.com put log objects. ACLs "
        "are disabled, so that the ACL permits nothing."
    )
    assert paths(verdict)["policy:Policy@logs"] is None
    assert paths(verdict)["ownership:OwnershipControls.Rules[0].ObjectOwnership@logs"] == "BucketOwnerEnforced"


def test_the_doubtful_statement_is_quoted() -> None:
    """Where AWS does not document what happens, a person reads the statement."""
    verdict = judged(allowing(Condition={"StringEquals": {"s3:x-amz-acl": "private"}}))

    assert "s3:x-amz-acl" in verdict.reason
    assert "policy:Policy.Statement[0]@logs" in paths(verdict)


def test_many_statements_are_not_all_quoted() -> None:
    """Sixty statements for other sources prove no more than five."""
    others = [allow_delivery("logs", sources=f"other-{index}") for index in range(60)]

    assert len([fact for fact in judged(present(policy(*others))).evidence if fact.setting == "policy"]) == 5


def test_partitioned_keys_are_matched_with_account_region_and_bucket() -> None:
    """The resource has to take in what stands between prefix and date."""
    app = bucket("app", logging=to("logs", "x/", key_format=PARTITIONED))

    assert judged(allowing(Resource=f"arn:aws:s3:::logs/x/{ACCOUNT}/eu-west-1/app/*"), app=app).outcome is Outcome.PASS
    assert judged(allowing(Resource="arn:aws:s3:::logs/x/2*"), app=app).outcome is Outcome.FAIL


def test_keys_that_hold_an_unknown_region_are_unknown() -> None:
    """Whether a resource takes them in cannot be said."""
    app = bucket("app", logging=to("logs", "x/", key_format=PARTITIONED), region=denied(Setting.REGION))

    assert judged(allowing(), app=app).cause is Cause.UNREADABLE


def test_the_delivery_service_of_another_partition_is_not_documented() -> None:
    """AWS documents the service principal for the partition aws only."""
    china = replace(account(), partition="aws-cn")
    statement = allow_delivery("logs", partition="aws-cn")
    built = estate(
        bucket("app", logging=to("logs", "app/"), region="cn-north-1"),
        destination("logs", region="cn-north-1", readings={Setting.POLICY: present(policy(statement))}),
        accounts=(china,),
    )

    assert verdict_of(CHECK, built, "app").cause is Cause.UNDECIDABLE


def test_each_source_is_judged_by_itself() -> None:
    """One destination may let in one source and not the other."""
    by = present(policy(allow_delivery("logs", prefix="app/", sources="app")))
    built = estate(
        bucket("app", logging=to("logs", "app/")),
        bucket("web", logging=to("logs", "web/")),
        destination("logs", readings={Setting.POLICY: by}),
    )

    assert verdict_of(CHECK, built, "app").outcome is Outcome.PASS
    assert verdict_of(CHECK, built, "web").outcome is Outcome.FAIL


def test_a_policy_that_nobody_asked_for_is_unknown() -> None:
    """A partial estate is not a bucket without policy."""
    verdict = judged(Unreadable(setting=Setting.POLICY, code=NOT_COLLECTED))

    assert verdict.cause is Cause.UNREADABLE
    assert "s3:GetBucketPolicy was not called" in verdict.reason
