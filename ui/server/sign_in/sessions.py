"""Signed sessions: who has signed in, until when, without anything stored.

A token is ``name.expiry.signature`` (HMAC-SHA-256). Its key comes from the stored hash of that person's
password: a new password ends the person's sessions, a removed person has none, and a restart of the server
ends nothing. A person's key, for programs, is such a token that does not expire.
"""

import hashlib
import hmac
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable

from ui.server.sign_in.people import People, normal_name

LASTING = 14 * 24 * 3600  # seconds
NEVER = 2**53  # seconds: when a key expires


class Sessions:
    """Makes and reads tokens; ``end`` is kept in mind until the server stops."""

    def __init__(self, people: People, clock: Callable[[], float] = time.time) -> None:
        self._people = people
        self._clock = clock
        self._ended: dict[str, int] = {}  # by signature: when it would have expired anyway

    def begin(self, name: str) -> str:
        """A token for the person."""
        return self._token(name, int(self._clock()) + LASTING, secrets.token_urlsafe(9))

    def key(self, name: str) -> str:
        """The person's key, always the same until the password is a new one."""
        return self._token(name, NEVER, "key")

    def _token(self, name: str, expiry: int, nonce: str) -> str:
        held = urlsafe_b64encode(normal_name(name).encode()).decode().rstrip("=")
        signed = f"{held}.{expiry}.{nonce}"
        return f"{signed}.{self._signature(normal_name(name), signed)}"

    def name_of(self, token: str) -> str | None:
        """Who holds the token; None for one that is forged, expired or ended."""
        signed, _, signature = token.rpartition(".")
        try:
            held, expiry, _nonce = signed.split(".")
            name = urlsafe_b64decode(held + "=" * (-len(held) % 4)).decode()
            valid = int(expiry) > self._clock() and signature not in self._ended
        except ValueError:
            return None
        if not (valid and self._people.hash_of(name)):
            return None
        expected = self._signature(name, signed)
        return name if hmac.compare_digest(expected.encode(), signature.encode()) else None

    def end(self, token: str) -> None:
        """The token is worth nothing from now on."""
        now = self._clock()
        self._ended = {ended: until for ended, until in self._ended.items() if until > now}
        if self.name_of(token) is not None:
            signed, _, signature = token.rpartition(".")
            self._ended[signature] = int(signed.split(".")[1])

    def _signature(self, name: str, signed: str) -> str:
        key = hashlib.sha256(f"majlis session {self._people.hash_of(name)}".encode()).digest()
        return hmac.new(key, signed.encode(), "sha256").hexdigest()
