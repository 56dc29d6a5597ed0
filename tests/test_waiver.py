"""A waiver covers exactly what it names, until its day, and what it no longer covers is said."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import WaiverError
from auditor.model import WaiverRef
from auditor.waiver import (
    Lapsed,
    Trouble,
    Unwaived,
    Waived,
    Waiver,
    WaiverProblem,
    load_waivers,
    problems,
    waiver_for,
)

CHECKS = frozenset({"logging-enabled", "self-logging", "guardduty-s3-protection", "destination-tls-only"})
TODAY = date(2026, 11, 22)
ACCOUNT = "111122223333"

FILE = """
# Accepted by the security board.
[[waivers]]
check = "logging-enabled"
bucket = "acme-tmp"
owner = "jo@acme.example"
reason = "Only build caches."
ticket = "SEC-12"
expires = 2027-03-31

[[waivers]]
check = "self-logging"
account = "111122223333"
bucket_glob = "dev-*"
owner = "Platform"
reason = "Development only."
expires = 2026-01-31
"""


def waiver(
    *,
    entry: int = 1,
    check: str = "logging-enabled",
    account: str = "*",
    bucket: str = "",
    bucket_glob: str = "",
    expires: date = date(2027, 1, 1),
) -> Waiver:
    return Waiver(
        entry=entry,
        check=check,
        account=account,
        bucket=bucket,
        bucket_glob=bucket_glob,
        owner="o",
        reason="r",
        ticket="",
        expires=expires,
    )


def load(text: str) -> tuple[Waiver, ...]:
    return load_waivers(text, "waivers.toml", known_checks=CHECKS)


# --- reading ----------------------------------------------------------------------------------------------------------


def test_a_waiver_file_is_read() -> None:
    """Every entry arrives typed, in file order, counted from one."""
    first, second = load(FILE)

    assert (first.entry, first.bucket, first.account, first.expires) == (1, "acme-tmp", "*", date(2027, 3, 31))
    assert (second.entry, second.bucket_glob, second.account, second.ticket) == (2, "dev-*", ACCOUNT, "")
    assert first.ref() == WaiverRef(
        owner="jo@acme.example", reason="Only build caches.", ticket="SEC-12", expires="2027-03-31"
    )
    assert (first.resource, second.resource) == ("acme-tmp", "dev-* in 111122223333")


def test_a_file_without_waivers_is_none() -> None:
    """An empty list is an answer; a file without the key is a mistake."""
    assert load("waivers = []") == ()
    with pytest.raises(WaiverError, match="waivers is missing"):
        load("")


REFUSED = [
    # old, new in FILE; what the message says; what the hint says
    ('"logging-enabled"', '"loging-enabled"', 'waivers #1.check is "loging-enabled", which is no check', "logging-en"),
    ('owner = "Platform"\n', "", "waivers #2.owner is missing; expected who answers for the exception", ""),
    ('owner = "Platform"', 'owner = "  "', 'waivers #2.owner is "  "; expected who answers', ""),
    ('"Only build caches."', '""', "waivers #1.reason", ""),
    ("expires = 2026-01-31\n", "", "waivers #2.expires is missing; expected the last day", ""),
    ("2027-03-31", '"2027-02-30"', 'waivers #1.expires is "2027-02-30"; expected a date of the calendar', ""),
    ("2027-03-31", '"next year"', 'waivers #1.expires is "next year"; expected the last day', ""),
    ("2027-03-31", "2027-03-31T12:00:00", "waivers #1.expires", ""),
    ("2027-03-31", "2027", "waivers #1.expires is 2027", ""),
    ('bucket = "acme-tmp"', 'bucket = "acme-*"', "waivers #1.bucket", ""),
    ('bucket = "acme-tmp"', 'bucket = "acme-tmp"\nbucket_glob = "a*"', "bucket and bucket_glob are both set", ""),
    ('bucket = "acme-tmp"\n', "", "waivers #1.bucket is missing", "account"),
    ('account = "111122223333"', "account = 111122223333", "waivers #2.account is 111122223333", ""),
    ('account = "111122223333"', 'account = "1111-2222-3333"', "waivers #2.account", ""),
    ("ticket", "tikcet", "waivers #1.tikcet is not a known key", "ticket"),
    ("[[waivers]]", "[waivers]", "not valid TOML", ""),
]


@pytest.mark.parametrize(("old", "new", "message", "hint"), REFUSED)
def test_a_wrong_waiver_is_refused_by_name(old: str, new: str, message: str, hint: str) -> None:
    """A refusal names the file, the entry, the key, what is there and what was expected."""
    assert old in FILE
    with pytest.raises(WaiverError) as caught:
        load(FILE.replace(old, new, 1))

    assert caught.value.message.startswith("waivers.toml: ")
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.exit_code == 2


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text makes the reader raise anything but its own error."""
    with pytest.raises(WaiverError):
        load(text)


