"""VectorIndex against numpy: the same rows, the same scores, the same order."""

from collections.abc import Sequence
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.search.vectors import VectorIndex

Vectors = NDArray[np.float32]
DIMENSION = 16


def unit(count: int, seed: int, dimension: int = DIMENSION) -> Vectors:
    vectors = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def numbered(count: int, first: int = 1) -> NDArray[np.int64]:
    return np.arange(first, first + count, dtype=np.int64)


def agree(found: list[tuple[int, float]], expected: list[tuple[int, float]]) -> None:
    assert [score for _, score in found] == pytest.approx([score for _, score in expected], abs=2e-5)
    # Rows may change places only where their scores cannot be told apart.
    theirs = dict(expected)
    for row, score in found:
        assert theirs.get(row, expected[-1][1]) == pytest.approx(score, abs=2e-5)


CORNERS = np.array(list(product((-0.25, 0.25), repeat=4)), dtype=np.float32).repeat(4, axis=1)
corners = st.integers(0, len(CORNERS) - 1)
passages = st.lists(st.lists(corners, min_size=1, max_size=5), max_size=12)  # the windows of each
steps = st.lists(passages | st.integers(1, 8), max_size=6)  # some come, or the first so many go


def after(index: VectorIndex, history: Sequence[list[list[int]] | int]) -> dict[int, list[int]]:
    """Does to the index what the history says; what it holds then: the corners of each passage."""
    held: dict[int, list[int]] = {}
    following = 1
    for step in history:
        if isinstance(step, int):
            leaving = list(held)[:step]
            index.remove(np.array([*leaving, 10_000], dtype=np.int64))
            held = {row: windows for row, windows in held.items() if row not in leaving}
        else:
            new = dict(enumerate(step, start=following))
            rows = np.array([row for row, windows in new.items() for _ in windows], dtype=np.int64)
            index.add(rows, CORNERS[[corner for windows in step for corner in windows]])
            held |= new
            following += len(step)
    return held


@settings(max_examples=150, deadline=None)
@given(history=steps, k=st.integers(0, 40), asked=corners)
def test_any_history_answers_as_numpy_s_best_windows_do(
    history: list[list[list[int]] | int], k: int, asked: int
) -> None:
    """Between corners of a cube the products are few and exact: there are ties, and all are broken by row."""
    index = VectorIndex.build(DIMENSION, 0, [])
    held = after(index, history)
    assert len(index) == sum(map(len, held.values()))
    scores = {row: float((CORNERS[windows] @ CORNERS[asked]).max()) for row, windows in held.items()}
    assert index.search(CORNERS[asked], k) == sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:k]


@settings(max_examples=60, deadline=None)
@given(history=steps, k=st.integers(1, 40), seed=st.integers(0, 2**16))
def test_any_history_of_a_graph_answers_as_its_own_vectors_do(
    history: list[list[list[int]] | int], k: int, seed: int
) -> None:
    """So few that a search reaches all of them: what it finds is exact, but for the byte a dimension."""
    index = VectorIndex.build(DIMENSION, 0, [], graph_from=-1)
    held = after(index, history)
    assert index._graph
    assert len(index) == sum(map(len, held.values()))
    question = unit(1, seed)[0]
    stored: dict[int, float] = {}
    for place, row in enumerate(index.rows().tolist()):
        if row in held:
            score = float(index._index.index.reconstruct(place) @ question)
            stored[row] = max(score, stored.get(row, score))
    assert stored.keys() == held.keys()
    found = index.search(question, k)
    assert len({row for row, _ in found}) == len(found) == min(k, len(held))
    if found:
        agree(found, sorted(stored.items(), key=lambda pair: (-pair[1], pair[0]))[:k])


@pytest.mark.parametrize("graph_from", [10_000, -1], ids=["flat", "graph"])
def test_passages_with_many_windows_do_not_crowd_out_the_others(graph_from: int) -> None:
    """The nearest five hundred vectors belong to two passages; the third best is behind all of them."""
    rows = np.repeat(np.arange(1, 6, dtype=np.int64), [250, 250, 1, 2, 5])
    [question], away = unit(1, 20), unit(len(rows), 21)
    vectors = question + np.array([0.0, 0.4, 0.3, 1.0, 1.5, 2.0], dtype=np.float32)[rows, None] * away
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = VectorIndex.build(DIMENSION, len(rows), [(rows, vectors)], graph_from)
    scores = {row: float((vectors[rows == row] @ question).max()) for row in range(1, 6)}
    order = sorted(scores, key=lambda row: -scores[row])
    assert set(order[:2]) == {1, 2}
    found = index.search(question, 4)
    assert [row for row, _ in found] == order[:4]
    assert [score for _, score in found] == pytest.approx([scores[row] for row in order[:4]], abs=0.02)
    index.remove(np.array([1, 2], dtype=np.int64))
    assert [row for row, _ in index.search(question, 4)] == order[2:]


