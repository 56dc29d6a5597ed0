"""Who may read, write or change a bucket."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.s3.access import Access, BucketAccess, Grant, who_may
from auditor.s3.acl import ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY, Acl, CanonicalGrantee, parse_acl
from auditor.s3.actions import READ_ACTIONS, WRITE_ACTIONS
from auditor.s3.bucket_policy import BucketPolicy, no_bucket_policy, parse_bucket_policy
from auditor.s3.documents import Malformed, NotRead
from auditor.s3.grantees import Organization, name_of_grantee
from auditor.s3.key_language import KeysUnder
from auditor.s3.principals import AccountPrincipal, Everyone, IamPrincipal, ServicePrincipal
from auditor.s3.truth import Truth

ARN = "arn:aws:s3:::acme-logs"
OWN, OTHER = "111122223333", "444455556666"
ROLE = f"arn:aws:iam::{OWN}:role/reader"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
YES, NO, UNSURE = Truth.TRUE, Truth.FALSE, Truth.UNDECIDABLE
NO_ACL = parse_acl({"Owner": {"ID": "79a5"}, "Grants": []})


def parse(*statements: object) -> BucketPolicy:
    """A policy of these statements; none is no policy."""
    if not statements:
        return no_bucket_policy(ARN)
    parsed = parse_bucket_policy({"Version": "2012-10-17", "Statement": list(statements)}, bucket_arn=ARN)
    assert isinstance(parsed, BucketPolicy), parsed
    return parsed


def access(
    *statements: object,
    actions: Sequence[str] = READ_ACTIONS,
    policy: BucketPolicy | Malformed | NotRead | None = None,
    acl: Acl | NotRead = NO_ACL,
    acls: Truth = NO,
    ignore: Truth = NO,
    restrict: Truth = NO,
    prefix: str = "logs/",
) -> Access:
    """Who may do one of the actions."""
    bucket = BucketAccess(
        account=OWN,
        policy=policy or parse(*statements),
        acl=acl,
        acls_in_force=acls,
        ignore_public_acls=ignore,
        restrict_public_buckets=restrict,
    )
    return who_may(bucket, actions, keys=[KeysUnder(prefix)], now=NOW)


def grants(*statements: object, actions: Sequence[str] = READ_ACTIONS, **others: Truth) -> tuple[Grant, ...]:
    """The grants by a policy."""
    return access(*statements, actions=actions, **others).grants  # type: ignore[arg-type]  # only flags are passed on


def allow(principal: object = None, condition: object = None, **changes: object) -> dict[str, object]:
    """An Allow of reading log objects."""
    statement: dict[str, object] = {
        "Effect": "Allow",
        "Principal": principal or {"AWS": ROLE},
        "Action": "s3:GetObject",
        "Resource": f"{ARN}/*",
    }
    if condition is not None:
        statement["Condition"] = condition
    return {name: value for name, value in {**statement, **changes}.items() if value is not None}


def deny(condition: object = None, **changes: object) -> dict[str, object]:
    """A Deny of everything to everyone."""
    return allow("*", condition, Effect="Deny", Action="s3:*", Resource=[ARN, f"{ARN}/*"]) | changes


TLS = deny({"Bool": {"aws:SecureTransport": "false"}})


def test_named_role_may_read() -> None:
    """The grant holds grantee, actions and statement, and a TLS-only Deny does not touch it."""
    (found,) = grants(TLS, allow())

    assert found.grantee == IamPrincipal(ROLE, OWN)
    assert found.actions == ("s3:GetObject",)
    assert found.certain is YES
    assert found.statement is not None
    assert found.statement.index == 1
    assert (found.conditions, found.limited_by, found.blocked) == ((), (), NO)


def test_each_grantee_and_statement_is_one_grant() -> None:
    """In the order of the policy."""
    found = grants(allow({"AWS": [OWN, OTHER]}, Action="s3:*"), allow("*", Action="s3:ListBucket", Resource=ARN))

    assert [grant.grantee for grant in found] == [AccountPrincipal(OWN), AccountPrincipal(OTHER), Everyone()]
    assert found[0].actions == tuple(action for action in READ_ACTIONS if "List" not in action)
    assert found[2].actions == ("s3:ListBucket",)


@pytest.mark.parametrize(
    "statement",
    [
        allow(Action="s3:PutObject"),
        allow(Resource=f"{ARN}/other/*"),
        allow(Resource=ARN),
        allow(Action="s3:ListBucket"),
        allow({"AWS": "AROAEXAMPLEEXAMPLE"}),
        allow(None, {"Bool": {"aws:SecureTransport": "false"}}),
        allow(None, {"Bool": {"aws:PrincipalIsAWSService": "true"}}),
        allow(None, {"StringEquals": {"aws:PrincipalAccount": OTHER}}),
        allow(None, {"ArnEquals": {"aws:PrincipalArn": f"{ROLE}2"}}),
        allow(None, {"StringEquals": {"aws:SourceArn": "arn:aws:s3:::x"}}),
        allow(Effect="Deny"),
    ],
)
def test_statement_that_grants_nothing_is_no_grant(statement: dict[str, object]) -> None:
    """Another action, another key, or a condition that the grantee can never meet."""
    assert grants(statement) == ()


def test_conditions_that_a_caller_can_meet_stay_with_the_grant() -> None:
    """Somebody in that network, with that tag, may read: the grant is certain, and the conditions are shown."""
    condition = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "StringEquals": {"aws:PrincipalAccount": OWN}}

    (found,) = grants(allow({"AWS": OWN}, condition))

    assert found.certain is YES
    assert [str(clause) for clause in found.conditions] == ["IpAddress aws:SourceIp 203.0.113.0/24"]


def test_everyone_under_a_condition_on_who_it_is() -> None:
    """Principal * with an organization is that organization."""
    (found,) = grants(allow("*", {"StringEquals": {"aws:PrincipalOrgID": "o-abc"}}))

    assert found.grantee == Organization("o-abc")
    assert found.certain is YES


def test_service_grants_are_grants() -> None:
    """A service that may write beside log delivery is a writer; for whom it acts is a condition."""
    statement = allow(
        {"Service": "cloudtrail.amazonaws.com"},
        {"StringEquals": {"aws:SourceArn": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/t"}},
        Action="s3:PutObject",
    )

    (found,) = grants(statement, actions=WRITE_ACTIONS)

    assert found.grantee == ServicePrincipal("cloudtrail.amazonaws.com")
    assert found.certain is YES
    assert [clause.key for clause in found.conditions] == ["aws:sourcearn"]


@pytest.mark.parametrize(
    ("denial", "certain"),
    [
        (deny(), None),
        (deny(Action="s3:GetObject"), None),
        (deny(Resource=f"{ARN}/logs/*"), None),
        (deny(Principal={"AWS": OWN}), None),
        (deny(Principal={"AWS": ROLE}), None),
        (deny({"ArnNotEquals": {"aws:PrincipalArn": f"{ROLE}2"}}), None),
        (deny({"StringNotEquals": {"aws:PrincipalAccount": OTHER}}), None),
        (deny({"StringNotEquals": {"aws:SourceAccount": OTHER}}), None),
        (deny({"ForAllValues:StringNotEquals": {"aws:PrincipalServiceNamesList": "logging.s3.amazonaws.com"}}), None),
        (deny({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}), UNSURE),
        (deny({"StringNotEquals": {"aws:PrincipalOrgID": "o-abc"}}), UNSURE),
        (deny({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}), UNSURE),
        (deny({"ArnNotEquals": {"aws:PrincipalArn": ROLE}}), YES),
        (deny({"StringNotEquals": {"aws:PrincipalAccount": OWN}}), YES),
        (deny(Principal={"AWS": OTHER}), YES),
        (deny(Resource=f"{ARN}/logs/a*"), YES),
        (deny(Action="s3:PutObject"), YES),
        (TLS, YES),
    ],
)
def test_denies_take_grants_away(denial: dict[str, object], certain: Truth | None) -> None:
    """A Deny that surely takes all keys removes the grant; one that depends makes it uncertain and is named."""
    found = grants(allow(), denial)

    if certain is None:
        assert found == ()
    else:
        assert [grant.certain for grant in found] == [certain]
        assert [s.index for s in found[0].limited_by] == ([1] if certain is UNSURE else [])


@pytest.mark.parametrize(
    "statement",
    [
        allow({"CanonicalUser": "79a5"}),
        allow({"AWS": "arn:aws:iam::*:root"}),
        allow({"Federated": "accounts.google.com"}),
        allow(None, {"StringEqualz": {"aws:PrincipalAccount": OWN}}),
        allow(Resource="arn:aws:s3*/x"),
    ],
)
def test_grants_that_aws_does_not_document_are_uncertain(statement: dict[str, object]) -> None:
    """They are shown, for they may let somebody in."""
    assert [grant.certain for grant in grants(statement)] == [UNSURE]


def test_not_principal_grants_everyone() -> None:
    """All but the listed, strangers included."""
    statement = allow(NotPrincipal={"AWS": OTHER})
    del statement["Principal"]

    assert [grant.grantee for grant in grants(statement)] == [Everyone()]


def test_block_public_access_takes_a_public_policy_from_other_accounts() -> None:
    """RestrictPublicBuckets leaves a public policy to services and to the owner's account, whatever else it says."""
    statements = (
        allow("*"),
        allow({"AWS": OTHER}),
        allow({"AWS": OWN}),
        allow({"Service": "cloudtrail.amazonaws.com"}),
    )

    assert [grant.blocked for grant in grants(*statements, restrict=YES)] == [YES, YES, NO, NO]
    assert [grant.blocked for grant in grants(*statements, restrict=UNSURE)] == [UNSURE, UNSURE, NO, NO]
    assert [grant.blocked for grant in grants(*statements)] == [NO, NO, NO, NO]
    assert [grant.blocked for grant in grants(*statements[1:], restrict=YES)] == [NO, NO, NO]


