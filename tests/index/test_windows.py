"""Windows and their vectors, against the plain loops that they stand for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.embedders.windows import WindowVectors, cut, window_ranges

DIMENSION = 8
counts = st.lists(st.integers(1, 5), max_size=12)  # windows of each text


def rows(count: int, seed: int) -> NDArray[np.float32]:
    drawn = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


@given(tokens=st.integers(0, 5000), limit=st.integers(1, 300))
@settings(max_examples=200)
def test_ranges_cover_everything_once_and_are_about_equal(tokens: int, limit: int) -> None:
    ranges = window_ranges(tokens, limit)
    assert [place for start, end in ranges for place in range(start, end)] == list(range(tokens))
    sizes = [end - start for start, end in ranges]
    assert max(sizes) <= limit
    assert max(sizes) - min(sizes) <= 1
    assert len(ranges) == max(1, -(-tokens // limit))


@given(
    texts=st.lists(st.lists(st.integers(10, 99), max_size=40), max_size=8),
    limits=st.sets(st.integers(4, 30), min_size=1, max_size=3).map(sorted),
    prompt=st.sampled_from([[], [7]]),
)
def test_windows_of_each_width_hold_every_token_of_their_text_once(
    texts: list[list[int]], limits: list[int], prompt: list[int]
) -> None:
    windows, owners = cut(texts, limits, first=1, last=2, prompt=prompt)
    begin = 1 + len(prompt)
    assert all([*window[:begin], window[-1]] == [1, *prompt, 2] for window in windows)
    expected = []
    for owner, ids in enumerate(texts):
        ranges = [part for limit in limits for part in window_ranges(len(ids), limit - 1 - begin)]
        expected += [(owner, ids[start:end]) for start, end in dict.fromkeys(ranges)]
    found = [window[begin:-1] for window in windows]
    assert list(zip(owners.tolist(), found, strict=True)) == expected
    for limit in limits:
        alone, _ = cut(texts, [limit], first=1, last=2, prompt=prompt)
        assert max(map(len, alone), default=0) <= limit
        assert all(window in windows for window in alone)


@given(counts=counts, seed=st.integers(0, 99), asked=st.integers(0, 3))
def test_best_and_means_are_what_the_loops_give(counts: list[int], seed: int, asked: int) -> None:
    by_text = [rows(count, seed + place) for place, count in enumerate(counts)]
    windows = WindowVectors.of(by_text, DIMENSION)
    assert len(windows) == len(counts)
    for mine, given_ in zip(windows.by_text(), by_text, strict=True):
        np.testing.assert_array_equal(mine, given_)

    questions = rows(asked, seed + 1000)
    expected = [[max(float(row @ question) for row in text) for text in by_text] for question in questions]
    found = windows.best(questions)
    assert found.shape == (asked, len(counts))
    np.testing.assert_allclose(found, np.reshape(expected, found.shape), atol=1e-6)
    for question, one in zip(questions, found, strict=True):
        np.testing.assert_allclose(windows.best(question), one, atol=1e-6)

    assert windows.means().shape == (len(counts), DIMENSION)
    for mean, text in zip(windows.means(), by_text, strict=True):
        np.testing.assert_allclose(mean * np.linalg.norm(text.mean(axis=0)), text.mean(axis=0), atol=1e-6)


@pytest.mark.parametrize("owners", [[1, 2, 3], [0, 2, 3], [0, 1, 0], [0, 1], [-1, 0, 1], [0, 0, 0, 0]])
def test_rows_of_nobody_and_texts_without_rows_are_a_mistake(owners: list[int]) -> None:
    with pytest.raises(ValueError, match="3 vectors"):
        WindowVectors(rows(3, 0), np.array(owners))
