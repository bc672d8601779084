"""A library in Milvus, a real server beside it: one revision at a time, whatever ends in the middle."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from milvus_server import LiteServer, names_in
from shelf import article, found, held

from assistant.cli import main
from index.embedders import HashingEmbedder
from index.errors import EngineUnavailable, UserError
from index.library import Library
from index.search import IndexChange, lexical
from index.search.memory import MemoryCorpus
from index.search.milvus import milvus_kinds
from index.search.milvus.engine import engine_at
from index.search.milvus.frequencies import Counting, kept_length
from index.search.milvus.manifest import places
from index.search.milvus.scoring import CountedPassage, Scoring, passage_vector, slack
from index.search.query import parse_query
from index.search.terms import analysed

QUESTION = "Who proposed a council of experts?"


@pytest.fixture(scope="module")
def server() -> Iterator[LiteServer]:
    made = LiteServer().start()
    yield made
    made.end()


def library_in(server: LiteServer, folder: Path) -> Library:
    library = Library.create(folder, HashingEmbedder(), kinds=milvus_kinds(server.url))
    library.build([article("council"), article("majlis"), article("dates")])
    return Library.open(folder, HashingEmbedder())


def collections(server: LiteServer, library: Library) -> list[str]:
    [name] = {place.library for place in places(library.folder.glob("milvus-*"))}
    return [each for each in names_in(server) if name in each]


def entities(server: LiteServer, library: Library) -> int:
    """How many lie in the engine for the library, seen or not."""
    return sum(
        len(batch)
        for name in collections(server, library)
        for batch in engine_at(server.url).entities(name, "", ["row"])
    )


def test_a_library_says_itself_where_it_is_searched(server: LiteServer, tmp_path: Path) -> None:
    library = library_in(server, tmp_path / "library")
    assert found(library, QUESTION)[0] == found(library, QUESTION, "dense")[0] == "council"
    assert not [*library.folder.glob("lexical-*"), *library.folder.glob("vectors-*")]
    library.add([article("new", "A lighthouse stands on the cape.")])
    library.remove(["dates"])
    assert library.verify() == []
    assert found(library, "lighthouse")[0] == "new"
    assert "dates" not in found(library, "date palm") + found(library, "date palm", "dense")
    assert len(collections(server, library)) == 1
    assert entities(server, library) == library.info().vectors  # what was removed is nowhere


def test_a_reader_keeps_its_revision_and_what_left_goes_after_it(server: LiteServer, tmp_path: Path) -> None:
    library = library_in(server, tmp_path / "library")
    reader = Library.open(library.folder, HashingEmbedder())
    with reader.snapshot() as snapshot:
        before = snapshot.lexical(parse_query("date palm"), 5)
        library.remove(["dates"])
        library.add([article("new", "The date palm is a palm.")])
        assert snapshot.lexical(parse_query("date palm"), 5) == before
        assert [hit.passage.article_id for hit in before] == ["dates"]
    assert found(reader, "date palm") == ["new"]
    library.remove(["majlis"])
    assert entities(server, library) == library.info().vectors


def test_moving_there_and_back_embeds_nothing(server: LiteServer, tmp_path: Path) -> None:
    class Unwilling(HashingEmbedder):
        def embed_passages(self, *_: object, **__: object) -> None:  # type: ignore[override]
            raise AssertionError("embeds")

    folder = tmp_path / "library"
    Library.create(folder, HashingEmbedder()).build([article("council"), article("dates")])
    stays_open = Library.open(folder, HashingEmbedder())
    expected = found(stays_open, QUESTION)
    run = CliRunner().invoke(
        main,
        ["index", "repair", "--library", str(folder), "--search", "milvus", "--milvus-url", server.url],
    )
    assert run.exit_code == 0, run.output
    there = Library.open(folder, Unwilling())
    assert found(there, QUESTION) == expected
    assert not list(folder.glob("lexical-*"))
    with pytest.raises(UserError, match="start again"):  # and moves nothing back
        found(stays_open, "date palm")
    back = CliRunner().invoke(main, ["index", "repair", "--library", str(folder), "--search", "local"])
    assert back.exit_code == 0, back.output
    assert found(Library.open(folder, Unwilling()), QUESTION) == expected
    assert not list(folder.glob("milvus-*"))


def test_a_copy_leaves_the_entities_of_the_first_alone(server: LiteServer, tmp_path: Path) -> None:
    first = library_in(server, tmp_path / "first")
    shutil.copytree(first.folder, tmp_path / "second")
    second = Library.open(tmp_path / "second", HashingEmbedder())
    assert found(second, QUESTION)[0] == "council"
    second.remove(["council"])
    assert found(first, QUESTION)[0] == "council"
    assert "council" not in found(second, QUESTION)
    assert first.verify() == second.verify() == []


CHANGE = """
import os, sys
from pathlib import Path
from index.embedders import HashingEmbedder
from index.library import Library
from index.search.milvus import engine
sys.path.insert(0, "tests")
from shelf import article

