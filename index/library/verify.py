"""Whether a library is what was put into it.

Everything stored is checked against something: an article against its record's SHA-256, a passage against its
article's text, vectors against their length, a derived index against its files' SHA-256. How what is found is
mended is in ``repairing``.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from index.articles import Article
from index.library import database as store
from index.library import generations as derived
from index.library import records
from index.library.database import State
from index.passages import SPLITTER_VERSION, split_article
from index.search.vectors import VECTORS_VERSION

_TOLERANCE = 1e-3  # of a unit vector's length


def verify(folder: Path, connection: sqlite3.Connection) -> list[str]:
    """What is wrong, a line each with the command that mends it; nothing for a sound library."""
    connection.text_factory = decoded
    problems: list[str] = []
    try:
        problems += [
            f"SQLite: {line}" for (line,) in connection.execute("PRAGMA quick_check") if line != "ok"
        ]
        if connection.execute("PRAGMA foreign_key_check").fetchone():
            problems.append("SQLite: there are rows without their article")
        for article_id, _, article in damaged_articles(connection):
            what = (
                "its text is not what was stored"
                if article is None
                else "its passages are not slices of its text"
            )
            problems.append(f"article {article_id}: {what}")
        state = store.read_state(connection)
        if lost := _count_lost_vectors(connection, state):
            problems.append(f"{lost} passages have no vectors")
        if damaged := len(damaged_vectors(connection, state)):
            problems.append(f"the vectors of {damaged} texts are damaged")
        problems += derived_problems(folder, state) or wrong_rows(folder, connection, state)
    except sqlite3.DatabaseError as error:
        problems.append(f"SQLite: {error}")
    return [f"{problem}; mend with: majlis index repair --library {folder}" for problem in problems]


def derived_problems(folder: Path, state: State) -> list[str]:
    """What is wrong with the files of the derived indexes."""
    problems = []
    if not derived.is_current(folder, state.vectors, VECTORS_VERSION):
        problems.append("the file of vectors is missing, damaged or of another version")
    if not derived.is_current(folder, state.lexical, derived.LEXICAL_VERSION):
        problems.append("the folder of terms is missing, damaged or of another version")
    return problems


def wrong_rows(folder: Path, connection: sqlite3.Connection, state: State) -> list[str]:
    """What is wrong with an undamaged file of vectors: it holds others than the store does."""
    index = derived.load_vectors(folder, state)
    windows = dict(
        connection.execute(
            """
            SELECT row, length(vector) / ? FROM passages LEFT JOIN vectors
                ON vectors.text_hash = passages.text_hash AND fingerprint = ?
            """,
            (records.vector_bytes(state), state.fingerprint),
        )
    )
    if index is not None:
        held = Counter(row for row in index.rows().tolist() if row >= 0)
        # where SQLite has lost the vectors of a passage, any number of them is as good as another
        if held.keys() == windows.keys() and all(windows[row] in (None, held[row]) for row in held):
            return []
    return ["the file of vectors holds other passages than the library"]


def damaged_articles(connection: sqlite3.Connection) -> Iterator[tuple[str, str, Article | None]]:
    """(id, origin, article) of the articles that are not whole: their passages, or (none) their own text."""
    for row, splitter, digest, *values in connection.execute("""
        SELECT articles.row, splitter, record_hash, id, title, text, language, source, published, origin
        FROM articles LEFT JOIN texts ON article = articles.row ORDER BY id
    """):
        article = Article(*values)
        if article.text is None or records.record_hash(article, splitter) != digest:
            yield article.id, article.origin, None
            continue
        held = connection.execute(
            "SELECT start, end, text_hash FROM passages WHERE article = ? ORDER BY row", (row,)
        ).fetchall()
        whole = all(
            0 <= start < end <= len(article.text) and records.text_hash(article.text[start:end]) == hashed
            for start, end, hashed in held
        )
        if whole and splitter == SPLITTER_VERSION:
            whole = [(p.start, p.end) for p in split_article(article)] == [
                (start, end) for start, end, _ in held
            ]
        if not whole:
            yield article.id, article.origin, article


def damaged_vectors(connection: sqlite3.Connection, state: State) -> list[int]:
    """The SQLite rows of vectors that cannot be an embedder's: of a wrong size, or not of unit length."""

    def whole(blob: bytes) -> bool:
        if not blob or len(blob) % records.vector_bytes(state):
            return False
        lengths = np.linalg.norm(np.frombuffer(blob, dtype="<f4").reshape(-1, state.dimension), axis=1)
        return bool((abs(lengths - 1) < _TOLERANCE).all())  # NaN is not <

    stored = connection.execute(
        "SELECT rowid, vector FROM vectors WHERE fingerprint = ?", (state.fingerprint,)
    )
    return [row for row, blob in stored if not whole(blob)]


def decoded(raw: bytes) -> str:
    """A text as it is stored; damaged bytes make it another text, which its SHA-256 then tells."""
    return raw.decode(errors="replace")


def _count_lost_vectors(connection: sqlite3.Connection, state: State) -> int:
    return int(
        connection.execute(
            """
            SELECT count(*) FROM passages WHERE NOT EXISTS
                (SELECT 1 FROM vectors WHERE fingerprint = ? AND vectors.text_hash = passages.text_hash)
            """,
            (state.fingerprint,),
        ).fetchone()[0]
    )
