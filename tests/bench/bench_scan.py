"""What a scan of 500 buckets with 17 destinations costs on an emulator: calls by name, CPU and memory of our own."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.measure import run

BUCKETS = 500
DESTINATIONS = 17


@contextmanager
def filled_emulator() -> Iterator[dict[str, str]]:
    """The environment for a moto server that holds the estate, with a fresh log object for every source."""
    import boto3
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").disabled = True  # a line a request would bury the figures
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    s3 = boto3.client(
        "s3",
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    for index in range(DESTINATIONS):
        name = f"logs-{index:02}"
        s3.create_bucket(Bucket=name)
        s3.put_bucket_policy(Bucket=name, Policy=json.dumps(_policy(name)))
    for index in range(BUCKETS - DESTINATIONS):
        name, home = f"app-{index:03}", f"logs-{index % DESTINATIONS:02}"
        s3.create_bucket(Bucket=name)
        wanted = {"LoggingEnabled": {"TargetBucket": home, "TargetPrefix": f"{name}/"}}
        s3.put_bucket_logging(Bucket=name, BucketLoggingStatus=wanted)  # type: ignore[arg-type]  # a dict is fine
    yield environment
    server.stop()


def _policy(name: str) -> dict[str, object]:
    statement = {
        "Sid": "Delivery",
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{name}/*",
        "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def main() -> None:
    """Print the calls by name and the cost of collect, and of collect and evaluate together."""
    with filled_emulator() as environment, tempfile.TemporaryDirectory() as folder:
        estate = Path(folder) / "estate.json"
        cost = run(["collect", "-o", str(estate), "-q"], environment)
        calls: dict[str, int] = json.loads(estate.read_bytes())["parameters"]["calls"]
        for name, count in sorted(calls.items(), key=lambda item: -item[1]):
            print(f"  {count:6} {name}")
        total = sum(calls.values())
        heads = calls.get("s3:HeadBucket", 0)
        print(f"  {total:6} calls, {total / BUCKETS:.2f} a bucket (target 1.5), {heads} of them for Regions moto hides")
        print(f"collect            {cost}")
        cost = run(["scan", "-f", "json", "-o", folder, "-q"], environment)
        print(f"collect + evaluate {cost}  (targets 3 s CPU, 120 MB)")


if __name__ == "__main__":
    main()
