"""Measures of a ranking against ir_measures, and the one rule of our own: ties count against."""

import ir_measures
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.measures.ranking import IR_MEASURES, gold_rank, ranked_articles, retrieval_values

articles = st.integers(0, 150).map(lambda n: f"a{n}")
distinct_runs = st.lists(articles, unique=True, max_size=150).map(
    lambda found: {article: 1.0 / rank for rank, article in enumerate(found, start=1)}
)
tied_runs = st.dictionaries(articles, st.integers(0, 3).map(float), max_size=40)
judgements = st.dictionaries(articles, st.integers(1, 4), min_size=1, max_size=30)


def by_ir_measures(run: dict[str, float], relevance: dict[str, int]) -> dict[str, float]:
    """Its values for one question; another one, found and judged, is there so that an empty run is one."""
    measures = {name: ir_measures.parse_measure(parsed) for name, parsed in IR_MEASURES.items()}
    qrels = {"q": relevance, "other": {"z": 1}}
    found = {
        (metric.query_id, metric.measure): metric.value
        for metric in ir_measures.iter_calc([*measures.values()], qrels, {"q": run, "other": {"z": 1.0}})
    }
    return {name: found[("q", measure)] for name, measure in measures.items()}


@settings(max_examples=100, deadline=None)
@given(distinct_runs, judgements)
def test_every_measure_equals_ir_measures(run: dict[str, float], relevance: dict[str, int]) -> None:
    assert retrieval_values(run, relevance) == pytest.approx(by_ir_measures(run, relevance))


@settings(max_examples=100, deadline=None)
@given(tied_runs, judgements)
def test_with_ties_it_is_ir_measures_of_the_least_favourable_order(
    run: dict[str, float], relevance: dict[str, int]
) -> None:
    ranked = sorted(run, key=lambda article: (-run[article], relevance.get(article, 0)))
    adjusted = {article: 1.0 / rank for rank, article in enumerate(ranked, start=1)}
    assert retrieval_values(run, relevance) == pytest.approx(by_ir_measures(adjusted, relevance))


def test_a_case_to_work_out_by_hand() -> None:
    run = {"a": 9.0, "b": 8.0, "c": 7.0, "d": 6.0}
    values = retrieval_values(run, {"b": 2, "d": 1, "z": 1})
    assert values == pytest.approx(
        {
            "success@1": 0,
            "success@5": 1,
            "success@10": 1,
            "MRR@10": 1 / 2,
            "recall@10": 2 / 3,
            "recall@100": 2 / 3,
            # 2/log2(3) + 1/log2(5), over 2/log2(2) + 1/log2(3) + 1/log2(4)
            "nDCG@10": (2 / 1.5849625 + 1 / 2.3219281) / (2 + 1 / 1.5849625 + 1 / 2),
            "MAP@100": (1 / 2 + 2 / 4) / 3,
        }
    )


@pytest.mark.parametrize(
    ("scores", "gold", "rank"),
    [
        ({"a": 3.0, "b": 2.0, "c": 1.0}, {"a"}, 1),
        ({"a": 3.0, "b": 2.0, "c": 1.0}, {"c"}, 3),
        ({"c": 1.0, "b": 2.0, "a": 3.0}, {"c"}, 3),  # the order in which they come says nothing
        ({"a": 2.0, "b": 2.0, "c": 1.0}, {"a"}, 2),  # a tie counts against
        ({"a": 0.0, "b": 0.0, "c": 0.0}, {"b"}, 3),  # all the same: nothing was found
        ({"a": 3.0, "b": 2.0}, {"z"}, None),
        ({}, {"z"}, None),
        ({"a": 3.0, "b": 2.0, "c": 1.0}, {"b", "c"}, 2),  # the best of several
        ({"a": 3.0, "b": 2.0, "c": 2.0}, {"b", "c"}, 2),  # golds do not count against each other
        ({"a": -0.1, "b": -0.3}, {"b", "z"}, 2),
    ],
)
def test_gold_rank(scores: dict[str, float], gold: set[str], rank: int | None) -> None:
    assert gold_rank(scores, dict.fromkeys(gold, 1)) == rank


@given(tied_runs, judgements)
def test_the_order_is_that_of_the_scores_and_among_equals_the_worst(
    run: dict[str, float], relevance: dict[str, int]
) -> None:
    ranked = ranked_articles(run, relevance)
    assert sorted(ranked) == sorted(run)
    keys = [(-run[article], relevance.get(article, 0)) for article in ranked]
    assert keys == sorted(keys)