# --- covering ---------------------------------------------------------------------------------------------------------

COVERS = [
    # waiver, (account, bucket) of a logging-enabled finding, covered
    (waiver(bucket="acme-logs"), (ACCOUNT, "acme-logs"), True),
    (waiver(bucket="acme-logs"), (ACCOUNT, "acme-logs-2"), False),
    (waiver(bucket="acme-logs"), (ACCOUNT, "my-acme-logs"), False),
    (waiver(bucket="acme-logs"), (ACCOUNT, "acme"), False),
    (waiver(bucket="acme.logs"), (ACCOUNT, "acme-logs"), False),
    (waiver(bucket="acme-logs"), (ACCOUNT, "ACME-LOGS"), False),
    (waiver(bucket="acme-logs"), (ACCOUNT, ""), False),
    (waiver(bucket="acme-logs", account=ACCOUNT), (ACCOUNT, "acme-logs"), True),
    (waiver(bucket="acme-logs", account="444455556666"), (ACCOUNT, "acme-logs"), False),
    (waiver(bucket_glob="acme-*"), (ACCOUNT, "acme-logs"), True),
    (waiver(bucket_glob="acme-*"), (ACCOUNT, "my-acme-logs"), False),
    (waiver(bucket_glob="acme-?"), (ACCOUNT, "acme-12"), False),
    (waiver(bucket_glob="*"), (ACCOUNT, "any"), True),
    (waiver(bucket_glob="*"), (ACCOUNT, ""), False),
    (waiver(account=ACCOUNT), (ACCOUNT, ""), True),
    (waiver(account=ACCOUNT), (ACCOUNT, "acme-logs"), False),
    (waiver(account=ACCOUNT), ("444455556666", ""), False),
    (waiver(account="*"), ("", ""), True),
    (waiver(account="*"), (ACCOUNT, "acme-logs"), False),
    (waiver(check="self-logging", bucket="acme-logs"), (ACCOUNT, "acme-logs"), False),
]


@pytest.mark.parametrize(("one", "subject", "covered"), COVERS)
def test_a_waiver_covers_what_it_names(one: Waiver, subject: tuple[str, str], covered: bool) -> None:
    """Names are whole and case-sensitive, patterns explicit, and no pattern reaches a finding without a bucket."""
    account, bucket = subject

    assert one.covers("logging-enabled", account=account, bucket=bucket) is covered


@given(st.from_regex(r"[a-z0-9.-]{3,20}", fullmatch=True), st.from_regex(r"[a-z0-9.-]{3,20}", fullmatch=True))
def test_an_exact_name_covers_no_other(named: str, other: str) -> None:
    """No character of a bucket name is a pattern."""
    assert waiver(bucket=named).covers("logging-enabled", account=ACCOUNT, bucket=other) is (named == other)


# --- matching ---------------------------------------------------------------------------------------------------------


def test_it_holds_through_its_last_day() -> None:
    """The day in `expires` is still covered and the next is not."""
    last = waiver(bucket="b", expires=TODAY)
    found = waiver_for((last,), "logging-enabled", account=ACCOUNT, bucket="b", today=TODAY)
    later = waiver_for((last,), "logging-enabled", account=ACCOUNT, bucket="b", today=date(2026, 11, 23))

    assert found == Waived(waiver=last, covering=(last,))
    assert later == Lapsed(waiver=last, covering=(last,))


