"""Filters decide what is in scope, and options that contradict each other are refused."""

from __future__ import annotations

import json

import pytest

from auditor.aws.options import CollectOptions, NamedAccount, Targets, parameters
from auditor.errors import InputError
from auditor.reading import Present, Setting, Unreadable


@pytest.mark.parametrize(
    ("buckets", "exclude", "name", "wanted"),
    [
        ((), (), "acme", True),
        (("acme-*",), (), "acme-logs", True),
        (("acme-*",), (), "logs", False),
        (("a*", "b*"), (), "beta", True),
        (("acme-*",), ("*-logs",), "acme-logs", False),
        ((), ("tmp-*",), "tmp-1", False),
        (("ACME",), (), "acme", False),
    ],
)
def test_bucket_globs(buckets: tuple[str, ...], exclude: tuple[str, ...], name: str, wanted: bool) -> None:
    """A bucket is in scope when one glob takes it in and none leaves it out; case matters."""
    assert CollectOptions(buckets=buckets, exclude_buckets=exclude).wants_name(name) is wanted


def test_an_unknown_region_is_no_reason_to_skip() -> None:
    """The Region filter leaves out only buckets that are known to lie elsewhere."""
    options = CollectOptions(regions=("eu-west-1",))

    assert options.wants_region(Present(value="eu-west-1"))
    assert not options.wants_region(Present(value="us-east-1"))
    assert options.wants_region(Unreadable(setting=Setting.LOCATION, code="AccessDenied"))


def test_contradicting_targets_are_refused() -> None:
    """Accounts come from a list or from the organization, and a role is named without its ARN."""
    with pytest.raises(InputError, match="exclude each other"):
        Targets(accounts=(NamedAccount(id="111122223333"),), organization=True)
    with pytest.raises(InputError, match="not an ARN"):
        Targets(role_name="arn:aws:iam::111122223333:role/reader")
    with pytest.raises(InputError, match="letters, digits"):
        Targets(role_name="audit reader")
    with pytest.raises(InputError, match="2 to 1224"):
        Targets(external_id="x")


def test_parameters_are_json_and_hold_no_external_id() -> None:
    """What goes into the estate can be written as JSON and does not give the external id away."""
    text = json.dumps(parameters(Targets(role_name="reader", external_id="s3cret"), CollectOptions()))

    assert "s3cret" not in text
    assert '"external_id": true' in text
