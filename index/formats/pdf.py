"""PDF files: their text layer, by PDFium, in the order in which a person reads it.

``index.formats.layout`` makes lines, columns and paragraphs of where the glyphs stand, in a process of its
own; pages that are pictures of text are read by ``index.formats.ocr``. A date is never taken: what a PDF
carries is when its file was made. It leaves out forms and comments.
"""

import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from index.errors import UnreadableArticle
from index.formats import Parsed, ParsedArticle
from index.formats.child import Child, Gone, Said, serve
from index.formats.ocr.scanned_pdf import with_scans
from index.structure import Block, Page

PATIENCE = 8.0  # seconds for one page
_PDFIUM = Child("index.formats.pdf", PATIENCE)


def read(file: Path) -> Parsed:
    """The text of a PDF in paragraphs, without what repeats at the edges of its pages."""
    with file.open("rb"):
        pass  # so that whoever may not read it is told so
    try:
        said = _PDFIUM.ask(file.absolute()) if sys.executable else answer(file)
    except Gone as gone:
        reason = "takes too long to read" if gone.timed_out else "is broken or takes too much memory"
        raise UnreadableArticle(f"the PDF {reason}; print or save it anew") from None
    if "problem" in said:
        raise UnreadableArticle(said["problem"])
    article = ParsedArticle(
        text=said["text"],
        title=said["title"],
        blocks=tuple(
            Block(**block | {"cells": tuple(map(tuple, block["cells"]))}) for block in said["blocks"]
        ),
        pages=tuple(Page(**page) for page in said["pages"]),
    )
    yield from with_scans(file, article, said["labels"], said["unread"])


def answer(file: Path, gets_on: Callable[[], None] = lambda: None) -> Said:
    """What there is to say of a file: its title, text, blocks and pages; or a problem."""
    from index.formats.pdf_document import read_document

    try:
        title, found, labels, unread = read_document(file.read_bytes(), gets_on)
    except UnreadableArticle as problem:
        return {"problem": str(problem)}
    except MemoryError:
        return {"problem": "the PDF takes too much memory to read; cut it into parts"}
    except Exception as error:  # whatever a damaged file makes of the layout
        return {"problem": f"the PDF is broken ({type(error).__name__}); print or save it anew"}
    return {"title": title, "labels": labels, "unread": unread} | asdict(found)


if __name__ == "__main__":
    serve(answer)
