"""Every kind of trouble with access has a sentence that says who, what, and how to mend it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from botocore import exceptions as boto

from auditor.aws.trouble import harmless, no_access, refusal, role_refused, silence
from auditor.errors import AssumeRoleError, CredentialsError, EndpointError, NoAccessError

NOW = datetime(2026, 11, 22, tzinfo=UTC)
WHO = "profile 'prod'"


def refused(code: str, message: str = "no", operation: str = "GetCallerIdentity") -> boto.ClientError:
    """A ClientError as botocore raises it."""
    return boto.ClientError({"Error": {"Code": code, "Message": message}}, operation)


@pytest.mark.parametrize(
    ("error", "kind", "said", "hint"),
    [
        (refused("ExpiredToken"), CredentialsError, "expired", "aws sso login"),
        (refused("ExpiredTokenException"), CredentialsError, "expired", "aws sso login"),
        (refused("InvalidClientTokenId"), CredentialsError, "does not know the access key", "AWS_REGION"),
        (refused("UnrecognizedClientException"), CredentialsError, "does not know the access key", "partition"),
        (refused("SignatureDoesNotMatch"), CredentialsError, "secret key does not fit", "clock"),
        (refused("RequestTimeTooSkewed"), CredentialsError, "clock", "set the clock"),
        (refused("RegionDisabledException"), CredentialsError, "STS is not switched on", "AWS_REGION"),
        (refused("AccessDenied"), CredentialsError, "GetCallerIdentity is denied", "iam-policy read"),
        (refused("Weird", "what"), NoAccessError, "answered Weird (what)", ""),
        (boto.NoCredentialsError(), CredentialsError, "no AWS credentials", "AWS_PROFILE"),
        (boto.PartialCredentialsError(provider="env", cred_var="secret"), CredentialsError, "incomplete", "both"),
        (boto.ProfileNotFound(profile="prod"), CredentialsError, "no such profile", "list-profiles"),
        (boto.ConfigParseError(path="~/.aws/config"), CredentialsError, "configuration", "config"),
        (boto.NoRegionError(), CredentialsError, "no AWS Region", "AWS_REGION"),
        (boto.UnauthorizedSSOTokenError(), CredentialsError, "SSO session", "aws sso login"),
        (boto.SSOTokenLoadError(error_msg="x"), CredentialsError, "SSO session", "aws sso login"),
        (boto.TokenRetrievalError(provider="sso", error_msg="x"), CredentialsError, "SSO session", "aws sso login"),
        (boto.LoginRefreshRequired(), CredentialsError, "login session", "aws login"),
        (
            boto.CredentialRetrievalError(provider="p", error_msg="x"),
            CredentialsError,
            "could not be fetched",
            "aws sts",
        ),
        (boto.EndpointConnectionError(endpoint_url="http://x"), EndpointError, "does not answer", "AWS_ENDPOINT_URL"),
        (boto.ConnectTimeoutError(endpoint_url="http://x"), EndpointError, "does not answer", "proxy"),
        (boto.ReadTimeoutError(endpoint_url="http://x"), EndpointError, "does not answer", "network"),
        (boto.SSLError(endpoint_url="http://x", error=OSError("bad")), EndpointError, "does not answer", "proxy"),
        (boto.UnknownServiceError(service_name="x", known_service_names=[]), NoAccessError, "UnknownServiceError", ""),
    ],
)
def test_no_access_is_explained(error: Exception, kind: type[NoAccessError], said: str, hint: str) -> None:
    """The message names who and what, the hint how to mend it, and all of them end a run with exit code 4."""
    told = no_access(error, WHO)

    assert type(told) is kind
    assert told.message.startswith(f"{WHO}: ")
    assert said in told.message
    assert hint in told.hint
    assert told.exit_code == 4


def test_a_refused_role_names_role_and_caller() -> None:
    """AccessDenied on AssumeRole is about the trust policy, so both ends of it are named."""
    told = role_refused(refused("AccessDenied"), "account 1", role_arn="arn:role", caller_arn="arn:me")

    assert isinstance(told, AssumeRoleError)
    assert "arn:role" in told.message
    assert "arn:me" in told.hint
    assert "external id" in told.hint


def test_expired_credentials_are_not_blamed_on_the_role() -> None:
    """Trouble with our own credentials stays what it is, also when it shows at AssumeRole."""
    told = role_refused(refused("ExpiredToken"), "account 1", role_arn="arn:role", caller_arn="arn:me")

    assert isinstance(told, CredentialsError)
    assert not isinstance(told, AssumeRoleError)


def test_session_tokens_in_messages_are_removed() -> None:
    """Signature errors repeat the canonical request, whose headers hold the session token."""
    hostile = (
        "The signature does not match. x-amz-security-token:FwoGZXsecret\nCanonical:\nx-amz-security-token:FwoGZX2"
    )

    assert "FwoGZX" not in harmless(hostile)
    assert harmless(hostile).startswith("The signature does not match.")
    assert len(harmless("x" * 10_000)) <= 500


def test_a_refusal_keeps_code_request_id_and_region() -> None:
    """Evidence needs the request id also of a call that was denied."""
    error = boto.ClientError(
        {
            "Error": {"Code": "403", "Message": "Forbidden"},
            "ResponseMetadata": {
                "RequestId": "R1",
                "HostId": "",
                "HTTPStatusCode": 403,
                "HTTPHeaders": {"x-amz-bucket-region": "eu-west-1"},
                "RetryAttempts": 0,
            },
        },
        "HeadBucket",
    )

    failure = refusal(error, read_at=NOW)

    assert (failure.code, failure.status, failure.request_id) == ("403", 403, "R1")
    assert failure.bucket_region == "eu-west-1"
    assert failure.read_at == NOW


def test_an_error_without_code_still_has_one() -> None:
    """A reading must always name a code: the HTTP status, or Unknown."""
    assert refusal(boto.ClientError({"Error": {}}, "X"), read_at=NOW).code == "Unknown"


def test_silence_goes_by_the_name_of_the_exception() -> None:
    """Where AWS sent no code, botocore's exception class is the code."""
    assert silence(boto.EndpointConnectionError(endpoint_url="http://x"), read_at=NOW).code == "EndpointConnectionError"
