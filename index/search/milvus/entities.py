"""A passage as entities of an engine: one a window, the first with the passage's terms; and back."""

import base64
import json
import zlib
from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from index.embedders.windows import Vectors
from index.search import IndexChange
from index.search.milvus.engine import Entity
from index.search.milvus.manifest import EnginePlace
from index.search.milvus.scoring import CountedPassage, no_terms, passage_vector
from index.search.terms import AnalysedPassage, analysed

NEVER = 2**62  # when what is there leaves
_WINDOWS = 4_096  # at most, of a passage


def arrived(change: IndexChange, after: int) -> Iterator[list[tuple[int, str, str, Vectors]]]:
    """Batches of what came: row, title, text and vectors of each passage."""
    corpus, at, done, total = change.corpus, after, 0, change.corpus.count(after)
    none = np.zeros((0, corpus.dimension), dtype=np.float32)
    for rows, vectors in corpus.vectors(after):
        starts = np.flatnonzero(np.diff(rows, prepend=-1))
        by_row = dict(zip(rows[starts].tolist(), np.split(vectors, starts[1:]), strict=True))
        last = int(rows[-1])
        batch = [(*told, by_row.get(told[0], none)) for told in corpus.texts(at, last)]
        yield batch
        at, done = last, done + len(batch)
        change.progress("indexing", done, total)
    if rest := [(*told, none) for told in corpus.texts(at)]:  # their vectors are lost
        yield rest


def entities_of(
    row: int, told: str, passage: AnalysedPassage, vectors: Vectors, place: EnginePlace
) -> Iterator[Entity]:
    """One for each window; where there is none, one that is found by words alone."""
    none = np.zeros((1, vectors.shape[1]), dtype=np.float32)
    for window, vector in enumerate(vectors if len(vectors) else none):
        yield {
            "key": row * _WINDOWS + window,
            "row": row,
            "window": window if len(vectors) else -1,
            "came": place.step,
            "gone": NEVER,
            "passage": "" if window else told,
            "dense": vector.tolist(),
            "sparse": no_terms() if window else passage_vector(passage, place.averages),
        }


def packed(title: str, text: str) -> str:
    return base64.b64encode(zlib.compress(json.dumps([title, text]).encode())).decode()


@lru_cache(maxsize=2_048)  # some 40 KB each: what many questions are about is analysed once
def counted(told: str) -> CountedPassage:
    return CountedPassage.of(unpacked(told))


def unpacked(told: str) -> AnalysedPassage:
    title, text = json.loads(zlib.decompress(base64.b64decode(told)))
    return analysed(title, text)
