"""The two fits: a softmax over each question's sentences for the ranking, a logistic one for the confidence.

Both are convex and small, and solved by Newton's method with a ridge, each step halved until it helps.
Columns are scaled to unit deviation first, so that the ridge treats them alike.
"""

from collections.abc import Callable, Sequence

import numpy as np

from assistant.readers.evidence import Floats

STEPS = 50
Slope = tuple[float, Floats, Floats]  # loss, gradient, curvature


def fit_ranking(lists: Sequence[Floats], right: Sequence[Sequence[bool]], ridge: float = 1.0) -> Floats:
    """Weights under which the right rows of each list get most of the probability; no list may lack one."""
    scale = _scale(np.concatenate(lists))
    scaled = [rows / scale for rows in lists]
    wanted = [rows[np.asarray(gold)].mean(axis=0) for rows, gold in zip(scaled, right, strict=True)]

    def slope(weights: Floats) -> Slope:
        loss = ridge * float(weights @ weights) / 2
        gradient = ridge * weights
        curvature = ridge * np.eye(len(scale))
        for rows, goal in zip(scaled, wanted, strict=True):
            scores = rows @ weights
            top = scores.max()
            odds = np.exp(scores - top)
            chance = odds / odds.sum()
            mean = chance @ rows
            loss += top + float(np.log(odds.sum())) - float(goal @ weights)
            gradient = gradient + mean - goal
            curvature = curvature + (rows * chance[:, None]).T @ rows - np.outer(mean, mean)
        return loss, gradient, curvature

    return _lowest(slope, len(scale)) / scale


def fit_logistic(rows: Floats, right: Sequence[bool], ridge: float = 1.0) -> Floats:
    """Weights of the chance that a row is right; the first column is the constant and carries no ridge."""
    scale = _scale(rows)
    scaled = rows / scale
    happened = np.asarray(right, dtype=float)
    penalty = ridge * np.eye(len(scale))
    penalty[0, 0] = 1e-6

    def slope(weights: Floats) -> Slope:
        scores = scaled @ weights
        chance = 1 / (1 + np.exp(-scores))
        loss = float(np.logaddexp(0, scores).sum() - happened @ scores + weights @ penalty @ weights / 2)
        curvature = penalty + (scaled * (chance * (1 - chance))[:, None]).T @ scaled
        return loss, penalty @ weights + scaled.T @ (chance - happened), curvature

    return _lowest(slope, len(scale)) / scale


def _lowest(slope: Callable[[Floats], Slope], size: int) -> Floats:
    weights = np.zeros(size)
    loss, gradient, curvature = slope(weights)
    for _ in range(STEPS):
        step = np.linalg.solve(curvature, gradient)
        while slope(weights - step)[0] > loss and np.abs(step).max() > 1e-9:
            step = step / 2
        if np.abs(step).max() <= 1e-6:
            break
        weights = weights - step
        loss, gradient, curvature = slope(weights)
    return weights


def _scale(rows: Floats) -> Floats:
    deviation: Floats = rows.std(axis=0)
    return np.where(deviation > 1e-9, deviation, 1.0)
