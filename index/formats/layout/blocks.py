"""The text of a document with its blocks and pages: headings by their size, words put together over lines."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from index.formats.layout.characters import HYPHEN
from index.formats.layout.hyphens import SOFT, Joiner
from index.formats.layout.paragraphs import LARGER, LineGroup, body_size, parts_of
from index.formats.layout.running_heads import PageLines
from index.structure import Block, Page, TextBuilder

LONGEST_HEADING = 250  # characters


@dataclass(frozen=True, slots=True)
class Structured:
    """A text with its blocks and pages."""

    text: str
    blocks: tuple[Block, ...]
    pages: tuple[Page, ...]


def structured(pages: Sequence[PageLines]) -> Structured:
    """The text of the pages in blocks, one line of text each."""
    parts = parts_of(pages)
    joiner = Joiner(line.text for page in pages for line in page.lines())
    levels = _headings(parts, body_size(pages))
    heads = _head_rows(parts)
    built = TextBuilder()
    places: list[tuple[int, int]] = []
    for part in parts:
        text, lines = _joined(part, joiner)
        level = levels.get(id(part), 0)
        if part.kind == "row":
            cells = [_composed(cell.replace(SOFT, "")) for cell in part.lines[0][0].cells]
            block = built.add_row(cells, head=id(part) in heads)
        else:
            kind = "heading" if level else part.kind
            block = built.add(kind, text, level=level or int(part.kind == "item"))
        if block:
            places += [(min(block.start + at, block.end - 1), page) for at, page in lines]
    return Structured(built.text, built.blocks, _ranges(pages, places, len(built.text)))


def _joined(part: LineGroup, joiner: Joiner) -> tuple[str, list[tuple[int, int]]]:
    """The lines of a part as one, and where in it each begins, with its page."""
    pieces: list[str] = []
    places: list[tuple[int, int]] = []
    length = 0
    for line, page in part.lines:
        following = _without_inner_hyphens(line.text)
        if pieces:
            kept, glue = joiner.join(pieces[-1], following)
            length += len(kept) - len(pieces[-1]) + len(glue)
            pieces[-1:] = [kept, glue]
        places.append((length, page))
        pieces.append(following)
        length += len(following)
    return _composed("".join(pieces).removesuffix(SOFT)), places


def _composed(text: str) -> str:
    """The letters whole: a page may draw an accent apart from what it stands on."""
    return unicodedata.normalize("NFC", text.replace(HYPHEN, "-"))


def _head_rows(parts: Sequence[LineGroup]) -> set[int]:
    """The first rows of tables that name the columns: set apart by their type, or by having no figures."""
    heads: set[int] = set()
    for kind, group in groupby(parts, key=lambda part: part.kind):
        rows = list(group) if kind == "row" else []
        if len(rows) > 1:
            first, others = rows[0].lines[0][0], [row.lines[0][0] for row in rows[1:]]
            bold = first.bold and not any(line.bold for line in others)
            figures = [any(map(str.isdigit, line.text)) for line in (first, *others)]
            if bold or (not figures[0] and sum(figures) > len(others) / 2):
                heads.add(id(rows[0]))
    return heads


def _without_inner_hyphens(text: str) -> str:
    return text if SOFT not in text else text[:-1].replace(SOFT, "") + text[-1]


def _ranges(pages: Sequence[PageLines], places: Sequence[tuple[int, int]], length: int) -> tuple[Page, ...]:
    """The pages in the order of the text; one that a note or a table interrupts stands twice."""
    turns = [place for at, place in enumerate(places) if not at or places[at - 1][1] != place[1]]
    ends = [*(start for start, _ in turns[1:]), length][: len(turns)]
    return tuple(
        Page(pages[page].label, start, end, pages[page].number)
        for (start, page), end in zip(turns, ends, strict=True)
    )


def _headings(parts: Sequence[LineGroup], body: float) -> dict[int, int]:
    """The levels of the parts that are headings: larger than the body, or bold on a line of their own."""
    found: list[tuple[float, LineGroup]] = []
    for part, following in zip(parts, [*parts[1:], None][: len(parts)], strict=True):
        length = sum(len(line.text) for line, _ in part.lines)
        if part.kind == "row" or length > LONGEST_HEADING or sum(map(str.isalpha, part.lines[0][0].text)) < 2:
            continue
        if part.size > LARGER * body:
            found.append((round(part.size), part))
        elif (
            part.bold
            and part.size > 0.95 * body
            and len(part.lines) <= 2
            and not part.lines[-1][0].text.endswith((".", "،", ",", ";", "؛"))
            and following is not None
            and not following.bold
        ):
            found.append((0.0, part))
    ranks = sorted({size for size, _ in found}, reverse=True)
    return {id(part): ranks.index(size) + 1 for size, part in found}
