"""Connections to hosts of the web, and to no others: a name is looked up once, and what it gave is checked.

A page may lead, or a name point, to the network that this machine stands in: to its own services, a router, a
cloud's metadata. So an address is judged by the numbers that it leads to, whatever way it is spelled, and the
connection is made to the very numbers that were judged. Names and private numbers are let through where a
person allows them. Proxies of the environment are not used: behind one nobody could tell where a name leads.
"""

import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from queue import Empty, Queue
from threading import Thread
from typing import TYPE_CHECKING, Any

from index.errors import UserError

if TYPE_CHECKING:  # what asks nothing of the web does not load it
    from httpcore import ConnectionPool, NetworkStream

_NAT64 = ip_network("64:ff9b::/96")
_TRANSLATED = ip_network("::/96")  # of old; the last four bytes are an IPv4 address


class PrivateAddress(UserError):
    """A host leads into a private network, and nobody has allowed that."""


@dataclass(frozen=True, slots=True)
class WebRules:
    """What may be asked for: hosts (``name`` or ``name:port``) that may be private, how often, how much."""

    allow: tuple[str, ...] = ()
    allow_private: bool = False
    rate: float = 1.0  # requests a second to one host
    largest: int = 32 * 2**20  # bytes of an answer, unpacked
    seconds: float = 60.0  # for an answer, from the first byte asked to the last one read
    patience: float = 20.0  # seconds without a byte
    lookup: float = 10.0  # seconds in which a name must be found


def is_public(number: str) -> bool:
    """Whether an IP address is one of the open internet; those that carry another are judged by it.

    >>> [is_public(one) for one in ("93.184.216.34", "169.254.169.254", "::ffff:10.0.0.1", "100.64.0.1")]
    [True, False, False, False]
    """
    address: IPv4Address | IPv6Address = ip_address(number.partition("%")[0])
    if isinstance(address, IPv6Address):
        carried = address.ipv4_mapped or address.sixtofour
        if address in _NAT64 or address in _TRANSLATED:
            carried = IPv4Address(int(address) & 0xFFFFFFFF)
        if address.teredo is not None or address.is_site_local:
            return False
        if carried is not None:
            return is_public(str(carried))
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def numbers_of(host: str, port: int, rules: WebRules) -> list[str]:
    """The IP addresses that a host has and that may be asked; ``PrivateAddress`` where it has others only.

    Raises ``OSError`` where it has none, ``TimeoutError`` where that takes longer than the rules let it.
    """
    numbers = _looked_up(host, port, rules.lookup)
    allowed = {host, f"{host}:{port}"} & set(rules.allow)
    may = [number for number in numbers if rules.allow_private or allowed or is_public(number)]
    if not may:
        raise PrivateAddress(
            f"{host} is in a private network ({numbers[0]}) and is not asked; "
            f"if it may be, allow it: --allow-private, or MAJLIS_WEB_ALLOW={host}"
        )
    return may


def _looked_up(host: str, port: int, seconds: float) -> list[str]:
    """What the system's resolver says, which has no limit of its own: one that hangs is left to hang."""
    said: Queue[list[str] | Exception] = Queue()

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            said.put(list(dict.fromkeys(str(where[0]) for *_, where in found)))
        except (OSError, UnicodeError) as error:
            said.put(error)

    Thread(target=look_up, daemon=True).start()
    try:
        answer = said.get(timeout=seconds)
    except Empty:
        raise TimeoutError(f"the name of {host} is not found in good time") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


class GuardedBackend:
    """Opens connections for httpcore by the ``rules``; until ``deadline`` (``time.monotonic``) they serve."""

    def __init__(self, rules: WebRules) -> None:
        from httpcore import ConnectError, ConnectTimeout, ReadTimeout, SyncBackend

        self._rules = rules
        self._backend = SyncBackend()
        self._failed, self._timeout, self._late = ConnectError, ConnectTimeout, ReadTimeout
        self.deadline = 0.0

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> "NetworkStream":
        """A connection to one of the numbers of a host that may be asked."""
        try:
            rules = replace(self._rules, lookup=self.left(self._rules.lookup))
            numbers = numbers_of(host, port, rules)
        except TimeoutError as error:
            raise self._timeout(str(error)) from error
        except (OSError, UnicodeError) as error:
            raise self._failed(f"no such host ({error})") from error
        for last, number in enumerate(numbers, 1 - len(numbers)):
            try:
                stream = self._backend.connect_tcp(
                    number, port, self.left(timeout), local_address, socket_options
                )
                return TimedStream(stream, self)  # type: ignore[return-value]
            except (self._failed, self._timeout):
                if last == 0:
                    raise
        raise self._failed("no such host")

    def connect_unix_socket(self, *_args: Any, **_more: Any) -> "NetworkStream":
        """Nothing of the web is there."""
        raise self._failed("no socket of this machine is asked")

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def left(self, timeout: float | None) -> float:
        """The seconds that may still be waited, at most ``timeout``."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise self._late("it takes too long")
        return min(left, timeout or left)


class TimedStream:
    """A connection that ends with the time that one answer has, however slowly its bytes come."""

    def __init__(self, stream: Any, backend: GuardedBackend) -> None:
        self._stream, self._backend = stream, backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return bytes(self._stream.read(max_bytes, self._backend.left(timeout)))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._backend.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(self, ssl_context: Any, server_hostname: str | None, timeout: float | None) -> Any:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._backend.left(timeout))
        return TimedStream(secured, self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def open_pool(rules: WebRules) -> "tuple[ConnectionPool, GuardedBackend]":
    """Connections that are kept for the requests to come, and what opens them."""
    from httpcore import ConnectionPool

    backend = GuardedBackend(rules)
    pool = ConnectionPool(network_backend=backend, max_connections=8, keepalive_expiry=15)  # type: ignore[arg-type]
    return pool, backend
