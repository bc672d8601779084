"""A reader in a process of its own: for a library in C, which a crafted file can make hang or crash.

The process is started with the first file and kept for the next. It says when it gets on; where it says
nothing for too long it is killed, and that file is told to be at fault. Where the system can, its memory is
bounded, and its work by the size of the file: what is small and takes long is no document. It leaves out more
than one file at a time.
"""

import atexit
import json
import math
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]  # where the package of this module is found
MORE_MEMORY = 450 * 2**20  # bytes of addresses beyond what the process begins with
MOST_WORK = 7  # seconds of work for a file, and more as it is larger:
LEAST_SPEED = 10_000  # bytes a second; dense pages are a thousand a megabyte, each a tenth of a second

_OUT_OF_TIME = getattr(signal, "SIGXCPU", 0)  # what the system ends a process with that has worked enough

Said = dict[str, Any]


class Gone(Exception):
    """The process ended in the middle of a file; ``timed_out``: it said nothing, or worked, for too long."""

    def __init__(self, timed_out: bool) -> None:
        self.timed_out = timed_out


class Child:
    """``python -m module``, which calls ``serve``; one thread at a time asks it."""

    def __init__(self, module: str, patience: float) -> None:
        self._module = module
        self._patience = patience  # seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def ask(self, file: Path, *asked: Any) -> Said:
        """The last thing that the process says of the file, or of what is ``asked`` of it (as JSON).

        Raises ``Gone``.
        """
        with self._lock:
            process = self._started()
            assert process.stdin is not None
            try:
                process.stdin.write(json.dumps([str(file), *asked]).encode() + b"\n")
                process.stdin.flush()
                while True:
                    line = self._lines.get(timeout=self._patience)
                    if not line:
                        raise Gone(timed_out=False)
                    said: Said = json.loads(line)
                    if not said.get("goes_on"):
                        return said
            except queue.Empty:
                self._stop()
                raise Gone(timed_out=True) from None
            except (OSError, Gone, ValueError):
                self._stop()
                raise Gone(timed_out=process.returncode == -_OUT_OF_TIME) from None

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._stop()
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        process = subprocess.Popen(
            [sys.executable, "-m", self._module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONWARNINGS": "ignore"},
        )
        self._process, self._lines = process, queue.SimpleQueue()
        threading.Thread(target=_forward, args=(process, self._lines), daemon=True).start()
        atexit.unregister(self._stop)
        atexit.register(self._stop)
        return process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            with suppress(OSError):
                process.stdin.close()  # type: ignore[union-attr]


def _forward(process: "subprocess.Popen[bytes]", lines: "queue.SimpleQueue[bytes]") -> None:
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            lines.put(line)
    lines.put(b"")


def serve(answer: Callable[..., Said]) -> None:
    """Answers on standard output for each file that is named on standard input, until that ends.

    ``answer`` is given the file, what to call to say that it gets on, and what else was asked.
    """
    _bound_memory()
    out = sys.stdout.buffer

    def say(said: Said) -> None:
        out.write(json.dumps(said).encode() + b"\n")
        out.flush()

    for line in sys.stdin.buffer:
        name, *asked = json.loads(line)
        file = Path(name)
        _bound_work(file)
        say(answer(file, lambda: say({"goes_on": True}), *asked))


def _bound_memory() -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + MORE_MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # it would write its memory to disk


def _bound_work(file: Path) -> None:
    """Ends this process, by the system and also within C, where the file takes too much work."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        most = math.ceil(time.process_time() + MOST_WORK + file.stat().st_size / LEAST_SPEED)
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))
