"""OpenDocument texts (.odt): what a person sees of the body, in its order; ISO/IEC 26300.

Headings, lists with their numbers, tables, text boxes, footnotes and endnotes after the paragraph that they
belong to. It leaves out headers, footers, comments, what was deleted under tracked changes, and the dates
and names that a program put there.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from index.errors import UnreadableArticle
from index.formats import Parsed, ParsedArticle
from index.formats.archive import open_archive
from index.formats.office.package import local, stated, tree_of
from index.formats.titles import stated_title
from index.structure import TextBuilder

_UNSEEN = frozenset(
    ("tracked-changes", "annotation", "annotation-end", "forms", "sequence-decls", "ruby-text", "toc-mark")
)
_INDEXES = frozenset(("table-of-content", "alphabetical-index", "illustration-index", "table-index"))
_WIDEST = 64  # columns that are repeated
_TALLEST = 100  # rows
_LONGEST_SPACE = 100
_DEEPEST = 200
_SPACES = re.compile(r"[ \t\r\n]+")  # of the XML; others are the writer's


def read(file: Path) -> Parsed:
    """The text of a document, a line a paragraph and a line a table's row."""
    data = file.read_bytes()
    with open_archive(data, ".odt") as archive:
        if _encrypted(archive):
            raise UnreadableArticle("it is encrypted; save a copy without the password")
        content = tree_of(archive, "content.xml")
        body = _Body(_Styles(archive, content))
        for part in content.iterchildren("{*}body"):
            body.read(part)
        title = stated_title(stated(archive, "meta.xml", "title"))
    yield ParsedArticle(body.text.text, title=title or body.headline, blocks=body.text.blocks)


def _encrypted(archive: ZipFile) -> bool:
    try:
        return b"encryption-data" in archive.read("META-INF/manifest.xml")
    except (KeyError, BadZipFile):
        return False


class _Styles:
    """What the styles say of paragraphs and lists: which are titles, and how lists are numbered."""

    def __init__(self, archive: ZipFile, content: Any) -> None:
        trees = [content]
        if "styles.xml" in archive.namelist():
            trees.append(tree_of(archive, "styles.xml"))
        self._parents: dict[str, str] = {}
        self._numbers: dict[str, dict[int, tuple[str, str, str]]] = {}
        for tree in trees:
            for style in tree.iter("{*}style"):
                self._parents.setdefault(_told(style, "name"), _told(style, "parent-style-name"))
            for style in tree.iter("{*}list-style"):
                self._numbers.setdefault(_told(style, "name"), dict(_levels(style)))

    def is_a(self, style: str, names: frozenset[str]) -> bool:
        """Whether a paragraph's style is one of those, or made from it."""
        for _ in range(8):
            if style in names:
                return True
            style = self._parents.get(style, "")
        return False

    def mark(self, style: str, depth: int, number: int) -> str:
        """What stands before an item of a numbered list; nothing before one with a bullet."""
        before, form, after = self._numbers.get(style, {}).get(depth, ("", "", ""))
        return f"{before}{_counted(number, form)}{after} " if form else ""


def _levels(style: Any) -> Iterator[tuple[int, tuple[str, str, str]]]:
    for level in style.iterchildren("{*}list-level-style-number"):
        depth = _told(level, "level")
        if depth.isdecimal():
            told = (_told(level, "num-prefix"), _told(level, "num-format"), _told(level, "num-suffix"))
            yield int(depth), told


