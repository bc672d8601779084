"""Rich Text Format (.rtf), by its specification 1.9.1: paragraphs, headings, lists, tables, notes.

Letters come in the code page of their font or as Unicode. Text boxes and fields are read through, a note
stands after its paragraph. It leaves out headers, footers, pictures, objects, hidden and deleted text.
"""

from pathlib import Path

from index.errors import UnreadableArticle
from index.formats import Parsed, ParsedArticle
from index.formats.rtf.document import RichText
from index.formats.titles import stated_title


def read(file: Path) -> Parsed:
    """The text of a file, a line a paragraph and a line a table's row."""
    data = file.read_bytes()
    if not data.lstrip()[:5] == b"{\\rtf":
        raise UnreadableArticle("it is no rich text; save it again as .rtf")
    document = RichText()
    document.read(data)
    title = stated_title(document.title)
    yield ParsedArticle(document.text.text, title=title or document.headline, blocks=document.text.blocks)
