"""Plain tables: rows whose pieces stand in the same columns, one below the other.

It leaves out rules and shading, cells that span columns, and tables of which no three rows follow each other.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from index.formats.layout.lines import Piece

LEAST_ROWS = 3
GAP = 0.8  # of the size: the least gap between columns
TIGHT = 1.5  # sizes: how far the lines of one cell may be apart
_MARKER = re.compile(r"[^\w\s]|[(\[]?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,4}|[\u0621-\u064a])[.)\]-]{0,2}")

Columns = list[tuple[float, float]]


def tables(rows: Sequence[Sequence[Piece]]) -> list[tuple[int, int, Columns]]:
    """The tables among rows: the first row, the one after the last, and the two edges of each column."""
    found: list[tuple[int, int, Columns]] = []
    start = 0
    while start < len(rows):
        end, columns = _longest(rows, start)
        least = LEAST_ROWS if len(columns) < 3 else LEAST_ROWS - 1
        several = sum(len(row) > 1 for row in rows[start:end])
        if several >= least and len(columns) > 1 and not _is_list(rows[start:end], columns):
            found.append((start, end, columns))
            start = end
        else:
            start += 1
    return found


def cells_of(row: Sequence[Piece], columns: Columns) -> list[list[Piece]]:
    """The pieces of a row by column."""
    cells: list[list[Piece]] = [[] for _ in columns]
    for piece in row:
        middle = (piece.x0 + piece.x1) / 2
        apart = [max(x0 - middle, middle - x1, 0.0) for x0, x1 in columns]
        cells[apart.index(min(apart))].append(piece)
    return cells


def _longest(rows: Sequence[Sequence[Piece]], start: int) -> tuple[int, Columns]:
    """The end of the table that begins with a row, and its columns."""
    if len(rows[start]) < 2:
        return start, []
    columns = _merged([], rows[start])
    most = len(columns)
    kept, end = columns, start + 1
    loose = 0
    for place in range(start + 1, len(rows)):
        row = rows[place]
        if rows[place - 1][0].y - row[0].y > 4 * row[0].size:
            break
        columns = _merged(columns, row)
        if len(columns) < max(2, (most + 1) // 2 if most > 2 else 2):
            break
        if len(row) > 1:
            loose, kept, end = 0, columns, place + 1
            most = max(most, len(row))
        else:
            loose += 1
            if loose > 2:
                break
    while end < len(rows) and _is_rest(rows[end - 1], rows[end], kept):
        end += 1
    return end, kept


def _is_rest(above: Sequence[Piece], row: Sequence[Piece], columns: Columns) -> bool:
    """Whether a row is one wrapped cell of the row above it."""
    [piece, *others] = row
    return (
        not others
        and above[0].y - piece.y < TIGHT * piece.size
        and any(x0 - 1 <= piece.x0 and piece.x1 <= x1 + 1 for x0, x1 in columns)
        and piece.x1 - piece.x0 < 0.8 * (columns[-1][1] - columns[0][0])
    )


def wrapped(ys: Sequence[float], firsts: Sequence[bool], size: float) -> list[bool]:
    """Which rows of a table go on with the cells of the row above.

    ``ys`` are the rows' baselines and ``firsts`` says which have a first cell: a row without one goes on if
    it is nearer to the row above than rows with one are.
    """
    gaps = [above - below for above, below in pairwise(ys)]
    usual = median([gap for gap, first in zip(gaps, firsts[1:], strict=True) if first] or [2 * TIGHT * size])
    return [
        False,
        *(not f and gap < min(0.9 * usual, TIGHT * size) for gap, f in zip(gaps, firsts[1:], strict=True)),
    ]


def _merged(columns: Columns, row: Sequence[Piece]) -> Columns:
    least = GAP * row[0].size
    merged: Columns = []
    for x0, x1 in sorted([*columns, *((piece.x0, piece.x1) for piece in row)]):
        if merged and x0 - merged[-1][1] < least:
            merged[-1] = (merged[-1][0], max(merged[-1][1], x1))
        else:
            merged.append((x0, x1))
    return merged


def _is_list(rows: Sequence[Sequence[Piece]], columns: Columns) -> bool:
    """Marks and what they mark: two columns of which one has nothing but a mark of a list in each row."""
    if len(columns) != 2:
        return False
    for side in (0, 1):
        texts = []
        for row in rows:
            cell = cells_of(row, columns)[side]
            if cell:
                glyphs = (glyph for piece in cell for run in piece.runs for glyph in run.glyphs)
                texts.append("".join(glyph.text for glyph in glyphs).strip())
        if texts and all(_MARKER.fullmatch(text) or _MARKER.fullmatch(text[::-1]) for text in texts):
            return True
    return False
