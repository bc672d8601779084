"""The best of an engine's entities within a selection of passages: by conditions, or by looking further.

Few passages become conditions on their rows, runs of rows as ranges, so many of them to a search as an engine
takes. Of many it is quicker to look through so many of all passages that they should hold enough.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from index.search import Rows, Selection
from index.search.milvus.engine import LIMIT, any_of

_NUMBERS = 8_192  # of rows in one condition
_SEARCHES = 4  # with conditions of rows, rather than looking further


@dataclass(frozen=True, slots=True)
class FoundRow:
    """An entity: its inner product, its passage's row, and what it tells of that."""

    score: float
    row: int
    told: str


def found_within(
    ask: Callable[[int, str], list[FoundRow]], limit: int, within: Selection | None, passages: int
) -> tuple[list[FoundRow], bool]:
    """The best ``limit`` entities, best first, and whether that is all there are.

    ``ask`` gives so many of those of which a condition is true; an empty one is true of all.
    """
    if within is None:
        found = ask(limit, "")
        return found, len(found) < limit
    conditions = list(_conditions(within.rows))
    if len(conditions) > _SEARCHES:
        further = min(LIMIT, 2 * limit * passages // len(within))
        hits = ask(further, "")
        found = [hit for hit in hits if within.holds(hit.row)]
        if len(found) >= limit or len(hits) < further:
            return found[:limit], len(hits) < further and len(found) <= limit
    found, whole = [], True
    for condition in conditions:
        hits = ask(limit, condition)
        found += hits
        whole = whole and len(hits) < limit
    found.sort(key=lambda hit: (-hit.score, hit.row))
    return found[:limit], whole and len(found) <= limit


def _conditions(rows: Rows) -> Iterator[str]:
    """Conditions that together are true of just these rows, sorted."""
    starts = np.flatnonzero(np.diff(rows, prepend=rows[0] - 2) != 1)
    ends = np.append(starts[1:], len(rows)) - 1
    singles: list[int] = []
    ranges: list[str] = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        if end - start < 2:
            singles += rows[start : end + 1].tolist()
        else:
            ranges.append(f"(row >= {rows[start]} and row <= {rows[end]})")
        if len(singles) + 64 * len(ranges) >= _NUMBERS:
            yield _either(singles, ranges)
            singles, ranges = [], []
    if singles or ranges:
        yield _either(singles, ranges)


def _either(singles: list[int], ranges: list[str]) -> str:
    parts = [any_of("row", singles)] if singles else []
    return f"({' or '.join([*parts, *ranges])})"
