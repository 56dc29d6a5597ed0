"""Destruction and ransomware: S3L-050 to 057 and 059."""

from __future__ import annotations

import pytest

from auditor.activity.detection_inputs import Inputs, Place
from auditor.model import Severity
from tests.activity.detections.seen import past, reason, seen
from tests.activity.rows import ALICE, BATCH, BOB, BUCKET, INTERN, Changes, Row, Rows, Value, at, every, role, row

DELETE: Changes = {"operation": "REST.DELETE.OBJECT", "http_status": 204, "bytes_sent": None}
BATCHED: Changes = {"operation": "BATCH.DELETE.OBJECT", "http_status": 204, "bytes_sent": None, "user_agent": None}
WRITE: Changes = {"operation": "REST.PUT.OBJECT", "bytes_sent": None}
IAC = Inputs(infrastructure_principals=("arn:aws:sts::*:assumed-role/terraform",))
TERRAFORM = role("terraform", "ci")

# --- mass-delete -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("deletes", "signals"), [(99, 0), (100, 1)])
def test_mass_delete_begins_at_a_hundred(deletes: int, signals: int) -> None:
    """A hundred deletes within ten minutes; the request for a batch is no delete of its own."""
    rows = [*every(at(2)).rows(deletes, key="k{}", **BATCHED), row(operation="REST.POST.MULTI_OBJECT_DELETE", key=None)]

    found = seen("mass-delete", rows)

    assert [(signal.count, signal.severity) for signal in found] == [(100, Severity.HIGH)] * signals


def test_mass_delete_of_a_thousand_is_critical() -> None:
    """A thousand deletes in the densest window."""
    (signal,) = seen("mass-delete", [every(at(2), seconds=0.2).block(1000, key="k{}", **BATCHED)])

    assert (signal.severity, signal.count) == (Severity.CRITICAL, 1000)


def test_mass_delete_of_a_small_bucket() -> None:
    """A tenth of the keys that the past knows is enough from twenty deletes on."""
    known: Rows = [*past(key="k{}")]
    some = every(at(2)).rows(101, key="k{}", **DELETE)
    few = every(at(2)).rows(19, bucket="acme-small", key="s{}", **DELETE)
    small = every(at(1, days=-1)).rows(25, bucket="acme-small", key="s{}")

    assert len(seen("mass-delete", [*known, *some[:99]])) == 0
    assert len(seen("mass-delete", [*known, *some])) == 1
    assert seen("mass-delete", [*known, *small, *few]) == ()
    assert (
        len(
            seen(
                "mass-delete", [*known, *small, *few, row(time=at(2, 0, 30), bucket="acme-small", key="s19", **DELETE)]
            )
        )
        == 1
    )


def test_mass_delete_leaves_the_usual_alone() -> None:
    """Nightly clean-up of the same size, Spark's temporary files, lifecycle and refusals."""
    nightly = [every(at(2, days=-28), minutes=0).daily(28).block(120, requester=BATCH, key="k{}", **DELETE)]
    rows: Rows = [
        *nightly,
        *every(at(2)).rows(120, requester=BATCH, key="k{}", **DELETE),
        *every(at(3)).rows(300, key="out/_temporary/0/task_{}", **DELETE),
        *every(at(3)).rows(300, key="out/.spark-staging-{}/part", **DELETE),
        *every(at(4)).rows(300, key="k{}", operation="S3.EXPIRE.OBJECT", requester=None, http_status=None),
        *every(at(5)).rows(300, key="k{}", operation="REST.DELETE.OBJECT", http_status=403),
    ]

    assert seen("mass-delete", rows) == ()


# --- version-purge ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("versions", "signals"), [(19, 0), (20, 1)])
def test_version_purge_begins_at_twenty(versions: int, signals: int) -> None:
    """Twenty deletes with a version within ten minutes."""
    found = seen("version-purge", every(at(2)).rows(versions, key="k{}", version_id="v{}", **DELETE))

    assert [signal.severity for signal in found] == [Severity.CRITICAL] * signals


def test_version_purge_leaves_the_usual_alone() -> None:
    """Delete markers, the null version, and who always deletes versions; records without the field cannot tell."""
    rows: Rows = [
        *every(at(2)).rows(50, key="k{}", **DELETE),
        *every(at(2)).rows(50, key="k{}", version_id="null", **DELETE),
        row(time=at(days=-3), requester=BATCH, version_id="v", **DELETE),
        *every(at(2)).rows(50, requester=BATCH, key="k{}", version_id="v{}", **DELETE),
    ]

    assert seen("version-purge", rows) == ()
    assert reason("version-purge", [row(field_count=17)]).startswith("No record of the window has the 18 fields")


