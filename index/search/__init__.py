"""Search indexes: what finds the passages of a library for a question, derived from what is stored.

    VectorIndex     by meaning: FAISS (``vectors``)
    LexicalIndex    by words: tantivy (``lexical``)
    MilvusIndex     by both: an engine elsewhere (``milvus``)
    MemoryIndex     by both, in numpy and plain Python: the tests' reference (``memory``)

A library knows its indexes by this page alone. An engine that takes the place of one or of both of them is a
module that satisfies ``SearchIndex`` and a line in ``index_kinds``; where its passages lie elsewhere, what it
writes is a file that says where. Leaves out: what becomes of the hits (``assistant.retrieval``).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.embedders.windows import Vectors
from index.progress import Progress, silent
from index.search.query import Query

Rows = NDArray[np.int64]
KIND_NAMES = ("vectors", "lexical", "milvus")  # of files that an index may have left in a library


class Selection:
    """The passages that a search may find, by row, sorted; however few, each that fits is found."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def holds(self, row: int) -> bool:
        """Whether the row is of it."""
        return row < len(self._held) and bool(self._held[row])

    @cached_property
    def _held(self) -> NDArray[np.bool_]:
        held = np.zeros(int(self.rows[-1]) + 1 if len(self.rows) else 0, dtype=bool)
        held[self.rows] = True
        return held

    @cached_property
    def bits(self) -> NDArray[np.uint8]:
        """A bit a row, from row 0 on, the lowest of a byte first."""
        return np.packbits(self._held, bitorder="little")


@dataclass(frozen=True, slots=True)
class Match:
    """A passage that was found: its row number, and a score of which larger is better."""

    row: int
    score: float
    terms: tuple[str, ...] = ()  # of the passage, that the query asks for; by meaning there are none


class PassageCorpus(Protocol):
    """All passages of a library at one revision by row number; with ``after`` those of larger numbers.

    Numbers begin at 1, and none is used twice: another text is another row.
    """

    @property
    def revision(self) -> int: ...
    @property
    def dimension(self) -> int: ...

    def count(self, after: int = 0) -> int:
        """How many passages."""

    def count_vectors(self) -> int:
        """How many vectors the passages have, one a window."""

    def windows(self) -> dict[int, int | None]:
        """How many vectors each passage has; None where they are lost."""

    def texts(self, after: int = 0, last: int | None = None) -> Iterator[tuple[int, str, str]]:
        """(row, title, text) of each passage, by row; up to the row ``last``."""

    def vectors(self, after: int = 0) -> Iterator[tuple[Rows, Vectors]]:
        """Batches of unit vectors, ``(vectors, dimension)``, each with its passage's row; a passage whole."""


@dataclass(frozen=True, slots=True)
class IndexChange:
    """From the revision that an index holds to that of ``corpus``, which is all that there is afterwards."""

    corpus: PassageCorpus
    removed: Sequence[int] = ()  # rows that left
    after: int = 0  # rows above it came
    purge: bool = False  # of what left nothing may stay in a file
    progress: Progress = silent


QueryT = TypeVar("QueryT", contravariant=True)


class SearchIndex(Protocol[QueryT]):
    """Passages by row, at one revision; searches may run in many threads at once.

    By words it is asked with a ``Query``, by meaning with a question's vector, ``(dimension,)``; an engine
    that does both tells them apart by their type.
    """

    def apply(self, change: IndexChange, to: Path | None = None) -> Self:
        """The index after the change, written to the new path ``to``, in memory where there is none.

        This one stays what it is, for those who are searching it. Where the change fails, what is left at
        ``to`` is of no use.
        """

    def search(self, asked: QueryT, k: int, within: Selection | None = None) -> list[Match]:
        """The k best passages, best first, equal scores by row; fewer where there are fewer.

        ``within``: of these alone, with the scores that they have among all.
        """

    def is_sound(self, corpus: PassageCorpus) -> bool:
        """Whether it holds just the passages of the corpus."""


class LexicalSearchIndex(SearchIndex[Query], Protocol):
    """One that is searched by words."""

    def ceiling(self, query: Query, language: str) -> float:
        """The score of a passage in that language that is full of the query's words; 0.0 if it knows none."""


IndexT = TypeVar("IndexT", bound=SearchIndex[Any], covariant=True)


def _nothing_elsewhere(_files: Sequence[Path]) -> None:
    """What lies in a library's folder goes with its files."""


@dataclass(frozen=True, slots=True)
class IndexKind(Generic[IndexT]):
    """How an index comes to be, and what a library calls it."""

    name: str  # of its files, up to the first hyphen, and in the library's state
    suffix: str
    label: str  # for the person
    version: str  # of its files: those of another one are made afresh
    create: Callable[[], IndexT]  # an empty one
    open: Callable[[Path], IndexT]  # what ``apply`` wrote; ``ValueError`` where it cannot be read
    settle: Callable[[Sequence[Path]], None] = _nothing_elsewhere  # given all of a library's that are left


@dataclass(frozen=True, slots=True)
class IndexKinds:
    """Which kind searches by meaning and which by words; one that does both is named twice."""

    dense: IndexKind[SearchIndex[Vectors]]
    lexical: IndexKind[LexicalSearchIndex]

    def __iter__(self) -> Iterator[IndexKind[SearchIndex[Any]]]:
        """Each kind once."""
        yield self.dense
        if self.lexical.name != self.dense.name:
            yield self.lexical


def index_kinds() -> IndexKinds:
    """The kinds that a library has if it is told of no others."""
    from index.search import lexical, vectors  # they know this page

    return IndexKinds(dense=vectors.KIND, lexical=lexical.KIND)
