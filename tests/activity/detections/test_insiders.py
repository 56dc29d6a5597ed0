"""Insiders, drift of roles, stolen instance credentials and the MFA pattern: S3L-020 to 022, 042 and 047."""

from __future__ import annotations

import pytest

from auditor.activity.addresses import networks
from auditor.activity.detection_inputs import Inputs
from auditor.model import Severity
from tests.activity.detections.seen import past, reason, seen
from tests.activity.rows import ALICE, BATCH, BATCH_ROLE, BOB, INTERN, Rows, at, every, role, row

HOME = "198.51.100.23"
AWAY = "203.0.113.7"

# --- first-seen-network ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("requests", "signals"), [(2, 0), (3, 1)])
def test_first_seen_network_needs_three_requests(requests: int, signals: int) -> None:
    """Three successful requests from a /24 that the caller did not come from before."""
    found = seen("first-seen-network", [*past(), *every(at(9)).rows(requests, remote_ip=AWAY)])

    assert [signal.details["network"] for signal in found] == ["203.0.113.0/24"] * signals


def test_first_seen_network_compares_networks_not_addresses() -> None:
    """A new address of the same /24, or of the same IPv6 /48, is no new network; another /48 is."""
    base = [*past(), *every(at(1, days=-1)).rows(3, remote_ip="2001:db8:1:2::7")]
    near = [*every(at(9)).rows(5, remote_ip="198.51.100.99"), *every(at(9)).rows(5, remote_ip="2001:db8:1:ffff::1")]

    (signal,) = seen("first-seen-network", [*base, *near, *every(at(9)).rows(5, remote_ip="2001:db8:2::1")])

    assert signal.details["network"] == "2001:db8:2::/48"


def test_first_seen_network_with_a_new_tool_is_high() -> None:
    """A new network alone is medium."""
    plain = seen("first-seen-network", [*past(), *every(at(9)).rows(3, remote_ip=AWAY)])
    curl = seen("first-seen-network", [*past(), *every(at(9)).rows(3, remote_ip=AWAY, user_agent="curl/8.5.0")])

    assert [plain[0].severity, curl[0].severity] == [Severity.MEDIUM, Severity.HIGH]


def test_first_seen_network_leaves_the_usual_alone() -> None:
    """Networks of many callers, private addresses, refusals, newcomers and travellers are no news."""
    rows: Rows = [
        *past(),
        *every(at(1, days=-1)).rows(5, requester=f"{ALICE}-{{}}", remote_ip="192.0.2.77"),
        *every(at(1, days=-3)).rows(30, requester=BOB, remote_ip="44.{}.1.1"),
        *every(at(9)).rows(9, remote_ip="192.0.2.1"),
        *every(at(9)).rows(9, remote_ip="10.1.2.3"),
        *every(at(9)).rows(9, remote_ip=AWAY, http_status=403),
        *every(at(9)).rows(9, remote_ip=AWAY, requester=INTERN),
        *every(at(9)).rows(9, remote_ip=AWAY, requester=None),
        *every(at(9)).rows(9, remote_ip="45.1.1.1", requester=BOB),
    ]

    assert seen("first-seen-network", rows) == ()


# --- operation-class-drift -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("records", "signals"), [(199, 0), (200, 1)])
def test_operation_class_drift_needs_two_hundred_records(records: int, signals: int) -> None:
    """A role that only ever read deletes: one delete is enough once the role is known."""
    known = every(at(1, days=-2)).rows(records, requester=BATCH)
    delete = row(requester=BATCH, operation="REST.DELETE.OBJECT", http_status=204)

    found = seen("operation-class-drift", [*past(requester=BOB), *known, delete])

    assert [(signal.subject["principal"], signal.severity) for signal in found] == [
        (BATCH_ROLE, Severity.HIGH)
    ] * signals


@pytest.mark.parametrize(
    ("operation", "severity"),
    [
        ("REST.PUT.BUCKETPOLICY", Severity.HIGH),
        ("BATCH.DELETE.OBJECT", Severity.HIGH),
        ("REST.PUT.OBJECT", Severity.MEDIUM),
        ("REST.GET.BUCKET", Severity.MEDIUM),
        ("REST.GET.BUCKETPOLICY", Severity.MEDIUM),
    ],
)
def test_operation_class_drift_grades_by_class(operation: str, severity: Severity) -> None:
    """Deleting and configuring are worse than writing, listing and looking at settings."""
    (signal,) = seen("operation-class-drift", [*past(), row(operation=operation, http_status=204)])

    assert signal.severity is severity
    assert signal.details["past_records"] == 1008


def test_operation_class_drift_leaves_the_usual_alone() -> None:
    """What was done before, what was refused, an empty batch, and S3 itself are no drift."""
    rows: Rows = [
        *past(),
        row(time=at(days=-1), operation="REST.PUT.OBJECT"),
        row(operation="REST.PUT.OBJECT"),
        row(operation="REST.DELETE.OBJECT", http_status=403),
        row(operation="REST.POST.MULTI_OBJECT_DELETE", key=None),
        row(operation="S3.EXPIRE.OBJECT", requester=None, remote_ip=None, http_status=None),
    ]

    assert seen("operation-class-drift", rows) == ()


# --- first-seen-tool -------------------------------------------------------------------------------------------------


def test_first_seen_tool_of_a_service_role_is_high() -> None:
    """A role that only used a library and now uses curl; a person's new tool is medium."""
    rows: Rows = [
        *past(requester=BATCH),
        *past(requester=INTERN),
        row(requester=BATCH, user_agent="curl/8.5.0"),
        row(requester=INTERN, user_agent="rclone/v1.66.0"),
    ]

    found = seen("first-seen-tool", rows)

    assert [(signal.details["tool"], signal.severity) for signal in found] == [
        ("curl", Severity.HIGH),
        ("rclone", Severity.MEDIUM),
    ]


