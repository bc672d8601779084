"""Rows of cells, as a sheet or a CSV file has them, as the blocks of a text: a table with its head.

The first row is the head where it says in words what stands below, and so is one after an empty row over
figures. What stands alone before the first table is its title; a long text in a cell is a paragraph of its
own after its row, so that it is read by sentences. It leaves out how the cells look.
"""

import re
from collections.abc import Iterator, Sequence

from index.errors import UnreadableArticle
from index.structure import TextBuilder

MOST_CELLS = 2_000_000
WIDEST = 500  # columns
LONG = 300  # characters of a cell that is read as a paragraph
_FIGURE = re.compile(r"[-+(]?[^\w\s]?\s?[\d٠-٩۰-۹][\d٠-٩۰-۹\s.,٫٬:/%-]*[^\w\s]?\)?%?")
_YEAR = re.compile(r"[12][09]\d\d|[١٢][٠٩][٠-٩]{2}")

Cells = Sequence[str]  # of a row


class CellCounter:
    """Counts the cells of a file, and ends it where there are too many."""

    def __init__(self) -> None:
        self._cells = 0

    def count(self, cells: int = 1) -> None:
        """Adds so many cells."""
        self._cells += cells
        if self._cells > MOST_CELLS:
            raise UnreadableArticle(f"it has over {MOST_CELLS:,} cells; cut it into parts")


def add_rows(built: TextBuilder, rows: Sequence[Cells], *, apart: bool = False) -> None:
    """Adds rows to a text, with an empty line before the first of each table.

    Columns with nothing in them are no part of a table.
    """
    cells = [[_cell(cell) for cell in row[:WIDEST]] for row in rows]
    for number, (start, end) in enumerate(_tables(cells)):
        start = _titles(built, cells, start, end, apart=apart or number > 0)
        width = max(map(len, cells[start:end]), default=0)
        used = [at for at in range(width) if any(at < len(row) and row[at] for row in cells[start:end])]
        table = [[row[at] if at < len(row) else "" for at in used] for row in cells[start:end]]
        head = is_head(table)
        for place, row in enumerate(table):
            _row(built, row, head=head and not place, apart=not place and bool(built.text))


def _row(built: TextBuilder, cells: Cells, *, head: bool, apart: bool) -> None:
    built.add_row(["" if len(cell) > LONG else cell for cell in cells], head=head, apart=apart)
    for cell in cells:
        if len(cell) > LONG:
            for line in cell.splitlines():
                built.add("paragraph", line)


def _tables(rows: Sequence[Cells]) -> Iterator[tuple[int, int]]:
    """Where each table begins and ends: at an empty row after which another head comes."""
    start = 0
    for place in range(1, len(rows)):
        after_empty = not any(rows[place - 1]) and any(rows[place])
        if after_empty and any(map(any, rows[start:place])) and _begins_another(rows, place):
            yield start, place
            start = place
    if any(map(any, rows[start:])):
        yield start, len(rows)


def _begins_another(rows: Sequence[Cells], place: int) -> bool:
    filled = [column for column, cell in enumerate(rows[place]) if cell]
    below = rows[place + 1] if place + 1 < len(rows) else ()
    if len(filled) == 1:  # a title
        return bool(below) and sum(map(bool, below)) > 1 and _is_words(below)
    return _is_words(rows[place]) and any(
        column < len(below) and _is_figure(below[column]) for column in filled
    )


def _titles(built: TextBuilder, rows: Sequence[Cells], start: int, end: int, *, apart: bool) -> int:
    """Adds what stands alone above a table, or all where there is no table; where the table begins."""
    several = any(_filled(row) > 1 for row in rows[start:end])
    while start < end and not (several and _filled(rows[start]) > 1):
        text = next(filter(None, rows[start]), "")
        for line in text.splitlines():
            if built.add("paragraph", line, apart=apart and bool(built.text)):
                apart = False
        start += 1
    return start


def _filled(row: Cells) -> int:
    return sum(map(bool, row))


def is_head(rows: Sequence[Cells]) -> bool:
    """Whether the first row says what the columns hold: words, all different, over something else."""
    if len(rows) < 2 or not _is_words(rows[0]):
        return False
    named = [cell.casefold() for cell in rows[0] if cell]
    return len(named) > 1 and len(set(named)) == len(named) and all(len(cell) <= LONG for cell in named)


def _is_words(row: Cells) -> bool:
    filled = [cell for cell in row if cell]
    figures = [cell for cell in filled if _is_figure(cell) and not _YEAR.fullmatch(cell)]
    return bool(filled) and not figures and any(not _is_figure(cell) for cell in filled)


def _is_figure(cell: str) -> bool:
    return bool(_FIGURE.fullmatch(cell))


def _cell(cell: str) -> str:
    return cell.strip() if len(cell) > LONG else " ".join(cell.split())
