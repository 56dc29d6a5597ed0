"""Hypothesis strategies for what a JSON document of ours can hold: hostile texts, any JSON value, aware times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import strategies as st

from auditor.reading import Json

HOSTILE = (
    "",
    " ",
    '"',
    "\\",
    "\x00",
    "\x1b[2J",
    "\u2028",
    "\u202eexe.gpj",
    "\ufeff",
    "é",
    "e\u0301",
    "😀",
    "</script>",
    "=1+1",
    "../../etc/passwd",
    "a.b[0]",
)

texts = st.sampled_from(HOSTILE) | st.text(max_size=12)
names = texts.filter(bool)

scalars: st.SearchStrategy[Json] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=-(10**40), max_value=10**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
    # Half a surrogate pair: JSON can escape it, UTF-8 cannot hold it.
    | st.sampled_from(["\ud800", "x\udfff"])
)
values: st.SearchStrategy[Json] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
objects: st.SearchStrategy[dict[str, Json]] = st.dictionaries(texts, values, max_size=3)

zones = st.just(UTC) | st.integers(min_value=-14 * 60, max_value=14 * 60).map(
    lambda minutes: timezone(timedelta(minutes=minutes))
)
times = st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1), timezones=zones)  # noqa: DTZ001  # the zones come beside
