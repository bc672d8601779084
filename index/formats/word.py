"""Word files (.docx): paragraphs and tables in the order of the document.

It leaves out headers, footers, footnotes and comments. A .docx is a zip of XML from anywhere: what it
unpacks to is bounded before it is opened, and python-docx resolves no entities.
"""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from index.errors import UnreadableArticle
from index.formats.contents import Contents

LARGEST_UNPACKED = 256 * 2**20  # bytes


def read_word(data: bytes) -> Contents:
    """The text of a .docx file, a table's row as one line."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableArticle("it is encrypted or an old .doc; save it in Word as .docx without a password")
    try:
        with zipfile.ZipFile(BytesIO(data)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
    except Exception as error:  # a hostile zip raises more than zipfile.BadZipFile
        raise UnreadableArticle(f"the .docx is broken ({type(error).__name__}); save it again") from error
    if unpacked > LARGEST_UNPACKED:
        raise UnreadableArticle(f"the .docx unpacks to {unpacked >> 20} MiB; take the pictures out of it")
    import docx

    try:
        document = docx.Document(BytesIO(data))
        text = "\n".join(_blocks(document))
        properties = document.core_properties
        created = properties.created
        return Contents(
            text=text,
            title=(properties.title or "").strip(),
            published=created.date().isoformat() if created else "",
        )
    except Exception as error:  # whatever python-docx and lxml raise on XML that is not Word's
        raise UnreadableArticle(f"the .docx is broken ({type(error).__name__}); save it again") from error


def _blocks(container: Any) -> Iterator[str]:
    from docx.table import Table

    for block in container.iter_inner_content():
        if not isinstance(block, Table):
            yield block.text
            continue
        for row in block.rows:
            cells = {id(cell._tc): cell for cell in row.cells}  # a merged cell comes once per column
            yield " | ".join(filter(None, (" ".join(_blocks(cell)).strip() for cell in cells.values())))
