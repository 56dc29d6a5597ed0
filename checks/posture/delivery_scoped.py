"""delivery-scoped: log delivery acts for every AWS customer, so a statement has to say for whom it may write."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import About, Context, DestinationCheck
from auditor.model import Evidence, Severity, Verdict, failed, not_applicable, passed, undecidable, unreadable
from auditor.quote import quote
from auditor.reading import Setting, Unreadable
from auditor.s3.acl import Acl
from auditor.s3.delivery_request import LOGGING_SERVICE
from auditor.s3.delivery_scope import DeliveryScope, Scope, delivery_scopes
from auditor.s3.destination_access import access_to, acl_in_force, acl_quote, ownership_fact, policy_fact
from auditor.s3.destinations import policy_in_force
from auditor.s3.documents import listed
from auditor.s3.subjects import Destination
from auditor.s3.truth import Truth, all_of, any_of, negation

ABOUT = About(
    id="delivery-scoped",
    title="Log delivery may write only for accounts that the policy names",
    severity=Severity.MEDIUM,
    reads=(Setting.LOGGING, Setting.POLICY, Setting.ACL, Setting.OWNERSHIP),
    rationale=(
        "The service principal that delivers logs works for everybody. A statement that does not say for which account "
        "leaves it to the service alone to keep a stranger's records out of your logs. aws:SourceArn does not say it: "
        "the ARN of a bucket holds no account, and the name of a deleted bucket can be taken by anybody. A grant to "
        "the LogDelivery group in the ACL cannot be bound at all."
    ),
    remediation=(
        "Add aws:SourceAccount (StringEquals) with the account of the sources to every statement that lets "
        "logging.s3.amazonaws.com put objects, and aws:SourceArn where one source is meant. Replace the ACL grant to "
        "the LogDelivery group by such a statement."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html",
)


def judge(destination: Destination, context: Context) -> Verdict:
    """PASS when every Allow for log delivery names its source accounts, and the ACL lets none in."""
    name = destination.bucket.name
    policy, by_acl = policy_in_force(destination), _lets_in_by_acl(destination)
    scopes: tuple[DeliveryScope, ...] = ()
    if not isinstance(policy, Unreadable):
        scopes = delivery_scopes(policy, LOGGING_SERVICE, account=destination.account.id, now=context.at)
    loose = [one for one in scopes if _is_loose(one) is Truth.TRUE]
    if loose or by_acl is Truth.TRUE:
        why = [_why_loose(one) for one in loose] or ["Its ACL lets the LogDelivery group write, which cannot be bound."]
        quotes = tuple(quote(one.statement, bucket=name) for one in loose)
        acl = tuple(_acl_facts(destination)) if by_acl is Truth.TRUE else ()
        return failed(f"{name} takes logs for accounts that its policy does not name. {why[0]}", *quotes, *acl)
    unread = tuple(_unread(destination, by_acl))
    if unread:
        quotes = tuple(quote(one.statement, bucket=name) for one in scopes)
        what = f"For whom log delivery may write to {name} is not wholly known"
        return unreadable(what, *unread, bucket=name, evidence=quotes)
    doubtful = [one for one in scopes if _is_loose(one) is Truth.UNDECIDABLE]
    if doubtful or by_acl is Truth.UNDECIDABLE:
        labels = listed(one.statement.label for one in doubtful) or "its ACL"
        why_open = f"Whether {labels} of {name} lets log delivery write for strangers cannot be told."
        quotes = tuple(quote(one.statement, bucket=name) for one in doubtful)
        return undecidable(f"{why_open} AWS does not document what was found there.", *quotes)
    if not scopes:
        return not_applicable(
            f"Nothing lets log delivery write to {name} (see delivery-permitted).", *_none(destination)
        )
    told = _bound(scopes, name, own=destination.account.id)
    return passed(told, *(quote(one.statement, bucket=name) for one in scopes))


def _is_loose(one: DeliveryScope) -> Truth:
    """Whether the statement surely lets log delivery in for accounts or organizations that it does not name."""
    return all_of([one.allows, negation(any_of([one.account.bound, one.organization.bound]))])


def _why_loose(one: DeliveryScope) -> str:
    label = one.statement.label[:1].upper() + one.statement.label[1:]
    patterns = (*one.account.patterns, *one.organization.patterns)
    if patterns:
        return f"{label} names accounts by a wildcard ({listed(patterns)})."
    if one.scope is Scope.BUCKET:
        return f"{label} is bound by aws:SourceArn only, and the ARN of a bucket holds no account."
    return f"{label} has no condition on aws:SourceAccount."


def _lets_in_by_acl(destination: Destination) -> Truth:
    """Whether the ACL lets log delivery in; ACLs that are disabled let nobody in."""
    acl = acl_in_force(destination)
    granted = Truth.of(bool(acl.delivering())) if isinstance(acl, Acl) else Truth.UNDECIDABLE
    return all_of([access_to(destination).acls_in_force, granted])


def _unread(destination: Destination, by_acl: Truth) -> Iterator[Unreadable]:
    if isinstance(destination.policy, Unreadable):
        yield destination.policy
    if by_acl is Truth.UNDECIDABLE:
        yield from (one for one in (destination.acl, destination.ownership) if isinstance(one, Unreadable))


def _bound(scopes: tuple[DeliveryScope, ...], name: str, *, own: str) -> str:
    accounts = dict.fromkeys(value for one in scopes for value in one.account.values)
    organizations = dict.fromkeys(value for one in scopes for value in one.organization.values)
    whom = [f"account {listed(accounts)}"] if accounts else []
    whom += [f"organization {listed(organizations)}"] if organizations else []
    sources = all(one.scope in {Scope.ACCOUNT_AND_BUCKET, Scope.BUCKET} for one in scopes)
    buckets = ", and for the buckets that aws:SourceArn names" if sources else ""
    others = [account for account in accounts if account != own]
    note = f" S3 delivers within one account only, so nothing needs {listed(others)} there." if others else ""
    return f"Log delivery may write to {name} only for {' and '.join(whom)}{buckets}.{note}"


def _acl_facts(destination: Destination) -> Iterator[Evidence]:
    acl = acl_in_force(destination)
    if isinstance(acl, Acl):
        yield from (acl_quote(grant, bucket=destination.bucket.name) for grant in acl.delivering())
    yield ownership_fact(destination)


def _none(destination: Destination) -> Iterator[Evidence]:
    yield policy_fact(destination)
    yield ownership_fact(destination)


CHECK = DestinationCheck(about=ABOUT, judge=judge)
