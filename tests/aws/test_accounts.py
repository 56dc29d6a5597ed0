"""Accounts a user lists are read exactly, or refused with the place and what was expected."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.aws.accounts import accounts_from_file, accounts_from_ids
from auditor.aws.options import NamedAccount
from auditor.errors import InputError

ONE, TWO = "111122223333", "012345678901"


def test_ids_on_the_command_line() -> None:
    """Ids are separated by commas; spaces do not matter, and a repeated id counts once."""
    assert accounts_from_ids(f"{ONE}, {TWO},{ONE}") == (NamedAccount(id=ONE), NamedAccount(id=TWO))


@pytest.mark.parametrize(
    "text", ["", "12345", f"{ONE},", "11112222333\uff13", "arn:aws:iam::111122223333:root", f"{ONE} x"]
)
def test_a_wrong_id_on_the_command_line_is_refused(text: str) -> None:
    """Anything but 12 ASCII digits is refused with its position."""
    with pytest.raises(InputError, match=r"entry \d: expected a 12-digit account id"):
        accounts_from_ids(text)


@pytest.mark.parametrize(
    "text",
    [
        f"{ONE} production\n{TWO}\n",
        f"\ufeff{ONE},production\r\n{TWO}\r\n",
        f"# ours\n\n  {ONE} production  \n# theirs\n{TWO}",
        f'[[account]]\nid = "{ONE}"\nname = "production"\n[[account]]\nid = "{TWO}"\n',
        f'# ours\naccount = [{{id = "{ONE}", name = "production"}}, {{id = "{TWO}"}}]\n',
    ],
)
def test_files_of_lines_and_of_toml(text: str) -> None:
    """A line is an id and perhaps a name; TOML has one table an account; comments and blank lines do not matter."""
    expected = (NamedAccount(id=ONE, name="production"), NamedAccount(id=TWO))

    assert accounts_from_file(text, file="accounts.txt") == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{ONE}\n12345678901 prod\n", r"a\.txt, line 2: expected a 12-digit account id"),
        ("id,name\n", r"a\.txt, line 1: expected a 12-digit account id"),
        ("", r"a\.txt lists no account"),
        ("# nothing\n", r"a\.txt lists no account"),
        ("account = []\n", r"a\.txt lists no account"),
        ("[[account]\n", r"a\.txt is not valid TOML"),
        ('[[accounts]]\nid = "111122223333"\n', r"a\.txt: expected \[\[account\]\] tables .*found the key 'accounts'"),
        ('account = "111122223333"\n', r"a\.txt: expected \[\[account\]\] tables"),
        ("[[account]]\nid = 111122223333\n", r"a\.txt, account 1: expected id to be a string of 12 digits, found int"),
        ('[[account]]\nid = "1"\n', r"a\.txt, account 1: expected id to be 12 digits, found '1'"),
        ('[[account]]\nname = "x"\n', r"a\.txt, account 1: expected an id"),
        (f'[[account]]\nid = "{ONE}"\nrole = "x"\n', r"a\.txt, account 1: expected id and name only, found 'role'"),
        (f'[[account]]\nid = "{ONE}"\nname = 3\n', r"a\.txt, account 1: expected name to be a string, found int"),
        ("account = [3]\n", r"a\.txt, account 1: expected an id"),
    ],
)
def test_a_wrong_file_is_refused(text: str, message: str) -> None:
    """The error names the file, the place and what was expected; an empty list is never read as all accounts."""
    with pytest.raises(InputError, match=message):
        accounts_from_file(text, file="a.txt")


def test_a_dropped_zero_is_recognised() -> None:
    """Spreadsheets drop leading zeros, and the hint says so."""
    with pytest.raises(InputError) as caught:
        accounts_from_file("12345678901\n", file="a.txt")

    assert "leading zeros" in caught.value.hint


def test_a_name_from_any_mention_is_kept() -> None:
    """Of an account listed twice, the mention with a name wins."""
    assert accounts_from_file(f"{ONE}\n{ONE} prod\n", file="a") == (NamedAccount(id=ONE, name="prod"),)


@given(st.text())
def test_hostile_files_are_refused_or_read(text: str) -> None:
    """Whatever a file holds, it gives accounts with 12-digit ids, or an InputError that fits on a screen."""
    try:
        accounts = accounts_from_file(text, file="a")
    except InputError as error:
        refusal = error.message
        accounts = ()
    else:
        refusal = ""

    assert bool(accounts) != bool(refusal)
    assert len(refusal) < 500
    assert refusal.isprintable() or "TOML" in refusal
    assert all(len(account.id) == 12 and account.id.isascii() for account in accounts)
