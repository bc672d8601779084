"""A library in PostgreSQL: many servers on one, what is theirs alone, and the one who may change it."""

import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from postgres_server import PostgresServer
from shelf import ARTICLES, CountingEmbedder, OtherEmbedder, article, found, held

from index.embedders import HashingEmbedder
from index.errors import LibraryBusy, LibraryTooNew, NoLibrary, UserError
from index.library import Library
from index.library.database import Database, schema
from index.library.database.kinds import LibraryDatabase, database_of
from index.library.database.postgres import ServerDatabase
from index.library.database.postgres.address import Address, remembered
from index.search.query import parse_query

TABLES = {  # all but when an article came
    "articles": "row, id, title, language, source, origin, published, characters, splitter, record_hash,"
    " author, dated, file_hash, folder, site, kind",
    "texts": "article, text",
    "passages": "row, article, start, end, text_hash",
    "vectors": "fingerprint, text_hash, vector",
    "tags": "folded, id, stated, tag",
}


@pytest.fixture
def url(postgres: PostgresServer) -> str:
    return postgres.url(f"s_{uuid.uuid4().hex[:12]}")


@pytest.fixture
def here(url: str, tmp_path: Path) -> Library:
    library = Library.create(tmp_path / "here", HashingEmbedder(), database=url)
    library.build([article(name) for name in ARTICLES])
    return library


@pytest.fixture
def there(here: Library, url: str, tmp_path: Path) -> Library:
    """The same library, as another server has it."""
    return Library.open(tmp_path / "there", HashingEmbedder(), database=url)


def rows(database: LibraryDatabase) -> dict[str, list[Any]]:
    with database.reading() as connection:
        return {
            table: sorted(connection.execute(f"SELECT {columns} FROM {table}").fetchall())
            for table, columns in TABLES.items()
        }


class TestManyServers:
    def test_each_finds_what_another_put_in_and_not_what_it_took_out(
        self, here: Library, there: Library
    ) -> None:
        assert found(there, "Who proposed the council?")[0] == "council"
        there.add([article("moon", "The moon has no air.")])
        assert found(here, "moon") == found(here, "moon", "dense")[:1] == ["moon"]
        here.remove(["dates"])
        assert "dates" not in found(there, "palm") + found(there, "date palm", "dense")
        assert there.info() == there.info()
        assert [library.info().revision for library in (here, there)] == [3, 3]
        assert here.verify() == there.verify() == []

    def test_indexes_follow_what_another_changed(self, here: Library, there: Library) -> None:
        """They grow by what came and lose what left; only of another history they are made afresh."""
        names = {path.name for path in there.folder.iterdir()}
        assert found(there, "palm") == ["dates"]
        assert {path.name for path in there.folder.iterdir()} - names  # the first question made them
        here.tag(["dates"], ["fruit"])
        before = {path.name for path in there.folder.iterdir()}
        assert found(there, "palm") == ["dates"]
        assert {path.name for path in there.folder.iterdir()} == before  # the passages are the same
        here.add([article("moon", "The moon has no air."), article("dates", "The olive grows on hills.")])
        here.remove(["council"])
        here.remove(["moon"])
        told = database_of(there.folder)
        with told.reading() as connection:
            behind = connection.outdated_indexes()
        assert behind is not None
        assert (behind.after, sorted(behind.removed)) == (3, [1, 3])  # the moon it never had
        assert found(there, "olive") == found(there, "olive", "dense")[:1] == ["dates"]
        assert found(there, "eaten") == found(there, "moon") == []
        assert there.verify() == []
        here.repair()
        here.build([article("dates")], embedder=OtherEmbedder())
        with told.reading() as connection:
            assert connection.outdated_indexes() is None

    def test_a_snapshot_stays_at_its_revision(self, here: Library, there: Library) -> None:
        with there.snapshot() as snapshot:
            here.remove(["dates"])
            here.add([article("moon", "The moon has no air.")])
            assert [hit.passage.article_id for hit in snapshot.lexical(parse_query("palm"), 5)] == ["dates"]
            assert snapshot.article("dates").text == ARTICLES["dates"][1]
            assert snapshot.revision == 1
            assert [summary.id for summary in snapshot.articles()] == sorted(ARTICLES)
        assert held(there) == ["council", "majlis", "moon"]

    def test_one_changes_it_at_a_time_and_the_other_is_told_who(self, here: Library, there: Library) -> None:
        def stream() -> Iterator[Any]:
            with pytest.raises(LibraryBusy, match=r"being changed by another process \(.+ pid \d+\)"):
                there.remove(["dates"])
            assert len(held(there)) == 3
            yield article("moon", "The moon has no air.")

        assert here.add(stream()).added == 1
        assert there.remove(["dates"]).removed == 1

    def test_the_folder_remembers_where_the_library_is_but_no_password(
        self, postgres: PostgresServer, here: Library, tmp_path: Path
    ) -> None:
        schema = json.loads((here.folder / "database.json").read_text())["database"].split("schema=")[1]
        url = postgres.url(schema.split("&")[0], password="s3cret")
        assert held(Library.open(tmp_path / "other", HashingEmbedder(), database=url)) == sorted(ARTICLES)
        assert held(Library.open(tmp_path / "other")) == sorted(ARTICLES)
        assert "s3cret" not in (tmp_path / "other" / "database.json").read_text()
        assert "s3cret" not in str(remembered(tmp_path / "other"))


