"""The brake on sign-in: after five failures for a name or from an address, ever longer waits."""

import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from threading import Lock

FREE = 5  # failures before the first wait
FIRST, LONGEST = 5.0, 900.0  # seconds
FORGOTTEN = 3600.0  # seconds after the last failure
MOST = 10_000  # names and addresses kept in mind


class Brake:
    """Counts tries as failures until they are told to have succeeded, so that many at once gain nothing."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._failures: dict[str, tuple[int, float]] = {}  # how many, and when the last was

    def enter(self, name: str, address: str) -> float:
        """Seconds to wait before this name may be tried from this address; 0 lets the try begin."""
        with self._lock:
            now = self._clock()
            keys = _keys(name, address)
            wait = max(self._wait(key, now) for key in keys)
            if not wait:
                for key in keys:
                    count = self._failures.pop(key, (0, 0.0))[0]  # the newest stand last
                    self._failures[key] = (count + 1, now)
                while len(self._failures) > MOST:
                    del self._failures[next(iter(self._failures))]
            return wait

    def left(self, name: str, address: str) -> float:
        """The same, without a try."""
        with self._lock:
            return max(self._wait(key, self._clock()) for key in _keys(name, address))

    def succeeded(self, name: str, address: str) -> None:
        """The try was right: the name is free of its failures, the address of this one."""
        with self._lock:
            by_name, by_address = _keys(name, address)
            self._failures.pop(by_name, None)
            count, last = self._failures.get(by_address, (1, 0.0))
            self._failures[by_address] = (count - 1, last)

    def _wait(self, key: str, now: float) -> float:
        count, last = self._failures.get(key, (0, 0.0))
        if count and now - last > FORGOTTEN:
            del self._failures[key]
            return 0.0
        if count < FREE:
            return 0.0
        return max(0.0, last + min(FIRST * 2.0 ** min(count - FREE, 30), LONGEST) - now)


def _keys(name: str, address: str) -> tuple[str, str]:
    try:
        numbers = ip_address(address)
    except ValueError:
        return f"name {name}", f"address {address}"
    if isinstance(numbers, IPv6Address):  # one subscriber has a whole /64
        return f"name {name}", f"address {int(numbers) >> 64:x}::/64"
    return f"name {name}", f"address {numbers}"
