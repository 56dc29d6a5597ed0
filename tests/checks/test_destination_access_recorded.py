"""destination-access-recorded: PASS by CloudTrail, by a second destination, or by CloudWatch Logs."""

from __future__ import annotations

import pytest

from auditor.model import Account, Bucket, Cause, LogGroup, Outcome, StrangeDestination, Trail, Verdict
from auditor.reading import Json, Reading, Setting, Unreadable
from checks.posture.destination_access_recorded import CHECK
from tests.estates import (
    ACCOUNT,
    LOG_GROUP,
    OTHER_ACCOUNT,
    REGION,
    absent,
    account,
    account_region,
    bucket,
    cloudwatch,
    denied,
    destination,
    encrypted,
    estate,
    policy,
    present,
    to,
    verdict_of,
)

ARN = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/main"
GROUP = present({"logGroupName": "/s3/access"})


def trail(kind: str = "All", *, status: Reading[Json] | None = None, value: str = "arn:aws:s3") -> Trail:
    """A trail that records data events."""
    resource: Json = {"Type": "AWS::S3::Object", "Values": [value]}
    return Trail(
        arn=ARN,
        home_region=REGION,
        document={"TrailARN": ARN, "IsMultiRegionTrail": True, "IsOrganizationTrail": False},
        readings={
            Setting.TRAIL_STATUS: status or present({"IsLogging": True}),
            Setting.EVENT_SELECTORS: present(
                {"EventSelectors": [{"ReadWriteType": kind, "DataResources": [resource]}]}
            ),
        },
    )


def owner(
    *trails: Trail, group: Reading[Json] | None = None, vended: dict[Setting, Reading[Json]] | None = None
) -> Account:
    """The account with these trails and CloudWatch deliveries."""
    arns: list[Json] = [{"TrailARN": one.arn} for one in trails]
    readings = {Setting.TRAILS: present({"trailList": arns}), **(vended or {})}
    groups = () if group is None else (LogGroup(arn=LOG_GROUP, readings={Setting.LOG_GROUP: group}),)
    return account(regions=(account_region(readings=readings),), trails=trails, log_groups=groups)


def verdict(
    *others: Bucket,
    logging: Json | Reading[Json] = None,
    by: Account | None = None,
    strange: tuple[StrangeDestination, ...] = (),
    in_scope: bool = True,
) -> Verdict:
    """The verdict on the destination `logs`, which logs like that itself."""
    logs = destination("logs", logging=logging, in_scope=in_scope)
    app = bucket("app", logging=to("logs", "app/"))
    accounts = (by or owner(), account(OTHER_ACCOUNT))
    return verdict_of(CHECK, estate(app, logs, *others, accounts=accounts, strange=strange), "logs")


PASS, FAIL, UNKNOWN = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN
UNREADABLE, UNDECIDABLE = Cause.UNREADABLE, Cause.UNDECIDABLE
NO_STATUS = denied(Setting.TRAIL_STATUS)


@pytest.mark.parametrize(
    ("by", "outcome", "cause"),
    [
        (owner(trail()), PASS, None),
        (owner(trail("ReadOnly")), FAIL, None),
        (owner(), FAIL, None),
        (owner(trail(status=NO_STATUS)), UNKNOWN, UNREADABLE),
        (owner(trail(value="arn:aws:s3:::logs")), UNKNOWN, UNDECIDABLE),
        (account(regions=()), UNKNOWN, UNREADABLE),
    ],
)
def test_by_cloudtrail(by: Account, outcome: Outcome, cause: Cause | None) -> None:
    """All reads and writes of the destination have to be recorded."""
    found = verdict(by=by)

    assert (found.outcome, found.cause) == (outcome, cause)


SECOND = to("second", "logs/")


def second(**changes: Reading[Json]) -> Bucket:
    """A second destination, sound until something is changed."""
    return destination("second", readings={Setting[name.upper()]: reading for name, reading in changes.items()})


