"""A framework file, shipped or a user's own, is read whole or refused with the key that is wrong.

A user's file is either complete or `extends` a shipped framework. Then it inherits everything it does not say: its
scope replaces the base's, its parameters replace those of the same name, `remove_controls` takes controls away, and its
own controls come after the base's (to change a control, remove it and write it anew). It always has an id, a title and
a review date of its own, so that no report shows a changed framework under the shipped one's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from importlib import resources

from auditor import shape
from auditor.errors import FrameworkError
from auditor.framework import (
    Automation,
    Control,
    ControlScope,
    Framework,
    Receives,
    Requirement,
    Role,
)
from auditor.framework_parameter import Firmness, ParameterValue, Value, checks_using
from auditor.framework_rules import require_sound
from auditor.framework_scope import FrameworkScope
from auditor.model import Severity
from auditor.reading import Json
from auditor.schema import closest, read_toml

SHIPPED = ("baseline", "hipaa", "pci-dss", "sox", "gdpr", "iso-27001", "nist-800-53", "soc-2", "cis-aws")

Table = Mapping[str, Json]


def shipped_frameworks() -> tuple[str, ...]:
    """The ids of the frameworks that come with the tool, in the order people list them."""
    return SHIPPED


def shipped(framework: str, known_checks: frozenset[str]) -> Framework:
    """The shipped framework with that id; FrameworkError with the closest match when there is none."""
    if framework not in SHIPPED:
        near = closest(framework, SHIPPED)
        raise FrameworkError(
            f"no framework is called {framework!r}; there are {', '.join(SHIPPED)}",
            hint=f"{near} for a file of your own use --framework-file".strip(),
        )
    origin = f"{framework}.toml"
    text = (resources.files("policies.frameworks") / origin).read_text(encoding="utf-8")
    loaded = _framework(_read(text, origin), origin)
    require_sound(loaded, known_checks, origin=origin)
    return loaded


def load_framework(text: str, origin: str, *, known_checks: frozenset[str]) -> Framework:
    """The framework in a user's file; FrameworkError naming `origin`, the key and what was expected."""
    table = _read(text, origin)
    if table["id"] in SHIPPED:
        raise FrameworkError(
            f'{origin}: id is "{table["id"]}", the id of a shipped framework; expected an id of your own',
            hint="a report must not show your changes under the name of the shipped framework",
        )
    base = table.get("extends")
    if base is None:
        if "remove_controls" in table:
            raise FrameworkError(f"{origin}: remove_controls needs extends, the framework to remove them from")
        loaded = _framework(table, origin)
    elif isinstance(base, str) and base in SHIPPED:
        loaded = _extended(shipped(base, known_checks), table, origin)
    else:
        raise FrameworkError(
            f'{origin}: extends is "{base}"; expected one of {", ".join(SHIPPED)}', hint=closest(str(base), SHIPPED)
        )
    require_sound(loaded, known_checks, origin=origin)
    return loaded


def _read(text: str, origin: str) -> Table:
    return read_toml(text, "framework", origin=origin, error=FrameworkError)


def _framework(table: Table, origin: str) -> Framework:
    return Framework(
        id=_text(table, "id"),
        title=_text(table, "title"),
        version=_text(table, "version"),
        publisher=_text(table, "publisher"),
        reviewed_on=_reviewed_on(table, origin),
        note=_text(table, "note"),
        sources=_texts(table, "sources"),
        scope=_scope(_table(table, "scope")),
        parameters=_parameters(table),
        controls=_controls(table),
    )


def _extended(base: Framework, table: Table, origin: str) -> Framework:
    removed = _texts(table, "remove_controls")
    known = {control.id for control in base.controls}
    for position, control in enumerate(removed):
        if control not in known:
            raise FrameworkError(
                f'{origin}: remove_controls[{position}] is "{control}"; expected a control of {base.id}',
                hint=closest(control, known),
            )
    kept = tuple(control for control in base.controls if control.id not in removed)
    extended = replace(
        base,
        id=_text(table, "id"),
        title=_text(table, "title"),
        version=_text(table, "version") or base.version,
        publisher=_text(table, "publisher") or base.publisher,
        reviewed_on=_reviewed_on(table, origin),
        note=_text(table, "note") or base.note,
        sources=(*base.sources, *_texts(table, "sources")),
        scope=_scope(_table(table, "scope")) if "scope" in table else base.scope,
        controls=(*kept, *_controls(table)),
        based_on=f"{base.id} {base.version}",
    )
    # With a control goes the inherited number that only it needed; a number the user sets must have a use.
    inherited = {
        name: value for name, value in base.parameters.items() if extended.checks.intersection(checks_using(name))
    }
    return replace(extended, parameters={**inherited, **_parameters(table)})


def _reviewed_on(table: Table, origin: str) -> date:
    try:
        return date.fromisoformat(_text(table, "reviewed_on"))
    except ValueError as error:
        raise FrameworkError(
            f'{origin}: reviewed_on is "{table["reviewed_on"]}"; expected a date of the calendar'
        ) from error


def _scope(table: Table) -> FrameworkScope:
    tags = _table(table, "any_tag")
    return FrameworkScope(
        any_tag={key: _texts(tags, key) for key in tags},
        include=_texts(table, "include"),
        exclude=_texts(table, "exclude"),
    )


def _parameters(table: Table) -> Mapping[str, ParameterValue]:
    values = _table(table, "parameters")
    return {name: _parameter(shape.mapping(value, name)) for name, value in values.items()}


def _parameter(table: Table) -> ParameterValue:
    return ParameterValue(
        value=_value(table),
        firmness=Firmness(_text(table, "firmness")),
        citation=_text(table, "citation"),
        rationale=_text(table, "rationale"),
    )


def _value(table: Table) -> Value:
    match table.get("value"):
        case None:
            return None
        case bool() | str() | dict() as value:
            raise ValueError(f"value must be a whole number or a list, not {type(value).__name__}")
        case list():
            return _texts(table, "value")
        case int() | float() as number:
            return int(number)  # JSON Schema takes 365.0 for a whole number


def _controls(table: Table) -> tuple[Control, ...]:
    return tuple(_control(entry) for entry in _tables(table, "controls"))


def _control(table: Table) -> Control:
    scope = _table(table, "scope")
    return Control(
        id=_text(table, "id"),
        title=_text(table, "title"),
        summary=_text(table, "summary"),
        automation=Automation(_text(table, "automation")),
        shows=_text(table, "shows"),
        human_evidence=_texts(table, "human_evidence"),
        requirements=tuple(_requirement(entry) for entry in _tables(table, "requires")),
        scope=ControlScope(receives=Receives(_text(scope, "receives"))) if scope else None,
    )


def _requirement(table: Table) -> Requirement:
    severity = _text(table, "severity")
    return Requirement(
        check=_text(table, "check"),
        role=Role(_text(table, "role")),
        severity=Severity.of(severity) if severity else None,
        compensated_by=_text(table, "compensated_by"),
    )


# The schema has spoken before these are called; a ValueError here is a bug of ours, not of the file.


def _text(table: Table, key: str) -> str:
    return shape.text(table.get(key, ""), key).strip()


def _texts(table: Table, key: str) -> tuple[str, ...]:
    return tuple(shape.text(item, key) for item in shape.array(table.get(key, []), key))


def _table(table: Table, key: str) -> Table:
    return shape.mapping(table.get(key, {}), key)


def _tables(table: Table, key: str) -> tuple[Table, ...]:
    return tuple(shape.mapping(item, key) for item in shape.array(table.get(key, []), key))
