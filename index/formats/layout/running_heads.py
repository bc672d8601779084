"""Running heads and feet: what repeats at the top and the bottom of pages, and the pages' numbers.

A line is one if it stands at the edge of its page and the same line, but for numbers, stands at the same
height on another page. A number alone at the edge is the page's. What a browser prints in the margins, date
and title above, address and number below, is told on one page by its form.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from index.formats.layout.lines import Line

EDGE = 0.16  # of the page's height
MOST_LINES = 4  # at one edge
NEAR = 40  # lines of one shape before and after that are looked at
_NUMBER = re.compile(
    r"\W*(?:(?:page|p\.|pg\.?|seite|صفحة|الصفحة|ص\.?) *)?"
    r"(\d{1,4}|(?=[ivxl])x{0,3}l?x{0,3}(?:i[xv]|v?i{0,3}))\W*"
    r"(?:(?:/|\||of|von|من|de) *\d{1,4}\W*)?",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"\d+|\b[ivxl]{1,7}\b", re.IGNORECASE)
_ADDRESS_AND_NUMBER = re.compile(
    r"(?:https?|file|about|data|chrome)\S*:\S* +\d+/\d+|\d+/\d+ +(?:https?|file|about)\S*:\S*"
)
_DATE = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}")
_TIME = re.compile(r"\d{1,2}:\d{2}")
MARGIN = 0.06  # of the page's height: where a browser prints
_HIGHEST = 1000  # a larger number that stands alone may be a year


@dataclass(slots=True)
class PageLines:
    """A page's lines by region, in the order of reading."""

    label: str
    bottom: float
    top: float
    regions: list[list[Line]] = field(default_factory=list)
    turned: list[list[Line]] = field(default_factory=list)  # what stands in another frame
    number: int = 0  # of the document's pages, from 1

    def lines(self) -> list[Line]:
        return [line for region in self.regions for line in region]


def without_running_heads(pages: Sequence[PageLines]) -> list[Line]:
    """Takes running heads, feet and numbers out of the pages, and gives what it took, page by page.

    A page that the document does not label is labelled with the number that is printed on it.
    """
    edges = [(_edge(page, top=True), _edge(page, top=False)) for page in pages]
    places: defaultdict[tuple[int, str], list[tuple[int, Line]]] = defaultdict(list)
    for number, sides in enumerate(edges):
        for top, lines in enumerate(sides):
            for line in lines:
                places[top, _shape(line.text)].append((number, line))
    taken = {id(line): line for page in pages for line in _of_browser(page)}
    met: Counter[tuple[int, str]] = Counter()
    for number, sides in enumerate(edges):
        for top, lines in enumerate(sides):
            shapes = [(top, _shape(line.text)) for line in lines]
            at = [met[shape] for shape in shapes]
            met.update(shapes)
            for line, shape, place in zip(lines, shapes, at, strict=True):
                near = places[shape][max(place - NEAR, 0) : place + NEAR]
                if not any(_repeats(line, number, other, there) for there, other in near) and not (
                    _is_number(line.text) and _stands_alone(line, pages[number])
                ):
                    break
                taken[id(line)] = line
                printed = _NUMBER.fullmatch(line.text.strip())
                if printed is not None and pages[number].label == str(pages[number].number or number + 1):
                    pages[number].label = printed[1]
    if len(taken) >= sum(len(page.lines()) for page in pages):
        return []
    for page in pages:
        kept = ([line for line in region if id(line) not in taken] for region in page.regions)
        page.regions = [region for region in kept if region]
    return list(taken.values())


def _of_browser(page: PageLines) -> list[Line]:
    """What a browser printed above and below the page: nothing where the line below is not its own."""
    margin = MARGIN * (page.top - page.bottom)
    below = [line for line in page.lines() if line.y - page.bottom < margin]
    if not _ADDRESS_AND_NUMBER.fullmatch(_row(below)):
        return []
    size = below[0].size
    above = [line for line in page.lines() if page.top - line.y < margin and abs(line.size - size) < 0.1]
    text = _row(above)
    return [*(above if _DATE.search(text) and _TIME.search(text) else []), *below]


def _row(lines: Sequence[Line]) -> str:
    """The text of lines at one height, from the left."""
    if not lines or max(line.y for line in lines) - min(line.y for line in lines) > 0.5 * lines[0].size:
        return ""
    return " ".join(line.text.strip() for line in sorted(lines, key=lambda line: line.x0))


def _is_number(text: str) -> bool:
    found = _NUMBER.fullmatch(text.strip())
    return found is not None and not (found[1].isdigit() and int(found[1]) > _HIGHEST)


def _repeats(line: Line, number: int, other: Line, there: int) -> bool:
    """Whether the line of one page is the line of another, but for numbers that count the pages."""
    if number == there or abs(other.y - line.y) > 0.5 * line.size:
        return False
    if line.text == other.text:
        return True
    pairs = zip(_TOKEN.findall(line.text), _TOKEN.findall(other.text), strict=True)
    changed = [(mine, its) for mine, its in pairs if mine != its]
    return all(
        int(mine) - int(its) == number - there
        if mine.isdecimal() and its.isdecimal()
        else not (mine.isdecimal() or its.isdecimal())
        for mine, its in changed
    )


def _edge(page: PageLines, top: bool) -> list[Line]:
    """The lines at one edge of a page, the outermost first."""
    lines = sorted(page.lines(), key=lambda line: -line.y if top else line.y)
    depth = EDGE * (page.top - page.bottom)
    near = [line for line in lines if (page.top - line.y if top else line.y - page.bottom) < depth]
    return near[:MOST_LINES] or [line for line in lines[:1] if _is_number(line.text)]


def _shape(text: str) -> str:
    return _TOKEN.sub("#", text)


def _stands_alone(line: Line, page: PageLines) -> bool:
    """No other line of the page is close to it."""
    return all(other is line or abs(other.y - line.y) > 0.9 * line.size for other in page.lines())
