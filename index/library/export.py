"""A library as one file, and a library from one: articles, passages and vectors; nothing is embedded again.

A ZIP archive of the database, as SQLite itself copies it at one revision, and of a manifest with its SHA-256.
The search indexes are left out: they are made from it where it is imported, and everything is verified there.
"""

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from index.errors import DiskFailed, UserError
from index.library.database import FILE, LOGS, Connection, Database, SqliteConnection, State
from index.library.database.failures import told_apart
from index.library.database.kinds import LibraryDatabase, make_folder
from index.library.database.postgres import ServerDatabase
from index.library.database.postgres.copying import copy_rows, tables_of
from index.library.lock import FILE as LOCK

FORMAT = "majlis-export-1"
MANIFEST = "manifest.json"
_PART = ".part"  # of a name: what is not whole yet
_BLOCK = 1 << 20


def export_library(database: LibraryDatabase, to: Path) -> State:
    """Writes a library to the new file ``to``; the state that was written.

    ``UserError`` where there is such a file, or the copy is not sound. Until it is whole it has another name.
    """
    if to.exists():
        raise UserError(f"{to} is there already; name another file for the library")
    folder = database.folder
    part, copied = to.with_name(to.name + _PART), to.with_name(f"{to.name}.sqlite{_PART}")
    try:
        with told_apart(folder):
            _remove(copied)
            with database.reading() as connection:
                state = connection.read_state()
                with _room_for(to):
                    _copy(connection, copied)
                    with closing(sqlite3.connect(copied)) as copy:
                        copy.execute("PRAGMA journal_mode = DELETE")
                        _require_sound(copy, folder)
            manifest = {
                "format": FORMAT,
                "revision": state.revision,
                "embedder": state.embedder,
                "fingerprint": state.fingerprint,
                "articles": state.counts.articles,
                "passages": state.counts.passages,
                "files": {FILE: {"bytes": copied.stat().st_size, "sha256": _digest(copied)}},
            }
            with _room_for(to):
                with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                    archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
                    archive.write(copied, FILE)
                with part.open("rb+") as file:
                    os.fsync(file.fileno())
            part.rename(to)
    except OSError as error:
        raise UserError(f"{to} cannot be written ({error.strerror or error}); name another file") from error
    finally:
        part.unlink(missing_ok=True)
        _remove(copied)
    return state


def _copy(connection: Connection, to: Path) -> None:
    """Writes the revision that a connection sees as a file of SQLite."""
    if isinstance(connection, SqliteConnection):
        with closing(sqlite3.connect(to)) as copy:
            connection.backup(copy, pages=4096)
        return
    with tempfile.TemporaryDirectory(dir=to.parent) as folder:
        made = Database(Path(folder))
        made.create(connection.read_state())
        with made.writing() as new:
            with new.transaction():
                copy_rows(connection, new, tables_of(new))
            new.checkpoint()
        made.path.rename(to)


@contextmanager
def _room_for(to: Path) -> Iterator[None]:
    """Says of which disk it is that is full: that of the file, which may be another than the library's."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        scarce = code == sqlite3.SQLITE_IOERR and shutil.disk_usage(to.parent).free < _BLOCK
        number = error.errno if isinstance(error, OSError) else None
        if scarce or code == sqlite3.SQLITE_FULL or number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise DiskFailed(
                f"the disk of {to} is full ({error}); no file was left there: make room, or name a file on "
                "another disk"
            ) from error
        raise


def _remove(copied: Path) -> None:
    """Takes a database away with SQLite's own files beside it, which a full disk or a kill leaves."""
    for end in ("", "-journal", *LOGS):
        copied.with_name(f"{copied.name}{end}").unlink(missing_ok=True)


@contextmanager
def import_library(file: Path, database: LibraryDatabase) -> Iterator[None]:
    """Puts an exported library into a database, with a new or empty folder, for the block to make the rest.

    Where the block fails, it is taken out again. ``UserError`` where the file is none, or is damaged.
    """
    folder = database.folder
    if isinstance(database, ServerDatabase):
        if database.exists():
            raise UserError(f"there is a library in {database.address} already: name another schema")
        make_folder(folder)
        with tempfile.TemporaryDirectory() as scratch, import_library(file, Database(Path(scratch))):
            given = Database(Path(scratch))
            given.check()
            database.fill(given)
        try:
            yield
        except BaseException:
            database.remove()
            raise
        return
    path, part = folder / FILE, folder / f"{FILE}{_PART}"
    try:
        with told_apart(folder):
            folder.mkdir(parents=True, exist_ok=True)
            if {each.name for each in folder.iterdir()} - {part.name, LOCK}:
                raise UserError(f"no library can be made in {folder}: it is not empty; name another folder")
            _unpack(file, part)
            part.rename(path)
        yield
    except BaseException:
        _remove(part)
        _remove(path)
        raise


def _unpack(file: Path, part: Path) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            told = _manifest(archive)
            with archive.open(FILE) as packed, part.open("wb") as unpacked:
                shutil.copyfileobj(packed, unpacked, _BLOCK)
                unpacked.flush()
                os.fsync(unpacked.fileno())
        if _digest(part) != told["sha256"]:
            raise ValueError("what is in it is not what was exported")
        with closing(sqlite3.connect(part)) as connection:
            _require_sound(connection, file)
            connection.execute("PRAGMA journal_mode = WAL")
    except FileNotFoundError as error:
        raise UserError(f"{file}: no such file; name one that majlis index export wrote") from error
    except (
        ValueError,
        KeyError,
        TypeError,
        EOFError,
        zlib.error,
        zipfile.BadZipFile,
        NotImplementedError,
    ) as error:
        raise UserError(
            f"{file} is no whole export of a library ({error}): export it again with: "
            f"majlis index export {file.name} --library DIR"
        ) from error


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    """What is told of the database; ``ValueError`` where it is told otherwise."""
    manifest = json.loads(archive.read(MANIFEST))
    if manifest["format"] != FORMAT:
        raise ValueError(f"its format is {manifest['format']}, not {FORMAT}")
    told: dict[str, Any] = manifest["files"][FILE]
    if archive.getinfo(FILE).file_size != told["bytes"]:
        raise ValueError("its database has another size")
    return told


def _require_sound(connection: sqlite3.Connection, where: Path) -> None:
    found: object
    try:
        [found] = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        found = error
    if found != "ok":
        raise UserError(
            f"{where} is damaged ({found}): mend it first with: majlis index repair --library DIR"
        )


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
