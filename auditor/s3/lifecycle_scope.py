"""The objects that a lifecycle rule selects, from its Filter or from the older Prefix of the rule itself.

Source: S3 User Guide, intro-lifecycle-filters; S3 API Reference, LifecycleRuleFilter (exactly one member).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from auditor.s3.lifecycle import Scope
from auditor.s3.malformed import Malformed, malformed, whole_number

_MOST_BYTES: Final = 2**63 - 1


def parse_scope(members: Mapping[str, object], path: str) -> Scope:
    """The scope of the rule with these members at `path`; what cannot be read becomes its doubt."""
    match "Prefix" in members, "Filter" in members:
        case True, False:
            return _conditions({"Prefix": members["Prefix"]}, path, allowed=("Prefix",))
        case False, True:
            return _filter(members["Filter"], f"{path}.Filter")
        case both, _:
            problem = "which has both a Prefix and a Filter" if both else "which has neither Prefix nor Filter"
            return Scope(path=path, doubt=malformed(path, sorted(members), problem=problem))


def _filter(node: object, path: str) -> Scope:
    """An empty Filter is every object; otherwise S3 allows exactly one member."""
    match node:
        case {"And": conditions, **rest} if not rest:
            return _and(conditions, f"{path}.And")
        case Mapping() if len(node) <= 1:
            return _conditions(node, path, allowed=("Prefix", "Tag", "ObjectSizeGreaterThan", "ObjectSizeLessThan"))
        case _:
            return Scope(path=path, doubt=malformed(path, node, problem="which is not exactly one condition"))


def _and(node: object, path: str) -> Scope:
    if not isinstance(node, Mapping) or not node:
        return Scope(path=path, doubt=malformed(path, node, problem="which holds no condition that we know"))
    return _conditions(node, path, allowed=("Prefix", "Tags", "ObjectSizeGreaterThan", "ObjectSizeLessThan"))


def _conditions(node: Mapping[str, object], path: str, *, allowed: tuple[str, ...]) -> Scope:
    """All conditions at once. A bad one leaves the good ones standing: the rule can only select fewer objects."""
    doubts = [
        malformed(f"{path}.{key}", value, problem="which this version does not know")
        for key, value in node.items()
        if key not in allowed
    ]
    prefix = _prefix(node, path, doubts=doubts)
    tags = _tags(node, path, doubts=doubts)
    larger = _size(node, "ObjectSizeGreaterThan", path=path, doubts=doubts)
    smaller = _size(node, "ObjectSizeLessThan", path=path, doubts=doubts)
    if larger is not None and smaller is not None and larger >= smaller:
        doubts.append(malformed(path, dict(node), problem="which S3 refuses: no size is in that range"))
        larger = smaller = None
    return Scope(
        prefix=prefix,
        tags=tags,
        size_from=0 if larger is None else larger + 1,  # both bounds of the filter are exclusive
        size_below=smaller,
        sized=larger is not None or smaller is not None,
        path=path,
        doubt=doubts[0] if doubts else None,
    )


def _prefix(node: Mapping[str, object], path: str, *, doubts: list[Malformed]) -> str:
    prefix = node.get("Prefix", "")
    if isinstance(prefix, str):
        return prefix
    doubts.append(malformed(f"{path}.Prefix", prefix, problem="which is no text"))
    return ""


def _size(node: Mapping[str, object], key: str, *, path: str, doubts: list[Malformed]) -> int | None:
    if key not in node:
        return None
    size = whole_number(node[key], least=0, most=_MOST_BYTES)
    if size is None:
        doubts.append(malformed(f"{path}.{key}", node[key], problem="which is no number of bytes"))
    return size


def _tags(node: Mapping[str, object], path: str, *, doubts: list[Malformed]) -> tuple[str, ...]:
    name = "Tag" if "Tag" in node else "Tags"
    listed = [node["Tag"]] if "Tag" in node else node.get("Tags", [])
    if not isinstance(listed, (list, tuple)):
        doubts.append(malformed(f"{path}.{name}", listed, problem="which is no list of tags"))
        return ()
    tags: list[str] = []
    for tag in listed:
        match tag:
            case {"Key": str(key), "Value": str(value), **rest} if not rest:
                tags.append(f"{key}={value}")
            case {"Key": str(key), **rest} if not rest:  # matches the key with an empty value
                tags.append(f"{key}=")
            case _:
                doubts.append(malformed(f"{path}.{name}", tag, problem="which is no tag"))
    return tuple(tags)
