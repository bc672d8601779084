"""The truth of a library: one SQLite file, how it is opened, and its state.

A passage is a range of its article's text; its text is never stored twice. Its vectors, one a window, are
kept under (fingerprint of the embedder, SHA-256 of the passage text), so the same text in two articles is
embedded once; to have vectors is not to be in the library, only a row in ``passages`` is. Every change is one
transaction with a new revision. What is derived from it lies beside it (``generations``).
"""

import os
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from index.errors import LibraryBusy, LibraryClosed, LibraryDamaged, LibraryTooNew, NoLibrary
from index.library.database.connection import BUSY_MS, Connection, SqliteConnection
from index.library.database.failures import StateDamaged, for_the_person, proves_damage, told_apart
from index.library.database.schema import MIGRATIONS, PAGE_SIZE, SCHEMA, SCHEMA_VERSION
from index.library.database.state import Counts, IndexFiles, State

__all__ = ["FILE", "LOGS", "Connection", "Counts", "Database", "IndexFiles", "SqliteConnection", "State"]

FILE = "majlis.sqlite"
LOGS = ("-wal", "-shm")  # SQLite's, beside the file
_APPLICATION = 0x4D616A6C  # "Majl": marks the file as a library's
_LOCKS = 0x40000000, 512  # the bytes of a file that SQLite's locks lie on: the first, how many
_LOG_PATIENCE = 1.0  # seconds: another process that closes takes the logs away and puts them back


