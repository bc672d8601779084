"""Word files (.docx): what a person sees of the document's body, in its order, from WordprocessingML itself.

Paragraphs, tables, text boxes, footnotes and endnotes are read through whatever wraps them: content controls,
insertions and moves that are tracked, smart tags, fields, links. A text box follows the paragraph that it is
anchored in, and so does a note. python-docx opens the package and resolves no entities. It leaves out
headers, footers, comments, deleted text, what only drawings say, and the dates and names that a program put
there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from index.errors import UnreadableArticle
from index.formats import Parsed, ParsedArticle
from index.formats.archive import open_archive

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_UNSEEN = frozenset(  # deleted text, and what says how the rest looks
    f"{_W}{name}"
    for name in ("del", "moveFrom", "instrText", "delText", "delInstrText", "pPr", "rPr", "sdtPr", "rt")
)
_CHARACTERS = {f"{_W}tab": "\t", f"{_W}cr": "\n", f"{_W}br": "\n", f"{_W}noBreakHyphen": "-"}
_NOTES = {f"{_W}footnoteReference": "footnotes", f"{_W}endnoteReference": "endnotes"}
_TITLES = ("title", "heading 1")  # names of styles, best first


def read(file: Path) -> Parsed:
    """The text of a .docx file, a line a paragraph and a line a table's row."""
    data = file.read_bytes()
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableArticle("it is encrypted or an old .doc; save it in Word as .docx without a password")
    import docx

    with open_archive(data, ".docx"):
        document = docx.Document(BytesIO(data))
        body = _Body(_notes(document))
        parsed = ParsedArticle(
            text="\n".join(body.lines(document.element.body)),
            title=(document.core_properties.title or "").strip() or _headline(document),
        )
    yield parsed


@dataclass(frozen=True, slots=True)
class _Body:
    """Reads elements into lines; ``notes`` are the footnotes' and endnotes' elements, by kind and number."""

    notes: Mapping[tuple[str, str], Any]

    def lines(self, element: Any) -> Iterator[str]:
        """The lines of everything that an element holds, through its wrappers."""
        for child in _seen(element):
            if child.tag == f"{_W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                for row in _through(child, f"{_W}tr"):
                    cells = (" ".join(self.lines(cell)).strip() for cell in _through(row, f"{_W}tc"))
                    yield " | ".join(filter(None, cells))
            else:
                yield from self.lines(child)

    def _paragraph(self, paragraph: Any) -> Iterator[str]:
        pieces: list[str] = []
        after: list[Any] = []  # what is anchored in it: text boxes and notes
        self._gather(paragraph, pieces, after)
        yield "".join(pieces)
        for anchored in after:
            yield from self.lines(anchored)

    def _gather(self, element: Any, pieces: list[str], after: list[Any]) -> None:
        for child in _seen(element):
            if child.tag == f"{_W}t":
                pieces.append(child.text or "")
            elif child.tag == f"{_W}br" and child.get(f"{_W}type") in ("page", "column"):
                continue
            elif child.tag in _CHARACTERS:
                pieces.append(_CHARACTERS[child.tag])
            elif child.tag in _NOTES:
                note = self.notes.get((_NOTES[child.tag], child.get(f"{_W}id")))
                if note is not None:
                    after.append(note)
            elif child.tag == f"{_W}txbxContent":
                after.append(child)
            else:
                self._gather(child, pieces, after)


def _seen(element: Any) -> Iterator[Any]:
    """The children that a person sees; of a drawing that is stored twice, the first form that has text."""
    for child in element.iterchildren("*"):
        if child.tag in _UNSEEN:
            continue
        if child.tag != f"{_MC}AlternateContent":
            yield child
            continue
        forms = [*child.iterchildren(f"{_MC}Choice"), *child.iterchildren(f"{_MC}Fallback")]
        yield from [form for form in forms if next(form.iter(f"{_W}t"), None) is not None][:1]


def _through(element: Any, tag: str) -> Iterator[Any]:
    """The rows of a table, or the cells of a row, whatever wraps them."""
    for child in _seen(element):
        if child.tag == tag:
            yield child
        elif child.tag in (f"{_W}tr", f"{_W}tc"):  # of a table inside
            continue
        else:
            yield from _through(child, tag)


def _notes(document: Any) -> dict[tuple[str, str], Any]:
    from docx.oxml import parse_xml

    notes = {}
    for relation in document.part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if kind in _NOTES.values() and not relation.is_external:
            for note in parse_xml(relation.target_part.blob).iterchildren(f"{_W}{kind[:-1]}"):
                notes[kind, note.get(f"{_W}id")] = note
    return notes


def _headline(document: Any) -> str:
    """The first paragraph that has the style of a title, else of a first heading."""
    from docx.text.paragraph import Paragraph

    found: dict[str, str] = {}
    for element in document.element.body.iter(f"{_W}p"):
        paragraph = Paragraph(element, document._body)
        name = str(paragraph.style.name).lower() if paragraph.style is not None else ""
        text = " ".join("".join(run.text or "" for run in element.iter(f"{_W}t")).split())
        if name in _TITLES and text:
            found.setdefault(name, text)
    return next((found[name] for name in _TITLES if name in found), "")
