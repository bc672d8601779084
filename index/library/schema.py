"""The tables of a library's SQLite file, and what one of an older version lacks."""

SCHEMA_VERSION = 2
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
    author TEXT NOT NULL DEFAULT ''
);
CREATE INDEX articles_by_origin ON articles (origin);
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
{_STRUCTURE}"""
FROM_VERSION_1 = f"ALTER TABLE articles ADD COLUMN author TEXT NOT NULL DEFAULT '';{_STRUCTURE}"
