"""A connection to a library's tables in PostgreSQL: what a library asks of every kind of database.

The files of the search indexes are each server's own: what is known of them lies in the folder, and the mark
of a change says whether they are of a revision. The last changes are kept, for those of others to follow.
"""

import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count, islice
from pathlib import Path
from typing import Any

from index.errors import UserError
from index.library.database.connection import Connection
from index.library.database.postgres.address import Address
from index.library.database.postgres.dialect import of_many_rows, statements, translated
from index.library.database.postgres.opening import connected
from index.library.database.postgres.session import ServerSession
from index.library.database.state import IndexFiles, OutdatedIndexes, State, indexes_to_tell, indexes_told

INDEXES = "indexes.json"  # in the library's folder
CHANGES = """
CREATE TABLE changes (  -- the last ones, for servers that have not followed yet
    revision INTEGER PRIMARY KEY,
    mark TEXT NOT NULL,
    removed TEXT NOT NULL  -- JSON: the rows of passages
);
"""
_CHANGE = "change"  # in ``meta``: the mark of the last change
_REMEMBERED = 1_000  # changes
_ROWS = 128  # that are inserted together, at most
_PART = 256  # rows of a stream that are fetched together
_WITH_PLAN = ("SELECT", "INSERT", "DELETE", "UPDATE", "WITH")


class ServerRows:
    """What a statement gave."""

    def __init__(self, rows: Iterable[Sequence[Any]], rowcount: int = -1) -> None:
        self._rows = map(tuple, rows)
        self.rowcount = rowcount

    def fetchone(self) -> Any:
        return next(self._rows, None)

    def fetchmany(self, size: int, /) -> list[Any]:
        return list(islice(self._rows, size))

    def fetchall(self) -> list[Any]:
        return list(self._rows)

    def __iter__(self) -> Iterator[Any]:
        return self._rows


