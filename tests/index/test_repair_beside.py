"""A library that is repaired, or verified, while another process reads it: each keeps what it sees."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from shelf import article, found

from index.embedders import HashingEmbedder
from index.errors import LibraryBusy
from index.library import Library, database
from index.library.database import State
from index.library.generations import Generations

pytest.importorskip("fcntl")
COUNT = 40
READER = """
import sys
from pathlib import Path
from index.embedders import HashingEmbedder
from index.library import Library
from index.library.generations import Generations
from index.search.query import parse_query

def in_memory(*told):
    raise AssertionError("an index was made in memory")

library = Library.open(Path(sys.argv[1]), HashingEmbedder())
def found(snapshot):
    return [[hit.passage.article_id for hit in leg(parse_query("thing7 tells"), 3)]
            for leg in (snapshot.lexical, snapshot.dense)]

with library.snapshot() as snapshot:
    if sys.argv[2] == "opened":
        found(snapshot)
    print(snapshot.revision, flush=True)
    sys.stdin.readline()
    if sys.argv[3] == "whole":
        Generations._in_memory = in_memory
    print(found(snapshot), len(snapshot.articles()), snapshot.article("a7").text[:20], flush=True)
"""
SEEN = f"[['a7', 'a17', 'a27'], ['a7', 'a17', 'a27']] {COUNT} Article 7 tells of t"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library.create(tmp_path / "library", HashingEmbedder())
    library.build(
        article(f"a{n}", f"Article {n} tells of thing{n if n % 10 != 7 else f'7 {n}' if n > 7 else n}. " * 3)
        for n in range(COUNT)
    )
    return library


@contextmanager
def reader(library: Library, *how: str) -> Iterator[Callable[[], str]]:
    """Another process that holds a snapshot; called, it searches in it and ends: what it found."""
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(library.folder), *how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"{library.info().revision}\n"
        yield lambda: process.communicate("\n")[0].strip()


def indexes(library: Library) -> set[str]:
    return {path.name for kind in ("vectors", "lexical") for path in library.folder.glob(f"{kind}-*")}


def lose_a_vector(library: Library) -> None:
    with library._database.writing() as connection:
        connection.execute("DELETE FROM vectors WHERE rowid = (SELECT max(rowid) FROM vectors)")


def lose_an_index(library: Library) -> None:
    for file in next(library.folder.glob("lexical-*")).iterdir():
        if file.name == "segments.json":
            file.write_text("{}", encoding="utf-8")


@pytest.mark.parametrize("when", ["held", "opened"])
def test_repair_leaves_a_reader_its_indexes(library: Library, when: str) -> None:
    before = indexes(library)
    with reader(library, when, "whole") as ask:
        lose_a_vector(library)
        assert library.repair() != []
        assert indexes(library) > before, "what is held stays, beside what was made"
        assert ask() == SEEN
    library.add([article("more")])
    assert len(indexes(library)) == 2
    assert not indexes(library) & before
    assert library.verify() == []


@pytest.mark.parametrize("when", ["held", "opened"])
def test_where_an_index_is_damaged_a_reader_answers_from_what_it_reads(library: Library, when: str) -> None:
    with reader(library, when, "damaged") as ask:
        lose_an_index(library)
        assert library.repair() == [
            "made afresh: the folder of terms is missing, damaged or of another version"
        ]
        assert ask() == SEEN
    assert library.verify() == []
    library.add([article("more")])
    assert len(indexes(library)) == 2


def test_the_file_itself_is_not_replaced_while_a_reader_has_it(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_MS", 300)
    with reader(library, "held", "whole") as ask:
        path = library.folder / "majlis.sqlite"
        with library._database.reading() as connection:
            [page] = connection.one("SELECT rootpage FROM sqlite_schema WHERE name = 'passages_by_text'")
        before = path.read_bytes()
        with path.open("r+b") as file:
            file.seek((page - 1) * 4096 + 8)
            file.write(bytes(2000))
        with pytest.raises(LibraryBusy, match="close that"):
            library.repair()
        assert path.stat().st_size == len(before)
        assert not list(library.folder.glob("*.damaged-*"))
        ask()
    assert library.repair() != []
    assert library.verify() == []


@pytest.mark.parametrize("loaded", [False, True])
def test_verify_tells_of_one_revision_though_another_comes(
    library: Library, monkeypatch: pytest.MonkeyPatch, loaded: bool
) -> None:
    """A change passes, and sweeps, while the rows are looked at and before the files are."""
    damaged = Generations.damaged

    def change_first(self: Generations, state: State) -> list[str]:
        monkeypatch.undo()
        Library.open(library.folder, HashingEmbedder()).add([article("more")])
        return damaged(self, state)

    monkeypatch.setattr(Generations, "damaged", change_first)
    verified = Library.open(library.folder, HashingEmbedder())
    if loaded:
        assert found(verified, "thing5")[0] == found(verified, "thing5", "dense")[0] == "a5"
    assert verified.verify() == []
    assert [one.id for one in library.articles()][-1] == "more"
