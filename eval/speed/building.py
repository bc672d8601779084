"""How long building a library takes, by stage, and how long one changed article takes.

The stages are those of one and the same build: what lies between the first article and the last is reading,
the embedder and the two indexes are given to the library with a clock around them, and what remains is
storing. So they add up to the whole.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from index.articles import Article, read_articles
from index.embedders import Embedder
from index.embedders.windows import Vectors, WindowVectors, unit
from index.errors import UserError
from index.library import Library
from index.library.change import Change
from index.progress import Progress, silent, timed
from index.search import IndexChange, IndexKind, IndexKinds, index_kinds
from index.text.language import detect_language

STAGES = {
    "reading": "reading and splitting",  # to the end of the articles, their passages noted
    "embedding": "embedding",
    "storing": "storing",  # SQLite, checksums, waiting for the disk
    "vectors": "FAISS",  # and reading the vectors from SQLite for it
    "terms": "terms",  # and reading the passages from SQLite for them
}
_NEAR = 16  # texts of about the same length, of which a stand-in chooses one


def build(
    folder: Path, articles: Path, embedder: Embedder, progress: Progress = silent
) -> tuple[Change, dict[str, float]]:
    """A new library in ``folder`` from the files in ``articles``; the seconds of each of ``STAGES``."""
    seconds = dict.fromkeys(STAGES, 0.0)
    kinds = index_kinds()
    timed_kinds = IndexKinds(
        _timed_kind(kinds.dense, seconds, "vectors"), _timed_kind(kinds.lexical, seconds, "terms")
    )

    def read() -> Iterator[Article]:
        before = perf_counter() - sum(seconds.values())
        yield from read_all(articles)
        seconds["reading"] = perf_counter() - sum(seconds.values()) - before

    begun = perf_counter()
    library = Library.create(folder, TimedEmbedder(embedder, seconds), kinds=timed_kinds)
    change = library.build(read(), progress=progress)
    seconds["storing"] = perf_counter() - begun - sum(seconds.values())
    return change, seconds


def update(library: Library, place: Path) -> tuple[Change, float]:
    """Follows the files in ``place``, one file or a folder, of which one has changed; the seconds it took."""
    begun = perf_counter()
    change = library.update(read_all(place), sources=[str(place)])
    taken = perf_counter() - begun
    if (change.added, change.updated, change.removed) != (0, 1, 0):  # then something else was measured
        raise ValueError(f"one article changed in {place}, but the change was {change}")
    return change, taken


def read_all(place: Path) -> Iterator[Article]:
    """The articles in a file or a folder that this command wrote: all can be read."""

    def refuse(problem: UserError) -> None:
        raise problem

    return read_articles([place], on_problem=refuse)


def remove(library: Library, article_id: str) -> float:
    """The seconds to take one article out."""
    begun = perf_counter()
    change = library.remove([article_id])
    taken = perf_counter() - begun
    if change.removed != 1:
        raise ValueError(f"{article_id} was to be removed, but the change was {change}")
    return taken


class TimedEmbedder:
    """The given embedder, which adds the seconds that passages take to ``seconds["embedding"]``."""

    def __init__(self, embedder: Embedder, seconds: dict[str, float]) -> None:
        self._embedder = embedder
        self._seconds = seconds
        self.name = embedder.name
        self.fingerprint = embedder.fingerprint
        self.dimension = embedder.dimension
        self.languages = embedder.languages

    def embed_passages(self, texts: Sequence[str], *, progress: Progress = silent) -> WindowVectors:
        with timed(self._seconds, "embedding"):
            return self._embedder.embed_passages(texts, progress=progress)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self._embedder.embed_questions(texts)


class StandIn(TimedEmbedder):
    """Fills a large library with vectors at no cost, for measuring all but the embedding.

    It goes by the name and the fingerprint of the real embedder, so that what it fills can be asked with the
    real one; it is never part of a library that a person keeps. A passage gets unit vectors that lie between
    those of two of the ``texts``, ``vectors``. One of the two is about as long as the passage and in its
    language: the passage gets as many windows. Which two, and how near to either, its text decides: equal
    texts, equal vectors. So a library has as many vectors as a true one and is as crowded, though who stands
    beside whom means nothing.
    """

    def __init__(self, embedder: Embedder, texts: Sequence[str], vectors: WindowVectors) -> None:
        super().__init__(embedder, {})
        by_size = sorted(zip(map(_size, texts), vectors.by_text(), strict=True), key=lambda pair: pair[0])
        self._sizes = [size for size, _ in by_size]
        self._windows = [rows for _, rows in by_size]
        self._all = vectors.vectors

    def embed_passages(self, texts: Sequence[str], *, progress: Progress = silent) -> WindowVectors:
        windows = [self._between(text) for text in texts]
        progress("embedding", len(texts), len(texts))
        return WindowVectors.of(windows, self.dimension)

    def _between(self, text: str) -> Vectors:
        digest = hashlib.blake2b(text.encode(), digest_size=24).digest()
        place, other, share = (int.from_bytes(digest[start : start + 8]) for start in (0, 8, 16))
        near = max(0, bisect_left(self._sizes, _size(text)) - _NEAR // 2)
        first = self._windows[min(near + place % _NEAR, len(self._windows) - 1)]
        second = self._all[(other % len(self._all) + np.arange(len(first))) % len(self._all)]
        weight = np.float32(share / 2**64)
        return unit(weight * first + (1 - weight) * second)


def _size(text: str) -> tuple[str, int]:
    return detect_language(text), len(text)


@dataclass(frozen=True, slots=True)
class _TimedIndex:
    """An index that is built and not searched; the seconds it takes to follow a change go to its stage."""

    index: Any
    seconds: dict[str, float]
    stage: str

    def apply(self, change: IndexChange, to: Path | None = None) -> "_TimedIndex":
        with timed(self.seconds, self.stage):
            return replace(self, index=self.index.apply(change, to))


def _timed_kind(kind: IndexKind[Any], seconds: dict[str, float], stage: str) -> IndexKind[Any]:
    def clock(make: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *path: _TimedIndex(make(*path), seconds, stage)

    return replace(kind, create=clock(kind.create), open=clock(kind.open))
