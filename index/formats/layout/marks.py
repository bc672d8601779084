"""Vowels and accents given to their letters, and letters to their lines.

A mark belongs to the letter that it is written with, else to the one that it stands over. Some programs
give a letter's origin where its mark stands, and some say letter and mark twice, once for the glyph of each.
"""

import math
from bisect import bisect, bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import groupby, pairwise

from index.formats.layout.glyphs import LAM_ALEF, Diacritic, Glyph, is_mark

UNUSUAL = 0.3  # of the size: how much nearer a letter must be that is drawn on the other side of its mark
FAR = 0.7  # of the size: how far a mark may be from a letter that is drawn next to it
_NEAR = 8  # glyphs before and after, in the order in which they are drawn
_OFF = 0.8  # of the size: how far a mark may be from the baseline


def put_marks(marks: Sequence[Diacritic], glyphs: Sequence[Glyph]) -> None:
    """Gives each mark to its letter."""
    if not marks:
        return
    origins = {(glyph.x0, glyph.y): glyph for glyph in glyphs}
    beside = _Beside(glyphs)
    apart: list[tuple[Diacritic, list[tuple[str, Glyph]]]] = []
    for mark in marks:
        glyph = origins.get((mark.x0, mark.y))
        if glyph is not None and glyph.text != " ":
            glyph.afloat = True
            glyph.marks += ((mark.middle, mark.letter),)
        else:
            apart.append((mark, beside.of(mark)))
    sides = Counter(min(near, key=lambda one: _distance(mark, one[1]))[0] for mark, near in apart if near)
    rows: dict[int, list[Glyph]] = {}
    for mark, near in apart:
        found = [
            (_distance(mark, glyph) + UNUSUAL * mark.size * (1 - sides[side] / sides.total()), glyph)
            for side, glyph in near
        ]
        _, glyph = min(found, key=lambda one: one[0], default=(math.inf, None))
        if glyph is None or _distance(mark, glyph) > FAR * mark.size:  # it was drawn apart from its letter
            if not rows:
                for other in glyphs:
                    if other.text.strip():
                        rows.setdefault(round(other.y / 10), []).append(other)
            row = round(mark.y / 10)
            others = [other for at in range(row - 2, row + 3) for other in rows.get(at, ())]
            glyph = min(others, key=lambda other: _distance(mark, other), default=glyph)
        if glyph is not None:
            glyph.marks += ((mark.middle, mark.letter),)


class _Beside:
    """The letters that are drawn before and after a mark, by the object in which they are."""

    def __init__(self, glyphs: Sequence[Glyph]) -> None:
        self._objects: dict[int, list[Glyph]] = {}
        for glyph in glyphs:
            if glyph.text[:1].isalpha():
                self._objects.setdefault(glyph.drawn[0], []).append(glyph)
        self._numbers = sorted(self._objects)

    def of(self, mark: Diacritic) -> list[tuple[str, Glyph]]:
        """Letters that the mark may be of, each with the side on which it is drawn."""
        number, index = mark.drawn
        own = self._objects.get(number, [])
        place = bisect(own, index, key=lambda glyph: glyph.drawn[1])
        found = [("before", glyph) for glyph in own[max(place - 1, 0) : place]]
        found += [("after", glyph) for glyph in own[place : place + 1]]
        at = bisect_left(self._numbers, number)
        for side, other in (("object before", at - 1), ("object after", at + bool(own))):
            if 0 <= other < len(self._numbers):
                letters = self._objects[self._numbers[other]]
                found += [(side, letters[0]), (side, letters[-1])]
        return found


def _distance(mark: Diacritic, glyph: Glyph) -> float:
    aside = max(glyph.x0 - mark.middle, mark.middle - glyph.x1, 0.0)
    off = 0.1 * abs((glyph.x0 + glyph.x1) / 2 - mark.middle)
    return aside + off + max(abs(glyph.y - mark.y) - 0.6 * mark.size, 0.0)


def said_once(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """The glyphs without those that say a letter with its marks a second time, where only the marks stand."""
    kept: list[Glyph] = []
    for says, group in groupby(glyphs, key=Glyph.with_marks):
        same = list(group)
        kept += _letters_of(same) if len(same) > 1 and len(says) > 1 else same
    return kept


def _letters_of(group: Sequence[Glyph]) -> list[Glyph]:
    """Of glyphs that say the same one after the other, those that are letters."""
    letters = [glyph for glyph in group if glyph.ink is None or not is_mark(glyph.ink, glyph.y, glyph.style)]
    kept: list[Glyph] = []
    for glyph in letters or [max(group, key=_width)]:
        if not any(_in_one_place(*sorted((other, glyph), key=_width)) for other in kept):
            kept.append(glyph)
    return kept


def _width(glyph: Glyph) -> float:
    return glyph.x1 - glyph.x0


def _in_one_place(smaller: Glyph, larger: Glyph) -> bool:
    """Whether one stands over the other."""
    together = min(smaller.x1, larger.x1) - max(smaller.x0, larger.x0)
    return together > 0.5 * (smaller.x1 - smaller.x0) and abs(smaller.y - larger.y) < _OFF * larger.style.size


def set_down(glyphs: Sequence[Glyph]) -> None:
    """Puts letters that stand where their marks do on the line of the letters about them."""
    for place, glyph in enumerate(glyphs):
        if not glyph.afloat:
            continue
        near = [
            other
            for other in glyphs[max(place - _NEAR, 0) : place + _NEAR + 1]
            if abs(other.y - glyph.y) < _OFF * glyph.style.size
            and other.text
            and other.style.turns == glyph.style.turns
        ]
        sure = [other.y for other in near if not other.afloat]
        if sure:
            glyph.y = min(sure, key=lambda y: abs(y - glyph.y))
        elif near:
            glyph.y = Counter(other.y for other in near).most_common(1)[0][0]


def set_apart(glyphs: Sequence[Glyph]) -> None:
    """Makes alef stand left of lam where two glyphs that stand one over the other show the pair of them."""
    for one, other in pairwise(glyphs):
        if (other.text[:1], one.text[:1]) in LAM_ALEF:
            alef, lam = one, other
        elif (one.text[:1], other.text[:1]) in LAM_ALEF:
            lam, alef = one, other
        else:
            continue
        together = min(lam.x1, alef.x1) - max(lam.x0, alef.x0)
        if lam.y == alef.y and together > 0.6 * min(_width(lam), _width(alef)):
            alef.x0 = min(alef.x0, lam.x0 - 0.01 * lam.style.size)
