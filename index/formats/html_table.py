"""Tables of HTML: whether one holds data or lays out the page, and the rows of one that holds data.

Follows the HTML standard on how cells that span columns and rows fill a grid, and the browsers on which table
screen readers are told of. A value that spans rows stands in each of them, so that a row is read by itself.
It leaves out rows of the foot that are written before those of the body.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

_LONG = 200  # characters of a cell's paragraph, from which the table lays out the page
_WIDEST = 64  # columns that cells may span: a hostile page must not fill the memory
_TALLEST = 1000  # rows likewise
_REPEATED = 100  # characters of the values that stand in a row again
_HEADINGS = tuple(f"{{*}}h{level}" for level in range(1, 7))
_CELLS = ("{*}td", "{*}th")
_Row = tuple[Any, list[Any]]  # a tr with its cells


def tag_of(element: Any) -> str:
    """The name of an element, in small letters and without its namespace."""
    return str(element.tag).rpartition("}")[2].lower()


def lays_out(table: Any) -> bool:
    """Whether a table sets parts of a page beside each other, or holds text that is in no row."""
    if table.get("role") in ("presentation", "none") or _has(table, "{*}table"):
        return True
    rows = list(table.iterdescendants("{*}tr"))
    if sum(map(_size, [*rows, *table.iterchildren("{*}caption")])) != _size(table):
        return True
    if _has(table, "{*}th", "{*}thead", "{*}caption"):
        return _has(table, "{*}h1")
    if all(len(_cells(row)) < 2 for row in rows) or _has(table, *_HEADINGS):
        return True
    return any(len(paragraph.text_content()) > _LONG for paragraph in table.iterdescendants("{*}p"))


def table_rows(table: Any, text_of: Callable[[Any], str]) -> Iterator[tuple[list[str], bool]]:
    """The texts of each row's cells, one a column, and whether the row names the columns."""
    rows = [(row, _cells(row)) for row in table.iterdescendants("{*}tr")]
    grid = list(_grid(rows, text_of))
    width = min(max((max(columns, default=-1) + 1 for columns in grid), default=0), _WIDEST)
    for columns, head in zip(grid, _heads(rows), strict=True):
        last = max(columns, default=-1) + 1
        yield [columns.get(column, "") for column in range(max(width, last))], head


def _grid(rows: list[_Row], text_of: Callable[[Any], str]) -> Iterator[dict[int, str]]:
    """What stands in the columns of each row, where a cell begins."""
    spans: dict[int, tuple[int, str | None]] = {}  # by column: the rows that are left, and what is repeated
    section = None
    for row, cells in rows:
        if row.getparent() is not section:
            section, spans = row.getparent(), {}
        room = _REPEATED
        columns: dict[int, str] = {}
        for column, (_, value) in spans.items():
            if value is not None:
                columns[column] = value if len(value) <= room else ""
                room -= len(columns[column])
        below = {column: (left - 1, value) for column, (left, value) in spans.items() if left > 1}
        at, blank = 0, True
        for cell in cells:
            while at in spans:
                at += 1
            columns[at] = text = text_of(cell)
            blank = blank and not text
            wide = 1 if at >= _WIDEST else min(_number(cell.get("colspan")), _WIDEST)
            if (tall := min(_number(cell.get("rowspan")), _TALLEST)) > 1:
                last = min(at + wide, _WIDEST)
                below |= {column: (tall - 1, text if column == at else None) for column in range(at, last)}
            at += wide
        spans = below
        yield {} if blank else columns


def _heads(rows: list[_Row]) -> list[bool]:
    """Which rows name the columns: those of the head, else the first ones that are all of ``th`` or bold."""
    heads: list[bool] = []
    leads = True
    for number, (row, cells) in enumerate(rows):
        leads = leads and _names_columns(cells, number)
        heads.append(leads or tag_of(row.getparent()) == "thead")
    return heads if not all(heads) else [number == 0 for number in range(len(heads))]


def _names_columns(cells: list[Any], number: int) -> bool:
    filled = [cell for cell in cells if _size(cell)]
    if filled and all(tag_of(cell) == "th" for cell in filled):
        return True
    return number == 0 and len(filled) > 1 and all(map(_bold, filled))


def _bold(cell: Any) -> bool:
    return bool(sum(map(_size, cell.iterdescendants("{*}b", "{*}strong"))) >= _size(cell))


def _cells(row: Any) -> list[Any]:
    """The cells of a row; the row itself where text of it stands in none."""
    cells = [
        cell for cell in row.iterdescendants(*_CELLS) if next(cell.iterancestors(*_CELLS, "{*}tr")) is row
    ]
    return cells if sum(map(_size, cells)) == _size(row) else [row]


def _has(element: Any, *tags: str) -> bool:
    return next(element.iterdescendants(*tags), None) is not None


def _size(element: Any) -> int:
    """How many characters of an element are no spaces."""
    return len("".join(element.text_content().split()))


def _number(stated: str | None) -> int:
    """How many columns or rows a cell spans."""
    number = re.match(r"\s*([0-9]{1,9})", stated or "")
    return max(1, int(number[1])) if number else 1
