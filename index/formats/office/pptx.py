"""PowerPoint slides (.pptx): what each slide says, then its notes; a slide is a page of the article.

A slide's title is a heading, what its placeholders hold are items by their depth, tables are rows. Grouped
shapes and diagrams are read through. It leaves out what the master repeats (dates, feet, numbers), charts,
comments and pictures.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from index.errors import UnreadableArticle
from index.formats import Parsed, ParsedArticle
from index.formats.archive import open_archive
from index.formats.office import grid
from index.formats.office.package import local, refuse_locked, relations, stated, tree_of
from index.formats.titles import stated_title
from index.structure import Page, TextBuilder

MOST_SLIDES = 10_000
_REPEATED = frozenset(("dt", "ftr", "sldNum", "hdr", "sldImg"))
_TITLES = frozenset(("title", "ctrTitle"))
_SHAPES = frozenset(("sp", "graphicFrame", "grpSp"))


def read(file: Path) -> Parsed:
    """The slides of a presentation, in its order."""
    data = file.read_bytes()
    refuse_locked(data, ".pptx")
    built, pages, headline = TextBuilder(), list[Page](), ""
    with open_archive(data, ".pptx") as archive:
        for place, (number, name) in enumerate(_slides(archive), start=1):
            slide = _Slide(archive, name)
            if slide.text.text:
                start = len(built.text) + (2 if built.text else 0)
                built.extend(slide.text, apart=True)
                pages.append(Page(number, start, start + len(slide.text.text), place, "slide"))
            headline = headline or slide.title
        title = stated_title(stated(archive, "docProps/core.xml", "title"))
    yield ParsedArticle(built.text, title=title or headline, blocks=built.blocks, pages=tuple(pages))


def _slides(archive: ZipFile) -> Iterator[tuple[str, str]]:
    """The numbers of the slides as they are printed, and their parts."""
    main = relations(archive, "")
    path = next((name for kind, name in main.values() if kind == "officeDocument"), "ppt/presentation.xml")
    tree = tree_of(archive, path)
    parts = relations(archive, path)
    told = tree.get("firstSlideNum", "1")
    first = int(told) if told.isdecimal() and len(told) < 6 else 1
    listed = list(tree.iter("{*}sldId"))
    if len(listed) > MOST_SLIDES:
        raise UnreadableArticle(f"it has over {MOST_SLIDES:,} slides; cut it into parts")
    seen: set[str] = set()
    for number, slide in enumerate(listed, start=first):
        id = next((value for name, value in slide.attrib.items() if name.endswith("}id")), "")
        kind, name = parts.get(id, ("", ""))
        if kind == "slide" and name not in seen:  # a small file may name one slide a million times
            seen.add(name)
            yield str(number), name


class _Slide:
    """What one slide says, and its title."""

    def __init__(self, archive: ZipFile, name: str) -> None:
        self.text = TextBuilder()
        self.title = ""
        parts = relations(archive, name)
        shapes = list(_shapes(tree_of(archive, name)))
        self._diagrams = [part for kind, part in parts.values() if kind == "diagramData"]
        for shape in sorted(shapes, key=lambda shape: _placeholder(shape) not in _TITLES):
            self._shape(shape)
        for part in self._diagrams:
            for point in tree_of(archive, part).iter("{*}pt"):
                for text in point.iterchildren("{*}t"):
                    self._paragraphs(text, "item")
        for kind, part in parts.values():
            if kind == "notesSlide":
                for shape in _shapes(tree_of(archive, part)):
                    if _placeholder(shape) not in _REPEATED:
                        self._paragraphs(shape, "paragraph", apart=True)

    def _shape(self, shape: Any) -> None:
        place = _placeholder(shape)
        if place in _REPEATED:
            return
        if place in _TITLES:
            title = " ".join(" ".join(text for text, _, _ in _lines(shape)).split())
            self.title = self.title or title
            self.text.add("heading", title, level=1)
        elif (table := next(shape.iter("{*}tbl"), None)) is not None:
            self._table(table)
        else:
            kind = "item" if place in ("body", "obj", "") else "paragraph"
            self._paragraphs(shape, kind)

    def _paragraphs(self, shape: Any, kind: str, *, apart: bool = False) -> None:
        """The paragraphs of a shape; a single one, or one without a bullet, is no item of a list."""
        lines = list(_lines(shape))
        for text, depth, bare in lines:
            item = kind == "item" and not bare and len(lines) > 1
            self.text.add("item" if item else "paragraph", text, level=depth + 1 if item else 0, apart=apart)
            apart = False

    def _table(self, table: Any) -> None:
        headed = any(looks.get("firstRow") in ("1", "true") for looks in table.iterchildren("{*}tblPr"))
        rows = [
            [
                ""
                if cell.get("hMerge") or cell.get("vMerge")
                else " ".join(text for text, _, _ in _lines(cell))
                for cell in row.iterchildren("{*}tc")
            ]
            for row in table.iterchildren("{*}tr")
        ]
        headed = len(rows) > 1 and (headed or grid.is_head(rows))
        for number, row in enumerate(rows):
            self.text.add_row(row, head=headed and not number, apart=not number)


def _shapes(tree: Any) -> Iterator[Any]:
    """The shapes in their order, groups opened; of a drawing that is stored twice the first form."""
    pending = [iter([*tree.iter("{*}spTree")][:1])]
    while pending:
        element = next(pending[-1], None)
        if element is None:
            pending.pop()
        elif local(element.tag) in ("spTree", "grpSp", "Choice"):
            pending.append(element.iterchildren())
        elif local(element.tag) == "AlternateContent":
            pending.append(iter([*element.iterchildren()][:1]))
        elif local(element.tag) in _SHAPES:
            yield element


def _placeholder(shape: Any) -> str | None:
    """The kind of placeholder that a shape is, empty for the general one; None where it is none."""
    for place in shape.iter("{*}ph"):
        return str(place.get("type", ""))
    return None


def _lines(shape: Any) -> Iterator[tuple[str, int, bool]]:
    """The paragraphs of a shape with their depth, and whether they are set to have no bullet."""
    for paragraph in shape.iter("{*}p"):
        if not str(paragraph.tag).endswith("drawingml/2006/main}p"):
            continue
        text, depth, bare = "", 0, False
        for part in paragraph.iter():
            name = local(part.tag)
            if name == "t":
                text += part.text or ""
            elif name in ("br", "tab"):
                text += "\n" if name == "br" else ""
            elif name == "pPr":
                told = part.get("lvl", "0")
                depth = int(told) if told.isdecimal() and len(told) == 1 else 0
                bare = any(local(child.tag) == "buNone" for child in part)
        if text.strip():
            yield text, depth, bare
