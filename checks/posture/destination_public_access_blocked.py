"""destination-public-access-blocked: four flags keep a careless policy or ACL from opening the logs to the world."""

from __future__ import annotations

from auditor.check import About, Context, DestinationCheck
from auditor.model import Severity, Verdict, failed, passed, unreadable
from auditor.reading import Setting
from auditor.s3.destination_access import block_facts, blocked, unread_blocks
from auditor.s3.documents import listed
from auditor.s3.subjects import Destination
from auditor.s3.truth import Truth

ABOUT = About(
    id="destination-public-access-blocked",
    title="Block Public Access is on with all four flags",
    severity=Severity.HIGH,
    reads=(Setting.LOGGING, Setting.PUBLIC_ACCESS_BLOCK, Setting.ACCOUNT_PUBLIC_ACCESS_BLOCK),
    rationale=(
        "Nobody outside has a reason to read access logs, which show keys, callers and addresses. Block Public Access "
        "keeps a policy or ACL that opens the bucket from being set, and takes the effect from one that is there. S3 "
        "applies each flag if it is on at the bucket or at the account. Log delivery is an AWS service and goes on."
    ),
    remediation=(
        "Turn on all four flags at the bucket (s3api put-public-access-block), or for the whole account or "
        "organization, where that stops no bucket that has to be public."
    ),
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
)

FLAGS = {
    "BlockPublicAcls": lambda flags: flags.block_public_acls,
    "IgnorePublicAcls": lambda flags: flags.ignore_public_acls,
    "BlockPublicPolicy": lambda flags: flags.block_public_policy,
    "RestrictPublicBuckets": lambda flags: flags.restrict_public_buckets,
}


def judge(destination: Destination, context: Context) -> Verdict:
    """PASS when each flag is on at one of the two levels; a level that was not read matters only where it decides."""
    name = destination.bucket.name
    found = {flag: blocked(destination, pick) for flag, pick in FLAGS.items()}
    facts = tuple(block_facts(destination))
    off = [flag for flag, truth in found.items() if truth is Truth.FALSE]
    unsure = [flag for flag, truth in found.items() if truth is Truth.UNDECIDABLE]
    if off:
        return failed(f"Block Public Access of {name} lacks {listed(off)}, at the bucket and at its account.", *facts)
    if unsure:
        what = f"Whether Block Public Access of {name} has {listed(unsure)} is unknown"
        return unreadable(what, *unread_blocks(destination), bucket=name, evidence=facts)
    return passed(f"Block Public Access of {name} is on with all four flags, at the bucket or its account.", *facts)


CHECK = DestinationCheck(about=ABOUT, judge=judge)
