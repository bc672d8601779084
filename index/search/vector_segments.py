"""Segments of vectors in FAISS: a small one is a flat index, a large one an inverted file of bytes.

A flat index gives every vector's inner product. An inverted file (IVF: Sivic and Zisserman 2003) keeps its
vectors, a byte a dimension, in lists, each around a centre that k-means found among them.
"""

import os
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embedders.windows import Vectors
from index.search import Rows, Selection
from index.search.segments import Segment, new_name

LISTS_FROM = 32_768  # vectors of a segment; fewer are looked at one by one
_PER_LIST = 256  # vectors, about
_TRAINED, _ROUNDS = 32, 6  # vectors a list from which the centres are learnt, and how often they move


def faiss_module() -> Any:
    """FAISS."""
    import faiss  # here, for the lexical leg must not pay for it

    return faiss


class VectorSegment:
    """A segment and its vectors, mapped from a file or in memory."""

    def __init__(self, segment: Segment, index: Any) -> None:
        self.segment = segment
        self.index = index
        self.listed = isinstance(index, faiss_module().IndexIVF)
        self._selector = None
        if segment.gone:
            rows = np.array(segment.gone, dtype=np.int64)
            self._selector = faiss_module().IDSelectorNot(faiss_module().IDSelectorBatch(rows))

    def without(self, rows: Iterable[int]) -> "VectorSegment":
        """The same vectors, of which those of the rows are passed over."""
        gone = sorted({*self.segment.gone, *rows} & set(self.rows().tolist()))
        return VectorSegment(replace(self.segment, gone=tuple(gone)), self.index)

    @cached_property
    def centres(self) -> Vectors:
        """A row for each list; none where there are no lists."""
        if not self.listed:
            return np.zeros((0, self.index.d), dtype=np.float32)
        centres: Vectors = self.index.quantizer.reconstruct_n(0, self.index.nlist)
        return centres

    @cached_property
    def list_sizes(self) -> NDArray[np.int64]:
        count = self.index.nlist if self.listed else 0
        return np.array([self.index.invlists.list_size(n) for n in range(count)], dtype=np.int64)

    def holds_any(self, within: Selection | None) -> bool:
        """Whether any of the selection may be in it."""
        if within is None:
            return True
        place = int(np.searchsorted(within.rows, self.segment.first))
        return place < len(within) and int(within.rows[place]) <= self.segment.last

    def list_sizes_within(self, within: Selection) -> NDArray[np.int64]:
        """How many vectors of the selection each list holds."""
        if not self.listed:
            return np.zeros(0, np.int64)
        chosen = np.zeros(self.segment.last + 1, dtype=np.int64)
        chosen[within.rows[within.rows <= self.segment.last]] = 1
        sums = np.concatenate([[0], chosen[self._listed_rows].cumsum()])
        ends = self.list_sizes.cumsum()
        held: NDArray[np.int64] = sums[ends] - sums[ends - self.list_sizes]
        return held

    @cached_property
    def _listed_rows(self) -> Rows:
        return self.rows()

    def search(
        self, vector: Vectors, k: int, lists: int, within: Selection | None = None
    ) -> tuple[NDArray[np.float32], Rows]:
        """Scores and rows of the k best vectors, in so many lists; the row -1 where there are fewer."""
        faiss = faiss_module()
        k = min(k, int(self.index.ntotal))
        selector = self._selector
        if within is not None:
            # a vector beyond the last bit is not of it
            chosen = faiss.IDSelectorBitmap(len(within.bits), faiss.swig_ptr(within.bits))
            selector = faiss.IDSelectorAnd(chosen, selector) if selector else chosen
        if self.listed:
            params = faiss.SearchParametersIVF(nprobe=lists, sel=selector)
        else:
            params = faiss.SearchParameters(sel=selector) if selector else None
        scores, rows = self.index.search(vector.reshape(1, -1), k, params=params)
        return scores[0], rows[0]

    def rows(self) -> Rows:
        """The row number on each vector; what left is among them."""
        faiss = faiss_module()
        if not self.listed:
            numbers: Rows = faiss.vector_to_array(self.index.id_map).astype(np.int64)
            return numbers
        sizes, ids = self.list_sizes.tolist(), self.index.invlists.get_ids
        held = [faiss.rev_swig_ptr(ids(n), size).copy() for n, size in enumerate(sizes) if size]
        return np.concatenate([np.zeros(0, np.int64), *held])

    def left(self) -> tuple[Rows, Vectors]:
        """What has not left: rows, and the vectors as they are stored."""
        rows = self.rows()
        stays = ~np.isin(rows, np.array(self.segment.gone, dtype=np.int64))
        if not self.listed:
            flat = faiss_module().downcast_index(self.index.index)
            return rows[stays], flat.reconstruct_n(0, flat.ntotal)[stays]
        codes, size = self.index.invlists.get_codes, self.index.code_size
        held = [
            faiss_module().rev_swig_ptr(codes(n), count * size).reshape(count, size)
            for n, count in enumerate(self.list_sizes.tolist())
            if count
        ]
        return rows[stays], self.index.sq.decode(np.concatenate(held)[stays]).reshape(-1, self.index.d)


