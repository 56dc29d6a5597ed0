"""What a file is, by its first lines."""

import pytest

from auditor.activity.content import SAMPLE, Content, recognise
from tests.activity.generate import INTERNAL, Line

LINE = Line().encode()


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        (b"", Content.EMPTY),
        (b"\n \r\n", Content.EMPTY),
        (LINE, Content.ACCESS_LOG),
        (b"\xef\xbb\xbf" + LINE, Content.ACCESS_LOG),
        (b"damaged beginning of a line\n" + LINE + b"\n", Content.ACCESS_LOG),
        (
            b'{"bucket_name":"b","request_time":"2026-11-20T03:14:07Z","operation":"REST.GET.OBJECT"}\n',
            Content.ACCESS_LOG_JSON,
        ),
        (
            b"https 2026-11-20T03:14:07.123456Z app/my-lb/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 0.0 0.0",
            Content.APPLICATION_LOAD_BALANCER,
        ),
        (
            b"2026-11-20T03:14:07.123456Z my-lb 192.168.131.39:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200",
            Content.CLASSIC_LOAD_BALANCER,
        ),
        (b"tls 2.0 2026-11-20T03:14:07 net/my-lb/c6e77e28c25b2234 g3d4b5e8bb8464cd", Content.NETWORK_LOAD_BALANCER),
        (b"#Version: 1.0\n#Fields: date time x-edge-location sc-bytes\n", Content.CLOUDFRONT),
        (b'{"Records":[{"eventVersion":"1.08","eventSource":"s3.amazonaws.com"}]}', Content.CLOUDTRAIL),
        (b'{"awsAccountId":"1","digestS3Bucket":"b"}', Content.CLOUDTRAIL_DIGEST),
        (b'{"fileVersion":"1.0","configSnapshotId":"x"}', Content.CONFIG),
        (b"version account-id interface-id srcaddr\n2 111122223333 eni-1", Content.VPC_FLOW),
        (b"2 111122223333 eni-1235b8ca123456789 172.31.16.139", Content.VPC_FLOW),
        (b'{"timestamp":1,"webaclId":"arn:aws:wafv2"}', Content.WAF),
        (b'{"hello":"world"}', Content.JSON),
        (b"PAR1\x15\x04\x00\x00\x00\x00\x01\x02", Content.BINARY),
        (bytes(range(256)) * 9, Content.BINARY),
        (b"# Readme\n\nHello.\n", Content.UNKNOWN),
        ("Grüße an alle\n".encode(), Content.UNKNOWN),
        (b"10.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] GET /apache_pb.gif HTTP/1.0 200\n", Content.UNKNOWN),
    ],
)
def test_content_is_recognised(sample: bytes, expected: Content) -> None:
    """Other AWS logs have a name, and no file name is needed."""
    assert recognise(sample) is expected


@pytest.mark.parametrize("operation", [name for name, _ in INTERNAL])
def test_every_kind_of_record_marks_an_access_log(operation: str) -> None:
    """A log of nothing but S3's own actions is an access log."""
    line = Line(operation=operation, remote_ip="-", requester="AmazonS3", uri="-", referer="-", user_agent="-")

    assert recognise(line.encode()) is Content.ACCESS_LOG


def test_only_the_beginning_decides() -> None:
    """Megabytes behind the sample are not looked at."""
    assert recognise(b"x\n" * SAMPLE + LINE) is Content.UNKNOWN
