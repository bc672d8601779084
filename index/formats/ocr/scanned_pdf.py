"""A PDF of which some pages, or all, are pictures: what these say, in the place where they stand."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from index.errors import UnreadableArticle
from index.formats import ParsedArticle
from index.formats.ocr import current
from index.formats.ocr.scanned import ScannedText
from index.formats.ocr.tesseract import require
from index.formats.ocr.worker import read_pages
from index.structure import Block, moved


def with_scans(
    file: Path, article: ParsedArticle, labels: Sequence[str], unread: Sequence[int]
) -> Iterator[ParsedArticle | UnreadableArticle]:
    """The article with the text of its scanned pages, after a problem for each that cannot be read.

    ``labels`` are those of all pages, ``unread`` the numbers, from 0, of those without a text of their own.
    Where these are not to be read, or cannot be, a text that there is is given without them.
    """
    mode = current().mode
    pages = range(len(labels)) if mode == "always" else unread if mode == "auto" else ()
    if not pages:
        if not article.text:
            raise UnreadableArticle("the PDF has no text layer, it may be scanned; read it with --ocr auto")
        yield article
        return
    if mode == "always":
        article = replace(article, text="", blocks=(), pages=())
    elif article.text:
        try:
            require()
        except UnreadableArticle:
            yield article
            return
    whole, place = ScannedText(), 0
    breaks = _breaks(article, labels)
    for number, digest, found in read_pages(file, pages):
        if isinstance(found, UnreadableArticle):
            yield UnreadableArticle(str(found), f"page {labels[number]}")
            continue
        following = bisect_left(breaks, (number, 0))
        end = breaks[following][1] if following < len(breaks) else len(article.text)
        if end > place:
            _add(whole, article, place, end)
            place = end
        whole.add(number, digest, found, label=labels[number])
    if place < len(article.text):
        _add(whole, article, place, len(article.text))
    yield whole.article(article)


def _breaks(article: ParsedArticle, labels: Sequence[str]) -> list[tuple[int, int]]:
    """Where the text of each page begins, at a block: the pages' numbers in order, each with its place."""
    starts = [block.start for block in article.blocks]
    found: list[tuple[int, int]] = []
    number = -1
    for page in article.pages:
        try:
            number = labels.index(page.label, max(number, 0))
        except ValueError:  # one that is interrupted by a page after it
            continue
        at = bisect_left(starts, page.start)
        place = starts[at] if at < len(starts) else len(article.text)
        if not found or found[-1][0] < number:
            found.append((number, max(place, found[-1][1] if found else 0)))
    return found


def _add(whole: ScannedText, article: ParsedArticle, start: int, end: int) -> None:
    """Adds a part of the text that there was."""
    text = article.text[start:end].rstrip("\n")
    end = start + len(text)
    blocks: list[Block] = [moved(block, -start) for block in article.blocks if start <= block.start < end]
    pages = [
        replace(page, start=max(page.start, start) - start, end=min(page.end, end) - start)
        for page in article.pages
        if page.start < end and page.end > start
    ]
    whole.add_text(text, blocks, pages)
