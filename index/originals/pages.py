"""Pages of articles as they were printed: their pictures, and where a quote's words stand on them.

PDFium draws and places them in a process of its own, with limits of time, memory and pixels. Pictures are
kept in memory, under the hash of the file, up to a number of bytes. Words that were read from the picture of
a page stand where the recogniser found them. It leaves out files of other kinds.
"""

import base64
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.articles import Article
from index.formats.child import Child, Gone, Said
from index.scans import WordBox, boxes_of
from index.structure import Range, page_numbers

PATIENCE = 8.0  # seconds for one page
MOST_KEPT = 64 * 2**20  # bytes of pictures
WIDTHS = (600, 900, 1200, 1800)  # pixels
LONGEST_PAGE = 200_000  # characters of an article that may stand on one
MARGIN = 60  # characters before and after a page's that may be of it: its ends are told by the line
NEARLY_ALL = 0.95  # of a range's letters: they mark all of its words


def is_picture(file: Path) -> bool:
    """Whether a file is a page's picture, or several, by its ending."""
    return file.suffix.lower() in (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp")


class NoPage(Exception):
    """There is no picture of a page; the text says why."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as a PNG file, its size in pixels, and how many pages there are."""

    png: bytes
    width: int
    height: int
    pages: int


@dataclass(frozen=True, slots=True)
class PlacedRange:
    """Boxes of a range's words on a page: left, top, width and height, as shares of the page's.

    In the order of reading, one for each stretch of a line. ``letters`` is how many the article has of the
    range on that page; ``whole``: nearly all of them are in the boxes.
    """

    boxes: tuple[tuple[float, float, float, float], ...]
    letters: int
    whole: bool


@dataclass(frozen=True, slots=True)
class PlacedPage:
    """The places of ranges on a page, how wide it is to its height, and how many pages there are."""

    ranges: tuple[PlacedRange, ...]
    ratio: float
    pages: int


class PagePictures:
    """The pages of files; for many threads."""

    def __init__(self) -> None:
        self._child = Child("index.originals.pdf_page", PATIENCE)
        self._kept: OrderedDict[tuple[str, int, int], Picture] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def picture(self, file: Path, file_hash: str, number: int, width: int = 1200) -> Picture:
        """A page of a file, which has that hash, about so wide. Raises ``NoPage``."""
        width = min(WIDTHS, key=lambda known: abs(known - width))
        key = file_hash, number, width
        with self._lock:
            if file_hash and key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        said = self._ask(file, {"page": number, "width": width})
        picture = Picture(base64.b64decode(said["png"]), said["width"], said["height"], said["pages"])
        with self._lock:
            if file_hash and key not in self._kept:
                self._kept[key] = picture
                self._bytes += len(picture.png)
                while self._bytes > MOST_KEPT:
                    _, old = self._kept.popitem(last=False)
                    self._bytes -= len(old.png)
        return picture

    def places(self, file: Path, article: Article, number: int, ranges: Sequence[Range]) -> PlacedPage:
        """Where ranges of an article stand on a page of its file, one for each. Raises ``NoPage``."""
        texts = _texts(article, number)
        said = self._ask(file, {"page": number, "texts": texts, "ranges": [[*one] for one in ranges]})
        placed = (
            _with_scanned(
                PlacedRange(
                    tuple((left, top, width, height) for left, top, width, height in one["boxes"]),
                    letters=one["letters"],
                    whole=one["known"] >= NEARLY_ALL * one["letters"],
                ),
                boxes_of(article.scans, start, end).get(number - 1, ()),
            )
            for one, (start, end) in zip(said["places"], ranges, strict=True)
        )
        return PlacedPage(tuple(placed), said["ratio"], said["pages"])

    def _ask(self, file: Path, asked: dict[str, object]) -> Said:
        try:
            said = self._child.ask(file.absolute(), asked)
        except Gone as gone:
            raise NoPage(
                "the page takes too long to draw"
                if gone.timed_out
                else "the page takes too much memory to draw"
            ) from None
        if "problem" in said:
            raise NoPage(said["problem"])
        return said


def _with_scanned(placed: PlacedRange, words: Sequence[WordBox]) -> PlacedRange:
    """The place with that of words which were read from the page's picture."""
    if not words:
        return placed
    boxes = tuple((left, top, right - left, bottom - top) for left, top, right, bottom in words)
    return PlacedRange(placed.boxes + boxes, placed.letters + len(boxes), whole=True)


def _texts(article: Article, number: int) -> list[tuple[int, str, int, int]]:
    """The stretches of an article that stand on a page, each as ``index.originals.pdf_page`` has it told."""
    texts: list[tuple[int, str, int, int]] = []
    for at, page in zip(page_numbers(article.pages), article.pages, strict=True):
        if at == number:
            start = max(page.start - MARGIN, texts[-1][0] + len(texts[-1][1]) if texts else 0)
            text = article.text[start : min(page.end + MARGIN, start + LONGEST_PAGE)]
            texts.append((start, text, page.start, page.end))
    return texts
