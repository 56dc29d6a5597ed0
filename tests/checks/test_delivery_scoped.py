"""delivery-scoped: PASS where every permission of log delivery is bound to accounts."""

from __future__ import annotations

import pytest

from auditor.model import Cause, Outcome, Verdict
from auditor.reading import Json, Reading, Setting
from checks.posture.delivery_scoped import CHECK
from tests.estates import (
    ACCOUNT,
    OTHER_ACCOUNT,
    OWNER_ONLY_ACL,
    absent,
    allow_delivery,
    bucket,
    denied,
    destination,
    estate,
    policy,
    present,
    to,
    verdict_of,
)

GROUP: Json = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"}
BY_ACL: Json = {
    "Owner": {"ID": "a" * 64},
    "Grants": [{"Grantee": GROUP, "Permission": "WRITE"}, {"Grantee": GROUP, "Permission": "READ_ACP"}],
}
HALF_ACL: Json = {"Owner": {"ID": "a" * 64}, "Grants": [{"Grantee": GROUP, "Permission": "WRITE"}]}
OWN_ACL = present(OWNER_ONLY_ACL)


def ownership(word: str) -> Reading[Json]:
    """Object Ownership."""
    return present({"OwnershipControls": {"Rules": [{"ObjectOwnership": word}]}})


ENFORCED, WRITER = ownership("BucketOwnerEnforced"), ownership("ObjectWriter")


