"""Whether a library is what was put into it, and how what is not is mended.

Everything stored is checked against something: an article against its record's SHA-256, a passage against its
article's text, vectors against their length, an index against its files' SHA-256. What can be made again is:
passages from their article, vectors from their passage, indexes from both. An article whose own text is
damaged is lost, and named. Where SQLite itself cannot read its file any more, what can still be read is saved
into a new one first.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace

import numpy as np

from index.articles import Article
from index.library.change import LibraryWriter
from index.library.database import Connection, Database, State
from index.library.generations import Generations
from index.library.records import FIELDS, SAID, record_hash, stored_article, text_hash
from index.passages import SPLITTER_VERSION, split_article
from index.progress import Progress

_TOLERANCE = 1e-3  # of a unit vector's length


def find_problems(connection: Connection, generations: Generations) -> list[str]:
    """What is wrong, a line each; nothing for a sound library."""
    connection.text_factory = _decoded
    problems: list[str] = []
    try:
        problems += [
            f"SQLite: {line}" for (line,) in connection.execute("PRAGMA quick_check") if line != "ok"
        ]
        if connection.execute("PRAGMA foreign_key_check").fetchone():
            problems.append("SQLite: there are rows without their article")
        for article_id, _, problem, _ in _damaged_articles(connection):
            problems.append(f"article {article_id}: {problem}")
        state = connection.read_state()
        if lost := _count_lost_vectors(connection, state):
            problems.append(f"{lost} passages have no vectors")
        if damaged := len(_damaged_vectors(connection, state)):
            problems.append(f"the vectors of {damaged} texts are damaged")
        problems += generations.damaged(state) or generations.unsound(connection, state)
    except sqlite3.DatabaseError as error:
        problems.append(f"SQLite: {error}")
    return problems


def repair_rows(connection: Connection, writer: LibraryWriter, progress: Progress) -> list[str]:
    """Mends the rows; what that was and what was lost, a line each. A new revision, if anything was."""
    connection.text_factory = _decoded
    report = []
    lost = set()
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
    damaged = _damaged_vectors(connection, connection.read_state())
    with connection.transaction():
        strays = sum(
            connection.execute(f"DELETE FROM {rows} WHERE article NOT IN (SELECT row FROM articles)").rowcount
            for rows in ("passages", "texts", "blocks", "pages")
        )
        connection.executemany("DELETE FROM vectors WHERE rowid = ?", [(row,) for row in damaged])
    if strays:
        report.append(f"removed: {strays} rows without their article")
    writer.staging.remove(lambda article_id, _origin: article_id in lost)
    writer.staging.queue_stored()
    if embedded := writer.embed(progress):
        report.append(f"mended: {embedded} passages were embedded again")
    if report:
        writer.replace_staged()
        writer.commit(progress, purge=True, whole=True, afresh=True)
    return report


def salvage(database: Database) -> list[str]:
    """Saves what can be read of a file that SQLite finds damaged into a new one; what was lost, a line each.

    Passages are left behind, for ``repair_rows`` to make again. ``LibraryDamaged`` where nothing can be read.
    """
    fresh = Database(database.folder / "salvage")
    with closing(sqlite3.connect(database.path, isolation_level=None, factory=Connection)) as old:
        old.text_factory = _decoded
        with suppress(sqlite3.DatabaseError):
            if old.execute("PRAGMA quick_check").fetchall() == [("ok",)]:
                return []
        try:
            state = replace(old.read_state(), indexes={})
            articles = old.one("SELECT seq FROM sqlite_sequence WHERE name = 'articles'")
        except sqlite3.DatabaseError as error:
            raise database.beyond_saving(error) from error
        with suppress(sqlite3.DatabaseError):
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.rmtree(fresh.folder, ignore_errors=True)
        fresh.folder.mkdir()
        fresh.create(state)
        report = ["mended: the file of SQLite was damaged; what could be read is in a new one"]
        with fresh.writing() as new, new.transaction():
            for row in range(1, articles[0] + 1 if articles else 1):
                report += _copy_article(old, new, row)
            _copy_vectors(old, new)
    for log in ("-wal", "-shm"):  # the old file's, and poison to the new one
        database.path.with_name(f"{database.path.name}{log}").unlink(missing_ok=True)
    fresh.path.replace(database.path)
    shutil.rmtree(fresh.folder)
    return report


_TEXT = "its text is not what was stored"
_STRUCTURE = "its headings, tables or pages are not what was stored"
_PASSAGES = "its passages are not slices of its text"


def _damaged_articles(connection: Connection) -> Iterator[tuple[str, str, str, Article | None]]:
    """(id, origin, problem, what is whole of it) of the articles that are not whole; none without a text."""
    for row, splitter, digest, *values in connection.execute(f"""
        SELECT articles.row, splitter, record_hash, {FIELDS}
        FROM articles LEFT JOIN texts ON article = articles.row ORDER BY id
    """):
        article = stored_article(connection, row, values)
        found = record_hash(article, splitter)
        if article.text is None or found[SAID] != digest[SAID]:
            yield article.id, article.origin, _TEXT, None
            continue
        if found != digest:
            yield article.id, article.origin, _STRUCTURE, replace(article, blocks=(), pages=())
            continue
        held = connection.execute(
            "SELECT start, end, text_hash FROM passages WHERE article = ? ORDER BY row", (row,)
        ).fetchall()
        whole = all(
            0 <= start < end <= len(article.text) and text_hash(article.text[start:end]) == hashed
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

    def whole(blob: bytes) -> bool:
        if not blob or len(blob) % state.vector_bytes:
            return False
        lengths = np.linalg.norm(np.frombuffer(blob, dtype="<f4").reshape(-1, state.dimension), axis=1)
        return bool((abs(lengths - 1) < _TOLERANCE).all())  # NaN is not <

    stored = connection.execute(
        "SELECT rowid, vector FROM vectors WHERE fingerprint = ?", (state.fingerprint,)
    )
    return [row for row, blob in stored if not whole(blob)]


def _decoded(raw: bytes) -> str:
    """A text as it is stored; damaged bytes make it another text, which its SHA-256 then tells."""
    return raw.decode(errors="replace")


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


def _copy_article(old: Connection, new: Connection, row: int) -> Iterator[str]:
    name, origin = f"in row {row}, whose name cannot be read", ""
    try:
        values = old.execute("SELECT * FROM articles WHERE row = ?", (row,)).fetchone()
        if values is None:
            return
        _, name, _, _, _, origin, *_ = values
        text = old.execute("SELECT text FROM texts WHERE article = ?", (row,)).fetchone()
    except sqlite3.DatabaseError:
        text = None
    if text is None:
        yield _loss(name, origin)
        return
    new.execute(f"INSERT INTO articles VALUES ({','.join('?' * len(values))})", values)
    new.execute("INSERT INTO texts VALUES (?, ?)", (row, *text))
    for rows, columns in (("blocks", 7), ("pages", 4)):
        with suppress(sqlite3.DatabaseError):
            found = old.execute(f"SELECT * FROM {rows} WHERE article = ?", (row,)).fetchall()
            new.executemany(f"INSERT INTO {rows} VALUES ({','.join('?' * columns)})", found)


def _copy_vectors(old: Connection, new: Connection) -> None:
    last = 0
    with suppress(sqlite3.DatabaseError):
        last = old.execute("SELECT max(rowid) FROM vectors").fetchone()[0] or 0
    for row in range(1, last + 1):
        with suppress(sqlite3.DatabaseError):  # what cannot be read is embedded again
            values = old.execute("SELECT * FROM vectors WHERE rowid = ?", (row,)).fetchone()
            if values is not None:
                new.execute("INSERT OR IGNORE INTO vectors VALUES (?, ?, ?)", values)


def _loss(article_id: str, origin: str) -> str:
    return f"lost: article {article_id}, its text was damaged: add it again from {origin or 'its file'}"
