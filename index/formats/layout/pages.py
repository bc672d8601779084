"""A page of a PDF as lines in the order of reading."""

import re
from collections import Counter
from collections.abc import Sequence

from index.formats.layout.characters import Box
from index.formats.layout.columns import regions, rows_of
from index.formats.layout.lines import Line, Piece, line_of, pieces_of
from index.formats.layout.right_to_left import RIGHT_TO_LEFT
from index.formats.layout.running_heads import PageLines
from index.formats.layout.runs import GlyphRun
from index.formats.layout.tables import Columns, cells_of, tables, wrapped

_STOPS_LEFT = re.compile(r"\s*[.،؛:!؟?»)]")
_STOPS_RIGHT = re.compile(r"[.,;:!?)]\s*$")


def page_lines(runs: Sequence[GlyphRun], seen: Box, label: str, placed: bool = False) -> PageLines:
    """The lines of a page by region; ``seen`` is its left, bottom, right and top.

    Those of a ``placed`` page know the glyph of each letter.
    """
    frames: Counter[int] = Counter()
    for run in runs:
        frames[run.turns] += len(run.glyphs)
    upright = frames.most_common(1)[0][0] if frames else 0
    left, low, right, high = seen
    bottom, top = ((low, high), (-right, -left), (-high, -low), (left, right))[upright]
    page = PageLines(label, bottom, top)
    for turns, _ in frames.most_common():
        found = _regions([run for run in runs if run.turns == turns], placed)
        if turns == upright:
            page.regions = found
        else:
            page.turned += found
    return page


def _regions(runs: Sequence[GlyphRun], placed: bool) -> list[list[Line]]:
    pieces = pieces_of(runs)
    right, left = _letters(pieces)
    turned = right > left
    found = (_lines(rows_of(region), turned, placed) for region in regions(pieces, turned))
    return [lines for lines in found if lines]


def _letters(pieces: Sequence[Piece]) -> tuple[int, int]:
    """How many letters run from right to left and from left to right."""
    right = left = 0
    for piece in pieces:
        for run in piece.runs:
            text = "".join([glyph.text for glyph in run.glyphs])
            arabic = 0 if text.isascii() else len(RIGHT_TO_LEFT.findall(text))
            right += arabic
            left += sum(map(str.isalpha, text)) - arabic
    return right, max(left, 0)


def _lines(rows: Sequence[Sequence[Piece]], turned: bool, placed: bool) -> list[Line]:
    letters = [_letters(row) for row in rows]
    right, left = sum(right for right, _ in letters), sum(left for _, left in letters)
    if right or left:
        turned = right > left
    lines: list[Line] = []
    found = {start: (end, columns) for start, end, columns in tables(rows)}
    place, before = 0, ""
    while place < len(rows):
        if place in found:
            end, columns = found[place]
            lines += _table(rows[place:end], columns, turned, placed)
            place = end
            continue
        row = rows[place]
        direction = _direction(letters[max(place - 1, 0) : place + 2], letters[place], turned)
        line = line_of(row, direction, before, placed)
        if turned and not direction and _STOPS_LEFT.match(line.text) and not _STOPS_RIGHT.search(line.text):
            line = line_of(row, True, before, placed)  # Latin words that end an Arabic sentence
        place += 1
        if line.text.strip():
            before = line.text
            lines.append(line)
    return lines


def _table(rows: Sequence[Sequence[Piece]], columns: Columns, turned: bool, placed: bool) -> list[Line]:
    """The rows of a table, a line each, with the cells in the order of reading."""
    lines = [line_of(row, turned) for row in rows]
    for row, line in zip(rows, lines, strict=True):
        parts = cells_of(row, columns)
        inner = [[line_of(part, turned, placed=placed)] if part else [] for part in parts]
        inner = inner[::-1] if turned else inner
        line.cells = tuple("".join(cell.text.strip() for cell in cells) for cells in inner)
        line.inner = inner if placed else []
    firsts = [bool(line.cells[0]) for line in lines]
    kept: list[Line] = []
    for line, goes_on in zip(lines, wrapped([line.y for line in lines], firsts, lines[0].size), strict=True):
        if goes_on and kept:
            kept[-1].cells = tuple(
                " ".join(filter(None, pair)) for pair in zip(kept[-1].cells, line.cells, strict=True)
            )
            kept[-1].inner = [above + below for above, below in zip(kept[-1].inner, line.inner, strict=True)]
        else:
            kept.append(line)
    for line in kept:
        line.text = " | ".join(line.cells)
    return kept


def _direction(near: Sequence[tuple[int, int]], own: tuple[int, int], turned: bool) -> bool:
    if not own[0]:
        return turned if not own[1] else False
    if not own[1]:
        return True
    return sum(right for right, _ in near) > sum(left for _, left in near)