def allow(condition: Json = None, **changes: Json) -> Json:
    """A statement that lets log delivery write under this condition."""
    statement: dict[str, Json] = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::logs/*",
    }
    return {**statement, **({} if condition is None else {"Condition": condition}), **changes}


def verdict(
    *statements: Json,
    reading: Reading[Json] | None = None,
    acl: Reading[Json] = OWN_ACL,
    owned: Reading[Json] = ENFORCED,
) -> Verdict:
    """The verdict on a destination with these statements, or with this reading of the policy."""
    by_policy = reading or (present(policy(*statements)) if statements else absent("NoSuchBucketPolicy"))
    readings = {Setting.POLICY: by_policy, Setting.ACL: acl, Setting.OWNERSHIP: owned}
    return verdict_of(
        CHECK, estate(bucket("app", logging=to("logs", "app/")), destination("logs", readings=readings)), "logs"
    )


PASS, FAIL, UNKNOWN, NOT_APPLICABLE = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN, Outcome.NOT_APPLICABLE
BY_ACCOUNT: Json = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
BY_ARN: Json = {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::app"}}


@pytest.mark.parametrize(
    ("statement", "outcome"),
    [
        (allow(BY_ACCOUNT), PASS),
        (allow({"StringEquals": {"aws:SourceAccount": [ACCOUNT, OTHER_ACCOUNT]}}), PASS),
        (
            allow({"StringEquals": {"aws:SourceAccount": ACCOUNT}, "ArnLike": {"aws:SourceArn": "arn:aws:s3:::app"}}),
            PASS,
        ),
        (allow_delivery("logs"), PASS),
        (allow({"StringEquals": {"aws:SourceOrgID": "o-abcdefghij"}}), PASS),
        (allow(BY_ARN), FAIL),
        (allow(), FAIL),
        (allow({"StringLike": {"aws:SourceAccount": "1111*"}}), FAIL),
        (allow({"StringNotEquals": {"aws:SourceAccount": OTHER_ACCOUNT}}), FAIL),
        (allow({"Bool": {"aws:SecureTransport": "true"}}), FAIL),
        (allow(Principal="*"), FAIL),
        (allow(Resource="arn:aws:s3:::logs/other/*"), FAIL),
        # Whether these let log delivery in at all is not documented.
        (allow(Principal={"AWS": "*"}), UNKNOWN),
        (allow(BY_ACCOUNT, Principal={"AWS": "*"}), PASS),
        # These do not.
        (allow(Action="s3:GetObject"), NOT_APPLICABLE),
        (allow(Effect="Deny"), NOT_APPLICABLE),
        (allow(Resource="arn:aws:s3:::elsewhere/*"), NOT_APPLICABLE),
        (allow(Principal={"Service": "cloudtrail.amazonaws.com"}), NOT_APPLICABLE),
    ],
)
def test_an_allow_names_the_accounts_of_the_sources(statement: Json, outcome: Outcome) -> None:
    """aws:SourceAccount binds, with or without aws:SourceArn, which alone does not: bucket ARNs hold no account."""
    found = verdict(statement)

    assert found.outcome is outcome
    assert found.cause is (Cause.UNDECIDABLE if outcome is UNKNOWN else None)


def test_one_loose_statement_among_bound_ones_is_a_hole() -> None:
    """All Allows are judged, and the loose one is quoted."""
    found = verdict(allow(BY_ACCOUNT), allow(Sid="Old"))

    assert found.outcome is FAIL
    assert [fact.path for fact in found.evidence] == ["Policy.Statement[1]"]
    assert 'Statement 2 ("Old") has no condition on aws:SourceAccount' in found.reason


@pytest.mark.parametrize(
    ("statements", "acl", "owned", "outcome", "cause"),
    [
        ((), present(BY_ACL), WRITER, FAIL, None),
        ((allow(BY_ACCOUNT),), present(BY_ACL), WRITER, FAIL, None),
        ((allow(BY_ACCOUNT),), present(BY_ACL), absent("OwnershipControlsNotFoundError"), FAIL, None),
        ((allow(BY_ACCOUNT),), present(BY_ACL), ENFORCED, PASS, None),
        ((allow(BY_ACCOUNT),), present(HALF_ACL), WRITER, PASS, None),
        ((), present(HALF_ACL), WRITER, NOT_APPLICABLE, None),
        ((allow(BY_ACCOUNT),), denied(Setting.ACL), ENFORCED, PASS, None),
        ((allow(BY_ACCOUNT),), denied(Setting.ACL), WRITER, UNKNOWN, Cause.UNREADABLE),
        ((allow(BY_ACCOUNT),), present(BY_ACL), denied(Setting.OWNERSHIP), UNKNOWN, Cause.UNREADABLE),
        ((allow(BY_ACCOUNT),), OWN_ACL, denied(Setting.OWNERSHIP), PASS, None),
        ((allow(BY_ACCOUNT),), present(BY_ACL), ownership("New"), UNKNOWN, Cause.UNDECIDABLE),
        ((allow(),), denied(Setting.ACL), WRITER, FAIL, None),
        ((), denied(Setting.ACL), WRITER, UNKNOWN, Cause.UNREADABLE),
    ],
)
def test_a_grant_to_the_log_delivery_group_cannot_be_bound(
    statements: tuple[Json, ...], acl: Reading[Json], owned: Reading[Json], outcome: Outcome, cause: Cause | None
) -> None:
    """The ACL lets in whatever the group delivers, wherever ACLs count."""
    found = verdict(*statements, acl=acl, owned=owned)

    assert (found.outcome, found.cause) == (outcome, cause)


@pytest.mark.parametrize(
    ("reading", "acl", "outcome"),
    [
        (denied(Setting.POLICY), OWN_ACL, UNKNOWN),
        (present({"Policy": "no policy"}), OWN_ACL, UNKNOWN),
        (denied(Setting.POLICY), present(BY_ACL), FAIL),
    ],
)
def test_an_unread_policy(reading: Reading[Json], acl: Reading[Json], outcome: Outcome) -> None:
    """Nobody knows for whom it lets logs in; the ACL may be bad enough alone."""
    assert verdict(reading=reading, acl=acl, owned=WRITER).outcome is outcome


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (allow(BY_ARN), "is bound by aws:SourceArn only"),
        (allow({"StringLike": {"aws:SourceAccount": "1111*"}}), "names accounts by a wildcard (1111*)"),
        (allow(BY_ACCOUNT), f"only for account {ACCOUNT}."),
        (
            allow({"StringEquals": {"aws:SourceAccount": [ACCOUNT, OTHER_ACCOUNT]}}),
            f"S3 delivers within one account only, so nothing needs {OTHER_ACCOUNT} there.",
        ),
        (allow_delivery("logs", sources="app"), "and for the buckets that aws:SourceArn names."),
        (allow({"StringEquals": {"aws:SourceOrgID": "o-abcdefghij"}}), "only for organization o-abcdefghij."),
    ],
)
def test_the_reason_says_what_binds(statement: Json, said: str) -> None:
    """Or what does not."""
    assert said in verdict(statement).reason
