"""One revision of a library, to be searched: what a question sees from its first step to its last.

A snapshot holds a read transaction. The two derived indexes are loaded when a leg is first asked, once for a
revision, and shared by all the threads of the process (``Legs``).
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from index.articles import Article
from index.embedders import Embedder, Vectors
from index.library import database as store
from index.library import generations as derived
from index.library import records
from index.library.database import State
from index.library.records import ArticleSummary
from index.passages import Hit, LegScore
from index.search.lexical import LexicalIndex
from index.search.query import Query
from index.search.vectors import VectorIndex


class Legs:
    """The loaded indexes of the revision that was asked for last."""

    def __init__(self, folder: Path, mend: Callable[[State], State | None]) -> None:
        self._folder = folder
        self._mend = mend
        self._lock = Lock()
        self._vectors: tuple[tuple[int, str], VectorIndex] | None = None
        self._lexical: tuple[tuple[int, str], LexicalIndex] | None = None

    def loaded(self, state: State) -> tuple[VectorIndex | None, LexicalIndex | None]:
        """Both indexes of the state as far as they are loaded; does not wait for others to be."""
        vectors, lexical = self._vectors, self._lexical
        return (
            vectors[1] if vectors and vectors[0] == _vectors_key(state) else None,
            lexical[1] if lexical and lexical[0] == _lexical_key(state) else None,
        )

    def vectors(self, state: State, connection: sqlite3.Connection) -> VectorIndex:
        """The vectors of the state; made afresh, and nothing embedded, where they cannot be loaded."""
        key = _vectors_key(state)
        with self._lock:
            if self._vectors is None or self._vectors[0] != key:
                index = derived.load_vectors(self._folder, state)
                if index is None and (mended := self._mended(state)):
                    index = derived.load_vectors(self._folder, mended)
                self._vectors = key, derived.build_vectors(connection, state) if index is None else index
            return self._vectors[1]

    def lexical(self, state: State, connection: sqlite3.Connection) -> LexicalIndex:
        """The terms of the state, likewise."""
        key = _lexical_key(state)
        with self._lock:
            if self._lexical is None or self._lexical[0] != key:
                index = derived.load_lexical(self._folder, state)
                if index is None and (mended := self._mended(state)):
                    index = derived.load_lexical(self._folder, mended)
                self._lexical = key, derived.build_lexical(connection) if index is None else index
            return self._lexical[1]

    def _mended(self, state: State) -> State | None:
        """The state with new derived indexes on disk; none where another writes, or is further by now."""
        mended = self._mend(state)
        return mended if mended and mended.revision == state.revision else None


def _vectors_key(state: State) -> tuple[int, str]:
    return state.revision, state.vectors.name  # the name too: a library made anew counts from 0 again


def _lexical_key(state: State) -> tuple[int, str]:
    return state.revision, state.lexical.name


class Snapshot:
    """A library at one revision. Opened by ``Library.snapshot``; for one thread, while its block runs."""

    def __init__(
        self, connection: sqlite3.Connection, legs: Legs, embedder: Callable[[State], Embedder]
    ) -> None:
        self._connection = connection
        self._legs = legs
        self._embedder = embedder
        self._state = store.read_state(connection)
        self._embedded: dict[str, Vectors] = {}
        # Held from the start: others may load a newer revision, and the files of this one may go.
        self._vectors, self._lexical = legs.loaded(self._state)

    @property
    def revision(self) -> int:
        """The number of the change that made the library what it is here."""
        return self._state.revision

    @property
    def embedder(self) -> Embedder:
        """The embedder of the library's vectors, loaded when it is first needed."""
        return self._embedder(self._state)

    def article(self, article_id: str) -> Article:
        """The article; ``KeyError`` where there is none."""
        return records.read_article(self._connection, article_id)

    def articles(self) -> list[ArticleSummary]:
        """Every article without its text, by id."""
        return list(records.read_summaries(self._connection))

    def embed_question(self, text: str) -> Vectors:
        """The vector of a question, ``(dimension,)``; embedded once, however often it is asked for."""
        if text not in self._embedded:
            self._embedded[text] = self.embedder.embed_questions([text])[0]
        return self._embedded[text]

    def dense(self, query: Query, k: int) -> list[Hit]:
        """The k passages that have a window nearest to the query, best first; score: that one's cosine."""
        if not query.text.strip():
            return []
        if self._vectors is None:
            self._vectors = self._legs.vectors(self._state, self._connection)
        if not len(self._vectors):
            return []
        found = self._vectors.search(self.embed_question(query.text), k)
        passages = records.read_passages(self._connection, [row for row, _ in found])
        return [
            Hit(passages[row], score, dense=LegScore(rank, score))
            for rank, (row, score) in enumerate(found, start=1)
        ]

    def lexical(self, query: Query, k: int) -> list[Hit]:
        """The k passages whose words fit the query's best, best first; score: BM25."""
        found = self._terms().search(query, k)
        passages = records.read_passages(self._connection, [match.row for match in found])
        return [
            Hit(
                passages[match.row],
                match.score,
                lexical=LegScore(rank, match.score),
                matched_terms=match.terms,
            )
            for rank, match in enumerate(found, start=1)
        ]

    def lexical_ceiling(self, query: Query, language: str) -> float:
        """The lexical score of a passage in that language that is full of the query's words."""
        return self._terms().ceiling(query, language)

    def _terms(self) -> LexicalIndex:
        if self._lexical is None:
            self._lexical = self._legs.lexical(self._state, self._connection)
        return self._lexical
