"""A document that breaks its schema is told where, what is there and what was expected, in harmless text."""

from __future__ import annotations

import json
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from auditor.errors import DocumentError, WaiverError
from auditor.reading import Json
from auditor.schema import Fault, closest, dotted, fault, fault_by, read_toml, require_valid, schema

Path: TypeAlias = tuple[str | int, ...]


def waivers(**changes: Json) -> dict[str, Json]:
    entry: dict[str, Json] = {
        "check": "self-logging",
        "bucket": "acme",
        "owner": "o",
        "reason": "r",
        "expires": "2027-01-01",
    }
    entry.update(changes)
    return {"waivers": [{key: value for key, value in entry.items() if value is not None}]}


WRONG: list[tuple[Json, Path, str, str]] = [
    # document, path, found, expected
    ([], (), "is a list of 0 items", "an object"),
    (None, (), "is null", "an object"),
    ({}, ("waivers",), "is missing", "a list of [[waivers]] entries"),
    ({"waivers": {}}, ("waivers",), "is an object with 0 keys", "a list of [[waivers]] entries"),
    ({"waivers": ["x"]}, ("waivers", 0), 'is "x"', "an object"),
    ({"waivers": [], "more": 1}, ("more",), "is not a known key", "one of waivers"),
    (waivers(owner=None), ("waivers", 0, "owner"), "is missing", "who answers for the exception"),
    (waivers(owner=7), ("waivers", 0, "owner"), "is 7", "who answers for the exception"),
    (waivers(onwer="x"), ("waivers", 0, "onwer"), "is not a known key", "one of check, account"),
    (waivers(account="12"), ("waivers", 0, "account"), 'is "12"', "a 12-digit account id"),
]


@pytest.mark.parametrize(("document", "path", "found", "expected"), WRONG)
def test_a_fault_says_where_what_and_what_instead(document: Json, path: Path, found: str, expected: str) -> None:
    """The place, what is there, and what was expected."""
    wrong = fault(document, "waivers")

    assert wrong is not None
    assert wrong.path == path
    assert wrong.found == found
    assert wrong.expected.startswith(expected)


RULES: list[tuple[dict[str, Json], Json, str]] = [
    # schema, document, the fault in words
    ({"enum": ["on", "off"]}, "of", 'the document is "of"; expected one of "on", "off"'),
    ({"const": "1.0"}, "2.0", 'the document is "2.0"; expected "1.0"'),
    ({"type": ["string", "null"]}, 3, "the document is 3; expected a string or null"),
    ({"minItems": 1}, [], "the document is a list of 0 items; expected a value that is not empty"),
    ({"minItems": 2}, [1], "the document is a list of 1 item; expected at least 2 of them"),
    ({"uniqueItems": True}, [1, 1], "the document is a list of 2 items; expected no item twice"),
    ({"maximum": 9}, 10, "the document is 10; expected at most 9"),
    ({"properties": {"a": False}}, {"a": 1}, "a is 1; expected "),
    ({"propertyNames": {"pattern": "^x", "description": "a key with x"}}, {"b": 1}, "has the key"),
    ({"if": {"required": ["a"]}, "then": {"required": ["b"]}}, {"a": 1}, "b is missing; expected a value"),
    (
        {"anyOf": [{"type": "null"}, {"type": "object", "properties": {"owner": {"type": "string"}}}]},
        {"owner": 1},
        "owner is 1; expected a string",
    ),
    (
        {"anyOf": [{"type": "null"}, {"type": "object"}], "description": "a waiver or null"},
        3,
        "expected a waiver or null",
    ),
    (
        {"$defs": {"n": {"description": "a name"}}, "properties": {"n": {"$ref": "#/$defs/n"}}, "required": ["n"]},
        {},
        "a name",
    ),
]


@pytest.mark.parametrize(("rules", "document", "words"), RULES)
def test_every_kind_of_rule_has_words(rules: dict[str, Json], document: Json, words: str) -> None:
    """Whatever rule is broken, the message says what to write instead."""
    assert words in str(fault_by(rules, document))


def test_a_misspelt_key_is_named_before_the_missing_one() -> None:
    """The typing error is the cause, the missing key only its effect."""
    wrong = fault(waivers(owner=None, ownr="o"), "waivers")

    assert wrong is not None
    assert (wrong.path[-1], wrong.hint) == ("ownr", 'did you mean "owner"?')


def test_the_fault_nearest_to_the_root_is_named() -> None:
    """A wrong key of the whole document says more than one deep inside."""
    wrong = fault({**waivers(owner=1), "kind": "estate"}, "waivers")

    assert wrong is not None
    assert wrong.path == ("kind",)


def test_a_schema_that_points_elsewhere_opens_no_connection() -> None:
    """A reference out of the file is refused before anything is fetched."""
    with pytest.raises(ValueError, match="Retrieval is disabled"):
        fault_by({"$ref": "http://127.0.0.1:9/schema.json"}, {})


def test_a_valid_document_has_no_fault() -> None:
    """What follows the schema passes in silence."""
    assert fault(waivers(), "waivers") is None
    require_valid(waivers(), "waivers", origin="w.json")


