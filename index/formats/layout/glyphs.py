"""Glyphs: what each says and where it stands, in a frame in which its text runs upright.

Where one glyph says several letters (lam-alef), or several letters are written instead of what is drawn
(a PDF's ActualText), they are one glyph here, its letters in the order of reading. It leaves out what runs
aslant (watermarks) and what lies outside the page.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.formats.layout.characters import LOST, RIGHT_TO_LEFT, Box, Characters, Drawn, Style

MARK = re.compile(r"[\u064b-\u065f\u0670\u06d6-\u06ed\u0300-\u036f\u0591-\u05c7]")
_FALLBACK = re.compile(r"[ 0-9A-Za-z]")  # as PDFium calls a glyph that it cannot name, by the glyph's number
_MARKS_FIRST = re.compile(rf"\A({MARK.pattern}+)(.+)", re.DOTALL)
_LETTER_WITH_MARKS = re.compile(rf".{MARK.pattern}*", re.DOTALL)
_WORD_PART = re.compile(
    r"[\u0591-\u05f2\u0610-\u061a\u0620-\u065f\u066e-\u06d3\u06d5-\u06ef\u06fa-\u06ff\ufb1d-\ufdff\ufe70-\ufefc]+"
)
LAM_ALEF = frozenset(("ل", alef) for alef in "اأإآٱ")
_DOUBLING = "\u0651"
_ALIKE = 0.8  # of two heights of a font: more apart, the document's is none


@dataclass(slots=True)
class Glyph:
    """What one glyph says; its advance is ``x0`` to ``x1`` on the baseline ``y``, which grows upwards."""

    text: str
    x0: float  # its origin
    x1: float
    y: float
    style: Style
    marks: tuple[tuple[float, str], ...] = ()  # vowels and accents, where they stand
    afloat: bool = False  # it may stand where its mark does
    drawn: tuple[int, int] = (0, 0)  # the number of the object that draws it, and its own
    ink: Box | None = None  # where it is looked at
    reach: tuple[float, float] = (0.0, 0.0)  # of its font, below the baseline and above

    def with_marks(self) -> str:
        """The letters, each followed by its marks, of which a doubling comes before a vowel."""
        if not self.marks and len(self.text) < 2:
            return self.text
        letters = _LETTER_WITH_MARKS.findall(self.text)
        last = len(letters) - 1
        turned = RIGHT_TO_LEFT.match(self.text)
        width = (self.x1 - self.x0) or 1.0
        after: dict[int, str] = {}
        for x, mark in self.marks:
            share = (self.x1 - x if turned else x - self.x0) / width
            place = min(max(int(share * (last + 1)), 0), last)
            after[place] = after.get(place, "") + mark
        # two glyphs may both say both of their marks
        return "".join(
            letter[0]
            + "".join(sorted(dict.fromkeys(letter[1:] + after.get(place, "")), key=_DOUBLING.__ne__))
            for place, letter in enumerate(letters)
        )


@dataclass(slots=True)
class Diacritic:
    """Vowels or accents that one glyph says; ``middle`` is its ink's."""

    letter: str
    middle: float
    x0: float
    y: float
    size: float
    drawn: tuple[int, int]


class Fonts:
    """What the pages so far show of a document's fonts.

    ``known`` and ``unknown`` count the glyphs that say a letter and those that say none. Whether several
    letters of one glyph come turned round is judged by lam-alef, which has but one order.
    """

    def __init__(self, heights: bool = False) -> None:
        """``heights``: it counts how high each font is."""
        self.heights = heights
        self.known = self.unknown = 0
        self._votes = 0

    def count(self, glyphs: Sequence[Glyph]) -> None:
        """Adds the glyphs of a page."""
        self.unknown += sum(not glyph.text for glyph in glyphs)
        self.known += sum(bool(glyph.text.strip()) for glyph in glyphs)

    def mend(self, glyphs: Sequence[Glyph]) -> None:
        """Puts the letters of each glyph in the order of reading."""
        several = [glyph for glyph in glyphs if len(glyph.text) > 1 and RIGHT_TO_LEFT.search(glyph.text)]
        for glyph in several:
            letters = MARK.sub("", glyph.text)
            self._votes += (tuple(letters[::-1]) in LAM_ALEF) - (tuple(letters) in LAM_ALEF)
        for glyph in several:
            letters = MARK.sub("", glyph.text)
            first, last = (MARK.match(glyph.text[at]) is not None for at in (0, -1))
            turned = self._votes >= 0  # PDFium turns what a font says, but not the shapes of letters
            if {tuple(letters), tuple(letters[::-1])} & LAM_ALEF:
                turned = letters[0] != "ل"  # whichever way round they are said, lam is read first
            elif first != last:  # no mark is before its letter
                turned = first
            glyph.text = _MARKS_FIRST.sub(r"\2\1", glyph.text[::-1] if turned else glyph.text)


