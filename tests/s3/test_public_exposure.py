"""Whether a bucket is open to the public in effect."""

from datetime import UTC, datetime

import pytest

from auditor.s3.access import BucketAccess
from auditor.s3.acl import ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY, Acl, parse_acl
from auditor.s3.bucket_policy import BucketPolicy, no_bucket_policy, parse_bucket_policy
from auditor.s3.documents import Malformed, NotRead
from auditor.s3.public_exposure import Exposure, judge_exposure
from auditor.s3.truth import Truth

ARN = "arn:aws:s3:::acme-logs"
YES, NO, UNSURE = Truth.TRUE, Truth.FALSE, Truth.UNDECIDABLE


def acl(*uris: str) -> Acl:
    """An ACL that lets these groups read."""
    grants = [{"Grantee": {"Type": "Group", "URI": uri}, "Permission": "READ"} for uri in uris]
    return parse_acl({"Owner": {"ID": "79a5"}, "Grants": grants})


def public_policy() -> BucketPolicy:
    """A policy that lets everyone read."""
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{ARN}/*"}
    parsed = parse_bucket_policy({"Version": "2012-10-17", "Statement": [statement]}, bucket_arn=ARN)
    assert isinstance(parsed, BucketPolicy)
    return parsed


PRIVATE, PUBLIC, UNREAD = no_bucket_policy(ARN), public_policy(), NotRead("The bucket policy was not read.")
NO_GRANTS, OPEN, UNREAD_ACL = acl(LOG_DELIVERY.uri), acl(ALL_USERS.uri), NotRead("The bucket ACL was not read.")


def judge(
    policy: BucketPolicy | Malformed | NotRead,
    of: Acl | NotRead,
    *,
    acls: Truth = YES,
    ignore: Truth = NO,
    restrict: Truth = NO,
) -> Exposure:
    """The exposure of a bucket."""
    bucket = BucketAccess(
        account="111122223333",
        policy=policy,
        acl=of,
        acls_in_force=acls,
        ignore_public_acls=ignore,
        restrict_public_buckets=restrict,
    )
    return judge_exposure(bucket, now=datetime(2026, 11, 22, tzinfo=UTC))


@pytest.mark.parametrize(
    ("policy", "of", "flags", "exposed"),
    [
        (PRIVATE, NO_GRANTS, {}, NO),
        (PUBLIC, NO_GRANTS, {}, YES),
        (PUBLIC, NO_GRANTS, {"restrict": YES}, NO),
        (PUBLIC, NO_GRANTS, {"restrict": UNSURE}, UNSURE),
        (PRIVATE, NO_GRANTS, {"restrict": UNSURE, "ignore": UNSURE, "acls": UNSURE}, NO),
        (PRIVATE, OPEN, {}, YES),
        (PRIVATE, acl(AUTHENTICATED_USERS.uri), {}, YES),
        (PRIVATE, OPEN, {"ignore": YES}, NO),
        (PRIVATE, OPEN, {"acls": NO}, NO),
        (PRIVATE, OPEN, {"acls": UNSURE}, UNSURE),
        (PRIVATE, OPEN, {"restrict": YES}, YES),
        (PUBLIC, OPEN, {"restrict": YES}, YES),
        (PUBLIC, OPEN, {"restrict": YES, "ignore": YES}, NO),
        (PUBLIC, UNREAD_ACL, {}, YES),
        (UNREAD, NO_GRANTS, {}, UNSURE),
        (UNREAD, NO_GRANTS, {"restrict": YES}, NO),
        (PRIVATE, UNREAD_ACL, {}, UNSURE),
        (PRIVATE, UNREAD_ACL, {"acls": NO}, NO),
        (PRIVATE, UNREAD_ACL, {"ignore": YES}, NO),
        (Malformed("x."), OPEN, {}, YES),
    ],
)
def test_exposure(
    policy: BucketPolicy | Malformed | NotRead, of: Acl | NotRead, flags: dict[str, Truth], exposed: Truth
) -> None:
    """One open way is enough; what is blocked, ignored or disabled is no way; what was not read may be one."""
    assert judge(policy, of, **flags).exposed is exposed


def test_settings_as_written_are_told_apart_from_their_effect() -> None:
    """A blocked public policy is still a public policy, one flag away from being open."""
    found = judge(PUBLIC, OPEN, restrict=YES, ignore=YES)

    assert (found.policy, found.acl, found.exposed) == (YES, YES, NO)
    assert [each.statement.index for each in found.statements] == [0]
    assert [grant.index for grant in found.grants] == [0]


def test_unread_settings_are_named_when_they_decide() -> None:
    """Not when the answer is certain without them."""
    assert judge(UNREAD, UNREAD_ACL).unread == (UNREAD.why, UNREAD_ACL.why)
    assert judge(UNREAD, OPEN).unread == ()
