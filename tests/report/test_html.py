"""The page is whole, inert, accessible and of a size that opens."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from html import escape
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from auditor.assessment import Assessment
from auditor.report import assets, html
from auditor.report.view import ReportView, build_view

VOID = {"meta", "col", "br", "link", "img", "path", "rect"}


@dataclass(slots=True)
class Element:
    """A start tag with its attributes and the tags around it."""

    tag: str
    attributes: dict[str, str]
    around: tuple[str, ...]


@dataclass(slots=True)
class Page:
    """What a parser found."""

    elements: list[Element] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def named(self, tag: str) -> list[Element]:
        """Every element called `tag`."""
        return [one for one in self.elements if one.tag == tag]


class Reader(HTMLParser):
    """Collects elements and text, and fails on a tag that is closed out of order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.page.elements.append(Element(tag=tag, attributes=values, around=tuple(self.page.open)))
        if tag not in VOID:
            self.page.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.page.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.page.open or self.page.open[-1] != "style":
            self.page.text.append(data)


def read(text: str) -> Page:
    """`text` as a parser sees it."""
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert not reader.page.open
    return reader.page


@pytest.fixture(scope="module")
def text(view: ReportView) -> str:
    """The page."""
    return html.render(view)


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    """The page, parsed."""
    return read(text)


def test_nothing_is_loaded_and_nothing_runs(page: Page) -> None:
    """No script, no handler, no frame, no image, no sheet from elsewhere; links go to fragments or to AWS's pages."""
    names = {name for one in page.elements for name in one.attributes}
    links = {one.attributes["href"] for one in page.elements if "href" in one.attributes}

    assert not {one.tag for one in page.elements} & {
        "script",
        "iframe",
        "object",
        "embed",
        "link",
        "base",
        "form",
        "img",
    }
    assert not [name for name in names if name.startswith("on") or name in {"style", "src", "srcset", "action", "data"}]
    assert {link for link in links if not link.startswith("#")} == {
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html"
    }
    assert all(
        one.attributes.get("rel") == "noopener noreferrer"
        for one in page.named("a")
        if one.attributes["href"].startswith("https:")
    )


def test_the_policy_allows_one_style_sheet_by_its_hash(text: str, page: Page) -> None:
    """The Content-Security-Policy forbids all but the sheet that is there."""
    policy = next(one for one in page.named("meta") if one.attributes.get("http-equiv"))
    sheets = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(sheets[0].encode()).digest()).decode()

    assert len(sheets) == 1
    assert policy.attributes["content"].startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert "unsafe" not in policy.attributes["content"]


def test_hostile_names_are_text(text: str, page: Page) -> None:
    """Markup, template syntax and direction marks of names arrive as characters."""
    shown = "".join(page.text)

    assert "<script>alert(1)</script>" in shown
    assert '<link rel=attachment href="file:///etc/hostname">' in shown
    assert "]]> --> {{ 7*7 }} {% raw %} =cmd|' /C calc'!A0" in shown
    assert "abc\\u{202E}gnp.exe\\u{2066}" in shown
    assert "\\u{1B}[31mred" in shown
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


def test_the_page_counts_what_the_view_counts(view: ReportView, text: str, page: Page) -> None:
    """Rows in the page are the rows of the view, and the tiles are its tally."""
    rows = [one for one in page.named("tr") if "data-status" in one.attributes and "id" in one.attributes]
    counted = Counter(one.attributes["data-status"] for one in rows)
    tiles = re.findall(r'<li class="tile t-([\w-]+)"><b>([\d,]+)</b><span>([\w ]+)</span></li>', text)

    assert counted == {
        "failed": len(view.failed.rows),
        "unknown": len(view.unknown.rows),
        "waived": len(view.waived.rows),
    }
    assert tiles == [(status, f"{count:,}", label) for label, count, status in view.summary.tiles]


def test_every_finding_of_a_small_estate_is_there(assessment: Assessment, page: Page) -> None:
    """Bucket by bucket, each finding has its row, what passed included."""
    rows = [one for one in page.named("tr") if "data-status" in one.attributes and "id" not in one.attributes]

    assert len(rows) == len(assessment.findings)


def test_headings_never_skip_a_level(page: Page) -> None:
    """One h1, and each heading at most one deeper than the last."""
    levels = [int(one.tag[1]) for one in page.elements if re.fullmatch("h[1-6]", one.tag)]

    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_tables_can_be_read_aloud(page: Page) -> None:
    """Every table has a caption, and every header cell says what it heads."""
    assert len(page.named("caption")) == len(page.named("table")) > 10
    assert all(one.attributes.get("scope") in {"col", "row"} for one in page.named("th"))


