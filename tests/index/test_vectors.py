"""FAISS against plain inner products, and its graph of large libraries, which only nearly agrees."""

from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embedders import Vectors
from index.search import IndexChange, SearchIndex
from index.search.memory import MemoryCorpus, MemoryIndex, MemoryPassage
from index.search.vectors import VectorIndex

DIMENSION = 16


def unit(count: int, seed: int, dimension: int = DIMENSION) -> Vectors:
    vectors = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def corpus(windows: Sequence[Vectors], first: int = 1) -> MemoryCorpus:
    """Passages that are known by their windows alone."""
    passages = {row: MemoryPassage("", "", vectors) for row, vectors in enumerate(windows, start=first)}
    return MemoryCorpus(passages, windows[0].shape[1] if windows else DIMENSION)


def without(whole: MemoryCorpus, removed: Sequence[int]) -> IndexChange:
    """The change that takes these rows out."""
    left = {row: passage for row, passage in whole.passages.items() if row not in removed}
    return IndexChange(MemoryCorpus(left, whole.dimension), removed=removed, after=max(whole.passages))


# Between corners of a cube the products are few and exact: there are ties, and none is a matter of rounding.
CORNERS = np.array(list(product((-0.25, 0.25), repeat=4)), dtype=np.float32).repeat(4, axis=1)
corners = st.integers(0, len(CORNERS) - 1)
some_passages = st.lists(st.lists(corners, min_size=1, max_size=5), max_size=12)  # the windows of each
steps = st.lists(some_passages | st.integers(1, 8), max_size=6)  # some come, or the first so many go


def follow(
    indexes: Sequence[SearchIndex[Any]], history: Sequence[list[list[int]] | int]
) -> tuple[list[SearchIndex[Any]], MemoryCorpus]:
    """Each index after the history, and what it holds then."""
    held: dict[int, MemoryPassage] = {}
    last, changed = 0, list(indexes)
    for step in history:
        after, removed = last, []
        if isinstance(step, int):
            removed = list(held)[:step]
            held = {row: passage for row, passage in held.items() if row not in removed}
        else:
            new = enumerate(step, start=last + 1)
            held = held | {row: MemoryPassage("", "", CORNERS[windows]) for row, windows in new}
            last += len(step)
        change = IndexChange(MemoryCorpus(held, DIMENSION), removed=[*removed, 10_000], after=after)
        changed = [index.apply(change) for index in changed]
    return changed, MemoryCorpus(held, DIMENSION)


@settings(max_examples=150, deadline=None)
@given(history=steps, k=st.integers(0, 40), asked=corners)
def test_faiss_gives_what_plain_inner_products_give(
    history: list[list[list[int]] | int], k: int, asked: int
) -> None:
    """After any history the same rows, scores and order."""
    (exact, reference), held = follow([VectorIndex(), MemoryIndex()], history)
    assert exact.search(CORNERS[asked], k) == reference.search(CORNERS[asked], k)
    assert exact.is_sound(held)
    assert reference.is_sound(held)


@settings(max_examples=60, deadline=None)
@given(history=steps, k=st.integers(1, 40), seed=st.integers(0, 2**16))
def test_any_history_of_a_graph_answers_as_its_own_vectors_do(
    history: list[list[list[int]] | int], k: int, seed: int
) -> None:
    """So few that a search reaches all of them: what it finds is exact, but for the byte a dimension."""
    [index], held = follow([VectorIndex(graph_from=-1)], history)
    assert isinstance(index, VectorIndex)
    assert index._graph == bool(history)
    assert len(index) == held.count_vectors()
    question = unit(1, seed)[0]
    stored: dict[int, float] = {}
    for place, row in enumerate(index.rows().tolist()):
        if row in held.passages:
            score = float(index._index.index.reconstruct(place) @ question)
            stored[row] = max(score, stored.get(row, score))
    assert stored.keys() == held.passages.keys()
    found = index.search(question, k)
    expected = sorted(stored.items(), key=lambda pair: (-pair[1], pair[0]))[:k]
    assert len({match.row for match in found}) == len(found) == len(expected)
    assert [match.score for match in found] == pytest.approx([score for _, score in expected], abs=2e-5)
    for match in found:  # rows may change places only where their scores cannot be told apart
        assert stored[match.row] == pytest.approx(match.score, abs=2e-5)


