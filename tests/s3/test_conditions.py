"""Condition blocks against requests that are known in part."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.s3.conditions import Clause, evaluate, holds, parse_conditions
from auditor.s3.documents import Malformed
from auditor.s3.request_context import Fact, Known, NotSent, OneOf, RequestContext, Unknown, Unnamed
from auditor.s3.truth import Truth

YES, NO, UNSURE = Truth.TRUE, Truth.FALSE, Truth.UNDECIDABLE
ABSENT = NotSent()
K = "aws:k"


def clauses(block: object, *, variables: bool = True) -> tuple[Clause, ...]:
    """A parsed block that must be well formed."""
    parsed = parse_conditions(block, variables=variables)
    assert not isinstance(parsed, Malformed), parsed
    return parsed


def answer(operator: str, values: object, fact: Fact, others: Mapping[str, Fact] | None = None) -> Truth:
    """Whether `operator` holds for a request of which only the key `aws:k` and `others` are known."""
    return evaluate(clauses({operator: {K: values}}), RequestContext({K: fact, **(others or {})}))


POSITIVE = ["StringEquals", "StringLike", "ArnLike", "ArnEquals", "NumericLessThan", "DateGreaterThan", "Bool"]
POSITIVE += ["BinaryEquals", "IpAddress", "NumericEquals", "DateEquals", "StringEqualsIgnoreCase"]
NEGATED = ["StringNotEquals", "StringNotLike", "ArnNotLike", "ArnNotEquals", "NumericNotEquals", "DateNotEquals"]
NEGATED += ["NotIpAddress", "StringNotEqualsIgnoreCase"]


@pytest.mark.parametrize("operator", POSITIVE)
def test_positive_operator_is_false_for_a_key_not_sent(operator: str) -> None:
    """A missing key matches nothing, unless IfExists or ForAllValues says otherwise."""
    assert answer(operator, "1", ABSENT) is NO
    assert answer(f"{operator}IfExists", "1", ABSENT) is YES
    assert answer(f"ForAllValues:{operator}", "1", ABSENT) is YES
    assert answer(f"ForAnyValue:{operator}", "1", ABSENT) is NO
    assert answer(f"ForAnyValue:{operator}IfExists", "1", ABSENT) is YES


@pytest.mark.parametrize("operator", NEGATED)
def test_negated_operator_is_true_for_a_key_not_sent(operator: str) -> None:
    """That is how a Deny with StringNotEquals hits services that do not send the key."""
    assert answer(operator, "1", ABSENT) is YES
    assert answer(f"{operator}IfExists", "1", ABSENT) is YES
    assert answer(f"ForAllValues:{operator}", "1", ABSENT) is YES
    assert answer(f"ForAnyValue:{operator}", "1", ABSENT) is NO


@pytest.mark.parametrize(
    ("operator", "values", "actual", "expected"),
    [
        ("StringEquals", "a", "a", YES),
        ("StringEquals", "a", "A", NO),
        ("StringEquals", "a*", "ab", NO),
        ("StringEquals", "a*", "a*", YES),
        ("StringEquals", ["x", "a"], "a", YES),
        ("StringNotEquals", ["x", "a"], "a", NO),
        ("StringNotEquals", ["x", "y"], "a", YES),
        ("StringEqualsIgnoreCase", "ABC", "abc", YES),
        ("StringEqualsIgnoreCase", "ABC", "abd", NO),
        ("StringEqualsIgnoreCase", "straße", "STRASSE", UNSURE),
        ("StringNotEqualsIgnoreCase", "ABC", "abc", NO),
        ("StringLike", "a*", "ab", YES),
        ("StringLike", "a?", "a", NO),
        ("StringNotLike", ["b*", "c*"], "ab", YES),
        ("NumericEquals", "10", "10.0", YES),
        ("NumericEquals", 10, "10", YES),
        ("NumericNotEquals", 10, "11", YES),
        ("NumericLessThan", "1.2", "1.2", NO),
        ("NumericLessThan", 1.2, "1.1", YES),
        ("NumericLessThanEquals", "3600", "3600", YES),
        ("NumericGreaterThan", "5", "6", YES),
        ("NumericGreaterThanEquals", "7", "6", NO),
        ("NumericLessThan", "ten", "1", UNSURE),
        ("NumericLessThan", "NaN", "1", UNSURE),
        ("DateEquals", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", YES),
        ("DateLessThan", "2026-01-01", "2025-12-31T23:59:59Z", YES),
        ("DateLessThanEquals", "2026", "2026-01-01T00:00:00Z", YES),
        ("DateGreaterThan", "2026-01-01T00:00:00.5Z", "2026-01-01T00:00:00Z", NO),
        ("DateGreaterThanEquals", "1767225600", "2026-01-01T00:00:00Z", YES),
        ("DateGreaterThan", "2026-01-01T00:00:00", "2026-01-02T00:00:00Z", UNSURE),
        ("DateGreaterThan", "2026-02-30", "2026-01-02T00:00:00Z", UNSURE),
        ("DateGreaterThan", "tomorrow", "2026-01-02T00:00:00Z", UNSURE),
        ("Bool", "false", "false", YES),
        ("Bool", False, "false", YES),
        ("Bool", "False", "false", YES),
        ("Bool", "true", "false", NO),
        ("Bool", ["true", "false"], "false", YES),
        ("Bool", "no", "false", UNSURE),
        ("StringEquals", "false", "false", YES),
        ("StringNotEquals", "true", "false", YES),
        ("BinaryEquals", "QQ==", "QQ==", YES),
        ("BinaryEquals", "QQ==", "Qg==", NO),
        ("BinaryEquals", "not base64!", "QQ==", UNSURE),
        ("IpAddress", "203.0.113.0/24", "203.0.113.9", YES),
        ("IpAddress", "203.0.113.9", "203.0.113.9", YES),
        ("IpAddress", "203.0.113.77/24", "203.0.113.9", YES),
        ("IpAddress", ["198.51.100.0/24", "2001:db8::/32"], "2001:db8::1", YES),
        ("IpAddress", "::/0", "203.0.113.9", NO),
        ("NotIpAddress", ["203.0.113.0/24", "198.51.100.0/24"], "192.0.2.1", YES),
        ("NotIpAddress", "203.0.113.0/24", "203.0.113.9", NO),
        ("IpAddress", "office", "203.0.113.9", UNSURE),
        ("ArnLike", "arn:aws:s3:::acme-*", "arn:aws:s3:::acme-x", YES),
        ("ArnEquals", "arn:aws:s3:::acme-*", "arn:aws:s3:::acme-x", YES),
        ("ArnLike", "arn:aws:s3:::ACME", "arn:aws:s3:::acme", NO),
        ("ArnLike", "arn:aws:*:::acme", "arn:aws:s3:::acme", YES),
        ("ArnLike", "arn:*acme", "arn:aws:s3:::acme", UNSURE),
        ("ArnLike", "arn:aws:*", "arn:aws:s3:::acme", YES),
        ("ArnLike", "*", "arn:aws:s3:::acme", YES),
        ("ArnLike", "arn:aws:iam::*:role/x", "arn:aws:iam::111122223333:role/x", YES),
        ("ArnLike", "arn:aws:iam::*", "arn:aws:iam::111122223333:role/x", YES),
        ("ArnLike", "arn:aws:s3:*:x:acme", "arn:aws:s3:a:b:x:acme", NO),
        ("ArnLike", "acme", "arn:aws:s3:::acme", NO),
        ("ArnNotLike", ["arn:aws:s3:::a", "arn:aws:s3:::b"], "arn:aws:s3:::c", YES),
        ("ArnNotEquals", ["arn:aws:s3:::a", "arn:aws:s3:::b"], "arn:aws:s3:::b", NO),
        ("Null", "true", "x", NO),
        ("Null", "false", "x", YES),
        ("Null", ["true", "false"], "x", YES),
        ("Null", "maybe", "x", UNSURE),
    ],
)
def test_operator_compares_as_documented(operator: str, values: object, actual: str, expected: Truth) -> None:
    """Each operator family, with lists (OR, and NOR when negated), and undecidable where it cannot read a value."""
    assert answer(operator, values, Known((actual,))) is expected
    if operator != "Null":
        assert answer(f"{operator}IfExists", values, Known((actual,))) is expected
        assert answer(f"ForAllValues:{operator}", values, Known((actual,))) is expected
        assert answer(f"ForAnyValue:{operator}", values, Known((actual,))) is expected


@pytest.mark.parametrize(
    ("operator", "values", "expected"),
    [("Null", "true", YES), ("Null", "false", NO), ("Null", True, YES), ("Null", ["true", "false"], YES)],
)
def test_null_asks_for_presence(operator: str, values: object, expected: Truth) -> None:
    """`Null: true` holds exactly when the key is not sent."""
    assert answer(operator, values, ABSENT) is expected


@pytest.mark.parametrize(
    ("operator", "values", "expected"),
    [
        ("ForAllValues:StringEquals", ["a", "b"], YES),
        ("ForAllValues:StringEquals", ["a"], NO),
        ("ForAllValues:StringNotEquals", ["a"], NO),
        ("ForAllValues:StringNotEquals", ["c"], YES),
        ("ForAnyValue:StringEquals", ["a"], YES),
        ("ForAnyValue:StringEquals", ["c"], NO),
        ("ForAnyValue:StringNotEquals", ["a"], YES),
        ("ForAnyValue:StringNotEquals", ["a", "b"], NO),
        ("StringEquals", ["a", "b"], UNSURE),
        ("Null", "false", YES),
    ],
)
def test_set_operators_look_at_every_value(operator: str, values: object, expected: Truth) -> None:
    """ForAllValues needs all values of the request, ForAnyValue one; without either AWS documents no answer."""
    assert answer(operator, values, Known(("a", "b"))) is expected


@pytest.mark.parametrize(
    ("operator", "values", "expected"),
    [
        ("ForAllValues:StringEquals", ["a"], UNSURE),
        ("ForAllValues:StringEquals", ["b"], NO),
        ("ForAllValues:StringNotEquals", ["a"], NO),
        ("ForAllValues:StringNotEquals", ["b"], UNSURE),
        ("ForAnyValue:StringEquals", ["a"], YES),
        ("ForAnyValue:StringNotEquals", ["a"], UNSURE),
        ("StringEquals", ["a"], UNSURE),
    ],
)
def test_list_that_may_hold_more(operator: str, values: object, expected: Truth) -> None:
    """With other values possible, only what one known value settles is certain."""
    assert answer(operator, values, Known(("a",), complete=False)) is expected


@pytest.mark.parametrize(
    ("operator", "values", "fact", "expected"),
    [
        ("StringEquals", "a", Unknown(), UNSURE),
        ("StringNotEquals", "a", Unknown(), UNSURE),
        ("StringEqualsIfExists", "a", Unknown(), UNSURE),
        ("StringLike", "*", Unknown(), UNSURE),
        ("StringLike", "*", Unknown(sent=True), YES),
        ("StringNotLike", "*", Unknown(sent=True), NO),
        ("StringLikeIfExists", "*", Unknown(), YES),
        ("ForAllValues:StringLike", "*", Unknown(), YES),
        ("Null", "true", Unknown(), UNSURE),
        ("Null", "true", Unknown(sent=True), NO),
        ("Null", ["true", "false"], Unknown(), YES),
        ("NotIpAddress", "203.0.113.0/24", Unknown(), UNSURE),
        ("NumericLessThan", "1.2", OneOf((ABSENT, Known(("1.2",)), Known(("1.3",)))), NO),
        ("NumericLessThan", "1.3", OneOf((ABSENT, Known(("1.2",)), Known(("1.3",)))), UNSURE),
        ("NumericGreaterThanEquals", "1.2", OneOf((Known(("1.2",)), Known(("1.3",)))), YES),
    ],
)
def test_unknown_value_is_undecidable_unless_all_possibilities_agree(
    operator: str, values: object, fact: Fact, expected: Truth
) -> None:
    """What AWS does not document makes a condition undecidable, but for the ones that always come out the same."""
    assert answer(operator, values, fact) is expected


@pytest.mark.parametrize(
    ("operator", "values", "fact", "expected"),
    [
        ("StringEquals", "111122223333", Unnamed(), NO),
        ("StringNotEquals", "111122223333", Unnamed(), YES),
        ("StringLike", "*", Unnamed(), YES),
        ("StringLike", "1111*", Unnamed(), UNSURE),
        ("StringEquals", "${aws:x}", Unnamed(), UNSURE),
        ("StringNotLike", "AROAEXAMPLEEXAMPLE00:*", Unnamed(), YES),
        ("NumericLessThan", "5", Unnamed(), UNSURE),
        ("Null", "false", Unnamed(), YES),
        ("ArnLike", "arn:aws:iam::111122223333:*", Unnamed(""), NO),
        ("ArnLike", "arn:aws:iam::*:role/x", Unnamed(""), NO),
        ("ArnLike", "arn:aws:iam::*:role/*", Unnamed(""), UNSURE),
        ("ArnLike", "arn:aws:iam::*:*", Unnamed(""), YES),
        ("ArnLike", "arn:aws-cn:iam::*:*", Unnamed(""), NO),
        ("ArnLike", "*", Unnamed(""), YES),
        ("ArnLike", "arn:*", Unnamed(""), UNSURE),
        ("ArnLike", "arn:aws:iam::111122223333:*", Unnamed("111122223333"), YES),
        ("ArnLike", "arn:aws:iam::111122223333:root", Unnamed("111122223333"), NO),
        ("ArnLike", "arn:aws:iam::111122223333:role/*", Unnamed("111122223333"), UNSURE),
        ("ArnNotLike", "arn:aws:iam::444455556666:role/admin", Unnamed("111122223333"), YES),
        ("StringNotLike", "arn:aws:iam::444455556666:role/admin", Unnamed("111122223333"), YES),
    ],
)
def test_somebody_else_is_not_who_a_policy_names(operator: str, values: str, fact: Fact, expected: Truth) -> None:
    """A value that no policy spells out meets no fixed value; a pattern may take it in."""
    assert answer(operator, values, fact) is expected


@pytest.mark.parametrize(
    ("values", "other", "expected"),
    [
        ("${aws:x}", Known(("a",)), YES),
        ("${aws:x}", Known(("b",)), NO),
        ("${aws:x}", ABSENT, NO),
        ("${aws:x, 'a'}", ABSENT, YES),
        ("${aws:x}", Unknown(), UNSURE),
        ("b${aws:x}", Unknown(), NO),
        ("${aws:x}", Known(("a", "b")), UNSURE),
        (["a", "${aws:x}"], Unknown(), YES),
        ("${AWS:X}", Known(("a",)), YES),
    ],
)
def test_policy_variables_take_values_of_the_request(values: object, other: Fact, expected: Truth) -> None:
    """A variable without value matches nothing, one with a default is that, one with several values is undecidable."""
    assert answer("StringEquals", values, Known(("a",)), {"aws:x": other}) is expected


def test_negated_operator_is_true_for_a_variable_without_value() -> None:
    """Nothing is equal to nothing, so StringNotEquals holds."""
    assert answer("StringNotEquals", "${aws:x}", Known(("a",)), {"aws:x": ABSENT}) is YES


def test_variables_are_text_before_2012() -> None:
    """A policy of version 2008-10-17 compares the dollar and the braces."""
    block = clauses({"StringEquals": {K: "${aws:x}"}}, variables=False)

    assert evaluate(block, RequestContext({K: Known(("${aws:x}",))})) is YES


def test_arn_from_a_variable() -> None:
    """An ARN operator takes a whole ARN, or its last part, from the request."""
    request: dict[str, Fact] = {"aws:x": Known(("arn:aws:s3:::b",)), "aws:y": Known(("b",)), "aws:z": Unknown()}
    fact = Known(("arn:aws:s3:::b",))

    assert answer("ArnEquals", "${aws:x}", fact, request) is YES
    assert answer("ArnEquals", "arn:aws:s3:::${aws:y}", fact, request) is YES
    assert answer("ArnEquals", "arn:aws:s3:::${aws:z}", fact, request) is UNSURE
    assert answer("ArnEquals", "arn:aws:s3:::c${aws:z}", fact, request) is NO


def test_names_of_operators_and_keys_have_no_case() -> None:
    """`stringequals` is StringEquals, and `AWS:K` is aws:k."""
    block = clauses({"foranyvalue:STRINGEQUALSifexists": {"AWS:K": "a"}})

    assert evaluate(block, RequestContext({K: Known(("a",))})) is YES
    assert (block[0].name, block[0].key_text) == ("foranyvalue:STRINGEQUALSifexists", "AWS:K")


@pytest.mark.parametrize(
    "block",
    [
        {"StringSortOf": {K: "a"}},
        {"ForSomeValues:StringEquals": {K: "a"}},
        {"NullIfExists": {K: "true"}},
        {"ForAllValues:Null": {K: "true"}},
        {"NotBool": {K: "a"}},
        {"StringEquals": {}},
        {"StringEquals": {K: []}},
        {"StringEquals": {K: "a", "AWS:K": "b"}},
    ],
)
def test_what_aws_does_not_document_is_undecidable(block: object) -> None:
    """Whatever the request carries."""
    facts: list[Fact] = [ABSENT, Known(("a",)), Unknown()]
    for fact in facts:
        assert evaluate(clauses(block), RequestContext({K: fact})) is UNSURE


@pytest.mark.parametrize(
    "block",
    [
        None,
        [],
        "x",
        {"StringEquals": "a"},
        {"StringEquals": {K: None}},
        {"StringEquals": {K: {"a": 1}}},
        {"StringEquals": {K: [["a"]]}},
        {"StringEquals": {1: "a"}},
        {1: {}},
    ],
)
def test_what_is_no_condition_is_malformed(block: object) -> None:
    """A block without the documented shape is a value that says so, never an empty condition."""
    assert isinstance(parse_conditions(block, variables=True), Malformed)


def test_no_condition_is_no_restriction() -> None:
    """An empty block restricts nothing."""
    assert evaluate(clauses({}), RequestContext({})) is YES


def test_one_false_clause_settles_the_block() -> None:
    """FALSE beats UNDECIDABLE: all clauses must hold."""
    block = clauses({"StringEquals": {"aws:unheardof": "x", K: "a"}, "Bool": {"aws:b": "true"}})

    assert evaluate(block, RequestContext({K: Known(("b",))})) is NO
    assert evaluate(block, RequestContext({K: Known(("a",)), "aws:b": Known(("true",))})) is UNSURE


def test_key_family_is_known_by_its_name() -> None:
    """`aws:PrincipalTag/team` follows what is known about aws:PrincipalTag as a whole."""
    context = RequestContext({"aws:principaltag": ABSENT, "aws:principaltag/known": Known(("a",))})
    block = clauses({"StringEquals": {"aws:PrincipalTag/team": "a"}})
    exact = clauses({"StringEquals": {"aws:PrincipalTag/Known": "a"}})

    assert evaluate(block, context) is NO
    assert evaluate(exact, context) is YES


def test_clause_can_be_quoted() -> None:
    """A clause reads as in the policy."""
    assert str(clauses({"StringEquals": {"aws:SourceAccount": ["1", 2, True]}})[0]) == (
        "StringEquals aws:SourceAccount 1, 2, true"
    )


FACTS: st.SearchStrategy[Fact] = st.one_of(
    st.just(ABSENT),
    st.just(Unknown()),
    st.lists(st.sampled_from(["a", "b", "ab"]), min_size=1, max_size=2, unique=True).map(lambda v: Known(tuple(v))),
)
OPERATORS = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "ForAllValues:", "ForAnyValue:"]),
    st.sampled_from(["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"]),
    st.sampled_from(["", "IfExists"]),
)
BLOCKS = st.dictionaries(
    OPERATORS,
    st.dictionaries(
        st.sampled_from(["aws:k", "aws:l", "aws:m"]),
        st.lists(st.sampled_from(["a", "b", "a*", "*", "${aws:l}"]), min_size=1, max_size=2),
        min_size=1,
        max_size=2,
    ),
    max_size=3,
)
CONTEXTS = st.fixed_dictionaries({"aws:k": FACTS, "aws:l": FACTS, "aws:m": FACTS})


@given(BLOCKS, CONTEXTS, st.randoms(use_true_random=False))
def test_answer_survives_learning_more(
    block: Mapping[str, object], facts: Mapping[str, Fact], chance: random.Random
) -> None:
    """What was certain stays so when an unknown key turns out to be absent or to have a value."""
    parsed = clauses(block)
    before = evaluate(parsed, RequestContext(facts))
    possible: list[Fact] = [ABSENT, Known(("a",)), Known(("b",)), Known(("c", "a"))]
    learned = {key: chance.choice(possible) if fact == Unknown() else fact for key, fact in facts.items()}

    assert before is UNSURE or evaluate(parsed, RequestContext(learned)) is before


@given(BLOCKS, CONTEXTS)
def test_order_of_clauses_is_irrelevant(block: Mapping[str, object], facts: Mapping[str, Fact]) -> None:
    """A conjunction has no order."""
    parsed = clauses(block)

    assert evaluate(parsed, RequestContext(facts)) is evaluate(parsed[::-1], RequestContext(facts))


@given(BLOCKS, CONTEXTS)
def test_positive_clause_needs_the_key(block: Mapping[str, object], facts: Mapping[str, Fact]) -> None:
    """A clause called positive never holds without its key."""
    for clause in clauses(block):
        if clause.is_positive:
            assert holds(clause, RequestContext({**facts, clause.key: ABSENT})) is NO


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=10,
)


@given(JSON)
def test_any_document_is_parsed_or_malformed(document: object) -> None:
    """No document raises, and what is parsed can be evaluated."""
    parsed = parse_conditions(document, variables=True)

    if not isinstance(parsed, Malformed):
        assert evaluate(parsed, RequestContext({})) in set(Truth)


def test_time_can_be_compared() -> None:
    """aws:CurrentTime as the context writes it is a date that the Date operators read."""
    fact = Known((datetime(2026, 11, 22, tzinfo=UTC).isoformat().replace("+00:00", "Z"),))

    assert answer("DateGreaterThan", "2026-11-21T00:00:00Z", fact) is YES
