"""The accounts a user lists, on the command line or in a file, are checked before anything is asked of AWS."""

from __future__ import annotations

import re
import tomllib

from auditor.aws.options import NamedAccount
from auditor.errors import InputError
from auditor.s3.arn import is_account_id

_EXPECTED = "expected a 12-digit account id, optionally followed by a name"


def accounts_from_ids(text: str) -> tuple[NamedAccount, ...]:
    """The accounts of `111122223333,444455556666`; InputError names the one that is wrong."""
    found = []
    for position, part in enumerate(text.split(","), start=1):
        id_ = part.strip()
        if not is_account_id(id_):
            raise InputError(
                f"--accounts, entry {position}: expected a 12-digit account id, found {_shown(id_)}",
                hint="give ids separated by commas, or the name of a file that exists",
            )
        found.append(NamedAccount(id=id_))
    return _once(found)


def accounts_from_file(text: str, *, file: str) -> tuple[NamedAccount, ...]:
    """The accounts a file lists; `file` is its name, for messages.

    Either one account a line (`111122223333` or `111122223333 production`, `#` starts a comment line), or TOML:
    `[[account]]` tables with `id` and, optionally, `name`. InputError names the line or key, and what was expected.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    significant = [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]
    if not significant:
        raise InputError(f"{file} lists no account", hint=f"{_EXPECTED}, on each line")
    if significant[0].startswith("[") or re.match(r"[A-Za-z_]+\s*=", significant[0]):
        found = _from_toml("\n".join(lines), file)
    else:
        found = _from_lines(lines, file)
    if not found:
        raise InputError(f"{file} lists no account", hint="an empty list is never read as all accounts")
    return _once(found)


def _from_lines(lines: list[str], file: str) -> list[NamedAccount]:
    found = []
    for number, line in enumerate(lines, start=1):
        entry = line.strip()
        if not entry or entry.startswith("#"):
            continue
        id_, _, name = entry.replace(",", " ", 1).partition(" ")
        if not is_account_id(id_):
            raise InputError(f"{file}, line {number}: {_EXPECTED}, found {_shown(entry)}", hint=_digits_hint(id_))
        found.append(NamedAccount(id=id_, name=name.strip()))
    return found


def _from_toml(text: str, file: str) -> list[NamedAccount]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{file} is not valid TOML: {error}") from error
    unknown = sorted(set(document) - {"account"})
    tables = document.get("account")
    if unknown or not isinstance(tables, list):
        found = f"the key {_shown(unknown[0])}" if unknown else "something else"
        raise InputError(f"{file}: expected [[account]] tables with id and name, found {found}")
    return [_from_table(table, f"{file}, account {number}") for number, table in enumerate(tables, start=1)]


def _from_table(table: object, where: str) -> NamedAccount:
    match table:
        case {"id": str() as id_, **rest} if is_account_id(id_) and set(rest) <= {"name"}:
            name = rest.get("name", "")
            if not isinstance(name, str):
                raise InputError(f"{where}: expected name to be a string, found {type(name).__name__}")
            return NamedAccount(id=id_, name=name)
        case {"id": str() as id_} if not is_account_id(id_):
            raise InputError(f"{where}: expected id to be 12 digits, found {_shown(id_)}", hint=_digits_hint(id_))
        case {"id": str(), **rest}:
            others = sorted(str(key) for key in rest if key != "name")
            raise InputError(f"{where}: expected id and name only, found {_shown(others[0])}")
        case {"id": other}:
            raise InputError(
                f"{where}: expected id to be a string of 12 digits, found {type(other).__name__}",
                hint='write the id in quotes (id = "012345678901"); numbers lose leading zeros',
            )
        case _:
            raise InputError(f"{where}: expected an id")


def _digits_hint(text: str) -> str:
    if text.isdecimal() and len(text) < 12:
        return "has a spreadsheet dropped its leading zeros?"
    return ""


def _shown(text: str) -> str:
    # The file is a stranger's text: quoted, escaped, and short enough for one line of a terminal.
    return repr(text if len(text) <= 60 else text[:57] + "...")


def _once(accounts: list[NamedAccount]) -> tuple[NamedAccount, ...]:
    """Each account once, in the order of its first mention; a name given at any mention is kept."""
    by_id: dict[str, NamedAccount] = {}
    for account in accounts:
        known = by_id.get(account.id)
        if known is None or not known.name:
            by_id[account.id] = account
    return tuple(by_id.values())
