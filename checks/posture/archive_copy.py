"""archive-copy: a copy that the administrators of the destination cannot delete outlives all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from auditor.check import About, Context, DestinationCheck
from auditor.model import Bucket, Estate, Evidence, Severity, Verdict, failed, passed, undecidable, unreadable
from auditor.reading import Absent, Json, Present, Setting, Unreadable, reading_of, view
from auditor.s3.documents import listed, shown
from auditor.s3.inbound import inbound_spaces
from auditor.s3.itself import Itself
from auditor.s3.log_keys import KeySpace
from auditor.s3.malformed import quoted
from auditor.s3.replication import ReplicationRule, parse_replication
from auditor.s3.settings import parse_object_lock
from auditor.s3.subjects import BucketKey, Destination
from auditor.s3.truth import Truth, all_of, any_of

ABOUT = About(
    id="archive-copy",
    title="Logs are replicated to another account or to a locked bucket",
    severity=Severity.LOW,
    reads=(
        Setting.LOGGING,
        Setting.REGION,
        Setting.BUCKET_LIST,
        Setting.REPLICATION,
        Setting.ENCRYPTION,
        Setting.OBJECT_LOCK,
    ),
    rationale=(
        "A destination cannot have Object Lock, and whoever rules its account can lift every Deny in its policy. A "
        "replica in another account, or in a bucket with Object Lock, is out of their reach. Replication copies what "
        "arrives after the rule was made, and a delete marker in the destination deletes no version of the copy."
    ),
    remediation=(
        "Turn on versioning and add an enabled replication rule for all log prefixes (s3api put-bucket-replication) to "
        "a bucket of another account that the replicas then belong to, or to a bucket with Object Lock."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What a rule makes of the logs: whether its copies are out of reach, why, the facts, and what was not read."""

    rule: ReplicationRule
    safe: Truth
    why: str
    facts: tuple[Evidence, ...]
    unread: tuple[Unreadable, ...] = ()


def judge(destination: Destination, context: Context) -> Verdict:
    """PASS when every log prefix is copied out of reach; FAIL when the copies of one are certainly not."""
    name = destination.bucket.name
    match view(reading_of(destination.bucket.readings, Setting.REPLICATION), Setting.REPLICATION, parse_replication):
        case Unreadable() as unread:
            return unreadable(f"Whether the logs in {name} are copied elsewhere is unknown", unread, bucket=name)
        case Absent():
            none = Evidence(setting=Setting.REPLICATION, path="ReplicationConfiguration", value=None, bucket=name)
            return failed(f"The logs in {name} are not replicated.", none)
        case Present(value=rules):
            return _judge(destination, [_copy(rule, destination, context) for rule in rules if rule.enabled])


def _judge(destination: Destination, copies: Sequence[Copy]) -> Verdict:
    name = destination.bucket.name
    spaces = inbound_spaces(destination)
    stems = {space.stem: _covered(space.stem, copies) for space in spaces if isinstance(space, KeySpace)}
    facts = tuple(fact for copy in copies for fact in copy.facts)
    bare = [stem for stem, truth in stems.items() if truth is Truth.FALSE]
    if bare:
        none = Evidence(setting=Setting.REPLICATION, path="ReplicationConfiguration.Rules[]", value=None, bucket=name)
        why = "; ".join(dict.fromkeys(copy.why for copy in copies)) or "no replication rule is enabled"
        return failed(
            f"Logs in {name} under {listed(map(quoted, bare))} are not copied out of reach: {why}.", *(facts or (none,))
        )
    unread = [one for copy in copies for one in copy.unread]
    regions = [space for space in spaces if isinstance(space, Unreadable)]
    if regions:
        what = f"Under which keys some logs arrive in {name}, and so whether they are copied, is unknown"
        return unreadable(what, *regions, *unread, bucket=name, evidence=facts)
    if Truth.UNDECIDABLE in stems.values():
        open_ones = [copy for copy in copies if copy.safe is Truth.UNDECIDABLE]
        if unread:
            what = f"Whether the copies of the logs in {name} are out of reach is unknown"
            return unreadable(what, *dict.fromkeys(unread), evidence=facts)
        why = "; ".join(dict.fromkeys(copy.why for copy in open_ones))
        return undecidable(f"Whether the copies of the logs in {name} are out of reach cannot be told: {why}.", *facts)
    safe = [copy for copy in copies if copy.safe is Truth.TRUE]
    markers = any(copy.rule.copies_delete_markers for copy in safe)
    note = " Delete markers are copied as well, which hide the copies but delete none." if markers else ""
    return passed(f"Logs in {name} are copied out of reach: {'; '.join(copy.why for copy in safe)}.{note}", *facts)


def _covered(stem: str, copies: Sequence[Copy]) -> Truth:
    """Whether a rule copies all keys that begin with the stem out of reach."""
    return any_of(copy.safe for copy in copies if stem.startswith(copy.rule.prefix))


