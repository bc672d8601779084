"""Rows of the store as records, and what they are known by: SHA-256 of a text, of an article."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from index.articles import Article
from index.embedders.windows import Vectors, WindowVectors
from index.library.database import RowDamaged, State
from index.passages import SPLITTER_VERSION, Passage
from index.search.vectors import Rows

_ARTICLES = """
SELECT id, title, text, language, source, published, origin FROM articles JOIN texts ON article = articles.row
"""


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """An article without its text."""

    id: str
    title: str
    language: str
    source: str
    origin: str  # the file it was read from
    published: str
    characters: int
    passages: int


def text_hash(text: str) -> bytes:
    """SHA-256 of a text's UTF-8."""
    return hashlib.sha256(text.encode()).digest()


def record_hash(article: Article, splitter: str = SPLITTER_VERSION) -> bytes:
    """SHA-256 of all that an article is and of how it is split: equal means that nothing is to be done."""
    parts = (article.title, article.text, article.language, article.source, article.published, article.origin)
    return hashlib.sha256(json.dumps((*parts, splitter)).encode()).digest()


def read_article(connection: sqlite3.Connection, article_id: str) -> Article:
    """The article; ``KeyError`` where there is none."""
    found = connection.execute(f"{_ARTICLES} WHERE id = ?", (article_id,)).fetchone()
    if found is None:
        raise KeyError(article_id)
    return Article(*found)


def read_summaries(connection: sqlite3.Connection) -> Iterator[ArticleSummary]:
    """Every article without its text, by id."""
    for values in connection.execute("""
        SELECT id, title, language, source, origin, published, characters,
            (SELECT count(*) FROM passages WHERE article = articles.row)
        FROM articles ORDER BY id
    """):
        yield ArticleSummary(*values)


def read_passages(connection: sqlite3.Connection, rows: Sequence[int]) -> dict[int, Passage]:
    """The passages with these row numbers."""
    marks = ",".join("?" * len(rows))
    found = connection.execute(
        f"""
        SELECT passages.row, id, title, source, language, start, end, substr(text, start + 1, end - start)
        FROM passages JOIN articles ON articles.row = passages.article
        JOIN texts ON texts.article = passages.article
        WHERE passages.row IN ({marks})
        """,
        rows,
    )
    return {row: Passage(*values) for row, *values in found}


def read_passage_texts(connection: sqlite3.Connection, after: int = 0) -> Iterator[tuple[int, str, str]]:
    """(row, title, text) of every passage whose row number is above ``after``."""
    articles = connection.execute(
        """
        SELECT articles.row, title, text FROM articles JOIN texts ON article = articles.row
        WHERE articles.row IN (SELECT article FROM passages WHERE row > ?) ORDER BY articles.row
        """,
        (after,),
    )
    for article, title, text in articles:
        ranges = "SELECT row, start, end FROM passages WHERE article = ? AND row > ?"
        for row, start, end in connection.execute(ranges, (article, after)):
            yield row, title, text[start:end]


def count_vectors(connection: sqlite3.Connection, state: State) -> int:
    """How many vectors the passages have, one a window."""
    found = connection.execute(
        "SELECT sum(length(vector)) FROM passages JOIN vectors USING (text_hash) WHERE fingerprint = ?",
        (state.fingerprint,),
    )
    return (found.fetchone()[0] or 0) // vector_bytes(state)


def vector_bytes(state: State) -> int:
    """The size of one vector where it is stored."""
    return 4 * state.dimension


def read_vectors(
    connection: sqlite3.Connection, state: State, after: int = 0, batch: int = 4_096
) -> Iterator[tuple[Rows, Vectors]]:
    """The vectors of the passages whose row numbers are above ``after``, each with that number.

    In batches of so many passages, all windows of a passage together.
    """
    found = connection.execute(
        """
        SELECT row, vector FROM passages JOIN vectors USING (text_hash)
        WHERE fingerprint = ? AND row > ? ORDER BY row
        """,
        (state.fingerprint, after),
    )
    while pairs := found.fetchmany(batch):
        sizes = np.array([len(blob) for _, blob in pairs])
        if not sizes.all() or (sizes % vector_bytes(state)).any():
            raise RowDamaged("a vector of the wrong size")
        rows = np.array([row for row, _ in pairs], dtype=np.int64)
        vectors = np.frombuffer(b"".join(blob for _, blob in pairs), dtype="<f4")
        yield np.repeat(rows, sizes // vector_bytes(state)), vectors.reshape(-1, state.dimension)


def store_vectors(
    connection: sqlite3.Connection, fingerprint: str, hashes: Iterable[bytes], windows: WindowVectors
) -> None:
    """Puts the vectors of each text under its hash, one after the other."""
    rows = zip(hashes, windows.by_text(), strict=True)
    connection.executemany(
        "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
        [(fingerprint, digest, vectors.astype("<f4").tobytes()) for digest, vectors in rows],
    )
