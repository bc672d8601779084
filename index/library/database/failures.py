"""What the system or SQLite refused, told apart: wait, give access, the disk, or a damaged library.

Damage is what is proved: SQLite found its file malformed, or a row cannot be what was stored. That a library
is locked, closed to this user, or on a disk that is full or failing says nothing of what is stored in it, and
nothing is ever replaced for it. FAISS and tantivy tell of a full disk in words, so words are looked for too.
"""

import errno
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import (
    DiskFailed,
    LibraryBusy,
    LibraryClosed,
    LibraryDamaged,
    TooManyFiles,
    UserError,
)
from index.structure import visible

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FAILING = (errno.EIO,)
_HANDLES = (errno.EMFILE, errno.ENFILE)
_CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS)
_WORDS = {  # of libraries that give no number
    errno.ENOSPC: ("StorageFull", "write error"),
    errno.EMFILE: ("Too many open files",),
    errno.EACCES: ("PermissionDenied",),
}
_LONGEST = 120  # characters of what SQLite says
_SCARCE = 1 << 20  # bytes that are left on a disk that is called full


class StateDamaged(sqlite3.DatabaseError):
    """The row that says what the rest is cannot be read."""


class RowDamaged(sqlite3.DatabaseError):
    """A row that cannot be what was stored."""


@contextmanager
def told_apart(folder: Path) -> Iterator[None]:
    """Makes the one line for the person of what goes wrong in the block, in the library in that folder.

    What is no fault of the disk, the rights or the library goes through as it is.
    """
    try:
        yield
    except UserError:
        raise
    except (sqlite3.DatabaseError, OSError, RuntimeError, ValueError) as error:
        found = for_the_person(folder, error)
        if found is None:
            raise
        raise found from error


def proves_damage(error: BaseException) -> bool:
    """Whether SQLite, or a row, says that the file is not what was written."""
    if not isinstance(error, sqlite3.DatabaseError):
        return False
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # a primary code is the low byte
    not_text = "decode" in str(error)  # that a text is not UTF-8 has no code
    missing = "no such table" in str(error) or "no such column" in str(error)  # a library has them all
    return (
        code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
        or not_text
        or missing
        or isinstance(error, StateDamaged | RowDamaged)
    )


def for_the_person(folder: Path, error: Exception) -> UserError | None:
    """The error that says what is wrong and how to mend it; none where it is another matter."""
    if isinstance(error, sqlite3.DatabaseError):
        return _of_sqlite(folder, error)
    if isinstance(error, OSError) and error.errno is not None:
        return _of_number(folder, error.errno, str(error.filename or ""), error.strerror or str(error))
    said = f"{error} {error.__context__ or ''}"  # tantivy fails again when it is closed
    for number, words in _WORDS.items():
        if any(word in said for word in (os.strerror(number), *words)):
            return _of_number(folder, number, str(folder), os.strerror(number))
    if "io::Error most likely" in said:
        return DiskFailed(
            f"the search index of the library in {folder} could not be written, and the library is as "
            "it was: make room on its disk, or raise the number of open files with: ulimit -n 1024, then "
            "run the command again"
        )
    return None


def _of_sqlite(folder: Path, error: sqlite3.DatabaseError) -> UserError | None:
    if proves_damage(error):
        return LibraryDamaged(
            f"the library in {folder} is damaged ({_one_line(error)}): save what can be saved with: "
            f"majlis index repair --library {folder}"
        )
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return LibraryBusy(
                f"the library in {folder} is being used by another process: wait until it is done, "
                "then run the command again"
            )
        case sqlite3.SQLITE_FULL:
            return _of_number(folder, errno.ENOSPC, "", str(error))
        case sqlite3.SQLITE_IOERR:
            number = errno.ENOSPC if _scarce(folder) else errno.EIO
            return _of_number(folder, number, "", str(error))
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return _of_number(folder, errno.EACCES, str(folder), str(error))
        case sqlite3.SQLITE_CANTOPEN:  # it does not say why
            open_to_us = all(
                os.access(path, os.R_OK | os.W_OK) for path in (folder, *folder.glob("majlis.*"))
            )
            number = errno.ENOSPC if _scarce(folder) else errno.EMFILE if open_to_us else errno.EACCES
            return _of_number(folder, number, str(folder), str(error))
    return None


def _of_number(folder: Path, number: int, place: str, what: str) -> UserError | None:
    again = "then run the command again"
    if number in _FULL:
        where = " and ".join(map(str, _scarce(folder) or [folder]))
        return DiskFailed(
            f"the disk of {where} is full ({what}); the library in {folder} is as it was: make room, {again}"
        )
    if number in _FAILING:
        return DiskFailed(
            f"the disk of {folder} cannot be read or written ({what}); nothing was changed: look at the "
            f"disk, copy the folder to another one, {again}"
        )
    if number in _HANDLES:
        return TooManyFiles(
            f"no more files can be opened for the library in {folder} ({what}): close other programs or "
            f"raise the limit with: ulimit -n 1024, {again}"
        )
    if number in _CLOSED and Path(place).is_relative_to(folder):
        return LibraryClosed(
            f"the library in {folder} cannot be read or changed by you ({what}): give yourself access to "
            f"{place}, {again}"
        )
    return None


def _one_line(error: Exception) -> str:
    """What SQLite says, which may quote a whole text."""
    said = " ".join(visible(str(error)).split())
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"


def _scarce(folder: Path) -> list[Path]:
    """Of the places that a change writes to, those with no room left."""
    places = []
    for place in (folder, Path(tempfile.gettempdir())):
        try:
            if shutil.disk_usage(place).free < _SCARCE:
                places.append(place)
        except OSError:
            continue
    return places
