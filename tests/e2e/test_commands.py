"""Every command does what the documentation says, on a real emulator and with its exit code."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import boto3
import pytest

from tests.e2e.conftest import ACCOUNT, Call

pytestmark = pytest.mark.emulator


def findings(folder: Path) -> dict[tuple[str, str], str]:
    """(bucket, check) -> outcome, from the assessment in `folder`."""
    document = json.loads((folder / "assessment.json").read_bytes())
    return {(found["bucket"], found["check"]): found["outcome"] for found in document["findings"]}


def test_a_scan_fails_the_gate_on_a_bucket_without_logging(
    call: Call, small_estate: str, framework: Path, tmp_path: Path
) -> None:
    """Exit 10, with the bucket named on stdout and everything written."""
    ended = call("scan", "--framework-file", framework, "-o", tmp_path / "out")

    assert ended.code == 10
    assert "plain" in ended.out
    assert findings(tmp_path / "out") == {
        ("app", "logging-enabled"): "PASS",
        ("app", "self-logging"): "PASS",
        ("logs", "logging-enabled"): "NOT_APPLICABLE",
        ("logs", "self-logging"): "NOT_APPLICABLE",
        ("plain", "logging-enabled"): "FAIL",
        ("plain", "self-logging"): "NOT_APPLICABLE",
    }
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"assessment.json", "estate.json", "report.html"}


def test_a_scan_passes_where_everything_logs(call: Call, small_estate: str, framework: Path, tmp_path: Path) -> None:
    """Exit 0 once the bucket without logging is gone; the assessment keeps the design's keys."""
    boto3.client("s3").delete_bucket(Bucket="plain")

    ended = call("scan", "--framework-file", framework, "-o", tmp_path / "out", "-q")

    assert ended.code == 0
    assert ended.err == ""
    document = json.loads((tmp_path / "out" / "assessment.json").read_bytes())
    assert document["schema_version"] == "1.0"
    assert document["scope"]["accounts"][0]["id"] == ACCOUNT
    assert (document["scope"]["buckets"], document["scope"]["sources"], document["scope"]["destinations"]) == (2, 1, 1)
    assert document["gate"] == {
        "allow_unknown": False,
        "exit_code": 0,
        "fail_on": "high",
        "passed": True,
        "reasons": [],
    }


