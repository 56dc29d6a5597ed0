"""Charts are plain shapes with a title and their numbers in words."""

from __future__ import annotations

import sys
from xml.etree import ElementTree as ET

from auditor.model import Severity
from auditor.report.charts import findings_by_severity
from auditor.report.view import ReportView, SeverityRow
from auditor.report.view_counts import Tally

SVG = "{http://www.w3.org/2000/svg}"
ROWS = (
    SeverityRow(severity=Severity.CRITICAL, tally=Tally(failed=12_345, unknown=2)),
    SeverityRow(severity=Severity.LOW, tally=Tally(waived=4_000, passed=7)),
)


def test_a_chart_says_its_numbers_in_words() -> None:
    """Whoever cannot see the bars can read them."""
    root = ET.fromstring(findings_by_severity(ROWS, font="sans-serif"))  # noqa: S314

    assert root.findtext(f"{SVG}title") == "Findings by severity"
    assert root.findtext(f"{SVG}desc") == (
        "Critical: 12,345 failed, 2 unknown and 0 waived; Low: 0 failed, 0 unknown and 4,000 waived."
    )


def test_a_number_stands_in_its_own_bar() -> None:
    """Figures are those of the counts, and one that would not fit its bar is left out."""
    root = ET.fromstring(findings_by_severity(ROWS, font="sans-serif"))  # noqa: S314
    figures = [one.text for one in root.iter(f"{SVG}text") if one.get("class") == "figure"]

    assert figures == ["12,345", "4,000"]


def test_a_chart_holds_no_script_no_style_and_no_date() -> None:
    """A strict policy allows it, and equal counts give equal bytes."""
    drawn = findings_by_severity(ROWS, font="sans-serif")

    assert not any(word in drawn for word in ("<script", "<style", "style=", "<!--", "id="))
    assert drawn == findings_by_severity(ROWS, font="sans-serif")


def test_nothing_to_show_is_no_chart() -> None:
    """Empty axes would say nothing."""
    assert not findings_by_severity([SeverityRow(severity=Severity.LOW, tally=Tally(passed=9))], font="sans-serif")


def test_charts_leave_no_import_hook_behind() -> None:
    """The charting library's finder would break imports that follow it."""
    findings_by_severity(ROWS, font="x")

    assert not [finder for finder in sys.meta_path if type(finder).__module__ == "pygal"]


def test_the_chart_counts_what_the_table_counts(view: ReportView) -> None:
    """The chart is made of the summary's rows."""
    assert "Critical: 3 failed, 3 unknown and 0 waived" in findings_by_severity(view.summary.severities, font="x")
