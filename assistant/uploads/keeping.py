"""Files of uploads put in the place of others: alone, whole, and undone where what they are for fails."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import copyfileobj

from assistant.uploads.names import FOLDER
from index.library import Library
from index.library.database.failures import told_apart
from index.library.lock import writer_lock

_ASIDE, _NEW = ".aside-", ".new-"  # before a file's name: it is on its way out, or in


def new_beside(file: Path) -> Path:
    """Where what takes the place of a file is written first."""
    return file.with_name(f"{_NEW}{file.name}")


@contextmanager
def alone(library: Library) -> Iterator[None]:
    """Keeps other processes from the uploads for the block, and mends what one left that was cut off."""
    folder = library.folder / FOLDER
    with told_apart(library.folder):
        folder.mkdir(exist_ok=True)
        with writer_lock(folder):
            for new in folder.rglob(f"{_NEW}*"):
                new.unlink(missing_ok=True)
            for aside in folder.rglob(f"{_ASIDE}*"):
                file = aside.with_name(aside.name.removeprefix(_ASIDE))
                origin = f"{FOLDER}/{file.relative_to(folder).as_posix()}"
                if file.exists() or not library.find(origin):
                    aside.unlink()
                else:
                    aside.replace(file)
            yield


@contextmanager
def exchanging() -> Iterator[Callable[[Path, Path | None], bool]]:
    """Puts files in the place of others, or of nothing, tells whether one was there; undone on failure."""
    files: list[Path] = []

    def exchange(file: Path, new: Path | None) -> bool:
        aside = file.with_name(f"{_ASIDE}{file.name}")
        there = file.exists()
        if there and not aside.exists():  # what was there at first
            file.replace(aside)
        files.append(file)
        if new:
            new.replace(file)
        return there

    try:
        yield exchange
    except BaseException:
        for file in dict.fromkeys(files):
            aside = file.with_name(f"{_ASIDE}{file.name}")
            file.unlink(missing_ok=True)
            if aside.exists():
                aside.replace(file)
        raise
    for file in files:
        file.with_name(f"{_ASIDE}{file.name}").unlink(missing_ok=True)
        with suppress(OSError):  # a folder with something in it stays
            file.parent.rmdir()


def copy_whole(file: Path, to: Path) -> None:
    """Copies a file, to the disk, into a folder that is made for it."""
    to.parent.mkdir(parents=True, exist_ok=True)
    with file.open("rb") as given, to.open("wb") as kept:
        copyfileobj(given, kept, 1 << 20)
        kept.flush()
        os.fsync(kept.fileno())
