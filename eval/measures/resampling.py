"""How sure a mean and a difference of two runs are: intervals by bootstrap, p-values by randomisation.

The interval is the percentile bootstrap of the mean (Efron and Tibshirani 1993, chapter 13); the test is
Fisher's paired randomisation test, which flips the signs of the differences (Smucker, Allan and Carterette
2007 compare it with its rivals for retrieval). Both draw from a seed, and neither depends on the order of
the values. scipy has both, and the tests hold these to it; but for 40 measures of two runs of 1000 questions
scipy takes 6.8 s of a core, 1.3 s of it its import, and these take 2.0 s; and its test is exact for few pairs
only, while this one is for any number of 0/1 values.

Leaves out that questions over the same article are alike: they count as independent, which makes the
intervals a little narrow. Where all values are the same, the interval has no width.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEVEL = 0.95
RESAMPLES = 2000
FLIPS = 9999  # with the observed one 10 000
_CELLS = 1 << 20  # numbers drawn at a time
_FEW = 32  # distinct values that are drawn as counts instead of one by one
_OUTCOMES = 1 << 16  # outcomes of the test that are still counted out


@dataclass(frozen=True, slots=True)
class Difference:
    """How much larger the second of two values is, in the mean over pairs, and how sure that is."""

    mean: float
    low: float
    high: float
    p_value: float  # two-sided: how often chance alone gives a mean as far from 0
    pairs: int
    won: int  # pairs whose second value is larger
    lost: int


def bootstrap_interval(
    values: Sequence[float], *, seed: int = 0, resamples: int = RESAMPLES, level: float = LEVEL
) -> tuple[float, float]:
    """The interval that holds the mean with probability ``level``; (nan, nan) for no values.

    >>> bootstrap_interval([0, 1, 1, 1])
    (0.25, 1.0)
    """
    if not 0 < level < 1:
        raise ValueError(f"level: {level} is not between 0 and 1")
    if not len(values):
        return math.nan, math.nan
    means = _resampled_means(_finite(values), np.random.default_rng(seed), resamples)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def paired_difference(
    before: Sequence[float],
    after: Sequence[float],
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
    level: float = LEVEL,
) -> Difference:
    """The difference after - before of values of the same questions in the same order."""
    if len(before) != len(after):
        raise ValueError(f"{len(before)} values before, {len(after)} after")
    differences = [second - first for first, second in zip(before, after, strict=True)]
    low, high = bootstrap_interval(differences, seed=seed, resamples=resamples, level=level)
    return Difference(
        mean=math.fsum(differences) / len(differences) if differences else math.nan,
        low=low,
        high=high,
        p_value=randomisation_test(differences, seed=seed),
        pairs=len(differences),
        won=int(sum(difference > 0 for difference in differences)),
        lost=int(sum(difference < 0 for difference in differences)),
    )


def randomisation_test(differences: Sequence[float], *, seed: int = 0, flips: int = FLIPS) -> float:
    """The two-sided p-value of the mean of paired differences, were each as likely with the other sign.

    Exact where the outcomes can be counted out: few pairs, or few distinct differences however many the
    pairs (for 0/1 values it is the exact test of McNemar). Else (count + 1) / (flips + 1) over random
    flips. 1.0 where nothing differs.

        >>> randomisation_test([1, 1, 1, 1, 0])
        0.125
    """
    signed = _finite(differences)
    sizes, counts = np.unique(np.abs(signed[signed != 0]), return_counts=True)
    if not sizes.size:
        return 1.0
    limit = abs(signed.sum()) - 1e-9 * float(sizes @ counts)  # sums that differ by rounding alone are ties
    if math.prod(int(count) + 1 for count in counts) <= _OUTCOMES:
        sums, weights = _all_sums(sizes, counts)
        return min(1.0, float(weights[np.abs(sums) >= limit].sum()))
    every = np.repeat(sizes, counts)
    rng = np.random.default_rng(seed)
    reached = 0
    for rows in _chunks(flips, every.size):
        kept = rng.integers(0, 2, (rows, every.size), dtype=np.int8).astype(np.float64)
        reached += int((np.abs(2 * (kept @ every) - every.sum()) >= limit).sum())
    return (reached + 1) / (flips + 1)


def _finite(values: Sequence[float]) -> Floats:
    """The values in ascending order, so that what is drawn of them does not depend on theirs."""
    array = np.sort(np.asarray(values, dtype=np.float64))
    if not np.isfinite(array).all():
        raise ValueError("values: not all are finite")
    return array


def _resampled_means(values: Floats, rng: np.random.Generator, resamples: int) -> Floats:
    """The means of so many samples of the values, each as large as they are, drawn with replacement."""
    distinct, counts = np.unique(values, return_counts=True)
    if distinct.size <= _FEW:
        drawn = rng.multinomial(values.size, counts / values.size, size=resamples)
        means: Floats = drawn @ distinct / values.size
        return means
    return np.concatenate(
        [
            values[rng.integers(0, values.size, (rows, values.size))].mean(axis=1)
            for rows in _chunks(resamples, values.size)
        ]
    )


def _all_sums(sizes: Floats, counts: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Every sum that flipped signs can give, with its probability."""
    sums, weights = np.zeros(1), np.ones(1)
    for size, count in zip(sizes, counts, strict=True):
        kept = np.arange(count + 1)
        logs = np.concatenate([[0.0], np.cumsum(np.log(kept[1:]))])
        chances = np.exp(logs[-1] - logs - logs[::-1] - count * math.log(2))
        sums = np.add.outer(sums, size * (2 * kept - count)).ravel()
        weights = np.multiply.outer(weights, chances).ravel()
    return sums, weights


def _chunks(rows: int, width: int) -> list[int]:
    step = max(1, _CELLS // width)
    return [min(step, rows - begun) for begun in range(0, rows, step)]
