"""What every shipped framework promises to the people who put it into an audit file."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import resources

import pytest

from auditor.framework import Automation, Framework, Receives, Role, effective_parameters, effective_retention
from auditor.framework_file import shipped, shipped_frameworks
from auditor.framework_parameter import VOCABULARY, Firmness

CHECKS = frozenset(
    {
        "logging-enabled",
        "destination-exists",
        "destination-same-region",
        "destination-same-account",
        "self-logging",
        "logging-loop",
        "prefix-present",
        "prefix-delimited",
        "prefix-collision",
        "delivery-permitted",
        "delivery-not-denied",
        "delivery-encryption",
        "delivery-object-lock",
        "delivery-requester-pays",
        "delivery-fresh",
        "destination-dedicated",
        "destination-not-logged",
        "delivery-scoped",
        "destination-public-access-blocked",
        "destination-not-public",
        "destination-tls-only",
        "destination-acls-disabled",
        "destination-encrypted",
        "destination-readers",
        "destination-writers",
        "destination-tamper-protected",
        "lifecycle-present",
        "lifecycle-effective",
        "retention-minimum",
        "retention-maximum",
        "retention-hot",
        "guardduty-s3-protection",
        "cloudtrail-data-events",
        "destination-access-recorded",
        "archive-copy",
    }
)

ALL = shipped_frameworks()


def text_of(name: str) -> str:
    return (resources.files("policies.frameworks") / f"{name}.toml").read_text(encoding="utf-8")


def roles(framework: Framework, check: str) -> dict[str, Role]:
    return {
        control.id: requirement.role
        for control in framework.controls
        for requirement in control.requirements
        if requirement.check == check
    }


@pytest.fixture(params=ALL)
def framework(request: pytest.FixtureRequest) -> Framework:
    return shipped(str(request.param), CHECKS)


def test_the_list_is_the_folder() -> None:
    """Every framework file is shipped, and nothing is listed that has no file."""
    files = {entry.name for entry in resources.files("policies.frameworks").iterdir() if entry.name.endswith(".toml")}

    assert files == {f"{name}.toml" for name in ALL}


def test_it_is_complete_in_itself(framework: Framework) -> None:
    """A shipped framework has the id of its file, extends nothing, and names its sources."""
    assert framework.id in ALL
    assert framework.based_on == ""
    assert framework.sources


def test_it_was_reviewed_within_a_year(framework: Framework) -> None:
    """A framework that nobody looked at for a year fails here, because laws change."""
    today = datetime.now(UTC).date()

    assert framework.reviewed_on <= today
    assert today - framework.reviewed_on <= timedelta(days=366)


def test_it_is_about_every_bucket_until_somebody_says_otherwise(framework: Framework) -> None:
    """Only the user knows which tags mean what, so no shipped scope is active."""
    assert framework.scope.describe() == "Every bucket."


def test_every_control_says_what_a_machine_shows_and_what_a_person_adds(framework: Framework) -> None:
    """Nothing but a full control may go without human evidence, and every control names what is shown."""
    for control in framework.controls:
        assert control.shows.endswith("."), control.id
        assert control.summary.endswith("."), control.id
        assert control.human_evidence or control.automation is Automation.FULL, control.id


def test_its_note_tells_best_effort_and_supporting_evidence(framework: Framework) -> None:
    """Whoever reads a result learns that delivery is best effort and that a result only supports."""
    note = framework.note.lower()

    assert "supporting evidence" in note
    assert "best-effort" in note


@pytest.mark.parametrize("name", ALL)
def test_it_never_claims_too_much(name: str) -> None:
    """No framework says that a law demands a period for access logs, or that anything is compliant."""
    # Comments and line breaks must not hide a claim.
    text = re.sub(r"[\s#]+", " ", text_of(name).replace("\\\n", "")).lower()

    assert "requires six years" not in text
    assert "requires 6 years" not in text
    assert "six years for access logs" not in text
    assert "compliant" not in text
    assert "compliance" not in text
    assert "guarantee" not in text


@pytest.mark.parametrize("name", ALL)
def test_every_parameter_has_its_grounds(name: str) -> None:
    """A number without firmness and rationale claims an authority it does not have."""
    parameters = tomllib.loads(text_of(name)).get("parameters", {})

    for key, grounds in parameters.items():
        assert Firmness(grounds["firmness"]), key
        assert grounds["rationale"].strip(), key


NUMBERS = [
    # framework, minimum, its firmness, hot, maximum
    ("baseline", 365, Firmness.PRACTICE, 90, None),
    ("hipaa", 2190, Firmness.LAW_ELSEWHERE, 90, None),
    ("pci-dss", 365, Firmness.STANDARD, 90, None),
    ("sox", 365, Firmness.PRACTICE, 90, None),
    ("gdpr", 180, Firmness.PRACTICE, 30, 1095),
    ("iso-27001", 365, Firmness.ORGANISATION, 90, None),
    ("nist-800-53", 365, Firmness.ORGANISATION, 90, None),
    ("soc-2", 365, Firmness.PRACTICE, 90, None),
]


@pytest.mark.parametrize(("name", "minimum", "firmness", "hot", "maximum"), NUMBERS)
def test_its_numbers(name: str, minimum: int, firmness: Firmness, hot: int, maximum: int | None) -> None:
    """The retention numbers and how firm they are, as agreed on 2026-11-22; a change here is a change for users."""
    framework = shipped(name, CHECKS)
    shortest = effective_parameters(framework, "retention-minimum")["retention_min_days"]
    readable = effective_parameters(framework, "retention-hot")["retention_hot_days"]
    longest = effective_parameters(framework, "retention-maximum")["retention_max_days"]

    assert (shortest.value, shortest.firmness, readable.value, longest.value) == (minimum, firmness, hot, maximum)


def test_the_firm_numbers_of_pci_are_the_only_ones_called_standard() -> None:
    """Of the shipped numbers only those of PCI DSS 10.5.1 are said by a standard about audit logs; none by a law."""
    firm = {
        (name, key)
        for name in ALL
        for key, value in shipped(name, CHECKS).parameters.items()
        if value.firmness in {Firmness.LAW, Firmness.STANDARD}
    }

    assert firm == {("pci-dss", "retention_min_days"), ("pci-dss", "retention_hot_days")}


def test_the_maximum_of_gdpr_is_guidance() -> None:
    """The regulation names no number; the one here is a regulator's guidance and says so."""
    longest = shipped("gdpr", CHECKS).parameters["retention_max_days"]

    assert longest.firmness is Firmness.GUIDANCE
    assert "CNIL" in longest.citation


