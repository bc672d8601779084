"""Glyphs: what each says and where it stands, in a frame in which its text runs upright.

Where one glyph says several letters (lam-alef), or several letters are written instead of what is drawn
(a PDF's ActualText), they are one glyph here, its letters in the order of reading. It leaves out what runs
aslant (watermarks) and what lies outside the page.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.formats.layout.characters import Box, Characters, Style

MARK = re.compile(r"[\u064b-\u065f\u0670\u06d6-\u06ed\u0300-\u036f\u0591-\u05c7]")
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_ALEFS = "اأإآٱ"
_DOUBLING = "\u0651"


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

    def with_marks(self) -> str:
        """The letters, each followed by its marks, of which a doubling comes before a vowel."""
        if not self.marks:
            return self.text
        last = len(self.text) - 1
        turned = _RIGHT_TO_LEFT.match(self.text)
        width = (self.x1 - self.x0) or 1.0
        after: dict[int, list[str]] = {}
        for x, mark in self.marks:
            share = (self.x1 - x if turned else x - self.x0) / width
            marks = after.setdefault(min(max(int(share * (last + 1)), 0), last), [])
            if mark not in marks:  # two glyphs may both say both of their marks
                marks.append(mark)
        return "".join(
            letter + "".join(sorted(after.get(place, ()), key=_DOUBLING.__ne__))
            for place, letter in enumerate(self.text)
        )


@dataclass(frozen=True, slots=True)
class Diacritic:
    """A vowel or an accent; ``middle`` is its ink's, ``position`` how many glyphs were drawn before it."""

    letter: str
    middle: float
    x0: float
    y: float
    size: float
    position: int


class Fonts:
    """What the pages so far show of a document's fonts.

    ``known`` and ``unknown`` count the glyphs that say a letter and those that say none. Whether several
    letters of one glyph come turned round is judged by lam-alef, which has but one order.
    """

    def __init__(self) -> None:
        self.known = self.unknown = 0
        self._votes = 0

    def count(self, glyphs: Sequence[Glyph]) -> None:
        """Adds the glyphs of a page."""
        self.unknown += sum(not glyph.text for glyph in glyphs)
        self.known += sum(bool(glyph.text.strip()) for glyph in glyphs)

    def mend(self, glyphs: Sequence[Glyph]) -> None:
        """Puts the letters of each glyph in the order of reading."""
        several = [glyph for glyph in glyphs if len(glyph.text) > 1 and _RIGHT_TO_LEFT.search(glyph.text)]
        for glyph in several:
            letters = MARK.sub("", glyph.text)
            if letters[:1] in _ALEFS and letters[1:] == "ل":
                self._votes += 1
            elif letters[:1] == "ل" and letters[1:] in _ALEFS:
                self._votes -= 1
        if self._votes >= 0:  # PDFium turns what a font says, but not the shapes of letters
            for glyph in several:
                glyph.text = glyph.text[::-1]


def read_glyphs(characters: Characters, seen: Box, fonts: Fonts) -> tuple[list[Glyph], list[Diacritic]]:
    """The glyphs of a page, and the marks that belong to them, in PDFium's order."""
    glyphs: list[Glyph] = []
    marks: list[Diacritic] = []
    shares: dict[int, list[tuple[float, str]]] = {}  # by the number of the glyph, where each letter stands
    placed: dict[tuple[float, float], int] = {}  # the number of the Arabic glyph that has its origin there
    style: Style | None = None
    boxes: dict[int, Box] = {}
    last: Box | None = None  # of the last glyph
    previous, before, plain = -2, 0.0, False
    for index, letter, x, y, box in characters:
        if style is None or index != previous + 1 or y != before or not plain:
            style = characters.style(index)
        previous, before, plain = index, y, letter.isalnum()
        if style.turns is None or not (seen[0] <= x <= seen[2] and seen[1] <= y <= seen[3]):
            continue
        x0, x1, y = _upright(x, y, box, style.turns)
        if letter == " " and x1 - x0 < 0.02 * style.size:
            continue  # none that the page shows
        if letter <= "\u02ff":
            if box == last and letter not in ("", " "):  # a ligature: one glyph that says several letters
                glyphs[-1].text += letter
                continue
        else:
            if MARK.fullmatch(letter):
                ink = characters.ink(index)
                middle = sum(_upright(ink[0], ink[1], ink, style.turns)[:2]) / 2
                marks.append(Diacritic(letter, middle, x0, y, style.size, len(glyphs)))
                continue
            number = placed.setdefault((x0, y), len(glyphs))
            if number < len(glyphs):
                glyph = glyphs[number]
                if boxes[number] != box:  # a letter of what is written instead
                    shares.setdefault(number, [(sum(boxes[number][::2]), glyph.text)]).append(
                        (sum(box[::2]), letter)
                    )
                    glyph.x1 = max(glyph.x1, x1)
                elif number == len(glyphs) - 1 or letter not in glyph.text:  # a letter of the same glyph
                    glyph.text += letter
                continue
            boxes[number] = box
        last = box
        glyphs.append(Glyph(letter, x0, x1, y, style))
    fonts.count(glyphs)
    fonts.mend([glyph for number, glyph in enumerate(glyphs) if number not in shares])
    for number, letters in shares.items():
        glyphs[number].text = "".join(letter for _, letter in sorted(letters, key=lambda share: -share[0]))
        glyphs[number].afloat = True
    return glyphs, marks


def _upright(x: float, y: float, box: Box, turns: int) -> tuple[float, float, float]:
    """Where it begins and ends on its line, and the line's height, once the page is turned."""
    left, low, right, high = box
    if turns == 0:
        return x, right, y
    if turns == 1:
        return y, high, -x
    return (-x, -left, -y) if turns == 2 else (-y, -low, x)
