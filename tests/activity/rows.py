"""Typed rows of `access_log`, each ordinary but for what a test says, in an engine that tests share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final, TypeAlias

from auditor.activity.columns import COLUMNS, STATES
from auditor.activity.operation import action_class
from auditor.activity.principal import principal
from auditor.activity.user_agent import user_agent_family

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Value: TypeAlias = str | int | bool | datetime | None
Row: TypeAlias = Mapping[str, Value]
Changes: TypeAlias = Mapping[str, Value]

DAY: Final = datetime(2026, 11, 20, tzinfo=UTC)
"""The day that tests look at."""
OWNER: Final = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
ACCOUNT: Final = "111122223333"
STRANGER: Final = "999988887777"
ALICE: Final = f"arn:aws:iam::{ACCOUNT}:user/alice"
BOB: Final = f"arn:aws:iam::{ACCOUNT}:user/bob"
BATCH: Final = f"arn:aws:sts::{ACCOUNT}:assumed-role/batch-jobs/nightly"
BATCH_ROLE: Final = f"arn:aws:sts::{ACCOUNT}:assumed-role/batch-jobs"
INTERN: Final = f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSReservedSSO_Interns_0123456789abcdef/intern@acme.example"
BUCKET: Final = "acme-hr-documents"
SDK: Final = "Boto3/1.40.1 md/Botocore#1.40.1 ua/2.1 os/linux#6.1.0 md/arch#x86_64 lang/python#3.13.1"

_FIRST_ID: Final = 0x3E57427F33A50000


def role(name: str, session: str = "app", *, account: str = ACCOUNT) -> str:
    """The requester of a role's session."""
    return f"arn:aws:sts::{account}:assumed-role/{name}/{session}"


def row(**changes: Value) -> Row:
    """An OK read of one object at midnight of DAY by Alice, as a full 27-field record, but for `changes`.

    The derived columns follow the others unless they are given. A status from 400 on sends no bytes.
    """
    made: dict[str, Value] = {**_ORDINARY, **changes}
    operation, requester, agent = made["operation"], made["requester"], made["user_agent"]
    status = made["http_status"]
    if isinstance(status, int) and status >= 400:
        made["bytes_sent"] = changes.get("bytes_sent", 243)
        made["object_size"] = changes.get("object_size")
        made["error_code"] = changes.get("error_code", _ERRORS.get(status))
    if requester is None:
        for name in ("signature_version", "authentication_type"):
            made[name] = changes.get(name)
    derived = _derived(requester, str(operation), agent)
    return {**derived, "key_raw": made["key"], **made}


@cache
def _derived(requester: Value, operation: str, agent: Value) -> Row:
    caller = principal(requester if isinstance(requester, str) else None, operation)
    kind = action_class(operation)
    return {
        "principal": caller.name,
        "account": caller.account,
        "role": caller.role,
        "session": caller.session,
        "principal_kind": None if caller.kind is None else caller.kind.value,
        "action_class": None if kind is None else kind.value,
        "user_agent_family": user_agent_family(agent if isinstance(agent, str) else None),
    }


