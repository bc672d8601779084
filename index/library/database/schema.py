"""The tables of a library's SQLite file, and what makes them of those of each format before.

``MIGRATIONS`` is a chain: the step under ``n`` makes format ``n + 1`` of format ``n``, within the transaction
that is open. Leaves out what is derived: it is made afresh.
"""

from collections.abc import Callable
from sqlite3 import Connection

from index.places import folder_of, kind_of_file, site_of
from index.text.dates import date_key

SCHEMA_VERSION = 5
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
# Each with the date behind it: what is asked for together; and no entry of theirs looks like another row.
_SELECTED_BY = ("language", "author", "added", "folder", "site", "kind")
_TO_SELECT = (
    "".join(f"CREATE INDEX articles_by_{name} ON articles ({name}, dated);" for name in _SELECTED_BY)
    + """
CREATE TABLE tags (
    folded TEXT NOT NULL,
    id TEXT NOT NULL,  -- of the article: a person's tags outlive its rows
    stated INTEGER NOT NULL,  -- by the article itself
    tag TEXT NOT NULL,
    PRIMARY KEY (folded, id, stated, tag)
) WITHOUT ROWID;
CREATE INDEX tags_by_id ON tags (id, stated);
"""
)
# What is followed of the web (index.web.records). No entry of an index looks like a row of a table.
_WEB = """
CREATE TABLE web_sources (
    address TEXT PRIMARY KEY,  -- as a person named it
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    told TEXT NOT NULL  -- JSON
) WITHOUT ROWID;
CREATE TABLE web_pages (
    id TEXT PRIMARY KEY,  -- of the article, which a person may have removed
    source TEXT NOT NULL,  -- that lists it, or empty where a person named it
    asked INTEGER NOT NULL,  -- when, in seconds since 1970
    gone TEXT NOT NULL,  -- since when its address gives nothing, UTC
    told TEXT NOT NULL  -- JSON
) WITHOUT ROWID;
CREATE INDEX web_pages_by_source ON web_pages (source);
CREATE TABLE web_addresses (
    address TEXT PRIMARY KEY,
    id TEXT NOT NULL,  -- of the page that it leads to
    since TEXT NOT NULL  -- when that was found, UTC
) WITHOUT ROWID;
CREATE INDEX web_addresses_by_id ON web_addresses (id);
"""
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
    dated TEXT NOT NULL DEFAULT '',  -- what ``published`` is ordered by (index.text.dates.date_key)
    {_FILES},  -- SHA-256 (hex) of the file it was read from
    added TEXT NOT NULL DEFAULT '',  -- when it first came in, UTC; empty where that was not noted
    folder TEXT NOT NULL DEFAULT '',  -- index.places, of the source and of its file
    site TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL DEFAULT ''
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
{_STRUCTURE}{_NUMBERS}{_SCANS}{_TO_SELECT}{_WEB}"""


def _authors_and_structure(connection: Connection) -> None:
    run_script(connection, f"ALTER TABLE articles ADD COLUMN author TEXT NOT NULL DEFAULT '';{_STRUCTURE}")


def _dates(connection: Connection) -> None:
    run_script(connection, f"ALTER TABLE articles ADD COLUMN dated TEXT NOT NULL DEFAULT '';{_BY_DATE}")
    connection.create_function("date_key", 1, date_key, deterministic=True)
    connection.execute("UPDATE articles SET dated = date_key(published) WHERE published <> ''")


def _files_scans_places_and_tags(connection: Connection) -> None:
    run_script(connection, f"ALTER TABLE articles ADD COLUMN {_FILES};{_NUMBERS}{_SCANS}")
    for column in ("added", "folder", "site", "kind"):
        run_script(connection, f"ALTER TABLE articles ADD COLUMN {column} TEXT NOT NULL DEFAULT ''")
    run_script(connection, _TO_SELECT)
    know_records(connection)
    connection.execute(f"UPDATE articles SET {', '.join(f'{name} = {of}' for name, of in DERIVED.items())}")


def _web(connection: Connection) -> None:
    run_script(connection, _WEB)


MIGRATIONS: dict[int, Callable[[Connection], None]] = {
    1: _authors_and_structure,
    2: _dates,
    3: _files_scans_places_and_tags,
    4: _web,
}
# Columns of ``articles`` that its others tell.
DERIVED = {
    "dated": "date_key(published)",
    "folder": "folder_of(origin)",
    "site": "site_of(source, origin)",
    "kind": "kind_of_file(origin)",
}


def know_records(connection: Connection) -> None:
    """Teaches a connection what ``DERIVED`` asks for."""
    for count, function in ((1, date_key), (1, folder_of), (2, site_of), (1, kind_of_file)):
        connection.create_function(function.__name__, count, function, deterministic=True)


def run_script(connection: Connection, script: str) -> None:
    """Runs the statements in the transaction that is open; ``executescript`` would end it."""
    for statement in filter(str.strip, script.split(";")):
        connection.execute(statement)
