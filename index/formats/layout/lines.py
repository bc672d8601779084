"""Lines out of runs of glyphs: what stands on one baseline, with the spaces between words.

A space is where the page leaves one, drawn or not. A line may be cut into cells where the gaps are wide.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from statistics import median

from index.formats.layout.glyphs import MARK, Glyph
from index.formats.layout.right_to_left import RIGHT_TO_LEFT, in_order
from index.formats.layout.runs import GlyphRun

SPACE = 0.16  # of the size: the least gap between words
UNDRAWN_SPACE = 0.22  # of the size: the same where the line's spaces are drawn
ARABIC_SPACE = 0.45  # of the size: the same beside a letter of Arabic
FEWEST_SPACES = 14  # a line with fewer spaces, in glyphs for each, is taken not to draw them
APART = 0.6  # of the size: the gap between pieces that may be of two columns
_KASHIDA = re.compile(r"(?<=[\u0621-\u0652])[%!$&<=>^`|~]+(?=[\u0621-\u064a])")  # as some fonts call it
_ARABIC = re.compile(r"[.:!،؛؟\u0620-\u065f\u066e-\u06d3]?[\u0620-\u065f\u066e-\u06d3]?")  # or tatweel
_SUPERIOR = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_INFERIOR = str.maketrans(_SUPERIOR, "0123456789")
_NOTE = re.compile(r"\d{1,3}(?:[,–-]\d{1,3})*")
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_UNITS = frozenset(
    ("mm", "cm", "dm", "km", "nm", "µm", "μm", "ft", "yd", "in", "mi", "متر", "كم", "سم", "مم")
)
_RAISED = 0.5  # of the size: how far a note's number may be above or below its line


@dataclass(slots=True)
class Piece:
    """A stretch of one line with no wide gap in it; ``row`` is the number of its baseline on the page."""

    row: int
    y: float
    size: float
    x0: float
    x1: float
    runs: list[GlyphRun] = field(default_factory=list)

    @property
    def letters(self) -> int:
        return sum(len(run.glyphs) for run in self.runs)


@dataclass(slots=True)
class Line:
    """A line as it is read; ``cells`` where it is a row of a table."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    right_to_left: bool
    first_word: float  # how wide its first word is
    cells: tuple[str, ...] = ()
    glyphs: tuple[Glyph | None, ...] = ()  # of each letter of the text, where that was asked for
    inner: list[list["Line"]] = field(default_factory=list)  # the lines of each cell, where that was


def pieces_of(runs: Sequence[GlyphRun]) -> list[Piece]:
    """The pieces of a page's lines, from the top, those of a line from the left."""
    rows: list[list[GlyphRun]] = []
    open_rows: list[list[GlyphRun]] = []
    for run in sorted(runs, key=lambda run: -run.y):
        open_rows = [row for row in open_rows if row[0].y - run.y < _RAISED * max(row[0].size, run.size)]
        row = next((row for row in reversed(open_rows) if _on_one_line(row, run)), None)
        if row is None:
            row = []
            rows.append(row)
            open_rows.append(row)
        row.append(run)
        if run.size * len(run.glyphs) > row[0].size * len(row[0].glyphs) and run.size > row[0].size * 1.15:
            row[0], row[-1] = (
                row[-1],
                row[0],
            )  # the row stands where its letters do, not where a note's number does
    pieces = []
    for number, row in enumerate(rows):
        base = row[0]
        piece: Piece | None = None
        for run in sorted(row, key=lambda run: run.x0):
            if piece is None or run.x0 > piece.x1 + APART * max(run.size, piece.runs[-1].size):
                piece = Piece(number, base.y, run.size, run.x0, run.x1)
                pieces.append(piece)
            piece.runs.append(run)
            piece.x1 = max(piece.x1, run.x1)
    for piece in pieces:
        letters: Counter[float] = Counter()
        for run in piece.runs:
            letters[run.size] += len(run.glyphs)
        piece.size = letters.most_common(1)[0][0]
    return pieces


