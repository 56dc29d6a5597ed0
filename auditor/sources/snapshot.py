"""An estate lies in a file that can be judged again, offline, and that fails loudly when it is not what was written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from auditor.document import ESTATE, dump, load, shown
from auditor.errors import DocumentError
from auditor.model import AccountStatus, Estate
from auditor.sources.estate_json import estate_from_json, estate_to_json


def write_estate(estate: Estate) -> bytes:
    """The bytes of `estate.json`: equal estates give equal bytes. Naive times are a ValueError."""
    return dump(estate_to_json(estate), ESTATE)


def read_estate(data: bytes, origin: str) -> Estate:
    """The estate in `data`; DocumentError names `origin` (the file), the place in it, and what was expected there."""
    document = load(data, ESTATE, origin=origin)
    try:
        estate = estate_from_json(document)
    except ValueError as wrong:
        raise DocumentError(f"{origin}: {wrong}") from wrong
    for contradiction in _contradictions(estate):
        raise DocumentError(f"{origin}: {contradiction}", hint="was the file edited, or put together from two?")
    return estate


def _contradictions(estate: Estate) -> Iterator[str]:
    """What cannot be true of one estate, and would be judged twice or not at all."""
    # Accounts that could not be reached may share the id "", because theirs was never learned.
    reached = Counter(one.id for one in estate.accounts if one.status is not AccountStatus.UNREACHABLE)
    yield from (f"accounts holds {shown(name)} more than once" for name, count in reached.items() if count > 1)
    known = {one.id for one in estate.accounts}
    for index, bucket in enumerate(estate.buckets):
        if bucket.account not in known:
            yield f"buckets[{index}].account is {shown(bucket.account)}; expected the id of one of the accounts"
    for index, strange in enumerate(estate.strange_destinations):
        if strange.account not in known:
            path = f"strange_destinations[{index}].account"
            yield f"{path} is {shown(strange.account)}; expected the id of one of the accounts"
    buckets = Counter((one.account, one.name) for one in estate.buckets)
    for (account, name), count in buckets.items():
        if count > 1:
            yield f"buckets holds {shown(name)} of account {shown(account)} more than once"
