"""Word files (.docx): paragraphs and tables in the order of the document.

It leaves out headers, footers, footnotes and comments. python-docx resolves no entities.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from index.errors import UnreadableArticle
from index.formats import Parsed, ParsedArticle
from index.formats.archive import open_archive


def read(file: Path) -> Parsed:
    """The text of a .docx file, a table's row as one line."""
    data = file.read_bytes()
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableArticle("it is encrypted or an old .doc; save it in Word as .docx without a password")
    import docx

    with open_archive(data, ".docx"):
        document = docx.Document(BytesIO(data))
        properties = document.core_properties
        created = properties.created
        parsed = ParsedArticle(
            text="\n".join(_blocks(document)),
            title=(properties.title or "").strip(),
            published=created.date().isoformat() if created else "",
        )
    yield parsed


def _blocks(container: Any) -> Iterator[str]:
    from docx.table import Table

    for block in container.iter_inner_content():
        if not isinstance(block, Table):
            yield block.text
            continue
        for row in block.rows:
            cells = {id(cell._tc): cell for cell in row.cells}  # a merged cell comes once per column
            yield " | ".join(filter(None, (" ".join(_blocks(cell)).strip() for cell in cells.values())))