@pytest.mark.parametrize(("records", "signals"), [(199, 0), (200, 1)])
def test_first_seen_tool_needs_two_hundred_records(records: int, signals: int) -> None:
    """A caller of whom little is known may use what it likes; unknown tools are told apart by name."""
    known = every(at(1, days=-2)).rows(records, requester=BATCH, user_agent="AcmeSync/1.0")

    found = seen("first-seen-tool", [*past(requester=BOB), *known, row(requester=BATCH, user_agent="acmegrab/0.1 x")])

    assert [signal.details["tool"] for signal in found] == ["acmegrab"] * signals


def test_first_seen_tool_leaves_the_usual_alone() -> None:
    """New versions, batch records without a user agent, and sanctioned tools are no news."""
    rows: Rows = [
        *past(),
        row(user_agent="Boto3/2.0.0 md/Botocore#2.0"),
        row(operation="BATCH.DELETE.OBJECT", user_agent=None),
        row(user_agent="rclone/v1.66.0"),
        row(user_agent="curl/8.5.0", http_status=403),
    ]

    assert seen("first-seen-tool", rows, inputs=Inputs(sanctioned_tools=frozenset({"Rclone"}))) == ()


# --- instance-credential-away ----------------------------------------------------------------------------------------

INSTANCE = role("web", "i-0a1b2c3d4e5f60718")


def test_instance_credentials_at_two_places_at_once() -> None:
    """The instance goes on working at home while its credentials are used elsewhere."""
    rows = [
        *every(at(1), minutes=10).rows(20, requester=INSTANCE, remote_ip=HOME),
        *every(at(2)).rows(3, requester=INSTANCE, remote_ip=AWAY),
    ]

    (signal,) = seen("instance-credential-away", rows)

    assert signal.severity is Severity.CRITICAL
    assert signal.subject["remote_ip"] == AWAY
    assert signal.details["home"] == HOME
    assert signal.count == 3


def test_instance_credentials_without_a_source_region() -> None:
    """A request from outside AWS, after others from inside, needs no overlap; narrow records cannot tell."""
    inside = every(at(1)).rows(5, requester=INSTANCE, remote_ip=HOME, source_region="eu-west-1")
    outside = row(time=at(5), requester=INSTANCE, remote_ip=AWAY)

    assert len(seen("instance-credential-away", [*inside, outside])) == 1
    assert seen("instance-credential-away", [*inside, {**outside, "field_count": 26}]) == ()


def test_instance_credentials_leave_moves_alone() -> None:
    """One new address for good, both IP versions, a VPC endpoint, the past's addresses, and a fleet that moves."""
    moved = [
        *every(at(1)).rows(5, requester=INSTANCE, remote_ip=HOME),
        *every(at(2)).rows(5, requester=INSTANCE, remote_ip=AWAY),
    ]
    both = [
        *every(at(1), minutes=1).rows(9, requester=role("web", "i-0000000000000001"), remote_ip=HOME),
        *every(at(1), minutes=1).rows(9, requester=role("web", "i-0000000000000001"), remote_ip="2001:db8::1"),
        *every(at(1), minutes=1).rows(9, requester=role("web", "i-0000000000000001"), remote_ip="10.0.0.9"),
    ]
    known = [
        row(time=time, requester=role("web", "i-0000000000000002"), remote_ip=address)
        for time in (at(1, days=-5), at(1, days=-4), at(1), at(2))
        for address in (HOME, AWAY)
    ]
    fleet = [
        row(time=at(3, minute), requester=role("web", f"i-00000000000001{number}0"), remote_ip=address)
        for number in range(3)
        for minute, address in enumerate((HOME, "192.0.2.5", HOME))
    ]

    assert seen("instance-credential-away", [*moved, *both, *known, *fleet]) == ()


def test_instance_sessions_only() -> None:
    """A person's session may be at two places; its name is no instance."""
    rows = [row(time=at(1, minute), requester=INTERN, remote_ip=(HOME, AWAY)[minute % 2]) for minute in range(9)]

    assert seen("instance-credential-away", rows) == ()


# --- mfa-pattern-mismatch --------------------------------------------------------------------------------------------


def test_mfa_pattern_mismatch_is_inferred() -> None:
    """A person outside the networks and tools of requests that are known to use MFA, said to be inferred."""
    inputs = Inputs(mfa_networks=networks([f"{HOME}/24"], origin="config"))
    rows = [row(), row(remote_ip=AWAY, user_agent="curl/8.5.0"), row(remote_ip=AWAY, requester=BATCH)]

    (signal,) = seen("mfa-pattern-mismatch", rows, inputs=inputs)

    assert signal.severity is Severity.LOW
    assert signal.subject == {"principal": ALICE, "remote_ip": AWAY}
    assert signal.summary.endswith("whether MFA was used is not in the log.")
    assert "inferred" in signal.title


def test_mfa_pattern_is_learnt_from_marked_principals() -> None:
    """The network and tool of a marked role are known for others too; without a mark nothing is said."""
    inputs = Inputs(mfa_principals=("*:assumed-role/AWSReservedSSO_*",))
    rows = [row(requester=INTERN, remote_ip=AWAY), row(remote_ip=AWAY), row(remote_ip=HOME)]

    (signal,) = seen("mfa-pattern-mismatch", rows, inputs=inputs)

    assert signal.subject == {"principal": ALICE, "remote_ip": HOME}
    assert reason("mfa-pattern-mismatch", rows) == "No networks or principals known to use MFA were given."
