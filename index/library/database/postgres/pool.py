"""Connections that stay open between questions: to open one takes as long as a question does."""

import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock

from index.errors import UserError
from index.library.database.postgres.connection import ServerConnection

_MOST = 8  # that are kept for the next who asks; any number may be out


class Pool:
    """Connections for reading, each for one thread at a time. Those that are idle close with the pool."""

    def __init__(self, opened: Callable[[], ServerConnection]) -> None:
        self._opened = opened
        self._idle: list[ServerConnection] = []
        self._lock = Lock()
        weakref.finalize(self, _close_all, self._idle)

    @contextmanager
    def connection(self) -> Iterator[ServerConnection]:
        """One that answers."""
        connection = self._take()
        try:
            yield connection
        finally:
            self._give_back(connection)

    def _take(self) -> ServerConnection:
        while True:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                return self._opened()
            with suppress(UserError):  # the server has ended it meanwhile: it was restarted
                connection.execute("SELECT 1")
                return connection
            connection.close()

    def _give_back(self, connection: ServerConnection) -> None:
        with self._lock:
            if connection.is_open and len(self._idle) < _MOST:
                self._idle.append(connection)
                return
        connection.close()


def _close_all(idle: list[ServerConnection]) -> None:
    while idle:
        idle.pop().close()
