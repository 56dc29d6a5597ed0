"""Collisions of key spaces: the same answer as comparing every pair, without comparing every pair."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from auditor.reading import Json, Setting, Unreadable
from auditor.s3.collisions import NAMED, Collisions, collisions
from auditor.s3.log_keys import KeySpace, Overlap, overlap
from auditor.s3.subjects import BucketKey, Delivery
from tests.estates import PARTITIONED, bucket, delivery_of, denied, destination, estate, graph, to

ORDER = (Overlap.SAME, Overlap.NESTED, Overlap.LISTS_OTHER)


def deliveries(*prefixes: tuple[str, str, Json]) -> list[Delivery]:
    """Deliveries of sources b0, b1, … to (destination, prefix, key format)."""
    names = sorted({name for name, _, _ in prefixes})
    built = estate(
        *(
            bucket(f"b{i}", logging=to(name, prefix, key_format=form))
            for i, (name, prefix, form) in enumerate(prefixes)
        ),
        *(destination(name) for name in names),
    )
    return [source.delivery for source in graph(built).sources if source.delivery is not None]


def named(found: Mapping[BucketKey, Collisions], source: str) -> list[tuple[str, Overlap]]:
    return [(one.other, one.kind) for one in found["aws", source].named]


PREFIXES = st.lists(
    st.tuples(
        st.sampled_from(["logs", "logs2"]),
        st.sampled_from(
            ["", "a", "a/", "a/b/", "ab", "a/111122223333/eu-west-1/b0/", "a/111122223333/eu-west-1/b0/2026/11/22/"]
        ),
        st.sampled_from([None, PARTITIONED]),
    ),
    max_size=9,
)


@given(PREFIXES)
def test_the_answer_is_that_of_all_pairs(prefixes: list[tuple[str, str, Json]]) -> None:
    """Number, worst kind and the first names agree with comparing every two sources of a destination."""
    made = deliveries(*prefixes)
    expected: dict[str, list[tuple[int, str]]] = {}
    for one, other in permutations(made, 2):
        assert isinstance(one.key_space, KeySpace)
        assert isinstance(other.key_space, KeySpace)
        kind = overlap(one.key_space, other.key_space)
        if one.key == other.key and kind is not Overlap.DISJOINT:
            expected.setdefault(one.source.name, []).append((ORDER.index(kind), other.source.name))

    found = collisions(made)

    assert {name for _, name in found} == set(expected)
    for name, pairs in expected.items():
        assert found["aws", name].count == len(pairs)
        assert [(ORDER.index(kind), other) for other, kind in named(found, name)] == sorted(pairs)[:NAMED]
        assert found["aws", name].worst is ORDER[min(pairs)[0]]


def test_the_worst_comes_first() -> None:
    """Equal keys weigh more than nested ones, whatever the names."""
    found = collisions(deliveries(("logs", "x/", None), ("logs", "x/y/", None), ("logs", "x/", None)))

    assert named(found, "b0") == [("b2", Overlap.SAME), ("b1", Overlap.NESTED)]


def test_a_key_space_that_is_unknown_is_left_out() -> None:
    """Without the Region nobody knows the keys of the partitioned format."""
    built = estate(
        bucket("a", logging=to("logs", "x/", key_format=PARTITIONED), region=denied(Setting.REGION)),
        bucket("b", logging=to("logs", "x/")),
        destination("logs"),
    )
    made = [delivery_of(built, "a"), delivery_of(built, "b")]

    assert isinstance(made[0].key_space, Unreadable)
    assert collisions(made) == {}


def test_crowds_are_counted_in_linear_time() -> None:
    """Thousands of sources in one heap, with thousands below, are no pairs to look at one by one."""
    crowd = [("logs", "", None)] * 3000 + [("logs", f"x/{i}/", None) for i in range(3000)]

    found = collisions(deliveries(*crowd))

    assert found["aws", "b0"].count == 5999
    assert found["aws", "b3000"].count == 3000
