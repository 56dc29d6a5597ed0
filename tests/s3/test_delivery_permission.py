"""May log delivery put its objects, and does a Deny stop it."""

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.s3.acl import LOG_DELIVERY, Acl, parse_acl
from auditor.s3.bucket_policy import BucketPolicy, no_bucket_policy, parse_bucket_policy
from auditor.s3.delivery_judgement import (
    DeliveryJudgement,
    Denial,
    Denied,
    Element,
    NotDenied,
    NotPermitted,
    Permission,
    Permitted,
    Route,
    Undecidable,
)
from auditor.s3.delivery_permission import judge_delivery
from auditor.s3.delivery_request import DeliveryRequest, access_log_delivery, vended_log_delivery
from auditor.s3.documents import Malformed, NotRead
from auditor.s3.log_keys import KeyFormat, KeySpace, PartitionedPrefix, SimplePrefix
from auditor.s3.truth import Truth

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ACCOUNT = "111122223333"
OTHER = "444455556666"
ARN = "arn:aws:s3:::acme-logs"
SERVICE = {"Service": "logging.s3.amazonaws.com"}
NO_ACL = parse_acl({"Owner": {"ID": "79a5"}, "Grants": []})
DELIVERY_ACL = parse_acl(
    {
        "Owner": {"ID": "79a5"},
        "Grants": [
            {"Grantee": {"Type": "Group", "URI": LOG_DELIVERY.uri}, "Permission": permission}
            for permission in ("WRITE", "READ_ACP")
        ],
    }
)


def request(prefix: str = "logs/", key_format: KeyFormat | None = None, *, partition: str = "aws") -> DeliveryRequest:
    """The delivery of the logs of the bucket acme."""
    space = KeySpace(
        prefix=prefix, key_format=key_format or SimplePrefix(), account=ACCOUNT, region="eu-west-1", bucket="acme"
    )
    return access_log_delivery(space, partition=partition, destination_account=ACCOUNT, now=NOW)


def allow(**changes: object) -> dict[str, object]:
    """AWS's recommended statement, with other elements; None takes one away."""
    recommended: dict[str, object] = {
        "Sid": "S3ServerAccessLogsPolicy",
        "Effect": "Allow",
        "Principal": SERVICE,
        "Action": ["s3:PutObject"],
        "Resource": f"{ARN}/logs/*",
        "Condition": {
            "ArnLike": {"aws:SourceArn": "arn:aws:s3:::acme"},
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
        },
    }
    return {name: value for name, value in {**recommended, **changes}.items() if value is not None}


def deny(condition: object = None, **changes: object) -> dict[str, object]:
    """A Deny of everything to everyone under a condition."""
    statement: dict[str, object] = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [ARN, f"{ARN}/*"]}
    if condition is not None:
        statement["Condition"] = condition
    return {name: value for name, value in {**statement, **changes}.items() if value is not None}


def policy(*statements: Mapping[str, object], arn: str = ARN) -> BucketPolicy:
    """A policy that must be well formed."""
    parsed = parse_bucket_policy({"Version": "2012-10-17", "Statement": list(statements)}, bucket_arn=arn)
    assert isinstance(parsed, BucketPolicy), parsed
    return parsed


def judge(
    *statements: Mapping[str, object],
    asked: DeliveryRequest | None = None,
    acl: Acl | NotRead = NO_ACL,
    acls: Truth = Truth.FALSE,
) -> DeliveryJudgement:
    """The judgement on a policy of these statements."""
    of = policy(*statements) if statements else no_bucket_policy(ARN)
    return judge_delivery(of, asked or request(), acl=acl, acls_in_force=acls)


def indexes(answer: Permission | Denial) -> list[int]:
    """The statements that an answer rests on."""
    assert isinstance(answer, Permitted | Denied | Undecidable)
    return [statement.index for statement in answer.statements]


def test_recommended_statement_permits() -> None:
    """The statement that the S3 User Guide recommends lets log delivery in, and nothing denies it."""
    found = judge(allow())

    assert isinstance(found.permission, Permitted)
    assert found.permission.route is Route.POLICY
    assert indexes(found.permission) == [0]
    assert found.denial == NotDenied()


