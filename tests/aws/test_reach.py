"""Accounts are entered with the standard credential chain and by roles; those that cannot be are told with a reason."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
from mypy_boto3_s3.client import S3Client

from auditor.aws.options import NamedAccount, Targets
from auditor.errors import AssumeRoleError, CredentialsError, EndpointError, InputError, NoAccessError
from auditor.model import AccountStatus
from auditor.reading import Present, Setting

if TYPE_CHECKING:
    from tests.aws.conftest import Clients, Collect, FakeAnswer, FakeAws, FakeRequest, Script

OWN, OTHER, THIRD = "123456789012", "222233334444", "333344445555"


def in_account(clients: Clients, url: str, account: str) -> S3Client:
    """An S3 client of another account of the emulator."""
    role = f"arn:aws:iam::{account}:role/seeder"
    key = clients("sts").assume_role(RoleArn=role, RoleSessionName="seed")["Credentials"]
    client: S3Client = boto3.client(
        "s3",
        endpoint_url=url,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
        aws_session_token=key["SessionToken"],
    )
    return client


@pytest.mark.emulator
def test_other_accounts_are_entered_by_role(clients: Clients, aws_environment: str, run: Collect) -> None:
    """Each listed account is audited as itself; the caller's own needs no role, and each caller is recorded."""
    clients("s3").create_bucket(Bucket="ours")
    in_account(clients, aws_environment, OTHER).create_bucket(Bucket="theirs")
    listed = (NamedAccount(id=OTHER, name="production"), NamedAccount(id=OWN))

    collected = run(Targets(accounts=listed, role_name="audit/reader", external_id="s3cret"))

    own, other = collected.estate.accounts
    assert (own.id, own.status) == (OWN, AccountStatus.AUDITED)
    assert (other.id, other.name, other.status) == (OTHER, "production", AccountStatus.AUDITED)
    assert f"{OTHER}:assumed-role/" in other.caller_arn
    assert {bucket.name: bucket.account for bucket in collected.estate.buckets} == {"ours": OWN, "theirs": OTHER}
    assert collected.calls.calls["sts:AssumeRole"] == 1
    assert "s3cret" not in json.dumps(collected.estate.parameters)


