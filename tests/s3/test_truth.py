"""Three-valued logic."""

from itertools import product

import pytest

from auditor.s3.truth import Truth, agreement, all_of, any_of, negation

TRUE, FALSE, UNDECIDABLE = Truth.TRUE, Truth.FALSE, Truth.UNDECIDABLE


def test_false_beats_undecidable_in_a_conjunction() -> None:
    """One certain no is enough for no; otherwise one doubt is enough for doubt."""
    assert all_of([UNDECIDABLE, FALSE]) is FALSE
    assert all_of([TRUE, UNDECIDABLE]) is UNDECIDABLE
    assert all_of([TRUE, TRUE]) is TRUE
    assert all_of([]) is TRUE


def test_true_beats_undecidable_in_a_disjunction() -> None:
    """One certain yes is enough for yes; otherwise one doubt is enough for doubt."""
    assert any_of([UNDECIDABLE, TRUE]) is TRUE
    assert any_of([FALSE, UNDECIDABLE]) is UNDECIDABLE
    assert any_of([]) is FALSE


def test_laws_hold_for_all_values() -> None:
    """De Morgan, commutativity and double negation hold in Kleene's logic."""
    for one, other in product(Truth, Truth):
        assert negation(all_of([one, other])) is any_of([negation(one), negation(other)])
        assert all_of([one, other]) is all_of([other, one])
        assert any_of([one, other]) is any_of([other, one])
        assert negation(negation(one)) is one


def test_conjunction_is_right_for_every_way_the_doubts_may_end() -> None:
    """A certain answer stays right however each undecidable one turns out, and a doubt is a real one."""
    worlds = {TRUE: (True,), FALSE: (False,), UNDECIDABLE: (True, False)}
    for one, other in product(Truth, Truth):
        possible = {x and y for x, y in product(worlds[one], worlds[other])}
        assert all_of([one, other]) is agreement(Truth.of(x) for x in possible)


def test_agreement_needs_all_possibilities_to_agree() -> None:
    """Nothing to ask is no agreement."""
    assert agreement([TRUE, TRUE]) is TRUE
    assert agreement([TRUE, FALSE]) is UNDECIDABLE
    assert agreement([UNDECIDABLE]) is UNDECIDABLE
    assert agreement([]) is UNDECIDABLE


@pytest.mark.parametrize("truth", list(Truth))
def test_no_truth_can_be_used_as_a_condition(truth: Truth) -> None:
    """`if undecidable:` would be a guess, so it raises."""
    with pytest.raises(TypeError, match="three-valued"):
        bool(truth)
