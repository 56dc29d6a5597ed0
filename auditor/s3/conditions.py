"""A Condition block holds, does not hold, or cannot be decided for a request that is only partly known.

Source: IAM User Guide, "IAM JSON policy elements: Condition", "Condition operators", "Single-valued vs. multivalued
context keys", "Conditions with multiple context keys or values".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from auditor.s3.condition_operators import Kind, Operator, Value, compare, compare_unnamed, operators, parse_value
from auditor.s3.documents import Malformed, listed, shown
from auditor.s3.request_context import Fact, Known, NotSent, OneOf, RequestContext, Unknown, Unnamed
from auditor.s3.truth import Truth, agreement, all_of, any_of, negation


class Quantifier(Enum):
    """The set operator in front of an operator."""

    NONE = ""
    ALL = "ForAllValues"
    ANY = "ForAnyValue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One operator applied to one condition key; all clauses of a statement must hold.

    `name` is the operator as written. `operator` is None when AWS documents no operator of that name, so that the
    clause can never be decided. `key` is in lower case, `key_text` as written.
    """

    name: str
    operator: Operator | None
    quantifier: Quantifier
    if_exists: bool
    key: str
    key_text: str
    values: tuple[Value, ...]
    fixed: frozenset[str] | None
    """The values, when meeting one of them is being equal to it; most clauses of most policies are such."""

    @property
    def texts(self) -> tuple[str, ...]:
        """The values as written, numbers and booleans as JSON writes them."""
        return tuple(value.text for value in self.values)

    def __str__(self) -> str:
        return f"{self.name} {self.key_text} {', '.join(self.texts)}"

    @property
    def is_positive(self) -> bool:
        """Whether the clause can only hold when the key is sent and one of its values matches."""
        operator = self.operator
        return (
            operator is not None
            and operator.kind is not Kind.NULL
            and not operator.negated
            and not self.if_exists
            and self.quantifier is not Quantifier.ALL
        )


def parse_conditions(document: object, *, variables: bool) -> tuple[Clause, ...] | Malformed:
    """The clauses of a Condition element, in the order of the document; `variables` as the policy's version has it.

    `document` is `{operator: {key: value or [value, …]}}`, a value being a string, a number or a boolean.
    """
    if not isinstance(document, Mapping):
        return Malformed("Condition is not an object.")
    clauses: list[Clause] = []
    for name, tests in document.items():
        if not isinstance(name, str) or not isinstance(tests, Mapping):
            return Malformed(f"Condition operator {shown(str(name))} does not hold an object.")
        parsed = _parse_tests(name, tests, variables=variables)
        if isinstance(parsed, Malformed):
            return parsed
        clauses.extend(parsed)
    return tuple(clauses)


def _parse_tests(name: str, tests: Mapping[object, object], *, variables: bool) -> list[Clause] | Malformed:
    operator, quantifier, if_exists = parse_operator(name)
    keys = [key.lower() for key in tests if isinstance(key, str)]
    if not tests:
        # AWS does not say what an operator without keys means.
        return [
            Clause(
                name=name,
                operator=None,
                quantifier=quantifier,
                if_exists=if_exists,
                key="",
                key_text="",
                values=(),
                fixed=None,
            )
        ]
    clauses: list[Clause] = []
    for key, value in tests.items():
        texts = _texts(value)
        if not isinstance(key, str) or texts is None:
            test = f"{shown(name)} {shown(str(key))}"
            return Malformed(f"Condition {test} is neither a string, a number, a boolean nor a list of them.")
        # One key in two spellings is one key given twice, which the policy grammar rules out.
        known = operator if texts and keys.count(key.lower()) == 1 else None
        kind = Kind.STRING_EQUALS if known is None else known.kind
        values = tuple(parse_value(kind, text, variables=variables) for text in texts)
        clauses.append(
            Clause(
                name=name,
                operator=known,
                quantifier=quantifier,
                if_exists=if_exists,
                key=key.lower(),
                key_text=key,
                values=values,
                fixed=_fixed(kind, values),
            )
        )
    return clauses


def _fixed(kind: Kind, values: tuple[Value, ...]) -> frozenset[str] | None:
    if kind is Kind.BOOL:
        return frozenset(v.text for v in values) if all(v.text in ("true", "false") for v in values) else None
    if kind not in (Kind.STRING_EQUALS, Kind.STRING_LIKE, Kind.ARN_LIKE):
        return None
    literals = [v.pattern.literal for v in values if kind is not Kind.ARN_LIKE or (v.arn and len(v.arn) == 6)]
    found = frozenset(literal for literal in literals if literal is not None)
    return found if len(literals) == len(values) and None not in literals else None


@lru_cache(maxsize=256)
def parse_operator(name: str) -> tuple[Operator | None, Quantifier, bool]:
    """The parts of an operator's name, in any case: what is compared, the set operator, and whether IfExists."""
    prefix, colon, rest = name.partition(":")
    quantifier = Quantifier.NONE
    if colon:
        named = {Quantifier.ALL.value.lower(): Quantifier.ALL, Quantifier.ANY.value.lower(): Quantifier.ANY}
        quantifier = named.get(prefix.lower(), Quantifier.NONE)
        if quantifier is Quantifier.NONE:
            return None, quantifier, False
    plain = (rest if colon else name).lower()
    if_exists = plain.endswith("ifexists")
    operator = operators().get(plain.removesuffix("ifexists"))
    if operator is not None and operator.kind is Kind.NULL and (if_exists or colon):
        operator = None  # "any condition operator name except the Null condition"
    return operator, quantifier, if_exists


