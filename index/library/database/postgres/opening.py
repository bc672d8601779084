"""How a connection to PostgreSQL is opened: the socket, encryption, the settings of a session."""

import os
import socket
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING

from index.errors import UserError
from index.library.database.postgres.address import Address
from index.library.database.postgres.failures import away, refused

if TYPE_CHECKING:
    from pg8000.native import Connection as Session

_PATIENCE = 10.0  # seconds until a server is called away
_KEEPALIVE = {"idle": 30, "interval": 10, "count": 3}  # seconds, seconds, times: then the other side is gone
_SESSION = {
    "client_encoding": "UTF8",
    "jit": "off",  # it costs more than any statement here takes
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",  # indexes are written, or read, within one
    **{f"tcp_keepalives_{name}": str(value) for name, value in _KEEPALIVE.items()},
}
_TO_WRITE = {
    "work_mem": "256MB"
}  # for what is not in a set: one that does not fit is looked through each time


def client_name() -> str:
    """What the server shows of this process to whom it keeps waiting."""
    return f"{socket.gethostname()[:40]} pid {os.getpid()}"


def connected(address: Address, *, writes: bool) -> "Session":
    """A session of the server; ``UserError`` where there is none to be had."""
    import pg8000.core
    import pg8000.native

    try:
        plain = _socket(address)
    except (OSError, UnicodeError) as error:  # a name that is none
        raise away(address, getattr(error, "strerror", None) or error) from None
    try:
        session = pg8000.native.Connection(
            address.user,
            host=address.host,
            port=address.port,
            database=address.database,
            password=address.secret(),
            application_name=f"majlis {client_name()}",
            ssl_context=_encryption(address),
            sock=plain,
            startup_params={
                "search_path": address.quoted_schema,
                **_SESSION,
                **(_TO_WRITE if writes else {}),
            },
        )
    except (pg8000.native.Error, pg8000.core.scramp.ScramException, OSError) as error:
        plain.close()
        said: BaseException | None = error
        while said is not None:  # what the server said last may lie below that it does not listen any more
            if isinstance(said, pg8000.native.DatabaseError):
                raise refused(address, said.args[0]) from None
            said = said.__context__
        raise away(address, error) from None
    except BaseException:
        plain.close()
        raise
    with suppress(OSError):
        plain.settimeout(None)
    session.register_out_adapter(bool, lambda value: str(int(value)))  # as SQLite keeps them
    return session


def _socket(address: Address) -> socket.socket:
    if address.socket:
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            made.settimeout(_PATIENCE)
            made.connect(address.socket)
        except BaseException:
            made.close()
            raise
        return made
    made = socket.create_connection((address.host, address.port), _PATIENCE)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, name in (("TCP_KEEPIDLE", "idle"), ("TCP_KEEPINTVL", "interval"), ("TCP_KEEPCNT", "count")):
        if hasattr(socket, option):
            made.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), _KEEPALIVE[name])
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def _encryption(address: Address) -> "ssl.SSLContext | bool | None":
    """What pg8000 makes of it: none, where the server has it, or always."""
    if address.socket or address.ssl_mode == "disable":
        return False
    if address.ssl_mode == "prefer":
        return None
    try:
        context = ssl.create_default_context(cafile=os.environ.get("PGSSLROOTCERT") or None)
    except (OSError, ssl.SSLError) as error:
        raise UserError(f"PGSSLROOTCERT names no file of certificates ({error}); correct it") from error
    if address.ssl_mode == "require":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
