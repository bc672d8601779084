"""The weights of the reader: what orders the sentences, and what says how likely the best of them is right.

Fitted on questions that the reading model has not learnt from, for it is surer of those that it has.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np

from assistant.readers.evidence import FEATURES, Floats
from assistant.readers.extractive import SIGNS, Weights, logistic, scores_of, signs
from assistant.readers.spans import SpanModel
from assistant.training.examples import Seen, read_questions, sample, see
from assistant.training.fitting import fit_logistic, fit_ranking
from eval.calibration import expected_calibration_error
from index.embedders import Embedder

Pairs = Sequence[tuple[Seen, Seen]]


def seen_in(path: Path, embedder: Embedder, model: SpanModel, questions: int, pool: int) -> Pairs:
    """What the reader sees for a sample of a file's questions."""
    return list(see(*sample(*read_questions(path), questions, pool), embedder, model))


def fit(pairs: Pairs) -> Weights:
    """The ranking from the answerable questions whose answer was found, then the confidence from all.

    A sentence is right that holds the answer; the confidence is that of the words said from it.
    """
    lists = [seen for seen, _ in pairs if any(seen.right)]
    ranking = fit_ranking([seen.rows for seen in lists], [seen.right for seen in lists])
    shown, right = [], []
    for seen in (one for pair in pairs for one in pair if one.candidates):
        scores = scores_of(seen.rows, seen.language, seen.candidates, ranking)
        shown.append(signs(seen.question.text, seen.language, seen.candidates, seen.rows, scores))
        right.append(seen.told[int(scores.argmax())])
    return Weights(ranking, fit_logistic(np.array(shown), right))


MEANING = [name in ("meaning", "meaning across", "passage", "passage across") for name in FEATURES]


def without_meaning(pair: tuple[Seen, Seen]) -> tuple[Seen, Seen]:
    """The same as it is seen where no embedder compares meanings."""
    first, second = (replace(seen, rows=np.where(MEANING, 0.0, seen.rows)) for seen in pair)
    return first, second


def write(fitted: Mapping[str, Weights], path: Path) -> None:
    stored = {
        kind: {
            "ranking": _named(FEATURES, weights.ranking),
            "confidence": _named(SIGNS, weights.confidence),
        }
        for kind, weights in fitted.items()
    }
    path.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")


def _named(names: Iterable[str], values: Floats) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(names, values, strict=True)}


HEADER = """
right         of the answerable questions, the share whose best sentence holds the answer
told          the same, for those where what is said from it is the answer
found         the same, for any of the candidates
unanswerable  with the article taken away, the share answered at the threshold that 85% of the others reach
calibration   the error of the confidence of all these answers (ECE)
"""
THRESHOLDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)


@dataclass(frozen=True, slots=True)
class Measured:
    """What the reader makes of questions with their article there, and with it taken away."""

    right: Floats  # 1 where the best sentence holds the answer
    told: Floats  # 1 where what is said from it is the answer
    found: Floats  # 1 where any candidate holds it
    sure: Floats  # the confidence
    unsure: Floats  # the confidence without the article

    @classmethod
    def of(cls, pairs: Pairs, weights: Weights) -> "Measured":
        best = [_best(seen, weights) for seen, _ in pairs]
        rows = list(zip((seen for seen, _ in pairs), best, strict=True))
        return cls(
            right=np.array([float(at is not None and seen.right[at]) for seen, at in rows]),
            told=np.array([float(at is not None and seen.told[at]) for seen, at in rows]),
            found=np.array([float(any(seen.right)) for seen, _ in pairs]),
            sure=np.array([confidence_of(seen, weights) for seen, _ in pairs]),
            unsure=np.array([confidence_of(seen, weights) for _, seen in pairs]),
        )

    def line(self, name: str) -> str:
        unanswerable = np.mean(self.unsure >= np.quantile(self.sure, 0.15))
        return (
            f"{name:38} right {self.right.mean():.3f} told {self.told.mean():.3f}"
            f" found {self.found.mean():.3f} unanswerable {unanswerable:.3f}"
            f" calibration {self.calibration():.3f}"
        )

    def calibration(self) -> float:
        """The expected calibration error over answers with the article and without, those never right."""
        pairs = [(float(sure), told > 0) for sure, told in zip(self.sure, self.told, strict=True)]
        return expected_calibration_error([*pairs, *((float(unsure), False) for unsure in self.unsure)])

    def at(self, threshold: float) -> str:
        answered = self.sure >= threshold
        right = self.right[answered].mean() if answered.any() else 0.0
        told = self.told[answered].mean() if answered.any() else 0.0
        wrongly = np.mean(self.unsure >= threshold)
        return (
            f"at {threshold:<4} of the answerable answered {answered.mean():.3f}, of these right {right:.3f},"
            f" told {told:.3f}; of the unanswerable answered {wrongly:.3f}"
        )


def together(measured: Sequence[Measured]) -> Measured:
    """All questions as one set."""
    return Measured(
        *(np.concatenate([getattr(one, each.name) for one in measured]) for each in fields(Measured))
    )


def _best(seen: Seen, weights: Weights) -> int | None:
    """Which candidate is the answer."""
    if not seen.candidates:
        return None
    return int(scores_of(seen.rows, seen.language, seen.candidates, weights.ranking).argmax())


def confidence_of(seen: Seen, weights: Weights) -> float:
    if not seen.candidates:
        return 0.0
    scores = scores_of(seen.rows, seen.language, seen.candidates, weights.ranking)
    shown = signs(seen.question.text, seen.language, seen.candidates, seen.rows, scores)
    return logistic(float(shown @ weights.confidence))