def test_a_bucket_whose_logging_is_denied_is_unknown_and_the_run_incomplete(
    call: Call,
    small_estate: str,
    framework: Path,
    tmp_path: Path,
    enforced_iam: Callable[[], AbstractContextManager[None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Exit 3, never "disabled"; the API and the missing IAM action are named."""
    boto3.client("s3").delete_bucket(Bucket="plain")
    iam = boto3.client("iam")
    iam.create_user(UserName="auditor")
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "*", "Resource": "*"},
            {"Effect": "Deny", "Action": "s3:GetBucketLogging", "Resource": "arn:aws:s3:::app"},
        ],
    }
    iam.put_user_policy(UserName="auditor", PolicyName="p", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName="auditor")["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])

    with enforced_iam():
        ended = call("scan", "--framework-file", framework, "-o", tmp_path / "out")

    assert ended.code == 3
    outcomes = findings(tmp_path / "out")
    assert outcomes["app", "logging-enabled"] == "UNKNOWN"
    assert outcomes["logs", "logging-enabled"] == "UNKNOWN", "it may be the destination of the bucket nobody could read"
    assert "s3:GetBucketLogging" in ended.out


def test_unknown_can_be_accepted(
    call: Call, small_estate: str, framework: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same estate passes with --allow-unknown when it is judged offline; the document keeps the UNKNOWN."""
    boto3.client("s3").delete_bucket(Bucket="plain")
    call("collect", "-o", tmp_path / "estate.json", "-q")
    estate = json.loads((tmp_path / "estate.json").read_bytes())
    (app,) = [bucket for bucket in estate["buckets"] if bucket["name"] == "app"]
    app["readings"]["logging"] = {
        "state": "unreadable",
        "setting": "logging",
        "api": "s3:GetBucketLogging",
        "code": "AccessDenied",
        "iam_action": "s3:GetBucketLogging",
    }
    (tmp_path / "estate.json").write_text(json.dumps(estate), encoding="utf-8")

    strict = call("evaluate", tmp_path / "estate.json", "--framework-file", framework, "-o", tmp_path / "strict")
    lax = call(
        "evaluate", tmp_path / "estate.json", "--framework-file", framework, "-o", tmp_path / "lax", "--allow-unknown"
    )

    assert (strict.code, lax.code) == (3, 0), strict.err
    assert findings(tmp_path / "strict") == findings(tmp_path / "lax")


def test_evaluating_twice_gives_the_same_bytes(call: Call, small_estate: str, framework: Path, tmp_path: Path) -> None:
    """The same estate and time give byte-identical assessments and pages."""
    assert call("collect", "-o", tmp_path / "estate.json").code == 0
    for name in ("one", "two"):
        call(
            "evaluate",
            tmp_path / "estate.json",
            "--framework-file",
            framework,
            "--at",
            "2026-11-22T12:00:00Z",
            "-o",
            tmp_path / name,
        )

    for file in ("assessment.json", "report.html"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_a_waiver_lets_the_gate_pass_until_it_expires(
    call: Call, small_estate: str, framework: Path, tmp_path: Path
) -> None:
    """The finding stays in the assessment with its waiver; an expired waiver hides nothing."""
    call("collect", "-o", tmp_path / "estate.json")
    waivers = tmp_path / "waivers.toml"
    waivers.write_text(
        '[[waivers]]\ncheck = "logging-enabled"\nbucket = "plain"\nowner = "me"\nreason = "test data"\n'
        "expires = 2026-12-31\n",
        encoding="utf-8",
    )
    arguments = ("evaluate", tmp_path / "estate.json", "--framework-file", framework, "--waivers", waivers)

    before = call(*arguments, "--at", "2026-12-31", "-o", tmp_path / "before")
    after = call(*arguments, "--at", "2027-01-01", "-o", tmp_path / "after")

    assert (before.code, after.code) == (0, 10)
    document = json.loads((tmp_path / "before" / "assessment.json").read_bytes())
    (plain,) = [f for f in document["findings"] if (f["bucket"], f["check"]) == ("plain", "logging-enabled")]
    assert plain["outcome"] == "FAIL"
    assert plain["waiver"]["owner"] == "me"
    late = json.loads((tmp_path / "after" / "assessment.json").read_bytes())
    assert [waiver["state"] for waiver in late["waivers"]] == ["expired"]


def test_only_new_findings_gate_against_a_baseline_and_diff_names_them(
    call: Call, small_estate: str, framework: Path, tmp_path: Path
) -> None:
    """A known failure passes; a bucket that appears without logging fails, and diff says which one it is."""
    call("scan", "--framework-file", framework, "-o", tmp_path / "old")
    baseline = tmp_path / "old" / "assessment.json"

    known = call("scan", "--framework-file", framework, "--baseline", baseline, "-o", tmp_path / "known")
    boto3.client("s3").create_bucket(Bucket="brand-new")
    new = call("scan", "--framework-file", framework, "--baseline", baseline, "-o", tmp_path / "new")
    told = call("diff", baseline, tmp_path / "new" / "assessment.json", "--fail-on-new", "high", "-f", "json")

    assert (known.code, new.code, told.code) == (0, 10, 10)
    difference = json.loads(told.out)
    assert [entry["bucket"] for entry in difference["new"]] == ["brand-new"]
    assert [entry["bucket"] for entry in difference["unchanged"]] == ["plain"]


def test_no_account_is_exit_4_with_a_hint(
    call: Call, bare_environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without credentials nothing is audited, nothing is written, and the user is told what to do."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    ended = call("scan", "-o", tmp_path / "out")

    assert ended.code == 4
    assert "credentials" in ended.err
    assert "hint:" in ended.err
    assert list((tmp_path / "out").iterdir()) == []


def test_an_endpoint_that_does_not_answer_is_exit_4(
    call: Call, bare_environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A closed port is one quick failure, not a storm of retries."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")

    ended = call("scan", "-o", tmp_path / "out")

    assert ended.code == 4
    assert "127.0.0.1:9" in ended.err or "endpoint" in ended.err.lower()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("scan", "--framework", "hippa"), "hipaa"),
        (("scan", "--framework-file", "missing.toml"), "missing.toml"),
        (("scan", "--accounts", "123"), "12-digit"),
        (("scan", "--organization"), "--role-name"),
        (("scan", "--waivers", "missing.toml"), "missing.toml"),
        (("scan", "--baseline", "missing.json"), "missing.json"),
        (("evaluate", "missing.json"), "missing.json"),
        (("report", "missing.json"), "missing.json"),
        (("explain", "self-loging"), "self-logging"),
        (("scan", "--fail-on", "awful"), "awful"),
        (("nonsense",), "nonsense"),
    ],
)
def test_wrong_input_is_exit_2_and_says_what_is_wrong(
    arguments: tuple[str, ...],
    says: str,
    call: Call,
    aws_environment: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What, where and how to mend it, before anything is asked of AWS."""
    monkeypatch.chdir(tmp_path)

    ended = call(*arguments)

    assert ended.code == 2
    assert says in ended.err


def test_an_output_folder_that_cannot_be_written_is_found_before_the_scan(
    call: Call, bare_environment: Path, tmp_path: Path
) -> None:
    """Exit 2 although there are no credentials either: the folder is tried first."""
    blocker = tmp_path / "file"
    blocker.write_text("in the way", encoding="utf-8")

    ended = call("scan", "-o", blocker / "out")

    assert ended.code == 2
    assert "output folder" in ended.err


def test_an_estate_of_another_kind_is_refused_by_name(
    call: Call, small_estate: str, framework: Path, tmp_path: Path
) -> None:
    """An assessment given where an estate is expected says which command reads it."""
    call("scan", "--framework-file", framework, "-o", tmp_path / "out")

    ended = call("evaluate", tmp_path / "out" / "assessment.json", "-o", tmp_path / "again")

    assert ended.code == 2
    assert "assessment" in ended.err
    assert "report" in ended.err


def test_report_makes_the_page_again(call: Call, small_estate: str, framework: Path, tmp_path: Path) -> None:
    """The page made from assessment.json is the page that the scan wrote."""
    call("scan", "--framework-file", framework, "-o", tmp_path / "out")

    ended = call("report", tmp_path / "out" / "assessment.json", "-f", "html", "-o", tmp_path / "again")

    assert ended.code == 0
    assert (tmp_path / "again" / "report.html").read_bytes() == (tmp_path / "out" / "report.html").read_bytes()


def test_a_full_disk_loses_no_other_report(call: Call, small_estate: str, framework: Path, tmp_path: Path) -> None:
    """A report that cannot be written is exit 6, and everything else is there."""
    call("scan", "--framework-file", framework, "-o", tmp_path / "out")
    target = tmp_path / "ro"
    target.mkdir()
    (target / "report.html").mkdir()  # a folder where the file has to go cannot be replaced

    ended = call("evaluate", tmp_path / "out" / "estate.json", "--framework-file", framework, "-o", target)

    assert ended.code == 6
    assert "report.html" in ended.err
    assert (target / "assessment.json").is_file()
    assert [path.name for path in target.iterdir() if path.name.startswith(".")] == [], "nothing half-written"


def test_written_files_are_readable_by_others(call: Call, small_estate: str, framework: Path, tmp_path: Path) -> None:
    """A report is for sharing; the temporary file it was made from was not."""
    call("scan", "--framework-file", framework, "-o", tmp_path / "out")

    assert stat.S_IMODE(os.stat(tmp_path / "out" / "report.html").st_mode) == 0o644


def test_lists_and_explanations(call: Call) -> None:
    """checks, frameworks, explain and iam-policy answer without AWS."""
    checks = json.loads(call("checks", "list", "-f", "json").out)
    frameworks = json.loads(call("frameworks", "list", "-f", "json").out)
    policy = json.loads(call("iam-policy", "read", "--role-name", "audit/Reader").out)

    assert len(checks) == 36
    assert {one["id"] for one in frameworks} >= {"baseline", "hipaa", "pci-dss", "sox", "gdpr", "iso-27001"}
    assert all(
        action.split(":")[1].startswith(("Get", "List", "Describe", "Assume"))
        for statement in policy["Statement"]
        for action in statement["Action"]
    )
    for name in ("delivery-permitted", "hipaa"):
        assert name in call("explain", name).out
    assert "3,650" not in call("frameworks", "show", "sox").out


def test_version_and_help(call: Call) -> None:
    """Both answer with 0."""
    assert call("--version").out.startswith("s3-log-auditor, version ")
    assert "Commands:" in call("--help").out
