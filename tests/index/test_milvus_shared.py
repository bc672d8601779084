"""A library in Milvus that several want to change, that lies in PostgreSQL, that is moved away again."""

import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import printed, run
from milvus_server import LiteServer, names_in
from postgres_server import PostgresServer
from shelf import ARTICLES, article, found, held

from index.embedders import HashingEmbedder
from index.errors import EngineUnavailable, LibraryBusy
from index.library import Library
from index.search.milvus import milvus_kinds
from index.search.milvus.engine import engine_at
from index.search.milvus.manifest import places


@pytest.fixture(scope="module")
def server() -> Iterator[LiteServer]:
    made = LiteServer().start()
    yield made
    made.end()


def collections(server: LiteServer, folder: Path) -> list[str]:
    [name] = {place.library for place in places(folder.glob("milvus-*"))}
    return [each for each in names_in(server) if name in each]


def entities(server: LiteServer, folder: Path) -> int:
    """How many lie in the engine for the library in a folder, seen or not."""
    [name] = collections(server, folder)
    return sum(len(batch) for batch in engine_at(server.url).entities(name, "", ["row"]))


WRITER = """
import os, sys
from pathlib import Path
from index.embedders import HashingEmbedder
from index.library import Library
from index.search.milvus import engine
sys.path.insert(0, "tests")
from shelf import article

insert = engine.Engine.insert
def slow(self, name, entities):
    insert(self, name, entities)
    print("there", flush=True)
    if sys.stdin.readline() == "die\\n":
        os.kill(os.getpid(), 9)
engine.Engine.insert = slow
Library.open(Path(sys.argv[1]), HashingEmbedder()).add([article("first", "A lighthouse stands.")])
"""


def writer(folder: Path) -> "subprocess.Popen[str]":
    """A process that adds an article, once its entities are in the engine and before the database has it."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "there\n"
    return process


def test_two_writers_one_at_a_time_and_nothing_is_lost(server: LiteServer, tmp_path: Path) -> None:
    library = Library.create(tmp_path / "library", HashingEmbedder(), kinds=milvus_kinds(server.url))
    library.build([article("council"), article("dates")])
    library = Library.open(library.folder, HashingEmbedder())
    (tmp_path / "second.txt").write_text("A windmill turns.", encoding="utf-8")
    first = writer(library.folder)
    second = run("index", "add", tmp_path / "second.txt", "--library", library.folder)
    assert (second.exit_code, second.stderr.count("\n")) == (1, 1)
    assert f"being changed by another process (pid {first.pid}): wait until it is done" in second.stderr
    assert found(library, "palm") == ["dates"]  # who asks waits for nobody
    assert not found(library, "lighthouse")
    assert first.communicate("\n", timeout=60) == ("", "")
    assert printed("index", "add", tmp_path / "second.txt", "--library", library.folder)["added"] == 1
    assert found(library, "lighthouse") == ["first"]
    assert len(found(library, "windmill")) == 1
    assert library.verify() == []
    assert entities(server, library.folder) == library.info().vectors


def test_a_library_in_postgresql_is_searched_in_milvus(
    server: LiteServer, postgres: PostgresServer, tmp_path: Path
) -> None:
    url = postgres.url(f"s_{uuid.uuid4().hex[:12]}")
    kinds = milvus_kinds(server.url)
    here = Library.create(tmp_path / "here", HashingEmbedder(), kinds=kinds, database=url)
    here.build([article(name) for name in ARTICLES])
    here = Library.open(here.folder, HashingEmbedder())  # the folder says both
    assert found(here, "Who proposed a council of experts?")[0] == "council"
    here.remove(["majlis"])
    moved = ("index", "repair", "--search", "milvus", "--milvus-url", server.url, "--database", url)
    assert "majlis" not in str(printed(*moved, "--library", tmp_path / "there")["mended"])
    there = Library.open(tmp_path / "there", HashingEmbedder())
    assert found(there, "date palm")[0] == found(there, "date palm", "dense")[0] == "dates"
    assert collections(server, here.folder) != collections(server, there.folder)

    process = writer(here.folder)
    with pytest.raises(LibraryBusy, match=f"pid {process.pid}"):  # the lease is the database's
        there.add([article("moon", "The moon has no air.")])
    process.communicate("die\n", timeout=60)
    assert process.returncode == -signal.SIGKILL
    for library in (here, there):
        assert held(library) == ["council", "dates"]
        assert not found(library, "lighthouse")
        assert library.verify() == []
    there.add([article("moon", "The moon has no air.")])
    here.remove(["dates"])
    for library in (here, there):
        assert found(library, "moon") == ["moon"]
        assert "dates" not in found(library, "date palm") + found(library, "date palm", "dense")
        assert library.verify() == []
        assert entities(server, library.folder) == library.info().vectors

    engine_at(server.url).delete(collections(server, there.folder)[0], "row > 0")
    assert here.verify() == []
    assert "holds other passages than the library" in there.verify()[0]
    assert there.repair()
    assert there.verify() == []
    engine_at(server.url).drop(collections(server, there.folder)[0])
    with pytest.raises(EngineUnavailable, match="majlis index repair"):
        found(Library.open(there.folder, HashingEmbedder()), "moon")


def test_collections_that_a_library_left_are_named_and_dropped_when_asked(
    server: LiteServer, tmp_path: Path
) -> None:
    at = ("--library", tmp_path / "library")
    here, away = ("--search", "local"), ("--search", "milvus", "--milvus-url", server.url)
    Library.create(tmp_path / "library", HashingEmbedder()).build([article("council")])
    assert printed("index", "repair", *at, *away)["left_in_milvus"] == []
    [name] = collections(server, tmp_path / "library")
    told = run("index", "repair", *at, *here).stdout
    assert f"left there: {name[: name.rindex('_')]}_* in Milvus at {server.url}; drop it with: majlis" in told
    assert name in names_in(server)
    assert "majlis index repair --drop-collections" in run("index", "info", *at).stdout
    printed("index", "repair", *at, *away)
    [used] = collections(server, tmp_path / "library")
    assert used != name
    dropped = run("index", "repair", "--drop-collections", *at).stdout
    assert f"dropped in Milvus: {name}" in dropped
    assert (name in names_in(server), used in names_in(server)) == (False, True)
    assert printed("index", "info", *at)["left_in_milvus"] == []
    assert printed("index", "verify", *at)["healthy"]
