"""The truth of a library: one SQLite file, how it is opened, and its state.

A passage is a range of its article's text; its text is never stored twice. Its vectors, one a window, are
kept under (fingerprint of the embedder, SHA-256 of the passage text), so the same text in two articles is
embedded once; to have vectors is not to be in the library, only a row in ``passages`` is. Every change is one
transaction with a new revision. What is derived from it lies beside it (``generations``).
"""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from index.errors import LibraryBusy, LibraryDamaged, NoLibrary, UserError
from index.library.schema import FROM_VERSION_1, SCHEMA, SCHEMA_VERSION

FILE = "majlis.sqlite"
_APPLICATION = 0x4D616A6C  # "Majl": marks the file as a library's
_BUSY_MS = 10_000
_CHECKPOINT_MS = 1_000


class StateDamaged(sqlite3.DatabaseError):
    """The row that says what the rest is cannot be read."""


class RowDamaged(sqlite3.DatabaseError):
    """A row that cannot be what was stored."""


@dataclass(frozen=True, slots=True)
class IndexFiles:
    """What a derived index must be on disk to be trusted: its name, its version, its files' stamps."""

    name: str = ""
    version: str = ""
    checksums: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class State:
    """The library at one revision, but for its articles; ``indexes`` by the name of their kind."""

    revision: int
    embedder: str
    fingerprint: str
    dimension: int
    indexes: dict[str, IndexFiles] = field(default_factory=dict)

    @property
    def vector_bytes(self) -> int:
        """The size of one vector where it is stored."""
        return 4 * self.dimension


