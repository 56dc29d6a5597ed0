"""Running a collection against moto, and an AWS of canned answers for what moto cannot say."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

import boto3
import pytest
from mypy_boto3_s3.client import S3Client

from auditor.aws.calls import CallLog
from auditor.aws.collect import collect
from auditor.aws.options import CollectOptions, Targets
from auditor.aws.work import Event, Note, Step
from auditor.model import Bucket, Estate


@dataclass(kw_only=True)
class Collected:
    """An estate, what was called for it, and what the user was told."""

    estate: Estate
    calls: CallLog
    steps: list[Step]
    notes: list[str]

    def bucket(self, name: str) -> Bucket:
        """The bucket called `name`."""
        (found,) = [bucket for bucket in self.estate.buckets if bucket.name == name]
        return found


class Collect(Protocol):
    """Collects with the options given."""

    def __call__(
        self,
        targets: Targets = ...,
        options: CollectOptions = ...,
        *,
        stop: threading.Event | None = None,
        on_event: Callable[[Event], None] | None = None,
    ) -> Collected:
        """Run a collection."""


@pytest.fixture
def run() -> Collect:
    """Collects from whatever the environment leads to."""

    def run_collect(
        targets: Targets | None = None,
        options: CollectOptions | None = None,
        *,
        stop: threading.Event | None = None,
        on_event: Callable[[Event], None] | None = None,
    ) -> Collected:
        calls, steps, notes = CallLog(), [], []

        def progress(event: Event) -> None:
            match event:
                case Step():
                    steps.append(event)
                case Note(text=text):
                    notes.append(text)
            if on_event is not None:
                on_event(event)

        estate = collect(
            targets or Targets(),
            options or CollectOptions(),
            now=lambda: datetime.now(UTC),
            progress=progress,
            stop=stop or threading.Event(),
            calls=calls,
        )
        return Collected(estate=estate, calls=calls, steps=steps, notes=notes)

    return run_collect


class Clients:
    """Clients of moto's default account, made once for the whole session because making them is slow."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = boto3.Session(aws_access_key_id="testing", aws_secret_access_key="testing")
        self._made: dict[tuple[str, str], Any] = {}

    def __call__(self, service: str, region: str = "us-east-1") -> Any:  # boto3's clients are typed by name only
        """The client of `service` in `region`."""
        if (service, region) not in self._made:
            client = self._session.client(service, region_name=region, endpoint_url=self._url)  # type: ignore[call-overload]
            self._made[service, region] = client
        return self._made[service, region]


@pytest.fixture(scope="session")
def all_clients(moto_server: str) -> Clients:
    """Clients for seeding."""
    return Clients(moto_server)


@pytest.fixture
def clients(all_clients: Clients, aws_environment: str) -> Clients:
    """Clients for seeding an emulated AWS that is empty."""
    return all_clients


@pytest.fixture
def s3(clients: Clients) -> S3Client:
    """An S3 client of moto's default account in us-east-1."""
    client: S3Client = clients("s3")
    return client