def test_the_document_names_itself(page: Page) -> None:
    """Language, title, landmarks and the chart's words are there."""
    assert page.named("html")[0].attributes["lang"] == "en"
    assert {"main", "nav", "header", "footer"} <= {one.tag for one in page.elements}
    assert page.named("svg")[0].attributes["role"] == "img"
    assert [one for one in page.named("title") if "svg" in one.around]


def test_fragments_are_unique_and_every_link_lands(page: Page) -> None:
    """A link inside the page has exactly one place to go to."""
    ids = Counter(one.attributes["id"] for one in page.elements if "id" in one.attributes)
    targets = {one.attributes["href"][1:] for one in page.named("a") if one.attributes["href"].startswith("#")}

    assert max(ids.values()) == 1
    assert targets <= set(ids)


def test_sections_come_in_the_order_of_the_view(view: ReportView, page: Page) -> None:
    """The page prints the numbered sections of the view, in order."""
    sections = [one.attributes["id"] for one in page.named("section") if one.around[-1] == "main"]

    assert sections == list(view.sections)


def test_status_is_never_told_by_colour_alone(page: Page) -> None:
    """Every chip has a word in it."""
    assert not [
        one for one in page.named("span") if one.attributes.get("class", "").startswith("chip") and "svg" in one.around
    ]
    assert "No exceptions noted in what was tested" in page.text


def test_exceptions_stand_apart_from_failed_supporting_checks(view: ReportView, text: str) -> None:
    """Each control is headed by id and title, and its failures are under the words that say what they mean."""
    controls = re.findall(r'<section class="control".*?</section>', text, re.DOTALL)
    both = 0

    for part, one in zip(controls, (one for each in view.frameworks for one in each.controls), strict=True):
        heads = re.findall(r"<h5[^>]*>(.*?)</h5>", part)
        assert f'<h4><span class="cid">{escape(one.control)}</span> <span class="ctitle">{escape(one.title)}' in part
        assert ("Exceptions" in heads) is (one.exceptions.total > 0)
        assert ("Failed supporting checks (no exception by themselves)" in heads) is (one.supporting.total > 0)
        assert "Failed findings" not in heads
        if one.exceptions.total and one.supporting.total:
            both += 1
            exceptions, aside = part.split('<h5 class="beside">')
            assert all(f">{row.ref}<" in exceptions for row in one.exceptions.rows)
            assert all(f">{row.ref}<" in aside for row in one.supporting.rows)
    assert both


def test_the_same_view_gives_the_same_page(view: ReportView, text: str) -> None:
    """No clock, no counter and no set order is in the page."""
    assert text == html.render(view) == "".join(html.stream(view))


def test_a_large_estate_stays_small(make_large: Callable[[int], Assessment]) -> None:
    """Above the budget, a bucket costs less than 1.5 kB, every bucket is there, and the page says what it left out."""
    few, many = (html.render(build_view(make_large(count), detail_rows=50)) for count in (250, 500))

    assert (len(many) - len(few)) / 250 < 1_500
    assert many.count('<th scope="row"><span class="name">') == 500
    assert "every finding with its evidence is in assessment.json" in many
    assert "The first 38 of 300 failed findings are listed here" in many


def test_an_empty_assessment_makes_a_page(view: ReportView, assessment: Assessment) -> None:
    """No findings, no frameworks, no waivers: the page still says so in every section."""
    bare = replace(
        assessment, accounts=(), buckets=(), frameworks=(), checks=(), findings=(), controls=(), waivers=(), crashes=()
    )
    page = read(html.render(build_view(bare)))

    assert "No finding failed without a waiver." in page.text
    assert "No waiver was given." in page.text


# --- contrast -------------------------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` (WCAG 2.2)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def themes() -> dict[str, dict[str, str]]:
    """The colours of each theme by name."""
    light = dict(re.findall(r"--([\w-]+):\s*(#\w{6})", assets.text("common.css")))
    blocks = re.findall(r":root \{(.*?)\}", assets.text("screen.css"), re.DOTALL)
    dark, paper = (dict(re.findall(r"--([\w-]+):\s*(#\w{6})", block)) for block in blocks)
    return {"light": light, "dark": light | dark, "paper": light | dark | paper}


@pytest.mark.parametrize("theme", ["light", "dark", "paper"])
def test_every_ink_is_readable(theme: str) -> None:
    """Text has a contrast of at least 4.5 to 1 on its ground, in light, in dark and printed from dark."""
    colours = themes()[theme]
    pairs = [(name, name.replace("-ink", "-fill")) for name in colours if name.endswith("-ink")]
    pairs += [(ink, ground) for ink in ("ink", "soft", "link") for ground in ("paper", "panel")]
    pairs += [(f"{kind}-ink", "paper") for kind in ("failed", "unknown", "waived")] + [("band-soft", "band-fill")]

    assert len(pairs) > 15
    assert not [(a, b, contrast(colours[a], colours[b])) for a, b in pairs if contrast(colours[a], colours[b]) < 4.5]
