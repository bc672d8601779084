"""A PDF document as text with its structure: what ``index.formats.pdf`` reads in a process of its own.

The title is the one that the document states, unless a program wrote it there; else the largest heading of
the first page, else its running head.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from index.errors import UnreadableArticle
from index.formats import LONGEST_TEXT
from index.formats.arabic_pdf import in_reading_order, plausibility
from index.formats.layout.blocks import Structured, structured
from index.formats.layout.characters import page_box
from index.formats.layout.glyphs import Fonts
from index.formats.layout.lines import Line
from index.formats.layout.pages import page_lines
from index.formats.layout.running_heads import PageLines, without_running_heads
from index.formats.layout.runs import read_runs
from index.formats.ocr.unread import is_unread
from index.formats.titles import stated_title

MOST_PAGES = 20_000
SMALLEST_PAGE = 100  # bytes of a file
MOST_COPIES = 100  # of pages that say as much as FULL_PAGE; a small file may name one page a million times
FULL_PAGE = 80  # characters
LONGEST_TITLE = 200  # characters
LONGEST_READING = 600.0  # seconds


def read_document(
    data: bytes, on_page: Callable[[], None] = lambda: None
) -> tuple[str, Structured, list[str], list[int]]:
    """The title and the text of a PDF, its pages' labels, and the numbers of those that are pictures of text.

    Raises ``UnreadableArticle``.
    """
    with opened(data) as document:
        pages, fonts, unread = _pages(document, MOST_COPIES + len(data) // SMALLEST_PAGE, on_page)
        title = document.get_metadata_value("Title")
    _turn_back(pages)
    taken = without_running_heads(pages)
    on_page()
    found = structured(pages)
    if fonts.unknown > fonts.known and not unread:
        raise UnreadableArticle(
            "the PDF's fonts do not say which letters they show; run text recognition (OCR) over it first"
        )
    if not found.text.strip() and not unread:
        raise UnreadableArticle(
            "the PDF has no text layer, it may be scanned; run text recognition (OCR) over it first"
        )
    labels = [page.label for page in pages]
    return stated_title(title) or _heading(found, taken), found, labels, unread


@contextmanager
def opened(data: bytes | Path) -> Iterator[pdfium.PdfDocument]:
    """The document for the block; ``UnreadableArticle`` where it is broken or encrypted."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD or "assword" in str(error):
            raise UnreadableArticle("the PDF is encrypted; save a copy without the password") from None
        raise UnreadableArticle("the PDF is broken; print or save it anew") from None
    try:
        yield document
    finally:
        document.close()


def _pages(
    document: pdfium.PdfDocument, most: int, on_page: Callable[[], None]
) -> tuple[list[PageLines], Fonts, list[int]]:
    """The lines of each page that can be read, and which are pictures of text; ``most``: the file has room
    for so many.
    """
    unread: list[int] = []
    pages: list[PageLines] = []
    fonts = Fonts()
    seen_before: set[int] = set()
    length = broken = copies = 0
    started = time.monotonic()
    count = len(document)
    if count > MOST_PAGES:
        raise UnreadableArticle(f"the PDF has over {MOST_PAGES:,} pages; cut it into parts")
    for number in range(count):
        page = raw.FPDF_LoadPage(document, number)
        if not page:
            broken += 1
            pages.append(PageLines(_label(document, number), 0.0, 1.0))  # for it is counted
            continue
        try:
            seen = page_box(page)
            unknown, known = fonts.unknown, fonts.known
            lines = page_lines(read_runs(page, seen, fonts), seen, _label(document, number))
            letters = sum(map(str.isalnum, "".join(line.text for line in lines.lines())))
            if is_unread(page, seen, letters, fonts.unknown - unknown, fonts.known - known):
                unread.append(number)
                lines = PageLines(lines.label, lines.bottom, lines.top)
        finally:
            raw.FPDF_ClosePage(page)
        lines.number = number + 1
        pages.append(lines)
        said = "\n".join(line.text for line in lines.lines())
        copies += hash(said) in seen_before
        if len(said) >= FULL_PAGE:
            seen_before.add(hash(said))
        if copies > MOST_COPIES or len(pages) > most:
            raise UnreadableArticle("the PDF has the same pages over and over; print or save it anew")
        length += len(said)
        if length > LONGEST_TEXT:
            raise UnreadableArticle(f"the PDF holds over {LONGEST_TEXT:,} characters; cut it into parts")
        if time.monotonic() - started > LONGEST_READING:
            raise UnreadableArticle("the PDF takes too long to read; print or save it anew")
        on_page()
    if broken == count:
        raise UnreadableArticle("the PDF is broken; print or save it anew")
    return pages, fonts, unread


def _label(document: pdfium.PdfDocument, number: int) -> str:
    """A page's label as the document gives it, else its number."""
    return document.get_page_label(number).strip() or str(number + 1)


def _turn_back(pages: Sequence[PageLines]) -> None:
    """Puts lines right whose Arabic words are spelled backwards, as a few programs draw them."""
    lines = [line for page in pages for line in page.lines()]
    text = "\n".join(line.text for line in lines)
    if plausibility(text) < 0:
        for line, turned in zip(lines, in_reading_order(text).split("\n"), strict=True):
            line.text = turned


def _heading(found: Structured, taken: Sequence[Line]) -> str:
    """The largest heading of the first page, else the running head; nothing where there is none."""
    first = found.pages[0].end if found.pages else 0
    headings = [block for block in found.blocks if block.level and block.start < first]
    if headings:
        largest = min(headings, key=lambda block: block.level)
        return " ".join(found.text[largest.start : largest.end].split())[:LONGEST_TITLE]
    head = " ".join(taken[0].text.split()) if taken else ""
    return head[:LONGEST_TITLE] if len(head.split()) > 2 and not any(map(str.isdigit, head)) else ""
