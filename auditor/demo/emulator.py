"""A moto server on a free loopback port, in this process, and the few things that nobody can tell it over HTTP.

moto is changed in four ways while it runs, each of which would make the demo tell something untrue about AWS:
- It writes log objects of its own invention on every request to a bucket that logs, so broken delivery would look
  sound: switched off.
- It enforces bucket policies without their conditions and principals, so that a TLS-only policy would lock everybody
  out: bucket policies are only stored. Identity policies are enforced (`enforce_iam`), as AWS does.
- It computes wrong signatures for the calls of REST services such as GuardDuty and would refuse them: identity
  policies are enforced for S3 only.
- It prints a line for each request: silenced.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from threading import Thread
from unittest.mock import patch

from moto import settings
from moto.core.authorization import ActionAuthenticatorMixin
from moto.iam.access_control import PermissionResult
from moto.logs.models import logs_backends
from moto.moto_api._internal.models import moto_api_backend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from moto.organizations.models import organizations_backends
from moto.s3.models import FakeBucket, S3Backend, s3_backends
from werkzeug.serving import make_server

from auditor.demo.environment import without_aws

LOOPBACK = "127.0.0.1"
_PARTITION = "aws"


class _QuietHandler(MotoRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Requests are nobody's news here."""


@contextmanager
def emulator() -> Iterator[str]:
    """The URL of an empty emulated AWS, which is gone, state and all, when the block ends.

    Within the block this process sees no AWS setting of the user's: moto itself would read profile and Region.
    """
    with ExitStack() as stack:
        stack.enter_context(patch.dict(os.environ, without_aws(os.environ), clear=True))
        for owner, name, replacement in (
            (S3Backend, "log_incoming_request", _nothing),
            (FakeBucket, "get_permission", _neutral),
            (ActionAuthenticatorMixin, "_authenticate_and_authorize_normal_action", _nothing),
        ):
            stack.enter_context(patch.object(owner, name, replacement))
        stack.enter_context(patch.object(settings, "INITIAL_NO_AUTH_ACTION_COUNT", float("inf")))
        moto_api_backend.reset()
        stack.callback(moto_api_backend.reset)
        server = make_server(
            LOOPBACK,
            0,
            DomainDispatcherApplication(create_backend_app),
            threaded=True,
            request_handler=_QuietHandler,
        )
        thread = Thread(target=server.serve_forever, name="emulated-aws", daemon=True)
        thread.start()
        stack.callback(server.server_close)
        stack.callback(thread.join)
        stack.callback(server.shutdown)
        yield f"http://{LOOPBACK}:{server.server_port}"


def enforce_iam() -> None:
    """From now on S3 refuses what the caller's own policies do not allow, until the emulator ends."""
    settings.INITIAL_NO_AUTH_ACTION_COUNT = 0


@contextmanager
def next_member(account: str) -> Iterator[None]:
    """The account that the organization creates within the block gets this id; moto would draw one."""
    with patch("moto.organizations.utils.make_random_account_id", lambda: account):
        yield


def name_management_account(account: str, name: str) -> None:
    """The organization calls its management account `name`; moto calls every one "master"."""
    for member in organizations_backends[account][_PARTITION].accounts:
        if member.id == account:
            member.name = name


def deliver(account: str, bucket: str, key: str, *, body: bytes, at: datetime) -> None:
    """A log object appears in a bucket of `account`, written at `at`; over HTTP everything is written now."""
    written = s3_backends[account][_PARTITION].put_object(bucket, key, body)
    written.last_modified = at.astimezone(UTC).replace(tzinfo=None)


def vend_access_logs(account: str, region: str, *, source: str, bucket_arn: str) -> None:
    """The CloudWatch Logs delivery source called `source` delivers S3 access logs; moto knows no such log type."""
    delivery = logs_backends[account][region].delivery_sources[source]
    delivery.resource_arns = [bucket_arn]
    delivery.service, delivery.log_type = "s3", "S3_SERVER_ACCESS_LOGS"


def _nothing(*_: object, **__: object) -> None:
    return None


def _neutral(*_: object, **__: object) -> PermissionResult:
    return PermissionResult.NEUTRAL
