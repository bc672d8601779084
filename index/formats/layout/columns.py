"""The order in which the parts of a page are read: columns one after another, tables row by row.

Columns are what a gutter parts: a strip that no line crosses but a few (headings over both columns), which
part the page into stories, one below the other: a recursive XY cut (Nagy and Seth 1984) that looks for
gutters first. What stands in rows on both sides of a strip, in short cells, is a table and is not cut.
"""

from collections.abc import Sequence
from itertools import groupby, pairwise
from statistics import median

from index.formats.layout.lines import Piece

GUTTER = 0.8  # of the size: the least width of a gutter
LEAST_LINES = 3  # of a column
LEAST_WIDTH = 8.0  # of a column, in sizes
BELOW = 1.8  # sizes: the least gap between columns that end together and what follows them
_DEEPEST = 6
_TRIES = 5

Sides = tuple[list[Piece], list[Piece]]


def regions(pieces: Sequence[Piece], right_to_left: bool, depth: int = 0) -> list[list[Piece]]:
    """The pieces of a page, from the top, by region; the regions in the order of reading."""
    gutter = _gutter(pieces) if depth < _DEEPEST else None
    if gutter is None:
        return [list(pieces)] if pieces else []
    found: list[list[Piece]] = []
    whole: list[Piece] = []  # what is not in columns
    for story in _stories(pieces, gutter):
        sides = _sides(story, gutter)
        if not all(sides):
            whole += story
            continue
        if whole:
            found.append(whole)
        sides, whole = _balanced(sides)
        for side in reversed(sides) if right_to_left else sides:
            found += regions(side, right_to_left, depth + 1)
    return [*found, whole] if whole else found


def _stories(pieces: Sequence[Piece], gutter: float) -> list[list[Piece]]:
    """Stretches of rows that cross the gutter and of rows that do not, in turn."""
    crossed = {piece.row for piece in pieces if piece.x0 < gutter < piece.x1}
    return [list(story) for _, story in groupby(pieces, key=lambda piece: piece.row in crossed)]


def _sides(story: Sequence[Piece], gutter: float) -> Sides:
    """What is left and right of the gutter; where something crosses it, nothing."""
    if any(piece.x0 < gutter < piece.x1 for piece in story):
        return [], []
    return [piece for piece in story if piece.x1 <= gutter], [piece for piece in story if piece.x0 >= gutter]


def _balanced(sides: Sides) -> tuple[Sides, list[Piece]]:
    """The columns without what stands below both of them, where they end together and a gap follows."""
    ends = [side[-1].y for side in sides]
    longer = ends.index(min(ends))
    size = sides[longer][-1].size
    above = [piece for piece in sides[longer] if piece.y > max(ends) - 0.5 * size]
    below = sides[longer][len(above) :]
    if not above or not below or above[-1].y > max(ends) + 0.5 * size:
        return sides, []
    leading = median([first.y - second.y for first, second in pairwise(above)] or [0.0])
    if above[-1].y - below[0].y < max(BELOW * size, 1.3 * leading):
        return sides, []
    return ((above, sides[1]) if longer == 0 else (sides[0], above)), below


def _gutter(pieces: Sequence[Piece]) -> float | None:
    """The middle of the strip that parts two columns best, if one does."""
    if len(pieces) < 2 * LEAST_LINES:
        return None
    size = sorted(piece.size for piece in pieces)[len(pieces) // 2]
    gaps = _gaps(pieces, GUTTER * size)
    for _ in range(_TRIES):
        strip = _most_shared(gaps, GUTTER * size)
        if strip is None:
            return None
        middle = (strip[0] + strip[1]) / 2
        stories = [_sides(story, middle) for story in _stories(pieces, middle)]
        stories = [sides for sides in stories if all(sides)]
        lines = [min(len({piece.row for piece in side}) for side in sides) for sides in stories]
        whole = not any(piece.x0 < middle < piece.x1 for piece in pieces)
        if max(lines, default=0) >= (LEAST_LINES if whole else LEAST_LINES + 1):
            sides = [[piece for story in stories for piece in story[side]] for side in (0, 1)]
            if _are_columns(sides, size):
                return middle
        gaps = [gap for gap in gaps if not gap[0] < middle < gap[1]]
    return None


def _gaps(pieces: Sequence[Piece], least: float) -> list[tuple[float, float]]:
    """Gaps between pieces of one row and of rows that follow each other."""
    gaps = []
    for place, piece in enumerate(pieces):
        for other in pieces[place + 1 : place + 4]:
            first, second = (piece, other) if piece.x0 < other.x0 else (other, piece)
            if other.row - piece.row <= 1 and second.x0 - first.x1 >= least:
                gaps.append((first.x1, second.x0))
                if other.row == piece.row:
                    break
    return gaps


def _most_shared(gaps: Sequence[tuple[float, float]], least: float) -> tuple[float, float] | None:
    """The strip that most gaps have in common."""
    edges = sorted([(left, -1) for left, _ in gaps] + [(right, 1) for _, right in gaps])
    best: tuple[int, float, tuple[float, float]] | None = None
    depth = 0
    for (place, step), (following, _) in pairwise(edges):
        depth -= step
        if following - place >= least and (best is None or (depth, following - place) > best[:2]):
            best = (depth, following - place, (place, following))
    return best[2] if best and best[0] >= LEAST_LINES else None


def _are_columns(sides: Sequence[Sequence[Piece]], size: float) -> bool:
    rows = [_rows(side) for side in sides]
    if min(map(len, rows)) < LEAST_LINES:
        return False
    shared = len(set(rows[0]) & set(rows[1])) / min(map(len, rows))
    full = True
    for side in rows:
        start = min(x0 for x0, _ in side.values())
        width = max(x1 for _, x1 in side.values()) - start
        if width < LEAST_WIDTH * size:
            full = False
            break
        if 2 * sum(x1 - x0 > 0.7 * width for x0, x1 in side.values()) < len(side):
            full = False
            break
    return full or shared < 0.5


def _rows(side: Sequence[Piece]) -> dict[int, tuple[float, float]]:
    rows: dict[int, tuple[float, float]] = {}
    for piece in side:
        x0, x1 = rows.get(piece.row, (piece.x0, piece.x1))
        rows[piece.row] = (min(x0, piece.x0), max(x1, piece.x1))
    return rows


def rows_of(region: Sequence[Piece]) -> list[list[Piece]]:
    """The rows of a region from the top, the pieces of each from the left."""
    ordered = sorted(region, key=lambda piece: (-piece.y, piece.row, piece.x0))
    return [list(row) for _, row in groupby(ordered, key=lambda piece: piece.row)]
