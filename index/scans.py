"""What was read from the picture of a page: where each word stands, in the text and there, and how sure.

    boxes_of(article.scans, start, end)      where a quote stands, by page: what is marked on the picture
    confidence_of(article.scans, start, end) how sure the recogniser is of it
    doubtful(article.scans, start, end)      the words of it that may be others

Places on a page are shares of its width and height, from the upper left corner of the page as the file has
it, not turned. It leaves out how pages are read (``index.formats.ocr``).
"""

import struct
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

DOUBTFUL = 0.7  # below it a word may be another one
DOUBTFUL_FIGURE = 0.9  # the same of what has a digit in it: of a figure one letter decides
_WORD = struct.Struct("<IHHHHHBB")  # start after the page's, length, box, confidence, whether it is a figure
_SHARES = 0xFFFF

WordBox = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class ScannedWord:
    """A word of a text and where it stands on its page; ``confidence`` is the recogniser's, 0..1."""

    start: int
    end: int
    box: WordBox
    confidence: float
    is_figure: bool = False

    @property
    def is_doubtful(self) -> bool:
        return self.confidence < (DOUBTFUL_FIGURE if self.is_figure else DOUBTFUL)


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """The range of a text that was read from a page's picture; ``number`` is the page's in its file, from 0.

    ``digest`` tells the picture and how it was read, so that it need not be read again; ``packed`` holds the
    words (``words_of``).
    """

    number: int
    start: int
    end: int
    digest: str
    packed: bytes


def packed(words: Sequence[ScannedWord], start: int) -> bytes:
    """Words of a page whose text begins at ``start``, as they are stored."""
    return b"".join(
        _WORD.pack(
            word.start - start,
            min(word.end - word.start, 0xFFFF),
            *(round(min(max(share, 0.0), 1.0) * _SHARES) for share in word.box),
            round(min(max(word.confidence, 0.0), 1.0) * 255),
            word.is_figure,
        )
        for word in words
    )


def words_of(page: ScannedPage) -> list[ScannedWord]:
    """The words of a page in the order of the text; none where what is stored is damaged."""
    if len(page.packed) % _WORD.size:
        return []
    return [
        ScannedWord(
            page.start + at,
            page.start + at + length,
            (left / _SHARES, top / _SHARES, right / _SHARES, bottom / _SHARES),
            confidence / 255,
            bool(figure),
        )
        for at, length, left, top, right, bottom, confidence, figure in _WORD.iter_unpack(page.packed)
    ]


def words_between(scans: Sequence[ScannedPage], start: int, end: int) -> Iterator[tuple[int, ScannedWord]]:
    """The numbers of the pages, and the words, that a range of a text touches."""
    for page in scans:
        if page.start < end and page.end > start:
            words = words_of(page)
            first = bisect_left(words, start + 1, key=lambda word: word.end)
            for word in words[first:]:
                if word.start >= end:
                    break
                yield page.number, word


def boxes_of(scans: Sequence[ScannedPage], start: int, end: int) -> dict[int, list[WordBox]]:
    """Where a range of a text stands, by the number of the page: a box for what stands beside each other.

    A page is named by its number in the file, from 0; a range that was not read from a picture has none.
    """
    found: dict[int, list[WordBox]] = {}
    for number, word in words_between(scans, start, end):
        boxes = found.setdefault(number, [])
        if boxes and _beside(boxes[-1], word.box):
            last = boxes[-1]
            boxes[-1] = (
                min(last[0], word.box[0]),
                min(last[1], word.box[1]),
                max(last[2], word.box[2]),
                max(last[3], word.box[3]),
            )
        else:
            boxes.append(word.box)
    return found


def confidence_of(scans: Sequence[ScannedPage], start: int, end: int) -> float | None:
    """The mean confidence of a range's words, 0..1; None where none of it was read from a picture."""
    found = [word.confidence for _, word in words_between(scans, start, end)]
    return sum(found) / len(found) if found else None


def doubtful(scans: Sequence[ScannedPage], start: int, end: int) -> list[tuple[int, int]]:
    """The ranges of the words between ``start`` and ``end`` that may be others."""
    return [(word.start, word.end) for _, word in words_between(scans, start, end) if word.is_doubtful]


def scans_to_json(scans: Sequence[ScannedPage]) -> list[dict[str, object]]:
    """What was read from pictures, as ``majlis index show --json`` prints it: its pages with their words."""
    return [
        {
            "page": page.number,
            "start": page.start,
            "end": page.end,
            "confidence": round(confidence_of([page], page.start, page.end) or 0.0, 3),
            "words": [
                {
                    "start": word.start,
                    "end": word.end,
                    "box": [round(share, 5) for share in word.box],
                    "confidence": round(word.confidence, 3),
                    "doubtful": word.is_doubtful,
                }
                for word in words_of(page)
            ],
        }
        for page in scans
    ]


def _beside(box: WordBox, other: WordBox) -> bool:
    """Whether two boxes stand on one line, close together, or in a line that is turned."""
    height = max(box[3] - box[1], other[3] - other[1])
    width = max(box[2] - box[0], other[2] - other[0])
    across = min(box[3], other[3]) - max(box[1], other[1])
    down = min(box[2], other[2]) - max(box[0], other[0])
    gap_across = max(other[0] - box[2], box[0] - other[2])
    gap_down = max(other[1] - box[3], box[1] - other[3])
    upright = across > 0.5 * min(box[3] - box[1], other[3] - other[1]) and gap_across < 2 * height
    turned = down > 0.5 * min(box[2] - box[0], other[2] - other[0]) and gap_down < min(width, 2 * width) / 2
    return upright or (turned and height > 2 * width)