insert = engine.Engine.insert
def last(self, name, entities):
    if sys.argv[3] == "after":
        insert(self, name, entities)
    os.kill(int(sys.argv[2]) or os.getpid(), 9)
    if sys.argv[3] == "before":
        insert(self, name, entities)
engine.Engine.insert = last
Library.open(Path(sys.argv[1]), HashingEmbedder()).add([article("new", "A lighthouse stands.")])
"""


def changed(library: Library, killed: int, when: str) -> "subprocess.CompletedProcess[str]":
    """A process that adds an article, and kills that one (0: itself) before or after the engine has it."""
    return subprocess.run(
        [sys.executable, "-c", CHANGE, str(library.folder), str(killed), when],
        capture_output=True,
        text=True,
    )


def test_a_writer_killed_between_the_engine_and_sqlite_has_changed_nothing(
    server: LiteServer, tmp_path: Path
) -> None:
    library = library_in(server, tmp_path / "library")
    before = entities(server, library)
    assert changed(library, 0, "after").returncode == -signal.SIGKILL
    assert entities(server, library) == before + 1
    assert held(library) == ["council", "dates", "majlis"]
    assert not found(library, "lighthouse")
    assert library.verify() == []
    library.add([article("other", "A windmill turns.")])
    assert found(library, "windmill") == ["other"]
    assert not found(library, "lighthouse")
    assert entities(server, library) == library.info().vectors


@pytest.fixture
def own() -> Iterator[LiteServer]:
    """A server for one test alone, which may end it."""
    made = LiteServer().start()
    yield made
    made.end()


def test_an_engine_that_ends_in_the_middle_of_a_change(own: LiteServer, tmp_path: Path) -> None:
    library = library_in(own, tmp_path / "library")
    assert own.process_id
    run = changed(library, own.process_id, "before")
    assert run.returncode == 1
    assert "EngineUnavailable" in run.stderr.splitlines()[-1]
    assert held(library) == ["council", "dates", "majlis"]
    told = CliRunner().invoke(main, ["search", QUESTION, "--library", str(library.folder)])
    assert told.exit_code == 1
    assert len(told.stderr.splitlines()) == 1
    assert own.url in told.stderr
    assert "majlis index repair --search local" in told.stderr
    with pytest.raises(EngineUnavailable):
        library.verify()
    own.kill()
    own.start()
    assert found(library, QUESTION)[0] == "council"
    assert not found(library, "lighthouse")
    assert changed(library, own.process_id or 0, "after").returncode == 0  # it has said that it has it
    own.kill()
    own.start()
    assert found(library, "lighthouse") == ["new"]
    assert library.verify() == []


def test_what_the_engine_lost_is_found_and_made_again_without_embedding(
    server: LiteServer, tmp_path: Path
) -> None:
    library = library_in(server, tmp_path / "library")
    [name] = collections(server, library)
    engine_at(server.url).delete(name, "row == 1")
    [line] = library.verify()
    assert "holds other passages than the library" in line
    assert library.repair()
    assert library.verify() == []
    assert found(library, QUESTION)[0] == "council"
    [new] = collections(server, library)
    assert new != name
    engine_at(server.url).drop(new)
    assert len(library.verify()) == 1
    library.repair()
    assert library.verify() == []


def test_the_inner_product_is_bm25_as_tantivy_has_it() -> None:
    """Of any passages: exact after scoring, never less than that before, and equal where nothing expands."""
    texts = [
        (1, "Ministers", "Lavrov proposed a council of experts to the ministers in Cairo. " * 9),
        (2, "الوزراء", "اقترح لافروف تشكيل مجلس للخبراء على وزراء الخارجية في القاهرة."),
        (3, "Palms", "The date palm grows in dry lands, and its fruit is eaten fresh or dried."),
    ]
    index = lexical.LexicalIndex().apply(IndexChange(MemoryCorpus.of_texts(texts)))
    passages = {row: analysed(title, text) for row, title, text in texts}
    counting = Counting()
    for passage in passages.values():
        counting.add(passage)
    statistics = counting.made()
    averages = statistics.averages()
    for asked in ("Who proposed a council in Cairo?", "من اقترح مجلس الخبراء؟", "date palm", "Lavrov"):
        query = parse_query(asked)
        scoring = Scoring.of(query, statistics)
        vector = scoring.vector()
        expected = {match.row: match for match in index.search(query, 5)}
        for row, passage in passages.items():
            score = scoring.score(CountedPassage.of(passage))
            inner = sum(vector.get(d, 0.0) * value for d, value in passage_vector(passage, averages).items())
            assert score == pytest.approx(expected[row].score if row in expected else 0.0, abs=2e-4)
            assert inner * slack(averages, averages) >= score
            if not scoring.expanded:
                assert inner == pytest.approx(score)
        assert index.ceiling(query, "en") == pytest.approx(
            milvus_kinds("http://nowhere").lexical.create().ceiling(query, "en") or index.ceiling(query, "en")
        )


def test_lengths_are_kept_as_tantivy_keeps_them() -> None:
    assert [kept_length(n) for n in (0, 1, 39, 40, 41, 42, 55, 56, 59, 60, 1000)] == [
        *(0, 1, 39, 40, 40, 42, 54, 56, 56, 60, 984)
    ]


def test_statistics_follow_any_history_and_keep_no_hash_of_what_is_gone(tmp_path: Path) -> None:
    passages = [analysed("", text) for text in ("zebra moon", "zebra", "moon drum")]
    counting = Counting()
    for passage in passages:
        counting.add(passage)
    first = counting.made()
    after = Counting(first)
    after.add(passages[2], -1)
    left = after.made(purge=True)
    assert [first.doc_freq("stems", term) for term in ("zebra", "moon", "drum", "tulip")] == [2, 2, 1, 0]
    assert [left.doc_freq("stems", term) for term in ("zebra", "moon", "drum")] == [2, 1, 0]
    direct = Counting()
    for passage in passages[:2]:
        direct.add(passage)
    [part], [expected] = left.parts, direct.made().parts
    assert np.array_equal(part.hashes, expected.hashes)
    assert np.array_equal(part.counts, expected.counts)


def test_a_token_comes_from_the_environment_or_a_file_and_is_never_in_an_address(tmp_path: Path) -> None:
    run = CliRunner().invoke(main, ["index", "list"], env={"MAJLIS_MILVUS_URL": "http://me:secret@host"})
    assert run.exit_code == 1
    assert "MAJLIS_MILVUS_URL" in run.stderr
    os.environ["MAJLIS_MILVUS_TOKEN_FILE"] = str(tmp_path / "absent")
    try:
        with pytest.raises(UserError, match="MAJLIS_MILVUS_TOKEN_FILE"):
            engine_at("http://127.0.0.1:1")
    finally:
        del os.environ["MAJLIS_MILVUS_TOKEN_FILE"]
