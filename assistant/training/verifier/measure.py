"""What the verifier adds to the reader's own confidence: how well each, and both, tell right from the rest.

On held-out proposals: the reader's confidence is the log odds of its span. Both together are a logistic
function, each question judged by one that was fitted on the others (five folds). What it adds to whole
answers ``python -m assistant.training weigh`` tells.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.readers.verifier import MarkedSentence
from assistant.training.ranking import fit_logistic
from assistant.training.verifier.pairs import is_held_out
from assistant.training.verifier.proposals import ProposedQuestion

Numbers = NDArray[np.float64]
Judge = Callable[[str, Sequence[MarkedSentence]], Sequence[float] | NDArray[np.float32]]
FOLDS = 5
KEPT = 0.9  # of the right answers: a threshold lets these pass
SURE = 0.95  # of the answers above another threshold are right
CONSIDERED = 6  # candidates that the verifier looks at


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """An answer with both confidences as log odds; ``near``: nothing asked of its text answers."""

    confidence: float
    verified: float
    right: bool
    near: bool


@dataclass(frozen=True, slots=True)
class Separation:
    """How well a number tells right answers from the rest.

    ``area``: under the ROC curve. ``near``: the share of the near misses that are still said where ``KEPT``
    of the right answers are. ``sure``: of the right answers those that lie where ``SURE`` of all are right.
    """

    area: float
    near: float
    sure: float


def separation(values: Numbers, answers: Sequence[JudgedAnswer]) -> Separation:
    """That of ``values``, one for each answer."""
    right = np.array([one.right for one in answers])
    near = np.array([one.near for one in answers])
    threshold = np.quantile(values[right], 1 - KEPT) if right.any() else -np.inf
    order = np.argsort(-values, kind="stable")
    shares = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    sure = np.flatnonzero(shares >= SURE)
    count = int(right[order][: sure[-1] + 1].sum()) if len(sure) else 0
    said = float((values[near] >= threshold).mean()) if near.any() else 0.0
    return Separation(area_under_curve(values, right), said, count / max(1, int(right.sum())))


def area_under_curve(values: Numbers, right: NDArray[np.bool_]) -> float:
    """The chance that a right one has a larger value than another; equal ones count half."""
    ordered = np.sort(values[~right])
    below = np.searchsorted(ordered, values[right], "left") + np.searchsorted(ordered, values[right], "right")
    return float(below.mean() / 2 / len(ordered)) if len(ordered) and right.any() else float("nan")


def report(name: str, answers: Sequence[JudgedAnswer]) -> str:
    """A line for confidence alone, the verifier alone, and both."""
    confidence, verified = (
        np.array([getattr(one, which) for one in answers]) for which in ("confidence", "verified")
    )
    alone = {"confidence": confidence, "verifier": verified, "both": both(answers)}
    lines = [
        f"{name}: {len(answers)} answers, {sum(one.right for one in answers)} right,"
        f" {sum(one.near for one in answers)} near misses"
    ]
    for which, values in alone.items():
        found = separation(values, answers)
        lines.append(
            f"  {which:10} AUC {found.area:.3f}  near misses said at {KEPT:.0%} of the right {found.near:.3f}"
            f"  sure at {SURE:.0%} {found.sure:.3f}"
        )
    return "\n".join(lines)


def both(answers: Sequence[JudgedAnswer]) -> Numbers:
    """The log odds from both numbers, fitted on the other folds."""
    rows = np.array([[1.0, one.confidence, one.verified] for one in answers])
    right = [one.right for one in answers]
    folds = np.arange(len(answers)) % FOLDS
    values = np.zeros(len(answers))
    for fold in range(FOLDS):
        kept = np.flatnonzero(folds != fold)
        weights = fit_logistic(rows[kept], [right[row] for row in kept], ridge=0.01)
        values[folds == fold] = rows[folds == fold] @ weights
    return values


def held_out(questions: Sequence[ProposedQuestion], judge: Judge) -> list[JudgedAnswer]:
    """Of each held-out question the best proposal over its own text, and over those that lack the answer."""
    found = []
    for asked in questions:
        if not is_held_out(asked.group):
            continue
        for lacks in (False, True):
            ours = [one for one in asked.proposals if not one.made and (one.variant != "answer") == lacks]
            if ours:
                best = max(ours, key=lambda one: one.score)
                [verified] = judge(asked.question, [best.marked])
                found.append(JudgedAnswer(best.score, float(verified), best.right, lacks))
    return found
