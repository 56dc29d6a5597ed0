"""One setting, asked of AWS, becomes one reading: Present, Absent or Unreadable, as the call table says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from auditor.aws.access import Access, Answer, Outcome, Paging, everything
from auditor.aws.trouble import Failure
from auditor.reading import MALFORMED, Absent, Json, Present, Reading, Readings, Scope, Setting, Unreadable

BUCKET_GONE = "NoSuchBucket"
"""S3's code for a bucket that does not exist (any more)."""

DEEP: Final = tuple(setting for setting in Setting if setting.call.scope is Scope.DESTINATION)
"""What is read of a destination, in the order of the list of settings."""

PAGED: Final[Mapping[Setting, Paging]] = {
    Setting.ACCOUNT_LIST: Paging(items="Accounts", member="NextToken", parameter="NextToken"),
    Setting.BUCKET_LIST: Paging(items="Buckets", member="ContinuationToken", parameter="ContinuationToken"),
    Setting.DELIVERY_SOURCES: Paging(items="deliverySources", member="nextToken", parameter="nextToken"),
    Setting.DELIVERIES: Paging(items="deliveries", member="nextToken", parameter="nextToken"),
    Setting.DELIVERY_DESTINATIONS: Paging(items="deliveryDestinations", member="nextToken", parameter="nextToken"),
    Setting.LOG_GROUP: Paging(items="logGroups", member="nextToken", parameter="nextToken"),
    Setting.DETECTORS: Paging(items="DetectorIds", member="NextToken", parameter="NextToken"),
    Setting.INTELLIGENT_TIERING: Paging(
        items="IntelligentTieringConfigurationList", member="NextContinuationToken", parameter="ContinuationToken"
    ),
}
"""The settings that AWS answers in pages; the others are answered at once, or read a page at a time on purpose."""

_EXTRA: Final[Mapping[Setting, Mapping[str, object]]] = {
    # Prefixes of log objects show up as common prefixes; one page tells whether anything else lies beside them.
    Setting.TOP_LEVEL_KEYS: {"Delimiter": "/", "MaxKeys": 1000},
    # Shadow trails are multi-Region and organization trails seen from a Region that is not their home.
    Setting.TRAILS: {"includeShadowTrails": True},
}


def read(access: Access, setting: Setting, region: str, parameters: Mapping[str, object]) -> Reading[Json]:
    """The reading of `setting` in `region`; a setting that comes in pages is read to its end or is Unreadable."""
    wanted = {**_EXTRA.get(setting, {}), **parameters}
    paging = PAGED.get(setting)
    if paging is None:
        return reading(setting, access.ask(setting.call, region, wanted))
    return reading(setting, everything(access.pages(setting.call, region, wanted, paging=paging), paging.items))


def reading(setting: Setting, outcome: Outcome) -> Reading[Json]:
    """What `outcome` says about `setting`."""
    call = setting.call
    match outcome:
        case Answer(document=document, request_id=request_id, read_at=read_at):
            if call.member and call.member not in document:
                return _absent(setting, request_id, read_at)
            return Present(value=document, request_id=request_id, read_at=read_at)
        case Failure(code=code, request_id=request_id, read_at=failed_at) if code in call.absent_codes:
            return Absent(code=code, request_id=request_id, read_at=failed_at)
        case Failure():
            return unreadable(setting, outcome)


def _absent(setting: Setting, request_id: str, read_at: datetime) -> Absent | Unreadable:
    """Absence on a plain 200, where the answer shows that it comes from AWS.

    botocore reads any XML page as an answer that holds nothing, and so a proxy's page would mean "not configured".
    """
    if request_id:
        return Absent(request_id=request_id, read_at=read_at)
    return Unreadable(setting=setting, code=MALFORMED, message="the answer has no request id", read_at=read_at)


def unreadable(setting: Setting, failure: Failure) -> Unreadable:
    """The failure as a reading."""
    return Unreadable(
        setting=setting,
        code=failure.code,
        message=failure.message,
        request_id=failure.request_id,
        read_at=failure.read_at,
    )


def read_bucket(access: Access, name: str, region: str, *, settings: Iterable[Setting]) -> dict[Setting, Reading[Json]]:
    """The readings of `settings` of one bucket, none of which is answered for a bucket of another owner.

    Once S3 has said that the bucket is gone, it is not asked for the rest, which is Unreadable for the same reason.
    """
    found: dict[Setting, Reading[Json]] = {}
    gone: Unreadable | None = None
    for setting in settings:
        if gone is not None:
            found[setting] = Unreadable(setting=setting, code=gone.code, message=gone.message, read_at=gone.read_at)
            continue
        one = read(access, setting, region, {"Bucket": name, "ExpectedBucketOwner": access.account})
        found[setting] = one
        if isinstance(one, Unreadable) and one.code == BUCKET_GONE:
            gone = one
    return found


def is_gone(readings: Readings) -> bool:
    """Whether S3 said of any reading that the bucket does not exist."""
    return any(isinstance(one, Unreadable) and one.code == BUCKET_GONE for one in readings.values())
