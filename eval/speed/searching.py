"""Searching a warm library by words, by meaning and by both, the encoder apart; and how much it misses.

The truth is exact: every vector that SQLite holds is multiplied with the question's. A large library is not
searched so, and may miss some of the nearest passages.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.question import understand
from assistant.retrieval import make_retriever
from assistant.settings import RETRIEVERS, Settings
from eval.speed.process import seconds_of
from index.embedders.windows import Vectors
from index.library import Library
from index.library.corpus import StoredCorpus
from index.library.database import Database
from index.search.query import parse_query

RECALL_AT = 10  # passages
_POOL = 200  # vectors of which the nearest passages are taken: more than so many have windows


def search_seconds(library: Library, questions: Sequence[str]) -> dict[str, list[float]]:
    """The seconds of each question by retriever; give the library an embedder that knows the questions."""
    asked = [understand(question) for question in questions]
    taken: dict[str, list[float]] = {}
    with library.snapshot() as snapshot:
        for kind in RETRIEVERS:
            retriever = make_retriever(kind, snapshot)
            retriever.retrieve(asked[0], Settings().k)  # the first one loads what is not loaded
            taken[kind] = [
                seconds_of(lambda one=one: retriever.retrieve(one, Settings().k))  # type: ignore[misc] # noqa: B023
                for one in asked
            ]
    return taken


def recall(library: Library, questions: Sequence[str], embedded: Sequence[Vectors]) -> float:
    """The share of the nearest passages that the library's search by meaning finds, over all questions."""
    truth = nearest(library.folder, np.stack(embedded))
    with library.snapshot() as snapshot:
        rows = {
            (passage.article_id, passage.start): row
            for row, passage in snapshot.passages(sorted({row for found in truth for row in found})).items()
        }
        shared = 0
        for question, expected in zip(questions, truth, strict=True):
            hits = snapshot.dense(parse_query(question), RECALL_AT)
            found = {rows.get((hit.passage.article_id, hit.passage.start)) for hit in hits}
            shared += len(found & set(expected))
    return shared / max(sum(map(len, truth)), 1)


def nearest(folder: Path, questions: Vectors, count: int = RECALL_AT) -> list[list[int]]:
    """The rows of the passages nearest to each question, by all the vectors that a library stores."""
    scores = np.zeros((len(questions), 0), dtype=np.float32)
    rows = np.zeros((len(questions), 0), dtype=np.int64)
    database = Database(folder)
    with database.reading() as connection:
        for numbers, vectors in StoredCorpus(connection, connection.read_state()).vectors():
            scores = np.concatenate([scores, questions @ vectors.T], axis=1)
            rows = np.concatenate([rows, np.broadcast_to(numbers, (len(questions), len(numbers)))], axis=1)
            best = np.argsort(-scores, axis=1, kind="stable")[:, :_POOL]
            scores = np.take_along_axis(scores, best, axis=1)
            rows = np.take_along_axis(rows, best, axis=1)
    return [list(dict.fromkeys(found.tolist()))[:count] for found in rows]
