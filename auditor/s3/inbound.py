"""The keys under which logs arrive in a destination, as the logging configurations of its sources say."""

from __future__ import annotations

from auditor.reading import NOT_COLLECTED, Absent, Present, Setting, Unreadable
from auditor.s3.key_language import Keys, KeysUnder
from auditor.s3.log_keys import KeySpace, PartitionedPrefix, key_space
from auditor.s3.logging_graph import region_of
from auditor.s3.subjects import Destination


def inbound_spaces(destination: Destination) -> tuple[KeySpace | Unreadable, ...]:
    """The key space of each source; Unreadable where its keys hold its Region, and that is unknown."""
    found: list[KeySpace | Unreadable] = []
    for source, logging in destination.inbound:
        region = region_of(source)
        if region or not isinstance(logging.key_format, PartitionedPrefix):
            found.append(key_space(logging, account=source.account, region=region, bucket=source.name))
            continue
        match source.region:
            case Unreadable() as unread:
                found.append(unread)
            case Absent() | Present():
                found.append(Unreadable(setting=Setting.REGION, code=NOT_COLLECTED))
    return tuple(found)


def log_keys(destination: Destination) -> tuple[Keys, ...]:
    """All keys under the prefixes at which logs arrive, none of them twice.

    Whole prefixes and not only keys of the present format: logs from before a change of format lie beside the new ones.
    """
    kept: list[str] = []
    for prefix in sorted({logging.prefix for _, logging in destination.inbound}):
        if not kept or not prefix.startswith(kept[-1]):
            kept.append(prefix)
    return tuple(KeysUnder(prefix) for prefix in kept)
