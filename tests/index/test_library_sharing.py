"""Library: many readers beside one writer, another embedder, and folders that are none."""

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from shelf import ARTICLES, OtherEmbedder, article, found, held, on_disk

from index.articles import Article
from index.embedders import HashingEmbedder
from index.errors import (
    EmbedderMismatch,
    LibraryBusy,
    LibraryDamaged,
    NoLibrary,
    UserError,
)
from index.library import Library
from index.library.database import FILE
from index.library.generations import Generations
from index.search import index_kinds, lexical
from index.search.lexical import LexicalIndex
from index.search.query import parse_query
from index.search.segments import MergePolicy


class TestReadersAndWriters:
    def test_a_snapshot_holds_its_revision_while_others_change(self, library: Library) -> None:
        with library.snapshot() as old:
            library.remove(["dates"])
            assert old.article("dates").title == "Date palms"
            assert [hit.passage.article_id for hit in old.lexical(parse_query("palm"), 5)] == ["dates"]
            assert [hit.passage.article_id for hit in old.dense(parse_query("date palm"), 1)] == ["dates"]
            with library.snapshot() as new:
                assert new.revision == old.revision + 1
                assert new.lexical(parse_query("palm"), 5) == []

    def test_an_old_snapshot_keeps_its_indexes_when_others_load_newer_ones(
        self, library: Library, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert found(library, "palm") == found(library, "date palm", "dense")[:1] == ["dates"]
        with library.snapshot() as old:
            library.remove(["dates"])
            assert found(library, "palm") == []
            assert "dates" not in found(library, "date palm", "dense")
            monkeypatch.setattr(Generations, "load", lambda *_: pytest.fail("loaded again"))
            assert [hit.passage.article_id for hit in old.lexical(parse_query("palm"), 5)] == ["dates"]
            assert [hit.passage.article_id for hit in old.dense(parse_query("date palm"), 1)] == ["dates"]

    def test_another_process_is_seen_without_a_restart(self, library: Library) -> None:
        assert found(library, "palm") == ["dates"]
        Library.open(library.folder, HashingEmbedder()).remove(["dates"])
        assert found(library, "palm") == []

    def test_a_library_made_anew_in_the_same_folder_is_seen(self, library: Library) -> None:
        assert found(library, "palm") == found(library, "date palm", "dense")[:1] == ["dates"]
        revision = library.info().revision
        shutil.rmtree(library.folder)
        other = Library.create(library.folder, HashingEmbedder())
        assert other.build([article("moon", "The moon has no palm.")]).revision == revision
        assert found(library, "palm") == found(library, "date palm", "dense") == ["moon"]

    def test_a_second_writer_is_told_who_is_at_work(self, library: Library) -> None:
        def stream() -> Iterator[Article]:
            with pytest.raises(LibraryBusy, match=r"another process \(pid \d+\)"):
                library.add([article("other", "The moon has no air.")])
            assert found(library, "palm") == ["dates"]  # readers do not wait
            yield article("new", "The sun is hot.")

        assert library.add(stream()).added == 1
        assert library.add([article("other", "The moon has no air.")]).added == 1

    def test_many_ask_while_one_changes(self, library: Library) -> None:
        """Every question sees one whole revision: the articles of ``revision`` and no others."""
        expected = {library.info().revision: frozenset(ARTICLES)}
        wrong: list[str] = []
        stop = threading.Event()

        def ask() -> None:
            while not stop.is_set():
                with library.snapshot() as snapshot:
                    members = frozenset(summary.id for summary in snapshot.articles())
                    lexical = {
                        hit.passage.article_id for hit in snapshot.lexical(parse_query("shared word"), 50)
                    }
                    dense = {hit.passage.article_id for hit in snapshot.dense(parse_query("shared word"), 50)}
                    new = members - set(ARTICLES)
                    if not (lexical == new and dense == members):
                        wrong.append(f"{snapshot.revision}: {members} {lexical} {dense}")
                    if expected.get(snapshot.revision, members) != members:
                        wrong.append(f"{snapshot.revision}: {members}")

        askers = [threading.Thread(target=ask) for _ in range(3)]
        for asker in askers:
            asker.start()
        try:
            for n in range(12):
                if n % 3 == 2:
                    change = library.remove([f"n{n - 1}"])
                else:
                    change = library.add([article(f"n{n}", f"A shared word and thing{n}.")])
                expected[change.revision] = frozenset(held(library))
        finally:
            stop.set()
            for asker in askers:
                asker.join()
        assert wrong == []
        assert library.verify() == []


class TestEmbedders:
    def test_another_embedder_is_refused_with_the_command_that_changes_it(self, library: Library) -> None:
        with pytest.raises(EmbedderMismatch, match=r"majlis index build PATH.* --embedder other"):
            Library.open(library.folder, OtherEmbedder())

    def test_build_changes_the_embedder_and_embeds_everything(self, library: Library) -> None:
        change = library.build([article(name) for name in ARTICLES], embedder=OtherEmbedder())
        assert (change.unchanged, change.embedded) == (3, 3)
        info = library.info()
        assert (info.embedder, info.dimension) == ("other", 128)
        assert found(library, "date palm", "dense")[0] == "dates"
        assert library.verify() == []
        with closing(sqlite3.connect(library.folder / FILE)) as connection:
            assert connection.execute("SELECT DISTINCT fingerprint FROM vectors").fetchall() == [("other-1",)]

    def test_the_embedder_is_not_loaded_before_it_is_needed(
        self, library: Library, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("index.library.embedder.load_embedder", lambda name: pytest.fail("loaded"))
        again = Library.open(library.folder)
        again.build([article(name) for name in ARTICLES])
        assert found(again, "palm") == ["dates"]
        assert again.info().embedder == "hashing"

    def test_its_own_embedder_is_loaded_by_name(self, library: Library) -> None:
        again = Library.open(library.folder)
        assert again.embedder.fingerprint == HashingEmbedder.fingerprint
        assert found(again, "date palm", "dense")[0] == "dates"

    def test_a_newer_version_of_the_embedder_is_embedded_by_repair(
        self, library: Library, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Newer(OtherEmbedder):
            name = "hashing"

        for module in ("embedder", "repair"):
            monkeypatch.setattr(f"index.library.{module}.load_embedder", lambda name: Newer())
        again = Library.open(library.folder)
        with pytest.raises(EmbedderMismatch, match="majlis index repair"), again.snapshot() as snapshot:
            snapshot.dense(parse_query("palm"), 3)
        assert again.repair() == ["mended: 3 passages were embedded again"]
        assert found(again, "date palm", "dense")[0] == "dates"
        assert again.verify() == []


class TestLeavingNothing:
    sentence = "Zyxwvut quagmires perplexed Xanthippe's hippogriff."
    stem = b"zyxwvut"  # as the lexical index holds it, in plain letters

    @pytest.mark.parametrize("way", ["remove", "update", "build", "replace"])
    def test_a_removed_article_is_nowhere_in_the_folder(
        self, library: Library, way: str, tmp_path: Path
    ) -> None:
        origin = str(tmp_path / "secret.txt")  # which is not there, beside the library, which is
        around = " ".join(f"Common words fill line {n}." for n in range(300))
        library.add([article("secret", f"{around} {self.sentence} {around}", origin=origin)])
        with library.snapshot() as snapshot:  # loaded, as in a process that serves
            assert snapshot.lexical(parse_query("hippogriff"), 3)
        assert self.sentence.encode() in on_disk(library)
        assert self.stem in on_disk(library)
        with closing(sqlite3.connect(library.folder / FILE)) as idle:  # so SQLite's log lives on
            idle.execute("SELECT count(*) FROM articles").fetchone()
            match way:
                case "remove":
                    library.remove(["secret"])
                case "update":
                    library.update([], sources=[str(tmp_path)])
                case "build":
                    library.build([article(name) for name in ARTICLES])
                case "replace":
                    library.add([article("secret", "Nothing to see.", origin=origin)])
            assert self.sentence.encode() not in on_disk(library)
            assert self.stem not in on_disk(library).lower()
        assert found(library, "hippogriff") == []

    def test_a_large_library_sweeps_terms_out_when_articles_are_removed(self, library: Library) -> None:
        policy = MergePolicy(largest=100, smallest=4, factor=8, worn=10.0)
        kind = replace(
            lexical.KIND,
            create=partial(LexicalIndex, policy=policy),
            open=partial(LexicalIndex.open, policy=policy),
        )
        library = Library.open(library.folder, HashingEmbedder(), kinds=replace(index_kinds(), lexical=kind))
        together = [article("secret", self.sentence), article("a", "The moon."), article("b", "The sun.")]
        library.add(together)
        library.add([article("secret", "Nothing to see.")])
        assert self.stem in on_disk(library)  # replaced: it waits until its segment is worn
        assert found(library, "hippogriff") == []
        library.remove(["a"])
        assert self.stem not in on_disk(library)


class TestNotALibrary:
    def test_no_folder_and_an_empty_one(self, tmp_path: Path) -> None:
        for folder in (tmp_path / "nowhere", tmp_path):
            with pytest.raises(NoLibrary, match="majlis index build"):
                Library.open(folder)

    def test_a_folder_of_other_things_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "thesis.txt").write_text("mine")
        with pytest.raises(UserError, match="not empty"):
            Library.create(tmp_path, HashingEmbedder())
        assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]

    def test_a_library_is_not_made_over_another(self, library: Library) -> None:
        with pytest.raises(UserError, match="already"):
            Library.create(library.folder, HashingEmbedder())
        assert library.info().articles == 3

    def test_one_whose_making_was_cut_off_is_made_again(self, tmp_path: Path) -> None:
        (tmp_path / "majlis.sqlite").touch()
        with pytest.raises(NoLibrary):
            Library.open(tmp_path)
        assert Library.create(tmp_path, HashingEmbedder()).info().articles == 0

    def test_another_programs_database(self, tmp_path: Path) -> None:
        with sqlite3.connect(tmp_path / "majlis.sqlite") as connection:
            connection.execute("CREATE TABLE notes (text)")
        connection.close()
        with pytest.raises(NoLibrary):
            Library.open(tmp_path)

    def test_a_file_that_is_no_database(self, tmp_path: Path) -> None:
        (tmp_path / "majlis.sqlite").write_bytes(b"not a database, but long enough to be taken for one" * 100)
        before = (tmp_path / "majlis.sqlite").read_bytes()
        with pytest.raises(LibraryDamaged, match="index repair"):
            Library.open(tmp_path)
        with pytest.raises(LibraryDamaged, match=r"nothing can be read.*build it anew"):
            Library(tmp_path, HashingEmbedder()).repair()
        assert (tmp_path / "majlis.sqlite").read_bytes() == before
