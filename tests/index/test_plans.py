"""What a change or a question costs does not grow with the library: no statement of theirs scans a table.

Every statement that a real library runs is explained by SQLite as it is run. Statements over the whole of a
library are allowed where all of it is asked for, and here only with the reason.
"""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from shelf import article

from index.articles import read_articles
from index.embedders import HashingEmbedder
from index.filters import Filter
from index.library import Library, database
from index.search.query import parse_query
from index.web.records import FollowedSource, KnownPage, WebRecords

TABLES = (
    *("articles", "tags", "texts", "passages", "vectors", "blocks", "pages", "sqlite_sequence", "tags"),
    *("web_sources", "web_pages", "web_addresses"),
)
ALLOWED = {
    "SELECT 1 FROM passages": "stops at the first row",
    "SELECT id FROM articles ORDER BY dated DESC, row LIMIT": "an index in that order, as far as asked for",
}
WHOLE = {  # of commands that are about all there is
    "DELETE FROM vectors WHERE NOT EXISTS": "a build says what all of the library is",
    "DELETE FROM vectors WHERE fingerprint <>": "a build says what all of the library is",
    "SELECT row, origin FROM articles WHERE id NOT IN": "what did not come goes: everything is looked at",
    "SELECT DISTINCT origin FROM articles": "every file is looked at again",
}


class Explained(database.SqliteConnection):
    """Asks SQLite for the plan of each statement before it is run."""

    scans: dict[str, list[str]]

    def execute(self, query: str, values: Any = ()) -> Any:  # type: ignore[override]
        self._explain(query, values)
        return super().execute(query, values)

    def executemany(self, query: str, rows: Any) -> Any:
        rows = list(rows)
        if rows:
            self._explain(query, rows[0])
        return super().executemany(query, rows)

    def _explain(self, query: str, values: Any) -> None:
        if not query.lstrip().startswith(("SELECT", "INSERT", "DELETE", "UPDATE")):
            return
        plan = super().execute(f"EXPLAIN QUERY PLAN {query}", values).fetchall()
        for *_, step in plan:
            scanned = re.match(r"SCAN (\w+)", step)
            if scanned and scanned[1] in TABLES:
                self.scans.setdefault(" ".join(query.split()), []).append(step)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Of enough articles that SQLite has a choice, each with its file."""
    for n in range(60):
        file = tmp_path / "articles" / str(n % 5) / f"{n}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"About thing{n}\n\n" + f"Line of article {n} tells of it. " * 60, encoding="utf-8")
    library = Library.create(tmp_path / "library", HashingEmbedder())
    library.build(read_articles([tmp_path / "articles"], on_problem=pytest.fail))
    return library


@pytest.fixture
def scans(library: Library, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """The statements that scanned, filled as they are run."""
    monkeypatch.setattr(database, "SqliteConnection", Explained)
    Explained.scans = {}
    return Explained.scans


def add(library: Library) -> None:
    assert library.add([article("new", "The moon has no air. " * 90)]).added == 1
    assert library.add([article("new", "The moon has no sea. " * 90)]).updated == 1


def update(library: Library) -> None:
    folder = library.folder.parent / "articles" / "2"
    (folder / "7.txt").write_text("Something else.", encoding="utf-8")
    (folder / "12.txt").unlink()
    (folder / "22.txt").rename(folder / "moved.txt")
    change = library.update(read_articles([folder], on_problem=pytest.fail), sources=[str(folder)])
    assert (change.updated, change.removed, change.moved) == (1, 1, 1)


def remove(library: Library) -> None:
    found = library.find(str(library.folder.parent / "articles" / "3"))
    assert library.remove([summary.id for summary in found]).removed == 12


def follow(library: Library) -> None:
    records = WebRecords(library.folder)
    with library.snapshot() as snapshot:
        ids = snapshot.newest(60)
    a, b = ids[:30], ids[30:]
    for name, stored in (("a", a), ("b", b)):
        feed = f"https://{name}.example/feed"
        records.follow(FollowedSource(feed, "feed"))
        pages = [KnownPage(article_id, feed) for article_id in stored]
        records.put(pages, [(f"https://{name}.example/{n}", page.id) for n, page in enumerate(pages)])
    page = records.page("https://a.example/3")
    assert page is not None
    assert page.id == a[3]
    assert records.addresses(page.id) == ["https://a.example/3"]
    assert len(records.pages("https://a.example/feed")) == 30
    assert records.source("https://a.example/feed") is not None
    assert records.known(["https://a.example/1", "https://c.example/"]) == {"https://a.example/1"}
    records.merge(a[3], a[4])
    assert records.addresses(a[4]) == ["https://a.example/3", "https://a.example/4"]
    assert len(records.stored("https://a.example/feed")) == 29
    assert records.unfollow("https://a.example/feed") == 29


def ask(library: Library) -> None:
    with library.snapshot() as snapshot:
        query = parse_query("What does article 17 tell of?")
        for hit in [*snapshot.lexical(query, 10), *snapshot.dense(query, 10)]:
            snapshot.article(hit.passage.article_id)
            snapshot.summary(hit.passage.article_id)
        assert len(snapshot.newest(5)) == 5
        assert snapshot.count_articles() == 60


def select(library: Library) -> None:
    said = "source:articles/2 source:5.txt kind:text language:en -author:oakes published:2020.. tag:old"
    for filter in (said, "id:new -tag:old", "author:oakes published:2020..2021-05 added:2020.."):
        with library.snapshot() as snapshot:
            chosen = snapshot.within(Filter.parse(filter))
            assert chosen.articles() == []
            assert chosen.newest(5) == []
            assert chosen.lexical(parse_query("What does article 17 tell of?"), 10) == []


def info(library: Library) -> None:
    assert library.info().articles == 60


@pytest.mark.parametrize("work", [add, update, remove, follow, ask, select, info])
def test_no_statement_scans_what_grows(
    library: Library, scans: dict[str, list[str]], work: Callable[[Library], None]
) -> None:
    work(library)
    assert {query: plan for query, plan in scans.items() if not query.startswith(tuple(ALLOWED))} == {}


def test_a_build_scans_only_where_it_is_about_everything(
    library: Library, scans: dict[str, list[str]]
) -> None:
    articles = library.folder.parent / "articles"
    shutil.rmtree(articles / "4")
    assert library.build(read_articles([articles], on_problem=pytest.fail)).removed == 12
    allowed = (*ALLOWED, *WHOLE)
    assert {query: plan for query, plan in scans.items() if not query.startswith(allowed)} == {}
    assert any(query.startswith(tuple(WHOLE)) for query in scans), "nothing was explained"
