"""destination-tamper-protected: whoever can delete logs, or let them expire tomorrow, leaves no trace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.check import About, Context, DestinationCheck
from auditor.model import Evidence, Severity, Verdict, failed, passed, undecidable, unreadable
from auditor.quote import quote
from auditor.reading import Absent, Present, Setting, Unreadable
from auditor.s3.access import who_may
from auditor.s3.bucket_policy import BucketPolicy, Statement
from auditor.s3.conditions import clause_text
from auditor.s3.destination_access import access_to, policy_fact
from auditor.s3.destinations import policy_in_force
from auditor.s3.documents import listed
from auditor.s3.grantees import account_of_grantee
from auditor.s3.inbound import log_keys
from auditor.s3.principals import Everyone
from auditor.s3.subjects import Destination
from auditor.s3.tamper_protection import Restriction, restrictions
from auditor.s3.truth import Truth, all_of, any_of
from auditor.s3.versioning import NEVER_VERSIONED, MfaDelete, Versioning, VersioningState

ABOUT = About(
    id="destination-tamper-protected",
    title="Versioning is on, and deleting logs or shortening their life is denied",
    severity=Severity.HIGH,
    reads=(Setting.LOGGING, Setting.POLICY, Setting.VERSIONING),
    rationale=(
        "A destination cannot have Object Lock, which stops log delivery. It can keep every version, and deny to "
        "everyone the three actions by which AWS says that objects are removed: s3:DeleteObject, "
        "s3:DeleteObjectVersion and s3:PutLifecycleConfiguration. Expiration rules go on working. Whoever may change "
        "the bucket policy can lift the Deny, and the root user always can; a control policy of the organization "
        "keeps them from it. MFA delete protects versions too, but S3 supports no lifecycle rules beside it."
    ),
    remediation=(
        "Turn on versioning, and add a statement to the destination's policy that denies s3:DeleteObject, "
        "s3:DeleteObjectVersion and s3:PutLifecycleConfiguration to everyone on the bucket and its objects. Leave out "
        "one break-glass role by an ArnNotLike on aws:PrincipalArn if you need one."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html",
)

VERSIONS = "s3:DeleteObjectVersion"
ACTIONS = ("s3:DeleteObject", VERSIONS, "s3:PutLifecycleConfiguration")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was found: the versioning and, for each action, whether it is denied to everybody not spelled out."""

    versioning: Versioning | Unreadable
    denied: dict[str, Truth]
    statements: tuple[Statement, ...]
    exceptions: tuple[str, ...]

    @property
    def mfa(self) -> MfaDelete:
        """Whether deleting a version takes a second factor."""
        return MfaDelete.UNKNOWN if isinstance(self.versioning, Unreadable) else self.versioning.mfa_delete


def judge(destination: Destination, context: Context) -> Verdict:
    """FAIL names what is missing; PASS lists whom the Denies leave out, for a person to look at."""
    name = destination.bucket.name
    policy = policy_in_force(destination)
    seen = _look(destination, policy, context)
    facts = (*_version_facts(seen, name), *(quote(statement, bucket=name) for statement in seen.statements))
    missing = tuple(_missing(seen))
    if missing:
        return failed(
            f"The logs in {name} can be tampered with: {'; '.join(missing)}.", *facts, *_no_policy(destination)
        )
    unread = [one for one in (seen.versioning, policy) if isinstance(one, Unreadable)]
    if unread:
        return unreadable(f"Whether the logs in {name} can be removed is unknown", *unread, bucket=name, evidence=facts)
    doubts = tuple(_doubts(seen))
    if doubts:
        return undecidable(f"Whether the logs in {name} are protected cannot be told: {'; '.join(doubts)}.", *facts)
    return passed(_protected(seen, name), *facts)


def _look(destination: Destination, policy: BucketPolicy | Unreadable, context: Context) -> Seen:
    versioning = _versioning(destination)
    if isinstance(policy, Unreadable):
        denied = dict.fromkeys(ACTIONS, Truth.UNDECIDABLE)
        return Seen(versioning=versioning, denied=denied, statements=(), exceptions=())
    found = _restrictions(policy, destination, context)
    return Seen(
        versioning=versioning,
        denied={one.action: _denied(one, destination, context) for one in found},
        statements=tuple({s.index: s for one in found for s in one.statements}.values()),
        exceptions=tuple(dict.fromkeys(text for one in found for text in _exceptions(one))),
    )


