"""lifecycle-effective: some lifecycle rules do less, or more, than whoever wrote them meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor.check import About, Context, DestinationCheck
from auditor.model import Evidence, Severity, Verdict, failed, not_applicable, passed, undecidable, unreadable
from auditor.prelude import others_unread
from auditor.reading import Absent, Present, Reading, Setting, Unreadable
from auditor.s3.days import Document
from auditor.s3.inbound import inbound_spaces
from auditor.s3.lifecycle import Lifecycle
from auditor.s3.lifecycle_terms import settle
from auditor.s3.lifecycle_trap import Trap, TrapKind, Weight
from auditor.s3.lifecycle_traps import find_traps
from auditor.s3.log_keys import KeySpace
from auditor.s3.logging_graph import unread_beside
from auditor.s3.subjects import Destination
from auditor.s3.versioning import NEVER_VERSIONED, UNREAD_VERSIONING, Versioning

ABOUT = About(
    id="lifecycle-effective",
    title="The lifecycle rules do what they seem to do",
    severity=Severity.MEDIUM,
    reads=(Setting.LOGGING, Setting.REGION, Setting.LIFECYCLE, Setting.VERSIONING),
    rationale=(
        "A rule with a date goes on for ever and deletes every new log at once. A transition leaves objects under "
        "128 KB, which most logs are, where they lie. An expiration in a versioned bucket only hides an object, and "
        "without a rule for noncurrent versions its bytes stay for ever. A rule that is disabled, or misses the prefix "
        "by a slash, does nothing. The console shows all of them as rules that work."
    ),
    remediation=(
        "Use days in place of dates, give transitions of logs an ObjectSizeGreaterThan filter or remove them, add "
        "NoncurrentVersionExpiration in a versioned bucket, and correct or remove rules that take in no logs."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html",
)


def judge(destination: Destination, context: Context) -> Verdict:
    """FAIL for traps that are defects; notes come with a PASS; NOT_APPLICABLE without any lifecycle configuration."""
    name = destination.bucket.name
    match destination.lifecycle:
        case Unreadable() as unread:
            return unreadable(f"What the lifecycle rules of {name} do is unknown", unread, bucket=name)
        case Absent():
            none = Evidence(setting=Setting.LIFECYCLE, path="Rules", value=None, bucket=name)
            return not_applicable(f"{name} has no lifecycle configuration (see lifecycle-present).", none)
        case Present(value=lifecycle):
            return _judge(destination, lifecycle, context)


def _judge(destination: Destination, lifecycle: Lifecycle, context: Context) -> Verdict:
    name = destination.bucket.name
    terms = settle(lifecycle, _versioning(destination.versioning), now=context.at)
    spaces = inbound_spaces(destination)
    traps = find_traps(terms, [space for space in spaces if isinstance(space, KeySpace)])
    regions = [space for space in spaces if isinstance(space, Unreadable)]
    beside = unread_beside(context.graph, destination.bucket)
    defects = [trap for trap in traps if trap.weight is Weight.DEFECT]
    # A rule that takes in no log that is known may be there for the logs of a source that nobody could read.
    sure = [trap for trap in defects if trap.kind is not TrapKind.COVERS_NO_LOGS or not (regions or beside)]
    if sure:
        return failed(_told(f"Lifecycle rules of {name} do not do what they seem to do.", sure), *_facts(name, sure))
    undecided = [trap for trap in traps if trap.weight is Weight.UNDECIDED]
    unread = [*regions, *_blamed(destination.versioning, undecided)]
    if unread:
        what = f"Whether the lifecycle rules of {name} do what they seem to do is unknown"
        return unreadable(what, *unread, bucket=name, evidence=tuple(_facts(name, (*undecided, *defects))))
    if defects:
        told = _told("", defects).strip().removesuffix(".")
        facts = tuple(_facts(name, defects))
        return others_unread(
            lambda names: f"{told}, unless {names} log to {name}, which is unknown", beside, evidence=facts
        )
    if undecided:
        return undecidable(
            _told(f"A person has to look at the lifecycle rules of {name}.", undecided), *_facts(name, undecided)
        )
    rules = Evidence(setting=Setting.LIFECYCLE, path="Rules (count)", value=len(lifecycle.rules), bucket=name)
    return passed(_told(f"No lifecycle rule of {name} is a trap for logs.", traps), rules, *_facts(name, traps))


def _blamed(versioning: Reading[Versioning], undecided: Iterable[Trap]) -> Iterator[Unreadable]:
    """The versioning, where it was not read and that leaves something open: MFA delete, noncurrent versions."""
    if isinstance(versioning, Unreadable) and any(trap.fact.document is Document.VERSIONING for trap in undecided):
        yield versioning


def _versioning(reading: Reading[Versioning]) -> Versioning:
    match reading:
        case Present(value=versioning):
            return versioning
        case Absent():
            return NEVER_VERSIONED
        case Unreadable():
            return UNREAD_VERSIONING


def _told(opening: str, traps: Iterable[Trap]) -> str:
    return " ".join([opening, *dict.fromkeys(trap.sentence for trap in traps)])


def _facts(name: str, traps: Iterable[Trap]) -> Iterator[Evidence]:
    for fact in dict.fromkeys(trap.fact for trap in traps):
        yield Evidence(setting=fact.document.value, path=fact.path, value=fact.value, bucket=name)


CHECK = DestinationCheck(about=ABOUT, judge=judge)
