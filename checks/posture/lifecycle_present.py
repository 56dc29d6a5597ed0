"""lifecycle-present: logs that no rule expires pile up for ever, and with them what they tell about people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from auditor.check import About, Context, DestinationCheck
from auditor.model import Evidence, Severity, Verdict, failed, passed, undecidable, unreadable
from auditor.reading import Absent, Setting, Unreadable
from auditor.s3.days import Document, Fact
from auditor.s3.delivery_retention import Keeping, keeping
from auditor.s3.documents import shown
from auditor.s3.inbound import inbound_spaces
from auditor.s3.lifecycle_terms import HOT_CLASSES
from auditor.s3.log_keys import KeySpace
from auditor.s3.malformed import quoted
from auditor.s3.retention import Coverage
from auditor.s3.subjects import Destination
from auditor.s3.truth import Truth

ABOUT = About(
    id="lifecycle-present",
    title="An enabled expiration covers every log prefix",
    severity=Severity.MEDIUM,
    reads=(Setting.LOGGING, Setting.REGION, Setting.LIFECYCLE, Setting.VERSIONING),
    rationale=(
        "S3 deletes no log object by itself. Without an expiration that takes in all keys under every prefix, logs "
        "with addresses and user names stay for ever, against every rule that asks for an end, and their number makes "
        "them slow to read. A rule that is disabled, selects by tag, size or another prefix leaves logs out."
    ),
    remediation=(
        "Add an enabled lifecycle rule whose filter is the prefix of the logs, or empty in a bucket of logs only, with "
        "an Expiration in days as your retention asks. PutBucketLifecycleConfiguration replaces all rules: keep those "
        "that are there."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html",
)

MOST = 3


def judge(destination: Destination, context: Context) -> Verdict:
    """FAIL when the logs of any source are left out, PASS when the rules cover all of them."""
    name = destination.bucket.name
    if isinstance(destination.lifecycle, Unreadable):
        return unreadable(f"What expires the logs in {name} is unknown", destination.lifecycle, bucket=name)
    if isinstance(destination.lifecycle, Absent):
        none = Evidence(setting=Setting.LIFECYCLE, path="Rules", value=None, bucket=name)
        return failed(f"{name} has no lifecycle configuration, so its logs never expire.", none)
    spaces = inbound_spaces(destination)
    known = [space for space in spaces if isinstance(space, KeySpace)]
    kept = [(space, _kept(destination, space, context)) for space in known]
    left_out = [one for one in kept if one[1].retention.coverage.covers_all is Truth.FALSE]
    if left_out:
        return failed(_left_out(name, left_out, of=len(spaces)), *_facts(name, left_out))
    regions = [space for space in spaces if isinstance(space, Unreadable)]
    if regions:
        what = f"Under which keys some logs arrive in {name}, and so whether they expire, is unknown"
        return unreadable(what, *regions, bucket=name, evidence=tuple(_facts(name, kept)))
    open_ones = [one for one in kept if one[1].retention.coverage.covers_all is Truth.UNDECIDABLE]
    if open_ones:
        return _open(name, open_ones)
    sources = f"all {len(kept)} sources" if len(kept) > 1 else shown(kept[0][0].bucket)
    return passed(f"Logs of {sources} expire in {name}. {_sentence(kept)}", *_facts(name, kept))


def _kept(destination: Destination, space: KeySpace, context: Context) -> Keeping:
    found = keeping(destination, space, at=context.at, hot_classes=HOT_CLASSES)
    if isinstance(found, Unreadable):
        raise AssertionError("an unread lifecycle configuration was sorted out before")
    return found


def _left_out(name: str, left_out: Sequence[tuple[KeySpace, Keeping]], *, of: int) -> str:
    first, kept = left_out[0]
    sources = f"{len(left_out)} of {of} sources" if of > 1 else shown(first.bucket)
    where = f", such as {shown(first.bucket)} with keys under {quoted(first.stem)}" if of > 1 else ""
    return f"Logs of {sources} in {name} do not all expire{where}. {kept.retention.coverage.sentence}"


def _open(name: str, open_ones: Sequence[tuple[KeySpace, Keeping]]) -> Verdict:
    kept = open_ones[0][1]
    asked: set[Document] = {fact.document for fact in kept.retention.coverage.facts}
    unread = [reading for document, reading in kept.unread.items() if document in asked]
    what = f"Whether all logs in {name} expire is unknown"
    if unread:
        return unreadable(what, *unread, bucket=name)
    return undecidable(f"{what}. {kept.retention.coverage.sentence}", *_facts(name, open_ones))


def _sentence(kept: Iterable[tuple[KeySpace, Keeping]]) -> str:
    """The sentences of the first few coverages, each once: sources that one rule covers share theirs."""
    return " ".join([*dict.fromkeys(one.retention.coverage.sentence for _, one in kept)][:MOST])


def _facts(name: str, kept: Iterable[tuple[KeySpace, Keeping]]) -> Iterator[Evidence]:
    coverages: Iterable[Coverage] = (one.retention.coverage for _, one in kept)
    facts: dict[Fact, None] = dict.fromkeys(fact for coverage in coverages for fact in coverage.facts)
    for fact in facts:
        yield Evidence(setting=fact.document.value, path=fact.path, value=fact.value, bucket=name)


CHECK = DestinationCheck(about=ABOUT, judge=judge)
