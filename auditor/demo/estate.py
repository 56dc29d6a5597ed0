"""The buckets of Acme Health, a company that does not exist: some sound, most broken, each in a way of its own.

    111122223333  Acme Health    management account   us-east-1 (patients), eu-west-1 (European branch)
    444455556666  Acme Payments  member account       eu-central-1 (payments), and a few buckets elsewhere

Sound destinations keep logs as long as their sources need: seven years beside health data, 400 days elsewhere. What
has to be found on each broken bucket is written down in `planted`.
"""

from __future__ import annotations

from dataclasses import replace

from auditor.demo.documents import expire_on, keep, move
from auditor.demo.plan import Arrivals, Data, DemoAccount, DemoBucket, Permission, Place, Receiving

HEALTH = DemoAccount(id="111122223333", name="Acme Health")
PAYMENTS = DemoAccount(id="444455556666", name="Acme Payments")
ACCOUNTS = (HEALTH, PAYMENTS)
"""The management account first."""

VIRGINIA = Place(HEALTH.id, "us-east-1")
IRELAND = Place(HEALTH.id, "eu-west-1")
FRANKFURT = Place(PAYMENTS.id, "eu-central-1")
PAYMENTS_IRELAND = Place(PAYMENTS.id, "eu-west-1")
PAYMENTS_VIRGINIA = Place(PAYMENTS.id, "us-east-1")

OUTSIDER = "999988887777"
"""The account of a vendor, which belongs to nobody in the organization."""
ORGANIZATION_ID = "o-acmehealth1"

TRAIL_BUCKET = "acme-cloudtrail-111122223333"
UNRECORDED = ("acme-marketing-assets", "acme-survey-logs")
"""The buckets that the trail of Acme Health leaves out."""
DENIED_LOGGING = "acme-board-minutes"
"""The bucket whose logging the auditor may not read."""
LOG_GROUP = "/acme/s3-access/support"
LOG_GROUP_DAYS = 400
S3_PROTECTION = {VIRGINIA: True, IRELAND: False, FRANKFURT: True}
"""Where GuardDuty runs, and whether it looks at S3 there; elsewhere it does not run."""

_TO_HEALTH = "acme-log-archive"
_TO_PAYMENTS = "acme-payments-log-archive"
_YEARS = Receiving(rules=(keep(2555),), archive=_TO_HEALTH)
_YEAR = Receiving(rules=(keep(400),), archive=_TO_HEALTH)
_YEAR_PAYMENTS = Receiving(rules=(keep(400),), archive=_TO_PAYMENTS)

_LOGS_US, _LOGS_EU, _LOGS_PAYMENTS = (
    "acme-access-logs-us-east-1",
    "acme-access-logs-eu-west-1",
    "acme-payments-access-logs",
)

