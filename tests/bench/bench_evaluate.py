"""How long it takes to judge an estate file of 10,000 buckets; the target is 3 s."""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from auditor.evaluate import Options, evaluate
from auditor.framework_file import shipped
from auditor.model import Bucket, Estate
from auditor.reading import Setting
from auditor.registry import all_checks, check_ids
from auditor.sources.snapshot import read_estate, write_estate
from tests.bench.measure import run
from tests.estates import NOW, absent, bucket, destination, estate, present, to

SOURCES = 10_000
PER_DESTINATION = 50


def big_estate(sources: int = SOURCES) -> Estate:
    """`sources` sources, one in twenty without logging, and a destination for every fifty."""
    buckets: list[Bucket] = []
    for index in range(sources):
        name = f"bucket-{index:05}"
        home = f"logs-{index // PER_DESTINATION:03}"
        logging = None if index % 20 == 0 else to(home, f"{name}/")
        newest = present(
            {
                "destination": home,
                "stem": f"{name}/",
                "sources": [name],
                "window_start": "2026-11-20T12:00:00Z",
                "key": f"{name}/2026-11-22-11-00-00-0123456789ABCDEF",
                "delivered_at": "2026-11-22T11:00:00Z",
                "last_modified": "2026-11-22T11:00:00Z",
                "size": 512,
                "listed": 3,
                "foreign": 0,
                "window_exhaustive": True,
                "exhaustive": True,
                "any_before_window": None,
            }
        )
        readings = {} if logging is None else {Setting.NEWEST_LOG_OBJECT: newest}
        buckets.append(bucket(name, logging=absent() if logging is None else logging, readings=readings))
    buckets.extend(destination(f"logs-{index:03}") for index in range(sources // PER_DESTINATION))
    return replace(estate(*buckets, at=NOW), finished_at=NOW)


def main() -> None:
    """Print the time of each step, and of the whole command."""
    content = write_estate(big_estate())
    print(f"estate of {SOURCES:,} sources: {len(content) / 1e6:.1f} MB")
    started = time.perf_counter()
    read = read_estate(content, "bench")
    print(f"read and validate      {time.perf_counter() - started:6.2f} s")
    for names in (("baseline",), ("hipaa", "pci-dss", "sox", "gdpr", "iso-27001")):
        frameworks = tuple(shipped(name, check_ids()) for name in names)
        started = time.perf_counter()
        evaluation = evaluate(read, frameworks, checks=all_checks(), options=Options())
        took = time.perf_counter() - started
        count = len(evaluation.findings)
        print(f"evaluate {'+'.join(names)[:30]:30} {took:6.2f} s, {count:,} findings, {took / count * 1e6:.1f} us each")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "estate.json"
        path.write_bytes(content)
        at = datetime(2026, 11, 22, tzinfo=UTC).strftime("%Y-%m-%d")
        for formats in (("json",), ("json", "html")):
            options = [item for name in formats for item in ("-f", name)]
            cost = run(["evaluate", str(path), "--at", at, "-o", folder, *options])
            sizes = ", ".join(f"{file.name} {file.stat().st_size / 1e6:.0f} MB" for file in Path(folder).glob("[ar]*"))
            print(f"evaluate command, {'+'.join(formats):10} {cost}  ({sizes})")


if __name__ == "__main__":
    main()