def _on_one_line(row: list[GlyphRun], run: GlyphRun) -> bool:
    base = row[0]
    apart = abs(base.y - run.y)
    if apart <= 0.25 * min(base.size, run.size):
        return True
    small, large = sorted((base.size, run.size))
    if small > 0.85 * large or apart > _RAISED * large:
        return False
    return any(run.x0 < other.x1 + 0.5 * large and run.x1 > other.x0 - 0.5 * large for other in row)


class Unit(str):
    """What one glyph says, which knows the glyph."""

    __slots__ = ("glyph",)
    glyph: Glyph


def _unit(glyph: Glyph) -> Unit:
    unit = Unit(glyph.with_marks())
    unit.glyph = glyph
    return unit


def words(pieces: Iterable[Piece], placed: bool = False) -> tuple[list[str], float, float]:
    """The line as it is seen, letter by letter; and how wide its leftmost and its rightmost word are.

    The letters of a ``placed`` line are units that know their glyphs.
    """
    runs = [run for piece in pieces for run in piece.runs]
    glyphs = [glyph for run in runs for glyph in run.glyphs]
    glyphs.sort(key=lambda glyph: (glyph.x0, glyph.x0 + glyph.x1))
    size = max(run.size for run in runs)
    glyphs = _with_notes(glyphs, max(runs, key=lambda run: run.size * len(run.glyphs)))
    least, of_arabic = _least_gaps(glyphs, size)
    seen: list[str] = []
    end = 0.0
    last: Glyph | None = None
    breaks = []
    for glyph in glyphs:
        if last is not None and _is_again(glyph, last, 0.05 * size):
            continue  # drawn twice to look bold
        if glyph.text == " ":
            if (
                last is not None
                and glyph.x1 < last.x1 + 0.3 * size
                and glyph.x0 < 0.7 * last.x0 + 0.3 * last.x1
            ):
                continue  # hidden under the letter before it
        else:
            space = last is not None and (
                last.text == " "
                or glyph.x0 - end
                > (of_arabic if _ARABIC.fullmatch(last.text[-1:] + glyph.text[:1]) else least)
            )
            if space and seen and seen[-1] != " ":
                seen.append(" ")
                breaks.append((end, glyph.x0))
            if glyph.text:
                seen.append(_unit(glyph) if placed else glyph.with_marks())
            end = max(end, glyph.x1) if last is not None else glyph.x1
        last = glyph
    ink = [glyph for glyph in glyphs if glyph.text.strip()]
    left, right = ink[0].x0, max(glyph.x1 for glyph in ink)
    if not breaks:
        return seen, right - left, right - left
    return seen, breaks[0][0] - left, right - breaks[-1][1]


def _with_notes(glyphs: list[Glyph], base: GlyphRun) -> list[Glyph]:
    """The glyphs of a line with a note's number in brackets: one that stands small and high beside a word."""
    if not any(_is_raised(glyph, base) for glyph in glyphs):
        return glyphs
    found: list[Glyph] = []
    for raised, group in groupby(range(len(glyphs)), key=lambda place: _is_raised(glyphs[place], base)):
        places = list(group)
        part = [glyphs[place] for place in places]
        if raised:
            number = "".join(glyph.text for glyph in part).translate(_INFERIOR)
            before = _beside(glyphs[: places[0]][::-1], part[0], base)
            behind = _beside(glyphs[places[-1] + 1 :], part[-1], base)
            text = _note(number, before, behind, places[0] == 0, places[-1] == len(glyphs) - 1)
            if text:
                part = [Glyph(text, part[0].x0, part[-1].x1, base.y, part[0].style, reach=part[0].reach)]
        found += part
    return found


def _is_raised(glyph: Glyph, base: GlyphRun) -> bool:
    if not (glyph.text.isdigit() or glyph.text in ",-–"):
        return False
    size = glyph.style.size
    return (
        (size <= 0.86 * base.size and glyph.y - base.y >= 0.15 * base.size)
        or (glyph.ink is not None and not glyph.style.turns and glyph.ink[1] >= glyph.y + 0.25 * size)
        or glyph.text in _SUPERIOR
    )


