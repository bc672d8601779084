"""The weights of ``assistant.readers.ranking``: how they are fitted, and what a reader with them gives.

A softmax over each question's sentences gives the ranking (a conditional logit: McFadden 1974), another over
the best of these what the second look adds, a logistic regression the confidence; all with a ridge, over
columns scaled to unit deviation, so that it treats them alike. Fitted on questions that the reading model has
not learnt from, for it is surer of those that it has.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from statistics import fmean

import numpy as np
from scipy import optimize, special  # type: ignore[import-untyped]

from assistant.readers.evidence import FEATURES, Features
from assistant.readers.extractive import look_again
from assistant.readers.ranking import (
    CONFIDENCE_FEATURES,
    LOOKED,
    RankingWeights,
    confidence_features,
    logistic,
    looked_at,
    ranking_scores,
)
from assistant.readers.verifier import Verifies
from assistant.training.examples import Observation, Seen
from eval.measures.calibration import expected_calibration_error

HEADER = """
right         of the answerable questions, the share whose best sentence holds the answer
told          the same, for those where what is said from it is the answer
found         the same, for any of the candidates
unanswerable  with the article taken away, the share answered at the threshold that 85% of the others reach
beside        the same, with only the sentences taken away that hold an answer
calibration   the error of the confidence of all these answers (ECE)
"""
AS_ASKED = 4.0  # times: people's own questions tell more of how sure to be than a benchmark's
LEAST_SURE = 20  # answers: a share of fewer says nothing
SURE = 0.95  # of sure answers are right
THRESHOLDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)
OF_THE_LOOK = [name.removesuffix(" lead") in LOOKED for name in CONFIDENCE_FEATURES]
MEANING = [name in ("meaning", "meaning across", "passage", "passage across") for name in FEATURES]


def fit(seen: Sequence[Seen], verifier: Verifies | None) -> RankingWeights:
    """The order from the answerable questions whose answer was found, then the confidence from all.

    Without a verifier there is no second look, and the weights of what it says are 0.

    A sentence is right that holds the answer; the confidence is that of the words said from it. Half of what
    people ask is taken to have an answer.
    """
    lists = [one.there for one in seen if any(one.there.right)]
    ranking = fit_ranking([one.rows for one in lists], [one.right for one in lists])
    weights = RankingWeights(ranking, np.zeros(0))
    if verifier:
        seen = [looked_again(one, weights, verifier) for one in seen]
        score, *others = _fit_order([one.there for one in seen], ranking)
        weights = RankingWeights(score * ranking, np.zeros(0), looked=np.array(others))
    shown, right, counts = [], [], []
    for question in seen:
        for one in question:
            if one and one.candidates:
                best, features = _best(one, weights)
                shown.append(features)
                right.append(one.told[best])
                counts.append(
                    (AS_ASKED if question.away is None else 1.0) if one is question.there else 1 / 2
                )
    rows = np.array(shown)
    if verifier is None:
        rows[:, OF_THE_LOOK] = 0
    return replace(weights, confidence=fit_logistic(rows, right, counts=np.array(counts)))


def looked_again(seen: Seen, weights: RankingWeights, verifier: Verifies) -> Seen:
    """The same, with a second look at the best candidates under the weights."""

    def look(one: Observation | None) -> Observation | None:
        if one is None or not one.candidates:
            return one
        scores = ranking_scores(one.rows, one.question.language, one.candidates, weights.ranking)
        return replace(one, looked=look_again(verifier, one.question, scores, one.said.__getitem__))

    return Seen(look(seen.there) or seen.there, look(seen.away), look(seen.beside))


def _fit_order(seen: Sequence[Observation], ranking: Features) -> Features:
    """What the score and each of ``LOOKED`` are worth beside one another, among those that were looked at."""
    lists, right = [], []
    for one in seen:
        scores = ranking_scores(one.rows, one.question.language, one.candidates, ranking)
        looked = looked_at(scores)
        if any(one.right[row] for row in looked):
            lists.append(np.column_stack([scores[looked], one.looked[looked]]))
            right.append([one.right[row] for row in looked])
    return fit_ranking(lists, right)


def sure_from(answers: Iterable[tuple[float, bool]], wanted: float, least: int = 1) -> float:
    """Of (confidence, right): from which confidence on so large a share is right, of at least so many.

    1.0 where there is none: nothing is sure.
    """
    ordered = sorted(answers, key=lambda answer: -answer[0])
    shares = np.cumsum([right for _, right in ordered]) / np.arange(1, len(ordered) + 1)
    # a threshold lets all that are equally confident pass
    last = np.array([one[0] > after[0] for one, after in pairwise([*ordered, (-1.0, False)])], dtype=bool)
    enough = np.flatnonzero((shares >= wanted) & last)
    return ordered[enough[-1]][0] if len(enough) and enough[-1] + 1 >= least else 1.0


def write_sure(within: float, across: float, path: Path) -> None:
    """Puts into the file that the reader loads from which confidence on it is sure."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    for weights in stored.values():
        weights["sure"] = {"within": round(within, 4), "across": round(across, 4)}
    path.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")


def fit_ranking(lists: Sequence[Features], right: Sequence[Sequence[bool]], ridge: float = 1.0) -> Features:
    """Weights under which the right rows of each list get most of the probability; no list may lack one."""
    rows = np.concatenate(lists)
    scale = _scale(rows)
    rows = rows / scale
    wanted = sum(one[np.asarray(gold)].mean(axis=0) for one, gold in zip(lists, right, strict=True)) / scale
    lengths = np.array([len(one) for one in lists])
    first = np.cumsum(lengths) - lengths  # where each list begins

    def loss(weights: Features) -> tuple[float, Features]:
        scores = rows @ weights
        most = np.maximum.reduceat(scores, first)
        odds = np.exp(scores - np.repeat(most, lengths))
        totals = np.add.reduceat(odds, first)
        value = float(np.sum(most + np.log(totals)) - wanted @ weights)
        expected = (odds / np.repeat(totals, lengths)) @ rows
        return value + float(ridge * weights @ weights / 2), expected - wanted + ridge * weights

    return _lowest(loss, len(scale)) / scale


