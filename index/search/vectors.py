"""Vectors in FAISS: the passages of which a window has the largest inner product with a question.

A passage's row number stands on the vector of each of its windows; it counts as near as the nearest of them.
Exact up to a few hundred thousand vectors (every one is looked at); above that a graph over vectors of one
byte a dimension (HNSW over SQ8), which finds nearly the same in a fraction of the time. A graph cannot
forget: what leaves it gets the number -1, searches pass over it, and ``worn`` says when to start anew.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embedders.windows import Vectors

Rows = NDArray[np.int64]

VECTORS_VERSION = "2"  # of the file: another version is built afresh
GRAPH_FROM = 300_000  # vectors
_GONE = -1
_WORN = 0.1  # share of vectors that left
_WINDOWS = 4  # of a passage, about; so many vectors a passage nearly always settle a question in one look
_NEIGHBOURS, _BUILD_EFFORT, _SEARCH_EFFORT = 32, 100, 128
_ROOM = 1.5  # a byte reaches over that many times the range of the first vectors
_DIGITS = 6  # of a score: beyond them lies only the order of summation


def _faiss() -> Any:
    import faiss  # here, for the lexical leg must not pay for it

    return faiss


class VectorIndex:
    """Unit vectors by the row number of their passage; searches may run from many threads at once."""

    def __init__(self, index: Any, graph_from: int) -> None:
        faiss = _faiss()
        self._index = index
        self._graph_from = graph_from
        self._graph = isinstance(faiss.downcast_index(index.index), faiss.IndexHNSWSQ)
        self._gone = int((self.rows() == _GONE).sum()) if self._graph else 0

    @classmethod
    def build(
        cls, dimension: int, count: int, batches: Iterable[tuple[Rows, Vectors]], graph_from: int = GRAPH_FROM
    ) -> "VectorIndex":
        """An index of the batches; ``count``, the number of vectors to come, chooses its kind."""
        faiss = _faiss()
        if count > graph_from:
            inner = faiss.IndexHNSWSQ(
                dimension, faiss.ScalarQuantizer.QT_8bit, _NEIGHBOURS, faiss.METRIC_INNER_PRODUCT
            )
            inner.hnsw.efConstruction = _BUILD_EFFORT
        else:
            inner = faiss.IndexFlatIP(dimension)
        index = cls(faiss.IndexIDMap(inner), graph_from)
        for rows, vectors in batches:
            index.add(rows, vectors)
        return index

    @classmethod
    def load(cls, path: Path, graph_from: int = GRAPH_FROM, *, shared: bool = False) -> "VectorIndex":
        """The index in a file; ``shared`` maps the file instead of reading it: to search, not to change."""
        faiss = _faiss()
        return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC if shared else 0), graph_from)

    def save(self, path: Path) -> None:
        """Writes the index to a file."""
        faiss = _faiss()
        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        """How many vectors; a passage has several."""
        return int(self._index.ntotal) - self._gone

    @property
    def worn(self) -> bool:
        """Whether it is time to build afresh: too many vectors left, or it outgrew its kind."""
        if self._graph:
            return bool(self._gone > _WORN * self._index.ntotal)
        return len(self) > self._graph_from

    def rows(self) -> Rows:
        """The row number on each vector, in the order they came; -1 where one left a graph."""
        faiss = _faiss()
        return np.asarray(faiss.vector_to_array(self._index.id_map), dtype=np.int64)

    def add(self, rows: Rows, vectors: Vectors) -> None:
        """Puts vectors in, each with its passage's row number; no passage may have any there already."""
        if not len(rows):
            return
        if not self._index.is_trained:
            self._index.train(_ROOM * vectors)
        self._index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), rows)

    def remove(self, rows: Rows) -> None:
        """Takes out all vectors of these passages; those that are not there are passed over."""
        faiss = _faiss()
        if not self._graph:
            self._index.remove_ids(rows)
            return
        held = self.rows()
        held[np.isin(held, rows)] = _GONE
        faiss.copy_array_to_vector(held, self._index.id_map)
        self._gone = int((held == _GONE).sum())

    def search(self, vector: Vectors, k: int) -> list[tuple[int, float]]:
        """The k best passages (row, score of the best vector), best first, equal scores by row.

        Fewer where there are fewer.
        """
        total = int(self._index.ntotal)  # with what left a graph: it is in the way, and has to be passed
        if k < 1 or not len(self):
            return []
        wanted = _WINDOWS * k + 8
        while True:  # until no passage that ties with the k-th can lie outside
            wanted = min(total, wanted)
            found = self._nearest(vector, wanted)
            best: dict[int, float] = {}
            for row, score in found:
                best.setdefault(row, score)
            passages = list(best.items())
            enough = len(passages) >= k
            if wanted == total or (enough and (len(found) < wanted or found[-1][1] < passages[k - 1][1])):
                return passages[:k]
            wanted *= 2

    def _nearest(self, vector: Vectors, k: int) -> list[tuple[int, float]]:
        """The k best vectors (row, score), best first, equal scores by row."""
        faiss = _faiss()
        params = None
        if self._graph:
            selector = faiss.IDSelectorNot(faiss.IDSelectorBatch(np.array([_GONE], dtype=np.int64)))
            params = faiss.SearchParametersHNSW(sel=selector, efSearch=max(_SEARCH_EFFORT, 2 * k))
        threads = faiss.omp_get_max_threads()
        faiss.omp_set_num_threads(1)  # of this thread; two cores take twice as long over one question as one
        try:
            scores, rows = self._index.search(vector.reshape(1, -1), k, params=params)
        finally:
            faiss.omp_set_num_threads(threads)
        pairs = zip(rows[0].tolist(), scores[0].tolist(), strict=True)
        found = [(row, round(score, _DIGITS)) for row, score in pairs if row != _GONE]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))
