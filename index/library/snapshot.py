"""One revision of a library, to be read and searched: what a question sees from its first step to its last.

A snapshot holds a read transaction. An index is loaded when it is first asked, once for a revision, and
shared by all the threads of the process (``Generations``).
"""

import json
from collections.abc import Callable, Collection, Sequence
from functools import reduce
from operator import and_
from typing import Literal, cast

import numpy as np

from index.articles import Article
from index.embedders import Embedder, Vectors
from index.filters import ALL, Filter
from index.formats.ocr import PageText
from index.library.database import Connection, State
from index.library.database.failures import RowDamaged
from index.library.generations import AnyIndex, Generations
from index.library.recent import RecentArticles
from index.library.records import FIELDS, record_hash, stored_article, stored_blocks, text_hash
from index.library.selection import SelectedArticles, Selections, names
from index.library.selection.narrowed import NarrowedSnapshot
from index.library.selection.summaries import ROWS_GIVEN, found_by_name, listed, summaries, titled
from index.library.selection.summaries import ArticleSummary as ArticleSummary
from index.passages import Hit, LegScore, Passage
from index.search import IndexKind, Match, Rows, Selection
from index.search.query import Query
from index.structure import moved

HEAD = 20  # passages found within a filter of which the exact score is looked up


class Snapshot:
    """A library at one revision. Opened by ``Library.snapshot``; for one thread, while its block runs."""

    def __init__(
        self,
        connection: Connection,
        generations: Generations,
        embedder: Callable[[State], Embedder],
        recent: RecentArticles | None = None,
        selections: Selections | None = None,
    ) -> None:
        """``recent``: what other snapshots of the library have read; ``selections``: and selected."""
        self._connection = connection
        self._generations = generations
        self._embedder = embedder
        self._state = connection.read_state()
        self._recent = recent or RecentArticles()
        self._selections = selections or Selections()
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
        """The article; ``KeyError`` where there is none. What is not as it was stored is no article."""
        found = self._connection.one("SELECT record_hash FROM articles WHERE id = ?", article_id)
        if found is None:
            raise KeyError(article_id)
        return self._recent.get(article_id, found[0]) or self._read(article_id)

    def _read(self, article_id: str) -> Article:
        row, splitter, digest, *values = self._connection.one(
            f"""
            SELECT row, splitter, record_hash, {FIELDS}
            FROM articles LEFT JOIN texts ON article = articles.row WHERE id = ?
            """,
            article_id,
        )
        article = stored_article(self._connection, row, values)
        if record_hash(article, splitter) != digest:
            raise RowDamaged(f"article {article_id} is not what was stored")
        self._recent.keep(article, digest)
        return article

    def articles(self) -> list[ArticleSummary]:
        """Every article without its text, by id."""
        return summaries(self._connection, "ORDER BY id")

    def within(self, *filters: Filter) -> NarrowedSnapshot:
        """The same as if there were only the articles that every one of the filters keeps."""
        return NarrowedSnapshot(self, reduce(and_, map(self._selected, filters or [ALL])))

    def outside(self, narrowed: NarrowedSnapshot) -> NarrowedSnapshot:
        """The same as if there were only the articles that were left out."""
        return NarrowedSnapshot(self, self._selected(ALL) - narrowed.selected)

    def _selected(self, filter: Filter) -> SelectedArticles:
        return self._selections.get(self._connection, self.revision, filter)

    def names(self, column: Literal["author", "folder", "site"]) -> list[str]:
        """The different authors, folders or sites (``index.places``) that articles are from, sorted."""
        return names(self._connection, column)

    def tags(self) -> list[str]:
        """The different tags, folded, sorted."""
        return names(self._connection, "folded", "tags")

    def summaries_of(self, rows: Rows) -> list[ArticleSummary]:
        """The articles of these rows without their texts, by id."""
        given = json.dumps(rows.tolist())
        return summaries(self._connection, f"WHERE row IN {ROWS_GIVEN} ORDER BY id", given)

    def summary(self, article_id: str) -> ArticleSummary:
        """The article without its text, which may be long; ``KeyError`` where there is none."""
        for summary in summaries(self._connection, "WHERE id = ?", article_id):
            return summary
        raise KeyError(article_id)

    def find(self, name: str) -> list[ArticleSummary]:
        """The articles with that id, or read from that file or folder, by id."""
        return found_by_name(self._connection, name)

    def listed(
        self, search: str = "", language: str = "", first: int = 0, count: int = 50
    ) -> tuple[int, list[ArticleSummary]]:
        """How many articles there are, and so many of them from the ``first`` on, the last to come in first.

        ``search`` keeps those whose title or file name has all of its words, letters folded.
        """
        return listed(self._connection, search, language, first, count)

    def scanned(self, digest: str) -> PageText | None:
        """The text of a page that was read from a picture, by its digest; None where it is not there."""
        row = self._connection.one(
            "SELECT article, start, end, packed FROM scans WHERE digest = ? LIMIT 1", digest
        )
        text = row and self._connection.one("SELECT text FROM texts WHERE article = ?", row[0])
        if not row or not text or not isinstance(row[3], bytes):
            return None
        article, start, end, packed = row
        blocks = stored_blocks(self._connection, article)
        inside = tuple(moved(block, -start) for block in blocks if start <= block.start < end)
        return PageText(text[0][start:end], inside, packed)

    def scanned_files(self) -> frozenset[str]:
        """The ``file_hash`` of each file with pages that were read from pictures; "" for parts of files."""
        found = self._connection.execute(
            "SELECT DISTINCT file_hash FROM articles WHERE row IN (SELECT article FROM scans)"
        )
        return frozenset(file_hash for (file_hash,) in found)

    def titled(self, terms: Sequence[str | Collection[str]]) -> list[ArticleSummary]:
        """The articles, by id, whose title or file name may hold all these stems, or one of several each."""
        return titled(self._connection, terms)

    def count_articles(self) -> int:
        """How many articles there are."""
        return self._state.counts.articles

    def newest(self, count: int, rows: str = "") -> list[str]:
        """The ids of so many articles, by the dates that they state, the newest first; undated ones last.

        ``rows``: of those alone, as a list in JSON.
        """
        found = self._connection.execute(
            f"""
            SELECT id FROM articles {f"WHERE row IN {ROWS_GIVEN}" if rows else ""}
            ORDER BY dated DESC, row LIMIT ?
            """,
            (rows, count) if rows else (count,),
        )
        return [name for (name,) in found]

    def passages(self, rows: Sequence[int]) -> dict[int, Passage]:
        """The passages with these row numbers. What is not as it was stored, or not there, is damaged."""
        if not rows:
            return {}
        found = self._connection.execute(
            f"""
            SELECT passages.row, text_hash, article, id, title, source, language, start, end
            FROM passages JOIN articles ON articles.row = passages.article
            WHERE passages.row IN ({",".join("?" * len(rows))}) ORDER BY article
            """,
            rows,
        ).fetchall()
        passages = {}
        cuts = self._connection.cut((row, article, start, end) for row, _, article, *_, start, end in found)
        for row, digest, _, name, title, source, language, start, end in found:
            cut = cuts.get(row)
            if cut is None or text_hash(cut) != digest:
                raise RowDamaged(f"passage {row} is not what was stored")
            passages[row] = Passage(name, title, source, language, start, end, cut)
        if missing := set(rows) - passages.keys():
            raise RowDamaged(f"passage {min(missing)} is not there")
        return passages

    def embed_question(self, text: str) -> Vectors:
        """The vector of a question, ``(dimension,)``; embedded once, however often it is asked for."""
        if text not in self._embedded:
            self._embedded[text] = self.embedder.embed_questions([text])[0]
        return self._embedded[text]

    def dense(self, query: Query, k: int, within: Selection | None = None) -> list[Hit]:
        """The k passages that have a window nearest to the query, best first; score: that one's cosine.

        ``within``: of these alone, here and in ``lexical``.
        """
        if not query.text.strip() or k < 1 or self._connection.one("SELECT 1 FROM passages LIMIT 1") is None:
            return []  # so that no embedder is loaded for nothing
        index, vector = self._index(self._generations.kinds.dense), self.embed_question(query.text)
        if within is None:
            found = index.search(vector, k)
        else:
            found = self._exact(index.search(vector, max(k, HEAD), within), vector)[:k]
        return [
            Hit(passage, match.score, dense=LegScore(rank, match.score))
            for rank, match, passage in self._ranked(found)
        ]

    def _exact(self, found: Sequence[Match], vector: Vectors) -> list[Match]:
        """The same, the first by the vectors as they are stored: an index may keep a byte a dimension."""
        rows = self._connection.execute(
            f"""
            SELECT row, vector FROM {ROWS_GIVEN} AS given CROSS JOIN passages ON row = given.value
                CROSS JOIN vectors ON fingerprint = ? AND vectors.text_hash = passages.text_hash
            """,
            (json.dumps([match.row for match in found[:HEAD]]), self._state.fingerprint),
        )
        scores = {
            row: round(float((np.frombuffer(blob, "<f4").reshape(-1, len(vector)) @ vector).max()), 6)
            for row, blob in rows
        }
        exact = (Match(match.row, scores.get(match.row, match.score)) for match in found)
        return sorted(exact, key=lambda match: (-match.score, match.row))

    def lexical(self, query: Query, k: int, within: Selection | None = None) -> list[Hit]:
        """The k passages whose words fit the query's best, best first; score: BM25."""
        found = self._index(self._generations.kinds.lexical).search(query, k, within)
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
