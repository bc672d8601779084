"""Asking a library, by one or by many at once, and what cannot be beaten: the encoder, FAISS, memory alone.

Bare FAISS is a flat scan of the library's own vectors, one question at a time in one thread, as a library is
searched while its segments are small. A scan reads every byte of the vectors, so it takes at least what the
memory takes to give them; vectors that fit into the processor's cache come faster than that.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from assistant.pipeline import Assistant
from assistant.retrieval import POOL
from eval.speed.corpus import CorpusQuestion
from eval.speed.figures import AskingRound
from index.embedders.windows import Vectors
from index.library import Library
from index.progress import timed
from index.search.query import parse_query
from index.search.vectors import VectorIndex

ASKERS = (1, 4, 16)  # at the same time, in one process
_ARRAY_BYTES = 256 * 2**20  # far more than a cache holds


def ask(assistant: Assistant, asked: Sequence[CorpusQuestion], askers: int) -> AskingRound:
    """Asks all the questions, so many at a time: whoever has an answer takes the next question."""
    with ThreadPoolExecutor(askers) as pool:
        begun = perf_counter()
        answers = list(pool.map(assistant.answer, [one.question for one in asked]))
        seconds = perf_counter() - begun
    found = sum(
        any(hit.passage.title == one.title for hit in answer.hits)
        for one, answer in zip(asked, answers, strict=True)
    )
    return AskingRound(seconds, tuple(answer.timings_ms for answer in answers), found)


def seconds_each(work: Callable[[Any], Any], items: Iterable[Any]) -> list[float]:
    """The seconds that the work takes for each of the items."""
    taken = []
    for item in items:
        seconds: dict[str, float] = {}
        with timed(seconds, "work"):
            work(item)
        taken.append(seconds["work"])
    return taken


def memory_rate(size: int = _ARRAY_BYTES) -> float:
    """Bytes a second that one thread reads from memory: the fastest of three plain operations."""
    array = np.ones(size // 4, dtype=np.float32)
    other = np.empty_like(array)
    other[:] = 0  # so that its pages are there
    dot, most = seconds_each(lambda read: read(), [partial(np.dot, array, array), array.max])
    (copy,) = seconds_each(partial(np.copyto, other), [array])  # reads and writes
    return array.nbytes / min(dot, most, copy / 2)


def library_vectors(folder: Path) -> Vectors:
    """The vectors that a library is searched by, as its FAISS files hold them: a row each."""
    index = VectorIndex.open(next(folder.glob("vectors-*")))
    return np.concatenate([part.left()[1] for part in index.parts])


def bare_scans(vectors: Vectors, questions: Sequence[Vectors], k: int = POOL) -> list[float]:
    """The seconds of a flat FAISS scan for the k best, for each question's vector."""
    import faiss

    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        index.search(questions[0].reshape(1, -1), k)  # the first one pays for waking up
        return seconds_each(lambda row: index.search(row, k), [row.reshape(1, -1) for row in questions])
    finally:
        faiss.omp_set_num_threads(threads)


def dense_searches(library: Library, questions: Sequence[str], k: int = POOL) -> list[float]:
    """The seconds of the library's own search by meaning for the k best passages, for each question.

    For the search alone, give the library an embedder that knows the questions already.
    """
    queries = [parse_query(question) for question in questions]
    with library.snapshot() as snapshot:
        snapshot.dense(queries[0], k)
        return seconds_each(lambda query: snapshot.dense(query, k), queries)
