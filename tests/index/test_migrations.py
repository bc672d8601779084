"""Libraries of each format before: opened as they are, nothing lost, nothing embedded again."""

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from shelf import CountingEmbedder
from unprivileged import allow, run_unprivileged, shared_folder

from index.articles import Article, make_article
from index.embedders import HashingEmbedder
from index.errors import LibraryDamaged, LibraryTooNew
from index.filters import Filter
from index.library import Library
from index.library.database import FILE, LOGS
from index.library.database.schema import MIGRATIONS, SCHEMA_VERSION
from index.search.query import parse_query
from index.structure import Block, Page
from index.web.records import FollowedSource, KnownPage, WebRecords

# The tables as those versions made them.
FIRST = """
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
    record_hash BLOB NOT NULL{author}
);
CREATE INDEX articles_by_origin ON articles (origin);
CREATE TABLE texts (
    article INTEGER PRIMARY KEY REFERENCES articles (row) ON DELETE CASCADE,
    text TEXT NOT NULL
);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
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
    vector BLOB NOT NULL,
    UNIQUE (fingerprint, text_hash)
);
"""
SECOND = (
    FIRST.format(author=",\n    author TEXT NOT NULL DEFAULT ''")
    + """
CREATE TABLE blocks (
    article INTEGER NOT NULL REFERENCES articles (row) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    kind TEXT NOT NULL,
    level INTEGER NOT NULL,
    head INTEGER NOT NULL,
    cells TEXT NOT NULL,
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
)
THIRD = (
    SECOND.replace(
        "author TEXT NOT NULL DEFAULT ''", "author TEXT NOT NULL DEFAULT '', dated TEXT NOT NULL DEFAULT ''"
    )
    + "CREATE INDEX articles_by_date ON articles (dated DESC, row);"
)
FOURTH = (
    THIRD.replace(
        "dated TEXT NOT NULL DEFAULT ''",
        "dated TEXT NOT NULL DEFAULT '', file_hash TEXT NOT NULL DEFAULT '', "
        + ", ".join(f"{name} TEXT NOT NULL DEFAULT ''" for name in ("added", "folder", "site", "kind")),
    ).replace(
        "    label TEXT NOT NULL,\n    PRIMARY KEY",
        "    label TEXT NOT NULL,\n    number INTEGER NOT NULL DEFAULT 0,\n"
        "    kind TEXT NOT NULL DEFAULT 'page',\n    PRIMARY KEY",
    )
    + """
CREATE TABLE scans (
    article INTEGER NOT NULL REFERENCES articles (row) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    number INTEGER NOT NULL,
    digest TEXT NOT NULL,
    packed BLOB NOT NULL,
    PRIMARY KEY (article, start)
) WITHOUT ROWID;
CREATE INDEX scans_by_digest ON scans (digest);
CREATE TABLE tags (
    folded TEXT NOT NULL,
    id TEXT NOT NULL,
    stated INTEGER NOT NULL,
    tag TEXT NOT NULL,
    PRIMARY KEY (folded, id, stated, tag)
) WITHOUT ROWID;
CREATE INDEX tags_by_id ON tags (id, stated);
"""
    + "".join(
        f"CREATE INDEX articles_by_{name} ON articles ({name}, dated);"
        for name in ("language", "author", "added", "folder", "site", "kind")
    )
)
FORMATS = {1: FIRST.format(author=""), 2: SECOND, 3: THIRD, 4: FOURTH}


def articles(version: int) -> list[Article]:
    """Articles as a program of that version stored them: the first knew no authors and no structure."""
    made = []
    for n in range(12):
        text = f"Of well {n}\n" + f"The well {n} is {n + 20} metres deep. بئر. " * (1 + 30 * (n % 3))
        made.append(
            make_article(
                id=f"well-{n}",
                title=f"Well {n}",
                text=text,
                source="",
                origin=f"/wells/{n}.txt",
                published=("", f"20{n + 10}-01-02", f"in May 20{n + 10}")[n % 3],
                author="Mary Oakes" if version > 1 and n % 2 else "",
                blocks=(Block("heading", 0, 9, 1),) if version > 1 else (),
                pages=(Page("ii", 0, 9),) if version > 1 and n % 4 == 0 else (),
            )
        )
    return made


def made_by(version: int, folder: Path) -> Library:
    """A library in the format of that version, with what its program stored."""
    library = Library.create(folder, HashingEmbedder())
    library.add(articles(version))
    old = folder / "old"
    with closing(sqlite3.connect(old)) as connection:
        connection.executescript(f"PRAGMA journal_mode = WAL; {FORMATS[version]}")
        connection.execute("ATTACH ? AS new", (str(folder / FILE),))
        tables = "SELECT name FROM main.sqlite_schema WHERE sql LIKE 'CREATE TABLE%'"
        for (table,) in connection.execute(tables).fetchall():
            columns = ", ".join(row[1] for row in connection.execute(f"PRAGMA main.table_info({table})"))
            if not table.startswith("sqlite_"):
                connection.execute(f"INSERT INTO main.{table} SELECT {columns} FROM new.{table}")
        told = json.loads(connection.execute("SELECT value FROM meta WHERE key = 'library'").fetchone()[0])
        del told["format"], told["check"]
        connection.execute("UPDATE main.meta SET value = ? WHERE key = 'library'", (json.dumps(told),))
        connection.execute("DELETE FROM main.meta WHERE key = 'counts'")
        if version == 1:
            for article in articles(version):
                parts = (
                    *(article.title, article.text, article.language),
                    *(article.source, article.published, article.origin, "1"),
                )
                digest = hashlib.sha256(json.dumps(parts).encode()).digest()
                setting = "UPDATE main.articles SET record_hash = ? WHERE id = ?"
                connection.execute(setting, (digest, article.id))
        connection.execute("PRAGMA main.application_id = 0x4D616A6C")
        connection.execute(f"PRAGMA main.user_version = {version}")
        connection.commit()
    for log in LOGS:
        (folder / f"{FILE}{log}").unlink(missing_ok=True)
    old.replace(folder / FILE)
    return library


@pytest.mark.parametrize("version", FORMATS)
def test_a_library_of_an_older_format_is_opened_and_goes_on(tmp_path: Path, version: int) -> None:
    made_by(version, tmp_path / "library")
    embedder = CountingEmbedder()
    library = Library.open(tmp_path / "library", embedder)
    with closing(sqlite3.connect(tmp_path / "library" / FILE)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    assert library.verify() == []
    info = library.info()
    assert (info.articles, info.revision, info.healthy) == (12, 1, True)
    with library.snapshot() as snapshot:
        assert [snapshot.article(article.id) for article in articles(version)] == articles(version)
        chosen = snapshot.within(Filter.parse("source:wells published:2012.. -author:oakes"))
        assert chosen.count_articles() == (7 if version == 1 else 4)
        assert snapshot.newest(4) == ["well-11", "well-10", "well-8", "well-7"]
        assert snapshot.lexical(parse_query("How deep is the well?"), 3)
        assert snapshot.dense(parse_query("How deep is the well?"), 3)
    embedder.texts.clear()
    change = library.add([*articles(version), articles(2)[1]])
    assert (change.embedded, embedder.texts) == (0, [])
    assert library.remove(["well-3"]).removed == 1
    assert library.verify() == []


def test_every_format_before_has_its_step() -> None:
    assert list(MIGRATIONS) == list(FORMATS) == list(range(1, SCHEMA_VERSION))


@pytest.mark.parametrize("version", FORMATS)
def test_one_that_is_damaged_is_mended_all_the_same(tmp_path: Path, version: int) -> None:
    library = made_by(version, tmp_path / "library")
    path = library.folder / FILE
    data = bytearray(path.read_bytes())
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT rootpage FROM sqlite_schema WHERE name = 'passages_by_text'"
        [root] = connection.execute(query).fetchone()
    data[(root - 1) * 4096 : root * 4096] = bytes(4096)
    path.write_bytes(data)
    assert "is kept as" in library.repair()[0]
    assert library.verify() == []
    with library.snapshot() as snapshot:
        assert [snapshot.article(article.id) for article in articles(version)] == articles(version)


def test_one_that_this_user_may_not_change_is_one_line() -> None:
    with shared_folder() as shared:
        folder = shared / "library"
        made_by(2, folder)
        for log in LOGS:
            (folder / f"{FILE}{log}").touch()
        allow(folder, 0o444)
        told = run_unprivileged(f"told = Library.open(Path({str(folder)!r})).info().articles")
    assert told.startswith("LibraryClosed: ")
    assert "made by an older Majlis" in told
    assert "majlis index info --library" in told


@pytest.mark.parametrize(("said", "told"), [(99, 99), *((said, SCHEMA_VERSION) for said in (99, 1, 0))])
def test_a_newer_format_is_told_from_a_damaged_head(tmp_path: Path, said: int, told: int) -> None:
    library = Library.create(tmp_path / "library", HashingEmbedder())
    library.add(articles(2))
    with closing(sqlite3.connect(library.folder / FILE)) as connection, connection:
        connection.execute(f"PRAGMA user_version = {said}")
        if told == 99:
            values = {"revision": 1, "embedder": "any", "fingerprint": "any", "dimension": 3, "format": 99}
            connection.execute("UPDATE meta SET value = ? WHERE key = 'library'", (json.dumps(values),))
    if said == told:
        with pytest.raises(LibraryTooNew, match=r"newer Majlis.*99.*upgrade"):
            Library.open(library.folder)
        with pytest.raises(LibraryTooNew):
            library.repair()
        return
    with pytest.raises(LibraryDamaged, match="majlis index repair"):
        Library.open(library.folder)
    assert library.repair()
    assert Library.open(library.folder, HashingEmbedder()).info().articles == 12
    assert library.verify() == []


def test_a_copy_of_the_folder_is_migrated_by_itself(tmp_path: Path) -> None:
    made_by(1, tmp_path / "library")
    copy = Path(shutil.copytree(tmp_path / "library", tmp_path / "copy"))
    assert Library.open(copy).info().articles == 12


@pytest.mark.parametrize("version", FORMATS)
def test_the_web_is_followed_in_a_library_of_an_older_format(tmp_path: Path, version: int) -> None:
    made_by(version, tmp_path / "library")
    records = WebRecords(Library.open(tmp_path / "library").folder)
    assert (records.sources(), records.pages(""), records.page("https://news.example/")) == ([], [], None)
    records.follow(
        FollowedSource("https://news.example/feed", "feed", children=(("https://a.example/", "x"),))
    )
    records.put([KnownPage("one", "https://news.example/feed", 5)], [("https://news.example/1", "one")])
    assert records.sources()[0].children == (("https://a.example/", "x"),)
    assert records.page("https://news.example/1") == KnownPage("one", "https://news.example/feed", 5)
