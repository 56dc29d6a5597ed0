"""Asking AWS one question, with the credentials of one account, ends in an answer or in a failure; never in neither."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from botocore.exceptions import ClientError

from auditor.aws.documents import document_of
from auditor.aws.session import PER_ACCOUNT, Clients, Context
from auditor.aws.trouble import UNANSWERED, UNREACHED, Failure, refusal, silence
from auditor.reading import NOT_COLLECTED, Call, Json

INTERRUPTED = "the scan was interrupted"
_GIVE_UP_AFTER = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A document as AWS sent it, with the id of the request and the time it was read."""

    document: dict[str, Json]
    request_id: str
    read_at: datetime


Outcome: TypeAlias = Answer | Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """How a call that answers in pages goes on: the list, and where the token stands in answer and next request."""

    items: str
    member: str
    parameter: str


class Silences:
    """Which endpoints do not answer, so that nobody waits for them again and again.

    One that has never answered is given up after its first silence, one that has after several in a row: a short
    break of the network must not cost all buckets of a Region.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answered: set[tuple[str, str]] = set()
        self._in_a_row: Counter[tuple[str, str]] = Counter()
        self._last: dict[tuple[str, str], Failure] = {}

    def answered(self, service: str, region: str) -> None:
        """The endpoint answered, be it with an error."""
        with self._lock:
            self._answered.add((service, region))
            self._in_a_row.pop((service, region), None)

    def silent(self, service: str, region: str, failure: Failure) -> None:
        """No connection to the endpoint came about."""
        with self._lock:
            self._in_a_row[service, region] += 1
            self._last[service, region] = failure

    def given_up(self, service: str, region: str) -> Failure | None:
        """Why the endpoint is not asked any more, None while it is."""
        with self._lock:
            limit = _GIVE_UP_AFTER if (service, region) in self._answered else 1
            return self._last[service, region] if self._in_a_row[service, region] >= limit else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The way into one account: who we are there, and in which Region calls without a Region are made."""

    account: str
    partition: str
    caller_arn: str
    home_region: str
    clients: Clients
    context: Context
    silences: Silences = field(default_factory=Silences)
    slots: threading.Semaphore = field(default_factory=lambda: threading.BoundedSemaphore(PER_ACCOUNT))

    def ask(self, call: Call, region: str, parameters: Mapping[str, object]) -> Outcome:
        """Make `call` in `region`; after an interruption nothing is asked any more, and the failure says so."""
        with self.slots:
            if self.context.stop.is_set():
                return Failure(code=NOT_COLLECTED, message=INTERRUPTED)
            silent = self.silences.given_up(call.service, region)
            if silent is not None:
                return replace(silent, read_at=self.context.now())
            return self._ask(call, region, parameters)

    def _ask(self, call: Call, region: str, parameters: Mapping[str, object]) -> Outcome:
        try:
            client = self.clients.get(call.service, region)
            answer: Mapping[str, Mapping[str, object]] = getattr(client, call.operation)(**parameters)
        except ClientError as error:
            self.silences.answered(call.service, region)
            return refusal(error, read_at=self.context.now())
        except UNANSWERED as error:
            failure = silence(error, read_at=self.context.now())
            if isinstance(error, UNREACHED):
                self.silences.silent(call.service, region, failure)
            return failure
        self.silences.answered(call.service, region)
        request_id = str(answer.get("ResponseMetadata", {}).get("RequestId") or "")
        return Answer(document=document_of(answer), request_id=request_id, read_at=self.context.now())

    def pages(self, call: Call, region: str, parameters: Mapping[str, object], *, paging: Paging) -> Iterator[Outcome]:
        """The answers page by page, until there is no further token or a page fails; empty pages do not end it."""
        token: Json = None
        while True:
            more = {} if token is None else {paging.parameter: token}
            page = self.ask(call, region, {**parameters, **more})
            yield page
            if isinstance(page, Failure):
                return
            following = page.document.get(paging.member)
            if not following:
                return
            if following == token:
                yield Failure(
                    code="PaginationError",
                    message="AWS sent the same page token twice",
                    request_id=page.request_id,
                    read_at=page.read_at,
                )
                return
            token = following


def everything(pages: Iterator[Outcome], items: str) -> Outcome:
    """The pages, of which there is at least one, as one document with the list `items` whole; or the first failure."""
    answers: list[Answer] = []
    merged: list[Json] = []
    for page in pages:
        match page:
            case Failure():
                return page
            case Answer(document=document):
                answers.append(page)
                found = document.get(items)
                merged.extend(found if isinstance(found, list) else [])
    request_ids = " ".join(page.request_id for page in answers if page.request_id)
    return Answer(document={items: merged}, request_id=request_ids, read_at=answers[-1].read_at)