def test_the_error_names_the_file() -> None:
    """A machine document is counted from 0, as scripts do, and raises DocumentError."""
    with pytest.raises(DocumentError) as caught:
        require_valid(waivers(onwer="x"), "waivers", origin="w.json")

    assert caught.value.message.startswith("w.json: waivers[0].onwer is not a known key")
    assert caught.value.hint == 'did you mean "owner"?'


def test_the_first_wrong_entry_among_many_is_found() -> None:
    """One bad entry behind thousands of good ones is named with its position."""
    entries = waivers()["waivers"]
    assert isinstance(entries, list)
    bad: Json = {"waivers": [*entries * 3000, {"check": "x"}]}
    wrong = fault(bad, "waivers")

    assert wrong is not None
    assert wrong.path[:2] == ("waivers", 3000)


def test_a_document_of_nothing_but_errors_gets_one_message() -> None:
    """A wrong file is answered shortly, however much of it is wrong."""
    everything_wrong: list[Json] = [{"a": 1}] * 20_000
    wrong = fault({"waivers": everything_wrong}, "waivers")

    assert wrong is not None
    assert len(str(wrong)) < 200


def test_half_a_surrogate_pair_is_refused() -> None:
    """JSON can spell a text that UTF-8 cannot hold; it is refused and no crash."""
    wrong = fault(waivers(owner=json.loads('"\\ud800"')), "waivers")

    assert wrong is not None
    assert "surrogate" in wrong.found


def test_a_very_deep_document_is_refused() -> None:
    """Nesting that exhausts the stack ends as a fault of the document."""
    deep: Json = "x"
    for _ in range(100_000):
        deep = [deep]

    assert fault({"waivers": deep}, "waivers") is not None


def test_hostile_text_is_shown_inert_and_short() -> None:
    """Control characters, direction marks and long values neither move a cursor nor flood the message."""
    hostile = "\x1b[2J\u202e\r\n" + "é" * 5000
    message = str(fault(waivers(**{hostile: "x"}), "waivers")) + str(fault(waivers(account=hostile), "waivers"))

    assert message.isascii() or set(message) <= {*map(chr, range(32, 127)), "…"}
    assert len(message) < 600


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from(["check", "account", "bucket", "owner", "reason", "expires", "other"])
entries = st.dictionaries(keys, json_values | st.sampled_from(["self-logging", "2027-01-01", "*", "acme"]), max_size=7)


@given(st.fixed_dictionaries({"waivers": st.lists(entries, max_size=3)}) | json_values)
def test_both_validators_agree(document: Json) -> None:
    """The fast yes and the slow explanation come from two programs, which must mean the same."""
    strict = Draft202012Validator(schema("waivers"))

    assert (fault(document, "waivers") is None) == strict.is_valid(document)


# --- TOML -------------------------------------------------------------------------------------------------------------


def read(text: str) -> object:
    return read_toml(text, "waivers", origin="w.toml", error=WaiverError)


def test_dates_become_text() -> None:
    """A TOML date is validated, and handed on, as ISO 8601."""
    text = '[[waivers]]\ncheck = "c"\nbucket = "abc"\nowner = "o"\nreason = "r"\nexpires = 2027-01-31\n'

    assert read(text) == {
        "waivers": [{"check": "c", "bucket": "abc", "owner": "o", "reason": "r", "expires": "2027-01-31"}]
    }


TOML_ERRORS = [
    ("waivers = [", "w.toml: not valid TOML"),
    ("waivers = [{check = 1}]", "w.toml: waivers #1."),
    ('[[waivers]]\nexpires = 10:00:00\ncheck = "c"\nowner = "o"\nreason = "r"', 'waivers #1.expires is "10:00:00"'),
    ("x = " + "[" * 50_000, "w.toml: not valid TOML: nested too deeply"),
    ("x = " + "{a=" * 50_000, "w.toml: not valid TOML: nested too deeply"),
]


@pytest.mark.parametrize(("text", "message"), TOML_ERRORS)
def test_toml_errors_name_file_and_entry(text: str, message: str) -> None:
    """A file edited by hand is counted from 1, and raises the error of its kind."""
    with pytest.raises(WaiverError) as caught:
        read(text)

    assert message in caught.value.message


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "script", "people"),
    [
        ((), "the document", "the document"),
        (("a",), "a", "a"),
        (("controls", 2, "requires", 0, "check"), "controls[2].requires[0].check", "controls #3.requires #1.check"),
        (("a.b", "c d"), '"a.b"."c d"', '"a.b"."c d"'),
        (("\x1b",), '"\\u001b"', '"\\u001b"'),
    ],
)
def test_paths(path: Path, script: str, people: str) -> None:
    """A path is unambiguous and harmless, counted from 0 for scripts and from 1 for people."""
    assert dotted(path) == script
    assert dotted(path, for_people=True) == people


def test_a_fault_is_a_sentence() -> None:
    """The text of a fault is what scripts see."""
    wrong = Fault(path=("a", 0), found="is 1", expected="a string")

    assert str(wrong) == "a[0] is 1; expected a string"
    assert wrong.sentence(for_people=True) == "a #1 is 1; expected a string"


def test_the_nearest_word_is_suggested_and_nothing_far() -> None:
    """A hint helps with typing errors and does not guess."""
    assert closest("loging", ["logging", "other"]) == 'did you mean "logging"?'
    assert closest("zzz", ["logging", "other"]) == ""
