"""Which accounts are to be audited, and which of them we get into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from auditor.aws.access import INTERRUPTED, Access, Answer, everything
from auditor.aws.documents import document_of
from auditor.aws.options import NamedAccount, Targets
from auditor.aws.reads import PAGED
from auditor.aws.session import Clients, Context, assumed_session, home_region, open_session
from auditor.aws.trouble import UNANSWERED, Failure, no_access, role_refused
from auditor.aws.work import Crew, Phase
from auditor.errors import InputError, NoAccessError
from auditor.model import Account, AccountStatus
from auditor.reading import Json, Present, Reading, Readings, Setting
from auditor.s3.arn import account_of, is_account_id, parse_arn


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """An account we are in; `caller` is the answer of GetCallerIdentity. `profile` is None for the default chain."""

    access: Access
    caller: Reading[Json]
    name: str = ""
    profile: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreached:
    """An account we are not in, and why; the error names it, the account's `problem` does not repeat that."""

    account: Account
    error: NoAccessError


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """All accounts in scope, and the list of the organization's accounts when they come from there."""

    reached: tuple[Reached, ...]
    unreached: tuple[Unreached, ...]
    organization: Readings


def reach_accounts(targets: Targets, context: Context, crew: Crew, *, notes: list[str]) -> Reach:
    """Get into every account that `targets` names; what the user should know besides is added to `notes`.

    Raises NoAccessError when there is no starting identity at all or the organization's accounts cannot be listed,
    and InputError when a role name is needed and missing.
    """
    # One after the other on the calling thread: a profile may ask the user for an MFA code.
    starts = [_start(profile, context) for profile in dict.fromkeys(targets.profiles or (None,))]
    reached = [start for start in starts if isinstance(start, Reached)]
    broken = [start for start in starts if isinstance(start, Unreached)]
    if not reached:
        raise nothing_audited([one.error for one in broken])
    if not targets.accounts and not targets.organization:
        own = _each_once(reached, notes)
        known = {one.access.account for one in own}
        unreached = tuple(one for one in broken if one.account.id not in known)
        notes.extend(one.error.message for one in broken if one not in unreached)
        return Reach(reached=own, unreached=unreached, organization={})
    notes.extend(one.error.message for one in broken)
    organization: dict[Setting, Reading[Json]] = {}
    wanted = targets.accounts
    if targets.organization:
        wanted, organization[Setting.ACCOUNT_LIST] = _organization(reached, notes)
    return _enter_all(wanted, reached, targets, context, crew=crew, organization=organization)


def nothing_audited(errors: Sequence[NoAccessError]) -> NoAccessError:
    """The error that ends a run in which no account could be audited; it names up to three of them."""
    first = errors[0]
    if len(errors) == 1:
        return first
    kind = type(first) if len({type(error) for error in errors}) == 1 else NoAccessError
    shown = "; ".join(error.message for error in errors[:3])
    more = f"; and {len(errors) - 3} more" if len(errors) > 3 else ""
    return kind(f"none of the {len(errors)} accounts can be audited: {shown}{more}", hint=first.hint)


def called(account: NamedAccount | Account) -> str:
    """The account in a message: `account 111122223333 (production)`."""
    return f"account {account.id}" + (f" ({account.name})" if account.name else "")


def _start(profile: str | None, context: Context) -> Reached | Unreached:
    who = "default credentials" if profile is None else f"profile {profile!r}"
    try:
        session = open_session(profile)
        return _identify(Clients(session, context), home_region(session), context, profile=profile)
    except (ClientError, *UNANSWERED) as error:
        trouble = no_access(error, who)
        id_ = _configured_account(profile)
        return _unreached(NamedAccount(id=id_) if id_ else None, trouble, who=who)


def _identify(clients: Clients, region: str, context: Context, *, profile: str | None, name: str = "") -> Reached:
    """Ask who we are; raises what botocore raises, for this is where bad credentials show."""
    call = Setting.CALLER.call
    answer = getattr(clients.get(call.service, region), call.operation)()
    document = document_of(answer)
    account, arn = str(document.get("Account", "")), str(document.get("Arn", ""))
    parsed = parse_arn(arn)
    access = Access(
        account=account,
        partition=parsed.partition if parsed is not None else "aws",
        caller_arn=arn,
        home_region=region,
        clients=clients,
        context=context,
    )
    request_id = str(answer["ResponseMetadata"].get("RequestId") or "")
    caller: Reading[Json] = Present(value=document, request_id=request_id, read_at=context.now())
    return Reached(access=access, caller=caller, name=name, profile=profile)


def _unreached(account: NamedAccount | None, error: NoAccessError, *, who: str, partition: str = "aws") -> Unreached:
    problem = error.message.removeprefix(f"{who}: ")
    return Unreached(
        account=Account(
            id=account.id if account is not None else "",
            name=(account.name if account is not None else "") or ("" if who.startswith("account ") else who),
            partition=partition,
            status=AccountStatus.UNREACHABLE,
            problem=problem,
        ),
        error=error,
    )


