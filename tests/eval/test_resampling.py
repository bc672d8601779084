"""Intervals and tests against scipy, against published definitions, and against simulated truth."""

import itertools
import math
from collections.abc import Callable, Sequence
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from eval.measures.resampling import bootstrap_interval, paired_difference, randomisation_test

Draw = Callable[[np.random.Generator, int], NDArray[np.float64]]

shares = st.lists(st.floats(0, 1, allow_subnormal=False), min_size=1, max_size=40)
small = st.lists(st.sampled_from([-1.0, -0.75, -0.3, 0.0, 0.1, 0.2, 0.3, 1.0]), max_size=9)


def test_a_worked_interval() -> None:
    # Of four draws from {0, 1, 1, 1}, P(no 0) = 0.316 and P(at least 3 zeros) = 0.051: at least 2.5%, while
    # P(4 zeros) = 0.004 is less. So the 2.5% and 97.5% quantiles of the mean are 1/4 and 1.
    assert bootstrap_interval([0, 1, 1, 1]) == (0.25, 1.0)


@pytest.mark.parametrize("values", [(np.arange(200) % 3) / 2, np.random.default_rng(3).beta(2, 5, 200)])
def test_the_interval_is_the_percentile_bootstrap_of_scipy(values: NDArray[np.float64]) -> None:
    from scipy import stats

    theirs = stats.bootstrap((values,), np.mean, n_resamples=20_000, method="percentile", rng=1)
    ours = bootstrap_interval(list(values), resamples=20_000)
    assert ours == pytest.approx(tuple(theirs.confidence_interval), abs=0.003)


@given(shares, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_interval_is_of_the_values_and_not_of_their_order(values: list[float], random: object) -> None:
    low, high = bootstrap_interval(values)
    assert min(values) - 1e-12 <= low <= high <= max(values) + 1e-12
    assert (low, high) == bootstrap_interval(values)
    assert (low, high) == bootstrap_interval(sorted(values, reverse=True))
    assert bootstrap_interval(values, level=0.5)[0] >= low


def test_another_seed_draws_other_samples() -> None:
    values = list(np.random.default_rng(0).random(50))
    assert bootstrap_interval(values) != bootstrap_interval(values, seed=1)


def test_no_values_and_values_that_are_all_the_same() -> None:
    assert all(map(math.isnan, bootstrap_interval([])))
    assert bootstrap_interval([0.5]) == (0.5, 0.5)
    assert bootstrap_interval([1.0] * 20) == (1.0, 1.0)


def test_values_and_levels_that_say_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        bootstrap_interval([0.5, math.nan])
    with pytest.raises(ValueError, match=r"1\.5"):
        bootstrap_interval([0.5], level=1.5)
    with pytest.raises(ValueError, match="2 values before, 1 after"):
        paired_difference([1, 2], [1])


def zeros_and_ones(rng: np.random.Generator, size: int) -> NDArray[np.float64]:
    return (rng.random(size) < 0.65).astype(float)  # as sentence match


def portions(rng: np.random.Generator, size: int) -> NDArray[np.float64]:
    return rng.beta(2, 5, size)  # as F1


@pytest.mark.parametrize(
    ("truth", "draw", "level"),
    [(0.65, zeros_and_ones, 0.95), (0.65, zeros_and_ones, 0.8), (2 / 7, portions, 0.95)],
)
def test_the_interval_covers_the_truth_at_its_nominal_rate(truth: float, draw: Draw, level: float) -> None:
    rng = np.random.default_rng(7)
    runs = 600
    covered = 0
    for seed in range(runs):
        low, high = bootstrap_interval(list(draw(rng, 150)), seed=seed, resamples=1000, level=level)
        covered += low <= truth <= high
    error = math.sqrt(level * (1 - level) / runs)
    assert covered / runs == pytest.approx(level, abs=3 * error + 0.005)


def test_the_interval_of_a_difference_covers_it_at_its_nominal_rate() -> None:
    rng = np.random.default_rng(11)
    runs = 600
    covered = 0
    for seed in range(runs):
        before = (rng.random(200) < 0.6).astype(float)
        after = np.where(rng.random(200) < 0.9, before, 0.0)  # a tenth of the right ones gets lost: -0.06
        difference = paired_difference(list(before), list(after), seed=seed)
        covered += difference.low <= -0.06 <= difference.high
    assert covered / runs == pytest.approx(0.95, abs=0.03)


def test_a_worked_difference() -> None:
    difference = paired_difference([0, 0, 1, 1, 0.5], [1, 1, 0, 1, 0.75])
    assert (difference.mean, difference.pairs) == (0.25, 5)
    assert (difference.won, difference.lost) == (3, 1)
    assert difference.low < 0.25 < difference.high


def test_no_pairs() -> None:
    difference = paired_difference([], [])
    assert math.isnan(difference.mean)
    assert (difference.p_value, difference.pairs, difference.won, difference.lost) == (1.0, 0, 0, 0)


@pytest.mark.parametrize(
    ("differences", "p_value"),
    [
        ([], 1.0),
        ([0, 0, 0], 1.0),
        ([1], 1.0),  # +1 and -1 are as far from 0
        ([1, 1, 1, 1, 0], 2 / 16),
        ([1, -1], 1.0),
        ([1, 1, 1, 1, 1, 1, 1, -1], 18 / 256),  # McNemar: 7 against 1
        ([3, 1], 1 / 2),  # sums 4, 2, -2, -4: two as far as 4
        ([0.1, 0.2, -0.3], 1.0),  # the sum is 0 but for rounding
    ],
)
def test_worked_tests(differences: Sequence[float], p_value: float) -> None:
    assert randomisation_test(differences) == pytest.approx(p_value, abs=1e-12)


@given(small)
@settings(max_examples=60, deadline=None)
def test_the_exact_test_counts_every_flip_of_signs(differences: list[float]) -> None:
    observed = abs(math.fsum(differences))
    sums = [
        abs(math.fsum(sign * value for sign, value in zip(signs, differences, strict=True)))
        for signs in itertools.product([1, -1], repeat=len(differences))
    ]
    expected = fmean(total >= observed - 1e-9 for total in sums)
    assert randomisation_test(differences) == pytest.approx(expected, abs=1e-12)


def test_many_pairs_of_few_values_are_still_exact() -> None:
    from scipy import stats

    differences = [1.0] * 40 + [-1.0] * 60 + [0.0] * 400
    assert randomisation_test(differences) == pytest.approx(stats.binomtest(40, 100).pvalue, rel=1e-9)
    assert randomisation_test(differences, seed=5) == randomisation_test(differences)


def test_random_flips_agree_with_scipy() -> None:
    from scipy import stats

    differences = np.random.default_rng(2).normal(0.12, 1, 200)
    theirs = stats.permutation_test(
        (differences,), np.sum, permutation_type="samples", n_resamples=9999, rng=3, vectorized=True
    )
    assert randomisation_test(list(differences)) == pytest.approx(theirs.pvalue, abs=0.02)


def test_random_flips_never_promise_more_than_they_tried() -> None:
    assert randomisation_test(list(np.linspace(0.5, 1, 300)), flips=99) == 1 / 100


def test_the_test_rejects_at_its_rate_where_nothing_changed() -> None:
    rng = np.random.default_rng(5)
    rejected = [randomisation_test(list(rng.normal(0, 1, 40)), flips=399) <= 0.05 for _ in range(600)]
    assert fmean(rejected) == pytest.approx(0.05, abs=0.025)
