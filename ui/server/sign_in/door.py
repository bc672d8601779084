"""The door: who may come in by name and password, with the file of people, the brake and the sessions."""

import hmac
import secrets
import time
from base64 import b64decode, b64encode

from ui.server.sign_in.brake import Brake
from ui.server.sign_in.people import People, normal_name
from ui.server.sign_in.sessions import Sessions

REMEMBERED = 300.0  # seconds that a checked name and password need not be hashed again


class Door:
    """Lets people in, and knows them again by their sessions."""

    def __init__(self, people: People, brake: Brake | None = None) -> None:
        self._people = people
        self._brake = brake or Brake()
        self._checked: dict[bytes, tuple[float, str]] = {}  # by digest: until when, and the stored hash
        self._secret = secrets.token_bytes(32)
        self.sessions = Sessions(people)

    def sign_in(self, name: str, password: str, address: str) -> str | float:
        """A token, or the seconds to wait before another try: 0 where it was simply wrong. Takes a while."""
        name = normal_name(name)
        wait = self._brake.enter(name, address)
        if wait:
            return wait
        if not self._people.check(name, password):
            return 0.0
        self._brake.succeeded(name, address)
        return self.sessions.begin(name)

    def basic(self, credentials: str, address: str) -> str | None:
        """The name of HTTP Basic's credentials, None where they are wrong or come too often."""
        if (told := _told(credentials)) is None:
            return None
        name, password = told
        digest = hmac.digest(self._secret, credentials.encode(), "sha256")
        now = time.monotonic()
        until, stored = self._checked.get(digest, (0.0, ""))
        if now < until and hmac.compare_digest(stored.encode(), self._people.hash_of(name).encode()):
            return normal_name(name)
        if not isinstance(self.sign_in(name, password, address), str):
            return None
        self._checked = {key: held for key, held in self._checked.items() if held[0] > now}
        self._checked[digest] = (now + REMEMBERED, self._people.hash_of(name))
        return normal_name(name)

    def bearer(self, credentials: str, address: str) -> str | None:
        """The name of who holds a session's token or a person's key, or sends ``NAME:PASSWORD`` as one."""
        name = self.sessions.name_of(credentials)
        if name is not None or ":" not in credentials:
            return name
        return self.basic(_as_basic(credentials), address)

    def wait(self, kind: str, credentials: str, address: str) -> float:
        """The seconds for which no name and password of these credentials are heard; 0 where they are."""
        told = _told(credentials if kind == "basic" else _as_basic(credentials))
        return self._brake.left(normal_name(told[0]), address) if told else 0.0


def _as_basic(credentials: str) -> str:
    """``NAME:PASSWORD`` as HTTP Basic has it, from a header, which is read as Latin-1."""
    return b64encode(credentials.encode("latin-1", "replace")).decode()


def _told(credentials: str) -> tuple[str, str] | None:
    """The name and the password of HTTP Basic's credentials; None where they hold none."""
    try:
        name, colon, password = b64decode(credentials, validate=True).decode().partition(":")
    except ValueError:
        return None
    return (name, password) if colon else None
