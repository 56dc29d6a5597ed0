"""`explain ID`: a check or a framework, in full."""

from __future__ import annotations

import click


@click.command("explain")
@click.argument("name", metavar="ID")
def command(name: str) -> int:
    """Explain a check: what it asks, why it matters, what it reads, how to mend it, which controls rest on it."""
    from auditor.cli.console import out
    from auditor.errors import InputError
    from auditor.framework_file import shipped, shipped_frameworks
    from auditor.gate import OK
    from auditor.registry import all_checks, check_ids
    from auditor.report.check_page import check_page
    from auditor.report.framework_page import framework_page
    from auditor.schema import closest

    known = check_ids()
    frameworks = [shipped(one, known) for one in shipped_frameworks()]
    for check in all_checks():
        if check.about.id == name:
            out().print(check_page(check, frameworks))
            return OK
    for framework in frameworks:
        if framework.id == name:
            out().print(framework_page(framework))
            return OK
    near = closest(name, {*known, *shipped_frameworks()})
    raise InputError(f"no check or framework is called {name!r}", hint=near or "see `checks list`, `frameworks list`")
