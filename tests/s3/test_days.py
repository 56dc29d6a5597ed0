"""Tests of day counts: for ever, comparison, and the words for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.s3.days import (
    FOREVER,
    DayCount,
    Days,
    Decided,
    Document,
    Fact,
    Undecidable,
    at_least,
    at_most,
    days_text,
    range_text,
)
from auditor.s3.truth import Truth

FACT = Fact(document=Document.LIFECYCLE, path="Rules[0].Expiration.Days", value=90)
some_days = st.integers(0, 5000) | st.just(FOREVER)


def decided(days: Days) -> DayCount:
    return Decided(days=days, facts=(FACT,), sentence="")


def open_count(low: Days, high: Days) -> DayCount:
    return Undecidable(low=low, high=high, facts=(FACT,), sentence="")


@given(st.integers())
def test_forever_comes_after_every_number(days: int) -> None:
    """It also equals itself, and swallows what is added to it."""
    forever: Days = FOREVER

    assert days < forever
    assert forever > days
    assert not forever < days
    assert not forever <= days
    assert forever >= days
    assert forever <= FOREVER
    assert not forever > FOREVER
    assert days + forever is FOREVER
    assert forever + days is FOREVER
    assert min(days, forever) == days
    assert max(days, forever) is FOREVER


@pytest.mark.parametrize(
    ("count", "days", "least", "most"),
    [
        (decided(365), 365, Truth.TRUE, Truth.TRUE),
        (decided(364), 365, Truth.FALSE, Truth.TRUE),
        (decided(366), 365, Truth.TRUE, Truth.FALSE),
        (decided(FOREVER), 365, Truth.TRUE, Truth.FALSE),
        (decided(0), 0, Truth.TRUE, Truth.TRUE),
        (open_count(0, 364), 365, Truth.FALSE, Truth.TRUE),
        (open_count(0, 365), 365, Truth.UNDECIDABLE, Truth.TRUE),
        (open_count(365, 400), 365, Truth.TRUE, Truth.UNDECIDABLE),
        (open_count(366, FOREVER), 365, Truth.TRUE, Truth.FALSE),
        (open_count(0, FOREVER), 365, Truth.UNDECIDABLE, Truth.UNDECIDABLE),
    ],
)
def test_days_are_compared_inclusively(count: DayCount, days: int, least: Truth, most: Truth) -> None:
    """365 days satisfy both "at least 365" and "at most 365"; bounds on both sides satisfy nothing."""
    assert at_least(count, days) is least
    assert at_most(count, days) is most


@given(low=some_days, high=some_days, inside=some_days, days=st.integers(0, 5000))
def test_an_open_count_never_contradicts_a_number_between_its_bounds(
    low: Days, high: Days, inside: Days, days: int
) -> None:
    """Every certain answer is that of each number it may turn out to be."""
    low, inside, high = sorted([low, inside, high])
    for ask in (at_least, at_most):
        answer = ask(open_count(low, high), days)

        assert answer in {Truth.UNDECIDABLE, ask(decided(inside), days)}


def test_the_first_fact_is_the_deciding_one() -> None:
    """Evidence takes path and value from it."""
    count = Decided(days=90, facts=(FACT, Fact(document=Document.VERSIONING, path="Status", value=None)), sentence="")

    assert (count.path, count.value) == ("Rules[0].Expiration.Days", 90)


@pytest.mark.parametrize(
    ("days", "text"), [(0, "0 days"), (1, "1 day"), (2, "2 days"), (2190, "2,190 days"), (FOREVER, "for ever")]
)
def test_days_in_words(days: Days, text: str) -> None:
    """One day is singular."""
    assert days_text(days) == text


def test_ranges_in_words() -> None:
    """A range without an end says so."""
    assert range_text(30, 90) == "for 30 to 90 days"
    assert range_text(0, 1) == "for 0 to 1 day"
    assert range_text(1, FOREVER) == "for 1 day at least, perhaps for ever"
