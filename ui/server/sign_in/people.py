"""The people who may sign in: a file with a line for each, ``name:scrypt$14$8$1$salt$hash``.

Passwords are hashed with scrypt (RFC 7914; N = 2^14, r = 8, p = 1: 16 MB and some hundredths of a second).
Blank lines and lines that begin with # stay as they are.
"""

import hashlib
import hmac
import secrets
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile

from index.errors import UserError

COST, BLOCKS, PARALLEL = 14, 8, 1
SHORTEST, LONGEST = 8, 1024  # characters of a password
LONGEST_NAME = 64


class People:
    """The file, read again whenever it changes; ``UserError`` where it cannot be read at first."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._stamp = _stamp(file)
        self._hashes = _read(file)
        if not self._hashes:
            raise UserError(f"{file}: nobody stands there; add a person: majlis ui-user {file} NAME")

    def hash_of(self, name: str) -> str:
        """The stored hash of a person's password, empty for someone unknown.

        A change that leaves the file unreadable is passed over: the people from before stay.
        """
        try:
            stamp = _stamp(self._file)
            if stamp != self._stamp:
                self._hashes, self._stamp = _read(self._file), stamp
        except UserError:
            pass
        return self._hashes.get(normal_name(name), "")

    def check(self, name: str, password: str) -> bool:
        """Whether it is the person's password; takes as long for someone unknown."""
        stored = self.hash_of(name)
        return _matches(password, stored or _NOBODY) and bool(stored)


def set_password(file: Path, name: str, password: str) -> bool:
    """Writes the person with the password; whether the name is new. ``UserError`` where either cannot be."""
    name = normal_name(name)
    if not name or len(name) > LONGEST_NAME or ":" in name or name.startswith("#") or not name.isprintable():
        raise UserError(
            f"{name!r} cannot be a name; take at most {LONGEST_NAME} characters, no colon, no # first"
        )
    if not SHORTEST <= len(password) <= LONGEST:
        raise UserError(f"a password has {SHORTEST} to {LONGEST} characters; choose another")
    line = f"{name}:{_hashed(password)}"
    return not _rewrite(file, name, [line])


def remove_person(file: Path, name: str) -> None:
    """Takes the person out of the file; ``UserError`` where it is not there."""
    _read(file)
    if not _rewrite(file, normal_name(name), []):
        raise UserError(f"{file}: nobody is called {name!r}")


def normal_name(name: str) -> str:
    """The name as it is stored: one spelling for what looks the same."""
    return unicodedata.normalize("NFC", name.strip())


def _rewrite(file: Path, name: str, lines: list[str]) -> bool:
    """Puts the lines where the person's stood, or at the end; whether it stood there."""
    try:
        old = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        mode = file.stat().st_mode & 0o777 if old else 0o600
        found = [number for number, line in enumerate(old) if _name_in(line) == name]
        at = found[0] if found else len(old)
        kept = [line for number, line in enumerate(old) if number not in found]
        kept[at:at] = lines
        with NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, delete=False) as new:
            new.write("".join(f"{line}\n" for line in kept))
        Path(new.name).chmod(mode)
        Path(new.name).replace(file)
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            f"{file}: cannot be written ({error}); choose a file in a folder that you may write to"
        ) from error
    return bool(found)


def _name_in(line: str) -> str:
    return "" if line.startswith("#") else normal_name(line.partition(":")[0])


def _stamp(file: Path) -> tuple[int, int]:
    try:
        stat = file.stat()
    except OSError as error:
        if ":" in str(file):  # not repeated: it may be a password
            raise UserError(
                "--auth names a file of people, not NAME:PASSWORD; make one: majlis ui-user FILE NAME"
            ) from None
        raise UserError(
            f"{file}: {(error.strerror or 'not there').lower()}; make it: majlis ui-user {file} NAME"
        ) from None
    return stat.st_mtime_ns, stat.st_size


def _read(file: Path) -> dict[str, str]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{file}: cannot be read ({error}); correct it or name another file") from error
    hashes = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, stored = line.partition(":")
        try:
            _parsed(stored.strip())
        except ValueError:
            raise UserError(
                f"{file}, line {number}: not NAME:scrypt$...; write it with majlis ui-user {file} NAME"
            ) from None
        hashes[normal_name(name)] = stored.strip()
    return hashes


def _parsed(stored: str) -> tuple[Callable[[str], bytes], bytes]:
    """The hash to apply and what must come out; ``ValueError`` for another form."""
    kind, cost, blocks, parallel, salt, expected = stored.split("$")
    n, r, p = 1 << min(int(cost), 20), int(blocks), int(parallel)
    salted = b64decode(salt, validate=True)
    if kind != "scrypt" or not salted:
        raise ValueError(stored)

    def apply(password: str) -> bytes:
        spelled = unicodedata.normalize("NFC", password).encode()
        return hashlib.scrypt(spelled, salt=salted, n=n, r=r, p=p, maxmem=256 * n * r, dklen=32)

    return apply, b64decode(expected, validate=True)


def _hashed(password: str) -> str:
    salt = b64encode(secrets.token_bytes(16)).decode()
    form = f"scrypt${COST}${BLOCKS}${PARALLEL}${salt}$"
    apply, _ = _parsed(form)
    return form + b64encode(apply(password)).decode()


def _matches(password: str, stored: str) -> bool:
    apply, expected = _parsed(stored)
    return len(password) <= LONGEST and hmac.compare_digest(apply(password), expected)


_NOBODY = f"scrypt${COST}${BLOCKS}${PARALLEL}${b64encode(bytes(16)).decode()}${b64encode(bytes(32)).decode()}"