def _copy(rule: ReplicationRule, destination: Destination, context: Context) -> Copy:
    facts = tuple(_rule_facts(rule, destination.bucket.name))
    if rule.tagged:
        why = f"{rule.name} selects objects by tag, and log objects have none"
        return Copy(rule=rule, safe=Truth.FALSE, why=why, facts=facts)
    if rule.doubt:
        return Copy(rule=rule, safe=Truth.UNDECIDABLE, why=f"of {rule.name} {rule.doubt}", facts=facts)
    end = _end(rule, destination, context)
    copied = _takes_encrypted(rule, destination)
    if copied is Truth.TRUE or end.safe is Truth.FALSE:
        return Copy(rule=rule, safe=end.safe, why=end.why, facts=(*facts, *end.facts), unread=end.unread)
    why = f"logs may be encrypted with KMS keys, and {rule.name} does not select such objects"
    unread = (destination.encryption,) if isinstance(destination.encryption, Unreadable) else ()
    safe = all_of([copied, end.safe])
    return Copy(rule=rule, safe=safe, why=why, facts=(*facts, *end.facts), unread=(*end.unread, *unread))


def _takes_encrypted(rule: ReplicationRule, destination: Destination) -> Truth:
    """Whether the rule copies log objects as they are encrypted; under which key S3 delivers is not documented."""
    match destination.encryption:
        case Present(value=encryption) if not set(encryption.algorithms) <= {"AES256"}:
            return Truth.TRUE if rule.selects_kms else Truth.UNDECIDABLE
        case Unreadable():
            return Truth.TRUE if rule.selects_kms else Truth.UNDECIDABLE
        case _:
            return Truth.TRUE


def _end(rule: ReplicationRule, destination: Destination, context: Context) -> Copy:
    """Whether the bucket that the copies go to is out of reach."""

    def copy(safe: Truth, why: str, *facts: Evidence, unread: tuple[Unreadable, ...] = ()) -> Copy:
        return Copy(rule=rule, safe=safe, why=f"{rule.name} copies to {where}{why}", facts=facts, unread=unread)

    own, where = destination.account.id, shown(rule.bucket)
    bucket = _buckets(Itself(context.estate)).get((destination.account.partition, rule.bucket))
    if bucket is None:
        if rule.account and rule.account != own:
            return copy(Truth.TRUE, f" in account {shown(rule.account)}, which it names as the owner of the copies")
        return copy(Truth.UNDECIDABLE, ", which is not among the buckets in view")
    if bucket.deleted or rule.bucket == destination.bucket.name:
        return copy(Truth.FALSE, ", which was deleted" if bucket.deleted else ", which is the destination itself")
    listed_in = Evidence(setting=Setting.BUCKET_LIST, path="account", value=bucket.account, bucket=bucket.name)
    if rule.account and rule.account != bucket.account:
        return copy(Truth.UNDECIDABLE, f" of account {bucket.account}, but names {shown(rule.account)}", listed_in)
    if bucket.account != own:
        return copy(Truth.TRUE, f" in account {bucket.account}", listed_in)
    lock = view(reading_of(bucket.readings, Setting.OBJECT_LOCK), Setting.OBJECT_LOCK, parse_object_lock)
    path = "ObjectLockConfiguration.ObjectLockEnabled"
    match lock:
        case Present(value=found):
            fact = Evidence(setting=Setting.OBJECT_LOCK, path=path, value=found.enabled, bucket=bucket.name)
            if found.enabled:
                return copy(Truth.TRUE, ", which has Object Lock", listed_in, fact)
            return copy(Truth.FALSE, " in the same account and without Object Lock", listed_in, fact)
        case Absent(code=code):
            fact = Evidence(setting=Setting.OBJECT_LOCK, path=path, value=code or None, bucket=bucket.name)
            return copy(Truth.FALSE, " in the same account and without Object Lock", listed_in, fact)
        case Unreadable() as unread:
            return copy(
                Truth.UNDECIDABLE, " in the same account, whose Object Lock is unknown", listed_in, unread=(unread,)
            )


@lru_cache(maxsize=2)
def _buckets(estate: Itself[Estate]) -> Mapping[BucketKey, Bucket]:
    partitions = {account.id: account.partition for account in estate.value.accounts}
    return {(partitions.get(bucket.account, "aws"), bucket.name): bucket for bucket in estate.value.buckets}


def _rule_facts(rule: ReplicationRule, name: str) -> Iterator[Evidence]:
    value: Json = {"Prefix": rule.prefix, "Bucket": rule.bucket, "Account": rule.account or None}
    yield Evidence(setting=Setting.REPLICATION, path=rule.path, value=value, bucket=name)


CHECK = DestinationCheck(about=ABOUT, judge=judge)