# --- self-copy-wave --------------------------------------------------------------------------------------------------


def self_copies(keys: int, *, to: str = "k{}", requester: str = ALICE) -> list[Row]:
    """Copies of `keys` keys, as pairs of records."""
    shared = {"request_id": "C{}", "requester": requester}
    return [
        *every(at(2)).rows(keys, operation="REST.COPY.OBJECT", key=to, **shared),
        *every(at(2)).rows(keys, operation="REST.COPY.OBJECT_GET", key="k{}", **shared),
    ]


@pytest.mark.parametrize(("keys", "signals"), [(19, 0), (20, 1)])
def test_self_copy_wave_begins_at_twenty(keys: int, signals: int) -> None:
    """Twenty objects copied onto themselves within ten minutes."""
    found = seen("self-copy-wave", self_copies(keys))

    assert [signal.details["keys"] for signal in found] == [20] * signals


def test_self_copy_wave_leaves_copies_alone() -> None:
    """Copies to another key, and records without their pair, are no copies onto themselves."""
    rows = [*self_copies(50, to="copy-of-k{}"), *every(at(3)).rows(50, operation="REST.COPY.OBJECT", key="x{}")]

    assert seen("self-copy-wave", rows) == ()


# --- reads-start-failing ---------------------------------------------------------------------------------------------

LOCKED: Changes = {"http_status": 400, "error_code": "InvalidRequest"}


def failing(keys: int, callers: tuple[str, ...], **changes: Value) -> list[Row]:
    """Reads of `keys` keys by each of `callers`, first good and two hours later bad."""
    return [
        one
        for caller in callers
        for one in (
            *every(at(2)).rows(keys, requester=caller, key="k{}"),
            *every(at(4)).rows(keys, requester=caller, key="k{}", **{**LOCKED, **changes}),
        )
    ]


@pytest.mark.parametrize(("keys", "callers", "signals"), [(5, 2, 1), (4, 2, 0), (5, 1, 0)])
def test_reads_start_failing_for_several_readers(keys: int, callers: int, signals: int) -> None:
    """Five objects and two readers who could read them before."""
    found = seen("reads-start-failing", failing(keys, (ALICE, BATCH, BOB)[:callers]))

    assert [signal.bucket for signal in found] == [BUCKET] * signals


def test_reads_start_failing_by_a_foreign_key() -> None:
    """KMS errors count as well, and the good reads may be in the past."""
    good = [
        *past(key="k1"),
        *every(at(1, days=-9)).rows(9, key="k{}"),
        *every(at(1, days=-9)).rows(9, requester=BOB, key="k{}"),
    ]
    bad = [
        *every(at(2)).rows(9, key="k{}", http_status=403, error_code="KMS.AccessDeniedException"),
        *every(at(2)).rows(9, requester=BOB, key="k{}", http_status=400, error_code="KMS.DisabledException"),
    ]

    (signal,) = seen("reads-start-failing", [*good, *bad])

    assert signal.details["keys"] == 9
    assert signal.details["callers"] == 2


def test_reads_start_failing_leaves_the_usual_alone() -> None:
    """Errors of other kinds, readers who never could, and objects that read well again."""
    other = failing(9, (ALICE, BATCH), error_code="MalformedXML")
    never = [
        one for who in (ALICE, BOB) for one in every(at(4)).rows(9, requester=who, bucket="acme-x", key="n{}", **LOCKED)
    ]
    mended = [
        *[{**one, "bucket": "acme-y"} for one in failing(9, (ALICE, BATCH))],
        *every(at(6)).rows(9, bucket="acme-y", key="k{}"),
    ]

    assert seen("reads-start-failing", [*other, *never, *mended]) == ()


# --- ransom-note -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key", ["README_TO_DECRYPT.txt", "How-to-recover.txt", "ransom.html", "!!!WARNING!!!.txt", "unlock-your-files.hta"]
)
def test_ransom_note_at_the_root(key: str) -> None:
    """One note at the root of a bucket is enough."""
    (signal,) = seen("ransom-note", [row(key=key, **WRITE)])

    assert signal.details["label"] == key.lower()


@pytest.mark.parametrize(("folders", "signals"), [(2, 0), (3, 1)])
def test_ransom_note_in_several_folders(folders: int, signals: int) -> None:
    """The same note in three prefixes."""
    rows = every(at(2)).rows(folders, key="data/{}/HOW_TO_RESTORE.txt", **WRITE)

    assert len(seen("ransom-note", rows)) == signals


