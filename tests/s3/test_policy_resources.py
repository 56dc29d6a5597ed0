"""The Resource element as seen from the policy's bucket."""

import pytest

from auditor.s3.arn import Arn, parse_arn
from auditor.s3.key_language import KeysUnder
from auditor.s3.key_search import Reach, some_key
from auditor.s3.policy_resources import Extent, parse_resources
from auditor.s3.request_context import Fact, Known, NotSent, RequestContext, Unknown
from auditor.s3.truth import Truth, negation

YES, NO, UNSURE = Truth.TRUE, Truth.FALSE, Truth.UNDECIDABLE


def bucket(partition: str = "aws") -> Arn:
    """The ARN of the bucket acme-logs."""
    arn = parse_arn(f"arn:{partition}:s3:::acme-logs")
    assert arn is not None
    return arn


def extent(*texts: str, negated: bool = False, facts: dict[str, Fact] | None = None, variables: bool = True) -> Extent:
    """What the element takes in of acme-logs."""
    spec = parse_resources(texts, bucket(), variables=variables, negated=negated)
    return spec.extent(RequestContext(facts or {}))


def all_keys(of: Extent, prefix: str = "logs/") -> Truth:
    """Whether every key under the prefix is taken in."""
    return negation(some_key(KeysUnder(prefix), outside=((of.least,), (of.most,))).truth)


def any_key(of: Extent, prefix: str = "logs/") -> Truth:
    """Whether some key under the prefix is taken in."""
    return some_key(KeysUnder(prefix), inside=((of.least,), (of.most,))).truth


@pytest.mark.parametrize(
    ("text", "every", "some", "whole"),
    [
        ("*", YES, YES, YES),
        ("arn:aws:s3:::*", YES, YES, YES),
        ("arn:aws:s3:::acme-logs*", YES, YES, YES),
        ("arn:aws:s3:::acme-logs/*", YES, YES, NO),
        ("arn:aws:s3:::acme-logs", NO, NO, YES),
        ("arn:aws:s3:::acme-logs/logs/*", YES, YES, NO),
        ("arn:aws:s3:::acme-logs/logs/x", NO, YES, NO),
        ("arn:aws:s3:::acme-logs/other/*", NO, NO, NO),
        ("arn:aws:s3:::other/*", NO, NO, NO),
        ("arn:aws:s3:::acme-log/*", NO, NO, NO),
        ("arn:aws:s3:::acme-log?/*", YES, YES, NO),
        ("arn:aws:s3:::*/logs/*", YES, YES, NO),
        ("arn:*:s3:::acme-logs/*", YES, YES, NO),
        ("arn:aws:s3:*:*:acme-logs/*", YES, YES, NO),
        ("arn:aws:*", YES, YES, YES),
        ("arn:aws:s3*", YES, YES, YES),
        ("arn:aws:s3*acme-logs/*", UNSURE, UNSURE, UNSURE),
        ("arn:aws:s3*logs/x", UNSURE, UNSURE, UNSURE),
        ("arn:*logs/*x", UNSURE, UNSURE, UNSURE),
        ("arn:aws-cn:s3:::acme-logs/*", NO, NO, NO),
        ("arn:aws:s3:eu-west-1::acme-logs/*", NO, NO, NO),
        ("arn:aws:sqs:::acme-logs/*", NO, NO, NO),
        ("acme-logs/*", NO, NO, NO),
        ("ARN:aws:s3:::acme-logs/*", NO, NO, NO),
        ("arn:aws:s3:::acme-logs/${aws:username}/*", UNSURE, UNSURE, NO),
        ("arn:aws:s3:::${aws:x}/*", UNSURE, UNSURE, NO),
        ("arn:aws:s3:::${aws:x}", UNSURE, UNSURE, UNSURE),
        ("arn:aws:${aws:x}:::acme-logs/*", UNSURE, UNSURE, UNSURE),
        ("arn:aws:s3:::acme-logs/logs/${", UNSURE, UNSURE, NO),
        (f"arn:aws:s3:::acme-logs/logs/*a{'?' * 40}", UNSURE, UNSURE, NO),
        (f"arn:aws:s3:::acme-logs/other/*a{'?' * 40}", NO, NO, NO),
        (f"arn:aws:s3:::acme-logs/{'?' * 40}*", NO, YES, NO),
    ],
)
def test_resource(text: str, every: Truth, some: Truth, whole: Truth) -> None:
    """What a pattern takes in: every key of a prefix, any key of it, the bucket itself."""
    found = extent(text)

    assert all_keys(found) is every
    assert any_key(found) is some
    assert found.bucket is whole


