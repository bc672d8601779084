"""How good an encoder is on a development set, dense alone: the share of questions whose paragraph is first.

The pool of a file is the set of its paragraphs; a paragraph counts as near as its nearest window, as in a
library. A paragraph that ties with another has not been found.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embedders.windows import Vectors, WindowVectors

WAYS = [("en", "en"), ("ar", "ar"), ("en", "ar"), ("ar", "en")]  # question -> paragraphs


def dev_scores(
    folder: Path,
    embed_passages: Callable[[Sequence[str]], WindowVectors],
    embed_questions: Callable[[Sequence[str]], Vectors],
    *,
    mlqa: bool = True,
) -> dict[str, float]:
    """success@1 by ``"xquad en->ar"`` and so on.

    ``"bitext"``: paragraphs that find their translation, each as the mean of its windows.
    """
    xquad = {language: _read(folder / f"xquad-dev.{language}.json") for language in ("en", "ar")}
    pools = {language: embed_passages(paragraphs) for language, (paragraphs, _) in xquad.items()}
    asked = {
        language: embed_questions([text for text, _ in questions])
        for language, (_, questions) in xquad.items()
    }
    gold = {
        language: np.array([place for _, place in questions]) for language, (_, questions) in xquad.items()
    }
    scores = {f"xquad {a}->{b}": success(pools[b].best(asked[a]), gold[b]) for a, b in WAYS}
    across = pools["en"].means() @ pools["ar"].means().T
    alone = np.arange(len(across))
    scores["bitext"] = (success(across, alone) + success(across.T, alone)) / 2
    if mlqa:
        for a, b in WAYS:
            paragraphs, questions = _read(folder / f"mlqa-dev.context-{b}.question-{a}.json")
            similarity = embed_passages(paragraphs).best(embed_questions([text for text, _ in questions]))
            scores[f"mlqa {a}->{b}"] = success(similarity, np.array([place for _, place in questions]))
    return scores


def success(similarity: NDArray[np.float32], gold: NDArray[np.int64]) -> float:
    """The share of rows whose gold column is greater than every other column."""
    rows = np.arange(len(gold))
    right = similarity[rows, gold]
    others = similarity.copy()
    others[rows, gold] = -np.inf
    return float((right > others.max(axis=1)).mean())


def _read(path: Path) -> tuple[list[str], list[tuple[str, int]]]:
    """Paragraphs, each once, and the questions with the place of theirs; in the order of question ids."""
    places: dict[str, int] = {}
    questions: list[tuple[str, str, int]] = []
    for article in json.loads(path.read_text("utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            place = places.setdefault(paragraph["context"], len(places))
            questions.extend((str(qa["id"]), qa["question"], place) for qa in paragraph["qas"])
    return list(places), [(text, place) for _, text, place in sorted(questions)]
