"""retention-maximum: access logs name people and addresses, so keeping them has to end."""

from __future__ import annotations

from functools import lru_cache

from auditor.check import About, Context, SourceCheck
from auditor.kept import Places, Question, judge_kept, parameter, span_text
from auditor.model import Severity, Verdict
from auditor.reading import Setting
from auditor.s3.days import DayCount, Forever, at_most, days_text
from auditor.s3.subjects import Source
from auditor.s3.truth import Truth

ABOUT = About(
    id="retention-maximum",
    title="Keeping logs ends, and no later than the framework allows",
    severity=Severity.MEDIUM,
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
        "Access logs hold addresses, user names and object names, which may be personal data: they must go when their "
        "purpose ends. In a versioned bucket an expiration only hides them; the bytes stay until a rule deletes "
        "noncurrent versions. Days are nominal: S3 deletes at the next midnight UTC and then in its own time."
    ),
    remediation=(
        "Add a lifecycle rule that expires everything under the prefix in time, and, where the destination is or was "
        "versioned, one that deletes noncurrent versions; or lower the log group's retention."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html",
    parameters=("retention_max_days",),
)


def judge(source: Source, context: Context) -> Verdict:
    """PASS where the bytes of every log are gone in time in every place; without a number, gone some day."""
    return judge_kept(source, _question(context.number("retention_max_days")), at=context.at)


@lru_cache
def _question(days: int | None) -> Question:
    limit = "keeping them has to end" if days is None else f"the framework allows {days_text(days)}"
    return Question(
        count=lambda retention: retention.maximum,
        holds=lambda count: _ends(count) if days is None else at_most(count, days),
        tell=lambda place, count: f"stay in {place} {span_text(count)}; {limit}",
        asked=(parameter("retention_max_days", days),),
        places=Places.EVERY,
    )


def _ends(count: DayCount) -> Truth:
    if isinstance(count.low, Forever):
        return Truth.FALSE
    return Truth.UNDECIDABLE if isinstance(count.high, Forever) else Truth.TRUE


CHECK = SourceCheck(about=ABOUT, judge=judge)
