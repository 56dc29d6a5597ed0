"""The buckets of an account: which there are, where they lie, and where each sends its access logs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from auditor.aws.access import Access, Answer, everything
from auditor.aws.options import CollectOptions
from auditor.aws.reads import PAGED, is_gone, read_bucket, reading, unreadable
from auditor.aws.trouble import Failure
from auditor.model import Bucket, StrangeDestination
from auditor.reading import MALFORMED, NOT_COLLECTED, Absent, Json, Present, Reading, Setting, Unreadable

# The most that ListBuckets takes. Some parameter must be there: S3 names the Region of a bucket only then, and
# refuses a call without any for accounts that may hold more than 10,000 buckets.
_PAGE = 10_000
_BUCKETS_PER_LIST = 10
_NAME = re.compile(r"[A-Za-z0-9._-]{3,255}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketList:
    """The buckets of one account; `reading` is Unreadable when the list broke off, and `buckets` what came before."""

    reading: Reading[Json]
    buckets: tuple[Bucket, ...]


def list_buckets(access: Access, options: CollectOptions) -> BucketList:
    """Every bucket of the account, with its Region where that is known so far.

    S3 names the Region in the list. For an endpoint that does not, one list a Region may be cheaper than one
    HeadBucket a bucket.
    """
    listed = _list_all(access)
    wanted = {bucket.name for bucket in listed.buckets if _unlocated(bucket) and options.wants_name(bucket.name)}
    regions = _regions_by_name(access, wanted)
    if not regions:
        return listed
    located = (replace(b, region=regions[b.name]) if b.name in regions else b for b in listed.buckets)
    return replace(listed, buckets=tuple(located))


def _list_all(access: Access) -> BucketList:
    """Every bucket of the account, page by page.

    The document of the reading is `{"Pages": n, "Buckets": n, "RequestIds": [...], "Owner": ...}`: the entries
    themselves become the documents of their buckets.
    """
    call, paging = Setting.BUCKET_LIST.call, PAGED[Setting.BUCKET_LIST]
    found: dict[str, Bucket] = {}
    pages: list[Answer] = []
    for page in access.pages(call, access.home_region, {"MaxBuckets": _PAGE}, paging=paging):
        if isinstance(page, Failure):
            broken = unreadable(Setting.BUCKET_LIST, page)
            return BucketList(reading=broken, buckets=tuple(found.values()))
        pages.append(page)
        for bucket in _listed(page, access.account):
            found.setdefault(bucket.name, bucket)
    last = pages[-1]
    document: dict[str, Json] = {
        "Pages": len(pages),
        "Buckets": len(found),
        "RequestIds": [page.request_id for page in pages],
        "Owner": pages[0].document.get("Owner"),
    }
    whole: Reading[Json] = Present(value=document, request_id=last.request_id, read_at=last.read_at)
    return BucketList(reading=whole, buckets=tuple(found.values()))


def _listed(page: Answer, account: str) -> list[Bucket]:
    entries = page.document.get("Buckets")
    found = []
    for entry in entries if isinstance(entries, list) else []:
        match entry:
            case {"Name": str() as name, "BucketRegion": str() as where} if where:
                region: Reading[str] = Present(value=where, request_id=page.request_id, read_at=page.read_at)
            case {"Name": str() as name}:
                region = Unreadable(setting=Setting.REGION, code=NOT_COLLECTED)
            case _:
                continue  # an entry without a name is no bucket that anybody could ask about
        found.append(Bucket(name=name, account=account, region=region, document=entry))
    return found


def _regions_by_name(access: Access, wanted: AbstractSet[str]) -> Mapping[str, Present[str]]:
    """The Regions of the buckets `wanted`, by listing Region after Region; empty when that does not pay or work.

    An endpoint that ignores the parameter BucketRegion shows a bucket in two Regions, and then nothing of its lists is
    believed; that is why one Region is never enough.
    """
    candidates = _likely_regions(access)[: len(wanted) // _BUCKETS_PER_LIST]
    found: dict[str, Present[str]] = {}
    for asked, region in enumerate(candidates if len(candidates) > 1 else ()):
        if asked > 1 and found.keys() >= wanted:
            break
        call, parameters = Setting.BUCKET_LIST.call, {"MaxBuckets": _PAGE, "BucketRegion": region}
        page = everything(access.pages(call, region, parameters, paging=PAGED[Setting.BUCKET_LIST]), "Buckets")
        if isinstance(page, Failure):
            return {}
        names = {bucket.name for bucket in _listed(page, access.account)}
        if not names.isdisjoint(found):
            return {}
        one: Present[str] = Present(value=region, request_id=page.request_id, read_at=page.read_at)
        found.update(dict.fromkeys(names, one))
    return found


def _likely_regions(access: Access) -> Sequence[str]:
    """The Regions of the partition, the likely ones first."""
    likely = (access.home_region, "us-east-1", "eu-west-1")
    known = access.clients.regions("s3", access.partition)
    return list(dict.fromkeys([*(region for region in likely if region in known), *known]))


def read_source(access: Access, bucket: Bucket, options: CollectOptions) -> Bucket:
    """The bucket with what is read of every bucket in scope: its Region, its logging and, if wanted, its tags.

    A bucket that the filters leave out is not asked about; only the Region filter may need its Region first.
    """
    if not options.wants_name(bucket.name):
        return replace(bucket, in_scope=False)
    located = locate(access, bucket)
    if not options.wants_region(located.region):
        return replace(located, in_scope=False)
    settings = (Setting.LOGGING, Setting.TAGGING) if options.read_tags else (Setting.LOGGING,)
    return read_more(access, located, settings)


def read_more(access: Access, bucket: Bucket, settings: tuple[Setting, ...]) -> Bucket:
    """The bucket with those of `settings` that it lacks; a bucket that is gone is not asked again."""
    if bucket.deleted:
        return bucket
    missing = [setting for setting in settings if setting not in bucket.readings]
    more = read_bucket(access, bucket.name, region_of(bucket) or access.home_region, settings=missing)
    readings = {**bucket.readings, **more}
    return replace(bucket, readings=readings, deleted=is_gone(readings))


def region_of(bucket: Bucket) -> str:
    """The bucket's Region, "" while or when it is unknown."""
    match bucket.region:
        case Present(value=region):
            return region
        case Absent() | Unreadable():
            return ""


