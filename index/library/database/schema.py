"""The tables of a library's SQLite file, and what makes them of those of each format before.

``MIGRATIONS`` is a chain: the step under ``n`` makes format ``n + 1`` of format ``n``, within the transaction
that is open. Leaves out what is derived: it is made afresh.
"""

from collections.abc import Callable
from sqlite3 import Connection

from index.articles import date_key

SCHEMA_VERSION = 4
PAGE_SIZE = 4096  # bytes, of each library's file
_STRUCTURE = """
CREATE TABLE blocks (
    article INTEGER NOT NULL REFERENCES articles (row) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    kind TEXT NOT NULL,
    level INTEGER NOT NULL,
    head INTEGER NOT NULL,
    cells TEXT NOT NULL,  -- JSON: [[start, end], ...], or empty
    PRIMARY KEY (article, start)
) WITHOUT ROWID;
CREATE TABLE pages (
    article INTEGER NOT NULL REFERENCES articles (row) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    label TEXT NOT NULL,
    PRIMARY KEY (article, start)
) WITHOUT ROWID;
"""
_NUMBERS = """
ALTER TABLE pages ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pages ADD COLUMN kind TEXT NOT NULL DEFAULT 'page';
"""
_FILES = "file_hash TEXT NOT NULL DEFAULT ''"
_SCANS = """
CREATE TABLE scans (
    article INTEGER NOT NULL REFERENCES articles (row) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    number INTEGER NOT NULL,  -- of the page in its file, from 0
    digest TEXT NOT NULL,
    packed BLOB NOT NULL,  -- the words (index.scans)
    PRIMARY KEY (article, start)
) WITHOUT ROWID;
CREATE INDEX scans_by_digest ON scans (digest);
"""
_BY_DATE = "CREATE INDEX articles_by_date ON articles (dated DESC, row);"
SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE articles (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    source TEXT NOT NULL,
    origin TEXT NOT NULL,
    published TEXT NOT NULL,
    characters INTEGER NOT NULL,
    splitter TEXT NOT NULL,
    record_hash BLOB NOT NULL,
    author TEXT NOT NULL DEFAULT '',
    dated TEXT NOT NULL DEFAULT '',  -- what ``published`` is ordered by (index.articles.date_key)
    {_FILES}  -- SHA-256 (hex) of the file it was read from
);
CREATE INDEX articles_by_origin ON articles (origin);
{_BY_DATE}
CREATE TABLE texts (
    article INTEGER PRIMARY KEY REFERENCES articles (row) ON DELETE CASCADE,
    text TEXT NOT NULL
);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used again: the vectors and the terms go by it
    article INTEGER NOT NULL REFERENCES articles (row) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    text_hash BLOB NOT NULL
);
CREATE INDEX passages_by_article ON passages (article);
CREATE INDEX passages_by_text ON passages (text_hash);
CREATE TABLE vectors (
    fingerprint TEXT NOT NULL,
    text_hash BLOB NOT NULL,
    vector BLOB NOT NULL,  -- float32, little-endian: of every window of the text, one after the other
    UNIQUE (fingerprint, text_hash)
);
{_STRUCTURE}{_NUMBERS}{_SCANS}"""


def _authors_and_structure(connection: Connection) -> None:
    run_script(connection, f"ALTER TABLE articles ADD COLUMN author TEXT NOT NULL DEFAULT '';{_STRUCTURE}")


def _dates(connection: Connection) -> None:
    run_script(connection, f"ALTER TABLE articles ADD COLUMN dated TEXT NOT NULL DEFAULT '';{_BY_DATE}")
    connection.create_function("date_key", 1, date_key, deterministic=True)
    connection.execute("UPDATE articles SET dated = date_key(published) WHERE published <> ''")


def _files_and_scans(connection: Connection) -> None:
    run_script(connection, f"ALTER TABLE articles ADD COLUMN {_FILES};{_NUMBERS}{_SCANS}")


MIGRATIONS: dict[int, Callable[[Connection], None]] = {
    1: _authors_and_structure,
    2: _dates,
    3: _files_and_scans,
}


def run_script(connection: Connection, script: str) -> None:
    """Runs the statements in the transaction that is open; ``executescript`` would end it."""
    for statement in filter(str.strip, script.split(";")):
        connection.execute(statement)
