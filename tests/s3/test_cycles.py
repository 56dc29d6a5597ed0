"""Cycles: every bucket has at most one destination, so a walk finds its ring, its end, or the dark."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from auditor.reading import Absent, Present, Reading, Setting, Unreadable
from auditor.s3.cycles import follow
from auditor.s3.log_keys import SimplePrefix
from auditor.s3.settings import Logging
from auditor.s3.subjects import BucketKey

DARK = Unreadable(setting=Setting.LOGGING, code="AccessDenied")


def key(name: str) -> BucketKey:
    return ("aws", name)


def arrows(**ends: str | None) -> dict[BucketKey, Reading[Logging]]:
    """Loggings from names: `a="b"` logs to b, None is off, "?" cannot be read."""
    found: dict[BucketKey, Reading[Logging]] = {}
    for name, end in ends.items():
        match end:
            case None:
                found[key(name)] = Absent()
            case "?":
                found[key(name)] = DARK
            case _:
                found[key(name)] = Present(value=Logging(destination=end, prefix="", key_format=SimplePrefix()))
    return found


def test_a_chain_has_neither_ring_nor_dead_end() -> None:
    """It ends in a bucket that logs nowhere, or in one that is not known at all."""
    assert follow(arrows(a="b", b="c", c=None)) == ({}, {})
    assert follow(arrows(a="b", b="elsewhere")) == ({}, {})


def test_a_ring_is_told_from_each_of_its_buckets() -> None:
    """Each bucket sees itself first."""
    cycles, dead_ends = follow(arrows(a="b", b="c", c="a"))

    assert cycles == {key("a"): ("a", "b", "c"), key("b"): ("b", "c", "a"), key("c"): ("c", "a", "b")}
    assert dead_ends == {}


def test_a_tail_is_not_part_of_the_ring_that_it_runs_into() -> None:
    """Whatever order the buckets come in."""
    for names in (("tail", "a", "b"), ("a", "b", "tail")):
        ends = {"tail": "a", "a": "b", "b": "a"}
        cycles, _ = follow(arrows(**{name: ends[name] for name in names}))

        assert set(cycles) == {key("a"), key("b")}


def test_a_bucket_that_logs_into_itself_is_no_ring() -> None:
    """It takes two."""
    assert follow(arrows(a="a", b="a")) == ({}, {})


def test_the_dark_is_seen_from_the_whole_path() -> None:
    """Everybody upstream of an unreadable bucket may be part of a ring, and learns which bucket it is."""
    _, dead_ends = follow(arrows(dark="?", a="dark", b="a", c="b", other=None))

    assert {name: one.bucket for (_, name), one in dead_ends.items()} == dict.fromkeys(("dark", "a", "b", "c"), "dark")


def test_partitions_do_not_meet() -> None:
    """A name in one partition is another bucket in the other."""
    loggings = arrows(a="b")
    loggings["aws-cn", "b"] = Present(value=Logging(destination="a", prefix="", key_format=SimplePrefix()))

    assert follow(loggings) == ({}, {})


def test_long_chains_are_walked_once() -> None:
    """Neither recursion nor time gives way to an estate that is one long chain."""
    names = [f"b{index}" for index in range(20_000)]
    chain = dict(zip(names, [*names[1:], "?"], strict=True))

    _, dead_ends = follow(arrows(**chain))

    assert len(dead_ends) == 20_000


@given(st.lists(st.integers(0, 9), min_size=10, max_size=10))
def test_rings_are_those_of_the_definition(ends: list[int]) -> None:
    """A bucket is in a ring exactly when following the arrows leads back to it over at least one other."""
    cycles, _ = follow(arrows(**{f"b{index}": f"b{end}" for index, end in enumerate(ends)}))

    for start in range(10):
        path, here = [start], ends[start]
        while here not in path:
            path.append(here)
            here = ends[here]
        expected = tuple(f"b{index}" for index in path) if here == start and len(path) > 1 else None
        assert cycles.get(key(f"b{start}")) == expected
