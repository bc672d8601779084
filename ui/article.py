"""An article's text as HTML, each of its blocks as what it is: headings, lists, tables, quotations, code."""

from collections.abc import Callable, Sequence
from itertools import groupby

from index.articles import Article
from index.structure import Block
from ui.paragraphs import Mark, direction, marked, paragraphs
from ui.words import words_in

_TAGS = {1: "h3", 2: "h4"}  # of headings by level, below the article's title; deeper ones h5


def article_html(article: Article, marks: Sequence[Mark] = ()) -> str:
    """All of an article's text with the marks set off; what lies in no block is shown in paragraphs."""
    otherwise = words_in(article.language).direction
    pieces: list[str] = []
    shown = 0
    for kind, group in groupby(article.blocks, key=lambda block: block.kind):
        blocks = list(group)
        pieces.append(_loose(article.text, shown, blocks[0].start, marks, otherwise))
        pieces.append(_SHOWN[kind](article.text, blocks, marks, otherwise))
        shown = blocks[-1].end
    pieces.append(_loose(article.text, shown, len(article.text), marks, otherwise))
    return "".join(pieces)


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
