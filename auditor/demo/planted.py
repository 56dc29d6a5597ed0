"""What a scan of the demo has to find, bucket by bucket, written down before any scan."""

from __future__ import annotations

from auditor.demo.estate import BUCKETS, DENIED_LOGGING, IRELAND, PAYMENTS_IRELAND, PAYMENTS_VIRGINIA
from auditor.demo.plan import Place, Planted


def _planted(bucket: str, *fails: str, because: str) -> Planted:
    return Planted(bucket=bucket, fails=fails, because=because)


PLANTED: tuple[Planted, ...] = (
    # --- the arrow is missing, or leads nowhere ------------------------------------------------------------------
    _planted(
        "acme-marketing-assets",
        "logging-enabled",
        "cloudtrail-data-events",
        because="nobody turned logging on, and the trail leaves the bucket out",
    ),
    _planted("acme-web-uploads", "destination-exists", because="acme-web-logs was deleted"),
    _planted(
        "acme-newsletter-eu",
        "destination-same-region",
        because="acme-newsletter-logs was deleted and made anew in us-east-1",
    ),
    _planted(
        "acme-partner-exchange",
        "destination-same-account",
        because="acme-partner-logs was deleted and made anew by the other account",
    ),
    # --- the arrow runs in a circle ------------------------------------------------------------------------------
    _planted(
        "acme-audit-reports",
        "self-logging",
        "destination-not-logged",
        "destination-dedicated",
        because="the bucket logs to itself, among the reports it holds",
    ),
    *(
        _planted(name, "logging-loop", "destination-not-logged", because="the buckets log to each other")
        for name in ("acme-app-logs-blue", "acme-app-logs-green")
    ),
    *(
        _planted(name, "logging-loop", "destination-not-logged", because="three buckets log in a circle")
        for name in ("acme-etl-raw", "acme-etl-staged", "acme-etl-curated")
    ),
    # --- prefixes ------------------------------------------------------------------------------------------------
    _planted("acme-device-telemetry", "prefix-delimited", because="the prefix `telemetry` runs into the date"),
    _planted(
        "acme-lab-results",
        "prefix-present",
        "retention-minimum",
        because="the prefix is empty, and 400 days satisfy PCI DSS but not the six years taken for HIPAA",
    ),
    _planted(
        "acme-lab-logs",
        "delivery-scoped",
        "destination-tls-only",
        because="any bucket of any account may have its logs written here, and plain HTTP is answered",
    ),
    *(
        _planted(name, "prefix-collision", because="orders and returns both log under shop/")
        for name in ("acme-shop-orders", "acme-shop-returns")
    ),
    _planted(
        "acme-shop-logs",
        "destination-tamper-protected",
        "archive-copy",
        because="no versioning, deletes are not denied, and there is no copy",
    ),
    *(
        _planted(
            name,
            "prefix-collision",
            "delivery-not-denied",
            "delivery-fresh",
            because="crm/ holds crm/attachments/, and a Deny of strangers to the organization hits log delivery",
        )
        for name in ("acme-crm-exports", "acme-crm-attachments")
    ),
    # --- log delivery is refused ---------------------------------------------------------------------------------
    _planted(
        "acme-genomics-data",
        "delivery-encryption",
        "delivery-fresh",
        because="the destination encrypts with KMS, and logs stopped when that was turned on",
    ),
    _planted(
        "acme-clinical-trials",
        "delivery-object-lock",
        "delivery-fresh",
        because="the destination has an Object Lock with default retention",
    ),
    _planted(
        "acme-claims-intake",
        "delivery-permitted",
        "delivery-fresh",
        because="somebody tidied the statement for log delivery away",
    ),
    _planted(
        "acme-telehealth-video",
        "delivery-not-denied",
        "delivery-fresh",
        because="a Deny of everything outside a VPC endpoint hits log delivery",
    ),
    _planted("acme-legacy-intake", "delivery-fresh", because="nothing has arrived for 40 days, and nobody noticed"),
    # --- strangers and the log bucket ----------------------------------------------------------------------------
    _planted("acme-legacy-billing", "retention-maximum", because="its logs never expire"),
    _planted(
        "acme-legacy-logs",
        "delivery-scoped",
        "destination-public-access-blocked",
        "destination-not-public",
        "destination-acls-disabled",
        "destination-tls-only",
        "destination-readers",
        "destination-tamper-protected",
        "lifecycle-present",
        "archive-copy",
        because="a destination from before 2023, set up by ACL and never touched again",
    ),
    _planted(
        "acme-press-logs",
        "destination-public-access-blocked",
        "destination-not-public",
        "destination-readers",
        because="the policy lets everybody download logs",
    ),
    _planted(
        "acme-vendor-logs",
        "destination-readers",
        "destination-writers",
        because="the account of a vendor may read and write logs",
    ),
    # --- logs that die too early, too late or never --------------------------------------------------------------
    _planted("acme-pharmacy-orders", "retention-maximum", because="its logs never expire"),
    _planted(
        "acme-pharmacy-logs",
        "lifecycle-present",
        "destination-dedicated",
        because="no lifecycle rules, and exports lie among the logs",
    ),
    _planted(
        "acme-ehr-integration",
        "retention-minimum",
        "retention-hot",
        because="a clean-up rule with a date in the past deletes every new log at once",
    ),
    _planted("acme-ehr-logs", "lifecycle-effective", because="the same rule, seen from the destination"),
    _planted("acme-patient-surveys", "retention-maximum", because="the lifecycle rule misses its prefix"),
    _planted(
        "acme-survey-logs",
        "lifecycle-present",
        "cloudtrail-data-events",
        "destination-access-recorded",
        because="the rule is for surveys/, logs lie under acme-patient-surveys/, and the trail leaves the bucket out",
    ),
    _planted("acme-call-recordings", "retention-minimum", "retention-hot", because="logs are deleted after 30 days"),
    _planted("acme-call-logs", "destination-not-logged", because="the destination is logged itself"),
    _planted("acme-referrals", "retention-maximum", because="what versioning keeps of expired logs stays for ever"),
    _planted(
        "acme-referral-logs",
        "lifecycle-effective",
        because="noncurrent versions are unbounded, and the transition leaves objects under 128 KB where they are",
    ),
    _planted("acme-radiology-index", "retention-hot", because="logs move to Glacier after a week"),
    _planted("acme-radiology-logs", "lifecycle-effective", because="the transition leaves small logs where they are"),
)
"""Every broken bucket with exactly the checks that FAIL on it."""

UNKNOWN: tuple[str, ...] = (DENIED_LOGGING, "acme-board-logs")
"""Where nobody can say whether logging is on: the first refuses to tell, the second may be its destination."""

CONFLICT = "acme-lab-results"
"""The bucket in the scope of HIPAA and GDPR at once, so that `retention-conflict` has to FAIL for the two of them."""

UNPROTECTED: tuple[Place, ...] = (IRELAND, PAYMENTS_IRELAND, PAYMENTS_VIRGINIA)
"""Where `guardduty-s3-protection` has to FAIL."""

CLEAN: tuple[str, ...] = tuple(
    bucket.name
    for bucket in BUCKETS
    if not bucket.gone and bucket.name not in {*UNKNOWN, *(planted.bucket for planted in PLANTED)}
)
"""Every other bucket that exists: nothing FAILs there."""
