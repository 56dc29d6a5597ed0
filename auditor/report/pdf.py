"""`report.pdf`: PDF/A-3a and PDF/UA-1 in one file, the same bytes for the same assessment, nothing fetched.

The work has two halves, so that the second may run in a process of its own: `document` makes HTML text from a view,
`to_pdf` makes a PDF from that text and needs nothing else. Fonts come with us; a character that they lack is spelt
out, because a missing glyph would be silent and would break PDF/A.
"""

from __future__ import annotations

import base64
import contextlib
import io
import os
import re
import warnings
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from types import ModuleType

from markupsafe import Markup

from auditor.errors import ReportError
from auditor.report import assets
from auditor.report.charts import findings_by_severity
from auditor.report.view import ReportView

_STYLES = ("common.css", "paper.css")
_SANS, _MONO = "Auditor Sans", "Auditor Mono"
# (family, weight, style, file); the families are ours so that no font of the machine can take their place.
_FONTS: tuple[tuple[str, int, str, str], ...] = (
    (_SANS, 400, "normal", "SourceSansPro-Regular.ttf"),
    (_SANS, 400, "italic", "SourceSansPro-It.ttf"),
    (_SANS, 600, "normal", "SourceSansPro-Semibold.ttf"),
    (_MONO, 400, "normal", "DejaVuSansMono.ttf"),
)
_PANGO_HINT = (
    "install Pango: `sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0` on Debian or Ubuntu, "
    "`sudo dnf install pango` on Fedora, `brew install pango` on macOS; the other formats need nothing"
)
# ISO 14289-1, and the extension schema that ISO 19005-3 6.6.2.3 asks for before a foreign property may be used.
_PDF_UA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 to which the file conforms</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


def render(view: ReportView) -> bytes:
    """The PDF of `view`. ReportError when Pango is missing."""
    return to_pdf(document(view), created=view.cover.created)


def document(view: ReportView) -> str:
    """The HTML text of the PDF, made of characters that the shipped fonts have."""
    chart = findings_by_severity(view.summary.severities, font=_SANS, width=400)
    text = (
        assets.environment()
        .get_template("paper.html.j2")
        .render(
            view=view,
            chart=Markup(chart),  # noqa: S704  our own numbers and words, serialised by an XML writer
        )
    )
    return _spelt_out(text)


def to_pdf(html: str, *, created: str) -> bytes:
    """`html` as a PDF dated `created` (ISO 8601, UTC). ReportError when Pango is missing.

    Only data: addresses are opened, so that no markup, ours or an attacker's, can reach a file or the network.
    """
    weasyprint = _weasyprint()
    from weasyprint.text.fonts import FontConfiguration

    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=("data",))
    fonts = FontConfiguration()
    sheet = weasyprint.CSS(string=_css(), font_config=fonts, url_fetcher=fetcher)
    with _dated(created):
        laid_out = weasyprint.HTML(string=html, url_fetcher=fetcher).render(
            stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/a-3a", presentational_hints=False
        )
        plain = laid_out.metadata.generate_rdf_metadata

        def with_pdf_ua(*args: object) -> bytes:
            return bytes(plain(*args)).replace(b"</rdf:RDF>", _PDF_UA + b"</rdf:RDF>")

        # WeasyPrint knows one variant a document; the other one is a claim in the metadata that tagging already earns.
        laid_out.metadata.generate_rdf_metadata = with_pdf_ua
        with warnings.catch_warnings():
            # WeasyPrint opens its own colour profile and leaves closing it to the garbage collector.
            warnings.filterwarnings("ignore", message="unclosed file .*icc", category=ResourceWarning)
            return bytes(laid_out.write_pdf(pdf_variant="pdf/a-3a"))


def _weasyprint() -> ModuleType:
    # It takes half a second to import, and it prints advice of its own to stdout when a library is missing.
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            import weasyprint
            import weasyprint.urls
    except OSError as error:
        raise ReportError(f"the PDF needs Pango, which cannot be loaded ({error})", hint=_PANGO_HINT) from error
    module: ModuleType = weasyprint
    return module


@contextlib.contextmanager
def _dated(created: str) -> Iterator[None]:
    """SOURCE_DATE_EPOCH set to `created` for a while; the font subsetter stamps the time of the machine otherwise."""
    moment = int(datetime.fromisoformat(created).timestamp())
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(moment)
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before


def _css() -> str:
    faces = "".join(
        f"@font-face {{ font-family: '{family}'; font-weight: {weight}; font-style: {style}; "
        f"src: url(data:font/ttf;base64,{base64.b64encode(assets.data('fonts/' + name)).decode()}); }}\n"
        for family, weight, style, name in _FONTS
    )
    return faces + _without_variables("".join(assets.text(name) for name in _STYLES))


def _without_variables(css: str) -> str:
    """`css` with each var() replaced by its value: resolving them for every box would cost a tenth of the time."""
    values = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", css))
    return re.sub(r"var\((--[\w-]+)\)", lambda found: values[found[1]], css)


# --- characters -----------------------------------------------------------------------------------------------------


class _Speller(dict[int, int | str]):
    """A translation table that spells out what is not in it, and remembers the spelling."""

    def __missing__(self, code: int) -> str:
        self[code] = spelling = f"\\u{{{code:X}}}"
        return spelling


def _spelt_out(text: str) -> str:
    return text if text.isascii() else text.translate(_Speller({code: code for code in _covered()}))


@cache
def _covered() -> frozenset[int]:
    """Code points that every face can show: in all of the sans faces, or in the monospaced one that stands in."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it ships no types

    def glyphs(name: str) -> set[int]:
        with TTFont(io.BytesIO(assets.data(f"fonts/{name}"))) as font:
            return set(font.getBestCmap())

    sans = [glyphs(name) for family, _, _, name in _FONTS if family == _SANS]
    mono = [glyphs(name) for family, _, _, name in _FONTS if family == _MONO]
    return frozenset(set.intersection(*sans).union(*mono, {0x0A}))