def _configured_account(profile: str | None) -> str:
    """The account that a profile says it leads to, "" when it does not say or does not exist."""
    try:
        settings = open_session(profile).get_scoped_config()
    except BotoCoreError:
        return ""
    sso = str(settings.get("sso_account_id", ""))
    return account_of(str(settings.get("role_arn", ""))) or (sso if is_account_id(sso) else "")


def _each_once(reached: Sequence[Reached], notes: list[str]) -> tuple[Reached, ...]:
    """Two profiles may lead into one account, which is then audited with the first of them."""
    by_account: dict[str, Reached] = {}
    for one in reached:
        first = by_account.setdefault(one.access.account, one)
        if first is not one:
            notes.append(
                f"Profiles {first.profile!r} and {one.profile!r} lead to the same account {one.access.account}; "
                f"it is audited once, as {first.access.caller_arn}."
            )
    return tuple(by_account.values())


def _organization(starts: Sequence[Reached], notes: list[str]) -> tuple[tuple[NamedAccount, ...], Reading[Json]]:
    """The active accounts of the organization, and the whole answer, which shows who was left out."""
    call, paging = Setting.ACCOUNT_LIST.call, PAGED[Setting.ACCOUNT_LIST]
    failures: list[Failure] = []
    for start in starts:
        outcome = everything(start.access.pages(call, start.access.home_region, {}, paging=paging), paging.items)
        match outcome:
            case Failure():
                failures.append(outcome)
            case Answer(document=document, request_id=request_id, read_at=read_at):
                listed = document[paging.items]
                active = _active(listed if isinstance(listed, list) else [], notes)
                return active, Present(value=document, request_id=request_id, read_at=read_at)
    raise NoAccessError(
        f"the organization's accounts cannot be listed: {call.api} answered {failures[0].code}",
        hint="ListAccounts works only from the management account or a delegated administrator",
    )


def _active(listed: Sequence[Json], notes: list[str]) -> tuple[NamedAccount, ...]:
    """The accounts to scan: the active ones, and those whose state AWS does not tell, for they may be active.

    `State` replaces `Status`, which was to be retired on 2026-09-09 (Organizations API Reference, Account).
    """
    active: list[NamedAccount] = []
    inactive: list[str] = []
    for entry in listed:
        match entry:
            case {"Id": str() as id_, **others} if is_account_id(id_):
                state = others.get("State") or others.get("Status") or "ACTIVE"
                name = others.get("Name")
                if state == "ACTIVE":
                    active.append(NamedAccount(id=id_, name=name if isinstance(name, str) else ""))
                else:
                    inactive.append(f"{id_} ({state})")
            case _:
                notes.append("The organization lists an account without a 12-digit id; it is left out.")
    if inactive:
        notes.append(f"Accounts of the organization that are not active are left out: {', '.join(sorted(inactive))}.")
    return tuple(active)


def _enter_all(
    wanted: Sequence[NamedAccount],
    starts: Sequence[Reached],
    targets: Targets,
    context: Context,
    *,
    crew: Crew,
    organization: Readings,
) -> Reach:
    own = {start.access.account: start for start in reversed(starts)}
    foreign = [account for account in wanted if account.id not in own]
    if foreign and not targets.role_name:
        raise InputError(
            f"{called(foreign[0])} is not the account of the credentials, and no role name is given",
            hint="give --role-name, the role to assume in every account",
        )

    def enter(account: NamedAccount) -> Reached | Unreached:
        start = own.get(account.id)
        if context.stop.is_set():
            account_not_entered = Account(
                id=account.id, name=account.name, status=AccountStatus.PARTIAL, problem=INTERRUPTED
            )
            return Unreached(account=account_not_entered, error=NoAccessError(f"{called(account)}: {INTERRUPTED}"))
        if start is not None:
            return Reached(access=start.access, caller=start.caller, name=account.name, profile=start.profile)
        return _enter(account, starts, targets, context)

    # An account named twice is entered once.
    entered = crew.map(Phase.ACCOUNTS, enter, list({account.id: account for account in wanted}.values()))
    return Reach(
        reached=tuple(one for one in entered if isinstance(one, Reached)),
        unreached=tuple(one for one in entered if isinstance(one, Unreached)),
        organization=organization,
    )


def _enter(account: NamedAccount, starts: Sequence[Reached], targets: Targets, context: Context) -> Reached | Unreached:
    """Assume the role from the first starting identity that may; the first refusal is the one that is told."""
    who = called(account)
    refusals: list[NoAccessError] = []
    for start in starts:
        access = start.access
        role_arn = f"arn:{access.partition}:iam::{account.id}:role/{targets.role_name}"
        try:
            session = assumed_session(
                access.clients.get("sts", access.home_region),
                profile=start.profile,
                role_arn=role_arn,
                external_id=targets.external_id,
            )
            clients = Clients(session, context)
            return _identify(clients, access.home_region, context, profile=start.profile, name=account.name)
        except (ClientError, *UNANSWERED) as error:
            refusals.append(role_refused(error, who, role_arn=role_arn, caller_arn=access.caller_arn))
    return _unreached(account, refusals[0], who=who, partition=starts[0].access.partition)
