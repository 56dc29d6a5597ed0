"""Principals, operations and user agents: by Python, and by the SQL made of the same tables."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import duckdb
import pytest

from auditor.activity.operation import OPERATIONS, ActionClass, action_class, action_class_sql
from auditor.activity.principal import Principal, PrincipalKind, principal, principal_sql
from auditor.activity.user_agent import FAMILIES, user_agent_family, user_agent_family_sql
from tests.activity.generate import INTERNAL, REQUESTS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CANONICAL = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
ROLE = "arn:aws:sts::111122223333:assumed-role/hr-app"
REQUESTERS: list[tuple[str | None, str, Principal]] = [
    (None, "REST.GET.OBJECT", Principal(name="anonymous", kind=PrincipalKind.ANONYMOUS)),
    (None, "S3.EXPIRE.OBJECT", Principal(name="AmazonS3", kind=PrincipalKind.SERVICE)),
    ("AmazonS3", "S3.EXPIRE.OBJECT", Principal(name="AmazonS3", kind=PrincipalKind.SERVICE)),
    (
        "svc:cloudfront.amazonaws.com",
        "REST.GET.OBJECT",
        Principal(name="cloudfront.amazonaws.com", kind=PrincipalKind.SERVICE),
    ),
    (
        "3272ee65a908a7677109fedda345db8d9554ba26398b2ca10581de88777e2b61",
        "REST.PUT.OBJECT",
        Principal(name="s3-log-service", kind=PrincipalKind.SERVICE),
    ),
    (CANONICAL, "REST.GET.OBJECT", Principal(name=CANONICAL, kind=PrincipalKind.CANONICAL)),
    ("a" * 96, "REST.GET.OBJECT", Principal(name="a" * 96, kind=PrincipalKind.CANONICAL)),
    ("a" * 65, "REST.GET.OBJECT", Principal(name="a" * 65, kind=None)),
    (
        "arn:aws:iam::111122223333:user/path/to:there/dev",
        "REST.GET.OBJECT",
        Principal(
            name="arn:aws:iam::111122223333:user/path/to:there/dev", kind=PrincipalKind.USER, account="111122223333"
        ),
    ),
    (
        f"{ROLE}/i-0a1b2c3d4e5f60718",
        "REST.GET.OBJECT",
        Principal(
            name=ROLE,
            kind=PrincipalKind.ROLE,
            account="111122223333",
            role="hr-app",
            session="i-0a1b2c3d4e5f60718",
        ),
    ),
    (
        "arn:aws:iam::111122223333:role/service-role/hr-app",
        "REST.GET.OBJECT",
        Principal(name=ROLE, kind=PrincipalKind.ROLE, account="111122223333", role="hr-app"),
    ),
    (
        "arn:aws-us-gov:iam::111122223333:root",
        "REST.GET.OBJECT",
        Principal(name="arn:aws-us-gov:iam::111122223333:root", kind=PrincipalKind.ROOT, account="111122223333"),
    ),
    (
        "arn:aws:sts::111122223333:federated-user/bob",
        "REST.GET.OBJECT",
        Principal(name="arn:aws:sts::111122223333:federated-user/bob", kind=PrincipalKind.USER, account="111122223333"),
    ),
    (
        "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E2EXAMPLEID",
        "REST.GET.OBJECT",
        Principal(
            name="arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E2EXAMPLEID",
            kind=PrincipalKind.SERVICE,
        ),
    ),
    ("arn:aws:iam", "REST.GET.OBJECT", Principal(name="arn:aws:iam", kind=None)),
    (
        "arn:aws:iam::111122223333:group/x",
        "REST.GET.OBJECT",
        Principal(name="arn:aws:iam::111122223333:group/x", kind=None, account="111122223333"),
    ),
    ("somebody", "REST.GET.OBJECT", Principal(name="somebody", kind=None)),
]


@pytest.fixture(scope="module")
def engine() -> Iterator["DuckDBPyConnection"]:
    """An engine that knows nothing."""
    connection = duckdb.connect()
    yield connection
    connection.close()


@pytest.mark.parametrize(("requester", "operation", "expected"), REQUESTERS)
def test_requesters_tell_who_asked(requester: str | None, operation: str, expected: Principal) -> None:
    """Sessions of a role are one principal, and a form that nobody described has no kind."""
    assert principal(requester, operation) == expected


def test_sql_finds_the_same_principals(engine: "DuckDBPyConnection") -> None:
    """The SQL for other engines says what Python says."""
    columns = principal_sql("requester", "operation")
    names = ("principal", "principal_kind", "account", "role", "session")
    wanted = ", ".join(columns[name] for name in names)

    for requester, operation, expected in REQUESTERS:
        given = engine.sql("SELECT ?::VARCHAR AS requester, ? AS operation", params=[requester, operation])
        (found,) = given.project(wanted).fetchall()
        assert found == (expected.name, expected.kind, expected.account, expected.role, expected.session), requester


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("REST.GET.OBJECT", ActionClass.READ),
        ("REST.COPY.OBJECT_GET", ActionClass.READ),
        ("REST.COPY.OBJECT", ActionClass.WRITE),
        ("REST.GET.BUCKET", ActionClass.LIST),
        ("BATCH.DELETE.OBJECT", ActionClass.DELETE),
        ("S3.CREATE.DELETEMARKER", ActionClass.DELETE),
        ("REST.PUT.LOGGING_STATUS", ActionClass.CONFIG),
        ("REST.DELETE.PUBLIC_ACCESS_BLOCK", ActionClass.CONFIG),
        ("REST.PUT.SOMETHING_NEW", None),
    ],
)
def test_operations_have_a_class_or_none(operation: str, expected: ActionClass | None) -> None:
    """What nobody described is unknown, not harmless."""
    assert action_class(operation) == expected


def test_every_operation_we_generate_has_a_class() -> None:
    """The table covers what is documented and what was seen."""
    operations = [*(kind.operation for kind in REQUESTS), *(name for name, _ in INTERNAL)]

    assert [operation for operation in operations if action_class(operation) is None] == []


def test_no_operation_has_two_classes() -> None:
    """The order of the table decides nothing."""
    names = [name for operations in OPERATIONS.values() for name in operations]

    assert len(names) == len(set(names))


def test_sql_finds_the_same_classes(engine: "DuckDBPyConnection") -> None:
    """The SQL for other engines says what Python says."""
    names = [*(name for operations in OPERATIONS.values() for name in operations), "REST.PUT.SOMETHING_NEW"]
    given = engine.sql("SELECT unnest(?) AS operation", params=[names])
    found = given.project(f"operation, {action_class_sql('operation')}").fetchall()

    assert dict(found) == {name: action_class(name) for name in names}


AGENTS = {
    "aws-cli/2.31.0 md/awscrt#0.28.1 ua/2.1 os/linux md/command#s3.sync": "aws-cli",
    "Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1": "boto3",
    "aiobotocore/2.1 Python/3.9": "botocore",
    "S3Console/0.4, aws-internal/3 aws-sdk-java/1.12.750": "S3Console",
    "[S3Console/0.4, aws-internal/3]": "S3Console",
    "aws-sdk-java/2.36.2 md/io#sync": "aws-sdk-java",
    "Hadoop 3.3.4, aws-sdk-java/1.12": "Hadoop",
    "APN/1.0 HashiCorp/1.0 Terraform/1.9.0 aws-sdk-go-v2/1.30": "Terraform",
    "curl/8.16.0": "curl",
    "CURL/8.16.0": "curl",
    "Wget/1.25.0 (linux-gnu)": "wget",
    "rclone/v1.71.2": "rclone",
    "Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36": "Chrome",
    "Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0": "Edge",
    "Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 OPR/120.0": "Opera",
    "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15": "Safari",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)": "bot",
    "\u212aURL/8 CHROME": "other",
    "": "other",
    "my own client": "other",
}


@pytest.mark.parametrize(("agent", "family"), AGENTS.items())
def test_user_agents_have_a_family(agent: str, family: str) -> None:
    """The tool's own name counts, not the library's behind it."""
    assert user_agent_family(agent) == family


def test_no_user_agent_has_no_family() -> None:
    """Nothing was claimed."""
    assert user_agent_family(None) is None


def test_sql_finds_the_same_families(engine: "DuckDBPyConnection") -> None:
    """The SQL for other engines says what Python says, for every mark in both cases."""
    marks = [mark for marks in FAMILIES.values() for mark in marks]
    agents = [*AGENTS, *marks, *(mark.upper() for mark in marks), None]
    given = engine.sql("SELECT unnest(?::VARCHAR[]) AS agent", params=[agents])
    found = given.project(f"agent, {user_agent_family_sql('agent')}").fetchall()

    assert dict(found) == {agent: user_agent_family(agent) for agent in agents}
