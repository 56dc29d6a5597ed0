"""Run one detection over rows, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache

from auditor.activity.detect import run
from auditor.activity.detection import Detection, load_detection
from auditor.activity.detection_inputs import Inputs, Window
from auditor.activity.signals import Analysis, Signal
from tests.activity.rows import DAY, Block, Row, Rows, Value, at, every, load

WINDOW = Window(first=DAY, last=DAY + timedelta(days=1))
NOW = DAY + timedelta(days=3)
NOTHING = Inputs()


@cache
def detection(name: str) -> Detection:
    """The built-in detection with that id."""
    return load_detection(name)


def analysis(
    name: str,
    rows: Iterable[Row | Block],
    *,
    inputs: Inputs = NOTHING,
    window: Window = WINDOW,
    now: datetime = NOW,
) -> Analysis:
    """What the detection `name` makes of `rows`."""
    return run(load(rows), (detection(name),), inputs=inputs, window=window, now=now)


def seen(
    name: str,
    rows: Iterable[Row | Block],
    *,
    inputs: Inputs = NOTHING,
    window: Window = WINDOW,
    now: datetime = NOW,
) -> Sequence[Signal]:
    """The signals of the detection `name`, which must have looked; their sentences must be whole."""
    outcome = analysis(name, rows, inputs=inputs, window=window, now=now)
    assert outcome.not_evaluated == ()
    for signal in outcome.signals:
        assert "None" not in signal.summary
        assert "{" not in signal.summary
        assert 1 <= len(signal.examples) <= 5
        assert signal.first_seen <= signal.last_seen
    return outcome.signals


def reason(
    name: str,
    rows: Iterable[Row | Block],
    *,
    inputs: Inputs = NOTHING,
    window: Window = WINDOW,
) -> str:
    """Why the detection `name` could not look."""
    outcome = analysis(name, rows, inputs=inputs, window=window)
    assert outcome.signals == ()
    (only,) = outcome.not_evaluated
    return only.reason


def past(**changes: Value) -> Rows:
    """A baseline that is just long and large enough: a record each 20 minutes of the fortnight before DAY."""
    return [every(at(days=-14), minutes=20).block(14 * 72, **changes)]


def working_hours(**changes: Value) -> Rows:
    """A baseline from 8 to 17 o'clock of each day of the fortnight before DAY, 90 records a day."""
    return [every(at(8, days=-14), minutes=6).daily(14).block(90, **changes)]
