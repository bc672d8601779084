"""Datasets and examples: what is derived from them."""

import pytest

from eval.data import Dataset, Example, visible_text
from index.articles import Article


def test_sample_is_spread_and_keeps_the_pool() -> None:
    articles = (Article("a", "", "Rollo came.", "en", ""),)
    examples = tuple(Example(f"q{n}", "Who?", ("Rollo",), ("a",), "en") for n in range(10))
    dataset = Dataset("set", articles, examples, (), 0)
    assert [example.id for example in dataset.sample(3).examples] == ["q0", "q3", "q6"]
    assert dataset.sample(3).articles == articles
    assert dataset.sample(None) == dataset.sample(99) == dataset


@pytest.mark.parametrize(
    ("answers", "article_ids", "grades", "relevance"),
    [
        (("x",), ("a", "b"), (), {"a": 1, "b": 1}),
        (None, ("a", "b"), (3, 1), {"a": 3, "b": 1}),
        ((), ("a",), (), {}),  # the paragraph that a SQuAD 2.0 question was asked of does not answer it
        (("x",), (), (), {}),
    ],
)
def test_relevance(
    answers: tuple[str, ...] | None,
    article_ids: tuple[str, ...],
    grades: tuple[int, ...],
    relevance: dict[str, int],
) -> None:
    assert Example("q", "?", answers, article_ids, "en", grades).relevance == relevance


def test_texts_are_as_a_person_sees_them() -> None:
    assert visible_text(" \u200fCafe\u0301\r\nالقاهرة \ud800 ") == "Café\nالقاهرة ?"
