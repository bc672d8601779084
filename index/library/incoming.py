"""What comes in with a change, on its way: a stream of articles in temporary tables.

Memory stays bounded whatever comes. Only what is new or changed is split and kept; of an article that is
stored just so, only its name is noted.
"""

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from index.articles import Article
from index.library import records
from index.passages import split_article

_TABLES = """
CREATE TEMP TABLE incoming (
    id TEXT PRIMARY KEY, title TEXT, text TEXT, language TEXT, source TEXT, published TEXT, origin TEXT,
    record_hash BLOB, changed INTEGER
);
CREATE TEMP TABLE incoming_passages (id TEXT, start INTEGER, end INTEGER, text_hash BLOB);
CREATE INDEX temp.incoming_by_origin ON incoming (origin);
CREATE INDEX temp.incoming_passages_by_id ON incoming_passages (id);
CREATE TEMP TABLE wanted (n INTEGER PRIMARY KEY, text_hash BLOB UNIQUE, text TEXT);  -- texts to embed
CREATE TEMP TABLE leaving (row INTEGER PRIMARY KEY);  -- articles that go, or give way to their new selves
"""


class Intake:
    """The articles of one change; ``problems`` has a line for each that does not go in."""

    def __init__(self, connection: sqlite3.Connection, fingerprint: str) -> None:
        self._connection = connection
        self._fingerprint = fingerprint
        self.problems: list[str] = []
        connection.executescript(_TABLES)

    def take(self, articles: Iterable[Article]) -> None:
        """Reads the stream to its end."""
        self._connection.execute("BEGIN")  # one for all the temporary rows; it takes no lock that others want
        try:
            for article in articles:
                self._take(article)
        finally:
            self._connection.execute("COMMIT")

    def _take(self, article: Article) -> None:
        digest = records.record_hash(article)
        held = self.one("SELECT record_hash, origin FROM articles WHERE id = ?", article.id)
        came = self.one("SELECT record_hash, origin FROM incoming WHERE id = ?", article.id)
        changed = held is None or held[0] != digest
        if came is None:
            self._put(article, digest, changed)
        elif came[0] != digest:  # else it is the same file, named twice
            places = [came[1], article.origin]
            if held is not None and held[1] == article.origin != came[1]:  # the stored one comes second
                places.reverse()
                self._forget(article.id)
                self._put(article, digest, changed)
            self._tell(article.id, "comes from {} and from {}", *places)

    def renew(self, article: Article) -> None:
        """Splits a stored article again, though it has not changed."""
        self._put(article, records.record_hash(article), changed=True)

    def reread(self, origin: str) -> bool:
        """Whether what did not come from that file has left it: it gave other articles, or it is gone.

        A file that is there and gave nothing is one that could not be read this time.
        """
        came = self.one("SELECT 1 FROM incoming WHERE origin = ? LIMIT 1", origin)
        return came is not None or not Path(origin).exists()

    def settle(self, reread: Callable[[str], bool]) -> None:
        """Keeps a stored article from giving way to a namesake from elsewhere, while its own file is there.

        ``reread`` tells the origins that were read again: what did not come from those has left them.
        """
        for article_id, old, new in self._connection.execute("""
            SELECT id, articles.origin, incoming.origin FROM incoming JOIN articles USING (id)
            WHERE articles.origin NOT IN ('', incoming.origin) AND incoming.origin <> ''
        """).fetchall():
            if not reread(old) and Path(old).exists():
                self._tell(article_id, "is stored from {} and comes from {}", old, new)
                self._forget(article_id)
                self._connection.execute("INSERT INTO incoming (id, changed) VALUES (?, 0)", (article_id,))
        self._connection.execute(
            "DELETE FROM wanted WHERE text_hash NOT IN (SELECT text_hash FROM incoming_passages)"
        )

    def leave(self, chosen: Callable[[str, str], bool]) -> int:
        """Marks the stored articles that did not come and are chosen by (id, origin): they go. How many."""
        rows = self._connection.execute(
            "SELECT row, id, origin FROM articles WHERE id NOT IN (SELECT id FROM incoming)"
        ).fetchall()
        return self._connection.executemany(
            "INSERT INTO leaving VALUES (?)",
            [(row,) for row, article_id, origin in rows if chosen(article_id, origin)],
        ).rowcount

    def want_stored(self) -> None:
        """Wants vectors for every stored passage that stays: of another embedder, or where some are lost."""
        for article, text in self._connection.execute("""
            SELECT article, text FROM texts WHERE article NOT IN (SELECT row FROM leaving)
            AND article NOT IN (SELECT row FROM articles JOIN incoming USING (id) WHERE changed)
        """):
            for start, end, digest in self._connection.execute(
                "SELECT start, end, text_hash FROM passages WHERE article = ?", (article,)
            ):
                self._want(digest, text[start:end])

    def one(self, query: str, *values: object) -> Any:
        """The first row of a query's answer, or none."""
        return self._connection.execute(query, values).fetchone()

    def _put(self, article: Article, digest: bytes, changed: bool) -> None:
        fields = (article.title, article.text, article.language, article.source, article.published)
        self._connection.execute(
            "INSERT INTO incoming VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (article.id, *(fields if changed else (None,) * 5), article.origin, digest, changed),
        )
        if changed:
            for passage in split_article(article):
                hashed = records.text_hash(passage.text)
                self._connection.execute(
                    "INSERT INTO incoming_passages VALUES (?, ?, ?, ?)",
                    (article.id, passage.start, passage.end, hashed),
                )
                self._want(hashed, passage.text)

    def _want(self, digest: bytes, text: str) -> None:
        known = "SELECT 1 FROM vectors WHERE fingerprint = ? AND text_hash = ?"
        if self.one(known, self._fingerprint, digest) is None:
            self._connection.execute(
                "INSERT OR IGNORE INTO wanted (text_hash, text) VALUES (?, ?)", (digest, text)
            )

    def _forget(self, article_id: str) -> None:
        self._connection.execute("DELETE FROM incoming WHERE id = ?", (article_id,))
        self._connection.execute("DELETE FROM incoming_passages WHERE id = ?", (article_id,))

    def _tell(self, article_id: str, what: str, first: str, second: str) -> None:
        line = f"{article_id}: the same id {what.format(first or 'a script', second or 'a script')}"
        self.problems.append(f"{line}; the first stays: give one of them another id")
