"""Whether a statement speaks of a caller."""

import pytest

from auditor.s3.callers import (
    AnonymousCaller,
    Caller,
    IamCaller,
    LogDeliveryCaller,
    ServiceCaller,
    UnknownCaller,
    UnnamedCaller,
    applies_to,
)
from auditor.s3.documents import Malformed
from auditor.s3.principals import PrincipalSpec, parse_principals
from auditor.s3.truth import Truth

YES, NO, UNSURE = Truth.TRUE, Truth.FALSE, Truth.UNDECIDABLE
A, B = "111122223333", "444455556666"
NAME = "logging.s3.amazonaws.com"
SERVICE = ServiceCaller(name=NAME, documented=True, home=A)
ABROAD = ServiceCaller(name=NAME, documented=False, home=A)
GROUP = LogDeliveryCaller(home=A)
ANONYMOUS = AnonymousCaller()
SOMEONE = IamCaller(account=A)
ROLE_ARN = f"arn:aws:iam::{A}:role/path/r"
SESSION_ARN = f"arn:aws:sts::{A}:assumed-role/r/s"
ROLE = IamCaller(account=A, arn=ROLE_ARN)
SESSION = IamCaller(account=A, arn=SESSION_ARN)
ORDINARY = UnnamedCaller(A)
STRANGER = UnnamedCaller("")
SOMEBODY = UnknownCaller()


def applies(element: object, caller: Caller, *, negated: bool = False) -> Truth:
    """Whether the element takes in the caller."""
    principals = parse_principals(element)
    assert not isinstance(principals, Malformed)
    return applies_to(PrincipalSpec(principals=principals, negated=negated), caller)


@pytest.mark.parametrize(
    ("element", "caller", "expected"),
    [
        ("*", SERVICE, YES),
        ({"AWS": "*"}, SERVICE, UNSURE),
        ({"Service": NAME}, SERVICE, YES),
        ({"Service": [NAME, "x"]}, SERVICE, YES),
        ({"Service": "delivery.logs.amazonaws.com"}, SERVICE, NO),
        ({"Service": "logging.s3.eu-west-1.amazonaws.com"}, SERVICE, UNSURE),
        ({"Service": NAME}, ABROAD, UNSURE),
        ({"Service": "logging.s3.amazonaws.com.cn"}, ABROAD, UNSURE),
        ({"Service": "x.amazonaws.com"}, ABROAD, NO),
        ({"Service": "*"}, SERVICE, UNSURE),
        ({"AWS": A}, SERVICE, NO),
        ({"AWS": ROLE_ARN}, SERVICE, NO),
        ({"CanonicalUser": "79a5"}, SERVICE, NO),
        (
            {"CanonicalUser": "3272ee65a908a7677109fedda345db8d9554ba26398b2ca10581de88777e2b61"},
            SERVICE,
            UNSURE,
        ),
        ("*", GROUP, YES),
        ({"AWS": "*"}, GROUP, UNSURE),
        ({"Service": NAME}, GROUP, UNSURE),
        ({"AWS": A}, GROUP, NO),
        ({"AWS": B}, GROUP, UNSURE),
        ("*", ANONYMOUS, YES),
        ({"AWS": "*"}, ANONYMOUS, YES),
        ({"AWS": A}, ANONYMOUS, NO),
        ({"Service": NAME}, ANONYMOUS, NO),
        ({"AWS": "*"}, SOMEONE, YES),
        ({"AWS": A}, SOMEONE, YES),
        ({"AWS": B}, SOMEONE, NO),
        ({"AWS": ROLE_ARN}, SOMEONE, UNSURE),
        ({"AWS": ROLE_ARN}, ROLE, YES),
        ({"AWS": SESSION_ARN}, ROLE, UNSURE),
        ({"AWS": ROLE_ARN}, SESSION, YES),
        ({"AWS": SESSION_ARN}, SESSION, YES),
        ({"AWS": f"{SESSION_ARN}2"}, SESSION, NO),
        ({"AWS": f"arn:aws:iam::{A}:role/q"}, SESSION, NO),
        ({"AWS": f"arn:aws:iam::{B}:role/path/r"}, ROLE, NO),
        ({"AWS": f"arn:aws:iam::{A}:user/r"}, ROLE, NO),
        ({"AWS": "AROAEXAMPLEEXAMPLE"}, SOMEONE, NO),
        ({"CanonicalUser": "79a5"}, SOMEONE, UNSURE),
        ({"AWS": f"arn:aws:iam::{A}:role/*"}, ROLE, UNSURE),
        ({"AWS": ROLE_ARN}, ORDINARY, NO),
        ({"AWS": A}, ORDINARY, YES),
        ({"AWS": A}, STRANGER, NO),
        ("*", STRANGER, YES),
        ({"AWS": "*"}, SOMEBODY, YES),
        ({"AWS": A}, SOMEBODY, UNSURE),
        ({"CanonicalUser": "79a5"}, SOMEBODY, UNSURE),
        ({"Service": NAME}, SOMEBODY, NO),
    ],
)
def test_principal(element: object, caller: Caller, expected: Truth) -> None:
    """Exact where AWS says who is meant, undecidable where it does not."""
    assert applies(element, caller) is expected


@pytest.mark.parametrize(
    ("element", "caller", "expected"),
    [
        ({"Service": NAME}, SERVICE, NO),
        ({"AWS": [A, ROLE_ARN], "Service": NAME}, SERVICE, NO),
        ({"AWS": [A, ROLE_ARN]}, SERVICE, YES),
        ({"AWS": B}, SERVICE, UNSURE),
        ({"CanonicalUser": "79a5"}, SERVICE, UNSURE),
        ({"Service": NAME}, ABROAD, UNSURE),
        ("*", SERVICE, NO),
        ({"AWS": "*"}, SERVICE, UNSURE),
        ({"AWS": [A, ROLE_ARN]}, GROUP, YES),
        ({"AWS": B}, GROUP, UNSURE),
        ({"AWS": [A, ROLE_ARN]}, ANONYMOUS, YES),
        ({"AWS": "*"}, ANONYMOUS, NO),
        ({"AWS": [A, ROLE_ARN]}, ROLE, NO),
        ({"AWS": [ROLE_ARN]}, ROLE, UNSURE),
        ({"AWS": [A]}, ROLE, UNSURE),
        ({"AWS": [B]}, ROLE, YES),
        ({"AWS": [A, ROLE_ARN]}, ORDINARY, UNSURE),
        ({"AWS": [ROLE_ARN]}, ORDINARY, YES),
        ({"AWS": [A, ROLE_ARN]}, STRANGER, YES),
        ({"Service": NAME}, STRANGER, YES),
        ("*", STRANGER, NO),
        ({"AWS": A}, SOMEBODY, UNSURE),
        ({"Service": NAME}, SOMEBODY, YES),
    ],
)
def test_not_principal(element: object, caller: Caller, expected: Truth) -> None:
    """An identity is safely left out only with its account; a service by its name."""
    assert applies(element, caller, negated=True) is expected
