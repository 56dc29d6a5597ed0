"""A framework file is read whole or refused with the place that is wrong; scope and retention are decided exactly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import FrameworkError
from auditor.framework import (
    Automation,
    Control,
    Framework,
    Requirement,
    Role,
    effective_parameters,
    effective_retention,
)
from auditor.framework_file import load_framework, shipped, shipped_frameworks
from auditor.framework_parameter import Firmness, ParameterValue
from auditor.framework_scope import FrameworkScope, InScope, OutOfScope, ScopeUnknown
from auditor.model import Severity
from auditor.reading import Absent, Present, Reading, Setting, Unreadable

# The baseline asks every check, as the test of the shipped frameworks asserts.
CHECKS = frozenset(
    re.findall(r'check = "([a-z0-9-]+)"', (resources.files("policies.frameworks") / "baseline.toml").read_text("utf-8"))
)

WHOLE = """
id = "acme"
title = "Acme rules"
version = "3"
publisher = "Acme"
reviewed_on = 2026-11-01
note = "Ours."
sources = ["Acme logging policy"]

[scope]
any_tag = { "data" = ["phi", "pii"], "audit" = ["*"] }
include = ["acme-*"]
exclude = ["acme-tmp-*"]

[parameters.retention_min_days]
value = 400
firmness = "organisation"
rationale = "Our policy."

[parameters.hot_storage_classes]
value = ["STANDARD", "GLACIER_IR"]
firmness = "practice"
rationale = "Ours."

[[controls]]
id = "L1"
title = "Logs"
summary = "Have logs."
automation = "partial"
shows = "Logging."
human_evidence = ["A signature."]
scope = { receives = "cloudtrail" }
requires = [
    { check = "logging-enabled", role = "primary", severity = "critical", compensated_by = "cloudtrail-data-events" },
    { check = "retention-minimum", role = "supporting" },
    { check = "retention-hot", role = "supporting" },
]
"""

EXTENDED = """
extends = "pci-dss"
id = "acme-pci"
title = "PCI DSS at Acme"
reviewed_on = 2026-11-20
remove_controls = ["10.6.1"]

[scope]
any_tag = { "pci:cde" = ["true"] }

[parameters.retention_min_days]
value = 400
firmness = "organisation"
rationale = "Our policy."