def _counted(number: int, form: str) -> str:
    if form in ("a", "A") and number <= 26:
        return chr(ord(form) + number - 1)
    if form in ("i", "I") and number < 40:
        roman = (
            "x" * (number // 10) + ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")[number % 10]
        )
        return roman.upper() if form == "I" else roman
    return str(number)


_TITLE, _CODE = frozenset(("Title",)), frozenset(("Preformatted_20_Text",))
_QUOTE = frozenset(("Quotations",))


class _Body:
    """Reads elements into ``text``, through whatever wraps them."""

    def __init__(self, styles: _Styles) -> None:
        self.text = TextBuilder()
        self.headline = ""
        self._styles = styles
        self._apart = False  # whether an empty paragraph comes before the next

    def read(self, element: Any, kind: str = "", depth: int = 0) -> None:
        """Reads everything that an element holds; ``kind`` is what its paragraphs are."""
        if depth > _DEEPEST:
            raise UnreadableArticle("it is nested too deeply to be a document; save it again")
        for part in element.iterchildren():
            name = local(part.tag)
            if name in _UNSEEN or name in _INDEXES:
                continue
            if name in ("p", "h"):
                self._paragraph(part, kind)
            elif name == "list":
                self._list(part, _told(part, "style-name"), 1, depth)
            elif name == "table":
                self._table(part, depth)
            else:
                self.read(part, kind, depth + 1)

    def _paragraph(self, paragraph: Any, kind: str = "", mark: str = "", level: int = 0) -> None:
        words = _Words()
        words.read(paragraph)
        style = _told(paragraph, "style-name")
        text = words.text
        title = self._styles.is_a(style, _TITLE)
        if local(paragraph.tag) == "h" or title:
            told = _told(paragraph, "outline-level")
            kind, level = "heading", int(told) if told.isdecimal() and 0 < len(told) < 3 else 1
            if title or (level == 1 and not self.headline):
                self.headline = " ".join(text.split()) if title or not self.headline else self.headline
        elif not kind:
            quoted, code = self._styles.is_a(style, _QUOTE), self._styles.is_a(style, _CODE)
            kind = "quote" if quoted else "code" if code else "paragraph"
        if self.text.add(kind, mark + text if text.strip() else "", level=level, apart=self._apart):
            self._apart = False
        elif not words.anchored:
            self._apart = True
        for anchored in words.anchored:
            self.read(anchored)

    def _list(self, element: Any, style: str, level: int, depth: int) -> None:
        if depth > _DEEPEST:
            raise UnreadableArticle("it is nested too deeply to be a document; save it again")
        number = 0
        for item in element.iterchildren("{*}list-item", "{*}list-header"):
            told = _told(item, "start-value")
            number = int(told) if told.isdecimal() and len(told) < 7 else number + 1
            mark = self._styles.mark(style, level, number) if local(item.tag) == "list-item" else ""
            for part in item.iterchildren():
                if local(part.tag) == "list":
                    self._list(part, _told(part, "style-name") or style, level + 1, depth + 1)
                elif local(part.tag) in ("p", "h"):
                    self._paragraph(part, "item", mark, level)
                    mark = ""

    def _table(self, table: Any, depth: int) -> None:
        rows = list(_rows(table))
        stated_heads = any(head for _, head in rows)
        for number, (row, head) in enumerate(rows):
            cells: list[str] = []
            for cell in row.iterchildren("{*}table-cell", "{*}covered-table-cell"):
                inner = _Body(self._styles)
                inner.read(cell, depth=depth + 1)
                again = min(_number(_told(cell, "number-columns-repeated")), _WIDEST)
                cells += [inner.text.text if local(cell.tag) == "table-cell" else ""] * again
                if len(cells) > _WIDEST:
                    break
            first = not stated_heads and number == 0 and len(rows) > 1 and len(cells) > 1
            for _ in range(min(_number(_told(row, "number-rows-repeated")), _TALLEST) if any(cells) else 1):
                self.text.add_row(cells, head=head or first, apart=number == 0)
        self._apart = True


def _rows(table: Any) -> Iterator[tuple[Any, bool]]:
    """The rows of a table, and whether they are of its head; none of a table inside."""
    for part in table.iterchildren():
        name = local(part.tag)
        if name == "table-row":
            yield part, False
        elif name == "table-header-rows":
            yield from ((row, True) for row in part.iterchildren("{*}table-row"))
        elif name in ("table-rows", "table-row-group"):
            yield from _rows(part)


class _Words:
    """The words of a paragraph, and what is anchored in it."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self.anchored: list[Any] = []

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def read(self, element: Any) -> None:
        """Adds what an element says; spaces and line breaks of the XML are each one space."""
        self._say(element.text)
        for part in element.iterchildren():
            name = local(part.tag)
            if name == "s":
                self._pieces.append(" " * min(_number(_told(part, "c")), _LONGEST_SPACE))
            elif name in ("tab", "line-break"):
                self._pieces.append("\t" if name == "tab" else "\n")
            elif name == "note":
                self._pieces += [f"[{''.join(mark.itertext())}]" for mark in part.iter("{*}note-citation")]
                self.anchored += part.iterchildren("{*}note-body")
            elif name == "frame":
                self.anchored.append(part)
            elif name not in _UNSEEN:
                self.read(part)
            self._say(part.tail)

    def _say(self, text: str | None) -> None:
        if text:
            self._pieces.append(_SPACES.sub(" ", text))


def _told(element: Any, name: str) -> str:
    """An attribute by its name without the namespace."""
    return next((str(value) for key, value in element.attrib.items() if local(key) == name), "")


def _number(told: str) -> int:
    return int(told) if told.isdecimal() and 0 < len(told) < 8 else 1
