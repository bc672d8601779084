"""The writer's lock: one process changes a library at a time, and readers never wait for it.

The operating system holds the lock and lets it go when the process ends, however it ends.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.errors import LibraryBusy, LibraryClosed
from index.library.database.failures import for_the_person

FILE = "lock"
_NOTE = 100  # bytes: who holds it


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Holds the lock for the block; ``LibraryBusy`` at once where another holds it."""
    try:
        file = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o666)
    except PermissionError as error:
        raise LibraryClosed(
            f"the library in {folder} cannot be changed by you ({error.strerror}): give yourself access to it"
        ) from error
    except OSError as error:
        raise for_the_person(folder, error) or error from error
    try:
        if not _locked(file):
            who = os.read(file, _NOTE).decode("ascii", "replace").strip()
            raise LibraryBusy(
                f"the library in {folder} is being changed by another process"
                f"{f' ({who})' if who else ''}: wait until it is done, then run the command again"
            )
        with suppress(OSError):  # a full disk has no room for the note, which is only for people
            os.ftruncate(file, 0)
            os.write(file, f"pid {os.getpid()}".encode("ascii"))
        try:
            yield
        finally:
            with suppress(OSError):
                os.ftruncate(file, 0)
    finally:
        os.close(file)


def _locked(file: int) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        try:
            os.lseek(file, _NOTE, os.SEEK_SET)  # the note stays readable for who asks
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        finally:
            os.lseek(file, 0, os.SEEK_SET)
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
