"""Windows: the parts of a text that an encoder reads at once, and their vectors.

A passage counts as near to a question as its nearest window does (MaxP: Dai and Callan 2019, "Deeper Text
Understanding for IR with Contextual Neural Language Modeling"). Windows may have several widths: a narrow one
lies near to a detail, a wide one to what all is about. Leaves out windows of one width that overlap.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Owners = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class WindowVectors:
    """The vectors of the windows of some texts.

    ``vectors``: float32 rows of unit length, ``(windows, dimension)``. ``owners``: ``(windows,)``, the
    position of the text that each row belongs to; in order, and every text has a row. No texts: no rows.
    """

    vectors: Vectors
    owners: Owners

    def __post_init__(self) -> None:
        steps = np.diff(self.owners, prepend=-1)
        in_order = (steps[:1] == 1).all() and ((steps == 0) | (steps == 1)).all()
        if len(self.vectors) != len(self.owners) or not in_order:
            raise ValueError(f"{len(self.vectors)} vectors do not belong to the texts {self.owners}")

    @classmethod
    def of(cls, by_text: Sequence[Vectors], dimension: int) -> "WindowVectors":
        """From the rows of each text."""
        vectors = np.concatenate([np.zeros((0, dimension), dtype=np.float32), *by_text])
        return cls(vectors, np.repeat(np.arange(len(by_text), dtype=np.int64), list(map(len, by_text))))

    def __len__(self) -> int:
        """How many texts."""
        return int(self.owners[-1]) + 1 if len(self.owners) else 0

    def by_text(self) -> list[Vectors]:
        """The rows of each text."""
        return np.split(self.vectors, self._starts()[1:]) if len(self) else []

    def best(self, questions: Vectors) -> Vectors:
        """Each text's largest inner product with a question: ``(..., dimension)`` gives ``(..., texts)``."""
        best: Vectors = np.maximum.reduceat(questions @ self.vectors.T, self._starts(), axis=-1)
        return best

    def means(self) -> Vectors:
        """One row of unit length a text, ``(texts, dimension)``: the mean of its windows."""
        return unit(np.add.reduceat(self.vectors, self._starts(), axis=0))

    def _starts(self) -> NDArray[np.intp]:
        return np.flatnonzero(np.diff(self.owners, prepend=-1))


def window_ranges(tokens: int, limit: int) -> list[tuple[int, int]]:
    """Half-open ranges of at most ``limit`` that cover ``tokens`` once, as equal as can be.

    >>> window_ranges(10, 4)
    [(0, 3), (3, 6), (6, 10)]
    """
    count = max(1, -(-tokens // limit))
    edges = [tokens * part // count for part in range(count + 1)]
    return list(pairwise(edges))


def cut(
    texts: Sequence[Sequence[int]],
    limits: Sequence[int],
    *,
    first: int,
    last: int,
    prompt: Sequence[int] = (),
) -> tuple[list[list[int]], Owners]:
    """Windows of at most each of the limits, the narrowest first, and the text that each is of.

    ``first``, ``prompt`` and ``last`` stand in every window and count. Where two limits cut a text the same
    way, it is cut once.
    """
    windows: list[list[int]] = []
    owners: list[int] = []
    for owner, ids in enumerate(texts):
        ranges = (window_ranges(len(ids), limit - 2 - len(prompt)) for limit in limits)
        for start, end in dict.fromkeys(chain.from_iterable(ranges)):
            windows.append([first, *prompt, *ids[start:end], last])
            owners.append(owner)
    return windows, np.array(owners, dtype=np.int64)


def unit(rows: Vectors) -> Vectors:
    """The rows at length one; a row of zeros stays what it is."""
    scaled: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return scaled
