"""Charts as plain SVG: no script, no style sheet, no identifier and no date, so that equal counts give equal bytes.

Colours and fonts are presentation attributes, which a strict Content-Security-Policy allows and which a page's own
style sheet may override for dark screens. Every chart has a title and a description that says its numbers in words.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import ModuleType
from xml.etree import ElementTree as ET

from auditor.report.text import listed, number
from auditor.report.view import SeverityRow

_SVG = "http://www.w3.org/2000/svg"
_INKS: tuple[tuple[str, str], ...] = (("Failed", "#b3261e"), ("Unknown", "#9a6700"), ("Waived", "#6941c6"))
_TEXT, _LINE = "#46535f", "#d5dce3"


def findings_by_severity(rows: Sequence[SeverityRow], *, font: str, width: int = 640) -> str:
    """Failed, unknown and waived findings by severity as stacked bars, `width` units wide; "" when there are none.

    Letters are 12 units high in the family `font`.
    """
    series = {
        "Failed": [row.tally.failed for row in rows],
        "Unknown": [row.tally.unknown for row in rows],
        "Waived": [row.tally.waived for row in rows],
    }
    if not any(any(counts) for counts in series.values()):
        return ""
    labels = [row.severity.word.capitalize() for row in rows]
    described = "; ".join(
        f"{label}: " + listed(f"{number(series[name][place])} {name.lower()}" for name in series)
        for place, label in enumerate(labels)
    )
    return _tidy(
        _stacked(labels, series, width=width), title="Findings by severity", description=described + ".", font=font
    )


def _stacked(labels: Sequence[str], series: dict[str, list[int]], *, width: int) -> str:
    chart = _pygal().HorizontalStackedBar(
        js=[],
        no_prefix=True,
        disable_xml_declaration=True,
        width=width,
        height=212,
        margin=4,
        spacing=6,
        legend_at_bottom=True,
        legend_at_bottom_columns=3,
        legend_box_size=10,
        print_values=True,
        print_zeroes=False,
        show_y_guides=True,
        max_scale=6,
        value_formatter=_whole,
        include_x_axis=True,
    )
    # Horizontal bars are drawn from the bottom up.
    chart.x_labels = list(reversed(labels))
    for name, counts in series.items():
        chart.add(name, [count or None for count in reversed(counts)])
    return str(chart.render(is_unicode=True))


def _pygal() -> ModuleType:
    # It takes long to import and is needed for reports only. It also leaves an import hook behind for plug-ins of its
    # own, made for a Python that is gone: every later import in this process would stumble over it.
    import pygal

    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != "pygal"]
    module: ModuleType = pygal
    return module


def _whole(value: float) -> str:
    # Half a finding on the axis would be noise.
    return number(int(value)) if value == int(value) else ""


# --- from pygal's document to bare shapes ---------------------------------------------------------------------------

_NEEDLESS = frozenset({"defs", "desc", "title"})
_NEEDLESS_CLASSES = frozenset({"background", "overlay", "titles", "tooltip-overlay"})
_KEPT = frozenset({"d", "height", "transform", "viewBox", "width", "x", "y"})
_DIGIT = 7.5
"""Width of a digit in a bar; a number wider than its bar would run over the next one."""


def _tidy(svg: str, *, title: str, description: str, font: str) -> str:
    """`svg` with only its shapes and words kept, told in attributes what its style sheet said."""
    drawn = ET.fromstring(svg)  # noqa: S314  our own library's output, made of our own numbers
    root = ET.Element("svg", {"xmlns": _SVG, "viewBox": drawn.get("viewBox", ""), "role": "img", "class": "chart"})
    root.set("font-family", font)
    ET.SubElement(root, "title").text = title
    ET.SubElement(root, "desc").text = description
    widths = _widths(drawn)
    for child in drawn:
        _copy(child, root, classes=(), widths=widths)
    return ET.tostring(root, encoding="unicode")


def _widths(drawn: ET.Element) -> list[float]:
    """The widths of all bars, in the order in which pygal writes bars and their numbers."""
    bars = [element for element in drawn.iter(f"{{{_SVG}}}rect") if "tooltip-trigger" in element.get("class", "")]
    return [float(bar.get("width", "0")) for bar in bars][::-1]


def _copy(element: ET.Element, parent: ET.Element, *, classes: tuple[str, ...], widths: list[float]) -> None:
    tag = element.tag.removeprefix(f"{{{_SVG}}}")
    own = element.get("class", "").split()
    if tag in _NEEDLESS or _NEEDLESS_CLASSES.intersection(own):
        return
    path = (*classes, *own)
    kept = {name: value for name, value in element.attrib.items() if name in _KEPT}
    match tag:
        case "text":
            value = element.text or ""
            if "value" in own and widths.pop() < _DIGIT * len(value) + 4:
                return
            if not value:
                return
            ET.SubElement(parent, tag, kept | _lettering(path)).text = value
        case "rect" if kept.get("width"):
            ET.SubElement(parent, tag, kept | _filling(path))
        case "path":
            ET.SubElement(parent, tag, kept | {"stroke": _LINE, "fill": "none", "class": "rule"})
        case "g":
            group = ET.SubElement(parent, tag, kept)
            for child in element:
                _copy(child, group, classes=path, widths=widths)
            if not len(group):
                parent.remove(group)
        case _:
            return


def _filling(path: tuple[str, ...]) -> dict[str, str]:
    place = next((int(name.removeprefix("color-")) for name in path if name.startswith("color-")), 0)
    return {"fill": _INKS[place][1], "class": f"fill-{_INKS[place][0].lower()}"}


def _lettering(path: tuple[str, ...]) -> dict[str, str]:
    if "value" in path:
        return {"fill": "#ffffff", "font-size": "12", "text-anchor": "middle", "class": "figure"}
    anchor = "start" if "legend" in path else "end" if "y" in path else "middle"
    return {"fill": _TEXT, "font-size": "12", "text-anchor": anchor, "class": "word"}
