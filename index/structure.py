"""What the parts of an article's text are: headings, paragraphs, items of lists, rows of tables, pages.

Readers of files put a text together from its parts with ``TextBuilder``, which notes where each stands.
Blocks are in order and none lies in another: a paragraph in a quotation is a quote, one in an item is an
item. It leaves out inline marks (emphasis, links) and how anything looks.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

KINDS = ("heading", "paragraph", "item", "row", "quote", "code")

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Block:
    """A part of an article's text; ranges are half-open, in code points of ``Article.text``.

    ``level`` is a heading's rank or an item's depth, from 1, else 0. ``cells`` are the ranges of a row's
    cells, a column each: an empty cell is an empty range. ``head``: a row that names the columns below it.
    """

    kind: str  # one of KINDS
    start: int
    end: int
    level: int = 0
    cells: tuple[Range, ...] = ()
    head: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page's text stands, with the page's label as printed; one that is interrupted stands twice.

    ``number`` counts the file's pages from 1, those without text too; 0 where that is not known. A part of
    another ``kind`` is a slide, labelled with its number, or a chapter, labelled with its name.
    """

    label: str
    start: int
    end: int
    number: int = 0
    kind: str = "page"  # or "slide", "chapter"


BREAK = r"\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]"  # of a line, but for \n itself
# Control characters, halves of surrogate pairs, and what is there but not to be seen: soft hyphens,
# zero-width spaces, marks of direction. The zero-width joiner and non-joiner shape letters and stay.
UNSEEN = (
    r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069"
    r"\ufeff\ud800-\udfff]"
)


def visible(text: str) -> str:
    """A text as a person sees it: line breaks as ``\\n`` and nothing that is not seen; letters as they are.

    >>> visible("one\\r\\nt\\u00adwo\\u200f")
    'one\\ntwo'
    """
    return re.sub(UNSEEN, "", re.sub(BREAK, "\n", text))


class TextBuilder:
    """A text that is put together block by block, each ``visible``, on lines of its own."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []

    @property
    def text(self) -> str:
        """What was added so far, without a line break at the end."""
        return "".join(self._pieces)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of ``text`` in order."""
        return tuple(self._blocks)

    def add(self, kind: str, text: str, *, level: int = 0, apart: bool = False) -> Block | None:
        """One more block, which is none if its text is blank; ``apart`` sets an empty line before it."""
        text = visible(text).strip("\n") if kind == "code" else visible(text).strip()
        if not text.strip():
            return None
        start = self._begin(text, apart)
        self._blocks.append(Block(kind, start, start + len(text), level))
        return self._blocks[-1]

    def add_row(
        self, cells: Sequence[str], *, head: bool = False, apart: bool = False, between: str = " | "
    ) -> Block | None:
        """One more row of a table, if any of its cells has text: those that have, with a bar between them."""
        texts = [" ".join(visible(cell).split()) for cell in cells]
        row = between.join(filter(None, texts))
        if not row:
            return None
        at = start = self._begin(row, apart)
        ranges: list[Range] = []
        for text in texts:
            at += len(between) if text and at > start else 0
            ranges.append((at, at + len(text)))
            at += len(text)
        self._blocks.append(Block("row", start, at, cells=tuple(ranges), head=head))
        return self._blocks[-1]

    def extend(self, other: "TextBuilder", *, apart: bool = False) -> Range | None:
        """All blocks of another text after this one's; where it stands, None where there is no text."""
        if not other.text:
            return None
        start = self._begin(other.text, apart)
        self._blocks += [moved(block, start) for block in other.blocks]
        return start, self._length

    def _begin(self, text: str, apart: bool) -> int:
        """Adds a text on a line of its own; where it starts."""
        between = ("\n\n" if apart else "\n") if self._length else ""
        self._pieces += [between, text]
        start = self._length + len(between)
        self._length = start + len(text)
        return start


def block_at(blocks: Sequence[Block], offset: int) -> Block | None:
    """The block of a text that a place lies in; None where it lies between blocks."""
    at = bisect_right(blocks, offset, key=lambda block: block.end)
    return blocks[at] if at < len(blocks) and blocks[at].start <= offset else None


def heading_of(blocks: Sequence[Block], offset: int) -> Block | None:
    """The nearest heading above the block that a place lies in; None where there is none, or no block."""
    at = bisect_right(blocks, offset, key=lambda block: block.end)
    if at >= len(blocks) or blocks[at].start > offset:
        return None
    return next((block for block in reversed(blocks[:at]) if block.kind == "heading"), None)


def page_numbers(pages: Sequence[Page]) -> list[int]:
    """The number of each page: its own, else which of the labels it is, from 1."""
    places = {label: place for place, label in enumerate(dict.fromkeys(page.label for page in pages), 1)}
    return [page.number or places[page.label] for page in pages]


def pages_of(pages: Sequence[Page], start: int, end: int) -> list[tuple[int, Page]]:
    """The pages that a range of a text lies on, in its order, each once, with their numbers."""
    found = {
        number: page
        for number, page in zip(page_numbers(pages), pages, strict=True)
        if page.start < end and start < page.end
    }
    return list(found.items())


def tables(blocks: Sequence[Block]) -> list[range]:
    """The numbers of the blocks of each table: rows that follow each other, up to another head."""
    found: list[range] = []
    for number, block in enumerate(blocks):
        if block.kind != "row":
            continue
        if found and found[-1].stop == number and not block.head:
            found[-1] = range(found[-1].start, number + 1)
        else:
            found.append(range(number, number + 1))
    return found


def contexts(blocks: Sequence[Block]) -> list[tuple[Block, ...]]:
    """For each block the headings that it stands under, outermost first, and for a row its table's head."""
    found: list[tuple[Block, ...]] = []
    above: list[Block] = []
    head: tuple[Block, ...] = ()
    for block in blocks:
        if block.kind == "heading":
            above = [heading for heading in above if heading.level < block.level]
        if block.kind != "row" or block.head:
            head = ()
        found.append((*above, *head))
        if block.kind == "heading":
            above.append(block)
        elif block.head:
            head = (block,)
    return found


def moved(block: Block, by: int) -> Block:
    """The block of a text that stands ``by`` code points further on."""
    cells = tuple((start + by, end + by) for start, end in block.cells)
    return Block(block.kind, block.start + by, block.end + by, block.level, cells, block.head)
