"""retention-conflict: two frameworks can ask for what no configuration can give."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.check import About, FrameworksCheck
from auditor.framework import EffectiveRetention, RetentionDemand
from auditor.framework_parameter import Firmness
from auditor.kept import parameter
from auditor.model import Evidence, Severity, Verdict, failed, not_applicable, passed
from auditor.reading import Json
from auditor.s3.days import days_text

ABOUT = About(
    id="retention-conflict",
    title="No framework asks for longer retention than another one allows",
    severity=Severity.MEDIUM,
    reads=(),
    rationale=(
        "Where one framework asks to keep logs longer than another allows, every configuration fails one of the two, "
        "and somebody has to decide. The numbers rarely have equal weight: most are guidance, practice or a choice of "
        "the organisation, and few laws name a number of days for logs."
    ),
    remediation=(
        "Decide in writing which number holds for which data: a framework file of your own sets it with its grounds, "
        "or scopes the framework to the buckets that it speaks about. Where both hold, keep only what the longer one "
        "needs, restrict who reads it, and pseudonymise it once the shorter period is over."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html",
)


def judge(retention: EffectiveRetention) -> Verdict:
    """FAIL where the longest minimum is over the shortest maximum; NOT_APPLICABLE without one of the two."""
    minimum, maximum = retention.minimum, retention.maximum
    if minimum is None or maximum is None:
        missing = "how long logs have to be kept" if minimum is None else "for how long logs may be kept"
        return not_applicable(f"No selected framework has a number for {missing}.")
    conflict = retention.conflict
    if conflict is None:
        return passed(
            f"The longest minimum is {days_text(minimum)} ({_names(retention.demanded_by)}), the shortest maximum "
            f"{days_text(maximum)} ({_names(retention.limited_by)}).",
            *_facts("retention_min_days", retention.demanded_by),
            *_facts("retention_max_days", retention.limited_by),
        )
    return failed(
        f"{_sayings(conflict.longer, 'at least')}, but {_sayings(conflict.shorter, 'at most')}, so no retention "
        f"satisfies all.{_chosen((*conflict.longer, *conflict.shorter))} The usual way out is a full copy for the "
        "shorter period and, beyond it, a restricted or pseudonymised archive whose legal basis is written down.",
        *_facts("retention_min_days", conflict.longer),
        *_facts("retention_max_days", conflict.shorter),
    )


def _names(demands: Sequence[RetentionDemand]) -> str:
    return ", ".join(demand.framework for demand in demands)


def _sayings(demands: Sequence[RetentionDemand], bound: str) -> str:
    return " and ".join(
        f"{demand.framework} takes {bound} {days_text(demand.days)} ({', '.join(demand.controls)}; {demand.firmness})"
        for demand in demands
    )


def _chosen(demands: Sequence[RetentionDemand]) -> str:
    """Which of the numbers nobody prescribes, so that they can give way."""
    own = [demand for demand in demands if demand.firmness in {Firmness.ORGANISATION, Firmness.PRACTICE}]
    return f" No text prescribes the number of {_names(own)}; the organisation may set another." if own else ""


def _facts(name: str, demands: Sequence[RetentionDemand]) -> tuple[Evidence, ...]:
    return tuple(parameter(f"{demand.framework}.{name}", _grounds(demand)) for demand in demands)


def _grounds(demand: RetentionDemand) -> Json:
    return {
        "days": demand.days,
        "controls": [*demand.controls],
        "firmness": demand.firmness.value,
        "citation": demand.citation,
    }


CHECK = FrameworksCheck(about=ABOUT, judge=judge)