def acl(*pairs: tuple[object, str]) -> Acl:
    """An ACL of these grants."""
    return parse_acl(
        {
            "Owner": {"ID": "79a5"},
            "Grants": [{"Grantee": grantee, "Permission": permission} for grantee, permission in pairs],
        }
    )


EVERYBODY = {"Type": "Group", "URI": ALL_USERS.uri}
SIGNED = {"Type": "Group", "URI": AUTHENTICATED_USERS.uri}
DELIVERY = {"Type": "Group", "URI": LOG_DELIVERY.uri}
STRANGER = {"Type": "CanonicalUser", "ID": "b0b0"}
OWNER = {"Type": "CanonicalUser", "ID": "79a5"}


def test_acl_grants_count_where_acls_do() -> None:
    """The owner's own grant is none; a READ on the bucket lists, and does not read objects."""
    of = acl((OWNER, "FULL_CONTROL"), (STRANGER, "READ"), (DELIVERY, "WRITE"))

    found = access(acl=of, acls=YES).grants

    assert {grant.grantee for grant in found} == {CanonicalGrantee("b0b0")}
    assert {action for grant in found for action in grant.actions} == {"s3:ListBucket", "s3:ListBucketVersions"}
    assert {grant.certain for grant in found} == {YES}
    assert {grant.certain for grant in access(acl=of, acls=UNSURE).grants} == {UNSURE}
    assert access(acl=of, acls=NO).grants == ()
    writers = access(acl=of, acls=YES, actions=WRITE_ACTIONS).grants
    assert [grant.grantee for grant in writers] == [LOG_DELIVERY]