def _restrictions(policy: BucketPolicy, destination: Destination, context: Context) -> tuple[Restriction, ...]:
    """The Denies of the three actions on every log object; what is denied on every object is denied on these."""
    account, now = destination.account.id, context.at
    everywhere = restrictions(policy, ACTIONS, account=account, keys=(), now=now)
    if all(one.own_account is one.others is Truth.TRUE for one in everywhere):
        return everywhere
    return restrictions(policy, ACTIONS, account=account, keys=log_keys(destination), now=now)


def _versioning(destination: Destination) -> Versioning | Unreadable:
    match destination.versioning:
        case Present(value=versioning):
            return versioning
        case Absent():
            return NEVER_VERSIONED
        case Unreadable() as unread:
            return unread


def _denied(one: Restriction, destination: Destination, context: Context) -> Truth:
    """Whether the action is denied to all who could do it: other accounts only can where the policy lets them.

    No grant of an ACL takes in any of these actions.
    """
    if one.own_account is Truth.FALSE or one.others is Truth.TRUE:
        return one.own_account
    access = who_may(access_to(destination), (one.action,), keys=log_keys(destination), now=context.at)
    own = destination.account.id
    nobody_outside = all(account_of_grantee(grant.grantee) == own for grant in access.grants)
    return all_of([one.own_account, any_of([one.others, Truth.of(nobody_outside)])])


def _exceptions(one: Restriction) -> Iterator[str]:
    """Whom the Denies of the action may leave out; nobody where one of them denies it to everyone as it stands."""
    if any(_hits_everyone(statement) for statement in one.statements):
        return
    for statement in one.statements:
        spared = ["the principals under NotPrincipal"] if statement.principals.negated else []
        clauses = [clause_text(clause) for clause in statement.conditions]
        if spared or clauses:
            yield f"{statement.label}: {listed([*spared, *clauses])}"


def _hits_everyone(statement: Statement) -> bool:
    everyone = any(isinstance(one, Everyone) for one in statement.principals.principals)
    return everyone and not statement.principals.negated and not statement.conditions


def _missing(seen: Seen) -> Iterator[str]:
    if isinstance(seen.versioning, Versioning):
        match seen.versioning.state:
            case VersioningState.NEVER_ENABLED:
                yield "versioning is off"
            case VersioningState.SUSPENDED:
                yield "versioning is suspended"
            case VersioningState.ENABLED | VersioningState.UNKNOWN:
                pass
    free = [action for action, truth in seen.denied.items() if truth is Truth.FALSE]
    # What takes a second factor is restricted, and may be where nobody could read it.
    free = [action for action in free if action != VERSIONS or seen.mfa is MfaDelete.OFF]
    if free:
        yield f"nothing denies {listed(free, word='or')} to everybody"


def _doubts(seen: Seen) -> Iterator[str]:
    if isinstance(seen.versioning, Versioning) and seen.versioning.state is VersioningState.UNKNOWN:
        yield f"its versioning is {seen.versioning.fact.value}, which is not documented"
    for action, truth in seen.denied.items():
        if action == VERSIONS and seen.mfa is MfaDelete.ON:
            continue
        if action == VERSIONS and truth is Truth.FALSE:
            yield "whether MFA delete protects versions is not documented"
        elif truth is Truth.UNDECIDABLE:
            yield f"{action} is denied only to some, or only under conditions"


def _protected(seen: Seen, name: str) -> str:
    text = f"{name} keeps all versions, and its policy denies deleting logs and changing their lifecycle"
    if seen.mfa is MfaDelete.ON and seen.denied[VERSIONS] is not Truth.TRUE:
        text = (
            f"{name} keeps all versions, MFA delete protects them, and its policy denies deleting logs and changing "
            "their lifecycle; S3 supports no lifecycle rules beside MFA delete"
        )
    if seen.exceptions:
        return f"{text}. Whom that leaves out is for a person to judge ({listed(seen.exceptions)})."
    return f"{text} to everybody."


def _version_facts(seen: Seen, name: str) -> Iterator[Evidence]:
    if isinstance(seen.versioning, Unreadable):
        return
    for fact in (seen.versioning.fact, seen.versioning.mfa_fact):
        yield Evidence(setting=fact.document.value, path=fact.path, value=fact.value, bucket=name)


def _no_policy(destination: Destination) -> Iterator[Evidence]:
    if not isinstance(destination.policy, Unreadable):
        yield policy_fact(destination)


CHECK = DestinationCheck(about=ABOUT, judge=judge)
