"""The demo as people run it: the real program, over HTTP, finds what is planted and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from auditor.demo.planted import CLEAN, CONFLICT, PLANTED, UNKNOWN, UNPROTECTED
from auditor.reading import Json
from auditor.registry import all_checks
from auditor.shape import array, mapping, text

pytestmark = pytest.mark.emulator

NOT_SHOWN = {
    "delivery-requester-pays": "moto forgets that a bucket is Requester Pays",
    "destination-encrypted": "AWS encrypts every bucket, so no bucket can be without",
}
"""The checks that fail nowhere in the demo, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What the demo left behind."""

    code: int
    stdout: str
    output: Path
    findings: tuple[Mapping[str, Json], ...]

    def failed(self) -> Mapping[str, frozenset[str]]:
        """Bucket -> the checks that FAIL on it."""
        found: dict[str, set[str]] = defaultdict(set)
        for finding in self.findings:
            if finding["outcome"] == "FAIL" and finding["bucket"]:
                found[text(finding["bucket"], "bucket")].add(text(finding["check"], "check"))
        return {bucket: frozenset(checks) for bucket, checks in found.items()}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """`python -m auditor demo`, once for all tests."""
    output = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "auditor", "demo", "--output", str(output)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert (output / "assessment.json").exists(), done.stdout + done.stderr
    assessment: Json = json.loads((output / "assessment.json").read_bytes())
    findings = array(mapping(assessment, "assessment")["findings"], "findings")
    return Run(
        code=done.returncode,
        stdout=done.stdout,
        output=output,
        findings=tuple(mapping(finding, "finding") for finding in findings),
    )


def test_the_demo_ends_well_and_says_where_everything_is(demo: Run) -> None:
    """0, because the scan ended with 10 as it had to."""
    assert demo.code == 0
    assert "Exit code 10, as expected" in demo.stdout
    for name in ("assessment.json", "report.html", "report.pdf"):
        assert str(demo.output / name) in demo.stdout
        assert (demo.output / name).stat().st_size > 1000


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.bucket)
def test_a_broken_bucket_fails_exactly_what_is_planted(demo: Run, planted: object) -> None:
    """A defect that is found as another one sends people to the wrong place."""
    wanted = next(one for one in PLANTED if one is planted)

    assert demo.failed().get(wanted.bucket, frozenset()) == set(wanted.fails)


def test_a_clean_bucket_fails_nothing(demo: Run) -> None:
    """A false alarm costs the trust in every true one."""
    assert {bucket: checks for bucket, checks in demo.failed().items() if bucket in {*CLEAN, *UNKNOWN}} == {}


def test_what_nobody_may_read_is_unknown(demo: Run) -> None:
    """Neither on nor off, with the action that is missing."""
    verdicts = {text(one["bucket"], "bucket"): one for one in demo.findings if one["check"] == "logging-enabled"}

    for bucket in UNKNOWN:
        assert verdicts[bucket]["outcome"] == "UNKNOWN"
        assert "s3:GetBucketLogging" in text(verdicts[bucket]["reason"], "reason")


def test_findings_beside_buckets_are_those_that_are_planted(demo: Run) -> None:
    """GuardDuty by account and Region, and the two frameworks that contradict each other."""
    beside = [one for one in demo.findings if one["outcome"] == "FAIL" and not one["bucket"]]
    regions = {(one["account"], one["region"]) for one in beside if one["check"] == "guardduty-s3-protection"}
    conflicts = [one for one in beside if one["check"] == "retention-conflict"]

    assert regions == {(place.account, place.region) for place in UNPROTECTED}
    assert len(conflicts) == 1, CONFLICT
    assert {one["check"] for one in beside} == {"guardduty-s3-protection", "retention-conflict"}


def test_every_check_fails_somewhere(demo: Run) -> None:
    """All but those that the emulator or AWS itself rules out."""
    failing = {one["check"] for one in demo.findings if one["outcome"] == "FAIL"}

    assert {check.about.id for check in all_checks()} - failing == set(NOT_SHOWN)