def vector_segment(rows: Rows, vectors: Vectors, lists_from: int = LISTS_FROM) -> VectorSegment:
    """A segment of these vectors, of the kind that suits so many."""
    faiss = faiss_module()
    numbers = np.unique(rows)
    segment = Segment(new_name(), int(numbers[0]), int(numbers[-1]), len(numbers), len(rows))
    dimension = vectors.shape[1]
    vectors = np.ascontiguousarray(vectors, dtype=np.float32)
    if len(rows) < lists_from:
        index = faiss.IndexIDMap(faiss.IndexFlatIP(dimension))
    else:
        count = max(1, len(rows) // _PER_LIST)
        index = faiss.IndexIVFScalarQuantizer(
            faiss.IndexFlatIP(dimension),
            dimension,
            count,
            faiss.ScalarQuantizer.QT_8bit,
            faiss.METRIC_INNER_PRODUCT,
            False,  # the vectors themselves, not what is left beside their centres
        )
        index.cp.niter = _ROUNDS
        index.cp.min_points_per_centroid, index.cp.max_points_per_centroid = 1, _TRAINED
        index.train(vectors)
    index.add_with_ids(vectors, rows)
    return VectorSegment(segment, index)


def cleared(part: VectorSegment, folder: Path | None) -> VectorSegment:
    """A part with lists without the vectors that left; the centres stay."""
    faiss, segment = faiss_module(), part.segment
    file = None if folder is None else file_of(folder, segment)
    # what is mapped cannot be changed
    index = faiss.read_index(str(file)) if file and file.exists() else faiss.clone_index(part.index)
    index.remove_ids(faiss.IDSelectorBatch(np.array(segment.gone, dtype=np.int64)))
    passages = segment.passages - len(segment.gone)
    left = replace(segment, name=new_name(), passages=passages, size=int(index.ntotal), gone=())
    return VectorSegment(left, index)


def mapped(folder: Path, segment: Segment) -> VectorSegment:
    """A segment whose vectors stay in its file until they are looked at; ``RuntimeError`` for none."""
    faiss = faiss_module()
    return VectorSegment(segment, faiss.read_index(str(file_of(folder, segment)), faiss.IO_FLAG_MMAP_IFC))


def written(part: VectorSegment, folder: Path) -> VectorSegment:
    """The segment in a file of the folder, and no more in memory."""
    path = file_of(folder, part.segment)
    faiss_module().write_index(part.index, str(path))
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return mapped(folder, part.segment)


def file_of(folder: Path, segment: Segment) -> Path:
    """The file of a segment in the folder of an index."""
    return folder / f"{segment.name}.faiss"
