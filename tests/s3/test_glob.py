"""IAM patterns."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.s3.glob import START, Bounds, Missing, Pattern, Variable, Wild, bounds, compile_pieces, parse_pattern

TEXTS = st.text(alphabet="ab/.", max_size=8)
PATTERNS = st.text(alphabet="ab/.*?", max_size=8)


def absent(_variable: Variable) -> Missing:
    """A request without any values."""
    return Missing.NO_VALUE


def matches(pattern: str, text: str, *, variables: bool = True, wildcards: bool = True) -> bool:
    """Whether the pattern, free of request values, matches."""
    found = bounds(parse_pattern(pattern, variables=variables, wildcards=wildcards), absent)
    return found.least is not None and found.least.matches(text)


def simple_match(pattern: str, text: str) -> bool:
    """The meaning of `*` and `?`, written as recursion for comparison."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return simple_match(pattern[1:], text) or (text != "" and simple_match(pattern, text[1:]))
    return text != "" and pattern[0] in {"?", text[0]} and simple_match(pattern[1:], text[1:])


@given(PATTERNS, TEXTS)
def test_automaton_agrees_with_the_definition(pattern: str, text: str) -> None:
    """A star is any text, a question mark one character, and nothing else is special."""
    assert matches(pattern, text) == simple_match(pattern, text)


@given(PATTERNS, TEXTS, TEXTS)
def test_state_can_be_carried_over(pattern: str, head: str, tail: str) -> None:
    """Reading a text in two parts gives what reading it at once gives."""
    glob = compile_pieces(
        tuple(p for p in parse_pattern(pattern, variables=True).pieces if not isinstance(p, Variable))
    )

    assert glob.accepts(glob.run(glob.run(START, head), tail)) == glob.matches(head + tail)


@given(PATTERNS, TEXTS, st.lists(TEXTS, min_size=3, max_size=3))
def test_outcome_is_final(pattern: str, head: str, tails: list[str]) -> None:
    """Once an outcome is certain, no continuation changes it."""
    glob = bounds(parse_pattern(pattern, variables=True), absent).most
    assert glob is not None
    outcome = glob.outcome(glob.run(START, head))

    for tail in tails:
        assert outcome is None or glob.matches(head + tail) is outcome


def test_long_hostile_pattern_is_linear() -> None:
    """Many stars do not make matching explode."""
    assert not matches("*a" * 200 + "b", "a" * 5000)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", ()),
        ("a*b", ("a", Wild.ANY_TEXT, "b")),
        ("${*}", ("*",)),
        ("a${?}${$}b", ("a?$b",)),
        ("${aws:username}/*", (Variable("aws:username"), "/", Wild.ANY_TEXT)),
        ("${aws:PrincipalTag/team, 'all'}", (Variable("aws:principaltag/team", "all"),)),
        ("${aws:PrincipalTag/team,''}", (Variable("aws:principaltag/team", ""),)),
        ("$a}", ("$a}",)),
        ("${", (Variable(""),)),
        ("x${}", ("x", Variable(""))),
        ("${a b}", (Variable(""),)),
        ("${a*}", (Variable(""),)),
    ],
)
def test_pattern_is_read_as_documented(text: str, pieces: tuple[object, ...]) -> None:
    """Escapes are literal characters, variables keep key and default, and odd ones are unknowable."""
    assert parse_pattern(text, variables=True) == Pattern(text=text, pieces=pieces)  # type: ignore[arg-type]  # a table of mixed pieces


def test_policies_of_2008_have_no_variables() -> None:
    """Before version 2012-10-17 a dollar is a dollar, but a star inside is still a star."""
    assert matches("${aws:username}", "${aws:username}", variables=False)
    assert matches("${*}", "${anything}", variables=False)
    assert not matches("${*}", "*", variables=False)


def test_wildcards_can_be_literal() -> None:
    """StringEquals compares a star with a star; its variables still work."""
    assert matches("a*", "a*", wildcards=False)
    assert not matches("a*", "ab", wildcards=False)
    assert matches("a${*}", "a*", wildcards=False)


@given(st.text(alphabet="ab*?${}", max_size=10), st.text(alphabet="ab*?${}", max_size=10))
def test_without_wildcards_and_variables_a_pattern_is_its_text(pattern: str, text: str) -> None:
    """Nothing is special when nothing may be."""
    assert matches(pattern, text, variables=False, wildcards=False) == (pattern == text)


def test_variable_without_a_value_matches_nothing() -> None:
    """Even with a star around it."""
    assert bounds(parse_pattern("*${aws:username}*", variables=True), absent) == Bounds(None, None)


@given(TEXTS)
def test_value_is_plain_text(text: str) -> None:
    """A star in a request value is no wildcard."""
    found = bounds(parse_pattern("${k}", variables=True), lambda _: "*")

    assert found.exact
    assert found.least is not None
    assert found.least.matches(text) == (text == "*")


@given(st.text(alphabet="ab*?", max_size=5), TEXTS, TEXTS)
def test_unknown_value_lies_between_bounds(pattern: str, value: str, text: str) -> None:
    """Whatever the value turns out to be, what then matches is within the bounds."""
    parsed = parse_pattern(pattern + "${k}" + pattern, variables=True)
    unknown = bounds(parsed, lambda _: Missing.NOT_KNOWN)
    known = bounds(parsed, lambda _: value)

    assert unknown.least is None
    assert unknown.most is not None
    assert known.most is not None
    assert unknown.most.matches(text) or not known.most.matches(text)


def test_fixed_values_are_told_from_wildcards() -> None:
    """AWS calls a value fixed when it holds neither wildcard nor variable."""
    assert parse_pattern("a${*}", variables=True).literal == "a*"
    assert parse_pattern("a*", variables=True).literal is None
    assert parse_pattern("${k}", variables=True).literal is None
    assert parse_pattern("**", variables=True).is_any_text
    assert not parse_pattern("", variables=True).is_any_text
    assert not parse_pattern("?*", variables=True).is_any_text


@given(st.text(max_size=20))
def test_every_text_can_be_parsed(text: str) -> None:
    """No pattern is an error, and its literal part is not lost."""
    parsed = parse_pattern(text, variables=True)

    if not re.search(r"[*?$]", text):
        assert parsed.literal == text
        assert matches(text, text)