BUCKETS: tuple[DemoBucket, ...] = (
    # --- sound: us-east-1, patients -----------------------------------------------------------------------------
    DemoBucket(_LOGS_US, VIRGINIA, Data.LOGS, receives=_YEARS),
    DemoBucket("acme-patient-records", VIRGINIA, Data.PHI, logs_to=_LOGS_US),
    DemoBucket(TRAIL_BUCKET, VIRGINIA, Data.INTERNAL, logs_to=_LOGS_US),
    # --- sound: eu-west-1, the European branch ------------------------------------------------------------------
    DemoBucket(_LOGS_EU, IRELAND, Data.LOGS, receives=_YEAR),
    DemoBucket("acme-patient-portal-eu", IRELAND, Data.PERSONAL, logs_to=_LOGS_EU),
    DemoBucket("acme-hr-onboarding", IRELAND, Data.PERSONAL, logs_to=_LOGS_EU),
    DemoBucket(_TO_PAYMENTS, IRELAND, Data.LOGS, logs_to=_LOGS_EU, locked_days=400),
    # --- sound: eu-central-1, payments --------------------------------------------------------------------------
    DemoBucket(_LOGS_PAYMENTS, FRANKFURT, Data.LOGS, receives=_YEAR_PAYMENTS),
    DemoBucket("acme-payments-ledger", FRANKFURT, Data.FINANCIAL, logs_to=_LOGS_PAYMENTS),
    DemoBucket("acme-card-vault", FRANKFURT, Data.CARDHOLDER, logs_to=_LOGS_PAYMENTS),
    DemoBucket(_TO_HEALTH, FRANKFURT, Data.LOGS, logs_to=_LOGS_PAYMENTS, locked_days=2555),
    DemoBucket("acme-support-attachments", FRANKFURT, Data.PERSONAL, vended=True),
    # --- the arrow is missing, or leads nowhere ------------------------------------------------------------------
    DemoBucket("acme-marketing-assets", VIRGINIA, Data.PUBLIC),
    DemoBucket("acme-web-uploads", VIRGINIA, Data.PERSONAL, logs_to="acme-web-logs", arrivals=Arrivals.NONE),
    DemoBucket("acme-web-logs", VIRGINIA, Data.LOGS, receives=_YEAR, gone=True),
    DemoBucket("acme-newsletter-eu", IRELAND, Data.PERSONAL, logs_to="acme-newsletter-logs", arrivals=Arrivals.NONE),
    DemoBucket("acme-newsletter-logs", VIRGINIA, Data.LOGS, receives=_YEAR, first_at=IRELAND),
    DemoBucket("acme-partner-exchange", VIRGINIA, Data.INTERNAL, logs_to="acme-partner-logs", arrivals=Arrivals.NONE),
    DemoBucket("acme-partner-logs", PAYMENTS_VIRGINIA, Data.LOGS, receives=_YEAR_PAYMENTS, first_at=VIRGINIA),
    # --- the arrow runs in a circle ------------------------------------------------------------------------------
    DemoBucket(
        "acme-audit-reports",
        VIRGINIA,
        Data.INTERNAL,
        logs_to="acme-audit-reports",
        prefix="logs/",
        receives=_YEARS,
        holds=("2026/q1-report.pdf", "2026/q2-report.pdf"),
    ),
    DemoBucket("acme-app-logs-blue", VIRGINIA, Data.LOGS, logs_to="acme-app-logs-green", receives=_YEARS),
    DemoBucket("acme-app-logs-green", VIRGINIA, Data.LOGS, logs_to="acme-app-logs-blue", receives=_YEARS),
    DemoBucket("acme-etl-raw", FRANKFURT, Data.INTERNAL, logs_to="acme-etl-staged", receives=_YEAR_PAYMENTS),
    DemoBucket("acme-etl-staged", FRANKFURT, Data.INTERNAL, logs_to="acme-etl-curated", receives=_YEAR_PAYMENTS),
    DemoBucket("acme-etl-curated", FRANKFURT, Data.INTERNAL, logs_to="acme-etl-raw", receives=_YEAR_PAYMENTS),
    # --- prefixes ------------------------------------------------------------------------------------------------
    DemoBucket("acme-device-telemetry", VIRGINIA, Data.INTERNAL, logs_to=_LOGS_US, prefix="telemetry"),
    DemoBucket("acme-lab-results", VIRGINIA, Data.PHI_OF_EUROPEANS, logs_to="acme-lab-logs", prefix=""),
    DemoBucket(
        "acme-lab-logs",
        VIRGINIA,
        Data.LOGS,
        receives=replace(_YEAR, tls_only=False, permission=Permission.UNSCOPED),
    ),
    DemoBucket("acme-shop-orders", FRANKFURT, Data.CARDHOLDER, logs_to="acme-shop-logs", prefix="shop/"),
    DemoBucket("acme-shop-returns", FRANKFURT, Data.CARDHOLDER, logs_to="acme-shop-logs", prefix="shop/"),
    DemoBucket(
        "acme-shop-logs",
        FRANKFURT,
        Data.LOGS,
        receives=Receiving(rules=(keep(400, noncurrent_days=None),), versioned=False, deletes_denied=False),
    ),
    DemoBucket(
        "acme-crm-exports",
        FRANKFURT,
        Data.PERSONAL,
        logs_to="acme-crm-logs",
        prefix="crm/",
        arrivals=Arrivals.STOPPED,
    ),
    DemoBucket(
        "acme-crm-attachments",
        FRANKFURT,
        Data.PERSONAL,
        logs_to="acme-crm-logs",
        prefix="crm/attachments/",
        arrivals=Arrivals.STOPPED,
    ),
    DemoBucket(
        "acme-crm-logs",
        FRANKFURT,
        Data.LOGS,
        receives=replace(_YEAR_PAYMENTS, denies_unless={"StringNotEquals": {"aws:PrincipalOrgID": ORGANIZATION_ID}}),
    ),
    # --- log delivery is refused ---------------------------------------------------------------------------------
    DemoBucket("acme-genomics-data", VIRGINIA, Data.PHI, logs_to="acme-genomics-logs", arrivals=Arrivals.STOPPED),
    DemoBucket("acme-genomics-logs", VIRGINIA, Data.LOGS, receives=replace(_YEARS, encryption="aws:kms")),
    DemoBucket("acme-clinical-trials", VIRGINIA, Data.PHI, logs_to="acme-clinical-logs", arrivals=Arrivals.STOPPED),
    DemoBucket("acme-clinical-logs", VIRGINIA, Data.LOGS, receives=replace(_YEARS, object_lock_days=2190)),
    DemoBucket("acme-claims-intake", VIRGINIA, Data.PHI, logs_to="acme-claims-logs", arrivals=Arrivals.STOPPED),
    DemoBucket("acme-claims-logs", VIRGINIA, Data.LOGS, receives=replace(_YEARS, permission=Permission.NONE)),
    DemoBucket("acme-telehealth-video", VIRGINIA, Data.PHI, logs_to="acme-telehealth-logs", arrivals=Arrivals.STOPPED),
    DemoBucket(
        "acme-telehealth-logs",
        VIRGINIA,
        Data.LOGS,
        receives=replace(_YEARS, denies_unless={"StringNotEquals": {"aws:SourceVpce": "vpce-0a1b2c3d4e5f67890"}}),
    ),
    DemoBucket("acme-legacy-intake", VIRGINIA, Data.PHI, logs_to=_LOGS_US, arrivals=Arrivals.STOPPED),
    # --- strangers and the log bucket ----------------------------------------------------------------------------
    DemoBucket("acme-legacy-billing", VIRGINIA, Data.FINANCIAL, logs_to="acme-legacy-logs"),
    DemoBucket(
        "acme-legacy-logs",
        VIRGINIA,
        Data.LOGS,
        receives=Receiving(
            permission=Permission.ACL,
            tls_only=False,
            only_delivery_writes=False,
            deletes_denied=False,
            public_access_blocked=False,
            acls_enabled=True,
            versioned=False,
            encryption="",
        ),
    ),
    DemoBucket("acme-press-kit", VIRGINIA, Data.PUBLIC, logs_to="acme-press-logs"),
    DemoBucket(
        "acme-press-logs",
        VIRGINIA,
        Data.LOGS,
        receives=replace(_YEAR, public_policy=True, public_access_blocked=False),
    ),
    DemoBucket("acme-vendor-portal", VIRGINIA, Data.INTERNAL, logs_to="acme-vendor-logs"),
    DemoBucket(
        "acme-vendor-logs",
        VIRGINIA,
        Data.LOGS,
        receives=replace(_YEAR, outsider=OUTSIDER, only_delivery_writes=False),
    ),
    # --- logs that die too early, too late or never --------------------------------------------------------------
    DemoBucket("acme-pharmacy-orders", IRELAND, Data.PERSONAL, logs_to="acme-pharmacy-logs"),
    DemoBucket(
        "acme-pharmacy-logs",
        IRELAND,
        Data.LOGS,
        receives=replace(_YEAR, rules=()),
        holds=("exports/stock-2026-10.csv", "readme.txt"),
    ),
    DemoBucket("acme-ehr-integration", IRELAND, Data.PERSONAL, logs_to="acme-ehr-logs"),
    DemoBucket(
        "acme-ehr-logs", IRELAND, Data.LOGS, receives=replace(_YEAR, rules=(keep(400), expire_on("2026-03-01")))
    ),
    DemoBucket("acme-patient-surveys", VIRGINIA, Data.INTERNAL, logs_to="acme-survey-logs"),
    DemoBucket("acme-survey-logs", VIRGINIA, Data.LOGS, receives=replace(_YEAR, rules=(keep(400, prefix="surveys/"),))),
    DemoBucket("acme-call-recordings", IRELAND, Data.PERSONAL, logs_to="acme-call-logs"),
    DemoBucket("acme-call-logs", IRELAND, Data.LOGS, logs_to=_LOGS_EU, receives=replace(_YEAR, rules=(keep(30),))),
    DemoBucket("acme-referrals", IRELAND, Data.PERSONAL, logs_to="acme-referral-logs"),
    DemoBucket(
        "acme-referral-logs",
        IRELAND,
        Data.LOGS,
        receives=replace(_YEAR, rules=(keep(400, noncurrent_days=None), move(30, storage_class="STANDARD_IA"))),
    ),
    DemoBucket("acme-radiology-index", IRELAND, Data.PERSONAL, logs_to="acme-radiology-logs"),
    DemoBucket(
        "acme-radiology-logs",
        IRELAND,
        Data.LOGS,
        receives=replace(_YEAR, rules=(keep(400), move(7, storage_class="GLACIER"))),
    ),
    # --- what nobody may read ------------------------------------------------------------------------------------
    DemoBucket(DENIED_LOGGING, PAYMENTS_IRELAND, Data.INTERNAL, logs_to="acme-board-logs"),
    DemoBucket("acme-board-logs", PAYMENTS_IRELAND, Data.LOGS, receives=_YEAR_PAYMENTS),
)
"""Every bucket, in the order in which they are made."""
