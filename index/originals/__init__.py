"""The file of an article: where it lies, whether it has changed, its pages and words as they were printed.

A file is trusted to be as it was read by its SHA-256, which is taken anew when its size or time of change is
another. Articles that share a file with others (JSON Lines) have none of their own.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Literal

from index.articles import Article
from index.originals.pages import NoPage, PagePictures, Picture, PlacedPage, is_picture
from index.structure import Range, page_numbers, pages_of
from index.walking import hash_of

MOST_HASHES = 10_000
OriginalState = Literal["same", "changed", "gone", "none"]


@dataclass(frozen=True, slots=True)
class Original:
    """What is known of an article's file now: ``changed`` since it was read, ``gone``, or ``none`` at all.

    ``pictured``: its pages can be shown.
    """

    state: OriginalState
    name: str = ""  # of the file, without folders
    pictured: bool = False


NO_ORIGINAL = Original("none")


@dataclass(frozen=True, slots=True)
class OriginalPage:
    """A page of an original with the places of ranges on it, one for each; a ``problem`` where there is none.

    ``quoted`` are the numbers of the pages that the first of the ranges stands on.
    """

    number: int
    label: str
    quoted: tuple[int, ...]
    placed: PlacedPage | None
    problem: str = ""


class Originals:
    """The originals of the articles of a library's folder; for many threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pictures = PagePictures()
        self._hashes: OrderedDict[tuple[str, int, int, int], str] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, article: Article) -> Original:
        """What is known of the article's file."""
        file = self._file(article)
        if file is None:
            return NO_ORIGINAL
        try:
            with file.open("rb") as data:
                same = self._hash(file, data) == article.file_hash
        except OSError:
            return Original("gone", file.name)
        return Original("same" if same else "changed", file.name, same and _pictured(file))

    @contextmanager
    def opened(self, article: Article) -> Iterator[tuple[BufferedReader, int]]:
        """The file, as it was when it was read, and its size. Raises ``FileNotFoundError``."""
        file = self._file(article)
        if file is None:
            raise FileNotFoundError(article.id)
        with file.open("rb") as data:
            if self._hash(file, data) != article.file_hash:
                raise FileNotFoundError(article.id)
            yield data, os.fstat(data.fileno()).st_size

    def picture(self, article: Article, number: int, width: int) -> Picture:
        """A page as it was printed. Raises ``NoPage``."""
        original, file = self.of(article), self._file(article)
        if file is None or not original.pictured:
            raise NoPage(f"the file is {original.state}")
        return self._pictures.picture(file, article.file_hash, number, width)

    def page(self, article: Article, ranges: Sequence[Range], number: int = 0) -> OriginalPage | None:
        """A page, or the first that the first of the ranges stands on; None where no page can be shown."""
        file = self._file(article)
        if file is None or not self.of(article).pictured:
            return None
        quoted = [at for at, _ in pages_of(article.pages, *ranges[0])] if ranges else []
        number = number or next(iter(quoted), 1)
        labels = dict(zip(page_numbers(article.pages), (page.label for page in article.pages), strict=True))
        told = number, labels.get(number, str(number)), tuple(quoted)
        try:
            return OriginalPage(*told, self._pictures.places(file, article, number, ranges))
        except NoPage as problem:
            return OriginalPage(*told, None, str(problem))

    def _file(self, article: Article) -> Path | None:
        """Where the article's own file lies; None where it has none."""
        if not article.file_hash or not article.origin:
            return None
        if os.path.isabs(article.origin):  # noqa: PTH117 - as it was stored
            return Path(article.origin)
        folder = Path(os.path.realpath(self._folder))  # what the library keeps itself
        file = Path(os.path.realpath(folder / article.origin))
        return file if file.is_relative_to(folder) else None

    def _hash(self, file: Path, data: BufferedReader) -> str:
        status = os.fstat(data.fileno())
        key = str(file), status.st_size, status.st_mtime_ns, status.st_ino
        with self._lock:
            if key in self._hashes:
                self._hashes.move_to_end(key)
                return self._hashes[key]
        digest = hash_of(data)
        data.seek(0)
        with self._lock:
            self._hashes[key] = digest
            while len(self._hashes) > MOST_HASHES:
                self._hashes.popitem(last=False)
        return digest


def _pictured(file: Path) -> bool:
    return file.suffix.lower() == ".pdf" or is_picture(file)
