"""destination-writers: a log that others than log delivery can write proves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from auditor.check import About, Context, DestinationCheck
from auditor.model import Evidence, Severity, Verdict, failed, passed, undecidable, unreadable
from auditor.quote import quote
from auditor.reading import Present, Setting, Unreadable
from auditor.s3.access import Grant
from auditor.s3.actions import WRITE_ACTIONS, is_object_action
from auditor.s3.delivery_request import VENDED_SERVICE
from auditor.s3.destination_access import acl_facts, acl_quote, policy_fact
from auditor.s3.documents import listed
from auditor.s3.grant_review import Holder, Review, grants_of, named, review
from auditor.s3.inbound import log_keys
from auditor.s3.own_logs import cloudwatch_ends_here
from auditor.s3.parties import Party, acquaintance
from auditor.s3.principals import ServicePrincipal
from auditor.s3.subjects import Destination
from auditor.s3.tamper_protection import Restriction, restrictions
from auditor.s3.truth import Truth

ABOUT = About(
    id="destination-writers",
    title="Only log delivery may write",
    severity=Severity.HIGH,
    reads=(
        Setting.LOGGING,
        Setting.BUCKET_LIST,
        Setting.POLICY,
        Setting.ACL,
        Setting.OWNERSHIP,
        Setting.PUBLIC_ACCESS_BLOCK,
        Setting.ACCOUNT_PUBLIC_ACCESS_BLOCK,
        Setting.DELIVERY_SOURCES,
        Setting.DELIVERIES,
        Setting.DELIVERY_DESTINATIONS,
    ),
    rationale=(
        "Access logs carry no signature, so whoever can put, tag or delete an object under a log prefix can forge or "
        "lose a record. Neither policy nor ACL should let anyone but log delivery do that, and nobody outside the "
        "account change the settings that keep the logs. Identity policies in the destination's own account can still "
        "allow writing; only a Deny of s3:PutObject to all but log delivery, as AWS shows it, keeps these out too."
    ),
    remediation=(
        "Remove the statement or grant, and add AWS's statement that denies s3:PutObject to everyone whose "
        "aws:PrincipalServiceNamesList does not hold logging.s3.amazonaws.com (ForAllValues:StringNotEquals)."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html",
    parameters=("known_accounts",),
)


def judge(destination: Destination, context: Context) -> Verdict:
    """FAIL names whoever surely may write and is not log delivery; PASS says what was looked at."""
    name = destination.bucket.name
    accounts = {account.id for account in context.estate.accounts} - {""}
    known = acquaintance(destination, frozenset(accounts | set(context.names("known_accounts"))))
    found = review(destination, WRITE_ACTIONS, known, judge=_writes, now=context.at)
    found = _without_cloudwatch(found, destination, context)
    if found.sure:
        facts = (fact for grant in grants_of(found.sure) for fact in _facts(grant, name))
        actions = listed(dict.fromkeys(action for one in found.sure for action in one.actions), most=4)
        return failed(f"Not only log delivery may write to {name}: {named(found.sure)} may {actions}.", *facts)
    facts = (fact for grant in grants_of(found.offences) for fact in _facts(grant, name))
    if found.needs:
        what = f"Who may write to {name} is not wholly known"
        return unreadable(what, *found.needs, bucket=name, evidence=tuple(facts))
    if found.offences:
        doubt = f"Whether {named(found.offences)} may write to {name} cannot be told."
        return undecidable(f"{doubt} AWS does not document it, or a Deny may apply.", *facts)
    return _in_order(destination, context)


def _writes(grant: Grant, party: Party) -> tuple[str, ...]:
    """What of the grant is writing: any of it by strangers, and within the own account what is done to objects."""
    match party:
        case Party.LOG_DELIVERY:
            return ()
        case Party.OWN:
            return tuple(action for action in grant.actions if is_object_action(action))
        case _:
            return grant.actions


def _without_cloudwatch(found: Review, destination: Destination, context: Context) -> Review:
    """The review where delivery through CloudWatch Logs is log delivery as well, if it delivers access logs here."""
    others = tuple(one for one in found.offences if not _is_cloudwatch(one))
    if len(others) == len(found.offences):
        return found
    ends = cloudwatch_ends_here(context.graph, destination)
    if isinstance(ends, Unreadable):
        doubtful = (replace(one, truth=Truth.UNDECIDABLE) for one in found.offences if _is_cloudwatch(one))
        return replace(found, offences=(*others, *doubtful), needs=(*found.needs, ends))
    return replace(found, offences=others) if ends else found


def _is_cloudwatch(one: Holder) -> bool:
    return one.grant.grantee == ServicePrincipal(VENDED_SERVICE)


def _in_order(destination: Destination, context: Context) -> Verdict:
    name, own = destination.bucket.name, destination.account.id
    denial = _denial(destination, context)
    if denial is not None:
        labels = listed(statement.label for statement in denial.statements)
        return passed(
            f"Policy and ACL of {name} let nobody but log delivery write, and a Deny ({labels}) keeps everybody whom "
            "it does not leave out from s3:PutObject, whatever their own policies say.",
            *(quote(statement, bucket=name) for statement in denial.statements),
            *acl_facts(destination),
        )
    return passed(
        f"Policy and ACL of {name} let nobody but log delivery write. Identity policies in account {own} are not read, "
        "and no Deny keeps them from allowing it.",
        policy_fact(destination),
        *acl_facts(destination),
    )


def _denial(destination: Destination, context: Context) -> Restriction | None:
    """The Deny of s3:PutObject that hits everybody it does not spell out, inside the account and outside."""
    if not isinstance(destination.policy, Present):
        return None
    for keys in ((), log_keys(destination)):
        (denial,) = restrictions(
            destination.policy.value, ("s3:PutObject",), account=destination.account.id, keys=keys, now=context.at
        )
        # What is denied on every object is denied on every log object.
        if denial.own_account is denial.others is Truth.TRUE:
            return denial
    return None


def _facts(grant: Grant, bucket: str) -> Iterator[Evidence]:
    if grant.statement is not None:
        yield quote(grant.statement, bucket=bucket)
    if grant.acl_grant is not None:
        yield acl_quote(grant.acl_grant, bucket=bucket)


CHECK = DestinationCheck(about=ABOUT, judge=judge)
