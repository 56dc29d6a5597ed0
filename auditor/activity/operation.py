"""An operation reads, writes, deletes, lists or configures; of one that nobody has described we do not know.

Names come from the S3 User Guide ("Amazon S3 server access log format", "Lifecycle and other bucket configurations")
and from published logs. The set is open, so verbs and resources are combined: `REST.PUT.CORS` and `REST.DELETE.CORS`
are both configuration whether or not anyone has shown us the second. Reading a configuration is `config` too.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from auditor.activity.sql_text import case, literal, literals


class ActionClass(StrEnum):
    """What an operation does."""

    READ = "read"
    WRITE = "write"
    DELETE = "delete"
    LIST = "list"
    CONFIG = "config"


_CONFIGURATION: Final = (
    "ACCELERATE", "ACL", "ANALYTICS", "BUCKETPOLICY", "CORS", "ENCRYPTION", "INTELLIGENT_TIERING", "INVENTORY",
    "LEGAL_HOLD", "LIFECYCLE", "LOCATION", "LOGGING_STATUS", "METRICS", "NOTIFICATION", "OBJECT_LOCK_CONFIGURATION",
    "OWNERSHIP_CONTROLS", "POLICY_STATUS", "PUBLIC_ACCESS_BLOCK", "REPLICATION", "REQUEST_PAYMENT", "RETENTION",
    "TAGGING", "VERSIONING", "WEBSITE",
)  # fmt: skip
_CONFIGURING: Final = tuple(
    f"REST.{verb}.{resource}" for resource in _CONFIGURATION for verb in ("GET", "HEAD", "PUT", "POST", "DELETE")
)
_READING: Final = (
    "REST.GET.OBJECT", "REST.HEAD.OBJECT", "REST.GET.PART", "REST.HEAD.PART", "REST.GET.TORRENT", "REST.HEAD.TORRENT",
    "REST.POST.TORRENT", "REST.GET.OBJECT_TAGGING", "REST.HEAD.OBJECT_TAGGING", "REST.GET.OBJECT_ATTRIBUTES",
    "REST.POST.OBJECT_ATTRIBUTES", "REST.POST.SELECT", "REST.OPTIONS.PREFLIGHT", "REST.COPY.OBJECT_GET",
    "REST.COPY.PART_GET", "WEBSITE.GET.OBJECT", "WEBSITE.HEAD.OBJECT", "SOAP.GET.OBJECT",
    "S3.COMPUTE.OBJECT.CHECKSUM",
)  # fmt: skip
_LISTING: Final = (
    "REST.GET.BUCKET", "REST.HEAD.BUCKET", "REST.GET.BUCKETVERSIONS", "REST.HEAD.BUCKETVERSIONS", "REST.GET.UPLOADS",
    "REST.HEAD.UPLOADS", "REST.GET.UPLOAD", "REST.GET.SERVICE",
)  # fmt: skip
_WRITING: Final = (
    "REST.PUT.OBJECT", "REST.POST.OBJECT", "REST.PUT.PART", "REST.POST.UPLOADS", "REST.POST.UPLOAD",
    "REST.COPY.OBJECT", "REST.COPY.PART", "REST.PUT.OBJECT_TAGGING", "REST.POST.RESTORE", "REST.PUT.BUCKET",
    "SOAP.PUT.OBJECT", "S3.RESTORE.OBJECT", "S3.TRANSITION.OBJECT", "S3.TRANSITION_SIA.OBJECT",
    "S3.TRANSITION_ZIA.OBJECT", "S3.TRANSITION_INT.OBJECT", "S3.TRANSITION_GIR.OBJECT", "S3.TRANSITION_GDA.OBJECT",
)  # fmt: skip
# A multi-object delete is one request; its keys have a BATCH.DELETE.OBJECT record each, so count those instead.
_DELETING: Final = (
    "REST.DELETE.OBJECT", "REST.POST.MULTI_OBJECT_DELETE", "BATCH.DELETE.OBJECT", "REST.DELETE.UPLOAD",
    "REST.DELETE.OBJECT_TAGGING", "REST.DELETE.BUCKET", "SOAP.DELETE.OBJECT", "S3.EXPIRE.OBJECT",
    "S3.CREATE.DELETEMARKER", "S3.DELETE.UPLOAD",
)  # fmt: skip

OPERATIONS: Final = {
    ActionClass.READ: _READING,
    ActionClass.WRITE: _WRITING,
    ActionClass.DELETE: _DELETING,
    ActionClass.LIST: _LISTING,
    ActionClass.CONFIG: _CONFIGURING,
}
"""The operations of each class."""


def action_class(operation: str) -> ActionClass | None:
    """What `operation` does; None when nobody has described it."""
    return next((kind for kind, operations in OPERATIONS.items() if operation in operations), None)


def action_class_sql(operation: str) -> str:
    """SQL equal to `action_class` for the SQL expression `operation`."""
    return case(*((f"{operation} IN {literals(names)}", literal(kind)) for kind, names in OPERATIONS.items()))