class Database:
    """The SQLite file in a library's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / FILE

    def create(self, state: State) -> None:
        """Makes the file, empty but for the state; the folder must exist."""
        with told_apart(self.folder):
            with closing(
                sqlite3.connect(self.path, isolation_level=None, factory=SqliteConnection)
            ) as connection:
                connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
                connection.execute("PRAGMA journal_mode = WAL")
                connection.executescript(f"BEGIN; {SCHEMA}")
                connection.execute(f"PRAGMA application_id = {_APPLICATION}")
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
                connection.write_state(state)
                connection.execute("COMMIT")
            self._keep_logs()

    def exists(self) -> bool:
        """Whether there is a library, whole or damaged; one whose making was cut off is none."""
        if not self._size():
            return False
        try:
            return self._header()[0] == _APPLICATION
        except LibraryDamaged:
            return True

    def check(self) -> None:
        """Nothing, for a library that this version reads; else the ``UserError`` that says what it is.

        One that an older version made is brought to this version's format. Looks at the file's head only, so
        that what is damaged further in can still be opened and repaired.
        """
        if not self._size():
            raise self._no_library()
        application, version = self._header()
        if application != _APPLICATION:
            raise self._no_library()
        with told_apart(self.folder), self._raw() as connection:
            told = connection.format()
        if told not in (None, version):
            raise LibraryDamaged(
                f"the library in {self.folder} says that its format is {version}, and that it is {told}: "
                f"save what can be saved with: majlis index repair --library {self.folder}"
            )
        if version > SCHEMA_VERSION:
            raise LibraryTooNew(
                f"the library in {self.folder} was made by a newer Majlis (format {version}, this one reads "
                f"{SCHEMA_VERSION}): run: pip install --upgrade majlis"
            )
        if version < SCHEMA_VERSION:
            self._upgrade()

    def _upgrade(self) -> None:
        if not self._may_write():
            raise LibraryClosed(
                f"the library in {self.folder} was made by an older Majlis and cannot be changed by you: "
                "open it once as its owner, with: majlis index info --library " + str(self.folder)
            )
        with self.writing() as connection, connection.transaction():
            # read again: another process may have been quicker
            for version in range(connection.one("PRAGMA user_version")[0], SCHEMA_VERSION):
                try:
                    MIGRATIONS[version](connection)
                except (KeyError, sqlite3.OperationalError) as error:
                    if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) != sqlite3.SQLITE_ERROR:
                        raise
                    raise StateDamaged(f"it is not of the format {version}, as it says") from error
                connection.execute(f"PRAGMA user_version = {version + 1}")
            with suppress(StateDamaged):  # of a damaged one, repair makes another
                connection.write_state(connection.read_state())

    @contextmanager
    def reading(self) -> Iterator[SqliteConnection]:
        """A connection inside a read transaction: it sees one revision for as long as it is open."""
        with self._connected() as connection:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[SqliteConnection]:
        """A connection for changes, outside any transaction; what is deleted is overwritten with zeros."""
        with self._connected() as connection:
            settings = "foreign_keys = ON", "secure_delete = ON", "synchronous = FULL", "cache_size = -65536"
            for setting in settings:
                connection.execute(f"PRAGMA {setting}")
            yield connection

    deriving = writing  # for who makes the indexes of the newest revision

    def damage(self) -> str:
        """What SQLite finds wrong with its file, looking at all of it; nothing for a sound one.

        What keeps it from looking, a lock or a disk, is raised: it proves nothing.
        """
        if not self._size():
            raise self._no_library()
        with told_apart(self.folder):
            try:
                with self._raw() as connection:
                    application = connection.one("PRAGMA application_id")[0]
                    version = connection.one("PRAGMA user_version")[0]
                    [found] = connection.execute("PRAGMA integrity_check(1)").fetchone()
                    connection.read_state()
            except sqlite3.DatabaseError as error:
                if not proves_damage(error):
                    raise
                return str(error)
        if found != "ok":
            return str(found)
        if application != _APPLICATION:
            return "it is not marked as a library's"
        return "" if version == SCHEMA_VERSION else f"it says that its format is {version}"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keeps every other program's connection away for the block; ``LibraryBusy`` where one stays.

        Nothing of this process may have the file open: to close it lets go of all locks at once.
        """
        try:
            import fcntl
        except ImportError:  # Windows: what is open cannot be replaced there anyhow
            yield
            return
        with told_apart(self.folder), self.path.open("r+b") as file:
            until = time.monotonic() + BUSY_MS / 1000
            while True:
                try:
                    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCKS[1], _LOCKS[0])
                    break
                except (BlockingIOError, PermissionError):
                    if time.monotonic() > until:
                        raise LibraryBusy(
                            f"the library in {self.folder} is open in another process: close that, "
                            "then run the command again; nothing was changed"
                        ) from None
                    time.sleep(0.1)
            yield

    @contextmanager
    def _connected(self) -> Iterator[SqliteConnection]:
        if not self._size():
            raise self._no_library()
        with told_apart(self.folder), self._raw() as connection:
            yield connection

    @contextmanager
    def _raw(self) -> Iterator[SqliteConnection]:
        uri, seen = self._uri()
        try:
            with closing(
                sqlite3.connect(
                    uri, uri=True, isolation_level=None, check_same_thread=False, factory=SqliteConnection
                )
            ) as connection:
                connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
                if not self._may_write():
                    _wait_for_the_log(connection)
                yield connection
        finally:
            self._keep_logs()
        if seen is not None and seen != self._stamp():
            raise LibraryBusy(
                f"the library in {self.folder} was changed while it was read: run the command again"
            )

    def _header(self) -> tuple[int, int]:
        with told_apart(self.folder), self._raw() as connection:
            application = connection.one("PRAGMA application_id")[0]
            if application != _APPLICATION and connection.one(
                "SELECT 1 FROM sqlite_schema WHERE name = 'articles_by_origin'"
            ):
                raise StateDamaged("it has lost the mark of a library")
            return application, connection.one("PRAGMA user_version")[0]

    def _size(self) -> int:
        try:
            status = self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return 0
        except OSError as error:
            raise for_the_person(self.folder, error) or error from error
        return status.st_size if stat.S_ISREG(status.st_mode) else 0

    def _may_write(self) -> bool:
        return os.access(self.folder, os.W_OK) and os.access(self.path, os.W_OK)

    def _uri(self) -> tuple[str, tuple[int, ...] | None]:
        """How SQLite opens the file, and what it is like where nothing tells of another that writes it.

        A reader without the right to write takes part in SQLite's locks as any other: the logs that they go
        by are kept there for it. Only a disk that is mounted for nobody to write may lack them.
        """
        name = self.path.absolute().as_uri()
        if self._may_write():
            return f"{name}?mode=rw", None
        logs = [self.path.with_name(f"{FILE}{log}") for log in LOGS]
        until = time.monotonic() + _LOG_PATIENCE
        while not all(map(os.path.exists, logs)):
            if os.name != "nt" and os.statvfs(self.folder).f_flag & os.ST_RDONLY:
                return f"{name}?mode=ro&immutable=1", self._stamp()
            if time.monotonic() > until:
                raise LibraryClosed(
                    f"the library in {self.folder} cannot be read by who cannot write it before its owner "
                    f"has opened it once, with: majlis index info --library {self.folder}"
                )
            time.sleep(0.02)
        return f"{name}?mode=ro", None

    def _stamp(self) -> tuple[int, ...]:
        status = self.path.stat()
        return status.st_ino, status.st_size, status.st_mtime_ns

    def _keep_logs(self) -> None:
        """Leaves empty logs where SQLite took its own away, for readers who cannot make them."""
        if os.name == "nt" or not self._may_write():
            return
        owner = self.path.stat()
        for log in LOGS:
            path = self.path.with_name(f"{FILE}{log}")
            with suppress(OSError):
                if not path.exists():
                    _make_empty(path, stat.S_IMODE(owner.st_mode))
                    if os.geteuid() == 0:
                        os.chown(path, owner.st_uid, owner.st_gid)

    def _no_library(self) -> NoLibrary:
        what = "there is no library"
        if self.folder.is_dir() and any(self.folder.glob("vectors-*")):  # its search indexes say that it was
            what = f"the library has lost its {FILE}" + (" (it is empty)" if self.path.exists() else "")
            return NoLibrary(
                f"{what} in {self.folder}: bring that file back from a copy, or make it anew with: "
                f"majlis index build PATH... --library {self.folder}"
            )
        return NoLibrary(
            f"{what} in {self.folder}: make one with: majlis index build PATH... --library {self.folder}"
        )


def _make_empty(path: Path, mode: int) -> None:
    """An empty file. It is not opened: to close it would let go of the locks that a thread has on it."""
    try:
        os.mknod(path, mode | stat.S_IFREG)
    except (AttributeError, PermissionError):  # where only an administrator may
        path.touch(exist_ok=False)
    path.chmod(mode)


def _wait_for_the_log(connection: SqliteConnection) -> None:
    """Waits while a writer has taken the log away or not begun it: a reader cannot make or mend one."""
    until = time.monotonic() + _LOG_PATIENCE
    while True:
        try:
            connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()
            return
        except sqlite3.OperationalError as error:
            passing = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)
            if not passing or time.monotonic() > until:
                raise
        time.sleep(0.02)
