"""Lines that belong together: paragraphs, items of lists, rows of tables.

A paragraph ends where the page shows it: a wider gap, an indent, another size, a line that ends although the
next word had room. Over the end of a column or a page it goes on unless it ended with a stop; notes, tables
and captions may stand between. It leaves out what only the meaning tells.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.formats.layout.hyphens import HYPHENS
from index.formats.layout.lines import Line
from index.formats.layout.running_heads import PageLines

LARGER = 1.12  # a heading's size, in sizes of the body
FEW = 4  # lines of a region that show no margin of their own
MOST_REGIONS = 50  # that are looked at for margins
MOST_ASIDE = 40  # blocks between the two parts of a paragraph
_STOP = re.compile(r"[.!?؟。…:؛;][\"'”’»)\]]*$")
_BULLET = re.compile(r"[•▪■□▫◦‣⁃○◆◇➢➤►▸✓✔*–—-] +(?=\S)")
_NUMBERED = re.compile(
    r"(?:\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,5}|[\u0621-\u064a])[.)]|\[\d{1,3}\]|\d{1,3} ?[-–](?= )) +(?=\S)"
)
_CAPTION = re.compile(r"(?:figure|fig\.|table|box|شكل|الشكل|جدول|الجدول|صورة) *\(?\d", re.IGNORECASE)


@dataclass(slots=True)
class LineGroup:
    """Lines of one block, with the number of the page of each."""

    kind: str
    lines: list[tuple[Line, int]]

    @property
    def size(self) -> float:
        return self.lines[0][0].size

    @property
    def bold(self) -> bool:
        return all(line.bold for line, _ in self.lines)

    @property
    def is_open(self) -> bool:
        """Whether it is a paragraph that stopped in mid-sentence."""
        return self.kind in {"paragraph", "item"} and not _STOP.search(self.lines[-1][0].text)


def parts_of(pages: Sequence[PageLines]) -> list[LineGroup]:
    """The lines of a document, in order, by what they belong to."""
    body = body_size(pages)
    margins = _Margins(pages)
    parts: list[LineGroup] = []
    for number, page in enumerate(pages):
        for region in page.regions:
            inside: list[LineGroup] = []
            fresh: list[LineGroup] = []  # without what began in a region before
            frame = margins.of(region)
            for line in region:
                if inside and frame.goes_on(inside[-1], line):
                    inside[-1].lines.append((line, number))
                    continue
                at_head = all(_is_aside(part, body) for part in inside)
                unfinished = _unfinished(parts, body) if at_head else None
                if unfinished is not None and _continues(unfinished, line):
                    unfinished.lines.append((line, number))
                    inside.append(unfinished)
                else:
                    inside.append(LineGroup(_kind(line), [(line, number)]))
                    fresh.append(inside[-1])
            parts += fresh
        for region in page.turned:
            parts += [LineGroup("aside", [(line, number)]) for line in region]
    return parts


def body_size(pages: Sequence[PageLines]) -> float:
    """The size that most letters have."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.lines():
            sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def _unfinished(parts: Sequence[LineGroup], body: float) -> LineGroup | None:
    """The paragraph that a column or a page ended in mid-sentence."""
    for part in reversed(parts[-MOST_ASIDE:]):
        if not _is_aside(part, body):
            return part if part.is_open and part.size < LARGER * body else None
    return None


def _is_aside(part: LineGroup, body: float) -> bool:
    """Whether running text may go on after it: a note, a table, a caption."""
    caption = _CAPTION.match(part.lines[0][0].text)
    return part.kind in {"row", "aside"} or part.size < 0.93 * body or caption is not None


def _continues(part: LineGroup, line: Line) -> bool:
    last = part.lines[-1][0]
    return (
        _kind(line) == "paragraph"
        and abs(line.size - last.size) < 0.08 * last.size
        and line.bold == last.bold
        and line.right_to_left == last.right_to_left
        and not _CAPTION.match(line.text)
    )


