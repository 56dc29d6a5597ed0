"""Every detection either looks at the records of the window, or says why it could not; none is silent.

Rows that can be read in several ways are never the ground of a signal, but for the detection that is about them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Final

from auditor.activity.detection import FIXED_COLUMNS, Detection, LooksAt, Need
from auditor.activity.detection_inputs import Inputs, Window, parameter_values, require_known_parameters
from auditor.activity.relation_lists import fill
from auditor.activity.relations import RELATIONS, Population, relations, seconds, show_widths
from auditor.activity.signals import Analysis, BaselineInfo, Count, Evaluated, Example, NotEvaluated, Signal
from auditor.errors import AuditorError
from auditor.model import Severity
from auditor.reading import Json

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BASELINE_DAYS: Final = 14
BASELINE_RECORDS: Final = 1000
_DAY: Final = 86_400

MISSING: Final[Mapping[Need, str]] = {
    Need.GEOIP: "No database of locations was given.",
    Need.BARRED_COUNTRIES: "No list of barred countries was given.",
    Need.CORPORATE_NETWORKS: "No list of corporate networks was given.",
    Need.THREAT_LISTS: "No threat list was given.",
    Need.ORGANISATION_ACCOUNTS: "No list of the organisation's accounts was given.",
    Need.PUBLIC_BUCKETS: "No list of public buckets was given.",
    Need.SENSITIVE_PREFIXES: "No sensitive prefixes were given.",
    Need.CANARIES: "No canary buckets or keys were given.",
    Need.DESTINATIONS: "Nobody said where logs are delivered.",
    Need.LOG_READERS: "No list of those who may read logs was given.",
    Need.INFRASTRUCTURE_PRINCIPALS: "No list of infrastructure principals was given.",
    Need.MFA_PROFILE: "No networks or principals known to use MFA were given.",
    Need.SANCTIONED_TOOLS: "No list of sanctioned tools was given.",
    Need.EVERY_LOG_OBJECT: "Only a sample of the log objects was read, and absence in a sample is not absence.",
}
_NO_DESTINATION_RECORDS: Final = (
    "No record is about a bucket that receives logs: requests to it are logged only if it logs to another bucket."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stage:
    """What is known before any detection runs."""

    inputs: Inputs
    window: Window
    now: datetime
    population: Population
    baseline: BaselineInfo
    given: frozenset[Need]


def run(
    connection: DuckDBPyConnection,
    detections: Sequence[Detection],
    *,
    inputs: Inputs,
    window: Window,
    now: datetime,
) -> Analysis:
    """What `detections` see in the table `access_log` of `connection` within `window`.

    Exact records before the window are the baseline. Signals come worst first. InputError for parameters that do not
    exist. AuditorError when a detection crashes, which is a bug.
    """
    require_known_parameters(inputs, tuple(detections))
    signals: list[Signal] = []
    evaluated: list[Evaluated] = []
    not_evaluated: list[NotEvaluated] = []
    wanted = frozenset(name for name in RELATIONS if any(detection.reads(name) for detection in detections))
    with relations(connection, window, since=inputs.baseline_since, wanted=wanted) as population:
        fill(connection, inputs, wanted)
        stage = _stage(connection, inputs, window, now=now, population=population)
        shown = 0
        # Detections of one width follow each other, so that the logs are narrowed down a few times only.
        for detection in sorted(detections, key=lambda one: one.minimum_width):
            reason = _obstacle(detection, stage)
            if reason:
                not_evaluated.append(NotEvaluated(detection=detection.id, catalogue=detection.catalogue, reason=reason))
                continue
            if detection.minimum_width != shown:
                shown = detection.minimum_width
                show_widths(connection, window, width=shown, wanted=wanted)
            signals.extend(_signals(connection, detection, stage))
            evaluated.append(_evaluated(detection, population))
    order = {detection.id: index for index, detection in enumerate(detections)}
    return Analysis(
        signals=tuple(sorted(signals, key=lambda one: (-one.severity, order[one.detection], one.first_seen))),
        evaluated=tuple(sorted(evaluated, key=lambda one: order[one.detection])),
        not_evaluated=tuple(sorted(not_evaluated, key=lambda one: order[one.detection])),
        baseline=stage.baseline,
    )


def _stage(
    connection: DuckDBPyConnection, inputs: Inputs, window: Window, *, now: datetime, population: Population
) -> _Stage:
    first = population.baseline_first
    days = 0 if first is None else ceil((seconds(window.first) - first) / _DAY)
    baseline = BaselineInfo(days=days, records=sum(population.baseline.values()))
    given = set(inputs.given())
    if not inputs.sampled and baseline.days >= BASELINE_DAYS and baseline.records >= BASELINE_RECORDS:
        given.add(Need.BASELINE)
    if Need.DESTINATIONS in given and _has_destination_records(connection):
        given.add(Need.DESTINATION_RECORDS)
    return _Stage(
        inputs=inputs, window=window, now=now, population=population, baseline=baseline, given=frozenset(given)
    )


def _has_destination_records(connection: DuckDBPyConnection) -> bool:
    query = (
        "SELECT count(*) FROM exact_log AS log JOIN place_list AS place "
        "ON place.bucket = log.bucket AND place.list = 'destinations'"
    )
    (count,) = connection.execute(query).fetchone() or (0,)
    return bool(count)


def _obstacle(detection: Detection, stage: _Stage) -> str:
    """Why the detection cannot look, as a sentence; "" when it can."""
    for need in detection.needs:
        if need not in stage.given:
            return _missing(need, stage)
    if stage.baseline.days + _window_days(stage.window) < detection.minimum_days:
        days = stage.baseline.days + _window_days(stage.window)
        return f"The records span {days} days; {detection.minimum_days} days are needed."
    population, width = stage.population, detection.minimum_width
    exact = sum(population.window.values())
    match detection.looks_at:
        case LooksAt.BASELINE:
            return ""
        case LooksAt.DOUBTFUL:
            return "" if exact + population.doubtful else "The window holds no record."
        case LooksAt.WINDOW:
            if not exact:
                return "The window holds no record that can be read in one way only."
            if not population.at_least(width):
                return f"No record of the window has the {width} fields that are needed."
            return ""


def _missing(need: Need, stage: _Stage) -> str:
    match need:
        case Need.BASELINE if stage.inputs.sampled:
            return "Only a sample of the log objects was read, and what a sample lacks is not new."
        case Need.BASELINE:
            return (
                f"The baseline holds {stage.baseline.records:,} records of {stage.baseline.days} days; "
                f"{BASELINE_RECORDS:,} records of {BASELINE_DAYS} days are needed."
            )
        case Need.DESTINATION_RECORDS:
            return _NO_DESTINATION_RECORDS
        case _:
            return MISSING[need]


def _window_days(window: Window) -> int:
    return ceil((window.last - window.first) / timedelta(days=1))


def _evaluated(detection: Detection, population: Population) -> Evaluated:
    records = population.at_least(detection.minimum_width)
    narrow = sum(population.window.values()) - records
    if detection.looks_at is LooksAt.DOUBTFUL:
        records += population.doubtful
    return Evaluated(detection=detection.id, catalogue=detection.catalogue, records=records, narrow=narrow)


def _signals(connection: DuckDBPyConnection, detection: Detection, stage: _Stage) -> Iterator[Signal]:
    import duckdb

    bound = {
        **parameter_values(detection, stage.inputs),
        "now": seconds(stage.now),
        "window_first": seconds(stage.window.first),
        "window_last": seconds(stage.window.last),
    }
    used = {name: value for name, value in bound.items() if name in detection.placeholders}
    try:
        answer = connection.execute(detection.sql, used)
        names = [column[0] for column in answer.description or ()]
        rows = answer.fetchall()
    except duckdb.Error as error:
        raise AuditorError(f"the detection {detection.id} crashed: {error}") from error
    for row in rows:
        yield _signal(detection, dict(zip(names, row, strict=True)), stage)


def _signal(detection: Detection, row: Mapping[str, object], stage: _Stage) -> Signal:
    subject = {name: str(row[name]) for name in ("principal", "remote_ip", "key") if row[name] is not None}
    bucket = None if row["bucket"] is None else str(row["bucket"])
    details = {
        name: _json(value) for name, value in row.items() if name not in FIXED_COLUMNS and value not in (None, [])
    }
    covering = (
        allowance
        for allowance in stage.inputs.allowances
        if allowance.covers(
            detection.id,
            principal=subject.get("principal", ""),
            bucket=bucket or "",
            today=stage.now.astimezone(UTC).date(),
        )
    )
    severity = row["severity"]
    return Signal(
        detection=detection.id,
        catalogue=detection.catalogue,
        title=detection.title,
        summary=_summary(
            detection, {**parameter_values(detection, stage.inputs), **row}, subject=subject, bucket=bucket
        ),
        severity=detection.severity if severity is None else Severity.of(str(severity)),
        bucket=bucket,
        subject=subject,
        first_seen=_time(row["first_seen"]),
        last_seen=_time(row["last_seen"]),
        count=_whole(row["event_count"]),
        bytes=_whole(row["bytes"]),
        examples=_examples(row["examples"]),
        details=details,
        allowance=next(covering, None),
    )


def _summary(
    detection: Detection, values: Mapping[str, object], *, subject: Mapping[str, str], bucket: str | None
) -> str:
    """The sentence about the signal. Texts are put in as they are: whoever shows it makes them harmless."""
    principal, address = subject.get("principal"), subject.get("remote_ip")
    anonymous = principal in {None, "anonymous"}
    caller = "A caller without credentials" if anonymous else str(principal)
    who = f"{caller} at {address}" if anonymous and address else caller
    counted = {name: Count(value) if isinstance(value, int) else value for name, value in values.items()}
    return detection.says.format_map({**counted, "who": who, "where": bucket or "several buckets"})


def _examples(value: object) -> tuple[Example, ...]:
    if not isinstance(value, list):
        raise TypeError("a detection must return its examples as a list")
    return tuple(_example(str(text)) for text in value)


def _example(text: str) -> Example:
    line, request_id, log_object = text.split(" ", 2)
    return Example(object=log_object, line=int(line), request_id=request_id)


def _time(value: object) -> datetime:
    return datetime.fromtimestamp(_whole(value), UTC)


def _whole(value: object) -> int:
    if isinstance(value, int):
        return value
    raise TypeError(f"a detection must count in whole numbers, not {type(value).__name__}")


def _json(value: object) -> Json:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case list():
            return [_json(item) for item in value]
        case _:
            raise TypeError(f"a detail cannot be a {type(value).__name__}")
