"""EPUB books: the text of the chapters in their reading order, one article a book.

Follows EPUB 3.3 and 2.0: META-INF/container.xml names the package, whose metadata say what the book is and
whose spine is the order of its chapters. What stands outside of that order (notes, answers) comes after it.
It leaves out pictures, tables of contents, and books under copy protection. A book is XML from anywhere: no
entity is resolved, nothing is fetched, and what it unpacks to is bounded.
"""

import posixpath
import re
from collections.abc import Iterator
from html.entities import html5
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag
from zipfile import ZipFile

from lxml import etree, html

from index.errors import UnreadableArticle
from index.formats import Parsed, ParsedArticle
from index.formats.archive import open_archive
from index.formats.html_text import drop_unseen, parse_html, structured_text
from index.formats.webpage import decode_page
from index.structure import Page, TextBuilder

_GUARDED = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
_UNSEEN = {"remove_comments": True, "remove_pis": True}
_DOCTYPE = re.compile(r"<!DOCTYPE[^<>\[]*(?:\[.*?\]\s*)?>", re.DOTALL)


def read(file: Path) -> Parsed:
    """The book, after the chapters of it that cannot be read."""
    with open_archive(file.read_bytes(), ".epub") as archive:
        package = _Package(archive)
        chapters = package.chapters()
        package.refuse_encrypted(chapters)
        book = TextBuilder()
        problems: list[UnreadableArticle] = []
        pages: list[Page] = []
        for number, name in enumerate(chapters, 1):
            try:
                chapter = package.text(name)
                if place := book.extend(chapter, apart=True):
                    pages.append(Page(_heading(chapter) or str(number), *place, number, "chapter"))
            except UnreadableArticle as problem:
                problems.append(UnreadableArticle(str(problem), name))
            except Exception as error:  # whatever zipfile and lxml raise on one damaged part
                reason = f"the chapter is broken ({type(error).__name__}); get another copy of the book"
                problems.append(UnreadableArticle(reason, name))
    yield from problems
    yield ParsedArticle(
        text=book.text,
        blocks=book.blocks,
        pages=tuple(pages) if len(pages) > 1 else (),
        title=package.stated("title"),
        language=package.stated("language"),
        published=package.published(),
        source=package.stated("source"),
        author=package.stated("creator", separator=", "),
    )


def _heading(chapter: TextBuilder) -> str:
    """The first heading of a chapter, as its name."""
    heading = next((block for block in chapter.blocks if block.kind == "heading"), None)
    return " ".join(chapter.text[heading.start : heading.end].split()) if heading else ""


class _Package:
    """The package document of a book: what is in it, in which order, and what it says of itself."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._names = frozenset(archive.namelist())
        container = _xml(archive.read("META-INF/container.xml"))
        self._path = next(root.get("full-path") for root in container.iter("{*}rootfile"))
        self._tree = _xml(archive.read(self._path))

    def chapters(self) -> list[str]:
        """The names of what is to be read; as the package has them where the archive does not."""
        items = {item.get("id"): item for item in self._tree.iter("{*}item")}
        spine = sorted(self._tree.iter("{*}itemref"), key=lambda ref: bool(ref.get("linear") == "no"))
        names: list[str] = []
        for name in (ref.get("idref", "") for ref in spine):
            item = items.get(name)
            if item is None:
                names.append(name)
            elif not item.get("media-type", "").startswith(("image/", "audio/", "video/")):
                names.append(self._named(item.get("href", "")))
        return list(dict.fromkeys(names))

    def _named(self, href: str) -> str:
        path = urldefrag(href).url
        place = posixpath.dirname(self._path)
        names = [posixpath.normpath(posixpath.join(place, name)) for name in (unquote(path), path)]
        return next((name for name in names if name in self._names), names[0])

    def refuse_encrypted(self, chapters: list[str]) -> None:
        """``UnreadableArticle`` where a chapter is under copy protection; fonts may be."""
        locked = {name for name in self._names if self._archive.getinfo(name).flag_bits & 1}
        if "META-INF/encryption.xml" in self._names:
            encryption = _xml(self._archive.read("META-INF/encryption.xml"))
            locked.update(unquote(ref.get("URI", "")) for ref in encryption.iter("{*}CipherReference"))
        if not locked.isdisjoint(chapters):
            raise UnreadableArticle("the book is encrypted; get a copy without copy protection")

    def text(self, name: str) -> TextBuilder:
        """What a person sees of a chapter, with its blocks; nothing of a table of contents."""
        if name not in self._names:
            raise UnreadableArticle("the chapter is not in the file; get another copy of the book")
        tree = _page(decode_page(self._archive.read(name)))
        drop_unseen(tree)
        for navigation in list(tree.iter("nav")):
            navigation.drop_tree()
        body = tree.find("body")
        text = structured_text(tree if body is None else body)
        linked = sum(len("".join(link.itertext())) for link in tree.iter("a"))
        return TextBuilder() if name in self._contents() and linked * 2 > len(text.text) else text

    def _contents(self) -> Iterator[str]:
        """The tables of contents of EPUB 2: pages like any other, but for what the guide says of them."""
        for reference in self._tree.iter("{*}reference"):
            if reference.get("type") == "toc":
                yield self._named(reference.get("href", ""))

    def stated(self, name: str, separator: str = "") -> str:
        """What the metadata say; the first of several, or all with a separator between them."""
        found = [" ".join("".join(element.itertext()).split()) for element in self._metadata(name)]
        found = list(filter(None, found))
        return separator.join(found) if separator else next(iter(found), "")

    def published(self) -> str:
        """The day, month or year of publication, if it is stated."""
        for date in self._metadata("date"):
            event = date.get("{http://www.idpf.org/2007/opf}event", "publication")
            day = (date.text or "").strip().partition("T")[0]
            if day and "publication" in event and not day.startswith("0101-"):  # calibre's for none
                return day
        return ""

    def _metadata(self, name: str) -> Iterator[Any]:
        elements: Iterator[Any] = self._tree.iter(f"{{http://purl.org/dc/elements/1.1/}}{name}")
        return elements


def _xml(data: bytes) -> Any:
    return etree.fromstring(data, etree.XMLParser(recover=True, **_GUARDED, **_UNSEEN))


def _page(page: str) -> Any:
    """The tree of XHTML, or of what is only nearly so; no entity but those of HTML."""
    if doctype := _DOCTYPE.match(page, max(0, page.find("<!DOCTYPE"))):
        page = page[: doctype.start()] + page[doctype.end() :]
    page = re.sub(r"&(\w+);", _character, page)
    try:
        tree = etree.fromstring(page, html.XHTMLParser(**_GUARDED, **_UNSEEN))
    except etree.XMLSyntaxError:
        return parse_html(page)
    html.xhtml_to_html(tree)
    return tree


def _character(entity: re.Match[str]) -> str:
    found = html5.get(f"{entity[1]};", entity[0])
    return entity[0] if found in "<>&" else found
