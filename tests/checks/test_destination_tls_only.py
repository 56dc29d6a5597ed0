"""destination-tls-only: PASS where plain HTTP is denied to everyone, on the bucket and on every object."""

from __future__ import annotations

import pytest

from auditor.model import Cause, Outcome, Verdict
from auditor.reading import Json, Reading, Setting
from checks.posture.destination_tls_only import CHECK
from tests.estates import (
    absent,
    allow_delivery,
    bucket,
    denied,
    deny_plain_http,
    destination,
    estate,
    policy,
    present,
    to,
    verdict_of,
)


def verdict(reading: Reading[Json]) -> Verdict:
    """The verdict on a destination with this policy."""
    logs = destination("logs", readings={Setting.POLICY: reading})
    return verdict_of(CHECK, estate(bucket("app", logging=to("logs", "app/")), logs), "logs")


def changed(**changes: Json) -> Reading[Json]:
    """The policy AWS recommends, with its Deny of plain HTTP changed."""
    statement = deny_plain_http("logs")
    assert isinstance(statement, dict)
    return present(policy(allow_delivery("logs"), {**statement, **changes}))


@pytest.mark.parametrize(
    ("reading", "outcome", "cause"),
    [
        (changed(), Outcome.PASS, None),
        (changed(Principal={"AWS": "*"}), Outcome.PASS, None),
        (changed(Condition={"BoolIfExists": {"aws:SecureTransport": "false"}}), Outcome.PASS, None),
        (present(policy(allow_delivery("logs"))), Outcome.FAIL, None),
        (absent("NoSuchBucketPolicy"), Outcome.FAIL, None),
        (changed(Resource="arn:aws:s3:::logs/*"), Outcome.FAIL, None),
        (changed(Resource="arn:aws:s3:::logs"), Outcome.FAIL, None),
        (changed(Action="s3:GetObject"), Outcome.FAIL, None),
        (changed(Effect="Allow"), Outcome.FAIL, None),
        (
            changed(
                Condition={"Bool": {"aws:SecureTransport": "false"}, "StringEquals": {"aws:PrincipalTag/team": "red"}}
            ),
            Outcome.UNKNOWN,
            Cause.UNDECIDABLE,
        ),
        (present({"Policy": "{not json"}), Outcome.UNKNOWN, Cause.UNREADABLE),
        (denied(Setting.POLICY), Outcome.UNKNOWN, Cause.UNREADABLE),
    ],
)
def test_plain_http(reading: Reading[Json], outcome: Outcome, cause: Cause | None) -> None:
    """Nothing but a Deny that hits everyone and everything is a PASS."""
    found = verdict(reading)

    assert (found.outcome, found.cause) == (outcome, cause)


def test_the_statement_is_quoted() -> None:
    """The PASS shows the Deny it rests on, and where it stands."""
    (fact,) = verdict(changed()).evidence

    assert (fact.path, fact.bucket) == ("Policy.Statement[1]", "logs")
    assert fact.value == deny_plain_http("logs")
