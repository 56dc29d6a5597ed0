"""What holds before a check is asked: a source without logging, an unreadable one, a destination out of reach.

Checks of deliveries would each have to say the same things about these; saying them here once keeps the answers equal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from auditor.model import Bucket, Evidence, Verdict, not_applicable, undecidable, unreadable
from auditor.reading import Absent, Json, Present, Reading, Setting, Unreadable
from auditor.s3.subjects import Delivery, Destination, Elsewhere, InView, Missing, Source, Unread, Unresolved

_NAMED: Final = 3


def delivery_of(source: Source) -> Delivery | Verdict:
    """The source's bucket delivery, or the verdict that stands in for every check of it."""
    match source.logging:
        case Unreadable() as unread:
            return unreadable(f"Whether {source.bucket.name} logs its requests is unknown", unread)
        case Absent():
            if isinstance(source.vended, Present) and any(delivery.active for delivery in source.vended.value):
                return not_applicable(
                    "The bucket delivers its logs through CloudWatch Logs; rules for bucket delivery do not apply."
                )
            return not_applicable("Bucket delivery of access logs is off, so there is no delivery to judge.")
        case Present():
            if source.delivery is None:
                raise AssertionError("the graph gives every source that logs a delivery")
            return source.delivery


def destination_of(delivery: Delivery) -> Destination | Verdict:
    """The delivery's destination, or the verdict that stands in for every check of what happens there."""
    name = delivery.logging.destination
    match delivery.whereabouts:
        case Missing():
            return not_applicable(f"The destination {name} does not exist (see destination-exists).")
        case Elsewhere():
            return undecidable(
                f"The destination {name} belongs to an account out of view, so what happens there is unknown "
                "(see destination-exists)."
            )
        case Unresolved(unread=unread):
            return unreadable(f"Whose bucket {name} is, is unknown", unread, bucket=name)
        case InView():
            if delivery.destination is None:
                raise AssertionError("the graph resolves every destination in view")
            return delivery.destination


def gone(bucket: Bucket) -> Verdict | None:
    """The verdict on a bucket that vanished between the listing and the reading, None when it is still there."""
    if not bucket.deleted:
        return None
    return not_applicable(f"The bucket {bucket.name} was deleted during the scan.")


def region_of(bucket: Bucket, *, subject: Bucket) -> str | Verdict:
    """The bucket's Region, or the verdict on `subject` when it is unknown."""
    match bucket.region:
        case Present(value=region):
            return region
        case Unreadable() as unread:
            whose = "" if bucket is subject else bucket.name
            return unreadable(f"The Region of {bucket.name} is unknown", unread, bucket=whose)
        case Absent():
            return not_applicable(f"The bucket {bucket.name} was deleted during the scan.")


def answer_of(head: Reading[Json], *, bucket: str) -> Evidence:
    """What HeadBucket answered about a bucket that no account lists, as evidence."""
    code = "200" if isinstance(head, Present) else head.code
    return Evidence(setting=Setting.REGION, path="HeadBucket", value=code, bucket=bucket)


def others_unread(what: Callable[[str], str], unread: Sequence[Unread], *, evidence: tuple[Evidence, ...]) -> Verdict:
    """UNKNOWN because the logging of other buckets is; `what` makes the sentence from their names, of which few do."""
    shown = unread[:_NAMED]
    more = f" and {len(unread) - _NAMED} more" if unread[_NAMED:] else ""
    verdict = unreadable(what(", ".join(one.bucket for one in shown) + more), *(one.reading for one in shown))
    facts = (replace(fact, bucket=one.bucket) for fact, one in zip(verdict.evidence, shown, strict=True))
    return replace(verdict, evidence=(*facts, *evidence))
