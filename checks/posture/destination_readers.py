"""destination-readers: who reads access logs learns what there is to steal and who looks after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from auditor.check import About, Context, DestinationCheck
from auditor.model import Evidence, Severity, Verdict, failed, passed, undecidable, unreadable
from auditor.quote import quote
from auditor.reading import Setting
from auditor.s3.access import Grant
from auditor.s3.actions import READ_ACTIONS
from auditor.s3.destination_access import acl_facts, acl_quote, policy_fact
from auditor.s3.documents import listed
from auditor.s3.grant_review import Review, grants_of, named, review
from auditor.s3.parties import Party, acquaintance
from auditor.s3.subjects import Destination

ABOUT = About(
    id="destination-readers",
    title="Only named principals of known accounts may read the logs",
    severity=Severity.HIGH,
    reads=(
        Setting.LOGGING,
        Setting.BUCKET_LIST,
        Setting.POLICY,
        Setting.ACL,
        Setting.OWNERSHIP,
        Setting.PUBLIC_ACCESS_BLOCK,
        Setting.ACCOUNT_PUBLIC_ACCESS_BLOCK,
    ),
    rationale=(
        "A reader of access logs sees keys, callers, addresses and whole URLs. Bucket policy and ACL should therefore "
        "let in named users and roles only, of accounts that were audited or that somebody vouches for: not everyone, "
        "not an organization, not all of another account, not a service, and nobody who cannot be identified. Within "
        "the destination's own account identity policies decide as well; those are not read."
    ),
    remediation=(
        "Remove the statement or grant, or replace it by one that names the roles that have to read the logs. List "
        "further accounts under known_accounts and single principals under allowed_readers in a framework file."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
    parameters=("known_accounts", "allowed_readers"),
)

LISTING = frozenset({"s3:ListBucket", "s3:ListBucketVersions"})


def judge(destination: Destination, context: Context) -> Verdict:
    """FAIL names whoever surely may read and should not; what may be such a grant, or was not read, is UNKNOWN."""
    name = destination.bucket.name
    accounts = {account.id for account in context.estate.accounts} - {""}
    known = acquaintance(
        destination,
        frozenset(accounts | set(context.names("known_accounts"))),
        vouched=context.names("allowed_readers"),
    )
    prefixes = tuple(logging.prefix for _, logging in destination.inbound)
    found = review(destination, READ_ACTIONS, known, judge=partial(_reads, prefixes=prefixes), now=context.at)
    if found.sure:
        facts = (fact for grant in grants_of(found.sure) for fact in _facts(grant, name))
        return failed(f"Not only named principals of known accounts may read {name}: {named(found.sure)}.", *facts)
    facts = (fact for grant in grants_of(found.offences) for fact in _facts(grant, name))
    if found.needs:
        what = f"Who may read {name} is not wholly known"
        return unreadable(what, *found.needs, bucket=name, evidence=tuple(facts))
    if found.offences:
        doubt = f"Whether {named(found.offences)} may read {name} cannot be told."
        return undecidable(f"{doubt} AWS does not document it, or a Deny may apply.", *facts)
    return passed(_in_order(found, destination), *_all_facts(found, destination))


def _reads(grant: Grant, party: Party, *, prefixes: Iterable[str]) -> tuple[str, ...]:
    if party in {Party.OWN, Party.NAMED, Party.LOG_DELIVERY}:
        return ()
    if set(grant.actions) <= LISTING and not _lists_logs(grant, prefixes):
        return ()
    return grant.actions


def _lists_logs(grant: Grant, prefixes: Iterable[str]) -> bool:
    """Whether a grant to list takes in a prefix of logs, as far as a condition on s3:prefix tells."""
    for clause in grant.conditions:
        if clause.key == "s3:prefix" and clause.is_positive:
            leads = [_lead(text) for text in clause.texts]
            if not any(lead.startswith(prefix) or prefix.startswith(lead) for lead in leads for prefix in prefixes):
                return False
    return True


def _lead(text: str) -> str:
    """The text up to its first wildcard or variable."""
    return min((text.partition(mark)[0] for mark in "*?$"), key=len)


def _in_order(found: Review, destination: Destination) -> str:
    name, own = destination.bucket.name, destination.account.id
    who = listed(dict.fromkeys(one.name for one in found.in_order))
    readers = f"{who} read its logs, and nobody else" if who else "nobody read its logs"
    return f"Policy and ACL of {name} let {readers}. Identity policies in account {own} are not read."


def _facts(grant: Grant, bucket: str) -> Iterator[Evidence]:
    if grant.statement is not None:
        yield quote(grant.statement, bucket=bucket)
    if grant.acl_grant is not None:
        yield acl_quote(grant.acl_grant, bucket=bucket)


def _all_facts(found: Review, destination: Destination) -> Iterator[Evidence]:
    grants = [grant for grant in grants_of(found.in_order) if grant.statement is not None]
    for grant in grants:
        yield from _facts(grant, destination.bucket.name)
    if not grants:
        yield policy_fact(destination)
    yield from acl_facts(destination)


CHECK = DestinationCheck(about=ABOUT, judge=judge)
