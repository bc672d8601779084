"""Excel workbooks (.xlsx): the rows of each sheet as a table with its head, under the sheet's name.

Values are those that the program calculated last, shown as the cells show them (``figures``). A cell that is
merged over rows stands in each of them. It leaves out hidden sheets, charts, comments and formulas.
"""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from index.formats import Parsed, ParsedArticle
from index.formats.archive import open_archive
from index.formats.office import grid
from index.formats.office.figures import built_in, shown
from index.formats.office.package import feed, local, refuse_locked, relations, stated, tree_of
from index.formats.titles import stated_title
from index.structure import TextBuilder

_CELL = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_TALLEST = 1000  # rows that a merged cell may be told in
_MOST_MERGED = 20_000
_UNNAMED = re.compile(r"(?:sheet|ورقة|الورقة)\s*\d+", re.IGNORECASE)  # as the programs call them


def read(file: Path) -> Parsed:
    """The sheets of a workbook, in order."""
    data = file.read_bytes()
    refuse_locked(data, ".xlsx")
    built = TextBuilder()
    with open_archive(data, ".xlsx") as archive:
        book = _Workbook(archive)
        counter = grid.CellCounter()
        for name, part in book.sheets:
            sheet = _Sheet(book, counter)
            feed(archive, part, sheet)
            rows = TextBuilder()
            grid.add_rows(rows, sheet.rows())
            if rows.text:
                if len(book.sheets) > 1 or not _UNNAMED.fullmatch(name.strip()):
                    built.add("heading", name, level=1, apart=True)
                built.extend(rows)
        title = stated_title(stated(archive, "docProps/core.xml", "title"))
    yield ParsedArticle(built.text, title=title, blocks=built.blocks)


class _Workbook:
    """What the sheets share: their names, the texts, how figures are shown."""

    def __init__(self, archive: ZipFile) -> None:
        main = relations(archive, "")  # of the file itself
        path = next((name for kind, name in main.values() if kind == "officeDocument"), "xl/workbook.xml")
        tree = tree_of(archive, path)
        parts = relations(archive, path)
        self.since_1904 = any(
            properties.get("date1904") in ("1", "true") for properties in tree.iter("{*}workbookPr")
        )
        self.sheets = [
            (sheet.get("name", ""), part)
            for sheet in tree.iter("{*}sheet")
            if sheet.get("state", "visible") == "visible"
            for kind, part in [parts.get(_id(sheet), ("", ""))]
            if kind == "worksheet"
        ]
        self.texts = _Texts()
        self.codes: list[str] = []
        for kind, part in parts.values():
            if kind == "sharedStrings":
                feed(archive, part, self.texts)
            elif kind == "styles":
                self.codes = _codes(tree_of(archive, part))


def _id(sheet: Any) -> str:
    return next((value for name, value in sheet.attrib.items() if name.endswith("}id")), "")


def _codes(styles: Any) -> list[str]:
    """The number format of each style of a cell."""
    own = {form.get("numFmtId"): form.get("formatCode", "") for form in styles.iter("{*}numFmt")}
    found: list[str] = []
    for formats in styles.iter("{*}cellXfs"):
        for style in formats.iterchildren("{*}xf"):
            number = style.get("numFmtId", "0")
            found.append(own.get(number, built_in(int(number) if number.isdigit() else 0)))
    return found


class _Texts(list[str]):
    """The texts that cells share, without the readings that are printed above Japanese."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[str] = []
        self._in_text = self._in_reading = False

    def start(self, tag: str, attributes: Any) -> None:
        name = local(tag)
        if name == "si":
            self._pieces = []
        elif name == "rPh":
            self._in_reading = True
        self._in_text = name == "t" and not self._in_reading

    def data(self, text: str) -> None:
        if self._in_text:
            self._pieces.append(text)

    def end(self, tag: str) -> None:
        name = local(tag)
        self._in_text = False
        if name == "rPh":
            self._in_reading = False
        elif name == "si":
            self.append("".join(self._pieces))

    def close(self) -> None:
        pass


class _Sheet:
    """Reads the cells of a sheet by where they stand; as wide as they are, whatever it says of itself."""

    def __init__(self, book: _Workbook, counter: grid.CellCounter) -> None:
        self._book = book
        self._counter = counter
        self._rows: defaultdict[int, dict[int, str]] = defaultdict(dict)
        self._merged: list[tuple[int, int, int]] = []  # column, first row, last row
        self._row = self._column = 0
        self._kind = self._style = ""
        self._pieces: list[str] = []
        self._in_value = False

    def start(self, tag: str, attributes: Any) -> None:
        name = local(tag)
        if name == "c":
            self._counter.count()
            place = _CELL.fullmatch(attributes.get("r", ""))
            self._column = _number(place[1]) if place else self._column + 1
            self._row = int(place[2]) if place else self._row
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._pieces = []
        elif name == "row":
            told = attributes.get("r", "")
            self._row = int(told) if told.isascii() and told.isdigit() else self._row + 1
            self._column = 0
            self._counter.count()
        elif name == "mergeCell" and len(self._merged) < _MOST_MERGED:
            self._merge(attributes.get("ref", ""))
        self._in_value = name in ("v", "t")

    def data(self, text: str) -> None:
        if self._in_value:
            self._pieces.append(text)

    def end(self, tag: str) -> None:
        self._in_value = False
        if local(tag) == "c" and self._column <= grid.WIDEST:
            if text := self._shown("".join(self._pieces)):
                self._rows[self._row][self._column] = text
            self._pieces = []

    def close(self) -> None:
        pass

    def rows(self) -> list[list[str]]:
        """The rows in order; where some are left out there is one that is empty."""
        for column, first, last in self._merged:
            if value := self._rows.get(first, {}).get(column, ""):
                for row in range(first + 1, last + 1):
                    if row in self._rows and len(value) <= grid.LONG:
                        self._rows[row].setdefault(column, value)
        found: list[list[str]] = []
        last = 0
        for row in sorted(number for number, cells in self._rows.items() if cells):
            if found and row > last + 1:
                found.append([])
            cells = self._rows[row]
            found.append([cells.get(column, "") for column in range(1, max(cells) + 1)])
            last = row
        return found

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        start, end = _CELL.fullmatch(first), _CELL.fullmatch(last)
        if start and end and int(end[2]) - int(start[2]) < _TALLEST:
            self._merged.append((_number(start[1]), int(start[2]), int(end[2])))

    def _shown(self, value: str) -> str:
        if self._kind == "s":
            return self._book.texts[int(value)] if value.isdecimal() else ""
        if self._kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(value, value)
        if self._kind == "e":
            return ""
        if self._kind != "n":
            return value
        style = int(self._style) if self._style.isdecimal() else 0
        code = self._book.codes[style] if style < len(self._book.codes) else ""
        return shown(value, code, since_1904=self._book.since_1904)


def _number(letters: str) -> int:
    """The number of a column, from 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