def test_public_acl_grants_can_be_blocked() -> None:
    """IgnorePublicAcls is about the two world-wide groups only."""
    of = acl((EVERYBODY, "WRITE"), (SIGNED, "WRITE"), (STRANGER, "WRITE"))

    found = access(acl=of, acls=YES, ignore=YES, actions=WRITE_ACTIONS).grants

    assert [grant.blocked for grant in found] == [YES, YES, NO]


def test_deny_beats_the_acl() -> None:
    """A Deny of the policy takes the ACL's grant away as well."""
    of = acl((EVERYBODY, "READ"), (STRANGER, "READ"))

    assert access(deny(), acl=of, acls=YES).grants == ()
    kept = access(deny({"StringNotEquals": {"aws:PrincipalAccount": OWN}}), acl=of, acls=YES).grants
    assert {name_of_grantee(grant.grantee) for grant in kept} == {"everyone", "the account with canonical user id b0b0"}
    assert {grant.certain for grant in kept} == {UNSURE}


@pytest.mark.parametrize(
    "condition",
    [
        {"StringNotEquals": {"aws:PrincipalOrgID": "o-abc"}},
        {"StringNotEquals": {"aws:PrincipalAccount": OWN}},
        {"ArnNotEquals": {"aws:PrincipalArn": ROLE}},
        {"StringNotLike": {"aws:userid": "AROAEXAMPLEEXAMPLE00:*"}},
    ],
)
def test_deny_with_exceptions_leaves_those_it_spares(condition: object) -> None:
    """A grant to everyone under such a Deny is a grant to the exceptions: never left out, never certain."""
    (found,) = grants(allow("*"), deny(condition))

    assert found.certain is UNSURE
    assert [s.index for s in found.limited_by] == [1]


