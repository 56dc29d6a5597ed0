"""The requests by which access logs arrive: which keys, in whose name, and with what in the request context.

Sources: S3 User Guide, "Enabling Amazon S3 server access logging"; CloudWatch Logs User Guide, "Logs sent to Amazon
S3".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from auditor.s3.arn import bucket_arn
from auditor.s3.callers import ServiceCaller
from auditor.s3.key_language import Keys, KeysUnder, LogKeys
from auditor.s3.log_keys import KeySpace
from auditor.s3.request_context import (
    UNKNOWN,
    Fact,
    Known,
    RequestContext,
    log_delivery_account_request,
    service_request,
)

LOGGING_SERVICE: Final = "logging.s3.amazonaws.com"
"""Who delivers access logs to a bucket."""
VENDED_SERVICE: Final = "delivery.logs.amazonaws.com"
"""Who delivers them by way of CloudWatch Logs."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DeliveryRequest:
    """The s3:PutObject requests by which one source's logs arrive: the keys, who asks, and with what context.

    `by_group` is the same for a delivery that only the ACL of the destination permits; None where that is no way.
    """

    keys: Keys
    caller: ServiceCaller
    context: RequestContext
    by_group: RequestContext | None


def access_log_delivery(space: KeySpace, *, partition: str, destination_account: str, now: datetime) -> DeliveryRequest:
    """Bucket delivery of the access logs of the source that `space` belongs to, from the year of `now` on."""
    return DeliveryRequest(
        keys=LogKeys(space=space, first_year=now.year),
        caller=service_caller(LOGGING_SERVICE, partition, destination_account),
        context=service_context(
            LOGGING_SERVICE,
            partition,
            source_arn=bucket_arn(partition, space.bucket),
            source_account=space.account,
            destination_account=destination_account,
            now=now,
        ),
        by_group=log_delivery_account_request(resource_account=destination_account, now=now),
    )


def vended_log_delivery(
    prefix: str,
    *,
    partition: str,
    source_arn: str,
    source_account: str,
    destination_account: str,
    now: datetime,
) -> DeliveryRequest:
    """Delivery through CloudWatch Logs to keys under `prefix`; `source_arn` is that of the delivery source.

    It sets the canned ACL bucket-owner-full-control (CloudWatch Logs User Guide, "Logs sent to Amazon S3").
    """
    context = service_context(
        VENDED_SERVICE,
        partition,
        source_arn=source_arn,
        source_account=source_account,
        destination_account=destination_account,
        now=now,
    )
    facts: Mapping[str, Fact] = {"s3:x-amz-acl": Known(("bucket-owner-full-control",))}
    return DeliveryRequest(
        keys=KeysUnder(prefix),
        caller=service_caller(VENDED_SERVICE, partition, destination_account),
        context=context.but(facts),
        by_group=None,
    )


def service_caller(service: str, partition: str, home: str) -> ServiceCaller:
    """The service as caller of a bucket that the account `home` owns."""
    return ServiceCaller(name=service, documented=partition == "aws", home=home)


def service_context(
    service: str,
    partition: str,
    *,
    source_arn: str,
    source_account: str,
    destination_account: str,
    now: datetime,
) -> RequestContext:
    """What a request of the service carries, as far as AWS documents it for the partition."""
    context = service_request(
        service, source_arn=source_arn, source_account=source_account, resource_account=destination_account, now=now
    )
    if partition == "aws":
        return context
    # AWS documents the service's name for the partition aws only; elsewhere it may be another one.
    return context.but({"aws:principalservicename": UNKNOWN, "aws:principalservicenameslist": UNKNOWN})