def read_glyphs(characters: Characters, seen: Box, fonts: Fonts) -> tuple[list[Glyph], list[Diacritic]]:
    """The glyphs of a page, and the marks that stand apart from their letters, as they are drawn."""
    glyphs: list[Glyph] = []
    marks: list[Diacritic] = []
    shares: dict[int, list[tuple[float, str]]] = {}  # by the number of the glyph, where each letter stands
    placed: dict[tuple[float, float], int] = {}  # the number of the Arabic glyph that has its origin there
    spoken: set[int] = set()  # the objects of which what is said instead is read
    style: Style | None = None
    font: tuple[float, float] | None = None  # how high it is
    boxes: dict[int, Box] = {}
    last: Box | None = None  # of the last glyph
    last_mark: Box | None = None
    previous, before, plain = -2, 0.0, False
    for place, (object_number, item, (index, letter, x, y, box)) in enumerate(characters.in_drawing_order()):
        if index == LOST:
            if style is None:
                continue
        elif style is None or index != previous + 1 or y != before or not plain:
            style = characters.style(index)
            font = characters.height(index) if fonts.heights else None
        previous, before, plain = index, y, letter.isalnum()
        if style.turns is None or not (seen[0] <= x <= seen[2] and seen[1] <= y <= seen[3]):
            continue
        x0, x1, y = _upright(x, y, box, style.turns)
        if item is not None and index != LOST and _FALLBACK.fullmatch(letter):
            low, high = characters.ink(index)[1::2]
            if 0.02 * style.size < high - low < 0.15 * style.size:
                letter = ""  # tatweel, of which the font does not say what it is
        if letter == " " and item is None and x1 - x0 < 0.02 * style.size:
            continue  # none that the page shows
        drawn = (object_number, place)
        if letter <= "\u02ff":
            if box == last and letter not in ("", " "):  # a ligature: one glyph that says several letters
                glyphs[-1].text += letter
                continue
        else:
            if item is not None and _WORD_PART.fullmatch(item.said):
                if item.number not in spoken:
                    spoken.add(item.number)
                    reach = _reach(box, y, style, font) if index != LOST else (0.0, 0.0)
                    _speak(item, style, drawn, reach, glyphs, marks)
                last = last_mark = None
                continue
            if box == last and (glyphs[-1].x0, glyphs[-1].y) == (x0, y):  # they are of one glyph
                glyphs[-1].text += letter
                continue
            if MARK.fullmatch(letter):
                if box == last_mark:
                    marks[-1].letter += letter
                else:
                    shown = characters.ink(index)
                    middle = sum(_upright(shown[0], shown[1], shown, style.turns)[:2]) / 2
                    marks.append(Diacritic(letter, middle, x0, y, style.size, drawn))
                    last, last_mark = None, box
                continue
            if box == last_mark and (marks[-1].x0, marks[-1].y) == (x0, y):
                letter = marks.pop().letter + letter
                reach = _reach(box, y, style, font)
                glyphs.append(Glyph(letter, x0, x1, y, style, (), True, drawn, characters.ink(index), reach))
                last, last_mark = box, None
                continue
            last_mark = None
            number = placed.setdefault((x0, y), len(glyphs))
            if number < len(glyphs):
                glyph = glyphs[number]
                if boxes[number] != box:  # a letter of what is written instead
                    shares.setdefault(number, [(sum(boxes[number][::2]), glyph.text)]).append(
                        (sum(box[::2]), letter)
                    )
                    glyph.x1 = max(glyph.x1, x1)
                elif letter not in glyph.text:  # a letter of the same glyph
                    glyph.text += letter
                continue
            boxes[number] = box
        last, last_mark = box, None
        ink = characters.ink(index) if letter.isdigit() else None
        reach = _reach(box, y, style, font)
        glyphs.append(Glyph(letter, x0, x1, y, style, drawn=drawn, ink=ink, reach=reach))
    _widen_spaces(glyphs)
    fonts.count(glyphs)
    fonts.mend(
        [
            glyph
            for number, glyph in enumerate(glyphs)
            if glyph.drawn[0] not in spoken and number not in shares
        ]
    )
    for number, letters in shares.items():
        glyphs[number].text = "".join(letter for _, letter in sorted(letters, key=lambda share: -share[0]))
        glyphs[number].afloat = True
    return glyphs, marks


