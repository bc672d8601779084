"""An article's text as HTML, each of its blocks as what it is: headings, lists, tables, quotations, code."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from index.articles import Article
from index.structure import Block, Range
from ui.paragraphs import Mark, direction, marked, paragraphs
from ui.words import words_in

AROUND = 20_000  # characters of a long article that are shown before what is looked at, and after it
LITTLE = 4_000  # characters that are shown along rather than left for another step
_TAGS = {1: "h3", 2: "h4"}  # of headings by level, below the article's title; deeper ones h5


def article_html(article: Article, marks: Sequence[Mark] = (), part: Range | None = None) -> str:
    """An article's text, or a part of it, with the marks set off; what is in no block is in paragraphs."""
    otherwise = words_in(article.language).direction
    shown, end = part or (0, len(article.text))
    pieces: list[str] = []
    for kind, group in groupby(_blocks_in(article, shown, end), key=lambda block: block.kind):
        blocks = list(group)
        pieces.append(_loose(article.text, shown, blocks[0].start, marks, otherwise))
        pieces.append(_SHOWN[kind](article.text, blocks, marks, otherwise))
        shown = blocks[-1].end
    pieces.append(_loose(article.text, shown, end, marks, otherwise))
    return "".join(pieces)


def neighbourhood(article: Article, start: int, end: int, around: int = AROUND) -> Range:
    """The part of an article about a range: so many characters before and after it, on borders of blocks."""
    return part_before(article, start, around)[0], part_after(article, end, around)[1]


def part_before(article: Article, end: int, size: int = AROUND) -> Range:
    """The part of about that size that ends there."""
    start = _border(article, end - size)
    return (0 if start < LITTLE else start), end


def part_after(article: Article, start: int, size: int = AROUND) -> Range:
    """The part of about that size that begins there."""
    end = _border(article, start + size)
    return start, (len(article.text) if len(article.text) - end < LITTLE else end)


def _border(article: Article, offset: int) -> int:
    """The beginning of the block that an offset is in, else of its line; the offset in one that is long."""
    text, blocks = article.text, article.blocks
    offset = min(max(offset, 0), len(text))
    number = bisect_right(blocks, offset, key=lambda block: block.start) - 1
    block = blocks[number] if number >= 0 else None
    line = block.start if block and offset < block.end else text.rfind("\n", 0, offset) + 1
    return line if offset - line < LITTLE else text.find(" ", offset, offset + LITTLE) + 1 or offset


def _blocks_in(article: Article, start: int, end: int) -> Iterator[Block]:
    """The blocks that lie in a part, cut off where it ends."""
    first = bisect_right(article.blocks, start, key=lambda block: block.end)
    for block in article.blocks[first:]:
        if block.start >= end:
            return
        yield replace(block, start=max(start, block.start), end=min(end, block.end))


def _loose(text: str, start: int, end: int, marks: Sequence[Mark], otherwise: str) -> str:
    if not text[start:end].strip():
        return ""
    whole = (start, end) == (0, len(text))
    return paragraphs(text, marks, otherwise=otherwise, part=None if whole else (start, end))


def _paragraphs(text: str, blocks: Sequence[Block], marks: Sequence[Mark], otherwise: str) -> str:
    parts = ((block.start, block.end) for block in blocks)
    return "".join(paragraphs(text, marks, otherwise=otherwise, part=part) for part in parts)


def _headings(text: str, blocks: Sequence[Block], marks: Sequence[Mark], otherwise: str) -> str:
    return "".join(
        _element(_TAGS.get(block.level, "h5"), text, block.start, block.end, marks, otherwise)
        for block in blocks
    )


def _items(text: str, blocks: Sequence[Block], marks: Sequence[Mark], otherwise: str) -> str:
    """Items with their depth; one that begins with a letter has no sign or number of its own."""
    items = []
    for block in blocks:
        more = (
            f' class="{"bullet " if text[block.start].isalpha() else ""}depth{min(max(block.level, 1), 5)}"'
        )
        items.append(_element("li", text, block.start, block.end, marks, otherwise, more))
    return f"<ul>{''.join(items)}</ul>"


def _table(text: str, blocks: Sequence[Block], marks: Sequence[Mark], otherwise: str) -> str:
    rows = []
    for block in blocks:
        tag, more = ("th", ' scope="col"') if block.head else ("td", "")
        cells = block.cells or ((block.start, block.end),)
        shown = (_element(tag, text, start, end, marks, otherwise, more) for start, end in cells)
        rows.append(f"<tr>{''.join(shown)}</tr>")
    side = direction(text[blocks[0].start : blocks[-1].end], otherwise)
    return f'<div class="table" tabindex="0"><table dir="{side}">{"".join(rows)}</table></div>'


def _quotes(text: str, blocks: Sequence[Block], marks: Sequence[Mark], otherwise: str) -> str:
    return f"<blockquote>{_paragraphs(text, blocks, marks, otherwise)}</blockquote>"


def _code(text: str, blocks: Sequence[Block], marks: Sequence[Mark], otherwise: str) -> str:
    return "".join(f'<pre dir="ltr">{marked(text, block.start, block.end, marks)}</pre>' for block in blocks)


def _element(
    tag: str, text: str, start: int, end: int, marks: Sequence[Mark], otherwise: str, more: str = ""
) -> str:
    side = direction(text[start:end], otherwise)
    return f'<{tag} dir="{side}"{more}>{marked(text, start, end, marks)}</{tag}>'


_SHOWN: dict[str, Callable[[str, Sequence[Block], Sequence[Mark], str], str]] = {
    "heading": _headings,
    "paragraph": _paragraphs,
    "item": _items,
    "row": _table,
    "quote": _quotes,
    "code": _code,
}
