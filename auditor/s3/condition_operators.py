"""How one value in a policy compares with one value of a request, operator by operator.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators".
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Final

from auditor.s3.glob import Lookup, Pattern, bounds, parse_pattern
from auditor.s3.request_context import Unnamed
from auditor.s3.truth import Truth, all_of


class Kind(Enum):
    """What an operator compares; negation, IfExists and set operators are no part of it."""

    STRING_EQUALS = "StringEquals"
    STRING_EQUALS_IGNORE_CASE = "StringEqualsIgnoreCase"
    STRING_LIKE = "StringLike"
    NUMERIC_EQUALS = "NumericEquals"
    NUMERIC_LESS_THAN = "NumericLessThan"
    NUMERIC_LESS_THAN_EQUALS = "NumericLessThanEquals"
    NUMERIC_GREATER_THAN = "NumericGreaterThan"
    NUMERIC_GREATER_THAN_EQUALS = "NumericGreaterThanEquals"
    DATE_EQUALS = "DateEquals"
    DATE_LESS_THAN = "DateLessThan"
    DATE_LESS_THAN_EQUALS = "DateLessThanEquals"
    DATE_GREATER_THAN = "DateGreaterThan"
    DATE_GREATER_THAN_EQUALS = "DateGreaterThanEquals"
    BOOL = "Bool"
    BINARY_EQUALS = "BinaryEquals"
    IP_ADDRESS = "IpAddress"
    ARN_LIKE = "ArnLike"
    NULL = "Null"


_TEXT_KINDS: Final = frozenset({Kind.STRING_EQUALS, Kind.STRING_EQUALS_IGNORE_CASE, Kind.STRING_LIKE, Kind.ARN_LIKE})
_WILDCARD_KINDS: Final = frozenset({Kind.STRING_LIKE, Kind.ARN_LIKE})
_SESSIONS_OF_ONE_ROLE: Final = re.compile(r"[A-Z0-9]{16,}:\*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Value:
    """A value in a condition; `arn` holds its parts where an ARN operator reads it and it has the form of an ARN."""

    pattern: Pattern
    arn: tuple[Pattern, ...] | None = None

    @property
    def text(self) -> str:
        """The value as written."""
        return self.pattern.text


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator by kind, and whether it is the negated one (`StringNotEquals`, `NotIpAddress`)."""

    kind: Kind
    negated: bool = False


def operators() -> dict[str, Operator]:
    """Every documented operator by its name in lower case, without IfExists and set operators."""
    table = {kind.value.lower(): Operator(kind) for kind in Kind}
    table["arnequals"] = Operator(Kind.ARN_LIKE)  # "behave identically", says the page
    for name, kind in (
        ("StringNotEquals", Kind.STRING_EQUALS),
        ("StringNotEqualsIgnoreCase", Kind.STRING_EQUALS_IGNORE_CASE),
        ("StringNotLike", Kind.STRING_LIKE),
        ("NumericNotEquals", Kind.NUMERIC_EQUALS),
        ("DateNotEquals", Kind.DATE_EQUALS),
        ("NotIpAddress", Kind.IP_ADDRESS),
        ("ArnNotEquals", Kind.ARN_LIKE),
        ("ArnNotLike", Kind.ARN_LIKE),
    ):
        table[name.lower()] = Operator(kind, negated=True)
    return table


def parse_value(kind: Kind, text: str, *, variables: bool) -> Value:
    """The value as an operator of this kind reads it; `variables` when the policy's version knows them."""
    pattern = parse_pattern(text, variables=variables, wildcards=kind in _WILDCARD_KINDS)
    if kind is not Kind.ARN_LIKE:
        return Value(pattern)
    parts = text.split(":", 5)
    # Fewer than six parts can only match when the last one ends in `*`, which then "can expand to match beyond the
    # colon boundaries" (IAM User Guide, "Using wildcards in resource ARNs"). A variable may hide colons of its own.
    if any("${" in part for part in parts[:5]) or (len(parts) < 6 and not text.endswith("*")):
        return Value(pattern)
    return Value(pattern, tuple(parse_pattern(part, variables=variables) for part in parts))


def compare(kind: Kind, expected: Value, actual: str, lookup: Lookup) -> Truth:
    """Whether a value of the request meets a value of the policy, negation left aside.

    A policy value that the operator cannot read makes the answer UNDECIDABLE: AWS does not say what happens then.
    """
    match kind:
        case Kind.STRING_EQUALS | Kind.STRING_LIKE:
            return _matches(expected.pattern, actual, lookup)
        case Kind.STRING_EQUALS_IGNORE_CASE:
            return _ignoring_case(expected.pattern, actual, lookup)
        case Kind.ARN_LIKE:
            return _arn(expected, actual, lookup)
        case Kind.BOOL:
            return _bool(expected.text, actual)
        case Kind.BINARY_EQUALS:
            return _binary(expected.text, actual)
        case Kind.IP_ADDRESS:
            return _ip(expected.text, actual)
        case Kind.NULL:
            return Truth.UNDECIDABLE  # Null asks for presence, never for a value
        case _:
            return _ordered(kind, expected.text, actual)


