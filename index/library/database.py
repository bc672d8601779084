"""The truth of a library: one SQLite file, how it is opened, and its state.

A passage is a range of its article's text; its text is never stored twice. Its vectors, one a window, are
kept under (fingerprint of the embedder, SHA-256 of the passage text), so the same text in two articles is
embedded once; to have vectors is not to be in the library, only a row in ``passages`` is. Every change is one
transaction with a new revision. Rows are read in ``records``, changed in ``changes``; what is derived is in
``derived``.
"""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from index.errors import LibraryDamaged, NoLibrary, UserError

FILE = "majlis.sqlite"
SCHEMA_VERSION = 1
_APPLICATION = 0x4D616A6C  # "Majl": marks the file as a library's
_BUSY_MS = 10_000
_SETTLE_MS = 1_000
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE articles (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    source TEXT NOT NULL,
    origin TEXT NOT NULL,
    published TEXT NOT NULL,
    characters INTEGER NOT NULL,
    splitter TEXT NOT NULL,
    record_hash BLOB NOT NULL
);
CREATE INDEX articles_by_origin ON articles (origin);
CREATE TABLE texts (
    article INTEGER PRIMARY KEY REFERENCES articles (row) ON DELETE CASCADE,
    text TEXT NOT NULL
);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used again: the vectors and the terms go by it
    article INTEGER NOT NULL REFERENCES articles (row) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    text_hash BLOB NOT NULL
);
CREATE INDEX passages_by_article ON passages (article);
CREATE INDEX passages_by_text ON passages (text_hash);
CREATE TABLE vectors (
    fingerprint TEXT NOT NULL,
    text_hash BLOB NOT NULL,
    vector BLOB NOT NULL,  -- float32, little-endian: of every window of the text, one after the other
    UNIQUE (fingerprint, text_hash)
);
"""


class StateDamaged(sqlite3.DatabaseError):
    """The row that says what the rest is cannot be read."""


class RowDamaged(sqlite3.DatabaseError):
    """A row that cannot be what was stored."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a derived index must be on disk to be trusted: its name, its version, its files' SHA-256."""

    name: str = ""
    version: str = ""
    dead: int = 0  # rows that left it but still take room
    files: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class State:
    """The library at one revision, but for its articles."""

    revision: int
    embedder: str
    fingerprint: str
    dimension: int
    vectors: Stamp = Stamp()
    lexical: Stamp = Stamp()


def create(folder: Path, state: State) -> None:
    """Makes the file, empty but for the state; the folder must exist."""
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(f"BEGIN; {_SCHEMA}")
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        write_state(connection, state)
        connection.execute("COMMIT")


def exists(folder: Path) -> bool:
    """Whether the folder holds a library; one whose making was cut off is none."""
    return (folder / FILE).is_file() and _header(folder)[0] == _APPLICATION


def check(folder: Path) -> None:
    """Nothing, for a library that this version reads; else ``NoLibrary`` or ``LibraryDamaged``.

    Looks at the file's head only, so that what is damaged further in can still be opened and repaired.
    """
    if not exists(folder):
        raise no_library(folder)
    version = _header(folder)[1]
    if version > SCHEMA_VERSION:
        raise LibraryDamaged(
            f"the library in {folder} was made by a newer Majlis (format {version}, this one reads "
            f"{SCHEMA_VERSION}): run: pip install --upgrade majlis"
        )


def _header(folder: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(_uri(folder), uri=True)) as connection:
        try:
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            return application, connection.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise beyond_saving(folder, error) from error


def _uri(folder: Path) -> str:
    # Where nothing can be written SQLite cannot make its WAL index, and nobody else can change the file.
    mode = "mode=rw" if os.access(folder, os.W_OK) else "mode=ro&immutable=1"
    return f"{(folder / FILE).absolute().as_uri()}?{mode}"


@contextmanager
def reading(folder: Path) -> Iterator[sqlite3.Connection]:
    """A connection inside a read transaction: it sees one revision for as long as it is open."""
    with _connected(folder) as connection:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("BEGIN")
        yield connection


@contextmanager
def writing(folder: Path) -> Iterator[sqlite3.Connection]:
    """A connection for changes, outside any transaction; what is deleted is overwritten with zeros."""
    with _connected(folder) as connection:
        for setting in (
            "foreign_keys = ON",
            "secure_delete = ON",
            "synchronous = FULL",
            "cache_size = -65536",
        ):
            connection.execute(f"PRAGMA {setting}")
        yield connection


def settle(connection: sqlite3.Connection) -> None:
    """Takes what was committed into the file itself, so that what was deleted is nowhere any more.

    A reader that is still at an older revision keeps it; then the next change does it.
    """
    connection.execute(f"PRAGMA busy_timeout = {_SETTLE_MS}")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of the block or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:  # a full disk has rolled it back already
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def _connected(folder: Path) -> Iterator[sqlite3.Connection]:
    if not (folder / FILE).is_file():
        raise no_library(folder)
    try:
        with closing(
            sqlite3.connect(_uri(folder), uri=True, isolation_level=None, check_same_thread=False)
        ) as connection:
            connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
            yield connection
    except sqlite3.DatabaseError as error:
        raise _for_the_person(error, folder) from error


def no_library(folder: Path) -> NoLibrary:
    """The error for a folder that holds no library."""
    return NoLibrary(
        f"there is no library in {folder}: make one with: majlis index build PATH... --library {folder}"
    )


def beyond_saving(folder: Path, error: Exception) -> LibraryDamaged:
    """The error for a library of which nothing can be read."""
    return LibraryDamaged(
        f"the library in {folder} cannot be read any more ({error}): delete that folder, then build it "
        f"anew with: majlis index build PATH... --library {folder}"
    )


def _for_the_person(error: sqlite3.DatabaseError, folder: Path) -> Exception:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # a primary code is the low byte
    if code == sqlite3.SQLITE_NOTADB or isinstance(error, StateDamaged):
        return beyond_saving(folder, error)
    not_text = "decode" in str(error)  # that it is not UTF-8 has no code
    if code == sqlite3.SQLITE_CORRUPT or not_text or isinstance(error, RowDamaged):
        return LibraryDamaged(
            f"the library in {folder} is damaged ({error}): save what can be saved with: "
            f"majlis index repair --library {folder}"
        )
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
        return UserError(
            f"the library in {folder} cannot be written or read ({error}); it is as it was: "
            "make room or give access, then run the command again"
        )
    return error


def read_state(connection: sqlite3.Connection) -> State:
    """The state at this connection's revision; damaged stamps are none: what they stamp is made afresh."""
    try:
        state = State(**_read(connection, "library"))
    except (TypeError, ValueError) as error:
        raise StateDamaged("the row that says what it is") from error
    with suppress(TypeError, ValueError, KeyError, sqlite3.DatabaseError):
        stamps = _read(connection, "derived")
        state = replace(state, vectors=Stamp(**stamps["vectors"]), lexical=Stamp(**stamps["lexical"]))
    return state


def write_state(connection: sqlite3.Connection, state: State) -> None:
    """Stores the state, in the transaction that is open."""
    values = asdict(state)
    stamps = {name: values.pop(name) for name in ("vectors", "lexical")}
    connection.executemany(
        "INSERT OR REPLACE INTO meta VALUES (?, ?)",
        [("library", json.dumps(values)), ("derived", json.dumps(stamps))],
    )


def _read(connection: sqlite3.Connection, key: str) -> Any:
    found = connection.execute("SELECT CAST(value AS BLOB) FROM meta WHERE key = ?", (key,)).fetchone()
    return json.loads(found[0])