[[controls]]
id = "X"
title = "Ours"
summary = "Our control."
automation = "partial"
shows = "Delivery."
human_evidence = ["A signature."]
requires = [{ check = "delivery-fresh", role = "primary" }]
"""


def load(text: str) -> Framework:
    return load_framework(text, "acme.toml", known_checks=CHECKS)


def refusal(text: str) -> FrameworkError:
    with pytest.raises(FrameworkError) as caught:
        load(text)
    return caught.value


# --- reading ----------------------------------------------------------------------------------------------------------


def test_a_whole_framework_is_read() -> None:
    """Everything that a file says arrives typed."""
    acme = load(WHOLE)
    control = acme.controls[0]

    assert (acme.id, acme.version, acme.reviewed_on, acme.based_on) == ("acme", "3", date(2026, 11, 1), "")
    assert acme.scope.any_tag == {"data": ("phi", "pii"), "audit": ("*",)}
    assert acme.parameters["retention_min_days"].value == 400
    assert acme.parameters["hot_storage_classes"].value == ("STANDARD", "GLACIER_IR")
    assert control.scope is not None
    assert control.requirements[0] == Requirement(
        check="logging-enabled",
        role=Role.PRIMARY,
        severity=Severity.CRITICAL,
        compensated_by="cloudtrail-data-events",
    )
    assert acme.checks == {"logging-enabled", "retention-minimum", "retention-hot"}


def test_an_extension_keeps_what_it_does_not_change() -> None:
    """PCI, scoped by tag, with 400 days, one control less and one of our own."""
    base, ours = shipped("pci-dss", CHECKS), load(EXTENDED)

    assert ours.based_on == "pci-dss 4.0.1"
    assert ours.scope.needs_tags
    assert ours.parameters["retention_min_days"].value == 400
    assert ours.parameters["retention_min_days"].firmness is Firmness.ORGANISATION
    assert ours.parameters["retention_hot_days"] == base.parameters["retention_hot_days"]
    assert [one.id for one in ours.controls] == [*(one.id for one in base.controls if one.id != "10.6.1"), "X"]
    assert (ours.note, ours.sources, ours.publisher) == (base.note, base.sources, base.publisher)


def test_a_removed_control_takes_its_numbers_along() -> None:
    """Removing the only control that needs a number is no error about a number the user never wrote."""
    text = EXTENDED.replace('["10.6.1"]', '["10.5.1"]').replace(
        '[parameters.retention_min_days]\nvalue = 400\nfirmness = "organisation"\nrationale = "Our policy."', ""
    )

    assert load(text).parameters == {}


def test_a_control_is_changed_by_removing_it_and_writing_it_anew() -> None:
    """The new text of a control stands in the place of a removed one with the same id."""
    ours = load(EXTENDED.replace('["10.6.1"]', '["10.2.1"]').replace('id = "X"', 'id = "10.2.1"'))

    assert [one.title for one in ours.controls if one.id == "10.2.1"] == ["Ours"]


@pytest.mark.parametrize("name", shipped_frameworks())
def test_every_shipped_framework_can_be_extended(name: str) -> None:
    """An extension that only has a name of its own is sound."""
    text = f'extends = "{name}"\nid = "acme"\ntitle = "Acme"\nreviewed_on = 2026-11-20\n'

    assert load(text).checks == shipped(name, CHECKS).checks


def test_an_unknown_framework_names_the_known_and_the_nearest() -> None:
    """A typing error is met with the right name."""
    with pytest.raises(FrameworkError) as caught:
        shipped("pci_dss", CHECKS)

    assert "baseline, hipaa, pci-dss" in caught.value.message
    assert "pci-dss" in caught.value.hint


def test_a_path_is_no_framework() -> None:
    """The name of a framework never becomes a path."""
    with pytest.raises(FrameworkError):
        shipped("../schemas/waivers", CHECKS)


# --- refusing ---------------------------------------------------------------------------------------------------------

REQUIRE_LOGGING = (
    '{ check = "logging-enabled", role = "primary", severity = "critical", compensated_by = "cloudtrail-data-events" }'
)
REFUSED = [
    # what is wrong, in the text of WHOLE: old, new; what the message says; what the hint says
    ('title = "Acme rules"\n', "", "title is missing; expected a title for reports", ""),
    ('version = "3"', "version = 3", "version is 3; expected the version of the text", ""),
    ('id = "acme"', 'id = "Acme Inc"', 'id is "Acme Inc"; expected an id in kebab-case', ""),
    ('id = "acme"', 'id = "pci-dss"', "the id of a shipped framework", "name of the shipped"),
    ("2026-11-01", '"yesterday"', 'reviewed_on is "yesterday"; expected the date', ""),
    ("2026-11-01", '"2026-02-30"', "expected a date of the calendar", ""),
    ("2026-11-01", "2026-11-01T00:00:00Z", 'reviewed_on is "2026-11-01T00:00:00+00:00"', ""),
    ("automation", "automatoin", "controls #1.", "automation"),
    ('"partial"', '"partly"', 'controls #1.automation is "partly"; expected one of "full", "partial"', "partial"),
    ('"supporting"', '"secondary"', 'requires #2.role is "secondary"; expected one of', ""),
    ('firmness = "organisation"\n', "", "parameters.retention_min_days.firmness is missing; expected one of", ""),
    ('rationale = "Our policy."', "", "parameters.retention_min_days.rationale is missing", ""),
    ('"organisation"', '"standard"', "retention_min_days.citation is missing; expected where the standard", ""),
    ("value = 400", 'value = "400"', 'retention_min_days.value is "400"; expected a whole number of days', ""),
    ("value = 400", "value = 0", "retention_min_days.value is 0; expected at least 1", ""),
    ("value = 400", "value = true", "retention_min_days.value is true; expected a whole number", ""),
    ("value = 400", "value = 1e400", "retention_min_days.value is Infinity", ""),
    ("value = 400", f"value = {10**30}", "expected at most 36500", ""),
    ("value = 400\n", "", "retention_min_days.value is missing", ""),
    ("value = 400", "value = 60", "retention_hot_days is 90 and parameters.retention_min_days is 60", ""),
    ("retention_min_days]", "retention_mim_days]", "retention_mim_days is not a known key", "retention_min_days"),
    ('"STANDARD", "GLACIER_IR"', '"STANDARD", "DEEP_ARCHIVE"', 'is "DEEP_ARCHIVE"; expected one of', ""),
    ('"STANDARD", "GLACIER_IR"', '"GLACIER_IR"', 'expected "STANDARD" among the items', ""),
    ('"logging-enabled"', '"loging-enabled"', '"loging-enabled", which is no check', "logging-enabled"),
    ('"cloudtrail-data-events"', '"cloudtrail"', '"cloudtrail", which is no check', ""),
    ('"cloudtrail-data-events"', '"logging-enabled"', "stand in for itself", ""),
    ('"retention-hot"', '"retention-minimum"', "requires retention-minimum twice", ""),
    ('"retention-hot"', '"self-logging"', "no control requires retention-hot", ""),
    ('human_evidence = ["A signature."]', "human_evidence = []", "expected human_evidence", ""),
    ('"partial"', '"manual"', "is manual but has a primary check", ""),
    (REQUIRE_LOGGING, '{ check = "logging-enabled", role = "supporting" }', "has no primary check", ""),
    ('"cloudtrail" }', '"mail" }', 'scope.receives is "mail"; expected one of "cloudtrail"', ""),
    ('"audit" = ["*"]', '"audit" = []', "any_tag.audit is a list of 0 items", ""),
    ('"audit" = ["*"]', '"audit" = "*"', 'any_tag.audit is "*"; expected a list of tag values', ""),
    ('id = "acme"', 'id = "acme"\nremove_controls = ["L1"]', "remove_controls needs extends", ""),
    ('id = "acme"', 'id = "acme"\nid = "b"', "not valid TOML", ""),
    ('id = "acme"', 'id = "acme', "at line 2", ""),
]


@pytest.mark.parametrize(("old", "new", "message", "hint"), REFUSED)
def test_a_wrong_framework_is_refused_by_name(old: str, new: str, message: str, hint: str) -> None:
    """A refusal names the file, the key, what is there and what was expected."""
    assert old in WHOLE
    error = refusal(WHOLE.replace(old, new, 1))

    assert error.message.startswith("acme.toml: ")
    assert message in error.message
    assert hint in error.hint
    assert error.exit_code == 2


REFUSED_EXTENSIONS = [
    ('extends = "pci-dss"', 'extends = "pci"', 'extends is "pci"; expected one of baseline, hipaa, pci-dss'),
    ('extends = "pci-dss"', 'extends = "../hipaa"', "expected one of baseline"),
    ('id = "acme-pci"', 'id = "hipaa"', "the id of a shipped framework"),
    ('"10.6.1"', '"10.6.9"', 'remove_controls[0] is "10.6.9"; expected a control of pci-dss'),
    ('id = "X"', 'id = "10.2.1"', 'control "10.2.1" is there twice'),
    ("value = 400", "value = 30", "retention_hot_days is 90 and parameters.retention_min_days is 30"),
    ("retention_min_days]", "retention_max_days]", "no control requires retention-maximum"),
]


@pytest.mark.parametrize(("old", "new", "message"), REFUSED_EXTENSIONS)
def test_a_wrong_extension_is_refused_by_name(old: str, new: str, message: str) -> None:
    """An extension may not shadow, remove or set what it does not have."""
    assert old in EXTENDED

    assert message in refusal(EXTENDED.replace(old, new, 1)).message


def test_a_framework_that_asks_nothing_is_refused() -> None:
    """Without a requirement a run would be green without having looked."""
    head = WHOLE[: WHOLE.index("[parameters.retention_min_days]")]
    manual = '[[controls]]\nid = "M"\ntitle = "t"\nsummary = "s"\nautomation = "manual"\nshows = "x"\n'

    assert "no control requires a check" in refusal(f"{head}\n{manual}human_evidence = ['all']").message
    assert "no control requires a check" in refusal(f"controls = []\n{head}").message


def test_deep_nesting_is_refused_and_not_a_crash() -> None:
    """A hostile file ends as an error of the file."""
    assert "nested too deeply" in refusal("a = " + "[" * 100_000).message


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text makes the reader raise anything but its own error."""
    with pytest.raises(FrameworkError):
        load(text)


