"""A file that lies inside another: read as one of its kind, within bounds that all of them share.

It is written under a name that is made here into a folder that goes with it, never under its own, so no name
leads anywhere. How deep files may lie in each other, and how much all that lies in one file may come to, is
counted over the readers that are at work: one that reads what is inside runs inside another's.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from index.errors import PassedOver, UnreadableArticle
from index.formats import Format, Parsed, ParsedArticle, format_of

DEEPEST = 4  # files in each other: an archive with a message that has an archive attached
MOST_UNPACKED = 1 << 30  # bytes of all that lies in one file
MOST_FILES = 20_000
LONGEST_NAME = 200  # characters that are told


class _Readers(threading.local):
    """What the readers of this thread have unpacked, and how deep the one at work is."""

    depth = 0
    unpacked = 0
    files = 0


_readers = _Readers()


class Contents:
    """Reads what lies in one file, each under a name of its own."""

    def __init__(self) -> None:
        self._names: Counter[str] = Counter()
        if not _readers.depth:
            _readers.unpacked = _readers.files = 0

    def read(self, name: str, opened: Callable[[], IO[bytes]]) -> Parsed:
        """The articles of a file; nothing of one whose kind is not read. Its problems name it."""
        format = format_of(Path(name))
        if format is None:
            return
        self._names[name] += 1
        if self._names[name] > 1:
            name = f"{name} ({self._names[name]})"
        told = name[-LONGEST_NAME:]
        try:
            if _readers.depth >= DEEPEST:
                raise UnreadableArticle("files lie in each other too deeply; take this one out and add it")
            _readers.files += 1
            if _readers.files > MOST_FILES:
                raise UnreadableArticle(
                    f"over {MOST_FILES:,} files lie in it; take out those that are needed"
                )
            with TemporaryDirectory(prefix="majlis-") as folder:
                file = Path(folder, f"inside{Path(name).suffix.lower() or format.endings[0]}")
                size = self._write(format, opened, file)
                if not size:
                    raise UnreadableArticle("the file is empty; put text in or leave it out")
                yield from _deeper(_named(found, name) for found in _checked(format, file))
        except UnreadableArticle as problem:
            yield _kind_of(format)(str(problem), told)
        except OSError as error:  # of the temporary folder
            yield UnreadableArticle(f"{error.strerror or error}; make room for it", told)

    def _write(self, format: Format, opened: Callable[[], IO[bytes]], file: Path) -> int:
        """Copies what lies inside to a file, as far as it may be long; how long it is."""
        size = 0
        with opened() as part, file.open("wb") as copy:
            while chunk := part.read(1 << 20):
                size += len(chunk)
                _readers.unpacked += len(chunk)
                if format.largest is not None and size > format.largest:
                    raise UnreadableArticle(f"larger than {format.largest >> 20} MiB; cut it into parts")
                if _readers.unpacked > MOST_UNPACKED:
                    raise UnreadableArticle(
                        f"what lies in it comes to over {MOST_UNPACKED >> 20} MiB; take out what is needed"
                    )
                copy.write(chunk)
        return size


def _checked(format: Format, file: Path) -> Parsed:
    try:
        for found in format.read(file):
            if isinstance(found, ParsedArticle) and not any(map(str.isalnum, found.text)):
                raise UnreadableArticle("there is no text in it; put some in or leave it out")
            yield found
    except UnreadableArticle as problem:
        yield _kind_of(format)(str(problem), problem.part)


def _kind_of(format: Format) -> type[UnreadableArticle]:
    """A picture is often no article, and is not missed where there are others."""
    return PassedOver if format.module == "ocr.picture" else UnreadableArticle


def _named(found: ParsedArticle | UnreadableArticle, name: str) -> ParsedArticle | UnreadableArticle:
    """What was found inside, by the name of its file and its own in that."""
    part = f"{name}:{found.part}" if found.part else name
    if isinstance(found, UnreadableArticle):
        return type(found)(str(found), part[-LONGEST_NAME:])
    own = found.place or found.text if found.part else ""
    return replace(found, part=part, place=f"{name}\n{own}" if own else name)


def _deeper(parts: Parsed) -> Parsed:
    """The same, each made one level deeper than what asks for it."""
    while True:
        with _level():
            found = next(parts, None)
        if found is None:
            return
        yield found


@contextmanager
def _level() -> Iterator[None]:
    _readers.depth += 1
    try:
        yield
    finally:
        _readers.depth -= 1