@pytest.mark.parametrize(
    ("others", "logging", "outcome", "cause", "said"),
    [
        ((second(),), SECOND, PASS, None, "logged to a second destination, second"),
        ((), to("logs", "self/"), FAIL, None, "logged to itself only"),
        ((destination("second", logging=to("logs", "x/")),), SECOND, FAIL, None, "in a circle that comes back"),
        # A second tier that is logged to a third one is no circle.
        ((destination("second", logging=to("third", "x/")), destination("third")), SECOND, PASS, None, "second"),
        (
            (destination("second", logging=denied(Setting.LOGGING)),),
            SECOND,
            UNKNOWN,
            UNREADABLE,
            "come back to it by way of second",
        ),
        ((destination("second", region="us-east-1"),), SECOND, FAIL, None, "S3 delivers within eu-west-1 only"),
        ((destination("second", account=OTHER_ACCOUNT),), SECOND, FAIL, None, "in another account"),
        (
            (destination("second", region=Unreadable(setting=Setting.REGION, code="403")),),
            SECOND,
            UNKNOWN,
            UNREADABLE,
            "share a Region is unknown",
        ),
        # Logs that cannot arrive record nothing.
        ((second(policy=absent("NoSuchBucketPolicy")),), SECOND, FAIL, None, "does not let in the logs of logs"),
        ((second(encryption=present(encrypted("aws:kms"))),), SECOND, FAIL, None, "SSE-S3 only"),
        (
            (second(object_lock=present({"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}})),),
            SECOND,
            FAIL,
            None,
            "Object Lock",
        ),
        ((second(request_payment=present({"Payer": "Requester"})),), SECOND, FAIL, None, "second"),
        ((second(policy=denied(Setting.POLICY)),), SECOND, UNKNOWN, UNREADABLE, "s3:GetBucketPolicy"),
        ((), denied(Setting.LOGGING), UNKNOWN, UNREADABLE, "s3:GetBucketLogging"),
    ],
)
def test_by_a_second_destination(
    others: tuple[Bucket, ...], logging: Json | Reading[Json], outcome: Outcome, cause: Cause | None, said: str
) -> None:
    """Another bucket, not in a circle, where the logs of the first one can arrive."""
    found = verdict(*others, logging=logging)

    assert (found.outcome, found.cause) == (outcome, cause)
    assert said in found.reason


GONE = StrangeDestination(name="second", account=ACCOUNT, head=absent("404"), owned=denied(Setting.REGION, "404"))
FOREIGN = StrangeDestination(
    name="second", account=ACCOUNT, head=present({"BucketRegion": REGION}), owned=denied(Setting.REGION, "403")
)


@pytest.mark.parametrize(
    ("strange", "in_scope", "outcome", "cause"),
    [
        ((GONE,), True, FAIL, None),
        ((FOREIGN,), True, UNKNOWN, None),
        ((), True, UNKNOWN, UNREADABLE),
        ((GONE,), False, UNKNOWN, UNREADABLE),
    ],
)
def test_a_second_destination_out_of_view(
    strange: tuple[StrangeDestination, ...], in_scope: bool, outcome: Outcome, cause: Cause | None
) -> None:
    """One that is gone records nothing; of one that belongs to somebody else nobody knows."""
    found = verdict(logging=SECOND, strange=strange, in_scope=in_scope)

    assert found.outcome is outcome
    assert cause is None or found.cause is cause


def by_cloudwatch(*buckets: str, group: Reading[Json] | None = None, **delivery: str | bool) -> Account:
    """The account where CloudWatch Logs delivers the access logs of these buckets."""
    return owner(group=group, vended=cloudwatch(*buckets, **delivery))  # type: ignore[arg-type]  # names of cloudwatch


@pytest.mark.parametrize(
    ("by", "outcome", "cause"),
    [
        (by_cloudwatch("logs", group=GROUP), PASS, None),
        (by_cloudwatch("logs"), PASS, None),
        (by_cloudwatch("logs", kind="S3", end="arn:aws:s3:::central"), PASS, None),
        (by_cloudwatch("logs", kind="S3", end="arn:aws:s3:::logs/own"), FAIL, None),
        (by_cloudwatch("logs", status="INACTIVE", group=GROUP), FAIL, None),
        (by_cloudwatch("logs", delivered=False, group=GROUP), FAIL, None),
        (by_cloudwatch("app", group=GROUP), FAIL, None),
        (by_cloudwatch("logs", group=absent()), UNKNOWN, UNDECIDABLE),
        (owner(vended={Setting.DELIVERY_SOURCES: denied(Setting.DELIVERY_SOURCES)}), UNKNOWN, UNREADABLE),
    ],
)
def test_by_cloudwatch(by: Account, outcome: Outcome, cause: Cause | None) -> None:
    """A delivery of the destination's own logs to another place."""
    found = verdict(by=by)

    assert (found.outcome, found.cause) == (outcome, cause)


def test_a_destination_out_of_scope_is_asked_the_same() -> None:
    """The user's filters leave out what is judged as a source, not what CloudWatch Logs was read to say."""
    assert verdict(by=by_cloudwatch("logs", group=GROUP), in_scope=False).outcome is PASS
    assert verdict(by=account(regions=()), in_scope=False).outcome is UNKNOWN


def test_one_record_is_enough() -> None:
    """Whatever is unknown of the others."""
    dark = trail(status=NO_STATUS)

    assert verdict(second(), logging=SECOND, by=owner(dark)).outcome is PASS
    assert verdict(logging=denied(Setting.LOGGING), by=owner(trail())).outcome is PASS


def test_a_fail_names_all_three() -> None:
    """Any of them would mend it."""
    found = verdict()

    assert "No trail that is logging records data events of logs." in found.reason
    assert "logs is not logged to a second destination." in found.reason
    assert "CloudWatch Logs delivers no access logs of logs" in found.reason
    assert {fact.setting for fact in found.evidence} == {"trails", "logging", "delivery-sources"}


def test_a_policy_for_the_wrong_source_lets_no_second_logs_in() -> None:
    """The usual statement, bound to the sources of the first destination."""
    statement: Json = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::second/*",
        "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::app"}},
    }

    assert verdict(second(policy=present(policy(statement))), logging=SECOND).outcome is FAIL