class TestTheSame:
    def test_a_library_is_row_for_row_what_it_is_in_sqlite(self, here: Library, tmp_path: Path) -> None:
        local = Library.create(tmp_path / "local", HashingEmbedder())
        local.build([article(name) for name in ARTICLES])
        for library in (local, here):
            library.tag(["dates"], ["to read"])
            library.add([article("dates", "The olive grows on hills. " * 300), article("moon", "No air.")])
            library.remove(["majlis"])
        assert rows(Database(local.folder)) == rows(database_of(here.folder))
        for leg in ("lexical", "dense"):
            with local.snapshot() as ours, here.snapshot() as theirs:
                query = parse_query("Where does the olive grow?")
                assert getattr(ours, leg)(query, 10) == getattr(theirs, leg)(query, 10)

    def test_lists_and_names(self, here: Library) -> None:
        with here.snapshot() as snapshot:
            assert [len(snapshot.listed(*given)[1]) for given in ((), ("ministers",), ("", "ar"))] == [
                3,
                1,
                1,
            ]
            assert [a.id for a in snapshot.listed("", "", 1, 2)[1]] == ["majlis", "council"]
            assert [a.id for a in snapshot.titled(["minister", "cairo"])] == ["council"]
            assert snapshot.newest(2) == ["council", "majlis"]
            assert snapshot.names("folder") == ["/articles/"]
            assert [a.id for a in snapshot.find("/articles")] == sorted(ARTICLES)
        assert here.origins() == [Path(f"/articles/{name}.txt") for name in sorted(ARTICLES)]

    def test_what_is_damaged_is_found_out_and_made_again(
        self, postgres: PostgresServer, here: Library
    ) -> None:
        schema = database_of(here.folder).address.schema  # type: ignore[union-attr]
        postgres.ask(f"DELETE FROM {schema}.vectors WHERE ctid = (SELECT min(ctid) FROM {schema}.vectors)")
        postgres.ask(f"UPDATE {schema}.texts SET text = text || '!' WHERE article = 1")
        postgres.ask(f"UPDATE {schema}.vectors SET vector = substr(vector, 1, 7)")
        told = " ".join(here.verify())
        assert "the vectors of 2 texts are damaged" in told
        assert "1 passage without vectors" in told
        assert "article council: its text is not what was stored" in told
        mended = here.repair()
        assert any("lost: article council" in line for line in mended)
        assert here.verify() == []
        assert held(here) == ["dates", "majlis"]

    def test_from_a_file_of_sqlite_and_back(self, library: Library, url: str, tmp_path: Path) -> None:
        library.tag(["dates"], ["to read"])
        library.remove(["council"])
        library.export(tmp_path / "one.majlis")
        served = Library.import_from(tmp_path / "one.majlis", tmp_path / "served", database=url)
        assert served.verify() == []
        served.export(tmp_path / "two.majlis")
        back = Library.import_from(tmp_path / "two.majlis", tmp_path / "back")
        expected = rows(Database(library.folder))
        assert rows(database_of(served.folder)) == rows(Database(back.folder)) == expected
        embedder = CountingEmbedder()
        again = Library.open(served.folder, embedder).add([article("moon", "No air."), article("dates")])
        assert (again.added, again.unchanged, embedder.texts) == (1, 1, ["No air."])
        with pytest.raises(UserError, match=r"there is a library in postgresql://.* already"):
            Library.import_from(tmp_path / "two.majlis", tmp_path / "twice", database=url)


