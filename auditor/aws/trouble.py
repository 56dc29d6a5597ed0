"""What can go wrong between us and AWS, in the words of somebody who has to mend it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from botocore import exceptions as boto
from botocore.parsers import ResponseParserError

from auditor.errors import AssumeRoleError, CredentialsError, EndpointError, NoAccessError

UNANSWERED: Final = (boto.BotoCoreError, ResponseParserError, ET.ParseError, ValueError)
"""What a call raises when AWS did not answer, or not so that botocore understands it.

ValueError is a time it cannot read. Only calls stand in a `try` with these, so they never hide a mistake of ours.
"""

UNREACHED: Final = (
    boto.EndpointConnectionError,
    boto.ConnectTimeoutError,
    boto.ProxyConnectionError,
    boto.SSLError,
)
"""The part of UNANSWERED where no connection came about: trying again at once does not help."""

_MESSAGE_LENGTH = 500
_EXPIRED: Final = {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
_UNKNOWN_KEY: Final = {"InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "InvalidToken"}
_BAD_SIGNATURE: Final = {"SignatureDoesNotMatch", "InvalidSignatureException", "IncompleteSignature"}
_DENIED: Final = {"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A call without an answer we can use: AWS's error code, or the name of botocore's exception.

    `status` is the HTTP status, 0 when there was none. `bucket_region` is the header `x-amz-bucket-region`, which S3
    sends with HeadBucket even when it denies the call.
    """

    code: str
    message: str = ""
    request_id: str = ""
    read_at: datetime | None = None
    status: int = 0
    bucket_region: str = ""


def refusal(error: boto.ClientError, *, read_at: datetime) -> Failure:
    """What AWS answered instead of a document."""
    details: Mapping[str, object] = error.response.get("Error", {})
    metadata: Mapping[str, object] = error.response.get("ResponseMetadata", {})
    headers = metadata.get("HTTPHeaders", {})
    status = metadata.get("HTTPStatusCode", 0)
    return Failure(
        code=str(details.get("Code") or status or "Unknown"),
        message=harmless(str(details.get("Message") or "")),
        request_id=str(metadata.get("RequestId") or ""),
        read_at=read_at,
        status=status if isinstance(status, int) else 0,
        bucket_region=str(headers.get("x-amz-bucket-region", "")) if isinstance(headers, Mapping) else "",
    )


def silence(error: Exception, *, read_at: datetime) -> Failure:
    """One of UNANSWERED, under the name of its class."""
    return Failure(code=type(error).__name__, message=harmless(str(error)), read_at=read_at)


def harmless(message: str) -> str:
    """The first line of an error message, without session tokens.

    Signature errors repeat the canonical request, session token included, on the lines after the first.
    """
    first = message.partition("\n")[0].strip()
    first = re.sub(r"(?i)(x-amz-security-token\W{1,3})\S+", r"\1(removed)", first)
    return first if len(first) <= _MESSAGE_LENGTH else first[: _MESSAGE_LENGTH - 1] + "…"


def code_of(error: boto.ClientError) -> str:
    """AWS's error code."""
    return str(error.response.get("Error", {}).get("Code", "Unknown"))


def no_access(error: Exception, who: str) -> NoAccessError:
    """Why `who` ("profile 'prod'", "account 111122223333") cannot be audited, as an error with a hint."""
    if isinstance(error, NoAccessError):
        return error
    if isinstance(error, boto.ClientError):
        return _refused(error, who)
    return _unanswered(error, who)


def _refused(error: boto.ClientError, who: str) -> NoAccessError:
    message = harmless(str(error.response.get("Error", {}).get("Message") or ""))
    return no_access_by_code(code_of(error), who, operation=error.operation_name, message=message)


