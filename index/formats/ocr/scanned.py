"""A text put together of pages that were read from pictures and of text that was there already."""

from collections.abc import Iterable
from dataclasses import replace

from index.formats import ParsedArticle
from index.formats.ocr import PageText
from index.scans import ScannedPage
from index.structure import Block, Page, moved


class ScannedText:
    """The text so far with its blocks, its pages and what was read from pictures; pages stand apart."""

    def __init__(self) -> None:
        self.text = ""
        self.blocks: list[Block] = []
        self.pages: list[Page] = []
        self.scans: list[ScannedPage] = []

    def add(self, number: int, digest: str, found: PageText, *, label: str = "") -> None:
        """Adds a page that was read; with a label it is one of the article's pages."""
        if not found.text:
            return
        start = self._begin(found.text, found.blocks)
        self.scans.append(ScannedPage(number, start, len(self.text), digest, found.packed))
        if label:
            self.pages.append(Page(label, start, len(self.text), number + 1))

    def add_text(self, text: str, blocks: Iterable[Block], pages: Iterable[Page]) -> None:
        """Adds what was text already, with its pages; their ranges count from its beginning."""
        if not text:
            return
        start = self._begin(text, blocks)
        self.pages += [replace(page, start=start + page.start, end=start + page.end) for page in pages]

    def article(self, of: ParsedArticle) -> ParsedArticle:
        """The article with this text in the place of its own."""
        return replace(
            of,
            text=self.text,
            blocks=tuple(self.blocks),
            pages=tuple(self.pages),
            scans=tuple(self.scans),
        )

    def _begin(self, text: str, blocks: Iterable[Block]) -> int:
        self.text += "\n\n" if self.text else ""
        start = len(self.text)
        self.text += text
        self.blocks += [moved(block, start) for block in blocks]
        return start
