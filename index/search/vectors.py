"""Vectors in FAISS: the passages of which a window has the largest inner product with a question.

A passage's row number stands on the vector of each of its windows; it counts as near as the nearest of them.
The vectors lie in segments (``segments``). A small one is exact: every vector is looked at. A large one is an
inverted file (IVF: Sivic and Zisserman 2003) over vectors of one byte a dimension: they lie in lists, each
around a centre, and of all the lists of all segments those are searched whose centres are nearest to the
question. What left is passed over until its segment is written anew.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embedders.windows import Vectors
from index.search import IndexChange, IndexKind, Match, PassageCorpus, Rows, Selection
from index.search.segments import (
    MergePolicy,
    Segment,
    by_segment,
    link,
    read_manifest,
    write_manifest,
)
from index.search.vector_segments import (
    LISTS_FROM,
    VectorSegment,
    cleared,
    faiss_module,
    file_of,
    mapped,
    vector_segment,
    written,
)

POLICY = MergePolicy(largest=65_536, smallest=256, factor=4)
_LOOKED_AT, _SHARE = 131_072, 0.03  # vectors: at least so many, and at least this share of all
_WINDOWS = 4  # of a passage, about; so many vectors a passage nearly always settle a question in one look
_DIGITS = 6  # of a score: beyond them lies only the order of summation


class VectorIndex:
    """Unit vectors by the row number of their passage."""

    def __init__(
        self,
        parts: Sequence[VectorSegment] = (),
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
        try:
            parts = [mapped(folder, segment) for segment in read_manifest(folder)]
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
        if to is not None:
            to.mkdir()
        parts += [
            self._made(rows, vectors, to)
            for rows, vectors in _chunks(change.corpus.vectors(after), self._policy.largest)
        ]
        changed = []
        for places in self._policy.groups([part.segment.live for part in parts]):
            group = [parts[place] for place in places]
            if len(group) > 1 or self._policy.is_worn(group[0].segment, purge=change.purge):
                changed.append(self._merged(group, to))
            else:
                changed += group
        if to is not None:
            self._put_together([part.segment for part in changed], to)
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

    def search(self, asked: Vectors, k: int, within: Selection | None = None) -> list[Match]:
        total = sum(int(part.index.ntotal) for part in self.parts)
        if k < 1 or not total or (within is not None and not len(within)):
            return []
        wanted = _WINDOWS * k + 8
        while True:  # until no passage that ties with the k-th can lie outside
            wanted = min(total, wanted)
            found = self._nearest(asked, wanted, within)
            best: dict[int, float] = {}
            for row, score in found:
                best.setdefault(row, score)
            passages = list(best.items())
            enough = len(passages) >= k
            exhausted = wanted == total or (within is not None and len(found) < wanted)
            if exhausted or (enough and (len(found) < wanted or found[-1][1] < passages[k - 1][1])):
                return [Match(row, score) for row, score in passages[:k]]
            wanted *= 2

    def _nearest(self, vector: Vectors, k: int, within: Selection | None) -> list[tuple[int, float]]:
        """The k best vectors (row, score), best first, equal scores by row."""
        faiss = faiss_module()
        threads = faiss.omp_get_max_threads()
        faiss.omp_set_num_threads(1)  # of this thread; two cores take twice as long over one question as one
        try:
            found = [
                part.search(vector, k, lists, within)
                for part, lists in zip(self.parts, self._chosen_lists(vector, k, within), strict=True)
                if (lists or not part.listed) and part.holds_any(within)
            ]
        finally:
            faiss.omp_set_num_threads(threads)
        if not found:
            return []
        rows = np.concatenate([rows for _, rows in found])
        scores = np.concatenate([scores for scores, _ in found]).astype(np.float64).round(_DIGITS)
        rows, scores = rows[rows >= 0], scores[rows >= 0]
        order = np.lexsort((rows, -scores))[:k]
        return list(zip(rows[order].tolist(), scores[order].tolist(), strict=True))

    def _chosen_lists(self, vector: Vectors, k: int, within: Selection | None) -> list[int]:
        """How many of its lists each part is searched in: the nearest of all, until they hold enough.

        Of a selection only what is of it counts: where few are left, all lists are searched.
        """
        chosen = [0] * len(self.parts)
        centres, sizes, owners = self._lists
        if len(sizes):
            least = max(_LOOKED_AT, int(_SHARE * sizes.sum()), 4 * k)
            if within is not None and least < sizes.sum():
                sizes = np.concatenate([part.list_sizes_within(within) for part in self.parts])
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

    def _made(self, rows: Rows, vectors: Vectors, to: Path | None) -> VectorSegment:
        """A new segment; in the folder ``to`` it is written at once, so that none fills the memory."""
        made = vector_segment(rows, vectors, self._lists_from)
        return made if to is None else written(made, to)

    def _merged(self, group: Sequence[VectorSegment], to: Path | None) -> VectorSegment:
        if len(group) == 1 and group[0].listed:
            left = cleared(group[0], self._folder)
            return left if to is None else written(left, to)
        every = [part.left() for part in group]
        rows, vectors = (np.concatenate(each) for each in zip(*every, strict=True))
        return self._made(rows, vectors, to)

    def _put_together(self, segments: Sequence[Segment], to: Path) -> None:
        """The folder of these segments: links to what was there, and nothing that was merged on the way."""
        names = {file_of(to, segment).name for segment in segments}
        for path in to.iterdir():
            if path.name not in names:
                path.unlink()
        for segment in segments:
            path = file_of(to, segment)
            if path.exists():
                continue
            if self._folder is None:  # in memory until now
                [part] = [part for part in self.parts if part.segment.name == segment.name]
                written(part, to)
            else:
                link(file_of(self._folder, segment), path)
        write_manifest(to, segments, self._folder)


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


KIND = IndexKind(
    "vectors", "", "the folder of vectors", version="3", create=VectorIndex, open=VectorIndex.open
)