def test_hipaa_leaves_the_six_years_to_counsel() -> None:
    """The documentation period is applied to logs by interpretation, and the rationale says who decides."""
    shortest = shipped("hipaa", CHECKS).parameters["retention_min_days"]

    assert shortest.citation == "45 CFR 164.316(b)(2)(i)"
    assert "counsel decides" in shortest.rationale


def test_the_accountants_seven_years_never_pass_on_an_issuers_number() -> None:
    """17 CFR 210.2-06 binds the accountant, so a one-year default may support its control but never decides it."""
    sox = shipped("sox", CHECKS)

    assert roles(sox, "retention-minimum") == {"404-period": Role.PRIMARY, "210.2-06": Role.SUPPORTING}


def test_baseline_asks_everything() -> None:
    """The baseline requires every check there is."""
    assert shipped("baseline", CHECKS).checks == CHECKS


def test_only_gdpr_and_frameworks_with_deletion_ask_for_a_maximum() -> None:
    """HIPAA, PCI DSS, SOX and CIS do not ask that logs end."""
    asking = {name for name in ALL if roles(shipped(name, CHECKS), "retention-maximum")}

    assert asking == {"baseline", "gdpr", "iso-27001", "nist-800-53", "soc-2"}


@pytest.mark.parametrize("name", ["hipaa", "pci-dss", "sox", "cis-aws"])
def test_logs_that_never_end_are_no_exception_where_nobody_asks_for_an_end(name: str) -> None:
    """A lifecycle rule is not evidence for twelve months of history, so no such framework requires that one exists."""
    assert not roles(shipped(name, CHECKS), "lifecycle-present")


