"""Library: what goes in is found, what goes out is gone, and every number is what it says."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from shelf import ARTICLES, CountingEmbedder, article, found, held, lists_kind

from index.articles import Article
from index.embedders import HashingEmbedder
from index.embedders.windows import WindowVectors
from index.library import Library
from index.library import change as changes
from index.progress import Progress, silent
from index.search import index_kinds
from index.search.query import parse_query


@pytest.fixture(autouse=True)
def database(each_database: str) -> str:
    """The kind that a test's libraries are of."""
    return each_database


@pytest.fixture
def library(database: str, tmp_path: Path, embedder: CountingEmbedder) -> Library:
    library = Library.create(tmp_path / "library", embedder)
    library.build([article(name) for name in ARTICLES])
    return library


class TestFinding:
    def test_a_question_in_each_language_finds_its_article(self, library: Library) -> None:
        assert found(library, "Who proposed the council?")[0] == "council"
        assert found(library, "من اقترح تشكيل المجلس؟")[0] == "majlis"
        assert found(library, "Where does the date palm grow?", "dense")[0] == "dates"

    def test_a_hit_is_an_exact_slice_with_its_rank_and_score(self, library: Library) -> None:
        with library.snapshot() as snapshot:
            lexical = snapshot.lexical(parse_query("the council met in Cairo"), 10)
            dense = snapshot.dense(parse_query("the council met in Cairo"), 10)
            for hit in lexical + dense:
                passage = hit.passage
                whole = snapshot.article(passage.article_id)
                assert whole.text[passage.start : passage.end] == passage.text
                assert (passage.title, passage.source) == (whole.title, whole.source)
        assert [hit.lexical.rank for hit in lexical if hit.lexical] == list(range(1, len(lexical) + 1))
        assert [hit.dense.rank for hit in dense if hit.dense] == [1, 2, 3]
        assert all(hit.lexical and hit.lexical.score == hit.score and not hit.dense for hit in lexical)
        assert all(hit.dense and hit.dense.score == hit.score and not hit.lexical for hit in dense)
        assert lexical[0].matched_terms

    def test_nothing_is_found_for_nothing_or_in_nothing(self, library: Library, tmp_path: Path) -> None:
        with library.snapshot() as snapshot:
            assert (
                snapshot.dense(parse_query("  "), 5)
                == snapshot.lexical(parse_query("  "), 5)
                == snapshot.dense(parse_query("palm"), 0)
                == []
            )
            with pytest.raises(KeyError):
                snapshot.article("nobody")
        empty = Library.create(tmp_path / "empty", HashingEmbedder())
        assert found(empty, "palm") == found(empty, "palm", "dense") == []
        assert empty.info().healthy
        assert empty.verify() == []


