"""A logistic model whose weights have the sign that their features mean, and a threshold that its scores are
cut at."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.support.features import AGAINST, FEATURES, FOR

FitRows = NDArray[np.float64]
FitLabels = NDArray[np.bool_]

RIDGE = 3.0  # of the weights, the features scaled to unit variance
STEPS = 600
RECALL = 0.82  # of the unsupported: about as many of the others are then taken for unsupported


def fit(rows: FitRows, supported: FitLabels) -> tuple[FitRows, float]:
    """The weights and the bias for rows as they are."""
    right = supported.astype(float)
    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    scale[scale < 1e-9] = 1.0
    scaled = np.hstack([(rows - mean) / scale, np.ones((len(rows), 1))])
    ridge = np.full(scaled.shape[1], RIDGE)
    ridge[-1] = 1e-6
    low = np.array([0.0 if name in FOR else -np.inf for name in FEATURES] + [-np.inf])
    high = np.array([0.0 if name in AGAINST else np.inf for name in FEATURES] + [np.inf])
    weights = np.zeros(scaled.shape[1])
    steepest = np.linalg.norm(scaled, ord=2) ** 2 / 4 + RIDGE
    ahead, momentum = weights, 1.0
    for _ in range(STEPS):  # accelerated projected gradients (Beck and Teboulle 2009)
        likely = 1 / (1 + np.exp(-scaled @ ahead))
        gradient = scaled.T @ (likely - right) + ridge * ahead
        made_weights = np.clip(ahead - gradient / steepest, low, high)
        following = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = made_weights + (momentum - 1) / following * (made_weights - weights)
        weights, momentum = made_weights, following
    return weights[:-1] / scale, float(weights[-1] - (weights[:-1] * mean / scale).sum())


def out_of_fold(rows: FitRows, right: FitLabels, used: FitLabels, groups: Sequence[str]) -> FitRows:
    """The score of each row, by weights fitted without its group on the others that are ``used``."""
    scores = np.zeros(len(rows))
    for group in dict.fromkeys(groups):
        inside = np.array([one == group for one in groups])
        weights, bias = fit(rows[~inside & used], right[~inside & used])
        scores[inside] = 1 / (1 + np.exp(-(rows[inside] @ weights + bias)))
    return scores


def chosen_threshold(scores: FitRows, right: FitLabels) -> float:
    """The lowest threshold below which ``RECALL`` of what is not right lies."""
    wrong = np.sort(scores[~right])
    return float(wrong[int(np.ceil(RECALL * len(wrong))) - 1] + 1e-6)