def _widen_spaces(glyphs: Sequence[Glyph]) -> None:
    """Lets blanks of unknown width reach to what is drawn after them."""
    for glyph, following in pairwise(glyphs):
        if glyph.text == " " and glyph.x1 - glyph.x0 < 0.02 * glyph.style.size:
            gap = following.x0 - glyph.x0 if following.y == glyph.y else 0.0
            glyph.x1 = glyph.x0 + (gap if 0.0 < gap < glyph.style.size else 0.25 * glyph.style.size)


def _speak(
    item: Drawn,
    style: Style,
    drawn: tuple[int, int],
    reach: tuple[float, float],
    glyphs: list[Glyph],
    marks: list[Diacritic],
) -> None:
    """Adds what is said instead of some objects: a glyph where the largest of them stands, or its marks."""
    turns = style.turns or 0
    parts = [_upright(ink.x, ink.y, ink.box, turns) for ink in item.parts]
    if MARK.match(item.said):
        middles = [sum(_upright(ink.box[0], ink.box[1], ink.box, turns)[:2]) / 2 for ink in item.parts]
        x0, _, y = parts[0]
        marks.append(Diacritic(item.said, sum(middles) / len(middles), x0, y, style.size, drawn))
        return

    def area(place: int) -> float:
        left, low, right, high = item.parts[place].box
        return (
            (right - left)
            * (high - low)
            * (0.01 if is_mark(item.parts[place].box, parts[place][2], style) else 1)
        )

    largest = max(range(len(parts)), key=area)
    x0, x1, y = parts[largest]
    ink = item.parts[largest].box
    glyphs.append(Glyph(item.said, x0, x1, y, style, (), len(item.said) > 1, drawn, ink, reach))


def is_mark(ink: Box, y: float, style: Style) -> bool:
    """Whether all that a glyph shows stands well above its origin or below it."""
    return style.turns == 0 and (ink[1] > y + 0.35 * style.size or ink[3] < y + 0.02 * style.size)


def _upright(x: float, y: float, box: Box, turns: int) -> tuple[float, float, float]:
    """Where it begins and ends on its line, and the line's height, once the page is turned."""
    left, low, right, high = box
    if turns == 0:
        return x, right, y
    if turns == 1:
        return y, high, -x
    return (-x, -left, -y) if turns == 2 else (-y, -low, x)


def _reach(box: Box, y: float, style: Style, font: tuple[float, float] | None) -> tuple[float, float]:
    """How far a glyph's font reaches below the baseline and above, once the page is turned.

    Midway between what the document tells and what the font does: programs go by the one or the other.
    """
    left, low, right, high = box
    bottom, top = ((low, high), (-right, -left), (-high, -low), (left, right))[style.turns or 0]
    if font is None:
        return bottom - y, top - y
    below, above = font[0] * style.size, font[1] * style.size
    if not _ALIKE < (top - bottom) / (above - below) < 1 / _ALIKE:  # only its ink, or a guess
        return below, above
    return (below + bottom - y) / 2, (above + top - y) / 2
