"""Credentials and clients: the standard AWS chain, one client an account, service and Region, and no retry storms."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import botocore
from botocore.awsrequest import AWSRequest
from botocore.client import BaseClient
from botocore.config import Config
from botocore.credentials import CredentialProvider, CredentialResolver, RefreshableCredentials
from botocore.exceptions import ClientError, CredentialRetrievalError
from botocore.loaders import Loader
from botocore.session import Session
from botocore.utils import parse_timestamp

from auditor import __version__
from auditor.aws.calls import CallLog
from auditor.aws.trouble import UNANSWERED, UNREACHED, harmless
from auditor.iam_policy import ASSUME_ROLE
from auditor.reading import Json

FALLBACK_REGION = "us-east-1"
"""Where calls that need no particular Region go when the user has configured none; STS and S3 answer there."""
SESSION_NAME = "s3-log-auditor"
"""The role session name, so that CloudTrail shows who it was."""
PER_ACCOUNT = 10
"""Calls in flight per account: AWS publishes no rates for bucket configuration reads, so we stay modest."""

_ISO_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z")
_ATTEMPTS: Final[Mapping[str, int]] = {"s3": 6, "sts": 3, "s3control": 3}
_CONNECT_SECONDS = 5
_READ_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What all accounts of one collection share: the clock, the switch that ends it early, and the count of calls."""

    now: Callable[[], datetime]
    stop: threading.Event
    calls: CallLog


class Clients:
    """The clients of one set of credentials; making one is slow and not thread-safe, using one is both."""

    def __init__(self, session: Session, context: Context) -> None:
        self._session = session
        self._context = context
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str], BaseClient] = {}

    def get(self, service: str, region: str) -> BaseClient:
        """The client of `service` in `region`; raises botocore's errors when it cannot be made."""
        with self._lock:
            client = self._clients.get((service, region))
            if client is None:
                client = self._clients[service, region] = self._make(service, region)
            return client

    def regions(self, service: str, partition: str) -> tuple[str, ...]:
        """The Regions of `partition` in which botocore knows `service`."""
        return tuple(self._session.get_available_regions(service, partition))

    def close(self) -> None:
        """Forget the clients and their connections."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def _make(self, service: str, region: str) -> BaseClient:
        client = self._create(service, region, path_style=False)
        local = _is_local(urlsplit(client.meta.endpoint_url).hostname or "")
        if local and service == "s3":
            # `bucket.localhost` does not resolve on every machine.
            client = self._create(service, region, path_style=True)
        if local and service == "s3control":
            client.meta.events.register("before-sign.s3-control", _drop_account_label)
        events, service_id = client.meta.events, client.meta.service_model.service_id.hyphenize()
        events.register_first(f"needs-retry.{service_id}", _do_not_insist)
        # The stubs know only handlers that return nothing; a delay in seconds asks for another attempt.
        events.register(f"needs-retry.{service_id}", _wait_for_conflict)  # type: ignore[arg-type]  # see above
        self._context.calls.attach(client)
        return client

    def _create(self, service: str, region: str, *, path_style: bool) -> BaseClient:
        config = Config(
            # A short one: botocore builds its own long description anew for every request.
            user_agent=f"s3-log-auditor/{__version__} Botocore/{botocore.__version__}",
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            max_pool_connections=PER_ACCOUNT,
            retries={"mode": "adaptive", "total_max_attempts": _ATTEMPTS.get(service, 4)},
            s3={"us_east_1_regional_endpoint": "regional"},
        )
        if path_style:
            config = config.merge(Config(s3={"us_east_1_regional_endpoint": "regional", "addressing_style": "path"}))
        return self._session.create_client(service, region_name=region, config=config)


@cache
def _service_descriptions() -> Loader:
    """botocore's descriptions of the services: large, the same for every session, and read from disk once."""
    return Loader()


def open_session(profile: str | None) -> Session:
    """A session of the standard credential chain, or of one AWS profile; raises ProfileNotFound and the like."""
    session = Session(profile=profile)
    session.register_component("data_loader", _service_descriptions())
    session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=_time)
    session.set_config_variable("sts_regional_endpoints", "regional")
    session.get_scoped_config()  # a profile that does not exist is found here, not at the first call
    return session


def assumed_session(sts: BaseClient, *, profile: str | None, role_arn: str, external_id: str) -> Session:
    """A session with the credentials of a role, renewed before they expire.

    `profile` is the starting identity's, whose other settings (endpoints, proxies) stay in force. Raises ClientError
    when STS refuses, and botocore's other errors when it does not answer.
    """
    request = {"RoleArn": role_arn, "RoleSessionName": SESSION_NAME}
    if external_id:
        request["ExternalId"] = external_id

    def assume() -> dict[str, str]:
        answer: Mapping[str, Mapping[str, object]] = getattr(sts, ASSUME_ROLE.operation)(**request)
        credentials = answer["Credentials"]
        return {
            "access_key": str(credentials["AccessKeyId"]),
            "secret_key": str(credentials["SecretAccessKey"]),
            "token": str(credentials["SessionToken"]),
            "expiry_time": str(credentials["Expiration"]),
        }

    def renew() -> dict[str, str]:
        try:
            return assume()
        except (ClientError, *UNANSWERED) as error:
            # Otherwise the refusal would look like the answer of whatever call happened to need the credentials.
            message = f"AssumeRole: {harmless(str(error))}"
            raise CredentialRetrievalError(provider="assume-role", error_msg=message) from error

    credentials = RefreshableCredentials.create_from_metadata(
        metadata=assume(), refresh_using=renew, method=_Assumed.METHOD
    )
    session = open_session(profile)
    session.register_component("credential_provider", CredentialResolver([_Assumed(credentials)]))
    return session


class _Assumed(CredentialProvider):
    """Hands out the credentials of an assumed role."""

    METHOD = "s3-log-auditor-assume-role"

    def __init__(self, credentials: RefreshableCredentials) -> None:
        super().__init__()
        self._credentials = credentials

    def load(self) -> RefreshableCredentials:
        return self._credentials


def _time(value: object) -> datetime:
    """A time of an answer. botocore's own way takes longer than all the rest of reading a page of 1,000 keys."""
    if isinstance(value, str) and _ISO_TIME.fullmatch(value):
        return datetime.fromisoformat(value)
    return parse_timestamp(str(value))


def home_region(session: Session) -> str:
    """The Region the user configured, or the fallback."""
    region = session.get_config_variable("region")
    return region if isinstance(region, str) and region else FALLBACK_REGION


def _do_not_insist(*, attempts: int, caught_exception: Exception | None, **_: object) -> None:
    """A refused connection or an unknown host is tried twice, not as often as a throttled call."""
    if attempts >= 2 and isinstance(caught_exception, UNREACHED):
        raise caught_exception


def _wait_for_conflict(*, attempts: int, response: tuple[object, Json] | None, **_: object) -> float | None:
    """S3 answers OperationAborted while a conflicting change of the bucket is in progress; botocore does not wait."""
    if response is None or attempts >= 4:
        return None
    match response[1]:
        case {"Error": {"Code": "OperationAborted"}}:
            return 0.25 * float(2**attempts)
        case _:
            return None


def _drop_account_label(*, request: AWSRequest, **_: object) -> None:
    """S3 Control puts the account id before the host name, which an IP address or localhost cannot carry.

    The id travels in the header `x-amz-account-id` as well.
    """
    parts = urlsplit(str(request.url))
    request.url = urlunsplit(parts._replace(netloc=re.sub(r"^[0-9]{12}\.", "", parts.netloc)))


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
