"""The right to change a library: an advisory lock, which the server ends with the connection that took it.

So who has lost the connection has lost the right, and cannot write any more; nobody has to find out that a
lease has run out. It wants a connection that stays: not one of a pooler that hands out another with each
transaction.
"""

import hashlib
import time
from contextlib import suppress

from index.errors import UserError
from index.library.database.postgres.address import Address
from index.library.database.postgres.connection import ServerConnection
from index.library.database.postgres.failures import busy

_PATIENCE = 1.0  # seconds: of a killed process the server notices the end a moment late


def take_lease(connection: ServerConnection, address: Address) -> None:
    """Takes the right until the connection ends; ``LibraryBusy`` where another has it."""
    key = hashlib.sha256(f"majlis {address.schema}".encode()).digest()[:8]
    number = int.from_bytes(key, "big", signed=True)
    until = time.monotonic() + _PATIENCE
    while not connection.one("SELECT pg_try_advisory_lock(?)", number)[0]:
        if time.monotonic() > until:
            raise busy(address, _holder(connection, key))
        time.sleep(0.05)


def _holder(connection: ServerConnection, key: bytes) -> str:
    """The host and process that have it, as far as the server tells."""
    held = connection.one(
        """
        SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE locktype = 'advisory' AND granted AND classid = ? AND objid = ? AND datname = current_database()
        """,
        int.from_bytes(key[:4], "big"),
        int.from_bytes(key[4:], "big"),
    )
    return str(held[0] or "").removeprefix("majlis ") if held else ""


def end_lease(connection: ServerConnection) -> None:
    """Closes the connection. The right ends at once: the end of a connection the server notices later."""
    if connection.is_open and not connection.in_transaction:
        with suppress(UserError):
            connection.execute("SELECT pg_advisory_unlock_all()")
    connection.close()
