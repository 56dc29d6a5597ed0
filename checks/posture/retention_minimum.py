"""retention-minimum: evidence that is gone when somebody asks for it was never evidence."""

from __future__ import annotations

from functools import lru_cache

from auditor.check import About, Context, SourceCheck
from auditor.kept import Question, judge_kept, parameter, span_text
from auditor.model import Severity, Verdict, not_applicable
from auditor.reading import Setting
from auditor.s3.days import at_least, days_text
from auditor.s3.subjects import Source

ABOUT = About(
    id="retention-minimum",
    title="Logs are kept for as long as the framework asks",
    severity=Severity.HIGH,
    reads=(
        Setting.LOGGING,
        Setting.REGION,
        Setting.LIFECYCLE,
        Setting.VERSIONING,
        Setting.DELIVERY_SOURCES,
        Setting.DELIVERIES,
        Setting.DELIVERY_DESTINATIONS,
        Setting.LOG_GROUP,
    ),
    rationale=(
        "A breach is often noticed months after it began, and an audit asks for the whole period. What counts is how "
        "long every log object is sure to exist: the shortest expiration that takes any of them, plus the time that "
        "noncurrent versions stay. A rule with a date deletes new logs at once, and filters by size leave some out."
    ),
    remediation=(
        "Raise the expiration of the lifecycle rules that cover the prefix (or the noncurrent expiration of a "
        "versioned destination), narrow rules that were meant for something else, or raise the log group's retention."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html",
    parameters=("retention_min_days",),
)


def judge(source: Source, context: Context) -> Verdict:
    """PASS where one place is sure to keep every log for the days asked, noncurrent versions included."""
    days = context.number("retention_min_days")
    if days is None:
        return not_applicable("No number of days is asked for.")
    return judge_kept(source, _question(days), at=context.at)


@lru_cache
def _question(days: int) -> Question:
    return Question(
        count=lambda retention: retention.guaranteed,
        holds=lambda count: at_least(count, days),
        tell=lambda place, count: f"stay in {place} {span_text(count)}; the framework asks for {days_text(days)}",
        asked=(parameter("retention_min_days", days),),
    )


CHECK = SourceCheck(about=ABOUT, judge=judge)
