"""destination-acls-disabled: with BucketOwnerEnforced nothing but policies says who reaches the logs."""

from __future__ import annotations

from auditor.check import About, Context, DestinationCheck
from auditor.model import Severity, Verdict, failed, passed, undecidable, unreadable
from auditor.reading import Setting, Unreadable
from auditor.s3.destination_access import ownership_fact
from auditor.s3.destinations import ownership_in_force
from auditor.s3.documents import shown
from auditor.s3.subjects import Destination

ABOUT = About(
    id="destination-acls-disabled",
    title="ACLs are disabled (BucketOwnerEnforced)",
    severity=Severity.MEDIUM,
    reads=(Setting.LOGGING, Setting.OWNERSHIP),
    rationale=(
        "Where ACLs count, log objects belong to the account of log delivery, and a grant on the bucket or on any "
        "single object can let strangers in without the bucket policy saying so. With BucketOwnerEnforced the owner of "
        "the bucket owns every log object. Buckets made since April 2023 have it from the start; one without the "
        "setting counts as ObjectWriter."
    ),
    remediation=(
        "Let log delivery in by bucket policy if the ACL does it today, set the ACL back to private, and then set "
        "Object Ownership to BucketOwnerEnforced (s3api put-bucket-ownership-controls). In another order logs stop."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html",
)


def judge(destination: Destination, context: Context) -> Verdict:
    """PASS for BucketOwnerEnforced; a bucket without the setting is ObjectWriter and FAILs."""
    name = destination.bucket.name
    match ownership_in_force(destination):
        case Unreadable() as unread:
            return unreadable(f"Whether ACLs count on {name} is unknown", unread, bucket=name)
        case "BucketOwnerEnforced":
            return passed(f"ACLs are disabled on {name} (BucketOwnerEnforced).", ownership_fact(destination))
        case "BucketOwnerPreferred" | "ObjectWriter" as ownership:
            return failed(f"ACLs count on {name} ({ownership}).", ownership_fact(destination))
        case other:
            why = f"The Object Ownership of {name} is {shown(other)}, which is not documented."
            return undecidable(why, ownership_fact(destination))


CHECK = DestinationCheck(about=ABOUT, judge=judge)
