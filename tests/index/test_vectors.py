"""FAISS against plain inner products, and its lists of large segments, which only nearly agree."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embedders import Vectors
from index.search import IndexChange, SearchIndex, vector_segments, vectors
from index.search.memory import MemoryCorpus, MemoryIndex, MemoryPassage
from index.search.segments import MergePolicy
from index.search.vectors import VectorIndex

DIMENSION = 16


def unit(count: int, seed: int, dimension: int = DIMENSION) -> Vectors:
    made = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def corpus(windows: Sequence[Vectors], first: int = 1) -> MemoryCorpus:
    """Passages that are known by their windows alone."""
    passages = {row: MemoryPassage("", "", held) for row, held in enumerate(windows, start=first)}
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
def test_any_history_of_lists_answers_as_its_own_vectors_do(
    history: list[list[list[int]] | int], k: int, seed: int
) -> None:
    """So few that all lists are searched: what is found is exact, but for the byte a dimension."""
    [index], held = follow([VectorIndex(lists_from=1)], history)
    assert isinstance(index, VectorIndex)
    assert all(part.listed for part in index.parts)
    assert len(index) == held.count_vectors()
    question = unit(1, seed)[0]
    stored: dict[int, float] = {}
    for part in index.parts:
        for row, vector in zip(*part.left(), strict=True):
            stored[int(row)] = max(float(vector @ question), stored.get(int(row), -2.0))
    assert stored.keys() == held.passages.keys()
    found = index.search(question, k)
    expected = sorted(stored.items(), key=lambda pair: (-pair[1], pair[0]))[:k]
    assert len({match.row for match in found}) == len(found) == len(expected)
    assert [match.score for match in found] == pytest.approx([score for _, score in expected], abs=2e-5)
    for match in found:  # rows may change places only where their scores cannot be told apart
        assert stored[match.row] == pytest.approx(match.score, abs=2e-5)


@pytest.mark.parametrize("lists_from", [10_000, 1], ids=["exact", "in lists"])
def test_passages_with_many_windows_do_not_crowd_out_the_others(lists_from: int) -> None:
    """The nearest five hundred vectors belong to two passages; the third best is behind all of them."""
    [question] = unit(1, 20)
    noise, windows = [0.4, 0.3, 1.0, 1.5, 2.0], [250, 250, 1, 2, 5]
    near = [question + np.float32(n) * unit(w, 21 + w) for n, w in zip(noise, windows, strict=True)]
    whole = corpus([v / np.linalg.norm(v, axis=1, keepdims=True) for v in near])
    expected = MemoryIndex().apply(IndexChange(whole)).search(question, 5)
    assert {match.row for match in expected[:2]} == {1, 2}
    index = VectorIndex(lists_from=lists_from).apply(IndexChange(whole))
    found = index.search(question, 4)
    assert [match.row for match in found] == [match.row for match in expected[:4]]
    assert [match.score for match in found] == pytest.approx([m.score for m in expected[:4]], abs=0.02)
    left = index.apply(without(whole, [1, 2])).search(question, 4)
    assert [match.row for match in left] == [match.row for match in expected[2:]]


VECTORS = unit(1500, 11, 32)
WHOLE = corpus([*VECTORS[:, None]])


# Of a size for a test: segments of at most 600 vectors, lists from 400 on.
SMALL = partial(VectorIndex, lists_from=400, policy=MergePolicy(largest=600, smallest=16, factor=4))
OPEN = partial(VectorIndex.open, lists_from=400, policy=MergePolicy(largest=600, smallest=16, factor=4))


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> VectorIndex:
    """Of ``WHOLE``, which came in three parts, on disk."""
    folder, index = tmp_path_factory.mktemp("listed"), SMALL()
    for step, last in enumerate([700, 1100, 1500]):
        held = corpus([*VECTORS[:last, None]])
        index = index.apply(IndexChange(held, after=[0, 700, 1100][step]), folder / f"{step}")
    return OPEN(folder / "2")


def nearest(row: int, count: int) -> list[int]:
    """The rows of ``WHOLE`` nearest to that one."""
    return [int(n) + 1 for n in np.argsort(-(VECTORS @ VECTORS[row - 1]))[:count]]


class TestLists:
    """Large segments: approximate, of one byte a dimension, and nothing stays that left with a purge."""

    def test_what_is_large_is_in_lists(self, listed: VectorIndex) -> None:
        assert all(part.listed == (part.segment.size >= 400) for part in listed.parts)
        assert sum(segment.size for segment in listed.segments) == len(listed) == 1500

    def test_they_find_nearly_what_is_nearest(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Of a tenth of the vectors that are nearest by their centres, in segments beside each other."""
        monkeypatch.setattr(vectors, "_LOOKED_AT", 0)
        monkeypatch.setattr(vectors, "_SHARE", 0.25)
        monkeypatch.setattr(vector_segments, "_PER_LIST", 16)
        chance = np.random.default_rng(5)
        about = unit(60, 6, 32)[chance.integers(0, 60, 6000)] + 0.15 * chance.standard_normal((6000, 32))
        crowded = (about / np.linalg.norm(about, axis=1, keepdims=True)).astype(np.float32)
        index = SMALL().apply(IndexChange(corpus([*crowded[:, None]])))
        assert len(index.segments) == 10
        shared = 0
        for question in crowded[:60] + 0.05 * unit(60, 7, 32):
            found = index.search(question, 10)
            exact = np.argsort(-(crowded @ question))[:10] + 1
            shared += len({match.row for match in found} & set(exact.tolist()))
            for match in found:  # a score is off by no more than a byte a dimension costs
                assert match.score == pytest.approx(float(crowded[match.row - 1] @ question), abs=0.02)
        assert shared / 600 > 0.9

    @pytest.mark.parametrize("purge", [False, True])
    def test_what_left_is_never_found_and_after_a_purge_in_no_file(
        self, listed: VectorIndex, tmp_path: Path, purge: bool
    ) -> None:
        leaving = nearest(1, 60)
        changed = listed.apply(replace(without(WHOLE, leaving), purge=purge), tmp_path / "vectors")
        for each in (changed, OPEN(tmp_path / "vectors")):
            assert len(each) == len(VECTORS) - 60
            found = [match.row for match in each.search(VECTORS[0], 50)]
            assert len(found) == 50
            assert not set(found) & set(leaving)
        in_files = {int(row) for part in changed.parts for row in part.rows()}
        assert (not in_files & set(leaving)) == purge
        # the index before is what it was, its files too
        assert listed.search(VECTORS[0], 1)[0].row == 1
        assert leaving[0] in {int(row) for part in listed.parts for row in part.rows()}

    def test_a_change_writes_what_came_and_links_the_rest(self, listed: VectorIndex, tmp_path: Path) -> None:
        more = corpus([*VECTORS[:, None], unit(1, 30, 32)])
        changed = listed.apply(IndexChange(more, after=1500, removed=[]), tmp_path / "more")
        before, after = set(listed.segments), set(changed.segments)
        assert before < after
        assert [part.listed for part in changed.parts if part.segment not in before] == [False]
        assert sum(segment.size for segment in after - before) == 1
        assert listed._folder is not None
        for segment in before:
            name = f"{segment.name}.faiss"
            assert (listed._folder / name).samefile(tmp_path / "more" / name)

    def test_a_segment_is_written_anew_when_a_fifth_left(self, listed: VectorIndex) -> None:
        first = listed.segments[0]
        for leaving in (first.passages // 5, first.passages // 5 + 1):
            changed = listed.apply(without(WHOLE, range(1, leaving + 1)))
            assert (changed.segments[0].name == first.name) == (leaving == first.passages // 5)
            assert len(changed) == len(VECTORS) - leaving

    def test_a_library_that_grows_never_rewrites_more_than_a_segment(self) -> None:
        index, written = SMALL(), []
        for last in range(20, 1501, 20):
            held = corpus([*VECTORS[:last, None]])
            changed = index.apply(IndexChange(held, after=last - 20))
            written.append(sum(s.size for s in set(changed.segments) - set(index.segments)))
            index = changed
        assert max(written) <= 600
        assert sum(written) < 6 * 1500
