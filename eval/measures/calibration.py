"""Whether a confidence can be trusted, from (confidence, was it right) for each question.

Risk and coverage follow Geifman and El-Yaniv (2017); AURC is theirs of 2019 (Bias-Reduced Uncertainty
Estimation). The expected calibration error is Naeini, Cooper and Hauskrecht (2015), with ten bins of equal
width as Guo et al. (2017) draw them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import fmean

Pairs = Sequence[tuple[float, bool]]
BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions whose confidence lies in low..high: how sure they were, how many were right."""

    low: float
    high: float
    questions: int
    confidence: float  # mean
    right: float  # share


def risk_coverage(pairs: Pairs) -> list[tuple[float, float, float]]:
    """(coverage, risk, confidence) for each confidence as a threshold, coverage rising.

    Coverage is the share of the questions whose confidence is at least that, risk the share of wrong answers
    among them.

        >>> risk_coverage([(0.9, True), (0.2, False)])
        [(0.5, 0.0, 0.9), (1.0, 0.5, 0.2)]
    """
    points = []
    answered = wrong = 0
    for confidence, group in groupby(sorted(pairs, reverse=True), key=lambda pair: pair[0]):
        rights = [right for _, right in group]
        answered += len(rights)
        wrong += len(rights) - sum(rights)
        points.append((answered / len(pairs), wrong / answered, confidence))
    return points


def aurc(pairs: Pairs) -> float:
    """The area under risk over coverage: the mean of the risk among the n surest answers, over all n.

    Among answers of the same confidence the wrong ones come first, as ties count against. 0 is perfect; nan
    for no pairs.
    """
    if not pairs:
        return math.nan
    wrong = 0
    risks = []
    for answered, (_, right) in enumerate(sorted(pairs, key=lambda pair: (-pair[0], pair[1])), start=1):
        wrong += not right
        risks.append(wrong / answered)
    return fmean(risks)


def reliability(pairs: Pairs, bins: int = BINS) -> list[Bin]:
    """The bins of equal width over 0..1 that hold any question, lowest first; one at 1.0 is in the last."""
    held: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in pairs:
        held.setdefault(min(int(confidence * bins), bins - 1), []).append((confidence, right))
    return [
        Bin(
            low=number / bins,
            high=(number + 1) / bins,
            questions=len(members),
            confidence=fmean(confidence for confidence, _ in members),
            right=fmean(right for _, right in members),
        )
        for number, members in sorted(held.items())
    ]


def expected_calibration_error(pairs: Pairs, bins: int = BINS) -> float:
    """How far the bins' confidence is from their share of right answers, by questions; nan for no pairs."""
    if not pairs:
        return math.nan
    return math.fsum(
        part.questions / len(pairs) * abs(part.confidence - part.right) for part in reliability(pairs, bins)
    )