def test_cis_asks_for_logging_only_on_trail_buckets() -> None:
    """CIS 4.4 speaks about the buckets that receive CloudTrail logs and no other."""
    cis = shipped("cis-aws", CHECKS)
    asking = [control for control in cis.controls if "logging-enabled" in {one.check for one in control.requirements}]

    assert [control.id for control in asking] == ["4.4"]
    assert asking[0].scope is not None
    assert asking[0].scope.receives is Receives.CLOUDTRAIL


def test_nist_ids_are_in_oscal_form() -> None:
    """Control ids of SP 800-53 are stored as OSCAL writes them: au-9.4."""
    for control in shipped("nist-800-53", CHECKS).controls:
        assert re.fullmatch(r"[a-z]{2}-[0-9]+(\.[0-9]+)?", control.id), control.id


BAD_MAPPINGS = [
    ("pci-dss", "5.3.4"),
    ("pci-dss", "10.6.3"),
    ("pci-dss", "A1.2.1"),
    ("hipaa", "164.312(e)(2)(i)"),
    ("nist-800-53", "ia-3"),
    ("nist-800-53", "ma-4"),
    ("nist-800-53", "pm-14"),
    ("nist-800-53", "sc-7.9"),
]


@pytest.mark.parametrize(("name", "control"), BAD_MAPPINGS)
def test_known_bad_mappings_are_not_repeated(name: str, control: str) -> None:
    """Controls that other tools attach to S3 logging although they speak of something else do not appear."""
    assert control not in {one.id for one in shipped(name, CHECKS).controls}


def test_only_pci_accepts_data_events_in_place_of_access_logs() -> None:
    """A compensating check is accepted where the control is about the record of access, not about access logging."""
    accepted = {
        (name, control.id, requirement.check, requirement.compensated_by)
        for name in ALL
        for control in shipped(name, CHECKS).controls
        for requirement in control.requirements
        if requirement.compensated_by
    }

    assert accepted == {("pci-dss", "10.2.1.1", "logging-enabled", "cloudtrail-data-events")}


def test_hipaa_and_gdpr_contradict_each_other() -> None:
    """Six years against three: the conflict that users are most likely to meet is found."""
    both = effective_retention((shipped("hipaa", CHECKS), shipped("gdpr", CHECKS)))

    assert both.conflict is not None
    assert (both.conflict.minimum, both.conflict.maximum) == (2190, 1095)
    assert [one.framework for one in both.conflict.longer] == ["hipaa"]
    assert [one.framework for one in both.conflict.shorter] == ["gdpr"]
    assert both.conflict.shorter[0].controls == ("5(1)(e)", "30(1)(f)")


def test_all_but_hipaa_agree() -> None:
    """The other shipped numbers can all be met at once."""
    rest = tuple(shipped(name, CHECKS) for name in ALL if name != "hipaa")

    assert effective_retention(rest).conflict is None


def _references(value: object) -> Iterator[str]:
    match value:
        case dict():
            for key, item in value.items():
                if key == "$ref":
                    yield str(item)
                yield from _references(item)
        case list():
            for item in value:
                yield from _references(item)
        case _:
            pass


def test_schemas_stand_alone() -> None:
    """A schema refers to nothing outside itself, so that validation opens no connection and packs can carry it."""
    found = [one for one in resources.files("policies.schemas").iterdir() if one.name.endswith(".schema.json")]

    assert found
    for entry in found:
        schema = json.loads(entry.read_text(encoding="utf-8"))
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema", entry.name
        assert all(reference.startswith("#") for reference in _references(schema)), entry.name


def test_the_schema_knows_the_vocabulary() -> None:
    """A parameter that a framework may set is one that a check compares with, and the other way round."""
    schema = json.loads((resources.files("policies.schemas") / "framework.schema.json").read_text(encoding="utf-8"))

    assert set(schema["properties"]["parameters"]["properties"]) == {word.name for word in VOCABULARY}
    assert {check for word in VOCABULARY for check in word.checks} <= CHECKS
