"""Refuses to run with a stranger's `checks`, `policies` or `report_templates` in the place of ours.

These names are common, and a package or folder of that name earlier on sys.path would be imported instead of ours:
an audit by somebody else's checks is worse than none. `find_spec` looks without importing.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

OURS = ("checks", "policies", "report_templates")


def strangers(home: Path) -> tuple[str, ...]:
    """What would be imported from somewhere else than beside `home`, the folder of the package `auditor`."""
    found = []
    for name in OURS:
        spec = find_spec(name)
        origin = spec.origin if spec is not None else None
        if origin is None or Path(origin).resolve().parent != (home.parent / name).resolve():
            found.append(f"{name} ({origin or 'not found'})")
    return tuple(found)
