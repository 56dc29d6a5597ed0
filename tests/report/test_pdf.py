"""The PDF is a document that can be filed: structured, reproducible, and made of nothing but itself."""

from __future__ import annotations

import io
import logging
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import Destination

from auditor.assessment import Assessment
from auditor.report import pdf
from auditor.report.view import ReportView, build_view

ROOT = Path(__file__).resolve().parents[2]
CREATED = "2026-11-20T08:05:00Z"


class Complaints(logging.Handler):
    """Keeps what the layout engine complains about."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@pytest.fixture(scope="module")
def complaints() -> Complaints:
    """What the layout engine said while it made `book`."""
    return Complaints()


@pytest.fixture(scope="module")
def book(view: ReportView, complaints: Complaints) -> PdfReader:
    """The PDF of the realistic assessment."""
    logger = logging.getLogger("weasyprint")
    logger.addHandler(complaints)
    try:
        return PdfReader(io.BytesIO(pdf.render(view)))
    finally:
        logger.removeHandler(complaints)


@pytest.fixture(scope="module")
def pages(book: PdfReader) -> list[str]:
    """Its text, page by page, blanks evened out."""
    return [" ".join(page.extract_text().split()) for page in book.pages]


def outline(book: PdfReader) -> list[tuple[int, str, int]]:
    """Bookmarks as (depth, title, page index)."""

    def walk(items: list[object], depth: int) -> list[tuple[int, str, int]]:
        found: list[tuple[int, str, int]] = []
        for item in items:
            if isinstance(item, Destination):
                found.append((depth, str(item.title), book.get_destination_page_number(item) or 0))
            elif isinstance(item, list):
                found += walk(item, depth + 1)
        return found

    return walk(list(book.outline), 1)


def test_every_section_is_bookmarked_where_it_starts(view: ReportView, book: PdfReader, pages: list[str]) -> None:
    """The outline holds the numbered sections in order, each pointing at the page with its heading."""
    chapters = [(title, page) for depth, title, page in outline(book) if depth == 1]

    assert [title for title, _ in chapters] == [f"{one.number} {one.title}" for one in view.sections.values()]
    assert all(title.replace(" ", "") in pages[page].replace(" ", "") for title, page in chapters)


def test_the_contents_give_the_right_pages(view: ReportView, book: PdfReader, pages: list[str]) -> None:
    """The number beside a section in the contents is the page of its bookmark."""
    starts = {title: page + 1 for depth, title, page in outline(book) if depth == 1}

    for title, number in starts.items():
        assert re.search(re.escape(title).replace(r"\ ", r"\s*") + rf"\s*[. ]*{number}\b", pages[1]), title


def test_pages_are_numbered_and_name_the_run(view: ReportView, pages: list[str]) -> None:
    """Every page but the cover says which page of how many it is, and of which run."""
    for number, page in enumerate(pages[1:], start=2):
        assert f"Page {number} of {len(pages)}" in page
        assert f"Run {view.cover.run_id}" in page
    assert "Page 1 of" not in pages[0]


def test_the_cover_says_what_it_is_and_what_it_is_not(pages: list[str]) -> None:
    """Title, time, frameworks, hash, gate and the disclaimer are on the first page."""
    for words in ("S3 access logging posture", "2026-11-20 08:04:12 UTC", "PCI DSS (4.0.1)", "exit code 10"):
        assert words in pages[0]
    assert "This is not an opinion on compliance." in pages[0]


def test_the_pdf_tells_what_the_view_tells(view: ReportView, pages: list[str]) -> None:
    """Every failed finding is in the register with its reference and its evidence."""
    text = " ".join(pages)

    assert all(row.ref in text for row in view.failed.rows)
    assert "aws:kms" in text
    assert view.summary.decided in text


def test_a_table_repeats_its_head(pages: list[str]) -> None:
    """The register's second page can be read without turning back."""
    register = [page for page in pages if "4 Findings register S3 access logging posture" in page]

    assert len(register) > 1
    assert all("Severity Where What, with evidence and controls" in page for page in register)


