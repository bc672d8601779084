"""Articles with their structure in the library: stored, changed, removed, damaged."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from index.articles import Article, make_article
from index.embedders.hashing import HashingEmbedder
from index.library import Library
from index.library.corpus import StoredCorpus
from index.library.database import FILE, Database
from index.structure import Page, TextBuilder


def wells(last: str = "1969", author: str = "Salma Haddad") -> Article:
    built = TextBuilder()
    built.add("heading", "Wells", level=1)
    built.add_row(["Well", "Depth", "Year"], head=True)
    built.add_row(["Ain Nahla", "", last])
    built.add("item", "pumps", level=2)
    pages = (Page("iv", 0, 5, 4), Page("Depths", 5, len(built.text), 2, "chapter"))
    return make_article(
        id="wells",
        title="Wells",
        text=built.text,
        source="/w.md",
        author=author,
        blocks=built.blocks,
        pages=pages,
    )


PLAIN = make_article(id="plain", title="Plain", text="\ufeffA mill.\r\nIt is old.\u200f", source="/p.txt")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library.create(tmp_path / "library", HashingEmbedder())
    library.build([wells(), PLAIN])
    return library


def stored(library: Library, name: str) -> Article:
    with library.snapshot() as snapshot:
        return snapshot.article(name)


def count(library: Library, table: str) -> int:
    with closing(sqlite3.connect(library.folder / FILE)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_an_article_comes_back_as_it_was(library: Library) -> None:
    assert stored(library, "wells") == wells()
    assert stored(library, "plain") == PLAIN
    assert library.articles()[1].author == "Salma Haddad"
    assert library.verify() == []


def test_a_change_of_structure_or_author_alone_is_a_change(library: Library) -> None:
    assert library.add([wells(), PLAIN]).unchanged == 2
    assert library.add([wells(author="")]).updated == 1
    bare = make_article(id="wells", title="Wells", text=wells().text, source="/w.md")
    change = library.add([bare])
    assert (change.updated, change.embedded) == (1, 0)
    assert stored(library, "wells") == bare
    assert count(library, "blocks") == count(library, "pages") == 0


def test_what_is_removed_leaves_no_structure_behind(library: Library) -> None:
    assert (count(library, "blocks"), count(library, "pages")) == (4, 2)
    library.remove(["wells"])
    assert (count(library, "blocks"), count(library, "pages")) == (0, 0)


def test_damaged_structure_does_not_cost_the_text(library: Library) -> None:
    with closing(sqlite3.connect(library.folder / FILE)) as connection, connection:
        connection.execute("UPDATE blocks SET cells = '[[0, ' WHERE kind = 'row'")
    (problem,) = library.verify()
    assert problem.startswith("article wells: its headings, tables or pages are not what was stored; mend")
    (report,) = library.repair()
    assert report == (
        "mended: article wells has its text, without its headings and tables: add it again from /w.md"
    )
    assert stored(library, "wells").text == wells().text
    assert stored(library, "wells").blocks == ()
    assert library.verify() == []


def test_structure_is_read_by_its_key(library: Library) -> None:
    with Database(library.folder).reading() as connection:
        for table in ("blocks", "pages"):
            plan = connection.execute(
                f"EXPLAIN QUERY PLAN SELECT start FROM {table} WHERE article = ? ORDER BY start", (1,)
            ).fetchall()
            assert [line[3] for line in plan] == [f"SEARCH {table} USING PRIMARY KEY (article=?)"]


def test_a_passage_is_searched_with_what_it_stands_under(library: Library) -> None:
    built = TextBuilder()
    built.add("heading", "Who paid", level=2)
    built.add_row(["Well", "Depth"], head=True)
    for number in range(60):
        built.add_row([f"Ain {number:03}", "forty-eight metres"])
    long = make_article(
        id="long", title="Survey", text=built.text, source="/survey.md", blocks=built.blocks, origin="/s.md"
    )
    library.build([long])
    with Database(library.folder).reading() as connection:
        found = list(StoredCorpus(connection, connection.read_state()).texts())
    assert [title for _, title, _ in found] == ["Survey", "Survey Who paid Well | Depth"]
    assert [text[:7] for _, _, text in found] == ["Who pai", "Ain 030"]
