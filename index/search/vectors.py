"""Vectors in FAISS: the passages of which a window has the largest inner product with a question.

A passage's row number stands on the vector of each of its windows; it counts as near as the nearest of them.
Exact up to a few hundred thousand vectors (every one is looked at); above that a graph over vectors of one
byte a dimension (HNSW over SQ8), which finds nearly the same in a fraction of the time. A graph cannot
forget: what leaves it gets the number -1, searches pass over it, and where that is too many it is built anew.
"""

import os
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from index.embedders.windows import Vectors
from index.search import IndexChange, IndexKind, Match, PassageCorpus, Rows

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
    """Unit vectors by the row number of their passage."""

    def __init__(self, index: Any = None, path: Path | None = None, *, graph_from: int = GRAPH_FROM) -> None:
        """``index``: of FAISS, and ``path`` the file that it lies in; empty without them."""
        self._index = index
        self._path = path
        self._graph_from = graph_from
        self._graph = index is not None and isinstance(
            _faiss().downcast_index(index.index), _faiss().IndexHNSWSQ
        )
        self._gone = int((self.rows() == _GONE).sum()) if self._graph else 0

    @classmethod
    def open(cls, path: Path, *, graph_from: int = GRAPH_FROM) -> "VectorIndex":
        """The index in a file, which is mapped and not read; ``ValueError`` where there is none."""
        faiss = _faiss()
        try:
            return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC), path, graph_from=graph_from)
        except RuntimeError as error:
            raise ValueError(f"no vectors can be read from {path}") from error

    def apply(self, change: IndexChange, to: Path | None = None) -> "VectorIndex":
        corpus = change.corpus
        changed = self._copy()
        if len(changed):
            changed._remove(np.asarray(change.removed, dtype=np.int64))
            changed._add(corpus, change.after)
        if not len(changed) or changed._is_worn():
            changed = VectorIndex(self._empty(corpus), graph_from=self._graph_from)
            changed._add(corpus)
        if to is not None:
            _faiss().write_index(changed._index, str(to))
            with to.open("rb") as file:
                os.fsync(file.fileno())
            changed._path = to
        return changed

    def __len__(self) -> int:
        """How many vectors; a passage has several."""
        return int(self._index.ntotal) - self._gone if self._index is not None else 0

    def rows(self) -> Rows:
        """The row number on each vector, in the order they came; -1 where one left a graph."""
        numbers = [] if self._index is None else _faiss().vector_to_array(self._index.id_map)
        return np.asarray(numbers, dtype=np.int64)

    def is_sound(self, corpus: PassageCorpus) -> bool:
        windows = corpus.windows()
        held = Counter(row for row in self.rows().tolist() if row != _GONE)
        # where the vectors of a passage are lost, any number of them is as good as another
        return held.keys() == windows.keys() and all(windows[row] in (None, held[row]) for row in held)

    def search(self, asked: Vectors, k: int) -> list[Match]:
        if k < 1 or not len(self):
            return []
        total = int(self._index.ntotal)  # with what left a graph: it is in the way, and has to be passed
        wanted = _WINDOWS * k + 8
        while True:  # until no passage that ties with the k-th can lie outside
            wanted = min(total, wanted)
            found = self._nearest(asked, wanted)
            best: dict[int, float] = {}
            for row, score in found:
                best.setdefault(row, score)
            passages = list(best.items())
            enough = len(passages) >= k
            if wanted == total or (enough and (len(found) < wanted or found[-1][1] < passages[k - 1][1])):
                return [Match(row, score) for row, score in passages[:k]]
            wanted *= 2

    def _copy(self) -> "VectorIndex":
        """The same, to be changed."""
        if self._index is None:
            return self
        faiss = _faiss()
        index = faiss.read_index(str(self._path)) if self._path else faiss.clone_index(self._index)
        return VectorIndex(index, graph_from=self._graph_from)

    def _empty(self, corpus: PassageCorpus) -> Any:
        """An index of FAISS of the kind that suits so many vectors."""
        faiss = _faiss()
        if corpus.count_vectors() <= self._graph_from:
            return faiss.IndexIDMap(faiss.IndexFlatIP(corpus.dimension))
        graph = faiss.IndexHNSWSQ(
            corpus.dimension, faiss.ScalarQuantizer.QT_8bit, _NEIGHBOURS, faiss.METRIC_INNER_PRODUCT
        )
        graph.hnsw.efConstruction = _BUILD_EFFORT
        return faiss.IndexIDMap(graph)

    def _is_worn(self) -> bool:
        """Whether it is time to build anew: too many vectors left, or it outgrew its kind."""
        if self._graph:
            return bool(self._gone > _WORN * self._index.ntotal)
        return len(self) > self._graph_from

    def _add(self, corpus: PassageCorpus, after: int = 0) -> None:
        for rows, vectors in corpus.vectors(after):
            if not self._index.is_trained:
                self._index.train(_ROOM * vectors)
            self._index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), rows)

    def _remove(self, rows: Rows) -> None:
        faiss = _faiss()
        if not self._graph:
            self._index.remove_ids(rows)
            return
        held = self.rows()
        held[np.isin(held, rows)] = _GONE
        faiss.copy_array_to_vector(held, self._index.id_map)
        self._gone = int((held == _GONE).sum())

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


KIND = IndexKind(
    "vectors", ".faiss", "the file of vectors", version="2", create=VectorIndex, open=VectorIndex.open
)
