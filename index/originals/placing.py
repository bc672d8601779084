"""Where on a page the words of a text stand: the page is laid out again, and its lines found in the text.

A line knows the glyph of each of its letters (``layout.lines``), and a text is made of such lines, one after
another, so each is found whole; what reading changed at its ends (hyphens, spaces) does not count. Running
heads are lines that are in no text. It leaves out lines that are turned about afterwards, letter by letter
(``arabic_pdf``), but for those that are found so from their end.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from index.formats.layout.characters import Box
from index.formats.layout.glyphs import Glyph
from index.formats.layout.lines import Line

MOST_PLACES = 6  # in a text where a line may be
MOST_LINES = 600  # of a page; of more only what follows each other is looked for
WIDE = 4.0  # sizes: a gap between two words that are not marked as one
SHARE = 0.1  # of a line's letters: fewer do not say how high its font is
LOWEST = 0.7  # of the size: a font is higher
_FEW_LINES = 250
_Letters = tuple[str, list[int]]  # what counts of a text, and where in it each stands


class PlacedText:
    """What a page says of a text, and the glyphs that say it."""

    def __init__(self, lines: Sequence[Line], text: str) -> None:
        """``text`` is what an article has of the page; lines that are not in it are left out."""
        self._glyphs: dict[int, Glyph] = {}  # by the place of the letter in the text
        self._letters, self._offsets = _letters(text)
        self._lines: list[tuple[int, int, Line]] = []
        parts = list(_parts(lines))[: 4 * MOST_LINES]
        spelled = [_letters(line.text) for line in parts]
        for number, start in _chain(self._letters, [letters for letters, _ in spelled]):
            letters, places = spelled[number]
            for at, place in enumerate(places):
                if glyph := parts[number].glyphs[place]:
                    self._glyphs[self._offsets[start + at]] = glyph
            self._take_signs(parts[number], places, self._offsets[start : start + len(places)], text)
            self._lines.append((self._offsets[start], self._offsets[start + len(letters) - 1], parts[number]))
        self._find_changed([line for line in parts if line not in [one for _, _, one in self._lines]])
        self._lines.sort(key=lambda line: line[0])

    def _take_signs(self, line: Line, places: Sequence[int], offsets: Sequence[int], text: str) -> None:
        """Notes the glyphs of a line's hyphens and bars, those of them that the text has beside a letter."""
        at = 0
        for place, (sign, glyph) in enumerate(zip(line.text, line.glyphs, strict=True)):
            if at < len(places) and places[at] <= place:
                at += 1
            elif glyph and not sign.isspace():
                start, end = (
                    offsets[at - 1] + 1 if at else max(offsets[0] - 4, 0),
                    offsets[min(at, len(offsets) - 1)],
                )
                beside = text.find(sign, start, max(end, start + 3))
                if beside >= 0:
                    self._glyphs.setdefault(beside, glyph)

    def letters(self, start: int, end: int) -> tuple[int, int]:
        """How many letters a range of the text has, and of how many the place is known."""
        wanted = [offset for offset in self._offsets if start <= offset < end]
        return len(wanted), sum(offset in self._glyphs for offset in wanted)

    def boxes(self, start: int, end: int) -> list[Box]:
        """Where a range of the text stands, a box for each stretch of a line, in the page's coordinates."""
        chosen = {id(glyph) for offset, glyph in self._glyphs.items() if start <= offset < end}
        known = {id(glyph) for glyph in self._glyphs.values()}
        boxes: list[Box] = []
        for first, last, line in self._lines:
            if first < end and start <= last:
                boxes += _boxes(line, chosen, known)
        return boxes

    def _find_changed(self, lines: Sequence[Line]) -> None:
        """Finds what the text has of lines that it does not have whole, as it was put right afterwards."""
        for line in lines[:_FEW_LINES]:
            gaps = self._gaps()
            spelled, places = _letters(line.text)
            if len(spelled) < 4 or not gaps:
                continue
            best: tuple[int, list[tuple[int, int]]] = (0, [])
            for start, end in gaps:
                missing = self._letters[start : min(end, start + 4 * len(spelled))]
                for turned in (False, True):
                    order = range(len(spelled))[::-1] if turned else range(len(spelled))
                    matcher = SequenceMatcher(None, missing, "".join(spelled[at] for at in order), False)
                    pairs = [
                        (start + block.a + step, places[order[block.b + step]])
                        for block in matcher.get_matching_blocks()
                        for step in range(block.size)
                    ]
                    best = max(best, (len(pairs), pairs), key=lambda one: one[0])
            if best[0] < 0.7 * len(spelled):
                continue
            for at, place in best[1]:
                if glyph := line.glyphs[place]:
                    self._glyphs.setdefault(self._offsets[at], glyph)
            offsets = [self._offsets[at] for at, _ in best[1]]
            self._lines.append((min(offsets), max(offsets), line))

    def _gaps(self) -> list[tuple[int, int]]:
        """The stretches of the letters of which no glyph is known."""
        gaps: list[tuple[int, int]] = []
        for at, offset in enumerate(self._offsets):
            if offset in self._glyphs:
                continue
            if gaps and gaps[-1][1] == at:
                gaps[-1] = (gaps[-1][0], at + 1)
            else:
                gaps.append((at, at + 1))
        return [gap for gap in gaps if gap[1] - gap[0] > 2]