@given(st.sampled_from(WHOLE.splitlines()), st.text(alphabet='"[]{}=# \n\x1b\u202eaé0-.', max_size=12))
def test_a_damaged_line_is_read_or_refused(line: str, damage: str) -> None:
    """Damage in any line of a good file is refused in text without control characters, or harmless."""
    message = ""
    try:
        load(WHOLE.replace(line, line[: len(line) // 2] + damage, 1))
    except FrameworkError as error:
        message = error.message

    assert not {"\x1b", "\u202e"} & set(message)


# --- scope ------------------------------------------------------------------------------------------------------------

NO_TAGS: Reading[Mapping[str, str]] = Absent(code="NoSuchTagSet")
DENIED = Unreadable(setting=Setting.TAGGING, code="AccessDenied")
BY_TAG = FrameworkScope(any_tag={"pci:cde": ("true", "yes"), "audit": ("*",)}, exclude=("tmp-*",))
BY_EITHER = FrameworkScope(any_tag={"phi": ("*",)}, include=("clinic-*",))

SCOPES: list[tuple[FrameworkScope, str, Reading[Mapping[str, str]], type]] = [
    (FrameworkScope(), "any", DENIED, InScope),
    (FrameworkScope(exclude=("tmp-*",)), "tmp-1", NO_TAGS, OutOfScope),
    (FrameworkScope(exclude=("tmp-*",)), "a-tmp-1", NO_TAGS, InScope),
    (FrameworkScope(include=("a-*",)), "a-1", DENIED, InScope),
    (FrameworkScope(include=("a-*",)), "ba-1", DENIED, OutOfScope),
    (FrameworkScope(include=("a-*",)), "A-1", NO_TAGS, OutOfScope),
    (FrameworkScope(include=("a-*",), exclude=("a-1",)), "a-1", NO_TAGS, OutOfScope),
    (BY_TAG, "b", Present(value={"pci:cde": "true"}), InScope),
    (BY_TAG, "b", Present(value={"pci:cde": "yes"}), InScope),
    (BY_TAG, "b", Present(value={"pci:cde": "True"}), OutOfScope),
    (BY_TAG, "b", Present(value={"PCI:CDE": "true"}), OutOfScope),
    (BY_TAG, "b", Present(value={"pci:cde": "true, or so"}), OutOfScope),
    (BY_TAG, "b", Present(value={"audit": ""}), InScope),
    (BY_TAG, "b", Present(value={}), OutOfScope),
    (BY_TAG, "b", NO_TAGS, OutOfScope),
    (BY_TAG, "b", DENIED, ScopeUnknown),
    (BY_TAG, "tmp-b", DENIED, OutOfScope),
    (BY_TAG, "tmp-b", Present(value={"pci:cde": "true"}), OutOfScope),
    (BY_EITHER, "clinic-1", DENIED, InScope),
    (BY_EITHER, "other", DENIED, ScopeUnknown),
    (BY_EITHER, "other", Present(value={"phi": "x"}), InScope),
    (BY_EITHER, "other", NO_TAGS, OutOfScope),
]


@pytest.mark.parametrize(("scope", "bucket", "tags", "answer"), SCOPES)
def test_scope(scope: FrameworkScope, bucket: str, tags: Reading[Mapping[str, str]], answer: type) -> None:
    """Exclusion wins, then names, then tags; tags that decide and cannot be read leave the answer open."""
    assert isinstance(scope.answer(bucket, tags), answer)


def test_scope_names_its_rule() -> None:
    """The population is auditable only if each answer says which rule gave it."""
    assert BY_TAG.answer("b", Present(value={"pci:cde": "yes"})) == InScope(rule="the bucket is tagged pci:cde=yes")
    assert BY_TAG.answer("tmp-1", NO_TAGS) == OutOfScope(rule="names like tmp-* are excluded")
    assert BY_TAG.describe() == (
        "Buckets tagged pci:cde=true or pci:cde=yes or audit=*, without those named like tmp-*."
    )
    assert BY_EITHER.describe() == "Buckets tagged phi=* and buckets named like clinic-*."


# --- parameters and retention -----------------------------------------------------------------------------------------


def made(name: str, minimum: int | None, maximum: int | None, *, asks: tuple[str, ...]) -> Framework:
    numbers = {"retention_min_days": minimum, "retention_max_days": maximum}
    return Framework(
        id=name,
        title=name,
        version="1",
        publisher="p",
        reviewed_on=date(2026, 11, 1),
        note="n",
        sources=("s",),
        parameters={
            key: ParameterValue(value=value, firmness=Firmness.ORGANISATION, rationale="r")
            for key, value in numbers.items()
            if value is not None
        },
        controls=(
            Control(
                id="c",
                title="t",
                summary="s",
                automation=Automation.PARTIAL,
                shows="x",
                human_evidence=("h",),
                requirements=tuple(Requirement(check=check, role=Role.PRIMARY) for check in asks),
            ),
        ),
    )


BOTH = ("retention-minimum", "retention-maximum")


def test_a_framework_that_is_silent_has_the_practice_defaults() -> None:
    """A default is a value like any other and says that it is only practice."""
    silent = made("a", None, None, asks=("delivery-fresh",))
    asked = effective_parameters(silent, "delivery-fresh")

    assert set(asked) == {"delivery_max_age_hours"}
    assert (asked["delivery_max_age_hours"].value, asked["delivery_max_age_hours"].firmness) == (48, Firmness.PRACTICE)
    assert effective_parameters(silent, "self-logging") == {}


def test_only_a_framework_that_requires_the_check_demands() -> None:
    """A number in a framework whose controls do not ask for it binds nobody."""
    found = effective_retention((made("a", 2000, 10, asks=("self-logging",)),))

    assert (found.minimum, found.maximum, found.conflict) == (None, None, None)


def test_the_longest_minimum_and_the_shortest_maximum_hold() -> None:
    """Every framework that asks for exactly the deciding number is named."""
    found = effective_retention(
        (
            made("a", 365, 2000, asks=BOTH),
            made("b", 400, 900, asks=BOTH),
            made("c", 400, None, asks=BOTH),
        )
    )

    assert (found.minimum, found.maximum, found.conflict) == (400, 900, None)
    assert [one.framework for one in found.demanded_by] == ["b", "c"]
    assert [one.framework for one in found.limited_by] == ["b"]


def test_equal_minimum_and_maximum_is_no_conflict() -> None:
    """Exactly so many days is a demand that can be met."""
    found = effective_retention((made("a", 900, None, asks=BOTH), made("b", 365, 900, asks=BOTH)))

    assert found.conflict is None


def test_a_conflict_names_both_sides_and_nobody_else() -> None:
    """Frameworks that can be met are not accused."""
    found = effective_retention(
        (
            made("long", 2190, None, asks=BOTH),
            made("fine", 365, 3000, asks=BOTH),
            made("short", 180, 400, asks=BOTH),
            made("shorter", 180, 300, asks=BOTH),
        )
    )

    assert found.conflict is not None
    assert [one.framework for one in found.conflict.longer] == ["long", "fine"]
    assert [one.framework for one in found.conflict.shorter] == ["short", "shorter"]


def test_nothing_selected_asks_nothing() -> None:
    """No framework is no demand."""
    found = effective_retention(())

    assert (found.minimum, found.maximum, found.demanded_by, found.conflict) == (None, None, (), None)


days = st.integers(min_value=1, max_value=4000)


@given(st.lists(st.tuples(days, st.none() | days), max_size=6))
def test_retention_is_met_exactly_when_there_is_no_conflict(asked: list[tuple[int, int | None]]) -> None:
    """There is a number of days that satisfies every framework if and only if no conflict is found."""
    frameworks = tuple(made(str(position), low, high, asks=BOTH) for position, (low, high) in enumerate(asked))
    found = effective_retention(frameworks)
    kept = max((low for low, _ in asked), default=0)
    met = all(low <= kept and (high is None or kept <= high) for low, high in asked)

    assert (found.conflict is None) == met