@pytest.mark.emulator
def test_destinations_in_another_scanned_account_are_read_by_their_owner(
    clients: Clients, aws_environment: str, run: Collect
) -> None:
    """An arrow may cross accounts (through stale state); the destination is then read with its owner's credentials."""
    ours: S3Client = clients("s3")
    ours.create_bucket(Bucket="logs")
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::logs/*",
    }
    ours.put_bucket_policy(Bucket="logs", Policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
    ours.create_bucket(Bucket="app")
    ours.put_bucket_logging(
        Bucket="app", BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": "logs", "TargetPrefix": ""}}
    )
    ours.delete_bucket(Bucket="logs")
    in_account(clients, aws_environment, OTHER).create_bucket(Bucket="logs")

    collected = run(Targets(accounts=(NamedAccount(id=OWN), NamedAccount(id=OTHER)), role_name="reader"))

    assert collected.bucket("logs").account == OTHER
    assert Setting.POLICY in collected.bucket("logs").readings
    assert collected.estate.strange_destinations == ()


@pytest.mark.emulator
def test_the_organization_is_listed(clients: Clients, run: Collect) -> None:
    """Every active account of the organization is entered, and the whole answer is kept."""
    organization = clients("organizations")
    organization.create_organization(FeatureSet="ALL")
    created = organization.create_account(Email="a@example.com", AccountName="production")
    member = created["CreateAccountStatus"]["AccountId"]

    collected = run(Targets(organization=True, role_name="reader"))

    assert {account.id for account in collected.estate.accounts} == {OWN, member}
    assert {account.name for account in collected.estate.accounts} >= {"production"}
    assert isinstance(collected.estate.organization[Setting.ACCOUNT_LIST], Present)


def organization(fake: FakeAws, *accounts: Mapping[str, str]) -> Script:
    """A script of an organization whose second page is empty."""
    pages: list[Mapping[str, object]] = [
        {"Accounts": accounts[:2], "NextToken": "2"},
        {"Accounts": [], "NextToken": "3"},
        {"Accounts": accounts[2:]},
    ]

    def script(request: FakeRequest) -> FakeAnswer | None:
        if request.operation != "ListAccounts":
            return None
        page = int(json.loads(request.body).get("NextToken", "1"))
        return fake.say(json.dumps(pages[page - 1]))

    return script


def test_state_wins_over_the_retired_status(fake_aws: FakeAws, run: Collect) -> None:
    """State decides, Status only where there is no State, and an account without either is not skipped."""
    fake_aws.script = organization(
        fake_aws,
        {"Id": "111122223333", "Name": "management", "State": "ACTIVE", "Status": "SUSPENDED"},
        {"Id": "222222222222", "Name": "old answer", "Status": "ACTIVE"},
        {"Id": "333333333333", "Name": "suspended", "State": "SUSPENDED", "Status": "ACTIVE"},
        {"Id": "444444444444", "Name": "closing", "Status": "PENDING_CLOSURE"},
        {"Id": "555555555555", "Name": "silent"},
        {"Id": "bad"},
    )

    collected = run(Targets(organization=True, role_name="reader"))

    assert [account.id for account in collected.estate.accounts] == ["111122223333", "222222222222", "555555555555"]
    assert len(fake_aws.asked("ListAccounts")) == 3, "an empty page is not the end"
    (left_out,) = [note for note in collected.notes if "not active" in note]
    assert "333333333333 (SUSPENDED), 444444444444 (PENDING_CLOSURE)" in left_out
    listed = collected.estate.organization[Setting.ACCOUNT_LIST]
    assert isinstance(listed, Present)
    assert isinstance(listed.value, dict)
    accounts = listed.value["Accounts"]
    assert isinstance(accounts, list)
    assert len(accounts) == 6, "the population is kept whole"
    assert collected.estate.parameters["notes"] == collected.notes


def test_an_organization_that_cannot_be_listed_is_no_access(fake_aws: FakeAws, run: Collect) -> None:
    """Without the list nobody knows the population, so nothing is audited in its name."""
    fake_aws.script = lambda request: (
        fake_aws.error("AccessDeniedException") if request.operation == "ListAccounts" else None
    )

    with pytest.raises(NoAccessError, match=r"organizations:ListAccounts answered AccessDeniedException") as caught:
        run(Targets(organization=True, role_name="reader"))
    assert "management account" in caught.value.hint


def test_a_list_that_breaks_off_is_no_access(fake_aws: FakeAws, run: Collect) -> None:
    """Half an organization is not the organization."""
    whole = organization(fake_aws, {"Id": "111122223333", "State": "ACTIVE"})

    def script(request: FakeRequest) -> FakeAnswer | None:
        return fake_aws.error("AccessDeniedException") if "NextToken" in request.body else whole(request)

    fake_aws.script = script

    with pytest.raises(NoAccessError, match="cannot be listed"):
        run(Targets(organization=True, role_name="reader"))


def test_a_role_that_cannot_be_assumed_costs_only_its_account(fake_aws: FakeAws, run: Collect) -> None:
    """One refused account is UNREACHABLE with its problem; the others are audited."""
    fake_aws.script = lambda request: (
        fake_aws.error("AccessDenied", status=403)
        if OTHER in request.body and request.operation == "AssumeRole"
        else None
    )
    listed = (NamedAccount(id=OTHER, name="locked"), NamedAccount(id=THIRD), NamedAccount(id=THIRD))

    collected = run(Targets(accounts=listed, role_name="reader", external_id="shared"))

    locked, third = collected.estate.accounts
    assert (locked.id, locked.name, locked.status) == (OTHER, "locked", AccountStatus.UNREACHABLE)
    assert locked.problem == f"the role arn:aws:iam::{OTHER}:role/reader could not be assumed (AccessDenied)"
    assert third.status is AccountStatus.AUDITED
    assert "ExternalId=shared" in fake_aws.asked("AssumeRole")[0].body
    assert collected.estate.complete


def test_roles_that_cannot_be_assumed_are_no_access(fake_aws: FakeAws, run: Collect) -> None:
    """When every account refuses, the error names them and the role."""
    fake_aws.script = lambda request: (
        fake_aws.error("AccessDenied", status=403) if request.operation == "AssumeRole" else None
    )

    with pytest.raises(AssumeRoleError, match=f"none of the 2 accounts .* account {OTHER}: .* account {THIRD}:"):
        run(Targets(accounts=(NamedAccount(id=OTHER), NamedAccount(id=THIRD)), role_name="reader"))


def test_a_role_name_is_demanded(fake_aws: FakeAws, run: Collect) -> None:
    """No role name is guessed for an account that is not ours."""
    with pytest.raises(InputError, match=f"account {OTHER} is not the account of the credentials") as caught:
        run(Targets(accounts=(NamedAccount(id=OTHER),)))
    assert "--role-name" in caught.value.hint
    assert run(Targets(accounts=(NamedAccount(id="111122223333"),))).estate.complete


def test_role_arns_follow_the_partition(fake_aws: FakeAws, run: Collect) -> None:
    """Credentials of the China partition assume roles of the China partition."""

    def script(request: FakeRequest) -> FakeAnswer | None:
        if request.operation == "GetCallerIdentity":
            return fake_aws.say(fake_aws.caller_identity("111122223333", partition="aws-cn"))
        return fake_aws.error("AccessDenied", status=403) if request.operation == "AssumeRole" else None

    fake_aws.script = script

    with pytest.raises(AssumeRoleError, match=rf"arn:aws-cn:iam::{OTHER}:role/reader"):
        run(Targets(accounts=(NamedAccount(id=OTHER),), role_name="reader"))


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        ("ExpiredToken", CredentialsError, "have expired"),
        ("InvalidClientTokenId", CredentialsError, "does not know the access key"),
        ("SignatureDoesNotMatch", CredentialsError, "secret key does not fit"),
        ("AccessDenied", CredentialsError, "GetCallerIdentity is denied"),
    ],
)
def test_bad_credentials_are_no_access(
    fake_aws: FakeAws, run: Collect, code: str, kind: type[NoAccessError], said: str
) -> None:
    """Refused credentials end the run with a sentence, after one call and no retries."""
    fake_aws.script = lambda _: fake_aws.error(code, status=403)

    with pytest.raises(kind, match=f"^default credentials: .*{said}"):
        run()
    assert len(fake_aws.requests) == 1


def test_no_credentials_are_no_access(bare_environment: Path, run: Collect) -> None:
    """Nothing in the environment, no configuration, no metadata: the sentence says what to set."""
    with pytest.raises(CredentialsError, match="default credentials: no AWS credentials were found") as caught:
        run()
    assert "AWS_PROFILE" in caught.value.hint


def test_half_credentials_are_no_access(bare_environment: Path, run: Collect, monkeypatch: pytest.MonkeyPatch) -> None:
    """An access key without its secret is named as such."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")

    with pytest.raises(CredentialsError, match="incomplete"):
        run()


def test_a_profile_that_does_not_exist_is_no_access(bare_environment: Path, run: Collect) -> None:
    """The profile is named."""
    with pytest.raises(CredentialsError, match=r"profile 'prod': there is no such profile"):
        run(Targets(profiles=("prod",)))


def test_an_expired_sso_session_is_no_access(bare_environment: Path, run: Collect) -> None:
    """An SSO profile without a token asks for a login, and the account is known from its configuration."""
    (bare_environment / "config").write_text(
        "[profile sso]\nregion = us-east-1\nsso_start_url = https://example.awsapps.com/start\n"
        f"sso_region = us-east-1\nsso_account_id = {OTHER}\nsso_role_name = reader\n",
        encoding="utf-8",
    )

    with pytest.raises(CredentialsError, match="profile 'sso': the SSO session") as caught:
        run(Targets(profiles=("sso",)))
    assert "aws sso login" in caught.value.hint


def test_an_unreachable_endpoint_is_no_access_quickly(
    fake_aws: FakeAws, run: Collect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A closed port is tried twice and no more."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    with pytest.raises(EndpointError, match=r"default credentials: the endpoint does not answer .*127\.0\.0\.1:9"):
        run()


def profiles(folder: Path, *names: str) -> None:
    """Profiles with keys of their own."""
    text = "".join(f"[{name}]\naws_access_key_id = {name}\naws_secret_access_key = s\n" for name in names)
    (folder / "credentials").write_text(text, encoding="utf-8")


def test_two_profiles_of_one_account_audit_it_once(fake_aws: FakeAws, bare_environment: Path, run: Collect) -> None:
    """The account is in the estate once, and the user is told so."""
    profiles(bare_environment, "one", "two")

    collected = run(Targets(profiles=("one", "two")))

    assert [account.id for account in collected.estate.accounts] == ["111122223333"]
    (note,) = collected.notes
    assert note.startswith("Profiles 'one' and 'two' lead to the same account 111122223333; it is audited once, as ")


def test_a_broken_profile_costs_only_itself(fake_aws: FakeAws, bare_environment: Path, run: Collect) -> None:
    """The profile that works is audited; the other is UNREACHABLE under its own name."""
    profiles(bare_environment, "good")

    collected = run(Targets(profiles=("good", "gone")))

    broken, good = collected.estate.accounts
    assert (broken.id, broken.name, broken.status) == ("", "profile 'gone'", AccountStatus.UNREACHABLE)
    assert broken.problem == "there is no such profile"
    assert (good.id, good.status) == ("111122223333", AccountStatus.AUDITED)
