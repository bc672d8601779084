"""The parts of measuring: stages of a build, the stand-in's vectors, scans, and the memory of a process."""

import mmap
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter, sleep

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.samples import sample_folder
from eval.speed import rotated
from eval.speed.building import STAGES, StandIn, build, update
from eval.speed.corpus import make_corpus, markdown, path_of, revised
from eval.speed.process import own_memory
from eval.speed.querying import bare_scans, seconds_each
from index.embedders import HashingEmbedder, WindowVectors
from index.library import Library
from index.progress import Progress, silent


class SlowEmbedder(HashingEmbedder):
    """One that sleeps; how often it was asked to embed."""

    calls = 0

    def embed_passages(self, texts: Sequence[str], *, progress: Progress = silent) -> WindowVectors:
        self.calls += 1
        sleep(0.3)
        return super().embed_passages(texts, progress=progress)


def test_a_build_is_its_stages_and_the_embedders_time_is_embedding(tmp_path: Path) -> None:
    embedder = SlowEmbedder()
    begun = perf_counter()
    change, seconds = build(tmp_path / "library", sample_folder(), embedder)
    whole = perf_counter() - begun
    assert change.added > 0
    assert [*seconds] == [*STAGES]
    assert min(seconds.values()) > 0
    assert seconds["embedding"] >= 0.3 * embedder.calls > 0
    assert sum(seconds.values()) <= whole
    assert Library.open(tmp_path / "library", embedder).verify() == []  # a library like any other


def test_an_update_that_changes_no_article_is_refused(tmp_path: Path) -> None:
    corpus = make_corpus(12)
    corpus.write(tmp_path / "articles")
    build(tmp_path / "library", tmp_path / "articles", HashingEmbedder())
    library = Library.open(tmp_path / "library", HashingEmbedder())
    with pytest.raises(ValueError, match="one article changed"):
        update(library, tmp_path / "articles")
    path = path_of(tmp_path / "articles", 0)
    path.write_text(markdown(revised(corpus.articles[0], 1)), encoding="utf-8")
    change, seconds = update(library, path)
    assert (change.updated, seconds > 0) == (1, True)


def test_stand_in_gives_unit_vectors_that_the_text_alone_decides() -> None:
    embedder = HashingEmbedder()
    texts = [passage.text for passage in make_corpus(120).passages]
    stand_in = StandIn(embedder, texts[:40], embedder.embed_passages(texts[:40]))
    filled = stand_in.embed_passages(texts)
    assert np.linalg.norm(filled.vectors, axis=1) == pytest.approx(np.ones(len(filled.vectors)))
    alone = [stand_in.embed_passages([text]).vectors for text in reversed(texts)]
    assert all(map(np.array_equal, filled.by_text(), reversed(alone)))
    assert len(np.unique(filled.vectors, axis=0)) == len(filled.vectors)
    true = embedder.embed_passages(texts)
    assert len(filled.vectors) == pytest.approx(len(true.vectors), rel=0.15)
    assert (stand_in.fingerprint, stand_in.dimension) == (embedder.fingerprint, embedder.dimension)
    assert stand_in.embed_passages([]).vectors.shape == (0, 256)


def test_bare_scans_leave_the_number_of_threads_as_it_was() -> None:
    import faiss

    threads = faiss.omp_get_max_threads()
    vectors = np.eye(8, dtype=np.float32)
    assert len(bare_scans(vectors, list(vectors[:3]), k=2)) == 3
    assert faiss.omp_get_max_threads() == threads


def test_each_item_takes_its_own_seconds() -> None:
    waits = [0.0, 0.1, 0.02]
    assert all(taken >= wait for taken, wait in zip(seconds_each(sleep, waits), waits, strict=True))
    assert min(seconds_each(sleep, waits)) < 0.1


@settings(deadline=None)
@given(st.lists(st.integers(), min_size=1, max_size=6, unique=True))
def test_each_comes_first_in_turn(items: list[int]) -> None:
    orders = [rotated(items, number) for number in range(len(items))]
    assert [order[0] for order in orders] == items
    assert all(sorted(order) == sorted(items) for order in orders)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system tells the peak alone")
def test_own_memory_grows_by_what_is_held() -> None:
    before = own_memory()
    with mmap.mmap(-1, 64 * 2**20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as held:
        held.write(b"1" * len(held))
        after = own_memory()
    assert after["private"] - before["private"] > 0.9 * 64 * 2**20
    assert after["private"] + after["mapped"] <= after["resident"] <= after["peak"]
    assert own_memory()["peak"] >= after["resident"] - 2**20
