"""Which frameworks and controls speak about which subject; unreadable tags or trails make that unknown, not "no".

A source is in a framework's scope by its own name and tags. A destination is in scope when it is itself, or when any
source that logs to it is: the evidence of a bucket in scope lies there. A Region is in scope with any of its buckets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from auditor.demand import Use
from auditor.framework import Control, Framework, Receives
from auditor.framework_scope import InScope, OutOfScope, ScopeAnswer, ScopeUnknown
from auditor.model import AccountStatus, Bucket, Estate
from auditor.reading import NOT_COLLECTED, Absent, Json, Present, Reading, Setting, Unreadable, reading_of, view
from auditor.s3.logging_graph import LoggingGraph, region_of
from auditor.shape import array, mapping, text

Place: TypeAlias = tuple[str, str, str]
"""(account, Region, bucket); bucket is "" for an account and Region."""

EVERYTHING = InScope(rule="every bucket is in scope")


class Scopes:
    """The answers for one estate, worked out once per framework."""

    def __init__(self, frameworks: Sequence[Framework], estate: Estate, graph: LoggingGraph) -> None:
        self._graph = graph
        self._trail_buckets, self._trails_unread = _trail_buckets(estate, graph)
        self._answers: dict[str, Mapping[Place, ScopeAnswer] | None] = {}
        for framework in frameworks:
            self._answers[framework.id] = None if _is_everything(framework) else self._work_out(framework)

    def framework(self, framework: Framework, place: Place) -> ScopeAnswer:
        """Whether `framework` speaks about `place`."""
        answers = self._answers[framework.id]
        if answers is None:
            return EVERYTHING
        return answers.get(place, OutOfScope(rule="no bucket there is in scope"))

    def are_everywhere(self, uses: Iterable[Use]) -> bool:
        """Whether every framework and control of `uses` speaks about all places."""
        return all(self._answers[use.framework.id] is None and use.control.scope is None for use in uses)

    def control(self, control: Control, place: Place) -> ScopeAnswer:
        """Whether `control` speaks about `place`, its framework speaking about it."""
        if control.scope is None:
            return EVERYTHING
        match control.scope.receives:
            case Receives.CLOUDTRAIL:
                return self._receives_trail(place)

    def _receives_trail(self, place: Place) -> ScopeAnswer:
        if place[2] in self._trail_buckets:
            return InScope(rule="the bucket receives the logs of a CloudTrail trail")
        if self._trails_unread is not None:
            return ScopeUnknown(unread=self._trails_unread)
        return OutOfScope(rule="no CloudTrail trail in view writes to the bucket")

    def _work_out(self, framework: Framework) -> Mapping[Place, ScopeAnswer]:
        answers: dict[Place, ScopeAnswer] = {}
        by_bucket: dict[tuple[str, str], ScopeAnswer] = {}
        for source in self._graph.sources:
            bucket = source.bucket
            answer = framework.scope.answer(bucket.name, tags_of(bucket))
            by_bucket[bucket.account, bucket.name] = answer
            place = (bucket.account, region_of(bucket), bucket.name)
            answers[place] = answer
            around = (place[0], place[1], "")
            answers[around] = _widest((answers.get(around), answer))
        for destination in self._graph.destinations.values():
            bucket = destination.bucket
            place = (bucket.account, region_of(bucket), bucket.name)
            inbound = (by_bucket.get((source.account, source.name)) for source, _ in destination.inbound)
            # As a source it keeps its own answer; as a destination it inherits. Both live in one place, and being
            # asked one question too many is better than hiding the evidence of a bucket in scope.
            answers[place] = _widest((answers.get(place), *inbound))
        return answers


def tags_of(bucket: Bucket) -> Reading[Mapping[str, str]]:
    """The bucket's tags as key -> value."""
    return view(reading_of(bucket.readings, Setting.TAGGING), Setting.TAGGING, _tags)


def _tags(document: Json) -> Mapping[str, str]:
    tags = (mapping(tag, "TagSet[]") for tag in array(mapping(document, "GetBucketTagging").get("TagSet"), "TagSet"))
    return {text(tag.get("Key"), "TagSet[].Key"): text(tag.get("Value"), "TagSet[].Value") for tag in tags}


def _widest(answers: Iterable[ScopeAnswer | None]) -> ScopeAnswer:
    given = [answer for answer in answers if answer is not None]
    for kind in (InScope, ScopeUnknown):
        for answer in given:
            if isinstance(answer, kind):
                return answer
    return given[0] if given else OutOfScope(rule="no bucket there is in scope")


def _is_everything(framework: Framework) -> bool:
    scope = framework.scope
    return not (scope.any_tag or scope.include or scope.exclude)


def _trail_buckets(estate: Estate, graph: LoggingGraph) -> tuple[frozenset[str], Unreadable | None]:
    """The buckets that trails in view write to, and the first reading that leaves the list open.

    A trail of one account may write to a bucket of another, so one unread account leaves all of them open.
    """
    names: set[str] = set()
    unread = _never_asked(estate, graph)
    for account in estate.accounts:
        for region in account.regions:
            trails = view(reading_of(region.readings, Setting.TRAILS), Setting.TRAILS, _trail_targets)
            match trails:
                case Present(value=found):
                    names |= found
                case Unreadable():
                    unread = unread or trails
                case Absent():
                    pass
    return frozenset(names), unread


def _never_asked(estate: Estate, graph: LoggingGraph) -> Unreadable | None:
    """Trails that nobody asked for: of an account that was not reached, or of a Region in use."""
    places = [account.id or account.name for account in estate.accounts if account.status is AccountStatus.UNREACHABLE]
    places += [f"{used.account.id} {used.region}" for used in graph.regions if used.readings is None]
    if not places:
        return None
    return Unreadable(setting=Setting.TRAILS, code=NOT_COLLECTED, message=f"in {places[0]}")


def _trail_targets(document: Json) -> frozenset[str]:
    trails = array(mapping(document, "DescribeTrails").get("trailList", []), "trailList")
    return frozenset(
        text(mapping(trail, "trailList[]").get("S3BucketName", ""), "trailList[].S3BucketName") for trail in trails
    ) - {""}
