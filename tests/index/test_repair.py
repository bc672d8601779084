"""verify finds what is damaged, repair mends it and names what it could not save."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from damaged_library import damage

from index.articles import Article
from index.embedders import HashingEmbedder
from index.errors import LibraryBusy, LibraryDamaged
from index.library import Library, database
from index.search.query import parse_query

COUNT = 60
UNIT = np.eye(1, 256, dtype="<f4").tobytes()  # one vector


def text(n: int) -> str:
    return " ".join(f"Line {m} of article {n} tells of thing{n}. السطر {m} عن النخيل." for m in range(40))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = Library.create(tmp_path_factory.mktemp("built") / "library", HashingEmbedder())
    library.build(Article(f"a{n:02}", "", text(n), "en", "", origin=f"/a{n:02}.txt") for n in range(COUNT))
    return library.folder


@pytest.fixture
def library(tmp_path: Path, built: Path) -> Library:
    return Library.open(Path(shutil.copytree(built, tmp_path / "library")), HashingEmbedder())


def spoil(library: Library, statement: str, *values: object) -> None:
    connection = sqlite3.connect(library.folder / "majlis.sqlite")
    with connection:
        connection.execute(statement, values)
    connection.close()


def whole(library: Library) -> None:
    """Sound, and each article that is there is what it was."""
    assert library.verify() == []
    assert library.info().healthy
    with library.snapshot() as snapshot:
        held = [snapshot.article(article.id) for article in snapshot.articles()]
        assert [article.text for article in held] == [text(int(article.id[1:])) for article in held]
        assert (
            len(snapshot.lexical(parse_query("line"), 1))
            == len(snapshot.dense(parse_query("line"), 1))
            == min(len(held), 1)
        )


def test_a_sound_library_has_nothing_to_mend(library: Library) -> None:
    before = library.info()
    assert library.verify() == library.repair() == []
    assert library.info().revision == before.revision
    whole(library)


@pytest.mark.parametrize(
    "spoiled",
    [
        "UPDATE passages SET start = start + 1 WHERE row = 5",
        "UPDATE passages SET end = end + 100000 WHERE row = 5",
        "UPDATE passages SET text_hash = x'00' WHERE row = 5",
        "DELETE FROM passages WHERE row = 5",
    ],
)
def test_passages_are_made_again(library: Library, spoiled: str) -> None:
    spoil(library, spoiled)
    assert [line for line in library.verify() if "passages are not" in line]
    report = library.repair()
    assert report[0].startswith("mended: article a0")
    assert library.info().articles == COUNT
    whole(library)


@pytest.mark.parametrize(
    "vector",
    [
        b"",
        b"short",
        np.full(512, np.nan, "<f4").tobytes(),
        np.ones(512, "<f4").tobytes(),
        UNIT + bytes(1024),
        UNIT[:-4],
        UNIT * 2 + UNIT[:4],
    ],
    ids=["none", "short", "nan", "long", "zero", "a number less", "a number more"],
)
def test_vectors_are_made_again(library: Library, vector: bytes) -> None:
    spoil(library, "UPDATE vectors SET vector = ? WHERE rowid IN (3, 4)", vector)
    assert "the vectors of 2 texts are damaged" in library.verify()[0]
    assert library.repair() == ["mended: 2 passages were embedded again"]
    whole(library)


def test_a_window_too_few_is_noticed(library: Library) -> None:
    """Whole vectors, but not as many as are searched."""
    spoil(library, "UPDATE vectors SET vector = ? WHERE rowid = 3", UNIT)
    numbers, problem = library.verify()
    assert "other numbers of articles or passages than it says" in numbers
    assert "the folder of vectors holds other passages than the library" in problem
    assert library.repair() == ["mended: the numbers of articles and passages were counted again"]
    assert library.repair() == []
    whole(library)


def test_vectors_of_the_wrong_size_are_one_line_where_they_are_needed(library: Library) -> None:
    spoil(library, "UPDATE vectors SET vector = ? WHERE rowid = 3", UNIT[:-4])
    shutil.rmtree(next(library.folder.glob("vectors-*")))
    with pytest.raises(LibraryDamaged, match="majlis index repair"), library.snapshot() as snapshot:
        snapshot.dense(parse_query("line"), 1)
    assert library.repair()[0] == "mended: 1 passage was embedded again"
    whole(library)


def test_lost_vectors_are_made_again(library: Library) -> None:
    spoil(library, "DELETE FROM vectors WHERE rowid = 3")
    assert "1 passage without vectors" in library.verify()[0]
    assert library.repair() == ["mended: 1 passage was embedded again"]
    whole(library)


@pytest.mark.parametrize(
    ("spoiled", "value"),
    [
        ("UPDATE texts SET text = ? WHERE article = 8", "something else"),
        ("UPDATE texts SET text = CAST(? AS TEXT) WHERE article = 8", b"not \xff\xfe UTF-8"),
        ("UPDATE articles SET title = ? WHERE row = 8", "something else"),
        ("DELETE FROM texts WHERE article = ?", 8),
    ],
)
def test_an_article_that_cannot_be_saved_is_named(library: Library, spoiled: str, value: object) -> None:
    spoil(library, spoiled, value)
    assert "article a07: its text is not what was stored" in library.verify()[0]
    report = library.repair()
    assert report == ["lost: article a07, its text was damaged: add it again from /a07.txt"]
    assert library.info().articles == COUNT - 1
    whole(library)


def test_rows_without_their_article_go(library: Library) -> None:
    spoil(library, "DELETE FROM articles WHERE row = 8")
    assert "without their article" in library.verify()[0]
    assert library.repair()[0].startswith("removed: ")
    whole(library)


@pytest.mark.parametrize("index", ["sqlite_autoindex_articles_1", "passages_by_text", "articles_by_date"])
def test_an_index_of_sqlite_that_is_damaged_costs_nothing(library: Library, index: str) -> None:
    """``quick_check`` finds nothing wrong with such a file."""
    path = library.folder / "majlis.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (index,)).fetchone()[0]
    data = bytearray(path.read_bytes())
    first = (root - 1) * 4096
    data[first + 3 : first + 5] = (int.from_bytes(data[first + 3 : first + 5], "big") - 1).to_bytes(2, "big")
    path.write_bytes(data)  # an entry less
    assert "SQLite: " in library.verify()[0]
    assert "is kept as majlis.sqlite.damaged-1" in library.repair()[0]
    assert library.info().articles == COUNT
    whole(library)
    assert (library.folder / "majlis.sqlite.damaged-1").read_bytes() == data


def test_the_vectors_of_an_article_that_is_split_again_are_not_left_out(library: Library) -> None:
    spoil(library, "UPDATE passages SET start = start + 1 WHERE row = 5")
    spoil(library, "UPDATE vectors SET vector = ? WHERE rowid IN (4, 5, 6)", b"short")
    library.repair()
    whole(library)


HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute(sys.argv[2])
connection.execute("SELECT count(*) FROM articles").fetchone()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("hold", ["BEGIN", "BEGIN IMMEDIATE", "PRAGMA locking_mode = EXCLUSIVE"])
@pytest.mark.parametrize("damaged", [False, True])
def test_a_library_that_another_program_holds_is_not_replaced(
    library: Library, monkeypatch: pytest.MonkeyPatch, hold: str, damaged: bool
) -> None:
    monkeypatch.setattr(database, "BUSY_MS", 300)
    path = library.folder / "majlis.sqlite"
    if damaged:  # where the holder does not look
        data = bytearray(path.read_bytes())
        data[-8192:] = bytes(8192)
        path.write_bytes(data)
    arguments = [sys.executable, "-c", HOLD, str(path), hold]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        before = path.stat().st_ino
        if damaged or hold != "BEGIN":
            with pytest.raises(LibraryBusy, match="another process"):
                library.repair()
        else:  # it only reads
            assert library.repair() == []
        assert path.stat().st_ino == before
        holder.communicate("")
    assert bool(library.repair()) == damaged
    whole(library)


def test_damaged_files_of_every_kind() -> None:
    """More of them: python -m tests.damaged_library --count 300."""
    assert damage(range(6), seed="test") == []
