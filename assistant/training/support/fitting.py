"""A logistic model by Newton's method, and a threshold that its scores are cut at."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

WRITTEN = 4.0  # weight of a written sentence beside a made one
RIDGE = 3.0  # of the weights, the features scaled to unit variance
STEPS = 40


def fit(made: Numbers, made_right: Flags, written: Numbers, written_right: Flags) -> tuple[Numbers, float]:
    """The weights and the bias for rows as they are."""
    rows = np.concatenate([made, written])
    right = np.concatenate([made_right, written_right]).astype(float)
    share = np.concatenate([np.ones(len(made)), np.full(len(written), WRITTEN)])
    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    scale[scale < 1e-9] = 1.0
    scaled = np.hstack([(rows - mean) / scale, np.ones((len(rows), 1))])
    ridge = np.full(scaled.shape[1], RIDGE)
    ridge[-1] = 1e-6
    weights = np.zeros(scaled.shape[1])
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-scaled @ weights))
        gradient = scaled.T @ (share * (likely - right)) + ridge * weights
        curve = (scaled * (share * likely * (1 - likely))[:, None]).T @ scaled + np.diag(ridge)
        weights -= np.linalg.solve(curve, gradient)
    return weights[:-1] / scale, float(weights[-1] - (weights[:-1] * mean / scale).sum())


def out_of_fold(
    made: tuple[Numbers, Flags], written: tuple[Numbers, Flags, Flags], groups: Sequence[str]
) -> Numbers:
    """The scores of the written sentences, each by weights fitted without its group.

    ``written``: rows, whether each is supported, and whether it is fitted on.
    """
    rows, right, used = written
    scores = np.zeros(len(rows))
    for group in dict.fromkeys(groups):
        inside = np.array([one == group for one in groups])
        weights, bias = fit(*made, rows[~inside & used], right[~inside & used])
        scores[inside] = 1 / (1 + np.exp(-(rows[inside] @ weights + bias)))
    return scores


def chosen_threshold(scores: Numbers, right: Flags) -> float:
    """The threshold at which the two kinds of error, as shares, add up to least; of equal ones the middle."""
    candidates = np.unique(scores)
    between = (candidates[1:] + candidates[:-1]) / 2
    errors = [(scores[~right] >= cut).mean() + (scores[right] < cut).mean() for cut in between]
    best = np.flatnonzero(np.isclose(errors, min(errors)))
    return float(between[best[len(best) // 2]])
