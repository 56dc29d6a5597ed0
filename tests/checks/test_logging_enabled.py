"""logging-enabled: PASS by either path, NOT_APPLICABLE for destinations, FAIL only when both paths are known off."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.assemble import Choices, assemble
from auditor.assessment_json import write_assessment
from auditor.baseline import deliveries_seen
from auditor.document import ASSESSMENT, load
from auditor.evaluate import Options, evaluate
from auditor.model import Account, Bucket, Cause, Outcome
from auditor.reading import NOT_COLLECTED, Json, Reading, Setting, Unreadable
from checks.posture.logging_enabled import CHECK
from tests.estates import (
    ACCOUNT,
    LOG_GROUP,
    NOW,
    PARTITIONED,
    absent,
    account,
    account_region,
    bucket,
    denied,
    destination,
    estate,
    paths,
    policy,
    present,
    to,
    vending,
    verdict_of,
)
from tests.frameworks import framework

DARK = denied(Setting.LOGGING)
GROUP = present({"logGroupName": "/s3/access", "retentionInDays": 400})
NO_READ = account(regions=(account_region(readings={Setting.DELIVERY_SOURCES: denied(Setting.DELIVERY_SOURCES)}),))


@pytest.mark.parametrize(
    ("made", "by", "outcome", "cause"),
    [
        # Bucket delivery, whatever CloudWatch does.
        (bucket("app", logging=to("logs", "app/")), account(), Outcome.PASS, None),
        (bucket("app", logging=to("logs", "app/")), NO_READ, Outcome.PASS, None),
        (bucket("app", logging=to("logs", "app/")), vending("app", group=GROUP), Outcome.PASS, None),
        # CloudWatch delivery.
        (bucket("app"), vending("app", group=GROUP), Outcome.PASS, None),
        (bucket("app"), vending("app", kind="S3", end="arn:aws:s3:::central"), Outcome.PASS, None),
        (bucket("app"), vending("app", kind="FH", end="arn:aws:firehose:::deliverystream/x"), Outcome.PASS, None),
        (bucket("app"), vending("app", status=""), Outcome.PASS, None),
        (bucket("app", logging=DARK), vending("app", group=GROUP), Outcome.PASS, None),
        (bucket("app"), vending("app", group=denied(Setting.LOG_GROUP)), Outcome.PASS, None),
        (bucket("app"), vending("app", group=absent()), Outcome.UNKNOWN, Cause.UNDECIDABLE),
        # Neither.
        (bucket("app"), account(), Outcome.FAIL, None),
        (bucket("app"), vending("other", group=GROUP), Outcome.FAIL, None),
        (bucket("app"), vending("app", status="INACTIVE"), Outcome.FAIL, None),
        (bucket("app"), vending("app", delivered=False), Outcome.FAIL, None),
        # Nobody knows.
        (bucket("app", logging=DARK), account(), Outcome.UNKNOWN, Cause.UNREADABLE),
        (bucket("app", logging=DARK), vending("app", status="INACTIVE"), Outcome.UNKNOWN, Cause.UNREADABLE),
        (bucket("app"), NO_READ, Outcome.UNKNOWN, Cause.UNREADABLE),
        (bucket("app"), account(regions=()), Outcome.UNKNOWN, Cause.UNREADABLE),
        (bucket("app", region=denied(Setting.REGION)), account(), Outcome.UNKNOWN, Cause.UNREADABLE),
        (bucket("app", logging=present({"LoggingEnabled": {}})), account(), Outcome.UNKNOWN, Cause.UNREADABLE),
    ],
)
def test_both_paths_are_looked_at(made: Bucket, by: Account, outcome: Outcome, cause: Cause | None) -> None:
    """GetBucketLogging does not show CloudWatch deliveries, so "off" takes two answers."""
    verdict = verdict_of(CHECK, estate(made, destination("logs"), accounts=(by,)), "app")

    assert (verdict.outcome, verdict.cause) == (outcome, cause)


@pytest.mark.parametrize(
    ("key_format", "shown"),
    [
        (None, {"SimplePrefix": {}}),
        ({"SimplePrefix": {}}, {"SimplePrefix": {}}),
        (PARTITIONED, PARTITIONED),
        ({"PartitionedPrefix": {}}, PARTITIONED),
    ],
)
def test_the_key_format_is_spelt_out(key_format: Json, shown: Json) -> None:
    """Whoever compares two assessments needs the format also where AWS leaves it to the default."""
    built = estate(bucket("app", logging=to("logs", "app/", key_format=key_format)), destination("logs"))

    assert paths(verdict_of(CHECK, built, "app")) == {
        "logging:LoggingEnabled.TargetBucket": "logs",
        "logging:LoggingEnabled.TargetPrefix": "app/",
        "logging:LoggingEnabled.TargetObjectKeyFormat": shown,
    }


@pytest.mark.parametrize("key_format", [None, PARTITIONED])
def test_a_later_run_recognises_the_delivery(key_format: Json) -> None:
    """The evidence of one assessment is enough for the next to know that logging is not new."""
    built = estate(bucket("app", logging=to("logs", "app/", key_format=key_format)), destination("logs"))
    frameworks = (framework("f", {"c": ["logging-enabled"]}),)
    evaluation = evaluate(built, frameworks, checks=(CHECK,), options=Options())
    choices = Choices(evaluated_at=NOW, estate_sha256="0" * 64)
    document = write_assessment(assemble(built, evaluation, frameworks=frameworks, checks=(CHECK,), choices=choices))

    seen = deliveries_seen(load(document, ASSESSMENT, origin="a"))[ACCOUNT, "app"]

    shown = {"SimplePrefix": {}} if key_format is None else key_format
    assert seen.is_still("logs", "app/", key_format=shown)


def test_off_is_proved_on_both_paths() -> None:
    """A FAIL shows that neither of the two is configured."""
    verdict = verdict_of(CHECK, estate(bucket("app")), "app")

    assert verdict.reason == "Access logging of app is off: neither S3 nor CloudWatch Logs delivers any."
    assert paths(verdict) == {
        "logging:LoggingEnabled": None,
        "delivery-sources:deliverySources[].resourceArns[]": None,
    }


def test_a_source_of_cloudwatch_in_no_delivery_is_shown() -> None:
    """Half of the CloudWatch set-up delivers nothing, and to say that there is none would be false."""
    verdict = verdict_of(CHECK, estate(bucket("app"), accounts=(vending("app", delivered=False),)), "app")

    assert "its CloudWatch delivery source s3-access is in no delivery" in verdict.reason


class TestRoles:
    """What AWS advises against on a destination is never asked of one."""

    def test_a_destination_is_not_asked(self) -> None:
        """A bucket that receives access logs should not be logged itself."""
        built = estate(bucket("app", logging=to("logs", "app/")), destination("logs"))

        assert verdict_of(CHECK, built, "logs").outcome is Outcome.NOT_APPLICABLE

    def test_a_destination_of_cloudwatch_is_one(self) -> None:
        """CloudWatch deliveries to S3 make a bucket a destination as much as bucket delivery does."""
        built = estate(
            bucket("app"),
            bucket("central"),
            accounts=(vending("app", kind="S3", end="arn:aws:s3:::central/some/prefix"),),
        )

        assert verdict_of(CHECK, built, "central").outcome is Outcome.NOT_APPLICABLE

    def test_a_destination_of_cloudwatch_in_another_account_is_one(self) -> None:
        """CloudWatch delivers across accounts, and the delivery destination is listed in the other one."""
        sender = vending("app", kind="S3", end="arn:aws:s3:::central")
        (region,) = sender.regions
        ends = region.readings[Setting.DELIVERY_DESTINATIONS]
        none = present({"deliveryDestinations": []})
        sender = replace(
            sender,
            regions=(replace(region, readings={**region.readings, Setting.DELIVERY_DESTINATIONS: none}),),
        )
        receiver = account(
            "444455556666",
            regions=(account_region(account="444455556666", readings={Setting.DELIVERY_DESTINATIONS: ends}),),
        )
        built = estate(bucket("app"), bucket("central", account="444455556666"), accounts=(sender, receiver))

        assert verdict_of(CHECK, built, "app").outcome is Outcome.PASS
        assert verdict_of(CHECK, built, "central").outcome is Outcome.NOT_APPLICABLE

    def test_a_destination_that_logs_passes(self) -> None:
        """Where a destination is logged, by whatever path, the question has an answer."""
        built = estate(
            bucket("app", logging=to("logs", "app/")), destination("logs", logging=to("logs2")), destination("logs2")
        )

        assert verdict_of(CHECK, built, "logs").outcome is Outcome.PASS

    def test_a_former_destination_of_an_inactive_delivery_is_a_source(self) -> None:
        """Nothing arrives there any more."""
        inactive = vending("app", kind="S3", end="arn:aws:s3:::central", status="INACTIVE")
        built = estate(bucket("app"), bucket("central"), accounts=(inactive,))

        assert verdict_of(CHECK, built, "central").outcome is Outcome.FAIL

    def test_a_possible_destination_of_the_dark_is_unknown(self) -> None:
        """A bucket that lets log delivery write may be where an unreadable one logs, and so no exception."""
        built = estate(bucket("dark", logging=DARK), destination("logs"))

        verdict = verdict_of(CHECK, built, "logs")

        assert verdict.cause is Cause.UNREADABLE
        assert "may be the destination of dark" in verdict.reason
        assert "logging:@dark" in paths(verdict)

    @pytest.mark.parametrize("far", [{"region": "us-east-1"}, {"account": "444455556666"}])
    def test_the_dark_reaches_only_its_own_account_and_region(self, far: dict[str, str]) -> None:
        """Bucket delivery crosses neither."""
        built = estate(bucket("dark", logging=DARK, **far), destination("logs"))  # type: ignore[arg-type]  # texts only

        assert verdict_of(CHECK, built, "logs").outcome is Outcome.FAIL

    def test_a_bucket_that_lets_nobody_write_is_no_destination(self) -> None:
        """Neither policy nor ACL lets log delivery in, so that it is certainly a source without logging."""
        closed = destination("data", readings={Setting.POLICY: present(policy({**_ALLOW_READ}))})
        built = estate(bucket("dark", logging=DARK), closed)

        assert verdict_of(CHECK, built, "data").outcome is Outcome.FAIL

    @pytest.mark.parametrize("setting", [Setting.POLICY, Setting.ACL])
    def test_what_lets_write_may_be_unread(self, setting: Setting) -> None:
        """A policy or an ACL that could not be read does not rule the bucket out."""
        readings: dict[Setting, Reading[Json]] = {
            Setting.POLICY: absent("NoSuchBucketPolicy"),
            setting: Unreadable(setting=setting, code=NOT_COLLECTED),
        }
        built = estate(bucket("dark", logging=DARK), destination("data", readings=readings))

        assert verdict_of(CHECK, built, "data").cause is Cause.UNREADABLE


_ALLOW_READ: dict[str, Json] = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::data/*",
}


def test_the_end_of_a_cloudwatch_delivery_is_evidence() -> None:
    """The reader sees where the logs go."""
    verdict = verdict_of(CHECK, estate(bucket("app"), accounts=(vending("app", group=GROUP),)), "app")

    assert verdict.reason == f"Access logs of app go to {LOG_GROUP} through CloudWatch Logs."


def test_a_bucket_deleted_during_the_scan_is_not_asked() -> None:
    """What is gone needs no logging."""
    gone = replace(bucket("app", logging=denied(Setting.LOGGING, "NoSuchBucket")), deleted=True)

    assert verdict_of(CHECK, estate(gone), "app").outcome is Outcome.NOT_APPLICABLE