def compare_unnamed(kind: Kind, expected: Value, actual: Unnamed) -> Truth:
    """Whether a value that no policy spells out meets a value of the policy.

    A pattern may take it in without spelling it out: `*` does, a narrower one perhaps. `AROAEXAMPLE:*`, the form in
    which aws:userid names the sessions of one role, spells one role out.
    """
    pattern = expected.pattern
    if kind not in _TEXT_KINDS:
        return Truth.UNDECIDABLE
    if kind is Kind.ARN_LIKE and actual.account is not None and expected.arn is not None:
        return _unnamed_arn(expected.arn, actual.account, actual.partition)
    if pattern.literal is not None or _SESSIONS_OF_ONE_ROLE.fullmatch(pattern.text):
        return Truth.FALSE
    return Truth.TRUE if pattern.is_any_text else Truth.UNDECIDABLE


def _matches(pattern: Pattern, actual: str, lookup: Lookup) -> Truth:
    if pattern.literal is not None:
        return Truth.of(pattern.literal == actual)
    found = bounds(pattern, lookup)
    if found.least is not None and found.least.matches(actual):
        return Truth.TRUE
    if found.most is None or found.exact or not found.most.matches(actual):
        return Truth.FALSE
    return Truth.UNDECIDABLE


def _ignoring_case(expected: Pattern, actual: str, lookup: Lookup) -> Truth:
    literal = expected.literal
    if literal is None:
        same = _matches(expected, actual, lookup)
        return same if same is Truth.TRUE else Truth.UNDECIDABLE
    if literal.lower() == actual.lower():
        return Truth.TRUE
    # Beyond ASCII there is more than one notion of case; where they differ we do not know AWS's.
    return Truth.FALSE if literal.casefold() != actual.casefold() else Truth.UNDECIDABLE


def _arn(expected: Value, actual: str, lookup: Lookup) -> Truth:
    """Each of the six parts is matched on its own."""
    wanted, given = expected.arn, actual.split(":", 5)
    if wanted is None or len(given) != 6:
        whole = _matches(expected.pattern, actual, lookup)
        return whole if whole is Truth.FALSE or expected.pattern.has_variables else Truth.UNDECIDABLE
    if len(wanted) < 6:
        given = [*given[: len(wanted) - 1], ":".join(given[len(wanted) - 1 :])]
    return all_of(_matches(part, text, lookup) for part, text in zip(wanted, given, strict=True))


def _unnamed_arn(wanted: tuple[Pattern, ...], account: str, partition: str) -> Truth:
    """Whether the ARN of some user or role in `account` ("" for an account nobody names) meets the pattern."""
    if len(wanted) < 6:
        return Truth.of(wanted[0].is_any_text) if len(wanted) == 1 else Truth.UNDECIDABLE
    known = ("arn", partition, "iam", "", account)
    parts = [_part(pattern, text) for pattern, text in zip(wanted, known, strict=False)]
    return all_of([*parts, _part(wanted[5], None)])


def _part(pattern: Pattern, text: str | None) -> Truth:
    """Whether one part of an ARN meets its pattern; None stands for a text that no pattern spells out."""
    if pattern.is_any_text:
        return Truth.TRUE
    return Truth.UNDECIDABLE if pattern.literal is None else Truth.of(pattern.literal == text)


_BOOLEANS: Final = {"true": True, "false": False}


def _bool(expected: str, actual: str) -> Truth:
    wanted, given = _BOOLEANS.get(expected.lower()), _BOOLEANS.get(actual.lower())
    return Truth.UNDECIDABLE if wanted is None or given is None else Truth.of(wanted is given)


def _binary(expected: str, actual: str) -> Truth:
    try:
        return Truth.of(base64.b64decode(expected, validate=True) == base64.b64decode(actual, validate=True))
    except binascii.Error:
        return Truth.UNDECIDABLE


def _ip(expected: str, actual: str) -> Truth:
    try:
        network, address = ipaddress.ip_network(expected, strict=False), ipaddress.ip_address(actual)
    except ValueError:
        return Truth.UNDECIDABLE
    return Truth.of(address in network)


def _ordered(kind: Kind, expected: str, actual: str) -> Truth:
    if kind.value.startswith("Date"):
        wanted, given = _moment(expected), _moment(actual)
    else:
        wanted, given = _number(expected), _number(actual)
    if wanted is None or given is None:
        return Truth.UNDECIDABLE
    relation = kind.value.removeprefix("Date").removeprefix("Numeric")
    holds = {
        "Equals": given == wanted,
        "LessThan": given < wanted,
        "LessThanEquals": given <= wanted,
        "GreaterThan": given > wanted,
        "GreaterThanEquals": given >= wanted,
    }
    return Truth.of(holds[relation])


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


# The W3C profile of ISO 8601: a year, a month or a day, or a time to the minute or finer with its zone.
_MOMENT: Final = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?", re.ASCII
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def _moment(text: str) -> Decimal | None:
    """Seconds since 1970 of a W3C date or of a number; None for any other text, a year of four digits being a date."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        return _number(text)
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        local = datetime(
            int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=UTC
        )
    except ValueError:
        return None
    offset = timedelta()
    if zone not in {None, "Z"}:
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6])) * (-1 if zone[0] == "-" else 1)
    whole = local - _EPOCH - offset
    return Decimal(whole.days * 86400 + whole.seconds) + Decimal(fraction or 0)
