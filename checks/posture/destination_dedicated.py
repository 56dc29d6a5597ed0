"""destination-dedicated: where logs and data lie together, every right to one of them is a right to the other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from auditor.check import About, Context, DestinationCheck
from auditor.model import AccountStatus, Evidence, Severity, Verdict, failed, passed, undecidable, unreadable
from auditor.prelude import others_unread
from auditor.reading import NOT_COLLECTED, Absent, Json, Present, Setting, Unreadable, reading_of, view
from auditor.s3.delivery_request import VENDED_SERVICE
from auditor.s3.delivery_scope import delivery_scopes
from auditor.s3.destinations import policy_in_force
from auditor.s3.documents import listed, shown
from auditor.s3.log_keys import KeySpace, SimplePrefix, key_space, parse_log_key
from auditor.s3.logging_graph import region_of, unread_beside
from auditor.s3.own_logs import cloudwatch_ends_here
from auditor.s3.subjects import Destination
from auditor.shape import array, flag, mapping, text

ABOUT = About(
    id="destination-dedicated",
    title="The destination holds nothing but logs",
    severity=Severity.MEDIUM,
    reads=(
        Setting.LOGGING,
        Setting.REGION,
        Setting.TOP_LEVEL_KEYS,
        Setting.POLICY,
        Setting.DELIVERY_SOURCES,
        Setting.DELIVERIES,
        Setting.DELIVERY_DESTINATIONS,
    ),
    rationale=(
        "A bucket that holds data as well has readers and writers, lifecycle rules and restores that are meant for the "
        "data and reach the logs. The names at the top level of the bucket are compared with the prefixes of its "
        "sources; what lies deeper, under a prefix of logs, is not looked at. A prefix of a source that no longer logs "
        "here counts as something else, for nobody can tell from the outside what lies under it."
    ),
    remediation=(
        "Keep a bucket for access logs alone in each account and Region, and move everything else out of it. Where "
        "the prefix holds the logs of a bucket that is gone, accept the finding with a waiver until they expire."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html",
)

_OTHER_PREFIX: Final = re.compile(r"(?P<prefix>[^/]*)\d{4}-\d{2}-\d{2}-\d{2}-\d{2}-\d{2}-[0-9A-F]{16}", re.ASCII)
_ACCOUNT_FOLDER: Final = re.compile(r"[^/]*\d{12}/", re.ASCII)
_MOST_NAMED: Final = 5
_MOST_SHOWN: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TopLevel:
    """The names at the top level of a bucket: keys without a slash, and folders that end in one."""

    keys: tuple[str, ...]
    folders: tuple[str, ...]
    whole: bool


def judge(destination: Destination, context: Context) -> Verdict:
    """FAIL names what is no log; UNKNOWN where an unread source may explain it, or more names were not listed."""
    name = destination.bucket.name
    readings = destination.bucket.readings
    match view(reading_of(readings, Setting.TOP_LEVEL_KEYS), Setting.TOP_LEVEL_KEYS, _parse):
        case Unreadable() as unread:
            return unreadable(f"What {name} holds is unknown", unread, bucket=name)
        case Absent():
            empty = Evidence(setting=Setting.TOP_LEVEL_KEYS, path="KeyCount", value=0, bucket=name)
            return passed(f"{name} is empty.", empty)
        case Present(value=top):
            foreign = tuple(_foreign(top, _spaces(destination)))
            if foreign:
                return _explained(destination, context, foreign) or _not_dedicated(destination, foreign)
            return _only_logs(destination, top)


def _parse(document: Json) -> TopLevel:
    answer = mapping(document, "ListObjectsV2")
    contents = [mapping(item, "Contents[]") for item in array(answer.get("Contents", []), "Contents")]
    folders = [mapping(item, "CommonPrefixes[]") for item in array(answer.get("CommonPrefixes", []), "CommonPrefixes")]
    return TopLevel(
        keys=tuple(text(item.get("Key"), "Contents[].Key") for item in contents),
        folders=tuple(text(item.get("Prefix"), "CommonPrefixes[].Prefix") for item in folders),
        whole=not flag(answer.get("IsTruncated"), "IsTruncated"),
    )


def _spaces(destination: Destination) -> tuple[KeySpace, ...]:
    """The key spaces of all sources; an unknown Region changes nothing at the top level."""
    return tuple(
        key_space(logging, account=source.account, region=region_of(source), bucket=source.name)
        for source, logging in destination.inbound
    )


def _foreign(top: TopLevel, spaces: Sequence[KeySpace]) -> Iterator[str]:
    """The names under which no source delivers; a key in the form of a log object was one before a prefix changed."""
    folders = {stem[: stem.index("/") + 1] for stem in (space.stem for space in spaces) if "/" in stem}
    yield from (folder for folder in top.folders if folder not in folders)
    yield from (key for key in top.keys if not _is_log(key, spaces))


def _is_log(key: str, spaces: Iterable[KeySpace]) -> bool:
    if any(parse_log_key(key, space) is not None for space in spaces):
        return True
    other = _OTHER_PREFIX.fullmatch(key)
    if other is None:
        return False
    former = KeySpace(prefix=other["prefix"], key_format=SimplePrefix(), account="", region="", bucket="")
    return parse_log_key(key, former) is not None


def _only_logs(destination: Destination, top: TopLevel) -> Verdict:
    name = destination.bucket.name
    count = len(top.keys) + len(top.folders)
    shown_folders: list[Json] = [*top.folders[:_MOST_SHOWN]]
    seen = Evidence(setting=Setting.TOP_LEVEL_KEYS, path="CommonPrefixes[].Prefix", value=shown_folders, bucket=name)
    keys = Evidence(
        setting=Setting.TOP_LEVEL_KEYS, path="Contents[] (count)", value=len(top.keys), bucket=name, lasting=False
    )
    if not top.whole:
        return undecidable(
            f"The first {count:,} names at the top level of {name} are those of logs, but there are more, which were "
            "not listed.",
            seen,
            keys,
        )
    if not count:
        return passed(f"{name} is empty.", seen, keys)
    return passed(f"Everything at the top level of {name} lies under the prefixes of its sources.", seen, keys)


def _not_dedicated(destination: Destination, foreign: Sequence[str]) -> Verdict:
    name = destination.bucket.name
    looks = next((look for look in map(_looks_like, foreign) if look), "")
    return failed(
        f"{name} holds {_named(foreign)}, where no source that was read delivers access logs.{looks}",
        *_facts(destination, foreign),
    )


def _looks_like(name: str) -> str:
    if name == "AWSLogs/":
        return " AWSLogs/ is the prefix of other AWS logs, such as those of CloudTrail, load balancers and VPC flow."
    if _ACCOUNT_FOLDER.fullmatch(name):
        return f" {shown(name)} looks like logs in the partitioned format of a source that does not log here now."
    return ""


def _named(foreign: Sequence[str]) -> str:
    return listed((f'"{name}"' for name in foreign), most=_MOST_NAMED)


def _facts(destination: Destination, foreign: Sequence[str]) -> Iterator[Evidence]:
    for one in foreign[:_MOST_NAMED]:
        path = "CommonPrefixes[].Prefix" if one.endswith("/") else "Contents[].Key"
        yield Evidence(setting=Setting.TOP_LEVEL_KEYS, path=path, value=one, bucket=destination.bucket.name)


def _explained(destination: Destination, context: Context, foreign: Sequence[str]) -> Verdict | None:
    """UNKNOWN where a source that nobody could read, or see, may deliver what looks foreign."""
    name, facts = destination.bucket.name, tuple(_facts(destination, foreign))
    beside = unread_beside(context.graph, destination.bucket)
    if beside:
        return others_unread(
            lambda names: f"{name} holds {_named(foreign)}, and it may be where {names} log, whose logging is unknown",
            beside,
            evidence=facts,
        )
    what = f"{name} holds {_named(foreign)}, and whether some source delivers logs there is unknown"
    if destination.account.status is not AccountStatus.AUDITED:
        hidden = Unreadable(
            setting=Setting.BUCKET_LIST, code=NOT_COLLECTED, message="the buckets of the account are not all known"
        )
        return unreadable(what, hidden, evidence=facts)
    ends = _by_cloudwatch(destination, context)
    if isinstance(ends, Unreadable):
        return unreadable(what, ends, evidence=facts)
    if ends:
        return undecidable(
            f"{name} holds {_named(foreign)}, and CloudWatch Logs delivers access logs to it under keys that are not "
            "in what was read.",
            *facts,
        )
    return None


def _by_cloudwatch(destination: Destination, context: Context) -> bool | Unreadable:
    """Whether CloudWatch Logs delivers access logs here; it cannot where the policy does not let it."""
    policy = policy_in_force(destination)
    if not isinstance(policy, Unreadable):
        account, now = destination.account.id, context.at
        if not delivery_scopes(policy, VENDED_SERVICE, account=account, now=now):
            return False
    return cloudwatch_ends_here(context.graph, destination)


CHECK = DestinationCheck(about=ABOUT, judge=judge)
