"""Vowels and accents given to their letters, and letters to their lines.

A mark belongs to the letter that it is written with, else to the one that it stands over. Some programs
give a letter's origin where its mark stands, and some say letter and mark twice, once for the glyph of each.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from statistics import mean

from index.formats.layout.glyphs import Diacritic, Glyph

_NEAR = 8  # glyphs before and after, in the order in which they are drawn
_OFF = 0.8  # of the size: how far a mark may be from the baseline


def put_marks(marks: Sequence[Diacritic], glyphs: Sequence[Glyph]) -> None:
    """Gives each mark to its letter."""
    origins: dict[tuple[float, float], Glyph] = {}
    rows: dict[int, list[Glyph]] = {}
    if marks:
        origins = {(glyph.x0, glyph.y): glyph for glyph in glyphs}
    for mark in _together(marks):
        following = glyphs[mark.position : mark.position + 4]
        glyph = origins.get((mark.x0, mark.y))
        if glyph is not None and glyph.text != " ":
            glyph.afloat = True
        else:
            near = [*reversed(glyphs[max(mark.position - 4, 0) : mark.position]), *following]
            glyph = _nearest(mark, near)
            if (
                glyph is None or _distance(mark, glyph) > 0.7 * mark.size
            ):  # it was drawn apart from its letter
                if not rows:
                    for other in glyphs:
                        rows.setdefault(round(other.y / 10), []).append(other)
                row = round(mark.y / 10)
                glyph = _nearest(
                    mark, [other for at in range(row - 2, row + 3) for other in rows.get(at, ())]
                )
        if glyph is not None:
            new = ((mark.middle, mark.letter),)
            first = any(other is glyph for other in following)
            glyph.marks = new + glyph.marks if first else glyph.marks + new


def _together(marks: Sequence[Diacritic]) -> Iterator[Diacritic]:
    """The marks, those of one place in the middle of it."""
    for _, group in groupby(marks, key=lambda mark: (mark.x0, mark.y)):
        one = list(group)
        middle = mean(mark.middle for mark in one)
        yield from (replace(mark, middle=middle) for mark in one)


def _nearest(mark: Diacritic, glyphs: Sequence[Glyph]) -> Glyph | None:
    """The letter that the mark stands over; of two as near, the first."""
    letters = [glyph for glyph in glyphs if glyph.text.strip()]
    first = 0.08 * mark.size

    def apart(place: int) -> float:
        return _distance(mark, letters[place]) + (first if place else 0.0)

    return letters[min(range(len(letters)), key=apart)] if letters else None


def _distance(mark: Diacritic, glyph: Glyph) -> float:
    aside = max(glyph.x0 - mark.middle, mark.middle - glyph.x1, 0.0)
    off = 0.1 * abs((glyph.x0 + glyph.x1) / 2 - mark.middle)
    return aside + off + max(abs(glyph.y - mark.y) - 0.6 * mark.size, 0.0)


def say_once(glyphs: Sequence[Glyph]) -> None:
    """Makes the smaller say nothing of two glyphs that both say one letter with its marks."""
    said: list[tuple[str, Glyph]] = []
    for glyph in glyphs:
        if not glyph.marks and len(glyph.text) < 2:
            continue
        text = glyph.with_marks()
        for same, other in said[-_NEAR:]:
            smaller, larger = sorted((other, glyph), key=lambda one: one.x1 - one.x0)
            if same == text and _in_one_place(smaller, larger):
                smaller.text, smaller.marks = "", ()
                glyph = larger
                break
        said.append((text, glyph))


def _in_one_place(smaller: Glyph, larger: Glyph) -> bool:
    """Whether one may be the mark of the other: over it, or beside it on another line."""
    together = min(smaller.x1, larger.x1) - max(smaller.x0, larger.x0)
    off, size = abs(smaller.y - larger.y), larger.style.size
    if off > _OFF * size:
        return False
    return together > 0.15 * (smaller.x1 - smaller.x0) or (off > 0.03 * size and together > -0.25 * size)


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