def test_it_claims_pdf_a_and_pdf_ua_and_is_tagged(book: PdfReader) -> None:
    """PDF/A-3a and PDF/UA-1 are both in the metadata; the file is tagged, titled and has a language."""
    metadata = book.trailer["/Root"]["/Metadata"].get_data().decode()  # type: ignore[index]  # a PDF dictionary

    assert 'pdfaid:part="3"' in metadata
    assert 'pdfaid:conformance="A"' in metadata
    assert 'pdfuaid:part="1"' in metadata
    assert book.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]  # a PDF dictionary
    assert book.trailer["/Root"]["/Lang"] == "en"  # type: ignore[index]  # a PDF dictionary
    assert book.metadata is not None
    assert book.metadata.title == "S3 access logging posture · 2026-11-20 08:04:12 UTC"


def test_only_our_fonts_are_in_it(book: PdfReader) -> None:
    """Every glyph comes from a shipped font, whatever the machine has installed."""
    fonts = {
        str(font.get_object()["/BaseFont"]).split("+")[-1]
        for page in book.pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]  # a PDF dictionary
    }

    assert {re.sub("[^a-z]", "", name.lower())[:10] for name in fonts} == {"auditorsan", "auditormon"}


def test_hostile_names_are_text(book: PdfReader, pages: list[str]) -> None:
    """Markup in names is printed, attaches nothing, and unknown characters are spelt out."""
    text = "".join(pages).replace(" ", "")

    assert '<linkrel=attachmenthref="file:///etc/hostname">' in text
    assert "abc\\u{202E}gnp.exe" in text
    assert "\\u{1F4A3}" in text
    assert not book.attachments


def test_no_markup_reaches_a_file_or_the_network(tmp_path: Path) -> None:
    """Even markup that got past escaping could neither attach nor show a local file."""
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    address = secret.as_uri()
    page = (
        f'<html lang="en"><title>x</title><link rel=attachment href="{address}"><link rel=stylesheet href="{address}">'
        f'<body><h1>x</h1><img alt="x" src="{address}"><a rel=attachment href="{address}">x</a>'
        f'<p style="background: url({address})">x</p></body></html>'
    )

    made = PdfReader(io.BytesIO(pdf.to_pdf(page, created=CREATED)))

    assert not made.attachments
    assert "secret" not in made.pages[0].extract_text()
    assert not list(made.pages[0].images)


def test_the_same_assessment_gives_the_same_bytes(assessment: Assessment) -> None:
    """Another process, with its own hash seed and later on the clock, makes the same file from the same text."""
    view = build_view(replace(assessment, frameworks=(), findings=assessment.findings[:3], checks=(), buckets=()))
    text = pdf.document(view)
    program = (
        "import sys\n"
        "from auditor.report.pdf import to_pdf\n"
        f"sys.stdout.buffer.write(to_pdf(sys.stdin.read(), created='{CREATED}'))\n"
    )

    other = subprocess.run(
        [sys.executable, "-c", program],
        input=text.encode(),
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "7", "PYTHONUTF8": "1"},
        capture_output=True,
        check=True,
    )

    assert other.stdout == pdf.to_pdf(text, created=CREATED)


def test_the_process_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rendering sets no environment variable for longer than it takes."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    pdf.to_pdf('<html lang="en"><title>x</title><p>x</p></html>', created=CREATED)

    assert "SOURCE_DATE_EPOCH" not in os.environ


def test_no_rule_of_the_sheet_goes_unheard(book: PdfReader, complaints: Complaints) -> None:
    """The layout engine has nothing to complain about: no unknown property, no broken link, no missing font."""
    assert book.pages
    assert complaints.said == []


def test_a_machine_without_pango_is_told_what_to_install(tmp_path: Path) -> None:
    """A missing library is a ReportError with the command for each platform, and nothing on stdout."""
    (tmp_path / "weasyprint.py").write_text("print('advice')\nraise OSError('cannot load libpango')\n")
    program = (
        "from auditor.errors import ReportError\n"
        "from auditor.report import html, pdf\n"
        "try:\n"
        f"    pdf.to_pdf('<p>x', created='{CREATED}')\n"
        "except ReportError as error:\n"
        "    print(error.exit_code, error.message, error.hint, sep='|')\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])},
        capture_output=True,
        text=True,
        check=True,
    )

    code, message, hint = done.stdout.strip().split("|")
    assert code == "6"
    assert message == "the PDF needs Pango, which cannot be loaded (cannot load libpango)"
    assert all(
        command in hint for command in ("apt-get install libpango-1.0-0", "dnf install pango", "brew install pango")
    )