def _beside(glyphs: Sequence[Glyph], number: Glyph, base: GlyphRun) -> str:
    """What stands close beside a number, the nearest first."""
    text = ""
    for glyph in glyphs:
        apart = max(glyph.x0 - number.x1, number.x0 - glyph.x1)
        if glyph.text == " " or apart > 0.15 * base.size:
            break
        text += MARK.sub("", glyph.text)
        number = glyph
    return text


def _note(number: str, before: str, behind: str, first: bool, last: bool) -> str:
    """The number in brackets where it is a note's; nothing where it is a power, or beside no word.

    >>> _note("1", "greB", "", False, True), _note("2", "mk", "", False, True)
    ('[1]', '')
    """
    if not _NOTE.fullmatch(number):
        return ""
    arabic = [RIGHT_TO_LEFT.search(text) is not None for text in (before, behind)]
    if (first and not arabic[1] and behind[:1].isalpha()) or (last and arabic[0]):
        return f"[{number}] "  # at the head of the note
    if (first or last) and not before and not behind:
        return f"[{number}]"
    word = behind if arabic[1] else before
    if not word or behind[:1] in ("/", "⁄") or (not arabic[1] and behind[:1].isalnum()):
        return ""
    token = _TOKEN.match(word)
    near = token[0][::-1] if token else ""
    if near.isdigit():
        return f"[{number}]" if len(near) > 2 else ""
    if number in {"1", "2", "3"} and (near.lower() in _UNITS or (len(near) == 1 and near not in "aAI")):
        return ""
    return f"[{number}]"


def _is_again(glyph: Glyph, last: Glyph, near: float) -> bool:
    """Whether a letter stands where it stood before; not so the letters that share the box of a ligature."""
    return glyph.text.strip() == last.text != "" and max(glyph.x0 - last.x0, abs(glyph.x1 - last.x1)) < near


def _least_gaps(glyphs: Sequence[Glyph], size: float) -> tuple[float, float]:
    """The least gap that is a space: less than those between the line's words, more than those within.

    The second is that beside a letter of Arabic, whose ink may end well before its neighbour begins.
    """
    spaces = [glyph.x1 - glyph.x0 for glyph in glyphs if glyph.text == " "]
    if len(spaces) * FEWEST_SPACES > len(glyphs):
        return min(UNDRAWN_SPACE * size, 0.8 * median(spaces)), ARABIC_SPACE * size
    least = _least_undrawn(glyphs, size)
    return least, least


def _least_undrawn(glyphs: Sequence[Glyph], size: float) -> float:
    gaps = [b.x0 - a.x1 for a, b in pairwise(glyphs) if " " not in (a.text, b.text)]
    wide = [gap for gap in gaps if SPACE * size < gap < APART * size]
    if len(wide) * 2 > len(gaps):  # letters set apart
        return SPACE * size + median(wide)
    return max(SPACE * size, 0.7 * median(wide)) if len(wide) > 3 else SPACE * size


def line_of(pieces: Sequence[Piece], right_to_left: bool, after: str = "", placed: bool = False) -> Line:
    """The pieces of one row as one line; a ``placed`` one knows the glyph of each letter."""
    seen, first, last = words(pieces, placed)
    units, text = in_order(seen, right_to_left, after)
    glyphs: list[Glyph | None] = []
    if placed:
        for unit in units:
            glyphs += [unit.glyph if isinstance(unit, Unit) else None] * len(unit)
        for kashida in reversed(list(_KASHIDA.finditer(text))):
            del glyphs[slice(*kashida.span())]
    runs = [run for piece in pieces for run in piece.runs]
    letters = sum(len(run.glyphs) for run in runs)
    return Line(
        text=_KASHIDA.sub("", text),
        x0=min(piece.x0 for piece in pieces),
        x1=max(piece.x1 for piece in pieces),
        y=pieces[0].y,
        size=max(pieces, key=lambda piece: piece.x1 - piece.x0).size,
        bold=2 * sum(len(run.glyphs) for run in runs if run.bold) > letters,
        right_to_left=right_to_left,
        first_word=last if right_to_left else first,
        glyphs=tuple(glyphs),
    )