class TestFormats:
    def test_an_older_one_is_brought_to_this_one(
        self, here: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        def step(connection: Any) -> None:
            schema.run_script(
                connection,
                "CREATE TABLE later (name TEXT PRIMARY KEY, n INTEGER NOT NULL DEFAULT 7, b BLOB);",
            )
            connection.execute("INSERT INTO later (name) SELECT id FROM articles")

        now = schema.SCHEMA_VERSION
        monkeypatch.setitem(schema.MIGRATIONS, now, step)
        for module in ("postgres", "state"):
            monkeypatch.setattr(f"index.library.database.{module}.SCHEMA_VERSION", now + 1)
        library = Library.open(here.folder, HashingEmbedder())
        with database_of(here.folder).reading() as connection:
            assert connection.format() == now + 1
            assert connection.one("SELECT count(*), sum(n) FROM later") == (3, 21)
        assert library.verify() == []
        assert library.remove(["dates"]).removed == 1
        monkeypatch.undo()
        with pytest.raises(LibraryTooNew, match=f"format {now + 1}, this one reads {now}"):
            Library.open(here.folder)

    def test_there_is_none_in_a_schema_before_it_is_made(
        self, postgres: PostgresServer, tmp_path: Path
    ) -> None:
        with pytest.raises(NoLibrary, match=r"no library in postgresql://.*: make one with: majlis"):
            Library.open(tmp_path / "none", database=postgres.url("none"))
        assert not (tmp_path / "none").exists()


class TestKilled:
    PROGRAM = """
import sys, os
sys.path[:0] = {paths!r}
from pathlib import Path
from shelf import article
from index.embedders import HashingEmbedder
from index.library import Library
from index.library.database.postgres.connection import ServerConnection
told = ServerConnection.execute
def execute(self, query, values=(), /):
    if query.startswith({at!r}):
        os.kill(os.getpid(), 9)
    return told(self, query, values)
ServerConnection.execute = execute
library = Library.open(Path({folder!r}), HashingEmbedder())
library.build([article(f"a{{n}}", f"Number {{n}} likes thing{{n}}.") for n in range(40)])
"""

    @pytest.mark.parametrize(
        "at", ["INSERT INTO vectors", "DELETE FROM articles", "INSERT INTO meta", "COMMIT"]
    )
    def test_a_process_that_ends_in_a_change_leaves_the_old_revision(self, here: Library, at: str) -> None:
        """While it embeds; and when all is written, but for the state."""
        paths = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]
        program = self.PROGRAM.format(paths=paths, folder=str(here.folder), at=at)
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        assert done.returncode == -9, done.stderr
        assert held(here) == sorted(ARTICLES)
        assert here.verify() == []
        change = here.build([article(f"a{n}", f"Number {n} likes thing{n}.") for n in range(40)])
        assert (change.added, change.removed, change.revision) == (40, 3, 2)
        assert here.verify() == []


def test_the_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    address = Address.parse("postgres://a%40b:p%3Aq@[::1]:6000/news?schema=one&sslmode=require", {})
    assert (address.user, address.host, address.port, address.database) == ("a@b", "::1", 6000, "news")
    assert address.secret({}) == "p:q"
    assert str(address) == "postgresql://a%40b@[::1]:6000/news?schema=one&sslmode=require"
    assert Address.parse(str(address), {}) == address
    passwords = tmp_path / "pgpass"
    passwords.write_text("other:*:*:*:no\nlocalhost:5432:news:me:a\\:b\n")
    passwords.chmod(0o600)
    told = {"PGPASSFILE": str(passwords), "PGUSER": "me"}
    assert Address.parse("postgresql:///news", told).secret(told) == "a:b"
    assert Address.parse("postgresql:///news?host=/run", told).secret(told) == "a:b"
    passwords.chmod(0o644)
    assert Address.parse("postgresql:///news", told).secret(told) == ""
    for wrong in ("mysql://h/d", "postgresql://h", "postgresql://u:s3cret@h:port/d", "postgresql:///d?a=1"):
        with pytest.raises(UserError) as problem:
            Address.parse(wrong, {})
        assert "s3cret" not in str(problem.value)
        assert "write it as postgresql://" in str(problem.value)


def test_a_folder_belongs_to_one_library(postgres: PostgresServer, here: Library, library: Library) -> None:
    with pytest.raises(UserError, match="belongs to the library in postgresql://"):
        Library.open(here.folder, database=postgres.url("another"))
    with pytest.raises(UserError, match=r"in a file of its own, majlis\.sqlite: name another folder"):
        Library.open(library.folder, database=postgres.url("another"))
    assert isinstance(database_of(here.folder), ServerDatabase)
