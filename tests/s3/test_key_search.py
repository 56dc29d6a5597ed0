"""Which keys a set of patterns takes in."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.s3.glob import START, Missing, bounds, parse_pattern
from auditor.s3.key_language import Keys, KeysUnder, LogKeys, certain_tail, possible_tail, stem_of
from auditor.s3.key_search import Answer, Nowhere, Reach, find_key, some_key
from auditor.s3.log_keys import KeyFormat, KeySpace, PartitionDateSource, PartitionedPrefix, SimplePrefix, parse_log_key
from auditor.s3.truth import Truth

SIMPLE = SimplePrefix()
EVENT = PartitionedPrefix(PartitionDateSource.EVENT_TIME)
DELIVERY = PartitionedPrefix(PartitionDateSource.DELIVERY_TIME)


def log_keys(prefix: str = "logs/", key_format: KeyFormat = SIMPLE, *, year: int = 2026) -> LogKeys:
    """The keys of one source from a year on."""
    space = KeySpace(prefix=prefix, key_format=key_format, account="111122223333", region="eu-west-1", bucket="acme")
    return LogKeys(space=space, first_year=year)


def reach(*patterns: str, complement: bool = False) -> Reach:
    """What these patterns, matched against the key alone, take in."""
    found = [bounds(parse_pattern(text, variables=True), lambda _: Missing.NO_VALUE).least for text in patterns]
    return Reach(tuple((glob, START) for glob in found if glob is not None), complement)


def covered(keys: Keys, *patterns: str, complement: bool = False) -> Truth:
    """Whether every key is taken in; TRUE here is `some_key` FALSE."""
    reaches = (reach(*patterns, complement=complement),)
    truth = some_key(keys, outside=(reaches, reaches)).truth
    return {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE}.get(truth, truth)


def hit(keys: Keys, *patterns: str, complement: bool = False) -> Truth:
    """Whether any key is taken in."""
    reaches = (reach(*patterns, complement=complement),)
    return some_key(keys, inside=(reaches, reaches)).truth


YES, NO, UNSURE = Truth.TRUE, Truth.FALSE, Truth.UNDECIDABLE


@pytest.mark.parametrize(
    ("keys", "patterns", "all_keys", "any_key"),
    [
        (log_keys(), ["*"], YES, YES),
        (log_keys(), ["logs/*"], YES, YES),
        (log_keys(), ["logs*"], YES, YES),
        (log_keys(), ["logs/????-*"], YES, YES),
        (log_keys(), ["logs/?*-*-*-*-*-*-?*"], YES, YES),
        (log_keys(), ["logs/2*", "logs/3*"], NO, YES),
        (log_keys(), [f"logs/{digit}*" for digit in "23456789"], YES, YES),
        (log_keys(), ["logs/20*", "logs/21*"], NO, YES),
        (log_keys(), ["logs/2025*"], NO, NO),
        (log_keys(), ["logs/2026-*"], NO, YES),
        (log_keys(), [f"logs/????-??-??-{hour:02}-*" for hour in range(24)], YES, YES),
        (log_keys(), [f"logs/????-??-??-{hour:02}-*" for hour in range(23)], NO, YES),
        (log_keys(), ["logs/*-13-*-*-*-*"], NO, YES),
        (log_keys(), ["logs/????-13-*"], NO, NO),
        (log_keys(), ["logs/????-02-30-*"], NO, NO),
        (log_keys(), ["logs/????-04-31-*"], NO, NO),
        (log_keys(), ["logs/2028-02-29-*"], NO, YES),
        (log_keys(), ["logs/2027-02-29-*"], NO, UNSURE),
        (log_keys(), ["logs/????-??-??-??-??-??-????????????????"], UNSURE, YES),
        (log_keys(), ["logs/*.gz"], NO, NO),
        (log_keys(), ["logs/*a"], NO, UNSURE),
        (log_keys(), ["logs/*A"], NO, YES),
        (log_keys(), ["LOGS/*"], NO, NO),
        (log_keys(), ["logs/app/*"], NO, NO),
        (log_keys(), ["logs"], NO, NO),
        (log_keys(), [], NO, NO),
        (log_keys("logs"), ["logs/*"], NO, NO),
        (log_keys(""), ["*"], YES, YES),
        (log_keys(""), ["?*"], YES, YES),
        (log_keys("a*b"), ["a${*}b*"], YES, YES),
        (log_keys("axb"), ["a${*}b*"], NO, NO),
        (log_keys("logs/", EVENT), ["logs/111122223333/*"], YES, YES),
        (log_keys("logs/", EVENT), ["logs/*/acme/*"], YES, YES),
        (log_keys("logs/", EVENT), ["logs/*/other/*"], NO, NO),
        (log_keys("logs/", EVENT), ["logs/*-00-00-00-*"], YES, YES),
        (log_keys("logs/", EVENT), ["logs/*-12-??-??-????????????????"], NO, UNSURE),
        (log_keys("logs/", DELIVERY), ["logs/*-12-??-??-*"], NO, YES),
        (log_keys("logs/", DELIVERY), ["logs/*/2026/01/*"], NO, YES),
        (log_keys("logs/", DELIVERY), ["logs/*/2026/01/02/2026-01-03-*"], NO, UNSURE),
        (log_keys("logs/", DELIVERY), ["logs/*/2025/*"], NO, NO),
        (KeysUnder(""), ["*"], YES, YES),
        (KeysUnder(""), ["?*"], YES, YES),
        (KeysUnder(""), ["a*"], NO, YES),
        (KeysUnder(""), ["?"], NO, YES),
        (KeysUnder(""), [""], NO, NO),
        (KeysUnder("logs/"), ["logs/*"], YES, YES),
        (KeysUnder("logs/"), ["logs/?*"], NO, YES),
        (KeysUnder("logs/"), ["log?/*"], YES, YES),
        (KeysUnder("logs/"), ["*.gz"], NO, YES),
    ],
)
def test_cover_and_hit(keys: Keys, patterns: list[str], all_keys: Truth, any_key: Truth) -> None:
    """Allow needs every key, Deny needs any; what AWS does not promise about keys is left undecided."""
    assert covered(keys, *patterns) is all_keys
    assert hit(keys, *patterns) is any_key


@pytest.mark.parametrize(
    ("keys", "patterns", "all_keys", "any_key"),
    [
        (log_keys(), ["other/*"], YES, YES),
        (log_keys(), ["logs/*"], NO, NO),
        (log_keys(), ["logs/2026*"], NO, YES),
        (log_keys(), ["logs/*.gz"], YES, YES),
        (log_keys(), ["other/*", "logs/*"], NO, NO),
        (log_keys(), [], YES, YES),
    ],
)
def test_not_resource_takes_in_what_no_pattern_matches(
    keys: Keys, patterns: list[str], all_keys: Truth, any_key: Truth
) -> None:
    """NotResource reaches the keys that none of its patterns matches."""
    assert covered(keys, *patterns, complement=True) is all_keys
    assert hit(keys, *patterns, complement=True) is any_key


def test_statements_cover_together() -> None:
    """A key needs only one of several statements, be they by Resource or by NotResource."""
    one, other = reach("logs/2*"), reach("logs/2*", complement=True)

    assert some_key(log_keys(), outside=((one, other), (one, other))).truth is NO
    assert some_key(log_keys(), outside=((one,), (one,))).truth is YES


def test_example_is_a_key_that_s3_writes() -> None:
    """The key that is given as a proof is one of the source, also where the format names the day twice."""
    keys = log_keys("logs/", DELIVERY)
    reaches = (reach("logs/*/2026/01/*", "logs/*/2026-02-*"),)

    answer = some_key(keys, outside=(reaches, reaches))

    assert answer.truth is YES
    assert answer.example is not None
    assert parse_log_key(answer.example, keys.space) is not None


def test_doubtful_patterns_only_cover_in_doubt() -> None:
    """A pattern that may or may not apply makes neither a certain yes nor a certain no."""
    sure, at_most = (reach("logs/2*"),), (reach("logs/2*"), reach("logs/*"))

    assert some_key(log_keys(), outside=(sure, at_most)) == Answer(truth=UNSURE)
    assert some_key(log_keys(), inside=((), sure)) == Answer(truth=UNSURE)


def test_tangled_patterns_are_given_up_not_guessed() -> None:
    """A policy that would need exponentially many steps is undecidable, soon."""
    of = reach("*a" + "?" * 24)

    assert find_key("", possible_tail(KeysUnder("")), inside=[of], outside=[of]) is Nowhere.GAVE_UP
    assert some_key(KeysUnder(""), inside=([of], [of]), outside=([of], [of])) == Answer(truth=UNSURE)


def test_example_is_near() -> None:
    """Of all keys outside, one of the nearest years is shown, not one of the year 9999."""
    reaches = (reach("logs/2026-1*"),)

    assert some_key(log_keys(), outside=(reaches, reaches)).example == "logs/2026-01-01-00-00-00-0000000000000000"


SMALL = st.lists(st.text(alphabet="ab*?", max_size=5), max_size=3)
WORDS = ["".join(word) for length in range(6) for word in itertools.product("abc", repeat=length)]


@given(SMALL, SMALL, st.booleans(), st.booleans(), st.sampled_from(["", "a", "ab"]))
def test_search_agrees_with_trying_all_short_keys(
    inside: list[str], outside: list[str], flip: bool, flop: bool, prefix: str
) -> None:
    """A found key is wanted, and when none is found no short key is wanted either."""
    within, without = reach(*inside, complement=flip), reach(*outside, complement=flop)

    found = find_key(prefix, certain_tail(KeysUnder(prefix)), inside=[within], outside=[without])

    if isinstance(found, str):
        assert takes(within, found)
        assert not takes(without, found)
        assert found.startswith(prefix)
    else:
        words = (prefix + word for word in WORDS if prefix or word)
        assert found is Nowhere.NONE
        assert not any(takes(within, word) and not takes(without, word) for word in words)


def takes(of: Reach, key: str) -> bool:
    """Whether the reach holds the key, one pattern at a time."""
    return any(glob.accepts(glob.run(state, key)) for glob, state in of.patterns) != of.complement


DATED = st.lists(
    st.lists(st.sampled_from(["*", "?", "0", "1", "2", "-", "/", "A", "20", "2026", "logs/"]), max_size=8).map("".join),
    min_size=1,
    max_size=3,
)
KEYS = st.builds(
    lambda time, unique: (time, unique),
    st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(9999, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001  # hypothesis wants naive bounds
    st.text(alphabet="0123456789ABCDEF", min_size=16, max_size=16),
)


@given(DATED, st.sampled_from([SIMPLE, EVENT, DELIVERY]), st.lists(KEYS, min_size=1, max_size=20), st.booleans())
def test_answers_hold_for_every_written_key(
    patterns: list[str], key_format: KeyFormat, written: Sequence[tuple[datetime, str]], flip: bool
) -> None:
    """No key that S3 writes contradicts a certain answer about all keys or about any key."""
    keys = log_keys("logs/", key_format)
    of = reach(*patterns, complement=flip)
    every, some = covered(keys, *patterns, complement=flip), hit(keys, *patterns, complement=flip)

    for time, unique in written:
        day, clock = time.strftime("%Y-%m-%d"), "00-00-00" if key_format == EVENT else time.strftime("%H-%M-%S")
        folder = "" if key_format == SIMPLE else f"{day.replace('-', '/')}/"
        key = f"{stem_of(keys)}{folder}{day}-{clock}-{unique}"
        assert every is not Truth.TRUE or takes(of, key)
        assert some is not Truth.FALSE or not takes(of, key)
