"""A session of PostgreSQL, by pg8000: statements that stay prepared on the server, and what goes wrong.

Errors are told for the person here, at their source.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from index.errors import DatabaseAway
from index.library.database.postgres.address import Address
from index.library.database.postgres.failures import lost, refused

if TYPE_CHECKING:
    from pg8000.core import Context
    from pg8000.native import Connection as Session

_PREPARED = 200  # statements, at most


class ServerSession:
    """What one thread at a time asks a server. ``UserError`` says what it refuses, and that it is away."""

    def __init__(self, address: Address, session: "Session") -> None:
        self._address = address
        self._session: Session | None = session
        self._prepared: OrderedDict[str, tuple[Any, ...]] = OrderedDict()

    @property
    def is_open(self) -> bool:
        return self._session is not None

    def close(self) -> None:
        session, self._session = self._session, None
        self._prepared.clear()
        if session is not None:
            with suppress(Exception):  # it may be gone already
                session.close()

    def told(self, statement: str, values: Sequence[Any] = ()) -> "Context":
        """What a statement gives that is said once."""
        if values:
            return self._guarded(lambda session: session.execute_unnamed(statement, values))
        return self._guarded(lambda session: session.execute_simple(statement))

    def asked(self, query: str, values: Sequence[Any]) -> "Context":
        """What a statement gives that is said often: it stays prepared."""

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
