"""The text of a document with its blocks and pages: headings by their size, words put together over lines."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from index.formats.layout.characters import HYPHEN
from index.formats.layout.hyphens import SOFT, Joiner
from index.formats.layout.paragraphs import LARGER, LineGroup, body_size, parts_of
from index.formats.layout.running_heads import PageLines

LONGEST_HEADING = 250  # characters


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the text; ``level`` is a heading's, from 1, else 0; ``cells`` are those of a table's row."""

    kind: str  # heading, paragraph, item, row
    level: int
    start: int
    end: int
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageRange:
    """Where a page's text stands, with the page's label as printed."""

    label: str
    start: int
    end: int


@dataclass(slots=True)
class Structured:
    """A text with its blocks and pages."""

    text: str = ""
    blocks: list[Block] = field(default_factory=list)
    pages: list[PageRange] = field(default_factory=list)


def structured(pages: Sequence[PageLines]) -> Structured:
    """The text of the pages in blocks, one line of text each."""
    parts = parts_of(pages)
    joiner = Joiner(line.text for page in pages for line in page.lines())
    levels = _headings(parts, body_size(pages))
    text: list[str] = []
    blocks: list[Block] = []
    begun = 0
    places: list[tuple[int, int]] = []
    for part in parts:
        pieces: list[str] = []
        length = 0
        for line, page in part.lines:
            following = _without_inner_hyphens(line.text)
            if pieces:
                kept, glue = joiner.join(pieces[-1], following)
                length += len(kept) - len(pieces[-1]) + len(glue)
                pieces[-1:] = [kept, glue]
            places.append((begun + length, page))
            pieces.append(following)
            length += len(following)
        joined = "".join(pieces).removesuffix(SOFT).replace(HYPHEN, "-")
        level = levels.get(id(part), 0)
        cells = part.lines[0][0].cells
        blocks.append(Block("heading" if level else part.kind, level, begun, begun + len(joined), cells))
        text.append(joined)
        begun += len(joined) + 1
    whole = "\n".join(text)
    return Structured(whole, blocks, _ranges(pages, places, len(whole)))


def _without_inner_hyphens(text: str) -> str:
    return text if SOFT not in text else text[:-1].replace(SOFT, "") + text[-1]


def _ranges(pages: Sequence[PageLines], places: Sequence[tuple[int, int]], length: int) -> list[PageRange]:
    """The pages in the order of the text; one that a note or a table interrupts stands twice."""
    turns = [place for at, place in enumerate(places) if not at or places[at - 1][1] != place[1]]
    ends = [*(start for start, _ in turns[1:]), length][: len(turns)]
    return [PageRange(pages[page].label, start, end) for (start, page), end in zip(turns, ends, strict=True)]


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
