"""Log lines as S3 writes them: every operation, width and requester form, the same bytes for the same seed.

The forms come from the S3 User Guide, "Amazon S3 server access log format", and from lines that operators have
published. All names, keys, addresses and accounts are invented. `python -m tests.activity.generate LINES FILE`
writes a file of lines.
"""

from __future__ import annotations

import itertools
import random
import string
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

OWNER: Final = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
START: Final = datetime(2026, 11, 20, tzinfo=UTC)
_BATCH: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One record, each field as it stands between its spaces; `uri`, `referer` and `user_agent` with their quotes."""

    owner: str = OWNER
    bucket: str = "acme-hr-documents"
    time: str = "20/Nov/2026:03:14:07 +0000"
    remote_ip: str = "198.51.100.23"
    requester: str = "arn:aws:sts::111122223333:assumed-role/hr-app/i-0a1b2c3d4e5f60718"
    request_id: str = "3E57427F33A59F07"
    operation: str = "REST.GET.OBJECT"
    key: str = "onboarding/2026/passport.pdf"
    uri: str = '"GET /onboarding/2026/passport.pdf HTTP/1.1"'
    status: str = "200"
    error: str = "-"
    bytes_sent: str = "48213"
    object_size: str = "48213"
    total_time: str = "41"
    turn_around: str = "38"
    referer: str = '"-"'
    user_agent: str = '"aws-cli/2.31.0 Python/3.13.9 Linux/6.12"'
    version_id: str = "-"
    host_id: str = "s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234="
    signature: str = "SigV4"
    cipher: str = "TLS_AES_128_GCM_SHA256"
    authentication: str = "AuthHeader"
    host: str = "acme-hr-documents.s3.eu-west-1.amazonaws.com"
    tls: str = "TLSv1.3"
    access_point: str = "-"
    acl_required: str = "-"
    region: str = "eu-west-1"
    extra: tuple[str, ...] = ()
    width: int = 27

    def text(self) -> str:
        """The line without its newline, cut to `width` fields and followed by `extra`."""
        fields = (
            self.owner, self.bucket, f"[{self.time}]", self.remote_ip, self.requester, self.request_id, self.operation,
            self.key, self.uri, self.status, self.error, self.bytes_sent, self.object_size, self.total_time,
            self.turn_around, self.referer, self.user_agent, self.version_id, self.host_id, self.signature,
            self.cipher, self.authentication, self.host, self.tls, self.access_point, self.acl_required, self.region,
        )  # fmt: skip
        return " ".join((*fields[: self.width], *self.extra))

    def encode(self) -> bytes:
        """The line as bytes; text that stands for undecodable bytes goes back to those bytes."""
        return self.text().encode("utf-8", "surrogateescape")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """How the lines of one operation look."""

    operation: str
    weight: int
    method: str = "GET"
    query: str = ""
    keyed: bool = False
    statuses: tuple[tuple[str, str], ...] = (("200", "-"),)
    sized: bool = False


_OBJECT_READ: Final = (
    *((("200", "-"),) * 14),
    *((("206", "-"),) * 2),
    ("304", "-"),
    ("403", "AccessDenied"),
    ("404", "NoSuchKey"),
)
_DENIABLE: Final = (*((("200", "-"),) * 9), ("403", "AccessDenied"))
_GONE: Final = (("204", "-"), ("204", "-"), ("403", "AccessDenied"))

_READS: Final = (
    _Kind(operation="REST.GET.OBJECT", weight=46000, keyed=True, statuses=_OBJECT_READ, sized=True),
    _Kind(operation="REST.HEAD.OBJECT", weight=9000, method="HEAD", keyed=True, statuses=_OBJECT_READ, sized=True),
    _Kind(operation="REST.GET.BUCKET", weight=8000, query="list-type=2&prefix=onboarding%2F&max-keys=1000"),
    _Kind(operation="WEBSITE.GET.OBJECT", weight=2500, keyed=True, statuses=_OBJECT_READ, sized=True),
    _Kind(operation="REST.GET.BUCKETVERSIONS", weight=250, query="versions", statuses=_DENIABLE),
    _Kind(operation="REST.GET.UPLOADS", weight=120, query="uploads"),
    _Kind(operation="REST.GET.UPLOAD", weight=80, query="uploadId=VXBsb2FkIElE", keyed=True),
    _Kind(operation="REST.GET.OBJECT_TAGGING", weight=500, query="tagging", keyed=True),
    _Kind(operation="REST.GET.OBJECT_ATTRIBUTES", weight=120, query="attributes", keyed=True),
    _Kind(operation="REST.GET.ACL", weight=300, query="acl", statuses=_DENIABLE),
    _Kind(operation="REST.POST.SELECT", weight=30, method="POST", query="select&select-type=2", keyed=True),
    _Kind(operation="REST.OPTIONS.PREFLIGHT", weight=150, method="OPTIONS", keyed=True),
    _Kind(operation="REST.HEAD.BUCKET", weight=900, method="HEAD"),
)
_WRITES: Final = (
    _Kind(operation="REST.PUT.OBJECT", weight=14000, method="PUT", keyed=True, statuses=_DENIABLE, sized=True),
    _Kind(operation="REST.PUT.PART", weight=3000, method="PUT", query="partNumber=7&uploadId=VXBs", keyed=True),
    _Kind(operation="REST.POST.UPLOADS", weight=300, method="POST", query="uploads", keyed=True),
    _Kind(operation="REST.POST.UPLOAD", weight=280, method="POST", query="uploadId=VXBsb2FkIElE", keyed=True),
    _Kind(
        operation="REST.DELETE.UPLOAD", weight=30, method="DELETE", query="uploadId=VXBs", keyed=True, statuses=_GONE
    ),
    _Kind(operation="REST.POST.OBJECT", weight=150, method="POST", statuses=(("204", "-"),)),
    _Kind(operation="REST.COPY.OBJECT", weight=400, method="PUT", keyed=True, sized=True),
    _Kind(operation="REST.COPY.PART", weight=120, method="PUT", query="partNumber=1&uploadId=VXBs", keyed=True),
    _Kind(operation="REST.PUT.OBJECT_TAGGING", weight=120, method="PUT", query="tagging", keyed=True),
    _Kind(operation="REST.POST.RESTORE", weight=20, method="POST", query="restore", keyed=True),
    _Kind(operation="REST.DELETE.OBJECT", weight=1500, method="DELETE", keyed=True, statuses=_GONE),
    _Kind(operation="REST.POST.MULTI_OBJECT_DELETE", weight=400, method="POST", query="delete"),
    _Kind(operation="REST.DELETE.OBJECT_TAGGING", weight=20, method="DELETE", query="tagging", keyed=True),
)
_CONFIGURATION: Final = tuple(
    _Kind(operation=f"REST.{method}.{resource}", weight=weight, method=method, query=query, statuses=_DENIABLE)
    for method, weight in (("GET", 90), ("PUT", 3), ("DELETE", 1))
    for resource, query in (
        ("BUCKETPOLICY", "policy"),
        ("LOGGING_STATUS", "logging"),
        ("LIFECYCLE", "lifecycle"),
        ("VERSIONING", "versioning"),
        ("ENCRYPTION", "encryption"),
        ("PUBLIC_ACCESS_BLOCK", "publicAccessBlock"),
        ("OWNERSHIP_CONTROLS", "ownershipControls"),
        ("OBJECT_LOCK_CONFIGURATION", "object-lock"),
        ("REPLICATION", "replication"),
        ("NOTIFICATION", "notification"),
        ("CORS", "cors"),
        ("WEBSITE", "website"),
        ("TAGGING", "tagging"),
        ("REQUEST_PAYMENT", "requestPayment"),
        ("LOCATION", "location"),
        ("ACCELERATE", "accelerate"),
        ("ANALYTICS", "analytics"),
        ("INVENTORY", "inventory"),
        ("METRICS", "metrics"),
        ("INTELLIGENT_TIERING", "intelligent-tiering"),
    )
    if not (method == "DELETE" and resource in {"LOGGING_STATUS", "VERSIONING", "LOCATION", "REQUEST_PAYMENT"})
)
REQUESTS: Final = (*_READS, *_WRITES, *_CONFIGURATION)
"""Operations that a client asked for: they have a request line and headers."""
INTERNAL: Final = (
    ("BATCH.DELETE.OBJECT", 1200),
    ("REST.COPY.OBJECT_GET", 400),
    ("REST.COPY.PART_GET", 120),
    ("S3.EXPIRE.OBJECT", 500),
    ("S3.CREATE.DELETEMARKER", 200),
    ("S3.TRANSITION_SIA.OBJECT", 100),
    ("S3.TRANSITION_INT.OBJECT", 100),
    ("S3.TRANSITION_GDA.OBJECT", 50),
    ("S3.TRANSITION.OBJECT", 50),
    ("S3.DELETE.UPLOAD", 30),
    ("S3.COMPUTE.OBJECT.CHECKSUM", 20),
)
"""Operations without a request of their own: bare dashes instead of request line and headers."""

_REQUESTERS: Final = (
    *(f"arn:aws:sts::111122223333:assumed-role/hr-app/i-0a1b2c3d4e5f6{n:04x}" for n in range(40)),
    *(f"arn:aws:sts::111122223333:assumed-role/thumbnailer/thumb-{n}" for n in range(10)),
    *(
        f"arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Analyst_0123456789abcdef/{name}@acme.example"
        for name in ("ana", "bo", "chen", "dmitri", "eve")
    ),
    "arn:aws:iam::111122223333:user/ci/deployer",
    "arn:aws:iam::111122223333:user/backup",
    "arn:aws:sts::444455556666:assumed-role/partner-export/session-1",
    "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be",
    "svc:cloudfront.amazonaws.com",
    "-",
    "-",
)
_OAI: Final = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E2EXAMPLEID"
_AGENTS: Final = (
    (
        "Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 os/linux#6.12.0-201.fc41.x86_64 md/arch#x86_64 lang/python#3.13.9 "
        "md/pyimpl#CPython m/Z,b,E,n cfg/retry-mode#standard Botocore/1.44.5 Resource"
    ),
    (
        "aws-cli/2.31.0 md/awscrt#0.28.1 ua/2.1 os/linux#6.8.0-1021-aws md/arch#x86_64 lang/python#3.13.9 "
        "md/pyimpl#CPython m/E,b cfg/retry-mode#standard md/installer#exe md/prompt#off md/command#s3.sync"
    ),
    "aws-sdk-java/2.36.2 md/io#sync md/http#Apache ua/2.1 os/Linux#5.10.245 lang/java#21.0.9",
    "aws-sdk-js/3.917.0 ua/2.1 os/linux#5.10 lang/js md/nodejs#22.21.0 api/s3#3.917.0 exec-env/AWS_Lambda_nodejs22.x",
    "aws-sdk-go-v2/1.39.4 os/linux lang/go#1.25.3 md/GOOS#linux md/GOARCH#arm64 api/s3#1.88.7",
    "S3Console/0.4, aws-internal/3 aws-sdk-java/1.12.750 Linux/5.10 OpenJDK_64-Bit_Server_VM/25.412",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "curl/8.16.0",
    "rclone/v1.71.2",
    "s3cmd/2.4.0",
    "Wget/1.25.0 (linux-gnu)",
    "-",
)
_REFERERS: Final = ("-",) * 18 + ("https://intranet.acme.example/people?page=2", "https://www.acme.example/")
_TRANSPORTS: Final = (
    *(("SigV4", "TLS_AES_128_GCM_SHA256", "AuthHeader", "TLSv1.3"),) * 12,
    *(("SigV4", "ECDHE-RSA-AES128-GCM-SHA256", "AuthHeader", "TLSv1.2"),) * 6,
    ("SigV4", "TLS_AES_128_GCM_SHA256", "QueryString", "TLSv1.3"),
    ("SigV2", "ECDHE-RSA-AES128-SHA", "QueryString", "TLSv1.2"),
)
_ANONYMOUS: Final = (("-", "TLS_AES_128_GCM_SHA256", "-", "TLSv1.3"), ("-", "-", "-", "-"))
_REGIONS: Final = ("eu-west-1",) * 9 + ("us-east-1", "-", "-")
_BUCKETS: Final = ("acme-hr-documents",) * 6 + ("acme-www", "acme-data-lake", "acme-billing-exports")

HOSTILE: Final = (
    'x" 200 - 1 1 1 1 "-" "curl/8',
    'Mozilla "quoted" agent',
    '" "',
    'a" "b" "c',
    '"',
    '""',
    '" - ABCDEF= SigV4 TLS_AES_128_GCM_SHA256 AuthHeader b.s3.amazonaws.com TLSv1.3 - - us-east-1',
    'q"" 404 NoSuchKey 1 - 2 - "-" "-" - HOST= SigV2 - - h TLSv1.2 - Yes -',
    "'; DROP TABLE access_log; --",
    'GET /x HTTP/1.1" 403 AccessDenied 243 - 9 - - - -',
    '\\" \\',
    "caf\u00e9 \u2603",
)
"""What a client may put into its request line, referer or user agent to move the fields behind it."""


def generate(
    count: int, *, seed: int = 0, hostile: float = 0.0, width: int = 27, start: datetime = START, per_second: int = 50
) -> Iterator[bytes]:
    """`count` lines without newline, in time order from `start` (aware, UTC), `per_second` of them a second.

    `hostile` is the share of requests (0 to 1) in which a client text holds stray quotes; `width` the number of
    fields (18 to 27) that lines have.
    """
    rng = random.Random(seed)  # noqa: S311  # the same lines for the same seed, no secrets
    names = _Names(rng)
    kinds: Sequence[_Kind | str] = [*REQUESTS, *(name for name, _ in INTERNAL)]
    weights = [*(kind.weight for kind in REQUESTS), *(weight for _, weight in INTERNAL)]
    written = 0
    while written < count:
        for kind in rng.choices(kinds, weights, k=min(_BATCH, count - written)):
            time = _stamp(start + timedelta(seconds=written // per_second))
            line = _internal(kind, time, names) if isinstance(kind, str) else _request(kind, time, names, hostile)
            yield line if width == 27 else _cut(line, width)
            written += 1


class _Names:
    """Endless names drawn from pools, far faster than drawing every character."""

    def __init__(self, rng: random.Random) -> None:
        base64 = string.ascii_letters + string.digits + "+/"
        self.rng = rng
        self.pick = rng.choice
        self._halves = ["".join(rng.choices(base64, k=37)) for _ in range(1024)]
        self._quarters = ["".join(rng.choices(string.ascii_uppercase + string.digits, k=8)) for _ in range(4096)]
        self.addresses = [f"198.51.100.{n}" for n in range(200)] + [f"2001:db8::{n:x}" for n in range(40)]
        self._folders = [
            f"onboarding/{year}/{name}" for year in range(2019, 2027) for name in ("id", "contract", "tax")
        ]

    def host_id(self) -> str:
        return f"{self.pick(self._halves)}/{self.pick(self._halves)}="

    def request_id(self) -> str:
        return f"{self.pick(self._quarters)}{self.pick(self._quarters)}"

    def key(self) -> str:
        number = self.rng.randrange(400_000)
        if number % 50 == 0:
            return f"{self.pick(self._folders)}/r%25C3%25A9sum%25C3%25A9%2B{number}.pdf"
        return f"{self.pick(self._folders)}/{number:06}/scan-{number % 97}.pdf"


def _request(kind: _Kind, time: str, names: _Names, hostile: float) -> bytes:
    pick, rng = names.pick, names.rng
    requester = pick(_REQUESTERS) if rng.random() > 0.002 else _OAI
    bucket = pick(_BUCKETS)
    key = names.key() if kind.keyed else "-"
    path = key.replace("%25", "%") if kind.keyed else ""
    uri = f"{kind.method} /{path}{'?' if kind.query else ''}{kind.query} HTTP/1.1"
    referer, agent = pick(_REFERERS), pick(_AGENTS)
    if hostile and rng.random() < hostile:
        uri, referer, agent = _spoil(rng, uri, referer, agent)
    status, error = pick(kind.statuses)
    size = rng.randrange(200, 5_000_000)
    fine = status < "300"
    sent = "243" if not fine else (str(size) if kind.method == "GET" else "-")
    signature, cipher, authentication, tls = pick(_ANONYMOUS if requester == "-" else _TRANSPORTS)
    total = rng.randrange(3, 900)
    return (
        f"{OWNER} {bucket} [{time}] {'-' if requester.startswith('svc:') else pick(names.addresses)} {requester} "
        f'{names.request_id()} {kind.operation} {key} "{uri}" {status} {error} {sent} '
        f"{size if kind.sized and fine else '-'} {total} {max(1, total - 2) if fine else '-'} "
        f'"{referer}" "{agent}" - {names.host_id()} {signature} {cipher} {authentication} '
        f"{bucket}.s3.eu-west-1.amazonaws.com {tls} - {'Yes' if total == 77 else '-'} {pick(_REGIONS)}"
    ).encode("utf-8", "surrogateescape")


def _spoil(rng: random.Random, uri: str, referer: str, agent: str) -> tuple[str, str, str]:
    """The three client texts, at least one of them with hostile text inside."""
    spoiled = [uri, referer, agent]
    for index in rng.sample(range(3), k=rng.choice((1, 1, 1, 2, 3))):
        text, attack = spoiled[index], rng.choice(HOSTILE)
        at = rng.randrange(len(text) + 1)
        spoiled[index] = text[:at] + attack + text[at:]
    return spoiled[0], spoiled[1], spoiled[2]


def _internal(operation: str, time: str, names: _Names) -> bytes:
    size = names.rng.randrange(200, 5_000_000)
    signed = (
        "SigV4 TLS_AES_128_GCM_SHA256 AuthHeader acme-hr-documents.s3.eu-west-1.amazonaws.com TLSv1.3 - - eu-west-1"
    )
    request_id = names.request_id()
    if operation.startswith("S3."):
        address, requester, status, tail = "-", "AmazonS3", "-", "- - - - - - - -"
        if operation == "S3.COMPUTE.OBJECT.CHECKSUM":
            requester, request_id = OWNER, "e5042925-b524-4b3b-a869-f3881e78ff3a"
    else:
        address, requester, tail = names.pick(names.addresses), names.pick(_REQUESTERS), signed
        status = "204" if operation.startswith("BATCH.") else "200"
    return (
        f"{OWNER} acme-hr-documents [{time}] {address} {requester} {request_id} {operation} {names.key()} - {status} - "
        f"- {size} - - - - - {names.host_id()} {tail}"
    ).encode()


def _cut(line: bytes, width: int) -> bytes:
    """The line without its last `27 - width` fields, which hold no spaces."""
    return line.rsplit(b" ", 27 - width)[0]


def _stamp(time: datetime) -> str:
    """The time as S3 writes it, whatever the machine's language."""
    return f"{time.day:02}/{MONTHS[time.month - 1]}/{time:%Y:%H:%M:%S} +0000"


def write(path: Path, lines: Iterator[bytes], *, batch: int = 20_000) -> int:
    """Writes the lines, each with its newline; the number of bytes written."""
    written = 0
    with path.open("wb") as file:
        while some := list(itertools.islice(lines, batch)):
            written += file.write(b"\n".join(some) + b"\n")
    return written


if __name__ == "__main__":
    write(Path(sys.argv[2]), generate(int(sys.argv[1]), hostile=float(sys.argv[3]) if len(sys.argv) > 3 else 0.0))
