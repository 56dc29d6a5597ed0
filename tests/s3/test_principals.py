"""Whom a statement names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.s3.documents import Malformed
from auditor.s3.principals import (
    AccountPrincipal,
    CanonicalUser,
    DeletedPrincipal,
    Everyone,
    FederatedPrincipal,
    IamPrincipal,
    Principal,
    ServicePrincipal,
    UnrecognisedPrincipal,
    parse_principals,
)

A = "111122223333"


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ("*", [Everyone()]),
        ({"AWS": "*"}, [Everyone(aws_only=True)]),
        ({"AWS": A}, [AccountPrincipal(A)]),
        ({"AWS": f"arn:aws:iam::{A}:root"}, [AccountPrincipal(A)]),
        ({"AWS": f"arn:aws-cn:iam::{A}:root"}, [AccountPrincipal(A)]),
        ({"AWS": [f"arn:aws:iam::{A}:user/x/y"]}, [IamPrincipal(f"arn:aws:iam::{A}:user/x/y", A)]),
        ({"AWS": f"arn:aws:iam::{A}:role/r"}, [IamPrincipal(f"arn:aws:iam::{A}:role/r", A)]),
        ({"AWS": f"arn:aws:sts::{A}:assumed-role/r/s"}, [IamPrincipal(f"arn:aws:sts::{A}:assumed-role/r/s", A)]),
        ({"AWS": f"arn:aws:sts::{A}:federated-user/u"}, [IamPrincipal(f"arn:aws:sts::{A}:federated-user/u", A)]),
        ({"Service": "logging.s3.amazonaws.com"}, [ServicePrincipal("logging.s3.amazonaws.com")]),
        ({"Service": ["a", "b"], "AWS": A}, [ServicePrincipal("a"), ServicePrincipal("b"), AccountPrincipal(A)]),
        ({"Federated": "accounts.google.com"}, [FederatedPrincipal("accounts.google.com")]),
        ({"CanonicalUser": "79a5"}, [CanonicalUser("79a5")]),
        ({"AWS": "AROAEXAMPLEEXAMPLE"}, [DeletedPrincipal("AROAEXAMPLEEXAMPLE")]),
        ({"AWS": f"arn:aws:iam::{A}:role/*"}, [UnrecognisedPrincipal("AWS", f"arn:aws:iam::{A}:role/*")]),
        ({"AWS": "arn:aws:iam::*:root"}, [UnrecognisedPrincipal("AWS", "arn:aws:iam::*:root")]),
        ({"AWS": f"arn:aws:iam::{A}:group/g"}, [UnrecognisedPrincipal("AWS", f"arn:aws:iam::{A}:group/g")]),
        ({"AWS": f"arn:aws:s3::{A}:root"}, [UnrecognisedPrincipal("AWS", f"arn:aws:s3::{A}:root")]),
        ({"AWS": "11112222333"}, [UnrecognisedPrincipal("AWS", "11112222333")]),
        ({"AWS": ""}, [UnrecognisedPrincipal("AWS", "")]),
        ({"Service": "*"}, [UnrecognisedPrincipal("Service", "*")]),
        ({"Service": ""}, [UnrecognisedPrincipal("Service", "")]),
    ],
)
def test_principal_is_read_by_its_form(element: object, expected: list[Principal]) -> None:
    """A root ARN is the whole account; what has no documented form is kept as such and names nobody for certain."""
    assert parse_principals(element) == tuple(expected)


@pytest.mark.parametrize(
    "element",
    [
        None,
        "",
        "arn:aws:iam::111122223333:root",
        [],
        ["*"],
        {},
        {"AWS": []},
        {"aws": "*"},
        {"User": "x"},
        {"AWS": None},
        {"AWS": {"x": 1}},
        {"AWS": [1]},
    ],
)
def test_what_names_nobody_is_malformed(element: object) -> None:
    """S3 stores no such element, so nothing is concluded from it."""
    assert isinstance(parse_principals(element), Malformed)


@given(st.dictionaries(st.sampled_from(["AWS", "Service", "CanonicalUser", "Federated"]), st.text(), min_size=1))
def test_every_name_is_kept(element: dict[str, str]) -> None:
    """No name is dropped, whatever it is."""
    parsed = parse_principals(element)

    assert not isinstance(parsed, Malformed)
    assert len(parsed) == len(element)