@pytest.mark.parametrize(
    "key",
    [
        "readme.txt",
        "README.md",
        "docs/how-to-install.txt",
        "restore.html",
        "getting-started.txt",
        "unlock.png",
        "info.txt",
    ],
)
def test_ransom_note_leaves_documentation_alone(key: str) -> None:
    """A plain readme, web pages and one page of a manual are no notes."""
    assert seen("ransom-note", [row(key=key, **WRITE)]) == ()


@pytest.mark.parametrize(("keys", "signals"), [(19, 0), (20, 1)])
def test_a_new_suffix_on_known_objects(keys: int, signals: int) -> None:
    """Twenty known objects written anew under one new suffix within half an hour."""
    known = every(at(1)).rows(40, requester=BOB, key="docs/{}.pdf")
    wave = every(at(2)).rows(keys, key="docs/{}.pdf.locked", **WRITE)

    found = seen("ransom-note", [*known, *wave])

    assert [signal.details["label"] for signal in found] == [".locked"] * signals


def test_a_new_suffix_leaves_programs_alone() -> None:
    """Compression beside the input, a suffix that the bucket has long had, and new objects are no wave."""
    known = every(at(1, days=-1)).rows(40, requester=BOB, key="docs/{}.pdf")
    rows: Rows = [
        *known,
        *every(at(2)).rows(40, key="docs/{}.pdf.gz", **WRITE),
        row(time=at(days=-1), key="docs/old.pdf.preview", **WRITE),
        *every(at(2)).rows(40, requester=BATCH, key="docs/{}.pdf.preview", **WRITE),
        *every(at(2)).rows(40, requester=BATCH, key="new/{}.pdf.enc", **WRITE),
    ]

    assert seen("ransom-note", rows) == ()


# --- lifecycle-changed -----------------------------------------------------------------------------------------------

RULES: Changes = {"operation": "REST.PUT.LIFECYCLE", "key": None}


def test_lifecycle_changed_is_graded_by_bucket_and_caller() -> None:
    """Medium by itself, high on destinations and by people where infrastructure has principals of its own."""
    destination = Inputs(destinations=(Place(bucket=BUCKET, prefix="logs/"),))

    (plain,) = seen("lifecycle-changed", [row(**RULES)])
    (logs,) = seen("lifecycle-changed", [row(**RULES)], inputs=destination)
    (person,) = seen("lifecycle-changed", [row(**RULES)], inputs=IAC)
    (program,) = seen("lifecycle-changed", [row(requester=TERRAFORM, **RULES)], inputs=IAC)

    assert [one.severity for one in (plain, logs, person, program)] == [
        Severity.MEDIUM,
        Severity.HIGH,
        Severity.HIGH,
        Severity.MEDIUM,
    ]


def test_lifecycle_read_or_refused_is_no_change() -> None:
    """Reading the rules changes nothing, and neither does a refused change."""
    rows = [row(operation="REST.GET.LIFECYCLE", key=None), row(http_status=403, **RULES)]

    assert seen("lifecycle-changed", rows) == ()


# --- purge-after-lifecycle -------------------------------------------------------------------------------------------

EXPIRE: Changes = {
    "operation": "S3.EXPIRE.OBJECT",
    "requester": None,
    "remote_ip": None,
    "http_status": None,
    "user_agent": None,
}


@pytest.mark.parametrize(("expired", "signals"), [(200, 0), (201, 1)])
def test_purge_after_lifecycle_begins_above_two_hundred(expired: int, signals: int) -> None:
    """More than two hundred expirations in a day, after a change whose author is named."""
    rows = [row(time=at(days=-1), requester=INTERN, **RULES), *every(at(2)).rows(expired, key="k{}", **EXPIRE)]

    found = seen("purge-after-lifecycle", rows)

    assert [signal.subject["principal"] for signal in found] == [INTERN.rpartition("/")[0]] * signals
    for signal in found:
        assert signal.details["hours_after"] == 26
        assert signal.details["expired"] == 201
        assert signal.first_seen == at(days=-1)


@pytest.mark.parametrize(("hours", "signals"), [(72, 1), (73, 0)])
def test_purge_after_lifecycle_follows_within_three_days(hours: int, signals: int) -> None:
    """A change longer ago has had its effect."""
    rows = [row(time=at(2 - hours), **RULES), *every(at(2)).rows(300, key="k{}", **EXPIRE)]

    assert len(seen("purge-after-lifecycle", rows)) == signals


