"""What PostgreSQL refused, told apart: wait, give access, start the server, or a damaged library.

A server that is away, or that ended a connection, has changed nothing: a change is there whole or not at all.
"""

from index.errors import (
    DatabaseAway,
    DiskFailed,
    LibraryBusy,
    LibraryClosed,
    LibraryDamaged,
    NoLibrary,
    UserError,
)
from index.library.database.postgres.address import Address
from index.structure import visible

_LONGEST = 160  # characters of what the server says
_AGAIN = "then run the command again"


def away(address: Address, why: object) -> DatabaseAway:
    """Of a server that cannot be reached."""
    return DatabaseAway(
        f"the database {address} cannot be reached ({_one_line(why)}): start its server or correct the "
        f"address, {_AGAIN}"
    )


def lost(address: Address, why: object) -> DatabaseAway:
    """Of a connection that ended before its time."""
    return DatabaseAway(
        f"the connection to {address} was lost ({_one_line(why)}); what was not done by then is not done at "
        f"all, and nothing is lost: {_AGAIN.removeprefix('then ')}"
    )


def refused(address: Address, told: dict[str, str]) -> UserError:
    """Of the fields of an error that the server sent; see "PostgreSQL Error Codes" in its manual."""
    code, said = told.get("C", ""), _one_line(told.get("M", ""))
    match code:
        case "28P01" | "28000":
            return LibraryClosed(
                f"{address} does not let you in ({said}): give the password in PGPASSWORD or in ~/.pgpass "
                f"(chmod 600), {_AGAIN}"
            )
        case "3D000":
            return NoLibrary(
                f"there is no database {address.database} on the server of {address}: make it with: createdb "
                f"--encoding UTF8 --template template0 {address.database}"
            )
        case "42501":
            return LibraryClosed(
                f"you may not read or change the library in {address} ({said}): let its owner GRANT it to "
                f"{address.user}, or name another user or schema"
            )
        case "25006":
            return LibraryClosed(
                f"{address} can only be read ({said}): change the library where its database is written, not "
                "in a replica"
            )
        case "53300":
            return LibraryBusy(f"{address} has no connection left ({said}): wait, {_AGAIN}")
        case "53100":
            return DiskFailed(
                f"the disk of the server of {address} is full ({said}); the library is as it was: make room "
                f"there, {_AGAIN}"
            )
        case "40001" | "40P01" | "55P03":
            return LibraryBusy(f"the library in {address} is being used by another ({said}): wait, {_AGAIN}")
        case "42P01" | "42703" | "3F000" | "XX001" | "XX002":
            return LibraryDamaged(
                f"the library in {address} is damaged ({said}): bring the database back from a backup"
            )
        case "57P01" | "57P02" | "25P03" | "57P05":
            return lost(address, said)
        case "57P03":
            return away(address, said)
    return UserError(f"{address} refused what was asked of it ({code}: {said}); nothing was changed")


def busy(address: Address, who: str) -> LibraryBusy:
    """Of a library that another is changing."""
    return LibraryBusy(
        f"the library in {address} is being changed by another process{f' ({who})' if who else ''}: wait "
        "until it is done, then run the command again"
    )


def _one_line(said: object) -> str:
    line = " ".join(visible(str(said)).split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
