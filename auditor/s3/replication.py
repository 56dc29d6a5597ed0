"""Which keys a replication configuration copies, and where to.

Source: S3 API Reference, GetBucketReplication (ReplicationRule, ReplicationRuleFilter, Destination); S3 User Guide,
"What does Amazon S3 replicate?": objects encrypted with KMS keys only where a rule selects them.
"""

from __future__ import annotations

from dataclasses import dataclass

from auditor.reading import Json
from auditor.s3.arn import parse_arn
from auditor.s3.documents import shown
from auditor.s3.malformed import quoted
from auditor.shape import array, mapping, text

_ROOT = "ReplicationConfiguration"
_FILTERS = frozenset({"Prefix", "Tag", "And"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicationRule:
    """One rule. `account` is the owner that the rule names for the copies, "" when it names none.

    `tagged` when it selects by tag, which log objects do not have. `selects_kms` when it copies objects encrypted with
    KMS keys, too. `doubt` says what in it we do not know, "" when nothing.
    """

    index: int
    id: str
    enabled: bool
    prefix: str
    tagged: bool
    selects_kms: bool
    copies_delete_markers: bool
    bucket: str
    account: str
    doubt: str

    @property
    def path(self) -> str:
        """Where the rule stands."""
        return f"{_ROOT}.Rules[{self.index}]"

    @property
    def name(self) -> str:
        """How to call the rule in a sentence."""
        return f"rule {quoted(self.id)}" if self.id else f"the rule at {self.path}"


def parse_replication(document: Json) -> tuple[ReplicationRule, ...]:
    """The rules of a GetBucketReplication answer; another shape is a ValueError."""
    configuration = mapping(mapping(document, "GetBucketReplication").get(_ROOT), _ROOT)
    rules = array(configuration.get("Rules"), f"{_ROOT}.Rules")
    return tuple(_rule(item, index) for index, item in enumerate(rules))


def _rule(item: Json, index: int) -> ReplicationRule:
    path = f"{_ROOT}.Rules[{index}]"
    rule = mapping(item, path)
    status = text(rule.get("Status"), f"{path}.Status")
    prefix, tagged, strange = _filter(rule.get("Filter", {}), f"{path}.Filter")
    to = mapping(rule.get("Destination"), f"{path}.Destination")
    arn = parse_arn(text(to.get("Bucket"), f"{path}.Destination.Bucket"))
    if arn is None or arn.service != "s3":
        raise ValueError(f"{path}.Destination.Bucket must be the ARN of a bucket")
    selected = mapping(rule.get("SourceSelectionCriteria", {}), f"{path}.SourceSelectionCriteria")
    doubt = f"its filter has {shown(strange)}, which is not known" if strange else ""
    if status not in {"Enabled", "Disabled"}:
        doubt = "its status is neither Enabled nor Disabled"
    return ReplicationRule(
        index=index,
        id=text(rule.get("ID", ""), f"{path}.ID"),
        enabled=status != "Disabled",
        # Rules from before filters have the prefix beside their status.
        prefix=prefix or text(rule.get("Prefix", ""), f"{path}.Prefix"),
        tagged=tagged,
        selects_kms=_is_enabled(selected.get("SseKmsEncryptedObjects"), f"{path}.SseKmsEncryptedObjects"),
        copies_delete_markers=_is_enabled(rule.get("DeleteMarkerReplication"), f"{path}.DeleteMarkerReplication"),
        bucket=arn.resource,
        account=text(to.get("Account", ""), f"{path}.Destination.Account"),
        doubt=doubt,
    )


def _filter(item: Json, path: str) -> tuple[str, bool, str]:
    """The prefix of a filter, whether it asks for tags, and the name of a condition that is not known."""
    members = mapping(item, path)
    both = mapping(members.get("And", {}), f"{path}.And")
    prefix = text(members.get("Prefix", both.get("Prefix", "")), f"{path}.Prefix")
    tagged = members.get("Tag") is not None or bool(array(both.get("Tags", []), f"{path}.And.Tags"))
    strange = sorted((members.keys() - _FILTERS) | (both.keys() - {"Prefix", "Tags"}))
    return prefix, tagged, strange[0] if strange else ""


def _is_enabled(item: Json, path: str) -> bool:
    return False if item is None else text(mapping(item, path).get("Status"), f"{path}.Status") == "Enabled"
