"""The Resource element of a statement, seen from the one bucket that the policy belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from auditor.s3.arn import Arn
from auditor.s3.glob import (
    START,
    Glob,
    Lookup,
    Missing,
    Pattern,
    Variable,
    Wild,
    bounds,
    parse_pattern,
    wildcards_only,
)
from auditor.s3.key_search import Reach
from auditor.s3.request_context import RequestContext
from auditor.s3.truth import Truth, any_of, negation


@dataclass(frozen=True, slots=True)
class ResourcePattern:
    """One Resource pattern. `path` is its last part, to be matched against `bucket` or `bucket/key`.

    `path` is None when the rest of the ARN rules out every S3 resource of the partition. When `doubtful`, the pattern
    matches at most what `path` does: its wildcards or variables reach over the parts of an ARN in a way that AWS does
    not document, or there are too many of them to follow.
    """

    text: str
    path: Pattern | None
    doubtful: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Extent:
    """What a Resource element takes in of the bucket, for one request: the keys, at least and at most, and the bucket.

    `bucket` is about actions on the bucket itself, such as s3:ListBucket.
    """

    least: Reach
    most: Reach
    bucket: Truth


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResourceSpec:
    """The Resource element of a statement, or the NotResource element when `negated`."""

    patterns: tuple[ResourcePattern, ...]
    negated: bool
    bucket: str
    fixed: Extent | None
    """The extent where it is the same for every request, as it is without policy variables."""

    def extent(self, context: RequestContext) -> Extent:
        """What the element takes in for this request."""
        return (
            _extent(self.patterns, self.bucket, context.text, negated=self.negated)
            if self.fixed is None
            else self.fixed
        )


def parse_resources(texts: tuple[str, ...], bucket: Arn, *, variables: bool, negated: bool) -> ResourceSpec:
    """The element that holds `texts`, in the policy of `bucket`; `variables` as the policy's version has it."""
    patterns = tuple(parse_resource(text, bucket, variables=variables) for text in texts)
    dynamic = any(pattern.path is not None and pattern.path.has_variables for pattern in patterns)
    return ResourceSpec(
        patterns=patterns,
        negated=negated,
        bucket=bucket.resource,
        fixed=None if dynamic else _extent(patterns, bucket.resource, _nothing, negated=negated),
    )


def parse_resource(text: str, bucket: Arn, *, variables: bool) -> ResourcePattern:
    """One pattern, against the ARNs of S3 resources in the bucket's partition.

    Wildcards stay within a part of the ARN, but a `*` at the end "can expand to match beyond the colon boundaries".
    """
    header = ("arn", bucket.partition, "s3", "", "")
    parts = text.split(":", 5)
    if variables and any("${" in part for part in parts[:5]):
        return ResourcePattern(text, _ANY, doubtful=True)
    if all(wildcards_only(part).matches(known) for part, known in zip(parts, header, strict=False)):
        if len(parts) == 6:
            return _tractable(text, parse_pattern(parts[5], variables=variables))
        if text.endswith("*"):
            return ResourcePattern(text, _ANY)
    crossing = wildcards_only(text).run(START, str(bucket)) != 0
    return ResourcePattern(text, _ANY if crossing else None, doubtful=crossing)


_ANY: Final = Pattern(text="*", pieces=(Wild.ANY_TEXT,))
_MOST_CHOICES: Final = 12


def _tractable(text: str, path: Pattern) -> ResourcePattern:
    """The pattern, or a wider one where it is doubtful: each `?` behind a `*` doubles the cases to follow."""
    stars = [index for index, piece in enumerate(path.pieces) if piece is Wild.ANY_TEXT]
    if not stars or path.pieces[stars[0] :].count(Wild.ANY_CHARACTER) <= _MOST_CHOICES:
        return ResourcePattern(text, path)
    return ResourcePattern(text, Pattern(text=text, pieces=path.pieces[: stars[0] + 1]), doubtful=True)


def _nothing(_variable: Variable) -> Missing:
    return Missing.NO_VALUE


def _extent(patterns: tuple[ResourcePattern, ...], bucket: str, lookup: Lookup, *, negated: bool) -> Extent:
    least: list[tuple[Glob, int]] = []
    most: list[tuple[Glob, int]] = []
    whole: list[Truth] = []
    for pattern in patterns:
        if pattern.path is None:
            continue
        found = bounds(pattern.path, lookup)
        surely = None if pattern.doubtful else found.least
        least.extend(_at_key(surely, bucket))
        most.extend(_at_key(found.most, bucket))
        whole.append(_takes_bucket(surely, found.most, bucket))
    if negated:
        return Extent(Reach(tuple(most), True), Reach(tuple(least), True), negation(any_of(whole)))
    return Extent(Reach(tuple(least)), Reach(tuple(most)), any_of(whole))


def _at_key(glob: Glob | None, bucket: str) -> list[tuple[Glob, int]]:
    """The pattern in the state in which it meets the key; nothing when it cannot match any key of the bucket."""
    state = 0 if glob is None else glob.run(START, f"{bucket}/")
    return [(glob, state)] if glob is not None and state else []


def _takes_bucket(least: Glob | None, most: Glob | None, bucket: str) -> Truth:
    if least is not None and least.matches(bucket):
        return Truth.TRUE
    return Truth.UNDECIDABLE if most is not None and most is not least and most.matches(bucket) else Truth.FALSE
