"""A Milvus of one's own: milvus-lite as a process that a test starts, kills and starts again."""

import atexit
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from index.search import IndexKind
from index.search.milvus import milvus_kinds
from index.search.milvus.engine import engine_at

_PATIENCE = 60.0  # seconds for it to answer


class LiteServer:
    """milvus-lite at an address that stays the same, over a folder that outlives its process."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self._folder = Path(tempfile.mkdtemp(prefix="majlis-milvus-"))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "LiteServer":
        command = [sys.executable, "-m", "milvus_lite", "server", "--host", "127.0.0.1"]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--port", str(self._port), "--data-dir", str(self._folder / "data")],
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", self._port)) == 0:
                    return self
            time.sleep(0.05)
        raise TimeoutError((self._folder / "log").read_text())

    @property
    def process_id(self) -> int | None:
        return self._process.pid if self._process else None

    def kill(self) -> None:
        """Ends it where it stands."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def end(self) -> None:
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)


@cache
def lite() -> LiteServer:
    """The one that tests share; started when it is first asked for."""
    server = LiteServer().start()
    atexit.register(server.end)
    return server


def lite_kind() -> IndexKind[Any]:
    """A kind of index whose collections lie in that server."""
    named = milvus_kinds("").lexical
    return replace(
        named,
        create=lambda: milvus_kinds(lite().url).lexical.create(),
        open=lambda path: milvus_kinds(lite().url).lexical.open(path),
    )


def names_in(server: LiteServer) -> list[str]:
    """The collections that lie there."""
    return engine_at(server.url).collections()
