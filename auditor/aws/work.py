"""Work is spread over a bounded number of threads; an interruption lets running calls end before it ends the work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self, TypeAlias, TypeVar

from auditor.aws.session import Context

T = TypeVar("T")
U = TypeVar("U")


class Phase(StrEnum):
    """What is being done, in the order in which it is done; the value can be shown to people."""

    ACCOUNTS = "entering accounts"
    BUCKET_LISTS = "listing buckets"
    SOURCES = "reading buckets"
    NEIGHBOURS = "reading buckets beside them"
    REGIONS = "reading Regions"
    TRAILS = "reading trails"
    LOG_GROUPS = "reading log groups"
    ARROWS = "following logs"
    DESTINATIONS = "reading destinations"
    ACCOUNT_BLOCKS = "reading account settings"
    POSSIBLE_DESTINATIONS = "reading possible destinations"
    STRANGE_DESTINATIONS = "looking for missing destinations"
    SURVEY = "looking into destinations"
    LOG_OBJECTS = "looking for log objects"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`done` of `total` pieces of a phase are finished; the first one comes with `done` 0."""

    phase: Phase
    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something the user should know, as a whole sentence; it is kept in the estate's parameters too."""

    text: str


Event: TypeAlias = Step | Note


class Progress(Protocol):
    """Told what happens, always from the thread that called `collect`; it may be called thousands of times."""

    def __call__(self, event: Event, /) -> None:
        """Take notice of `event`."""


class Crew:
    """The threads of one collection, as a context manager."""

    def __init__(self, *, workers: int, context: Context, progress: Progress) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="collect")
        self._context = context
        self._progress = progress

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def map(self, phase: Phase, function: Callable[[T], U], items: Sequence[T]) -> list[U]:
        """`function` of every item, in the order of the items; its exceptions are bugs of ours and come through.

        Ctrl-C sets the stop switch: what is still to be asked then ends at once as not collected, and every item
        still gets its result. A second Ctrl-C is raised.
        """
        if not items:
            return []
        futures = [self._pool.submit(function, item) for item in items]
        try:
            self._progress(Step(phase=phase, done=0, total=len(items)))
            self._watch(phase, futures)
        except KeyboardInterrupt:
            self._context.stop.set()
            self._watch(phase, futures)
        return [future.result() for future in futures]

    def _watch(self, phase: Phase, futures: Sequence[Future[U]]) -> None:
        for done, future in enumerate(as_completed(futures), start=1):
            if future.exception() is not None:
                return
            self._progress(Step(phase=phase, done=done, total=len(futures)))


def interleave(groups: Sequence[Sequence[T]]) -> list[T]:
    """The first of each group, then the second of each: accounts progress alike, and none is asked too fast."""
    longest = max(map(len, groups), default=0)
    return [group[index] for index in range(longest) for group in groups if index < len(group)]
