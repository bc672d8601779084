"""How hits are asked for and ranked, on hits made by hand."""

from collections.abc import Sequence
from types import SimpleNamespace

import pytest

from eval.data import Example
from eval.example_run import RANKED_ARTICLES, article_scores, gold_hits, hits_without_gold, ranked_hits
from index.articles import Article
from index.passages import Hit, Passage, split_article

READ = 6


class Scored:
    """Finds passages of the articles with the given scores, as an assistant does."""

    reader = SimpleNamespace(depth=READ)

    def __init__(self, scores: Sequence[tuple[str, float]]) -> None:
        self.hits = [hit(article_id, n, score) for n, (article_id, score) in enumerate(scores)]
        self.asked: list[int] = []

    def search(self, question: str, k: int) -> list[Hit]:
        self.asked.append(k)
        return self.hits[:k]


def hit(article_id: str, start: int, score: float) -> Hit:
    return Hit(Passage(article_id, "", "", "en", start, start + 1, "x"), score)


@pytest.mark.parametrize(
    ("scores", "asked"),
    [
        ([(f"a{n}", 300.0 - n) for n in range(300)], [100]),  # the first hundred settle the first ten
        ([(f"a{n}", 1.0) for n in range(300)], [100, 200, 400]),  # all tie: all are looked at
        (
            [("long", 900.0 - n) for n in range(250)] + [(f"a{n}", 9.0 - n) for n in range(20)],
            [100, 200, 400],
        ),
        ([(f"a{n}", 1.0) for n in range(5)], [100]),
    ],
)
def test_ranked_hits_asks_until_the_order_is_known(scores: list[tuple[str, float]], asked: list[int]) -> None:
    assistant = Scored(scores)
    hits = ranked_hits(assistant, "?")  # type: ignore[arg-type]
    assert assistant.asked == asked
    found = article_scores(hits)
    known = dict(scores)
    tenth = sorted(known.values(), reverse=True)[:RANKED_ARTICLES][-1]
    assert {a for a, score in known.items() if score >= tenth} <= found.keys()


@pytest.mark.parametrize(
    ("others", "first", "asked", "found"),
    [
        (150, 100.0, [100], 100),
        (150, 0.0, [100, 200], 150),  # the others tie, so all are looked at
        (90, 100.0, [100], 90),
    ],
)
def test_as_many_hits_are_ranked_without_the_article_that_asks(
    others: int, first: float, asked: list[int], found: int
) -> None:
    own = Article("own", "", "One sentence of some length. " * 100, "en", "")
    passages = len(split_article(own))
    assert passages > 2
    scores = [("own", 900.0 - n) for n in range(passages)]
    assistant = Scored(scores + [(f"a{n}", max(first - n, 0.0)) for n in range(others)])
    hits = ranked_hits(assistant, "?", own)  # type: ignore[arg-type]
    assert assistant.asked == [k + passages for k in asked]
    assert [hit.passage.article_id for hit in hits] == [f"a{n}" for n in range(found)]


def test_an_article_scores_as_its_best_passage() -> None:
    assert article_scores([hit("a", 5, 1.0), hit("b", 0, -2.0), hit("a", 9, 3.0)]) == {"a": 3.0, "b": -2.0}


def test_gold_hits_are_all_the_passages_of_the_gold_article() -> None:
    gold = Article("gold", "", "One sentence of some length. " * 100, "en", "")
    passages = split_article(gold)
    assert len(passages) > 2
    found = [hit("other", 0, 9.0), Hit(passages[1], 5.0)]
    hits = gold_hits(found, gold)
    assert [hit.passage for hit in hits] == [passages[1], passages[0], *passages[2:]]
    assert [hit.score for hit in hits] == [5.0] + [0.0] * (len(passages) - 1)


@pytest.mark.parametrize(
    ("gold", "others", "first", "found", "asked"),
    [
        (3, 50, 100, READ, []),  # what was found is enough
        (150, 50, 100, READ, [200]),  # one look deeper
        (95, 50, 100, READ, [200]),
        (3, 4, 100, 4, []),  # the library has no more
        (150, 4, 100, 4, [200]),
    ],
)
def test_with_the_gold_articles_out_as_many_hits_are_read(
    gold: int, others: int, first: int, found: int, asked: list[int]
) -> None:
    scores = [("gold", 900.0 - n) for n in range(gold)] + [(f"a{n}", 90.0 - n) for n in range(others)]
    assistant = Scored(scores)
    example = Example("q", "?", ("x",), ("gold",), "en")
    read = hits_without_gold(assistant, example, assistant.hits[:first])  # type: ignore[arg-type]
    assert [h.passage.article_id for h in read] == [f"a{n}" for n in range(found)]
    assert assistant.asked == asked