def _kind(line: Line) -> str:
    if line.cells:
        return "row"
    return "item" if _BULLET.match(line.text) or _NUMBERED.match(line.text) else "paragraph"


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the lines of a region begin and end, in the direction of reading, and how far apart they are."""

    right_to_left: bool
    start: float
    end: float
    leading: float  # in sizes

    def begins(self, line: Line) -> float:
        return -line.x1 if self.right_to_left else line.x0

    def ends(self, line: Line) -> float:
        return -line.x0 if self.right_to_left else line.x1

    def goes_on(self, part: LineGroup, line: Line) -> bool:
        """Whether the line goes on with the part of the line before it."""
        last = part.lines[-1][0]
        if line.cells or last.cells or line.bold != last.bold:
            return False
        if abs(line.size - last.size) > 0.08 * last.size:
            return False
        down = last.y - line.y
        if down < 0.5 * line.size or down > 1.2 * self.leading * line.size:
            return False
        text = last.text.rstrip()
        if text[-1:] in HYPHENS and text[-2:-1].isalnum():
            return True
        stopped = bool(_STOP.search(text))
        width = self.end - self.start
        room = self.end - self.ends(last)
        fits = room > line.first_word + 0.75 * line.size
        if _BULLET.match(line.text):
            return False
        if _NUMBERED.match(line.text) and (stopped or fits or part.kind == "item"):
            return False
        if last.bold and self.begins(line) - self.start > 2 * line.size:
            return True  # a heading in the middle
        indent = self.begins(line) - self.begins(last)
        if part.kind == "item" and len(part.lines) == 1 and indent >= -0.2 * line.size:
            indent = 0.0  # under the item's text, not under its mark
        if (stopped or fits) and indent > 0.8 * line.size:
            return False
        outdent = self.begins(line) - self.begins(part.lines[0][0]) < 0.2 * line.size
        if part.kind == "item" and stopped and fits and outdent:
            return False
        if not fits:
            return True
        if stopped:
            return room <= max(0.04 * width, line.size)
        return room <= 0.3 * width or line.text[:1].islower()


class _Margins:
    """The frames of regions; one of few lines has that of the region above or below which it stands."""

    def __init__(self, pages: Sequence[PageLines]) -> None:
        self._wide = sorted(
            (region for page in pages for region in page.regions if len(region) > FEW), key=len, reverse=True
        )[:MOST_REGIONS]
        gaps: Counter[float] = Counter()
        for region in self._wide or [region for page in pages for region in page.regions]:
            gaps.update(_gaps(region))
        self._leading = gaps.most_common(1)[0][0] if gaps else 1.4

    def of(self, region: Sequence[Line]) -> _Frame:
        lines = list(region)
        if len(region) <= FEW:
            left, right = min(line.x0 for line in region), max(line.x1 for line in region)
            for other in self._wide:
                ends = min(line.x0 for line in other), max(line.x1 for line in other)
                if ends[0] < left + 3 * region[0].size and ends[1] > right - 3 * region[0].size:
                    lines += other
                    break
        letters = sum(len(line.text) if line.right_to_left else -len(line.text) for line in region)
        turned = letters > 0
        starts = sorted(-line.x1 if turned else line.x0 for line in lines)
        ends_ = sorted(-line.x0 if turned else line.x1 for line in lines)
        gaps = _gaps(region)
        common = Counter(gaps).most_common(1)[0] if gaps else (self._leading, 0)
        leading = common[0] if common[1] > 2 else min(self._leading, *gaps) if gaps else self._leading
        return _Frame(turned, starts[len(starts) // 20], ends_[-1 - len(ends_) // 12], max(leading, 1.0))


def _gaps(region: Sequence[Line]) -> list[float]:
    """How far apart the lines are, in sizes."""
    gaps = (
        round((above.y - below.y) / below.size, 1)
        for above, below in pairwise(region)
        if abs(above.size - below.size) < 0.08 * below.size
    )
    return [gap for gap in gaps if 0.8 < gap < 2.6]
