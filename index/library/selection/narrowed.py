"""A snapshot as if the library held only what was selected: what a question asked within it sees.

Searches find nothing else, and neither do lists and counts; scores stay those among all. An article that is
asked for by its id is given all the same: who holds the id has found it.
"""

import json
from typing import TYPE_CHECKING

from index.articles import Article
from index.embedders import Embedder, Vectors
from index.library.selection import SelectedArticles
from index.library.selection.summaries import ArticleSummary
from index.passages import Hit
from index.search.query import Query

if TYPE_CHECKING:  # a snapshot makes these
    from index.library.snapshot import Snapshot


class NarrowedSnapshot:
    """What ``Snapshot.within`` gives, while that snapshot is open."""

    def __init__(self, snapshot: "Snapshot", selected: SelectedArticles) -> None:
        self._snapshot = snapshot
        self.selected = selected

    @property
    def revision(self) -> int:
        return self._snapshot.revision

    @property
    def embedder(self) -> Embedder:
        return self._snapshot.embedder

    def lexical(self, query: Query, k: int) -> list[Hit]:
        return self._snapshot.lexical(query, k, self.selected.passages)

    def dense(self, query: Query, k: int) -> list[Hit]:
        return self._snapshot.dense(query, k, self.selected.passages)

    def lexical_ceiling(self, query: Query, language: str) -> float:
        return self._snapshot.lexical_ceiling(query, language)

    def article(self, article_id: str) -> Article:
        return self._snapshot.article(article_id)

    def summary(self, article_id: str) -> ArticleSummary:
        return self._snapshot.summary(article_id)

    def embed_question(self, text: str) -> Vectors:
        return self._snapshot.embed_question(text)

    def articles(self) -> list[ArticleSummary]:
        """The articles without their texts, by id."""
        return self._snapshot.summaries_of(self.selected.articles)

    def count_articles(self) -> int:
        return len(self.selected)

    def newest(self, count: int) -> list[str]:
        return self._snapshot.newest(count, json.dumps(self.selected.articles.tolist()))