def test_an_expired_waiver_never_hides_a_finding() -> None:
    """Expired entries give Lapsed, which names the one that expired last."""
    long_ago = waiver(entry=1, bucket="b", expires=date(2025, 1, 1))
    lately = waiver(entry=2, bucket_glob="*", expires=date(2026, 11, 21))
    found = waiver_for((long_ago, lately), "logging-enabled", account=ACCOUNT, bucket="b", today=TODAY)

    assert found == Lapsed(waiver=lately, covering=(long_ago, lately))


def test_one_that_holds_wins_over_one_that_expired() -> None:
    """A renewed exception counts although the old entry is still in the file."""
    old = waiver(entry=1, bucket="b", expires=date(2025, 1, 1))
    renewed = waiver(entry=2, bucket_glob="*")
    found = waiver_for((old, renewed), "logging-enabled", account=ACCOUNT, bucket="b", today=TODAY)

    assert found == Waived(waiver=renewed, covering=(renewed,))


def test_the_most_particular_waiver_is_shown() -> None:
    """A full name wins over a pattern, then the later expiry, then the earlier entry; all that cover count as used."""
    glob = waiver(entry=1, bucket_glob="*", expires=date(2030, 1, 1))
    near = waiver(entry=2, bucket="b", expires=date(2027, 1, 1))
    far = waiver(entry=3, bucket="b", expires=date(2028, 1, 1))
    twin = waiver(entry=4, bucket="b", expires=date(2028, 1, 1))
    found = waiver_for((glob, near, far, twin), "logging-enabled", account=ACCOUNT, bucket="b", today=TODAY)

    assert found == Waived(waiver=far, covering=(glob, near, far, twin))


def test_nothing_covers_an_unnamed_bucket() -> None:
    """Without a waiver there is none."""
    found = waiver_for((waiver(bucket="b"),), "logging-enabled", account=ACCOUNT, bucket="c", today=TODAY)

    assert found == Unwaived()


days = st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 12, 31))
names = st.sampled_from(["", "a", "ab", "b"])
some = st.builds(
    waiver,
    entry=st.integers(1, 9),
    check=st.sampled_from(["logging-enabled", "self-logging"]),
    account=st.sampled_from(["*", ACCOUNT, "444455556666"]),
    bucket=names,
    expires=days,
) | st.builds(waiver, entry=st.integers(1, 9), bucket_glob=st.sampled_from(["a*", "*", "?"]), expires=days)


@given(st.lists(some, max_size=6), names, days)
def test_waived_exactly_when_one_that_holds_covers(all_of: list[Waiver], bucket: str, today: date) -> None:
    """A finding is excused if and only if some entry names it and has not expired."""
    found = waiver_for(tuple(all_of), "logging-enabled", account=ACCOUNT, bucket=bucket, today=today)
    covering = [one for one in all_of if one.covers("logging-enabled", account=ACCOUNT, bucket=bucket)]

    assert isinstance(found, Waived) == any(today <= one.expires for one in covering)
    assert isinstance(found, Unwaived) == (not covering)


# --- problems ---------------------------------------------------------------------------------------------------------


def test_expired_and_unused_waivers_are_reported() -> None:
    """Who keeps the file learns which entries do nothing, in file order."""
    used = waiver(entry=1, bucket="a")
    idle = waiver(entry=2, bucket="b")
    expired = waiver(entry=3, bucket="c", expires=date(2026, 11, 21))
    expired_but_needed = waiver(entry=4, bucket="d", expires=date(2026, 11, 21))
    found = problems((used, idle, expired, expired_but_needed), frozenset({used, expired_but_needed}), today=TODAY)

    assert [(one.waiver.entry, one.trouble) for one in found] == [
        (2, Trouble.UNUSED),
        (3, Trouble.EXPIRED),
        (4, Trouble.EXPIRED),
    ]
    assert found[0] == WaiverProblem(
        waiver=idle,
        trouble=Trouble.UNUSED,
        reason="Waiver 2 (logging-enabled on b, owner o) covers no finding of this run.",
    )
    assert found[1].reason.endswith("expired after 2026-11-21 and hides nothing any more.")


def test_equal_entries_are_told_apart() -> None:
    """An entry that stands twice in the file is reported for its own position."""
    first, second = load(FILE + FILE[FILE.index("[[waivers]]") : FILE.index('[[waivers]]\ncheck = "self')])[::2]

    assert [one.waiver.entry for one in problems((first, second), {first}, today=TODAY)] == [3]
