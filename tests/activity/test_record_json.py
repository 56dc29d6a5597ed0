"""The JSON form that CloudWatch Logs delivers."""

import json
from datetime import UTC, datetime

import pytest

from auditor.activity.readings import Fault
from auditor.activity.record import Malformed, Record, parse
from auditor.activity.record_json import parse_either
from tests.activity.generate import Line

DOCUMENT = {
    "schema_version_id": "V_1_0",
    "bucket_arn": "arn:aws:s3:::acme-hr-documents",
    "bucket_name": "acme-hr-documents",
    "request_time": "2026-11-20T03:14:07.125Z",
    "bucket_owner_id": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be",
    "remote_ip": "198.51.100.23",
    "requester": "arn:aws:iam::111122223333:role/hr-app",
    "request_id": "3E57427F33A59F07",
    "operation": "REST.GET.OBJECT",
    "key_name": "a%2520b.pdf",
    "request_uri": 'GET /a%20b.pdf?x=" HTTP/1.1',
    "http_status": 200,
    "error_code": None,
    "bytes_sent_size": 48213,
    "object_size": 48213,
    "total_duration": 41,
    "turn_around_duration": 38,
    "referer": None,
    "user_agent": 'curl "8"',
    "version_id": None,
    "host_id": "s9lzHYrFp76=",
    "signature_version": "SigV4",
    "cipher_suite": "TLS_AES_128_GCM_SHA256",
    "authentication_type": "AuthHeader",
    "host_header": "acme-hr-documents.s3.eu-west-1.amazonaws.com",
    "tls_version": "TLSv1.3",
    "access_point_arn": None,
    "acl_required": False,
    "source_region": "eu-west-1",
}


def test_every_member_is_read() -> None:
    """The JSON form has the same fields, with milliseconds, and nothing in it is ambiguous."""
    found = parse_either(json.dumps(DOCUMENT))

    assert found == Record(
        bucket_owner="79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be",
        bucket="acme-hr-documents",
        time=datetime(2026, 11, 20, 3, 14, 7, 125_000, tzinfo=UTC),
        remote_ip="198.51.100.23",
        requester="arn:aws:iam::111122223333:role/hr-app",
        request_id="3E57427F33A59F07",
        operation="REST.GET.OBJECT",
        key="a b.pdf",
        key_raw="a%2520b.pdf",
        request_uri='GET /a%20b.pdf?x=" HTTP/1.1',
        http_status=200,
        error_code=None,
        bytes_sent=48213,
        object_size=48213,
        total_time_ms=41,
        turn_around_time_ms=38,
        referer=None,
        user_agent='curl "8"',
        version_id=None,
        host_id="s9lzHYrFp76=",
        signature_version="SigV4",
        cipher_suite="TLS_AES_128_GCM_SHA256",
        authentication_type="AuthHeader",
        host_header="acme-hr-documents.s3.eu-west-1.amazonaws.com",
        tls_version="TLSv1.3",
        access_point_arn=None,
        acl_required=False,
        source_region="eu-west-1",
        extra=None,
        field_count=27,
    )


def test_missing_members_are_nothing() -> None:
    """Only the operation and the time are needed."""
    found = parse_either('{"operation": "S3.EXPIRE.OBJECT", "request_time": "2026-11-20T03:14:07Z"}\n')

    assert isinstance(found, Record)
    assert (found.bucket, found.http_status, found.acl_required) == (None, None, None)


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "{}",
        "[" * 100_000,
        json.dumps({**DOCUMENT, "http_status": "200"}),
        json.dumps({**DOCUMENT, "http_status": True}),
        json.dumps({**DOCUMENT, "object_size": -1}),
        json.dumps({**DOCUMENT, "object_size": 10**18}),
        json.dumps({**DOCUMENT, "requester": ["x"]}),
        json.dumps({**DOCUMENT, "acl_required": "Yes"}),
        json.dumps({**DOCUMENT, "operation": "GetObject"}),
        json.dumps({**DOCUMENT, "operation": None}),
        json.dumps({**DOCUMENT, "request_time": "2026-11-20T03:14:07"}),
        json.dumps({**DOCUMENT, "request_time": None}),
        json.dumps([DOCUMENT]),
    ],
)
def test_other_json_is_malformed(line: str) -> None:
    """A wrong type is not a record, and never an exception."""
    found = parse_either("{" + line[1:] if line.startswith("[" * 9) else line)

    assert isinstance(found, Malformed)
    assert found.fault in {Fault.JSON, Fault.HEAD}


def test_both_forms_are_told_apart() -> None:
    """A line of text is read as text."""
    assert parse_either(Line().text()) == parse(Line().text())
