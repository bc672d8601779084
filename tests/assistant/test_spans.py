"""The best span of what a model read, against every pair of tokens tried."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assistant.readers.spans import LONGEST, Window, best_span


def window(logits: list[tuple[int, int]], offset: int = 0, none: float = 0.0) -> Window:
    """Tokens of two characters with one between them, from ``offset`` on."""
    starts = offset + 3 * np.arange(len(logits))
    values = np.array(logits, dtype=np.float32).reshape(-1, 2)
    return Window(starts, starts + 2, values[:, 0], values[:, 1], none)


logits = st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), max_size=10)


@given(logits, st.integers(0, 30), st.integers(0, 40), st.integers(-5, 5))
def test_every_pair_tried(values: list[tuple[int, int]], low: int, length: int, none: int) -> None:
    read = window(values, none=float(none))
    high = low + length
    tried = [
        (values[first][0] + values[last][1] - none, 3 * first, 3 * last + 2)
        for first in range(len(values))
        for last in range(first, min(len(values), first + LONGEST))
        if 3 * first >= low and 3 * last + 2 <= high
    ]
    span = best_span([read], low, high)
    if not tried:
        assert span is None
    else:
        assert span is not None
        assert span.score == max(tried)[0]
        assert (span.score, span.start, span.end) in tried


def test_the_best_window_counts_on_its_own_scale() -> None:
    near, far = window([(5, 5)], none=9.0), window([(3, 3)], offset=3, none=0.0)
    span = best_span([near, far], 0, 100)
    assert span is not None
    assert (span.start, span.end, span.score) == (3, 5, 6.0)


def test_a_span_is_not_longer_than_answers_are() -> None:
    values = [(0, 0)] * 60
    values[0], values[59] = (9, 0), (0, 9)
    span = best_span([window(values)], 0, 1000)
    assert span is not None
    assert span.end - span.start <= 3 * LONGEST


def test_tokens_without_characters_are_no_answer() -> None:
    empty = Window(np.array([4]), np.array([4]), np.array([9.0]), np.array([9.0]), 0.0)
    assert best_span([empty], 0, 10) is None
    assert best_span([], 0, 10) is None
