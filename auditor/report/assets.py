"""Templates, style sheets and fonts, read from the `report_templates` package and from nowhere else."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined

from auditor.report.text import number

PACKAGE = "report_templates"


def text(name: str) -> str:
    """The text of the file called `name` in the package; FileNotFoundError when it is not shipped."""
    return files(PACKAGE).joinpath(name).read_text(encoding="utf-8")


def data(name: str) -> bytes:
    """The bytes of the file called `name` in the package; FileNotFoundError when it is not shipped."""
    return files(PACKAGE).joinpath(name).read_bytes()


@cache
def environment() -> Environment:
    """The template environment: everything is escaped, and a misspelt name is an error instead of a gap."""
    made = Environment(
        loader=FunctionLoader(text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["number"] = number
    return made
