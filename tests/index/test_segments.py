"""How an index grows: how many segments there are, how often a passage is written, what changes cost."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.search import IndexChange, lexical, vectors
from index.search.lexical import LexicalIndex
from index.search.memory import MemoryCorpus, MemoryPassage
from index.search.segments import (
    MergePolicy,
    Segment,
    by_segment,
    read_manifest,
    write_manifest,
)
from index.search.vectors import VectorIndex

POLICY = MergePolicy(largest=4096, smallest=16, factor=4)
SIZES = st.lists(st.integers(1, 3000), max_size=60)


@given(sizes=SIZES)
def test_groups_are_neighbours_and_none_is_too_large(sizes: list[int]) -> None:
    groups = POLICY.groups(sizes)
    assert [place for group in groups for place in group] == list(range(len(sizes)))
    for group in groups:
        assert len(group) == 1 or sum(sizes[place] for place in group) <= POLICY.largest


@given(sizes=SIZES)
def test_what_is_merged_stays_until_something_comes(sizes: list[int]) -> None:
    merged = [sum(sizes[place] for place in group) for group in POLICY.groups(sizes)]
    assert POLICY.groups(merged) == [[place] for place in range(len(merged))]


@given(came=st.lists(st.integers(1, 90), min_size=40, max_size=300))
@settings(max_examples=40)
def test_there_are_few_segments_and_a_passage_is_written_a_few_times(came: list[int]) -> None:
    sizes: list[int] = []
    written = 0
    for size in came:
        sizes.append(size)
        groups = POLICY.groups(sizes)
        written += sum(sum(sizes[place] for place in group) for group in groups if len(group) > 1)
        sizes = [sum(sizes[place] for place in group) for group in groups]
        whole = sum(sizes)
        assert len(sizes) <= 2 * 4 * 6 + 4 * whole / POLICY.largest
    unmerged = 16 / (sum(came) / len(came))  # the smallest are one level, and merged four by four
    assert written <= (8 + 4 * unmerged) * sum(came)


def test_many_small_ones_between_large_ones_are_packed() -> None:
    """As after a removal of nearly everything."""
    sizes = [3500 if n % 2 else 1 for n in range(40)]
    assert len(POLICY.groups(sizes)) == 40
    shrunk = [1 if n % 2 else 700 for n in range(400)]
    assert len(POLICY.groups(shrunk)) < 60


@pytest.mark.parametrize(
    ("gone", "purge", "worn"),
    [(0, True, False), (1, False, False), (20, False, False), (21, False, True), (1, True, True)],
)
def test_one_is_written_anew_for_what_left_it(gone: int, purge: bool, worn: bool) -> None:
    segment = Segment("", 1, 100, 100, 450, tuple(range(gone)))
    assert POLICY.is_worn(segment, purge=purge) == worn
    assert segment.live == 450 - gone * 450 // 100
    assert MergePolicy(4096, 16, 4, exact=450).is_worn(segment, purge=purge) == (gone > 0)


def test_rows_belong_to_the_segment_of_their_range(tmp_path: Path) -> None:
    segments = [Segment("a", 1, 9, 5, 5), Segment("b", 20, 20, 1, 1, (20,)), Segment("c", 21, 40, 7, 9)]
    rows = [0, 1, 9, 10, 20, 21, 40, 41]
    assert by_segment(segments, rows) == {0: [1, 9], 1: [20], 2: [21, 40]}
    assert by_segment([], rows) == {}
    write_manifest(tmp_path, segments)
    assert read_manifest(tmp_path) == segments
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.gone-1", "segments.json"]
    (tmp_path / "b.gone-1").write_bytes(b"1234567")
    with pytest.raises(ValueError, match="buffer size"):
        read_manifest(tmp_path)
    (tmp_path / "b.gone-1").write_bytes(bytes(16))
    with pytest.raises(ValueError, match="holds 2 rows, not 1"):
        read_manifest(tmp_path)
    with pytest.raises(ValueError, match="no segments can be read"):
        read_manifest(tmp_path / "absent")


def test_rows_that_left_are_written_once(tmp_path: Path) -> None:
    """At a million passages of which a fifth left, a change writes the tombstone that it adds to."""
    segments = [
        Segment(
            f"s{n}", n << 14, ((n + 1) << 14) - 1, 1 << 14, 1 << 14, tuple(range(n << 14, (n << 14) + 3200))
        )
        for n in range(61)
    ]
    folders = [tmp_path / name for name in ("1", "2")]
    for folder in folders:
        folder.mkdir()
    write_manifest(folders[0], segments)
    segments[7] = replace(segments[7], gone=(*segments[7].gone, segments[7].last))
    write_manifest(folders[1], segments, folders[0])
    assert read_manifest(folders[1]) == segments
    assert new_bytes(*folders) < 8 * 3201 + 120 * 61


def test_a_manifest_of_before_is_read(tmp_path: Path) -> None:
    told = {"name": "a", "first": 1, "last": 9, "passages": 5, "size": 5, "gone": [3, 4], "filler": 0}
    (tmp_path / "segments.json").write_text(json.dumps({"segments": [told]}))
    assert read_manifest(tmp_path) == [Segment("a", 1, 9, 5, 5, (3, 4))]


# The cost of one change, by what is written: new files; a link to an old one is free.

_MODELS = np.random.default_rng(1).standard_normal((64, 16)).astype(np.float32)


def growing(count: int) -> MemoryCorpus:
    def vector(row: int) -> np.ndarray[Any, np.dtype[np.float32]]:
        mixed = _MODELS[row % 64] + 0.3 * _MODELS[row * 7 % 61]
        unit: np.ndarray[Any, np.dtype[np.float32]] = (mixed / np.linalg.norm(mixed))[None]
        return unit

    words = [f"w{number}" for number in range(300)]
    return MemoryCorpus(
        {
            row: MemoryPassage("", " ".join(words[row * k % 300] for k in (1, 3, 7, 11, 13)), vector(row))
            for row in range(1, count + 1)
        },
        16,
    )


def new_bytes(old: Path, new: Path) -> int:
    """The bytes of the files in ``new`` that are no links to those in ``old``."""
    known = {path.stat().st_ino for path in old.rglob("*") if path.is_file()}
    return sum(
        path.stat().st_size for path in new.rglob("*") if path.is_file() and path.stat().st_ino not in known
    )


LEGS: dict[str, Callable[[], Any]] = {
    "FAISS": lambda: VectorIndex(lists_from=400, policy=MergePolicy(largest=800, smallest=16, factor=4)),
    "tantivy": lambda: LexicalIndex(policy=MergePolicy(largest=800, smallest=16, factor=8, exact=32)),
}


def cost(make: Callable[[], Any], count: int, folder: Path, *, purge: bool) -> tuple[int, int]:
    """Bytes and passages that one replaced (or removed) passage makes an index of so many write."""
    whole = growing(count)
    index = make().apply(IndexChange(whole), folder / "1")
    leaving = count // 2
    passages = {row: passage for row, passage in whole.passages.items() if row != leaving}
    if not purge:
        passages[count + 1] = whole.passages[leaving]
    change = IndexChange(MemoryCorpus(passages, 16), removed=[leaving], after=count, purge=purge)
    changed = index.apply(change, folder / "2")
    assert changed.is_sound(change.corpus)
    names = {segment.name for segment in index.segments}
    written = sum(segment.passages for segment in changed.segments if segment.name not in names)
    return new_bytes(folder / "1", folder / "2"), written


@pytest.mark.parametrize("leg", LEGS)
@pytest.mark.parametrize("purge", [False, True], ids=["one replaced", "one removed"])
def test_one_change_costs_as_much_in_a_library_ten_times_as_large(
    leg: str, purge: bool, tmp_path: Path
) -> None:
    costs = []
    for count in (800, 8000):
        folder = tmp_path / f"{count}"
        folder.mkdir()
        costs.append(cost(LEGS[leg], count, folder, purge=purge))
    (small, passages), (large, more) = costs
    assert passages == more == (799 if purge else 1)
    assert large < 1.5 * small + 4096  # what names the segments grows by a line for each


@pytest.mark.parametrize("kind", [vectors.KIND, lexical.KIND], ids=["FAISS", "tantivy"])
def test_one_change_reads_no_more_passages_than_it_writes(kind: Any, tmp_path: Path) -> None:
    """The stored passages are asked for what came, and for no other."""

    class Watched(MemoryCorpus):
        def texts(self, after: int = 0, last: int | None = None) -> Any:
            assert after >= 1200
            return super().texts(after, last)

        def vectors(self, after: int = 0) -> Any:
            assert after >= 1200
            return super().vectors(after)

    whole = growing(1201)
    first = MemoryCorpus({row: passage for row, passage in whole.passages.items() if row <= 1200}, 16)
    index = kind.create().apply(IndexChange(first), tmp_path / "1")
    left = Watched({row: passage for row, passage in whole.passages.items() if row != 7}, 16)
    changed = index.apply(IndexChange(left, removed=[7], after=1200, purge=True), tmp_path / "2")
    assert changed.is_sound(MemoryCorpus(left.passages, 16))