def no_access_by_code(code: str, who: str, *, operation: str, message: str) -> NoAccessError:
    """The same for the error code that `operation` answered; `message` is AWS's own."""
    if code in _EXPIRED:
        return CredentialsError(
            f"{who}: the credentials have expired ({code})",
            hint="renew them (`aws sso login`, `aws login` or new temporary keys) and run again",
        )
    if code in _UNKNOWN_KEY:
        return CredentialsError(
            f"{who}: AWS does not know the access key ({code})",
            hint="is the key active, is its session token set too, and does AWS_REGION lie in its partition?",
        )
    if code in _BAD_SIGNATURE:
        return CredentialsError(
            f"{who}: the secret key does not fit the access key ({code})",
            hint="was the secret key copied whole, and is this machine's clock right?",
        )
    if code in {"RequestTimeTooSkewed", "RequestInTheFuture"}:
        return CredentialsError(f"{who}: AWS finds this machine's clock wrong ({code})", hint="set the clock")
    if code == "RegionDisabledException":
        return CredentialsError(
            f"{who}: STS is not switched on in the Region of these credentials",
            hint="set AWS_REGION to a Region that the account uses",
        )
    if code in _DENIED:
        return CredentialsError(
            f"{who}: {operation} is denied ({message or code})",
            hint="`s3-log-auditor iam-policy read` prints the permissions a scan needs",
        )
    if code in {kind.__name__ for kind in UNREACHED}:
        return _no_answer(who, message)
    return NoAccessError(f"{who}: {operation} answered {code} ({message})")


def _no_answer(who: str, message: str) -> EndpointError:
    return EndpointError(
        f"{who}: the endpoint does not answer ({message})",
        hint="is the network up, is a proxy in between, and is AWS_ENDPOINT_URL right if it is set?",
    )


def role_refused(error: Exception, who: str, *, role_arn: str, caller_arn: str) -> NoAccessError:
    """Why the role of an account could not be assumed; trouble with our own credentials stays what it is."""
    if not isinstance(error, boto.ClientError) or code_of(error) in _EXPIRED | _UNKNOWN_KEY | _BAD_SIGNATURE:
        return no_access(error, who)
    return AssumeRoleError(
        f"{who}: the role {role_arn} could not be assumed ({code_of(error)})",
        hint=f"does the role exist, does its trust policy allow {caller_arn}, and is the external id the right one?",
    )


def _unanswered(error: Exception, who: str) -> NoAccessError:
    message = harmless(str(error))
    match error:
        case boto.NoCredentialsError():
            return CredentialsError(
                f"{who}: no AWS credentials were found",
                hint="set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run `aws configure`",
            )
        case boto.PartialCredentialsError():
            return CredentialsError(f"{who}: the credentials are incomplete ({message})", hint="set both keys")
        case boto.ProfileNotFound():
            return CredentialsError(f"{who}: there is no such profile", hint="`aws configure list-profiles` names them")
        case boto.ConfigParseError() | boto.ConfigNotFound() | boto.InvalidConfigError():
            return CredentialsError(
                f"{who}: the AWS configuration cannot be used ({message})", hint="see ~/.aws/config"
            )
        case boto.SSOError() | boto.TokenRetrievalError() | boto.NoAuthTokenError():
            return CredentialsError(f"{who}: the SSO session is over or was never opened", hint="run `aws sso login`")
        case boto.LoginError():
            return CredentialsError(f"{who}: the login session is over or was never opened", hint="run `aws login`")
        case boto.CredentialRetrievalError() | boto.MetadataRetrievalError() | boto.UnknownCredentialError():
            return CredentialsError(
                f"{who}: the credentials could not be fetched ({message})", hint="try `aws sts get-caller-identity`"
            )
        case boto.NoRegionError():
            return CredentialsError(f"{who}: no AWS Region is known", hint="set AWS_REGION")
        case boto.ConnectionError() | boto.HTTPClientError():
            return _no_answer(who, message)
        case _:
            return NoAccessError(f"{who}: {type(error).__name__}: {message}")
