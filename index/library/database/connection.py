"""The connection that reads and stores a library: what every kind of database has to offer, and SQLite's.

Leaves out how a connection is opened, and PostgreSQL (``postgres``).
"""

import json
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict, replace
from itertools import groupby
from operator import itemgetter
from typing import Any, Protocol

from index.library.database.failures import StateDamaged
from index.library.database.state import (
    Counts,
    IndexFiles,
    OutdatedIndexes,
    State,
    indexes_to_tell,
    indexes_told,
    state_to_tell,
    state_told,
)

BUSY_MS = 10_000
_CHECKPOINT_MS = 1_000


class Cursor(Protocol):
    """What a statement gave."""

    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> Any: ...
    def fetchmany(self, size: int, /) -> list[Any]: ...
    def fetchall(self) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


class Connection(ABC):
    """A connection to a library's tables, of one of two kinds, which are asked in the same statements.

    They are SQLite's; what PostgreSQL says otherwise is put so there (``postgres.dialect``). Each
    statement is its own transaction unless one is begun.
    """

    @abstractmethod
    def execute(self, query: str, values: Sequence[Any] = (), /) -> Cursor:
        """Runs a statement; the values take the places of its question marks."""

    @abstractmethod
    def executemany(self, query: str, rows: Iterable[Sequence[Any]], /) -> Cursor:
        """Runs a statement for each of the rows."""

    @abstractmethod
    def executescript(self, script: str, /) -> Cursor | None:
        """Runs statements without values, with semicolons between them."""

    @abstractmethod
    def stream(self, query: str, values: Sequence[Any] = ()) -> Cursor:
        """What ``execute`` gives, a part at a time, however long it is."""

    @abstractmethod
    def cut(self, passages: Iterable[tuple[int, int, int, int]]) -> dict[int, str]:
        """The texts of passages by row, each given as row, article, start and end, in the order of articles.

        Those that cannot be cut from a text are left out.
        """

    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """All of the block or nothing of it."""

    @abstractmethod
    def renew(self) -> None:
        """Lets a reading connection see the newest revision from here on."""

    @abstractmethod
    def checkpoint(self) -> None:
        """Takes what was committed to where it stays, so that what was deleted is nowhere any more."""

    @abstractmethod
    def compact(self) -> None:
        """Gives back the room of what was deleted."""

    @abstractmethod
    def read_damaged_texts(self) -> None:
        """Lets texts that are not UTF-8 be read from here on, as other texts than were stored."""

    @abstractmethod
    def own_damage(self) -> list[str]:
        """What the database itself finds wrong, a line each."""

    @abstractmethod
    def read_indexes(self) -> dict[str, IndexFiles]:
        """The files of the search indexes of this revision; none where they are not to be trusted."""

    @abstractmethod
    def write_indexes(self, indexes: dict[str, IndexFiles]) -> None:
        """Stores them, in the transaction that is open."""

    def outdated_indexes(self) -> OutdatedIndexes | None:
        """Index files of an older revision, which can be brought to this one; none where there are none."""
        return None

    def bytes_elsewhere(self) -> int:
        """How many bytes it takes outside the library's folder."""
        return 0

    def one(self, query: str, *values: object) -> Any:
        """The first row of a query's answer, or none."""
        return self.execute(query, values).fetchone()

    def read_state(self) -> State:
        """The state at this revision; damaged index files are none: what they name is made afresh."""
        try:
            state = state_told(self._read("library"))
        except (TypeError, ValueError, KeyError) as error:
            raise StateDamaged("the row that says what it is") from error
        with suppress(TypeError, ValueError, KeyError, AttributeError, sqlite3.DatabaseError):
            state = replace(state, indexes=self.read_indexes())
        try:
            return replace(state, counts=Counts(**self._read("counts")))
        except (TypeError, ValueError, sqlite3.DatabaseError):
            return replace(state, counts=self.counts(state))

    def write_state(self, state: State, *, removed: Sequence[int] = (), afresh: bool = True) -> None:
        """Stores the state, in the transaction that is open.

        ``removed``: the passages that left with it; ``afresh``: and nothing is said of what stayed.
        """
        self._write("library", state_to_tell(state))
        self._write("counts", asdict(state.counts))
        self.write_indexes(state.indexes)

    def format(self) -> int | None:
        """The format that the state is of, as far as it tells; those before the third did not."""
        with suppress(TypeError, ValueError, AttributeError, sqlite3.DatabaseError):
            told = self._read("library").get("format")
            return told if isinstance(told, int) else None
        return None

    def counts(self, state: State, *, articles: str = "", passages: str = "") -> Counts:
        """What there is, counted; with conditions only of those articles and of those passages."""
        languages = self.execute(
            f"SELECT language, count(*) FROM articles {articles and f'WHERE {articles}'} "
            "GROUP BY language ORDER BY language"
        ).fetchall()
        count, size = self.one(
            f"""
            SELECT count(*), coalesce(sum(length(vector)), 0) FROM passages LEFT JOIN vectors
                ON fingerprint = ? AND vectors.text_hash = passages.text_hash
            {passages and f"WHERE {passages}"}
            """,
            state.fingerprint,
        )
        return Counts(dict(languages), count, int(size) // state.vector_bytes)

    def _read(self, key: str) -> Any:
        found = self.one("SELECT CAST(value AS BLOB) FROM meta WHERE key = ?", key)
        return json.loads(found[0])

    def _write(self, key: str, value: object) -> None:
        self.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, json.dumps(value)),
        )


class SqliteConnection(sqlite3.Connection, Connection):
    """A connection to a library's file."""

    def stream(self, query: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        return self.execute(query, values)

    def cut(self, passages: Iterable[tuple[int, int, int, int]]) -> dict[int, str]:
        cuts: dict[int, str] = {}
        for article, those in groupby(passages, key=itemgetter(1)):
            # once for each article: SQLite reads all of a text to cut a passage from it
            found = self.one("SELECT text FROM texts WHERE article = ?", article)
            if found and isinstance(text := found[0], str):
                cuts |= {row: text[start:end] for row, _, start, end in those}
        return cuts

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self.in_transaction:  # a full disk has rolled it back already
                self.execute("ROLLBACK")
            raise
        self.execute("COMMIT")

    def renew(self) -> None:
        self.execute("ROLLBACK")
        self.execute("BEGIN")

    def checkpoint(self) -> None:
        # A reader that is still at an older revision keeps it; then the next change does it.
        self.execute(f"PRAGMA busy_timeout = {_CHECKPOINT_MS}")
        self.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.execute(f"PRAGMA busy_timeout = {BUSY_MS}")

    def compact(self) -> None:
        self.execute("VACUUM")

    def read_damaged_texts(self) -> None:
        self.text_factory = _decoded

    def own_damage(self) -> list[str]:
        found = [f"SQLite: {line}" for (line,) in self.execute("PRAGMA integrity_check") if line != "ok"]
        if self.execute("PRAGMA foreign_key_check").fetchone():
            found.append("SQLite: there are rows without their article")
        return found

    def read_indexes(self) -> dict[str, IndexFiles]:
        return indexes_told(self._read("derived"))

    def write_indexes(self, indexes: dict[str, IndexFiles]) -> None:
        self._write("derived", indexes_to_tell(indexes))


def _decoded(raw: bytes) -> str:
    """A text as it is stored; damaged bytes make it another text, which its SHA-256 then tells."""
    return raw.decode(errors="replace")