def fit_logistic(
    rows: Features, right: Sequence[bool], ridge: float = 1.0, counts: Features | None = None
) -> Features:
    """Weights of the chance that a row is right; the first column is the constant and carries no ridge.

    ``counts``: how often each row counts, once where it is None.
    """
    scale = _scale(rows)
    scaled = rows / scale
    happened = np.asarray(right, dtype=float)
    often = np.ones(len(rows)) if counts is None else counts
    penalty = np.full(len(scale), ridge)
    penalty[0] = 1e-6

    def loss(weights: Features) -> tuple[float, Features]:
        scores = scaled @ weights
        value = float(often @ (np.logaddexp(0, scores) - happened * scores) + penalty @ weights**2 / 2)
        return value, scaled.T @ (often * (special.expit(scores) - happened)) + penalty * weights

    return _lowest(loss, len(scale)) / scale


def without_meaning(seen: Seen) -> Seen:
    """The same as it is seen where no embedder compares meanings."""
    away, beside = (one and replace(one, rows=np.where(MEANING, 0.0, one.rows)) for one in seen[1:])
    return Seen(replace(seen.there, rows=np.where(MEANING, 0.0, seen.there.rows)), away, beside)


def write_weights(fitted: Mapping[str, RankingWeights], path: Path) -> None:
    """The file that the reader loads."""
    stored = {
        kind: {
            "ranking": _named(FEATURES, weights.ranking),
            "looked": _named(LOOKED, weights.looked),
            "confidence": _named(CONFIDENCE_FEATURES, weights.confidence),
            "sure": dict(zip(("within", "across"), weights.sure, strict=True)),
        }
        for kind, weights in fitted.items()
    }
    path.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the reader makes of a question with its article there, and with it taken away."""

    right: bool  # the best sentence holds the answer
    told: bool  # what is said from it is the answer
    found: bool  # any candidate holds it
    confidence: float
    confidence_away: float  # without the article, where no answer is right
    confidence_beside: float  # without the sentences that hold an answer


def outcome(seen: Seen, weights: RankingWeights) -> Outcome:
    """The outcome under the weights."""
    there = seen.there
    best = _best(there, weights)[0] if there.candidates else None
    return Outcome(
        right=best is not None and there.right[best],
        told=best is not None and there.told[best],
        found=any(there.right),
        confidence=confidence_of(there, weights),
        confidence_away=confidence_of(seen.away, weights),
        confidence_beside=confidence_of(seen.beside, weights),
    )


def confidence_of(seen: Observation | None, weights: RankingWeights) -> float:
    """How sure the reader is of its best sentence; 0 where it sees none."""
    if seen is None or not seen.candidates:
        return 0.0
    return logistic(float(_best(seen, weights)[1] @ weights.confidence))


def summary(name: str, outcomes: Sequence[Outcome]) -> str:
    """A line of ``HEADER``'s figures."""
    threshold = np.quantile([one.confidence for one in outcomes], 0.15)
    error = expected_calibration_error(
        [(one.confidence, one.told) for one in outcomes] + [(one.confidence_away, False) for one in outcomes]
    )
    return (
        f"{name:38} right {fmean(one.right for one in outcomes):.3f}"
        f" told {fmean(one.told for one in outcomes):.3f} found {fmean(one.found for one in outcomes):.3f}"
        f" unanswerable {fmean(one.confidence_away >= threshold for one in outcomes):.3f}"
        f" beside {fmean(one.confidence_beside >= threshold for one in outcomes):.3f}"
        f" calibration {error:.3f}"
    )


def at_threshold(threshold: float, outcomes: Sequence[Outcome]) -> str:
    """A line of what is answered from this confidence on."""
    answered = [one for one in outcomes if one.confidence >= threshold]
    right, told = (
        fmean(values) if answered else 0.0
        for values in ([one.right for one in answered], [one.told for one in answered])
    )
    wrongly = fmean(one.confidence_away >= threshold for one in outcomes)
    beside = fmean(one.confidence_beside >= threshold for one in outcomes)
    return (
        f"at {threshold:<4} of the answerable answered {len(answered) / len(outcomes):.3f}, of these right"
        f" {right:.3f}, told {told:.3f}; of the unanswerable answered {wrongly:.3f}, beside {beside:.3f}"
    )


def _best(seen: Observation, weights: RankingWeights) -> tuple[int, Features]:
    """Which candidate is the answer, and what it shows of its being right."""
    scores = ranking_scores(seen.rows, seen.question.language, seen.candidates, weights.ranking)
    scores = scores + seen.looked @ weights.looked
    shown = confidence_features(seen.question, seen.candidates, seen.rows, scores, seen.looked)
    return int(scores.argmax()), shown


def _named(names: Iterable[str], values: Features) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(names, values, strict=True)}


def _lowest(loss: Callable[[Features], tuple[float, Features]], size: int) -> Features:
    found = optimize.minimize(loss, np.zeros(size), jac=True, method="BFGS", options={"gtol": 1e-7})
    weights: Features = found.x
    return weights


def _scale(rows: Features) -> Features:
    deviation: Features = rows.std(axis=0)
    return np.where(deviation > 1e-9, deviation, 1.0)
