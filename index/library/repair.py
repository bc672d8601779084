"""How a damaged library is repaired.

What can be made again is: passages from their article, vectors from their passage, derived indexes from both.
An article whose own text is damaged is lost, and named. Where SQLite itself cannot read its file any more,
what can still be read is saved into a new one first.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

from index.library import database as store
from index.library.change import Changing
from index.library.database import Stamp
from index.library.verify import damaged_articles, damaged_vectors, decoded
from index.progress import Progress


def repair_rows(connection: sqlite3.Connection, changing: Changing, progress: Progress) -> list[str]:
    """Mends the rows; what that was and what was lost, a line each. A new revision, if anything was."""
    connection.text_factory = decoded
    report = []
    lost = set()
    for article_id, origin, article in list(damaged_articles(connection)):
        if article is None:
            lost.add(article_id)
            report.append(_loss(article_id, origin))
        else:
            changing.intake.renew(article)
            report.append(f"mended: article {article_id} was split into passages again")
    damaged = damaged_vectors(connection, store.read_state(connection))
    with store.transaction(connection):
        strays = sum(
            connection.execute(f"DELETE FROM {rows} WHERE article NOT IN (SELECT row FROM articles)").rowcount
            for rows in ("passages", "texts")
        )
        connection.executemany("DELETE FROM vectors WHERE rowid = ?", [(row,) for row in damaged])
    if strays:
        report.append(f"removed: {strays} rows without their article")
    changing.intake.leave(lambda article_id, _origin: article_id in lost)
    changing.intake.want_stored()
    if embedded := changing.embed(progress):
        report.append(f"mended: {embedded} passages were embedded again")
    if report:
        connection.execute("INSERT INTO leaving SELECT row FROM articles JOIN incoming USING (id)")
        changing.commit(progress, purge=True, whole=True, afresh=True)
    return report


def salvage(folder: Path) -> list[str]:
    """Saves what can be read of a file that SQLite finds damaged into a new one; what was lost, a line each.

    Passages are left behind, for ``repair_rows`` to make again. ``LibraryDamaged`` where nothing can be read.
    """
    fresh = folder / "salvage"
    with closing(sqlite3.connect(folder / store.FILE, isolation_level=None)) as old:
        old.text_factory = decoded
        with suppress(sqlite3.DatabaseError):
            if old.execute("PRAGMA quick_check").fetchall() == [("ok",)]:
                return []
        try:
            state = replace(store.read_state(old), vectors=Stamp(), lexical=Stamp())
            articles = old.execute("SELECT seq FROM sqlite_sequence WHERE name = 'articles'").fetchone()
        except sqlite3.DatabaseError as error:
            raise store.beyond_saving(folder, error) from error
        with suppress(sqlite3.DatabaseError):
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        store.create(fresh, state)
        report = ["mended: the file of SQLite was damaged; what could be read is in a new one"]
        with store.writing(fresh) as new, store.transaction(new):
            for row in range(1, articles[0] + 1 if articles else 1):
                report += _copy_article(old, new, row)
            _copy_vectors(old, new)
    for name in (f"{store.FILE}-wal", f"{store.FILE}-shm"):  # the old file's, and poison to the new one
        (folder / name).unlink(missing_ok=True)
    (fresh / store.FILE).replace(folder / store.FILE)
    shutil.rmtree(fresh)
    return report


def _copy_article(old: sqlite3.Connection, new: sqlite3.Connection, row: int) -> Iterator[str]:
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


def _copy_vectors(old: sqlite3.Connection, new: sqlite3.Connection) -> None:
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
