"""What cannot be beaten, measured beside what is: the encoder alone, FAISS alone, the memory alone.

Bare FAISS is a flat scan of the library's own vectors, one question at a time in one thread, as a library
is searched below the size at which it becomes a graph. A scan reads every byte of the vectors, so it takes at
least what the memory takes to give them; vectors that fit into the processor's cache come faster than that.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from assistant.retrieval import POOL
from index.embedders import Embedder
from index.embedders.windows import Vectors
from index.library import Library
from index.search.query import parse_query

_ARRAY_BYTES = 256 * 2**20  # far more than a cache holds


def timed(work: Callable[[], Any]) -> float:
    """The seconds that the work takes."""
    begun = perf_counter()
    work()
    return perf_counter() - begun


def memory_rate(size: int = _ARRAY_BYTES) -> float:
    """Bytes a second that one thread reads from memory: the fastest of three plain ways."""
    array = np.ones(size // 4, dtype=np.float32)
    other = np.empty_like(array)
    other[:] = 0  # so that its pages are there
    ways: list[tuple[Callable[[], Any], int]] = [
        (partial(np.dot, array, array), 1),
        (array.max, 1),
        (partial(np.copyto, other, array), 2),  # reads and writes
    ]
    return max(array.nbytes * passes / timed(way) for way, passes in ways)


def library_vectors(folder: Path) -> Vectors:
    """The vectors that a library is searched by, as its FAISS file holds them: a row each."""
    import faiss

    index: Any = faiss.read_index(str(next(folder.glob("vectors-*.faiss"))))
    rows: Vectors = faiss.downcast_index(index.index).reconstruct_n(0, index.ntotal)
    return rows


def bare_scans(vectors: Vectors, questions: Sequence[Vectors], k: int = POOL) -> list[float]:
    """The seconds of a flat FAISS scan for the k best, for each question's vector."""
    import faiss

    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        index.search(questions[0].reshape(1, -1), k)  # the first one pays for waking up
        return [timed(partial(index.search, q.reshape(1, -1), k)) for q in questions]
    finally:
        faiss.omp_set_num_threads(threads)


def dense_searches(library: Library, questions: Sequence[str], k: int = POOL) -> list[float]:
    """The seconds of the library's own search by meaning for the k best passages, for each question.

    For the search alone, give the library an embedder that knows the questions already.
    """
    queries = [parse_query(question) for question in questions]
    with library.snapshot() as snapshot:
        snapshot.dense(queries[0], k)
        return [timed(partial(snapshot.dense, query, k)) for query in queries]


def question_embeddings(embedder: Embedder, questions: Sequence[str]) -> list[float]:
    """The seconds that the embedder takes for each question alone."""
    return [timed(partial(embedder.embed_questions, [q])) for q in questions]
