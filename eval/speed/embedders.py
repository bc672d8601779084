"""A stand-in embedder: fills a large library with vectors at no cost, for measuring all but the embedding.

It goes by the name and the fingerprint of the real embedder, so that what it fills can be asked with the real
one. It is never part of a library that a person keeps.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from index.embedders import Embedder
from index.embedders.windows import Vectors, WindowVectors, unit
from index.progress import Progress, silent
from index.text.language import detect_language

_NEAR = 16  # texts of about the same length, of which one is chosen


class StandIn:
    """Gives each passage unit vectors that lie between those of two texts, ``vectors`` of ``texts``.

    One of the two is about as long as the passage and in its language: the passage gets as many windows.
    Which two, and how near to either, its text decides: equal texts, equal vectors. So a library has as many
    vectors as a true one and is as crowded, though who stands beside whom means nothing.
    """

    def __init__(self, embedder: Embedder, texts: Sequence[str], vectors: WindowVectors) -> None:
        self._embedder = embedder
        self.name = embedder.name
        self.fingerprint = embedder.fingerprint
        self.dimension = embedder.dimension
        self.languages = embedder.languages
        by_size = sorted(zip(map(_size, texts), vectors.by_text(), strict=True), key=lambda pair: pair[0])
        self._sizes = [size for size, _ in by_size]
        self._windows = [rows for _, rows in by_size]
        self._all = vectors.vectors

    def embed_passages(self, texts: Sequence[str], *, progress: Progress = silent) -> WindowVectors:
        windows = [self._between(text) for text in texts]
        progress("embedding", len(texts), len(texts))
        return WindowVectors.of(windows, self.dimension)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self._embedder.embed_questions(texts)

    def _between(self, text: str) -> Vectors:
        digest = hashlib.blake2b(text.encode(), digest_size=24).digest()
        place, other, share = (int.from_bytes(digest[start : start + 8]) for start in (0, 8, 16))
        near = max(0, min(bisect_left(self._sizes, _size(text)), len(self._sizes)) - _NEAR // 2)
        first = self._windows[min(near + place % _NEAR, len(self._windows) - 1)]
        second = self._all[(other % len(self._all) + np.arange(len(first))) % len(self._all)]
        weight = np.float32(share / 2**64)
        return unit(weight * first + (1 - weight) * second)


def _size(text: str) -> tuple[str, int]:
    return detect_language(text), len(text)
