"""First embeddings for the Arabic pieces, without a gradient step.

Which English pieces an Arabic piece stands for comes from the pairs: IBM Model 1 (Brown et al. 1993) in both
directions, multiplied. What the pairs say too seldom comes from Arabic text alone: pieces that keep the same
company (positive pointwise mutual information, reduced by a singular value decomposition: Levy and Goldberg
2014) get the embedding that a ridge regression reads off that company.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]
from scipy.sparse import linalg  # type: ignore[import-untyped]

from index.embedders.windows import unit

ROUNDS = 5
TRANSLATIONS = 8  # English pieces that an Arabic one is a mean of
LONGEST = 48  # pieces; longer sentences cost much and say little about single words
WINDOW = 4
SMALLEST = 1e-6

Matrix = NDArray[np.float32]


def translate_pieces(
    english: Sequence[Sequence[int]], arabic: Sequence[Sequence[int]], vocabulary: int
) -> sparse.csr_array:
    """How strongly an Arabic piece (row) stands for an English one (column), 0 to 1, both ways at once.

    The expected counts behind it are what the pairs say in all: a row's sum grows with the evidence.
    """
    links = [
        (np.repeat(np.unique(a), len(np.unique(e))), np.tile(np.unique(e), len(np.unique(a))), number)
        for number, (a, e) in enumerate(zip(arabic, english, strict=True))
        if 0 < len(a) <= LONGEST and 0 < len(e) <= LONGEST
    ]
    sizes = np.array([len(a) for a, _, _ in links])
    rows = np.concatenate([a for a, _, _ in links]).astype(np.int64)
    columns = np.concatenate([e for _, e, _ in links]).astype(np.int64)
    numbers = np.repeat(np.arange(len(links)), sizes)
    del links
    cells, inverse = np.unique(rows * vocabulary + columns, return_inverse=True)
    inverse = inverse.astype(np.int32)
    cell_row, cell_column = cells // vocabulary, cells % vocabulary
    product = np.ones(len(cells))
    evidence = np.full(len(cells), np.inf)
    for given, one_of in ((columns, cell_row), (rows, cell_column)):
        # every piece of one side is explained by one piece of the other side of its pair
        group = np.unique(numbers.astype(np.int64) * vocabulary + given, return_inverse=True)[1].astype(
            np.int32
        )
        chance = np.ones(len(cells), dtype=np.float32)
        for _ in range(ROUNDS):
            share = chance[inverse]
            share /= np.bincount(group, weights=share)[group]
            counts = np.bincount(inverse, weights=share, minlength=len(cells))
            chance = (counts / np.bincount(one_of, weights=counts)[one_of]).astype(np.float32)
        product *= chance
        evidence = np.minimum(evidence, counts)
    strength = np.sqrt(product) * (evidence > 0)
    kept = strength > 0.01
    shape = (vocabulary, vocabulary)
    # the evidence is kept in the weight: a link that was seen once is worth less than one seen often
    weight = strength[kept] * (evidence[kept] / (evidence[kept] + 1))
    return sparse.csr_array((weight, (cell_row[kept], cell_column[kept])), shape=shape)


def aligned_embeddings(
    links: sparse.csr_array, pieces: Sequence[int], english: Matrix
) -> tuple[Matrix, NDArray[np.float64]]:
    """For each piece the weighted mean of the English pieces it stands for most, and how sure that is."""
    made = np.zeros((len(pieces), english.shape[1]), dtype=np.float32)
    sure = np.zeros(len(pieces))
    for row, piece in enumerate(pieces):
        span = slice(links.indptr[piece], links.indptr[piece + 1])
        weights, columns = links.data[span] ** 2, links.indices[span]
        best = np.argsort(-weights)[:TRANSLATIONS]
        if len(best):
            made[row] = weights[best] @ english[columns[best]] / weights[best].sum()
            sure[row] = np.sqrt(weights[best].max())
    return made, sure


def cooccurrence_vectors(
    texts: Sequence[Sequence[int]], pieces: Sequence[int], vocabulary: int, dimension: int
) -> Matrix:
    """Unit vectors of the company each piece keeps in the texts; zero where it never occurs."""
    place = np.full(vocabulary, -1, dtype=np.int64)
    place[list(pieces)] = np.arange(len(pieces))
    gap = np.full(WINDOW, -1, dtype=np.int64)
    flow = np.concatenate([part for text in texts for part in (place[list(text)], gap)])
    size = len(pieces)
    counts = sparse.csr_array((size, size), dtype=np.float32)
    for distance in range(1, WINDOW + 1):
        left, right = flow[:-distance], flow[distance:]
        both = (left >= 0) & (right >= 0)
        near = np.full(int(both.sum()), 1 / distance, dtype=np.float32)
        counts = counts + sparse.csr_array((near, (left[both], right[both])), shape=(size, size))
    counts = (counts + counts.T).tocoo()
    seen = np.asarray(counts.sum(axis=0)).ravel() + SMALLEST
    smoothed = seen**0.75
    expected = seen[counts.row] * (smoothed[counts.col] / smoothed.sum())
    information = np.log(counts.data / expected)
    kept = (information > 0) & (counts.data > 0.5)
    matrix = sparse.csr_array(
        (information[kept].astype(np.float32), (counts.row[kept], counts.col[kept])), shape=(size, size)
    )
    left, values, _ = linalg.svds(matrix, k=dimension, v0=np.ones(size, dtype=np.float32))
    return unit((left * np.sqrt(values)).astype(np.float32))


def smooth(aligned: Matrix, sure: NDArray[np.float64], company: Matrix, length: float) -> Matrix:
    """The aligned embeddings where they are sure, drawn towards what the company predicts where not.

    Every row is as long as ``length``.
    """
    good = sure > 0.2
    features = np.hstack([company, np.ones((len(company), 1), dtype=np.float32)])
    weighted = features[good] * sure[good, None]
    gram = weighted.T @ features[good] + np.eye(features.shape[1])
    predicted = features @ np.linalg.solve(gram, weighted.T @ aligned[good])
    share = np.clip(sure / 0.3, 0, 1)[:, None]
    # a mean is shorter than what it is a mean of, and would drown in the position embeddings
    return length * unit((share * aligned + (1 - share) * predicted).astype(np.float32))


class CodeSwitcher:
    """English texts with some pieces switched for Arabic ones that they stand for (Qin et al. 2020).

    ``switch(ids, chance, share)`` switches each piece that has a translation with the probability ``share``.
    """

    def __init__(self, links: sparse.csr_array, least: float = 0.1) -> None:
        columns = links.tocsc()
        self._known: dict[int, tuple[NDArray[np.int32], NDArray[np.float64]]] = {}
        for piece in range(columns.shape[1]):
            span = slice(columns.indptr[piece], columns.indptr[piece + 1])
            strong = columns.data[span] > least
            if strong.any():
                weights = columns.data[span][strong] ** 2
                self._known[piece] = (columns.indices[span][strong], np.cumsum(weights) / weights.sum())

    def __call__(self, ids: Sequence[int], chance: np.random.Generator, share: float) -> list[int]:
        switched = list(ids)
        for place, (dice, pick) in enumerate(chance.random((len(switched), 2))):
            if dice < share and (known := self._known.get(switched[place])):
                switched[place] = int(known[0][np.searchsorted(known[1], pick)])
        return switched