def test_purge_after_lifecycle_leaves_the_usual_alone() -> None:
    """As many as always, or without a change, is ordinary expiry."""
    usual: Rows = [every(at(2, days=-14)).daily(14).block(100, key="k{}", **EXPIRE), row(time=at(days=-1), **RULES)]
    unchanged = every(at(2)).rows(900, bucket="acme-other", key="k{}", **EXPIRE)

    assert seen("purge-after-lifecycle", [*usual, *unchanged, *every(at(2)).rows(500, key="k{}", **EXPIRE)]) == ()
    assert len(seen("purge-after-lifecycle", [*usual, *every(at(2)).rows(501, key="k{}", **EXPIRE)])) == 1


# --- read-then-delete ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("keys", "signals"), [(19, 0), (20, 1)])
def test_read_then_delete_begins_at_twenty(keys: int, signals: int) -> None:
    """Twenty objects read first and deleted after: the order of extortion."""
    rows = [*every(at(1)).rows(keys, key="k{}"), *every(at(2)).rows(keys, key="k{}", **DELETE)]

    found = seen("read-then-delete", rows)

    assert [(signal.severity, signal.details["sequence"]) for signal in found] == [
        (Severity.CRITICAL, "all reads first")
    ] * signals


@pytest.mark.parametrize(("others", "signals"), [(20, 1), (21, 0)])
def test_read_then_delete_is_about_half_of_the_deletes(others: int, signals: int) -> None:
    """At least half of what was deleted was read before."""
    rows = [
        *every(at(1)).rows(20, key="k{}"),
        *every(at(2)).rows(20, key="k{}", **DELETE),
        *every(at(2)).rows(others, key="other{}", **DELETE),
    ]

    assert len(seen("read-then-delete", rows)) == signals


def test_read_then_delete_in_turns_is_medium() -> None:
    """Who moves objects one by one looks like a worker."""
    rows = [
        one
        for number in range(30)
        for one in (row(time=at(1, number), key=f"k{number}"), row(time=at(1, number, 5), key=f"k{number}", **DELETE))
    ]

    (signal,) = seen("read-then-delete", rows)

    assert (signal.severity, signal.details["sequence"]) == (Severity.MEDIUM, "in turns")


def test_read_then_delete_leaves_the_usual_alone() -> None:
    """Another reader, reads longer ago, writes before deletes, and workers that always did so."""
    worked = [
        *every(at(1, days=-2)).rows(20, requester=BATCH, key="in{}"),
        *every(at(2, days=-2)).rows(20, requester=BATCH, key="in{}", **DELETE),
    ]
    rows = [
        *worked,
        *every(at(1)).rows(30, requester=BATCH, key="in{}"),
        *every(at(2)).rows(30, requester=BATCH, key="in{}", **DELETE),
        *every(at(1)).rows(30, requester=BOB, key="k{}"),
        *every(at(2)).rows(30, key="k{}", **DELETE),
        *every(at(1, days=-1)).rows(30, key="old{}"),
        *every(at(2)).rows(30, key="old{}", **DELETE),
        *every(at(1)).rows(30, requester=INTERN, key="w{}", **WRITE),
        *every(at(2)).rows(30, requester=INTERN, key="w{}", **DELETE),
    ]

    assert seen("read-then-delete", rows) == ()


# --- protection-changed ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "operation",
    [
        "REST.PUT.VERSIONING", "REST.PUT.OBJECT_LOCK_CONFIGURATION", "REST.PUT.LEGAL_HOLD", "REST.PUT.RETENTION",
        "REST.DELETE.ENCRYPTION", "REST.DELETE.REPLICATION",
    ],
)  # fmt: skip
def test_protection_changed_by_a_person_is_high(operation: str) -> None:
    """One change is enough; by a program it is medium, by infrastructure low."""
    change: Changes = {"operation": operation, "key": None}

    (person,) = seen("protection-changed", [row(**change)])
    (program,) = seen("protection-changed", [row(requester=BATCH, **change)])
    (infrastructure,) = seen("protection-changed", [row(requester=TERRAFORM, **change)], inputs=IAC)

    assert [one.severity for one in (person, program, infrastructure)] == [Severity.HIGH, Severity.MEDIUM, Severity.LOW]
    assert person.details["operation"] == operation


@pytest.mark.parametrize(
    "changes",
    [
        {"operation": "REST.GET.VERSIONING"},
        {"operation": "REST.PUT.VERSIONING", "http_status": 403},
        {"operation": "REST.PUT.PUBLIC_ACCESS_BLOCK"},
        {"operation": "REST.PUT.ENCRYPTION"},
        {"operation": "REST.PUT.RETENTION", "requester": BATCH, "key": "backup/1"},
    ],
)
def test_protection_changed_leaves_the_rest_alone(changes: Changes) -> None:
    """Reads, refusals, other settings, and a backup program that locks its objects."""
    assert seen("protection-changed", [row(**{"key": None, **changes})]) == ()