class Connection(sqlite3.Connection):
    """A connection to a library's file; each statement is its own transaction unless one is begun."""

    def one(self, query: str, *values: object) -> Any:
        """The first row of a query's answer, or none."""
        return self.execute(query, values).fetchone()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block or nothing of it."""
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self.in_transaction:  # a full disk has rolled it back already
                self.execute("ROLLBACK")
            raise
        self.execute("COMMIT")

    def checkpoint(self) -> None:
        """Takes what was committed into the file itself, so that what was deleted is nowhere any more.

        A reader that is still at an older revision keeps it; then the next change does it.
        """
        self.execute(f"PRAGMA busy_timeout = {_CHECKPOINT_MS}")
        self.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")

    def read_state(self) -> State:
        """The state at this revision; damaged index files are none: what they name is made afresh."""
        try:
            state = State(**self._read("library"))
        except (TypeError, ValueError) as error:
            raise StateDamaged("the row that says what it is") from error
        with suppress(TypeError, ValueError, KeyError, AttributeError, sqlite3.DatabaseError):
            indexes = {
                kind: IndexFiles(files["name"], files["version"], files["files"])
                for kind, files in self._read("derived").items()
            }
            state = replace(state, indexes=indexes)
        return state

    def write_state(self, state: State) -> None:
        """Stores the state, in the transaction that is open."""
        values = asdict(state)
        indexes = {
            kind: {"name": files.name, "version": files.version, "files": files.checksums}
            for kind, files in state.indexes.items()
        }
        del values["indexes"]
        self.executemany(
            "INSERT OR REPLACE INTO meta VALUES (?, ?)",
            [("library", json.dumps(values)), ("derived", json.dumps(indexes))],
        )

    def _read(self, key: str) -> Any:
        found = self.one("SELECT CAST(value AS BLOB) FROM meta WHERE key = ?", key)
        return json.loads(found[0])


class Database:
    """The SQLite file in a library's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / FILE

    def create(self, state: State) -> None:
        """Makes the file, empty but for the state; the folder must exist."""
        with closing(sqlite3.connect(self.path, isolation_level=None, factory=Connection)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(f"BEGIN; {SCHEMA}")
            connection.execute(f"PRAGMA application_id = {_APPLICATION}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            connection.write_state(state)
            connection.execute("COMMIT")

    def exists(self) -> bool:
        """Whether there is a library; one whose making was cut off is none."""
        return self._is_there() and self._header()[0] == _APPLICATION

    def check(self) -> None:
        """Nothing, for a library that this version reads; else ``NoLibrary`` or ``LibraryDamaged``.

        One that an older version made gets the tables that it lacks. Looks at the file's head only, so that
        what is damaged further in can still be opened and repaired.
        """
        if not self.exists():
            raise self._no_library()
        version = self._header()[1]
        if version > SCHEMA_VERSION:
            raise LibraryDamaged(
                f"the library in {self.folder} was made by a newer Majlis (format {version}, this one reads "
                f"{SCHEMA_VERSION}): run: pip install --upgrade majlis"
            )
        if version < SCHEMA_VERSION:
            self._upgrade()

    def _upgrade(self) -> None:
        if not os.access(self.path, os.W_OK) or not os.access(self.folder, os.W_OK):
            raise UserError(
                f"the library in {self.folder} was made by an older Majlis and cannot be changed by you: "
                "open it once as its owner, with: majlis index info --library " + str(self.folder)
            )
        with self.writing() as connection, connection.transaction():
            if connection.one("PRAGMA user_version")[0] < SCHEMA_VERSION:  # no other process was quicker
                for statement in filter(str.strip, FROM_VERSION_1.split(";")):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection inside a read transaction: it sees one revision for as long as it is open."""
        with self._connected() as connection:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection for changes, outside any transaction; what is deleted is overwritten with zeros."""
        with self._connected() as connection:
            for setting in (
                "foreign_keys = ON",
                "secure_delete = ON",
                "synchronous = FULL",
                "cache_size = -65536",
            ):
                connection.execute(f"PRAGMA {setting}")
            yield connection

    def beyond_saving(self, error: Exception) -> LibraryDamaged:
        """The error for a library of which nothing can be read."""
        return LibraryDamaged(
            f"the library in {self.folder} cannot be read any more ({error}): delete that folder, then build "
            f"it anew with: majlis index build PATH... --library {self.folder}"
        )

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        if not self._is_there():
            raise self._no_library()
        try:
            with closing(
                sqlite3.connect(
                    self._uri(), uri=True, isolation_level=None, check_same_thread=False, factory=Connection
                )
            ) as connection:
                connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
                yield connection
        except sqlite3.DatabaseError as error:
            raise self._for_the_person(error) from error

    def _header(self) -> tuple[int, int]:
        try:
            with closing(sqlite3.connect(self._uri(), uri=True)) as connection:
                application = connection.execute("PRAGMA application_id").fetchone()[0]
                return application, connection.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise self._for_the_person(error) from error

    def _is_there(self) -> bool:
        try:
            return self.path.is_file()
        except OSError as error:
            raise UserError(
                f"the library in {self.folder} cannot be read ({error.strerror}): give yourself access to it"
            ) from error

    def _uri(self) -> str:
        # Where nothing can be written SQLite cannot make its WAL index, and nobody else can change the file.
        mode = "mode=rw" if os.access(self.folder, os.W_OK) else "mode=ro&immutable=1"
        return f"{self.path.absolute().as_uri()}?{mode}"

    def _no_library(self) -> NoLibrary:
        return NoLibrary(
            f"there is no library in {self.folder}: make one with: "
            f"majlis index build PATH... --library {self.folder}"
        )

    def _for_the_person(self, error: sqlite3.DatabaseError) -> Exception:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # a primary code is the low byte
        if code == sqlite3.SQLITE_NOTADB or isinstance(error, StateDamaged):
            return self.beyond_saving(error)
        not_text = "decode" in str(error)  # that it is not UTF-8 has no code
        if code == sqlite3.SQLITE_CORRUPT or not_text or isinstance(error, RowDamaged):
            return LibraryDamaged(
                f"the library in {self.folder} is damaged ({error}): save what can be saved with: "
                f"majlis index repair --library {self.folder}"
            )
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return LibraryBusy(
                f"the library in {self.folder} is being used by another process: wait until it is done, "
                "then run the command again"
            )
        unusable = sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN
        if code in unusable:
            return UserError(
                f"the library in {self.folder} cannot be written or read ({error}); it is as it was: "
                "make room or give access, then run the command again"
            )
        return error
