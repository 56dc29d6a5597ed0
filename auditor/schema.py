"""Every document that comes in or goes out follows its JSON Schema, and one that does not is told where it is wrong.

The yes or no comes from a compiled validator, because an estate of 10,000 buckets must pass, or fail, in a moment; its
faults are then put into words that name the place, what is there and what was expected. The schemas (JSON Schema
2020-12) lie in `policies/schemas`. There a `description` is a noun phrase that can follow "expected": "a bucket name",
"a date such as 2027-03-31".
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from difflib import get_close_matches
from importlib import resources
from itertools import islice
from typing import TYPE_CHECKING

from auditor import shape
from auditor.errors import DocumentError, InputError
from auditor.reading import Json

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

LONGEST_SHOWN = 60
ENOUGH_ERRORS = 50  # a document that is wrong throughout needs one good message, not a walk through all of it

KINDS = {
    "object": "an object",
    "array": "a list",
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Where a document is wrong: the path of keys and positions, what is there, and what was expected there."""

    path: tuple[str | int, ...] = ()
    found: str
    expected: str
    hint: str = ""

    def __str__(self) -> str:
        return self.sentence()

    def sentence(self, *, for_people: bool = False) -> str:
        """The fault in words; `for_people` counts entries from 1, as who edits the file by hand does."""
        return f"{dotted(self.path, for_people=for_people)} {self.found}; expected {self.expected}"


def schema(name: str) -> dict[str, Json]:
    """The JSON Schema called `name` ("estate", "waivers"), as a new object."""
    path = resources.files("policies.schemas") / f"{name}.schema.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(document, dict):
        raise TypeError(f"{path} must hold an object")
    return document


def require_valid(document: Json, name: str, *, origin: str, error: type[InputError] = DocumentError) -> None:
    """Raise `error` when `document` (from the file or place called `origin`) does not follow the schema `name`."""
    wrong = fault(document, name)
    if wrong is not None:
        raise error(f"{origin}: {wrong}", hint=wrong.hint)


def read_toml(text: str, name: str, *, origin: str, error: type[InputError]) -> Mapping[str, Json]:
    """The TOML document in `text`, valid by the schema `name`; dates and times in it become ISO 8601 strings.

    Raises `error` naming `origin`, and the line or the key.
    """
    try:
        document = _plain(tomllib.loads(text))
    except tomllib.TOMLDecodeError as wrong:
        raise error(f"{origin}: not valid TOML: {wrong}", hint="see https://toml.io/en/v1.0.0") from wrong
    except RecursionError as wrong:
        raise error(f"{origin}: not valid TOML: nested too deeply") from wrong
    wrong_key = fault(document, name)
    if wrong_key is not None:
        raise error(f"{origin}: {wrong_key.sentence(for_people=True)}", hint=wrong_key.hint)
    return shape.mapping(document, origin)