@pytest.mark.parametrize(
    "changes",
    [
        {"Condition": None},
        {"Condition": {"StringEquals": {"aws:SourceAccount": [OTHER, ACCOUNT]}}},
        {"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}}},
        {"Condition": {"ArnEquals": {"AWS:SOURCEARN": ["arn:aws:s3:::x", "arn:aws:s3:::acme"]}}},
        {"Condition": {"StringLike": {"aws:SourceArn": "arn:aws:s3:::ac*"}}},
        {"Condition": {"StringEquals": {"aws:PrincipalServiceName": "logging.s3.amazonaws.com"}}},
        {"Condition": {"ForAnyValue:StringEquals": {"aws:PrincipalServiceNamesList": "logging.s3.amazonaws.com"}}},
        {"Condition": {"Bool": {"aws:SecureTransport": "true"}}},
        {"Condition": {"Bool": {"aws:PrincipalIsAWSService": True}}},
        {"Condition": {"StringEquals": {"aws:ResourceAccount": ACCOUNT}}},
        {"Condition": {"StringEquals": {"aws:ResourceAccount": "${aws:SourceAccount}"}}},
        {"Condition": {"DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}}},
        {"Action": "s3:*"},
        {"Action": "*"},
        {"Action": "S3:putobject"},
        {"Action": None, "NotAction": "s3:DeleteObject"},
        {"Resource": f"{ARN}/*"},
        {"Resource": f"{ARN}/logs*"},
        {"Resource": "*"},
        {"Resource": ["arn:aws:s3:::acme-logs/x", f"{ARN}/${{aws:SourceAccount}}/*", f"{ARN}/log?/*"]},
        {"Resource": None, "NotResource": f"{ARN}/other/*"},
        {"Principal": "*"},
        {"Principal": {"Service": ["x.amazonaws.com", "logging.s3.amazonaws.com"], "AWS": ACCOUNT}},
    ],
)
def test_statement_that_permits(changes: dict[str, object]) -> None:
    """What lets log delivery put every object of the source, in any spelling."""
    assert isinstance(judge(allow(**changes)).permission, Permitted)


@pytest.mark.parametrize(
    ("changes", "element"),
    [
        ({"Action": "s3:GetObject"}, Element.ACTION),
        ({"Action": "s3:PutObjectAcl"}, Element.ACTION),
        ({"Action": None, "NotAction": "s3:Put*"}, Element.ACTION),
        ({"Resource": f"{ARN}/other/*"}, Element.RESOURCE),
        ({"Resource": f"{ARN}/logs/app/*"}, Element.RESOURCE),
        ({"Resource": f"{ARN}/logs/2026*"}, Element.RESOURCE),
        ({"Resource": f"{ARN}/logs"}, Element.RESOURCE),
        ({"Resource": ARN}, Element.RESOURCE),
        ({"Resource": f"{ARN}/Logs/*"}, Element.RESOURCE),
        ({"Resource": "arn:aws-cn:s3:::acme-logs/*"}, Element.RESOURCE),
        ({"Resource": f"{ARN}/${{aws:PrincipalTag/team}}*"}, Element.RESOURCE),
        ({"Resource": None, "NotResource": f"{ARN}/logs/*"}, Element.RESOURCE),
        ({"Condition": {"StringEquals": {"aws:SourceAccount": OTHER}}}, Element.CONDITION),
        ({"Condition": {"StringEquals": {"aws:SourceArn": "arn:aws:s3:::*"}}}, Element.CONDITION),
        ({"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::other"}}}, Element.CONDITION),
        ({"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}, Element.CONDITION),
        ({"Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}}, Element.CONDITION),
        ({"Condition": {"Bool": {"aws:SecureTransport": "false"}}}, Element.CONDITION),
        ({"Condition": {"DateGreaterThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}}}, Element.CONDITION),
    ],
)
def test_near_miss_says_which_element_fails(changes: dict[str, object], element: Element) -> None:
    """A statement that names log delivery and does not permit it is shown with what is wrong with it."""
    permission = judge(allow(**changes)).permission

    assert isinstance(permission, NotPermitted)
    assert [miss.element for miss in permission.near_misses] == [element]
    assert permission.near_misses[0].why.startswith('Statement 1 ("S3ServerAccessLogsPolicy") ')


def test_partial_cover_gives_a_key_that_stays_outside() -> None:
    """One uncovered key is enough for not permitted, and it is named."""
    permission = judge(allow(Resource=f"{ARN}/logs/2026-1*")).permission

    assert isinstance(permission, NotPermitted)
    assert permission.example is not None
    assert permission.example.startswith("logs/2026-0")
    assert permission.example in permission.why


def test_statements_cover_together() -> None:
    """Two statements that each take in some keys permit all keys between them."""
    one, other = f"{ARN}/logs/2*", [f"{ARN}/logs/{digit}*" for digit in "3456789"]

    found = judge(allow(Resource=one), allow(Resource=other), allow(Resource=f"{ARN}/x/*"))

    assert isinstance(found.permission, Permitted)
    assert indexes(found.permission) == [0, 1]


@pytest.mark.parametrize(
    ("prefix", "key_format", "resource", "permitted"),
    [
        ("", SimplePrefix(), f"{ARN}/*", True),
        ("logs", SimplePrefix(), f"{ARN}/logs/*", False),
        ("logs/", PartitionedPrefix(), f"{ARN}/logs/{ACCOUNT}/*", True),
        ("logs/", PartitionedPrefix(), f"{ARN}/logs/*/acme/*", True),
        ("logs/", PartitionedPrefix(), f"{ARN}/logs/{OTHER}/*", False),
        ("logs/", PartitionedPrefix(), f"{ARN}/logs/${{aws:SourceAccount}}/*", True),
    ],
)
def test_resource_is_held_against_the_keys_that_s3_writes(
    prefix: str, key_format: KeyFormat, resource: str, permitted: bool
) -> None:
    """In the partitioned format account, Region and bucket are part of every key."""
    permission = judge(allow(Resource=resource), asked=request(prefix, key_format)).permission

    assert isinstance(permission, Permitted if permitted else NotPermitted)


@pytest.mark.parametrize(
    "changes",
    [
        {"Principal": {"AWS": "*"}},
        {"Principal": {"Service": "logging.s3.eu-west-1.amazonaws.com"}},
        {"Principal": {"Service": "*"}},
        {"Condition": {"StringEquals": {"aws:SourceOrgID": "o-1"}}},
        {"Condition": {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}},
        {"Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}},
        {"Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}},
        {"Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}},
        {"Condition": {"StringEqualz": {"aws:SourceAccount": ACCOUNT}}},
        {"Resource": f"{ARN}/${{aws:userid}}*"},
        {"Resource": f"{ARN}/logs/????-??-??-??-??-??-????????????????"},
    ],
)
def test_what_aws_does_not_document_is_undecidable(changes: dict[str, object]) -> None:
    """Neither permitted nor not; the statement and the doubt are named."""
    permission = judge(allow(**changes)).permission

    assert isinstance(permission, Undecidable)
    assert indexes(permission) == [0]
    assert permission.why.endswith(".")


def test_certain_statement_outweighs_doubtful_ones() -> None:
    """A doubtful Allow beside a certain one changes nothing."""
    doubtful = allow(Principal={"AWS": "*"})

    assert isinstance(judge(doubtful, allow()).permission, Permitted)
    assert isinstance(judge(doubtful, allow(Resource=f"{ARN}/x/*")).permission, Undecidable)


@pytest.mark.parametrize("partition", ["aws-us-gov", "aws-cn"])
def test_other_partitions_may_have_another_name_for_the_service(partition: str) -> None:
    """AWS documents the principal for the partition aws; elsewhere naming it is no proof, and "*" still is."""
    arn = f"arn:{partition}:s3:::acme-logs"
    named = policy(allow(Resource=f"{arn}/*", Condition=None), arn=arn)
    everyone = policy(allow(Resource=f"{arn}/*", Condition=None, Principal="*"), arn=arn)
    asked = request(partition=partition)

    assert isinstance(judge_delivery(named, asked, acl=NO_ACL, acls_in_force=Truth.FALSE).permission, Undecidable)
    assert isinstance(judge_delivery(everyone, asked, acl=NO_ACL, acls_in_force=Truth.FALSE).permission, Permitted)


VPCE = {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}
ORG = {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}
NOT_SERVICE = {"Bool": {"aws:PrincipalIsAWSService": "false"}}
IF_NOT_LOGGING = {"StringNotEqualsIfExists": {"aws:PrincipalServiceName": "logging.s3.amazonaws.com"}}
ONLY_DELIVERY = {"ForAllValues:StringNotEquals": {"aws:PrincipalServiceNamesList": "logging.s3.amazonaws.com"}}
KMS = "s3:x-amz-server-side-encryption"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (VPCE, Denied),
        ({"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}, Denied),
        ({"StringNotEqualsIfExists": {"aws:SourceVpc": "vpc-1"}}, Denied),
        ({"NotIpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}}, Denied),
        ({**VPCE, **NOT_SERVICE}, NotDenied),
        ({**VPCE, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}, NotDenied),
        ({**VPCE, **IF_NOT_LOGGING}, NotDenied),
        (ORG, Denied),
        ({**ORG, **NOT_SERVICE}, NotDenied),
        ({"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}}, Undecidable),
        ({"StringNotEqualsIfExists": {"aws:PrincipalAccount": ACCOUNT}}, Undecidable),
        ({"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/admin"}}, Undecidable),
        ({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, Undecidable),
        ({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}, **NOT_SERVICE}, NotDenied),
        ({"Bool": {"aws:SecureTransport": "false"}}, NotDenied),
        ({"BoolIfExists": {"aws:SecureTransport": "false"}}, NotDenied),
        ({"StringEquals": {"aws:SecureTransport": "false"}}, NotDenied),
        ({"NumericLessThan": {"s3:TlsVersion": "1.2"}}, NotDenied),
        ({"NumericLessThan": {"s3:TlsVersion": 1.3}}, Undecidable),
        ({"StringNotEquals": {KMS: "aws:kms"}}, Undecidable),
        ({"Null": {KMS: "true"}}, Undecidable),
        ({"StringNotEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}, Undecidable),
        (ONLY_DELIVERY, NotDenied),
        ({"ForAllValues:StringNotEquals": {"aws:PrincipalServiceNamesList": "x.amazonaws.com"}}, Undecidable),
        ({"ForAnyValue:StringEquals": {"aws:PrincipalServiceNamesList": "logging.s3.amazonaws.com"}}, Denied),
        ({"StringNotEquals": {"aws:PrincipalServiceName": "codebuild.amazonaws.com"}}, Denied),
        ({"StringNotEquals": {"aws:SourceAccount": ACCOUNT}}, NotDenied),
        ({"StringNotEquals": {"aws:SourceAccount": OTHER}}, Denied),
        ({"StringNotEqualsIfExists": {"aws:SourceOrgID": "o-1"}}, Undecidable),
        ({"Bool": {"aws:MultiFactorAuthPresent": "false"}}, NotDenied),
        ({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}, Denied),
        ({"Bool": {"aws:ViaAWSService": "false"}}, Undecidable),
        ({"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}, Denied),
        (None, Denied),
    ],
)
def test_deny_patterns(condition: object, expected: type[Denial]) -> None:
    """Which conditions of a Deny hit log delivery: a negated operator on a key that services do not send does."""
    found = judge(allow(), deny(condition))

    assert isinstance(found.permission, Permitted)
    assert isinstance(found.denial, expected)
    if not isinstance(found.denial, NotDenied):
        assert indexes(found.denial) == [1]
        assert "tatement 2" in found.denial.why


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"Principal": {"AWS": "*"}}, Undecidable),
        ({"Principal": {"AWS": ACCOUNT}}, NotDenied),
        ({"Principal": SERVICE}, Denied),
        ({"Principal": {"Service": "delivery.logs.amazonaws.com"}}, NotDenied),
        ({"Principal": None, "NotPrincipal": SERVICE}, NotDenied),
        ({"Principal": None, "NotPrincipal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}, Denied),
        ({"Principal": None, "NotPrincipal": {"AWS": f"arn:aws:iam::{OTHER}:root"}}, Undecidable),
        ({"Action": "s3:GetObject"}, NotDenied),
        ({"Action": "s3:Put*"}, Denied),
        ({"Action": None, "NotAction": "s3:GetObject"}, Denied),
        ({"Action": None, "NotAction": "s3:PutObject"}, NotDenied),
        ({"Resource": ARN}, NotDenied),
        ({"Resource": f"{ARN}/other/*"}, NotDenied),
        ({"Resource": f"{ARN}/*.exe"}, NotDenied),
        ({"Resource": f"{ARN}/logs/2026-12-*"}, Denied),
        ({"Resource": f"{ARN}/logs/2025-*"}, NotDenied),
        ({"Resource": f"{ARN}/*z"}, Undecidable),
        ({"Resource": None, "NotResource": f"{ARN}/logs/*"}, NotDenied),
        ({"Resource": None, "NotResource": f"{ARN}/other/*"}, Denied),
        ({"Resource": f"{ARN}/${{aws:username}}/*"}, NotDenied),
        ({"Resource": f"{ARN}/${{aws:userid}}/*"}, Undecidable),
    ],
)
def test_deny_by_principal_action_and_resource(changes: dict[str, object], expected: type[Denial]) -> None:
    """A Deny hits when all its elements take in the delivery of at least one key."""
    assert isinstance(judge(allow(), deny(None, **changes)).denial, expected)


def test_only_statements_that_deny_are_named() -> None:
    """A certain Deny is the answer whatever doubtful ones stand beside it."""
    doubtful = deny({"Null": {KMS: "true"}})

    found = judge(allow(), doubtful, deny(VPCE), deny(ORG), deny(NOT_SERVICE))

    assert isinstance(found.denial, Denied)
    assert indexes(found.denial) == [2, 3]
    assert "aws:SourceVpce" in found.denial.why


def test_permission_and_denial_are_separate_answers() -> None:
    """A Deny does not take the Allow away: two checks report them."""
    found = judge(allow(Resource=f"{ARN}/x/*"), deny(VPCE))

    assert isinstance(found.permission, NotPermitted)
    assert isinstance(found.denial, Denied)


def test_acl_permits_where_acls_count() -> None:
    """WRITE and READ_ACP to the LogDelivery group is the older way in."""
    found = judge(acl=DELIVERY_ACL, acls=Truth.TRUE)

    assert isinstance(found.permission, Permitted)
    assert found.permission.route is Route.ACL
    assert [grant.index for grant in found.permission.grants] == [0, 1]
    assert found.denial == NotDenied()


@pytest.mark.parametrize(
    ("acl", "acls", "expected"),
    [
        (DELIVERY_ACL, Truth.FALSE, NotPermitted),
        (DELIVERY_ACL, Truth.UNDECIDABLE, Undecidable),
        (NO_ACL, Truth.TRUE, NotPermitted),
        (NO_ACL, Truth.UNDECIDABLE, NotPermitted),
        (NotRead("The bucket ACL was not read."), Truth.TRUE, Undecidable),
        (NotRead("The bucket ACL was not read."), Truth.UNDECIDABLE, Undecidable),
        (NotRead("The bucket ACL was not read."), Truth.FALSE, NotPermitted),
    ],
)
def test_acl_is_no_way_in_when_it_does_not_count(acl: Acl | NotRead, acls: Truth, expected: type[Permission]) -> None:
    """Under BucketOwnerEnforced the grant is dead, and what was not read decides nothing where it would count."""
    assert isinstance(judge(acl=acl, acls=acls).permission, expected)
    assert isinstance(judge(allow(), acl=acl, acls=acls).permission, Permitted)


def test_deny_of_a_delivery_by_acl() -> None:
    """Who signs such a delivery is not documented: exceptions for the service are doubtful, everything else is not."""
    by_acl = {"acl": DELIVERY_ACL, "acls": Truth.TRUE}

    assert isinstance(judge(deny(None), **by_acl).denial, Denied)  # type: ignore[arg-type]  # two keywords of two types
    assert isinstance(judge(deny(ONLY_DELIVERY), **by_acl).denial, Undecidable)  # type: ignore[arg-type]  # as above
    assert isinstance(judge(deny({**VPCE, **NOT_SERVICE}), **by_acl).denial, Undecidable)  # type: ignore[arg-type]  # as above
    tls = deny({"Bool": {"aws:SecureTransport": "false"}})
    assert isinstance(judge(tls, **by_acl).denial, NotDenied)  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize("of", [Malformed("The bucket policy is not valid JSON."), NotRead("The policy was not read.")])
def test_policy_that_is_not_known_decides_nothing(of: Malformed | NotRead) -> None:
    """Neither permitted nor denied, unless the ACL permits."""
    found = judge_delivery(of, request(), acl=NO_ACL, acls_in_force=Truth.FALSE)
    by_acl = judge_delivery(of, request(), acl=DELIVERY_ACL, acls_in_force=Truth.TRUE)

    assert isinstance(found.permission, Undecidable)
    assert isinstance(found.denial, Undecidable)
    assert of.why in found.permission.why
    assert isinstance(by_acl.permission, Permitted)
    assert isinstance(by_acl.denial, Undecidable)


def test_no_policy_permits_nothing_and_denies_nothing() -> None:
    """No policy is an answer."""
    found = judge()

    assert isinstance(found.permission, NotPermitted)
    assert found.permission.near_misses == ()
    assert found.denial == NotDenied()


def test_vended_delivery_has_its_own_principal_and_context() -> None:
    """Delivery through CloudWatch Logs is another service, on behalf of a delivery source, with a canned ACL."""
    source = f"arn:aws:logs:eu-west-1:{ACCOUNT}:delivery-source:acme"
    asked = vended_log_delivery(
        "AWSLogs/",
        partition="aws",
        source_arn=source,
        source_account=ACCOUNT,
        destination_account=OTHER,
        now=NOW,
    )
    statement = allow(
        Principal={"Service": "delivery.logs.amazonaws.com"},
        Resource=f"{ARN}/AWSLogs/*",
        Condition={
            "StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceAccount": [ACCOUNT]},
            "ArnLike": {"aws:SourceArn": [f"arn:aws:logs:eu-west-1:{ACCOUNT}:delivery-source:*"]},
        },
    )

    assert isinstance(judge(statement, asked=asked).permission, Permitted)
    assert isinstance(judge(allow(Resource=f"{ARN}/*"), asked=asked).permission, NotPermitted)
    assert isinstance(judge(statement).permission, NotPermitted)
    assert isinstance(judge(asked=asked, acl=DELIVERY_ACL, acls=Truth.TRUE).permission, NotPermitted)


def test_answers_name_a_stranger_text_on_one_line() -> None:
    """A policy is a stranger's text: a line break or a control character in it does not reach a sentence."""
    permission = judge(allow(Condition={"StringEquals": {"aws:SourceAccount": "1\n2\u202e3" + "x" * 9999}})).permission

    assert isinstance(permission, NotPermitted)
    assert permission.near_misses[0].why.isprintable()
    assert len(permission.near_misses[0].why) < 500


CONDITIONS = st.sampled_from(
    [
        None,
        VPCE,
        ORG,
        NOT_SERVICE,
        ONLY_DELIVERY,
        {"Null": {KMS: "true"}},
        {"StringEquals": {"aws:SourceAccount": OTHER}},
    ]
)
RESOURCES = st.sampled_from(
    [f"{ARN}/*", f"{ARN}/logs/*", f"{ARN}/logs/2*", f"{ARN}/x/*", f"{ARN}/*A", ARN, "*", f"{ARN}/${{aws:userid}}/*"]
)
STATEMENTS = st.builds(
    lambda effect, who, action, resource, condition, negated: {
        "Effect": effect,
        "NotPrincipal" if negated and effect == "Deny" else "Principal": who,
        "Action": action,
        "Resource": resource,
        **({} if condition is None else {"Condition": condition}),
    },
    st.sampled_from(["Allow", "Deny"]),
    st.sampled_from(["*", SERVICE, {"AWS": "*"}, {"AWS": ACCOUNT}]),
    st.sampled_from(["s3:*", "s3:PutObject", "s3:GetObject"]),
    RESOURCES,
    CONDITIONS,
    st.booleans(),
)
POLICIES = st.lists(STATEMENTS, min_size=1, max_size=4)


@given(POLICIES, STATEMENTS)
def test_more_statements_only_push_one_way(
    statements: Sequence[Mapping[str, object]], more: Mapping[str, object]
) -> None:
    """One more Deny never undoes a denial nor touches permission; one more Allow never takes permission away."""
    before, after = judge(*statements), judge(*statements, more)

    if more["Effect"] == "Deny":
        assert type(after.permission) is type(before.permission)
        assert not isinstance(before.denial, Denied) or isinstance(after.denial, Denied)
        assert isinstance(before.denial, NotDenied) or not isinstance(after.denial, NotDenied)
    else:
        assert type(after.denial) is type(before.denial)
        assert not isinstance(before.permission, Permitted) or isinstance(after.permission, Permitted)
        assert isinstance(before.permission, NotPermitted) or not isinstance(after.permission, NotPermitted)


@given(POLICIES, st.randoms(use_true_random=False))
def test_order_of_statements_is_irrelevant(statements: Sequence[Mapping[str, object]], chance: random.Random) -> None:
    """A policy is a set of statements."""
    shuffled = list(statements)
    chance.shuffle(shuffled)
    before, after = judge(*statements), judge(*shuffled)

    assert type(before.permission) is type(after.permission)
    assert type(before.denial) is type(after.denial)


@given(POLICIES)
def test_named_statements_have_the_right_effect(statements: Sequence[Mapping[str, object]]) -> None:
    """Only an Allow can permit, and only a Deny can deny; answers that need statements name at least one."""
    found = judge(*statements)

    for answer, effect in ((found.permission, "Allow"), (found.denial, "Deny")):
        if isinstance(answer, Permitted | Denied | Undecidable):
            assert answer.statements
            assert {statement.effect.value for statement in answer.statements} == {effect}