_ERRORS: Final = {403: "AccessDenied", 404: "NoSuchKey", 400: "InvalidRequest"}
_ORDINARY: Final[Row] = {
    "bucket_owner": OWNER,
    "bucket": BUCKET,
    "time": DAY,
    "remote_ip": "198.51.100.23",
    "requester": ALICE,
    "operation": "REST.GET.OBJECT",
    "key": "onboarding/2026/passport.pdf",
    "request_uri": None,
    "http_status": 200,
    "error_code": None,
    "bytes_sent": 48_213,
    "object_size": 48_213,
    "total_time_ms": 41,
    "turn_around_time_ms": 38,
    "referer": None,
    "user_agent": SDK,
    "version_id": None,
    "host_id": "s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234=",
    "signature_version": "SigV4",
    "cipher_suite": "TLS_AES_128_GCM_SHA256",
    "authentication_type": "AuthHeader",
    "host_header": "acme-hr-documents.s3.eu-west-1.amazonaws.com",
    "tls_version": "TLSv1.3",
    "access_point_arn": None,
    "acl_required": False,
    "source_region": None,
    "extra": None,
    "field_count": 27,
    "parse_state": STATES[0],
    "log_object": "logs/2026-11-20-04-00-00-0123456789ABCDEF",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Many rows alike: the n-th is at `start` plus n times `step`, and `{}` in a text of `like` is its number from 0.

    The whole comes again on each of `days` days, with numbers that go on. The engine makes them itself, which is a
    hundred times faster than rows made here.
    """

    start: datetime
    step: timedelta
    count: int
    like: Row
    days: int = 1

    def rows(self) -> list[Row]:
        """The rows one by one."""
        return [
            {
                **{
                    name: value.replace("{}", str(number)) if isinstance(value, str) else value
                    for name, value in self.like.items()
                },
                "time": self.start + self.step * (number % self.count) + timedelta(days=number // self.count),
            }
            for number in range(self.count * self.days)
        ]


Rows: TypeAlias = list[Row | Block]


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """A rhythm of rows: the n-th is at `start` plus n times `step`, and all of it again on each of `days` days."""

    start: datetime = DAY
    step: timedelta = timedelta(seconds=1)
    days: int = 1

    def daily(self, days: int) -> Every:
        """The same on each of `days` days."""
        return replace(self, days=days)

    def rows(self, count: int, **changes: Value) -> list[Row]:
        """`count` rows; a `{}` in a text of `changes` becomes the row's number from 0."""
        return self.block(count, **changes).rows()

    def block(self, count: int, **changes: Value) -> Block:
        """The same as one block."""
        return Block(start=self.start, step=self.step, count=count, days=self.days, like=row(**changes))


def every(start: datetime = DAY, **step: float) -> Every:
    """Rows from `start` on, one each step: `every(DAY, minutes=5)`; one each second when nothing is said."""
    return Every(start=start, step=timedelta(**step) if step else timedelta(seconds=1))


def at(hour: int = 0, minute: int = 0, second: int = 0, *, days: int = 0) -> datetime:
    """A time of DAY, or of the day `days` after it."""
    return DAY + timedelta(days=days, hours=hour, minutes=minute, seconds=second)


@cache
def shared_engine() -> DuckDBPyConnection:
    """The engine, one for the whole test run: making one takes longer than most tests."""
    import duckdb

    made = duckdb.connect(":memory:", config={"threads": 1})
    made.execute("SET TimeZone = 'America/New_York'")  # no result may depend on where the machine stands
    return made


def load(rows: Iterable[Row | Block]) -> DuckDBPyConnection:
    """The engine with a table `access_log` of exactly `rows`; lines and missing request ids are numbered."""
    engine = shared_engine()
    columns = ", ".join(f"{column.name} {column.sql_type}" for column in COLUMNS)
    engine.execute(f"CREATE OR REPLACE TABLE access_log ({columns})")
    single: list[Row] = []
    number = 0
    for one in rows:
        if isinstance(one, Block):
            _insert_block(engine, one, first=number + 1)
            number += one.count * one.days
        else:
            number += 1
            single.append({"line": number, "request_id": f"{_FIRST_ID + number:016X}", **one})
    if single:
        _insert(engine, single)
    return engine


def _insert_block(engine: DuckDBPyConnection, block: Block, *, first: int) -> None:
    """Insert the rows of `block`, their lines numbered from `first`."""
    bound: dict[str, object] = {"count": block.count, "days": block.days, "step": block.step.total_seconds()}
    texts = []
    for column in COLUMNS:
        name = column.name
        value = {**block.like, "time": block.start}.get(name)
        bound[name] = value.isoformat() if isinstance(value, datetime) else value
        if name == "line":
            bound[name] = first
            texts.append("$line + n")
        elif name == "time":
            texts.append("$time::TIMESTAMPTZ + to_seconds($step * (n % $count)) + to_days((n // $count)::INTEGER)")
        elif name == "request_id" and value is None:
            bound[name] = f"{first:x}"
            texts.append("concat('B', $request_id, '-', n)")
        elif isinstance(value, str):
            texts.append(f"replace(${name}, '{{}}', n::VARCHAR)")
        else:
            texts.append(f"${name}::{column.sql_type}")
    made = f"SELECT {', '.join(texts)} FROM range($count::BIGINT * $days) AS made(n)"  # noqa: S608 (our own words)
    engine.execute(f"INSERT INTO access_log {made}", bound)


def _insert(engine: DuckDBPyConnection, rows: Sequence[Row]) -> None:
    """Insert `rows` as one statement; columns in which all rows agree are bound as one value."""
    bound: dict[str, object] = {}
    texts = []
    for column in COLUMNS:
        values = [one.get(column.name) for one in rows]
        # TIMESTAMPTZ parameters need a time zone library; text does not.
        plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
        if all(value == plain[0] for value in plain):
            bound[column.name] = plain[0]
            texts.append(f"${column.name}::{column.sql_type}")
        else:
            bound[column.name] = plain
            base = "VARCHAR" if column.sql_type == "TIMESTAMPTZ" else column.sql_type
            texts.append(f"unnest(${column.name}::{base}[])::{column.sql_type}")
    if not any(text.startswith("unnest") for text in texts):
        texts[0] = f"unnest([{texts[0]}])"
    engine.execute(f"INSERT INTO access_log SELECT {', '.join(texts)}", bound)