def test_an_empty_index_and_more_than_there_is() -> None:
    index = VectorIndex.build(DIMENSION, 0, [])
    assert index.search(unit(1, 0)[0], 5) == []
    index.add(numbered(3), unit(3, 1))
    assert len(index.search(unit(1, 0)[0], 100)) == 3
    assert index.search(unit(1, 0)[0], 0) == []


def test_equal_scores_come_in_the_order_of_their_rows() -> None:
    one, other = unit(2, 3)
    vectors = np.stack([one if row % 3 else other for row in range(1, 301)])
    shuffled = np.random.default_rng(0).permutation(300)
    index = VectorIndex.build(DIMENSION, 300, [(numbered(300)[shuffled], vectors[shuffled])])
    same = [row for row in range(1, 301) if row % 3]
    for k in (1, 7, 150, 200):
        assert [row for row, _ in index.search(one, k)] == same[:k]


@pytest.mark.parametrize("shared", [False, True])
def test_a_file_gives_back_what_was_saved(tmp_path: Path, shared: bool) -> None:
    index = VectorIndex.build(DIMENSION, 50, [(numbered(50), unit(50, 5))])
    index.remove(numbered(10))
    index.save(tmp_path / "vectors")
    again = VectorIndex.load(tmp_path / "vectors", shared=shared)
    assert again.rows().tolist() == list(range(11, 51))
    assert again.search(unit(1, 6)[0], 20) == index.search(unit(1, 6)[0], 20)


def test_a_file_that_was_read_can_be_changed(tmp_path: Path) -> None:
    VectorIndex.build(DIMENSION, 50, [(numbered(50), unit(50, 5))]).save(tmp_path / "vectors")
    again = VectorIndex.load(tmp_path / "vectors")
    again.remove(numbered(49))
    again.add(numbered(2, first=51), unit(2, 7))
    assert sorted(row for row, _ in again.search(unit(1, 8)[0], 10)) == [50, 51, 52]


class TestGraph:
    """Above the threshold: approximate, and it cannot forget by itself."""

    count = 1500
    dimension = 32

    def built(self) -> tuple[VectorIndex, Vectors]:
        vectors = unit(self.count, 11, self.dimension)
        halves = [(numbered(750), vectors[:750]), (numbered(750, 751), vectors[750:])]
        return VectorIndex.build(self.dimension, self.count, halves, graph_from=1000), vectors

    def test_it_finds_nearly_what_numpy_finds(self) -> None:
        index, vectors = self.built()
        shared = 0
        for question in unit(50, 12, self.dimension):
            found = index.search(question, 10)
            exact = np.argsort(-(vectors @ question))[:10] + 1
            shared += len({row for row, _ in found} & set(exact.tolist()))
            for row, score in found:  # a score is off by no more than a byte a dimension costs
                assert score == pytest.approx(float(vectors[row - 1] @ question), abs=0.02)
        assert shared / 500 > 0.9

    def test_what_left_is_never_found_and_is_gone_from_a_saved_file(self, tmp_path: Path) -> None:
        index, vectors = self.built()
        leaving = np.argsort(-(vectors @ vectors[0]))[:100] + 1  # the nearest hundred, all of them
        index.remove(leaving.astype(np.int64))
        index.save(tmp_path / "vectors")
        for each in (index, VectorIndex.load(tmp_path / "vectors", 1000, shared=True)):
            assert len(each) == self.count - 100
            found = [row for row, _ in each.search(vectors[0], 50)]
            assert len(found) == 50
            assert not set(found) & set(leaving.tolist())
            assert -1 not in found

    def test_it_asks_to_be_built_anew_when_a_tenth_left(self) -> None:
        index, _ = self.built()
        index.remove(numbered(150))
        assert not index.worn
        index.remove(numbered(151))
        assert index.worn

    def test_an_exact_index_asks_to_become_a_graph_when_it_outgrew_its_kind(self) -> None:
        index = VectorIndex.build(DIMENSION, 10, [(numbered(10), unit(10, 1))], graph_from=10)
        assert not index.worn
        index.add(numbered(1, first=11), unit(1, 2))
        assert index.worn
