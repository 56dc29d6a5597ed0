"""`report.html`: one file that loads nothing, runs nothing and reads well without either.

Everything from outside is escaped by the template environment. The only style sheet is inline and named by its hash
in the Content-Security-Policy, so that even a hole in the escaping could neither run, fetch nor restyle anything.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator

from markupsafe import Markup

from auditor.report import assets
from auditor.report.charts import findings_by_severity
from auditor.report.view import ReportView

_STYLES = ("common.css", "screen.css")
_FLUSH = 256  # template pieces to a chunk; one write for each piece would be slow


def render(view: ReportView) -> str:
    """The whole page."""
    return "".join(stream(view))


def stream(view: ReportView) -> Iterator[str]:
    """The page in chunks, for a writer that does not want to hold all of it."""
    css = "".join(assets.text(name) for name in _STYLES)
    chart = findings_by_severity(view.summary.severities, font="inherit")
    pieces = (
        assets.environment()
        .get_template("report.html.j2")
        .stream(
            view=view,
            csp=policy(css),
            css=Markup(css),  # noqa: S704  our own file
            chart=Markup(chart),  # noqa: S704  our own numbers and words, serialised by an XML writer
        )
    )
    pieces.enable_buffering(_FLUSH)
    yield from pieces


def policy(css: str) -> str:
    """The Content-Security-Policy of a page whose only style sheet is `css`."""
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
