"""What Denies leave of something allowed."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from auditor.s3.bucket_policy import BucketPolicy, parse_bucket_policy
from auditor.s3.callers import IamCaller
from auditor.s3.denials import EVERYTHING, reachable
from auditor.s3.key_language import KeysUnder
from auditor.s3.request_context import Known, Unknown, signed_request
from auditor.s3.truth import Truth

ARN = "arn:aws:s3:::acme-logs"
ACCOUNT = "111122223333"
YES, NO, UNSURE = Truth.TRUE, Truth.FALSE, Truth.UNDECIDABLE


def left(action: str, *denies: Mapping[str, object], prefix: str = "logs/") -> tuple[Truth, list[int]]:
    """What somebody of the account keeps, and which Denies may apply."""
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                **({} if "NotResource" in deny else {"Resource": [ARN, f"{ARN}/*"]}),
                **deny,
            }
            for deny in denies
        ]
        or [{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}],
    }
    policy = parse_bucket_policy(document, bucket_arn=ARN)
    assert isinstance(policy, BucketPolicy)
    context = signed_request(
        account=Known((ACCOUNT,)),
        arn=Unknown(sent=True),
        resource_account=ACCOUNT,
        now=datetime(2026, 11, 22, tzinfo=UTC),
        secure=True,
    )
    caller = IamCaller(account=ACCOUNT)
    truth, perhaps = reachable(policy, action, caller, context, allowed=EVERYTHING, keys=[KeysUnder(prefix)])
    return truth, [statement.index for statement in perhaps]


@pytest.mark.parametrize(
    ("action", "denies", "expected"),
    [
        ("s3:GetObject", [], (YES, [])),
        ("s3:GetObject", [{}], (NO, [])),
        ("s3:ListBucket", [{}], (NO, [])),
        ("s3:GetObject", [{"Action": "s3:Put*"}], (YES, [])),
        ("s3:GetObject", [{"Resource": f"{ARN}/logs/*"}], (NO, [])),
        ("s3:ListBucket", [{"Resource": f"{ARN}/*"}], (YES, [])),
        ("s3:GetObject", [{"Resource": ARN}], (YES, [])),
        ("s3:GetObject", [{"Resource": f"{ARN}/logs/a*"}], (YES, [])),
        ("s3:GetObject", [{"Resource": f"{ARN}/logs/a*"}, {"NotResource": f"{ARN}/logs/a*"}], (NO, [])),
        ("s3:GetObject", [{"Principal": {"AWS": "444455556666"}}], (YES, [])),
        ("s3:GetObject", [{"Condition": {"Bool": {"aws:SecureTransport": "false"}}}], (YES, [])),
        ("s3:GetObject", [{"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}}], (UNSURE, [0])),
        ("s3:ListBucket", [{"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}}], (UNSURE, [0])),
        ("s3:GetObject", [{"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}}, {}], (NO, [])),
        ("s3:GetObject", [{"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/r"}}], (UNSURE, [0])),
    ],
)
def test_denies_together(action: str, denies: list[dict[str, object]], expected: tuple[Truth, list[int]]) -> None:
    """Nothing is left only if Denies that surely apply take in every key, or the bucket for an action on the bucket."""
    assert left(action, *denies) == expected


def test_no_keys_are_all_keys() -> None:
    """Asked for no key space in particular, the whole bucket is meant; an empty question is never a yes."""
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"{ARN}/logs/*"}],
    }
    policy = parse_bucket_policy(document, bucket_arn=ARN)
    assert isinstance(policy, BucketPolicy)
    context = signed_request(
        account=Known((ACCOUNT,)),
        arn=Unknown(sent=True),
        resource_account=ACCOUNT,
        now=datetime(2026, 11, 22, tzinfo=UTC),
        secure=True,
    )
    caller = IamCaller(account=ACCOUNT)

    assert reachable(policy, "s3:GetObject", caller, context, allowed=EVERYTHING, keys=[])[0] is YES
