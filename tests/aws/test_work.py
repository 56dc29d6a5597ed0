"""Threads, silences and renewals: what holds a collection together when something does not answer."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from auditor.aws.access import Silences
from auditor.aws.calls import CallLog
from auditor.aws.options import NamedAccount, Targets
from auditor.aws.session import Context
from auditor.aws.trouble import Failure
from auditor.aws.work import Crew, Event, Phase, Step, interleave
from auditor.model import AccountStatus

if TYPE_CHECKING:
    from tests.aws.conftest import Collect, FakeAnswer, FakeAws, FakeRequest

SILENT = Failure(code="EndpointConnectionError")


def context() -> Context:
    """A context of its own."""
    return Context(now=lambda: datetime.now(UTC), stop=threading.Event(), calls=CallLog())


def test_results_keep_the_order_of_the_work() -> None:
    """Whatever ends first, results stand where their items stood, and every end is told on the calling thread."""
    told: list[tuple[Event, int]] = []
    gate = threading.Event()

    def work(item: int) -> int:
        if item == 0:
            gate.wait(5)
        if item == 3:
            gate.set()
        return item * 10

    with Crew(workers=4, context=context(), progress=lambda event: told.append((event, threading.get_ident()))) as crew:
        assert crew.map(Phase.SOURCES, work, range(4)) == [0, 10, 20, 30]
        assert crew.map(Phase.TRAILS, work, []) == []

    assert [event for event, _ in told] == [Step(phase=Phase.SOURCES, done=done, total=4) for done in range(5)]
    assert {thread for _, thread in told} == {threading.get_ident()}


def test_a_bug_of_ours_comes_through() -> None:
    """An exception in a piece of work is neither swallowed nor turned into a reading."""

    def broken(item: int) -> int:
        if item == 1:
            raise ZeroDivisionError("a bug")
        return item

    crew = Crew(workers=2, context=context(), progress=lambda _: None)
    with crew, pytest.raises(ZeroDivisionError, match="a bug"):
        crew.map(Phase.SOURCES, broken, range(3))


def test_accounts_take_turns() -> None:
    """One item of each group after the other, until all are used up."""
    assert interleave([["a1", "a2", "a3"], [], ["c1"], ["d1", "d2"]]) == ["a1", "c1", "d1", "a2", "d2", "a3"]
    assert interleave([]) == []


def test_an_endpoint_that_never_answered_is_given_up_at_once() -> None:
    """One failure is enough, for this service and Region only."""
    silences = Silences()
    silences.silent("s3control", "eu-west-1", SILENT)

    assert silences.given_up("s3control", "eu-west-1") is SILENT
    assert silences.given_up("s3control", "us-east-1") is None
    assert silences.given_up("s3", "eu-west-1") is None


def test_a_short_break_does_not_cost_a_region() -> None:
    """An endpoint that has answered before is given up after five silences in a row only."""
    silences = Silences()
    silences.answered("s3", "eu-west-1")
    for _ in range(4):
        silences.silent("s3", "eu-west-1", SILENT)

    assert silences.given_up("s3", "eu-west-1") is None
    silences.answered("s3", "eu-west-1")
    for _ in range(4):
        silences.silent("s3", "eu-west-1", SILENT)
    assert silences.given_up("s3", "eu-west-1") is None
    silences.silent("s3", "eu-west-1", SILENT)
    assert silences.given_up("s3", "eu-west-1") is SILENT


def test_a_role_that_cannot_be_renewed_is_not_blamed_on_the_call(fake_aws: FakeAws, run: Collect) -> None:
    """When the credentials of a role run out and STS refuses new ones, the trouble is named as what it is."""
    answers = iter([True])

    def script(request: FakeRequest) -> FakeAnswer | None:
        if request.operation != "AssumeRole":
            return None
        if next(answers, False):
            return fake_aws.assumed("222233334444", until="2020-01-01T00:00:00Z")
        return fake_aws.error("AccessDenied", status=403)

    fake_aws.script = script
    listed = (NamedAccount(id="111122223333"), NamedAccount(id="222233334444"))

    own, other = run(Targets(accounts=listed, role_name="reader")).estate.accounts

    assert own.status is AccountStatus.AUDITED
    assert other.status is AccountStatus.UNREACHABLE
    assert "the credentials could not be fetched" in other.problem
    assert "AssumeRole" in other.problem
