"""Accounts in, an Estate out: everything the checks need and nothing else, each answer kept as AWS sent it.

    accounts ─▶ bucket lists ─▶ sources ─▶ Regions ─▶ destinations ─▶ newest log objects ─▶ Estate

A source costs one call; only the buckets at the end of an arrow are looked at deeply, and that needs the sources of
all accounts first. Every phase is spread over threads, and this module is the only place that knows their order.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from auditor.aws.access import INTERRUPTED
from auditor.aws.buckets import BucketList, list_buckets
from auditor.aws.calls import CallLog
from auditor.aws.options import CollectOptions, NamedAccount, Targets, parameters
from auditor.aws.phases import Phases
from auditor.aws.reach import Reach, Reached, called, nothing_audited, reach_accounts
from auditor.aws.session import PER_ACCOUNT, Context
from auditor.aws.trouble import no_access_by_code
from auditor.aws.work import Crew, Note, Phase, Progress
from auditor.errors import NoAccessError
from auditor.model import Account, AccountStatus, Estate
from auditor.reading import Setting, Unreadable


def collect(
    targets: Targets,
    options: CollectOptions,
    *,
    now: Callable[[], datetime],
    progress: Progress,
    stop: threading.Event,
    calls: CallLog | None = None,
) -> Estate:
    """Read the accounts of `targets` and return what was learned.

    `now` is asked for the time of every answer. `progress` is told what happens, on this thread. Once `stop` is set,
    running calls end, nothing more is asked, and the estate is not `complete`; Ctrl-C on this thread does the same.
    `calls` counts what was asked, for provenance.

    Raises InputError when the targets contradict themselves, and NoAccessError or one of its kinds when no account
    could be audited. As soon as one can, the others are in the estate as UNREACHABLE with their problem.
    """
    started_at = now()
    calls = CallLog() if calls is None else calls
    context = Context(now=now, stop=stop, calls=calls)
    notes: list[str] = []
    # More threads than accounts can use at once would only wait for each other.
    entrances = len(targets.accounts) or (options.max_workers if targets.organization else len(targets.profiles) or 1)
    workers = max(1, min(options.max_workers, PER_ACCOUNT * entrances))
    with Crew(workers=workers, context=context, progress=progress) as crew:
        reach = reach_accounts(targets, context, crew, notes=notes)
        for text in notes:
            progress(Note(text=text))
        lists = crew.map(Phase.BUCKET_LISTS, lambda one: list_buckets(one.access, options), reach.reached)
        if not stop.is_set():
            _refuse_nothing(reach, lists)
        phases = Phases(reached=reach.reached, lists=lists, options=options, crew=crew)
        phases.run()
    for one in reach.reached:
        one.access.clients.close()
    accounts = [one.account for one in reach.unreached]
    for one, listed in zip(reach.reached, lists, strict=True):
        accounts.append(phases.account(_account(one, listed, stopped=stop.is_set())))
    return Estate(
        started_at=started_at,
        finished_at=now(),
        complete=not stop.is_set(),
        accounts=tuple(sorted(accounts, key=lambda account: (account.id, account.name))),
        buckets=tuple(sorted(phases.buckets.values(), key=lambda bucket: (bucket.account, bucket.name))),
        strange_destinations=phases.strange,
        parameters={**parameters(targets, options), "notes": [*notes], "calls": dict(calls.calls)},
        organization=reach.organization,
    )


def _refuse_nothing(reach: Reach, lists: Sequence[BucketList]) -> None:
    """A run in which not one bucket list could be begun has audited nothing, and must not end as an empty estate."""
    errors = [one.error for one in reach.unreached]
    for one, listed in zip(reach.reached, lists, strict=True):
        if not isinstance(listed.reading, Unreadable) or listed.buckets:
            return
        errors.append(_unlisted(one, listed.reading))
    raise nothing_audited(errors)


def _unlisted(one: Reached, reading: Unreadable) -> NoAccessError:
    who = called(NamedAccount(id=one.access.account, name=one.name))
    return no_access_by_code(
        reading.code, who, operation=f"{reading.api} as {one.access.caller_arn}", message=reading.message
    )


def _account(one: Reached, listed: BucketList, *, stopped: bool) -> Account:
    status, problem = AccountStatus.AUDITED, ""
    if stopped:
        status, problem = AccountStatus.PARTIAL, INTERRUPTED
    elif isinstance(listed.reading, Unreadable):
        # A list that broke off hides buckets; one that never began leaves nothing to audit.
        status = AccountStatus.PARTIAL if listed.buckets else AccountStatus.UNREACHABLE
        seen = f" after {len(listed.buckets)} buckets" if listed.buckets else ""
        problem = f"the bucket list could not be read{seen}: {listed.reading.because()}"
    return Account(
        id=one.access.account,
        name=one.name,
        partition=one.access.partition,
        caller_arn=one.access.caller_arn,
        status=status,
        problem=problem,
        readings={Setting.CALLER: one.caller, Setting.BUCKET_LIST: listed.reading},
    )
