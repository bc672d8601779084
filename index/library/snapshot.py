"""One revision of a library, to be read and searched: what a question sees from its first step to its last.

A snapshot holds a read transaction. An index is loaded when it is first asked, once for a revision, and
shared by all the threads of the process (``Generations``).
"""

import json
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import groupby
from operator import and_, itemgetter
from typing import Literal, cast

from index.articles import Article
from index.embedders import Embedder, Vectors
from index.filters import ALL, Filter
from index.library.database import Connection, State
from index.library.database.failures import RowDamaged
from index.library.generations import AnyIndex, Generations
from index.library.recent import RecentArticles
from index.library.records import FIELDS, record_hash, stored_article, text_hash
from index.library.selection import SelectedArticles, Selections, names
from index.library.selection.narrowed import NarrowedSnapshot
from index.library.sources import under
from index.passages import Hit, LegScore, Passage
from index.search import IndexKind, Match, Rows, Selection
from index.search.query import Query
from index.text.analysis import fold


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
    kind: str = ""  # the ending of its file
    added: str = ""  # when it first came in, UTC; "" where that was not noted
    tags: tuple[str, ...] = ()  # its own and a person's, sorted


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
        return self._summaries("ORDER BY id")

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

    def summaries(self, rows: Rows) -> list[ArticleSummary]:
        """The articles of these rows without their texts, by id."""
        given = json.dumps(rows.tolist())
        return self._summaries("WHERE row IN (SELECT value FROM json_each(?)) ORDER BY id", given)

    def summary(self, article_id: str) -> ArticleSummary:
        """The article without its text, which may be long; ``KeyError`` where there is none."""
        for summary in self._summaries("WHERE id = ?", article_id):
            return summary
        raise KeyError(article_id)

    def find(self, name: str) -> list[ArticleSummary]:
        """The articles with that id, or read from that file or folder, by id."""
        found = self._summaries("WHERE id = ?", name)
        for place in dict.fromkeys((name, os.path.abspath(name), os.path.realpath(name))):  # noqa: PTH100
            for condition, values in under(place):
                found += self._summaries(f"WHERE {condition}", *values)
        return sorted({summary.id: summary for summary in found}.values(), key=lambda summary: summary.id)

    def listed(
        self, search: str = "", language: str = "", first: int = 0, count: int = 50
    ) -> tuple[int, list[ArticleSummary]]:
        """How many articles there are, and so many of them from the ``first`` on, the last to come in first.

        ``search`` keeps those whose title or file name has all of its words, letters folded.
        """
        wanted = fold(search).split()

        def says(title: str, source: str) -> bool:
            named = _named(title, source)
            return all(word in named for word in wanted)

        self._connection.create_function("says", 2, says, deterministic=True)
        rows = self._connection.execute(
            f"""
            SELECT row FROM articles WHERE {"language = ?" if language else "? = ''"}
            {"AND says(title, source)" if wanted else ""} ORDER BY row DESC
            """,
            (language,),
        ).fetchall()
        shown = [row for (row,) in rows[first : first + count]]
        marks = ",".join("?" * len(shown))
        return len(rows), self._summaries(f"WHERE row IN ({marks}) ORDER BY row DESC", *shown)

    def titled(self, terms: Sequence[str]) -> list[ArticleSummary]:
        """The articles whose title or file name may hold words of all these stems, by id."""
        # what is left of a word in its stem stands there in the same order, but for its end
        wanted = [re.compile(".*?".join(map(re.escape, term[: max(2, len(term) - 1)]))) for term in terms]

        def may_hold(title: str, origin: str) -> bool:
            named = _named(title, origin)
            return all(pattern.search(named) for pattern in wanted)

        self._connection.create_function("may_hold", 2, may_hold, deterministic=True)
        return self._summaries("WHERE may_hold(title, origin) ORDER BY id")

    def _summaries(self, condition: str, *values: object) -> list[ArticleSummary]:
        found = self._connection.execute(
            f"""
            SELECT id, title, language, source, origin, published, author, characters,
                (SELECT count(*) FROM passages WHERE article = articles.row), kind, added,
                (SELECT json_group_array(tag) FROM tags WHERE tags.id = articles.id)
            FROM articles {condition}
            """,
            values,
        )
        made: Callable[..., ArticleSummary] = ArticleSummary
        return [made(*told, tags=tuple(sorted(set(json.loads(tags))))) for *told, tags in found]

    def count_articles(self) -> int:
        """How many articles there are."""
        return self._state.counts.articles

    def newest(self, count: int, rows: str = "") -> list[str]:
        """The ids of so many articles, by the dates that they state, the newest first; undated ones last.

        ``rows``: of those alone, as a list in JSON.
        """
        found = self._connection.execute(
            f"""
            SELECT id FROM articles {"WHERE row IN (SELECT value FROM json_each(?))" if rows else ""}
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
        for article, those in groupby(found, key=itemgetter(2)):
            # once for each article: SQLite reads all of a text to cut a passage from it
            text = self._connection.one("SELECT text FROM texts WHERE article = ?", article)
            for row, digest, _, name, title, source, language, start, end in those:
                cut = text[0][start:end] if text and isinstance(text[0], str) else None
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
        if not query.text.strip() or k < 1 or self._connection.one("SELECT 1 FROM passages") is None:
            return []  # so that no embedder is loaded for nothing
        found = self._index(self._generations.kinds.dense).search(self.embed_question(query.text), k, within)
        return [
            Hit(passage, match.score, dense=LegScore(rank, match.score))
            for rank, match, passage in self._ranked(found)
        ]

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


_FOLDERS = re.compile(r"[/\\]")


@lru_cache(maxsize=50_000)
def _named(title: str, source: str) -> str:
    """A title and the name of a file, folded; kept, for a search looks at all of a library's."""
    return fold(f"{title} {_FOLDERS.split(source)[-1]}")