class TestChanging:
    def test_a_second_build_of_the_same_embeds_nothing_and_is_no_revision(
        self, library: Library, embedder: CountingEmbedder
    ) -> None:
        before = library.info()
        embedder.texts.clear()
        change = library.build([article(name) for name in ARTICLES])
        assert (change.unchanged, change.added, change.updated, change.removed) == (3, 0, 0, 0)
        assert change.embedded == 0
        assert embedder.texts == []
        assert change.revision == before.revision == library.info().revision

    def test_build_holds_exactly_what_it_is_given(self, library: Library) -> None:
        change = library.build([article("dates"), article("new", "The moon has no air.")])
        assert (change.added, change.unchanged, change.removed) == (1, 1, 2)
        assert held(library) == ["dates", "new"]
        assert change.passages == library.info().passages == 2

    def test_add_changes_only_what_changed(self, library: Library, embedder: CountingEmbedder) -> None:
        embedder.texts.clear()
        olives = article("dates", "The olive grows on hills.", title="Olives")
        change = library.add([olives, article("council")])
        assert (change.added, change.updated, change.unchanged, change.removed) == (0, 1, 1, 0)
        assert embedder.texts == ["The olive grows on hills."]
        assert found(library, "olive") == ["dates"]
        assert found(library, "palm") == []
        assert held(library) == sorted(ARTICLES)

    def test_a_new_title_or_source_is_a_change_that_embeds_nothing(self, library: Library) -> None:
        change = library.add([article("dates", title="Of palms")])
        assert (change.updated, change.embedded) == (1, 0)
        with library.snapshot() as snapshot:
            assert snapshot.article("dates").title == "Of palms"

    def test_the_same_text_in_two_articles_is_embedded_once_and_found_twice(
        self, library: Library, embedder: CountingEmbedder
    ) -> None:
        embedder.texts.clear()
        change = library.add([article("twin", ARTICLES["dates"][1])])
        assert (change.added, change.embedded, embedder.texts) == (1, 0, [])
        assert found(library, "date palm", "dense")[:2] == ["dates", "twin"]
        library.remove(["dates"])
        assert found(library, "date palm", "dense")[0] == "twin"
        assert library.verify() == []

    def test_remove_passes_over_ids_that_are_not_there(self, library: Library) -> None:
        assert library.remove(["dates", "nobody"]).removed == 1
        assert library.remove(["nobody"]).removed == 0
        assert held(library) == ["council", "majlis"]

    def test_a_failing_stream_changes_nothing(self, library: Library) -> None:
        def stream() -> Iterator[Article]:
            yield article("new", "The moon has no air.")
            raise OSError("the disk went away")

        before = library.info()
        with pytest.raises(OSError, match="went away"):
            library.build(stream())
        assert library.info() == before
        assert library.verify() == []

    def test_a_build_that_is_cut_off_goes_on_where_it_was(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(changes, "_LARGEST_BATCH", 4)
        articles = [article(f"a{n}", f"Article number {n} is about thing{n}.") for n in range(20)]
        library = Library.create(tmp_path / "library", CountingEmbedder(fail_after=3))
        with pytest.raises(KeyboardInterrupt):
            library.build(articles)
        assert library.info().articles == 0  # a vector alone makes nobody a member
        assert library.verify() == []
        again = CountingEmbedder()
        change = Library.open(library.folder, again).build(articles)
        assert (change.added, change.embedded, len(again.texts)) == (20, 8, 8)

    def test_what_is_embedded_is_committed_by_time(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """However slow the embedder is, about a batch's time is lost when it is cut off, and no more."""
        now, batches = [0.0], []

        class Slow(HashingEmbedder):
            def embed_passages(self, texts: Sequence[str], *, progress: Progress = silent) -> WindowVectors:
                batches.append(len(texts))
                now[0] += 0.5 * len(texts)  # seconds
                return super().embed_passages(texts, progress=progress)

        monkeypatch.setattr(changes, "monotonic", lambda: now[0])
        library = Library.create(tmp_path / "library", Slow())
        library.build([article(f"a{n}", f"Article number {n} is about thing{n}.") for n in range(60)])
        assert batches == [32, 6, 6, 6, 6, 4]

    def test_progress_ends_where_it_said_it_would(self, library: Library) -> None:
        calls: list[tuple[str, int, int]] = []
        library.build(
            [article(f"a{n}", f"About thing{n}.") for n in range(30)],
            progress=lambda stage, done, total: calls.append((stage, done, total)),
        )
        last = {stage: (done, total) for stage, done, total in calls}
        assert last == {"embedding": (30, 30), "indexing": (30, 30)}


class TestOrigins:
    def folder(self, tmp_path: Path, names: Sequence[str]) -> list[Article]:
        """Articles of which each has its file."""
        articles = []
        for name in names:
            file = tmp_path / f"{name}.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"All about {Path(name).name}.", encoding="utf-8")
            articles.append(article(name, f"All about {Path(name).name}.", origin=str(file)))
        return articles

    def test_update_removes_a_record_that_left_its_file(self, library: Library, tmp_path: Path) -> None:
        (lines,) = self.folder(tmp_path, ["lines.jsonl"])
        records = [article(f"r{n}", f"Record {n}.", origin=lines.origin) for n in range(3)]
        library.add(records)
        assert library.update(records[:2], sources=[lines.origin]).removed == 1
        assert held(library) == sorted([*ARTICLES, "r0", "r1"])

    def test_update_keeps_what_could_not_be_read_this_time(self, library: Library, tmp_path: Path) -> None:
        one, two = self.folder(tmp_path, ["news/one", "news/two"])
        library.add([one, two])
        assert library.update([one], sources=[str(tmp_path)]).removed == 0  # the file of two is there

    def test_a_file_that_moved_takes_its_article_along(self, library: Library, tmp_path: Path) -> None:
        (old,) = self.folder(tmp_path, ["old"])
        library.add([old])
        Path(old.origin).unlink()
        moved = article("old", old.text, origin=str(tmp_path / "new.txt"))
        change = library.add([moved])
        assert (change.updated, change.problems) == (1, ())
        assert {a.id: a.origin for a in library.articles()}["old"] == moved.origin

    def test_a_namesake_from_another_file_is_told_and_the_first_stays(
        self, library: Library, tmp_path: Path
    ) -> None:
        (first,) = self.folder(tmp_path, ["first"])
        library.add([first])
        namesake = article("first", "Something else.", origin=str(tmp_path / "other.txt"))
        change = library.add([namesake])
        assert (change.added, change.updated, change.embedded) == (0, 0, 0)
        (problem,) = change.problems
        assert first.origin in problem
        assert namesake.origin in problem
        with library.snapshot() as snapshot:
            assert snapshot.article("first") == first
        # Where the first file was read again and has it no more, it is a move.
        another = article("another", "Something more.", origin=first.origin)
        change = library.update([namesake, another], sources=[str(tmp_path)])
        assert (change.updated, change.problems) == (1, ())

    @pytest.mark.parametrize("stored_first", [False, True])
    def test_two_of_one_id_in_one_stream(self, library: Library, tmp_path: Path, stored_first: bool) -> None:
        (stored,) = self.folder(tmp_path, ["stored"])
        library.add([stored])
        other = article("stored", "Something else.", origin=str(tmp_path / "other.txt"))
        both = [stored, other] if stored_first else [other, stored]
        change = library.update(both, sources=[str(tmp_path)])
        assert (change.unchanged, change.updated, len(change.problems)) == (1, 0, 1)
        with library.snapshot() as snapshot:
            assert snapshot.article("stored") == stored

    def test_a_file_that_is_named_twice_is_one_article(self, library: Library) -> None:
        new = article("new", "The moon has no air.")
        change = library.add([new, new])
        assert (change.added, change.problems) == (1, ())


class TestLists:
    def test_a_library_that_grows_past_the_threshold_still_finds_and_forgets(self, tmp_path: Path) -> None:
        articles = [article(f"a{n:03}", f"Number {n} likes thing{n}, place{n}, game{n}.") for n in range(120)]
        kinds = replace(index_kinds(), dense=lists_kind(50))
        library = Library.create(tmp_path / "library", HashingEmbedder(), kinds=kinds)
        library.add(articles[:40])
        library.add(articles[40:])
        assert found(library, "thing77 place77 game77", "dense")[0] == "a077"
        library.remove(["a077"])
        assert "a077" not in found(library, "thing77 place77 game77", "dense")
        library.remove([f"a{n:03}" for n in range(60, 100)])  # a third: built anew
        assert found(library, "thing7 place7 game7", "dense")[0] == "a007"
        assert library.verify() == []


class TestInfo:
    def test_info_counts(self, library: Library, database: str) -> None:
        info = library.info()
        assert (info.articles, info.passages, info.languages) == (3, 3, {"ar": 1, "en": 2})
        assert (info.embedder, info.dimension, info.revision, info.healthy) == ("hashing", 256, 1, True)
        folder = sum(p.stat().st_size for p in library.folder.rglob("*") if p.is_file())
        assert info.bytes > folder if database == "postgres" else info.bytes == folder

    def test_summaries(self, library: Library) -> None:
        summary = library.articles()[2]
        assert (summary.id, summary.language, summary.passages) == ("majlis", "ar", 1)
        assert summary.characters == len(ARTICLES["majlis"][1])
        assert summary.source == summary.origin == "/articles/majlis.txt"
