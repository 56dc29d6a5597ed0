"""Keys and request lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.activity.decode import RequestLine, decode_key, printable, request_line


@pytest.mark.parametrize(
    ("raw", "operation", "key"),
    [
        ("r%25C3%25A9sum%25C3%25A9.pdf", "REST.GET.OBJECT", "résumé.pdf"),
        ("a%252520b", "REST.GET.OBJECT", "a%20b"),
        ("a%2520b", "WEBSITE.GET.OBJECT", "a b"),
        ("a%2520b", "SOAP.GET.OBJECT", "a b"),
        ("a%20b", "REST.GET.OBJECT", "a b"),
        ("a+b", "REST.GET.OBJECT", "a+b"),
        ("a+b%2Bc", "BATCH.DELETE.OBJECT", "a b+c"),
        ("a%2520b", "BATCH.DELETE.OBJECT", "a%20b"),
        ("100%25", "S3.EXPIRE.OBJECT", "100%"),
        ("r%C3%A9sum%C3%A9", "S3.EXPIRE.OBJECT", "résumé"),
        ("50%", "REST.GET.OBJECT", "50%"),
        ("%zz%4", "REST.GET.OBJECT", "%zz%4"),
        ("plain/key", "REST.GET.OBJECT", "plain/key"),
    ],
)
def test_keys_are_decoded_as_often_as_they_were_encoded(raw: str, operation: str, key: str) -> None:
    """Twice for requests, once for batch deletes and S3's own actions."""
    assert decode_key(raw, operation) == key


@given(st.text(max_size=30), st.sampled_from(["REST.GET.OBJECT", "BATCH.DELETE.OBJECT"]))
def test_no_key_is_an_error(raw: str, operation: str) -> None:
    """Whatever the log holds, decoding answers, and its answer can be shown."""
    printable(decode_key(raw, operation)).encode()


def test_bytes_that_are_not_utf8_survive() -> None:
    """A key of other bytes keeps them, and has a form that UTF-8 can carry."""
    key = decode_key("a%25FFb", "REST.GET.OBJECT")

    assert key.encode("utf-8", "surrogateescape") == b"a\xffb"
    assert printable(key) == "a\\xffb"


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        (
            "GET /a%20b?versionId=x%20y&acl HTTP/1.1",
            RequestLine(method="GET", path="/a%20b", query=(("versionId", "x y"), ("acl", "")), protocol="HTTP/1.1"),
        ),
        (
            "GET /bucket/key?x-foo=bar",
            RequestLine(method="GET", path="/bucket/key", query=(("x-foo", "bar"),), protocol=None),
        ),
        ("GET / HTTP/1.0", RequestLine(method="GET", path="/", query=(), protocol="HTTP/1.0")),
        ("", None),
        ("-", None),
        ("no/method", None),
        ('"; DROP', None),
    ],
)
def test_request_lines_are_taken_apart(uri: str, expected: RequestLine | None) -> None:
    """Method, path, query and protocol, also without the last; nothing for other text."""
    assert request_line(uri) == expected


def test_a_flood_of_parameters_is_no_query() -> None:
    """A request line cannot make us work without end."""
    found = request_line(f"GET /?{'a&' * 5000} HTTP/1.1")

    assert found is not None
    assert found.query == ()
