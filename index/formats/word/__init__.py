"""Word files (.docx): what a person sees of the document's body, in its order, from WordprocessingML itself.

Paragraphs, tables, text boxes, footnotes and endnotes are read through whatever wraps them: content controls,
insertions and moves that are tracked, smart tags, fields, links. python-docx opens the package and resolves
no entities. It leaves out headers, footers, comments, deleted text, what only drawings say, and the dates and
names that a program put there.
"""

from io import BytesIO
from pathlib import Path
from typing import Any

from index.errors import UnreadableArticle
from index.formats import Parsed, ParsedArticle
from index.formats.archive import open_archive
from index.formats.titles import stated_title
from index.formats.word.body import WordBody
from index.formats.word.elements import W
from index.formats.word.numbering import ListNumbers
from index.formats.word.styles import ParagraphStyles


def read(file: Path) -> Parsed:
    """The text of a .docx file, a line a paragraph and a line a table's row."""
    data = file.read_bytes()
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableArticle("it is encrypted or an old .doc; save it in Word as .docx without a password")
    import docx

    with open_archive(data, ".docx"):
        document = docx.Document(BytesIO(data))
        parts = _parts(document)
        numbers = ListNumbers(parts.get("numbering"))
        body = WordBody(ParagraphStyles(parts.get("styles"), numbers), _notes(parts))
        body.read(document.element.body)
        parsed = ParsedArticle(
            text=body.text.text,
            title=stated_title(document.core_properties.title or "") or body.headline,
            blocks=body.text.blocks,
        )
    yield parsed


def _parts(document: Any) -> dict[str, Any]:
    """The parts of the document that its text needs, by their kind."""
    from docx.oxml import parse_xml

    return {
        kind: parse_xml(relation.target_part.blob)
        for relation in document.part.rels.values()
        if (kind := relation.reltype.rpartition("/")[2]) in ("styles", "numbering", "footnotes", "endnotes")
        and not relation.is_external
    }


def _notes(parts: dict[str, Any]) -> dict[tuple[str, str], Any]:
    return {
        (kind, note.get(f"{W}id")): note
        for kind in ("footnotes", "endnotes")
        if kind in parts
        for note in parts[kind].iterchildren(f"{W}{kind[:-1]}")
    }
