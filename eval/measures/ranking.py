"""Measures of a ranking, one question at a time: success@k, MRR@k, recall@k, nDCG@k, MAP@k, each in 0..1.

Each equals the measure of ir_measures that ``IR_MEASURES`` names, on a run whose ties are broken against
the retriever: that is the one rule of our own. ``tests/eval/test_ranking.py`` holds the two together.
ir_measures is not a dependency, because trec_eval, with which it counts, is licensed for research only.
"""

import math
from collections.abc import Mapping, Sequence

IR_MEASURES = {
    "success@1": "Success@1",
    "success@5": "Success@5",
    "success@10": "Success@10",
    "MRR@10": "RR@10",
    "recall@10": "R@10",
    "recall@100": "R@100",
    "nDCG@10": "nDCG@10",
    "MAP@100": "AP@100",
}


def retrieval_values(scores: Mapping[str, float], relevance: Mapping[str, int]) -> dict[str, float]:
    """Every measure of one question, from the score of each article found and the grade of each right one."""
    grades = ranked_grades(scores, relevance)
    right = [*relevance.values()]
    return {
        "success@1": success(grades, 1),
        "success@5": success(grades, 5),
        "success@10": success(grades, 10),
        "MRR@10": reciprocal_rank(grades, 10),
        "recall@10": recall(grades, right, 10),
        "recall@100": recall(grades, right, 100),
        "nDCG@10": ndcg(grades, right, 10),
        "MAP@100": average_precision(grades, right, 100),
    }


def ranked_articles(scores: Mapping[str, float], relevance: Mapping[str, int]) -> list[str]:
    """The articles, best first; among those that score the same, the least relevant comes first.

    So a tie counts against: whoever gives every article the same score has found nothing.

        >>> ranked_articles({"a": 3.0, "b": 2.0, "c": 2.0}, {"b": 1})
        ['a', 'c', 'b']
    """
    return sorted(scores, key=lambda article: (-scores[article], relevance.get(article, 0), article))


def ranked_grades(scores: Mapping[str, float], relevance: Mapping[str, int]) -> list[int]:
    """The grades of the articles in the order of ``ranked_articles``, 0 for one that is not right."""
    return [relevance.get(article, 0) for article in ranked_articles(scores, relevance)]


def gold_rank(scores: Mapping[str, float], relevance: Mapping[str, int]) -> int | None:
    """The rank, from 1, of the first right article; None where none was found.

    >>> gold_rank({"a": 3.0, "b": 2.0, "c": 2.0}, {"b": 1})
    3
    """
    grades = ranked_grades(scores, relevance)
    return next((rank for rank, grade in enumerate(grades, start=1) if grade), None)


def success(grades: Sequence[int], k: int) -> float:
    """1 where a right article is among the first k, else 0. It is not recall@k."""
    return float(any(grades[:k]))


def reciprocal_rank(grades: Sequence[int], k: int) -> float:
    """1/rank of the first right article, 0 below rank k or where none came."""
    return next((1 / rank for rank, grade in enumerate(grades[:k], start=1) if grade), 0.0)


def recall(grades: Sequence[int], right: Sequence[int], k: int) -> float:
    """The share of the right articles that are among the first k."""
    return sum(map(bool, grades[:k])) / len(right)


def average_precision(grades: Sequence[int], right: Sequence[int], k: int) -> float:
    """The sum of the precision at each right article among the first k, over the number of right ones."""
    found = 0
    total = 0.0
    for rank, grade in enumerate(grades[:k], start=1):
        if grade:
            found += 1
            total += found / rank
    return total / len(right)


def ndcg(grades: Sequence[int], right: Sequence[int], k: int) -> float:
    """Grades over log2(1 + rank), summed over the first k, as a share of the best order's sum."""
    best = sorted(right, reverse=True)
    return _discounted(grades[:k]) / _discounted(best[:k])


def _discounted(grades: Sequence[int]) -> float:
    return math.fsum(grade / math.log2(1 + rank) for rank, grade in enumerate(grades, start=1))
