"""The embedder and the reading model that cache: the same numbers, fewer of them made."""

from collections.abc import Sequence

import numpy as np
import pytest

from assistant.caching import CachingEmbedder, CachingSpanModel
from assistant.readers.spans import Window
from index.embedders import HashingEmbedder, Vectors, WindowVectors
from index.progress import Progress, silent

LONG = " ".join(f"word{n}" for n in range(150))  # several windows


class Listing(HashingEmbedder):
    """Knows what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    def embed_passages(self, texts: Sequence[str], *, progress: Progress = silent) -> WindowVectors:
        self.asked.append(tuple(texts))
        return super().embed_passages(texts, progress=progress)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return super().embed_questions(texts) * -1  # so that the two are told apart


def test_vectors_are_the_embedders_own_in_the_order_of_the_texts() -> None:
    caching = CachingEmbedder(Listing())
    caching.embed_passages(["sun", LONG])
    found = caching.embed_passages([LONG, "moon", "sun", LONG])
    expected = HashingEmbedder().embed_passages([LONG, "moon", "sun", LONG])
    np.testing.assert_array_equal(found.vectors, expected.vectors)
    np.testing.assert_array_equal(found.owners, expected.owners)
    np.testing.assert_array_equal(
        caching.embed_questions(["sun", "moon"]), Listing().embed_questions(["sun", "moon"])
    )


def test_each_text_is_embedded_once_until_it_is_forgotten() -> None:
    inner = Listing()
    caching = CachingEmbedder(inner)
    caching.embed_passages(["sun", "moon"])
    caching.embed_passages(["moon", "sea", "sea"])
    assert inner.asked == [("sun", "moon"), ("sea",)]
    caching.forget()
    caching.embed_passages(["sun"])
    assert inner.asked[-1] == ("sun",)


def test_afresh_everything_is_embedded_and_remembered() -> None:
    inner = Listing()
    caching = CachingEmbedder(inner)
    caching.embed_passages(["sun"])
    with caching.afresh():
        caching.embed_passages(["sun", "moon"])
    caching.embed_passages(["sun", "moon"])
    assert inner.asked == [("sun",), ("sun", "moon")]


def test_no_texts() -> None:
    caching = CachingEmbedder(HashingEmbedder())
    assert len(caching.embed_passages([])) == 0
    assert caching.embed_questions([]).shape == (0, HashingEmbedder.dimension)


@pytest.mark.parametrize("name", ["name", "fingerprint", "dimension", "languages"])
def test_it_passes_for_the_one_it_caches(name: str) -> None:
    assert getattr(CachingEmbedder(HashingEmbedder()), name) == getattr(HashingEmbedder(), name)


class Counting:
    """A reading model that knows what it was given to read."""

    fingerprint = "counting"

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    def read(self, question: str, texts: Sequence[str]) -> list[list[Window]]:
        self.asked.append(tuple(texts))
        empty = np.zeros(0)
        return [[Window(empty, empty, empty, empty, float(len(question + text)))] for text in texts]


def test_a_text_is_read_once_for_a_question() -> None:
    counting = Counting()
    caching = CachingSpanModel(counting)
    first = caching.read("who?", ["a", "b", "a"])
    again = caching.read("who?", ["b", "ccc"])
    assert counting.asked == [("a", "b"), ("ccc",)]
    assert [windows[0].none for windows in (*first, *again)] == [5, 5, 5, 5, 7]
    assert caching.read("where?", ["a"])[0][0].none == 7
    caching.forget()
    caching.read("where?", ["a"])
    assert counting.asked[-2:] == [("a",), ("a",)]