@pytest.mark.parametrize(
    ("texts", "every", "some", "whole"),
    [
        (["arn:aws:s3:::acme-logs/other/*"], YES, YES, YES),
        (["arn:aws:s3:::acme-logs/*"], NO, NO, YES),
        (["arn:aws:s3:::acme-logs/logs/a*"], NO, YES, YES),
        (["arn:aws:s3:::acme-logs", "arn:aws:s3:::acme-logs/*"], NO, NO, NO),
        (["*"], NO, NO, NO),
        (["arn:aws:s3*logs/x"], UNSURE, UNSURE, UNSURE),
        (["arn:aws:s3:::acme-logs/${aws:x}/*"], UNSURE, UNSURE, YES),
    ],
)
def test_not_resource_is_the_rest(texts: list[str], every: Truth, some: Truth, whole: Truth) -> None:
    """NotResource takes in what no pattern does, of keys and of the bucket."""
    found = extent(*texts, negated=True)

    assert all_keys(found) is every
    assert any_key(found) is some
    assert found.bucket is whole


@pytest.mark.parametrize(
    ("fact", "every", "negated_every"),
    [
        (Known(("logs",)), YES, NO),
        (Known(("other",)), NO, YES),
        (NotSent(), NO, YES),
        (Unknown(), UNSURE, UNSURE),
    ],
)
def test_variables_take_values_of_the_request(fact: Fact, every: Truth, negated_every: Truth) -> None:
    """A pattern whose variable has no value matches no resource, also under NotResource."""
    text = "arn:aws:s3:::acme-logs/${aws:x}/*"

    assert all_keys(extent(text, facts={"aws:x": fact})) is every
    assert all_keys(extent(text, negated=True, facts={"aws:x": fact})) is negated_every


def test_default_of_a_variable() -> None:
    """A default takes the place of a key that is not sent."""
    assert all_keys(extent("arn:aws:s3:::acme-logs/${aws:x, 'logs'}/*", facts={"aws:x": NotSent()})) is YES


def test_old_policies_have_no_variables() -> None:
    """In version 2008-10-17 the dollar is part of the key."""
    found = extent("arn:aws:s3:::acme-logs/${aws:x}*", variables=False)

    assert all_keys(found, "${aws:x}") is YES
    assert any_key(found) is NO


def test_several_patterns_are_one_element() -> None:
    """A key needs only one of them."""
    found = extent("arn:aws:s3:::acme-logs/a*", "arn:aws:s3:::acme-logs/b*")

    assert all_keys(found, "a") is YES
    assert all_keys(found, "b") is YES
    assert all_keys(found, "") is NO


def test_tangled_statement_costs_no_time() -> None:
    """Each question mark behind a star doubles the cases, so such patterns are widened instead of followed."""
    found = extent(*(f"arn:aws:s3:::acme-logs/*{digit}{'?' * 200}x" for digit in "0123456789"))

    assert all_keys(found, "") is UNSURE


def test_extent_without_variables_is_made_once() -> None:
    """Thousands of sources are judged against the same policy."""
    spec = parse_resources(("arn:aws:s3:::acme-logs/*",), bucket(), variables=True, negated=False)

    assert spec.extent(RequestContext({})) is spec.extent(RequestContext({"aws:x": NotSent()}))
    assert isinstance(spec.extent(RequestContext({})).least, Reach)
