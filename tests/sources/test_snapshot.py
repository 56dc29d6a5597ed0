"""An estate survives its file whole, and a file that is not one says where and why."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import __version__
from auditor.errors import DocumentError
from auditor.model import (
    Account,
    AccountRegion,
    AccountStatus,
    Bucket,
    Estate,
    LogGroup,
    StrangeDestination,
    Trail,
)
from auditor.reading import Absent, Json, Present, Reading, Readings, Setting, Unreadable
from auditor.schema import schema
from auditor.sources.snapshot import read_estate, write_estate
from tests.json_values import names, objects, texts, times, values

Document: TypeAlias = dict[str, Json]
T = TypeVar("T")

NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)

# --- generated estates ------------------------------------------------------------------------------------------------

read_at = st.none() | times
unreadables = st.builds(
    Unreadable, setting=st.sampled_from(Setting), code=texts, message=texts, request_id=texts, read_at=read_at
)
absents = st.builds(Absent, code=texts, request_id=texts, read_at=read_at)


def readings_of(documents: st.SearchStrategy[T]) -> st.SearchStrategy[Reading[T]]:
    def present(document: T, request_id: str, moment: datetime | None) -> Present[T]:
        return Present(value=document, request_id=request_id, read_at=moment)

    return st.one_of(st.builds(present, documents, texts, read_at), absents, unreadables)


readings: st.SearchStrategy[Readings] = st.dictionaries(st.sampled_from(Setting), readings_of(values), max_size=3)


@st.composite
def accounts(draw: st.DrawFn, *, identity: str) -> Account:
    return Account(
        id=identity,
        name=draw(texts),
        partition=draw(texts),
        caller_arn=draw(texts),
        status=draw(st.sampled_from(AccountStatus)),
        problem=draw(texts),
        readings=draw(readings),
        regions=tuple(
            AccountRegion(account=identity, region=draw(texts), readings=draw(readings))
            for _ in range(draw(st.integers(0, 1)))
        ),
        trails=tuple(
            draw(
                st.lists(st.builds(Trail, arn=texts, home_region=texts, document=values, readings=readings), max_size=1)
            )
        ),
        log_groups=tuple(draw(st.lists(st.builds(LogGroup, arn=texts, readings=readings), max_size=1))),
    )


@st.composite
def estates(draw: st.DrawFn) -> Estate:
    ids = draw(st.lists(texts, min_size=1, max_size=3, unique=True))
    account = st.sampled_from(ids)
    buckets = st.builds(
        Bucket,
        name=names,
        account=account,
        region=readings_of(texts),
        in_scope=st.booleans(),
        deleted=st.booleans(),
        document=values,
        readings=readings,
    )
    strange = st.builds(
        StrangeDestination, name=names, account=account, head=readings_of(values), owned=readings_of(values)
    )
    return Estate(
        started_at=draw(times),
        finished_at=draw(times),
        complete=draw(st.booleans()),
        accounts=tuple(draw(accounts(identity=identity)) for identity in ids),
        buckets=tuple(draw(st.lists(buckets, max_size=3, unique_by=lambda one: (one.account, one.name)))),
        strange_destinations=tuple(draw(st.lists(strange, max_size=2))),
        parameters=draw(objects),
        organization=draw(readings),
        tool_version=draw(texts),
    )


@settings(max_examples=40)
@given(estates())
def test_an_estate_survives_its_file(estate: Estate) -> None:
    """Nothing observed is dropped or made up: what is read is what was written, and so are the bytes of it."""
    data = write_estate(estate)
    again = read_estate(data, "estate.json")

    assert again == estate
    assert write_estate(again) == data


# --- a realistic file -------------------------------------------------------------------------------------------------


def small() -> Estate:
    logging: Json = {"LoggingEnabled": {"TargetBucket": "acme-logs", "TargetPrefix": "app/"}}
    return Estate(
        started_at=NOW,
        finished_at=NOW.replace(microsecond=500),
        complete=True,
        accounts=(
            Account(
                id="111122223333",
                name="prod",
                status=AccountStatus.AUDITED,
                regions=(AccountRegion(account="111122223333", region="us-east-1", readings={}),),
            ),
        ),
        buckets=(
            Bucket(
                name="app",
                account="111122223333",
                region=Present(value="us-east-1"),
                readings={
                    Setting.LOGGING: Present(value=logging, request_id="79104EXAMPLEB723", read_at=NOW),
                    Setting.POLICY: Unreadable(setting=Setting.POLICY, code="AccessDenied", message="Access Denied"),
                    Setting.TAGGING: Absent(code="NoSuchTagSet"),
                },
            ),
        ),
        strange_destinations=(
            StrangeDestination(
                name="acme-logs",
                account="111122223333",
                head=Present(value={}),
                owned=Unreadable(setting=Setting.REGION, code="403"),
            ),
        ),
    )


def document() -> Document:
    loaded: Document = json.loads(write_estate(small()))
    return loaded


def test_a_reading_explains_itself() -> None:
    """Who opens the file sees the state first, and for what could not be read the API and the IAM action."""
    bucket = json.loads(write_estate(small()))["buckets"][0]

    assert bucket["readings"] == {
        "logging": {
            "state": "present",
            "document": {"LoggingEnabled": {"TargetBucket": "acme-logs", "TargetPrefix": "app/"}},
            "request_id": "79104EXAMPLEB723",
            "read_at": "2026-11-22T20:00:00Z",
        },
        "policy": {
            "state": "unreadable",
            "setting": "policy",
            "api": "s3:GetBucketPolicy",
            "iam_action": "s3:GetBucketPolicy",
            "code": "AccessDenied",
            "message": "Access Denied",
        },
        "tagging": {"state": "absent", "code": "NoSuchTagSet"},
    }


def test_the_file_says_what_it_is() -> None:
    """Kind, schema version and the collecting tool are in every file."""
    written = document()

    assert written["kind"] == "estate"
    assert written["schema_version"] == "1.0"
    assert written["tool"] == {"name": "s3-log-auditor", "version": __version__}
    assert written["started_at"] == "2026-11-22T20:00:00Z"
    assert written["finished_at"] == "2026-11-22T20:00:00.000500Z"


def test_the_schema_knows_every_setting() -> None:
    """A setting that the code learns and the schema does not would make files that nobody can read."""
    definitions = schema("estate")["$defs"]

    assert isinstance(definitions, dict)
    assert definitions["setting"] == {
        "description": "a setting that can be read",
        "enum": [setting.value for setting in Setting],
    }


# --- wrong files ------------------------------------------------------------------------------------------------------


def within(name: str, change: Callable[[Document], None]) -> Callable[[Document], None]:
    """Apply `change` to the first object of the list called `name`."""

    def apply(whole: Document) -> None:
        items = whole[name]
        assert isinstance(items, list)
        assert isinstance(items[0], dict)
        change(items[0])

    return apply


def reading(setting: str, **changes: Json) -> Callable[[Document], None]:
    """Change a reading of the first bucket; None removes a member."""

    def apply(bucket: Document) -> None:
        readings = bucket["readings"]
        assert isinstance(readings, dict)
        found = readings.setdefault(setting, {})
        assert isinstance(found, dict)
        found.update(changes)
        for name in [name for name, value in changes.items() if value is None]:
            del found[name]

    return within("buckets", apply)


WRONG: dict[str, tuple[Callable[[Document], object], str]] = {
    "unknown key": (lambda d: d.update(extra=1), "extra is not a known key"),
    "missing key": (lambda d: d.pop("buckets"), "buckets is missing; expected a list of the buckets"),
    "not a list": (lambda d: d.update(buckets={}), "buckets is an object with 0 keys; expected a list"),
    "unknown bucket key": (within("buckets", lambda b: b.update(colour="red")), "buckets[0].colour is not a known key"),
    "nameless bucket": (
        within("buckets", lambda b: b.update(name="")),
        'buckets[0].name is ""; expected a bucket name',
    ),
    "unknown setting": (reading("colour", state="absent"), 'buckets[0].readings has the key "colour"'),
    "no state": (reading("logging", state=None), "buckets[0].readings.logging.state is missing"),
    "unknown state": (reading("logging", state="perhaps"), 'buckets[0].readings.logging.state is "perhaps"'),
    "present without document": (reading("logging", document=None), "buckets[0].readings.logging.document is missing"),
    "absent with document": (
        reading("tagging", document={}),
        "buckets[0].readings.tagging.document is not a known key",
    ),
    "unreadable with document": (reading("policy", document={}), "buckets[0].readings.policy.document is not a known"),
    "unreadable without code": (reading("policy", code=None), "buckets[0].readings.policy.code is missing"),
    "a number for a Region": (
        within("buckets", lambda b: b.update(region={"state": "present", "document": 7})),
        "buckets[0].region.document is 7; expected a Region",
    ),
    "no time": (reading("logging", read_at="yesterday"), 'read_at is "yesterday"; expected a time in UTC'),
    "local time": (reading("logging", read_at="2026-11-22T20:00:00"), "expected a time in UTC"),
    "no such day": (
        reading("logging", read_at="2026-02-30T20:00:00Z"),
        "buckets[0].readings.logging.read_at is not a date and time of the calendar",
    ),
    "leap second": (lambda d: d.update(started_at="2026-11-22T23:59:60Z"), "started_at is not a date and time"),
    "whose bucket": (
        within("buckets", lambda b: b.update(account="999\u001b")),
        'buckets[0].account is "999\\u001b"; expected the id of one of the accounts',
    ),
    "whose destination": (
        within("strange_destinations", lambda b: b.update(account="")),
        'strange_destinations[0].account is ""; expected the id of one of the accounts',
    ),
    "status": (within("accounts", lambda a: a.update(status="fine")), 'accounts[0].status is "fine"'),
}


@pytest.mark.parametrize(("change", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_file_names_the_place_and_what_was_expected(change: Callable[[Document], object], message: str) -> None:
    """Every fault is found when the file is read, and told with the path inside it."""
    changed = document()
    change(changed)

    with pytest.raises(DocumentError) as caught:
        read_estate(json.dumps(changed).encode(), "x/estate.json")

    assert caught.value.message.startswith("x/estate.json: ")
    assert message in caught.value.message


@pytest.mark.parametrize("name", ["buckets", "accounts"])
def test_what_is_there_twice_is_refused(name: str) -> None:
    """A bucket that is there twice would be judged twice, perhaps with two results."""
    changed = document()
    items = changed[name]
    assert isinstance(items, list)
    items.append(items[0])

    with pytest.raises(DocumentError, match=f"{name} holds .* more than once"):
        read_estate(json.dumps(changed).encode(), "estate.json")


def test_accounts_that_nobody_could_ask_may_lack_an_id() -> None:
    """Two sets of expired credentials are two unreachable accounts without an id."""
    nobody = Account(id="", status=AccountStatus.UNREACHABLE, problem="the token has expired")
    estate = Estate(started_at=NOW, finished_at=NOW, complete=True, accounts=(nobody, nobody), buckets=())

    assert read_estate(write_estate(estate), "estate.json") == estate


def test_equal_estates_give_equal_bytes() -> None:
    """The order in which settings were read, a matter of threads, leaves no trace in the file or its hash."""
    estate = small()
    bucket = estate.buckets[0]
    turned = Bucket(
        name=bucket.name,
        account=bucket.account,
        region=bucket.region,
        readings=dict(reversed(list(bucket.readings.items()))),
    )
    other = Estate(
        started_at=estate.started_at,
        finished_at=estate.finished_at,
        complete=True,
        accounts=estate.accounts,
        buckets=(turned,),
        strange_destinations=estate.strange_destinations,
    )

    assert write_estate(other) == write_estate(estate)


def test_every_truncation_is_told() -> None:
    """A file cut off anywhere is never half an estate."""
    data = write_estate(small()).rstrip()

    for end in range(len(data)):
        with pytest.raises(DocumentError):
            read_estate(data[:end], "estate.json")