def _texts(value: object) -> tuple[str, ...] | None:
    items: Iterable[object] = value if isinstance(value, list | tuple) else (value,)
    texts: list[str] = []
    for item in items:
        match item:
            case bool():
                texts.append("true" if item else "false")
            case str() | int() | float():
                texts.append(str(item))
            case _:
                return None
    return tuple(texts)


def evaluate(clauses: Iterable[Clause], context: RequestContext) -> Truth:
    """Whether all the clauses hold; no clause is no condition, and TRUE."""
    return all_of(holds(clause, context) for clause in clauses)


def holds(clause: Clause, context: RequestContext) -> Truth:
    """Whether one clause holds."""
    fact = context.fact(clause.key)
    if clause.fixed is not None and clause.operator is not None and isinstance(fact, Known) and fact.single is not None:
        return Truth.of((fact.single in clause.fixed) is not clause.operator.negated)
    return _given(clause, fact, context)


def _given(clause: Clause, fact: Fact, context: RequestContext) -> Truth:
    operator = clause.operator
    if operator is None:
        return Truth.UNDECIDABLE
    match fact:
        case NotSent():
            return _not_sent(clause, operator)
        case OneOf(facts=facts):
            return agreement(_given(clause, each, context) for each in facts)
        case Unknown(sent=False):
            return agreement([_not_sent(clause, operator), _sent(clause, operator, fact, context)])
        case Known() | Unknown() | Unnamed():
            return _sent(clause, operator, fact, context)


def _not_sent(clause: Clause, operator: Operator) -> Truth:
    """A key that is not sent: positive operators are false, negated ones and IfExists true.

    ForAllValues is true and ForAnyValue false, whether negated or not.
    """
    if operator.kind is Kind.NULL:
        return _null(clause, absent=True)
    if clause.if_exists or clause.quantifier is Quantifier.ALL:
        return Truth.TRUE
    return Truth.of(operator.negated and clause.quantifier is Quantifier.NONE)


def _sent(clause: Clause, operator: Operator, fact: Known | Unknown | Unnamed, context: RequestContext) -> Truth:
    if operator.kind is Kind.NULL:
        return _null(clause, absent=False)
    met = _each(clause, operator, fact, context)
    match clause.quantifier:
        case Quantifier.ALL:
            return all_of(met)
        case Quantifier.ANY:
            return any_of(met)
        case Quantifier.NONE:
            # "Multivalued context keys require a condition set operator": without one AWS documents no answer.
            return met[0] if len(met) == 1 else Truth.UNDECIDABLE


def _each(clause: Clause, operator: Operator, fact: Known | Unknown | Unnamed, context: RequestContext) -> list[Truth]:
    """For each value of the request whether it meets the clause; one more, undecidable, if there may be others."""
    match fact:
        case Known(values=values, complete=complete):
            met = [_met(clause, operator, value, context) for value in values]
            return met if complete else [*met, Truth.UNDECIDABLE]
        case Unnamed():
            unnamed = any_of(compare_unnamed(operator.kind, value, fact) for value in clause.values)
            return [negation(unnamed) if operator.negated else unnamed]
        case Unknown():
            anything = operator.kind is Kind.STRING_LIKE and any(v.pattern.is_any_text for v in clause.values)
            return [Truth.of(not operator.negated) if anything else Truth.UNDECIDABLE]


def _met(clause: Clause, operator: Operator, actual: str, context: RequestContext) -> Truth:
    """One value of the request against all values of the policy: OR, and for negated operators NOR."""
    some = any_of(compare(operator.kind, value, actual, context.text) for value in clause.values)
    return negation(some) if operator.negated else some


def _null(clause: Clause, *, absent: bool) -> Truth:
    """`Null` asks with "true" whether the key is absent, with "false" whether it is there; several values are OR."""
    wanted = {"true": Truth.of(absent), "false": Truth.of(not absent)}
    return any_of(wanted.get(text.lower(), Truth.UNDECIDABLE) for text in clause.texts)


def clause_text(clause: Clause) -> str:
    """The clause for people, on one line and not too long: `StringEquals aws:SourceAccount 999999999999`."""
    return f"{shown(clause.name)} {shown(clause.key_text)} {listed(clause.texts, word='or')}".rstrip()


def describe(clause: Clause, context: RequestContext) -> str:
    """The clause for people, with what is known of the request in brackets: `… 999999999999 (sent is 111122223333)`."""
    if clause.operator is None:
        return f"{clause_text(clause)} (which AWS does not document)"
    return f"{clause_text(clause)} ({_sent_text(context.fact(clause.key))})"


def _sent_text(fact: Fact) -> str:
    match fact:
        case Known(values=values):
            return f"sent is {listed(values)}"
        case NotSent():
            return "the key is not sent"
        case Unnamed():
            return "sent is something else"
        case Unknown() | OneOf():
            return "AWS does not document what is sent"
