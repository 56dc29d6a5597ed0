"""The page in a real Chromium: it asks for nothing, complains of nothing, and opens what a reader clicks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from auditor.report import html
from auditor.report.view import ReportView

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))), None
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium; .ci/system-packages browser installs it where it can"),
]


@pytest.fixture(scope="module")
def page_file(view: ReportView, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample report as a file."""
    path = tmp_path_factory.mktemp("browser") / "report.html"
    path.write_text(html.render(view), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """A page of a headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser.new_page(viewport={"width": 1280, "height": 900})
        browser.close()


def test_the_page_is_whole_in_itself(page: Page, page_file: Path) -> None:
    """No request but for the file itself, nothing on the console, no error: the policy of the page allows no more."""
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))

    page.goto(page_file.as_uri())

    assert requests == [page_file.as_uri()]
    assert complaints == []
    assert page.locator("h1").count() == 1


def test_evidence_opens_without_scripts(page: Page, page_file: Path) -> None:
    """Details are closed until a reader opens them, by the keyboard as well as by the mouse."""
    page.goto(page_file.as_uri())
    details = page.locator("details").first
    before = details.get_attribute("open")

    details.locator("summary").first.focus()
    page.keyboard.press("Enter")

    assert details.get_attribute("open") != before


def test_nothing_runs_out_of_the_page(page: Page, page_file: Path) -> None:
    """Long names wrap: at the width of a telephone no reader has to scroll sideways."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(page_file.as_uri())

    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    assert overflow <= 0
