"""What a file is, told by its first lines and never by its name, so that other logs are named and not misread."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final


class Content(StrEnum):
    """Kinds of content; only the first two hold access log records."""

    ACCESS_LOG = "S3 server access log"
    ACCESS_LOG_JSON = "S3 server access log as JSON"
    EMPTY = "empty"
    APPLICATION_LOAD_BALANCER = "Application Load Balancer access log"
    NETWORK_LOAD_BALANCER = "Network Load Balancer access log"
    CLASSIC_LOAD_BALANCER = "Classic Load Balancer access log"
    CLOUDFRONT = "CloudFront access log"
    CLOUDTRAIL = "CloudTrail log"
    CLOUDTRAIL_DIGEST = "CloudTrail digest"
    CONFIG = "AWS Config snapshot or history"
    VPC_FLOW = "VPC flow log"
    WAF = "AWS WAF log"
    JSON = "JSON of an unknown kind"
    BINARY = "binary data"
    UNKNOWN = "text of an unknown kind"


SAMPLE: Final = 1 << 16
"""Bytes that decide."""

_TIME: Final = rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z"
_RECORD: Final = re.compile(
    rb"[^ \n]+ [^ \n]+ \[[0-9]{2}/[A-Za-z]{3}/[0-9]{4}:[0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{4}\] [^ \n]+ ", re.ASCII
)
_RECORD_JSON: Final = re.compile(rb'[ \t]*\{(?=[^\n]*"bucket_name")(?=[^\n]*"operation")[^\n]*"request_time"')
_FIRST_LINE: Final = (
    (Content.APPLICATION_LOAD_BALANCER, re.compile(rb"(?:https?|h2|grpcs|wss?) " + _TIME + rb" app/")),
    (Content.NETWORK_LOAD_BALANCER, re.compile(rb"tls [0-9.]+ [0-9-]+T[0-9:]+ net/")),
    (Content.CLASSIC_LOAD_BALANCER, re.compile(_TIME + rb" [^ ]+ [0-9a-fA-F.:]+:[0-9]+ ")),
    (Content.CLOUDFRONT, re.compile(rb"#Version: 1\.0\r?\n#Fields: ")),
    (Content.VPC_FLOW, re.compile(rb"(?:version|account-id|[0-9]+ [0-9]{12}) (?:account-id|interface-id|eni-)")),
)
_JSON_MARKS: Final = (
    (Content.CLOUDTRAIL_DIGEST, re.compile(rb'"digestS3Bucket"')),
    (Content.CLOUDTRAIL, re.compile(rb'"Records"\s*:\s*\[|"eventSource"')),
    (Content.CONFIG, re.compile(rb'"configSnapshotId"|"configurationItems"')),
    (Content.WAF, re.compile(rb'"webaclId"')),
)


def recognise(sample: bytes) -> Content:
    """The kind of the content that begins with `sample`, at most SAMPLE bytes of it, already decompressed.

    One line that looks like a record is enough for an access log: the others may be damaged.
    """
    text = sample[:SAMPLE].removeprefix(b"\xef\xbb\xbf")
    if not text.strip():
        return Content.EMPTY
    if _line_with(_RECORD, text):
        return Content.ACCESS_LOG
    if _line_with(_RECORD_JSON, text):
        return Content.ACCESS_LOG_JSON
    for content, pattern in _FIRST_LINE:
        if pattern.match(text):
            return content
    if text.lstrip()[:1] in {b"{", b"["}:
        return next((content for content, pattern in _JSON_MARKS if pattern.search(text)), Content.JSON)
    return Content.BINARY if _is_binary(text) else Content.UNKNOWN


def _line_with(pattern: re.Pattern[bytes], text: bytes) -> bool:
    start = 0
    while True:
        if pattern.match(text, start):
            return True
        start = text.find(b"\n", start) + 1
        if start == 0:
            return False


def _is_binary(text: bytes) -> bool:
    """Whether control characters that no text has are common."""
    controls = len(text) - len(text.translate(None, bytes(set(range(32)) - {9, 10, 13, 27})))
    return controls * 20 > len(text)