def closest(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest of the `known` words, "" when none is near."""
    near = get_close_matches(word, sorted(known), n=1)
    return f"did you mean {_shown(near[0])}?" if near else ""


def fault(document: Json, name: str) -> Fault | None:
    """What is wrong with `document` by the schema called `name`, None when it is valid."""
    return fault_by(schema(name), document)


def fault_by(rules: dict[str, Json], document: Json) -> Fault | None:
    """What is wrong with `document` by the JSON Schema `rules`, None when it is valid."""
    import jsonschema_rs

    # offline: a schema that points elsewhere is a bug of ours, never a reason to open a connection
    validator = jsonschema_rs.validator_for(rules, offline=True)
    try:
        if validator.is_valid(document):
            return None
        errors = list(islice(validator.iter_errors(document), ENOUGH_ERRORS))
    except UnicodeEncodeError:
        # A lone surrogate, which JSON can escape and UTF-8 cannot hold: such a text could not be written out again.
        return Fault(found="has half a UTF-16 surrogate pair in a string", expected="Unicode text")
    except ValueError:  # "Recursion limit reached", the only one there is
        return Fault(found="is nested too deeply", expected="fewer levels")
    return _fault(min(errors, key=_rank), document, rules)


def _rank(error: ValidationError) -> tuple[int, bool]:
    # What is wrong nearest to the root explains the rest, and a misspelt key explains the one that is missing.
    return len(error.instance_path), not isinstance(error.kind, error.kind.AdditionalProperties)


def _fault(error: ValidationError, document: Json, root: dict[str, Json]) -> Fault:
    path = tuple(error.instance_path)
    rule = str(error.schema_path[-1]) if error.schema_path else ""
    rules = _object(_at(root, error.schema_path[:-1]))
    asked = rules.get(rule)
    members = _object(rules.get("properties"))
    kind, instance = error.kind, _at(document, path)
    hint = ""
    match kind:
        case kind.Required(property=missing):
            expected = _meaning(_followed(members.get(missing), root)) or "a value"
            return Fault(path=(*path, missing), found="is missing", expected=expected)
        case kind.AdditionalProperties(unexpected=[unknown, *_]):
            return Fault(
                path=(*path, unknown),
                found="is not a known key",
                expected=f"one of {', '.join(members)}" if members else "no key here",
                hint=closest(unknown, members),
            )
        case kind.AnyOf(context=context) | kind.OneOfNotValid(context=context):
            # The form that was meant is the one whose fault lies inside the value.
            inner = [one for errors in context for one in errors if len(one.instance_path) > len(path)]
            if inner:
                return _fault(min(inner, key=_rank), document, root)
        case kind.PropertyNames(error=wrong_key):
            instance, rules = _plain(wrong_key.instance), _object(asked)
            rule = str(wrong_key.schema_path[-1])
            asked = rules.get(rule)
        case kind.Enum(options=options) if isinstance(instance, str):
            hint = closest(instance, [word for word in options if isinstance(word, str)])
        case _:
            pass
    return Fault(
        path=path,
        found=f"{'has the key' if isinstance(kind, kind.PropertyNames) else 'is'} {_shown(instance)}",
        expected=_expected(rule, asked, meaning=_meaning(rules)) or _shortened(error.message),
        hint=hint,
    )


def _at(value: Json, path: Iterable[str | int]) -> Json:
    """The part of `value` at `path`, null where there is none (a schema may be just true or false)."""
    for step in path:
        match value, step:
            case dict(), str():
                value = value.get(step)
            case list(), int():
                value = value[step]
            case _:
                return None
    return value


def _object(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def _expected(rule: str, asked: object, *, meaning: str) -> str:
    """The rule that was broken, as a person would say it; "" when only the schema's own words are left."""
    match rule, asked:
        case "enum", Sequence():
            return f"one of {', '.join(json.dumps(item) for item in asked)}"
        case "const", _:
            return json.dumps(asked)
        case "type", _:
            return meaning or _kinds(asked)
        case "minimum", _:
            return f"at least {asked}"
        case "maximum", _:
            return f"at most {asked}"
        case (("minLength" | "minItems" | "minProperties"), _):
            return f"{meaning or 'a value'} that is not empty" if asked == 1 else f"at least {asked} of them"
        case "uniqueItems", _:
            return "no item twice"
        case "contains", _:
            return f"{_meaning(asked) or 'a certain item'} among the items"
        case _:
            return meaning


def _followed(rules: object, root: Mapping[str, Json]) -> object:
    """The definition that `rules` refers to, unless it says by itself what it means."""
    definitions = root.get("$defs")
    match rules, definitions:
        case {"description": str()}, _:
            return rules
        case {"$ref": str(reference)}, dict():
            return definitions.get(reference.removeprefix("#/$defs/"))
        case _:
            return rules


def _meaning(rules: object) -> str:
    """What a schema asks for, in words: its description, else its options, else its type."""
    match rules:
        case {"description": str(text)}:
            return text
        case {"enum": Sequence() as options}:
            return f"one of {', '.join(json.dumps(item) for item in options)}"
        case {"const": value}:
            return json.dumps(value)
        case {"type": kind}:
            return _kinds(kind)
        case _:
            return ""


def _kinds(kind: object) -> str:
    names = kind if isinstance(kind, list) else [kind]
    return " or ".join(KINDS.get(str(name), str(name)) for name in names)


def dotted(path: Iterable[str | int], *, for_people: bool = False) -> str:
    """A path as text: `controls[2].requires[0].check`, for people `controls #3.requires #1.check`.

    TOML has no syntax for a position, so who edits the file counts entries from 1; scripts count from 0.
    """
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f" #{step + 1}" if for_people else f"[{step}]"
        else:
            # A key with a dot or a control character in it is quoted, so that the path stays unambiguous and harmless.
            key = step if re.fullmatch(r"[A-Za-z0-9_-]+", step) else _shown(step)
            text += f".{key}" if text else key
    return text or "the document"


def _shown(value: object) -> str:
    """The value short and inert: escaped, so that hostile text neither moves the cursor nor hides in the message."""
    match value:
        case Mapping():
            return f"an object with {len(value)} {'key' if len(value) == 1 else 'keys'}"
        case list():
            return f"a list of {len(value)} {'item' if len(value) == 1 else 'items'}"
        case _:
            return _shortened(json.dumps(value))


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def _plain(value: object) -> Json:
    """A TOML value as JSON has it."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case date() | time():  # a datetime is a date, too
            return value.isoformat()
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case Sequence():
            return [_plain(item) for item in value]
        case _:
            raise TypeError(f"TOML has no {type(value).__name__}")
