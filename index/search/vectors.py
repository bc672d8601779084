"""Vectors in FAISS: the passages of which a window has the largest inner product with a question.

A passage's row number stands on the vector of each of its windows; it counts as near as the nearest of them.
The vectors lie in segments (``segments``). A small one is exact: every vector is looked at. A large one is an
inverted file (IVF: Sivic and Zisserman 2003) over vectors of one byte a dimension: they lie in lists, each
around a centre, and of all the lists of all segments those are searched whose centres are nearest to the
question. What left is passed over until its segment is written anew.
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embedders.windows import Vectors
from index.search import IndexChange, IndexKind, Match, PassageCorpus, Rows
from index.search.segments import (
    MergePolicy,
    Segment,
    by_segment,
    link,
    new_name,
    read_manifest,
    write_manifest,
)

LISTS_FROM = 32_768  # vectors of a segment; fewer are looked at one by one
POLICY = MergePolicy(largest=65_536, smallest=256, factor=4)
_PER_LIST = 256  # vectors, about
_TRAINED, _ROUNDS = 32, 6  # vectors a list from which the centres are learnt, and how often they move
_LOOKED_AT, _SHARE = 16_384, 0.012  # vectors: at least so many, and at least this share of all
_WINDOWS = 4  # of a passage, about; so many vectors a passage nearly always settle a question in one look
_ROOM = 0.1  # of the range of the vectors that a byte is fitted to: so far it reaches beyond
_DIGITS = 6  # of a score: beyond them lies only the order of summation


def _faiss() -> Any:
    import faiss  # here, for the lexical leg must not pay for it

    return faiss


class _Part:
    """A segment and its vectors, mapped from a file or in memory."""

    def __init__(self, segment: Segment, index: Any) -> None:
        self.segment = segment
        self.index = index
        self.listed = isinstance(index, _faiss().IndexIVF)
        self._selector = None
        if segment.gone:
            rows = np.array(segment.gone, dtype=np.int64)
            self._selector = _faiss().IDSelectorNot(_faiss().IDSelectorBatch(rows))

    def without(self, rows: Iterable[int]) -> "_Part":
        """The same vectors, of which those of the rows are passed over."""
        gone = sorted({*self.segment.gone, *rows} & set(self.rows().tolist()))
        return _Part(replace(self.segment, gone=tuple(gone)), self.index)

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

    def search(self, vector: Vectors, k: int, lists: int) -> tuple[NDArray[np.float32], Rows]:
        """Scores and rows of the k best vectors, in so many lists; the row -1 where there are fewer."""
        faiss = _faiss()
        k = min(k, int(self.index.ntotal))
        if self.listed:
            params = faiss.SearchParametersIVF(nprobe=lists, sel=self._selector)
        else:
            params = faiss.SearchParameters(sel=self._selector) if self._selector else None
        scores, rows = self.index.search(vector.reshape(1, -1), k, params=params)
        return scores[0], rows[0]

    def rows(self) -> Rows:
        """The row number on each vector; what left is among them."""
        faiss = _faiss()
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
            flat = _faiss().downcast_index(self.index.index)
            return rows[stays], flat.reconstruct_n(0, flat.ntotal)[stays]
        codes, size = self.index.invlists.get_codes, self.index.code_size
        held = [
            _faiss().rev_swig_ptr(codes(n), count * size).reshape(count, size)
            for n, count in enumerate(self.list_sizes.tolist())
            if count
        ]
        return rows[stays], self.index.sq.decode(np.concatenate(held)[stays]).reshape(-1, self.index.d)


class VectorIndex:
    """Unit vectors by the row number of their passage."""

    def __init__(
        self,
        parts: Sequence[_Part] = (),
        folder: Path | None = None,
        *,
        lists_from: int = LISTS_FROM,
        policy: MergePolicy = POLICY,
    ) -> None:
        """``parts`` in the order of their rows, and the ``folder`` that they lie in; empty without them."""
        self.parts = parts
        self._folder = folder
        self._lists_from = lists_from
        self._policy = policy

    @classmethod
    def open(
        cls, folder: Path, *, lists_from: int = LISTS_FROM, policy: MergePolicy = POLICY
    ) -> "VectorIndex":
        """The index in a folder, which is mapped and not read; ``ValueError`` where there is none."""
        faiss = _faiss()
        try:
            parts = [
                _Part(segment, faiss.read_index(str(_file(folder, segment)), faiss.IO_FLAG_MMAP_IFC))
                for segment in read_manifest(folder)
            ]
        except RuntimeError as error:
            raise ValueError(f"no vectors can be read from {folder}") from error
        return cls(parts, folder, lists_from=lists_from, policy=policy)

    @property
    def segments(self) -> list[Segment]:
        """What the index is made of, by row."""
        return [part.segment for part in self.parts]

    def apply(self, change: IndexChange, to: Path | None = None) -> "VectorIndex":
        removed = by_segment(self.segments, change.removed)
        parts = [
            part.without(removed[place]) if place in removed else part
            for place, part in enumerate(self.parts)
        ]
        parts = [part for part in parts if len(part.segment.gone) < part.segment.passages]
        after = change.after if self.parts else 0
        parts += [
            self._part(rows, vectors)
            for rows, vectors in _chunks(change.corpus.vectors(after), self._policy.largest)
        ]
        changed = []
        for places in self._policy.groups([part.segment.live for part in parts]):
            group = [parts[place] for place in places]
            if len(group) > 1 or self._policy.is_worn(group[0].segment, purge=change.purge):
                changed.append(self._merged(group))
            else:
                changed += group
        if to is not None:
            self._write(changed, to)
        return VectorIndex(changed, to, lists_from=self._lists_from, policy=self._policy)

    def __len__(self) -> int:
        """How many vectors; a passage has several."""
        return len(self.rows())

    def rows(self) -> Rows:
        """The row number on each vector that has not left."""
        return np.concatenate([np.zeros(0, np.int64), *(part.left()[0] for part in self.parts)])

    def is_sound(self, corpus: PassageCorpus) -> bool:
        windows = corpus.windows()
        held = Counter(self.rows().tolist())
        # where the vectors of a passage are lost, any number of them is as good as another
        return held.keys() == windows.keys() and all(windows[row] in (None, held[row]) for row in held)

    def search(self, asked: Vectors, k: int) -> list[Match]:
        total = sum(int(part.index.ntotal) for part in self.parts)
        if k < 1 or not total:
            return []
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

    def _nearest(self, vector: Vectors, k: int) -> list[tuple[int, float]]:
        """The k best vectors (row, score), best first, equal scores by row."""
        faiss = _faiss()
        threads = faiss.omp_get_max_threads()
        faiss.omp_set_num_threads(1)  # of this thread; two cores take twice as long over one question as one
        try:
            found = [
                part.search(vector, k, lists)
                for part, lists in zip(self.parts, self._chosen_lists(vector, k), strict=True)
                if lists or not part.listed
            ]
        finally:
            faiss.omp_set_num_threads(threads)
        rows = np.concatenate([rows for _, rows in found])
        scores = np.concatenate([scores for scores, _ in found]).astype(np.float64).round(_DIGITS)
        rows, scores = rows[rows >= 0], scores[rows >= 0]
        order = np.lexsort((rows, -scores))[:k]
        return list(zip(rows[order].tolist(), scores[order].tolist(), strict=True))

    def _chosen_lists(self, vector: Vectors, k: int) -> list[int]:
        """How many of its lists each part is searched in: the nearest of all, until they hold enough."""
        chosen = [0] * len(self.parts)
        centres, sizes, owners = self._lists
        if len(sizes):
            least = max(_LOOKED_AT, int(_SHARE * sizes.sum()), 4 * k)
            order = np.argsort(-(centres @ vector), kind="stable")
            count = int(np.searchsorted(sizes[order].cumsum(), least)) + 1
            for place, lists in Counter(owners[order[:count]].tolist()).items():
                chosen[place] = lists
        return chosen

    @cached_property
    def _lists(self) -> tuple[Vectors, NDArray[np.int64], NDArray[np.int64]]:
        """The lists of all parts: their centres, how many vectors each holds, whose they are."""
        if not any(part.listed for part in self.parts):
            return np.zeros((0, 0), np.float32), np.zeros(0, np.int64), np.zeros(0, np.int64)
        owners = [np.full(len(part.list_sizes), place) for place, part in enumerate(self.parts)]
        return (
            np.concatenate([part.centres for part in self.parts]),
            np.concatenate([part.list_sizes for part in self.parts]),
            np.concatenate(owners),
        )

    def _part(self, rows: Rows, vectors: Vectors) -> _Part:
        """A segment of these vectors, of the kind that suits so many."""
        faiss = _faiss()
        numbers = np.unique(rows)
        segment = Segment(new_name(), int(numbers[0]), int(numbers[-1]), len(numbers), len(rows))
        dimension = vectors.shape[1]
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        if len(rows) < self._lists_from:
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
            index.sq.rangestat_arg = _ROOM
            index.train(vectors)
        index.add_with_ids(vectors, rows)
        return _Part(segment, index)

    def _merged(self, group: Sequence[_Part]) -> _Part:
        if len(group) == 1 and group[0].listed:
            return _cleared(group[0], self._folder)
        left = [part.left() for part in group]
        return self._part(np.concatenate([rows for rows, _ in left]), np.concatenate([v for _, v in left]))

    def _write(self, parts: Sequence[_Part], to: Path) -> None:
        faiss = _faiss()
        to.mkdir()
        held = {segment.name for segment in self.segments} if self._folder else set()
        for part in parts:
            path = _file(to, part.segment)
            if self._folder is not None and part.segment.name in held:
                link(_file(self._folder, part.segment), path)
                continue
            faiss.write_index(part.index, str(path))
            with path.open("rb") as file:
                os.fsync(file.fileno())
        write_manifest(to, [part.segment for part in parts])


def _cleared(part: _Part, folder: Path | None) -> _Part:
    """A part with lists without the vectors that left; the centres stay."""
    faiss, segment = _faiss(), part.segment
    file = None if folder is None else _file(folder, segment)
    # what is mapped cannot be changed
    index = faiss.read_index(str(file)) if file and file.exists() else faiss.clone_index(part.index)
    index.remove_ids(faiss.IDSelectorBatch(np.array(segment.gone, dtype=np.int64)))
    passages = segment.passages - len(segment.gone)
    left = replace(segment, name=new_name(), passages=passages, size=int(index.ntotal), gone=())
    return _Part(left, index)


def _chunks(batches: Iterable[tuple[Rows, Vectors]], largest: int) -> Iterator[tuple[Rows, Vectors]]:
    """The batches in pieces of at most so many vectors; a passage whole, however many it has."""
    rows = np.zeros(0, np.int64)
    held: list[Vectors] = []
    for more, vectors in batches:
        rows, held = np.concatenate([rows, more]), [*held, vectors]
        while len(rows) > largest:
            starts = np.flatnonzero(np.diff(rows)) + 1
            fitting = starts[starts <= largest]
            cut = int(fitting[-1] if len(fitting) else starts[0] if len(starts) else len(rows))
            joined = np.concatenate(held)
            yield rows[:cut], joined[:cut]
            rows, held = rows[cut:], [joined[cut:]]
    if len(rows):
        yield rows, np.concatenate(held)


def _file(folder: Path, segment: Segment) -> Path:
    return folder / f"{segment.name}.faiss"


KIND = IndexKind(
    "vectors", "", "the folder of vectors", version="3", create=VectorIndex, open=VectorIndex.open
)
