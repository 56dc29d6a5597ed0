"""A value by identity."""

from __future__ import annotations

from auditor.s3.itself import Itself


def test_equal_values_are_not_the_same() -> None:
    """Only the very same object is equal, and it need not be hashable."""
    one: dict[str, int] = {}
    other: dict[str, int] = {}

    assert Itself(one) == Itself(one)
    assert hash(Itself(one)) == hash(Itself(one))
    assert Itself(one) != Itself(other)
    assert Itself(one) != one