def _unlocated(bucket: Bucket) -> bool:
    """Whether nobody has asked for the Region yet."""
    return isinstance(bucket.region, Unreadable) and bucket.region.code == NOT_COLLECTED


def locate(access: Access, bucket: Bucket) -> Bucket:
    """The bucket with its Region, from HeadBucket or else GetBucketLocation when the list did not tell it."""
    if not _unlocated(bucket):
        return bucket
    parameters = {"Bucket": bucket.name, "ExpectedBucketOwner": access.account}
    head = head_bucket(access, access.home_region, parameters)
    readings: dict[Setting, Reading[Json]] = {**bucket.readings, Setting.REGION: head}
    match head:
        case Absent():
            return replace(bucket, region=head, readings=readings, deleted=True)
        case Present(value={"BucketRegion": str() as region}):
            return replace(bucket, region=head.map(lambda _: region), readings=readings)
        case Present() | Unreadable():
            pass
    location = reading(Setting.LOCATION, access.ask(Setting.LOCATION.call, access.home_region, parameters))
    readings[Setting.LOCATION] = location
    return replace(bucket, region=_located(location, access), readings=readings, deleted=is_gone(readings))


def _located(location: Reading[Json], access: Access) -> Reading[str]:
    """The Region that GetBucketLocation means: null is us-east-1, EU is eu-west-1 (S3 API Reference)."""
    match location:
        case Absent() | Unreadable():
            return location
        case Present(value={"LocationConstraint": None}) if access.partition == "aws":
            return location.map(lambda _: "us-east-1")
        case Present(value={"LocationConstraint": "EU"}):
            return location.map(lambda _: "eu-west-1")
        case Present(value={"LocationConstraint": str() as region}) if region:
            return location.map(lambda _: region)
        case Present(request_id=request_id, read_at=read_at):
            return Unreadable(
                setting=Setting.LOCATION,
                code=MALFORMED,
                message="LocationConstraint names no Region",
                request_id=request_id,
                read_at=read_at,
            )


def head_bucket(access: Access, region: str, parameters: Mapping[str, object]) -> Reading[Json]:
    """The reading of REGION. S3 names the Region even of a bucket that it denies us (S3 API Reference, HeadBucket).

    The document then is `{"BucketRegion": ..., "HTTPStatusCode": 403}`: the bucket exists and lies there, and the
    status says that more may not be known. 301 and 400 are answers of the wrong Region and say the same.
    """
    outcome = access.ask(Setting.REGION.call, region, parameters)
    match outcome:
        case Failure(bucket_region=where, status=status) if where and status in {301, 400, 403}:
            return Present(
                value={"BucketRegion": where, "HTTPStatusCode": status},
                request_id=outcome.request_id,
                read_at=outcome.read_at,
            )
        case Failure() | Answer():
            return reading(Setting.REGION, outcome)


def probe(access: Access, name: str, region: str) -> StrangeDestination:
    """What can be learned about a destination that no account in scope lists.

    `head` is Present also where S3 denied the call but named the Region, for then the bucket exists. `owned` is
    Present only where S3 answered 200 to the question with ExpectedBucketOwner.
    """
    if not _NAME.fullmatch(name):
        # botocore would take an ARN for an access point and ask somebody else.
        wrong = Unreadable(setting=Setting.REGION, code=MALFORMED, message="TargetBucket is no bucket name")
        return StrangeDestination(name=name, account=access.account, head=wrong, owned=wrong)
    head = head_bucket(access, region or access.home_region, {"Bucket": name})
    match head:
        case Present(value={"BucketRegion": str() as where}) if where:
            region = where
        case Present() | Absent() | Unreadable():
            pass
    question = {"Bucket": name, "ExpectedBucketOwner": access.account}
    owned = reading(Setting.REGION, access.ask(Setting.REGION.call, region or access.home_region, question))
    return StrangeDestination(name=name, account=access.account, head=head, owned=owned)
