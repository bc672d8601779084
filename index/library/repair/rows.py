"""Whether a library is what was put into it, and how what is not is mended.

Everything stored is checked against something: an article against its record's SHA-256, a passage against its
article's text, vectors against their length, an index against its files' SHA-256. What can be made again is:
passages from their article, vectors from their passage, indexes from both. An article whose own text is
damaged is lost, and named. Where SQLite itself finds its file damaged, what can still be read is saved into a
new one first (``salvage``).
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from index.articles import Article
from index.library.change import LibraryWriter
from index.library.database import Connection, State
from index.library.database.failures import proves_damage
from index.library.generations import Generations
from index.library.records import FIELDS, SAID, record_hash, stored_article, text_hash
from index.passages import SPLITTER_VERSION, split_article
from index.progress import Progress, counted

_TOLERANCE = 1e-3  # of a unit vector's length


def find_problems(connection: Connection, generations: Generations) -> list[str]:
    """What is wrong, a line each; nothing for a sound library."""
    connection.read_damaged_texts()
    problems: list[str] = []
    try:
        problems += connection.own_damage()
        for article_id, _, problem, _ in _damaged_articles(connection):
            problems.append(f"article {article_id}: {problem}")
        state = connection.read_state()
        if lost := _count_lost_vectors(connection, state):
            problems.append(f"{counted(lost, 'passage')} without vectors")
        if damaged := len(_damaged_vectors(connection, state)):
            problems.append(f"the vectors of {counted(damaged, 'text')} are damaged")
        if connection.counts(state) != state.counts:
            problems.append("the library holds other numbers of articles or passages than it says")
        problems += generations.damaged(state) or generations.unsound(connection, state)
    except sqlite3.DatabaseError as error:
        if not proves_damage(error):
            raise
        problems.append(f"SQLite: {error}")
    return problems


def repair_rows(connection: Connection, writer: LibraryWriter, progress: Progress) -> list[str]:
    """Mends the rows; what that was and what was lost, a line each. A new revision, if anything was."""
    connection.read_damaged_texts()
    report = []
    lost = set()
    # First, so that an article which is split again is embedded again where its vectors are damaged.
    damaged = [(row,) for row in _damaged_vectors(connection, connection.read_state())]
    with connection.transaction():
        connection.executemany("DELETE FROM vectors WHERE rowid = ?", damaged)
    for article_id, origin, problem, article in list(_damaged_articles(connection)):
        if article is None:
            lost.add(article_id)
            report.append(_loss(article_id, origin))
            continue
        writer.staging.restage(article)
        if problem == _STRUCTURE:
            report.append(
                f"mended: article {article_id} has its text, without its headings and tables: "
                f"add it again from {origin or 'its file'}"
            )
        else:
            report.append(f"mended: article {article_id} was split into passages again")
    with connection.transaction():
        strays = sum(
            connection.execute(f"DELETE FROM {rows} WHERE article NOT IN (SELECT row FROM articles)").rowcount
            for rows in ("passages", "texts", "blocks", "pages", "scans")
        )
    if strays:
        report.append(f"removed: {counted(strays, 'row')} without their article")
    writer.staging.remove_named(lost)
    writer.staging.queue_stored()
    if embedded := writer.embed(progress):
        verb = "was" if embedded == 1 else "were"
        report.append(f"mended: {counted(embedded, 'passage')} {verb} embedded again")
    state = connection.read_state()
    if not report and connection.counts(state) != state.counts:
        report.append("mended: the numbers of articles and passages were counted again")
    if report:
        writer.replace_staged()
        writer.commit(progress, purge=True, whole=True, afresh=True)
    return report


_TEXT = "its text is not what was stored"
_STRUCTURE = "its headings, tables or pages are not what was stored"
_PASSAGES = "its passages are not slices of its text"


def _damaged_articles(connection: Connection) -> Iterator[tuple[str, str, str, Article | None]]:
    """(id, origin, problem, what is whole of it) of the articles that are not whole; none without a text."""
    for row, splitter, digest, *values in connection.stream(f"""
        SELECT articles.row, splitter, record_hash, {FIELDS}
        FROM articles LEFT JOIN texts ON article = articles.row ORDER BY id
    """):
        article = stored_article(connection, row, values)
        digest = digest if isinstance(digest, bytes) else b""
        found = _hash(article, splitter)
        if found != digest or not digest:
            bare = replace(article, blocks=(), pages=(), scans=())
            if digest and _hash(bare, splitter)[SAID] == digest[SAID]:
                yield article.id, article.origin, _STRUCTURE, bare
            else:
                yield str(article.id), str(article.origin), _TEXT, None
            continue
        held = connection.execute(
            "SELECT start, end, text_hash FROM passages WHERE article = ? ORDER BY row", (row,)
        ).fetchall()
        whole = all(
            isinstance(start, int)
            and isinstance(end, int)
            and 0 <= start < end <= len(article.text)
            and text_hash(article.text[start:end]) == hashed
            for start, end, hashed in held
        )
        if whole and splitter == SPLITTER_VERSION:
            whole = [(p.start, p.end) for p in split_article(article)] == [
                (start, end) for start, end, _ in held
            ]
        if not whole:
            yield article.id, article.origin, _PASSAGES, article


def _damaged_vectors(connection: Connection, state: State) -> list[int]:
    """The SQLite rows of vectors that cannot be an embedder's: of a wrong size, or not of unit length."""

    def whole(blob: object) -> bool:
        if not isinstance(blob, bytes) or not blob or len(blob) % state.vector_bytes:
            return False
        with np.errstate(all="ignore"):  # damaged numbers are of any size
            lengths = np.linalg.norm(np.frombuffer(blob, dtype="<f4").reshape(-1, state.dimension), axis=1)
            return bool((abs(lengths - 1) < _TOLERANCE).all())  # NaN is not <

    stored = connection.stream(
        "SELECT rowid, vector FROM vectors WHERE fingerprint = ?", (state.fingerprint,)
    )
    return [row for row, blob in stored if not whole(blob)]


def _hash(article: Article, splitter: str) -> bytes:
    """The hash of the record; nothing where its values cannot be what was stored."""
    try:
        return record_hash(article, splitter)
    except TypeError:
        return b""


def _count_lost_vectors(connection: Connection, state: State) -> int:
    return int(
        connection.execute(
            """
            SELECT count(*) FROM passages WHERE NOT EXISTS
                (SELECT 1 FROM vectors WHERE fingerprint = ? AND vectors.text_hash = passages.text_hash)
            """,
            (state.fingerprint,),
        ).fetchone()[0]
    )


def _loss(article_id: str, origin: str) -> str:
    return f"lost: article {article_id}, its text was damaged: add it again from {origin or 'its file'}"
