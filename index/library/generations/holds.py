"""How a file or folder of an index stays while somebody needs it, and goes when nobody does.

Who is about to open it holds it: a shared lock of the operating system, which ends with the process. Who
deletes it takes the lock for himself first, and leaves what is held for the next time. On Windows there are
no such locks, but a folder of which a file is open cannot be renamed, and none is deleted before that.
"""

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path

_SWEPT = "-swept"  # the end of the name of what is being deleted
_AGAIN = 0.02  # seconds


class Hold:
    """Keeps a file or folder in its place until it is let go."""

    def __init__(self, path: Path) -> None:
        """``FileNotFoundError`` where it is not there, or is being deleted."""
        self._descriptor = _opened(path)
        try:
            if not _lock(self._descriptor, shared=True) or not _is_at(self._descriptor, path):
                raise FileNotFoundError(path)
        except BaseException:
            os.close(self._descriptor)
            raise

    def let_go(self) -> None:
        os.close(self._descriptor)


def delete_unheld(path: Path, patience: float = 0.0) -> bool:
    """Deletes a file or folder unless somebody holds it; whether it is gone.

    ``patience``: seconds to wait for who does. What cannot be deleted for another reason stays too.
    """
    until = time.monotonic() + patience
    while not (gone := _delete(path)) and time.monotonic() < until:
        time.sleep(_AGAIN)
    return gone


def _delete(path: Path) -> bool:
    try:
        descriptor = _opened(path)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    try:
        if not _lock(descriptor, shared=False):
            return False
        if os.name == "nt":
            os.close(descriptor)
            descriptor = -1
        swept = path
        if not path.name.endswith(_SWEPT):
            swept = path.rename(path.with_name(f"{path.name}{_SWEPT}"))
        if swept.is_dir():
            shutil.rmtree(swept)
        else:
            swept.unlink()
    except OSError:
        return False
    finally:
        if descriptor >= 0:
            os.close(descriptor)
    return True


def _opened(path: Path) -> int:
    if os.name == "nt" and path.is_dir():  # a folder cannot be opened there
        path = next((file for file in sorted(path.iterdir()) if file.is_file()), path)
    return os.open(path, os.O_RDONLY)


def _lock(descriptor: int, *, shared: bool) -> bool:
    """Takes the lock, if it is to be had; also where there are no locks on such a disk."""
    try:
        import fcntl
    except ImportError:  # Windows
        return True
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _is_at(descriptor: int, path: Path) -> bool:
    """Whether what is open is what the path names now."""
    if os.name == "nt":
        return path.exists()
    with suppress(FileNotFoundError):
        opened, named = os.fstat(descriptor), path.stat()
        return (opened.st_ino, opened.st_dev) == (named.st_ino, named.st_dev)
    return False