def test_deny_of_somebody_else_does_not_limit_everyone() -> None:
    """That one account is kept out leaves the grant to everyone as certain as it was."""
    (found,) = grants(allow("*"), deny(Principal={"AWS": OTHER}))

    assert (found.certain, found.limited_by) == (YES, ())


def test_user_id_of_a_named_role_is_not_known() -> None:
    """The unique id in a condition may be that of the very role that the Allow names by ARN."""
    (found,) = grants(allow(), deny({"StringNotLike": {"aws:userid": "AROAEXAMPLEEXAMPLE00:*"}}))

    assert found.certain is UNSURE


@pytest.mark.parametrize("policy", [Malformed("The policy is broken."), NotRead("The policy was not read.")])
def test_unknown_policy_is_said(policy: Malformed | NotRead) -> None:
    """What was not read may grant more, and may deny what the ACL grants."""
    found = access(policy=policy, acl=acl((STRANGER, "READ")), acls=YES)

    assert found.unread == (policy.why,)
    assert [grant.certain for grant in found.grants] == [UNSURE]


def test_unknown_acl_is_said_where_it_counts() -> None:
    """Not where ACLs are disabled."""
    unread = NotRead("The bucket ACL was not read.")

    assert access(acl=unread, acls=YES).unread == ("The bucket ACL was not read.",)
    assert access(acl=unread, acls=UNSURE).unread == ("The bucket ACL was not read.",)
    assert access(acl=unread, acls=NO).unread == ()


PRINCIPALS = st.sampled_from(["*", {"AWS": "*"}, {"AWS": OWN}, {"AWS": ROLE}, {"Service": "x.amazonaws.com"}])
CONDITIONS = st.sampled_from(
    [
        None,
        {"StringNotEquals": {"aws:PrincipalAccount": OWN}},
        {"ArnNotEquals": {"aws:PrincipalArn": ROLE}},
        {"StringEquals": {"aws:PrincipalOrgID": "o-abc"}},
        {"Bool": {"aws:SecureTransport": "false"}},
        {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}},
    ]
)
STATEMENTS = st.builds(
    lambda effect, who, action, resource, condition: allow(
        who, condition, Effect=effect, Action=action, Resource=resource
    ),
    st.sampled_from(["Allow", "Deny"]),
    PRINCIPALS,
    st.sampled_from(["s3:*", "s3:GetObject", "s3:ListBucket"]),
    st.sampled_from([f"{ARN}/*", f"{ARN}/logs/*", f"{ARN}/logs/a*", ARN, "*"]),
    CONDITIONS,
)


@given(st.lists(STATEMENTS, min_size=1, max_size=4), STATEMENTS)
def test_deny_never_grants_and_allow_never_takes(
    statements: Sequence[Mapping[str, object]], more: Mapping[str, object]
) -> None:
    """One more Deny leaves no new grant, and makes none more certain; one more Allow takes none away."""
    before, after = certainties(grants(*statements)), certainties(grants(*statements, more))

    if more["Effect"] == "Deny":
        assert set(after) <= set(before)
        assert all(before[key] is YES for key in after if after[key] is YES)
    else:
        assert {key: after[key] for key in before} == before


def certainties(found: Sequence[Grant]) -> dict[tuple[int, object, str], Truth]:
    """Each grant of one action by its statement and grantee."""
    return {
        (grant.statement.index, grant.grantee, action): grant.certain
        for grant in found
        if grant.statement is not None
        for action in grant.actions
    }
