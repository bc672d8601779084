"""A connection to a library's tables in PostgreSQL, by pg8000, whose statements stay prepared on the server.

What goes wrong is told for the person here, at its source. The files of the search indexes are this server's
own: what is known of them lies in the folder, and the mark of a change says whether they are of a revision.
"""

import hashlib
import json
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import DatabaseAway, UserError
from index.library.database.connection import Connection
from index.library.database.postgres.address import Address
from index.library.database.postgres.dialect import of_many_rows, statements, translated
from index.library.database.postgres.failures import busy, lost, refused
from index.library.database.postgres.opening import connected
from index.library.database.state import IndexFiles, State, indexes_to_tell, indexes_told

if TYPE_CHECKING:
    from pg8000.core import Context
    from pg8000.native import Connection as Session

INDEXES = "indexes.json"  # in the library's folder
_CHANGE = "change"  # in ``meta``: the mark of the last change
_PATIENCE = 1.0  # seconds that a lease is waited for: of a killed process it ends a moment late
_PREPARED = 200  # statements of a connection, at most
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

    def __init__(self, address: Address, folder: Path, session: "Session") -> None:
        self._address = address
        self._file = folder / INDEXES
        self._session: Session | None = session
        self._prepared: OrderedDict[str, tuple[Any, ...]] = OrderedDict()
        self._streams = count()
        self._in_transaction = self._reads = self._failed = False
        self._meta: dict[str, str] | None = None
        self._mark = ""  # of the change that is being written
        self._unwritten: dict[str, Any] | None = None

    @classmethod
    def open(cls, address: Address, folder: Path, *, writes: bool = False) -> "ServerConnection":
        """A connection; ``UserError`` says why there is none to be had."""
        return cls(address, folder, connected(address, writes=writes))

    @property
    def is_open(self) -> bool:
        return self._session is not None

    def close(self) -> None:
        session, self._session = self._session, None
        self._prepared.clear()
        if session is not None:
            with suppress(Exception):  # it may be gone already
                session.close()

    # What is asked

    def execute(self, query: str, values: Sequence[Any] = (), /) -> ServerRows:
        if query == "COMMIT" and self._failed:
            query = "ROLLBACK"  # what it would be, and an error
        query = translated(query)
        done = self._asked(query, values) if query.startswith(_WITH_PLAN) else self._told(query)
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
        self._guarded(lambda session: session.execute_unnamed(declared, values))

        def parts() -> Iterator[Sequence[Any]]:
            while part := self._told(f"FETCH {_PART} FROM {name}").rows:
                yield from part
            self._told(f"CLOSE {name}")

        return ServerRows(parts())

    def _told(self, statement: str) -> "Context":
        return self._guarded(lambda session: session.execute_simple(statement))

    def _asked(self, query: str, values: Sequence[Any]) -> "Context":
        def ask(session: "Session") -> "Context":
            from pg8000.converters import make_params

            if query not in self._prepared:
                if len(self._prepared) >= _PREPARED:
                    _, (oldest, *_) = self._prepared.popitem(last=False)
                    session.close_prepared_statement(oldest)
                self._prepared[query] = session.prepare_statement(query, ())
            self._prepared.move_to_end(query)
            name, columns, convert = self._prepared[query]
            return session.execute_named(name, make_params(session.py_types, values), columns, convert, query)

        return self._guarded(ask)

    def _guarded(self, ask: Callable[["Session"], "Context"]) -> "Context":
        """What a session gives. One that was broken off is closed: nobody knows what it says next."""
        from pg8000.exceptions import DatabaseError, InterfaceError

        if self._session is None:
            raise lost(self._address, "it is closed")
        try:
            return ask(self._session)
        except DatabaseError as error:
            self._failed = self._in_transaction
            told = refused(self._address, error.args[0])
            if isinstance(told, DatabaseAway):
                self.close()
            raise told from error
        except (InterfaceError, OSError) as error:
            self.close()
            raise lost(self._address, error) from error
        except BaseException:
            self.close()
            raise

    # Transactions and the lease

    def begin_reading(self) -> None:
        """Begins a transaction that sees one revision from its first statement on."""
        self.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        self._reads = True

    def rollback(self) -> None:
        """Ends the transaction; of what it wrote nothing stays."""
        if self._session is not None and self._in_transaction:
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
            part = self._file.with_name(f"{INDEXES}.part")
            part.write_text(json.dumps(self._unwritten), encoding="utf-8")
            part.replace(self._file)
            self._unwritten = None

    def take_lease(self) -> None:
        """The right to change the library until the connection ends; ``LibraryBusy`` where another has it."""
        key = hashlib.sha256(f"majlis {self._address.schema}".encode()).digest()[:8]
        number = int.from_bytes(key, "big", signed=True)
        until = time.monotonic() + _PATIENCE
        while not self.one("SELECT pg_try_advisory_lock(?)", number)[0]:
            if time.monotonic() > until:
                raise busy(self._address, self._lease_holder(key))
            time.sleep(0.05)

    def _lease_holder(self, key: bytes) -> str:
        halves = (int.from_bytes(key[:4], "big"), int.from_bytes(key[4:], "big"))
        held = self.one(
            """
            SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
            WHERE locktype = 'advisory' AND granted AND pg_locks.classid = ? AND pg_locks.objid = ?
            AND datname = current_database()
            """,
            *halves,
        )
        return str(held[0] or "").removeprefix("majlis ") if held else ""

    def end_lease(self) -> None:
        """Closes the connection. The lease ends at once: the end of a connection the server notices later."""
        if self._session is not None and not self._in_transaction:
            with suppress(UserError):
                self.execute("SELECT pg_advisory_unlock_all()")
        self.close()

    # What the library is

    def has_library(self) -> bool:
        """Whether its tables are there."""
        found = self.one("SELECT to_regclass(?) IS NOT NULL", f"{self._address.quoted_schema}.meta")
        return bool(found[0])

    def read_state(self) -> State:
        self._meta = dict(self.execute("SELECT key, value FROM meta"))  # all of it at once
        try:
            return super().read_state()
        finally:
            self._meta = None

    def write_state(self, state: State) -> None:
        self._mark = secrets.token_hex(8)
        self._write(_CHANGE, self._mark)
        super().write_state(state)

    def read_indexes(self) -> dict[str, IndexFiles]:
        with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
            told = json.loads(self._file.read_text(encoding="utf-8"))
            if told["change"] == self._read(_CHANGE):
                return indexes_told(told["indexes"])
        return {}

    def write_indexes(self, indexes: dict[str, IndexFiles]) -> None:
        mark = self._mark or self._read(_CHANGE)
        self._unwritten = {"change": mark, "indexes": indexes_to_tell(indexes)}

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
