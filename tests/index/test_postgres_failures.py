"""What a server of PostgreSQL refuses, and its end at any moment: one line each, and nothing is lost."""

import signal
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from postgres_server import PostgresServer, binaries
from shelf import ARTICLES, article, found, held

from index.articles import Article
from index.embedders import HashingEmbedder
from index.errors import DatabaseAway, LibraryClosed, LibraryDamaged, NoLibrary, UserError
from index.library import Library


@pytest.fixture(scope="module")
def server(postgres: PostgresServer) -> Iterator[PostgresServer]:
    """Another one, which may be stopped and killed; its user ``guarded`` must give a password."""
    found = binaries()
    assert found
    with tempfile.TemporaryDirectory() as name:
        server = PostgresServer(Path(name), found)
        hba = server.folder / "data" / "pg_hba.conf"
        hba.write_text("local all guarded scram-sha-256\nlocal all all trust\n")
        server.start()
        server.ask("CREATE ROLE guarded LOGIN PASSWORD 's3cret'")
        server.ask("GRANT CREATE ON DATABASE postgres TO guarded")
        server.ask("CREATE ROLE stranger LOGIN")
        server.ask("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture
def url(server: PostgresServer) -> str:
    return server.url(f"s_{uuid.uuid4().hex[:12]}")


@pytest.fixture
def library(url: str, tmp_path: Path) -> Library:
    library = Library.create(tmp_path / "library", HashingEmbedder(), database=url)
    library.build([article(name) for name in ARTICLES])
    return library


def one_line(error: Exception) -> str:
    line = str(error)
    assert "\n" not in line
    assert "s3cret" not in line
    return line


def test_a_server_that_is_down_is_told_by_each_command(server: PostgresServer, library: Library) -> None:
    assert found(library, "palm") == ["dates"]
    server.stop()
    commands: list[Callable[[], object]] = [
        lambda: Library.open(library.folder),
        lambda: found(library, "palm"),
        library.info,
        library.verify,
        library.repair,
        lambda: library.remove(["dates"]),
        lambda: library.build([article("dates")]),
    ]
    try:
        for command in commands:
            with pytest.raises(DatabaseAway, match=r"cannot be reached .*: start its server") as told:
                command()
            one_line(told.value)
    finally:
        server.start()
    assert found(library, "palm") == ["dates"]  # its old connections are of no use, and nobody need know


@pytest.mark.parametrize("when", ["staged", "embedded"])
def test_a_server_that_dies_in_a_change_loses_nothing(
    server: PostgresServer, library: Library, when: str
) -> None:
    class Dying(HashingEmbedder):
        def embed_passages(self, *given, **named):  # type: ignore[no-untyped-def]
            if when == "embedded":
                server.stop(signal.SIGQUIT)
            return super().embed_passages(*given, **named)

    def stream() -> Iterator[Article]:
        yield article("moon", "The moon has no air.")
        if when == "staged":
            server.stop(signal.SIGQUIT)
        yield article("sun", "The sun is a star.")

    try:
        with pytest.raises(DatabaseAway, match=r"connection to .* was lost .*: run the") as told:
            Library.open(library.folder, Dying()).add(stream())
        one_line(told.value)
    finally:
        server.start()
    assert (held(library), library.info().revision) == (sorted(ARTICLES), 1)
    assert library.verify() == []
    change = library.add([article("moon", "The moon has no air."), article("sun", "The sun is a star.")])
    assert (change.added, change.revision) == (2, 2)
    assert library.verify() == []


def test_who_is_ended_by_an_administrator_is_told(server: PostgresServer, library: Library) -> None:
    def stream() -> Iterator[Article]:
        yield article("moon", "The moon has no air.")
        server.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        yield article("sun", "The sun is a star.")

    with pytest.raises(DatabaseAway, match="was lost"):
        library.add(stream())
    assert library.add([article("moon", "The moon has no air.")]).added == 1  # the lease went with it


def test_passwords(server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))
    for wrong in ("", "wr0ng"):
        with pytest.raises(LibraryClosed, match=r"does not let you in \(.*\): give the password in"):
            Library.open(tmp_path / "library", database=server.url("guarded", "guarded", wrong))
    given = server.url("guarded", "guarded", "s3cret")
    made = Library.create(tmp_path / "library", HashingEmbedder(), database=given)
    made.build([article("dates")])
    with pytest.raises(LibraryClosed) as told:
        Library.open(made.folder)
    assert "guarded@" in one_line(told.value)
    monkeypatch.setenv("PGPASSWORD", "s3cret")
    assert held(Library.open(made.folder)) == ["dates"]


def test_what_a_user_may_not_do(server: PostgresServer, library: Library, url: str, tmp_path: Path) -> None:
    other = url.replace("majlis@", "stranger@")
    with pytest.raises(
        LibraryClosed, match="you may not read or change the library in postgresql://stranger@"
    ):
        Library.open(tmp_path / "other", database=other)
    with pytest.raises(LibraryClosed, match="you may not"):
        Library.create(tmp_path / "other", HashingEmbedder(), database=server.url("new", "stranger"))
    schema = url.rpartition("=")[2]
    server.ask(f"GRANT USAGE ON SCHEMA {schema} TO stranger")
    server.ask(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO stranger")
    reader = Library.open(tmp_path / "other", HashingEmbedder(), database=other)
    assert found(reader, "palm") == ["dates"]
    with pytest.raises(LibraryClosed, match="you may not"):
        reader.remove(["dates"])
    server.ask("ALTER ROLE stranger SET default_transaction_read_only = on")  # as a replica is
    with pytest.raises(LibraryClosed, match="can only be read"):
        Library.open(tmp_path / "other").remove(["dates"])
    assert held(library) == sorted(ARTICLES)


def test_what_is_not_there(server: PostgresServer, library: Library, url: str, tmp_path: Path) -> None:
    with pytest.raises(NoLibrary, match=r"no database nowhere on the server .*: make it with: createdb"):
        Library.open(tmp_path / "a", database=server.url("x", database="nowhere"))
    with pytest.raises(DatabaseAway, match=r"cannot be reached \(No such file or directory\)"):
        Library.open(tmp_path / "a", database="postgresql://u@/d?host=/nowhere")
    with pytest.raises(DatabaseAway, match="cannot be reached"):
        Library.open(tmp_path / "a", database="postgresql://u:s3cret@127.0.0.1:9/d")
    with pytest.raises(UserError, match="of the encoding LATIN1: make a database"):
        Library.create(tmp_path / "a", HashingEmbedder(), database=server.url("x", database="latin"))
    assert not (tmp_path / "a" / "database.json").exists()
    schema = url.rpartition("=")[2]
    server.ask(f"DROP TABLE {schema}.vectors")
    with pytest.raises(
        LibraryDamaged, match=r'damaged \(relation "vectors" does not exist\): bring the database'
    ):
        library.verify()
    with pytest.raises(
        LibraryDamaged, match=r"cannot be mended in their place \(.*\): bring the database back"
    ):
        library.repair()
