"""The writer's lock: one process changes a library at a time, and readers never wait for it.

The operating system holds the lock and lets it go when the process ends, however it ends.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from index.errors import LibraryBusy, UserError

FILE = "lock"


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Holds the lock for the block; ``LibraryBusy`` at once where another holds it."""
    try:
        file = (folder / FILE).open("r+" if (folder / FILE).exists() else "w+", encoding="ascii")
    except OSError as error:
        raise UserError(
            f"the library in {folder} cannot be changed ({error.strerror}): give yourself access to it"
        ) from error
    with file:
        if not _locked(file):
            who = file.read().strip()
            raise LibraryBusy(
                f"the library in {folder} is being changed by another process"
                f"{f' ({who})' if who else ''}: wait until it is done, then run the command again"
            )
        file.truncate(0)
        file.write(f"pid {os.getpid()}")
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def _locked(file: IO[str]) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        try:
            file.seek(1)  # the first byte stays readable for who asks
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
