"""retention-hot: an investigation that waits for restores loses the hours that matter."""

from __future__ import annotations

from functools import lru_cache

from auditor.check import About, Context, SourceCheck
from auditor.kept import Question, judge_kept, parameter, span_text
from auditor.model import Severity, Verdict, not_applicable
from auditor.reading import Setting
from auditor.s3.days import at_least, days_text
from auditor.s3.lifecycle_terms import HOT_CLASSES
from auditor.s3.subjects import Source

ABOUT = About(
    id="retention-hot",
    title="The newest logs can be read at once for as long as the framework asks",
    severity=Severity.HIGH,
    reads=(
        Setting.LOGGING,
        Setting.REGION,
        Setting.LIFECYCLE,
        Setting.VERSIONING,
        Setting.INTELLIGENT_TIERING,
        Setting.DELIVERY_SOURCES,
        Setting.DELIVERIES,
        Setting.DELIVERY_DESTINATIONS,
        Setting.LOG_GROUP,
    ),
    rationale=(
        "Objects in the archive classes (Glacier Flexible Retrieval, Deep Archive, the archive tiers of "
        "Intelligent-Tiering) have to be restored for minutes to days before anybody can search them. Small objects, "
        "as most log objects are, usually do not move, but the large ones hold the busy hours."
    ),
    remediation=(
        "Let transitions to archive classes begin only after the days asked for, or move logs to Glacier Instant "
        "Retrieval, which answers at once."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects-retrieval-options.html",
    parameters=("retention_hot_days", "hot_storage_classes"),
)


def judge(source: Source, context: Context) -> Verdict:
    """PASS where in one place every log, of whatever size, can be read without a restore for the days asked."""
    days = context.number("retention_hot_days")
    if days is None:
        return not_applicable("No number of days is asked for.")
    return judge_kept(source, _question(days, context.names("hot_storage_classes")), at=context.at)


@lru_cache
def _question(days: int, classes: tuple[str, ...]) -> Question:
    return Question(
        count=lambda retention: retention.hot,
        holds=lambda count: at_least(count, days),
        tell=lambda place, count: (
            f"can be read at once in {place} {span_text(count)}; the framework asks for {days_text(days)}"
        ),
        asked=(parameter("retention_hot_days", days), parameter("hot_storage_classes", [*classes])),
        hot_classes=frozenset(classes) or HOT_CLASSES,
    )


CHECK = SourceCheck(about=ABOUT, judge=judge)
