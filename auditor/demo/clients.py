"""The clients that fill the emulator; they are made while it runs, when the user's own settings are out of sight."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from botocore.awsrequest import AWSRequest
from botocore.client import BaseClient
from botocore.config import Config
from botocore.session import Session

from auditor.reading import Json
from auditor.shape import mapping, text

_ACCOUNT_LABEL = re.compile(r"(?<=//)[0-9]{12}\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """An access key, with a token when it belongs to a role."""

    id: str
    secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)


NOBODY = Keys(id="demo", secret="demo")  # noqa: S106  # moto asks for a key and looks at none
"""What moto takes for the credentials of an account of its own."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service of the emulator in one Region, as one set of keys sees it."""

    client: BaseClient

    def do(self, operation: str, /, **parameters: object) -> Mapping[str, Json]:
        """The answer of the operation that boto3 calls so; raises ClientError when the emulator refuses."""
        answer: Mapping[str, Json] = getattr(self.client, operation)(**parameters)
        return answer


class Clients:
    """Clients of one set of keys for the emulator at `url`, each made once."""

    def __init__(self, url: str, keys: Keys) -> None:
        self._url = url
        self._session = Session()
        self._session.set_credentials(keys.id, keys.secret, keys.token)
        self._services: dict[tuple[str, str], Service] = {}

    def get(self, service: str, region: str) -> Service:
        """`service` in `region`."""
        if (service, region) not in self._services:
            self._services[service, region] = Service(self._make(service, region))
        return self._services[service, region]

    def close(self) -> None:
        """Close the connections."""
        for service in self._services.values():
            service.client.close()

    def _make(self, service: str, region: str) -> BaseClient:
        client = self._session.create_client(
            service,
            region_name=region,
            endpoint_url=self._url,
            config=Config(
                # Calls cost nearly all of the seeding's time; these two save a sixth of it.
                parameter_validation=False,
                user_agent="s3-log-auditor demo",
                retries={"mode": "standard", "total_max_attempts": 2},
                s3={"addressing_style": "path"},
            ),
        )
        if service == "s3control":
            client.meta.events.register("before-sign.s3-control", _drop_account_label)
        return client


def text_in(answer: Mapping[str, Json], *path: str) -> str:
    """The string at `path` of an answer; ValueError when there is none."""
    found: Json = dict(answer)
    for member in path:
        found = mapping(found, member).get(member)
    return text(found, ".".join(path))


def _drop_account_label(*, request: AWSRequest, **_: object) -> None:
    # S3 Control puts the account id before the host name, and an IP address cannot carry it.
    request.url = _ACCOUNT_LABEL.sub("", request.url or "")
