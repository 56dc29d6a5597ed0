"""Every AWS call that is made is counted under the name its documentation gives it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from functools import partial

from botocore.client import BaseClient


class CallLog:
    """Counts calls and HTTP requests by API name, such as `s3:GetBucketLogging`; safe to share between threads.

    A request is more than a call when botocore retried it or followed a redirect to another Region.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: Counter[str] = Counter()
        self._requests: Counter[str] = Counter()

    @property
    def calls(self) -> Mapping[str, int]:
        """How often each API was called, by name in alphabetical order."""
        with self._lock:
            return dict(sorted(self._calls.items()))

    @property
    def requests(self) -> Mapping[str, int]:
        """How many HTTP requests each API took, by name in alphabetical order."""
        with self._lock:
            return dict(sorted(self._requests.items()))

    def attach(self, client: BaseClient) -> None:
        """Count everything that `client` sends from now on."""
        service = client.meta.service_model.service_name
        for event, counter in (("before-call", self._calls), ("before-send", self._requests)):
            client.meta.events.register(event, partial(self._count, service, counter))

    def _count(self, service: str, counter: Counter[str], *, event_name: str, **_: object) -> None:
        # An event is called `before-call.s3.GetBucketLogging`. A handler must return None: anything else would
        # be taken for the answer of the call.
        with self._lock:
            counter[f"{service}:{event_name.rpartition('.')[2]}"] += 1
