"""The kinds of traps in a lifecycle configuration, and what each means for a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from auditor.s3.days import Fact


class TrapKind(StrEnum):
    """The ways in which a rule does less, or more, than it seems to."""

    DATE_RULE = "date-rule"
    """A calendar date acts on every object, old and new, for as long as the rule is enabled."""
    NO_OP_TRANSITION = "no-op-transition"
    """A transition that S3 does not apply to objects under 128 KB."""
    UNBOUNDED_NONCURRENT = "unbounded-noncurrent-versions"
    """Logs expire but their noncurrent versions stay for ever."""
    COVERS_NO_LOGS = "covers-no-logs"
    """A rule that selects no log object."""
    DELETE_MARKERS_ONLY = "delete-markers-only"
    """The expiration there is removes lone delete markers, not data."""
    DISABLED = "disabled"
    """The rule for logs is switched off."""
    UPLOADS_ONLY = "uploads-only"
    """The rule there is aborts incomplete uploads, and nothing expires logs."""
    EXPIRES_BEFORE_TRANSITION = "expires-before-transition"
    """Logs expire before a transition is due."""
    TAG_RULE = "tag-rule"
    """A rule by tag, which no log object has unless somebody tags it after delivery."""
    NONCURRENT_WITHOUT_VERSIONS = "noncurrent-without-versions"
    """A rule for noncurrent versions in a bucket that has none."""
    MFA_DELETE = "mfa-delete"
    """MFA delete, with which S3 does not support lifecycle rules."""
    UNDECIDABLE_PART = "undecidable-part"
    """A part that S3 does not document, so its effect is unknown."""


class Weight(StrEnum):
    """What a trap means for the verdict."""

    DEFECT = "defect"
    UNDECIDED = "undecided"
    """It is a defect or it is not: what was read does not tell."""
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """One trap: the rule it is in (None for the whole configuration, or a rule without ID), the fact, a sentence."""

    kind: TrapKind
    weight: Weight
    rule_id: str | None
    fact: Fact
    sentence: str

    @property
    def path(self) -> str:
        """Where the fact stands, e.g. `Rules[2].Expiration.Date`."""
        return self.fact.path
