"""destination-not-logged: a destination that is logged itself makes logs of its own deliveries."""

from __future__ import annotations

from auditor.check import About, Context, DestinationCheck
from auditor.model import Evidence, Severity, Verdict, failed, passed, unreadable
from auditor.reading import Absent, Present, Setting, Unreadable
from auditor.s3.own_logs import bucket_delivery
from auditor.s3.subjects import Destination

ABOUT = About(
    id="destination-not-logged",
    title="The destination has no access logging of its own",
    severity=Severity.MEDIUM,
    reads=(Setting.LOGGING,),
    rationale=(
        "Every log object that arrives is a request to the destination. A destination that is logged makes a record of "
        "each, and where the logs come back to it, without end: AWS advises against it, and scanners that ask for "
        "logging on every bucket (Security Hub S3.9) are wrong about this one. A second destination that only records "
        "who touches the first is a choice that a waiver can document. Delivery through CloudWatch Logs to a log group "
        "makes no log objects and is not objected to here."
    ),
    remediation=(
        "Turn off the destination's server access logging and record access to it with CloudTrail data events. Where "
        "it is logged to a second destination on purpose, accept the finding with a waiver."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html",
)


def judge(destination: Destination, context: Context) -> Verdict:
    """FAIL when the destination logs anywhere; the reason says whether another check judges that as well."""
    name = destination.bucket.name
    match bucket_delivery(destination):
        case Unreadable() as unread:
            return unreadable(f"Whether {name} is logged itself is unknown", unread, bucket=name)
        case Absent():
            off = Evidence(setting=Setting.LOGGING, path="LoggingEnabled", value=None, bucket=name)
            return passed(f"Bucket delivery of access logs of {name} is off.", off)
        case Present(value=logging):
            target = Evidence(
                setting=Setting.LOGGING, path="LoggingEnabled.TargetBucket", value=logging.destination, bucket=name
            )
            cycle = context.graph.cycles.get((destination.account.partition, name))
            if logging.destination == name:
                return failed(f"{name} receives logs and logs its own requests to itself (see self-logging).", target)
            if cycle is not None:
                return failed(
                    f"{name} receives logs and logs its own requests to {logging.destination}, in a circle (see "
                    "logging-loop).",
                    target,
                )
            return failed(
                f"{name} receives logs and logs its own requests to {logging.destination}. Where that is a second tier "
                "on purpose, it serves destination-access-recorded, and a waiver can accept this finding.",
                target,
            )


CHECK = DestinationCheck(about=ABOUT, judge=judge)
