"""What a library is at one revision, and the connection that reads and stores it.

The state is a few rows of JSON: which embedder, which revision, which files are its search indexes, and how
much it holds. A check of its own tells a damaged one. Leaves out the tables of articles.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from index.library.database.failures import StateDamaged
from index.library.database.schema import SCHEMA_VERSION

BUSY_MS = 10_000
_CHECKPOINT_MS = 1_000


@dataclass(frozen=True, slots=True)
class IndexFiles:
    """What a derived index must be on disk to be trusted: its name, its version, its files' stamps."""

    name: str = ""
    version: str = ""
    checksums: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counts:
    """What a library holds, kept with each change, so that nobody has to count it."""

    languages: dict[str, int] = field(default_factory=dict)  # articles by language
    passages: int = 0
    vectors: int = 0  # one a window of a passage

    @property
    def articles(self) -> int:
        return sum(self.languages.values())

    def __add__(self, other: "Counts") -> "Counts":
        return self._with(other, 1)

    def __sub__(self, other: "Counts") -> "Counts":
        return self._with(other, -1)

    def _with(self, other: "Counts", sign: int) -> "Counts":
        sums = {
            language: self.languages.get(language, 0) + sign * other.languages.get(language, 0)
            for language in sorted({*self.languages, *other.languages})
        }
        return Counts(
            {language: count for language, count in sums.items() if count},
            self.passages + sign * other.passages,
            self.vectors + sign * other.vectors,
        )


@dataclass(frozen=True, slots=True)
class State:
    """The library at one revision, but for its articles; ``indexes`` by the name of their kind."""

    revision: int
    embedder: str
    fingerprint: str
    dimension: int
    indexes: dict[str, IndexFiles] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)

    @property
    def vector_bytes(self) -> int:
        """The size of one vector where it is stored."""
        return 4 * self.dimension


def state_told(values: dict[str, Any]) -> State:
    """The state that a row of ``meta`` tells, without its indexes; ``ValueError`` where it is damaged."""
    if values.get("check", _check(values)) != _check(values):
        raise ValueError("the row is not what was written")
    return State(*(values[name] for name in ("revision", "embedder", "fingerprint", "dimension")))


def _check(values: dict[str, Any]) -> str:
    told = json.dumps({name: value for name, value in values.items() if name != "check"}, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


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
        self.execute(f"PRAGMA busy_timeout = {BUSY_MS}")

    def read_state(self) -> State:
        """The state at this revision; damaged index files are none: what they name is made afresh."""
        try:
            state = state_told(self._read("library"))
        except (TypeError, ValueError, KeyError) as error:
            raise StateDamaged("the row that says what it is") from error
        with suppress(TypeError, ValueError, KeyError, AttributeError, sqlite3.DatabaseError):
            indexes = {
                kind: IndexFiles(files["name"], files["version"], files["files"])
                for kind, files in self._read("derived").items()
            }
            state = replace(state, indexes=indexes)
        try:
            return replace(state, counts=Counts(**self._read("counts")))
        except (TypeError, ValueError, sqlite3.DatabaseError):
            return replace(state, counts=self.counts(state))

    def write_state(self, state: State) -> None:
        """Stores the state, in the transaction that is open."""
        values = asdict(state)
        indexes = {
            kind: {"name": files.name, "version": files.version, "files": files.checksums}
            for kind, files in state.indexes.items()
        }
        del values["indexes"]
        counts = values.pop("counts")
        values["format"] = SCHEMA_VERSION
        values["check"] = _check(values)
        parts = {"library": values, "derived": indexes, "counts": counts}
        self.executemany(
            "INSERT OR REPLACE INTO meta VALUES (?, ?)",
            [(key, json.dumps(value)) for key, value in parts.items()],
        )

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
            SELECT count(*), total(length(vector)) FROM passages LEFT JOIN vectors
                ON fingerprint = ? AND vectors.text_hash = passages.text_hash
            {passages and f"WHERE {passages}"}
            """,
            state.fingerprint,
        )
        return Counts(dict(languages), count, int(size) // state.vector_bytes)

    def _read(self, key: str) -> Any:
        found = self.one("SELECT CAST(value AS BLOB) FROM meta WHERE key = ?", key)
        return json.loads(found[0])
