"""What is known about the condition keys of a request, key by key; of a key that is not listed, nothing is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, TypeAlias

from auditor.s3.glob import Missing, Variable


@dataclass(frozen=True, slots=True)
class Known:
    """The request carries the key with these values, at least one; with others besides unless `complete`."""

    values: tuple[str, ...]
    complete: bool = True

    @property
    def single(self) -> str | None:
        """The value, when there is exactly one."""
        return self.values[0] if self.complete and len(self.values) == 1 else None


@dataclass(frozen=True, slots=True)
class NotSent:
    """The request does not carry the key."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody documents what the request carries; perhaps it does not carry the key at all, unless `sent`."""

    sent: bool = False


@dataclass(frozen=True, slots=True)
class Unnamed:
    """The request carries one value, of which we only know that no policy spells it out.

    It stands for "somebody else". When `account` is given the value is the ARN of an IAM user or role of that account
    and partition; when it is "", of an account that no policy spells out; when it is None, it is no ARN.
    """

    account: str | None = None
    partition: str = "aws"


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of these holds, we do not know which."""

    facts: tuple[Known | NotSent | Unnamed, ...]


Fact: TypeAlias = Known | NotSent | Unknown | Unnamed | OneOf

NOT_SENT: Final = NotSent()
UNKNOWN: Final = Unknown()


@dataclass(frozen=True, slots=True, eq=False)
class RequestContext:
    """The facts of a request by condition key in lower case.

    A key of a family, such as `aws:PrincipalTag/team`, is also looked up by what stands before the slash.
    """

    facts: Mapping[str, Fact]

    def fact(self, key: str) -> Fact:
        """What is known about the key, given in lower case."""
        found = self.facts.get(key)
        if found is None and "/" in key:
            found = self.facts.get(key.partition("/")[0])
        return UNKNOWN if found is None else found

    def text(self, variable: Variable) -> str | Missing:
        """What stands for a policy variable in this request.

        A variable whose key is not sent is its default, or nothing at all. Keys with several values cannot be used as
        variables (IAM User Guide, "Variables and tags"), and what AWS does then is not documented.
        """
        match self.fact(variable.key):
            case Known(values=(value,), complete=True):
                return value
            case NotSent():
                return Missing.NO_VALUE if variable.default is None else variable.default
            case Known() | Unknown() | Unnamed() | OneOf():
                return Missing.NOT_KNOWN

    def but(self, facts: Mapping[str, Fact]) -> RequestContext:
        """The same request, with other facts about these keys."""
        return RequestContext({**self.facts, **facts})


# IAM User Guide, "AWS global condition context keys": sent only through a VPC endpoint, only for members of an
# organization, only for IAM users, only with the credentials of a role session, only in forward access sessions.
_NOT_OF_SERVICES: Final = (
    "aws:sourcevpc",
    "aws:sourcevpcarn",
    "aws:sourcevpce",
    "aws:vpcsourceip",
    "aws:vpceaccount",
    "aws:vpceorgid",
    "aws:vpceorgpaths",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principaltag",
    "aws:username",
    "aws:assumedroot",
    "aws:federatedprovider",
    "aws:multifactorauthage",
    "aws:multifactorauthpresent",
    "aws:sourceidentity",
    "aws:tokenissuetime",
    "aws:ec2instancesourcevpc",
    "aws:ec2instancesourceprivateipv4",
    "aws:calledvia",
    "aws:calledviafirst",
    "aws:calledvialast",
)

# The same page: sent only when an AWS service principal makes the call itself.
_ONLY_OF_SERVICES: Final = (
    "aws:principalservicename",
    "aws:principalservicenameslist",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
)

# S3 User Guide, "Protecting data in transit with encryption": HTTPS to S3 is TLS 1.2 or TLS 1.3, in all Regions.
# Whether a delivery by the service carries the key at all is not documented.
_TLS_VERSIONS: Final = OneOf((NOT_SENT, Known(("1.2",)), Known(("1.3",))))

_SERVICE: Final[Mapping[str, Fact]] = {
    **dict.fromkeys(_NOT_OF_SERVICES, NOT_SENT),
    "aws:principalisawsservice": Known(("true",)),
    "aws:securetransport": Known(("true",)),
    "s3:tlsversion": _TLS_VERSIONS,
}


@lru_cache(maxsize=64)
def _at(now: datetime, account: str) -> Mapping[str, Fact]:
    moment = now.astimezone(UTC)
    return {
        "aws:currenttime": Known((moment.isoformat(timespec="seconds").replace("+00:00", "Z"),)),
        "aws:epochtime": Known((str(int(moment.timestamp())),)),
        "aws:resourceaccount": Known((account,)),
        "s3:resourceaccount": Known((account,)),
    }


def service_request(
    service: str, *, source_arn: str, source_account: str, resource_account: str, now: datetime
) -> RequestContext:
    """A request that an AWS service makes in its own name, on behalf of a resource of `source_account`.

    `resource_account` owns the bucket that is written to. The list of service names holds `service`, perhaps with
    Regional names of it. Unknown stay, for lack of documentation, aws:PrincipalArn, aws:PrincipalAccount, aws:SourceIp,
    aws:RequestedRegion, the keys about the organization of source and resource, and the s3: keys about headers.
    """
    return RequestContext(
        {
            **_SERVICE,
            **_at(now, resource_account),
            "aws:principalservicename": Known((service,)),
            "aws:principalservicenameslist": Known((service,), complete=False),
            "aws:sourcearn": Known((source_arn,)),
            "aws:sourceaccount": Known((source_account,)),
        }
    )


@lru_cache(maxsize=64)
def log_delivery_account_request(*, resource_account: str, now: datetime) -> RequestContext:
    """A delivery that only the ACL grant to the LogDelivery group permits.

    It is TLS, but AWS does not document whether the service or its "special log delivery account" signs it.
    """
    return RequestContext(
        {"aws:securetransport": Known(("true",)), "s3:tlsversion": _TLS_VERSIONS, **_at(now, resource_account)}
    )


def anonymous_request(*, resource_account: str, now: datetime, secure: bool) -> RequestContext:
    """A request that nobody signed (IAM User Guide: what anonymous requests do and do not include)."""
    return RequestContext(
        {
            **dict.fromkeys(_ONLY_OF_SERVICES, NOT_SENT),
            **_at(now, resource_account),
            **_transport(secure=secure),
            "aws:principalaccount": Known(("anonymous",)),
            "aws:userid": Known(("anonymous",)),
            "aws:principaltype": Known(("Anonymous",)),
            **dict.fromkeys(
                (
                    "aws:principalarn",
                    "aws:principalorgid",
                    "aws:principalorgpaths",
                    "aws:principaltag",
                    "aws:principalisawsservice",
                    "aws:username",
                    "aws:tokenissuetime",
                    "aws:multifactorauthage",
                    "aws:multifactorauthpresent",
                ),
                NOT_SENT,
            ),
        }
    )


def signed_request(*, account: Fact, arn: Fact, resource_account: str, now: datetime, secure: bool) -> RequestContext:
    """A request of an IAM user, role or root: whose, is said by `account` and `arn` (aws:PrincipalArn).

    The caller chooses transport, headers, network and time; of these only the transport is fixed, by `secure`.
    Somebody whom no policy spells out by ARN is not spelled out by aws:userid either; of anybody else we cannot tell.
    """
    return RequestContext(
        {
            **dict.fromkeys(_ONLY_OF_SERVICES, NOT_SENT),
            **_at(now, resource_account),
            **_transport(secure=secure),
            "aws:principalaccount": account,
            "aws:principalarn": arn,
            "aws:principalisawsservice": Known(("false",)),
            "aws:userid": Unnamed() if isinstance(arn, Unnamed) else Unknown(sent=True),
        }
    )


def strangers_request(*, partition: str, resource_account: str, now: datetime, secure: bool) -> RequestContext:
    """A signed request of a user or role of whom the policy spells out neither name, account nor organization."""
    nowhere = OneOf((NOT_SENT, Unnamed()))
    return signed_request(
        account=Unnamed(),
        arn=Unnamed("", partition),
        resource_account=resource_account,
        now=now,
        secure=secure,
    ).but({"aws:principalorgid": nowhere, "aws:principalorgpaths": nowhere})


def _transport(*, secure: bool) -> Mapping[str, Fact]:
    if secure:
        return {"aws:securetransport": Known(("true",)), "s3:tlsversion": OneOf((Known(("1.2",)), Known(("1.3",))))}
    return {"aws:securetransport": Known(("false",))}
