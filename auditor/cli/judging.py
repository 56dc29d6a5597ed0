"""From an estate and the user's options to an assessment: the files are read here, everything else is pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from auditor.assemble import Choices, assemble
from auditor.assessment import Assessment
from auditor.baseline import SeenDelivery, deliveries_seen, known_failures
from auditor.check import Check
from auditor.cli.files import read_bytes, read_text
from auditor.document import ASSESSMENT, load
from auditor.errors import FrameworkError
from auditor.evaluate import Options, evaluate
from auditor.framework import Framework, effective_parameters
from auditor.framework_file import load_framework, shipped
from auditor.gate import NEVER, Threshold
from auditor.model import Estate, Severity
from auditor.reading import Json
from auditor.registry import all_checks
from auditor.waiver import Waiver, load_waivers

DEFAULT_FRAMEWORK = "baseline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """The user's options, read and checked before anything costly starts."""

    checks: tuple[Check, ...]
    frameworks: tuple[Framework, ...]
    waivers: tuple[Waiver, ...]
    threshold: Threshold
    deliveries_seen: Mapping[tuple[str, str], SeenDelivery]
    parameters: Mapping[str, Json]

    @property
    def needs_tags(self) -> bool:
        """Whether a framework chooses its buckets by tag."""
        return any(framework.scope.needs_tags for framework in self.frameworks)

    @property
    def newest_window(self) -> timedelta:
        """The age within which the strictest framework expects a log object."""
        asked = [effective_parameters(framework, "delivery-fresh") for framework in self.frameworks]
        hours = [value.value for one in asked for value in one.values() if isinstance(value.value, int)]
        return timedelta(hours=min(hours))

    def assess(self, estate: Estate, *, estate_sha256: str, at: datetime, logs_read: bool) -> Assessment:
        """The assessment of `estate`, with waivers judged as of `at`."""
        options = Options(logs_read=logs_read, deliveries_seen=self.deliveries_seen)
        evaluation = evaluate(estate, self.frameworks, checks=self.checks, options=options)
        choices = Choices(
            evaluated_at=at,
            estate_sha256=estate_sha256,
            waivers=self.waivers,
            threshold=self.threshold,
            parameters=self.parameters,
        )
        return assemble(estate, evaluation, frameworks=self.frameworks, checks=self.checks, choices=choices)


def prepare(
    frameworks: Sequence[str],
    framework_files: Sequence[Path],
    *,
    fail_on: str,
    allow_unknown: bool,
    waivers: Path | None,
    baseline: Path | None,
) -> Judging:
    """Everything the judgement needs; InputError for a file or a name that is wrong."""
    checks = all_checks()
    known = frozenset(check.about.id for check in checks)
    chosen = [shipped(name, known) for name in dict.fromkeys(frameworks)]
    chosen += [
        load_framework(read_text(path, what="framework"), str(path), known_checks=known) for path in framework_files
    ]
    if not chosen:
        chosen = [shipped(DEFAULT_FRAMEWORK, known)]
    _refuse_twins(chosen)
    earlier = None
    if baseline is not None:
        earlier = load(read_bytes(baseline, what="the baseline"), ASSESSMENT, origin=str(baseline))
    accepted: tuple[Waiver, ...] = ()
    if waivers is not None:
        accepted = load_waivers(read_text(waivers, what="waivers"), str(waivers), known_checks=known)
    return Judging(
        checks=checks,
        frameworks=tuple(chosen),
        waivers=accepted,
        threshold=Threshold(
            fail_on=None if fail_on == NEVER else Severity.of(fail_on),
            allow_unknown=allow_unknown,
            known=None if earlier is None else known_failures(earlier),
        ),
        deliveries_seen={} if earlier is None else deliveries_seen(earlier),
        parameters={
            "frameworks": [framework.id for framework in chosen],
            "fail_on": fail_on,
            "allow_unknown": allow_unknown,
            "waivers": None if waivers is None else str(waivers),
            "baseline": None if baseline is None else str(baseline),
        },
    )


def _refuse_twins(frameworks: Sequence[Framework]) -> None:
    seen: set[str] = set()
    for framework in frameworks:
        if framework.id in seen:
            raise FrameworkError(
                f"two frameworks are called {framework.id!r}", hint="give your own framework file another id"
            )
        seen.add(framework.id)
