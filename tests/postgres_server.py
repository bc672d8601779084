"""A PostgreSQL server of the tests' own: started in a temporary folder, reached by a Unix socket alone.

Debian's binaries are used as they lie there; nothing is written outside the folder. PostgreSQL refuses root,
so that root starts it as nobody.
"""

import hashlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from index.library import library as library_module
from index.library.database.kinds import database_of
from index.library.database.postgres.address import Address
from index.library.database.postgres.connection import ServerConnection

NOBODY = 65534
PORT = 5432  # of the name of the socket; nothing listens on it


def binaries() -> Path | None:
    """The newest PostgreSQL of this machine; none where there is none."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max(found, key=lambda path: float(path.parts[-3]), default=Path()).parent if any(found) else None


class PostgresServer:
    """A server that can be stopped, killed and started again."""

    def __init__(self, folder: Path, binaries: Path, **settings: str) -> None:
        self.folder = folder
        self._binaries = binaries
        self._settings = {"fsync": "off", "listen_addresses": "", "max_connections": "200"} | settings
        self._process: subprocess.Popen[bytes] | None = None
        self._as: dict[str, int | list[int]] = {}
        if os.getuid() == 0:
            self._as = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            os.chown(folder, NOBODY, NOBODY)
        folder.chmod(0o755)
        subprocess.run(
            [
                binaries / "initdb",
                folder / "data",
                *["-U", "majlis", "-A", "trust", "-E", "UTF8", "--no-sync"],
            ],
            check=True,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            **self._as,  # type: ignore[call-overload]
        )

    def url(self, schema: str, user: str = "majlis", password: str = "", database: str = "postgres") -> str:
        who = f"{user}:{password}" if password else user
        return f"postgresql://{who}@/{database}?host={self.folder}&port={PORT}&schema={schema}"

    def ask(self, query: str) -> list[tuple[object, ...]]:
        """What the server answers to a statement of the tests' own."""
        connection = ServerConnection.open(Address.parse(self.url("public")), self.folder)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def start(self) -> None:
        settings = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", "-D", self.folder / "data", "-k", self.folder, *settings],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                **self._as,  # type: ignore[call-overload]
            )
        until = time.monotonic() + 20
        ready = [self._binaries / "pg_isready", "-q", "-h", self.folder, "-U", "majlis"]
        while subprocess.run(ready, check=False).returncode:
            assert time.monotonic() < until, (self.folder / "log").read_text()
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Ends it at once: orderly, or (SIGQUIT) as if the power went."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(20)
            self._process = None

    @contextmanager
    def holding_libraries(self) -> Iterator[None]:
        """Puts the libraries that are made in the block into a schema each, by the name of their folder."""

        def in_postgres(folder: Path, url: str = ""):  # type: ignore[no-untyped-def]
            name = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
            return database_of(folder, url or self.url(f"library_{name}"))

        with patch.object(library_module, "database_of", in_postgres):
            yield


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    found = binaries()
    assert found, "the tests need PostgreSQL: apt-get install postgresql"
    with tempfile.TemporaryDirectory() as name:
        server = PostgresServer(Path(name), found)
        server.start()
        try:
            yield server
        finally:
            server.stop()
