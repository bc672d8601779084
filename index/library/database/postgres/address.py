"""Where a library's tables are: a URL, and how a folder remembers it.

    postgresql://user@host:5432/database?schema=majlis&sslmode=verify-full

The password is in PGPASSWORD, in ~/.pgpass or in the URL; it is neither remembered nor printed.
"""

import getpass
import json
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from index.errors import UserError
from index.library.database.failures import for_the_person

REMEMBERED = "database.json"  # in a library's folder
DEFAULT_SCHEMA = "majlis"
_PORT = 5432
_SCHEMES = ("postgresql", "postgres")
_SCHEMA = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_SSL_MODES = ("disable", "prefer", "require", "verify-full")
_EXAMPLE = "write it as postgresql://USER@HOST/DATABASE?schema=NAME"


@dataclass(frozen=True, slots=True)
class Address:
    """A schema in a database of a server; as a text without the password."""

    user: str
    host: str  # an absolute path: the folder of a Unix socket
    port: int
    database: str
    schema: str = DEFAULT_SCHEMA
    ssl_mode: str = "prefer"
    password: str = field(default="", repr=False, compare=False)

    @classmethod
    def parse(cls, url: str, environment: Mapping[str, str] = os.environ) -> "Address":
        """The address of a URL; ``UserError`` where it is none. What it leaves out the environment tells."""
        try:
            parts = urlsplit(url.strip())
            port = parts.port
            given = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
        except ValueError:  # its text may hold a password
            raise UserError(f"the address of the database is not written as one: {_EXAMPLE}") from None
        if parts.scheme not in _SCHEMES:
            raise UserError(f"the address of the database does not begin with postgresql://: {_EXAMPLE}")
        if unknown := given.keys() - {"schema", "sslmode", "host", "port", "user"}:
            raise UserError(
                f"the address of the database says {min(unknown)}=, which is not known: {_EXAMPLE}"
            )
        database = unquote(parts.path.removeprefix("/"))
        schema = given.get("schema", DEFAULT_SCHEMA)
        ssl_mode = given.get("sslmode") or environment.get("PGSSLMODE") or "prefer"
        if not database or "/" in database:
            raise UserError(f"the address names no database: {_EXAMPLE}")
        if not _SCHEMA.fullmatch(schema):
            raise UserError(f"no schema can be called {schema!r}: give it letters, digits and _")
        if ssl_mode not in _SSL_MODES:
            raise UserError(f"sslmode is {ssl_mode!r}; give it one of {', '.join(_SSL_MODES)}")
        told = given.get("port") or environment.get("PGPORT") or ""
        if not port and told and not told.isdecimal():
            raise UserError(f"the port of the database is {told!r}; give it a number")
        return cls(
            user=unquote(parts.username or "") or given.get("user") or _user(environment),
            host=unquote(parts.hostname or "")
            or given.get("host")
            or environment.get("PGHOST")
            or "localhost",
            port=port or int(told or _PORT),
            database=database,
            schema=schema,
            ssl_mode=ssl_mode,
            password=unquote(parts.password or ""),
        )

    @property
    def socket(self) -> str:
        """The path of the Unix socket; "" for a host of a network."""
        return f"{self.host}/.s.PGSQL.{self.port}" if self.host.startswith("/") else ""

    @property
    def quoted_schema(self) -> str:
        return f'"{self.schema}"'

    def __str__(self) -> str:
        asked = {"schema": self.schema}
        if self.ssl_mode != "prefer":
            asked["sslmode"] = self.ssl_mode
        where = "" if self.socket else f"[{self.host}]" if ":" in self.host else self.host
        if self.socket:
            asked |= {"host": self.host, "port": str(self.port)}
        elif self.port != _PORT:
            where += f":{self.port}"
        query = urlencode(asked, safe="/")
        return f"postgresql://{quote(self.user, safe='')}@{where}/{quote(self.database, safe='')}?{query}"

    def secret(self, environment: Mapping[str, str] = os.environ) -> str:
        """The password: of the URL, of PGPASSWORD, of the file of passwords; "" where there is none."""
        return self.password or environment.get("PGPASSWORD") or self._from_file(environment)

    def _from_file(self, environment: Mapping[str, str]) -> str:
        file = Path(environment.get("PGPASSFILE") or "~/.pgpass").expanduser()
        host = "localhost" if self.socket else self.host
        wanted = (host, str(self.port), self.database, self.user)
        try:
            if os.name != "nt" and stat.S_IMODE(file.stat().st_mode) & 0o077:
                return ""  # as PostgreSQL's own programs do: others may read it
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError, RuntimeError):
            return ""
        for line in lines:
            told = [part.replace("\\:", ":").replace("\\\\", "\\") for part in re.split(r"(?<!\\):", line)]
            if len(told) == 5 and all(one in ("*", is_) for one, is_ in zip(told, wanted, strict=False)):
                return told[4]
        return ""


def _user(environment: Mapping[str, str]) -> str:
    if named := environment.get("PGUSER"):
        return named
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        raise UserError(f"the address names no user: {_EXAMPLE}") from None


def remembered(folder: Path) -> Address | None:
    """The address that the folder remembers; ``UserError`` where that cannot be read."""
    file = folder / REMEMBERED
    try:
        told: Any = json.loads(file.read_text(encoding="utf-8"))["database"]
        return Address.parse(told)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise for_the_person(folder, error) or error from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(
            f"{file} cannot be read: say again where the library is, with: --database postgresql://..."
        ) from error


def remember(folder: Path, address: Address) -> None:
    """Lets the folder, which is made if need be, remember the address."""
    file = folder / REMEMBERED
    told = json.dumps({"database": str(address)})
    try:
        if file.exists() and file.read_text(encoding="utf-8") == told:
            return
        folder.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f"{REMEMBERED}.part")
        part.write_text(told, encoding="utf-8")
        part.replace(file)
    except OSError as error:
        raise UserError(
            f"no library can be kept in {folder} ({error.strerror}): name another folder"
        ) from error
