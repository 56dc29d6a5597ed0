"""self-logging: FAIL when source and destination are one bucket."""

from __future__ import annotations

from auditor.model import Cause, Outcome
from auditor.reading import Setting
from checks.posture.self_logging import CHECK
from tests.estates import bucket, denied, destination, estate, paths, present, to, verdict_of


def test_another_bucket_passes() -> None:
    """A dedicated destination is what AWS asks for."""
    verdict = verdict_of(CHECK, estate(bucket("app", logging=to("logs", "app/")), destination("logs")), "app")

    assert verdict.outcome is Outcome.PASS
    assert paths(verdict) == {"logging:LoggingEnabled.TargetBucket": "logs"}


def test_the_bucket_itself_fails() -> None:
    """A bucket that logs into itself logs every log it writes, whatever the prefix."""
    verdict = verdict_of(CHECK, estate(destination("app", logging=to("app", "logs/"))), "app")

    assert verdict.outcome is Outcome.FAIL
    assert verdict.reason == "app delivers its access logs into itself."


def test_a_destination_that_is_nowhere_is_still_another_bucket() -> None:
    """Whether the destination exists is another check's question."""
    assert verdict_of(CHECK, estate(bucket("app", logging=to("gone"))), "app").outcome is Outcome.PASS


def test_logging_that_is_off_is_not_judged() -> None:
    """Without a delivery there is nothing to judge."""
    assert verdict_of(CHECK, estate(bucket("app")), "app").outcome is Outcome.NOT_APPLICABLE


def test_unreadable_logging_is_unknown() -> None:
    """An unreadable configuration is never taken for off."""
    verdict = verdict_of(CHECK, estate(bucket("app", logging=denied(Setting.LOGGING))), "app")

    assert verdict.cause is Cause.UNREADABLE
    assert "s3:GetBucketLogging answered AccessDenied" in verdict.reason


def test_malformed_logging_is_unknown() -> None:
    """An answer that makes no sense is not taken for a setting."""
    built = estate(bucket("app", logging=present({"LoggingEnabled": {"TargetBucket": 7}})))

    assert verdict_of(CHECK, built, "app").cause is Cause.UNREADABLE