def _parts(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines, of a row of a table those of each cell."""
    for line in lines:
        if line.inner:
            yield from (one for cell in line.inner for one in cell)
        else:
            yield line


def _letters(text: str) -> _Letters:
    """The letters, digits and signs of a text without marks, spaces and hyphens, and their places."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        if letter.isascii():
            if letter > " " and letter not in "-|\x7f":  # a bar stands between the cells of a row
                letters.append(letter)
                places.append(place)
            continue
        for base in unicodedata.normalize("NFD", letter):
            if not unicodedata.combining(base) and unicodedata.category(base) not in _UNCOUNTED:
                letters.append(base)
                places.append(place)
    return "".join(letters), places


_UNCOUNTED = frozenset(("Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Pd"))


def _chain(text: str, lines: Sequence[str]) -> list[tuple[int, int]]:
    """Which lines stand where in the text: the longest chain in the order of both, then what is left over."""
    found: list[tuple[int, int, int]] = []  # the line, where it begins and ends
    for number, line in enumerate(lines):
        start = text.find(line) if line else -1
        for _ in range(MOST_PLACES):
            if start < 0:
                break
            found.append((number, start, start + len(line)))
            start = text.find(line, start + 1)
    best: list[tuple[int, int]] = []  # for each: how many letters a chain to it has, and what is before it
    for at, (number, start, end) in enumerate(found):
        before = max(
            (
                (best[other][0], other)
                for other in range(at)
                if found[other][0] < number and found[other][2] <= start
            ),
            default=(0, -1),
        )
        best.append((before[0] + end - start, before[1]))
    chosen: dict[int, tuple[int, int]] = {}
    at = max(range(len(best)), key=lambda place: best[place][0], default=-1)
    while at >= 0:
        chosen[found[at][0]] = found[at][1:]
        at = best[at][1]
    for number, start, end in found:  # a paragraph that goes on after a note
        if number not in chosen and all(end <= s or e <= start for s, e in chosen.values()):
            chosen[number] = (start, end)
    return [(number, start) for number, (start, _) in sorted(chosen.items())]


def _boxes(line: Line, chosen: set[int], known: set[int]) -> list[Box]:
    """The boxes of chosen glyphs of a line: one for those between which no other known one stands."""
    glyphs = sorted({id(one): one for one in line.glyphs if one}.values(), key=lambda one: (one.x0, one.x1))
    own = [one for one in glyphs if id(one) in chosen]
    if not own:
        return []
    below, above = _reach(glyphs, max(one.style.size for one in own))
    spans: list[tuple[float, float]] = []
    apart = True
    for one in glyphs:
        if id(one) not in chosen:
            apart = apart or id(one) in known
            continue
        if not apart and one.x0 - spans[-1][1] < WIDE * one.style.size:
            spans[-1] = (min(spans[-1][0], one.x0), max(spans[-1][1], one.x1))
        else:
            spans.append((one.x0, one.x1))
        apart = False
    turns = own[0].style.turns or 0
    return [_on_page((x0, line.y + below, x1, line.y + above), turns) for x0, x1 in spans]


def _reach(glyphs: Sequence[Glyph], size: float) -> tuple[float, float]:
    """How far a line's letters of one size reach below and above it: as most of them say, or their ink."""
    told = [one.reach for one in glyphs if one.reach != (0.0, 0.0) and one.style.size > 0.9 * size]
    if not told:
        return -0.25 * size, 0.85 * size
    fonts = Counter(reach for reach in told if reach[1] - reach[0] > LOWEST * size)  # of a few fonts only ink
    usual, count = fonts.most_common(1)[0] if fonts else ((0.0, 0.0), 0)
    if count > SHARE * len(told):
        return usual
    return min(-0.2 * size, *(low for low, _ in told)), max(0.8 * size, *(high for _, high in told))


def _on_page(box: Box, turns: int) -> Box:
    """A box of a frame in which the text is upright, on the page."""
    x0, low, x1, high = box
    match turns:
        case 1:
            return -high, x0, -low, x1
        case 2:
            return -x1, -high, -x0, -low
        case 3:
            return low, -x1, high, -x0
    return x0, low, x1, high
