"""One revision of a library, to be read and searched: what a question sees from its first step to its last.

A snapshot holds a read transaction. An index is loaded when it is first asked, once for a revision, and
shared by all the threads of the process (``Generations``).
"""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from index.articles import Article, date_key
from index.embedders import Embedder, Vectors
from index.library.database import Connection, State
from index.library.generations import AnyIndex, Generations
from index.library.records import FIELDS, stored_article
from index.passages import Hit, LegScore, Passage
from index.search import IndexKind, Match
from index.search.query import Query


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """An article without its text."""

    id: str
    title: str
    language: str
    source: str
    origin: str  # the file it was read from
    published: str
    author: str
    characters: int
    passages: int


class Snapshot:
    """A library at one revision. Opened by ``Library.snapshot``; for one thread, while its block runs."""

    def __init__(
        self, connection: Connection, generations: Generations, embedder: Callable[[State], Embedder]
    ) -> None:
        self._connection = connection
        self._generations = generations
        self._embedder = embedder
        self._state = connection.read_state()
        self._embedded: dict[str, Vectors] = {}
        # Held from the start: others may load a newer revision, and the files of this one may go.
        self._held = generations.loaded(self._state)

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
        found = self._connection.one(
            f"SELECT row, {FIELDS} FROM articles JOIN texts ON article = articles.row WHERE id = ?",
            article_id,
        )
        if found is None:
            raise KeyError(article_id)
        row, *values = found
        return stored_article(self._connection, row, values)

    def articles(self) -> list[ArticleSummary]:
        """Every article without its text, by id."""
        found = self._connection.execute("""
            SELECT id, title, language, source, origin, published, author, characters,
                (SELECT count(*) FROM passages WHERE article = articles.row)
            FROM articles ORDER BY id
        """)
        return [ArticleSummary(*values) for values in found]

    def count_articles(self) -> int:
        """How many articles there are."""
        [count] = self._connection.one("SELECT count(*) FROM articles") or (0,)
        return int(count)

    def newest(self, count: int) -> list[str]:
        """The ids of so many articles, by the dates that they state, the newest first; undated ones last."""
        found = self._connection.execute("SELECT id, published FROM articles ORDER BY row")
        return [name for name, _ in heapq.nlargest(count, found, key=lambda row: date_key(row[1]))]

    def passages(self, rows: Sequence[int]) -> dict[int, Passage]:
        """The passages with these row numbers."""
        found = self._connection.execute(
            f"""
            SELECT passages.row, id, title, source, language, start, end, substr(text, start + 1, end - start)
            FROM passages JOIN articles ON articles.row = passages.article
            JOIN texts ON texts.article = passages.article
            WHERE passages.row IN ({",".join("?" * len(rows))})
            """,
            rows,
        )
        return {row: Passage(*values) for row, *values in found}

    def embed_question(self, text: str) -> Vectors:
        """The vector of a question, ``(dimension,)``; embedded once, however often it is asked for."""
        if text not in self._embedded:
            self._embedded[text] = self.embedder.embed_questions([text])[0]
        return self._embedded[text]

    def dense(self, query: Query, k: int) -> list[Hit]:
        """The k passages that have a window nearest to the query, best first; score: that one's cosine."""
        if not query.text.strip() or k < 1 or self._connection.one("SELECT 1 FROM passages") is None:
            return []  # so that no embedder is loaded for nothing
        found = self._index(self._generations.kinds.dense).search(self.embed_question(query.text), k)
        return [
            Hit(passage, match.score, dense=LegScore(rank, match.score))
            for rank, match, passage in self._ranked(found)
        ]

    def lexical(self, query: Query, k: int) -> list[Hit]:
        """The k passages whose words fit the query's best, best first; score: BM25."""
        found = self._index(self._generations.kinds.lexical).search(query, k)
        return [
            Hit(passage, match.score, lexical=LegScore(rank, match.score), matched_terms=match.terms)
            for rank, match, passage in self._ranked(found)
        ]

    def lexical_ceiling(self, query: Query, language: str) -> float:
        """The lexical score of a passage in that language that is full of the query's words."""
        return self._index(self._generations.kinds.lexical).ceiling(query, language)

    def _ranked(self, found: Sequence[Match]) -> list[tuple[int, Match, Passage]]:
        passages = self.passages([match.row for match in found])
        return [(rank, match, passages[match.row]) for rank, match in enumerate(found, start=1)]

    def _index(self, kind: IndexKind[AnyIndex]) -> AnyIndex:
        if kind.name not in self._held:
            self._held[kind.name] = self._generations.load(kind, self._state, self._connection)
        return cast(AnyIndex, self._held[kind.name])