class ServerConnection(Connection):
    """A session of the server, in the schema of its address. For one thread at a time."""

    def __init__(self, address: Address, folder: Path, session: ServerSession) -> None:
        self._address = address
        self._file = folder / INDEXES
        self._session = session
        self._streams = count()
        self._in_transaction = self._reads = self._failed = False
        self._meta: dict[str, str] | None = None
        self._mark = ""  # of the change that is being written
        self._unwritten: dict[str, Any] | None = None

    @classmethod
    def open(cls, address: Address, folder: Path, *, writes: bool = False) -> "ServerConnection":
        """A connection; ``UserError`` says why there is none to be had."""
        return cls(address, folder, ServerSession(address, connected(address, writes=writes)))

    @property
    def is_open(self) -> bool:
        return self._session.is_open

    def close(self) -> None:
        self._session.close()

    # What is asked

    def execute(self, query: str, values: Sequence[Any] = (), /) -> ServerRows:
        if query == "COMMIT" and self._failed:
            query = "ROLLBACK"  # what it would be, and an error
        query = translated(query)
        try:
            done = (self._session.asked if query.startswith(_WITH_PLAN) else self._session.told)(
                query, values
            )
        except UserError:
            self._failed = self._in_transaction
            raise
        if query.startswith("BEGIN"):
            self._in_transaction = True
        elif query in ("COMMIT", "ROLLBACK"):
            self._in_transaction = self._failed = self._reads = False
        return ServerRows(done.rows or (), done.row_count)

    def executemany(self, query: str, rows: Iterable[Sequence[Any]], /) -> ServerRows:
        left, done = list(rows), 0
        together = _ROWS if of_many_rows(query, 1) else 1
        while left:
            while together > len(left):  # by halves, so that few statements are prepared
                together //= 2
            some, left = left[:together], left[together:]
            told = of_many_rows(query, together) if together > 1 else query
            done += self.execute(told, [value for row in some for value in row]).rowcount
        return ServerRows((), done)

    def executescript(self, script: str, /) -> None:
        for statement in statements(script):
            self.execute(statement)

    def stream(self, query: str, values: Sequence[Any] = ()) -> ServerRows:
        name = f"stream_{next(self._streams)}"
        kept = "" if self._in_transaction else "WITH HOLD "
        declared = f"DECLARE {name} CURSOR {kept}FOR {translated(query)}"
        self._session.told(declared, values)

        def parts() -> Iterator[Sequence[Any]]:
            while part := self._session.told(f"FETCH {_PART} FROM {name}").rows:
                yield from part
            self._session.told(f"CLOSE {name}")

        return ServerRows(parts())

    def cut(self, passages: Iterable[tuple[int, int, int, int]]) -> dict[int, str]:
        # by the server, and all at once: a text may be a book, and each statement has its way there and back
        query = """
            SELECT row, substr(text, CAST(start AS INTEGER) + 1, CAST(end - start AS INTEGER))
            FROM passages JOIN texts USING (article)
            WHERE row IN (SELECT CAST(value AS BIGINT) FROM json_each(?))
            """
        return dict(self.execute(query, (json.dumps([row for row, *_ in passages]),)))

    # Transactions

    def begin_reading(self) -> None:
        """Begins a transaction that sees one revision from its first statement on."""
        self.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        self._reads = True

    def rollback(self) -> None:
        """Ends the transaction; of what it wrote nothing stays."""
        if self._session.is_open and self._in_transaction:
            with suppress(UserError):
                self.execute("ROLLBACK")

    def renew(self) -> None:
        self.execute("ROLLBACK")
        self.begin_reading()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self._reads:  # who makes indexes writes no table
            yield
        else:
            self.execute("BEGIN")
            try:
                yield
            except BaseException:
                self._unwritten, self._mark = None, ""
                self.rollback()
                raise
            self.execute("COMMIT")
        self._mark = ""
        if self._unwritten is not None:
            told, self._unwritten = json.dumps(self._unwritten), None
            with suppress(OSError):  # the change is done; without the file the indexes are made again
                part = self._file.with_name(f"{INDEXES}.part")
                part.write_text(told, encoding="utf-8")
                part.replace(self._file)

    @property
    def in_transaction(self) -> bool:
        return self._in_transaction

    # What the library is

    def has_library(self) -> bool:
        """Whether its tables are there."""
        found = self.one(
            "SELECT to_regclass(?) IS NOT NULL", f"{self._address.quoted_schema}.articles_by_origin"
        )
        return bool(found[0])

    def read_state(self) -> State:
        self._meta = dict(self.execute("SELECT key, value FROM meta"))  # all of it at once
        try:
            return super().read_state()
        finally:
            self._meta = None

    def write_state(self, state: State, *, removed: Sequence[int] = (), afresh: bool = True) -> None:
        self._mark = secrets.token_hex(8)
        self._write(_CHANGE, self._mark)
        last = state.revision if afresh else state.revision - _REMEMBERED
        self.execute("DELETE FROM changes WHERE revision <= ? OR revision >= ?", (last, state.revision))
        told = (state.revision, self._mark, json.dumps(list(removed)))
        self.execute("INSERT INTO changes VALUES (?, ?, ?)", told)
        super().write_state(state)

    def read_indexes(self) -> dict[str, IndexFiles]:
        told = self._own_indexes()
        return indexes_told(told["indexes"]) if told and told["change"] == self._read(_CHANGE) else {}

    def outdated_indexes(self) -> OutdatedIndexes | None:
        told = self._own_indexes()
        since = "SELECT removed FROM changes WHERE revision = ? AND mark = ?"
        if not told or self.one(since, told["revision"], told["change"]) is None:
            return None
        newer = self.execute("SELECT removed FROM changes WHERE revision > ?", (told["revision"],))
        removed = [row for (rows,) in newer for row in json.loads(rows) if row <= told["last"]]
        return OutdatedIndexes(indexes_told(told["indexes"]), told["last"], removed)

    def write_indexes(self, indexes: dict[str, IndexFiles]) -> None:
        self._unwritten = {
            "change": self._mark or self._read(_CHANGE),
            "revision": self._read("library")["revision"],
            "last": self.one("SELECT coalesce(max(row), 0) FROM passages")[0],
            "indexes": indexes_to_tell(indexes),
        }

    def _own_indexes(self) -> dict[str, Any]:
        with suppress(OSError, ValueError):
            told = json.loads(self._file.read_text(encoding="utf-8"))
            if isinstance(told, dict) and told.keys() == {"change", "revision", "last", "indexes"}:
                return told
        return {}

    def _read(self, key: str) -> Any:
        return super()._read(key) if self._meta is None else json.loads(self._meta[key])

    # What is the server's own

    def continue_numbers(self) -> None:
        """Lets the numbers of new rows follow those that were put in with theirs."""
        columns = self.execute(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = ? AND is_identity = 'YES'",
            (self._address.schema,),
        )
        for table, column in columns.fetchall():
            self.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), max({column})) FROM {table}"
            )

    def checkpoint(self) -> None:
        """Nothing: when the room of what was deleted is written over, the server says (VACUUM)."""

    def compact(self) -> None:
        named = self.execute("SELECT tablename FROM pg_tables WHERE schemaname = ?", (self._address.schema,))
        for (table,) in named.fetchall():
            self.execute(f'VACUUM (ANALYZE) "{table}"')

    def read_damaged_texts(self) -> None:
        """Nothing: the server gives no text that is not whole."""

    def own_damage(self) -> list[str]:
        return []

    def bytes_elsewhere(self) -> int:
        found = self.one(
            "SELECT coalesce(sum(pg_total_relation_size(pg_class.oid)), 0) FROM pg_class "
            "JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = ? AND relkind = 'r'",
            self._address.schema,
        )
        return int(found[0])