@pytest.mark.parametrize("graph_from", [10_000, -1], ids=["exact", "graph"])
def test_passages_with_many_windows_do_not_crowd_out_the_others(graph_from: int) -> None:
    """The nearest five hundred vectors belong to two passages; the third best is behind all of them."""
    [question] = unit(1, 20)
    noise, windows = [0.4, 0.3, 1.0, 1.5, 2.0], [250, 250, 1, 2, 5]
    near = [question + np.float32(n) * unit(w, 21 + w) for n, w in zip(noise, windows, strict=True)]
    whole = corpus([v / np.linalg.norm(v, axis=1, keepdims=True) for v in near])
    expected = MemoryIndex().apply(IndexChange(whole)).search(question, 5)
    assert {match.row for match in expected[:2]} == {1, 2}
    index = VectorIndex(graph_from=graph_from).apply(IndexChange(whole))
    found = index.search(question, 4)
    assert [match.row for match in found] == [match.row for match in expected[:4]]
    assert [match.score for match in found] == pytest.approx([m.score for m in expected[:4]], abs=0.02)
    left = index.apply(without(whole, [1, 2])).search(question, 4)
    assert [match.row for match in left] == [match.row for match in expected[2:]]


VECTORS = unit(1500, 11, 32)
WHOLE = corpus([*VECTORS[:, None]])


@pytest.fixture(scope="module")
def graph() -> VectorIndex:
    """Of ``WHOLE``, of which the second half came later."""
    half = VectorIndex(graph_from=700).apply(IndexChange(corpus([*VECTORS[:750, None]])))
    index = half.apply(IndexChange(WHOLE, after=750))
    assert index._graph
    return index


class TestGraph:
    """Above the threshold: approximate, and it cannot forget by itself."""

    def test_it_finds_nearly_what_is_nearest(self, graph: VectorIndex) -> None:
        shared = 0
        for question in unit(50, 12, 32):
            found = graph.search(question, 10)
            exact = np.argsort(-(VECTORS @ question))[:10] + 1
            shared += len({match.row for match in found} & set(exact.tolist()))
            for match in found:  # a score is off by no more than a byte a dimension costs
                assert match.score == pytest.approx(float(VECTORS[match.row - 1] @ question), abs=0.02)
        assert shared / 500 > 0.9

    def test_what_left_is_never_found_nor_in_a_file(self, graph: VectorIndex, tmp_path: Path) -> None:
        leaving = (np.argsort(-(VECTORS @ VECTORS[0]))[:100] + 1).tolist()  # the nearest, all of them
        changed = graph.apply(without(WHOLE, leaving), tmp_path / "vectors")
        for each in (changed, VectorIndex.open(tmp_path / "vectors", graph_from=700)):
            assert len(each) == len(VECTORS) - 100
            found = [match.row for match in each.search(VECTORS[0], 50)]
            assert len(found) == 50
            assert not set(found) & {*leaving, -1}

    def test_it_is_built_anew_when_a_tenth_left(self, graph: VectorIndex) -> None:
        for leaving in (150, 151):
            changed = graph.apply(without(WHOLE, range(1, leaving + 1)))
            assert (-1 in changed.rows()) == (leaving == 150)
            assert len(changed) == len(VECTORS) - leaving

    def test_an_exact_index_becomes_a_graph_when_it_outgrew_its_kind(self) -> None:
        index = VectorIndex(graph_from=10).apply(IndexChange(corpus([*unit(10, 1)[:, None]])))
        assert not index._graph
        more = index.apply(IndexChange(corpus([*unit(11, 1)[:, None]]), after=10))
        assert more._graph
        assert len(more) == 11
