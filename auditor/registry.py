"""Every check there is: the built-in ones, in their documented order, and those of other packages.

Another package adds checks through the entry-point group `auditor.checks`: each entry names a Check. Its id must be
new, because an id means one thing for ever.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from auditor.check import (
    ArrivalCheck,
    Check,
    DeliveryCheck,
    DestinationCheck,
    FrameworksCheck,
    RegionCheck,
    SourceCheck,
)
from auditor.errors import InputError
from checks import BUILTIN

GROUP = "auditor.checks"


def all_checks() -> tuple[Check, ...]:
    """The built-in checks, then those of installed packages by name."""
    found = list(BUILTIN)
    known = {check.about.id: "s3-log-auditor" for check in BUILTIN}
    for point in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        check = _load(point)
        if check.about.id in known:
            raise InputError(
                f"check {check.about.id!r} of {point.value} is already defined by {known[check.about.id]}",
                hint="uninstall one of the two packages, or give the check an id of its own",
            )
        known[check.about.id] = point.value
        found.append(check)
    return tuple(found)


def check_ids() -> frozenset[str]:
    """The ids of all checks: what framework and waiver files may name."""
    return frozenset(check.about.id for check in all_checks())


def _load(point: EntryPoint) -> Check:
    try:
        check = point.load()
    except (ImportError, AttributeError) as error:
        raise InputError(
            f"the check {point.name!r} ({point.value}) does not load: {error}",
            hint="reinstall or remove the package that provides it",
        ) from error
    kinds = (SourceCheck, DeliveryCheck, ArrivalCheck, DestinationCheck, RegionCheck, FrameworksCheck)
    if not isinstance(check, kinds):
        raise InputError(f"{point.value} is not a check but {type(check).__name__}", hint="see docs/writing-checks.md")
    return check