@dataclass(frozen=True, kw_only=True)
class FakeRequest:
    """What a client sent; `service` and `region` are what it signed for, `operation` the JSON or query API's."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: str
    service: str
    region: str
    operation: str


@dataclass(frozen=True, kw_only=True)
class FakeAnswer:
    """What the fake sends back."""

    status: int = 200
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


Script = Callable[[FakeRequest], FakeAnswer | None]


@dataclass(kw_only=True)
class FakeAws:
    """An endpoint that answers as `script` says; what nobody scripted is an error.

    From the start it knows who we are (account 111122223333), lets every role be assumed, and lists no buckets.
    """

    url: str
    script: Script
    requests: list[FakeRequest] = field(default_factory=list)

    def answer(self, request: FakeRequest) -> FakeAnswer:
        """The answer to `request`, which is recorded."""
        self.requests.append(request)
        known = self.script(request)
        if known is not None:
            return known
        if request.operation == "GetCallerIdentity":
            # The session token of an assumed role tells the account, so that the fake need not remember it.
            return FakeAnswer(body=caller_identity(request.headers.get("x-amz-security-token", "111122223333")))
        if request.operation == "AssumeRole":
            return FakeAnswer(body=assumed(unquote(request.body).partition("arn:aws:iam::")[2][:12]))
        if request.service == "s3" and request.path == "/":
            return FakeAnswer(body="<ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>")
        return self.error("NotScripted")

    def say(self, body: str = "", *, headers: Mapping[str, str] | None = None) -> FakeAnswer:
        """A 200 with this body."""
        return FakeAnswer(body=body, headers=headers or {})

    def error(self, code: str, *, status: int = 400, headers: Mapping[str, str] | None = None) -> FakeAnswer:
        """An error in the form that the service of the last request uses."""
        request = self.requests[-1]
        if "x-amz-target" in request.headers:
            body = f'{{"__type": "{code}", "message": "no"}}'
        elif request.service == "s3":
            body = f"<Error><Code>{code}</Code><Message>no</Message></Error>"
        else:
            body = f"<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>"
        return FakeAnswer(status=status, body=body, headers=headers or {})

    def caller_identity(self, account: str, *, partition: str) -> str:
        """The answer of GetCallerIdentity in a partition."""
        return caller_identity(account, partition=partition)

    def assumed(self, account: str, *, until: str) -> FakeAnswer:
        """The answer of AssumeRole with credentials that end at `until`."""
        return FakeAnswer(body=assumed(account, until))

    def asked(self, operation: str) -> list[FakeRequest]:
        """The requests of one operation of a JSON or query API."""
        return [request for request in self.requests if request.operation == operation]


def caller_identity(account: str, *, partition: str = "aws") -> str:
    """The answer of GetCallerIdentity."""
    arn = f"arn:{partition}:sts::{account}:assumed-role/reader/me"
    return (
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
        f"<Arn>{arn}</Arn><UserId>AROA:me</UserId><Account>{account}</Account></GetCallerIdentityResult>"
        "<ResponseMetadata><RequestId>sts-1</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
    )


def assumed(account: str, until: str = "2999-01-01T00:00:00Z") -> str:
    """The answer of AssumeRole in an account."""
    return (
        "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAFAKE</AccessKeyId>"
        f"<SecretAccessKey>s</SecretAccessKey><SessionToken>{account}</SessionToken>"
        f"<Expiration>{until}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
    )


@pytest.fixture
def fake_aws(bare_environment: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    """A fake endpoint for all services, with credentials for it; set `script` before asking."""
    fake = FakeAws(url="", script=lambda _: None)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # head and body go out in two writes, and each answer would wait 40 ms

        def handle_any(self) -> None:
            request = _parse(self)
            answer = fake.answer(request)
            body = answer.body.encode()
            self.send_response(answer.status)
            for name, value in {"x-amzn-RequestId": f"id-{len(fake.requests)}", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if request.method != "HEAD":
                self.wfile.write(body)

        do_GET = do_POST = do_HEAD = do_PUT = handle_any  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    monkeypatch.setenv("AWS_ENDPOINT_URL", fake.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDFAKE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "fake")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    yield fake
    server.shutdown()
    server.server_close()
    thread.join()


def _parse(handler: BaseHTTPRequestHandler) -> FakeRequest:
    parts = urlsplit(handler.path)
    body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0)).decode()
    # AWS4-HMAC-SHA256 Credential=AKID/20261122/eu-west-1/s3/aws4_request, …
    scope = handler.headers.get("Authorization", "").partition("Credential=")[2].split(",")[0].split("/")
    target = handler.headers.get("X-Amz-Target", "").rpartition(".")[2]
    return FakeRequest(
        method=handler.command,
        path=unquote(parts.path),
        query=dict(parse_qsl(parts.query, keep_blank_values=True)),
        headers={name.lower(): value for name, value in handler.headers.items()},
        body=body,
        service=scope[3] if len(scope) == 5 else "",
        region=scope[2] if len(scope) == 5 else "",
        operation=target or dict(parse_qsl(body)).get("Action", ""),
    )
